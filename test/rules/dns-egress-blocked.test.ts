import { expect, it } from "vitest";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import { dnsEgressBlocked } from "../../src/rules/dns-egress-blocked.ts";
import { found } from "../discover/tree.ts";
import { headless, policy } from "../support/headless.ts";
import { cluster } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const PODS =
  "{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}";
const NODE = "{to: [{ipBlock: {cidr: 169.254.20.10/32}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}";

const CACHE =
  "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: node-local-dns}}}], ports: [{protocol: UDP, port: 53}]}";
const GKE = { gkeVersion: "1.34.2-gke.1000" };

async function judge(
  egress: string,
  more: Partial<ClusterProfile> | "enabled" | "disabled" | "unknown" = {},
) {
  const files = headless({ replicas: 1, more: { "policy.yaml": policy(egress) } });
  const { workloads } = await found(files);
  const on = cluster("NODATA", "NODATA", typeof more === "string" ? { nodeLocalDns: more } : more);
  return checked(dnsEgressBlocked, { workload: workloads[0]!, cluster: on });
}

it("is a note on the policy, whatever the image", async () => {
  expect(await judge(`[${PODS}]`)).toMatchObject({ level: "note", at: { file: "policy.yaml", line: 3 } });
});

it("is an error on GKE, whose network plugins both keep the question from the cache", async () => {
  const names = { internal: "fails-slowly", external: "fails-slowly" };
  expect(await judge(`[${PODS}]`, GKE)).toMatchObject({ level: "error", names, at: { file: "policy.yaml" } });
  expect(await judge(`[${PODS}]`, { autopilot: true })).toMatchObject({ level: "error" });
});

it("stands on the policy that lets DNS through, not on one that lets nothing", async () => {
  const deny = policy("[]").replace("metadata: {name: front", "metadata: {name: deny");
  const files = headless({ replicas: 1, more: { "a.yaml": deny, "policy.yaml": policy(`[${PODS}]`) } });
  const { workloads } = await found(files);
  const verdict = checked(dnsEgressBlocked, {
    workload: workloads[0]!,
    cluster: cluster("NODATA", "NODATA", GKE),
  });
  expect(verdict?.at).toMatchObject({ file: "policy.yaml", line: 3 });
  expect(verdict?.summary).toMatch(/^NetworkPolicy front /);
});

it("is a note on GKE Standard, and nothing on Autopilot, where the cache's pods are let through", async () => {
  expect(await judge(`[${PODS}, ${CACHE}]`, GKE)).toMatchObject({ level: "note" });
  expect(await judge(`[${PODS}, ${CACHE}]`, { autopilot: true })).toBeUndefined();
});

it("is an error with Cloud DNS, which no pod answers for", async () => {
  const cloudDns = { dnsProvider: "CLOUD_DNS", nodeLocalDns: "disabled" } as const;
  const verdict = await judge(`[${PODS}, ${CACHE}]`, cloudDns);
  expect(verdict).toMatchObject({ level: "error" });
  expect(verdict?.remedies[0]?.snippet?.text).toContain("169.254.169.254/32");
  expect(await judge(`[${PODS}]`, { ...cloudDns, dnsProvider: "KUBE_DNS" })).toBeUndefined();
});

it("is a note with AKS's LocalDNS", async () => {
  const { answers } = cluster("NODATA");
  const listeners = [
    { on: ["169.254.10.11"], whose: "pods", answers, addresses: answers, parts: [] },
  ] as const;
  const verdict = await judge(`[${PODS}]`, { nodeLocalDns: "unknown", listeners });
  expect(verdict).toMatchObject({ level: "note" });
  expect(verdict?.summary).toContain("LocalDNS");
});

it("has no say of a pod on the host's network, which no policy selects", async () => {
  const files = headless({ replicas: 1, more: { "policy.yaml": policy(`[${PODS}]`) } });
  const onHost = "spec:\n  hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet\n";
  const { workloads } = await found({
    ...files,
    "front.yaml": files["front.yaml"].replace("spec:\n", onHost),
  });
  expect(workloads[0]?.pod?.hosts).toEqual(["db.shop"]);
  expect(
    checked(dnsEgressBlocked, { workload: workloads[0]!, cluster: cluster("NODATA", "NODATA", GKE) }),
  ).toBeUndefined();
});

it.each([
  ["the node's address is let through", `[${PODS}, ${NODE}]`],
  ["every address is", "[{ports: [{protocol: UDP, port: 53}]}]"],
  ["nothing is", "[]"],
])("has no say where %s", async (_, egress) => {
  expect(await judge(egress)).toBeUndefined();
  expect(await judge(egress, GKE)).toBeUndefined();
});

it("has none without NodeLocal DNSCache, nor where that is not known", async () => {
  expect(await judge(`[${PODS}]`, "disabled")).toBeUndefined();
  expect(await judge(`[${PODS}]`, "unknown")).toBeUndefined();
});

it("is mended by allow-dns-egress", async () => {
  expect((await judge(`[${PODS}]`))?.remedies.map(({ id }) => id)).toEqual(["allow-dns-egress"]);
  expect(await judge(`[${PODS}, ${NODE}]`)).toBeUndefined();
});
