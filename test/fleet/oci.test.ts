import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entryKey } from "../../src/fleet/facts-entry.ts";
import { ociStore, type RunPart } from "../../src/fleet/oci-store.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { createCredentials } from "../../src/image/source/registry/credentials.ts";
import { createRegistrySource } from "../../src/image/source/registry/registry-source.ts";
import { digestOf, type Seen, sendJson, startServer } from "../support/faulty-registry.ts";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";
import { LOGIN, startUploadRegistry, takeBlob, type UploadRegistry } from "../support/upload-registry.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const RUN = digestOf(Buffer.from("a plan"));
const DIGESTS = ["a", "b", "c"].map((one) => digestOf(Buffer.from(one)));
const [A = "", B = "", C = ""] = DIGESTS.map((digest) => entryKey("s", digest));
/** Two layers of shard 1, one of shard 2. */
const LAYERS = DIGESTS.map((digest, i) => ({ digest, size: 1, shard: i < 2 ? 1 : 2, from: "x/y" }));
const TAG = `team/facts:${RUN.replace(":", "-")}-1`;

const source = ({ host }: { host: string }) =>
  createRegistrySource({
    credentials: createCredentials({ env: {}, home: at("none"), explicit: { registry: host, ...LOGIN } }),
    limits: DEFAULT_LIMITS,
    env: {},
    maxRetries: 0,
  });
const open = (registry: { host: string }, part: Partial<RunPart> = { shard: 1 }) =>
  ociStore(
    `oci://${registry.host}/team/facts`,
    { run: RUN, schema: "s", layers: LAYERS.filter(({ shard }) => shard === (part.shard ?? shard)), ...part },
    source(registry),
    folder.path,
  );
const pushes = ({ seen }: { seen: readonly Seen[] }) => seen.filter(({ method }) => method === "PUT").length;

async function tarOf(
  ...entries: readonly (readonly [string, string, ("file" | "symlink")?])[]
): Promise<Buffer> {
  const tar = pack();
  for (const [name, text, type = "file"] of entries)
    if (type === "file") tar.entry({ name }, text);
    else tar.entry({ name, type, linkname: text });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** What a test puts under the tag of shard 1. */
function put(registry: UploadRegistry, tar: Buffer, change: object = {}, layer: object = {}): void {
  registry.blobs.set(digestOf(tar), tar);
  const empty = Buffer.from("{}");
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: "application/vnd.muslgate.facts.v1",
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(empty), size: 2 },
    layers: [
      {
        mediaType: "application/vnd.muslgate.facts.v1.tar",
        digest: digestOf(tar),
        size: tar.length,
        ...layer,
      },
    ],
    ...change,
  };
  registry.tags.set(TAG, Buffer.from(JSON.stringify(manifest)));
}

describe("a repository as a store", () => {
  it("keeps a shard's entries as one artifact, which the same entries do not push again", async () => {
    const registry = await startUploadRegistry();
    // More than is sent at a time.
    const large = `caf\u00e9 ${"x".repeat(700_000)}`;
    const first = await open(registry);
    expect(await first.get(A)).toBeUndefined();
    expect(await first.add(B, "two")).toBeUndefined();
    expect(await first.add(A, large)).toBeUndefined();
    expect(await first.add(A, "other")).toBe(large);
    expect(pushes(registry)).toBe(0);
    await first.save?.();
    first.close?.();
    expect([...registry.tags.keys()]).toEqual([TAG]);
    expect(JSON.parse(String(registry.tags.get(TAG)))).toMatchObject({
      artifactType: "application/vnd.muslgate.facts.v1",
      config: { digest: digestOf(Buffer.from("{}")) },
      layers: [{ mediaType: "application/vnd.muslgate.facts.v1.tar" }],
    });
    const pushed = pushes(registry);
    // In another order, by one that did not look first.
    const second = await open(registry);
    await second.add(A, large);
    await second.add(B, "two");
    await second.save?.();
    second.close?.();
    expect(pushes(registry)).toBe(pushed);
    const merging = await open(registry, {});
    expect([await merging.get(A), await merging.get(B), await merging.get(C)]).toEqual([
      large,
      "two",
      undefined,
    ]);
    merging.close?.();
    await registry.close();
  });

  it("loses nothing of two runs at once, and stops where they differ", async () => {
    const registry = await startUploadRegistry();
    const runs = [await open(registry), await open(registry), await open(registry)] as const;
    for (const one of runs) expect(await one.get(A)).toBeUndefined();
    await runs[0].add(A, "one");
    await runs[1].add(B, "two");
    await runs[2].add(A, "another");
    await runs[0].save?.();
    await runs[1].save?.();
    await expect(runs[2].save?.()).rejects.toThrow(`there are two different entries ${A} (oci://`);
    for (const one of runs) one.close?.();
    const merging = await open(registry, {});
    expect([await merging.get(A), await merging.get(B)]).toEqual(["one", "two"]);
    merging.close?.();
    await registry.close();
  });

  it("puts blobs where the registry says, and sends no login there", async () => {
    const there: Seen[] = [];
    const blobs = new Map<string, Buffer>();
    const elsewhere = await startServer((seen, response) => {
      there.push(seen);
      takeBlob(blobs, seen, (status) => sendJson(response, status, {}));
    });
    const registry = await startUploadRegistry(undefined, () => `http://${elsewhere.host}`);
    const store = await open(registry);
    await store.add(A, "one");
    await store.save?.();
    store.close?.();
    expect(there.map(({ method }) => method)).toEqual(["PUT", "PUT"]);
    expect(there.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(registry.tags.size).toBe(1);
    expect(blobs.size).toBe(2);
    await Promise.all([registry.close(), elsewhere.close()]);
  });

  it.each([
    ["http://facts.example", /without TLS/],
    ["https://a:b@facts.example", /a login of its own/],
    ["ftp://facts.example", /without TLS/],
  ])("puts nothing at %s", async (address, message) => {
    const registry = await startUploadRegistry(undefined, () => address);
    const store = await open(registry);
    await store.add(A, "one");
    await expect(store.save?.()).rejects.toThrow(message);
    store.close?.();
    expect(pushes(registry)).toBe(0);
    await registry.close();
  });

  it("follows no upload to where a registry redirects it", async () => {
    const server = await startServer((seen, response) => {
      if (seen.method === "GET") return void sendJson(response, 404, {});
      response.writeHead(307, { location: `http://127.0.0.1:9${seen.url}` }).end();
    });
    const store = await open(server);
    await store.add(A, "one");
    await expect(store.save?.()).rejects.toThrow(
      /redirects the request for an upload .* although it carries/,
    );
    store.close?.();
    await server.close();
  });

  const odd: readonly (readonly [string, (registry: UploadRegistry) => Promise<void>, RegExp])[] = [
    ["a path", async (to) => put(to, await tarOf([`../${A}.json`, "x"])), /something else/],
    ["a link", async (to) => put(to, await tarOf([`${A}.json`, "/etc/passwd", "symlink"])), /something else/],
    ["another shard's entry", async (to) => put(to, await tarOf([`${C}.json`, "x"])), /something else/],
    ["an entry twice", async (to) => put(to, await tarOf([`${A}.json`, "x"], [`${A}.json`, "y"])), /twice/],
    [
      "half a tar",
      async (to) => put(to, (await tarOf([`${A}.json`, "x".repeat(2000)])).subarray(0, 1024)),
      /is not what muslgate puts there/,
    ],
    ["no tar", async (to) => put(to, Buffer.alloc(2048, "no")), /is not what muslgate puts there/],
    [
      "another type",
      async (to) => put(to, await tarOf(), { artifactType: "application/vnd.x" }),
      /is not what muslgate puts there/,
    ],
    [
      "another layer's type",
      async (to) => put(to, await tarOf(), {}, { mediaType: "application/x-tar" }),
      /is not what muslgate puts there/,
    ],
    ["no layer", async (to) => put(to, await tarOf(), { layers: [] }), /is not what muslgate puts there/],
    ["too much", async (to) => put(to, await tarOf(), {}, { size: 2 ** 40 }), /more than the 268435456/],
    [
      "other bytes",
      async (to) => {
        const tar = await tarOf([`${A}.json`, "x"]);
        put(to, tar);
        to.blobs.set(digestOf(tar), await tarOf([`${A}.json`, "y"]));
      },
      /does not match its digest/,
    ],
    [
      "more bytes than it says",
      async (to) => put(to, await tarOf([`${A}.json`, "x"]), {}, { size: 10 }),
      /more than the 10 bytes/,
    ],
    ["no JSON", async (to) => void to.tags.set(TAG, Buffer.from("<html>")), /./],
  ];
  it.each(odd)("believes nothing of %s", async (_, change, message) => {
    const registry = await startUploadRegistry();
    await change(registry);
    for (const part of [{}, { shard: 1 }]) {
      const store = await open(registry, part);
      await expect(store.get(A)).rejects.toThrow(message);
      await expect(store.get(B)).rejects.toThrow(message);
      store.close?.();
    }
    await registry.close();
  });

  it("gives the entries of the other shards where one cannot be read", async () => {
    const registry = await startUploadRegistry();
    const second = await open(registry, { shard: 2 });
    await second.add(C, "three");
    await second.save?.();
    second.close?.();
    put(registry, Buffer.alloc(2048, "no"));
    const merging = await open(registry, {});
    await expect(merging.get(A)).rejects.toThrow(/of shard 1 is not what muslgate puts there/);
    expect(await merging.get(C)).toBe("three");
    merging.close?.();
    await registry.close();
  });

  it.each([
    "oci://",
    "oci://x",
    "oci://x/y",
    "oci://x.example/y:1",
    "oci://u@x.example/y",
    "oci://x.example/Y",
  ])("%s is none", async (written) => {
    const part = { run: RUN, schema: "s", layers: [] };
    await expect(ociStore(written, part, source({ host: "x.example" }), folder.path)).rejects.toMatchObject({
      code: "usage",
    });
  });
});

describe("a fleet in a registry", () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, 4);
    for (const [shards, name] of [
      ["3", "oci.plan"],
      ["1", "one.plan"],
    ] as const)
      expect(
        await muslgate(["fleet", "plan", fleet.file, "--shards", shards, "--out", at(name)]),
      ).toMatchObject({ code: 0 });
    expect(await muslgate(["fleet", "read", at("one.plan"), "--store", at("facts")])).toMatchObject({
      code: 0,
    });
  });
  afterAll(() => fleet.registry.close());

  it("comes to the same bytes as one in a folder, and says which shard is not there", async () => {
    const registry = await startUploadRegistry();
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");
    folder.write("docker/config.json", JSON.stringify({ auths: { [registry.host]: { auth } } }));
    mkdirSync(at("tmp"), { recursive: true });
    const env = { DOCKER_CONFIG: at("docker"), TMPDIR: at("tmp") };
    const store = `oci://${registry.host}/team/facts`;
    const read = async (shard: number) => {
      const ran = await muslgate(
        ["fleet", "read", at("oci.plan"), "--shard", `${shard}/3`, "--store", store],
        env,
      );
      expect(ran).toMatchObject({ code: 0, err: "" });
      return ran.out;
    };
    const merge = (plan: string, from: string) =>
      muslgate(["fleet", "merge", at(plan), "--store", from, "--format", "json"], env);
    await read(1);
    await read(3);
    expect((await merge("oci.plan", store)).out).toContain("fleet-shard-missing");
    await read(2);
    const pushed = pushes(registry);
    expect(await read(2)).toMatch(/ 0 layers read, [1-9]\d* were known/);
    expect(pushes(registry)).toBe(pushed);
    expect(registry.tags.size).toBe(3);
    expect(await merge("oci.plan", store)).toEqual(await merge("one.plan", at("facts")));
    expect(readdirSync(at("tmp"))).toEqual([]);
    const nowhere = { ...env, TMPDIR: at("no-such") };
    const placeless = await muslgate(["fleet", "merge", at("oci.plan"), "--store", store], nowhere);
    expect(placeless.err).toContain("Set TMPDIR to a folder");
    await registry.close();
  });
});
