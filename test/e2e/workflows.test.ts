import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type GitRepository, gitRepository } from "../support/git-repository.ts";
import { PULL, refuse, REPOSITORY, startGitHubApi, type TestApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import type { ActionEvent, ActionRan } from "../support/action-call.ts";
import { runAction } from "./action-runner.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/web:1.0": IMAGES["shop-reports"]!,
    "shop/api:0.9": IMAGES["shop-legacy"]!,
    "shop/web:0.9": IMAGES["shop-reports"]!,
  });
});
afterAll(() => registry.close());

interface Step {
  readonly id?: string;
  readonly uses: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

interface Workflow {
  readonly name: string;
  readonly on: string | Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** The workflows of a document, as they stand there. */
function workflowsIn(file: string): readonly Workflow[] {
  const blocks = [...readFileSync(file, "utf8").matchAll(/^```yaml\n(name: [\s\S]*?)^```$/gm)];
  return blocks.map(([, text = ""]) => parse(text) as Workflow).filter(({ jobs }) => jobs !== undefined);
}

const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
const INPUTS = parse(readFileSync("action.yml", "utf8")).inputs as Record<string, unknown>;

/** The two kinds of expressions that the documents use. */
function evaluated(value: unknown, context: Readonly<Record<string, unknown>>): string {
  return String(value).replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, path: string) => {
    const found = path
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], context);
    expect(found, path).toBeDefined();
    return String(found);
  });
}

/** Runs every job of a workflow on a clone of the repository, as the runner would with these actions. */
async function play(
  workflow: Workflow,
  repository: GitRepository,
  event: ActionEvent,
  artifacts: string,
): Promise<{
  readonly ran: ActionRan | undefined;
  readonly uploaded: readonly string[];
  readonly api: TestApi;
}> {
  const may = workflow.permissions["pull-requests"] === "write";
  const pull = (event.payload as { workflow_run?: { head_sha: string } }).workflow_run;
  const api = await startGitHubApi({
    ...(may ? {} : { fault: refuse("POST") }),
    ...(pull === undefined ? {} : { pulls: { "stranger:fix": [{ number: PULL, sha: pull.head_sha }] } }),
  });
  const outputs: Record<string, { outputs: Readonly<Record<string, string>> }> = {};
  const context = { github: { event: event.payload, token: "ghs_token" }, steps: outputs };
  let ran: ActionRan | undefined;
  const uploaded: string[] = [];
  for (const [job, { steps }] of Object.entries(workflow.jobs)) {
    const workspace = join(folder.path, crypto.randomUUID());
    mkdirSync(workspace);
    let failed = false;
    for (const step of steps) {
      if (failed && step.if !== "always()") continue;
      const given = Object.entries(step.with ?? {}).map(([name, value]) => [name, evaluated(value, context)]);
      const inputs = Object.fromEntries(given) as Record<string, string>;
      switch (step.uses.split("@")[0]) {
        case "actions/checkout":
          execFileSync("git", ["clone", "-q", "--depth=2", `file://${repository.path}`, workspace]);
          break;
        case "muslgate/muslgate":
          expect(Object.keys(inputs).filter((name) => INPUTS[name] === undefined)).toEqual([]);
          ran = await runAction(
            { "github-token": "ghs_token", ...inputs },
            {
              cwd: workspace,
              event,
              env: {
                GITHUB_API_URL: api.url,
                GITHUB_REPOSITORY: full,
                GITHUB_RUN_ID: "77",
                GITHUB_WORKFLOW: workflow.name,
                GITHUB_JOB: job,
                // The workflows are run as they are written: this leads their registry to the test's.
                MUSLGATE_REGISTRY_MIRROR: `ghcr.io=${registry.host}`,
              },
            },
          );
          failed = ran.code !== 0;
          if (step.id !== undefined) outputs[step.id] = { outputs: ran.outputs };
          break;
        case "github/codeql-action/upload-sarif": {
          expect(workflow.permissions["security-events"]).toBe("write");
          const sarif = JSON.parse(readFileSync(inputs.sarif_file ?? "", "utf8"));
          expect(sarif.runs).toHaveLength(1);
          uploaded.push(...sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId));
          break;
        }
        case "actions/upload-artifact":
          copyFileSync(join(workspace, inputs.path ?? ""), join(artifacts, inputs.path ?? ""));
          break;
        case "actions/download-artifact":
          expect(workflow.permissions.actions).toBe("read");
          expect(inputs).toMatchObject({ "run-id": "5", "github-token": "ghs_token" });
          copyFileSync(join(artifacts, "muslgate.json"), join(workspace, "muslgate.json"));
          break;
        default:
          expect.fail(`${step.uses} is not known here`);
      }
    }
  }
  await api.close();
  return { ran, uploaded, api };
}

const COREFILE = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");

/** A repository whose head brings an image that is hit. */
function shop(): { repository: GitRepository; base: string; head: string } {
  const repository = gitRepository(join(folder.path, crypto.randomUUID()));
  const files = (tag: string) => ({
    "deploy/api.yaml": readFileSync("examples/deploy/api.yaml", "utf8")
      .replaceAll("shop/api:1.0", `ghcr.io/shop/api:${tag}`)
      .replaceAll("shop/reports:1.0", `ghcr.io/shop/web:${tag}`),
    "cluster/node-local-dns.yaml": COREFILE,
  });
  return { repository, base: repository.commit(files("0.9")), head: repository.commit(files("1.0")) };
}

function eventFor(name: string, base: string, head: string): ActionEvent {
  const pull = (from: string) => ({
    number: PULL,
    base: { sha: base, repo: { full_name: full } },
    head: { sha: head, repo: { full_name: from } },
    user: { login: "someone" },
  });
  switch (name) {
    case "pull_request":
      return { name, payload: { pull_request: pull(full) } };
    case "merge_group":
      return { name, payload: { merge_group: { base_sha: base, head_sha: head } } };
    case "release":
      return { name, payload: { action: "published", release: { tag_name: "1.0" } } };
    case "workflow_run":
      return {
        name,
        payload: {
          workflow_run: {
            id: 5,
            event: "pull_request",
            head_sha: head,
            head_branch: "fix",
            head_repository: { owner: { login: "stranger" } },
            pull_requests: [],
          },
        },
      };
    default:
      return { name, payload: { before: base, after: head } };
  }
}

const eventsOf = ({ on }: Workflow) => (typeof on === "string" ? [on] : Object.keys(on));
const folderFor = () => {
  const path = join(folder.path, crypto.randomUUID());
  mkdirSync(path);
  return path;
};

describe("the workflows of README.md, as they are written", () => {
  const [pullRequest, release, alerts, ...more] = workflowsIn("README.md");
  it("are three", () => {
    expect(more).toEqual([]);
    expect([pullRequest, release, alerts].map((one) => one && eventsOf(one))).toEqual([
      ["pull_request", "merge_group"],
      ["release"],
      ["push", "schedule"],
    ]);
  });

  it.each(["pull_request", "merge_group"])("pull request: %s", async (name) => {
    const { repository, base, head } = shop();
    const { ran, api } = await play(pullRequest!, repository, eventFor(name, base, head), folderFor());
    expect(ran?.code).toBe(1);
    expect(ran?.out).toMatch(/^::error title=Names will not resolve,file=deploy\/api\.yaml,line=13,/m);
    expect(api.comments).toHaveLength(name === "pull_request" ? 1 : 0);
  });

  it("release gate", async () => {
    const { repository, base, head } = shop();
    const { ran } = await play(release!, repository, eventFor("release", base, head), folderFor());
    expect(ran?.code).toBe(1);
    expect(ran?.summary).toContain("1 affected · 1 not affected");
  });

  it.each(["push", "schedule"])("Security tab: %s", async (name) => {
    const { repository, base, head } = shop();
    const { ran, uploaded } = await play(alerts!, repository, eventFor(name, base, head), folderFor());
    expect(ran?.code).toBe(0);
    expect(uploaded).toContain("musl-paired-lookup");
  });
});

describe("the workflows of docs/forks.md, as they are written", () => {
  it("hand the report of a run that only reads to one that comments", async () => {
    const [scan, comment, ...more] = workflowsIn("docs/forks.md");
    expect(more).toEqual([]);
    const { repository, base, head } = shop();
    const artifacts = folderFor();
    const first = await play(scan!, repository, eventFor("pull_request", base, head), artifacts);
    expect(first.ran?.code).toBe(1);
    expect(first.api.comments).toEqual([]);
    expect(existsSync(join(artifacts, "muslgate.json"))).toBe(true);
    const second = await play(comment!, repository, eventFor("workflow_run", base, head), artifacts);
    expect(second.ran?.code).toBe(0);
    expect(second.api.comments.map(({ body }) => body)).toEqual([
      expect.stringContaining("This pull request makes 1 container unable to resolve any name"),
    ]);
    // A fork may write what it likes into its report.
    writeFileSync(join(artifacts, "muslgate.json"), '{"version":"1.0","judgements":[{}]}');
    const forged = await play(comment!, repository, eventFor("workflow_run", base, head), artifacts);
    expect(forged.ran?.out).toMatch(/^::error::the report muslgate\.json cannot be used/m);
    expect(forged.api.comments).toEqual([]);
  });
});
