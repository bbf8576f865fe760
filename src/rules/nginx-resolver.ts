/** nginx's own resolver fails a name for one failed half, on any libc. Must stay a pure function. */
import { NGINX_RESOLVER } from "../knowledge/nginx.ts";
import type { StartProcess } from "../model/image-profile.ts";
import type { NameScope } from "../model/cluster-profile.ts";
import type { Answer } from "../model/dns.ts";
import type { NameEffect } from "../model/report.ts";
import { neverMusl } from "./musl-range.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { lowerFirst } from "./sentences.ts";
import type { Finding } from "./subject.ts";

const ID = "nginx-resolver";
const SCOPES: readonly NameScope[] = ["internal", "external"];

/** Speaks only of images that start nginx with a `resolver` in its configuration that asks for AAAA too. */
export const nginxResolver: Rule = {
  id: ID,
  title: "nginx's own resolver fails a name when AAAA is denied",
  description:
    "nginx resolves names of its `resolver` directive itself, whatever the libc of its image. An error code for either " +
    "half of its A and AAAA questions fails the whole name. `ipv6=off` keeps it from asking for AAAA.",
  explanation: [
    "Where a name is only known at run time (variables in `proxy_pass`, `server ... resolve`), nginx asks the servers of",
    "its `resolver` directive itself. The error code of one answer is kept for the whole name, also when the other",
    "answer had addresses. An image on glibc is hit as well.",
  ].join("\n"),
  mend: [
    "Keep nginx from asking for AAAA, or correct the cluster's Corefile as [musl-paired-lookup](musl-paired-lookup.md) says:",
    "",
    "```nginx",
    "resolver 10.0.0.10 ipv6=off;",
    "```",
  ].join("\n"),
  see: [
    "nginx logs `could not be resolved` for a name that has an address:",
    "",
    "```sh",
    "kubectl logs POD",
    "```",
  ].join("\n"),
  level: "warning",
  sources: [NGINX_RESOLVER.source],
  check,
};

function check({ workload, image, cluster }: RuleContext): Finding | undefined {
  if (image?.process.runtime !== "nginx" || workload.usesClusterDns === false) return undefined;
  const asking = image.resolverConfigs.filter(({ value }) => !/\sipv6=off\b/.test(value.text));
  const [first] = asking;
  const names = {
    internal: effectOf(cluster.answers.internal),
    external: effectOf(cluster.answers.external),
  };
  if (first === undefined) return withVolume(workload, image.process, cluster, names);
  const scopeWith = (effect: NameEffect) => SCOPES.find((scope) => names[scope] === effect);
  const denied = scopeWith("fails");
  const where = `${first.path}:${first.value.line}`;
  const open = scopeWith("unknown");
  if (denied === undefined) {
    // Where nginx resolves with musl, musl-paired-lookup says that the cluster's answer is not known.
    if (open === undefined || !neverMusl(image.process)) return undefined;
    const because = `its nginx asks for AAAA itself, and ${lowerFirst(cluster.answers[open].because)}`;
    return {
      ruleId: ID,
      outcome: "unknown",
      level: "warning",
      confidence: "likely",
      summary: (who) =>
        `Whether nginx in ${who} resolves names with its own resolver (${where}) on ${cluster.name} is not known: ${because}.`,
      because,
      restsOn: ["image", "cluster"],
      names,
      evidence: [{ text: first.value.text, confidence: "measured", source: where }, ...cluster.evidence],
      remedies: [],
      at: workload.at ?? cluster.at,
      related: [],
    };
  }
  const answer = cluster.answers[denied];
  return {
    ruleId: ID,
    outcome: "affected",
    level: "warning",
    confidence: "likely",
    summary: (who) =>
      `${who} starts nginx, whose own resolver (${where}) asks for AAAA too, and on ${cluster.name} AAAA is ` +
      `answered ${answer.kind}: names that it resolves at run time fail, if that resolver is the cluster's DNS.`,
    names,
    evidence: [
      { text: first.value.text, confidence: "measured", source: where },
      ...cluster.evidence,
      { text: NGINX_RESOLVER.text, confidence: NGINX_RESOLVER.confidence, source: NGINX_RESOLVER.source },
    ],
    remedies: [
      {
        id: "nginx-ipv6-off",
        title: "Add `ipv6=off` to nginx's `resolver` directive",
        cost: "nginx then reaches nothing over IPv6 by name.",
        snippet: { language: "nginx", text: `${first.value.text} ipv6=off;` },
        preferred: true,
      },
    ],
    at: answer.at ?? workload.at ?? cluster.at,
    related: workload.at === undefined || answer.at === undefined ? [] : [workload.at],
  };
}

/** Folders and files that nginx is configured by in the images of nginx, openresty and bitnami. */
const CONFIGURED =
  /^\/(?:etc(?:\/nginx(?:\/(?:conf|sites|templates|stream|http|server|snippets|modules)[^/]*)?)?|.+\/nginx\/conf(?:\/.+)?|.*\/nginx[^/]*(?:\/.*)?\.conf(?:\.template)?)$/;

/** Where a volume brings what nginx is configured by, and its text is not in sight, nothing is known of its resolver. */
function withVolume(
  workload: RuleContext["workload"],
  process: StartProcess,
  cluster: RuleContext["cluster"],
  names: Readonly<Record<NameScope, NameEffect>>,
): Finding | undefined {
  const denied = SCOPES.find((scope) => names[scope] === "fails");
  const mount = workload.mounts.find(({ path, isKnown }) => CONFIGURED.test(path) && !isKnown);
  // What resolves with musl is judged there.
  if (denied === undefined || mount === undefined || !neverMusl(process)) return undefined;
  const because = `a volume is mounted at ${mount.path}, and what it says of nginx's resolver is not known`;
  return {
    ruleId: ID,
    outcome: "unknown",
    level: "warning",
    confidence: "likely",
    summary: (who) =>
      `Whether nginx in ${who} resolves names with its own resolver on ${cluster.name}, where AAAA is answered ${cluster.answers[denied].kind}, is not known: ${because}.`,
    because,
    restsOn: ["image"],
    names: {
      internal: names.internal === "fails" ? "unknown" : names.internal,
      external: names.external === "fails" ? "unknown" : names.external,
    },
    evidence: cluster.evidence,
    remedies: [],
    at: workload.at ?? cluster.at,
    related: [],
  };
}

function effectOf({ kind }: Answer): NameEffect {
  if (kind === "unknown") return "unknown";
  return ["NODATA", "address", "passed-on"].includes(kind) ? "resolves" : "fails";
}
