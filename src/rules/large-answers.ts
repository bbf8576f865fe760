/** What a libc keeps of a headless Service's addresses, and the verdict on it. Must stay pure. */
import type { ResolverGeneration } from "../knowledge/musl.ts";
import { lookup } from "../lookup/lookup.ts";
import type { Answers } from "../lookup/question.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Addresses, ServiceUse } from "../model/pod.ts";
import type { Remedy } from "../model/report.ts";
import type { MuslRelease } from "../version/musl.ts";
import type { Range } from "../version/range.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { generationsOf, resolvConfOf } from "./pod-lookup.ts";
import type { RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding, Subject } from "./subject.ts";

/** A Service of which not every address is kept. */
export interface Cut {
  readonly use: ServiceUse;
  readonly all: number;
  /** The fewest that any of the generations keeps. */
  readonly kept: number;
  readonly keptV4: number;
}

/** Addresses of a family beyond which one more is one more that is lost. */
const MOST = 100;
/** A DNS header, the question's type and class, and what frames its name (RFC 1035 section 4.1). */
const HEADER = 12 + 4 + 2;
/** A record whose name is a pointer: 12 bytes and the address. */
const RECORD = { A: 16, AAAA: 28 } as const;
const UDP = 512;

/** What a rule about large answers has of its own. */
export interface LargeAnswers {
  readonly id: string;
  /** The releases that do so, of those with TCP or without. */
  readonly range: Range<MuslRelease>;
  readonly tcp: boolean;
  readonly fact: string;
  readonly source: string;
  /** Nothing is said of an image that was not read, since another rule does. */
  readonly isSilentOfUnread?: boolean;
  /** What musl makes of the addresses, as a clause that follows a colon. */
  readonly told: (cut: Cut) => string;
  readonly remedy: Remedy;
}

/** A warning where the pods in sight are too many, a note where an autoscaler may make them so. */
export function largeAnswersVerdict(context: RuleContext, rule: LargeAnswers): Finding | undefined {
  const { workload, image, cluster } = context;
  if (workload.usesClusterDns !== true) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, rule.range);
  if (musl === false || (image === undefined && rule.isSilentOfUnread)) return undefined;
  const generations = generationsOf(image?.process.musl).filter(({ tcp }) => tcp === rule.tcp);
  const [now] = cutOf(workload, cluster, generations);
  const [later] = now || musl === "unknown" ? [] : cutOf(workload, cluster, generations, "open", "atMost");
  const cut = now ?? later;
  if (cut === undefined) return undefined;
  const { use, all, kept } = cut;
  const base = {
    ruleId: rule.id,
    level: now === undefined ? ("note" as const) : ("warning" as const),
    evidence: [measured(rule.fact, rule.source)],
    at: workload.at ?? use.at,
    related: use.at === undefined ? [] : [use.at],
  };
  const names = { internal: "resolves", external: "resolves" } as const;
  if (musl === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} sees all ${all} addresses of ${use.host}`,
      whyImageUnknown(context),
      { ...names, internal: "unknown" },
    );
  const exact = image?.process.musl?.exact;
  const which = rule.tcp ? "musl" : `musl ${exact ?? "before 1.2.4"}`;
  const service = now === undefined ? `that may be scaled to ${all} addresses` : `of ${all} addresses`;
  return {
    ...base,
    outcome: "affected",
    confidence: now === undefined ? "likely" : "measured",
    summary: (who) =>
      `${who} resolves with ${which}, and is given ${use.host}, a headless Service ${service}: ${rule.told(cut)}.`,
    names,
    except: [`${all - kept} of ${all} addresses of ${use.host}`],
    remedies: [rule.remedy],
  };
}

/** Which Services that a container is given have more addresses than some generations keep; TCP is open unless told. */
export function cutOf(
  workload: Subject,
  cluster: ClusterProfile,
  generations: readonly ResolverGeneration[],
  tcp: "open" | "closed" = "open",
  of: "addresses" | "atMost" = "addresses",
): readonly Cut[] {
  const resolvConf = resolvConfOf(workload, cluster);
  return (workload.pod?.services ?? []).flatMap((use) => {
    const { a, aaaa }: Addresses = use[of] ?? { a: 0, aaaa: 0 };
    const full = `${use.service}.${cluster.domain}`;
    const addresses = {
      A: Array.from({ length: Math.min(a, MOST) }, (_, i) => `192.0.2.${i + 1}`),
      AAAA: Array.from({ length: Math.min(aaaa, MOST) }, (_, i) => `2001:db8::${(i + 1).toString(16)}`),
    };
    const all = a + aaaa;
    const answers: Answers = (_, name, type) => {
      if (name !== full) return { rcode: "NXDOMAIN", addresses: [] };
      const fit = Math.floor((UDP - HEADER - full.length) / RECORD[type]);
      const here = addresses[type];
      return { rcode: "NOERROR", addresses: here, ...(here.length > fit && { udp: fit, tcp }) };
    };
    const ways = generations.flatMap((libc) =>
      lookup({ name: use.host, family: "any", resolvConf, hosts: "", answers }, libc),
    );
    const worst = ways.toSorted((one, other) => one.addresses.length - other.addresses.length)[0];
    const kept = worst?.addresses.length ?? 0;
    // A name that is not found at all is another rule's.
    if (all === 0 || worst === undefined || kept === all || (worst.error !== undefined && tcp === "open"))
      return [];
    return [{ use, all, kept, keptV4: worst.addresses.filter((one) => !one.includes(":")).length }];
  });
}
