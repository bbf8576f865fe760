/** Settings from what a user wrote, the environment and the configuration file beneath. Must let the nearer to the user win. */
import { lstatSync } from "node:fs";
import { posix } from "node:path";
import { CONFIG_NAMES, type Config, NO_CONFIG, readConfig, refuseLinks } from "./config-file.ts";
import { CLUSTER_OPTIONS, type ClusterEntry } from "./cluster-entries.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import type { OptionName } from "./options.ts";
import { readText } from "../tree/read-text.ts";
import { pathFrom } from "../tree/run-root.ts";
import { environmentOptions, variableOf } from "./environment.ts";
import { type Called, isSet, readSettings, type Settings, type Written } from "./settings.ts";
import { decodeText } from "../text/decode.ts";
import { readRegularFile } from "../tree/regular-file.ts";

/** Settings, and the waivers that only a file can hold. */
export interface Configured {
  readonly settings: Settings;
  readonly waivers: Config["waivers"];
  /** What was said outside of any file. */
  readonly said: Said;
  /** The file beneath. */
  readonly file?: ConfigText;
  /** Settings of the state to compare with, where they do not come from its own file. */
  readonly before?: Settings;
  /** What there is to say of how they came about. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What was said on the command line, as an input or in the environment, and what messages call it. */
export interface Said {
  readonly written: Written;
  readonly called: Called;
}

/** A configuration file's name, as messages have it, and its text. */
export interface ConfigText {
  readonly name: string;
  readonly text: string;
}

/** The most a configuration may have. */
export const MOST_CONFIG_BYTES = 2 ** 20;

/** What a user wrote, over what the environment has; `spelt` is how an option is written there. */
export function saidBy(
  written: Written,
  env: NodeJS.ProcessEnv,
  spelt: (name: OptionName) => string = (name) => name,
): Said {
  const variables = setOf(environmentOptions(env));
  const own = setOf(written);
  return {
    written: { ...variables, ...own },
    called: (name) =>
      own[name] === undefined && variables[name] !== undefined ? variableOf(name) : spelt(name),
  };
}

function setOf(written: Written): Written {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => isSet(value)));
}

/** Reads the file that `config` names, or the one with a usual name in this folder. Throws MuslgateError (`usage`, `input`). */
export function configured(said: Said): Configured {
  const file = configHere(said.written);
  if (file === undefined) return { settings: settingsOf(said), waivers: [], said, diagnostics: [] };
  const config = readConfig(file.name, file.text);
  refuseLinks(config);
  const diagnostics = clustersPutAside(said, config);
  return { settings: settingsOf(said, config), waivers: config.waivers, said, file, diagnostics };
}

/** What was said wins over what a file says. Throws MuslgateError (`usage`) for a value that an option does not take. */
export function settingsOf(said: Said, { options, places, clusters }: Config = NO_CONFIG): Settings {
  const { written, called } = said;
  const read = (own: Pick<ClusterEntry, "options" | "places">) =>
    readSettings({ ...options, ...own.options, ...written }, (name) => {
      const place = written[name] === undefined ? (own.places[name] ?? places[name]) : undefined;
      return place === undefined ? called(name) : `${placeText(place)}: ${name}`;
    });
  const settings = read(NO_CONFIG);
  if (saidOfCluster(said) !== undefined) return settings;
  return { ...settings, clusters: clusters.map((entry) => ({ ...entry, says: read(entry) })) };
}

/** The option that says outside of any file what the cluster is: the run is about that one then. */
function saidOfCluster({ written }: Said): OptionName | undefined {
  return CLUSTER_OPTIONS.find((name) => written[name] !== undefined);
}

/** What to say of the clusters that a file lists and the call does not ask about. */
export function clustersPutAside(said: Said, { clusters, places }: Config): readonly Diagnostic[] {
  const option = saidOfCluster(said);
  if (option === undefined || clusters.length === 0) return [];
  return [
    {
      code: "clusters-put-aside",
      message: `${said.called(option)} says which cluster this run is about, and not the clusters that are listed here`,
      hint: `Leave ${said.called(option)} out to check against each of them.`,
      weight: "notice",
      at: places.clusters,
    },
  ];
}

/** The configuration of this folder. Throws MuslgateError (`usage`, `input`) where it cannot be told or read. */
export function configHere(written: Written): ConfigText | undefined {
  const named = namedConfig(written);
  if (named !== undefined) {
    const text = readText(named, MOST_CONFIG_BYTES, "Check the path.", `the configuration ${named}`);
    return { name: named, text };
  }
  const name = onlyOne(CONFIG_NAMES.filter((one) => lstatSync(one, { throwIfNoEntry: false }) !== undefined));
  if (name === undefined) return undefined;
  const read = readRegularFile(name, { most: MOST_CONFIG_BYTES, within: "." });
  const decoded = "bytes" in read ? decodeText(read.bytes) : read;
  if ("text" in decoded) return { name, text: decoded.text };
  throw new MuslgateError(
    "input",
    `the configuration ${name} cannot be read: ${decoded.problem}`,
    "It must be a file of this folder; name one that lies elsewhere with `config`.",
  );
}

/** Throws MuslgateError (`usage`) where several are there: nobody could tell which counts. */
export function onlyOne(names: readonly string[]): string | undefined {
  const [name, second] = names;
  if (second === undefined) return name;
  throw new MuslgateError(
    "usage",
    `there are two configurations, ${name} and ${second}`,
    "Keep one of them, or say which with `config`.",
  );
}

/** The names that a configuration may have, from a folder; nothing where it lies elsewhere. */
export function configPaths(root: string, written: Written): readonly string[] | undefined {
  const paths = [namedConfig(written) ?? CONFIG_NAMES].flat().map((name) => pathFrom(root, name));
  const inside = paths.filter((path) => path !== undefined);
  return inside.length < paths.length ? undefined : inside.map((path) => posix.normalize(path));
}

/**
 * The settings that an earlier state of the folder `root` had, and what there is to say about a change of them. Those
 * of now where its file cannot be used any more, or lies elsewhere.
 */
export async function configuredIn(
  tree: FileTree,
  root: string,
  { said, file, settings: now }: Configured,
): Promise<{ readonly settings: Settings; readonly diagnostics: readonly Diagnostic[] }> {
  for (const path of configPaths(root, said.written) ?? []) {
    const read = await tree.read(path);
    if (!("text" in read)) continue;
    const name = file?.name ?? path;
    const diagnostics = file?.text === read.text && pathFrom(root, name) === path ? [] : [changed(name)];
    try {
      return { settings: settingsOf(said, readConfig(path, read.text)), diagnostics };
    } catch (error) {
      if (!(error instanceof MuslgateError)) throw error;
      return { settings: now, diagnostics };
    }
  }
  if (file === undefined || configPaths(root, said.written) === undefined)
    return { settings: now, diagnostics: [] };
  return { settings: settingsOf(said), diagnostics: [changed(file.name)] };
}

function changed(file: string): Diagnostic {
  return {
    code: "configuration-changed",
    message: `${file} changes too, and the base was judged with what it said before`,
    hint: "Look at that change: it decides what fails.",
    weight: "notice",
    at: { file, line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
}

function namedConfig({ config }: Written): string | undefined {
  return typeof config === "string" && config.trim() !== "" ? config.trim() : undefined;
}

/** Whether two values of an option are the same, however they are written. */
export function sameValue(one: Written[OptionName], other: Written[OptionName]): boolean {
  const plain = (value: Written[OptionName]) =>
    (Array.isArray(value) ? value.join("\n") : String(value ?? "")).trim();
  return plain(one) === plain(other);
}
