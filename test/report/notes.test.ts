import { describe, expect, it } from "vitest";
import type { Judgement, Report, Verdict } from "../../src/model/report.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { containers, counts, findingGroups, rows, waysOut } from "../../src/report/arrange.ts";
import { noteCauses, unknownCauses } from "../../src/report/causes.ts";
import { renderComment } from "../../src/report/comment.ts";
import { failureText } from "../../src/report/failure.ts";
import { renderHtml } from "../../src/report/html.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderTable } from "../../src/report/table.ts";
import { targetLines } from "../../src/report/target-words.ts";
import {
  causeWords,
  cellWords,
  changeWords,
  countWords,
  startWords,
  waivedLines,
} from "../../src/report/words.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../../src/rules/index.ts";
import { pairedByPart } from "../../src/rules/paired-by-part.ts";
import { cluster, image, onMusl, workload, zoneDenied } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const note = (line: number): Verdict => ({
  ruleId: "resolver-option-ignored",
  outcome: "affected",
  level: "note",
  confidence: "measured",
  summary: `The setting of line ${line} has no effect.`,
  names: { internal: "resolves", external: "resolves" },
  evidence: [],
  remedies: [],
  at: { file: "a.yaml", line, column: 1, endLine: line, endColumn: 9 },
  related: [],
});
const FAILS = { internal: "fails", external: "fails" } as const;
const on = (name: string, verdict: Verdict): Judgement => ({
  workload: workload(name),
  image: 0,
  cluster: 0,
  verdict,
});
const report = (...judgements: Judgement[]): Report => ({
  images: [image(onMusl("1.2.5"))],
  clusters: [cluster("NODATA")],
  judgements,
  diagnostics: [],
});

it("are one line for all containers, wherever they stand, and no annotation", () => {
  const all = report(...[1, 2, 3].map((line) => on(`c${line}`, note(line))));
  expect(findingGroups(all).map(({ hit }) => hit.length)).toEqual([3]);
  expect(annotationsOf(all)).toEqual({ shown: [], left: 0 });
});

it("are told once, however many clusters a container meets", () => {
  const everywhere = [0, 1, 2].flatMap((at) =>
    ["c", "d"].map((name) => ({ ...on(name, note(1)), cluster: at })),
  );
  const clusters = ["NODATA", "SERVFAIL", "passed-on"].map((kind, i) => ({
    ...cluster(kind as "NODATA"),
    name: `cluster-${i}`,
  }));
  const all = { ...report(...everywhere), clusters };
  const told = findingGroups(all);
  expect(told).toHaveLength(1);
  expect(causeWords(all, told[0]!)).toMatch(/ The same holds for 1 more container\.$/);
  const one = { ...all, judgements: everywhere.filter(({ workload: who }) => who?.name === "c") };
  expect(causeWords(one, findingGroups(one)[0]!)).not.toContain("The same holds");
});

it("do not hide that something is not known", () => {
  const unknown: Verdict = { ...note(1), ruleId: "musl-paired-lookup", outcome: "unknown", level: "warning" };
  const [one] = containers(report(on("c", note(1)), on("c", unknown)));
  expect(one?.worst.verdict.outcome).toBe("unknown");
});

const part = zoneDenied({ file: "dns.yaml", line: 7, column: 1, endLine: 7, endColumn: 9 });

/** Two containers on a cluster that denies AAAA for one zone; `used` are names that the first is given. */
function inPart(used: readonly string[]): Report {
  const fault = {
    kind: "aaaa-denied" as const,
    because: "template denies AAAA",
    zones: ["one.example."],
    names: ["names under one.example"],
    at: part.aaaa.at,
  };
  const on = cluster("passed-on", "passed-on", { parts: [part], faults: [fault] });
  const judgements = ["a", "b"].flatMap((name, i) =>
    CONTAINER_RULES.flatMap((rule): Judgement[] => {
      const usedNames = i === 0 ? used : [];
      const who = workload(name);
      const verdict = checked(rule, { workload: who, image: image(onMusl("1.2.5")), cluster: on, usedNames });
      return verdict === undefined ? [] : [{ workload: who, image: 0, cluster: 0, verdict }];
    }),
  );
  const alone = CLUSTER_RULES.flatMap((rule) =>
    rule.checkCluster({ cluster: on, containersNamed: false }),
  ).map((verdict): Judgement => ({ cluster: 0, verdict }));
  return { ...report(...judgements, ...alone), clusters: [on] };
}

describe("a container that only some names would fail", () => {
  it("is told with the warning on the cluster's line, and is no container that is hit", () => {
    const all = inPart([]);
    expect(findingGroups(all).map(({ hit, notes }) => [hit[0].workload, notes.length])).toEqual([
      [undefined, 2],
    ]);
    expect(counts(all)).toMatchObject({ affected: 0, notes: 2, clusters: 1 });
    const table = renderTable(all, { colour: false, width: 120 });
    expect(table.match(/^✗ .*/gm)).toEqual([expect.stringMatching(/^✗ warning: .*one\.example/)]);
    expect(table.match(/^· note +[ab] /gm)).toHaveLength(2);
    expect(table).toContain("2 containers here would be hit, if they asked for one of these.");
    expect(table.trimEnd().split("\n").at(-1)).toBe("1 fault of a cluster · 2 affected at level note");
    expect(changeWords(all)).toBe("muslgate finds a fault of a cluster's DNS");
  });

  it("is told with a container that is hit on that line", () => {
    const all = inPart(["x.one.example"]);
    const told = findingGroups(all);
    expect(told.map(({ hit, notes }) => [hit.length, notes.length])).toEqual([[1, 1]]);
    expect(causeWords(all, told[0]!)).toMatch(/ 1 more would be hit, if it asked for one of these\.$/);
  });

  it("stands folded in the summary and the comment, and is not marked as hit on the page", () => {
    const all = inPart([]);
    expect(renderMarkdown(all)).toContain("<details><summary>ℹ️ At level note: 2 images</summary>");
    expect(renderMarkdown(all)).not.toContain("❌ all");
    expect(renderComment(all)).not.toContain("Who is hit");
    expect(renderComment(all)).toContain("<summary>At level note</summary>");
    expect(renderHtml(all)).toContain('<td role="cell" data-c="0" class="note">');
    expect(renderHtml(all)).not.toContain('<td role="cell" data-c="0" class="affected">');
  });

  it("is not among those that were affected before", () => {
    const all = report(on("c", note(1)), on("d", { ...note(2), level: "error" }));
    const old = all.judgements.map((one) => ({ ...one, status: "existing" as const }));
    expect(countWords({ ...all, judgements: old, fixed: [] }).map(({ text }) => text)).toEqual([
      "1 affected before",
      "1 affected at level note before",
    ]);
  });

  it("agrees with its targets' lines on how many heal", () => {
    const [a, b, c] = [
      "a: musl-paired-lookup",
      "b: musl-paired-lookup, aaaa-denied",
      "c: musl-paired-lookup",
    ];
    const targets = [
      { to: "alpine=3.12", breaks: [], heals: [a, b], unknown: [] },
      { to: "alpine=3.13", breaks: [], heals: [a], unknown: [] },
    ];
    const all = { ...report(), fixed: [a, b, c], targets };
    expect(targetLines(all)[0]).toContain("heals 2 (");
    expect(countWords(all).map(({ text }) => text)).toEqual(["2 healed", "1 no longer unknown"]);
    expect(countWords({ ...all, targets: undefined }).map(({ text }) => text)).toEqual(["3 fixed"]);
  });

  it("has a row of its own beside a container of its image that is hit", () => {
    const alone = inPart(["x.one.example"]);
    const same = alone.judgements.map((one) => ({
      ...one,
      workload: one.workload && { ...one.workload, image: "shop:1" },
    }));
    expect(rows({ ...alone, judgements: same }).map((row) => row.length)).toEqual([1, 1]);
  });

  it("has its ways out behind those of what is hit", () => {
    const way = (title: string, preferred: boolean) => ({
      id: "take-out" as const,
      title,
      cost: "None.",
      preferred,
    });
    const loud = { ...note(1), level: "error" as const, remedies: [way("one", true), way("two", false)] };
    const quiet = { ...note(2), remedies: [way("three", true), way("two", true)] };
    expect(waysOut(report(on("c", quiet), on("d", loud))).remedies.map(({ title }) => title)).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  it("is folded where others are hit, with its cause, and has no row beside them on another cluster", () => {
    const quiet = report(on("c", note(1)), on("c", { ...note(2), level: "error", names: FAILS }));
    const judgements = [
      ...quiet.judgements,
      ...[1, 2, 3].map((at) => ({ ...on("c", { ...note(1), except: [`names under ${at}`] }), cluster: at })),
    ];
    const clusters = ["NODATA", "passed-on", "SERVFAIL", "REFUSED"].map((kind, i) => ({
      ...cluster(kind as "NODATA"),
      name: `cluster-${i}`,
    }));
    const all = { ...quiet, judgements, clusters };
    for (const text of [renderMarkdown(all), renderComment(all) ?? ""]) {
      const [seen = ""] = text.split(/<details><summary>(?:ℹ️ )?At level note/);
      expect(seen).toContain("The setting of line 2 has no effect.");
      expect(seen).not.toMatch(/The setting of line 1|ℹ️/);
      expect(text).toContain("The setting of line 1 has no effect.");
    }
  });

  it("does not redden a comment that has nothing else", () => {
    const all = report(on("c", note(1)));
    expect(renderComment(all)).toMatch(/^### ℹ️ muslgate has a note on 1 container\n/);
    expect(failureText(all, 1)).toContain("1 of 1 containers have a note");
  });
});

it("is one container that a target puts another image into", () => {
  const clusters = ["node-local-dns=enabled", "alpine=3.24"].map((to) => ({
    ...cluster("NXDOMAIN"),
    target: { of: "prod", to },
  }));
  const fails: Verdict = { ...note(1), level: "error", names: FAILS };
  const judgements = [0, 1].map((i) => ({ ...on("c", fails), image: i, cluster: i }));
  const images = ["1.1.24", "1.2.6"].map((musl) => image(onMusl(musl)));
  const targets = clusters.map(({ target: { to } }) => ({ to, breaks: [], heals: [], unknown: [] }));
  const all: Report = { ...report(), clusters, images, judgements, targets };
  expect(counts(all)).toMatchObject({ affected: 1 });
  const [row, ...others] = rows(all);
  expect(others).toEqual([]);
  expect(startWords(all, row!)).toBe("musl 1.1.24; musl 1.2.6 at alpine=3.24");
  expect(rows({ ...all, targets: undefined })).toHaveLength(2);
});

it("has twelve digits of its image's digest in a row, and all where all is asked for", () => {
  const digest = `shop/api:1.0@sha256:${"0123456789abcdef".repeat(4)}`;
  const fails: Verdict = { ...note(1), level: "error", names: FAILS };
  const all = report({ ...on("c", fails), workload: workload("c", { image: digest }) });
  const style = { colour: false, width: 120 };
  expect(renderTable(all, style)).toContain("shop/api:1.0@sha256:0123456789ab… ");
  expect(renderTable(all, { ...style, width: 200, whole: true })).toContain(digest);
  expect(renderMarkdown(all)).toContain("sha256:<wbr>0123456789ab…</code>");
  expect(renderComment(all)).toContain("`shop/api:1.0@sha256:0123456789ab…`");
});

describe("a waived finding beside a note", () => {
  const loud: Verdict = { ...note(2), ruleId: "musl-paired-lookup", level: "error", names: FAILS };
  const quiet: Verdict = { ...note(1), except: ["Services written as a.b"] };
  const waived = { reason: "moves away", expires: "2030-01-31" };
  const all = report(on("c", quiet), { ...on("c", loud), waived });

  it("is what the row says, and the note is what counts", () => {
    const [only] = containers(all);
    expect(cellWords(only!, 0)).toBe("all fail, waived until 2030-01-31");
    expect(only!.worst.verdict.level).toBe("note");
    expect(counts(all)).toMatchObject({ affected: 0, notes: 1, waived: 0 });
    expect(renderTable(all, { colour: false, width: 120 })).toMatch(/^✗ affected .* all fail, waived until/m);
    expect(renderMarkdown(all)).toContain("❌ all fail, waived until 2030");
    expect(renderHtml(all)).toMatch(/class="affected">.*<\/b> all fail, waived until 2030-01-31<\/td>/);
  });

  it("has each its own effect on the page", () => {
    const says = [...renderHtml(all).matchAll(/<span class="says">.*<\/span> on (.*?) <span/g)].map(
      ([, one]) => one,
    );
    expect(says).toEqual([
      "<code>the cluster</code>: all resolve but Services written as a.b",
      "<code>the cluster</code>: all fail",
    ]);
  });
});

describe("a container of which it is not known whom it asks", () => {
  const why = {
    code: "pod-dns-unknown",
    message:
      "whether the pod asks the cluster's DNS cannot be told: dnsPolicy is None and no server is written out",
    hint: "Compare its dnsPolicy.",
    weight: "gap",
  } as const;
  const place = (line: number) => ({ file: "a.yaml", line, column: 1, endLine: line, endColumn: 9 });
  const denying = cluster("NXDOMAIN");
  const asking = (lines: readonly number[]): Report => ({
    images: [image(onMusl("1.2.5"))],
    clusters: [denying],
    judgements: lines.flatMap((line) => {
      const who = workload(`c${line}`, { usesClusterDns: "unknown", file: "a.yaml", at: place(line) });
      const verdict = checked(pairedByPart, {
        workload: who,
        image: image(onMusl("1.2.5")),
        cluster: denying,
      });
      return verdict === undefined ? [] : [{ workload: who, image: 0, cluster: 0, verdict }];
    }),
    diagnostics: lines.map((line) => ({ ...why, at: place(line - 2) })),
  });

  it("says in its cell what that hangs on", () => {
    const [only] = containers(asking([10]));
    expect(cellWords(only!, 0)).toBe("all fail if it asks this DNS");
  });

  it("has its reason told once, with the lines that leave it open", () => {
    const all = asking([10, 20]);
    expect(unknownCauses(all)).toEqual([
      {
        text: `W${why.message.slice(1)}: 2 images.`,
        hint: why.hint,
        list: ["a.yaml:8:1", "a.yaml:18:1"],
        gap: true,
      },
    ]);
    expect(noteCauses(all)).toEqual([]);
    const [cause] = unknownCauses(asking([10]));
    expect(cause?.text).toMatch(
      /^Whether c10 resolves names on .* is not known: whether the pod asks .* None and/,
    );
  });
});

describe("the words of a cause", () => {
  const verdict = (text: string, more: Partial<Verdict> = {}): Verdict => ({
    ...note(1),
    ruleId: "aaaa-denied",
    level: "warning",
    summary: text,
    ...more,
  });
  const alone = (one: Verdict): Judgement => ({ cluster: 0, verdict: one });
  const named = (name: string, ...judgements: Judgement[]): Report => ({
    ...report(...judgements),
    clusters: [{ ...cluster("NXDOMAIN"), name }],
  });

  it("keep the letters of a cluster's name, and give a sentence that begins otherwise its capital", () => {
    const said = (name: string, text: string) => {
      const all = named(name, alone(verdict(text)));
      return causeWords(all, findingGroups(all)[0]!);
    };
    expect(said("prod", "prod answers AAAA.")).toBe("warning: prod answers AAAA.");
    expect(said("prod", "turning it on breaks prod.")).toBe("warning: Turning it on breaks prod.");
  });

  it("name the root zone, whose dot would be a full stop", () => {
    const zones = ["cluster.local.", "."].map((zone, i) =>
      alone(
        verdict("prod answers AAAA.", { concerns: [zone], at: { ...note(i + 1).at!, file: "dns.yaml" } }),
      ),
    );
    const all = named("prod", ...zones);
    expect(causeWords(all, findingGroups(all)[0]!)).toMatch(/ The same holds for the root zone \(\.\)\.$/);
  });

  it("tell once what is waived in two zones of a cluster", () => {
    const waived = { reason: "later", expires: "2999-01-01" };
    const zones = ["cluster.local.", "."].map((zone) => ({
      ...alone(verdict("prod answers AAAA.", { concerns: [zone] })),
      waived,
    }));
    expect(waivedLines(named("prod", ...zones))).toEqual(["prod (aaaa-denied): later, until 2999-01-01"]);
  });

  it("say where `there` is, of several containers", () => {
    const open = ["a", "b"].map((name) =>
      on(
        name,
        verdict(`Whether ${name} resolves is not known.`, {
          ruleId: "musl-paired-lookup",
          outcome: "unknown",
          because: "AAAA is answered NXDOMAIN there, and the loader is not known",
        }),
      ),
    );
    const [cause] = unknownCauses(named("prod", ...open));
    expect(cause?.text).toMatch(/^On prod: AAAA is answered NXDOMAIN there, and the loader is not known: /);
  });

  it("tell once of layers of several images that fail alike", () => {
    const failed = (subject: string) => ({
      code: "layer-unreadable" as const,
      message: `${subject}: layer 1 of 1 could not be read: it is gone.`,
      reason: "layers could not be read: it is gone",
      hint: "Push it.",
      weight: "gap" as const,
      subject,
    });
    const causes = noteCauses({ ...report(), diagnostics: ["a:1", "b:1"].map(failed) });
    expect(causes).toEqual([
      {
        text: "Layers could not be read: it is gone: 2 images.",
        hint: "Push it.",
        list: ["a:1", "b:1"],
        gap: true,
      },
    ]);
  });
});
