/** The rule the project exists for: a denied AAAA fails musl's whole lookup. Must stay a pure function. */
import {
  type KnownRemedy,
  BYPASS_NODE_LOCAL_DNS,
  LEAVE_AAAA_ALONE,
  LEAVE_MUSL,
  NODE_LOCAL_DNS_OFF,
  UPGRADE_GKE,
} from "../knowledge/remedies.ts";
import { PAIR_BEHAVIOURS } from "../knowledge/musl.ts";
import { pairLookup } from "../lookup/pair.ts";
import {
  type ClusterProfile,
  type Confidence,
  isNoCluster,
  type NameScope,
  type Sourced,
} from "../model/cluster-profile.ts";
import type { Answer } from "../model/dns.ts";
import type { ImageProfile, StartProcess } from "../model/image-profile.ts";
import type { NameEffect, Remedy } from "../model/report.ts";
import { RUNTIMES } from "../knowledge/runtimes.ts";
import { baseTurnedMusl } from "./base-turned-musl.ts";
import { nodataRemedy } from "./nodata-remedy.ts";
import { type Resolver, resolverOf, SCOPES } from "./pair-effect.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { lowerFirst } from "./sentences.ts";
import { scopesText } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "musl-paired-lookup";

/** musl 1.2.1 and later fails a lookup when the AAAA half of its paired question is answered with an error. */
export const pairedLookup = {
  id: ID,
  title: "musl fails the whole lookup when AAAA is denied",
  description:
    "From version 1.2.1 on, musl's getaddrinfo treats a lookup as failed when either half of its paired A and AAAA " +
    "question is answered NXDOMAIN, or not answered properly. A cluster whose DNS answers every AAAA question that " +
    "way leaves such a container unable to connect to anything by name.",
  explanation: [
    "musl asks A and AAAA side by side. NXDOMAIN means that the name has no records of *any* type (RFC 8020), so",
    "from 1.2.1 on musl believes it whichever half it comes with (commit 5cf1ac24). A DNS server that has an A record",
    "for a name must answer AAAA with NODATA: NOERROR and an empty answer section.",
    "",
    "| AAAA is answered | musl 1.2.0 and older | musl 1.2.1 and newer |",
    "|---|---|---|",
    "| NXDOMAIN | resolves | fails at once (`Name does not resolve`) |",
    "| SERVFAIL, REFUSED, NOTIMP, nothing | resolves after the timeout, 5 s by default | fails after the timeout |",
    "| NODATA, or an address | resolves | resolves |",
  ].join("\n"),
  mend: [
    "Where the Corefile is yours, answer that the name exists and has no such record; `muslgate corefile FILE --fix` prints",
    "the change:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    rcode NOERROR",
    "}",
    "```",
    "",
    "GKE keeps its own Corefile: upgrade the control plane to 1.22.7-gke.1500 or later, or let the pod ask another server",
    "through `dnsConfig`. Where neither can be, build the image on a base with glibc, or on Alpine 3.12 or older.",
  ].join("\n"),
  see: [
    "`nslookup` and `getent hosts` ask one type at a time and look fine. These ask for both:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts kubernetes.default.svc.cluster.local",
    "kubectl exec POD -- wget -T 5 -O /dev/null http://example.com/",
    "```",
    "",
    "`muslgate probe --server IP` asks the server in the pod's /etc/resolv.conf as musl does, and shows its answers.",
  ].join("\n"),
  level: "error",
  sources: [
    "musl commit 5cf1ac24 and WHATSNEW 1.2.1",
    "RFC 8020 sections 2 and 3.1",
    "https://polar3130.hatenablog.com/entry/2022/02/28/143440",
  ],
  check,
} satisfies Rule;

function check(context: RuleContext): Finding {
  const { workload, image, cluster } = context;
  const [first, second] = loudestFirst(image, cluster);
  const at = cluster.answers[first].at ?? cluster.answers[second].at ?? workload.at ?? cluster.at;
  const places = [cluster.answers[second].at, workload.at, ...(workload.related ?? []), cluster.at];
  const base = { ruleId: ID, at, related: places.filter((place) => place !== undefined) };
  // What is not known of the container stands on its own line, not on the cluster's.
  const own =
    workload.at === undefined ? base : { ruleId: ID, at: workload.at, related: workload.related ?? [] };
  if (workload.os !== undefined) {
    const why = "it runs on Windows, where no program resolves with musl";
    return { ...base, ...notAffected(context, why, "documented") };
  }
  if (workload.usesClusterDns === false) {
    const { dnsBecause } = workload;
    const whom = dnsBecause === undefined ? "" : `: it ${dnsBecause}`;
    return { ...base, ...notAffected(context, `it does not ask the cluster's DNS${whom}`, "documented") };
  }
  const generation = image === undefined ? "unknown" : resolverOf(image.process);
  const names = namesOf(generation, cluster);
  const effects = SCOPES.map((scope) => names[scope]);
  if (
    effects.some((effect) => effect === "fails" || effect === "fails-slowly" || effect === "resolves-slowly")
  ) {
    if (workload.usesClusterDns === true) return { ...base, ...affected(context, names) };
    const why = "whether it asks the cluster's DNS cannot be told from its manifest";
    return { ...own, ...unknown(context, names, why) };
  }
  if (effects.includes("unknown")) {
    if (image === undefined) {
      const why = context.imageProblem ?? "its image could not be read";
      return { ...own, ...unknown(context, names, why) };
    }
    const likely = baseTurnedMusl(context);
    if (likely !== undefined && workload.usesClusterDns === true) {
      const then = namesOf(resolverOf(likely.process), cluster);
      if (SCOPES.some((scope) => then[scope].startsWith("fails")))
        return { ...base, ...onTurnedBase({ ...context, image: likely }, then) };
    }
    if (generation !== "unknown" && cluster.basis === "nothing") {
      return { ...own, ...onUnknownCluster(context, image, generation, names) };
    }
    return {
      ...(generation === "unknown" ? own : base),
      ...unknown(context, names, whyUnknown(image, generation, cluster)),
    };
  }
  return {
    ...base,
    ...notAffected(
      context,
      whyNot(image, generation, cluster),
      confidenceOf(image, cluster),
      effectOf(generation, { kind: "NXDOMAIN", because: "" }) === "resolves"
        ? undefined
        : cluster.providedThat,
    ),
  };
}

/** The scopes, one that fails before one that does not: its line is the finding's. Names outside first, else. */
function loudestFirst(
  image: ImageProfile | undefined,
  cluster: ClusterProfile,
): readonly [NameScope, NameScope] {
  const names = namesOf(image === undefined ? "unknown" : resolverOf(image.process), cluster);
  const rank = (scope: NameScope) => ["resolves", "unknown"].indexOf(names[scope]);
  const hit = (scope: NameScope) => rank(scope) < 0;
  const insideAlone = !hit("external") && (hit("internal") || rank("internal") > rank("external"));
  return insideAlone ? ["internal", "external"] : ["external", "internal"];
}

function namesOf(generation: Resolver, cluster: ClusterProfile): Record<NameScope, NameEffect> {
  const effect = (answer: Answer) => effectOf(generation, answer);
  return { internal: effect(cluster.answers.internal), external: effect(cluster.answers.external) };
}

function effectOf(generation: Resolver, answer: Answer): NameEffect {
  // Another resolver takes the A half whatever the other one says; how long it waits is not this rule's.
  if (generation === "not-musl") return "resolves";
  // Whoever it is passed on to is trusted to answer NODATA, as kube-dns, Cloud DNS and any proper server do.
  const kind = answer.kind === "passed-on" ? "NODATA" : answer.kind;
  if (kind === "unknown") return "unknown";
  const possible = PAIR_BEHAVIOURS.filter(
    (one) => generation === "unknown" || one.generation === generation,
  ).map((one) => pairLookup(one.generation, "address", kind));
  // What is not known may be another resolver as well.
  const effects = generation === "unknown" ? [...possible, "resolves" as const] : possible;
  const first = effects[0];
  return first !== undefined && effects.every((effect) => effect === first) ? first : "unknown";
}

type Judged = Omit<Finding, "ruleId" | "at" | "related">;

function affected(context: RuleContext, names: Record<NameScope, NameEffect>): Judged {
  const { cluster } = context;
  const image = context.image as ImageProfile;
  const mixed = image.process.kind === "mixed";
  const fails = SCOPES.some((scope) => names[scope].startsWith("fails"));
  const scope = SCOPES.filter((one) => names[one] !== "resolves" && names[one] !== "unknown");
  const answer = cluster.answers[scope.includes("external") ? "external" : "internal"];
  const version = versionOf(image.process);
  const { culprit } = image.process;
  const does = (
    culprit === undefined
      ? `resolves with musl ${version}`
      : `starts ${culprit}, which resolves with musl ${version}`
  ).trim();
  const effect = fails
    ? `lookups of ${scopesText(scope)} fail${scope.every((one) => names[one] === "fails-slowly") ? " after the resolver's timeout" : ""}`
    : `lookups of ${scopesText(scope)} take the resolver's whole timeout (5 s by default)`;
  return {
    outcome: "affected",
    level: fails ? "error" : "warning",
    confidence: mixed ? "likely" : confidenceOf(image, cluster),
    summary: (who) =>
      `${who} ${does}${mixed && culprit === undefined ? " in some of the programs it starts" : ""}, and on ${cluster.name} AAAA is answered ${answerText(answer)}: ${effect}.`,
    names,
    evidence: evidenceOf(image, cluster),
    remedies: [...remediesFor(cluster, answer), ...runtimeRemedy(image)],
  };
}

/** A base that turned from glibc to musl: what is installed on it is hit, likely. */
function onTurnedBase(
  context: RuleContext & { image: ImageProfile },
  names: Record<NameScope, NameEffect>,
): Judged {
  const { workload, image } = context;
  const { reason } = image.process;
  const source = workload.base?.source ?? image.reference;
  const judged = affected(context, names);
  return {
    ...judged,
    confidence: "likely",
    evidence: [{ text: lowerFirst(reason), confidence: "likely", source }, ...judged.evidence],
  };
}

function versionOf({ musl }: StartProcess): string {
  return musl?.exact ?? (musl?.atLeast === undefined ? "" : `${musl.atLeast} or newer`);
}

function unknown(context: RuleContext, names: Record<NameScope, NameEffect>, why: string): Judged {
  return {
    outcome: "unknown",
    level: "warning",
    confidence: "likely",
    summary: (who) => `Whether ${who} resolves names on ${context.cluster.name} is not known: ${why}.`,
    because: why,
    restsOn: ["image", "cluster"],
    names,
    // How the cluster answers is beside the point where the image was not read.
    evidence: context.image === undefined ? [] : evidenceOf(context.image, context.cluster),
    remedies: context.cluster.basis === "nothing" ? [SAY_THE_CLUSTER] : [],
  };
}

/** A first answer where nothing is known of the cluster: what the image does on one that denies AAAA. */
function onUnknownCluster(
  context: RuleContext,
  image: ImageProfile,
  generation: Exclude<Resolver, "unknown">,
  names: Record<NameScope, NameEffect>,
): Judged {
  const { cluster } = context;
  const onDenial = effectOf(generation, { kind: "NXDOMAIN", because: "" });
  const some = image.process.kind === "mixed" ? " in some of the programs it starts" : "";
  const does = `resolves with musl ${versionOf(image.process)}`.trim() + some;
  const what =
    onDenial === "resolves"
      ? "resolves names where AAAA is denied, but late where it is answered with another error"
      : "fails on any cluster that denies AAAA";
  const why = isNoCluster(cluster)
    ? "nothing says which cluster it runs on"
    : whyUnknown(image, generation, cluster);
  const rest = isNoCluster(cluster)
    ? "Which cluster it runs on is not said"
    : `How ${cluster.name} answers is not known: ${why}`;
  return {
    ...unknown(context, names, why),
    summary: (who) => `${who} ${does}: it ${what}. ${rest}.`,
    onDenial,
  };
}

/** The run was not told what it judges by. */
const SAY_THE_CLUSTER: Remedy = {
  id: "say-the-cluster",
  title: "Say how the cluster answers: `corefile`, or `gke-version` with `node-local-dns`",
  cost: "kubectl -n kube-system get configmap node-local-dns -o yaml prints the Corefile; coredns where there is none.",
  preferred: true,
};

function notAffected(
  context: RuleContext,
  why: string,
  confidence: Confidence,
  providedThat?: string,
): Judged {
  const held = providedThat === undefined ? "" : ` while ${providedThat}`;
  return {
    outcome: "not-affected",
    level: "note",
    confidence,
    summary: (who) => `${who} resolves names on ${context.cluster.name}${held}: ${why}.`,
    names: { internal: "resolves", external: "resolves" },
    providedThat,
    evidence:
      context.image === undefined ? context.cluster.evidence : evidenceOf(context.image, context.cluster),
    remedies: [],
  };
}

function whyUnknown(image: ImageProfile, generation: Resolver, cluster: ClusterProfile): string {
  const answers = SCOPES.map((scope) => cluster.answers[scope]);
  const open = answers.find((answer) => answer.kind === "unknown");
  if (generation === "unknown" && answers.some((answer) => isError(answer))) {
    return `AAAA is answered ${answerText(answers.find(isError) as Answer)} there, and ${lowerFirst(image.process.reason)}`;
  }
  return open === undefined ? lowerFirst(image.process.reason) : lowerFirst(open.because);
}

function whyNot(image: ImageProfile | undefined, generation: Resolver, cluster: ClusterProfile): string {
  const denied = SCOPES.map((scope) => cluster.answers[scope]).find(isError);
  if (denied === undefined || image === undefined) {
    const { internal, external } = cluster.answers;
    const answers = new Set([internal, external].map(({ because }) => lowerFirst(because)));
    return [
      ...answers,
      ...(image === undefined ? ["its image was not read, and decides nothing here"] : []),
    ].join("; ");
  }
  const who =
    generation === "pairs-tolerant"
      ? `musl ${image.process.musl?.exact ?? `before ${image.process.musl?.below}`} takes the A half`
      : lowerFirst(image.process.reason);
  return `AAAA is answered ${answerText(denied)}, but ${who}`;
}

function isError(answer: Answer): boolean {
  return !["NODATA", "address", "passed-on", "unknown"].includes(answer.kind);
}

function answerText(answer: Answer): string {
  if (answer.kind === "no-reply") return "with silence";
  return answer.kind === "other-rcode" ? (answer.detail ?? "with an error") : answer.kind;
}

const CONFIDENCES: readonly Confidence[] = ["measured", "documented", "likely"];

/** A chain is as sure as its weakest part. */
function confidenceOf(image: ImageProfile | undefined, cluster: ClusterProfile): Confidence {
  // Where the cluster denies nothing, nothing about the image matters.
  if (image === undefined || !SCOPES.some((scope) => isError(cluster.answers[scope])))
    return cluster.confidence;
  const { kind, musl } = image.process;
  const ofVersion = musl?.confidence ?? (musl?.exact === undefined ? "likely" : "measured");
  const ofImage: Confidence = kind === "unknown" ? "likely" : ofVersion;
  const fromImage = ["uses-glibc", "own-resolver", "no-lookups"].includes(image.process.kind)
    ? "measured"
    : ofImage;
  const parts = [fromImage, cluster.confidence, image.planned?.confidence ?? "measured"];
  return CONFIDENCES[Math.max(...parts.map((part) => CONFIDENCES.indexOf(part)))] ?? "likely";
}

function evidenceOf(image: ImageProfile, cluster: ClusterProfile): readonly Sourced[] {
  const { supposed } = image.process;
  const chain = image.process.chain.map(({ text }) => text).join(" → ");
  const generation = resolverOf(image.process);
  const behaviour = PAIR_BEHAVIOURS.find((one) => one.generation === generation);
  return [
    ...(chain === "" ? [] : [{ text: chain, ...chainSource(image) }]),
    ...(supposed === undefined
      ? []
      : [{ text: supposed, confidence: "likely" as const, source: "the target" }]),
    ...cluster.evidence,
    ...(behaviour === undefined
      ? []
      : [
          {
            text:
              generation === "pairs-strict"
                ? "musl 1.2.1 and newer fail a lookup for one failed half"
                : "musl 1.2.0 and older take the half that succeeds",
            confidence: behaviour.citation.confidence,
            source: behaviour.citation.source,
          },
        ]),
  ];
}

/** What the chain was read from, or what it was planned from. */
function chainSource({ reference, planned }: ImageProfile): Pick<Sourced, "confidence" | "source"> {
  if (planned === undefined) return { confidence: "measured", source: reference };
  return { confidence: planned.confidence, source: planned.from };
}

/** The order depends on who owns the Corefile: one line of one's own beats everything else. */
function remediesFor(cluster: ClusterProfile, denial: Answer): readonly Remedy[] {
  const ownCorefile = cluster.basis === "corefile" && !cluster.managed;
  const onGke = cluster.gkeVersion !== undefined || cluster.managed;
  const nodeLocal: KnownRemedy[] =
    onGke && cluster.nodeLocalDns === "enabled" && !cluster.autopilot ? [NODE_LOCAL_DNS_OFF] : [];
  const gke = onGke ? [UPGRADE_GKE] : [];
  const known = ownCorefile
    ? [
        cluster.dualStack === true ? LEAVE_AAAA_ALONE : nodataRemedy(cluster, denial),
        ...nodeLocal,
        BYPASS_NODE_LOCAL_DNS,
        LEAVE_MUSL,
      ]
    : [...gke, ...nodeLocal, BYPASS_NODE_LOCAL_DNS, LEAVE_MUSL];
  return known.map(({ remedy }, i) => ({ ...remedy, preferred: i === 0 }));
}

/** What the program itself can do, where its runtime is recognised. */
function runtimeRemedy({ process }: ImageProfile): readonly Remedy[] {
  // What nginx resolves itself has a rule of its own, with the same way out.
  const runtime = RUNTIMES.find(({ name }) => name === process.runtime && name !== "nginx");
  if (runtime?.mitigation === undefined) return [];
  return [
    {
      id: "runtime-option",
      title: `In ${runtime.name}: ${runtime.mitigation}`,
      cost: "Only for that program; others in the image, and the tools in it, still fail.",
      preferred: false,
    },
  ];
}
