/** The ConfigMaps that a repository's files hold, by name. Must not guess which of several is meant. */
import { Budget } from "../model/budget.ts";
import { REPOSITORY_LIMITS } from "../model/repository-limits.ts";
import { parentOf } from "../tree/paths.ts";
import { textAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import { objectsIn } from "./kinds/gitops.ts";

/** Texts by key; `undefined` where a text is not known. */
export type ConfigData = ReadonlyMap<string, string | undefined>;

/** One ConfigMap. */
interface ConfigMap {
  readonly file: string;
  readonly namespace: string;
  readonly data: ConfigData;
}

/** What is looked up in. */
export interface ConfigMaps {
  /** The data an object of this file and namespace would be given; nothing where that is in no file, or in several. */
  find(name: string, file: string, namespace: string): ConfigData | undefined;
  /** Counts characters that are handed on; whether that much was left. */
  readonly spend: (characters: number) => boolean;
  /** Files of a mesh's settings turn its DNS proxy on for every pod that has one. */
  readonly meshAnswersDns: boolean;
}

/** Gathers. */
export class ConfigMapsInSight implements ConfigMaps {
  meshAnswersDns = false;
  readonly spend: (characters: number) => boolean;
  readonly #known = new Map<string, ConfigMap[]>();

  /** `budget` is for what is handed on, not for what is kept: that is the files' own text. */
  constructor(budget: Budget) {
    this.spend = (characters) => budget.spend(characters);
  }

  /** Takes in the objects of a file. */
  add(file: string, documents: readonly YamlNode[]): void {
    for (const node of documents.flatMap(objectsIn)) this.#addObject(file, node);
  }

  /** Takes in one that something makes, such as kustomize's generator. */
  addMade(file: string, name: string, data: ConfigData): void {
    const known = this.#known.get(name);
    const made = { file, namespace: "", data };
    if (known === undefined) this.#known.set(name, [made]);
    else known.push(made);
  }

  #addObject(file: string, node: YamlNode): void {
    if (answersDns(node)) this.meshAnswersDns = true;
    if (textAt(node, "kind")?.text !== "ConfigMap") return;
    const name = textAt(node, "metadata", "name");
    const data = valueAt(node, "data");
    if (name === undefined || name.templated) return;
    const texts = new Map<string, string | undefined>();
    for (const { key, value } of data?.kind === "map" ? data.entries : [])
      texts.set(
        key,
        value.kind === "text" && !value.templated && !isPlaceholder(value.text) ? value.text : undefined,
      );
    const binary = valueAt(node, "binaryData");
    for (const { key } of binary?.kind === "map" ? binary.entries : []) texts.set(key, undefined);
    const namespace = textAt(node, "metadata", "namespace")?.text ?? "";
    const known = this.#known.get(name.text);
    const one = { file, namespace, data: texts };
    if (known === undefined) this.#known.set(name.text, [one]);
    else known.push(one);
  }

  find(name: string, file: string, namespace: string): ConfigData | undefined {
    const all = (this.#known.get(name) ?? []).filter(
      (one) => one.namespace === "" || namespace === "" || one.namespace === namespace,
    );
    const near = [
      all.filter((one) => one.file === file),
      all.filter((one) => parentOf(one.file) === parentOf(file)),
      all,
    ].find((some) => some.length > 0);
    const [first, ...others] = near ?? [];
    return others.length === 0 ? first?.data : undefined;
  }
}

/** Flux and envsubst put something else in its place. */
function isPlaceholder(text: string): boolean {
  return /^\$\{\w+\}$/.test(text.trim());
}

/** The deepest that settings of a mesh are looked for. */
const MOST_DEPTH = 8;

/** Istio's mesh settings with its DNS proxy on (istio.io, DNS Proxying): IstioOperator, Helm values, ConfigMap istio. */
function answersDns(node: YamlNode): boolean {
  const walk = (at: YamlNode, depth: number): boolean => {
    if (depth > MOST_DEPTH || at.kind !== "map") return false;
    const settings = textAt(at, "proxyMetadata", "ISTIO_META_DNS_CAPTURE");
    if (settings !== undefined) return settings.text === "true";
    const mesh = textAt(at, "mesh");
    if (mesh !== undefined && capturesDns(mesh.text) === true) return true;
    return ["spec", "values", "meshConfig", "defaultConfig", "data", "global"].some((key) => {
      const inner = valueAt(at, key);
      return inner !== undefined && walk(inner, depth + 1);
    });
  };
  return walk(node, 0);
}

/** Those of one file alone. */
export function ownConfigMaps(file: string, documents: readonly YamlNode[]): ConfigMaps {
  const own = new ConfigMapsInSight(new Budget("startCharacters", REPOSITORY_LIMITS.startCharacters));
  own.add(file, documents);
  return own;
}

/** What a text of Istio's settings says of its DNS proxy; nothing where it says nothing. */
export function capturesDns(text: string): boolean | undefined {
  const said = /ISTIO_META_DNS_CAPTURE["']?\s*:\s*["']?(true|false)/.exec(text)?.[1];
  return said === undefined ? undefined : said === "true";
}
