import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, expect, it } from "vitest";
import { folderTree } from "../../src/tree/folder-tree.ts";
import { type GitTree, gitTree } from "../../src/tree/git-tree.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";

const ports = { env: process.env };
const WHO = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", [...WHO, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
    .toString()
    .trim();
}

/** Commits all there is and returns the commit. */
function commit(folder: string): string {
  if (!existsSync(join(folder, ".git"))) git(folder, "init", "-q");
  git(folder, "add", "-A", "-f");
  git(folder, "commit", "-q", "--allow-empty", "-m", "c");
  return git(folder, "rev-parse", "HEAD");
}

const open: GitTree[] = [];
afterAll(() => {
  for (const one of open) if (one.kind === "tree") one.close();
});

async function treeOf(root: string, hash: string, bounds: { files?: number; bytes?: number } = {}) {
  const found = await gitTree(root, hash, { ...ports, ...bounds });
  open.push(found);
  if (found.kind !== "tree") throw new Error(JSON.stringify(found));
  return found.tree;
}

describeWith({ programs: ["git"] }, "a commit", () => {
  it("is read as it was, whatever the work tree holds now", async () => {
    const folder = temporaryFolder();
    folder.write("a.yaml", "old");
    folder.write("d/é b\n.yaml", "x");
    const first = commit(folder.path);
    folder.write("a.yaml", "new");
    folder.write("later.yaml", "");
    const second = commit(folder.path);
    rmSync(join(folder.path, "a.yaml"));
    const [before, after] = [await treeOf(folder.path, first), await treeOf(folder.path, second)];
    expect(await before.list()).toEqual({ paths: ["a.yaml", "d/é b\n.yaml"], diagnostics: [] });
    expect((await after.list()).paths).toEqual(["a.yaml", "d/é b\n.yaml", "later.yaml"]);
    const texts = ["a.yaml", "d/é b\n.yaml", "later.yaml", "../x", "d"].map((path) => before.read(path));
    expect(await Promise.all(texts)).toEqual([
      { text: "old" },
      { text: "x" },
      { problem: "no such file or folder" },
      { problem: "no such file or folder" },
      { problem: "no such file or folder" },
    ]);
    expect(await after.read("a.yaml")).toEqual({ text: "new" });
    expect(await after.read("later.yaml")).toEqual({ text: "" });
  });

  it("is read in any order, several files at once, also what is large, empty or not in it", async () => {
    const folder = temporaryFolder();
    const names = Array.from({ length: 100 }, (_, i) => `f${i}.${i % 3 === 0 ? "json" : "yaml"}`);
    const textOf = (name: string) => name.repeat(name.endsWith("7.yaml") ? 5_000 : Number(name.slice(1, 2)));
    for (const name of names) folder.write(name, textOf(name));
    const hash = commit(folder.path);
    const asked = [...names, ...names.toReversed(), "none.yaml", ...names.filter((_, i) => i % 7 === 0)];
    const right = asked.map((name) =>
      name === "none.yaml" ? { problem: "no such file or folder" } : { text: textOf(name) },
    );
    const [one, other] = [await treeOf(folder.path, hash), await treeOf(folder.path, hash)];
    expect(await Promise.all(asked.map((name) => one.read(name)))).toEqual(right);
    for (const [i, name] of asked.entries()) expect(await other.read(name), name).toEqual(right[i]);
  });

  it("lists a folder of the repository by its own paths, as folderTree does", async () => {
    const folder = temporaryFolder();
    for (const name of ["x.yaml", "sub/deep/a.yaml", "sub/b.yaml", "sub/node_modules/m.yaml"])
      folder.write(name, name);
    const hash = commit(folder.path);
    const sub = join(folder.path, "sub");
    const tree = await treeOf(sub, hash.toUpperCase());
    expect(await tree.list()).toEqual(await folderTree(sub).list());
    expect((await tree.list()).paths).toEqual(["b.yaml", "deep/a.yaml"]);
    expect(await tree.read("deep/a.yaml")).toEqual({ text: "sub/deep/a.yaml" });
    mkdirSync(join(folder.path, "since"));
    expect((await (await treeOf(join(folder.path, "since"), hash)).list()).paths).toEqual([]);
  });

  it("has neither links nor submodules", async () => {
    const [folder, module] = [temporaryFolder(), temporaryFolder()];
    folder.write("real.yaml", "r");
    symlinkSync("real.yaml", join(folder.path, "link.yaml"));
    const inner = commit(module.path);
    git(folder.path, "init", "-q");
    git(folder.path, "add", "-A");
    git(folder.path, "update-index", "--add", "--cacheinfo", `160000,${inner},module`);
    git(folder.path, "commit", "-q", "-m", "c");
    const tree = await treeOf(folder.path, git(folder.path, "rev-parse", "HEAD"));
    expect(await tree.list()).toEqual({ paths: ["real.yaml"], diagnostics: [] });
  });

  it("says when its bounds are reached", async () => {
    const folder = temporaryFolder();
    for (const name of ["a", "b", "c"]) folder.write(name, name.repeat(10));
    const tree = await treeOf(folder.path, commit(folder.path), { files: 2, bytes: 9 });
    const { paths, diagnostics } = await tree.list();
    expect(paths).toEqual(["a", "b"]);
    expect(diagnostics).toMatchObject([{ code: "too-many-files", weight: "gap" }]);
    expect(await tree.read("a")).toEqual({ problem: "it is larger than 9 bytes" });
  });

  it("is missing in a clone that has not all of it", async () => {
    const folder = temporaryFolder();
    folder.write("a.yaml", "1");
    const first = commit(folder.path);
    folder.write("a.yaml", "2");
    const second = commit(folder.path);
    const [shallow, partial] = [join(folder.path, ".git/s"), join(folder.path, ".git/p")];
    const from = `file://${folder.path}`;
    git(folder.path, "config", "uploadpack.allowFilter", "true");
    git(folder.path, "clone", "-q", "--depth=1", from, shallow);
    git(folder.path, "clone", "-q", "--filter=blob:none", from, partial);
    expect(await gitTree(shallow, first, ports)).toEqual({ kind: "missing" });
    expect((await (await treeOf(shallow, second)).list()).paths).toEqual(["a.yaml"]);
    expect(await gitTree(partial, first, ports)).toEqual({ kind: "missing" });
    expect((await (await treeOf(partial, second)).list()).paths).toEqual(["a.yaml"]);
    expect(await gitTree(shallow, "0".repeat(40), ports)).toEqual({ kind: "missing" });
    expect(await gitTree(shallow, git(shallow, "rev-parse", "HEAD^{tree}"), ports)).toEqual({
      kind: "missing",
    });
  });

  it("is not asked for by anything but its hash, nor outside a repository, nor without git", async () => {
    const folder = temporaryFolder();
    const hash = commit(folder.path);
    for (const text of [
      "main",
      "HEAD",
      hash.slice(0, 12),
      `${hash}^`,
      `--help`,
      ` ${hash}`,
      `${hash}\n${hash}`,
    ]) {
      expect(await gitTree(folder.path, text, ports), text).toMatchObject({ kind: "problem" });
    }
    expect(await gitTree(temporaryFolder().path, hash, ports)).toMatchObject({
      kind: "problem",
      why: expect.stringContaining("not a git repository"),
    });
    expect(await gitTree("/no/such/folder", hash, ports)).toMatchObject({ kind: "problem" });
    expect(await gitTree(folder.path, hash, { env: { PATH: "/nowhere" } })).toEqual({
      kind: "problem",
      why: "git is not installed",
    });
  });

  it("does not keep the run alive when nobody closes it", { timeout: 20_000 }, async () => {
    const folder = temporaryFolder();
    folder.write("a.yaml", "1");
    const hash = commit(folder.path);
    const input = folder.write(
      "run.ts",
      `import { gitTree } from ${JSON.stringify(resolve("src/tree/git-tree.ts"))};
      const { tree } = await gitTree(${JSON.stringify(folder.path)}, "${hash}", { env: process.env });
      process.stdout.write((await tree.read("a.yaml")).text);`,
    );
    const bundle = await rolldown({ input, platform: "node", logLevel: "silent" });
    const { output } = await bundle.generate({ format: "esm" });
    await bundle.close();
    const args = [folder.write("run.mjs", output[0].code)];
    expect(execFileSync(process.execPath, args, { timeout: 15_000 }).toString()).toBe("1");
  });
});

describeWith({ programs: ["git"] }, "a hostile repository", () => {
  it("runs nothing it configures", async () => {
    const folder = temporaryFolder();
    folder.write("a.yaml", "1");
    folder.write("b.yaml", "2");
    folder.write(".gitattributes", "* filter=evil diff=evil\n");
    const hash = commit(folder.path);
    const blob = git(folder.path, "rev-parse", "HEAD:b.yaml");
    const marker = join(folder.path, "ran");
    const evil = folder.write("evil.sh", `#!/bin/sh\ntouch ${marker}\nexit 1\n`);
    execFileSync("chmod", ["+x", evil]);
    folder.write(
      ".git/config",
      `[core]\n\trepositoryformatversion = 1\n\tfsmonitor = ${evil}\n\tsshCommand = ${evil}\n\tpager = ${evil}\n\teditor = ${evil}\n` +
        `\taskPass = ${evil}\n\talternateRefsCommand = ${evil}\n[extensions]\n\tpartialClone = origin\n` +
        `[remote "origin"]\n\turl = ${folder.path}\n\tpromisor = true\n\tuploadpack = ${evil}\n` +
        `[filter "evil"]\n\tsmudge = ${evil}\n\tclean = ${evil}\n\trequired = true\n[diff "evil"]\n\ttextconv = ${evil}\n\tcommand = ${evil}\n` +
        `[alias]\n\tls-tree = !${evil}\n\tcat-file = !${evil}\n[credential]\n\thelper = !${evil}\n[pager]\n\tls-tree = ${evil}\n`,
    );
    for (const hook of ["post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"]) {
      execFileSync("cp", [evil, join(folder.path, ".git/hooks", hook)]);
    }
    // The configuration does run things in a git that is not held.
    for (const args of [["status"], ["cat-file", "-p", "1".repeat(40)]]) {
      spawnSync("git", args, { cwd: folder.path });
      expect(existsSync(marker), args[0]).toBe(true);
      rmSync(marker);
    }
    const tree = await treeOf(folder.path, hash);
    rmSync(join(folder.path, ".git/objects", blob.slice(0, 2), blob.slice(2)));
    expect(await tree.read("a.yaml")).toEqual({ text: "1" });
    expect(await tree.read("b.yaml")).toEqual({ problem: "it is not in this clone" });
    expect(await gitTree(folder.path, hash, ports)).toEqual({ kind: "missing" });
    expect(await gitTree(folder.path, "0".repeat(40), ports)).toEqual({ kind: "missing" });
    expect(existsSync(marker)).toBe(false);
  });

  it("puts no program of its own in git's place", async () => {
    const folder = temporaryFolder();
    const hash = commit(folder.path);
    const marker = join(folder.path, "ran");
    execFileSync("chmod", ["+x", folder.write("git", `#!/bin/sh\ntouch ${marker}\n`)]);
    const here = process.cwd();
    const relative = join("..", "..", "..", "..", "..", "..", folder.path);
    expect(existsSync(join(here, relative, "git"))).toBe(true);
    const found = await gitTree(folder.path, hash, { env: { PATH: `${relative}::.:${process.env.PATH}` } });
    expect(found.kind).toBe("tree");
    if (found.kind === "tree") found.close();
    expect(existsSync(marker)).toBe(false);
  });

  it("is not taken for a repository when its files look like a bare one", async () => {
    const folder = temporaryFolder();
    git(folder.path, "init", "-q", "--bare");
    expect(await gitTree(folder.path, "0".repeat(40), ports)).toMatchObject({ kind: "problem" });
  });

  it("does not lead out of the tree by the names it gives its files", async () => {
    const folder = temporaryFolder();
    folder.write("a.yaml", "1");
    commit(folder.path);
    const blob = git(folder.path, "rev-parse", "HEAD:a.yaml");
    const bytes = Buffer.concat(
      ["..", ".", "ok.yaml"].map((name) =>
        Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]),
      ),
    );
    const made = execFileSync("git", ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], {
      cwd: folder.path,
      input: bytes,
    });
    const hash = git(folder.path, "commit-tree", "-m", "c", made.toString().trim());
    expect((await (await treeOf(folder.path, hash)).list()).paths).toEqual(["ok.yaml"]);
  });
});
