import { describe, expect, it } from "vitest";
import type { Judgement, Report } from "../../src/model/report.ts";
import type { WorkloadKey } from "../../src/model/workload-key.ts";
import { named } from "../../src/model/workload-names.ts";
import type { Workload } from "../../src/model/workload.ts";
import { containers, counts, findingGroups, shown, waysOut } from "../../src/report/arrange.ts";
import { unknownCauses } from "../../src/report/causes.ts";
import { renderTable } from "../../src/report/table.ts";
import { changeWords, countWords } from "../../src/report/words.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl, zoneDenied } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

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
      const verdict = checked(rule, { workload, image: unknown, cluster: on });
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
        text: "On the cluster: AAAA is answered NXDOMAIN there, and its start could not be followed: 1 image in 4 containers.",
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

describe("findings", () => {
  const parts = [zoneDenied()];
  const some = cluster("passed-on", "passed-on", { parts });
  const found = (names: readonly string[], usedNames: readonly string[]): Report => {
    const judgements = names.flatMap((name, i): Judgement[] =>
      CONTAINER_RULES.flatMap((rule) => {
        const workload = { ...container(name), at: { ...at, line: i + 1 } };
        const used = i === 0 ? usedNames : [];
        const verdict = checked(rule, {
          workload,
          image: image(onMusl("1.2.5")),
          cluster: some,
          usedNames: used,
        });
        return verdict === undefined ? [] : [{ workload, image: 0, cluster: 0, verdict }];
      }),
    );
    return { images: [image(onMusl("1.2.5"))], clusters: [some], judgements, diagnostics: [] };
  };

  it("that are only worth a note are counted apart, and stand last", () => {
    const report = found(["a", "b", "c"], ["x.one.example"]);
    expect(counts(report)).toMatchObject({ affected: 1, notes: 2 });
    const words = countWords(report).map(({ text }) => text);
    expect(words).toEqual(["1 affected", "2 affected at level note"]);
    expect(shown({ ...report, judgements: report.judgements.toReversed() })[0]?.verdict.level).toBe("error");
    expect(changeWords(report)).toBe("muslgate finds 1 container unable to resolve some names");
  });

  it("of one cause go together, whatever lines the containers stand on", () => {
    const report = found(["a", "b", "c"], []);
    const moved = report.judgements.map((one) => {
      const own = one.workload?.at;
      return own === undefined
        ? one
        : { ...one, verdict: { ...one.verdict, at: own, related: [{ ...at, file: "dns" }] } };
    });
    const [group, ...more] = findingGroups({ ...report, judgements: moved });
    expect([group?.hit.length, more]).toEqual([3, []]);
    const table = renderTable({ ...report, judgements: moved }, { colour: false, width: 120 });
    expect(table).toContain("at         base/api.yaml:1:1, base/api.yaml:2:1, base/api.yaml:3:1");
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

describe("what can be done", () => {
  const blank = (file: string) => ({
    file,
    diff: "",
    because: "the pod then asks another server",
    remedies: ["bypass-node-local-dns" as const],
  });
  const ready = { file: "Corefile", diff: "", because: "AAAA is then answered", remedies: [] };
  const told = (...patches: Report["patches"] & object) =>
    waysOut({ ...judged([container("api")]), patches }).patches.map(({ file }) => file);

  it("has a blank to fill in as a change where it is for one file, and not file by file", () => {
    expect(told(blank("a.yaml"))).toEqual(["a.yaml"]);
    expect(told(blank("a.yaml"), blank("b.yaml"))).toEqual([]);
    expect(told(ready, blank("a.yaml"), blank("b.yaml"))).toEqual(["Corefile"]);
  });
});
