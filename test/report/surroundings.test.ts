import { expect, it } from "vitest";
import { renderJson } from "../../src/report/json.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl, report, workload } from "../support/profiles.ts";

it("no report has the values of variables: they may be secrets", () => {
  const one = report([image(onMusl("1.2.5"))], cluster("NXDOMAIN"));
  const surroundings = {
    env: { TOKEN: "s3cret" },
    mounts: [{ path: "/a", files: { "": "s3cret" }, executable: false }],
  };
  const given = {
    ...one,
    judgements: one.judgements.map((judgement) => ({
      ...judgement,
      workload: workload("a:1", { surroundings }),
    })),
  };
  for (const text of [renderJson(given), renderSarif(given, RULES, { version: "0", homepage: "" })])
    expect(text).not.toContain("s3cret");
  expect(renderJson(given)).toContain('"a:1"');
});
