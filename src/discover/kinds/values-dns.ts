/** Whose DNS pods of a chart ask, by how values usually say it. Must not know the chart's templates. */
import { type PodDns, podDns, unknownDns } from "./pod-dns.ts";
import type { HostLine } from "../../model/pod.ts";
import { hostLines } from "./pod-resolver.ts";
import type { Source } from "../../text/source.ts";
import { valueAt, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";

/** What charts call the settings of a pod; cert-manager's chart puts `pod` before them. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["dnsPolicy", "dnsPolicy"],
  ["podDnsPolicy", "dnsPolicy"],
  ["dnsConfig", "dnsConfig"],
  ["podDnsConfig", "dnsConfig"],
  ["hostNetwork", "hostNetwork"],
]);

/** Maps of a pod's settings, beside an image or further up (bjw-s's common chart has `defaultPodOptions` and `pod`). */
const OPTIONS = ["defaultPodOptions", "podOptions", "podSpec", "pod", "podTemplate", "template", "spec"];

/**
 * What values say of the pod of the image at a path: beside it, in maps of a pod's settings, then further up. Settings of
 * the whole chart that keep its pods from the cluster's DNS may be another part's: for an image below they leave it
 * unknown.
 */
export function valuesDns(
  file: Source,
  values: YamlNode,
  path: readonly string[],
  base?: { readonly values: YamlNode; readonly file: Source },
): PodDns {
  const own = nearest(values, path);
  const below = base === undefined ? undefined : nearest(base.values, path);
  if (own === undefined)
    return below === undefined || base === undefined ? CLUSTERS : answered(base.file, below, path);
  // What this file does not say is as the chart has it.
  const said = new Set(own.pod.entries.map(({ key }) => key));
  const more = below?.pod.entries.filter(({ key }) => !said.has(key)) ?? [];
  return answered(file, { ...own, pod: { ...own.pod, entries: [...own.pod.entries, ...more] } }, path);
}

/** The nearest `hostAliases` with entries, beside the image at a path or further up. */
export function valuesHostLines(
  file: Source,
  values: YamlNode,
  path: readonly string[],
): readonly HostLine[] {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    let at: YamlNode | undefined = values;
    for (const key of path.slice(0, depth))
      at = at?.kind === "list" ? at.items[Number(key)] : valueAt(at, key);
    const lines = at === undefined ? [] : hostLines(file, at);
    if (lines.length > 0) return lines;
  }
  return [];
}

const CLUSTERS: PodDns = { usesClusterDns: true, diagnostics: [] };

/** Settings of a pod, and how many keys of the image's path lead to where they stand. */
interface Found {
  readonly pod: YamlMap;
  readonly depth: number;
  readonly isForAll: boolean;
}

function nearest(values: YamlNode, path: readonly string[]): Found | undefined {
  const maps: YamlNode[] = [values];
  for (const key of path.slice(0, -1)) {
    const last = maps.at(-1);
    const next = last?.kind === "list" ? last.items[Number(key)] : valueAt(last, key);
    if (next === undefined) return undefined;
    maps.push(next);
  }
  for (let depth = maps.length - 1; depth >= 0; depth--) {
    const at = maps[depth] as YamlNode;
    const settings = settingsOf(at);
    if (settings !== undefined) return { pod: settings, depth, isForAll: false };
    for (const key of OPTIONS) {
      const inner = settingsOf(valueAt(at, key));
      if (inner !== undefined) return { pod: inner, depth, isForAll: key === "defaultPodOptions" };
    }
  }
  return undefined;
}

/** The settings in a map by the names that a PodSpec has for them; nothing where it has none. */
function settingsOf(node: YamlNode | undefined): YamlMap | undefined {
  if (node?.kind !== "map") return undefined;
  const entries = node.entries.flatMap((entry) => {
    const key = SETTINGS.get(entry.key);
    return key === undefined ? [] : [{ ...entry, key }];
  });
  return entries.length === 0 ? undefined : { ...node, entries };
}

function answered(file: Source, { pod, depth, isForAll }: Found, path: readonly string[]): PodDns {
  const dns = podDns(file, pod, () => undefined);
  const isBeside = depth === path.length - 1 || depth > 0 || isForAll;
  if (dns.usesClusterDns !== false || isBeside) return dns;
  const why = "DNS settings of the whole chart may be another part's";
  return {
    usesClusterDns: "unknown",
    diagnostics: [
      unknownDns(file, pod.entries[0]?.value ?? pod, why, "whether the pod asks the cluster's DNS"),
    ],
  };
}
