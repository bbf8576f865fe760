import { describe, expect, it } from "vitest";
import type { Patch, Report } from "../../src/model/report.ts";
import { renderComment } from "../../src/report/comment.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderTable } from "../../src/report/table.ts";
import { named } from "../../src/model/workload-names.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

const GLIBC = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] } as const;
const OPEN = { kind: "unknown", reason: "Its start could not be followed.", chain: [] } as const;
const at = { file: "deploy/coredns.yaml", line: 9, column: 1, endLine: 9, endColumn: 9 };
const patch: Patch = {
  file: "deploy/coredns.yaml",
  because: "NOERROR says that there is no such record",
  diff: "--- a/deploy/coredns.yaml\n+++ b/deploy/coredns.yaml\n@@ -9,3 +9,3 @@\n a\n-rcode NXDOMAIN\n+rcode NOERROR\n b\n",
  remedies: ["answer-nodata"],
};

/** A report on so many images that are hit, and on some of which it is not known or that are not. */
function reportOn(hit: number, path = "registry.example.com/team"): Report {
  const images = [
    ...Array.from({ length: hit }, (_, i) => image(onMusl("1.2.5"), `${path}/app-${i}:1.0`)),
    ...[0, 1, 2].map((i) => image(OPEN, `${path}/odd-${i}:1.0`)),
    ...[0, 1, 2].map((i) => image(GLIBC, `${path}/fine-${i}:1.0`)),
  ];
  const made = report(images, cluster("NXDOMAIN"), { patches: [patch] });
  const judgements = made.judgements.map((one, i) => {
    const key = {
      root: "overlays/production",
      kind: "deployment",
      namespace: "",
      name: `app-${i}`,
      container: "server",
    };
    const of = named({ ...one.workload!, key, role: "container", apart: "overlays/production" });
    return { ...one, ...(one.workload !== undefined && { workload: { ...of, at } }) };
  });
  return { ...made, judgements };
}

/** What is seen before anything is unfolded: titles of what is folded count. */
function unfolded(markdown: string): readonly string[] {
  const seen = markdown.replace(/(<details><summary>.*<\/summary>)[\s\S]*?<\/details>/g, "$1");
  return seen.split(/\n|<br>/).filter((line) => line !== "");
}

describe("a comment", () => {
  const text = renderComment(reportOn(1)) ?? "";

  it("says what is so, then what mends it once, then who is hit, then what else could be done and what is not known", () => {
    const order = [
      "### ❌ muslgate finds 1 container unable to resolve any name",
      "**This change mends it**",
      "#### Who is hit",
      "deployment/app-0, container server",
      "<details><summary>What else could be done</summary>",
      "<details><summary>Not known</summary>",
    ].map((one) => text.split(one).map((part) => part.length));
    // Each once, each behind the one before it.
    expect(order.map((parts) => parts.length)).toEqual(order.map(() => 2));
    const places = order.map(([before = 0]) => before);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("fits a screen with one finding", () => {
    expect(unfolded(text).length).toBeLessThanOrEqual(24);
  });
});

describe("a summary", () => {
  it("fits a screen with ten that are hit, and folds what is not known and what is not affected", () => {
    const text = renderMarkdown(reportOn(10));
    const seen = unfolded(text);
    expect(seen.filter((line) => line.includes("❌ all fail"))).toHaveLength(10);
    expect(seen.length).toBeLessThanOrEqual(45);
    expect(seen.join("\n")).not.toMatch(/odd-\d|fine-\d/);
    expect(text).toContain("<summary>❔ Not known: 3 images</summary>");
    expect(text).toContain("<summary>✅ Not affected: 3 images</summary>");
  });

  it("has no cell that cannot be broken to the width of a phone, whatever an image is called", () => {
    const long = `registry.example.com/${"deep/".repeat(20)}team`;
    const rows = renderMarkdown(reportOn(2, long)).match(/^\| <code>.*$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(2);
    for (const cell of rows.flatMap((row) => row.split(" | "))) {
      for (const piece of cell.replace(/<\/?code>/g, "").split(/ |<w?br>/)) {
        expect(piece.length, piece).toBeLessThanOrEqual(24);
      }
    }
  });
});

describe("the table", () => {
  it("has one place for what to do, where the patch stands before the other ways", () => {
    for (const width of [60, 80, 120, 200]) {
      const table = renderTable(reportOn(2), { colour: false, width });
      expect(table.match(/^What to do$/gm)).toHaveLength(1);
      const [, told = ""] = table.split("\nWhat to do\n");
      expect(told).toMatch(/^1\. Change deploy\/coredns\.yaml: /);
      expect(told.match(/^\d+\. /gm)?.length).toBeGreaterThan(1);
      expect(told).toContain("     +rcode NOERROR");
    }
  });
});

describe("what a Dockerfile makes", () => {
  it("is called by its file, and by what it is based on, apart from whoever runs that itself", () => {
    const made = report([image(onMusl("1.2.5"), "alpine:3.20")], cluster("NXDOMAIN"));
    const [one] = made.judgements;
    const key = { root: "", kind: "dockerfile", namespace: "", name: "", container: "run" };
    const by = named({ ...one!.workload!, key, role: "base image", file: "api/Dockerfile" });
    const both = { ...made, judgements: [one!, { ...one!, workload: by }] };
    const table = renderTable(both, { colour: false, width: 120 });
    expect(table).toMatch(/^✗ affected +alpine:3\.20 +musl/m);
    expect(table).toMatch(/^✗ affected +FROM alpine:3\.20 +image of api\/Dockerfile, stage run +musl/m);
    expect(renderMarkdown(both)).toContain("<code>FROM alpine:<wbr>3.20</code><br>image of api/");
  });
});

describe("without any cluster", () => {
  it("there is one sentence for the run and one row an image", () => {
    const nothing = { ...cluster("unknown"), basis: "nothing" as const, sources: [], at: undefined };
    const images = [
      image(onMusl("1.2.5"), "a:1"),
      image(onMusl("1.2.4"), "b:1"),
      image(onMusl("1.1.24"), "c:1"),
    ];
    const table = renderTable(report(images, nothing), { colour: false, width: 120 });
    expect(table.match(/^\? unknown +[abc]:1 /gm)).toHaveLength(3);
    expect(table).toMatch(/\? unknown +a:1 +musl 1\.2\.5 +all fail where AAAA is denied\n/);
    expect(table.match(/Which cluster they run on is not said/g)).toHaveLength(1);
    expect(table.match(/^1\. Say how the cluster answers/gm)).toHaveLength(1);
  });
});
