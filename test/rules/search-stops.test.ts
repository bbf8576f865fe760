import { expect, it } from "vitest";
import { searchStops } from "../../src/rules/search-stops.ts";
import { corednsMap, GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const pod = (dns: string) => `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web}
spec:
${dns}  containers: [{name: app, image: "shop/front:1.0"}]
`;
const CORP = pod("  dnsConfig: {searches: [corp.example]}\n");
const ROOT = ".:53 {\n  kubernetes cluster.local\n  forward . /etc/resolv.conf\n}";
const zone = (rcode: string) =>
  corednsMap(`${ROOT}\ncorp.example:53 {\n  template ANY ANY {\n    rcode ${rcode}\n  }\n}`);

it.each([
  ["NOERROR", "fails"],
  ["SERVFAIL", "fails-slowly"],
  ["REFUSED", "fails-slowly"],
  ["NXDOMAIN", undefined],
])("a zone of the Corefile answers %s: names outside %s", async (rcode, external) => {
  const [verdict] = await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": zone(rcode) });
  expect(verdict?.names).toEqual(external && { internal: "resolves", external });
  if (verdict !== undefined)
    expect(verdict).toMatchObject({ level: "error", outcome: "affected", at: { file: "pod.yaml", line: 5 } });
});

it.each([
  ["a block of acl", ".:53 {\n  acl corp.example {\n    block\n  }\n  forward . 192.0.2.1\n}"],
  ["the zone around it", `${ROOT}\nexample:53 {\n  template ANY ANY {\n    rcode REFUSED\n  }\n}`],
  ["a server block without a plugin that answers", `${ROOT}\ncorp.example:53 {\n  errors\n}`],
])("is decided by %s too", async (_, corefile) => {
  const [verdict] = await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": corednsMap(corefile) });
  expect(verdict?.names?.external).toBe("fails-slowly");
});

it.each([
  ["names are passed on", `${ROOT}\ncorp.example:53 {\n  forward . 192.0.2.1\n}`],
  ["they come from a file", `${ROOT}\ncorp.example:53 {\n  file /etc/coredns/corp.db\n}`],
  ["no zone holds it", `${ROOT}\nother.example:53 {\n  template ANY ANY {\n    rcode REFUSED\n  }\n}`],
  ["it only ends alike", `${ROOT}\np.example:53 {\n  template ANY ANY {\n    rcode REFUSED\n  }\n}`],
])("has no say where %s", async (_, corefile) => {
  expect(await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": corednsMap(corefile) })).toEqual([]);
});

it("counts the order of the list: Services behind the domain are hit too", async () => {
  const text = pod(
    "  dnsPolicy: None\n  dnsConfig: {nameservers: [169.254.20.10], searches: [corp.example, svc.cluster.local], options: [{name: ndots, value: '5'}]}\n",
  );
  const [verdict] = await judged(searchStops, { "pod.yaml": text, "dns.yaml": zone("NOERROR") });
  expect(verdict?.names).toEqual({ internal: "fails", external: "fails" });
  // Without ndots most names outside are not searched for.
  const plain = await judged(searchStops, {
    "pod.yaml": text.replace(/, options: .*\]/, ""),
    "dns.yaml": zone("NOERROR"),
  });
  expect(plain.map(({ names }) => names)).toEqual([]);
});

it.each(["1.1.16", "1.2.2", "1.2.4"])("holds for musl %s, and not for glibc", async (version) => {
  const files = { "pod.yaml": CORP, "dns.yaml": zone("REFUSED") };
  expect(await judged(searchStops, files, onMusl(version))).toHaveLength(1);
  expect(await judged(searchStops, files, GLIBC)).toEqual([]);
});

it.each([
  ["take-domain-out", { "pod.yaml": pod(""), "dns.yaml": zone("REFUSED") }],
  ["answer-nxdomain", { "pod.yaml": CORP, "dns.yaml": zone("NXDOMAIN") }],
])("%s mends it", async (id, files) => {
  const [before] = await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": zone("REFUSED") });
  expect(before?.remedies.map((remedy) => remedy.id)).toContain(id);
  expect(await judged(searchStops, files)).toEqual([]);
});

it("is not known where the image is not", async () => {
  const [verdict] = await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": zone("REFUSED") }, "unread");
  expect(verdict).toMatchObject({ outcome: "unknown", because: "the registry refused it" });
});
