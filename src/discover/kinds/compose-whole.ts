/** Puts together what compose reads as one: a service and those it extends, an override and the file that it is laid over. Must follow `extends` never out of its folder. */
import type { Source } from "../../text/source.ts";
import { joinPath, parentOf } from "../../tree/paths.ts";
import { entryOf, textAt, valueAt, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import { isOverrideName } from "./compose-name.ts";

/** A file's documents. */
interface Part {
  readonly file: Source;
  readonly documents: readonly YamlNode[];
}

/** Files put together, and services that extend each other, at most. */
const MOST_PARTS = 8;
const MOST_DEPTH = 8;
/** Lists that the later file replaces; others it adds to (docs.docker.com, Merge Compose files). */
const REPLACED = new Set(["command", "entrypoint", "test"]);
/** They may be written as lists of `NAME=value`. */
const PAIRS = new Set(["environment", "args"]);

/** The names of which compose takes one where it is told nothing (docs.docker.com, The Compose file). */
const DEFAULT_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/**
 * The file as compose takes it: its own services, whole, laid over those of `below`, the lowest first. What cannot be found, or is more than `spend` has left, is left
 * as it is written.
 */
export async function wholeCompose(
  source: Part,
  partOf: (path: string) => Promise<Part | undefined>,
  spend: (characters: number) => boolean,
  below?: readonly string[],
): Promise<Part> {
  const services = valueAt(source.documents[0], "services");
  if (services?.kind !== "map") return source;
  const isOverride = isOverrideName(source.file.file);
  const parts = new Parts(source, partOf, spend, parentOf(below?.[0] ?? source.file.file));
  const under =
    below === undefined
      ? await parts.under(isOverride ? DEFAULT_NAMES.map((name) => beside(source, name)) : [], 1)
      : await parts.under(below);
  const entries: YamlEntry[] = [];
  for (const entry of services.entries) {
    let value: YamlNode | undefined;
    for (const part of [...under, source]) {
      const own = part === source ? entry.value : valueAt(part.documents[0], "services", entry.key);
      if (own === undefined || (part !== source && !spend(own.end - own.start))) continue;
      const whole = await parts.service(part, own, 0);
      value = value === undefined ? whole : laid(value, whole, entry.key);
    }
    entries.push({ ...entry, value: value ?? entry.value });
  }
  const [root, ...others] = source.documents;
  if (root?.kind !== "map") return source;
  const whole = (entry: YamlEntry) =>
    entry.key === "services" ? { ...entry, value: { ...services, entries } } : entry;
  return { file: parts.joined(), documents: [{ ...root, entries: root.entries.map(whole) }, ...others] };
}

function beside({ file }: Part, name: string): string {
  return joinPath(parentOf(file.file), name)?.path ?? "";
}

/** Files whose texts stand one behind the other, so that a node says by its offset whose it is. */
class Parts {
  readonly #first: Part;
  readonly #known: { readonly part: Part; readonly from: number }[];
  readonly #spend: (characters: number) => boolean;
  readonly #partOf: (path: string) => Promise<Part | undefined>;
  /** Where paths of all of them begin. */
  readonly #folder: string;

  constructor(
    first: Part,
    partOf: (path: string) => Promise<Part | undefined>,
    spend: (characters: number) => boolean,
    folder: string,
  ) {
    this.#folder = folder;
    this.#spend = spend;
    this.#first = first;
    this.#known = [{ part: first, from: 0 }];
    this.#partOf = partOf;
  }

  /** The files that one is laid over (docs.docker.com, Merge Compose files), `most` of those that are there. */
  async under(paths: readonly string[], most = MOST_PARTS): Promise<readonly Part[]> {
    const all: Part[] = [];
    for (const path of paths) {
      const part = all.length < most ? await this.#open(path) : undefined;
      if (part !== undefined) all.push(part);
    }
    return all;
  }

  /** A service over the one that it extends (docs.docker.com, Extend your Compose file), its offsets those of the whole. */
  async service(part: Part, node: YamlNode, depth: number): Promise<YamlNode> {
    const own = moved(node, this.#known.find((one) => one.part === part)?.from ?? 0);
    const extended = valueAt(node, "extends");
    if (extended === undefined || depth > MOST_DEPTH) return own;
    const name = extended.kind === "text" ? extended.text : textAt(extended, "service")?.text;
    const file = textAt(extended, "file")?.text;
    const other = file === undefined ? part : await this.#beside(part, file);
    const base = other && name !== undefined ? valueAt(other.documents[0], "services", name) : undefined;
    if (other === undefined || base === undefined || base === node) return own;
    if (!this.#spend(base.end - base.start)) return own;
    return laid(await this.service(other, base, depth + 1), own, "");
  }

  joined(): Source {
    const known = this.#known;
    const first = { part: this.#first, from: 0 };
    const at = (offset: number) => known.findLast(({ from }) => from <= offset) ?? first;
    return {
      file: this.#first.file.file,
      text: known.map(({ part }) => part.file.text).join("\n"),
      toPlace(start, end) {
        const { part, from } = at(start);
        return part.file.toPlace(start - from, Math.max(start - from, end - from));
      },
      toFileOffset(offset) {
        const { part, from } = at(offset);
        return part.file.toFileOffset(offset - from);
      },
    };
  }

  /** A file that another names, both where the paths of all begin: those of others begin elsewhere. */
  async #beside(part: Part, name: string): Promise<Part | undefined> {
    const here = parentOf(part.file.file);
    const path = joinPath(here, name)?.path;
    const isHere = path !== undefined && here === this.#folder && parentOf(path) === here;
    return isHere ? this.#open(path) : undefined;
  }

  async #open(path: string): Promise<Part | undefined> {
    const known = this.#known.find(({ part }) => part.file.file === path)?.part;
    if (known !== undefined) return known;
    const part = this.#known.length < MOST_PARTS ? await this.#partOf(path) : undefined;
    if (part === undefined) return undefined;
    const from = this.#known.reduce((sum, one) => sum + one.part.file.text.length + 1, 0);
    this.#known.push({ part, from });
    return part;
  }
}

/** A node whose offsets are further on. */
function moved(node: YamlNode, by: number): YamlNode {
  if (by === 0) return node;
  const place = { start: node.start + by, end: node.end + by };
  if (node.kind === "text") return { ...node, ...place };
  if (node.kind === "list") return { ...node, ...place, items: node.items.map((item) => moved(item, by)) };
  const entries = node.entries.map((entry) => ({
    ...entry,
    start: entry.start + by,
    end: entry.end + by,
    value: moved(entry.value, by),
  }));
  return { ...node, ...place, entries };
}

/** One value over another. */
function laid(below: YamlNode, above: YamlNode, key: string): YamlNode {
  const [base, over] = [below, above].map((node) => plain(node, key)) as [YamlNode, YamlNode];
  if (base.kind === "list" && over.kind === "list" && !REPLACED.has(key))
    return { ...over, items: [...base.items, ...over.items] };
  if (base.kind !== "map" || over.kind !== "map") return over;
  const entries = new Map(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const known = entries.get(entry.key);
    const value = known === undefined ? entry.value : laid(known.value, entry.value, entry.key);
    entries.set(entry.key, { ...entry, value });
  }
  return { ...over, entries: [...entries.values()] };
}

/** As a map where it may be written shorter: `build: ./web`, a list of `NAME=value`. */
function plain(node: YamlNode, key: string): YamlNode {
  const { start, end } = node;
  const map = (entries: YamlMap["entries"]): YamlMap => ({ kind: "map", entries, start, end });
  if (key === "build" && node.kind === "text") return map([entryOf("context", node)]);
  if (!PAIRS.has(key) || node.kind !== "list") return node;
  const pairs = node.items.flatMap((item): YamlEntry[] => {
    if (item.kind !== "text") return [];
    const [name = ""] = item.text.split("=", 1);
    return [entryOf(name, { ...item, text: item.text.slice(name.length + 1) })];
  });
  return map(pairs);
}
