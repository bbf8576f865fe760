import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { IMAGES, dockerArchive } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { ACTION_NODE } from "./action-runner.ts";
import { runNode } from "./program.ts";

const folder = temporaryFolder();
const prefix = join(folder.path, "prefix");
const project = join(prefix, "lib/node_modules/muslgate");
const api = folder.write("api.tar", dockerArchive("shop/api:1.0", IMAGES["shop-api"]!));
const reports = folder.write("reports.tar", dockerArchive("shop/reports:1.0", IMAGES["shop-reports"]!));
const NLD = join(process.cwd(), "examples/cluster/node-local-dns.yaml");
folder.write("repository/main.tf", 'resource "google_container_cluster" "a" {\n  name = "a"\n}\n');

/** Every file of the package, from its root. */
function files(): string[] {
  return readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .sort();
}

const NODES = [...new Set([process.execPath, ACTION_NODE])];

describe.skipIf(process.platform === "win32")("the package that npm installs", () => {
  beforeAll(async () => {
    // Its own cache and no registry: whatever it needed besides would be missed.
    const npm = (args: readonly string[]) =>
      promisify(execFile)("npm", [...args, "--cache", join(folder.path, "cache"), "--silent"]);
    const { stdout } = await npm(["pack", "--pack-destination", folder.path]);
    mkdirSync(prefix);
    await npm(["install", "-g", "--offline", "--prefix", prefix, join(folder.path, stdout.trim())]);
  });

  it("brings nothing along", () => {
    expect(readdirSync(join(prefix, "lib/node_modules"))).toEqual(["muslgate"]);
    expect(files().filter((file) => file.includes("node_modules"))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("private");
    expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
  });

  it("has what the command line loads, and nothing else", () => {
    const found = new Set<string>();
    const follow = (name: string) => {
      if (found.has(name)) return;
      found.add(name);
      const text = readFileSync(join(project, "dist", name), "utf8");
      for (const [, next = ""] of text.matchAll(/(?:from|import|\()\s*[`"']\.\/([\w-]+\.js)[`"']/g))
        follow(next);
    };
    follow("cli.js");
    const code = files().filter((file) => file.startsWith("dist/") && file.endsWith(".js"));
    expect(code).toEqual([...found].map((name) => `dist/${name}`).sort());
    expect(files().filter((file) => !file.endsWith(".js"))).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/licenses.txt",
      "dist/package.json",
      "dist/tree-sitter-hcl.wasm",
      "dist/web-tree-sitter.wasm",
      "package.json",
    ]);
  });

  it.each(NODES)("runs every command on %s", async (node) => {
    const run = (...args: string[]) =>
      runNode([join(prefix, "bin/muslgate"), ...args], { NO_COLOR: "1", COLUMNS: "100" }, folder.path, node);
    const version = await run("--version");
    expect(version).toMatchObject({ code: 0, err: "" });
    const image = await run("image", api, reports, "--corefile", NLD, "--format", "json");
    expect(JSON.parse(image.out).summary).toMatchObject({ affected: 1, "not-affected": 1, unknown: 0 });
    expect(image.code).toBe(1);
    // Of a registry that is not there, and of Terraform, whose reader lies beside the bundle.
    const registry = await run("image", "127.0.0.1:1/a", "--corefile", NLD);
    expect(registry.out).toContain("unknown");
    expect(registry.code).toBe(3);
    const repo = await run("repo", "repository", "--format", "json");
    expect(JSON.parse(repo.out).clusters).toHaveLength(1);
    expect((await run("corefile", NLD)).code).toBe(1);
    expect((await run("corefile", NLD, "--fix")).out).toContain("+            rcode NOERROR");
    const probe = await run("probe", "--server", "127.0.0.1:1", "--timeout", "1", "--attempts", "1");
    expect(probe).toMatchObject({ code: 3, err: "" });
    expect(probe.out).toContain("127.0.0.1:1");
  });

  it("is started by its name", () => {
    const path = join(prefix, "bin");
    const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
    // The second is how kubectl starts a plugin.
    for (const name of ["muslgate", "kubectl-muslgate"])
      expect(execFileSync("sh", ["-c", `${name} --version`], { encoding: "utf8", env })).toMatch(
        /^\d+\.\d+\.\d+\n$/,
      );
  });
});
