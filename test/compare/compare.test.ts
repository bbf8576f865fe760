import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { parseReport } from "../../src/compare/earlier-report.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import type { Report } from "../../src/model/report.ts";
import type { WorkloadKey } from "../../src/model/workload-key.ts";
import { renderJson } from "../../src/report/json.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const at = (file: string, line = 1) => ({ file, line, column: 1, endLine: line, endColumn: 9 });

/** Containers by name: their image, musl and file, and what else their key says; on each cluster. */
type Containers = Readonly<
  Record<string, readonly [image: string, musl: string, file?: string, key?: Partial<WorkloadKey>]>
>;

function state(containers: Containers, ...clusters: readonly ClusterProfile[]): Report {
  const images = Object.values(containers).map(([reference, musl]) => image(onMusl(musl), reference));
  const workloads = Object.entries(containers).map(([name, [reference, , file = "a.yaml", key]], i) => ({
    key: { root: "", kind: "deployment", namespace: "", name, container: "app", ...key },
    role: "container" as const,
    image: reference,
    // Shown names are beside the point.
    name,
    usesClusterDns: true,
    at: at(file, i + 1),
  }));
  const judgements = clusters.flatMap((on, index) => [
    ...CLUSTER_RULES.flatMap((rule) =>
      rule
        .checkCluster({ cluster: on, containersNamed: false })
        .map((verdict) => ({ cluster: index, verdict })),
    ),
    ...workloads.flatMap((workload, i) =>
      CONTAINER_RULES.flatMap((rule) => {
        const verdict = checked(rule, { workload, image: images[i], cluster: on });
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
  it("does not call gone what the report could not see", () => {
    const before = state({ a: ["api:1", "1.2.2"], b: ["api:2", "1.2.2", "b.yaml"] }, denies);
    const now = state({ a: ["api:1", "1.1.19"] }, denies);
    const gap = (more: Partial<Diagnostic>): Report => ({
      ...now,
      diagnostics: [{ code: "cluster-unread", message: "m", hint: "h", weight: "gap", ...more }],
    });
    const [mended, gone] = ["a: musl-paired-lookup", "b: musl-paired-lookup"];
    const fixed = (report: Report) => compare(report, before).fixed;
    expect(fixed(now)).toEqual([mended, gone]);
    for (const code of ["cluster-unread", "cluster-forbidden"] as const)
      for (const subject of ["list pods in all namespaces", "list pods in shop"])
        expect(fixed(gap({ code, subject }))).toEqual([mended]);
    expect(fixed(gap({ code: "file-unreadable", at: at("b.yaml") }))).toEqual([mended]);
    // Another file, other objects, and what was so before hide nobody.
    expect(fixed(gap({ code: "file-unreadable", at: at("c.yaml") }))).toEqual([mended, gone]);
    expect(fixed(gap({ code: "file-unreadable", at: at("b.yaml"), before: true }))).toEqual([mended, gone]);
    expect(fixed(gap({ subject: "list nodes" }))).toEqual([mended, gone]);
    // One that was not read at all has no place; where it is not told which there are, any may be.
    expect(fixed(gap({ code: "file-unreadable", subject: "b.yaml" }))).toEqual([mended]);
    expect(fixed(gap({ code: "file-unreadable", subject: "c.yaml" }))).toEqual([mended, gone]);
    for (const code of ["folder-unreadable", "too-many-files", "past-limit"] as const)
      expect(fixed(gap({ code }))).toEqual([mended]);
    expect(fixed(gap({ code: "image-unreadable", at: at("b.yaml") }))).toEqual([mended, gone]);
    // JSON that is not read is told as a notice.
    expect(fixed(gap({ code: "file-unreadable", subject: "b.yaml", weight: "notice" }))).toEqual([mended]);
    expect(fixed(gap({ code: "not-followed", at: at("b.yaml"), weight: "notice" }))).toEqual([mended, gone]);
    // A right that was not had then either hid the same; what failed in part may have failed elsewhere.
    const subject = "list pods in shop";
    expect(fixed(gap({ code: "cluster-forbidden", subject, before: true }))).toEqual([mended, gone]);
    expect(fixed(gap({ code: "cluster-unread", subject, before: true }))).toEqual([mended]);
    expect(fixed(gap({ code: "too-many-files", before: true }))).toEqual([mended]);
  });

  it("does not call gone what a file decides that was not read", () => {
    const denial = { kind: "NXDOMAIN", because: "Its template does.", at: at("dns.yaml", 3) } as const;
    const answers = { internal: denial, external: denial };
    const before = state({ a: ["api:1", "1.2.2"] }, { ...denies, answers, faults: [] });
    const fixed = (more: Partial<Report>, on = cluster("NODATA")) =>
      compare({ ...state({ a: ["api:1", "1.2.2"] }, on), ...more }, before).fixed;
    const gap = (file: string): Diagnostic => ({
      code: "yaml-unreadable",
      message: "m",
      hint: "h",
      weight: "gap",
      at: at(file),
    });
    expect(fixed({})).toContain("a: musl-paired-lookup");
    expect(fixed({ diagnostics: [gap("c.yaml")] })).toContain("a: musl-paired-lookup");
    expect(fixed({ diagnostics: [gap("dns.yaml")] })).toEqual([]);
    expect(fixed({}, { ...cluster("NODATA"), diagnostics: [gap("dns.yaml")] })).toEqual([]);
    for (const code of ["cluster-file-unreadable", "cluster-file-too-long"] as const) {
      const told = (subject: string) => [{ code, message: "m", hint: "h", weight: "gap", subject }] as const;
      expect(fixed({ diagnostics: told("dns.yaml") })).toEqual([]);
      expect(fixed({}, { ...cluster("NODATA"), diagnostics: told("dns.yaml") })).toEqual([]);
      expect(fixed({ diagnostics: told("c.yaml") })).toContain("a: musl-paired-lookup");
    }
    // Where it is not told which files were not seen, any may be.
    const sources = [{ role: "cluster-dns" as const, file: "dns.yaml", at: at("dns.yaml") }];
    const known = { ...cluster("NODATA"), sources };
    for (const code of ["folder-unreadable", "too-many-files", "past-limit"] as const) {
      const diagnostics = [{ code, message: "m", hint: "h", weight: "gap" }] as const;
      expect(fixed({ diagnostics })).toEqual([]);
      // One that the cluster's answers are read from was seen.
      expect(fixed({ diagnostics }, known)).toContain("a: musl-paired-lookup");
    }
    // The container's own file was read where it is seen.
    expect(fixed({ diagnostics: [gap("a.yaml")] })).toContain("a: musl-paired-lookup");
    const refused = (to: string): Diagnostic => ({
      code: "cluster-forbidden",
      message: "m",
      hint: "h",
      weight: "gap",
      subject: `list ${to} in shop`,
    });
    for (const to of ["networkpolicies.networking.k8s.io", "ciliumnetworkpolicies.cilium.io"])
      expect(fixed({ diagnostics: [refused(to)] })).toEqual([]);
    // No policy is what the cluster's own files say.
    const some = fixed({ diagnostics: [refused("networkpolicies.networking.k8s.io")] }, known);
    expect(some).toContain("a: musl-paired-lookup");
  });

  it("does not call gone what an image decides that was not read", () => {
    const before = state({ a: ["api:1", "1.2.2"] }, denies);
    const [first] = before.judgements.filter(({ workload }) => workload !== undefined);
    const nginx = { ...first!, verdict: { ...first!.verdict, ruleId: "nginx-resolver" } };
    const now = state({ a: ["api:1", "1.2.2"] }, denies);
    const judgements = now.judgements.map((one) => ({
      ...one,
      image: undefined,
      verdict: { ...one.verdict, outcome: "unknown" as const },
    }));
    const fixed = (of: Report) => compare(of, { ...before, judgements: [nginx] }).fixed;
    expect(fixed(now)).toEqual(["a: nginx-resolver"]);
    expect(fixed({ ...now, judgements })).toEqual([]);
    const partly = judgements.map((one) => ({ ...one, image: 0 }));
    expect(fixed({ ...now, judgements: partly })).toEqual(["a: nginx-resolver"]);
    const images = now.images.map((one) => ({ ...one, complete: false }));
    expect(fixed({ ...now, judgements: partly, images })).toEqual([]);
  });

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

  it("says since when a finding is known, through every report that was compared", () => {
    const at = (made: string | undefined, ...names: readonly string[]): Report => ({
      ...state(Object.fromEntries(names.map((name) => [name, ["api:1", "1.2.2"]])), denies),
      made,
    });
    const since = (report: Report) =>
      Object.fromEntries(report.judgements.map((one) => [one.workload?.name, one.since ?? one.status]));
    const first = at("2026-10-01", "a");
    // As programs keep it: a baseline is a file.
    const stored = (report: Report) => parseReport("baseline.json", renderJson(report));
    const second = compare(at("2026-10-08", "a", "b"), stored(first));
    expect(since(second)).toEqual({ a: "2026-10-01", b: "new" });
    const third = compare(at("2026-10-15", "a", "b"), stored(second));
    expect(since(third)).toEqual({ a: "2026-10-01", b: "2026-10-08" });
    expect(third.comparedWith).toBe("2026-10-08");
    // A report of before 2.1 says no day.
    expect(since(compare(at("2026-10-15", "a"), at(undefined, "a")))).toEqual({ a: "existing" });
    // Gone and come again is new.
    const gone = compare(at("2026-10-22"), stored(third));
    expect(since(compare(at("2026-10-29", "a"), stored(gone)))).toEqual({ a: "new" });
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
      state({ "x (new)": ["api:1", "1.2.2", "new/x.yaml", { root: "new", name: "x" }] }, ...two("new")),
      state({ "x (old)": ["api:1", "1.2.2", "old/x.yaml", { root: "old", name: "x" }] }, ...two("old")),
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

  describe("goes by keys", () => {
    const prod = { root: "overlays/prod", name: "api" };
    const dev = { root: "overlays/dev", name: "api" };
    const base = "base/api.yaml";

    it("tells overlays of one base apart", () => {
      const before = state(
        { one: ["api:1", "1.2.2", base, prod], two: ["api:0", "1.1.24", base, dev] },
        denies,
      );
      const after = state(
        { one: ["api:1", "1.2.2", base, prod], two: ["api:1", "1.2.2", base, dev] },
        denies,
      );
      expect(statuses(after, before)).toEqual(["one existing", "two new"]);
    });

    it("takes no notice of the name that is shown", () => {
      const before = state({ "api (base)": ["api:1", "1.2.2", base, prod] }, denies);
      const after = state(
        { "api (overlays/prod)": ["api:2", "1.2.2", base, prod], other: ["api:2", "1.2.2", base, dev] },
        denies,
      );
      expect(statuses(after, before)).toEqual(["api (overlays/prod) existing", "other new"]);
    });

    it("knows a container again that has another image", () => {
      const before = state({ a: ["node:14", "1.2.2"] }, denies);
      expect(statuses(state({ a: ["python:3.9", "1.2.2"] }, denies), before)).toEqual(["a existing"]);
      expect(statuses(state({ a: ["python:3.9", "1.2.2", "b.yaml"] }, denies), before)).toEqual([
        "a existing",
      ]);
    });

    it("takes the added one of alike keys for new, in another file and in the same", () => {
      const one = state({ a: ["api:1", "1.2.2", "a.yaml", { name: "x" }] }, denies);
      const files = state(
        { b: ["api:1", "1.2.2", "b.yaml", { name: "x" }], a: ["api:1", "1.2.2", "a.yaml", { name: "x" }] },
        denies,
      );
      expect(statuses(files, one)).toEqual(["b new", "a existing"]);
      const images = state(
        { z: ["other:1", "1.2.2", "a.yaml", { name: "x" }], a: ["api:1", "1.2.2", "a.yaml", { name: "x" }] },
        denies,
      );
      expect(statuses(images, one)).toEqual(["z new", "a existing"]);
      const mended = state(
        { z: ["other:1", "1.2.2", "a.yaml", { name: "x" }], a: ["api:2", "1.1.24", "a.yaml", { name: "x" }] },
        denies,
      );
      expect(statuses(mended, one)).toEqual(["z new"]);
    });

    it("does not take one nameless file for another of another image", () => {
      const docker = { kind: "dockerfile", name: "", container: "" };
      const before = state({ a: ["node:14", "1.2.2", "a/Dockerfile", docker] }, denies);
      expect(statuses(state({ b: ["python:3.9", "1.2.2", "b/Dockerfile", docker] }, denies), before)).toEqual(
        ["b new"],
      );
      expect(statuses(state({ b: ["node:16", "1.2.2", "b/Dockerfile", docker] }, denies), before)).toEqual([
        "b existing",
      ]);
    });

    it("knows images that were named by their names, whatever their tags", () => {
      const named = (...tags: string[]) =>
        state(
          Object.fromEntries(
            tags.map((name) => [name, [name, "1.2.2", "", { kind: "image", name, container: "" }] as const]),
          ),
          denies,
        );
      expect(statuses(named("shop/api:2"), named("shop/api:1"))).toEqual(["shop/api:2 existing"]);
      expect(statuses(named("shop/api:1", "shop/api:2"), named("shop/api:2"))).toEqual([
        "shop/api:1 new",
        "shop/api:2 existing",
      ]);
    });

    it("hands the finding of one that is gone to none that was there unhit", () => {
      const before = state({ p: ["api:1", "1.2.2", base, prod], d: ["api:0", "1.1.24", base, dev] }, denies);
      expect(statuses(state({ d: ["api:1", "1.2.2", base, dev] }, denies), before)).toEqual(["d new"]);
      const stage = { ...dev, root: "overlays/stage" };
      const replaced = state(
        { s: ["api:1", "1.2.2", base, stage], d: ["api:0", "1.1.24", base, dev] },
        denies,
      );
      expect(statuses(replaced, before)).toEqual(["s existing"]);
    });

    it("calls what is fixed as the report calls it", () => {
      const before = state({ api: ["api:1", "1.2.2", base, prod], gone: ["web:1", "1.2.2"] }, denies);
      const after = state({ "api (overlays/prod)": ["api:0", "1.1.24", base, prod] }, denies);
      expect(compare(after, before).fixed).toEqual([
        "api (overlays/prod): musl-paired-lookup",
        "gone: musl-paired-lookup",
      ]);
    });
  });

  it("takes steps in proportion to the findings, however alike they are", () => {
    const many = (count: number, musl: string) =>
      state(
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, ["api:1", musl] as const])),
        cluster("SERVFAIL"),
      );
    const looks = (count: number): number => {
      let looked = 0;
      const before = many(count, "1.1.24");
      const counting = before.judgements.map((judgement) => {
        const { level } = judgement.verdict;
        const verdict = Object.defineProperty({ ...judgement.verdict }, "level", {
          enumerable: true,
          get: () => {
            looked++;
            return level;
          },
        });
        return { ...judgement, verdict };
      });
      // Everything got worse, so that nothing is found and every way is tried.
      const compared = compare(many(count, "1.2.2"), { ...before, judgements: counting });
      expect(new Set(compared.judgements.map(({ status }) => status))).toEqual(new Set(["new"]));
      return looked;
    };
    expect(looks(400)).toBeLessThan(2.2 * looks(200));
  });
});
