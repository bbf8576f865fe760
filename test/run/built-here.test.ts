import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunPorts } from "../../src/run/ports.ts";
import { run } from "../../src/run/run.ts";
import { baseOf } from "../../src/tree/base.ts";
import { BASES, builtShop, SERVICES } from "../support/built-shop.ts";
import { deployed, plainGiven, writeAndEnter } from "../support/deployed.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";

const folder = temporaryFolder();
const home = process.cwd();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry(BASES);
});
afterAll(async () => {
  process.chdir(home);
  await registry.close();
});

const env = { PATH: process.env.PATH, HOME: folder.path };
const ports = (more: Partial<RunPorts> = {}): RunPorts => ({
  signal: new AbortController().signal,
  now: () => Date.parse("2026-12-01"),
  env,
  ...more,
});

describe("a repository that builds what it deploys", () => {
  it("is judged by its Dockerfiles, each built as Skaffold does", async () => {
    const path = join(folder.path, "shop");
    writeAndEnter(path, builtShop(registry.host));
    const report = await run(plainGiven(), ports());
    const outcomes = deployed(report).map(({ name, outcome }) => `${name} ${outcome}`);
    const expected = Object.entries(SERVICES).map(
      ([name, [what]]) => `${name} ${what === "hit" ? "affected" : "not-affected"}`,
    );
    expect(outcomes.toSorted()).toEqual(expected.toSorted());
    // No name of a service was looked for anywhere.
    expect(report.diagnostics.filter(({ code }) => code === "image-unreadable")).toEqual([]);
    const frontend = deployed(report).find(({ name }) => name === "frontend");
    const lines = frontend?.related.map(({ file, line }) => `${file}:${line}`);
    expect(lines).toContain("manifests/frontend.yaml:9");
    expect(lines).toContain("src/frontend/Dockerfile:2");
    expect(JSON.stringify(frontend?.evidence)).toContain(
      "built from src/frontend/Dockerfile by skaffold.yaml",
    );
  });

  it("has a finding on the line of a Dockerfile that a pull request changes, for what is deployed too", async () => {
    const repository = gitRepository(join(folder.path, "pull-request"));
    const files = builtShop(registry.host);
    repository.commit(files);
    process.chdir(repository.path);
    const text = files["src/payment/Dockerfile"] as string;
    repository.commit({ ...files, "src/payment/Dockerfile": text.replace("slim", "alpine") });
    const base = await baseOf(".", "HEAD~1", env);
    const report = await run(plainGiven(), ports({ base }));
    if ("tree" in base) base.close();
    const fresh = deployed(report).filter(
      ({ outcome, status }) => outcome === "affected" && status === "new",
    );
    expect(fresh.map(({ name, at }) => [name, at?.file, at?.line])).toEqual([
      ["payment", "src/payment/Dockerfile", 1],
    ]);
  });

  it("plans a base that it builds, too, and asks no registry for it", async () => {
    const path = join(folder.path, "based");
    const { "skaffold.yaml": _, ...files } = builtShop(registry.host);
    writeAndEnter(path, {
      ...files,
      "skaffold.yaml":
        "apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n  - image: payment\n    context: src/payment\n    requires: [{image: common, alias: BASE}]\n  - image: common\n    context: src/currency\n  - image: email\n    context: src/email\n",
      "src/payment/Dockerfile": "ARG BASE\nFROM $BASE\nCOPY . /app\n",
      "src/email/Dockerfile": `FROM ${registry.host}/library/alpine:3.20\nCOPY --from=common /usr/local/bin/node /node\nCMD ["/node"]\n`,
    });
    const report = await run(plainGiven(), ports());
    const hit = deployed(report).flatMap(({ name, outcome }) => (outcome === "affected" ? [name] : []));
    expect(hit.toSorted()).toEqual(["email", "payment"]);
    expect(JSON.stringify(report.diagnostics)).not.toContain("common");
  });
});
