import { existsSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolders } from "../../src/tree/make-folders.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();

it("makes what is missing, and takes what is there", () => {
  const path = join(folder.path, "a/b/c");
  for (const again of [path, path, join(path, "../d"), folder.path]) makeFolders(again);
  for (const made of [path, join(folder.path, "a/b/d")]) expect(statSync(made).isDirectory()).toBe(true);
});

it("throws what the system says where it cannot", () => {
  const file = folder.write("file", "x");
  expect(() => makeFolders(join(file, "a/b"))).toThrow("ENOTDIR");
  symlinkSync("nowhere", join(folder.path, "link"));
  expect(() => makeFolders(join(folder.path, "link/a"))).toThrow("ENOENT");
});

it.runIf(existsSync("/proc/self"))("comes to an end where nobody can make a folder", () => {
  expect(() => makeFolders("/proc/muslgate/a")).toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
