import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { explain } from "../../src/explain/explain.ts";
import { scan } from "../../src/judge/judge.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { Workload } from "../../src/model/workload.ts";
import { corefileRefused } from "../../src/rules/corefile-refused.ts";
import { image, onMusl, workload } from "../support/profiles.ts";

const DENY = "    template IN AAAA {\n        rcode NXDOMAIN\n    }\n";

/** AKS LocalDNS as it stands on a node: one address for pods, one for the node and pods that ask what it asks. */
const localDns = (pods: string, node: string) => `health-check.localdns.local:53 {
    bind 169.254.10.10 169.254.10.11
    whoami
}
.:53 {
    errors
    bind 169.254.10.10
${node}    forward . 168.63.129.16
    ready 169.254.10.10:8181
    cache 3600
    nsid localdns
}
cluster.local:53 {
    bind 169.254.10.10
    forward . 10.0.0.10
    nsid localdns
}
.:53 {
    errors
    bind 169.254.10.11
${pods}    forward . 10.0.0.10
    ready 169.254.10.11:8181
    nsid localdns-pod
}
`;

const CLUSTER_DNS = (more: string) => `.:53 {
    errors
${more}    kubernetes cluster.local in-addr.arpa ip6.arpa
    forward . /etc/resolv.conf
}
`;

function profile(...texts: readonly (readonly [string, string])[]): ClusterProfile {
  const corefiles = texts.map(([file, text]) => ({ file, text }));
  return clusterProfile({ corefiles, nodeLocalDns: "auto", autopilot: false });
}

const kinds = ({ answers }: ClusterProfile) => [answers.internal.kind, answers.external.kind];

/** What a container with musl 1.2.5 is said to be there. */
async function outcome(cluster: ClusterProfile, more: Partial<Workload>): Promise<string | undefined> {
  const report = await scan(
    { workloads: [workload("shop/api:1.0", more)], clusters: [cluster], containersNamed: true },
    async (all) => all.map(() => ({ profiles: [image(onMusl("1.2.5"))], diagnostics: [] })),
  );
  const said = report.judgements.find(({ verdict }) => verdict.ruleId === "musl-paired-lookup");
  return said?.verdict.outcome;
}

describe("AKS LocalDNS", () => {
  it("is a full CoreDNS, not node-cache: it starts, and `.` stands twice", () => {
    const cluster = profile(["localdns.corefile", localDns("", "")]);
    expect(corefileRefused.checkCluster({ cluster, containersNamed: true })).toEqual([]);
    expect(cluster.diagnostics).toEqual([]);
    expect(kinds(cluster)).toEqual(["passed-on", "passed-on"]);
  });

  it("is told from node-cache by its plugins where the address is another", () => {
    const text = ".:53 {\n    bind 169.254.30.1\n    nsid x\n    forward . 10.0.0.10\n}\n";
    const refused = (corefile: string) =>
      corefileRefused.checkCluster({ cluster: profile(["Corefile", corefile]), containersNamed: true });
    expect(refused(text)).toEqual([]);
    expect(refused(text.replace("169.254.30.1", "169.254.20.10"))).toHaveLength(1);
  });

  it("is asked by pods at one address, and by those with dnsPolicy Default at the other", async () => {
    const pods = profile(["localdns.corefile", localDns(DENY, "")]);
    const node = profile(["localdns.corefile", localDns("", DENY)]);
    expect(kinds(pods)).toEqual(["NXDOMAIN", "NXDOMAIN"]);
    expect(kinds(node)).toEqual(["passed-on", "passed-on"]);
    const asksNode = { usesClusterDns: false, asks: "node" } as const;
    const said = async (cluster: ClusterProfile) => [
      await outcome(cluster, {}),
      await outcome(cluster, asksNode),
      await outcome(cluster, { usesClusterDns: "unknown", asks: ["169.254.10.10"] }),
      await outcome(cluster, { usesClusterDns: "unknown", asks: ["169.254.10.11"] }),
    ];
    expect(await said(pods)).toEqual(["affected", "not-affected", "not-affected", "affected"]);
    expect(await said(node)).toEqual(["not-affected", "affected", "affected", "not-affected"]);
  });

  it("has a finding on the line of the listener that denies, whichever it is", () => {
    for (const [text, line] of [
      [localDns(DENY, ""), 21],
      [localDns("", DENY), 8],
    ] as const) {
      const cluster = profile(["localdns.corefile", text]);
      expect(cluster.faults.map(({ kind, at }) => [kind, at?.line])).toEqual([["aaaa-denied", line]]);
    }
  });

  it("is explained address by address", () => {
    const [one] = explain(readCorefileInput("Corefile", localDns(DENY, "")), { names: [], type: "AAAA" });
    const roots = one!.zones.filter(({ subject }) => subject.startsWith(". "));
    expect(roots.map(({ subject, answer }) => [subject, answer.kind])).toEqual([
      [". on 169.254.10.10", "passed-on"],
      [". on 169.254.10.11", "NXDOMAIN"],
    ]);
  });

  it("hands on to the cluster's DNS, which answers then", () => {
    const behind = (text: string) =>
      kinds(profile(["localdns.corefile", localDns("", "")], ["coredns.yaml", configMap("coredns", text)]));
    expect(behind(CLUSTER_DNS(""))).toEqual(["NODATA", "passed-on"]);
    expect(behind(CLUSTER_DNS(DENY))).toEqual(["NXDOMAIN", "NXDOMAIN"]);
  });
});

describe("several addresses of which nobody says who asks them", () => {
  const TWO = `.:53 {\n    bind 10.0.0.10\n${DENY}    forward . 192.0.2.9\n}\n.:53 {\n    bind 10.0.0.11\n    forward . 192.0.2.9\n}\n`;

  it("leave open what a pod gets, and not what is wrong", () => {
    const cluster = profile(["Corefile", TWO]);
    expect(kinds(cluster)).toEqual(["unknown", "unknown"]);
    expect(cluster.faults.map(({ kind, at }) => [kind, at?.line])).toEqual([["aaaa-denied", 3]]);
  });

  it("are each asked by the pod that names it", async () => {
    const cluster = profile(["Corefile", TWO]);
    const asking = (address: string) => outcome(cluster, { usesClusterDns: "unknown", asks: [address] });
    expect(await outcome(cluster, {})).toBe("unknown");
    expect(await asking("10.0.0.10")).toBe("affected");
    expect(await asking("10.0.0.11")).toBe("not-affected");
    expect(await asking("10.0.0.12")).toBe("unknown");
  });

  it("are one listener where the same blocks stand behind them, which a pod asks by either", async () => {
    const cluster = profile([
      "Corefile",
      `.:53 {\n    bind 10.0.0.10 10.0.0.11\n${DENY}    forward . 192.0.2.9\n}\n`,
    ]);
    expect(cluster.listeners?.map(({ on }) => on)).toEqual([["10.0.0.10", "10.0.0.11"]]);
    expect(kinds(cluster)).toEqual(["NXDOMAIN", "NXDOMAIN"]);
    const asking = (...asks: string[]) => outcome(cluster, { usesClusterDns: "unknown", asks });
    expect(await asking("10.0.0.11")).toBe("affected");
    expect(await asking("10.0.0.9", "10.0.0.10")).toBe("affected");
    expect(await asking("10.0.0.12")).toBe("unknown");
    expect(await asking()).toBe("unknown");
  });

  it("are none where nothing is bound", () => {
    expect(profile(["Corefile", CLUSTER_DNS(DENY)]).listeners).toBeUndefined();
  });
});

describe("NodeLocal DNSCache before the cluster's DNS", () => {
  const nodeLocal = (internal: string, external: string, more = "") =>
    configMap(
      "node-local-dns",
      `cluster.local:53 {\n    bind 169.254.20.10\n    forward . ${internal}\n}\n.:53 {\n    bind 169.254.20.10\n${more}    forward . ${external}\n}\n`,
    );
  const chain = (front: string, behind: string) =>
    profile(["node-local-dns.yaml", front], ["coredns.yaml", configMap("coredns", behind)]);
  const part = "    template IN AAAA netflix.com {\n        rcode NXDOMAIN\n    }\n";

  it.each([
    ["the placeholder", "__PILLAR__CLUSTER__DNS__", "__PILLAR__CLUSTER__DNS__", ["NXDOMAIN", "NXDOMAIN"]],
    ["rendered addresses", "10.0.0.10", "10.0.0.10", ["NXDOMAIN", "NXDOMAIN"]],
    ["another way to write it", "10.0.0.10", "dns://10.0.0.10:53", ["NXDOMAIN", "NXDOMAIN"]],
    ["IPv6", "fd00::a", "[fd00::a]:53", ["NXDOMAIN", "NXDOMAIN"]],
    ["names outside elsewhere", "10.0.0.10", "/etc/resolv.conf", ["NXDOMAIN", "passed-on"]],
    ["names outside partly there", "10.0.0.10", "10.0.0.10 192.0.2.9", ["NXDOMAIN", "unknown"]],
    [
      "upstream servers",
      "__PILLAR__CLUSTER__DNS__",
      "__PILLAR__UPSTREAM__SERVERS__",
      ["NXDOMAIN", "passed-on"],
    ],
  ])("by %s", (_, internal, external, expected) => {
    expect(kinds(chain(nodeLocal(internal, external), CLUSTER_DNS(DENY)))).toEqual(expected);
  });

  it("is no chain where the first answers", () => {
    const answering = "    template IN AAAA {\n        rcode NOERROR\n    }\n";
    const cluster = chain(nodeLocal("10.0.0.10", "10.0.0.10", answering), CLUSTER_DNS(DENY));
    expect(kinds(cluster)).toEqual(["NXDOMAIN", "NODATA"]);
  });

  it("leaves a pod that names the cluster's own server to that one's Corefile", async () => {
    const deny = nodeLocal("10.0.0.10", "10.0.0.10", DENY).replace(
      /bind 169.254.20.10/g,
      "bind 169.254.20.10 10.0.0.9",
    );
    const cluster = chain(deny, CLUSTER_DNS("    bind 10.0.0.9 10.0.0.10\n"));
    const asking = (address: string) => outcome(cluster, { usesClusterDns: "unknown", asks: [address] });
    expect(await outcome(cluster, {})).toBe("affected");
    expect(await asking("10.0.0.9")).toBe("affected");
    expect(await asking("10.0.0.10")).toBe("not-affected");
  });

  it("shows the parts of both, as far as the second is asked", () => {
    const says = (front: string) =>
      chain(front, CLUSTER_DNS(part)).parts?.flatMap(({ aaaa, sets }) =>
        sets.map((set) => [set.says, aaaa.kind]),
      );
    expect(says(nodeLocal("10.0.0.10", "10.0.0.10"))).toEqual([["names under netflix.com", "NXDOMAIN"]]);
    expect(says(nodeLocal("10.0.0.10", "/etc/resolv.conf"))).toEqual([]);
    const own = part.replace("netflix.com", "hulu.com");
    expect(says(nodeLocal("10.0.0.10", "10.0.0.10", own))).toEqual([
      ["names under hulu.com", "NXDOMAIN"],
      ["names under netflix.com", "NXDOMAIN"],
    ]);
  });
});

function configMap(name: string, corefile: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: kube-system\ndata:\n  Corefile: |\n${corefile.replace(/^(?=.)/gm, "    ")}`;
}
