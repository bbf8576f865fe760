import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../src/tree/temporary-folder.ts";

/** The number of a process that has ended. */
const gone = spawnSync(process.execPath, ["-e", ""]).pid;
const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

function folder(pid: number, end: string, old: boolean): string {
  const path = join(tmpdir(), `muslgate-sweep-${pid}-${end}`);
  mkdirSync(path);
  writeFileSync(join(path, "file"), "x");
  if (old) utimesSync(path, 1, 1);
  made.push(path);
  return path;
}

describe("a temporary folder", () => {
  it("is made, and what a killed run left long ago is taken away", () => {
    const left = folder(gone, "aaaaaa", true);
    const own = temporaryFolder("sweep");
    made.push(own);
    expect(basename(own)).toMatch(new RegExp(`^muslgate-sweep-${process.pid}-\\w{6}$`));
    expect(existsSync(own)).toBe(true);
    expect(existsSync(left)).toBe(false);
  });

  it("leaves alone what may be in use, or was not made here", () => {
    const target = join(tmpdir(), `muslgate-target-${process.pid}`);
    mkdirSync(target);
    const link = join(tmpdir(), `muslgate-sweep-${gone}-linked`);
    symlinkSync(target, link);
    made.push(target, link);
    const kept = [
      folder(gone, "bbbbbb", false),
      folder(process.pid, "cccccc", true),
      folder(gone, "other-name", true),
      link,
      target,
    ];
    made.push(temporaryFolder("sweep"));
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  });
});
