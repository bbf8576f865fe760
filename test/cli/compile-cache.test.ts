import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type CompileCachePorts, keepCompiled, portsOfProcess } from "../../src/cli/compile-cache.ts";

const { user = 0 } = portsOfProcess();
const homes: string[] = [];
afterAll(() => {
  for (const one of homes) rmSync(one, { recursive: true });
});

/** A user's cache folder, and what was turned on there by a call. */
function call(
  prepare: (home: string) => void,
  ports: Partial<CompileCachePorts> = {},
  argv = ["node", "cli.js", "repo"],
) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "muslgate-compile-cache-")));
  homes.push(home);
  prepare(home);
  const enabled: string[] = [];
  const enable = (folder: string) => void enabled.push(folder.slice(home.length));
  const { env, ...more } = ports;
  const kept = keepCompiled(argv, { user, enable, env: { XDG_CACHE_HOME: home, ...env }, ...more });
  expect(kept).toBe(enabled.length === 1);
  return { enabled, left: readdirSync(home, { recursive: true }) };
}

const CODE = "muslgate-code";
const nothing = () => {};

describe("keepCompiled", () => {
  it("makes the user's own folder", () => {
    expect(call(nothing)).toEqual({ enabled: [`/${CODE}`], left: [CODE] });
    expect(call((home) => mkdirSync(join(home, CODE), { mode: 0o700 })).enabled).toEqual([`/${CODE}`]);
  });

  it("follows a link to such a folder once, before it looks who owns what", () => {
    const { enabled } = call((home) => {
      mkdirSync(join(home, "real"), { mode: 0o700 });
      symlinkSync("real", join(home, CODE));
    });
    expect(enabled).toEqual(["/real"]);
  });

  it.each<[string, (home: string) => void]>([
    ["that others may write", (home) => made(home, CODE, 0o770)],
    ["that others may read", (home) => made(home, CODE, 0o755)],
    ["that lies where others may write", (home) => chmodSync(home, 0o777)],
    [
      "that a link leads to, where others may write",
      (home) => {
        made(home, "shared", 0o777);
        made(home, "shared/code", 0o700);
        symlinkSync("shared/code", join(home, CODE));
      },
    ],
    ["that is a file", (home) => writeFileSync(join(home, CODE), "")],
  ])("takes no folder %s", (_, prepare) => {
    expect(call(prepare).enabled).toEqual([]);
  });

  it("takes no folder of another user", () => {
    expect(call(nothing, { user: user + 1 }).enabled).toEqual([]);
  });

  it.each<[string, Partial<CompileCachePorts>, string[]?]>([
    ["on a runner", { env: { CI: "true" } }],
    ["on GitHub's runner", { env: { GITHUB_ACTIONS: "true" } }],
    ["where Node's variable turns it off", { env: { NODE_DISABLE_COMPILE_CACHE: "1" } }],
    ["where the cache's variable turns it off", { env: { MUSLGATE_CACHE: "false" } }],
    ["with --no-cache", {}, ["node", "cli.js", "repo", "--no-cache"]],
    ["where Node has none", { enable: undefined }],
    ["where users have no numbers", { user: undefined }],
  ])("leaves no trace %s", (_, ports, argv) => {
    expect(call(nothing, ports, argv)).toEqual({ enabled: [], left: [] });
  });

  it("removes what hundreds of earlier calls left, and nothing before", () => {
    const fill = (files: number) => (home: string) => {
      made(home, CODE, 0o700);
      made(home, `${CODE}/v24`, 0o700);
      for (let i = 0; i < files; i++) writeFileSync(join(home, CODE, "v24", String(i)), "");
    };
    expect(call(fill(299)).left).toHaveLength(301);
    expect(call(fill(300))).toEqual({ enabled: [`/${CODE}`], left: [CODE] });
  });

  it("is what the program itself does, where Node can", () => {
    const home = mkdtempSync(join(tmpdir(), "muslgate-compile-cache-"));
    homes.push(home);
    const { CI: _, GITHUB_ACTIONS: __, NODE_DISABLE_COMPILE_CACHE: ___, ...env } = process.env;
    const run = (...words: string[]) =>
      execFileSync(process.execPath, ["dist/cli.js", ...words], { env: { ...env, XDG_CACHE_HOME: home } });
    run("--version");
    expect(readdirSync(home)).toEqual([]);
    run("repo", "--help");
    const { enable } = portsOfProcess();
    expect(readdirSync(home)).toEqual(enable === undefined ? [] : [CODE]);
    if (enable === undefined) return;
    expect(readdirSync(join(home, CODE), { recursive: true }).length).toBeGreaterThan(3);
  });
});

/** A folder of this mode, whatever the process leaves out of modes. */
function made(home: string, name: string, mode: number): void {
  mkdirSync(join(home, name));
  chmodSync(join(home, name), mode);
}
