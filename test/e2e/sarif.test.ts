import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { renderSarif } from "../../src/report/sarif.ts";
import { RULES } from "../../src/rules/index.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

/** Microsoft's validator as its package brings it; its own launcher cuts arguments at a semicolon. */
const VALIDATOR = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";
/** A finding of the validator. */
interface Finding {
  readonly ruleId: string;
  /** SARIF's default is `warning`. */
  readonly level?: string;
  readonly message: unknown;
}

const folder = temporaryFolder();

/** What the validator finds in each report, with GitHub's rules, in one run. Its exit code says nothing: the findings are in its own SARIF. */
function validate(reports: Readonly<Record<string, string>>): (name: string) => readonly Finding[] {
  const names = Object.keys(reports);
  const files = names.map((name, i) => folder.write(`${i}.sarif`, reports[name] ?? ""));
  const output = join(folder.path, "validation.sarif");
  // Packages are installed without their scripts, one of which would do this.
  chmodSync(VALIDATOR, 0o755);
  const options = [
    "--rule-kind",
    "Sarif;Gh",
    "--level",
    "Error;Warning;Note",
    "--output",
    output,
    "--log",
    "ForceOverwrite",
  ];
  spawnSync(VALIDATOR, ["validate", ...files, ...options], {
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" },
  });
  const { runs } = JSON.parse(readFileSync(output, "utf8").replace(/^\ufeff/, ""));
  type Result = Finding & {
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
    }[];
  };
  const results: Result[] = runs.flatMap((run: { readonly results: readonly Result[] }) => run.results);
  return (name) =>
    results
      .filter(({ locations: [at] }) =>
        at?.physicalLocation.artifactLocation.uri.endsWith(`/${names.indexOf(name)}.sarif`),
      )
      .map(({ ruleId, level, message }) => ({ ruleId, level, message }));
}

/** Notes that are not followed, each with its reason. */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  SARIF2014: "messages name what was found; arguments in a fixed text are for tools that translate",
  SARIF2002: "the same: ids of messages are for fixed texts",
  SARIF2011: "the source is not repeated: GitHub shows the line itself",
  SARIF2010: "the same",
  SARIF2016: "the file may lie in a folder that is not the root of the repository",
  SARIF2003: "the uploader adds the revision; a scan may run outside a repository",
  SARIF2009: "rules are named in words, as eslint and hadolint users know them",
  SARIF2006: "the pages of rules are on the project's site, which this test cannot reach",
};

describeWith({ files: [VALIDATOR] }, "SARIF, by Microsoft's validator with GitHub's rules", () => {
  const at = { file: "deploy/node-local-dns.yaml", line: 17, column: 11, endLine: 19, endColumn: 12 };
  const denied = { kind: "NXDOMAIN", because: "the template answers it", at } as const;
  const on = cluster("NXDOMAIN", "NXDOMAIN", {
    name: at.file,
    answers: { internal: denied, external: denied },
  });
  const faulty = cluster("NXDOMAIN", "NXDOMAIN", {
    faults: [
      { kind: "aaaa-denied", because: "the template answers it", type: "AAAA", zones: ["."], at },
      { kind: "corefile-refused", because: "CoreDNS does not start with this Corefile", zones: [] },
    ],
  });
  const images = [
    image(onMusl("1.2.2"), "shop/api:1.0"),
    image({ kind: "unknown", reason: "It is missing.", chain: [] }, "shop/odd:1"),
  ];
  const tool = { version: "1.0.0", homepage: "https://github.com/muslgate/muslgate" };

  const diff = "--- a/x\n+++ b/x\n@@ -16,3 +16,3 @@\n  {\n-  rcode NXDOMAIN\n+  rcode NOERROR\n  }\n";
  const patch = { file: at.file, diff, because: "it denies AAAA", remedies: ["answer-nodata" as const] };
  const fixable = report(images, on, { patches: [patch] });
  const withFix = {
    ...fixable,
    judgements: fixable.judgements.map((one) => ({
      ...one,
      verdict: { ...one.verdict, related: [{ ...at, line: 3, endLine: 3 }] },
    })),
  };

  const judged = {
    "findings on a line": report(images, on),
    "findings of an image alone": report(images, cluster("NXDOMAIN")),
    "faults of a cluster, with and without a line": report([], faulty),
    "a fix and related lines": withFix,
    nothing: report([], on),
  };
  const broken = JSON.parse(renderSarif(judged["findings on a line"], RULES, tool));
  for (const result of broken.runs[0].results) result.locations = [];
  let found: ReturnType<typeof validate>;
  beforeAll(() => {
    found = validate({
      ...Object.fromEntries(
        Object.entries(judged).map(([name, one]) => [
          name,
          renderSarif(one, RULES, { ...tool, category: "checks/scan" }),
        ]),
      ),
      broken: JSON.stringify(broken),
    });
  });

  it.each(Object.keys(judged))("has no error, and no warning without a reason: %s", (name) => {
    expect(found(name)).not.toEqual([]);
    expect(found(name).filter(({ ruleId }) => NOT_FOLLOWED[ruleId] === undefined)).toEqual([]);
  });

  it("would find what is wrong", () => {
    expect(found("broken").map(({ ruleId }) => ruleId)).toContain("GH1015");
  });
});
