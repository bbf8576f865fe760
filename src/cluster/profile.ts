/** Puts together what is known of one cluster. Must not read files; what is not known stays unknown. */
import { MuslgateError } from "../model/error.ts";
import type { ClusterProfile, Confidence, Sourced } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer } from "../model/dns.ts";
import { placeText, type Place } from "../model/place.ts";
import {
  CLUSTER_DNS,
  CLUSTER_DNS_MEASURED,
  NODE_LOCAL_ON_AUTOPILOT,
  nodeCacheTag,
  stanzaFact,
  stanzaFacts,
  type StanzaFact,
} from "../knowledge/gke.ts";
import { coreDnsOfNodeCache } from "../knowledge/node-cache.ts";
import { gke, type GkeVersion, type GkeVersionInput, orderGke, parseGke } from "../version/gke.ts";
import { type CorefileAnswers, corefileAnswers } from "./corefile-profile.ts";
import { type CorefileInputs, readCorefileInput } from "./corefile-input.ts";
import { type NodeLocalState, nodeLocalState } from "./node-local.ts";

/** What the user says of a cluster. */
export interface ClusterProfileInput {
  /** As written: `1.22.6-gke.1000`, `1.22`, `latest`, ... */
  readonly gkeVersion?: string;
  /** The least version it runs, where only that is known; GKE may run any newer one. */
  readonly gkeVersionAtLeast?: string;
  /** `auto`: it is not set and GKE decides; `unknown`: it is set, but to what could not be read. */
  readonly nodeLocalDns: "enabled" | "disabled" | "auto" | "unknown";
  readonly autopilot: boolean | "unknown";
  /** Files with Corefiles of this one cluster, such as that of node-local-dns and the cluster's own, and their texts. */
  readonly corefiles?: readonly { readonly file: string; readonly text: string }[];
  /** The same, read already. */
  readonly inputs?: CorefileInputs;
  /** Without closing dot. */
  readonly clusterDomain?: string;
  /** Where the settings stand, when they were read from a file. */
  readonly at?: Place;
  /** It has IPv6 addresses too. */
  readonly dualStack?: boolean;
  /** As gcloud writes it. */
  readonly dnsProvider?: string;
  /** How a report should call the cluster, when it has a name. */
  readonly name?: string;
}

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
  const versions = written === undefined ? leastRange(input.gkeVersionAtLeast) : versionRange(written);
  const inputs =
    input.inputs ?? together((input.corefiles ?? []).map(({ file, text }) => readCorefileInput(file, text)));
  const nodeLocal = nodeLocalState({
    said: input.nodeLocalDns,
    autopilot: input.autopilot,
    ...(versions === undefined ? {} : { versions }),
    corefileGiven: inputs?.corefiles.some(({ role }) => role === "node-local-dns") ?? false,
  });
  const diagnostics: Diagnostic[] = [
    ...versionDiagnostics(written, input, nodeLocal),
    ...nodeLocalDiagnostics(input, nodeLocal, versions),
    ...(inputs?.diagnostics ?? []),
  ];
  const base = {
    name:
      input.name ??
      inputs?.corefiles[0]?.source.file ??
      (written === undefined ? "an unknown cluster" : `GKE ${versionText(written)}`),
    ...(input.at === undefined ? {} : { at: input.at }),
    ...(written === undefined ? {} : { gkeVersion: versionText(written) }),
    autopilot: input.autopilot,
    ...(input.dualStack === undefined ? {} : { dualStack: input.dualStack }),
    ...(input.dnsProvider === undefined ? {} : { dnsProvider: input.dnsProvider }),
    // GKE's add-on manager reconciles its ConfigMap; without one in sight a GKE version means that one.
    managed: inputs?.corefiles.some(({ addon }) => addon === "made") ?? versions !== undefined,
    nodeLocalDns: nodeLocal.state,
    nodeLocalDnsBecause: nodeLocal.because,
  };
  const judged =
    inputs === undefined ? undefined : judgeCorefiles(input, inputs, written, nodeLocal, diagnostics);
  if (judged !== undefined) return { ...base, ...judged, diagnostics };
  const known = judgeVersion(written, versions, nodeLocal, inputs);
  return {
    ...base,
    domain: input.clusterDomain?.replace(/\.$/, "") ?? "cluster.local",
    zones: [],
    faults: [],
    ...known,
    diagnostics,
  };
}

/** Several files as if they were one; nothing where there is none. */
export function together(files: readonly CorefileInputs[]): CorefileInputs | undefined {
  if (files.length === 0) return undefined;
  const kubeDns = files.findLast((one) => one.kubeDns !== undefined)?.kubeDns;
  return {
    corefiles: files.flatMap(({ corefiles }) => corefiles),
    extras: files.flatMap(({ extras }) => extras),
    ...(kubeDns === undefined ? {} : { kubeDns }),
    diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
  };
}

type Judged = Pick<
  ClusterProfile,
  "domain" | "basis" | "zones" | "faults" | "answers" | "confidence" | "evidence"
>;

/** From the Corefile that pods ask; nothing when the given one is not asked. */
function judgeCorefiles(
  input: ClusterProfileInput,
  inputs: CorefileInputs,
  written: GkeVersionInput | undefined,
  nodeLocal: NodeLocalState,
  diagnostics: Diagnostic[],
): Judged | undefined {
  const exact = written?.kind === "exact" ? written.version : undefined;
  const tag = exact === undefined ? undefined : nodeCacheTag(exact);
  const nodeCache = tag === undefined ? undefined : coreDnsOfNodeCache(tag);
  const judge = (role: "node-local-dns" | "cluster-dns"): CorefileAnswers | undefined => {
    const found =
      inputs.corefiles.find((corefile) => corefile.role === role) ??
      (role === "cluster-dns" ? inputs.corefiles.find((corefile) => corefile.role === "unknown") : undefined);
    if (found === undefined) return undefined;
    return corefileAnswers(found, inputs, {
      ...(input.clusterDomain === undefined ? {} : { domain: input.clusterDomain }),
      ...(role === "node-local-dns" && nodeCache !== undefined ? { version: nodeCache } : {}),
    });
  };
  const behind = judge("cluster-dns");
  const front = nodeLocal.state === "disabled" ? undefined : judge("node-local-dns");
  const asked = front ?? behind;
  if (asked === undefined) {
    diagnostics.push({
      code: "corefile-not-asked",
      message: `the Corefile of node-local-dns in ${inputs.corefiles[0]?.source.file ?? ""} does not apply: ${nodeLocal.because}`,
      hint: "Give the Corefile of the cluster's own DNS, or say that NodeLocal DNSCache is enabled.",
      weight: "notice",
      at: inputs.corefiles[0]!.source.toPlace(0, 0),
    });
    return undefined;
  }
  const read = [front, behind].filter((one) => one !== undefined);
  const faults = read.flatMap((one) => one.faults);
  // What is a fault is a finding, and need not be said twice.
  const told = new Set(faults.map(({ because }) => because));
  diagnostics.push(...read.flatMap((one) => one.diagnostics).filter(({ message }) => !told.has(message)));
  const judged = read.map((one) => one.input);
  // A cache that is said to be off is not asked; of two alike only one can be.
  const unjudged = inputs.corefiles.filter(
    (one) => !judged.includes(one) && (one.role !== "node-local-dns" || front !== undefined),
  );
  diagnostics.push(...unjudged.map(({ source }) => notJudged(source.toPlace(0, 0))));
  if (front === undefined && nodeLocal.state === "enabled" && asked.input.role === "cluster-dns") {
    diagnostics.push({
      code: "node-local-corefile-missing",
      message: "NodeLocal DNSCache is on and pods ask it first, but its Corefile was not given",
      hint: "Give the ConfigMap node-local-dns too (kubectl -n kube-system get configmap node-local-dns -o yaml).",
      weight: "gap",
    });
  }
  const follow = (given: Answer): Answer =>
    front === undefined || behind === undefined ? given : behindCache(given, behind.answers.internal);
  const answers = {
    internal: follow(asked.answers.internal),
    external: asked.answers.external,
  };
  return {
    domain: asked.domain,
    basis: "corefile",
    zones: asked.zones,
    faults,
    answers,
    confidence: confidenceOf([answers.internal, answers.external]),
    evidence: evidenceOf([answers.internal, answers.external]),
  };
}

function notJudged(at: Place): Diagnostic {
  return {
    code: "corefile-not-judged",
    message: `The Corefile at ${placeText(at)} was not judged: another one is taken for the one that pods ask`,
    hint: "Give the Corefiles of one cluster together, each cluster in a run of its own.",
    weight: "gap",
    at,
  };
}

/** What the cluster's own DNS says where node-local-dns hands the question to it. */
function behindCache(front: Answer, behind: Answer): Answer {
  if (front.kind !== "passed-on" || !front.detail?.includes("__PILLAR__CLUSTER__DNS__")) return front;
  return { ...behind, because: `${front.because}; there ${behind.because}` };
}

function confidenceOf(answers: readonly Answer[]): Confidence {
  const sure = answers.every(({ kind }) => kind !== "passed-on" && kind !== "unknown");
  return sure ? "documented" : "likely";
}

/** One line for each reason, with every place where it stands. */
function evidenceOf(answers: readonly Answer[]): Sourced[] {
  const reasons = new Set(answers.map(({ because }) => because));
  return [...reasons].map((text) => {
    const given = answers.filter(({ because }) => because === text);
    const places = new Set(given.map(({ at }) => (at === undefined ? "the Corefile" : placeText(at))));
    return { text, confidence: confidenceOf(given), source: [...places].join(" and ") };
  });
}

/** From what is known of the version. */
function judgeVersion(
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

interface VersionRange {
  readonly from: GkeVersion;
  readonly below: GkeVersion;
}

function versionRange(written: GkeVersionInput): VersionRange | undefined {
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
function leastRange(text: string | undefined): VersionRange | undefined {
  const least = text === undefined ? undefined : versionRange(parseGke(text));
  return least === undefined ? undefined : { from: least.from, below: NEVER };
}

/** Above every version of GKE. */
const NEVER = gke(Number.MAX_SAFE_INTEGER, 0, 0, 0);

function versionText(written: GkeVersionInput): string {
  return written.kind === "exact" ? written.version.text : written.text;
}

const HINT =
  "Give the exact control plane version (gcloud: currentMasterVersion) or the ConfigMap node-local-dns.";

function versionDiagnostics(
  written: GkeVersionInput | undefined,
  input: ClusterProfileInput,
  nodeLocal: NodeLocalState,
): Diagnostic[] {
  const about = { subject: input.name ?? "cluster", ...(input.at === undefined ? {} : { at: input.at }) };
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
        hint: "Say enabled or disabled with node-local-dns (gcloud: addonsConfig.dnsCacheConfig.enabled).",
        weight: "gap",
        ...(input.at === undefined ? {} : { at: input.at }),
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
