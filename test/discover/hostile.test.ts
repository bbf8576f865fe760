// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { HelmPort } from "../../src/discover/kinds/helm-render.ts";
import type { RepositoryLimits } from "../../src/model/repository-limits.ts";
import { estimateFromTag } from "../../src/judge/tag-estimate.ts";
import { type FileTree, MOST_FILE_BYTES } from "../../src/tree/file-tree.ts";
import { yamlBudget } from "../../src/yaml/budget.ts";
import { readYaml } from "../../src/yaml/nodes.ts";
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
  ..."kind: Pod;apiVersion: v1;apiVersion: argoproj.io/v1;kind: Application;metadata: {name: a};spec:;containers:;initContainers:;image: a:1;image:;repository: x;tag: '1';name: a;command: [a];dnsPolicy: None;dnsConfig: {nameservers: [1.1.1.1]};env: [{name: A, value: $(A)}];envFrom: [{configMapRef: {name: a}}];volumeMounts: [{name: a, mountPath: /etc/resolv.conf}];volumes: [{name: a, configMap: {name: a}}];livenessProbe: {exec: {command: [a]}};kind: ConfigMap;ENV A=$A$A;HEALTHCHECK CMD a;services:;build: .;jobs:;container: a:1;images:;newTag: 2;newName: b;resources: [a.yaml, .];patches: [{path: a.yaml}];data: {Corefile: x};appVersion: 1;helm: {values: \"image: a:1\"};valuesObject:;FROM a:1 AS b;FROM b;ARG A=1;COPY --from=b x y;RUN <<E;__proto__: {image: a:1};constructor: x".split(
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
      { numRuns: 300 },
    );
  });

  function inside(
    files: Readonly<Record<string, string>>,
    at: { file: string; line: number; column: number; endLine: number; endColumn: number } | undefined,
  ) {
    expect(at).toBeDefined();
    if (at === undefined) return;
    const lines = files[at.file]?.split(/\r?\n/) ?? [];
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
    ["aliases that double", bomb(20), "(limit yamlNodes=500000)"],
    ["merge keys that double", `m-1: &m-1 {image: a}\n${merges.join("\n")}`, ""],
    ["an alias to itself", "image: &a [*a]\ncontainers: *a", ""],
    ["brackets", `kind: Pod\nimage: ${"[".repeat(100_000)}`, "nested too deeply"],
    ["closed brackets", `kind: Pod\nimage: ${"[".repeat(400)}${"]".repeat(400)}`, "nested too deeply"],
    [
      "maps",
      `kind: Pod\n${Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}image:`).join("\n")}`,
      "nested too deeply",
    ],
    ["dashes", `kind: Pod\nimage: 1\nx:\n${"- ".repeat(50_000)}a`, "nested too deeply"],
    ["question marks", `kind: Pod\nimage: 1\n${"? ".repeat(50_000)}a`, "nested too deeply"],
    ["anchors", `image: ${"&a ".repeat(50_000)}`, ""],
    ["templates", `image: ${"{{".repeat(200_000)}`, ""],
    ["words with hyphens", `kind: ConfigMap\nx: {"x": "forward ${"a-".repeat(200_000)}`, ""],
    [
      "here-documents in each other",
      `kind: ConfigMap\ndata:\n  a: |\n${Array.from({ length: 8_000 }, (_, i) => `    <<A${i}\n`).join("")}    .:53 {\n${Array.from({ length: 8_000 }, (_, i) => `    A${7_999 - i}\n`).join("")}`,
      "",
    ],
    [
      "here-documents that nobody ends",
      `kind: ConfigMap\ndata:\n  a: |\n    containers forward {\n${"    <<A\n".repeat(150_000)}`,
      "",
    ],
    ["many documents", "---\nimage: a\n".repeat(5_000), ""],
    ["a long list", `containers:\n${"- image: a:1\n".repeat(11_000)}`, "(limit workloads=10000)"],
    ["a file past the bound", `image: ${"x".repeat(MOST_FILE_BYTES)}`, "it is too large"],
  ])("ends for %s, in a gap where something bounds it", { timeout: 30_000 }, async (_, text, expected) => {
    const { diagnostics } = await discover(memoryTree({ "a.yaml": text }));
    if (expected === "") expect(diagnostics).toEqual([]);
    else expect(diagnostics[0]).toMatchObject({ weight: "gap", message: expect.stringContaining(expected) });
  });

  it.each([
    ["FROM", "FROM a:1\n".repeat(20_000), "a:1"],
    [
      "stages",
      Array.from({ length: 10_000 }, (_, i) => `FROM ${i ? `s${i - 1}` : "a:1"} AS s${i}\n`).join(""),
      "a:1",
    ],
    ["continuations", "FROM a \\\n".repeat(50_000), "a"],
    ["flags", `FROM a:1\nCOPY ${"--from=x:1 ".repeat(50_000)}`, "a:1"],
    ["here-documents", `FROM a:1\nRUN ${"<<E ".repeat(20_000)}\n${"E\n".repeat(20_000)}`, "a:1"],
    ["quotes", `FROM ${'"'.repeat(100_000)}`, "image-not-literal"],
    ["variables", `ARG A=b\nFROM ${"${A:-".repeat(50_000)}`, "image-not-literal"],
    [
      "arguments that double",
      `${Array.from({ length: 40 }, (_, i) => `ARG A${i + 1}=$A${i}$A${i}`).join("\n")}\nFROM $A40`.replace(
        "ARG A1=",
        "ARG A0=xxxxxxxx\nARG A1=",
      ),
      "image-not-literal",
    ],
  ])("ends for a Dockerfile of %s", { timeout: 30_000 }, async (_, text, expected) => {
    const { workloads, diagnostics } = await discover(memoryTree({ Dockerfile: text }));
    expect([...workloads.map(({ image }) => image), ...diagnostics.map(({ code }) => code)]).toEqual([
      expected,
    ]);
  });

  const pods = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `kind: Pod\nmetadata: {name: p${i}}\nspec: {containers: [{name: c, image: a${i}:1}]}\n---\n`,
    ).join("");
  const times = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join("");

  it.each<[string, string, Record<string, string>]>([
    [
      "targets of a Dockerfile of many stages",
      "it is built in too many ways",
      {
        Dockerfile: times(5000, (i) => `FROM a:1 AS s${i}\nCOPY --from=s${i - 1} /a /b\n`),
        "compose.yaml": `services:\n${times(300, (i) => `  s${i}: {build: {context: ., target: s${i}}}\n`)}`,
      },
    ],
    [
      "overrides of many containers",
      "",
      {
        "base/d.yaml": pods(1000),
        "base/kustomization.yaml": "resources: [d.yaml]\n",
        "kustomization.yaml": `resources: [base]\nimages:\n${times(5_000, (i) => `- {name: x${i}, newTag: a}\n`)}`,
      },
    ],
    [
      "overrides that follow one another",
      "(limit overlayChanges=100000)",
      {
        "d.yaml": pods(1000).replaceAll(/image: a\d+/g, "image: x"),
        "kustomization.yaml": `resources: [d.yaml]\nimages:\n${times(5_000, (i) => `- {name: x, newTag: "${i}"}\n`)}`,
      },
    ],
    [
      "patches of one container",
      "",
      {
        "d.yaml": pods(1),
        "p.yaml": pods(1),
        "kustomization.yaml": `resources: [d.yaml]\npatches:\n${times(4_000, () => "- path: p.yaml\n")}`,
      },
    ],
    [
      "variables of one ConfigMap in many containers",
      "(limit startCharacters=16777216)",
      {
        "m.yaml": `kind: ConfigMap\nmetadata: {name: m}\ndata:\n${times(2_000, (i) => `  K${i}: "${"x".repeat(20)}"\n`)}`,
        "p.yaml": pods(1_000).replaceAll("name: c,", "name: c, envFrom: [{configMapRef: {name: m}}],"),
      },
    ],
    [
      "images of one container",
      "",
      {
        "a.yaml": `kind: A\nmetadata: {name: a}\ncontainers:\n- name: a\n${"  image: a:1\n".repeat(10_000)}`,
      },
    ],
  ])(
    "ends for many %s, in a gap where something bounds it",
    { timeout: 30_000 },
    async (_, expected, files) => {
      const { diagnostics } = await discover(memoryTree(files));
      if (expected === "") expect(diagnostics).toEqual([]);
      else expect(diagnostics).toMatchObject([{ weight: "gap", message: expect.stringContaining(expected) }]);
    },
  );
});

describe("the sum of what many files cost", () => {
  const told = async (files: Record<string, string>, limits: Partial<RepositoryLimits>) => {
    const { workloads, diagnostics } = await discover(memoryTree(files), { limits });
    return { workloads, told: diagnostics.map(({ message }) => message), diagnostics };
  };
  const pod = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, image: "a:1"}]}\n`;
  const pods = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}.yaml`, pod(`p${i}`)]));

  it.each<[keyof RepositoryLimits, number, number]>([
    ["workloads", 3, 3],
    ["yamlNodesInAll", 36, 3],
    ["yamlCharacters", 3 * pod("p0").length, 3],
  ])("ends in %s, and says how to raise it", async (name, most, left) => {
    const { workloads, diagnostics } = await told(pods(5), { [name]: most });
    expect(workloads).toHaveLength(left);
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { code, weight, message, hint } of diagnostics) {
      expect([code, weight]).toEqual(["past-limit", "gap"]);
      expect(message).toContain(`(limit ${name}=${most})`);
      expect(hint).toContain(`limit ${name}=${most * 10}`);
    }
  });

  it("has a bound for what could not be read, too", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`p${i}.yaml`, pod(`p${i}`).replace("a:1", "$A")]),
    );
    const { told: messages } = await told(files, { diagnostics: 3 });
    expect(messages).toHaveLength(4);
    expect(messages[3]).toContain("(limit diagnostics=3)");
  });

  it("counts aliases as what they stand for", () => {
    const nodes = (text: string) => {
      const budget = yamlBudget();
      readYaml(text, budget);
      return budget.nodesInAll.spent;
    };
    const plain = nodes("a: [x, x, x, x]\nb: [x, x, x, x]\n");
    expect(nodes("a: &a [x, x, x, x]\nb: *a\n")).toBe(plain);
    expect(nodes("a: &a {k: x, l: x}\nb: {<<: *a}\n")).toBe(nodes("a: {k: x, l: x}\nb: {k: x, l: x}\n"));
  });

  it.each<[string, (levels: number) => string]>([
    [
      "aliases",
      (n) =>
        Array.from(
          { length: n },
          (_, i) => `image${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : "x"}]\n`,
        ).join(""),
    ],
    [
      "aliases in values of GitOps",
      (n) => {
        const values = Array.from(
          { length: n },
          (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : "x"}]`,
        );
        const indented = values.map((line) => `        ${line}\n`).join("");
        return `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    helm:\n      values: |\n${indented}`;
      },
    ],
    [
      "keys in a chain of merges",
      (n) =>
        Array.from(
          { length: n * 100 },
          (_, i) => `m${i}: &m${i} {${i ? `<<: *m${i - 1}, ` : ""}k${i}: image}\n`,
        ).join(""),
    ],
  ])("ends in yamlNodes for %s, whose text is small", async (_, text) => {
    const files = { "values.yaml": text(30) };
    const named = text(1).startsWith("apiVersion") ? { "a.yaml": text(30) } : files;
    const { told: messages } = await told(named, {});
    expect(messages[0]).toContain("(limit yamlNodes=500000)");
  });

  it("holds of tokens before anything is made of them", async () => {
    const { told: messages } = await told(
      { "values.yaml": `image: [${"a,".repeat(600)}]\n` },
      { yamlTokens: 500 },
    );
    expect(messages).toEqual([
      "values.yaml was not read to its end: it has a document of more than 500 tokens (limit yamlTokens=500)",
    ]);
  });

  it("puts long lists on no stack", async () => {
    const entries = "- a\n".repeat(150_000);
    const { diagnostics } = await told(
      { "kustomization.yaml": `resources: &all\n${entries}components: *all\n`, "p.yaml": pod("p") },
      { yamlNodes: 1_000_000, yamlTokens: 10_000_000 },
    );
    expect(diagnostics.map(({ code }) => code)).not.toContain("defect");
  });
});

describe("a defect of ours", () => {
  const broken = (path: string): FileTree => {
    const tree = memoryTree({
      "a.yaml": "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a:1}]}\n",
      "b.yaml": "kind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: c, image: b:1}]}\n",
      Dockerfile: "FROM c:1\n",
      "x/Chart.yaml": "name: x\n",
      "x/values.yaml": "image: d:1\n",
      "y/Chart.yaml": "name: y\n",
      "y/values.yaml": "image: e:1\n",
    });
    const read = async (asked: string) => {
      if (asked === path) throw new TypeError("x is not a function");
      return tree.read(asked);
    };
    return { ...tree, read };
  };

  it.each([
    ["a.yaml", "a.yaml", ["b:1", "d:1", "e:1", "c:1"]],
    ["Dockerfile", "Dockerfile", ["a:1", "b:1", "d:1", "e:1"]],
    ["x/Chart.yaml", "x/Chart.yaml", ["a:1", "b:1", "e:1", "c:1"]],
  ])("in %s costs its own answer", async (path, subject, images) => {
    const { workloads, diagnostics } = await discover(broken(path));
    expect(workloads.map(({ image }) => image)).toEqual(images);
    expect(diagnostics).toMatchObject([
      {
        code: "defect",
        weight: "gap",
        subject,
        message: `${subject}: this is a defect of muslgate: while it was read, x is not a function.`,
      },
    ]);
  });

  it("in rendering a chart leaves what was read of it without Helm", async () => {
    const helm: HelmPort = (folder) =>
      folder === "x" ? Promise.reject(new RangeError("oh")) : Promise.resolve("");
    const { workloads, diagnostics } = await discover(broken(""), { helm });
    expect(workloads.map(({ image }) => image)).toContain("d:1");
    expect(diagnostics.map(({ code, subject }) => [code, subject])).toEqual([["defect", "x/Chart.yaml"]]);
  });
});

describe("files in other encodings", () => {
  const text = "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a:1}]} # \u00fc\n";
  const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");

  it("are read where they are UTF-16", async () => {
    for (const bytes of [utf16, Buffer.from(utf16).swap16(), Buffer.from(text, "utf16le")]) {
      const { workloads, diagnostics } = await discover(memoryTree({ "a.yaml": bytes }));
      expect(workloads.map(({ image, at }) => [image, at?.line])).toEqual([["a:1", 3]]);
      expect(diagnostics).toEqual([]);
    }
  });

  it.each(["a.yaml", "a.yml", "a.json", "m.tf", "Dockerfile", "Corefile", "kustomization.yaml"])(
    "are never passed over in silence: %s",
    async (path) => {
      const { diagnostics } = await discover(memoryTree({ [path]: Buffer.from(`${text}\0`) }));
      expect(diagnostics).toMatchObject([
        {
          code: "file-unreadable",
          message: `${path} could not be read: it is neither UTF-8 nor UTF-16 text`,
        },
      ]);
    },
  );

  it("are nothing to say where the name is not one that is read", async () => {
    const { diagnostics } = await discover(memoryTree({ "a.png": Buffer.from([0, 1, 2, 0]) }));
    expect(diagnostics).toEqual([]);
  });
});
