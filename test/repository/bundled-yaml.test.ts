import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tested from "yaml";

const folder = mkdtempSync(join(tmpdir(), "muslgate-bundled-yaml-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bundle has another build of the library than the tests import: both must read and write the same. */
describe("the YAML library in the bundle", () => {
  let bundled: typeof tested;

  beforeAll(async () => {
    const { leftOut } = (await import(pathToFileURL(resolve("scripts/left-out.mjs")).href)) as {
      leftOut: () => Plugin;
    };
    const file = join(folder, "yaml.mjs");
    const bundle = await rolldown({ input: "yaml", platform: "node", plugins: [leftOut()] });
    await bundle.write({ file, format: "esm" });
    await bundle.close();
    bundled = (await import(pathToFileURL(file).href)) as typeof tested;
  });

  const said = (yaml: typeof tested, text: string) =>
    yaml.parseAllDocuments(text, { logLevel: "silent" }).map((one) => ({
      errors: one.errors.map(({ code, message, pos }) => ({ code, message, pos })),
      warnings: one.warnings.map(({ code, message, pos }) => ({ code, message, pos })),
      value: one.errors.length === 0 ? one.toJS({ maxAliasCount: 100 }) : undefined,
      text: one.errors.length === 0 ? String(one) : "",
    }));

  it.each([
    [
      "a manifest",
      "kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - image: 'a:1'\n---\n[1, 0o7, ~]\n",
    ],
    ["anchors and merges", "a: &a {b: 1}\nc:\n  <<: *a\n  d: *a\n"],
    ["an older version", "%YAML 1.1\n---\n{a: yes, b: 0777, c: 2001-12-14t21:59:43.10-05:00, d: 1:30}\n"],
    ["blocks", "a: |+\n  b\n\nc: >-\n  d\n  e\n# end\n"],
    ["bytes", "a: !!binary aGVsbG8=\n"],
    ["bytes in base64 that browsers refuse", "a: !!binary aGVs_bG8=*\nb: !!binary |\n  aGVs\n  bG8\n"],
    ["sets and pairs", "a: !!set {b, c}\nd: !!omap [{e: 1}]\nf: !!pairs [{g: 1}, {g: 2}]\n"],
    ["tags of others", "a: !Ref b\nc: !!str 1\nd: !!int x\n"],
    ["what is no YAML", "a: [\nb: 'c\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["a tab", "a:\n\tb: 1\n"],
  ])("reads and writes %s as Node's build does", (_, text) => {
    expect(said(bundled, text)).toEqual(said(tested, text));
  });
});
