import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { createCredentials } from "../../src/image/source/registry/credentials.ts";
import { createRegistrySource } from "../../src/image/source/registry/registry-source.ts";
import type { LayerFacts } from "../../src/model/layer-facts.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/free-ports.ts";
import { CORPUS, describeWith } from "../support/parts.ts";
import { LOCAL_SOURCES, profileOf, readFacts } from "../support/sources.ts";
import { muslgate } from "./program.ts";

/** Where a tar ends: after two zero blocks, before its padding. */
function endOf(archive: Buffer): number {
  let end = archive.length;
  while (archive.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return end + 1024;
}

describeWith(
  { programs: ["docker-registry", "skopeo", "umoci", "zstd"], corpus: true },
  "one image through real tools",
  () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { cwd: folder.path, stdio: "pipe" });
    let registry: ReturnType<typeof spawn>;
    let address: string;
    const sources = [
      ...LOCAL_SOURCES,
      createRegistrySource({
        credentials: createCredentials({ env: {}, home: folder.path }),
        limits: DEFAULT_LIMITS,
        env: {},
      }),
    ];

    beforeAll(async () => {
      const [port = 0] = await freePorts(1);
      address = `127.0.0.1:${port}/test/alpine`;
      const settings = {
        version: 0.1,
        storage: { filesystem: { rootdirectory: at("registry") } },
        http: { addr: `127.0.0.1:${port}` },
      };
      registry = spawn("docker-registry", ["serve", folder.write("registry.yml", JSON.stringify(settings))], {
        stdio: "ignore",
      });
      const rootfs = gunzipSync(readFileSync(join(CORPUS, "alpine/alpine-minirootfs-3.13.12-x86_64.tar.gz")));
      // skopeo 1.9 drops what pads the archive behind its end when it writes zstd:chunked, which changes the diffID.
      folder.write("rootfs.tar", rootfs.subarray(0, endOf(rootfs)));
      run("umoci", "init", "--layout", "oci");
      run("umoci", "new", "--image", "oci:3.13");
      run("umoci", "raw", "add-layer", "--image", "oci:3.13", "rootfs.tar");
      run(
        "umoci",
        "config",
        "--image",
        "oci:3.13",
        "--architecture",
        "amd64",
        "--os",
        "linux",
        "--config.cmd",
        "/bin/sh",
      );
      for (let tries = 0; ; tries++) {
        try {
          run("skopeo", "copy", "--dest-tls-verify=false", "oci:oci:3.13", `docker://${address}:3.13`);
          break;
        } catch (error) {
          // The registry may not listen yet.
          if (tries === 20) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      run(
        "skopeo",
        "copy",
        "--format",
        "v2s2",
        "--dest-tls-verify=false",
        "oci:oci:3.13",
        `docker://${address}:v2s2`,
      );
      run("skopeo", "copy", "oci:oci:3.13", "docker-archive:docker.tar:test/alpine:3.13");
      run("skopeo", "copy", "oci:oci:3.13", "oci-archive:oci.tar:3.13");
      run("skopeo", "copy", "--dest-decompress", "oci:oci:3.13", "dir:plain");
      run(
        "skopeo",
        "copy",
        "--dest-compress",
        "--dest-compress-format",
        "zstd",
        "dir:plain",
        "oci:zstd:3.13",
      );
      run(
        "skopeo",
        "copy",
        "--dest-compress",
        "--dest-compress-format",
        "zstd:chunked",
        "dir:plain",
        "oci:chunked:3.13",
      );
    }, 60_000);
    afterAll(() => registry.kill());

    const references: [string, () => string][] = [
      ["docker-archive", () => at("docker.tar")],
      ["OCI tar", () => at("oci.tar")],
      ["OCI layout by tag", () => `${at("oci")}:3.13`],
      ["OCI layout, zstd", () => at("zstd")],
      ["OCI layout, zstd:chunked", () => at("chunked")],
      ["registry", () => `${address}:3.13`],
      ["registry, Docker schema 2", () => `registry:${address}:v2s2`],
    ];
    let expected: readonly LayerFacts[];
    it.each(references)("%s gives identical facts", async (_, reference) => {
      expected ??= await readFacts(at("oci"), sources);
      const facts = await readFacts(reference(), sources);
      expect(facts).toEqual(expected);
      expect(facts[0]?.entryCount).toBeGreaterThan(400);
    });

    it("profiles it the same from a registry as from an archive", async () => {
      const [fromRegistry, fromArchive] = await Promise.all([
        profileOf(`${address}:3.13`, sources),
        profileOf(at("docker.tar"), sources),
      ]);
      expect(fromRegistry.process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
      expect(fromRegistry.process.chain.map(({ text }) => text)).toEqual(
        fromArchive.process.chain.map(({ text }) => text),
      );
    });

    it("lets the bundled program find the article's break in a registry", async () => {
      const ran = await muslgate([
        "image",
        `${address}:3.13`,
        "--gke-version",
        "1.22.6-gke.1000",
        "--node-local-dns",
        "enabled",
      ]);
      expect(ran.code).toBe(1);
      expect(ran.out).toMatch(
        /✗ affected\s+127\.0\.0\.1:\d+\/test\/alpine:3\.13[\s\S]*musl 1\.2\.2, Alpine Linux 3\.13\.12/,
      );
      const denied = ["--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled"];
      const missing = await muslgate(["image", `${address}:nope`, ...denied]);
      expect(missing.code).toBe(3);
      expect(missing.out.replace(/\s+/g, " ")).toMatch(/\? unknown.*nope/);
    });

    it("reads what comes on standard input, compressed too", async () => {
      const { execSync } = await import("node:child_process");
      const call = `${process.execPath} ${join(process.cwd(), "dist/cli.js")} image - --gke-version 1.22.6-gke.1000 --node-local-dns enabled --no-cache --format json`;
      for (const feed of ["cat docker.tar", "gzip -c docker.tar", "cat oci.tar", "zstd -qc oci.tar"]) {
        const out = execSync(`${feed} | ${call} || true`, {
          cwd: folder.path,
          encoding: "utf8",
          maxBuffer: 2 ** 26,
        });
        expect([feed, JSON.parse(out).summary.affected]).toEqual([feed, 1]);
      }
    });
  },
);
