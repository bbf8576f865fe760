/** Reads `clusters` of a configuration: which clusters there are, and who meets them. Must read no file that it names. */
import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { MuslgateError } from "../model/error.ts";
import type { Place } from "../model/place.ts";
import type { OptionName } from "./options.ts";
import { SELECTORS, type Selectors, type Written } from "./settings.ts";

/** The options that say of one cluster what it is. */
export const CLUSTER_OPTIONS = [
  "corefile",
  "cluster",
  "gke-version",
  "node-local-dns",
  "autopilot",
  "provider",
  "cluster-domain",
] as const satisfies readonly OptionName[];

/** One entry as it is written. */
export interface ClusterEntry extends Selectors {
  /** What reports call the cluster. */
  readonly name: string;
  readonly options: Written;
  /** Where each option is set. */
  readonly places: Readonly<Partial<Record<OptionName, Place>>>;
  readonly at: Place;
}

/** What reading the entries needs of the file they stand in. */
export interface EntryReader {
  readonly at: (node: Node) => Place;
  readonly wrong: (node: Node | null | undefined, what: string, hint: string) => MuslgateError;
  /** Reads the value of an option. Throws MuslgateError (`usage`). */
  readonly option: (name: OptionName, node: Node | null) => Written[OptionName];
}

/** More clusters than anybody checks against in one run: each container is judged on each that it meets. */
export const MOST_CLUSTERS = 100;

const FIELDS: readonly string[] = ["name", ...CLUSTER_OPTIONS, ...SELECTORS];

/** The entries. Throws MuslgateError (`usage`) for one that names no cluster, or says nothing of it. */
export function readClusterEntries(node: Node | null, reader: EntryReader): readonly ClusterEntry[] {
  const { wrong } = reader;
  if (!isSeq(node))
    throw wrong(node, "clusters is no list", "Write each cluster as an item with name and `corefile`.");
  if (node.items.length > MOST_CLUSTERS) {
    throw wrong(node, `clusters has more than ${MOST_CLUSTERS} entries`, "Check the others in another run.");
  }
  const names = new Set<string>();
  return node.items.map((item) => {
    const entry = readEntry(item as Node, reader);
    if (names.has(entry.name))
      throw wrong(item as Node, `there are two clusters "${entry.name}"`, "Give each its own name.");
    names.add(entry.name);
    return entry;
  });
}

function readEntry(item: Node, { at, wrong, option }: EntryReader): ClusterEntry {
  if (!isMap(item)) throw wrong(item, "an entry of clusters is no map", "Give it a name and a `corefile`.");
  let called = "";
  const options: Partial<Record<OptionName, Written[OptionName]>> = {};
  const places: Partial<Record<OptionName, Place>> = {};
  const selectors: Record<keyof Selectors, readonly string[]> = {
    workloads: [],
    namespaces: [],
    overlays: [],
  };
  for (const { key, value } of item.items) {
    const field = isScalar(key) ? String(key.value) : "";
    const node = value as Node | null;
    if (isOneOf(CLUSTER_OPTIONS, field)) {
      options[field] = option(field, node);
      places[field] = at(key as Node);
    } else if (isOneOf(SELECTORS, field)) selectors[field] = textsOf(field, node, wrong);
    else if (field === "name") called = textOf(node) ?? "";
    else throw wrong(key as Node, `a cluster has no "${field}"`, `It has: ${FIELDS.join(", ")}.`);
  }
  if (called === "") throw wrong(item, "a cluster is without name", "Give it the name that reports call it.");
  if (Object.keys(options).length === 0) {
    throw wrong(
      item,
      `nothing says how the cluster "${called}" answers`,
      "Give it a `corefile`, a `cluster` or a `gke-version`.",
    );
  }
  return { name: called, options, places, ...selectors, at: at(item) };
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}

/** One text, or a list of them. */
function textsOf(field: string, node: Node | null, wrong: EntryReader["wrong"]): readonly string[] {
  const texts = (isSeq(node) ? node.items : [node]).map((one) => textOf(one));
  if (texts.length === 0 || texts.some((text) => text === undefined))
    throw wrong(node, `${field} of a cluster is empty, or no text`, "Write a text, or a list of texts.");
  return texts.filter((text) => text !== undefined);
}

function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  const text = typeof node.value === "string" ? node.value : (node.source ?? "");
  return text.trim() || undefined;
}
