/** A run about one member of a fleet, made of what a plan holds. Must take nothing from the disk or the environment. */
import { inFolder } from "../tree/paths.ts";
import type { NamedFiles } from "../cluster/named.ts";
import { MuslgateError } from "../model/error.ts";
import type { Images, RunPorts } from "../run/ports.ts";
import { CLUSTER_OPTIONS } from "../settings/cluster-entries.ts";
import { CONFIG_NAMES, type Config, NO_CONFIG, readConfig } from "../settings/config-file.ts";
import type { Settings } from "../settings/settings.ts";
import { type Configured, onlyOne, settingsOf } from "../settings/states.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Member } from "./plan.ts";
import { configWithin } from "./within.ts";

/** What a whole fleet's runs share. */
export interface FleetPorts {
  /** Each is read once for all of them. */
  readonly images: Images;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970: waivers end. */
  readonly now: () => number;
  readonly limits: Settings["limits"];
  readonly platform: Settings["platform"];
}

/** What `run` is given for a member. Rejects with MuslgateError (`usage`) for what its options or its configuration say. */
export async function memberRun(
  member: Member,
  tree: FileTree,
  { images, signal, now, limits, platform }: FleetPorts,
): Promise<readonly [Configured, RunPorts]> {
  const { name, live, options, named } = member;
  const config = live === undefined ? await configIn(member, tree) : NO_CONFIG;
  const said = { written: options, called: (option: string) => `${name}: ${option}` };
  const { include, exclude } = config.options;
  const settings = settingsOf({ ...said, written: { include, exclude, ...options } });
  const files: NamedFiles = {
    async read(file) {
      const text = Object.hasOwn(named, file) ? named[file] : undefined;
      if (text !== undefined) return text;
      throw new MuslgateError("input", `${file} is not in the plan`, "Make the plan anew.");
    },
    cluster: async () => [],
  };
  const given = {
    tree: live === undefined ? tree : undefined,
    named: files,
    cluster: name,
    amongOthers: true,
  };
  const state = live && {
    ...live,
    tree,
    pods: new Map(live.pods),
    dnsAddresses: new Set(live.dnsAddresses),
    namesPods: false,
  };
  const configured = {
    settings: { ...settings, limits, platform, charts: "off", cache: false } as const,
    waivers: config.waivers,
    said,
    diagnostics: [],
  };
  // No environment: a Helm, a proxy or a CI's variables would make another answer elsewhere.
  return [configured, { signal, now, env: {}, live: state, files: given, images }];
}

/** A repository's own configuration, for its waivers and globs; what it says of clusters has to stand in the fleet's file. */
async function configIn({ name, folder = "", options }: Member, tree: FileTree): Promise<Config> {
  const { paths } = await tree.list();
  const own = CONFIG_NAMES.map((file) => inFolder(folder, file));
  const path = onlyOne(own.filter((one) => paths.includes(one)));
  if (path === undefined) return NO_CONFIG;
  const read = await tree.read(path);
  if (!("text" in read))
    throw new MuslgateError(
      "input",
      `the configuration ${path} of "${name}" cannot be read: ${read.problem}`,
      "Mend it, or take it away.",
    );
  const config = configWithin(folder, readConfig(path, read.text));
  const says = CLUSTER_OPTIONS.filter((one) => config.options[one] !== undefined);
  const which = config.clusters.length > 0 ? "clusters" : says[0];
  if (which === undefined || CLUSTER_OPTIONS.some((one) => options[one] !== undefined)) return config;
  throw new MuslgateError(
    "usage",
    `${path} sets ${which}, which a fleet does not read there`,
    `Say it of the cluster "${name}" in the fleet's file.`,
  );
}
