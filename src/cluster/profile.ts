/** Puts together what is known of one cluster. Must not read files; what is not known stays unknown. */
import { judgeCorefiles } from "./by-corefile.ts";
import {
  judgeToday,
  judgeVersion,
  leastRange,
  todaysRange,
  versionDiagnostics,
  versionRange,
  type VersionRange,
  versionText,
} from "./by-version.ts";
import type { ClusterProfileInput } from "./input.ts";
import { MuslgateError } from "../model/error.ts";
import { type ClusterProfile, NAMELESS } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { NODE_LOCAL_ON_AUTOPILOT, stanzaFacts } from "../knowledge/gke.ts";
import { parseGke } from "../version/gke.ts";
import { ownBase, rebased } from "./corefiles/assumed-base.ts";
import { givenCorefiles } from "./given-corefiles.ts";
import type { CorefileInputs } from "./corefiles/collected.ts";
import { type NodeLocalState, nodeLocalState } from "./node-local.ts";

/** The profile of the cluster. Throws MuslgateError `usage` for a malformed version, `input` for a file without Corefile. */
export function clusterProfile(input: ClusterProfileInput): ClusterProfile {
  const written = input.gkeVersion === undefined ? undefined : parseGke(input.gkeVersion);
  if (written?.kind === "malformed") {
    throw new MuslgateError(
      "usage",
      `"${input.gkeVersion}" is not a GKE version`,
      "Write it as gcloud prints currentMasterVersion, such as 1.22.6-gke.1000.",
    );
  }
  const least = leastRange(input.gkeVersionAtLeast);
  const isKept = input.autopilot === true || input.channel === true;
  const today = isKept && least === undefined ? todaysRange() : undefined;
  const versions = written === undefined ? (least ?? today) : versionRange(written);
  const inputs = corefilesOf(input, written !== undefined);
  const nodeLocal = nodeLocalState({
    said: input.nodeLocalDns,
    because: input.nodeLocalBecause,
    autopilot: input.autopilot,
    versions,
    corefileGiven: inputs?.corefiles.some(({ role }) => role === "node-local-dns") ?? false,
  });
  const aboutNodeLocal = nodeLocalDiagnostics(input, nodeLocal, versions);
  const isTakenOff = aboutNodeLocal.some(({ code }) => code === "node-local-taken-off");
  const diagnostics: Diagnostic[] = [
    ...versionDiagnostics(written, input, nodeLocal),
    ...aboutNodeLocal,
    ...(inputs?.diagnostics ?? []),
  ];
  const base = {
    name:
      input.name ??
      inputs?.corefiles[0]?.source.file ??
      (written === undefined ? NAMELESS : `GKE ${versionText(written)}`),
    at: input.at,
    gkeVersion: written && versionText(written),
    autopilot: input.autopilot,
    dualStack: input.dualStack,
    dnsProvider: input.dnsProvider,
    // GKE's add-on manager reconciles its ConfigMap; without one in sight a GKE version means that one.
    managed: inputs?.corefiles.some(({ addon }) => addon === "made") ?? versions !== undefined,
    nodeLocalDns: nodeLocal.state,
    nodeLocalDnsBecause: nodeLocal.because,
    providedThat: isTakenOff ? "NodeLocal DNSCache is off" : undefined,
  };
  const judged =
    inputs === undefined ? undefined : judgeCorefiles(input, inputs, written, nodeLocal, diagnostics);
  const { at } = input;
  const settings = at === undefined ? [] : [{ file: at.file, role: "settings" as const, at }];
  if (judged !== undefined)
    return { ...base, ...judged, sources: [...judged.sources, ...settings], diagnostics };
  const known =
    written === undefined && today !== undefined
      ? judgeToday(today)
      : judgeVersion(written, versions, nodeLocal, inputs);
  return {
    ...base,
    sources: settings,
    domain: input.clusterDomain?.replace(/\.$/, "") ?? "cluster.local",
    zones: [],
    faults: [],
    ...known,
    diagnostics,
  };
}

/** Those that are given, around parts the provider's; its alone where nothing else is said of the cluster. */
function corefilesOf(input: ClusterProfileInput, isGke: boolean): CorefileInputs | undefined {
  const { provider, shownProvider: shown, clusterDomain: domain } = input;
  const given = givenCorefiles(input);
  if (given !== undefined) return rebased(given, { provider, shown, domain });
  return provider === undefined || isGke || input.at !== undefined ? undefined : ownBase(provider, domain);
}

function nodeLocalDiagnostics(
  input: ClusterProfileInput,
  state: NodeLocalState,
  versions: VersionRange | undefined,
): Diagnostic[] {
  if (input.autopilot === true && input.nodeLocalDns === "disabled") {
    return [
      {
        code: "node-local-contradiction",
        message: `NodeLocal DNSCache is said to be disabled on an Autopilot cluster: ${NODE_LOCAL_ON_AUTOPILOT.text}`,
        hint: "Say that the cluster is not Autopilot, or leave the setting of NodeLocal DNSCache out.",
        weight: "notice",
      },
    ];
  }
  const denies = versions !== undefined && stanzaFacts(versions).some((fact) => fact.state === "present");
  if (state.state === "disabled" && input.nodeLocalDns === "auto" && denies) {
    return [
      {
        code: "node-local-taken-off",
        message: `NodeLocal DNSCache is taken to be off: ${state.because}. With it on, GKE ${input.gkeVersion ?? ""} denies AAAA`,
        hint: "Say it with `node-local-dns` enabled or disabled (gcloud: addonsConfig.dnsCacheConfig.enabled).",
        weight: "gap",
        at: input.at,
      },
    ];
  }
  if (state.state !== "unknown" || input.gkeVersion === undefined) return [];
  return [
    {
      code: "node-local-unknown",
      message: `whether NodeLocal DNSCache is on is not known: ${state.because}`,
      hint: "Say enabled or disabled (gcloud: addonsConfig.dnsCacheConfig.enabled).",
      weight: "gap",
    },
  ];
}
