import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { folderTree } from "../../src/tree/folder-tree.ts";
import { isIgnored, readIgnore } from "../../src/tree/ignore-rules.ts";
import { Budget } from "../../src/model/budget.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
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
    const tree = folderTree(folder.path, { limits: { files: 2, fileBytes: 9 } });
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

describeWith({ programs: ["git"] }, "a checkout", () => {
  const list = async (path: string) => (await folderTree(path, { env: process.env }).list()).paths;

  it("has the files that git keeps or does not ignore, as far as they are files and there", async () => {
    const folder = temporaryFolder();
    const repository = gitRepository(folder.path);
    repository.commit({ "a.yaml": "", "gone.yaml": "", "out/kept.yaml": "" });
    folder.write(".gitignore", "out/\n*.log\n");
    folder.write("out/made.yaml", "");
    folder.write("b/new.yaml", "");
    folder.write("b/x.log", "");
    folder.write("node_modules/m/a.yaml", "");
    rmSync(join(folder.path, "gone.yaml"));
    symlinkSync("a.yaml", join(folder.path, "link.yaml"));
    repository.git("add", "link.yaml");
    expect(await list(folder.path)).toEqual([".gitignore", "a.yaml", "b/new.yaml", "out/kept.yaml"]);
    expect(await list(join(folder.path, "b"))).toEqual(["new.yaml"]);
    // Whoever names a folder that is ignored means what is in it.
    expect(await list(join(folder.path, "out"))).toEqual(["kept.yaml", "made.yaml"]);
  });

  it("has the files of the repositories in it", async () => {
    const folder = temporaryFolder();
    const repository = gitRepository(folder.path);
    repository.commit({ "a.yaml": "" });
    gitRepository(join(folder.path, "kept/sub")).commit({ "b.yaml": "", ".gitignore": "*.log\n" });
    folder.write("kept/sub/x.log", "");
    repository.git("-c", "advice.addEmbeddedRepo=false", "add", "kept/sub");
    gitRepository(join(folder.path, "other")).commit({ "c.yaml": "" });
    folder.write("broken/.git/config", "");
    folder.write("broken/d.yaml", "");
    expect(await list(folder.path)).toEqual([
      "a.yaml",
      "broken/d.yaml",
      "kept/sub/.gitignore",
      "kept/sub/b.yaml",
      "other/c.yaml",
    ]);
  });

  it("runs nothing that its configuration names", async () => {
    const folder = temporaryFolder();
    const repository = gitRepository(folder.path);
    repository.commit({ "a.yaml": "a", "b.yaml": "b", ".gitattributes": "* filter=evil diff=evil\n" });
    folder.write("b.yaml", "changed");
    const outside = temporaryFolder();
    const marker = join(outside.path, "ran");
    const program = outside.write("evil", `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(program, 0o755);
    for (const name of ["post-index-change", "fsmonitor-watchman", "post-checkout"]) {
      chmodSync(outside.write(`hooks/${name}`, `#!/bin/sh\ntouch ${marker}\n`), 0o755);
      chmodSync(folder.write(`.git/hooks/${name}`, `#!/bin/sh\ntouch ${marker}\n`), 0o755);
    }
    const evil = [
      `[core]\n\tfsmonitor = ${program}\n\thooksPath = ${outside.path}/hooks\n\tsshCommand = ${program}`,
      `\tpager = ${program}\n\teditor = ${program}\n\taskPass = ${program}\n\tgitProxy = ${program}`,
      `[pager]\n\tls-files = ${program}\n[alias]\n\tls-files = !${program}`,
      `[filter "evil"]\n\tclean = ${program}\n\tsmudge = ${program}\n\tprocess = ${program}\n\trequired = true`,
      `[diff "evil"]\n\tcommand = ${program}\n\ttextconv = ${program}`,
      `[credential]\n\thelper = ${program}\n[trace2]\n\teventTarget = ${outside.path}/traced\n`,
    ].join("\n");
    folder.write(".git/evil", evil);
    folder.write(".git/config", `[core]\n\trepositoryformatversion = 0\n${evil}[include]\n\tpath = evil\n`);
    expect(await list(folder.path)).toEqual([".gitattributes", "a.yaml", "b.yaml"]);
    expect(existsSync(marker)).toBe(false);
    expect(existsSync(join(outside.path, "traced"))).toBe(false);
    // The same configuration does run the program where nothing holds it back.
    spawnSync("git", ["status"], { cwd: folder.path, stdio: "ignore", env: { PATH: process.env.PATH } });
    expect(existsSync(marker)).toBe(true);
  });
});

describe("many rules of .gitignore", () => {
  /** The steps of asking for all paths. */
  const stepsOf = (rules: readonly string[], paths: readonly string[]) => {
    const budget = new Budget("ignoreSteps", Number.POSITIVE_INFINITY);
    const read = readIgnore(rules.join("\n"), "", undefined, budget);
    for (const path of paths) isIgnored(read, path, false, budget);
    return budget.spent;
  };
  const times = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index));
  const paths = times(500, (i) => `folder/f${i}.txt`);

  it.each<[string, (index: number) => string]>([
    ["folders", (i) => `dir${i}/*.log`],
    ["names", (i) => `name${i}`],
    ["anchored names", (i) => `/a/b${i}`],
    ["endings", (i) => `*.log${i}`],
    ["names below any folder", (i) => `**/x${i}/*/y${i}`],
  ])("are not asked one by one for every path: %s", (_, rule) => {
    const rules = times(2_000, rule);
    expect(stepsOf(rules, paths)).toBeLessThan(rules.join("\n").length + 10 * paths.length);
  });

  it("end in a budget, and nothing is ignored then", async () => {
    const folder = temporaryFolder();
    folder.write(".gitignore", `${times(50, () => "*a*b*x*c").join("\n")}\n*.log\n`);
    folder.write(`${"ab".repeat(100)}c`, "");
    folder.write("z.log", "");
    const { paths, diagnostics } = await folderTree(folder.path, { limits: { ignoreSteps: 5_000 } }).list();
    expect(paths).toContain("z.log");
    expect(diagnostics).toMatchObject([{ code: "past-limit", weight: "gap" }]);
    expect(diagnostics[0]?.message).toContain("(limit ignoreSteps=5000)");
    expect(diagnostics[0]?.hint).toContain("ignoreSteps=50000");
  });
});
