import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startS3, type S3Server } from "../support/s3-server.ts";
import { LOGIN, startUploadRegistry } from "../support/upload-registry.ts";
import { runNode } from "./program.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const CLI = join(process.cwd(), "dist/cli.js");
const KEYS = { id: "AKIA", secret: "secret" };
let fleet: TestFleet;
let server: S3Server;
beforeAll(async () => {
  fleet = await testFleet((path, text) => void folder.write(`checkout/${path}`, text), at("checkout"), 5);
  server = await startS3(KEYS);
  // What a runner has from npm is this build.
  folder.write("bin/npx", `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  spawnSync("chmod", ["755", at("bin/npx")]);
  folder.write("alone/x", "");
  const plan = await runNode([CLI, "fleet", "plan", fleet.file, "--out", at("alone.plan")], {});
  const read = await runNode([CLI, "fleet", "read", at("alone.plan"), "--store", at("alone")], {});
  expect([plan.code, read.code]).toEqual([0, 0]);
});
afterAll(async () => void (await Promise.all([fleet.registry.close(), server.close()])));

/** What one process says of the fleet. */
async function alone(): Promise<unknown> {
  const { out } = await runNode(
    [CLI, "fleet", "merge", at("alone.plan"), "--store", at("alone"), "--format", "json"],
    {},
  );
  return JSON.parse(out);
}

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const { on, jobs } = parse(readFileSync(".github/workflows/fleet.yml", "utf8")) as {
  on: { workflow_call: { inputs: Record<string, { default: unknown }> } };
  jobs: Record<
    string,
    { steps: Step[]; strategy: { "fail-fast": boolean }; if?: string; outputs?: Record<string, string> }
  >;
};

/** The expressions that the workflow has. */
function evaluated(text: unknown, context: Readonly<Record<string, unknown>>): string {
  return `${text as string}`.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const value = (word: string): unknown => {
      if (/^'.*'$/.test(word)) return word.slice(1, -1);
      return word
        .split(".")
        .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], context);
    };
    const found = expression
      .split(" || ")
      .map(value)
      .find((one) => one !== undefined && one !== "");
    return found === undefined ? "" : `${found as string}`;
  });
}

/** Runs a job's steps as a runner does, with artifacts in a folder; returns the exit code of the one that failed, and outputs. */
async function played(
  name: string,
  work: string,
  context: Record<string, unknown>,
  fault: Record<string, string> = {},
) {
  mkdirSync(at(work), { recursive: true });
  const outputs = at(`${work}-outputs`);
  writeFileSync(outputs, "");
  writeFileSync(at("summary.md"), "");
  let code = 0;
  for (const step of jobs[name]!.steps) {
    const isAlways = step.if?.includes("!cancelled()") === true;
    if (code !== 0 && !isAlways) continue;
    if (
      step.if?.includes("inputs.store == ''") === true &&
      (context.inputs as { store: string }).store !== ""
    )
      continue;
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, one]) => [key, evaluated(one, context)]),
    );
    const [action] = step.uses?.split("@") ?? [];
    if (action === "actions/checkout") cpSync(at("checkout"), at(work), { recursive: true });
    if (action === "actions/upload-artifact") {
      const from = join(at(work), given.path!);
      const to = at(`artifacts/${given.name}`);
      if (!existsSync(from)) expect(given["if-no-files-found"]).toBe("ignore");
      else if (statSync(from).isDirectory()) cpSync(from, to, { recursive: true });
      else cpSync(from, join(to, given.path!));
    }
    if (action === "actions/download-artifact") {
      const into = join(at(work), given.path ?? "");
      if (given.name !== undefined) cpSync(at(`artifacts/${given.name}`), into, { recursive: true });
      else
        for (const one of readdirSync(at("artifacts")).filter((one) =>
          one.startsWith(given.pattern!.slice(0, -1)),
        ))
          cpSync(at(`artifacts/${one}`), join(into, one), { recursive: true });
    }
    if (step.run === undefined) continue;
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([key, one]) => [key, evaluated(one, context)]),
    );
    const ran = await shell(step.run, at(work), {
      ...env,
      ...fault,
      RUNNER_TEMP: at(`${work}-temp`),
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: at("summary.md"),
    });
    code = ran;
  }
  const lines = readFileSync(outputs, "utf8").trim().split("\n").filter(Boolean);
  return { code, outputs: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
}

/** A step's shell, as a runner starts it. */
async function shell(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  mkdirSync(env.RUNNER_TEMP as string, { recursive: true });
  const starting = `process.exit(require("node:child_process").spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", ${JSON.stringify(script)}], { stdio: "inherit" }).status ?? 99)`;
  const { code } = await runNode(["-e", starting], { ...env, PATH: `${at("bin")}:${process.env.PATH}` }, cwd);
  return code as number;
}

describe("the reusable workflow", () => {
  const inputs = (own: object) => ({
    ...Object.fromEntries(Object.entries(on.workflow_call.inputs).map(([name, one]) => [name, one.default])),
    ...own,
  });

  /** Plan, matrix, merge; `lost` shards never run. */
  async function whole(name: string, own: object, secrets: object, lost: readonly number[] = []) {
    const context = { inputs: inputs({ shards: 3, ...own }), secrets };
    const plan = await played("plan", `${name}-plan`, context);
    expect(plan.code).toBe(0);
    const matrix: string[] = JSON.parse(plan.outputs.matrix as string);
    expect(matrix).toEqual(["1/3", "2/3", "3/3"]);
    for (const [index, shard] of matrix.entries()) {
      if (lost.includes(index)) continue;
      const job = { ...context, matrix: { shard }, strategy: { "job-index": index } };
      expect((await played("read", `${name}-read-${index}`, job)).code).toBe(0);
    }
    const merge = await played("merge", `${name}-merge`, context);
    return { merge, report: JSON.parse(readFileSync(at("artifacts/fleet-report/fleet.json"), "utf8")) };
  }

  it("carries facts as artifacts, fails for what it finds, and comes to what one process comes to", async () => {
    const { merge, report } = await whole("a", {}, {});
    expect(merge.code).toBe(1);
    expect(report).toEqual(await alone());
    expect(readFileSync(at("summary.md"), "utf8")).toContain("one");
    expect(existsSync(at("artifacts/fleet-report/fleet.sarif"))).toBe(true);
    expect(jobs.read?.strategy["fail-fast"]).toBe(false);
  });

  it("merges what there is where a shard is lost, and says what is not known", async () => {
    for (const one of readdirSync(at("artifacts")).filter((name) => name.startsWith("fleet-facts")))
      spawnSync("rm", ["-r", at(`artifacts/${one}`)]);
    const { report } = await whole("b", { "fail-on": "never", "fail-on-unknown": true }, {}, [1]);
    const gaps = report.diagnostics.filter(({ weight }: { weight: string }) => weight === "gap");
    expect(gaps).toMatchObject([{ code: "fleet-shard-missing", subject: "shard 2/3" }]);
    expect(jobs.merge?.if).toContain("!cancelled() && needs.plan.result == 'success'");
  });

  it("keeps facts in a bucket", async () => {
    const own = { store: "s3://facts/run", endpoint: `http://${server.host}`, "fail-on": "never" };
    const secrets = { "aws-access-key-id": KEYS.id, "aws-secret-access-key": KEYS.secret };
    const { merge, report } = await whole("c", own, secrets);
    expect(merge.code).toBe(0);
    expect(report).toEqual(await alone());
  });

  it("keeps facts in a registry, with the login of its images", async () => {
    const registry = await startUploadRegistry();
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");
    const secrets = { "docker-config": JSON.stringify({ auths: { [registry.host]: { auth } } }) };
    const own = { store: `oci://${registry.host}/team/facts`, "fail-on": "never" };
    const { merge, report } = await whole("o", own, secrets);
    expect(merge.code).toBe(0);
    expect(report).toEqual(await alone());
    expect(registry.tags.size).toBe(3);
    await registry.close();
  });

  it("refuses more shards than a matrix has", async () => {
    const ran = await played("plan", "many", { inputs: inputs({ shards: 257 }), secrets: {} });
    expect(ran.code).toBe(2);
  });
});

describe("the README's six lines", () => {
  it("come from nothing to a report", async () => {
    const [, lines = ""] =
      /```sh\n(cat > fleet\.yaml[\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
    expect(lines.trim().split("\n")).toHaveLength(6);
    folder.write("bin/kubectl", `#!${process.execPath}\n${KUBECTL}`);
    spawnSync("chmod", ["755", at("bin/kubectl")]);
    const script = lines
      .replaceAll("npx muslgate@0", "npx --yes muslgate@0")
      .replace(/ > fleet\.html$/m, " > fleet.html || test $? = 1");
    const env = { RUNNER_TEMP: at("readme-temp"), LISTS: at("checkout/kubeadm.json") };
    mkdirSync(at("readme"));
    expect(await shell(script, at("readme"), env)).toBe(0);
    const page = readFileSync(at("readme/fleet.html"), "utf8");
    for (const name of ["prod-eu", "prod-us", "deployment/api"]) expect(page).toContain(name);
  });
});

/** What stands for kubectl: objects of the kind that is asked for, from a List. */
const KUBECTL = `
const words = process.argv.slice(2).filter((one) => !one.startsWith("--context") && !one.startsWith("--request-timeout"));
const { items } = JSON.parse(require("node:fs").readFileSync(process.env.LISTS, "utf8"));
const kinds = { nodes: "Node", pods: "Pod", "jobs.batch": "Job", "daemonsets.apps": "DaemonSet", "deployments.apps": "Deployment", configmaps: "ConfigMap" };
if (words[1] === "--raw=/version") console.log(JSON.stringify(items.find((one) => "gitVersion" in one)));
else console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items: items.filter((one) => one.kind === kinds[words[1]]) }));
`;

interface Container {
  readonly name: string;
  readonly args: readonly string[];
}

describe("the Indexed Job", () => {
  const job = parse(readFileSync("docs/fleet/kubernetes/job.yaml", "utf8"));
  const container: Container = job.spec.template.spec.containers[0];
  const action = (code: number | null): string =>
    job.spec.podFailurePolicy.rules.find(
      (rule: { onExitCodes?: { containerName: string; values: number[] } }) => {
        if (rule.onExitCodes === undefined) return false;
        expect(rule.onExitCodes.containerName).toBe(container.name);
        return rule.onExitCodes.values.includes(code as number);
      },
    )?.action ?? "Count";

  /** A pod of the Job, on a plan that its init container has fetched. */
  async function pod(index: number, plan: string, env: NodeJS.ProcessEnv = {}) {
    const all: NodeJS.ProcessEnv = {
      MUSLGATE_STORE: "s3://facts/job",
      AWS_ENDPOINT_URL_S3: `http://${server.host}`,
      AWS_ACCESS_KEY_ID: KEYS.id,
      AWS_SECRET_ACCESS_KEY: KEYS.secret,
      JOB_COMPLETION_INDEX: String(index),
      ...env,
    };
    const args = container.args.map((one) =>
      one
        .replace("/plan/fleet.plan", at(plan))
        .replace(/\$\((\w+)\)/g, (_, name: string) => String(all[name])),
    );
    return runNode([CLI, ...args], all);
  }

  it("reads a shard a pod, whichever come first and again, and its exit codes say what is to be done", async () => {
    const planned = await runNode(
      [CLI, "fleet", "plan", fleet.file, "--shards", "3", "--out", at("job.plan")],
      {},
    );
    expect(planned.code).toBe(0);
    expect(job.spec).toMatchObject({ completionMode: "Indexed", backoffLimitPerIndex: 3 });
    // completions may be more than there are shards.
    for (const index of [2, 7, 0, 1, 0])
      expect(await pod(index, "job.plan")).toMatchObject({ code: 0, err: "" });
    const env = {
      AWS_ENDPOINT_URL_S3: `http://${server.host}`,
      AWS_ACCESS_KEY_ID: KEYS.id,
      AWS_SECRET_ACCESS_KEY: KEYS.secret,
    };
    const merged = await runNode(
      [CLI, "fleet", "merge", at("job.plan"), "--store", "s3://facts/job", "--format", "json"],
      env,
    );
    expect(JSON.parse(merged.out)).toEqual(await alone());

    writeFileSync(at("broken.plan"), readFileSync(at("job.plan"), "utf8").slice(0, -20));
    const broken = await pod(0, "broken.plan");
    expect([broken.code, action(broken.code)]).toEqual([2, "FailJob"]);

    const lost = readFileSync(at("job.plan"), "utf8").replaceAll(fleet.registry.host, "127.0.0.1:9");
    writeFileSync(at("lost.plan"), lost);
    const unread = await pod(0, "lost.plan", { MUSLGATE_STORE: "s3://facts/lost" });
    expect([unread.code, action(unread.code)]).toEqual([3, "Count"]);
    const denied = await pod(0, "job.plan", { AWS_SECRET_ACCESS_KEY: "other" });
    expect([denied.code, action(denied.code)]).toEqual([3, "Count"]);
    expect(action(4)).toBe("FailIndex");
  });

  it("names only what its kustomization has", () => {
    const text = (name: string) => readFileSync(`docs/fleet/kubernetes/${name}`, "utf8");
    const { resources, configMapGenerator } = parse(text("kustomization.yaml"));
    expect(new Set(["kustomization.yaml", ...resources])).toEqual(
      new Set(readdirSync("docs/fleet/kubernetes")),
    );
    const { spec } = job.spec.template;
    expect(parse(text("service-account.yaml")).metadata.name).toBe(spec.serviceAccountName);
    const keys = configMapGenerator[0].literals.map((one: string) => one.split("=")[0]);
    const used = [...text("job.yaml").matchAll(/\$\((\w+)\)/g)].map(([, name]) => name);
    for (const name of used) expect(keys).toContain(name);
    const volumes = spec.volumes.map(({ name }: { name: string }) => name);
    for (const one of [...spec.containers, ...spec.initContainers])
      for (const { name } of one.volumeMounts) expect(volumes).toContain(name);
  });

  it.skipIf(spawnSync("kubectl", ["version", "--client"]).status !== 0)(
    "is what kubectl's kustomize takes",
    () => {
      const { status, stdout } = spawnSync("kubectl", ["kustomize", "docs/fleet/kubernetes"], {
        encoding: "utf8",
      });
      expect(status).toBe(0);
      expect(stdout).toContain("completionMode: Indexed");
      expect(stdout).toContain("MUSLGATE_STORE: s3://example-bucket/facts");
    },
  );
});
