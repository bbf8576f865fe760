import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dockerArchive, IMAGES } from "../../examples/images.mjs";
import { createLayerReader } from "../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { dockerDaemonSource } from "../../src/image/source/docker-daemon.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";
import { LOCAL_SOURCES, readFacts } from "../support/sources.ts";
import { muslgate } from "./program.ts";

describeWith({ programs: ["podman", "buildah", "umoci"], root: true }, "images of podman and buildah", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const stores = ["--root", at("root"), "--runroot", at("run"), "--storage-driver", "vfs"];
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder.path, stdio: "pipe" });
  const socket = at("podman.sock");
  const env = { DOCKER_HOST: `unix://${socket}` };
  const archive = folder.write("docker.tar", dockerArchive("localhost/shop/api:1.0", IMAGES["shop-api"]!));
  let service: ReturnType<typeof spawn>;
  const sources = [
    ...LOCAL_SOURCES,
    dockerDaemonSource(createLayerReader(DEFAULT_LIMITS), env, DEFAULT_LIMITS),
  ];

  beforeAll(async () => {
    run("podman", ...stores, "load", "-i", archive);
    service = spawn("podman", [...stores, "system", "service", "--time=0", `unix://${socket}`], {
      stdio: "ignore",
    });
    for (let tries = 0; !existsSync(socket) && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }, 60_000);
  afterAll(() => service.kill());

  it("are read over podman's socket, with and without the prefix", async () => {
    const expected = await readFacts(archive);
    expect(await readFacts("docker-daemon:localhost/shop/api:1.0", sources)).toEqual(expected);
    expect(await readFacts("localhost/shop/api:1.0", sources)).toEqual(expected);
  });

  it("let the bundled program find the break, and say what the daemon does not have", async () => {
    const options = ["--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled"];
    const found = await muslgate(["image", "localhost/shop/api:1.0", ...options], env);
    expect(found.out).toMatch(/✗ affected\s+localhost\/shop\/api:1\.0/);
    const missing = await muslgate(["image", "docker-daemon:nobody/has:this", ...options], env);
    expect(missing.out.replace(/\s+/g, " ")).toContain(
      "the daemon has no image docker-daemon:nobody/has:this",
    );
    const dead = await muslgate(["image", "docker-daemon:x", ...options], {
      DOCKER_HOST: `unix://${at("nowhere.sock")}`,
    });
    expect(dead.out.replace(/\s+/g, " ")).toContain("daemon cannot be asked");
  });

  it("are read as podman and buildah save them", async () => {
    run("podman", ...stores, "save", "--format", "oci-archive", "-o", "oci.tar", "localhost/shop/api:1.0");
    run(
      "podman",
      ...stores,
      "save",
      "--format",
      "docker-archive",
      "-o",
      "saved.tar",
      "localhost/shop/api:1.0",
    );
    run("buildah", ...stores, "push", "localhost/shop/api:1.0", `oci:${at("pushed")}:1.0`);
    const expected = await readFacts(archive);
    for (const reference of [at("oci.tar"), at("saved.tar"), at("pushed")])
      expect(await readFacts(reference)).toEqual(expected);
  });
});
