/** A live cluster in the place of a repository: its settings, and its workloads by their pods. Must ask no cluster. */
import { withClusterServers } from "../judge/workload-here.ts";
import type { LiveState } from "../live/state.ts";
import { type ClusterProfile, isNoCluster } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { hidesPods } from "../model/hidden-pods.ts";
import { named } from "../model/workload-names.ts";
import type { Workload } from "../model/workload.ts";
import type { Configured } from "../settings/states.ts";
import type { Survey } from "./survey.ts";

/**
 * The settings of a run about it: the configuration's clusters and files are those of a repository, and what was said
 * besides counts before what the cluster shows.
 */
export function liveSettings(
  given: Configured,
  { gkeVersion, nodeLocalDns, dnsImages }: LiveState,
): Configured {
  const { settings, said } = given;
  const says = (option: keyof typeof said.written) => said.written[option] !== undefined;
  return {
    ...given,
    settings: {
      ...settings,
      images: [],
      include: [],
      exclude: [],
      charts: "off",
      clusters: [],
      corefiles: says("corefile") ? settings.corefiles : [],
      clusterFiles: says("cluster") ? settings.clusterFiles : [],
      gkeVersion: says("gke-version") ? settings.gkeVersion : gkeVersion,
      // A version or a Corefile that is said may be of another time than what runs.
      dnsImages: says("gke-version") || says("corefile") ? undefined : dnsImages,
      nodeLocalDns: says("node-local-dns") ? settings.nodeLocalDns : (nodeLocalDns ?? "auto"),
      autopilot: says("autopilot") && settings.autopilot,
      provider: says("provider") ? settings.provider : "auto",
    },
  };
}

/** A cluster whose context is not known: from inside of it, and from Lists. */
const NAMELESS = "the cluster";

/** What was found, with the number of pods in each name, and the cluster by its own. */
export function liveSurvey(survey: Survey, live: LiveState): Survey {
  const { clusters } = survey;
  const [profile, second] = clusters.profiles;
  const called = (one: ClusterProfile): ClusterProfile =>
    isNoCluster(one)
      ? { ...one, name: live.name ?? one.name }
      : { ...one, name: live.name ?? NAMELESS, live: true };
  const profiles = profile === undefined || second !== undefined ? clusters.profiles : [called(profile)];
  return {
    ...survey,
    workloads: survey.workloads.map((one) => withPods(withServers(one, live), live)),
    // Nobody can apply a patch to a file that is not there.
    clusters: { ...clusters, profiles, corefiles: [] },
    diagnostics: survey.diagnostics.map((one) => reworded(one, live)),
  };
}

function withPods(workload: Workload, { pods, namesPods = true }: LiveState): Workload {
  const of = pods.get(workload.at?.file ?? "");
  if (of === undefined) return workload;
  const { owner, ofPods, variant } = of;
  const count =
    of.pods === ofPods ? `${ofPods} ${ofPods === 1 ? "pod" : "pods"}` : `${of.pods} of ${ofPods} pods`;
  const which = of.pods === ofPods ? [] : [`spec ${variant}`];
  const counted = namesPods ? [count] : [];
  const apart = [owner.namespace, ...which, ...counted].join(", ");
  return named({ ...workload, pods: namesPods ? of.pods : undefined, apart });
}

/** A server that might be the cluster's DNS is, where a Service of that has its address. */
function withServers(workload: Workload, { dnsAddresses }: LiveState): Workload {
  const { asks, usesClusterDns } = workload;
  const asksIt = Array.isArray(asks) && asks.some((one: string) => dnsAddresses.has(one));
  const known = usesClusterDns === "unknown" && asksIt ? true : usesClusterDns;
  return withClusterServers({ ...workload, usesClusterDns: known }, dnsAddresses);
}

/** What speaks of a repository's files. */
function reworded(diagnostic: Diagnostic, live: LiveState): Diagnostic {
  switch (diagnostic.code) {
    case "no-cluster":
      return {
        ...diagnostic,
        message: "Nothing that was read of the cluster says how its DNS answers",
        hint: "Give the right to see its ConfigMap (docs/rbac.yaml), or that as `corefile`, or the control plane's `gke-version`.",
      };
    case "no-workload":
      return {
        ...diagnostic,
        ...(live.diagnostics.some(hidesPods)
          ? {
              message: "No pod was found, and not all pods were seen",
              hint: "Mend what kept them from being seen, which is told beside this.",
            }
          : { message: "No pod was found", hint: "Name another namespace, or none to look at all." }),
      };
    default:
      return diagnostic;
  }
}
