import { beforeAll, describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { discover } from "../../src/discover/discover.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { StartProcess } from "../../src/model/image-profile.ts";
import type { Workload } from "../../src/model/workload.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { folderTree } from "../../src/tree/folder-tree.ts";
import { found } from "../discover/tree.ts";
import { headless, policy } from "../support/headless.ts";
import { corednsMap, GLIBC } from "../support/judged.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";
import fc from "../support/property.ts";
import { checked } from "../support/checked.ts";

/** Rules that speak of every libc, or of a resolver that is none. */
const ANY_LIBC = new Set(["address-denied", "dns-egress-blocked", "nginx-resolver"]);
const OURS = CONTAINER_RULES.filter(({ id }) => !ANY_LIBC.has(id));

/** Processes that never call musl. */
const OTHERS: readonly StartProcess[] = [
  GLIBC,
  { kind: "own-resolver", reason: "It is Go's own.", chain: [] },
  { kind: "no-lookups", reason: "It asks nobody.", chain: [] },
  { kind: "mixed", reason: "Go's own beside glibc.", chain: [] },
];

/** What the rules say of a process in all these places; `ids` of those that say that it is hit, or may be. */
function speaking(
  workloads: readonly Workload[],
  clusters: readonly ClusterProfile[],
  process: StartProcess,
) {
  const ids = new Set<string>();
  for (const workload of workloads)
    for (const on of clusters)
      for (const rule of OURS) {
        const usedNames = workload.names?.map((name) => name.replace(/\.$/, ""));
        const verdict = checked(rule, { workload, cluster: on, image: image(process), usedNames });
        if (verdict !== undefined && verdict.outcome !== "not-affected") ids.add(rule.id);
      }
  return [...ids].toSorted();
}

const MUSLS = ["1.1.16", "1.2.2", "1.2.5"].map((version) => onMusl(version));

const COREFILE = corednsMap(`.:53 {
    kubernetes cluster.local
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . /etc/resolv.conf
}
stops.example:53 {
    template ANY ANY {
        rcode SERVFAIL
    }
}
`);
const REWRITES = corednsMap(
  ".:53 {\n    rewrite stop type AAAA A\n    kubernetes cluster.local\n    forward . 192.0.2.1\n}\n",
);
const CILIUM = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names, namespace: web}
spec:
  endpointSelector: {}
  egress:
    - toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchName: www.example.com}]}}]
`;
const LONG = Array.from({ length: 40 }, (_, i) => `name-${i}.corp.example.com`).join(", ");
const POD = (settings: string) => `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web, labels: {app: front}}
spec:
  ${settings}
  containers:
    - name: app
      image: shop/front:1.0
      env: [{name: DB, value: "db.shop:5432"}, {name: RES_OPTIONS, value: use-vc}]
`;
/** Settings of a pod, of which each is some rule's. */
const SETTINGS = [
  "dnsConfig: {options: [{name: ndots, value: '1'}]}",
  "dnsConfig: {options: [{name: attempts, value: '0'}]}",
  "dnsConfig: {options: [{name: use-vc}, {name: timeout, value: '0'}]}",
  "dnsConfig: {nameservers: [8.8.8.8]}",
  "dnsConfig: {searches: [stops.example]}",
  "dnsConfig: {searches: [., a.example]}",
  `dnsConfig: {searches: [${Array.from({ length: 6 }, (_, i) => `${"d".repeat(40)}${i}.example`).join(", ")}]}`,
  `hostAliases: [{ip: 192.0.2.1, hostnames: [${LONG}]}]`,
  "dnsPolicy: None\n  dnsConfig: {nameservers: [169.254.20.10, 1.1.1.1]}",
  "dnsPolicy: Default",
  "hostNetwork: false",
];
const POLICIES: readonly Readonly<Record<string, string>>[] = [
  { "policy.yaml": policy("[{ports: [{protocol: UDP, port: 53}]}]") },
  {
    "policy.yaml": policy(
      "[{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}]}]",
    ),
  },
  { "cilium.yaml": CILIUM },
  {},
];

const repository = (settings: string, more: Readonly<Record<string, string>>, replicas: number) => ({
  ...headless({ replicas, more }),
  "front.yaml": POD(settings),
  "coredns.yaml": COREFILE,
  "old/coredns.yaml": REWRITES,
});

async function looked(files: Readonly<Record<string, string>>) {
  const { workloads, clusterFiles, unread } = await found(files);
  const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
  return { workloads, clusters: [...profiles, cluster("NXDOMAIN"), cluster("NODATA")] };
}

describe("no rule speaks of what is known not to be musl's", () => {
  it("in repositories that make every rule speak of musl", async () => {
    const spoken = new Set<string>();
    for (const settings of SETTINGS)
      for (const more of POLICIES) {
        const { workloads, clusters } = await looked(repository(settings, more, 60));
        for (const process of OTHERS) expect(speaking(workloads, clusters, process)).toEqual([]);
        for (const process of MUSLS) for (const id of speaking(workloads, clusters, process)) spoken.add(id);
      }
    expect([...spoken].toSorted()).toEqual(OURS.map(({ id }) => id).toSorted());
  });

  it("in any mixture of them", async () => {
    const settings = fc.uniqueArray(fc.constantFrom(...SETTINGS), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(settings, fc.constantFrom(...POLICIES), fc.nat(70), async (lines, more, replicas) => {
        // A key that comes twice is an error: pods beside each other have one each.
        const pods = lines.map((one, i) => [`front-${i}.yaml`, POD(one)] as const);
        const files = { ...repository("hostNetwork: false", more, replicas), ...Object.fromEntries(pods) };
        const { workloads, clusters } = await looked(files);
        for (const process of OTHERS) expect(speaking(workloads, clusters, process)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  describe("in this repository's examples and test data", () => {
    let workloads: readonly Workload[] = [];
    let clusters: readonly ClusterProfile[] = [];
    beforeAll(async () => {
      for (const folder of ["examples", "docs", "test", ".github"]) {
        const one = await discover(folderTree(folder));
        const { profiles } = await foundClusters(one.clusterFiles, readSettings({}), one.unread);
        workloads = [...workloads, ...one.workloads];
        clusters = [...clusters, ...profiles, cluster("NXDOMAIN"), cluster("SERVFAIL")];
      }
    });
    it.each(OTHERS.map((process) => [process.reason, process] as const))("%s", (_, process) => {
      expect(workloads.length).toBeGreaterThan(2);
      expect(speaking(workloads, clusters, process)).toEqual([]);
    });
    it("where musl would be told", () => {
      expect(speaking(workloads, clusters, onMusl("1.2.5"))).not.toEqual([]);
    });
  });
});
