import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { counts } from "../../src/report/arrange.ts";
import { JSON_VERSION, jsonParts, jsonText, renderJson } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { renderTable } from "../../src/report/table.ts";
import { named } from "../../src/model/workload-names.ts";
import type { WorkloadKey } from "../../src/model/workload-key.ts";
import type { Report } from "../../src/model/report.ts";
import { CONTAINER_RULES, RULES } from "../../src/rules/index.ts";
import fc from "../support/property.ts";
import { cluster, image, onMusl, report, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const at = { file: "deploy/node-local-dns.yaml", line: 17, column: 11, endLine: 17, endColumn: 25 };
const denied = {
  kind: "NXDOMAIN",
  because: "`rcode NXDOMAIN` of the template answers it.",
  at,
} as const;
const on = cluster("NXDOMAIN", "NXDOMAIN", {
  name: "deploy/node-local-dns.yaml",
  answers: { internal: denied, external: denied },
  evidence: [
    { text: "The template denies every AAAA.", confidence: "measured", source: "deploy/node-local-dns.yaml" },
  ],
});
const sample = report(
  [
    image(onMusl("1.2.2", { runtime: "node" }), "shop/api:1.0"),
    image(onMusl("1.2.5"), "shop/web:7"),
    image(
      { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [{ text: "/bin/bash" }] },
      "shop/reports:1.0",
    ),
    image({ kind: "unknown", reason: "The entry point /app is not in the image.", chain: [] }, "shop/odd:1"),
  ],
  on,
  {
    diagnostics: [
      {
        code: "image-unreadable",
        message: "shop/gone:1: no such file.",
        hint: "Check the path.",
        weight: "gap",
      },
    ],
  },
);
const tool = { version: "0.0.0", homepage: "https://example.com/muslgate" };
const golden = (name: string) => `./golden/${name}`;

describe("golden reports", () => {
  it("table, narrow and wide", async () => {
    await expect(renderTable(sample, { colour: false, width: 80 })).toMatchFileSnapshot(
      golden("table-80.txt"),
    );
    await expect(renderTable(sample, { colour: false, width: 120 })).toMatchFileSnapshot(
      golden("table-120.txt"),
    );
  });
  it("table in colour says the same", () => {
    const coloured = renderTable(sample, { colour: true, width: 100 });
    expect(coloured).toContain("\u001b[31m");
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderTable(sample, { colour: false, width: 100 }));
  });
  it("json", async () => {
    await expect(renderJson(sample)).toMatchFileSnapshot(golden("report.json"));
  });
  it("json in parts is the same as in one, whatever is in it", () => {
    const value = fc.jsonValue({ maxDepth: 3, stringUnit: "binary" });
    const items = fc.array(fc.oneof(value, fc.record({ text: fc.constantFrom("a\nb", "\u2028", '"\\') })));
    const given = fc.record({
      images: items,
      diagnostics: items,
      patches: fc.option(items, { nil: undefined }),
    });
    fc.assert(
      fc.property(given, (some) => {
        const other = { ...sample, ...some, judgements: [] } as unknown as Report;
        const whole = jsonText({ version: JSON_VERSION, summary: counts(other), ...other });
        expect([...jsonParts(other)].join("")).toBe(whole);
      }),
    );
  });
  it("sarif", async () => {
    await expect(renderSarif(sample, RULES, tool)).toMatchFileSnapshot(golden("report.sarif"));
  });
  it("markdown", async () => {
    await expect(renderMarkdown(sample)).toMatchFileSnapshot(golden("report.md"));
  });
  it("annotations", async () => {
    const text = JSON.stringify(annotationsOf(sample), null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot(golden("annotations.json"));
  });
});

describe("platforms of one image", () => {
  const arm = { os: "linux", architecture: "arm64" };
  const variants = (process: StartProcess, other: StartProcess) => {
    const made = report([image(process), { ...image(other), platform: arm }], on);
    const names = ["linux/amd64", "linux/arm64"];
    const judgements = made.judgements.map((one) => {
      const variant = names[one.image ?? 0] ?? "";
      return { ...one, workload: named({ ...one.workload!, variant }) };
    });
    return renderTable({ ...made, judgements }, { colour: false, width: 120 });
  };
  const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };

  it("are one row where they start the same", () => {
    expect(variants(onMusl("1.2.2"), onMusl("1.2.2"))).toContain(
      "shop/api:1.0 (linux/amd64, linux/arm64)  musl 1.2.2",
    );
  });
  it("are a row each where they differ", () => {
    const table = variants(onMusl("1.2.2"), glibc);
    expect(table).toMatch(/✗ affected +shop\/api:1\.0 \(linux\/amd64\) +musl 1\.2\.2/);
    expect(table).toMatch(/✓ not affected +shop\/api:1\.0 \(linux\/arm64\) +glibc/);
  });
  it("keep the name that their reference has, whatever it ends in", () => {
    const odd = "shop/x (linux/amd64)";
    const made = report([image(onMusl("1.2.2"), odd)], on);
    const judgements = made.judgements.map((one) => ({
      ...one,
      workload: named({ ...one.workload!, variant: "linux/amd64" }),
    }));
    expect(renderTable({ ...made, judgements }, { colour: false, width: 120 })).toContain(
      "shop/x (linux/amd64) (linux/amd64)  musl",
    );
  });
});

describe("several clusters", () => {
  const other = { ...on, name: "staging", answers: cluster("NODATA").answers };
  const third = { ...other, name: "dev" };
  const onAll = (clusters: readonly (typeof on)[]) => {
    const judged = clusters.map((one) =>
      report([image(onMusl("1.2.2")), image(onMusl("1.1.24"), "shop/old:1")], one),
    );
    const judgements = judged.flatMap((one, i) => one.judgements.map((each) => ({ ...each, cluster: i })));
    return { ...(judged[0] as Report), clusters, judgements };
  };

  it("are columns of one row an image, and containers are counted once", () => {
    const table = renderTable(onAll([on, other]), { colour: false, width: 120 });
    expect(table).toMatch(/IMAGE +RESOLVES WITH +deploy\/node-local-dns\.yaml +staging\n/);
    expect(table).toMatch(/✗ affected +shop\/api:1\.0 +musl 1\.2\.2 +all fail +all resolve\n/);
    expect(table).toMatch(/\n1 affected · 1 not affected\n$/);
  });
  it("share a column where they say the same", () => {
    const table = renderTable(onAll([on, other, third]), { colour: false, width: 120 });
    expect(table).toMatch(/ +staging, dev\n/);
  });
  it("are called by their files, broken at slashes, where there is no room for the whole path", () => {
    const prod = { ...on, name: "clusters/production/coredns.yaml" };
    const staging = { ...other, name: "clusters/staging/coredns.yaml" };
    const table = renderTable(onAll([prod, staging]), { colour: false, width: 60 });
    expect(table).toMatch(
      / +clusters\/ +clusters\/\n +production\/ +staging\/\n +coredns\.yaml +coredns\.yaml\n/,
    );
    expect(table).toMatch(/✗ affected +shop\/api:1\.0 +all fail +all resolve\n/);
  });
  it("are lines where there is no room for columns, none of which is longer than the terminal where it can be broken", () => {
    const table = renderTable(onAll([on, other]), { colour: false, width: 40 });
    expect(table).toContain("  staging: all resolve\n");
    for (const line of table.split("\n")) {
      if (line.length > 40) expect(line.trim()).not.toMatch(/[ /,]./);
    }
  });
  it("have no line that is longer than the terminal where it can be broken, however many rows are left out", () => {
    const well = Array.from({ length: 20 }, (_, i) => image(onMusl("1.1.24"), `shop/old-${i}:1`));
    const made = report([image(onMusl("1.2.2")), ...well], on);
    for (const width of [40, 60, 80, 120, 200]) {
      const table = renderTable(made, { colour: false, width, flags: true });
      expect(table.replace(/\s+/g, " ")).toContain("not shown: 20 not affected (--verbose shows all)");
      for (const line of table.split("\n")) {
        // Patches and snippets stand as they are to be pasted.
        if (line.length > width && !line.startsWith("     ")) expect(line.trim()).not.toMatch(/[ /,]./);
      }
    }
  });
  it("never make more than four columns of the summary", () => {
    const answers = ["NODATA", "SERVFAIL", "address", "REFUSED", "no-reply"] as const;
    const many = answers.map((kind, i) => ({ ...on, name: `cluster-${i}`, answers: cluster(kind).answers }));
    for (const clusters of [[on], [on, other], [on, ...many]]) {
      const heads = renderMarkdown(onAll(clusters)).match(/^\|(?:---\|)+$/gm) ?? [];
      expect(heads.length).toBeGreaterThan(0);
      expect(Math.max(...heads.map((line) => line.split("---").length - 1))).toBeLessThanOrEqual(4);
    }
    expect(renderMarkdown(onAll([on, ...many]))).toContain("On `cluster-1, cluster-3, cluster-4`:");
  });
});

describe("json", () => {
  it("has the form that its schema promises", () => {
    const schema = JSON.parse(readFileSync("docs/report.schema.json", "utf8"));
    const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
    validate(JSON.parse(renderJson(sample)));
    expect(validate.errors).toBeNull();
    validate({ ...JSON.parse(renderJson(sample)), surprise: 1 });
    expect(validate.errors).not.toBeNull();
  });
});

describe("sarif", () => {
  const parsed = JSON.parse(renderSarif(sample, RULES, tool));
  it("has one run, one alert a line and rule, every image in its text", () => {
    expect(parsed.runs).toHaveLength(1);
    const [first, second] = parsed.runs[0].results;
    expect(parsed.runs[0].results).toHaveLength(2);
    expect(first.message.text).toMatch(/shop\/api:1\.0.*shop\/web:7/);
    expect(second.level).toBe("warning");
  });
  it("has no tag or digest in an identity", () => {
    const retagged = report([image(onMusl("1.2.2"), "shop/api:2.0")], cluster("NXDOMAIN"));
    const tagged = report([image(onMusl("1.2.2"), "shop/api:1.0")], cluster("NXDOMAIN"));
    const identities = (of: typeof sample) =>
      JSON.parse(renderSarif(of, RULES, tool)).runs[0].results.map(
        ({ ruleId, locations }: { ruleId: string; locations: unknown }) => ({ ruleId, locations }),
      );
    expect(identities(retagged)).toEqual(identities(tagged));
    expect(JSON.stringify(identities(tagged))).toContain("container-images/shop/api");
  });
  it("gives an alert the same fingerprint for the same container, whatever its tag, line and file", () => {
    const api = (reference: string, line: number, parts: Partial<WorkloadKey> = {}) => {
      const key = { root: "", kind: "pod", namespace: "", name: "api", container: "app", ...parts };
      const who = workload(reference, { key, role: "container", at: { ...at, file: `${line}.yaml`, line } });
      const verdict = checked(CONTAINER_RULES[0]!, { workload: who, cluster: on });
      return verdict === undefined ? [] : [{ workload: who, cluster: 0, verdict }];
    };
    const prints = (judgements: Report["judgements"]) =>
      JSON.parse(renderSarif({ ...sample, judgements }, RULES, tool)).runs[0].results.map(
        ({ partialFingerprints }: { partialFingerprints: unknown }) => partialFingerprints,
      );
    const [one, same, other] = prints([
      ...api("api:1", 1),
      ...api("web:2", 2),
      ...api("api:1", 3, { root: "overlays/prod" }),
    ]);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    // Of a line in a file GitHub works its own out, and warns of any other.
    expect(Object.keys(one)).toEqual(["muslgate/v1"]);
    const tagged = (tag: string) =>
      prints(report([image(onMusl("1.2.2"), `shop/api:${tag}`)], cluster("NXDOMAIN")).judgements);
    expect(tagged("1.0")).toEqual(tagged("2.0"));
    expect(Object.keys(tagged("1.0")[0])).toEqual(["primaryLocationLineHash", "muslgate/v1"]);
  });
  it("is there, and empty, when nothing was found", () => {
    const clean = JSON.parse(renderSarif(report([], cluster("NODATA")), RULES, tool));
    expect(clean.runs[0].results).toEqual([]);
  });
});

describe("hostile text", () => {
  const hostile =
    "x\u001b[2J\r\n::error::pwned `@team` <script>alert(1)</script> [a](http://evil) |\u202eevil #1";
  const bad = report(
    [image(onMusl("1.2.2", { chain: [{ text: hostile }], reason: hostile }), hostile)],
    cluster("NXDOMAIN", "NXDOMAIN", {
      name: hostile,
      evidence: [{ text: hostile, confidence: "likely", source: hostile }],
    }),
    { diagnostics: [{ code: "not-followed", message: hostile, hint: hostile, weight: "gap" }] },
  );
  it("moves no terminal and starts no line", () => {
    const table = renderTable(bad, { colour: false, width: 100 });
    expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::/m);
    expect(JSON.stringify(annotationsOf(bad))).not.toMatch(/\\u001b|\\n|\u202e/);
  });
  it("acts nowhere in Markdown", () => {
    const markdown = renderMarkdown(bad);
    const outsideCode = markdown.replace(/(`+)[^`][\s\S]*?\1(?!`)/g, "");
    expect(outsideCode).not.toMatch(/<script|[^\\]\[a\]\(|@team|http:\/\/evil|^::|\u202e|\u001b/m);
  });
  it("stays data in JSON and SARIF", () => {
    expect(JSON.parse(renderJson(bad)).images[0].reference).toBe(hostile);
    expect(renderJson(bad)).not.toMatch(/[\u001b\u202e]/);
    expect(renderSarif(bad, RULES, tool)).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("annotations", () => {
  it("keep within ten of a level and count the rest", () => {
    const many = report(
      Array.from({ length: 30 }, (_, i) => image(onMusl("1.2.2"), `shop/app-${i}:1`)),
      cluster("NXDOMAIN"),
    );
    const { shown, left } = annotationsOf(many);
    expect(shown).toHaveLength(10);
    expect(left).toBe(20);
  });
});
