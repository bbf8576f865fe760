import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { Report } from "../../src/model/report.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";

const at = (file: string, line = 1) => ({ file, line, column: 1, endLine: line, endColumn: 9 });

/** Containers by name: their image, musl and file; on each cluster. */
type Containers = Readonly<Record<string, readonly [image: string, musl: string, file?: string]>>;

function state(containers: Containers, ...clusters: readonly ClusterProfile[]): Report {
  const images = Object.values(containers).map(([reference, musl]) => image(onMusl(musl), reference));
  const judgements = clusters.flatMap((on, index) => [
    ...CLUSTER_RULES.flatMap((rule) =>
      rule
        .checkCluster({ cluster: on, containersNamed: false })
        .map((verdict) => ({ cluster: index, verdict })),
    ),
    ...Object.entries(containers).flatMap(([name, [reference, , file = "a.yaml"]], i) =>
      CONTAINER_RULES.flatMap((rule) => {
        const workload = { image: reference, name, usesClusterDns: true, at: at(file, i + 1) };
        const profile = images[i];
        const verdict = rule.check({ workload, ...(profile && { image: profile }), cluster: on });
        return verdict === undefined ? [] : [{ workload, image: i, cluster: index, verdict }];
      }),
    ),
  ]);
  return { images, clusters, judgements, diagnostics: [] };
}

const statuses = (now: Report, before: Report) =>
  compare(now, before)
    .judgements.filter(({ verdict }) => verdict.outcome !== "not-affected")
    .map(({ workload, verdict, status }) => `${workload?.name ?? verdict.ruleId} ${status}`);

const denies = cluster("NXDOMAIN");

describe("compare", () => {
  it("takes what got worse for new", () => {
    const slow = state({ a: ["api:1", "1.1.24"] }, cluster("SERVFAIL"));
    const fails = state({ a: ["api:2", "1.2.2"] }, cluster("SERVFAIL"));
    expect(statuses(fails, slow)).toEqual(["a new"]);
    expect(statuses(slow, fails)).toEqual(["a existing"]);
    const outside = state({ a: ["api:1", "1.2.2"] }, cluster("NODATA", "NXDOMAIN"));
    const both = state({ a: ["api:1", "1.2.2"] }, denies);
    expect(statuses(both, outside)).toEqual(["a new"]);
    expect(statuses(outside, both)).toEqual(["a existing"]);
  });

  it("takes a fault that comes to hold for more for new", () => {
    const fault = (...zones: string[]) =>
      cluster("NODATA", "NODATA", {
        faults: [{ kind: "aaaa-denied", because: "x", type: "AAAA", zones, at: at("Corefile") }],
      });
    expect(statuses(state({}, fault("a.test.", ".")), state({}, fault("a.test.")))).toEqual([
      "aaaa-denied new",
    ]);
    expect(statuses(state({}, fault("a.test.")), state({}, fault("a.test.", ".")))).toEqual([
      "aaaa-denied existing",
    ]);
  });

  it("does not hand one container's finding to another that is still there", () => {
    const before = state({ a: ["api:1", "1.2.2"], b: ["api:0", "1.1.24"] }, denies);
    const swapped = state({ a: ["api:0", "1.1.24"], b: ["api:1", "1.2.2"] }, denies);
    expect(statuses(swapped, before)).toEqual(["b new"]);
    const added = state({ a: ["api:1", "1.2.2"], b: ["api:1", "1.2.2"] }, denies);
    expect(statuses(added, before)).toEqual(["a existing", "b new"]);
  });

  it("knows a container again under another name, and in another file", () => {
    const before = state({ a: ["api:1", "1.2.2"] }, denies);
    expect(statuses(state({ b: ["api:2", "1.2.2"] }, denies), before)).toEqual(["b existing"]);
    expect(statuses(state({ a: ["api:1", "1.2.2", "moved/a.yaml"] }, denies), before)).toEqual([
      "a existing",
    ]);
  });

  it("tells clusters of one name apart, and knows one again that was moved", () => {
    const named = (kind: "NXDOMAIN" | "NODATA", file: string) =>
      cluster(kind, kind, { name: "main in europe-west1", at: at(file) });
    const before = state(
      { a: ["api:1", "1.2.2"] },
      named("NXDOMAIN", "prod.tf"),
      named("NODATA", "stage.tf"),
    );
    const after = state({ a: ["api:1", "1.2.2"] }, named("NODATA", "prod.tf"), named("NXDOMAIN", "stage.tf"));
    expect(statuses(after, before)).toEqual(["a new"]);
    const one = (name: string) => state({ a: ["api:1", "1.2.2"] }, { ...denies, name });
    expect(statuses(one("clusters/dns.yaml"), one("dns.yaml"))).toEqual(["a existing"]);
  });

  it("knows what moved with its folder, and does not list as gone what got worse", () => {
    const two = (folder: string) => [
      { ...denies, name: `${folder}/a/coredns.yaml` },
      { ...denies, name: `${folder}/b/coredns.yaml` },
    ];
    const moved = compare(
      state({ "x (new)": ["api:1", "1.2.2", "new/x.yaml"] }, ...two("new")),
      state({ "x (old)": ["api:1", "1.2.2", "old/x.yaml"] }, ...two("old")),
    );
    expect(new Set(moved.judgements.map(({ status }) => status))).toEqual(new Set(["existing"]));
    expect(moved.fixed).toEqual([]);
    const worse = compare(
      state({ a: ["api:2", "1.2.2"] }, cluster("SERVFAIL")),
      state({ a: ["api:1", "1.1.24"] }, cluster("SERVFAIL")),
    );
    expect([worse.judgements[0]?.status, worse.fixed]).toEqual(["new", []]);
  });

  it("keeps what an earlier comparison has said", () => {
    const report = state({ a: ["api:1", "1.2.2"], b: ["web:1", "1.2.2"] }, denies);
    const first = compare(report, state({ a: ["api:1", "1.2.2"] }, denies));
    const second = compare(first, state({ b: ["web:1", "1.2.2"], c: ["old:1", "1.2.2"] }, denies));
    expect(second.judgements.map(({ status }) => status)).toEqual(["existing", "existing"]);
    expect(second.fixed).toHaveLength(1);
  });
});
