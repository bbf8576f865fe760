import { spawnSync } from "node:child_process";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { renderGitlab } from "../../src/report/gitlab.ts";
import { renderJunit } from "../../src/report/junit.ts";
import { renderPrometheus } from "../../src/report/prometheus.ts";
import { describeWith } from "../support/parts.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

const at = { file: "./deploy/node-local-dns.yaml", line: 17, column: 11, endLine: 17, endColumn: 25 };
const denied = { kind: "NXDOMAIN", because: "`rcode NXDOMAIN` of the template answers it.", at } as const;
const on = cluster("NXDOMAIN", "NXDOMAIN", {
  name: "deploy/node-local-dns.yaml",
  answers: { internal: denied, external: denied },
});
const made = report(
  [
    image(onMusl("1.2.2", { runtime: "node" }), "shop/api:1.0"),
    image(onMusl("1.2.5"), "shop/old:7"),
    image(onMusl("1.2.5"), "shop/waived:7"),
    image({ kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] }, "shop/reports:1.0"),
    image({ kind: "unknown", reason: "The entry point /app is not in it.", chain: [] }, "shop/odd:1"),
  ],
  on,
  {
    diagnostics: [
      { code: "image-unreadable", message: "shop/gone:1: no such file.", hint: "Check it.", weight: "gap" },
      { code: "waiver-unused", message: "It covers nothing.", hint: "Take it out.", weight: "notice" },
    ],
  },
);
const sample: Report = {
  ...made,
  judgements: made.judgements.map((one) => {
    if (one.workload?.image === "shop/old:7") return { ...one, status: "existing" };
    if (one.workload?.image !== "shop/waived:7") return one;
    return { ...one, waived: { reason: "goes away", expires: "2030-01-31" } };
  }),
};
const hostile =
  'x\u001b[2J\r\n::error::pwned ##[error] </failure> ]]> & "quoted" \u202eevil \ufffe\ud800 \u0085';
const bad = report(
  [image(onMusl("1.2.2", { chain: [{ text: hostile }], reason: hostile }), hostile)],
  cluster("NXDOMAIN", "NXDOMAIN", {
    name: hostile,
    answers: {
      internal: { ...denied, because: hostile, at: { ...at, file: hostile } },
      external: { ...denied, because: hostile, at: { ...at, file: hostile } },
    },
  }),
  { diagnostics: [{ code: "not-followed", message: hostile, hint: hostile, weight: "gap" }] },
);
const empty = report([], cluster("NODATA"));

describe("JUnit", () => {
  it("golden", async () => {
    await expect(renderJunit(sample)).toMatchFileSnapshot("./golden/report.junit.xml");
  });
  it("passes nothing that is not known, and fails nothing that was there before or is waived", () => {
    const text = renderJunit(sample);
    const ends = (who: string) =>
      [...text.matchAll(/<testcase ([^>]*?)(\/?)>\s*(?:<(\w+))?/g)]
        .filter(([, attributes]) => attributes?.includes(`name="${who}"`))
        .map(([, , closed, element]) => (closed === "/" ? "passed" : element));
    expect(ends("shop/api:1.0")).toContain("failure");
    expect(ends("shop/odd:1")).toContain("skipped");
    expect(ends("shop/odd:1")).not.toContain("passed");
    expect(new Set(ends("shop/old:7"))).toEqual(new Set(["skipped"]));
    expect(new Set(ends("shop/waived:7"))).toEqual(new Set(["skipped"]));
    expect(new Set(ends("shop/reports:1.0"))).toEqual(new Set(["passed"]));
    expect(text).toContain('classname="muslgate.image-unreadable"');
    expect(text).not.toContain("waiver-unused");
  });
  it("has a case for what could not be known of clusters, each once", () => {
    const gap = {
      code: "yaml-unreadable",
      message: "dns.yaml is no YAML",
      hint: "h",
      weight: "gap",
    } as const;
    const one = cluster("NODATA", "NODATA", { diagnostics: [gap] });
    const text = renderJunit({ ...report([], one), clusters: [one, one] });
    expect(text.match(/muslgate\.yaml-unreadable/g)).toHaveLength(1);
    expect(text).toContain('<skipped type="unknown" message="dns.yaml is no YAML.">');
  });
  it("fails for what the run fails for, and skips what is quieter with its words", () => {
    const quiet = sample.judgements.map((one): Report["judgements"][number] => ({
      ...one,
      verdict: { ...one.verdict, level: "note" },
    }));
    const text = renderJunit({ ...sample, judgements: quiet });
    expect(text).toContain(' failures="0" ');
    expect(text).toMatch(/<skipped type="note" message="shop\/api:1\.0 resolves with musl 1\.2\.2, /);
    expect(renderJunit({ ...sample, judgements: quiet }, "note")).toContain(
      '<failure type="note" message="shop',
    );
    expect(renderJunit(sample)).toContain('<failure type="error"');
    expect(renderJunit(sample, "never")).not.toContain("<failure");
  });
  it("keeps hostile text inert", () => {
    const text = renderJunit(bad);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufffe\ud800-\udfff]|^\s*::/m);
    expect(text.match(/<\/failure>/g)).toHaveLength(renderJunit(bad).match(/<failure /g)?.length ?? 0);
  });
});

describeWith({ programs: ["xmllint"] }, "JUnit, by xmllint", () => {
  const validate = (xml: string) =>
    spawnSync("xmllint", ["--noout", "--schema", "test/support/junit.xsd", "-"], {
      input: xml,
      encoding: "utf8",
    });
  it.each([
    ["a report", renderJunit(sample)],
    ["hostile text", renderJunit(bad)],
    ["nothing found", renderJunit(empty)],
  ])("takes %s", (_, xml) => {
    const { status, stderr } = validate(xml);
    expect(stderr).toContain("- validates");
    expect(status).toBe(0);
  });
  it("refuses what has one attribute more, and what is not closed", () => {
    const xml = renderJunit(sample);
    expect(validate(xml.replace("<testcase ", '<testcase colour="red" ')).status).not.toBe(0);
    expect(validate(xml.replace("</testsuites>", "")).status).not.toBe(0);
  });
});

/** docs.gitlab.com/ci/testing/code_quality, "Code Quality report format". */
const GITLAB = {
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    properties: {
      description: { type: "string", minLength: 1 },
      check_name: { type: "string", pattern: "^[a-z-]+$" },
      fingerprint: { type: "string", pattern: "^[0-9a-f]{64}$" },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        additionalProperties: false,
        required: ["path", "lines"],
        properties: {
          path: { type: "string", minLength: 1, not: { type: "string", pattern: "^\\./" } },
          lines: {
            type: "object",
            additionalProperties: false,
            required: ["begin"],
            properties: { begin: { type: "integer", minimum: 1 } },
          },
        },
      },
    },
  },
};

describe("GitLab Code Quality", () => {
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(GITLAB);
  it("golden", async () => {
    await expect(renderGitlab(sample)).toMatchFileSnapshot("./golden/gitlab.json");
  });
  it.each([
    ["a report", sample],
    ["hostile text", bad],
    ["nothing found", empty],
  ])("has the documented fields: %s", (_, one) => {
    const issues = JSON.parse(renderGitlab(one));
    validate(issues);
    expect(validate.errors).toBeNull();
    expect(issues.length > 0).toBe(one !== empty);
  });
  it("gives each issue a fingerprint of its own, the same whatever the line", () => {
    const prints = (of: Report) =>
      JSON.parse(renderGitlab(of)).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    const twice = { ...sample, judgements: [...sample.judgements, ...sample.judgements] };
    expect(prints(twice)).toEqual(prints(sample));
    // The same cluster in two files' words: alike in all that identifies them, and still two.
    const moved = sample.judgements.map((one) => ({
      ...one,
      verdict: { ...one.verdict, at: { ...at, line: 40 } },
    }));
    expect(prints({ ...sample, judgements: moved })).toContain(prints(sample)[0]);
    const both = prints({ ...sample, judgements: [...sample.judgements, ...moved] });
    expect(new Set(both).size).toBe(both.length);
  });
  it("keeps hostile text inert", () => {
    expect(renderGitlab(bad)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800-\udfff]/);
  });
});

describe("Prometheus", () => {
  it("golden", async () => {
    await expect(renderPrometheus(sample)).toMatchFileSnapshot("./golden/report.prom");
  });
  it("counts what was there before, what is waived and what is not known apart", () => {
    const text = renderPrometheus(sample);
    const on = 'cluster="deploy/node-local-dns.yaml"';
    expect(text).toContain(`muslgate_containers{${on},outcome="affected",state="counted"} 1\n`);
    expect(text).toContain(`muslgate_containers{${on},outcome="affected",state="existing"} 1\n`);
    expect(text).toContain(`muslgate_containers{${on},outcome="affected",state="waived"} 1\n`);
    expect(text).toContain(`muslgate_containers{${on},outcome="unknown",state="counted"} 1\n`);
    expect(text).toContain(`muslgate_containers{${on},outcome="not-affected",state="counted"} 1\n`);
  });
  it("has every outcome where there is nothing, and no gap", () => {
    const text = renderPrometheus(empty);
    expect(text.match(/^muslgate_containers\{.*\} 0$/gm)).toHaveLength(3);
    expect(text).toMatch(/^muslgate_gaps 0$/m);
  });
  it("lets no name make a line, a label or a series that is there twice", () => {
    const twice = { ...bad, clusters: [...bad.clusters, ...bad.clusters] };
    const series = renderPrometheus(twice).split("\n").slice(0, -1);
    for (const line of series)
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) .*|muslgate_[a-z]+(?:\{(?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)*\})? \d+)$/,
      );
    const names = series.filter((line) => !line.startsWith("#")).map((line) => line.replace(/ \d+$/, ""));
    expect(new Set(names).size).toBe(names.length);
    // oxlint-disable-next-line no-control-regex
    expect(series.join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800]/);
  });
});
