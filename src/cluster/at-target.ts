/** Clusters as they would be at a target. Must leave what the target does not speak of as it is, and guess no Corefile. */
import { withAssumedBase } from "./corefiles/assumed-base.ts";
import { type CorefileInputs, type CorefileRole, isOnNodes } from "./corefiles/collected.ts";
import { givenCorefiles } from "./given-corefiles.ts";
import type { Clusters } from "./found.ts";
import type { ClusterProfileInput } from "./input.ts";
import { clusterProfile } from "./profile.ts";
import { openedBy } from "./unread.ts";
import { type ClusterProfile, nameAt, type NameScope } from "../model/cluster-profile.ts";
import type { Answer } from "../model/dns.ts";
import type { Target } from "../settings/targets.ts";

/** The clusters at a target. */
export interface ClustersAt {
  /** In the order of those of now. */
  readonly profiles: readonly ClusterProfile[];
  /** The names of those of now that the target is nothing for: they stay as they are. */
  readonly passedBy: readonly string[];
}

/** Every cluster at a target, with what options name read already (`withCorefiles`); `corefile` is what the file that it names holds. */
export function clustersAt(
  { profiles, inputs, unread = [] }: Clusters,
  target: Target,
  corefile: CorefileInputs | undefined,
): ClustersAt {
  const { to, gkeVersion } = target;
  const passedBy: string[] = [];
  const at = profiles.map((now, index): ClusterProfile => {
    const input = inputs[index] as ClusterProfileInput;
    const isFor = gkeVersion === undefined || isGke(input, now);
    if (!isFor) passedBy.push(now.name);
    const made = isFor ? openedBy([profileAt(input, now, target, corefile)], unread)[0] : now;
    return {
      ...(made ?? now),
      name: nameAt(now.name, to),
      entry: now.entry,
      live: now.live,
      target: { of: now.name, to },
    };
  });
  return { profiles: at, passedBy };
}

function profileAt(
  input: ClusterProfileInput,
  now: ClusterProfile,
  { gkeVersion, nodeLocalDns }: Target,
  corefile: CorefileInputs | undefined,
): ClusterProfile {
  const { inputs: given } = input;
  const inputs = corefile === undefined ? given : replaced(given, corefile);
  const said = { ...input, inputs };
  const next = nodeLocalDns === undefined ? said : { ...said, nodeLocalDns, nodeLocalBecause: undefined };
  if (gkeVersion === undefined) return clusterProfile(next);
  // It brings images of its own.
  const upgraded = { ...next, gkeVersion, gkeVersionAtLeast: undefined, dnsImages: undefined };
  const caches = (given?.corefiles ?? []).filter(({ role }) => role === "node-local-dns");
  const isReplaced = corefile?.corefiles.some(({ role }) => role === "node-local-dns") ?? false;
  if (caches.length === 0 || isReplaced) return clusterProfile(upgraded);
  // What made it known that the cache is on goes with its Corefile.
  const isOpen = upgraded.nodeLocalDns === "auto";
  const written = clusterProfile({
    ...upgraded,
    inputs: undefined,
    nodeLocalDns: isOpen ? now.nodeLocalDns : upgraded.nodeLocalDns,
    nodeLocalBecause: isOpen ? now.nodeLocalDnsBecause : upgraded.nodeLocalBecause,
  });
  // GKE's add-on manager writes what it made anew; of any other ConfigMap nobody can tell.
  if (caches.every(({ addon }) => addon === "made")) return written;
  return unlessAlike(clusterProfile(upgraded), written, caches[0]?.source.file ?? "");
}

/** With the files read that options name, so that they are read once for all targets. */
export function withCorefiles(input: ClusterProfileInput): ClusterProfileInput {
  return { ...input, inputs: givenCorefiles(input), corefiles: undefined };
}

/** Whether GKE runs it, as far as anything says; a cluster of which nothing is said may be. */
function isGke(input: ClusterProfileInput, now: ClusterProfile): boolean {
  if (input.provider !== undefined && input.provider !== "gke") return false;
  if (now.gkeVersion !== undefined || now.managed || input.at !== undefined) return true;
  const { gkeVersionAtLeast, autopilot, channel } = input;
  if (gkeVersionAtLeast !== undefined || autopilot === true || channel === true) return true;
  return (
    input.inputs?.corefiles.some(({ addon, role }) => addon !== "none" || role === "node-local-dns") ?? true
  );
}

/** The Corefiles of one cluster with those of a file in the place of the ones that answer where these will. */
function replaced(given: CorefileInputs | undefined, next: CorefileInputs): CorefileInputs {
  if (given === undefined) return next;
  const places = new Set(next.corefiles.flatMap(({ role, assumed }) => (assumed ? [] : [placeOf(role)])));
  const maps = new Set([...next.extras, ...(next.siblings ?? [])].map(({ configMap }) => configMap));
  const others = <T extends { readonly configMap: string }>(all: readonly T[] = []) =>
    all.filter(({ configMap }) => !maps.has(configMap));
  return withAssumedBase({
    corefiles: [
      ...next.corefiles,
      ...given.corefiles.filter(({ role, assumed }) => !assumed && !places.has(placeOf(role))),
    ],
    extras: [...next.extras, ...others(given.extras)],
    siblings: [...(next.siblings ?? []), ...others(given.siblings)],
    kubeDns: next.kubeDns ?? given.kubeDns,
    diagnostics: [...next.diagnostics, ...given.diagnostics],
  });
}

/** A Corefile that names no ConfigMap is the cluster's own DNS, as it is where it is given alone. */
function placeOf(role: CorefileRole): CorefileRole {
  return isOnNodes(role) ? "node-local-dns" : "cluster-dns";
}

const FINE: readonly Answer["kind"][] = ["NODATA", "address", "passed-on"];

/** What holds whether the Corefile stays or GKE writes its own; where they differ nothing is known. */
function unlessAlike(kept: ClusterProfile, written: ClusterProfile, file: string): ClusterProfile {
  const because = `whether the upgrade leaves the Corefile in ${file} as it is, or GKE writes its own there, is not known, and they answer AAAA differently`;
  const scope = (one: NameScope): Answer => {
    const [own, gkes] = [kept.answers[one], written.answers[one]];
    if (gkes.kind === "unknown") return gkes;
    const alike = own.kind === gkes.kind || (FINE.includes(own.kind) && FINE.includes(gkes.kind));
    return alike ? own : { kind: "unknown", because, at: own.at };
  };
  return { ...kept, answers: { internal: scope("internal"), external: scope("external") } };
}
