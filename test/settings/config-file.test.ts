import { imageName } from "../../src/model/image-name.ts";
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { parseReport } from "../../src/compare/earlier-report.ts";
import { readConfig, type Waiver } from "../../src/settings/config-file.ts";
import type { Report } from "../../src/model/report.ts";
import { OPTIONS, type Option } from "../../src/settings/options.ts";
import { exitCode } from "../../src/judge/exit-code.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { renderTable } from "../../src/report/table.ts";
import { RULES } from "../../src/rules/index.ts";
import { waive } from "../../src/judge/waive.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

describe("readConfig", () => {
  it("reads options and waivers", () => {
    const { options, waivers } = readConfig(
      "m.yaml",
      "images:\n  - a:1\n  - b\nautopilot: true\ngke-version: 1.22\nwaivers:\n  - { rule: r, reason: why, expires: 2027-01-31 }\n",
    );
    expect(options).toEqual({ images: ["a:1", "b"], autopilot: true, "gke-version": "1.22" });
    expect(waivers[0]).toMatchObject({
      rule: "r",
      reason: "why",
      expires: "2027-01-31",
      at: { line: 7, column: 5 },
    });
  });
  it.each([
    ["x: [", /^m\.yaml:\d+:\d+: /],
    ["corefil: x", /^m\.yaml:1:1: there is no option "corefil"/],
    ["corefile:", /corefile has no value/],
    ["corefile: /etc/passwd", /^m\.yaml:1:11: corefile is "\/etc\/passwd", which leads out of this folder/],
    ["cluster: [a, ../b]", /cluster is "\.\.\/b", which leads out of this folder/],
    ['baseline: "a\\n ../b"', /baseline is "\.\.\/b", which leads out of this folder/],
    ["corefile: |\n  c.yaml\n  /tmp/x", /corefile is "\/tmp\/x", which leads out of this folder/],
    ["corefile: .git/config", /which leads into git's own folder/],
    ["images: [docker-archive:/root/x.tar]", /images is "\/root\/x\.tar", which leads out of this folder/],
    ["images: oci-layout:///etc", /images is "\/etc", which leads out of this folder/],
    ["images: docker-archive:a/../../b", /which leads out of this folder/],
    ["baseline: /proc/self/environ", /baseline is .* leads out of this folder/],
    ["fail-on: [never]", /^m\.yaml:1:10: fail-on is a list/],
    ["a: &x [1]\ncorefile: *x", /there is no option "a"/],
    ["corefile: &x c.yaml\nbaseline: *x", /^m\.yaml:2:11: baseline is a YAML alias/],
    ["waivers: *x", /^m\.yaml:1:\d+: /],
    ["corefile: a\n---\nfail-on: never", /^m\.yaml:\d+:\d+: it has a second document/],
    ["corefile: a\ncorefile: b", /^m\.yaml:2:1: /],
    ["<<: { fail-on: never }", /there is no option "<<"/],
    ["- a", /it is no map/],
    ["waivers: yes", /waivers is no list/],
    ["clusters: a", /clusters is no list/],
    ["clusters: [a]", /an entry of clusters is no map/],
    ["clusters:\n  - { corefile: c }", /^m\.yaml:2:5: a cluster is without name/],
    ["clusters:\n  - { name: a }", /nothing says how the cluster "a" answers/],
    ["clusters:\n  - { name: a, fail-on: never }", /a cluster has no "fail-on"/],
    ["clusters:\n  - { name: a, corefile: ../c }", /^m\.yaml:2:26: corefile is "\.\.\/c", which leads out/],
    ["clusters:\n  - { name: a, corefile: c, overlays: [] }", /overlays of a cluster is empty, or no text/],
    ["clusters:\n  - { name: a, corefile: c, workloads: [{}] }", /workloads of a cluster is empty, or no/],
    [
      "clusters:\n  - { name: a, corefile: c }\n  - { name: a, corefile: d }",
      /^m\.yaml:3:5: there are two clusters "a"/,
    ],
    ["waivers:\n  - rule: r\n    reason: x", /^m\.yaml:2:5: a waiver is without expires/],
    ["waivers:\n  - { rule: r, reason: x, expires: soon }", /expires is "soon"/],
    ["waivers:\n  - { rule: r, reason: x, expires: 2027-01-31, until: x }", /a waiver has no "until"/],
    ["waivers:\n  - { rule: r, reason: '', expires: 2027-01-31 }", /reason of a waiver is empty/],
  ])("refuses %j with its place", (text, message) => {
    expect(() => readConfig("m.yaml", text)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }),
    );
  });
  it.each(
    Object.entries<Option>(OPTIONS).flatMap(([name, { inFile, secret }]) =>
      inFile === true ? [] : [[name, inFile, secret === true] as const],
    ),
  )("does not take %s from a file, and says where it belongs", (name, why, secret) => {
    const value = "out/s3cret";
    const refused = expect.objectContaining({
      code: "usage",
      message: secret
        ? `m.yaml:2:${name.length + 3}: ${name} cannot be set in this file`
        : `m.yaml:2:${name.length + 3}: ${name} is "${value}", which cannot be set in this file`,
      hint: expect.stringMatching(
        new RegExp(
          `^${why.replaceAll(".", "\\.")} Use .*MUSLGATE_${name.toUpperCase().replaceAll("-", "_")}\\.$`,
        ),
      ),
    });
    expect(() => readConfig("m.yaml", `fail-on: note\n${name}: ${value}\n`)).toThrow(refused);
  });
  it("reads clusters with what is said of each and who meets it", () => {
    const { clusters } = readConfig(
      "m.yaml",
      "clusters:\n  - name: production\n    corefile: [c.yaml, n.yaml]\n    workloads: [apps/**]\n    namespaces: prod\n  - { name: 2, gke-version: 1.30, autopilot: true }\n",
    );
    expect(clusters).toMatchObject([
      {
        name: "production",
        options: { corefile: ["c.yaml", "n.yaml"] },
        places: { corefile: { line: 3, column: 5 } },
        workloads: ["apps/**"],
        namespaces: ["prod"],
        overlays: [],
        at: { line: 2 },
      },
      { name: "2", options: { "gke-version": "1.30", autopilot: true }, workloads: [], namespaces: [] },
    ]);
  });
  it("takes a number as it is written", () => {
    expect(readConfig("m.yaml", "gke-version: 1.30\n").options).toEqual({ "gke-version": "1.30" });
  });
  it("is empty for an empty file", () => {
    expect(readConfig("m.yaml", "# nothing\n")).toEqual({
      clusters: [],
      options: {},
      waivers: [],
      places: {},
    });
  });
  it("throws nothing but its own errors, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: fc.constantFrom(..."waivers:- {}[]\n\"'&*!|>ab1:".split("")) }),
        (text) => {
          try {
            readConfig("m.yaml", text);
          } catch (error) {
            expect((error as Error).name).toBe("MuslgateError");
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("imageName", () => {
  it.each([
    ["alpine:3.13", "alpine"],
    ["localhost:5000/shop/api:1.0@sha256:abc", "localhost:5000/shop/api"],
    ["docker-archive:./out/api.tar", "./out/api.tar"],
    ["registry://ghcr.io/a/b", "ghcr.io/a/b"],
  ])("%s is %s", (reference, name) => {
    expect(imageName(reference)).toBe(name);
  });
});

const place = { file: "muslgate.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  rule: "musl-paired-lookup",
  reason: "it goes away",
  expires: "2027-01-31",
  at: place,
  ...more,
});
const affected = report(
  [image(onMusl("1.2.2"), "shop/api:1.0"), image(onMusl("1.2.2"), "shop/web:1.0")],
  cluster("NXDOMAIN"),
);
const codes = (of: Report) => of.diagnostics.map(({ code }) => code);

describe("waive", () => {
  it("marks what it covers, which then counts nowhere but stays to be seen", () => {
    const waived = waive(affected, [waiver()], "2026-11-24");
    expect(exitCode(waived, "error", true)).toBe(0);
    expect(annotationsOf(waived).shown).toEqual([]);
    expect(
      JSON.parse(renderSarif(waived, RULES, { version: "1", homepage: "https://example.com" })).runs[0]
        .results,
    ).toEqual([]);
    expect(renderJson(waived)).toContain('"reason": "it goes away"');
    expect(renderMarkdown(waived)).toContain("waived until 2027-01-31");
    expect(renderTable(waived, { colour: false, width: 120 })).toContain("waived until 2027-01-31");
  });
  it("covers by rule, image and path", () => {
    const marks = (more: Partial<Waiver>) =>
      waive(affected, [waiver(more)], "2026-11-24").judgements.map(({ waived }) => waived !== undefined);
    expect(marks({ image: "shop/api" })).toEqual([true, false]);
    expect(marks({ image: "shop/*" })).toEqual([true, true]);
    expect(marks({ rule: "other" })).toEqual([false, false]);
    expect(marks({ path: "deploy/**" })).toEqual([false, false]);
  });
  it("lets an expired one go, and says so; and tells of one that ends soon or covers nothing", () => {
    const expired = waive(affected, [waiver({ expires: "2026-11-23" })], "2026-11-24");
    expect(exitCode(expired, "error", false)).toBe(1);
    expect(codes(expired)).toEqual(["waiver-expired"]);
    expect(exitCode(waive(affected, [waiver({ expires: "2026-11-24" })], "2026-11-24"), "error", false)).toBe(
      0,
    );
    expect(codes(waive(affected, [waiver({ expires: "2026-12-01" })], "2026-11-24"))).toEqual([
      "waiver-expires-soon",
    ]);
    expect(codes(waive(affected, [waiver({ image: "nobody" })], "2026-11-24"))).toEqual(["waiver-unused"]);
  });
  it("advises to take one out only where all was looked at that it may be for", () => {
    const advised = (isPart: boolean) =>
      waive(affected, [waiver({ image: "nobody" })], "2026-11-24", { isPart }).diagnostics.map(
        ({ hint }) => hint,
      );
    expect(advised(false)).toEqual(["Take it out."]);
    expect(advised(true)).toEqual([expect.stringContaining("only where no other run needs it")]);
  });
});

describe("compare", () => {
  const earlier = report(
    [image(onMusl("1.2.2"), "shop/api:0.9"), image(onMusl("1.2.2"), "shop/old:1")],
    cluster("NXDOMAIN"),
  );
  it("knows a finding again under another tag, and counts only what is new", () => {
    const compared = compare(affected, parseReport("b.json", renderJson(earlier)));
    expect(compared.judgements.map(({ status }) => status)).toEqual(["existing", "new"]);
    expect(compared.fixed).toHaveLength(1);
    expect(compared.fixed?.[0]).toContain("shop/old:1");
    expect(exitCode(compared, "error", false)).toBe(1);
    expect(exitCode(compare(affected, affected), "error", false)).toBe(0);
    expect(renderMarkdown(compared)).toMatch(/No longer so[\s\S]*shop\/old:1/);
  });
});
