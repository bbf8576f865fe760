import { describe, expect, it } from "vitest";
import type { Judgement, Report } from "../../src/model/report.ts";
import type { WorkloadKey } from "../../src/model/workload-key.ts";
import { named } from "../../src/model/workload-names.ts";
import type { Workload } from "../../src/model/workload.ts";
import { containers, counts } from "../../src/report/arrange.ts";
import { unknownCauses } from "../../src/report/causes.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { cluster, image } from "../support/profiles.ts";

const on = cluster("NXDOMAIN");
const at = { file: "base/api.yaml", line: 3, column: 1, endLine: 3, endColumn: 9 };
const unknown = image({ kind: "unknown", reason: "Its start could not be followed.", chain: [] });

const container = (name: string, parts: Partial<WorkloadKey> = {}): Workload => {
  const key = { root: "", kind: "pod", namespace: "", name, container: "app", ...parts };
  return { ...named({ key, role: "container" }), image: "api:1", usesClusterDns: true, at };
};

function judged(workloads: readonly Workload[], more: Partial<Workload> = {}): Report {
  const judgements = workloads.flatMap((one): Judgement[] =>
    CONTAINER_RULES.flatMap((rule) => {
      const workload = { ...one, ...more };
      const verdict = rule.check({ workload, image: unknown, cluster: on });
      return verdict === undefined ? [] : [{ workload, image: 0, cluster: 0, verdict }];
    }),
  );
  return { images: [unknown], clusters: [on], judgements, diagnostics: [] };
}

describe("what is not known", () => {
  // Taken out of a sentence, each of these names would leave another rest.
  const odd = [container("a"), container("resolves"), container("e"), container("$&")];

  it("goes together by its reason, whatever the containers are called", () => {
    expect(unknownCauses(judged(odd))).toEqual([
      {
        text: "AAAA is answered NXDOMAIN there, and its start could not be followed: 1 image in 4 containers.",
        hint: "",
        list: ["api:1"],
        gap: true,
      },
    ]);
  });

  it("has its reason in every rule's verdict, without the container's name", () => {
    const searches = {
      domains: [".", "x".repeat(63), "y".repeat(63), "z".repeat(63), "w".repeat(63)],
      afterCluster: true,
    };
    const { judgements } = judged([container("zebra")], { searches });
    const open = judgements.filter(({ verdict }) => verdict.outcome === "unknown");
    expect(open.map(({ verdict }) => verdict.ruleId).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "musl-paired-lookup",
      "search-dot",
      "search-too-long",
    ]);
    for (const { verdict } of open) {
      expect(verdict.because).toMatch(/\w/);
      expect(verdict.because).not.toContain("zebra");
      expect(verdict.summary).toContain("zebra");
    }
  });
});

describe("containers", () => {
  it("are counted by their keys: overlays of one base are several, though one line names the image", () => {
    const overlays = ["dev", "prod"].map((root) => container("api", { root }));
    const report = judged(overlays);
    expect(containers(report)).toHaveLength(2);
    expect(counts(report).unknown).toBe(2);
  });
});
