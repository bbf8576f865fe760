import { expect, it } from "vitest";
import { tcp53Blocked } from "../../src/rules/tcp-53-blocked.ts";
import { headless, policy } from "../support/headless.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const UDP = "[{ports: [{protocol: UDP, port: 53}]}]";
const BOTH = "[{ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]";
const files = (replicas: number, ...policies: string[]) =>
  headless({ replicas, more: { "policy.yaml": policies.join("---\n") } });

it.each([
  [40, "warning"],
  [10, "note"],
])("UDP alone, and %s pods of a Service: %s", async (replicas, level) => {
  const [verdict] = await judged(tcp53Blocked, files(replicas, policy(UDP)));
  expect(verdict).toMatchObject({ level, outcome: "affected", at: { file: "policy.yaml", line: 3 } });
});

it.each([
  [
    "to kube-dns",
    "[{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}]}]",
    true,
  ],
  ["both protocols", BOTH, false],
  ["every port", "[{}]", false],
  ["a range of ports", "[{ports: [{protocol: UDP, port: 53}, {port: 1, endPort: 1024}]}]", false],
  ["a port with a name, which may be it", "[{ports: [{protocol: UDP, port: 53}, {port: dns-tcp}]}]", false],
  [
    "TCP in another rule",
    "[{ports: [{protocol: UDP, port: 53}]}, {to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
    false,
  ],
  [
    "addresses that may be the server's",
    "[{ports: [{protocol: UDP, port: 53}]}, {to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
    false,
  ],
  ["no DNS at all", "[{ports: [{port: 443}]}]", false],
])("%s: %s", async (_, egress, hit) => {
  expect(await judged(tcp53Blocked, files(40, policy(egress)))).toHaveLength(hit ? 1 : 0);
});

it("counts policies in sum, and those alone that select the pod", async () => {
  const other = policy(BOTH).replace("name: front", "name: other");
  expect(await judged(tcp53Blocked, files(40, policy(UDP), other))).toEqual([]);
  expect(await judged(tcp53Blocked, files(40, policy(UDP, "{}")))).toHaveLength(1);
  expect(await judged(tcp53Blocked, files(40, policy(UDP, "{matchLabels: {app: back}}")))).toEqual([]);
  const expression = "{matchExpressions: [{key: app, operator: NotIn, values: [front]}]}";
  expect(await judged(tcp53Blocked, files(40, policy(UDP, expression)))).toEqual([]);
  const elsewhere = policy(UDP).replace("namespace: web", "namespace: shop");
  expect(await judged(tcp53Blocked, files(40, elsewhere))).toEqual([]);
  const ingress = policy(UDP).replace("[Egress]", "[Ingress]");
  expect(await judged(tcp53Blocked, files(40, ingress))).toEqual([]);
});

it("has no say with older musl and glibc", async () => {
  expect(await judged(tcp53Blocked, files(40, policy(UDP)), onMusl("1.2.3"))).toEqual([]);
  expect(await judged(tcp53Blocked, files(40, policy(UDP)), GLIBC)).toEqual([]);
});

it("is mended by allow-dns-egress", async () => {
  const [before] = await judged(tcp53Blocked, files(40, policy(UDP)));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["allow-dns-egress"]);
  expect(await judged(tcp53Blocked, files(40, policy(BOTH)))).toEqual([]);
});
