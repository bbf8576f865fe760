/** The paired lookup where A is denied and AAAA is not, and where only some names fare otherwise. Must stay a pure function. */
import type { NamePart } from "../model/cluster-profile.ts";
import { DENIALS } from "../model/dns.ts";
import { setsInWords } from "../model/name-parts.ts";
import { pairedLookup } from "./musl-paired-lookup.ts";
import { failingParts, openParts, pairEffect, pairOf, namesText, resolverOf, SCOPES } from "./pair-effect.ts";
import { nodataRemedy } from "./nodata-remedy.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { corefileSays } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

/** As pairedLookup, for every name and for both halves. */
export const pairedByPart: Rule = { ...pairedLookup, check };

function check(context: RuleContext): Finding {
  const verdict = pairedLookup.check(context);
  const { workload, image, cluster, usedNames = [] } = context;
  if (workload.usesClusterDns === false || workload.os !== undefined) return verdict;
  const resolver = image === undefined ? "unknown" : resolverOf(image.process);
  const mirrored = SCOPES.filter((scope) => {
    const pair = pairOf(cluster, scope);
    const effect = pairEffect(resolver, pair);
    return DENIALS.has(pair.a.kind) && effect !== undefined && effect !== "resolves";
  });
  const does = `resolves with musl ${image?.process.musl?.exact ?? ""}`.trim();
  const first = mirrored[0];
  if (first !== undefined && verdict.outcome === "not-affected") {
    const { a } = pairOf(cluster, first);
    const effect = (scope: (typeof SCOPES)[number]) =>
      pairEffect(resolver, pairOf(cluster, scope)) ?? "fails";
    const known = workload.usesClusterDns === true && resolver !== "unknown";
    return {
      ...verdict,
      outcome: known ? "affected" : "unknown",
      level: known ? "error" : "warning",
      confidence: "likely",
      summary: (who) =>
        known
          ? `${who} ${does}, and on ${cluster.name} A is answered ${a.kind} though AAAA has an address: lookups fail there, which other resolvers answer with the IPv6 address.`
          : `Whether ${who} resolves names on ${cluster.name} is not known: A is answered ${a.kind} there, which musl 1.2.1 and newer takes for the whole name.`,
      names: { internal: effect("internal"), external: effect("external") },
      remedies: [
        {
          id: "answer-nodata",
          title: "Answer NODATA instead: `rcode NOERROR` in the template that denies A",
          cost: "One line, in a Corefile that is yours.",
          snippet: { language: "corefile", text: "template ANY A {\n    rcode NOERROR\n}" },
          preferred: true,
        },
      ],
      at: a.at ?? verdict.at,
    };
  }
  if (verdict.outcome !== "not-affected") return verdict;
  const failing = failingParts(resolver, cluster);
  if (failing.length > 0 && workload.usesClusterDns === true)
    return partly(context, verdict, failing, does, usedNames);
  const open = [...failing, ...openParts(resolver, cluster)];
  return open.length === 0 ? verdict : notKnown(context, verdict, open);
}

/** Whether some names resolve hangs on what is not known of the container, or of how they are answered. */
function notKnown(context: RuleContext, verdict: Finding, open: readonly NamePart[]): Finding {
  const { workload, image, imageProblem, cluster } = context;
  const [part] = open as [NamePart];
  const unanswered = [part.aaaa, part.a].find(({ kind }) => kind === "unknown");
  const why =
    workload.usesClusterDns === "unknown"
      ? "whether it asks the cluster's DNS cannot be told from its manifest"
      : (unanswered?.because ??
        (image === undefined ? (imageProblem ?? "its image could not be read") : image.process.reason));
  const because = why.replace(/\.$/, "");
  const except = setsInWords(open.flatMap(({ sets }) => sets));
  return {
    ...verdict,
    outcome: "unknown",
    level: "warning",
    confidence: "likely",
    summary: (who) =>
      `Whether ${who} resolves ${namesText(except)} on ${cluster.name} is not known: ${because}.`,
    because,
    restsOn: ["image", "cluster"],
    except,
    remedies: [],
    at: workload.at ?? verdict.at,
  };
}

const ANSWER_NODATA_TO_A = {
  id: "answer-nodata",
  title: "Answer NODATA instead: `rcode NOERROR` in the template that denies A",
} as const;

/** All other names resolve. Loud only where one of these is written in what the container is given. */
function partly(
  { cluster }: RuleContext,
  verdict: Finding,
  failing: readonly NamePart[],
  does: string,
  used: readonly string[],
): Finding {
  const [part] = failing as [NamePart];
  const except = setsInWords(failing.flatMap(({ sets }) => sets));
  const which = namesText(except);
  const denied = DENIALS.has(part.aaaa.kind) ? part.aaaa : part.a;
  const half = denied === part.a ? "A" : "AAAA";
  const named = used.length === 0 ? "" : `, and it is given ${used.slice(0, 3).join(", ")}`;
  return {
    ...verdict,
    outcome: "affected",
    level: used.length === 0 ? "note" : "error",
    confidence: "likely",
    summary: (who) =>
      `${who} ${does}, and on ${cluster.name} ${half} is answered ${denied.kind} for ${which}: lookups of these fail${named}; all others resolve.`,
    except,
    evidence: [corefileSays(denied), ...verdict.evidence],
    remedies: [
      {
        ...(half === "AAAA" ? nodataRemedy(cluster, denied).remedy : ANSWER_NODATA_TO_A),
        cost: "One line, in a Corefile that is yours; names without IPv6 stay as they are meant to be.",
        preferred: true,
      },
    ],
    at: denied.at ?? verdict.at,
  };
}
