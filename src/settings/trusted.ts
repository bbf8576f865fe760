/** Settings of a run for a pull request: what could weaken the check comes from the base's file. Must fail closed. */
import { lstatSync, realpathSync } from "node:fs";
import { posix } from "node:path";
import { CLUSTER_OPTIONS, type ClusterEntry } from "./cluster-entries.ts";
import {
  type Config,
  NO_CONFIG,
  quoted,
  readConfig,
  refuseLinks,
  type SetInFile,
  type Waiver,
} from "./config-file.ts";
import {
  clustersPutAside,
  configHere,
  configPaths,
  type Configured,
  configured,
  type ConfigText,
  MOST_CONFIG_BYTES,
  onlyOne,
  sameValue,
  type Said,
  settingsOf,
} from "./states.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { type Place, placeText } from "../model/place.ts";
import { OPTIONS, type OptionName } from "./options.ts";
import { pathFrom } from "../tree/run-root.ts";
import { listOf, type Written } from "./settings.ts";

type TrustedFiles = Pick<FileTree, "list" | "read">;

/** The state that a pull request is to be merged into. */
export interface TrustedBase {
  /** Its files, their paths from this folder; or a clause on why they cannot be read. */
  readonly tree: TrustedFiles | { readonly missing: string };
  /** Where a path of it is now; nothing where it was not renamed, or git cannot say. */
  renamed(path: string): Promise<string | undefined>;
}

/**
 * The settings. What was said in the call counts as ever; of this folder's file only what could not weaken the check.
 * Rejects with MuslgateError (`usage`, `input`) for a value that cannot be, and for a file that the base's configuration
 * names and the change takes away.
 */
export async function trusted(said: Said, base: TrustedBase): Promise<Configured> {
  const paths = configPaths(".", said.written);
  if (paths === undefined) return elsewhere(said);
  const own = ownConfig(said.written);
  const read: Read =
    "missing" in base.tree ? { problem: base.tree.missing } : await configIn(base.tree, paths);
  const theirs = "problem" in read ? NO_CONFIG : read.config;
  const followed = await follow(theirs, said.written, base);
  refuseLinks(followed);
  const harmless = Object.entries(own.config?.options ?? {}).filter(
    ([name]) => !OPTIONS[name as OptionName].weakens,
  );
  const config: Config = {
    options: { ...followed.options, ...Object.fromEntries(harmless) },
    waivers: theirs.waivers,
    clusters: followed.clusters,
    places: { ...own.config?.places, ...followed.places },
  };
  return {
    settings: settingsOf(said, config),
    before: settingsOf(said, theirs),
    waivers: theirs.waivers,
    said,
    diagnostics: [
      ...("problem" in read ? [baseUnread(read.problem)] : []),
      ...own.diagnostics,
      ...clustersPutAside(said, config),
      ...putOff(own, [theirs, followed], said.written),
    ],
  };
}

/** What lies elsewhere no change can bring; what only seems to may be its own file by another name. */
function elsewhere(said: Said): Configured {
  const { config } = said.written;
  if (!leadsInside(config)) return configured(said);
  throw new MuslgateError(
    "usage",
    `config is ${quoted(config)}, which leads back into this folder`,
    "Name the file by its path in this folder, so that it can be looked up in the base.",
  );
}

/** Whether a path ends below this folder, whatever links it takes. */
function leadsInside(path: Written[OptionName]): boolean {
  try {
    return pathFrom(realpathSync("."), realpathSync(String(path).trim())) !== undefined;
  } catch {
    return false;
  }
}

interface OwnConfig {
  readonly file?: ConfigText;
  /** Absent where it cannot be used. */
  readonly config?: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/** The file that the change brings; one that cannot be used says so, and sets nothing. */
function ownConfig(written: Written): OwnConfig {
  try {
    const file = configHere(written);
    return {
      file,
      config: file === undefined ? NO_CONFIG : readConfig(file.name, file.text),
      diagnostics: [],
    };
  } catch (error) {
    if (!(error instanceof MuslgateError)) throw error;
    return {
      diagnostics: [
        {
          code: "configuration-unreadable",
          message: `The configuration of this change cannot be used: ${error.message}`,
          hint: `${error.hint} Once it is merged every run ends with this error.`,
          weight: "gap",
        },
      ],
    };
  }
}

type Read = { readonly config: Config } | { readonly problem: string };

/** The configuration of a tree; one that has none has set nothing. */
async function configIn(tree: TrustedFiles, names: readonly string[]): Promise<Read> {
  const { paths, diagnostics } = await tree.list();
  const listed = new Set(paths);
  try {
    const name = onlyOne(names.filter((one) => listed.has(one)));
    const [partly] = diagnostics;
    if (name === undefined) return partly === undefined ? { config: NO_CONFIG } : { problem: partly.message };
    const read = await tree.read(name);
    if (!("text" in read)) return { problem: `${name}: ${read.problem}` };
    if (read.text.length > MOST_CONFIG_BYTES)
      return { problem: `${name}: it has more than ${MOST_CONFIG_BYTES} bytes` };
    return { config: readConfig(name, read.text) };
  } catch (error) {
    if (!(error instanceof MuslgateError)) throw error;
    return { problem: error.message };
  }
}

/** The configuration with the paths that its files have now. */
async function follow(config: Config, written: Written, base: TrustedBase): Promise<Config> {
  const clusters: ClusterEntry[] = [];
  for (const entry of config.clusters) {
    const now = await followedOptions(
      { ...entry, places: { ...config.places, ...entry.places } },
      written,
      base,
    );
    clusters.push({ ...entry, options: now });
  }
  return { ...config, options: await followedOptions(config, written, base), clusters };
}

async function followedOptions(
  config: Pick<Config, "options" | "places">,
  written: Written,
  base: TrustedBase,
): Promise<Written> {
  const options: Partial<Record<OptionName, Written[OptionName]>> = { ...config.options };
  for (const name of Object.keys(options) as OptionName[]) {
    if (!OPTIONS[name].path || written[name] !== undefined) continue;
    const paths: string[] = [];
    for (const path of listOf(options[name])) {
      const now = isThere(path) ? path : await base.renamed(posix.normalize(path).replace(/\/$/, ""));
      // A change may choose a name that reads as a comment.
      if (now !== undefined && listOf([now])[0] === now) paths.push(now);
      // A name that is no file here may be an image's in a registry.
      else if (name === "images" && now === undefined) paths.push(path);
      else throw takenAway(name, path, config.places[name]);
    }
    options[name] = OPTIONS[name].kind === "list" ? paths : paths[0];
  }
  return options;
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function takenAway(name: OptionName, path: string, place: Place | undefined): MuslgateError {
  const where = place === undefined ? "" : ` (${placeText(place)} of the base)`;
  return new MuslgateError(
    "input",
    `${name} is "${path}"${where}, which is not there, and git does not say where it is now`,
    `Keep the file until this change is merged, or say ${name} in the workflow. Where it was renamed, check out more history (fetch-depth: 0).`,
  );
}

/** What the change would set otherwise than the base does, each on its line. */
function putOff(
  { file, config }: OwnConfig,
  base: readonly [Config, Config],
  written: Written,
): readonly Diagnostic[] {
  if (config === undefined) return [];
  const names = (Object.keys(OPTIONS) as OptionName[]).filter(
    (name) =>
      OPTIONS[name].weakens &&
      written[name] === undefined &&
      !base.some(({ options }) => sameValue(config.options[name], options[name])),
  );
  const said = names.map((name) => {
    const value = config.options[name];
    return postponed(
      value === undefined ? `no longer sets ${name}` : `sets ${name} to ${quoted(value)}`,
      name,
    );
  });
  const waivers = sameWaivers(config.waivers, base[0].waivers)
    ? []
    : [postponed("changes waivers", "waivers")];
  const clusters = base.some((one) => sameClusters(config.clusters, one.clusters))
    ? []
    : [postponed("changes clusters", "clusters")];
  return [...said, ...clusters, ...waivers];

  function postponed(what: string, name: SetInFile): Diagnostic {
    return {
      code: "setting-put-off",
      message: `${file?.name ?? "The change"} ${what}, which counts once it is merged`,
      hint: "This run went by what the base's configuration says. To have it count now, set it in the workflow.",
      weight: "notice",
      at: config?.places[name] ?? topOf(file),
    };
  }
}

function topOf(file: ConfigText | undefined): Place | undefined {
  return file && { file: file.name, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

function sameWaivers(some: readonly Waiver[], others: readonly Waiver[]): boolean {
  const plain = (waivers: readonly Waiver[]) =>
    JSON.stringify(
      waivers.map(({ rule, image, path, reason, expires }) => [rule, image, path, reason, expires]),
    );
  return plain(some) === plain(others);
}

function sameClusters(some: readonly ClusterEntry[], others: readonly ClusterEntry[]): boolean {
  const plain = (entries: readonly ClusterEntry[]) =>
    JSON.stringify(
      entries.map(({ name, workloads, namespaces, overlays, options }) => [
        [name, workloads, namespaces, overlays],
        CLUSTER_OPTIONS.map((option) => listOf([options[option] ?? []].flat().map(String))),
      ]),
    );
  return plain(some) === plain(others);
}

function baseUnread(why: string): Diagnostic {
  return {
    code: "base-configuration-unread",
    message: `The base's configuration could not be read, and the defaults held: ${why}`,
    hint: "Check out more history (fetch-depth: 0), give the job permissions: contents: read, or set what matters in the workflow.",
    weight: "gap",
  };
}
