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

const WILD = corednsMap(
  `${ROOT}\ncorp.example:53 {\n  template IN A {\n    answer "{{ .Name }} 60 IN A 10.0.0.9"\n  }\n  template IN AAAA {\n    rcode NOERROR\n  }\n}`,
);

it("says where names outside come to a wildcard's address, and nothing of Services before it", async () => {
  const [verdict] = await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": WILD });
  expect(verdict).toMatchObject({ level: "error", names: { internal: "resolves", external: "fails" } });
  expect(verdict?.summary).toContain("an address for every name");
  const low = pod("  dnsConfig: {searches: [corp.example], options: [{name: ndots, value: '1'}]}\n");
  expect(await judged(searchStops, { "pod.yaml": low, "dns.yaml": WILD })).toEqual([]);
  expect(await judged(searchStops, { "pod.yaml": CORP, "dns.yaml": WILD }, GLIBC)).toEqual([]);
});

const RESOLV = "nameserver 192.0.2.1\nsearch corp.example\n";
const NODES: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    "Talos",
    { "talos.yaml": "version: v1alpha1\nmachine:\n  network:\n    searchDomains:\n      - corp.example\n" },
    "talos.yaml:5",
  ],
  [
    "Talos's ResolverConfig",
    {
      "talos.yaml": "apiVersion: v1alpha1\nkind: ResolverConfig\nsearchDomains:\n  domains: [corp.example]\n",
    },
    "talos.yaml:4",
  ],
  [
    "k3s and a file beside it",
    { "k3s/config.yaml": "resolv-conf: /etc/k3s-resolv.conf\n", "k3s/k3s-resolv.conf": RESOLV },
    "k3s/k3s-resolv.conf:2",
  ],
  [
    "a kubelet-arg",
    {
      "k3s/config.yaml": 'kubelet-arg: ["resolv-conf=/etc/rke2-resolv.conf"]\n',
      "files/rke2-resolv.conf": RESOLV,
    },
    "files/rke2-resolv.conf:2",
  ],
  [
    "kubelet and cloud-init",
    {
      "kubelet.yaml":
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nresolvConf: /etc/kubelet.conf\n",
      "user-data.yaml": `write_files:\n  - path: /etc/kubelet.conf\n    content: |\n${RESOLV.replace(/^(?=.)/gm, "      ")}`,
    },
    "user-data.yaml:5",
  ],
];

it.each(NODES)("reads the search domains of nodes: %s", async (_, files, place) => {
  const all = { "pod.yaml": pod(""), "dns.yaml": zone("REFUSED"), ...files };
  const [verdict] = await judged(searchStops, all);
  expect(`${verdict?.at?.file}:${verdict?.at?.line}`).toBe(place);
  expect(verdict?.summary).toContain("its node's search domain corp.example");
  const other = Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, text.replace("corp.example", "home.example")]),
  );
  expect(await judged(searchStops, { ...all, ...other })).toEqual([]);
  expect(await judged(searchStops, all, GLIBC)).toEqual([]);
});

it.each([
  [
    "nodes that differ",
    { ...NODES[0]![1], "b.yaml": "machine: {network: {searchDomains: [b.example]}}\n" },
    "",
  ],
  [
    "a pod with a list of its own",
    NODES[0]![1],
    "  dnsPolicy: None\n  dnsConfig: {nameservers: [169.254.20.10], options: [{name: ndots, value: '5'}]}\n",
  ],
  ["a file that is not there", { "k3s/config.yaml": "resolv-conf: /etc/k3s-resolv.conf\n" }, ""],
])("has no say of %s", async (_, files, dns) => {
  expect(await judged(searchStops, { "pod.yaml": pod(dns), "dns.yaml": zone("REFUSED"), ...files })).toEqual(
    [],
  );
});
