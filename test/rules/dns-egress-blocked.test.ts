import { expect, it } from "vitest";
import { dnsEgressBlocked } from "../../src/rules/dns-egress-blocked.ts";
import { found } from "../discover/tree.ts";
import { headless, policy } from "../support/headless.ts";
import { cluster } from "../support/profiles.ts";

const PODS =
  "{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}";
const NODE = "{to: [{ipBlock: {cidr: 169.254.20.10/32}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}";

async function judge(egress: string, nodeLocalDns: "enabled" | "disabled" | "unknown" = "enabled") {
  const files = headless({ replicas: 1, more: { "policy.yaml": policy(egress) } });
  const { workloads } = await found(files);
  const on = cluster("NODATA", "NODATA", { nodeLocalDns });
  return dnsEgressBlocked.check({ workload: workloads[0]!, cluster: on });
}

it("is a note on the policy, whatever the image", async () => {
  expect(await judge(`[${PODS}]`)).toMatchObject({ level: "note", at: { file: "policy.yaml", line: 3 } });
});

it.each([
  ["the node's address is let through", `[${PODS}, ${NODE}]`],
  ["every address is", "[{ports: [{protocol: UDP, port: 53}]}]"],
  ["nothing is", "[]"],
])("has no say where %s", async (_, egress) => {
  expect(await judge(egress)).toBeUndefined();
});

it("has none without NodeLocal DNSCache, nor where that is not known", async () => {
  expect(await judge(`[${PODS}]`, "disabled")).toBeUndefined();
  expect(await judge(`[${PODS}]`, "unknown")).toBeUndefined();
});

it("is mended by allow-dns-egress", async () => {
  expect((await judge(`[${PODS}]`))?.remedies.map(({ id }) => id)).toEqual(["allow-dns-egress"]);
  expect(await judge(`[${PODS}, ${NODE}]`)).toBeUndefined();
});
