import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type GitRepository, gitRepository } from "../support/git-repository.ts";
import { type ApiContent, PULL, refuse, REPOSITORY, startGitHubApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import type { ActionEvent } from "../support/action-call.ts";
import { runAction } from "../support/in-process.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/api:0.9": IMAGES["shop-legacy"]!,
  });
});
afterAll(() => registry.close());

const COREFILE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
data:
  Corefile: |
    .:53 {
        template ANY AAAA {
            rcode NXDOMAIN
        }
        forward . /etc/resolv.conf
    }
`;
const files = (tag: string) => ({
  "deploy/api.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${registry.host}/shop/api:${tag}
`,
  "cluster/coredns.yaml": COREFILE,
});

/** A checkout with two commits, base and head; `tag` of the head's image. */
function checkout(tag = "1.0"): { repository: GitRepository; base: string; head: string } {
  const repository = gitRepository(join(folder.path, crypto.randomUUID()));
  const base = repository.commit(files("0.9"));
  const head = repository.commit({ ...files(tag), README: "x" });
  return { repository, base, head };
}

const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
const pullRequest = (base: string, head: string, from = full): ActionEvent => ({
  name: "pull_request",
  payload: {
    pull_request: {
      number: PULL,
      base: { sha: base, repo: { full_name: full } },
      head: { sha: head, repo: { full_name: from } },
      user: { login: "someone" },
    },
  },
});

async function run(
  repository: GitRepository,
  event: ActionEvent,
  content: ApiContent = {},
  inputs: Record<string, string> = {},
) {
  const api = await startGitHubApi(content);
  const ran = await runAction(
    { "github-token": "ghs_token", ...inputs },
    {
      cwd: repository.path,
      event,
      env: {
        GITHUB_API_URL: api.url,
        GITHUB_SERVER_URL: "https://github.example.com",
        GITHUB_REPOSITORY: full,
        GITHUB_RUN_ID: "77",
        GITHUB_WORKFLOW: "names-resolve",
        GITHUB_JOB: "muslgate",
      },
    },
  );
  await api.close();
  expect(ran.out).not.toContain("This is a defect");
  return { ...ran, api };
}

describe("the Action", () => {
  it("pull_request: fails for what is new, on its line, and comments once", async () => {
    const { repository, base, head } = checkout();
    const ran = await run(repository, pullRequest(base, head));
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(
      /^::error title=Names will not resolve,file=deploy\/api\.yaml,line=10,endLine=10,col=\d+,endColumn=\d+::/m,
    );
    expect(ran.api.comments).toHaveLength(1);
    const [comment] = ran.api.comments;
    expect(comment?.body).toContain("This pull request makes 1 container unable to resolve any name");
    expect(comment?.body).toContain("`deploy/api.yaml:10:18`");
    expect(comment?.body).toContain("+            rcode NOERROR");
    expect(comment?.body).toContain(`(https://github.example.com/${full}/actions/runs/77)`);
    expect(ran.summary).toContain("### ❌ muslgate: 1 newly affected");
    const again = await run(repository, pullRequest(base, head), {
      comments: [{ body: comment?.body ?? "", login: "github-actions[bot]", type: "Bot" }],
    });
    expect(again.api.count("POST", "comments") + again.api.count("PATCH", "comments")).toBe(0);
  });

  it("pull_request: says that it is resolved, and passes, when nothing new is left", async () => {
    const { repository, base, head } = checkout();
    const { api } = await run(repository, pullRequest(base, head));
    repository.commit({ ...files("0.9"), README: "y" });
    const ran = await run(repository, pullRequest(base, repository.git("rev-parse", "HEAD")), {
      comments: api.comments,
    });
    expect(ran.code).toBe(0);
    expect(ran.api.comments[0]?.body).toContain("muslgate: resolved");
    expect(ran.api.comments).toHaveLength(1);
  });

  it("pull_request of a shallow checkout: reads the base through the API", async () => {
    const { repository, base, head } = checkout();
    const shallow = join(folder.path, crypto.randomUUID());
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${repository.path}`, shallow]);
    const listed = repository.git("ls-tree", "-r", "-l", base).split("\n");
    const held = listed.map((line) => {
      const [mode = "", type = "", sha = "", size = "", path = ""] = line.split(/\s+/);
      return { mode, type, sha, size: Number(size), path };
    });
    const blobs = new Map(
      held.map(({ sha }) => [sha, execFileSync("git", ["cat-file", "blob", sha], { cwd: repository.path })]),
    );
    const at = { ...repository, path: shallow };
    const ran = await run(at, pullRequest(base, head), { tree: { files: held }, blobs });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^::error title=Names will not resolve,file=deploy\/api\.yaml,line=10/m);
    // What did not change is in the work tree.
    expect(ran.api.count("GET", "/git/blobs/")).toBe(1);
    const without = await run(at, pullRequest(base, head), { fault: refuse("GET", 404) });
    expect(without.code).toBe(1);
    expect(without.summary).toContain("Nothing was compared");
  });

  it("pull_request of a fork: annotates and sums up, and names what the comment lacks", async () => {
    const { repository, base, head } = checkout();
    const ran = await run(repository, pullRequest(base, head, "stranger/api"), { fault: refuse("POST") });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^::error title=Names will not resolve,file=deploy\/api\.yaml/m);
    expect(ran.summary).toContain("1 newly affected");
    expect(ran.out).toMatch(/^No comment on the pull request: .*fork.*pull-requests: write\.$/m);
    expect(ran.api.comments).toEqual([]);
  });

  it("workflow_run after a fork: comments from the report, on the pull request that GitHub says it was", async () => {
    const { repository, base, head } = checkout();
    const first = await run(repository, pullRequest(base, head, "stranger/api"), { fault: refuse("POST") });
    const event = {
      name: "workflow_run",
      payload: {
        workflow_run: {
          head_sha: head,
          head_branch: "fix",
          head_repository: { owner: { login: "stranger" } },
          pull_requests: [],
        },
      },
    };
    const pulls = { "stranger:fix": [{ number: PULL, sha: head }] };
    const report = { report: first.outputs["json-file"] ?? "" };
    const ran = await run(repository, event, { pulls }, report);
    expect(ran.code).toBe(0);
    expect(ran.api.comments[0]?.body).toContain("This pull request makes 1 container unable");
    const later = { "stranger:fix": [{ number: PULL, sha: base }] };
    const outdated = await run(repository, event, { pulls: later }, report);
    expect(outdated.api.comments).toEqual([]);
    expect(outdated.out).toContain(`No comment: no open pull request has the commit ${head}.`);
  });

  it("pull_request without the permission: one line says which", async () => {
    const { repository, base, head } = checkout();
    const ran = await run(repository, pullRequest(base, head), { fault: refuse("POST") });
    expect(ran.out.match(/permissions: pull-requests: write/g)).toHaveLength(1);
    const off = await run(
      repository,
      pullRequest(base, head),
      { fault: refuse("POST") },
      { comment: "off", suggestions: "off" },
    );
    expect(off.out).not.toContain("No comment");
    expect(off.api.seen).toEqual([]);
  });

  it("pull_request that brings the stanza: suggests the change on its line, and annotates that line no more", async () => {
    const repository = gitRepository(join(folder.path, crypto.randomUUID()));
    const stanza = "        template ANY AAAA {\n            rcode NXDOMAIN\n        }\n";
    const without = { ...files("1.0"), "cluster/coredns.yaml": COREFILE.replace(stanza, "") };
    const base = repository.commit(without);
    const head = repository.commit(files("1.0"));
    const patch = `@@ -6,3 +6,6 @@\n   Corefile: |\n     .:53 {\n${stanza.replace(/^(?=.)/gm, "+")}         forward . /etc/resolv.conf`;
    const changed = [{ filename: "cluster/coredns.yaml", patch }];
    const ran = await run(repository, pullRequest(base, head), { changed });
    expect(ran.code).toBe(1);
    expect(ran.api.reviewComments).toMatchObject([
      {
        path: "cluster/coredns.yaml",
        line: 9,
        body: expect.stringContaining("```suggestion\n            rcode NOERROR\n```"),
      },
    ]);
    expect(ran.out).not.toMatch(/^::error title=Names will not resolve,file=cluster\/coredns\.yaml/m);
    const off = await run(repository, pullRequest(base, head), { changed }, { suggestions: "off" });
    expect(off.api.reviewComments).toEqual([]);
    expect(off.out).toMatch(/^::error title=Names will not resolve,file=cluster\/coredns\.yaml,line=(8|9)/m);
  });

  it("merge_group: compares with its own base, and has no pull request to comment on", async () => {
    const { repository, base, head } = checkout();
    const event = { name: "merge_group", payload: { merge_group: { base_sha: base, head_sha: head } } };
    const ran = await run(repository, event);
    expect([ran.code, ran.api.seen.length]).toEqual([1, 0]);
    const same = { name: "merge_group", payload: { merge_group: { base_sha: head, head_sha: head } } };
    const passed = await run(repository, same);
    expect(passed.code).toBe(0);
    expect(passed.summary).toContain("affected before");
  });

  it.each([
    ["push", { before: "0".repeat(40), after: "1".repeat(40) }],
    ["release", { action: "published", release: { tag_name: "v1" } }],
    ["schedule", { schedule: "0 3 * * *" }],
    ["workflow_dispatch", { inputs: {} }],
  ])("%s: every finding counts", async (name, payload) => {
    const { repository } = checkout();
    const ran = await run(repository, { name, payload });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^::error title=Names will not resolve,file=cluster\/coredns\.yaml,line=8/m);
    expect(ran.api.seen).toEqual([]);
  });
});
