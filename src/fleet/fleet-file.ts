/** Reads FLEET.yaml: which clusters there are, and what they may turn into. Must say where in the file something is wrong, and open nothing that it names. */
import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { nameAt } from "../model/cluster-profile.ts";
import { MuslgateError } from "../model/error.ts";
import { printable } from "../report/text.ts";
import { CLUSTER_OPTIONS } from "../settings/cluster-entries.ts";
import { scalarText } from "../settings/config-file.ts";
import { type OneDocument, oneDocument } from "../settings/one-document.ts";
import type { OptionName } from "../settings/options.ts";
import type { Written } from "../settings/settings.ts";
import { readTargets } from "../settings/targets.ts";
import { didYouMean } from "../text/closest.ts";
import { readText } from "../tree/read-text.ts";

/** Where a cluster's workloads are read from. */
export type FleetSource =
  | { readonly context: string; readonly namespace?: string }
  /** What kubectl printed, in a file. */
  | { readonly lists: string }
  /** A folder. */
  | { readonly repository: string };

/** One cluster. */
export interface FleetCluster {
  /** What reports call it. */
  readonly name: string;
  readonly source: FleetSource;
  /** What is said of it, before what it shows. */
  readonly options: Written;
  readonly line: number;
}

/** The whole file. */
export interface Fleet {
  readonly clusters: readonly FleetCluster[];
  /** What every cluster may turn into, in the words of `--to`. */
  readonly targets: readonly string[];
  /** As `platform` of the options. */
  readonly platform?: string;
}

/** Clusters, and clusters together with what they may turn into. */
export const MOST_CLUSTERS = 500;
export const MOST_MEMBERS = 2_000;

/** Tokens of the file: some 25 a cluster. */
const MOST_TOKENS = 200_000;

const SOURCES = ["context", "lists", "repository"] as const;
const REPOSITORY_OPTIONS = ["include", "exclude"] as const;

/** What may be said of a cluster; files that describe one are found in its repository. */
export const FLEET_OPTIONS: readonly OptionName[] = [
  ...CLUSTER_OPTIONS.filter((one) => one !== "cluster"),
  ...REPOSITORY_OPTIONS,
];
/** Reads the file. Throws as `readFleet` does, and where it cannot be read. */
export function loadFleet(file: string): Fleet {
  return readFleet(file, readText(file));
}

/** Reads its text. Throws MuslgateError (`usage`) with file, line and what is allowed. */
export function readFleet(file: string, source: string): Fleet {
  const document = oneDocument(file, source, MOST_TOKENS);
  const reader = new FleetReader(file, document);
  const top = reader.map(document.contents, "a fleet's file", ["clusters", "targets", "platform"]);
  const clusters = reader.list(top.get("clusters"), "clusters").map((one) => cluster(reader, one));
  const targets = targetsIn(reader, top.get("targets"));
  reader.distinct(clusters, targets);
  const platform = top.has("platform") ? reader.text(top.get("platform"), "platform") : undefined;
  const node = top.get("clusters") ?? null;
  if (clusters.length === 0)
    throw reader.wrong(
      node,
      "it names no cluster",
      "List clusters, each with a name and a context, lists or repository.",
    );
  if (clusters.length > MOST_CLUSTERS)
    throw reader.wrong(
      node,
      `clusters has more than ${MOST_CLUSTERS} entries`,
      "Plan the others as another fleet.",
    );
  if (clusters.length * (1 + targets.length) > MOST_MEMBERS)
    throw reader.wrong(
      node,
      `${clusters.length} clusters and ${targets.length} targets make more than ${MOST_MEMBERS} columns`,
      "Plan some of them as another fleet.",
    );
  return { clusters, targets, platform };
}

function cluster(reader: FleetReader, node: Node): FleetCluster {
  const map = reader.map(node, "a cluster", ["name", ...SOURCES, "namespace", ...FLEET_OPTIONS]);
  const given = SOURCES.filter((one) => map.has(one));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const what =
      kind === undefined ? "nothing says where a cluster is" : `a cluster has ${given.join(" and ")}`;
    throw reader.wrong(node, what, "Give it one of: context, lists, repository.");
  }
  const value = reader.text(map.get(kind), kind);
  if (map.has("namespace") && kind !== "context")
    throw reader.wrong(
      map.get("namespace"),
      `a cluster with ${kind} has a namespace`,
      "Leave it out: what is there is taken.",
    );
  for (const one of REPOSITORY_OPTIONS)
    if (map.has(one) && kind !== "repository")
      throw reader.wrong(
        map.get(one),
        `a cluster with ${kind} has ${one}`,
        "It is for a repository's files.",
      );
  const name = map.has("name")
    ? reader.text(map.get("name"), "name")
    : kind === "context"
      ? value
      : undefined;
  if (name === undefined)
    throw reader.wrong(node, "a cluster is without name", "Give it the name that reports call it.");
  const namespace = map.has("namespace") ? reader.text(map.get("namespace"), "namespace") : undefined;
  const source: FleetSource =
    kind === "context"
      ? { context: value, namespace }
      : kind === "lists"
        ? { lists: value }
        : { repository: value };
  return { name, source, options: reader.options(map, FLEET_OPTIONS), line: reader.lineOf(node) };
}

/** The texts of `--to`, read as it is: each once. */
function targetsIn(reader: FleetReader, node: Node | null | undefined): readonly string[] {
  const items = reader.list(node, "targets");
  const lines = items.map((one) => {
    if (isScalar(one)) return reader.text(one, "a target");
    throw reader.wrong(
      one,
      "a target is no text",
      "Write it as the option `to` has it, such as gke-version=1.35.8-gke.1225000.",
    );
  });
  for (const [index, line] of lines.entries())
    readTargets([line], (value, hint) => reader.wrong(items[index], `a target is "${value}"`, hint));
  return readTargets(lines, (value, hint) => reader.wrong(node, `targets has ${value}`, hint)).map(
    ({ to }) => to,
  );
}

/** The nodes of one file, and what is wrong with them. */
class FleetReader {
  readonly #file: string;
  readonly #document: OneDocument;

  constructor(file: string, document: OneDocument) {
    this.#file = file;
    this.#document = document;
  }

  wrong(node: Node | null | undefined, what: string, hint: string): MuslgateError {
    return this.#document.wrong(node, what, hint);
  }

  lineOf(node: Node): number {
    return this.#document.at(node).line;
  }

  map(
    node: Node | null | undefined,
    what: string,
    allowed: readonly string[],
  ): ReadonlyMap<string, Node | null> {
    if (!isMap(node)) throw this.wrong(node, `${what} is no map`, `Give it: ${allowed.join(", ")}.`);
    const found = new Map<string, Node | null>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      if (!allowed.includes(name))
        throw this.wrong(
          key as Node,
          `${what} has no "${name.slice(0, 100)}"`,
          `${didYouMean(name, allowed)}It has: ${allowed.join(", ")}.`,
        );
      if (isAlias(value)) throw this.wrong(value, `${name} is a YAML alias`, "Write its value out.");
      found.set(name, value as Node | null);
    }
    return found;
  }

  list(node: Node | null | undefined, what: string): readonly Node[] {
    if (node === undefined) return [];
    if (!isSeq(node))
      throw this.wrong(node, `${what} is no list`, "Write each as an item that begins with a hyphen.");
    return node.items as Node[];
  }

  text(node: unknown, what: string): string {
    const value = isScalar(node) && node.value !== null ? scalarText(node).trim() : "";
    if (value === "") throw this.wrong(node as Node | null, `${what} is empty, or no text`, "Write a text.");
    return value;
  }

  options(map: ReadonlyMap<string, Node | null>, names: readonly OptionName[]): Written {
    const given = names.filter((name) => map.has(name));
    return Object.fromEntries(
      given.map((name) => {
        const node = map.get(name);
        return [
          name,
          isSeq(node) ? node.items.map((one) => this.text(one, `an item of ${name}`)) : this.text(node, name),
        ];
      }),
    );
  }

  /** No two columns of the report look alike. */
  distinct(all: readonly Pick<FleetCluster, "name" | "line">[], targets: readonly string[]): void {
    const names = new Set<string>();
    for (const { name, line } of all)
      for (const column of [name, ...targets.map((to) => nameAt(name, to))].map(printable)) {
        if (names.has(column))
          throw new MuslgateError(
            "usage",
            `${this.#file}:${line}: there are two clusters "${column}"`,
            "Give each its own name.",
          );
        names.add(column);
      }
  }
}
