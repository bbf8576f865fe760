/** Reads clusters' settings from what gcloud prints and from Config Connector's resources. Must not judge them. */
import type { ClusterProfileInput } from "./input.ts";
import { type Source, wholeFile } from "../text/source.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import { namedYamlBudget } from "../yaml/budget.ts";
import {
  isString,
  readYaml,
  textAt,
  valueAt,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from "../yaml/nodes.ts";

/** One cluster as a file describes it: what a profile needs, each with its place, and what rules may ask for. */
export interface ClusterSettings {
  readonly input: ClusterProfileInput;
  /** Where NodeLocal DNSCache is set, or the cluster where it is not. */
  readonly nodeLocalAt: Place;
  /** Where the control plane's version stands. */
  readonly versionAt?: Place;
}

/** What was found in a file. */
export interface ReadSettings {
  readonly clusters: readonly ClusterSettings[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `gcloud container clusters describe|list` as YAML or JSON (one cluster, a list, or the API's
 * `{"clusters": [...]}`) and Config Connector `ContainerCluster` resources. No clusters where it is neither. `yaml` is what it holds, where that was read already.
 */
export function readClusterSettings(
  file: string,
  text: string,
  { documents, problems }: YamlFile = readYaml(text, namedYamlBudget()),
): ReadSettings {
  const source = wholeFile(file, text);
  const clusters: ClusterSettings[] = [];
  const diagnostics: Diagnostic[] = [];
  const unreadable = (message: string, offset: number): Diagnostic => ({
    code: "yaml-unreadable",
    message: `${file} is not quite YAML: ${message}`,
    hint: "Print it again with gcloud; parts of it may be missing here.",
    weight: "gap",
    at: source.toPlace(offset, offset + 1),
  });
  const found = documents.map((document) => clusterMaps(document));
  for (const map of found.flat()) {
    const node = new Node(map, source);
    const read = isConfigConnector(map) ? fromConfigConnector(node) : fromApi(node);
    clusters.push(read.settings);
    diagnostics.push(...read.diagnostics);
  }
  for (const { document, message, start } of problems) {
    if (document === undefined || found[document]?.length !== 0) diagnostics.push(unreadable(message, start));
  }
  return { clusters, diagnostics };
}

function clusterMaps(node: YamlNode): readonly YamlMap[] {
  if (node.kind === "list") return node.items.flatMap((item) => clusterMaps(item));
  if (node.kind === "text") return [];
  if (isConfigConnector(node) || valueAt(node, "currentMasterVersion") !== undefined) return [node];
  for (const key of ["clusters", "items"]) {
    const list = valueAt(node, key);
    if (list?.kind === "list") return clusterMaps(list);
  }
  return [];
}

function isConfigConnector(map: YamlMap): boolean {
  const version = textAt(map, "apiVersion")?.text;
  return (
    textAt(map, "kind")?.text === "ContainerCluster" &&
    version?.startsWith("container.cnrm.cloud.google.com/") === true
  );
}

/** A map with the places of its values. */
class Node {
  readonly #map: YamlMap;
  readonly #source: Source;

  constructor(map: YamlMap, source: Source) {
    this.#map = map;
    this.#source = source;
  }

  /** The value at a path, as written; booleans in quotes count as such, as HCL and YAML users write them. */
  value(...path: readonly string[]): string | boolean | undefined {
    const found = textAt(this.#map, ...path);
    if (found === undefined) return undefined;
    if (
      /^(?:true|false)$/.test(found.text) ||
      (found.style === "plain" && /^(?:true|false)$/i.test(found.text))
    )
      return found.text.toLowerCase() === "true";
    return isString(found) ? found.text : undefined;
  }

  text(...path: readonly string[]): string | undefined {
    const found = this.value(...path);
    return typeof found === "string" && found !== "" ? found : undefined;
  }

  has(...path: readonly string[]): boolean {
    return valueAt(this.#map, ...path) !== undefined;
  }

  /** The place of the value, or of the deepest part of the path that is there. */
  at(...path: readonly string[]): Place {
    for (let length = path.length; length > 0; length--) {
      const found = valueAt(this.#map, ...path.slice(0, length));
      if (found === undefined || found.kind === "list") continue;
      // A map is shown by its first line only.
      return this.#source.toPlace(found.start, found.kind === "text" ? found.end : found.start + 1);
    }
    return this.#source.toPlace(this.#map.start, this.#map.start + 1);
  }
}

const CACHE = ["addonsConfig", "dnsCacheConfig", "enabled"];

/** container.googleapis.com v1 `Cluster`: an absent or empty dnsCacheConfig means off. */
function fromApi(node: Node): { settings: ClusterSettings; diagnostics: Diagnostic[] } {
  const version = node.text("currentMasterVersion");
  const domain = node.text("networkConfig", "dnsConfig", "clusterDnsDomain");
  const name = node.text("name");
  return {
    settings: settingsOf(node, {
      version,
      versionPath: ["currentMasterVersion"],
      autopilot: node.value("autopilot", "enabled") === true,
      channel: node.text("releaseChannel", "channel"),
      nodeLocalDns: node.value(...CACHE) === true ? "enabled" : "disabled",
      nodeLocalBecause: node.has(...CACHE)
        ? undefined
        : "nothing turns NodeLocal DNSCache on: gcloud lists it only where it is",
      cachePath: CACHE,
      domain,
      name: name === undefined ? undefined : [name, node.text("location")].filter(Boolean).join(" in "),
      provider: node.text("networkConfig", "dnsConfig", "clusterDns"),
      stack: node.text("ipAllocationPolicy", "stackType"),
      atLeast: undefined,
    }),
    diagnostics: [],
  };
}

/** Config Connector's ContainerCluster: what is not set is GKE's default, and the version only a minimum. */
function fromConfigConnector(node: Node): { settings: ClusterSettings; diagnostics: Diagnostic[] } {
  const cache = node.value("spec", ...CACHE);
  const running = node.text("status", "masterVersion");
  const minimum = node.text("spec", "minMasterVersion");
  const settings = settingsOf(node, {
    version: running,
    versionPath: running === undefined ? ["spec", "minMasterVersion"] : ["status", "masterVersion"],
    autopilot: node.value("spec", "enableAutopilot") === true,
    channel: node.text("spec", "releaseChannel", "channel"),
    nodeLocalDns: cache === undefined ? "auto" : cache === true ? "enabled" : "disabled",
    cachePath: ["spec", ...CACHE],
    domain: node.text("spec", "dnsConfig", "clusterDnsDomain"),
    name: node.text("metadata", "name"),
    provider: node.text("spec", "dnsConfig", "clusterDns"),
    stack: node.text("spec", "ipAllocationPolicy", "stackType"),
    atLeast: running === undefined ? minimum : undefined,
  });
  if (running !== undefined) return { settings, diagnostics: [] };
  const said = minimum === undefined ? "names no version" : `names ${minimum} as the least version`;
  return {
    settings,
    diagnostics: [
      {
        ...versionNotSaid(
          `the ContainerCluster ${settings.input.name ?? ""}`,
          said,
          minimum === undefined && (settings.input.autopilot === true || settings.input.channel === true),
        ),
        at: settings.versionAt ?? settings.nodeLocalAt,
      },
    ],
  };
}

/** Whether it is one that GKE upgrades by; UNSPECIFIED and an empty text are none. */
export function isChannel(channel: string | undefined): boolean {
  return channel !== undefined && /^(?:RAPID|REGULAR|STABLE|EXTENDED)$/i.test(channel);
}

/** That no version is said; `isKept` where a release channel makes it one of today. */
export function versionNotSaid(cluster: string, said: string, isKept: boolean): Diagnostic {
  return {
    code: "gke-version-not-said",
    message: isKept
      ? `${cluster} ${said}: it is taken to run a release of today, as a release channel keeps it there`
      : `${cluster} ${said}: GKE may run a newer one`,
    hint: "Give the exact control plane version (gcloud: currentMasterVersion) or the ConfigMap node-local-dns.",
    weight: isKept ? "notice" : "gap",
  };
}

interface Raw {
  readonly version: string | undefined;
  readonly versionPath: readonly string[];
  readonly autopilot: boolean;
  readonly channel: string | undefined;
  readonly nodeLocalDns: "enabled" | "disabled" | "auto";
  readonly nodeLocalBecause?: string;
  readonly cachePath: readonly string[];
  readonly domain: string | undefined;
  readonly name: string | undefined;
  readonly provider: string | undefined;
  readonly stack: string | undefined;
  readonly atLeast: string | undefined;
}

function settingsOf(node: Node, raw: Raw): ClusterSettings {
  const at = node.at(...raw.cachePath);
  return {
    input: {
      nodeLocalDns: raw.nodeLocalDns,
      nodeLocalBecause: raw.nodeLocalBecause,
      autopilot: raw.autopilot,
      channel: isChannel(raw.channel),
      at,
      gkeVersion: raw.version,
      gkeVersionAtLeast: raw.atLeast,
      clusterDomain: raw.domain,
      name: raw.name,
      dualStack: raw.stack === undefined ? undefined : raw.stack === "IPV4_IPV6" || raw.stack === "IPV6",
      dnsProvider: raw.provider,
    },
    nodeLocalAt: at,
    versionAt: node.has(...raw.versionPath) ? node.at(...raw.versionPath) : undefined,
  };
}
