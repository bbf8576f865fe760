import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import type { ImageProfile, StartProcess } from "../../src/model/image-profile.ts";
import type { Judgement, Report } from "../../src/model/report.ts";
import type { Workload } from "../../src/model/workload.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { parseReport } from "../../src/compare/earlier-report.ts";
import { counts } from "../../src/report/arrange.ts";
import { renderComment, renderResolved } from "../../src/report/comment.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderTable } from "../../src/report/table.ts";
import { countWords } from "../../src/report/words.ts";
import { CONTAINER_RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const at = (file: string, line = 1) => ({ file, line, column: 1, endLine: line, endColumn: 9 });
const layer = { index: 0, diffId: `sha256:${"0".repeat(64)}` } as const;
const lost: StartProcess = { kind: "unknown", reason: "the program app is not in the image", chain: [] };

/** An image of which not known is what starts, with a libc of its own. */
const holding = (libc: "glibc" | "musl", version: string, process = lost): ImageProfile => {
  const found = { value: version, path: "/lib/libc.so", layer };
  const of = image(process);
  return libc === "musl" ? { ...of, musl: { loader: found } } : { ...of, glibc: { library: found } };
};

/** Containers `a`, `b`, ... of one file, each with its image's reference and what was read of it. */
type Container = readonly [reference: string, image?: ImageProfile, more?: Partial<Workload>];

function state(containers: readonly Container[], on: ClusterProfile): Report {
  const images = containers.map(([reference, profile]) => ({ ...(profile ?? image(lost)), reference }));
  const judgements = containers.flatMap(([reference, profile, more], i): Judgement[] => {
    const name = String.fromCodePoint(97 + i);
    const workload: Workload = {
      key: { root: "", kind: "deployment", namespace: "", name, container: "app" },
      role: "container",
      image: reference,
      name,
      usesClusterDns: true,
      at: at("deploy.yaml", i + 1),
      ...more,
    };
    const problem = `${reference} could not be reached`;
    return CONTAINER_RULES.flatMap((rule) => {
      const verdict = checked(rule, { workload, image: profile, imageProblem: problem, cluster: on });
      const index = profile === undefined ? undefined : i;
      return verdict === undefined ? [] : [{ workload, image: index, cluster: 0, verdict }];
    });
  });
  return { images, clusters: [on], judgements, diagnostics: [] };
}

const statuses = (now: Report, before: Report) =>
  compare(now, before)
    .judgements.filter(({ verdict }) => verdict.outcome === "unknown")
    .map(({ status }) => status);
const stanza = at("coredns.yaml", 8);
const denies = cluster("NXDOMAIN", "NXDOMAIN", {
  at: at("coredns.yaml", 1),
  answers: {
    internal: { kind: "NXDOMAIN", because: "x", at: stanza },
    external: { kind: "NXDOMAIN", because: "x", at: stanza },
  },
});
const open = cluster("unknown");

describe("what is not known, compared", () => {
  it.each<[string, Container, Container]>([
    ["another build of an image that is read in neither state", ["r/api:1.2.3"], ["r/api:1.2.4"]],
    ["another build of its kind", ["r/api:1.2.3-slim"], ["r/api:1.3.0-slim"]],
    [
      "the same start in an image rebuilt",
      ["r/api:1", holding("musl", "1.2.5")],
      ["r/api:2", holding("musl", "1.2.4")],
    ],
    [
      "another release of glibc",
      ["r/api:1", holding("glibc", "2.36")],
      ["r/api:2", holding("glibc", "2.41")],
    ],
  ])("is as before: %s", (_, before, now) => {
    expect(statuses(state([now], denies), state([before], denies))).toEqual(["existing"]);
  });

  it.each<[string, Container, Container]>([
    ["another kind of build", ["python:3.14-slim"], ["python:3.14-alpine"]],
    ["another image", ["r/api:1"], ["r/web:1"]],
    [
      "another start of an image that is not read",
      ["r/api:1"],
      ["r/api:1", undefined, { command: ["/other"] }],
    ],
    ["it was read before", ["r/api:1", holding("musl", "1.2.5")], ["r/api:1"]],
    ["it is read now", ["r/api:1"], ["r/api:1", holding("musl", "1.2.5")]],
    ["another libc", ["r/api:1", holding("glibc", "2.36")], ["r/api:1", holding("musl", "1.2.5")]],
    ["a musl that fails", ["r/api:1", holding("musl", "1.1.24")], ["r/api:1", holding("musl", "1.2.5")]],
    [
      "another reason",
      ["r/api:1", holding("musl", "1.2.5")],
      ["r/api:1", holding("musl", "1.2.5", { ...lost, reason: "the entry point leads in a circle" })],
    ],
    ["it is known of the other", ["r/api:1", image(onMusl("1.2.5"))], ["r/api:1", holding("musl", "1.2.5")]],
    [
      "whose DNS it asks is not known any more",
      ["r/api:1"],
      ["r/api:1", undefined, { usesClusterDns: "unknown" }],
    ],
  ])("is new: %s", (_, before, now) => {
    expect(statuses(state([now], denies), state([before], denies))).toEqual(["new"]);
  });

  it("is new where the cluster answers otherwise, and where it is not known for another reason", () => {
    const fine = cluster("NODATA");
    const odd = {
      ...open,
      answers: { ...open.answers, external: { kind: "unknown", because: "y" } as const },
    };
    const one = (on: ClusterProfile) => state([["r/api:1", image(onMusl("1.2.5"))]], on);
    expect(statuses(one(open), one(fine))).toEqual(["new"]);
    expect(statuses(one(open), one(denies))).toEqual(["new"]);
    expect(statuses(one(open), one(odd))).toEqual(["new"]);
    expect(statuses(one(open), one(open))).toEqual(["existing"]);
    expect(statuses(state([["r/api:1"]], denies), state([["r/api:1"]], cluster("SERVFAIL")))).toEqual([
      "new",
    ]);
  });

  it("does not hang on the cluster where the rule does not ask it", () => {
    const searching: Container = ["r/api:1", undefined, { searches: { domains: ["."], afterCluster: true } }];
    const marks = compare(state([searching], denies), state([searching], cluster("NODATA"))).judgements.map(
      ({ verdict, status }) => [verdict.ruleId, status],
    );
    expect(marks).toEqual([
      ["musl-paired-lookup", "new"],
      ["search-dot", "existing"],
    ]);
  });

  it("is counted apart, never green, and annotated once a cause on the line that made it", () => {
    const before = state([["r/a:1"], ["r/b:1"], ["r/c:1", image(onMusl("1.2.5"))]], cluster("NODATA"));
    const added = compare(state([["r/a:1"], ["r/b:1"], ["r/c:1", image(onMusl("1.2.5"))]], denies), before);
    expect(countWords(added)).toEqual([
      { standing: "affected", text: "1 newly affected" },
      { standing: "unknown", text: "2 newly unknown" },
    ]);
    const [hit, unknown, ...rest] = annotationsOf(added).shown;
    expect(rest).toEqual([]);
    expect([hit?.level, unknown?.level, unknown?.at]).toEqual(["error", "warning", stanza]);
    expect(unknown?.message).toContain("1 more for the same reason");

    const later = compare(added, state([["r/a:1"], ["r/b:1"], ["r/c:1", image(onMusl("1.2.5"))]], denies));
    expect(countWords(later)).toEqual([
      { standing: "not-affected", text: "1 affected before" },
      { standing: "unknown", text: "2 unknown before" },
    ]);
    expect(counts(later)).toMatchObject({ existing: 3, "existing-unknown": 2, unknown: 0 });
    expect(annotationsOf(later).shown).toEqual([]);
    expect(renderMarkdown(later)).not.toContain("✅");
    expect(renderResolved(later)).not.toContain("✅");
    expect(renderComment({ ...later, fixed: ["x"] })).not.toContain("✅");
    const table = renderTable(later, { colour: true, width: 100 });
    expect(table).toContain("\u001b[33m2 unknown before\u001b[39m");
  });

  it("is annotated nowhere where no cluster is known", () => {
    const nowhere = cluster("unknown", "unknown", { basis: "nothing" });
    const report = state(
      [
        ["r/a:1", image(onMusl("1.2.5"))],
        ["r/b:1", image(onMusl("1.2.2"))],
      ],
      nowhere,
    );
    expect(annotationsOf(report).shown).toEqual([]);
    const table = renderTable(report, { colour: false, width: 200 });
    expect(table.match(/all fail where AAAA is denied/g)).toHaveLength(2);
    expect(
      table.match(/cluster they run on is not said: 2 images fail on any that denies AAAA\./g),
    ).toHaveLength(1);
    expect(table.match(/not said|not known|says which|say how/gi)).toHaveLength(3);
  });

  it("is compared with the report of a version that did not say what it rests on", () => {
    const searching: Container = ["r/api:1", undefined, { searches: { domains: ["."], afterCluster: true } }];
    const old = JSON.parse(renderJson(state([searching, ["r/web:1"]], denies)));
    old.version = "1.1";
    for (const { verdict } of old.judgements) delete verdict.restsOn;
    const before = parseReport("old.json", JSON.stringify(old));
    const now = compare(state([searching, ["r/web:2"]], denies), before);
    expect(now.judgements.map(({ status }) => status)).toEqual(["existing", "existing", "existing"]);
  });
});
