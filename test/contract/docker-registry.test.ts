import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { entryKey } from "../../src/fleet/facts-entry.ts";
import { ociStore } from "../../src/fleet/oci-store.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { createCredentials } from "../../src/image/source/registry/credentials.ts";
import {
  createRegistrySource,
  type RegistryOptions,
} from "../../src/image/source/registry/registry-source.ts";
import type { Image } from "../../src/model/oci.ts";
import { type MadeCertificates, makeCertificates } from "../support/certificates.ts";
import { digestOf } from "../support/faulty-registry.ts";
import { freePorts } from "../support/free-ports.ts";
import { describeWith } from "../support/parts.ts";

const USER = "me";
const PASSWORD = "hunter2:with colon";

/** A layer as a builder writes it. */
async function tar(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Layout {
  readonly path: string;
  readonly diffIds: readonly string[];
}

/** Writes an OCI layout of two platforms and an attestation; one layer is gzip, one is plain. */
async function writeLayout(path: string): Promise<Layout> {
  mkdirSync(join(path, "blobs", "sha256"), { recursive: true });
  const put = (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    writeFileSync(join(path, "blobs", "sha256", digest.slice("sha256:".length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (mediaType: string, value: object) =>
    put(mediaType, Buffer.from(JSON.stringify({ mediaType, ...value })));
  const base = await tar({ "etc/os-release": "ID=alpine\n" });
  const noise = createHash("sha512").update("noise").digest("hex");
  const own = await tar({ "app/data": noise.repeat(20_000) });
  const stored = [gzipSync(base), own];
  const types = ["application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.oci.image.layer.v1.tar"];
  const manifest = (architecture: string) =>
    json("application/vnd.oci.image.manifest.v1+json", {
      schemaVersion: 2,
      config: put(
        "application/vnd.oci.image.config.v1+json",
        Buffer.from(
          JSON.stringify({
            os: "linux",
            architecture,
            config: { Entrypoint: ["/app/run"], Env: ["PATH=/bin"] },
            rootfs: { type: "layers", diff_ids: [digestOf(base), digestOf(own)] },
            history: [{ created_by: "ADD base" }, { created_by: "COPY app" }],
          }),
        ),
      ),
      layers: stored.map((bytes, i) => put(types[i] ?? "", bytes)),
    });
  const index = json("application/vnd.oci.image.index.v1+json", {
    schemaVersion: 2,
    manifests: ["amd64", "arm64"].map((architecture) => ({
      ...manifest(architecture),
      platform: { os: "linux", architecture },
    })),
  });
  writeFileSync(join(path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(path, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ ...index, annotations: { "org.opencontainers.image.ref.name": "all" } }],
    }),
  );
  return { path, diffIds: [digestOf(base), digestOf(own)] };
}

async function listening(port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the registry does not start");
}

describeWith(
  { programs: ["docker-registry", "skopeo", "htpasswd", "openssl"] },
  "Debian's docker-registry",
  () => {
    let folder = "";
    let made: MadeCertificates;
    let layout: Layout;
    const running: ChildProcess[] = [];

    /** Starts a registry and pushes the image: as a list, as one image, and in Docker's own form. */
    async function start(name: string, settings: string, ...skopeo: string[]): Promise<string> {
      const [port = 0] = await freePorts(1);
      const config = join(folder, `${name}.yml`);
      writeFileSync(
        config,
        `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${folder}/${name}\nhttp:\n  addr: 127.0.0.1:${port}\n${settings}`,
      );
      running.push(spawn("docker-registry", ["serve", config], { stdio: "ignore" }));
      await listening(port);
      const host = `127.0.0.1:${port}`;
      const copy = (tag: string, ...more: string[]) =>
        execFileSync(
          "skopeo",
          [
            "--insecure-policy",
            "copy",
            "-q",
            ...skopeo,
            ...more,
            `oci:${layout.path}:all`,
            `docker://${host}/team/app:${tag}`,
          ],
          { stdio: ["ignore", "ignore", "inherit"] },
        );
      copy("list", "--all");
      copy("one");
      copy("docker", "--format", "v2s2");
      return host;
    }

    let plain = "";
    let basic = "";
    let secure = "";
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "muslgate-registry-"));
      made = makeCertificates(folder);
      layout = await writeLayout(join(folder, "layout"));
      const passwords = execFileSync("htpasswd", ["-Bbn", USER, PASSWORD]);
      writeFileSync(join(folder, "htpasswd"), passwords);
      const auth = `auth:\n  htpasswd:\n    realm: "a, Bearer realm"\n    path: ${folder}/htpasswd\n`;
      const tls = `  tls:\n    certificate: ${folder}/server.crt\n    key: ${folder}/server.key\n`;
      const creds = ["--dest-creds", `${USER}:${PASSWORD}`];
      mkdirSync(join(folder, "authorities"));
      writeFileSync(join(folder, "authorities", "ca.crt"), made.ca);
      plain = await start("plain", "", "--dest-tls-verify=false");
      basic = await start("basic", auth, "--dest-tls-verify=false", ...creds);
      secure = await start("secure", tls + auth, "--dest-cert-dir", join(folder, "authorities"), ...creds);
    });
    afterAll(() => {
      for (const child of running) child.kill();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens an image and reads its layers. */
    async function pull(reference: string, options: Partial<RegistryOptions> = {}, architecture = "amd64") {
      const source = createRegistrySource({
        limits: DEFAULT_LIMITS,
        env: {},
        credentials: createCredentials({ env: {}, home: folder }),
        ...options,
      });
      const signal = AbortSignal.timeout(20_000);
      const platform = { os: "linux", architecture };
      const opened = await source.open({ reference, written: `registry:${reference}`, platform, signal });
      const [image] = opened.images as [Image];
      const layers: Buffer[] = [];
      for (const { blob, digest } of image.layers) {
        if (blob.kind !== "stream") throw new Error("not a stream");
        const chunks: Uint8Array[] = [];
        for await (const chunk of await blob.open(signal)) chunks.push(chunk);
        layers.push(Buffer.concat(chunks));
        expect(digestOf(layers.at(-1)!)).toBe(digest);
      }
      await opened.close();
      return { image, layers, opened };
    }
    const login = (registry: string) =>
      createCredentials({
        env: {},
        home: folder,
        explicit: { registry, username: USER, password: PASSWORD },
      });

    it("serves a list, one image of it, and Docker's own form, all with the same facts", async () => {
      for (const tag of ["list", "one", "docker"]) {
        const { image, layers, opened } = await pull(`${plain}/team/app:${tag}`);
        expect(image.reference).toBe(`registry:${plain}/team/app:${tag}`);
        expect(image.config).toMatchObject({
          platform: { os: "linux", architecture: "amd64" },
          entrypoint: ["/app/run"],
          env: ["PATH=/bin"],
          diffIds: layout.diffIds,
        });
        expect(image.layers.map(({ diffId }) => diffId)).toEqual(image.config.diffIds);
        expect(opened.diagnostics).toEqual([]);
        // skopeo compresses on the way to a registry.
        const plainLayers = layers.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes));
        expect(plainLayers.map(digestOf)).toEqual(image.config.diffIds);
      }
    });
    it("serves the platform asked for, by tag and by digest", async () => {
      const byTag = await pull(`${plain}/team/app:list`, {}, "arm64");
      expect(byTag.image.config.platform.architecture).toBe("arm64");
      const byDigest = await pull(`${plain}/team/app@${byTag.image.digest}`, {}, "arm64");
      expect(byDigest.image).toMatchObject({ digest: byTag.image.digest, config: byTag.image.config });
      await expect(pull(`${plain}/team/app:list`, {}, "s390x")).rejects.toThrow(
        "there is linux/amd64, linux/arm64",
      );
    });
    it("serves parts of a layer", async () => {
      const { image } = await pull(`${plain}/team/app:one`);
      const source = createRegistrySource({ limits: DEFAULT_LIMITS, env: {}, credentials: login("x") });
      const signal = AbortSignal.timeout(5_000);
      const reference = `${plain}/team/app:one`;
      const opened = await source.open({
        reference,
        written: reference,
        platform: image.config.platform,
        signal,
      });
      const { blob } = opened.images[0]!.layers[1]!;
      if (blob.kind !== "stream" || !blob.readRange) throw new Error("no parts");
      const part = await blob.readRange(1_000, 2_000, signal);
      const stored = Buffer.concat(
        await (async () => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of await blob.open(signal)) chunks.push(chunk);
          return chunks;
        })(),
      );
      expect(Buffer.from(part ?? []).equals(stored.subarray(1_000, 2_000))).toBe(true);
      await opened.close();
    });
    it("says what is missing", async () => {
      await expect(pull(`${plain}/team/app:none`)).rejects.toThrow("has no manifest none in team/app");
      await expect(pull(`${plain}/team/none:1`)).rejects.toThrow(/has no (?:repository|manifest)/);
    });
    it("with basic authentication wants the right password", async () => {
      await expect(pull(`${basic}/team/app:one`)).rejects.toThrow("wants a login for team/app");
      expect((await pull(`${basic}/team/app:one`, { credentials: login(basic) })).layers.length).toBe(2);
      const wrong = createCredentials({
        env: {},
        home: folder,
        explicit: { registry: basic, username: USER, password: "wrong" },
      });
      await expect(pull(`${basic}/team/app:one`, { credentials: wrong })).rejects.toMatchObject({
        code: "registry",
        hint: expect.stringContaining("The credentials from the command line were sent"),
      });
    });
    it("is logged in to by what skopeo login wrote", async () => {
      const authFile = join(folder, "auth.json");
      execFileSync(
        "skopeo",
        ["login", "--tls-verify=false", "--authfile", authFile, "-u", USER, "--password-stdin", basic],
        { input: PASSWORD, stdio: ["pipe", "ignore", "inherit"] },
      );
      const credentials = createCredentials({ env: { REGISTRY_AUTH_FILE: authFile }, home: folder });
      expect((await pull(`${basic}/team/app:list`, { credentials })).layers.length).toBe(2);
    });
    it("keeps the facts of a fleet's shard once", async () => {
      const digest = digestOf(Buffer.from("a layer"));
      const part = {
        run: digestOf(Buffer.from("a plan")),
        schema: "s",
        layers: [{ digest, size: 1, shard: 1, from: "x/y" }],
      };
      const key = entryKey("s", digest);
      const entry = "facts ".repeat(200_000);
      for (const host of [plain, basic, secure]) {
        const more = { credentials: login(host), caCertificates: [made.ca] };
        const registry = createRegistrySource({ limits: DEFAULT_LIMITS, env: {}, ...more });
        const run = async (text: string) => {
          const store = await ociStore(`oci://${host}/fleet/facts`, { ...part, shard: 1 }, registry, folder);
          await store.add(key, text);
          await store.save?.().finally(store.close);
        };
        await run(entry);
        await run(entry);
        await expect(run("others")).rejects.toThrow("two different entries");
        const merging = await ociStore(`oci://${host}/fleet/facts`, part, registry, folder);
        expect(await merging.get(key)).toBe(entry);
        merging.close?.();
      }
    });
    it("with TLS and a private authority is read once that is trusted", async () => {
      const credentials = login(secure);
      await expect(pull(`${secure}/team/app:one`, { credentials })).rejects.toThrow(
        "certificate is not trusted",
      );
      const { layers } = await pull(`${secure}/team/app:one`, { credentials, caCertificates: [made.ca] });
      expect(layers.length).toBe(2);
    });
  },
);
