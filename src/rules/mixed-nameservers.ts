/** The rule for a server that does not know the cluster beside one that does: musl takes whoever answers first. Must stay a pure function. */
import { deadly } from "../model/pod.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { CLUSTER_SERVER, generationsOf, having, resolvConfOf, waysFor } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "mixed-nameservers";
const SOURCES = [
  "musl src/network/res_msend.c, 1.1.13 to 1.2.6: every server is asked at once, and the first NOERROR or NXDOMAIN is the answer",
  "https://github.com/kubernetes/kubernetes/issues/78138 and https://github.com/gliderlabs/docker-alpine/issues/118",
  "measured: Alpine 3.12 to 3.19 fail a Service whenever the other server answers first; glibc 2.36 asks in order",
];

/** Three servers are what a libc reads. */
const MOST = 3;

/** glibc asks the second server only where the first one is silent. */
export const mixedNameservers: Rule = {
  id: ID,
  title: "musl asks a server that does not know the cluster",
  description:
    "musl asks all servers of resolv.conf at once and takes the first answer, `NXDOMAIN` included. With a public server " +
    "beside the cluster's DNS, Services are not found whenever the public one is faster. glibc asks the servers in order.",
  explanation: [
    "With `dnsPolicy: ClusterFirst` the servers of `dnsConfig.nameservers` come after the cluster's own; with `None` they are",
    "all there are; with `Default` they come after the node's. A second server is meant to stand in for the first one, which",
    "musl does not know. A server that is silent costs nothing, and two that know the same names are well.",
  ].join("\n"),
  mend: [
    "Leave only servers that know the cluster, and let its DNS forward the rest:",
    "",
    "```corefile",
    ".:53 {",
    "    kubernetes cluster.local",
    "    forward . 8.8.8.8 1.1.1.1",
    "}",
    "```",
  ].join("\n"),
  see: [
    "Some of these fail:",
    "",
    "```sh",
    "kubectl exec POD -- sh -c 'for i in 1 2 3 4 5 6 7 8 9; do getent ahosts kubernetes.default || echo failed; done'",
    "```",
  ].join("\n"),
  level: "warning",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const settings = workload.pod?.resolver;
  if (settings === undefined || workload.usesClusterDns !== true) return undefined;
  // Where nothing is found anyway, another rule says why.
  if (deadly(workload.pod) !== undefined) return undefined;
  // Of the node's own servers nothing is known but that they are none of the cluster's; its DNS is one.
  const room = settings.before === "none" ? MOST : MOST - 1;
  const servers = settings.servers.slice(0, room);
  const foreign = servers.filter(({ ofCluster }) => ofCluster === false);
  const known = servers.filter(({ ofCluster }) => ofCluster === true);
  const beside = settings.before === "node" ? known : foreign;
  const [first] = beside;
  if (first === undefined || (settings.before === "none" && known.length === 0)) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, {});
  if (musl === false) return undefined;
  const knowing = new Set([CLUSTER_SERVER, ...known.map(({ address }) => address)]);
  const name = `api.shop.svc.${cluster.domain}`;
  const found = having(name);
  const none = having();
  const ways = waysFor(
    `${name}.`,
    resolvConfOf(workload, cluster),
    (server, asked, type) => (knowing.has(server) ? found : none)(server, asked, type),
    generationsOf(image?.process.musl),
  );
  if (!ways.some(({ error }) => error !== undefined)) return undefined;
  const other =
    settings.before === "node" ? "its node's server" : foreign.map(({ address }) => address).join(", ");
  const base = {
    ruleId: ID,
    level: "warning" as const,
    evidence: [measured("musl asks every server at once and takes the first answer", SOURCES[0] ?? "")],
    at: first.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (musl === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} finds Services with ${other} beside the cluster's DNS`,
      whyImageUnknown(context),
      { internal: "unknown", external: "resolves" },
    );
  return {
    ...base,
    outcome: "affected",
    confidence: "measured",
    summary: (who) =>
      `${who} resolves with musl, which asks ${other} and the cluster's DNS at once: Services are not found whenever ${other} is faster.`,
    names: { internal: "resolves", external: "resolves" },
    except: [`Services whenever ${other} is faster`],
    remedies: [
      {
        id: "one-kind-of-server",
        title: "Leave only servers that know the cluster among the pod's",
        cost: "What the other server was for has to be forwarded to by the cluster's DNS.",
        preferred: true,
      },
    ],
  };
}
