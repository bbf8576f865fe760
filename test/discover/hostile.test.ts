// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import { estimateFromTag } from "../../src/discover/tag-estimate.ts";
import { MAX_FILE_BYTES } from "../../src/discover/file-tree.ts";
import { found, memoryTree } from "./tree.ts";

/** One path of every kind of file that is read. */
const PATHS = [
  "Dockerfile",
  "compose.yaml",
  "a.yaml",
  "a.json",
  "kustomization.yaml",
  "c/Chart.yaml",
  "c/values.yaml",
  "c/values-x.yaml",
  "c/templates/t.yaml",
  "x/values.yaml",
  ".github/workflows/w.yml",
  "Corefile",
  "m.tf",
];

/** Pieces of all formats, so that chance makes something like them. */
const pieces = fc.constantFrom(
  ..."\n|: |- |  |    |{|}|[|]|,|\"|'|&a |*a|<<: *a|!!x |---\n|...|#|>|\t|\r\n|{{ |}}|{{ .Values.image.tag }}|$|${A:-b}|\\\\|`".split(
    "|",
  ),
  "|\n",
  ..."kind: Pod;apiVersion: v1;apiVersion: argoproj.io/v1;kind: Application;metadata: {name: a};spec:;containers:;initContainers:;image: a:1;image:;repository: x;tag: '1';name: a;command: [a];dnsPolicy: None;dnsConfig: {nameservers: [1.1.1.1]};services:;build: .;jobs:;container: a:1;images:;newTag: 2;newName: b;resources: [a.yaml, .];patches: [{path: a.yaml}];data: {Corefile: x};appVersion: 1;helm: {values: \"image: a:1\"};valuesObject:;FROM a:1 AS b;FROM b;ARG A=1;COPY --from=b x y;RUN <<E;__proto__: {image: a:1};constructor: x".split(
    ";",
  ),
);

const file = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
  fc
    .array(fc.tuple(fc.nat(6), pieces), { maxLength: 30 })
    .map((lines) => lines.map(([indent, text]) => `${" ".repeat(indent)}${text}`).join("\n")),
  fc.string({ unit: "binary", maxLength: 200 }),
);

describe("hostile files", () => {
  it("yields workloads and diagnostics for any text, with places inside their files", async () => {
    const trees = fc.dictionary(fc.constantFrom(...PATHS), file, { minKeys: 1, maxKeys: PATHS.length });
    await fc.assert(
      fc.asyncProperty(trees, async (files) => {
        const { workloads, buildImages, diagnostics } = await found(files);
        for (const { image, at, related } of [...workloads, ...buildImages]) {
          expect(image).toMatch(/^\w[\w.:/@+-]*$/);
          for (const place of [at, ...(related ?? [])]) inside(files, place);
        }
        for (const { message, hint, at } of diagnostics) {
          expect([message, hint]).not.toContain("");
          if (at !== undefined) inside(files, at);
        }
      }),
      { numRuns: 600 },
    );
  });

  function inside(
    files: Readonly<Record<string, string>>,
    at: { file: string; line: number; column: number; endLine: number; endColumn: number } | undefined,
  ) {
    expect(at).toBeDefined();
    if (at === undefined) return;
    const lines = files[at.file]?.split(/\r\n|\n|\r/) ?? [];
    expect(at.line).toBeGreaterThan(0);
    expect(at.line).toBeLessThanOrEqual(lines.length);
    expect(at.column).toBeGreaterThan(0);
    expect(at.column).toBeLessThanOrEqual((lines[at.line - 1]?.length ?? 0) + 3);
    expect(at.endLine).toBeGreaterThanOrEqual(at.line);
  }

  it("estimates any text without throwing", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void estimateFromTag(text)));
  });

  it("is not changed by names objects inherit", async () => {
    const text = `kind: Pod\nmetadata: {name: __proto__}\n__proto__: {polluted: yes}\nspec: {containers: [{name: constructor, image: a:1}]}\n`;
    const files = { "a.yaml": text, "values.yaml": "__proto__: {image: {repository: b, tag: c}}\n" };
    expect((await found(files)).workloads.map(({ image }) => image)).toEqual(["a:1", "b:c"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  const bomb = (levels: number) =>
    ["a0: &a0 [{containers: [{image: x:1}]}]"]
      .concat(
        Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`),
      )
      .join("\n");
  const merges = Array.from(
    { length: 40 },
    (_, i) => `m${i}: &m${i} {<<: [*m${i - 1}, *m${i - 1}], k${i}: image}`,
  );

  it.each([
    ["aliases that double", bomb(20), "gap"],
    ["merge keys that double", `m-1: &m-1 {image: a}\n${merges.join("\n")}`, "none"],
    ["an alias to itself", "image: &a [*a]\ncontainers: *a", "none"],
    ["brackets", `kind: Pod\nimage: ${"[".repeat(100_000)}`, "gap"],
    ["closed brackets", `kind: Pod\nimage: ${"[".repeat(400)}${"]".repeat(400)}`, "gap"],
    [
      "maps",
      `kind: Pod\n${Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}image:`).join("\n")}`,
      "gap",
    ],
    ["dashes", `kind: Pod\nimage: 1\nx:\n${"- ".repeat(50_000)}a`, "gap"],
    ["question marks", `kind: Pod\nimage: 1\n${"? ".repeat(50_000)}a`, "gap"],
    ["anchors", `image: ${"&a ".repeat(50_000)}`, "any"],
    ["templates", `image: ${"{{".repeat(200_000)}`, "any"],
    ["many documents", "---\nimage: a\n".repeat(20_000), "none"],
    ["a long list", `containers:\n${"- image: a:1\n".repeat(20_000)}`, "gap"],
    ["a file past the bound", `image: ${"x".repeat(MAX_FILE_BYTES)}`, "gap"],
  ])("ends soon for %s", { timeout: 30_000 }, async (_, text, expected) => {
    const started = performance.now();
    const { diagnostics } = await discover(memoryTree({ "a.yaml": text }));
    expect(performance.now() - started).toBeLessThan(15_000);
    const weights = diagnostics.map(({ weight }) => weight);
    if (expected === "gap") expect(weights).toContain("gap");
    if (expected === "none") expect(diagnostics).toEqual([]);
  });

  it.each([
    ["FROM", "FROM a:1\n".repeat(20_000)],
    [
      "stages",
      Array.from({ length: 10_000 }, (_, i) => `FROM ${i ? `s${i - 1}` : "a:1"} AS s${i}\n`).join(""),
    ],
    ["continuations", "FROM a \\\n".repeat(50_000)],
    ["flags", `FROM a:1\nCOPY ${"--from=x:1 ".repeat(50_000)}`],
    ["here-documents", `FROM a:1\nRUN ${"<<E ".repeat(20_000)}\n${"E\n".repeat(20_000)}`],
    ["quotes", `FROM ${'"'.repeat(100_000)}`],
    ["variables", `ARG A=b\nFROM ${"${A:-".repeat(50_000)}`],
    [
      "arguments that double",
      `${Array.from({ length: 40 }, (_, i) => `ARG A${i + 1}=$A${i}$A${i}`).join("\n")}\nFROM $A40`.replace(
        "ARG A1=",
        "ARG A0=xxxxxxxx\nARG A1=",
      ),
    ],
  ])("ends soon for a Dockerfile of %s", { timeout: 30_000 }, async (_, text) => {
    const started = performance.now();
    await discover(memoryTree({ Dockerfile: text }));
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  const pods = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `kind: Pod\nmetadata: {name: p${i}}\nspec: {containers: [{name: c, image: a${i}:1}]}\n---\n`,
    ).join("");
  const times = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join("");

  it.each<[string, Record<string, string>]>([
    [
      "targets of a Dockerfile of many stages",
      {
        Dockerfile: times(5000, (i) => `FROM a:1 AS s${i}\nCOPY --from=s${i - 1} /a /b\n`),
        "compose.yaml": `services:\n${times(300, (i) => `  s${i}: {build: {context: ., target: s${i}}}\n`)}`,
      },
    ],
    [
      "overrides of many containers",
      {
        "base/d.yaml": pods(1000),
        "base/kustomization.yaml": "resources: [d.yaml]\n",
        "kustomization.yaml": `resources: [base]\nimages:\n${times(20_000, (i) => `- {name: x${i}, newTag: a}\n`)}`,
      },
    ],
    [
      "overrides that follow one another",
      {
        "d.yaml": pods(1000).replaceAll(/image: a\d+/g, "image: x"),
        "kustomization.yaml": `resources: [d.yaml]\nimages:\n${times(20_000, (i) => `- {name: x, newTag: "${i}"}\n`)}`,
      },
    ],
    [
      "patches of one container",
      {
        "d.yaml": pods(1),
        "p.yaml": pods(1),
        "kustomization.yaml": `resources: [d.yaml]\npatches:\n${times(10_000, () => "- path: p.yaml\n")}`,
      },
    ],
    [
      "images of one container",
      {
        "a.yaml": `kind: A\nmetadata: {name: a}\ncontainers:\n- name: a\n${"  image: a:1\n".repeat(10_000)}`,
      },
    ],
  ])("ends soon for many %s", { timeout: 30_000 }, async (_, files) => {
    const started = performance.now();
    await discover(memoryTree(files));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
