import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { startServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";
import { makeTar } from "../support/tar.ts";
import { ACTION_NODE } from "./action-runner.ts";

const folder = temporaryFolder();
const endless = folder.write("endless/Corefile", ".:53 {\n}\n");
const cli = join(process.cwd(), "dist/cli.js");
const preload = pathToFileURL(join(process.cwd(), "test/support/endless.mjs")).href;
/** A tar of which more is to come. */
const cut = (await makeTar([{ name: "layer.tar", body: Buffer.alloc(2 ** 21) }])).subarray(0, 2 ** 20);
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A test that fails leaves nothing that computes. */
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** The program before it does anything; what it computes it computes for ever. */
function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: folder.path,
      XDG_CACHE_HOME: folder.path,
      NODE_OPTIONS: `--import ${preload}`,
      ...env,
    },
  });
  started.push(child);
  return { child, ended: endOf(child) };
}

/** How it ended. */
function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
}

/** Resolves as soon as the main thread is busy for ever; rejects when it ended before that. */
function computing(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (part) => {
      said += part;
      if (said.includes("computing\n")) resolve();
    });
    child.on("close", () => reject(new Error(`it ended by itself: ${said}`)));
  });
}

describe.each(SIGNALS)("%s", (signal) => {
  it.each([
    ["corefile", ["corefile", endless]],
    ["image", ["image", "x.tar", "--corefile", endless]],
    ["repo", ["repo", join(folder.path, "endless")]],
  ])("ends %s at once while it computes", async (_, args) => {
    const { child, ended } = start(process.execPath, [cli, ...args]);
    await computing(child);
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal });
  });

  it("ends the Action at once while it computes", async () => {
    const { child, ended } = start(ACTION_NODE, [join(process.cwd(), "dist/action.js")], {
      INPUT_IMAGES: "x.tar",
      INPUT_COREFILE: endless,
      GITHUB_ACTIONS: "true",
      RUNNER_TEMP: folder.path,
    });
    await computing(child);
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal });
  });

  it.each([
    ["a Corefile", ["corefile", "-"], Buffer.alloc(2 ** 20, "# a line\n")],
    ["an image", ["image", "-"], cut],
  ])("ends a run that waits for the rest of %s on standard input", async (_, args, first) => {
    const { child, ended } = start(process.execPath, [cli, ...args]);
    // More than a pipe holds: when it is gone, it is being read.
    await new Promise<void>((taken) => child.stdin.write(first, () => taken()));
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal });
  });

  it("ends a run that waits for a registry, without a word about defects", async () => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    // It never answers.
    const registry = await startServer(() => asked());
    const { child, ended } = start(process.execPath, [
      cli,
      "image",
      `${registry.host}/shop/api:1`,
      "--no-cache",
    ]);
    let said = "";
    for (const out of [child.stdout, child.stderr]) out.on("data", (part) => (said += part));
    await arrived;
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal });
    expect(said).toBe("");
    await registry.close();
  });
});

describeWith({ programs: ["unshare"], root: true }, "a container's first process", () => {
  it.each(SIGNALS)("ends at %s while it computes, with the code that a shell gives", async (signal) => {
    const { child, ended } = start("unshare", [
      "--pid",
      "--fork",
      process.execPath,
      cli,
      "corefile",
      endless,
    ]);
    await computing(child);
    const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    process.kill(Number(first), signal);
    expect(await ended).toEqual({ code: 128 + constants.signals[signal], signal: null });
  });

  it("hands back what the program says", async () => {
    const args = [
      "--pid",
      "--fork",
      process.execPath,
      cli,
      "corefile",
      "examples/cluster/node-local-dns.yaml",
    ];
    const { child, ended } = start("unshare", args);
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(out).toContain("NXDOMAIN");
  });
});
