import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { markNotes, notesOf } from "../../src/compare/known-notes.ts";
import { parseReport } from "../../src/compare/earlier-report.ts";
import { MuslgateError } from "../../src/model/error.ts";
import { renderComment } from "../../src/report/comment.ts";
import { renderJson } from "../../src/report/json.ts";
import { answer, cluster, image, onMusl, report } from "../support/profiles.ts";

const at = { file: "Corefile", line: 2, column: 1, endLine: 2, endColumn: 9 };
const some = {
  scope: "external",
  sets: [{ how: "zone", zone: "one.example.", witness: "a.one.example.", says: "names under one.example" }],
  aaaa: answer("NXDOMAIN", at),
  a: answer("passed-on"),
} as const;
const on = cluster("NXDOMAIN", "NODATA", {
  addresses: { internal: answer("passed-on"), external: answer("passed-on", at) },
  parts: [some],
});
const made = report([image(onMusl("1.2.2"))], on, { fixed: ["gone"], patches: [] });
const text = renderJson(made);

describe("a report of an earlier run", () => {
  it("comes back as it was written", () => {
    expect(parseReport("r.json", text)).toMatchObject(JSON.parse(JSON.stringify(made)));
  });

  it.each([
    ["{", "it is not JSON"],
    ["{}", "it is no report of version 1 or 2"],
    ['{"version":"9.0","judgements":[]}', "it is no report of version 1 or 2"],
    ['{"version":"1.0","judgements":[null]}', "images is not as a report has it"],
    [text.replace("{", '{"made":"2026-11-26<script>",'), "made is not as a report has it"],
    [text.replace('"outcome": "affected"', '"outcome": "x"'), "judgements is not as a report has it"],
  ])("is refused where it is none: %j", (written, why) => {
    expect(() => parseReport("r.json", written)).toThrow(`the report r.json cannot be used: ${why}`);
  });

  it("is compared by names where it has no keys, as those of versions before 1.1", () => {
    const old = JSON.parse(text);
    old.version = "1.0";
    for (const one of old.clusters) delete one.sources;
    for (const { workload } of old.judgements)
      for (const field of ["key", "role", "file"]) delete workload?.[field];
    const before = parseReport("old.json", JSON.stringify(old));
    const same = compare(made, before);
    expect(new Set(same.judgements.map(({ status }) => status))).toEqual(new Set(["existing"]));
    const more = report([image(onMusl("1.2.2")), image(onMusl("1.2.2"), "shop/web:1")], cluster("NXDOMAIN"));
    const [, web] = compare(more, before).judgements;
    expect([web?.workload?.name, web?.status]).toEqual(["shop/web:1", "new"]);
  });

  it("never makes later code fail, whatever was put into it", () => {
    const paths = pathsOf(JSON.parse(text));
    const odd = fc.constantFrom("null", "0", "-1", '""', '"x"', "[]", "{}", "[null]", "true", '{"at":null}');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), odd), { maxLength: 3 }), (changes) => {
        const value = JSON.parse(text);
        for (const [path, to] of changes) put(value, path, JSON.parse(to));
        try {
          const read = parseReport("r.json", JSON.stringify(value));
          renderComment(read);
          compare(made, read);
          markNotes(read, notesOf(read));
          renderComment(compare(read, made));
        } catch (error) {
          expect(error).toBeInstanceOf(MuslgateError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function pathsOf(value: unknown, before: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...before, key],
    ...pathsOf(inner, [...before, key]),
  ]);
}

function put(value: unknown, path: readonly string[], to: unknown): void {
  let here = value;
  for (const key of path.slice(0, -1)) here = (here as Record<string, unknown> | null | undefined)?.[key];
  if (typeof here === "object" && here !== null)
    (here as Record<string, unknown>)[path.at(-1) as string] = to;
}
