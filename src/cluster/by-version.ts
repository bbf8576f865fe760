/** A profile from what is known of a GKE version alone. Must not read a Corefile. */
import type { ClusterProfileInput } from "./input.ts";
import type { ClusterProfile, Confidence, Sourced } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer } from "../model/dns.ts";
import {
  CHANNEL_TODAY,
  CLUSTER_DNS,
  CLUSTER_DNS_MEASURED,
  stanzaFact,
  type StanzaFact,
  stanzaFacts,
} from "../knowledge/gke.ts";
import { gke, type GkeVersion, type GkeVersionInput, orderGke, parseGke } from "../version/gke.ts";
import type { CorefileInputs } from "./corefiles/collected.ts";
import type { NodeLocalState } from "./node-local.ts";

/** From what is known of the version. */
export function judgeVersion(
  written: GkeVersionInput | undefined,
  versions: VersionRange | undefined,
  nodeLocal: NodeLocalState,
  inputs: CorefileInputs | undefined,
): Pick<ClusterProfile, "basis" | "answers" | "confidence" | "evidence"> {
  const direct: Answer = { kind: "NODATA", because: CLUSTER_DNS.text };
  const gkeCluster =
    versions !== undefined || inputs?.corefiles.some(({ addon }) => addon !== "none") === true;
  if (nodeLocal.state === "disabled" && gkeCluster) {
    const exact = written?.kind === "exact" ? written.version : undefined;
    const measured = exact !== undefined && orderGke(exact, CLUSTER_DNS_MEASURED) === 0;
    const confidence: Confidence = measured ? "measured" : "likely";
    return {
      basis: versions === undefined ? "nothing" : "gke-version",
      answers: { internal: direct, external: direct },
      confidence,
      evidence: [{ ...CLUSTER_DNS, confidence }],
    };
  }
  if (versions === undefined) {
    const because =
      written?.kind === "not-gke"
        ? `${written.text} is not a version of GKE: ${written.because}`
        : "neither a Corefile nor an exact GKE version says how the cluster's DNS answers";
    return unknownAnswers(because, "nothing", []);
  }
  const exact = written?.kind === "exact" ? written.version : undefined;
  const facts =
    exact === undefined ? stanzaFacts(versions) : [stanzaFact(exact)].filter((fact) => fact !== undefined);
  const states = new Set(facts.map(({ state }) => state));
  const evidence = facts.map(sourced);
  if (states.size !== 1) {
    const text = written === undefined ? `${versions.from.text} and later` : versionText(written);
    return unknownAnswers(
      `GKE ${text} names builds that deny AAAA and builds that do not`,
      "gke-version",
      evidence,
    );
  }
  const [fact] = facts;
  if (fact === undefined || fact.state === "unknown") {
    return unknownAnswers(fact?.text ?? "nothing is known of this version", "gke-version", evidence);
  }
  const confidence = leastConfidence(facts);
  if (fact.state === "absent") {
    const passed: Answer = {
      kind: "NODATA",
      because: `${fact.text}; kube-dns and Cloud DNS answer AAAA with NOERROR and no records`,
    };
    return { basis: "gke-version", answers: { internal: passed, external: passed }, confidence, evidence };
  }
  if (nodeLocal.state === "unknown") {
    return unknownAnswers(
      `with NodeLocal DNSCache ${fact.text}, without it nothing denies AAAA; ${nodeLocal.because}`,
      "gke-version",
      evidence,
    );
  }
  const denied: Answer = { kind: "NXDOMAIN", because: fact.text };
  return { basis: "gke-version", answers: { internal: denied, external: denied }, confidence, evidence };
}

function unknownAnswers(
  because: string,
  basis: ClusterProfile["basis"],
  evidence: readonly Sourced[],
): Pick<ClusterProfile, "basis" | "answers" | "confidence" | "evidence"> {
  const unknown: Answer = { kind: "unknown", because };
  return { basis, answers: { internal: unknown, external: unknown }, confidence: "likely", evidence };
}

function sourced({ text, confidence, source }: StanzaFact): Sourced {
  return { text, confidence, source };
}

function leastConfidence(facts: readonly StanzaFact[]): Confidence {
  const order: readonly Confidence[] = ["likely", "documented", "measured"];
  return order.find((confidence) => facts.some((fact) => fact.confidence === confidence)) ?? "likely";
}

/** The releases that a cluster on a release channel without a version may run. */
export function todaysRange(): VersionRange {
  return { from: CHANNEL_TODAY.from, below: NEVER };
}

/** From what is held of these releases. */
export function judgeToday(
  versions: VersionRange,
): Pick<ClusterProfile, "basis" | "answers" | "confidence" | "evidence"> {
  const { text, source } = CHANNEL_TODAY;
  const known = judgeVersion(undefined, versions, { state: "enabled", because: "" }, undefined);
  return {
    ...known,
    confidence: "likely",
    evidence: [{ text, confidence: "likely", source }, ...known.evidence],
  };
}

export interface VersionRange {
  readonly from: GkeVersion;
  readonly below: GkeVersion;
}

export function versionRange(written: GkeVersionInput): VersionRange | undefined {
  switch (written.kind) {
    case "exact": {
      const { major, minor, patch, build } = written.version;
      return { from: written.version, below: gke(major, minor, patch, build + 1) };
    }
    case "alias":
      return { from: written.from, below: written.below };
    default:
      return undefined;
  }
}

/** From the least version on; nothing where that is not one. */
export function leastRange(text: string | undefined): VersionRange | undefined {
  const least = text === undefined ? undefined : versionRange(parseGke(text));
  return least === undefined ? undefined : { from: least.from, below: NEVER };
}

/** Above every version of GKE. */
const NEVER = gke(Number.MAX_SAFE_INTEGER, 0, 0, 0);

export function versionText(written: GkeVersionInput): string {
  return written.kind === "exact" ? written.version.text : written.text;
}

const HINT =
  "Give the exact control plane version (gcloud: currentMasterVersion) or the ConfigMap node-local-dns.";

export function versionDiagnostics(
  written: GkeVersionInput | undefined,
  input: ClusterProfileInput,
  nodeLocal: NodeLocalState,
): Diagnostic[] {
  const about = { subject: input.name ?? "cluster", at: input.at };
  // A Corefile makes the version a side matter, and so does asking the cluster's DNS directly.
  const aside =
    (input.corefiles ?? []).length > 0 || (nodeLocal.state === "disabled" && written?.kind === "alias");
  const weight = aside ? "notice" : "gap";
  switch (written?.kind) {
    case "alias": {
      const states = new Set(stanzaFacts(written).map(({ state }) => state));
      if (states.size === 1) return [];
      const message = `GKE version ${written.text} stands for several builds that answer AAAA differently`;
      return [{ code: "gke-version-ambiguous", message, hint: HINT, weight, ...about }];
    }
    case "unknown": {
      const message = `GKE version "${written.text}" does not say which build runs: ${written.because}`;
      return [{ code: "gke-version-unknown", message, hint: HINT, weight, ...about }];
    }
    case "not-gke": {
      const message = `${written.text} is not a version of GKE: ${written.because}`;
      return [{ code: "not-gke", message, hint: "Give the cluster's Corefile instead.", weight, ...about }];
    }
    default:
      return [];
  }
}
