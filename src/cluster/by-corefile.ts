/** A profile's answers from Corefiles. Must not know GKE versions. */
import { isIP } from "node:net";
import { partition } from "../corefile/partition.ts";
import { NOT_STARTING } from "./corefiles/faults.ts";
import type { ClusterProfileInput } from "./input.ts";
import type { ClusterProfile, Confidence, Listener, Sourced } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer, QueryType } from "../model/dns.ts";
import { type Place, placeText } from "../model/place.ts";
import type { GkeVersionInput } from "../version/gke.ts";
import { corefileAnswers, type CorefileAnswers, type Seen } from "./corefiles/answers.ts";
import { coreDnsReleases } from "./core-dns-release.ts";
import { assumedDiagnostics, assumedEvidence, ofAssumed } from "./assumed-answers.ts";
import {
  type CorefileInput,
  type CorefileInputs,
  type CorefileRole,
  isForNodes,
  isForPods,
  isOnNodes,
} from "./corefiles/collected.ts";
import type { NodeLocalState } from "./node-local.ts";

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
  | "listeners"
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
  const releases = coreDnsReleases(input, written);
  const judge = (role: Exclude<CorefileRole, "unknown">): CorefileAnswers | undefined => {
    const found =
      inputs.corefiles.find((corefile) => corefile.role === role) ??
      (role === "cluster-dns" ? inputs.corefiles.find((corefile) => corefile.role === "unknown") : undefined);
    if (found === undefined) return undefined;
    const given = { domain: input.clusterDomain, version: releases.of(role) };
    const read = corefileAnswers(found, inputs, given);
    return ofAssumed(read, inputs, given);
  };
  const behind = judge("cluster-dns");
  const cache = nodeLocal.state === "disabled" ? undefined : judge("node-local-dns");
  // What is said of NodeLocal DNSCache is not said of another DNS on the nodes.
  const front = cache ?? judge("local-dns");
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
    (one) => !judged.includes(one) && (one.role !== "node-local-dns" || cache !== undefined),
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
  const seen = front === undefined || behind === undefined ? asked : chained(front, asked, behind);
  const listeners =
    front === undefined || behind === undefined
      ? asked.listeners
      : [
          ...asked.listeners.map((one) =>
            asked.listeners.length === 1 ? { ...seen, on: one.on } : chained(front, one, behind),
          ),
          ...beside(asked.listeners, behind.listeners),
        ];
  const { answers, addresses, parts } = seen;
  const sure = sureness([answers.internal, answers.external], judged);
  return {
    sources: inSight.map(({ source, role, form }) => ({
      file: source.file,
      ...(form !== undefined && { form }),
      role: isOnNodes(role) ? "node-local-dns" : "cluster-dns",
      at: source.toPlace(0, 0),
    })),
    domain: asked.domain,
    basis: "corefile",
    zones: asked.zones,
    faults,
    answers,
    addresses,
    parts,
    ...(listeners.length > 0 && { listeners: listeners.map(asListener) }),
    ...sure,
    evidence: [
      ...sure.evidence,
      ...releases.evidence([
        ...(front !== undefined && front === cache ? (["node-local-dns"] as const) : []),
        ...(behind === undefined ? [] : (["cluster-dns"] as const)),
      ]),
    ],
  };
}

/** The listeners of the cluster's own DNS, as far as none before it takes their addresses: who names one asks past the others. */
function beside(front: readonly Seen[], behind: readonly Seen[]): readonly Seen[] {
  const taken = new Set(front.flatMap(({ on = [] }) => on));
  return behind.flatMap((one) => {
    const on = (one.on ?? []).filter((address) => !taken.has(address));
    return on.length > 0 ? [{ ...one, on }] : [];
  });
}

/** One listener, and whose it is where that is known. */
function asListener({ on = [], answers, addresses, parts }: Omit<Seen, "zones">): Listener {
  const whose = isForNodes(on) ? "nodes" : isForPods(on) ? "pods" : undefined;
  return { on, whose, answers, addresses, parts };
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

/** What a pod sees of a DNS on its node and the cluster's behind it: what the first hands on, the second answers. */
function chained(
  front: CorefileAnswers,
  first: Omit<Seen, "zones">,
  behind: CorefileAnswers,
): Omit<Seen, "zones"> {
  const servers = clusterServers(first);
  const ask = (name: string, type: QueryType): Answer =>
    behindCache(first.ask(name, type, true), () => behind.ask(name, type, true), servers);
  const found = partition(
    [front.effective, behind.effective],
    front.domain,
    ask,
    first.on && (first.on[0] ?? ""),
  );
  return {
    on: first.on,
    answers: { internal: found.internal.aaaa, external: found.external.aaaa },
    addresses: { internal: found.internal.a, external: found.external.a },
    parts: found.parts,
    ask,
  };
}

/** The cluster's own DNS as a DNS on the nodes has it: its placeholder, and the servers it hands the cluster's names to. */
function clusterServers({ answers: { internal } }: Pick<Seen, "answers">): ReadonlySet<string> {
  const named = internal.kind === "passed-on" ? serversIn(internal) : [];
  return new Set([
    "__PILLAR__CLUSTER__DNS__",
    ...named.filter((one) => isIP(addressOf(one)) !== 0).map(addressOf),
  ]);
}

const serversIn = ({ detail = "" }: Answer) => detail.split(" ").filter((one) => one !== "");
/** `dns://10.0.0.10:53` and `[fd00::a]:53` are what they name. */
const addressOf = (server: string) =>
  server
    .replace(/^\w+:\/\//, "")
    .replace(/^\[(.*)\](?::\d+)?$/, "$1")
    .replace(/^([\d.]+):\d+$/, "$1");

/** What the cluster's own DNS says where the DNS on the node hands the question to it, or may. */
function behindCache(front: Answer, next: () => Answer, servers: ReadonlySet<string>): Answer {
  if (front.kind !== "passed-on") return front;
  const to = serversIn(front).map(addressOf);
  const theirs = to.filter((one) => servers.has(one)).length;
  if (theirs === 0) return front;
  const behind = next();
  const because = `${front.because}; there ${behind.because}`;
  if (theirs === to.length || behind.kind === "passed-on") return { ...behind, because };
  return {
    kind: "unknown",
    because: `${because}, and other servers are asked as well`,
    at: behind.at ?? front.at,
  };
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
