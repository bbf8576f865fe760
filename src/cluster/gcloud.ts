/** Reads clusters' settings from what gcloud prints and from Config Connector's resources. Must not judge them. */
import type { ClusterProfileInput } from "./input.ts";
import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { wholeFile } from "../text/source.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import { parseYaml } from "../yaml/documents.ts";

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
 * `{"clusters": [...]}`) and Config Connector `ContainerCluster` resources. No clusters where it is neither.
 */
export function readClusterSettings(file: string, text: string): ReadSettings {
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
  const { documents, stopped } = parseYaml(text);
  if (stopped !== undefined) diagnostics.push(unreadable(stopped.message, stopped.start));
  for (const document of documents) {
    const before = clusters.length;
    for (const map of clusterMaps(document.contents)) {
      const node = new Node(map, (start, end) => source.toPlace(start, end));
      const read = isConfigConnector(map) ? fromConfigConnector(node) : fromApi(node);
      clusters.push(read.settings);
      diagnostics.push(...read.diagnostics);
    }
    const [error] = document.errors;
    if (error !== undefined && clusters.length > before) {
      diagnostics.push(unreadable(error.message, error.pos[0]));
    }
  }
  return { clusters, diagnostics };
}

function clusterMaps(contents: unknown): YAMLMap[] {
  if (isSeq(contents)) return contents.items.flatMap((item) => clusterMaps(item));
  if (!isMap(contents)) return [];
  if (isConfigConnector(contents) || contents.has("currentMasterVersion")) return [contents];
  for (const key of ["clusters", "items"]) {
    const list: unknown = contents.get(key, true);
    if (isSeq(list)) return clusterMaps(list);
  }
  return [];
}

function isConfigConnector(map: YAMLMap): boolean {
  const version: unknown = map.get("apiVersion");
  return (
    map.get("kind") === "ContainerCluster" &&
    typeof version === "string" &&
    version.startsWith("container.cnrm.cloud.google.com/")
  );
}

/** A map with the places of its values. */
class Node {
  readonly #map: YAMLMap;
  readonly #toPlace: (start: number, end: number) => Place;

  constructor(map: YAMLMap, toPlace: (start: number, end: number) => Place) {
    this.#map = map;
    this.#toPlace = toPlace;
  }

  /** The value at a path, as written; booleans in quotes count as such, as HCL and YAML users write them. */
  value(...path: readonly string[]): string | boolean | undefined {
    const found: unknown = this.#map.getIn(path);
    if (found === "true" || found === "false") return found === "true";
    return typeof found === "string" || typeof found === "boolean" ? found : undefined;
  }

  text(...path: readonly string[]): string | undefined {
    const found = this.value(...path);
    return typeof found === "string" && found !== "" ? found : undefined;
  }

  has(...path: readonly string[]): boolean {
    return this.#map.hasIn(path);
  }

  /** The place of the value, or of the deepest part of the path that is there. */
  at(...path: readonly string[]): Place {
    for (let length = path.length; length > 0; length--) {
      const found: unknown = this.#map.getIn(path.slice(0, length), true);
      if ((isMap(found) || isScalar(found)) && found.range) {
        // A map is shown by its first line only.
        const end = isScalar(found) ? found.range[1] : found.range[0] + 1;
        return this.#toPlace(found.range[0], end);
      }
    }
    const start = this.#map.range?.[0] ?? 0;
    return this.#toPlace(start, start + 1);
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
      ...(raw.version === undefined ? {} : { gkeVersion: raw.version }),
      ...(raw.atLeast === undefined ? {} : { gkeVersionAtLeast: raw.atLeast }),
      ...(raw.domain === undefined ? {} : { clusterDomain: raw.domain }),
      ...(raw.name === undefined ? {} : { name: raw.name }),
      ...(raw.stack === undefined ? {} : { dualStack: raw.stack === "IPV4_IPV6" || raw.stack === "IPV6" }),
      ...(raw.provider === undefined ? {} : { dnsProvider: raw.provider }),
    },
    nodeLocalAt: at,
    ...(node.has(...raw.versionPath) ? { versionAt: node.at(...raw.versionPath) } : {}),
  };
}
