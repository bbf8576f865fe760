/** The lookup of one name that a finding is about, step by step. Must show none that does not go as the finding says. */
import { compareLibcs } from "../lookup/comparison.ts";
import { heardOf } from "../lookup/pair.ts";
import type { Answers, Heard, Way } from "../lookup/question.ts";
import type { ClusterProfile, NameScope } from "../model/cluster-profile.ts";
import type { Answer, PairAnswers, QueryType } from "../model/dns.ts";
import type { Judgement, Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import { keyOfImage } from "../model/workload-key.ts";
import { pairOf } from "../rules/pair-effect.ts";
import { CLUSTER_SERVER, generationsOf, NODE_SERVER, resolvConfOf } from "../rules/pod-lookup.ts";
import { imageAt } from "./image-at.ts";
import { renderLookup } from "./lookup.ts";

/** Names that are tried until one goes as the finding says, and lines that are shown. */
const MOST_NAMES = 6;
const MOST_LINES = 40;

/** A name as a program asks for it, the whole one that exists, and how that is answered. */
interface Asked {
  readonly name: string;
  readonly existing: string;
  readonly pair: PairAnswers;
}

/**
 * What `muslgate lookup` would print of a name that fails, or is late, for the finding's container; of a cluster alone for
 * a pod without settings. Nothing where glibc fares no better with any name that comes to mind, and where an answer that
 * decides is not known: a finding may rest on what no lookup of one name shows.
 */
export function traceOf(report: Report, judgement: Judgement): string | undefined {
  const { workload, cluster, verdict } = judgement;
  const on = report.clusters[cluster];
  const musl = imageAt(report, judgement)?.process.musl;
  if (on === undefined || verdict.outcome !== "affected" || workload?.usesClusterDns === false)
    return undefined;
  const who = workload ?? BARE;
  const resolvConf = resolvConfOf(who, on);
  const generations = generationsOf(musl);
  for (const { name, existing, pair } of asked(on, who, verdict.except ?? verdict.concerns ?? []).slice(
    0,
    MOST_NAMES,
  )) {
    const question = { name, family: "any", resolvConf, hosts: "" } as const;
    const told = compareLibcs({ ...question, answers: answersOf(on, who, existing, pair) }, generations);
    const isLate = ({ error, tookMs }: Way) => error !== undefined || tookMs > 0;
    const musls = told.filter(({ libcs }) => libcs[0]?.startsWith("musl"));
    const others = told.filter((one) => !musls.includes(one));
    if (!musls.some(({ ways }) => ways.some(isLate)) || others.some(({ ways }) => ways.some(isLate)))
      continue;
    if (musls.some(({ ways }) => ways.some(({ error }) => error === "unknown"))) continue;
    const corefile = on.basis === "nothing" ? undefined : on.name;
    const { family } = question;
    const text = renderLookup({ name, family, resolvConf, existing: [existing], corefile, told }, false);
    const lines = text
      .trimEnd()
      .replaceAll(CLUSTER_SERVER, CLUSTER)
      .replaceAll(NODE_SERVER, NODE)
      .split("\n");
    const left = lines.length - MOST_LINES;
    return [...lines.slice(0, MOST_LINES), ...(left > 0 ? [`and ${left} more lines`] : [])].join("\n");
  }
  return undefined;
}

const CLUSTER = "the cluster's DNS";
const NODE = "the node's DNS";

/** A pod without settings. */
const BARE: Workload = {
  image: "",
  name: "",
  role: "image",
  key: keyOfImage(""),
  usesClusterDns: true,
};

/** Names that the finding may be about, those first that the container is given. */
function asked(
  on: ClusterProfile,
  { names = [], pod }: Workload,
  except: readonly string[],
): readonly Asked[] {
  const whole = (name: string) => name.replace(/\.$/, "");
  const parts = (on.parts ?? []).flatMap((pair) =>
    pair.sets.flatMap(({ says, witness, how, zone }): Asked[] => {
      if (!except.includes(says)) return [];
      const given = how === "zone" ? names.find((name) => `.${name}`.endsWith(`.${zone}`)) : undefined;
      const name = whole(given ?? witness);
      return [{ name, existing: name, pair }];
    }),
  );
  const inside = pairOf(on, "internal");
  const existing = `kubernetes.default.svc.${on.domain}`;
  const services = (pod?.services ?? []).map(({ host, service }) => {
    return { name: host, existing: `${service}.${on.domain}`, pair: inside };
  });
  return [
    ...parts,
    ...services,
    { name: "kubernetes.default", existing, pair: inside },
    // Where nothing is searched.
    { name: existing, existing, pair: inside },
    { name: "example.com", existing: "example.com", pair: pairOf(on, "external") },
  ];
}

/** The one name exists with an A record; what else is asked for on the way does not. */
function answersOf(on: ClusterProfile, { pod }: Workload, existing: string, pair: PairAnswers): Answers {
  const isInside = (name: string) => `.${name}`.endsWith(`.${on.domain}`);
  const servers = pod?.resolver?.servers ?? [];
  return (server, name, type) => {
    const isCluster =
      server === CLUSTER_SERVER ||
      servers.some(({ address, ofCluster }) => address === server && ofCluster === true);
    if (!isCluster) {
      if (servers.some(({ address, ofCluster }) => address === server && ofCluster === "unknown"))
        return "unknown";
      return name === existing && !isInside(name) ? found(type) : MISSING;
    }
    const scope: NameScope = isInside(name) ? "internal" : "external";
    const { a, aaaa } = name === existing ? pair : pairOf(on, scope);
    const answer = heard(type === "A" ? a : aaaa, type);
    // What is passed on, or made of records, finds none of a name that is not there.
    return name === existing || answer === "unknown" || answer === "nothing" || answer.rcode !== "NOERROR"
      ? answer
      : MISSING;
  };
}

const MISSING: Heard = { rcode: "NXDOMAIN", addresses: [] };

function found(type: QueryType): Heard {
  return { rcode: "NOERROR", addresses: type === "A" ? ["192.0.2.1"] : [] };
}

function heard({ kind }: Answer, type: QueryType): Heard {
  if (kind === "passed-on") return found(type);
  // Which code it is decides, and is not known here.
  if (kind === "other-rcode" || kind === "unknown") return "unknown";
  return heardOf(kind, type === "A" ? "192.0.2.1" : "2001:db8::1");
}
