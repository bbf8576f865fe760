import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderTree } from "../../src/discover/folder-tree.ts";
import { globMatches, parseGlob } from "../../src/discover/glob.ts";
import { pathFilter } from "../../src/discover/path-filter.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith, findProgram } from "../support/parts.ts";

describe("a folder on disk", () => {
  it("lists files in order, without what .gitignore names at any depth", async () => {
    const folder = temporaryFolder();
    folder.write(".gitignore", "*.log\n/build\n!keep.log\nsub/**/x\n#c\n\\#d\ndir/\n");
    folder.write("sub/.gitignore", "!a.log\nonly\n");
    const names = "a.log keep.log build/x b/build/x sub/a.log sub/q/x sub/only only #d dir b/dir/f z".split(
      " ",
    );
    for (const name of names) folder.write(name, "");
    folder.write(".git/config", "");
    folder.write("node_modules/m/Dockerfile", "");
    expect((await folderTree(folder.path).list()).paths).toEqual(
      [".gitignore", "b/build/x", "dir", "keep.log", "only", "sub/.gitignore", "sub/a.log", "z"].sort(),
    );
  });

  it("follows no links, and reads nothing outside", async () => {
    const [outside, folder] = [temporaryFolder(), temporaryFolder()];
    const secret = outside.write("secret.yaml", "s");
    folder.write("a/real.yaml", "r");
    symlinkSync(secret, join(folder.path, "link.yaml"));
    symlinkSync(outside.path, join(folder.path, "out"));
    symlinkSync("..", join(folder.path, "a/loop"));
    const tree = folderTree(folder.path);
    expect(await tree.list()).toEqual({ paths: ["a/real.yaml"], diagnostics: [] });
    expect(await tree.read("a/real.yaml")).toEqual({ text: "r" });
    for (const path of [
      "link.yaml",
      "out/secret.yaml",
      "a/loop/a/real.yaml",
      "../x",
      "/etc/passwd",
      "a",
      "no",
    ]) {
      expect(await tree.read(path), path).toHaveProperty("problem");
    }
  });

  it("says when its bounds are reached", async () => {
    const folder = temporaryFolder();
    for (const name of ["a", "b", "c"]) folder.write(name, name.repeat(10));
    const tree = folderTree(folder.path, { files: 2, bytes: 9 });
    const { paths, diagnostics } = await tree.list();
    expect(paths).toEqual(["a", "b"]);
    expect(diagnostics).toMatchObject([{ code: "too-many-files", weight: "gap" }]);
    expect(await tree.read("a")).toEqual({ problem: "it is larger than 9 bytes" });
  });

  it("says when the folder is not there", async () => {
    const { diagnostics } = await folderTree("/no/such/folder").list();
    expect(diagnostics).toMatchObject([{ code: "folder-unreadable", weight: "gap" }]);
  });
});

describeWith({ programs: ["mkfifo"] }, "a pipe in a folder", () => {
  it("is not waited for", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder.path, "d"));
    execFileSync(findProgram("mkfifo") ?? "", [join(folder.path, "d/pipe.yaml")]);
    expect(await folderTree(folder.path).list()).toEqual({ paths: [], diagnostics: [] });
    expect(await folderTree(folder.path).read("d/pipe.yaml")).toEqual({ problem: "it is no file" });
  });
});

describeWith({ programs: ["git"] }, "ignoring, against git itself", () => {
  it("lists what git would add", async () => {
    const part = fc.constantFrom("a", "b", "ab", "c.log", "*", "**", "*.log", "a*", "?", "[ab]", "[!a]");
    const pattern = fc
      .tuple(
        fc.constantFrom("", "!", "/", "!/"),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", "/"),
      )
      .map(([head, parts, tail]) => head + parts.join("/") + tail);
    const names = ["a", "b", "ab", "c.log"];
    const folder = temporaryFolder();
    for (const one of names)
      for (const two of names) for (const three of ["a", "c.log"]) folder.write(`${one}/${two}/${three}`, "");
    execFileSync("git", ["init", "-q"], { cwd: folder.path });
    await fc.assert(
      fc.asyncProperty(fc.array(pattern, { maxLength: 4 }), async (patterns) => {
        folder.write(".gitignore", patterns.join("\n"));
        const git = execFileSync("git", ["ls-files", "-o", "--exclude-standard", "-z"], { cwd: folder.path });
        const expected = git.toString().split("\0").filter(Boolean).sort();
        expect([...(await folderTree(folder.path).list()).paths].sort()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("globs", () => {
  it.each([
    ["*.yaml", "a/b/c.yaml", true],
    ["deploy", "deploy/x/y.yaml", true],
    ["deploy/", "deploy/y.yaml", true],
    ["./deploy/*.yaml", "deploy/y.yaml", true],
    ["deploy/*.yaml", "deploy/x/y.yaml", false],
    ["deploy/**/*.yaml", "deploy/y.yaml", true],
    ["**", "a", true],
    ["charts/*/values.yaml", "charts/a/values.yaml", true],
  ])("%s and %s: %s", (glob, path, expected) => {
    expect(pathFilter([glob])(path)).toBe(expected);
    expect(pathFilter([], [glob])(path)).toBe(!expected);
  });

  it("takes time proportional to pattern and path", () => {
    const started = performance.now();
    expect(globMatches(parseGlob("*a".repeat(2000)), [`${"a".repeat(4000)}b`])).toBe(false);
    expect(globMatches(parseGlob("**/a/".repeat(500)), Array.from(`${"a".repeat(2000)}b`))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
