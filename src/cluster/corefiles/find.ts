/** Finds the Corefiles in a file a user names: bare, in ConfigMaps as YAML or JSON, or as kubectl describes them. Must not judge them. */
import { isMap, isPair, isScalar, isSeq, visit, type YAMLMap } from "yaml";
import { parseCorefile } from "../../corefile/parser.ts";
import { type Source, wholeFile } from "../../text/source.ts";
import { isKnownPlugin } from "../../knowledge/coredns.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { MuslgateError } from "../../model/error.ts";
import { parseYaml } from "../../yaml/documents.ts";
import { isDescription, readDescription } from "./describe.ts";
import { helmServersSource } from "./helm-values.ts";
import { type KubeDnsSettings, readKubeDns } from "./kube-dns.ts";
import { scalarSource } from "../../yaml/scalar.ts";

/** Whose Corefile it is, as far as the file says. */
export type CorefileRole = "node-local-dns" | "cluster-dns" | "unknown";

/** One Corefile. */
export interface CorefileInput {
  readonly source: Source;
  readonly role: CorefileRole;
  /** The ConfigMap's name, where there is one. */
  readonly configMap?: string;
  /** The key it stands under. */
  readonly key?: string;
  /** GKE's add-on manager made the ConfigMap, or may have. */
  readonly addon: "made" | "labelled" | "none";
}

/** A file's worth of cluster DNS configuration. */
export interface CorefileInputs {
  /** In file order; at least one. */
  readonly corefiles: readonly CorefileInput[];
  /** Other keys of ConfigMaps such as coredns-custom (`*.server`, `*.override`), by ConfigMap and key. */
  readonly extras: readonly { readonly configMap: string; readonly key: string; readonly source: Source }[];
  /** Settings of the ConfigMap kube-dns, where it is in the file. */
  readonly kubeDns?: KubeDnsSettings;
  readonly diagnostics: readonly Diagnostic[];
}

/** The most Corefiles that are taken from one file. */
const MAX_COREFILES = 200;
/** The most text that is read as configuration; a ConfigMap holds 1 MiB at most. */
const MAX_LENGTH = 8 * 1024 * 1024;

/**
 * Finds what a file holds; no Corefile is no error. Throws MuslgateError `input` when the file or a Corefile in it is
 * empty, `limit` when it is too large.
 */
export function findCorefiles(file: string, text: string): CorefileInputs {
  if (text.length > MAX_LENGTH) {
    throw new MuslgateError("limit", `${file} is too large for a Corefile`, "Give the ConfigMap alone.");
  }
  if (text.trim() === "") {
    throw new MuslgateError("input", `${file} is empty`, "Give a Corefile, or the ConfigMap that holds it.");
  }
  const inputs = isDescription(text)
    ? fromDescription(file, text)
    : looksLikeYaml(text)
      ? fromYaml(file, text)
      : bare(file, text);
  const empty = inputs.corefiles.find(({ source }) => source.text.trim() === "");
  if (empty !== undefined) {
    throw new MuslgateError(
      "input",
      `the Corefile in ${file} is empty`,
      "CoreDNS would start with its built-in default; give the Corefile that is really used.",
    );
  }
  return inputs;
}

/**
 * Reads a file the user named. Throws MuslgateError as findCorefiles does, `usage` when there is no Corefile in it, and
 * `input` when it is a template that has yet to be rendered.
 */
export function readCorefileInput(file: string, text: string): CorefileInputs {
  const inputs = findCorefiles(file, text);
  if (inputs.corefiles.length === 0) {
    const template = text.includes("{{");
    const gap = template ? undefined : inputs.diagnostics.find(({ weight }) => weight === "gap");
    if (gap !== undefined) throw new MuslgateError("input", gap.message, gap.hint);
    throw new MuslgateError(
      template ? "input" : "usage",
      template ? `${file} is a template that has yet to be rendered` : `${file} holds no Corefile`,
      template
        ? "Render it first, for example with helm template, and give the result."
        : "Give a Corefile, or a ConfigMap with the key Corefile (kubectl -n kube-system get configmap node-local-dns -o yaml).",
    );
  }
  const [first] = inputs.corefiles;
  if (first !== undefined && first.source.text === text && !isCorefile(first.source)) {
    throw new MuslgateError(
      "usage",
      `${file} is no Corefile: no directive of it is a plugin of CoreDNS`,
      "Give a Corefile, or a ConfigMap with the key Corefile.",
    );
  }
  return inputs;
}

/** Whether a bare text can be meant as one: it has a plugin, an import, a placeholder or an empty server block. */
function isCorefile(source: Source): boolean {
  const { text } = source;
  if (/\{\{|\$\{/.test(text)) return true;
  const { corefile, diagnostics } = parseCorefile(source);
  if (corefile.unread.length > 0) return true;
  if (diagnostics.some(({ code }) => code === "corefile-too-large")) return true;
  const directives = corefile.blocks.flatMap((block) => block.directives);
  if (directives.some(({ name, unread }) => unread || isKnownPlugin(name.text))) return true;
  if (diagnostics.length === 0) return directives.length === 0 && text.includes("{");
  // Nothing behind a syntax error was read.
  return text.split("\n").some((line) => isKnownPlugin(/^\s*(\S*)/.exec(line)?.[1] ?? ""));
}

/** A key at the start of a line that Corefiles do not have and ConfigMaps do. */
function looksLikeYaml(text: string): boolean {
  if (/^\uFEFF?\s*(?:\{\s*["}]|\[)/.test(text)) return true;
  return /^[ \t]*(?:- )?["']?(?:apiVersion|kind|data|items|spec|values|servers|configMapGenerator|Corefile)["']?[ \t]*:(?:[ \t\r]|$)/m.test(
    text,
  );
}

function bare(file: string, text: string): CorefileInputs {
  const source = wholeFile(file, text);
  return {
    corefiles: [{ source, role: roleByText(text), addon: "none" }],
    extras: [],
    diagnostics: [],
  };
}

/** What only node-local-dns has: the address it listens on, or node-cache's own placeholders. */
function roleByText(text: string): CorefileRole {
  const isNodeLocal = text.split("\n").some((line) => {
    if (/__PILLAR__(?:CLUSTER__DNS|UPSTREAM__SERVERS|LOCAL__DNS)__/.test(line)) return true;
    const bind = line.search(/\bbind\b/);
    return bind >= 0 && /\b169\.254\./.test(line.slice(bind));
  });
  return isNodeLocal ? "node-local-dns" : "unknown";
}

function roleOf(configMap: string | undefined, text: string): CorefileRole {
  if (configMap === undefined) return roleByText(text);
  // Tools such as kustomize and Helm put more around the name.
  if (/node-?local-?dns/.test(configMap)) return "node-local-dns";
  if (/coredns|dns-default|rke2-coredns|kube-dns/.test(configMap)) return "cluster-dns";
  return roleByText(text);
}

const KUBE_DNS_KEYS = new Set(["stubDomains", "upstreamNameservers"]);

const isExtra = (key: string) => /\.(?:server|override)$/.test(key);

function fromDescription(file: string, text: string): CorefileInputs {
  const found = new Found();
  for (const { name, head, data } of readDescription(file, text)) {
    for (const [key, source] of data) found.add(key, source, name, addonOf(head));
  }
  return found.inputs();
}

/** Collects what stands under the keys that matter. */
class Found {
  readonly corefiles: CorefileInput[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #extras: { configMap: string; key: string; source: Source }[] = [];
  readonly #kubeDns = new Map<string, Source>();
  #full = false;

  add(key: string, source: Source, configMap: string | undefined, addon: CorefileInput["addon"]): void {
    if (key === "Corefile") {
      if (!this.#hasRoom(source)) return;
      const role = roleOf(configMap, source.text);
      this.corefiles.push({ source, role, ...(configMap === undefined ? {} : { configMap }), key, addon });
    } else if (isExtra(key) && configMap !== undefined) {
      this.#extras.push({ configMap, key, source });
    } else if (KUBE_DNS_KEYS.has(key) && configMap === "kube-dns") {
      this.#kubeDns.set(key, source);
    }
  }

  /** A Corefile of another form, such as Helm values. */
  addPlain(key: string, source: Source): void {
    if (!this.#hasRoom(source)) return;
    this.corefiles.push({ source, role: roleByText(source.text), key, addon: "none" });
  }

  #hasRoom(next: Source): boolean {
    if (this.corefiles.length < MAX_COREFILES) return true;
    if (!this.#full) {
      this.diagnostics.push({
        code: "corefile-too-large",
        message: `${next.file} holds more than ${MAX_COREFILES} Corefiles; those behind are not read`,
        hint: "Give them in files of their own.",
        weight: "gap",
        at: next.toPlace(0, 0),
      });
    }
    this.#full = true;
    return false;
  }

  inputs(): CorefileInputs {
    const base = { corefiles: this.corefiles, extras: this.#extras };
    if (this.#kubeDns.size === 0) return { ...base, diagnostics: this.diagnostics };
    const kubeDns = readKubeDns(this.#kubeDns.get("stubDomains"), this.#kubeDns.get("upstreamNameservers"));
    return { ...base, kubeDns, diagnostics: [...this.diagnostics, ...kubeDns.diagnostics] };
  }
}

/**
 * Marks of the add-on manager. The label is in the article's dumps of GKE and in upstream's manifest too
 * (kubernetes/kubernetes, cluster/addons/dns/nodelocaldns), so that it may be anybody's; the annotation of whoever made
 * the ConfigMap is in the dump of a GKE 1.22 only.
 */
function addonOf(head: string): CorefileInput["addon"] {
  if (head.includes("kube-addon-manager")) return "made";
  return head.includes("addonmanager.kubernetes.io/mode") ? "labelled" : "none";
}

function fromYaml(file: string, text: string): CorefileInputs {
  const found = new Found();
  readYaml(wholeFile(file, text), text, found, 0);
  return found.inputs();
}

/** Strings of YAML inside YAML that are opened: the values of an Argo CD Application. */
const MAX_NESTING = 2;

function readYaml(outer: Source, fileText: string, found: Found, nesting: number): void {
  const { text } = outer;
  const { documents, stopped } = parseYaml(text);
  if (stopped !== undefined) found.diagnostics.push(unreadable(outer, stopped.message, stopped.start));
  for (const document of documents) {
    const before = found.corefiles.length;
    visit(document, {
      Pair(_, pair, path) {
        if (!isScalar(pair.key) || typeof pair.key.value !== "string") return;
        const key = pair.key.value;
        if (key === "Corefile" || isExtra(key) || KUBE_DNS_KEYS.has(key)) {
          const source = scalarSource(outer, fileText, pair.value);
          if (source === undefined) return;
          if (path.some((node) => isPair(node) && isScalar(node.key) && node.key.value === "binaryData")) {
            found.diagnostics.push(inBase64(outer, source));
            return;
          }
          const owner = ownerOf(path);
          const configMap = textAt(owner, ["metadata", "name"]) ?? textAt(owner, ["name"]);
          found.add(key, source, configMap, addonOf(ownerHead(owner, text)));
        } else if (key === "servers") {
          const source = helmServersSource(outer, fileText, pair.value);
          if (source !== undefined) found.addPlain(key, source);
        } else if (key === "values" && nesting < MAX_NESTING) {
          const source = scalarSource(outer, fileText, pair.value);
          if (source?.text.includes("servers:")) readYaml(source, fileText, found, nesting + 1);
        } else if (key === "configMapGenerator" && isSeq(pair.value)) {
          for (const generator of pair.value.items) readGenerator(outer, fileText, generator, found);
        }
      },
    });
    const [error] = document.errors;
    if (error !== undefined && (found.corefiles.length > before || text.includes("Corefile"))) {
      found.diagnostics.push(unreadable(outer, error.message, error.pos[0]));
    }
  }
}

function inBase64(outer: Source, source: Source): Diagnostic {
  return {
    code: "corefile-not-judged",
    message: `${outer.file} has a Corefile under binaryData, which is not decoded`,
    hint: "Put it under data, as text.",
    weight: "gap",
    at: source.toPlace(0, source.text.length),
  };
}

/** kustomize's configMapGenerator: a Corefile as a literal, or in a file of its own. */
function readGenerator(outer: Source, fileText: string, generator: unknown, found: Found): void {
  if (!isMap(generator)) return;
  const name = textAt(generator, ["name"]);
  const items = (key: string): readonly unknown[] => {
    const list: unknown = generator.get(key, true);
    return isSeq(list) ? list.items : [];
  };
  for (const item of items("literals")) {
    const source = scalarSource(outer, fileText, item);
    const start = /^Corefile=/.exec(source?.text ?? "")?.[0].length;
    if (source !== undefined && start !== undefined)
      found.add("Corefile", partFrom(source, start), name, "none");
  }
  for (const item of items("files")) {
    const source = scalarSource(outer, fileText, item);
    if (source === undefined || !/^(?:Corefile=|(?:.*\/)?Corefile$)/.test(source.text)) continue;
    const path = source.text.replace(/^Corefile=/, "");
    found.diagnostics.push({
      code: "corefile-elsewhere",
      message: `the Corefile of ${name ?? "this ConfigMap"} stands in ${path}, which was not read`,
      hint: `Give ${path} as the Corefile.`,
      weight: "gap",
      subject: path,
      at: source.toPlace(0, source.text.length),
    });
  }
}

function partFrom(source: Source, start: number): Source {
  return {
    file: source.file,
    text: source.text.slice(start),
    toFileOffset: (offset) => source.toFileOffset(start + offset),
    toPlace: (from, to) => source.toPlace(start + from, start + to),
  };
}

function unreadable(outer: Source, message: string, offset: number): Diagnostic {
  return {
    code: "yaml-unreadable",
    message: `${outer.file} is not quite YAML: ${message}`,
    hint: "Correct it, or render it first if it is a template; parts of it may be missing here.",
    weight: "gap",
    at: outer.toPlace(offset, offset + 1),
  };
}

/** The map a data key belongs to: the one above `data`, or the nearest map. */
function ownerOf(path: readonly unknown[]): YAMLMap | undefined {
  const maps = path.filter((node) => isMap(node));
  const underData = path.some((node) => isPair(node) && isScalar(node.key) && node.key.value === "data");
  return underData ? maps.at(-2) : maps.at(-1);
}

function textAt(owner: YAMLMap | undefined, keys: readonly string[]): string | undefined {
  const value: unknown = owner?.getIn(keys);
  return typeof value === "string" ? value : undefined;
}

/** The text of the map's metadata, where labels and annotations stand. */
function ownerHead(owner: YAMLMap | undefined, text: string): string {
  const metadata: unknown = owner?.get("metadata", true);
  return isMap(metadata) && metadata.range ? text.slice(metadata.range[0], metadata.range[1]) : "";
}
