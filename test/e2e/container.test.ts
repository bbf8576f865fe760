import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { IMAGES, dockerArchive } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith, findProgram } from "../support/parts.ts";
import { muslgate } from "./program.ts";

const folder = temporaryFolder();
const base = join(folder.path, "base");
const BUILDAH = [
  "--root",
  join(folder.path, "root"),
  "--runroot",
  join(folder.path, "run"),
  "--storage-driver",
  "vfs",
];
const buildah = (...args: string[]) =>
  execFileSync("buildah", [...BUILDAH, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

/** The libraries of a program, and their loader, as the loader finds them. */
function libraries(program: string): string[] {
  const found = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...found.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

/** chroot starts in the root folder, and the base has no shell. */
const IN_FOLDER = `const { spawnSync } = require("node:child_process");
const [cwd, ...args] = process.argv.slice(1);
process.exitCode = spawnSync(process.execPath, args, { cwd, stdio: "inherit" }).status;`;

function intoBase(file: string, as = file): void {
  mkdirSync(join(base, dirname(as)), { recursive: true });
  copyFileSync(file, join(base, as));
}

describeWith({ programs: ["buildah", "ldd", "chroot"], root: true }, "the container image", () => {
  let root = "";

  beforeAll(() => {
    // In place of the real base: this Node, and the glibc that it runs on here.
    intoBase(process.execPath, "/usr/local/bin/node");
    chmodSync(join(base, "usr/local/bin/node"), 0o755);
    for (const file of libraries(process.execPath)) intoBase(file);
    mkdirSync(join(base, "etc"));
    writeFileSync(
      join(base, "etc/passwd"),
      "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
    );
    mkdirSync(join(base, "tmp"), { mode: 0o1777 });
    chmodSync(join(base, "tmp"), 0o1777);
    writeFileSync(join(base, "Dockerfile"), "FROM scratch\nCOPY . /\nENV PATH=/usr/local/bin\n");
    const build = ["bud", "--isolation", "chroot", "--pull-never", "--format", "oci"];
    buildah(...build, "--tag", "localhost/base", base);
    buildah(...build, "--build-arg", "BASE=localhost/base", "--tag", "localhost/muslgate", process.cwd());
    root = buildah("mount", buildah("from", "--pull-never", "localhost/muslgate"));
    writeFileSync(join(root, "work/api.tar"), dockerArchive("shop/api:1.0", IMAGES["shop-api"]!));
    copyFileSync("examples/cluster/node-local-dns.yaml", join(root, "work/nld.yaml"));
  });

  /** As its configuration says: the user, the folder and the program. */
  function run(...args: string[]) {
    const { OCIv1 } = JSON.parse(buildah("inspect", "--type", "image", "localhost/muslgate"));
    const { User, WorkingDir, Entrypoint } = OCIv1.config;
    const [program, ...rest] = Entrypoint;
    expect([User, WorkingDir]).toEqual(["1000:1000", "/work"]);
    const { status, stdout, stderr } = spawnSync(
      findProgram("chroot") as string,
      [
        `--userspec=${User}`,
        root,
        `/usr/local/bin/${program}`,
        "-e",
        IN_FOLDER,
        WorkingDir,
        ...rest,
        ...args,
      ],
      { encoding: "utf8", env: { PATH: "/usr/local/bin", HOME: "/home/node" } },
    );
    return { status, stdout, stderr };
  }

  it("has a program that says its version, and judges an image", () => {
    const version = run("--version");
    expect(version).toMatchObject({ status: 0, stderr: "" });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const image = run("image", "api.tar", "--corefile", "nld.yaml", "--format", "json");
    expect(image.status, image.stderr).toBe(1);
    expect(JSON.parse(image.stdout).summary).toMatchObject({ affected: 1, unknown: 0 });
  });

  it("has nothing of this repository but what the command line loads", () => {
    expect(readdirSync(join(root, "opt/muslgate"))).toEqual(
      readdirSync("dist")
        .concat("LICENSE")
        .filter((name) => !/^(?:action\.|actions-|octokit-|bottleneck|undici)/.test(name))
        .sort(),
    );
  });

  it("resolves names by glibc, as muslgate itself says of it", async () => {
    const layout = join(folder.path, "layout");
    buildah("push", "localhost/muslgate", `oci:${layout}:latest`);
    const ran = await muslgate([
      "image",
      layout,
      "--gke-version",
      "1.22.6-gke.1000",
      "--node-local-dns",
      "enabled",
    ]);
    expect(ran.out).toMatch(/✓ not affected[\s\S]*glibc/);
    expect(ran.code).toBe(0);
  });
});
