/** A profile's answers from Corefiles. Must not know GKE versions. */
import { NOT_STARTING } from "./corefiles/faults.ts";
import type { ClusterProfileInput } from "./input.ts";
import type { ClusterProfile, Confidence, NamePart, Sourced } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer } from "../model/dns.ts";
import { type Place, placeText } from "../model/place.ts";
import { nodeCacheTag } from "../knowledge/gke.ts";
import { coreDnsOfNodeCache } from "../knowledge/node-cache.ts";
import type { GkeVersionInput } from "../version/gke.ts";
import { withAssumedBase } from "./corefiles/assumed-base.ts";
import { corefileAnswers, type CorefileAnswers } from "./corefiles/answers.ts";
import { assumedDiagnostics, assumedEvidence, ofAssumed } from "./assumed-answers.ts";
import type { CorefileInput, CorefileInputs } from "./corefiles/collected.ts";
import type { NodeLocalState } from "./node-local.ts";

/** Several files as if they were one; nothing where there is none. */
export function asOneFile(files: readonly CorefileInputs[]): CorefileInputs | undefined {
  if (files.length === 0) return undefined;
  const kubeDns = files.findLast((one) => one.kubeDns !== undefined)?.kubeDns;
  return withAssumedBase({
    corefiles: files.flatMap(({ corefiles }) => corefiles),
    extras: files.flatMap(({ extras }) => extras),
    siblings: files.flatMap(({ siblings }) => siblings ?? []),
    kubeDns,
    diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
  });
}

type Judged = Pick<
  ClusterProfile,
  | "sources"
  | "domain"
  | "basis"
  | "zones"
  | "faults"
  | "answers"
  | "addresses"
  | "parts"
  | "confidence"
  | "evidence"
>;

/** From the Corefile that pods ask; nothing when the given one is not asked. */
export function judgeCorefiles(
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
    const read = corefileAnswers(found, inputs, {
      domain: input.clusterDomain,
      version: role === "node-local-dns" ? nodeCache : undefined,
    });
    return ofAssumed(read, inputs.extras);
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
  diagnostics.push(
    ...read.flatMap((one) => one.diagnostics).filter(({ code }) => !NOT_STARTING.includes(code)),
  );
  const judged = read.map((one) => one.input);
  const inSight = judged.filter(({ assumed }) => assumed?.alone !== true);
  // A cache that is said to be off is not asked; of two alike only one can be.
  const unjudged = inputs.corefiles.filter(
    (one) => !judged.includes(one) && (one.role !== "node-local-dns" || front !== undefined),
  );
  diagnostics.push(...unjudged.map(({ source }) => notJudged(source.toPlace(0, 0))));
  diagnostics.push(...judged.flatMap((one) => assumedDiagnostics(one, inputs.extras)));
  if (front === undefined && nodeLocal.state === "enabled" && asked.input.role === "cluster-dns") {
    diagnostics.push({
      code: "node-local-corefile-missing",
      message: "NodeLocal DNSCache is on and pods ask it first, but its Corefile was not given",
      hint: "Give the ConfigMap node-local-dns too (kubectl -n kube-system get configmap node-local-dns -o yaml).",
      weight: "gap",
    });
  }
  const follow = (given: Answer, next: Answer | undefined): Answer =>
    front === undefined || next === undefined ? given : behindCache(front, given, next);
  const answers = {
    internal: follow(asked.answers.internal, behind?.answers.internal),
    external: follow(asked.answers.external, behind?.answers.external),
  };
  const addresses = {
    internal: follow(asked.addresses.internal, behind?.addresses.internal),
    external: follow(asked.addresses.external, behind?.addresses.external),
  };
  const parts = [...asked.parts, ...(front === undefined ? [] : partsBehind(front, behind))];
  return {
    sources: inSight.map(({ source, role }) => ({
      file: source.file,
      role: role === "node-local-dns" ? role : "cluster-dns",
      at: source.toPlace(0, 0),
    })),
    domain: asked.domain,
    basis: "corefile",
    zones: asked.zones,
    faults,
    answers,
    addresses,
    parts,
    ...sureness([answers.internal, answers.external], judged),
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
function behindCache(front: CorefileAnswers, given: Answer, behind: Answer): Answer {
  if (!isHandedOver(front, given)) return given;
  return { ...behind, because: `${given.because}; there ${behind.because}` };
}

/** What stands in a Corefile that is not in sight is likely at most. */
function sureness(
  answers: readonly Answer[],
  judged: readonly CorefileInput[],
): Pick<Judged, "confidence" | "evidence"> {
  const evidence = evidenceOf(answers);
  if (!judged.some(({ assumed }) => assumed)) return { confidence: confidenceOf(answers), evidence };
  const likely = evidence.map((one) => ({ ...one, confidence: "likely" as const }));
  return { confidence: "likely", evidence: [...likely, ...judged.flatMap(assumedEvidence)] };
}

/** The parts of the cluster's own DNS that a cache in front of it hands over. */
function partsBehind(front: CorefileAnswers, behind: CorefileAnswers | undefined): readonly NamePart[] {
  return (behind?.parts ?? []).flatMap((part) => {
    const sets = part.sets.filter(({ witness }) => isHandedOver(front, front.ask(witness, "AAAA")));
    return sets.length === 0 ? [] : [{ ...part, sets }];
  });
}

/** The cluster's own DNS is whom a cache asks for names of the cluster, where that is an address. */
function isHandedOver({ answers }: CorefileAnswers, { kind, detail }: Answer): boolean {
  if (kind !== "passed-on" || detail === undefined) return false;
  if (detail.includes("__PILLAR__CLUSTER__DNS__")) return true;
  return detail === answers.internal.detail && /^[\d.:]+$/.test(detail);
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
