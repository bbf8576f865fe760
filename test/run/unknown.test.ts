import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alpine, IMAGES } from "../../examples/images.mjs";
import { exitCode } from "../../src/judge/exit-code.ts";
import { run } from "../../src/run/run.ts";
import { configured, saidBy } from "../../src/settings/states.ts";
import type { Written } from "../../src/settings/settings.ts";
import { baseOf } from "../../src/tree/base.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderTable } from "../../src/report/table.ts";
import { countWords } from "../../src/report/words.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "python:3.14-slim": IMAGES["shop-reports"]!,
    "python:3.14-alpine": {
      layers: [alpine("3.22.0", "1.2.5", "1.2.5-r10")],
      config: { Cmd: ["/bin/sh"], Env: ["PATH=/usr/local/bin:/usr/bin:/bin"] },
    },
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/reports:1.0": IMAGES["shop-reports"]!,
  });
});
afterAll(() => registry.close());

const corefile = (...stanza: string[]) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
data:
  Corefile: |
    .:53 {
${stanza.map((line) => `        ${line}\n`).join("")}        forward . /etc/resolv.conf
    }
`;
const DENY = corefile("template ANY AAAA {", "    rcode NXDOMAIN", "}");
const pod = (name: string, image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - name: app\n      image: ${registry.host}/${image}\n`;
const gunicorn = (tag: string, ...more: string[]) =>
  [
    `FROM ${registry.host}/python:${tag}`,
    ...more,
    "RUN pip install gunicorn",
    'ENTRYPOINT ["gunicorn","app:app"]',
    "",
  ].join("\n");

/** Scans a repository of these states, the last against the first of them. */
async function scan(
  name: string,
  states: readonly Readonly<Record<string, string>>[],
  more: Written = {},
  ref = "HEAD~1",
) {
  const directory = join(folder.path, name);
  const repository = gitRepository(directory);
  for (const files of states) repository.commit(files);
  if (ref === "main") repository.git("checkout", "-q", "HEAD~1");
  const given = configured(saidBy({ directory, cache: "false", ...more }, {}));
  const compared = states.length > 1 && more.baseline === undefined;
  const base = compared ? await baseOf(directory, ref, process.env) : undefined;
  try {
    const report = await run(given, {
      signal: new AbortController().signal,
      now: () => Date.parse("2026-12-01"),
      env: process.env,
      base,
    });
    return {
      report,
      words: countWords(report).map(({ text }) => text),
      findings: report.judgements
        .filter(({ verdict }) => verdict.outcome !== "not-affected")
        .map(({ verdict, status }) => [
          verdict.ruleId,
          verdict.outcome,
          status,
          `${verdict.at?.file}:${verdict.at?.line}`,
        ]),
      codes: [exitCode(report, "error", false), exitCode(report, "error", true)],
      told: report.diagnostics.map(({ code }) => code),
    };
  } finally {
    if (base !== undefined && "tree" in base) base.close();
  }
}

describe("what is not known in a run", () => {
  it("is new on the FROM line where a base turns from glibc to musl", async () => {
    const state = (tag: string, ...more: string[]) => ({
      Dockerfile: gunicorn(tag, ...more),
      "coredns.yaml": DENY,
    });
    const turned = await scan("turned", [state("3.14-slim"), state("3.14-alpine")]);
    expect(turned.findings).toContainEqual(["musl-paired-lookup", "affected", "new", "Dockerfile:1"]);
    expect(turned.codes).toEqual([1, 1]);
    const copied = await scan("copied", [
      state("3.14-slim", "COPY --from=build /usr/local /usr/local"),
      state("3.14-alpine", "COPY --from=build /usr/local /usr/local"),
    ]);
    expect(copied.findings).toContainEqual(["musl-paired-lookup", "unknown", "new", "Dockerfile:1"]);
    expect(copied.codes).toEqual([0, 3]);
    const same = await scan("same", [state("3.14-slim"), state("3.14-slim", "RUN true")]);
    expect(same.words).toEqual(["1 unknown before"]);
    expect(same.codes).toEqual([0, 0]);
  });

  it("is new too where the report of an earlier run alone says what the base was", async () => {
    const state = (tag: string) => ({ Dockerfile: gunicorn(tag), "coredns.yaml": DENY });
    const before = await scan("was-slim", [state("3.14-slim")]);
    const baseline = folder.write("was-slim.json", renderJson(before.report));
    const turned = await scan("turned-since", [state("3.14-slim"), state("3.14-alpine")], { baseline });
    expect(turned.findings).toContainEqual(["musl-paired-lookup", "affected", "new", "Dockerfile:1"]);
    expect(turned.codes).toEqual([1, 1]);
  });

  it("is not told of names that only the change denies on a line that it does not touch", async () => {
    const files = { "c.yaml": pod("c", "shop/api:1.0"), "d.yaml": pod("d", "shop/api:1.0") };
    const denying = (...zones: string[]) =>
      corefile(...zones.flatMap((zone) => [`template ANY AAAA ${zone} {`, "    rcode NXDOMAIN", "}"]));
    const first = await scan("part", [
      { ...files, "coredns.yaml": corefile("errors") },
      { ...files, "coredns.yaml": denying("one.example") },
    ]);
    const placed = ({ findings }: typeof first) =>
      findings.filter(([rule]) => rule === "musl-paired-lookup").map(([, , ...rest]) => rest);
    expect(placed(first)).toEqual([
      ["new", "coredns.yaml:8"],
      ["new", "coredns.yaml:8"],
    ]);
    // One that comes to lose more names is hit harder.
    const more = await scan("part-more", [
      { ...files, "coredns.yaml": denying("one.example") },
      { ...files, "coredns.yaml": denying("one.example", "two.example") },
    ]);
    expect(placed(more).map(([status]) => status)).toEqual(["new", "new"]);
    const less = await scan("part-less", [
      { ...files, "coredns.yaml": denying("one.example", "two.example") },
      { ...files, "coredns.yaml": denying("one.example") },
    ]);
    expect(placed(less).map(([status]) => status)).toEqual(["existing", "existing"]);
    const some = await scan("part-of-all", [
      { ...files, "coredns.yaml": DENY },
      { ...files, "coredns.yaml": denying("one.example") },
    ]);
    expect(placed(some).map(([status]) => status)).toEqual(["existing", "existing"]);
  });

  it("is newly so where a change adds the stanza while images cannot be read", async () => {
    const files = {
      "a.yaml": pod("a", "gone/a:1"),
      "b.yaml": pod("b", "gone/b:1"),
      "c.yaml": pod("c", "python:3.14-slim"),
    };
    const states = [
      { ...files, "coredns.yaml": corefile("errors") },
      { ...files, "coredns.yaml": DENY },
    ];
    const { words, codes, findings } = await scan("stanza", states);
    expect(words).toEqual(["1 fault of a cluster", "2 newly unknown", "1 not affected"]);
    expect(findings.filter(([rule]) => rule === "musl-paired-lookup")).toEqual([
      ["musl-paired-lookup", "unknown", "new", "coredns.yaml:8"],
      ["musl-paired-lookup", "unknown", "new", "coredns.yaml:8"],
    ]);
    expect(codes).toEqual([0, 3]);
  });

  it("is nothing where the cluster answers well for every libc", async () => {
    const fine = corefile("template ANY AAAA {", "    rcode NOERROR", "}");
    const { findings, codes, words } = await scan("fine", [
      { "a.yaml": pod("a", "gone/a:1"), "coredns.yaml": fine },
    ]);
    expect(findings).toEqual([]);
    expect(codes).toEqual([0, 0]);
    expect(words).toEqual(["1 not affected"]);
  });

  it("is as before for another build of a private image, and not for one of another kind", async () => {
    const files = (tag: string) => ({
      "a.yaml": pod("a", `gone/a:${tag}`),
      "c.yaml": pod("c", "shop/api:1.0"),
      "coredns.yaml": DENY,
    });
    const bump = await scan("bump", [files("1.2.3-slim"), files("1.3.0-slim")]);
    expect(bump.words).toEqual(["1 affected before", "1 unknown before"]);
    expect(bump.codes).toEqual([0, 0]);
    const other = await scan("other", [files("1.2.3-slim"), files("1.2.3-alpine")]);
    expect(other.words).toEqual(["1 newly unknown", "1 affected before"]);
    expect(other.codes).toEqual([0, 3]);
  });

  it("has a first answer where no cluster is known, and none where no image could be read", async () => {
    const first = await scan("nowhere", [{ "c.yaml": pod("c", "shop/api:1.0") }]);
    expect(first.report.judgements.map(({ verdict }) => verdict.onDenial)).toEqual(["fails"]);
    expect(first.codes).toEqual([0, 3]);
    const none = await scan("none", [{ "a.yaml": pod("a", "gone/a:1") }]);
    expect(none.codes).toEqual([3, 3]);
  });

  it("says in a line that no image could be read, though the cluster is fine", async () => {
    const fine = corefile("template ANY AAAA {", "    rcode NOERROR", "}");
    const images = [`${registry.host}/gone/a:1`];
    const named = await scan("named", [{ "coredns.yaml": fine }], {
      images,
      corefile: [join(folder.path, "named", "coredns.yaml")],
    });
    expect(named.codes).toEqual([3, 3]);
    expect(named.words).toEqual(["1 not affected", "not one image could be read"]);
  });

  it("hangs on the image where some names are denied, and on nothing else", async () => {
    const files = { "a.yaml": pod("a", "gone/a:1"), "c.yaml": pod("c", "shop/reports:1.0") };
    const denying = corefile("template ANY AAAA one.example {", "    rcode NXDOMAIN", "}");
    const found = await scan("some", [
      { ...files, "coredns.yaml": corefile("errors") },
      { ...files, "coredns.yaml": denying },
    ]);
    expect(found.findings.filter(([rule]) => rule === "musl-paired-lookup")).toEqual([
      ["musl-paired-lookup", "unknown", "new", "coredns.yaml:8"],
    ]);
    expect(found.words).toEqual(["1 fault of a cluster", "1 newly unknown", "1 not affected"]);
  });

  it("is told in a number where it was so before, and fails a run that wants to know all", async () => {
    const files = {
      "c.yaml": pod("c", "shop/api:1.0"),
      "coredns.yaml": DENY,
      "k/kustomization.yaml": "resources:\n- https://example.invalid/x.yaml\n",
    };
    const more = { ...files, "l/kustomization.yaml": "resources:\n- https://example.invalid/y.yaml\n" };
    const { report, codes } = await scan("notes", [files, more]);
    const table = renderTable(report, { colour: false, width: 200, flags: true });
    expect(table).toContain("l/kustomization.yaml:2:3: https://example.invalid/y.yaml was not followed");
    expect(table).not.toContain("x.yaml");
    expect(table).toContain("1 thing worth knowing was so before (--verbose shows all)");
    expect(renderMarkdown(report)).toContain("1 thing worth knowing was so before: the JSON report has all.");
    expect(renderTable(report, { colour: false, width: 200, whole: true })).toContain(
      "https://example.invalid/x.yaml",
    );
    expect(codes).toEqual([0, 3]);
  });

  it("is not called fixed where the cluster's file can no longer be read, or is gone", async () => {
    const files = { "c.yaml": pod("c", "shop/api:1.0") };
    const unread = corefile("template ANY AAAA {", "    rcode {$CODE}", "}");
    const states: readonly Readonly<Record<string, string>>[] = [{ "coredns.yaml": unread }, {}];
    for (const now of states) {
      const found = await scan(`open-${Object.keys(now).length}`, [
        { ...files, "coredns.yaml": DENY },
        { ...files, ...now },
      ]);
      expect(found.words).toEqual(["1 newly unknown"]);
    }
  });

  it("is said where the base descends from what is checked out, and where a glob matches no file", async () => {
    const files = { "c.yaml": pod("c", "shop/api:1.0"), "coredns.yaml": DENY };
    const ahead = await scan("ahead", [files, { ...files, "d.yaml": pod("d", "shop/api:1.0") }], {}, "main");
    expect(ahead.told).toContain("base-ahead");
    const plain = await scan("plain", [files, files], { include: ["*.yaml", "typo/**"] });
    expect(plain.told.filter((code) => ["base-ahead", "glob-unmatched"].includes(code))).toEqual([
      "glob-unmatched",
    ]);
  });
});
