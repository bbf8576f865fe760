import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { scan } from "../../src/judge/judge.ts";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found } from "../discover/tree.ts";
import { corednsMap, GLIBC } from "../support/judged.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";

/** What images of these tags resolve with. */
const RESOLVERS: Readonly<Record<string, StartProcess>> = {
  "3.17": onMusl("1.2.3"),
  "3.18": onMusl("1.2.4"),
  "3.22": onMusl("1.2.5"),
};

const pod = (kind: string, name: string, spec: string, container = "", tag = "3.22") => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${name}}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec:
${spec.replace(/^(?=.)/gm, "      ")}      containers:
        - name: ${name}
          image: registry.example/${name}:${tag}
${container.replace(/^(?=.)/gm, "          ")}`;
const service = (name: string, namespace: string, more = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {selector: {app: ${name}}${more}}\n`;
const ndots = (value: number) => `dnsConfig:\n  options:\n    - {name: ndots, value: "${value}"}\n`;
const COREDNS = ".:53 {\n  kubernetes cluster.local in-addr.arpa\n  forward . /etc/resolv.conf\n}";
const corp = (rcode: string) =>
  corednsMap(`${COREDNS}\ncorp.example:53 {\n  template ANY ANY {\n    rcode ${rcode}\n  }\n}`);
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `mirror-${from + i}.packages.example.com`).join(", ");
const dnsPolicy = (more: string) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: crawler, namespace: crawler}
spec:
  endpointSelector: {matchLabels: {app: crawler}}
  egress:
    - toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]
      toPorts:
        - ports: [{port: "53", protocol: ANY}]
          rules: {dns: [{matchName: api.example.com}${more}]}
`;
const udpPolicy = (more: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: reader, namespace: reader}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - ports: [{protocol: UDP, port: 53}${more}]
`;
const brokers = `${service("broker", "broker", ", clusterIP: None")}---
${pod("StatefulSet", "broker", "").replace("spec:\n", "spec:\n  replicas: 40\n")}`;

type Files = Readonly<Record<string, string>>;

/** Repositories in the shape of those in which users met it: what it was, where, and what mended it. */
const REPOSITORIES: readonly (readonly [string, string, string, Files, Files])[] = [
  [
    "a policy engine with ndots:1 that asks its own Service by name and namespace",
    "ndots-too-low",
    "engine.yaml:10",
    {
      "engine.yaml": pod("Deployment", "engine", ndots(1), "env: [{name: SELF, value: engine-svc.engine}]\n"),
      "svc.yaml": service("engine-svc", "engine"),
    },
    { "engine.yaml": pod("Deployment", "engine", "", "env: [{name: SELF, value: engine-svc.engine}]\n") },
  ],
  [
    "an agent with ndots:2 that is given a name with .svc",
    "ndots-too-low",
    "agent.yaml:10",
    {
      "agent.yaml": pod(
        "DaemonSet",
        "agent",
        ndots(2),
        "args: [--server, 'https://control.plane.svc:8132']\n",
      ),
    },
    {
      "agent.yaml": pod(
        "DaemonSet",
        "agent",
        ndots(2),
        "args: [--server, 'https://control.plane.svc.cluster.local:8132']\n",
      ),
    },
  ],
  [
    "a log processor whose configuration is mounted",
    "ndots-too-low",
    "logs.yaml:10",
    {
      "logs.yaml": pod(
        "DaemonSet",
        "logs",
        `${ndots(1)}volumes: [{name: c, configMap: {name: logs}}]\n`,
        "volumeMounts: [{name: c, mountPath: /etc/logs}]\n",
      ),
      "map.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: logs, namespace: logs}\ndata:\n  logs.yaml: |\n    url: http://lapi.security:8080/\n",
      "svc.yaml": service("lapi", "security"),
    },
    {
      "map.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: logs, namespace: logs}\ndata:\n  logs.yaml: |\n    url: http://lapi.security.svc.cluster.local:8080/\n",
    },
  ],
  [
    "a company's search domain that its zone answers with NODATA",
    "search-stops",
    "shop.yaml:9",
    {
      "shop.yaml": pod("Deployment", "shop", "dnsConfig:\n  searches: [corp.example]\n"),
      "dns.yaml": corp("NOERROR"),
    },
    { "dns.yaml": corp("NXDOMAIN") },
  ],
  [
    "a public server added to the cluster's",
    "mixed-nameservers",
    "shop.yaml:9",
    { "shop.yaml": pod("Deployment", "shop", "dnsConfig:\n  nameservers: [8.8.8.8]\n") },
    { "shop.yaml": pod("Deployment", "shop", "") },
  ],
  [
    "NodeLocal DNSCache with a public server in reserve",
    "mixed-nameservers",
    "shop.yaml:10",
    {
      "shop.yaml": pod(
        "Deployment",
        "shop",
        "dnsPolicy: None\ndnsConfig:\n  nameservers: [169.254.20.10, 1.1.1.1]\n  searches: [svc.cluster.local]\n",
      ),
    },
    {
      "shop.yaml": pod(
        "Deployment",
        "shop",
        "dnsPolicy: None\ndnsConfig:\n  nameservers: [169.254.20.10]\n  searches: [svc.cluster.local]\n",
      ),
    },
  ],
  [
    "a timeout that was meant to be short",
    "resolver-option-zero",
    "shop.yaml:10",
    { "shop.yaml": pod("Deployment", "shop", "dnsConfig:\n  options:\n    - {name: timeout, value: '0'}\n") },
    { "shop.yaml": pod("Deployment", "shop", "dnsConfig:\n  options:\n    - {name: timeout, value: '1'}\n") },
  ],
  [
    "a mirror's many names in hostAliases",
    "hosts-line-too-long",
    "shop.yaml:9",
    {
      "shop.yaml": pod(
        "Deployment",
        "shop",
        `hostAliases:\n  - {ip: 192.0.2.10, hostnames: [${names(0, 24)}]}\n`,
      ),
    },
    {
      "shop.yaml": pod(
        "Deployment",
        "shop",
        `hostAliases:\n  - {ip: 192.0.2.10, hostnames: [${names(0, 12)}]}\n  - {ip: 192.0.2.10, hostnames: [${names(12, 24)}]}\n`,
      ),
    },
  ],
  [
    "a client of forty brokers behind a headless Service",
    "no-dns-over-tcp",
    "client.yaml:10",
    {
      "client.yaml": pod(
        "Deployment",
        "client",
        "",
        "env: [{name: BROKERS, value: 'broker.broker:9092'}]\n",
        "3.17",
      ),
      "broker.yaml": brokers,
    },
    {
      "client.yaml": pod(
        "Deployment",
        "client",
        "",
        "env: [{name: BROKERS, value: 'broker.broker:9092'}]\n",
        "3.18",
      ),
    },
  ],
  [
    "the same after the upgrade, where a policy lets UDP through alone",
    "tcp-53-blocked",
    "policy.yaml:3",
    {
      "reader.yaml": pod(
        "Deployment",
        "reader",
        "",
        "env: [{name: BROKERS, value: 'broker.broker:9092'}]\n",
        "3.18",
      ),
      "broker.yaml": brokers,
      "policy.yaml": udpPolicy(""),
    },
    { "policy.yaml": udpPolicy(", {protocol: TCP, port: 53}") },
  ],
  [
    "a crawler that a DNS policy allows one name",
    "dns-policy-refuses",
    "policy.yaml:3",
    { "crawler.yaml": pod("Deployment", "crawler", ""), "policy.yaml": dnsPolicy("") },
    { "policy.yaml": dnsPolicy(", {matchPattern: '**.cluster.local'}") },
  ],
];

/** Findings louder than a note: rule and line. */
async function findings(files: Files, resolver?: StartProcess): Promise<readonly string[]> {
  const { workloads, clusterFiles, unread } = await found(files);
  const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
  const clusters = profiles.length === 0 ? [cluster("NODATA")] : profiles;
  const report = await scan({ workloads, clusters, containersNamed: true }, async (all) =>
    all.map(({ image: name }) => ({
      profiles: [image(resolver ?? RESOLVERS[name.split(":")[1] ?? ""] ?? onMusl("1.2.5"), name)],
      diagnostics: [],
    })),
  );
  expect(report.diagnostics).toEqual([]);
  return report.judgements
    .filter(({ verdict }) => verdict.outcome !== "not-affected" && verdict.level !== "note")
    .map(({ verdict: { ruleId, at } }) => `${ruleId} ${at?.file}:${at?.line}`);
}

describe.each(REPOSITORIES)("%s", (_, rule, line, files, mended) => {
  it("is one finding, on its line", async () => {
    expect(await findings(files)).toEqual([`${rule} ${line}`]);
  });

  it("is none after what mended it", async () => {
    expect(await findings({ ...files, ...mended })).toEqual([]);
  });

  it("is none where nothing resolves with musl", async () => {
    expect(await findings(files, GLIBC)).toEqual([]);
  });
});
