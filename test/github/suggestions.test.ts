import { afterEach, describe, expect, it } from "vitest";
import type { WorkflowEvent } from "../../src/github/event.ts";
import { postSuggestions } from "../../src/github/suggestions.ts";
import type { Report } from "../../src/model/report.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { suggestionsOf } from "../../src/report/suggestions.ts";
import {
  type ApiContent,
  PULL,
  refuse,
  REPOSITORY,
  startGitHubApi,
  type TestApi,
} from "../support/github-api.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

let api: TestApi | undefined;
afterEach(async () => {
  const one = api;
  api = undefined;
  await one?.close();
});

const FILE = "dns/coredns.yaml";
const at = { file: FILE, line: 9, column: 13, endLine: 9, endColumn: 27 };
const denied = { kind: "NXDOMAIN", because: "the template answers it", at } as const;
const on = cluster("NXDOMAIN", "NXDOMAIN", { answers: { internal: denied, external: denied } });
const DIFF = `--- a/${FILE}
+++ b/${FILE}
@@ -8,3 +8,3 @@
         template ANY AAAA {
-            rcode NXDOMAIN
+            rcode NOERROR
         }
`;

function found(diff = DIFF): Report {
  const patch = {
    file: FILE,
    diff,
    because: "NXDOMAIN fails the whole lookup",
    remedies: ["answer-nodata" as const],
  };
  return report([image(onMusl("1.2.2"))], on, { patches: [patch] });
}

/** The pull request's diff that adds the stanza, its first line at `line`. */
const bringing = (line: number) => [
  {
    filename: FILE,
    patch: `@@ -${line - 1},2 +${line - 1},5 @@\n     .:53 {\n+        template ANY AAAA {\n+            rcode NXDOMAIN\n+        }\n         forward . 10.0.0.2`,
  },
];

const event = (more: Partial<WorkflowEvent> = {}): WorkflowEvent => ({
  kind: "pull_request",
  repository: REPOSITORY,
  pullRequest: PULL,
  headSha: "a".repeat(40),
  fromFork: false,
  apiUrl: api?.url ?? "",
  serverUrl: "https://github.com",
  counted: "new",
  ...more,
});

async function post(content: ApiContent, category = "job", more: Partial<WorkflowEvent> = {}, of = found()) {
  api ??= await startGitHubApi(content);
  return postSuggestions(event(more), { token: "t0ken" }, category, suggestionsOf(of));
}

describe("postSuggestions", () => {
  it("posts the change on the line that the pull request brings, once however often it runs", async () => {
    const { standing, because } = await post({ changed: bringing(8) });
    expect([standing.map(({ line }) => line), because]).toEqual([[9], undefined]);
    expect(api?.reviewComments).toMatchObject([
      {
        path: FILE,
        line: 9,
        side: "RIGHT",
        body: expect.stringMatching(
          /^<!-- muslgate suggestion [0-9a-f]{16} -->\nNXDOMAIN .*\n\n```suggestion\n {12}rcode NOERROR\n```$/s,
        ),
      },
    ]);
    expect((await post({})).standing).toHaveLength(1);
    expect(api?.count("POST", "reviews")).toBe(1);
    await post({}, "another job");
    expect(api?.count("POST", "reviews")).toBe(2);
  });

  it("finds the line where a merge has moved it, and knows its suggestion again", async () => {
    expect((await post({ changed: bringing(30) })).standing.map(({ line }) => line)).toEqual([9]);
    expect(api?.reviewComments).toMatchObject([{ line: 31 }]);
    const moved = DIFF.replace("-8,3 +8,3", "-30,3 +30,3");
    await post({}, "job", {}, found(moved));
    expect(api?.count("POST", "reviews")).toBe(1);
  });

  it("takes a copied marker of somebody else's for nothing", async () => {
    await post({ changed: bringing(8) });
    const [ours] = api?.reviewComments ?? [];
    await api?.close();
    api = undefined;
    const copied = { ...ours, user: { login: "mallory", type: "User" } };
    await post({ changed: bringing(8), reviewComments: [copied] });
    expect(api === undefined ? 0 : (api as TestApi).count("POST", "reviews")).toBe(1);
  });

  it.each([
    [
      "the line is not the pull request's",
      { changed: [{ filename: FILE, patch: "@@ -1,1 +1,2 @@\n a\n+b" }] },
    ],
    ["GitHub leaves the patch out", { changed: [{ filename: FILE }] }],
  ])("posts nothing where %s", async (_, content) => {
    expect(await post(content)).toEqual({ standing: [] });
    expect(api?.count("POST", "reviews")).toBe(0);
  });

  it("posts none where it cannot look at all that was written", async () => {
    const { standing, because } = await post({ changed: bringing(8), endless: true });
    expect([standing, because]).toEqual([[], "the pull request has more than 3000 comments of reviews"]);
    expect(api?.count("POST", "reviews")).toBe(0);
  });

  it("names the permission that is missing, and why a fork has none", async () => {
    const content = { changed: bringing(8), fault: refuse("POST") };
    expect((await post(content)).because).toContain("give the job permissions: pull-requests: write");
    expect((await post(content, "job", { fromFork: true })).because).toContain("a run for a fork");
  });
});

describe("suggestionsOf", () => {
  it("takes the line above along where lines are only added", () => {
    const diff = `--- a/${FILE}\n+++ b/${FILE}\n@@ -8,2 +8,3 @@\n         template ANY AAAA {\n+            fallthrough\n         }\n`;
    expect(suggestionsOf(found(diff))).toMatchObject([
      {
        line: 8,
        endLine: 8,
        body: expect.stringContaining("        template ANY AAAA {\n            fallthrough\n```"),
      },
    ]);
  });

  it("suggests nothing that would be committed otherwise than it is shown", () => {
    expect(suggestionsOf(found(DIFF.replace("NOERROR", "NO\u202eERROR")))).toEqual([]);
    expect(suggestionsOf(found(DIFF.replace("rcode NOERROR", "::error::x")))).toEqual([]);
  });

  it("leaves no annotation beside a suggestion", () => {
    expect(annotationsOf(found()).shown).toHaveLength(1);
    expect(annotationsOf(found(), suggestionsOf(found())).shown).toHaveLength(0);
  });
});
