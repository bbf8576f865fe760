import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dockerArchive, IMAGES, ociLayout } from "../../examples/images.mjs";
import { tar } from "../../examples/tar.mjs";
import { createLayerReader } from "../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { openReference } from "../../src/image/source/open.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import { entryAt } from "../support/file-system.ts";
import { temporaryFolder } from "../support/folder.ts";
import { LOCAL_SOURCES, localSources, openImages, profileOf, readFacts } from "../support/sources.ts";

const folder = temporaryFolder();
const image = IMAGES["shop-api"]!;
const layout = ociLayout("shop/api:1.0", image);
for (const { name, body } of layout) folder.write(`layout/${name}`, body as Buffer);
const docker = folder.write("docker.tar", dockerArchive("shop/api:1.0", image));
const oci = folder.write("oci.tar", tar(layout));
const rootfs = folder.write("rootfs.tar.gz", gzipSync(tar(image.layers.flat())));
const layoutFolder = join(folder.path, "layout");

describe("the same image through every local source", () => {
  it.each([
    ["docker-archive", docker],
    ["OCI tar", oci],
    ["docker-archive, named", `docker-archive:${docker}:shop/api:1.0`],
    ["docker-archive, compressed", folder.write("docker.tar.gz", gzipSync(readFileSync(docker)))],
    ["OCI tar, compressed", folder.write("oci.tar.gz", gzipSync(readFileSync(oci)))],
    ["OCI layout, by tag", `${layoutFolder}:1.0`],
    ["OCI tar, by prefix and tag", `oci-archive:${oci}:shop/api:1.0`],
  ])("%s gives the facts of the OCI layout", async (_, reference) => {
    expect(await readFacts(reference)).toEqual(await readFacts(layoutFolder));
  });

  it("reads by seeking what it reads when every byte is hashed", async () => {
    expect(await readFacts(docker, LOCAL_SOURCES, true)).toEqual(await readFacts(docker));
  });

  it("gives one profile, but for what the format says of itself", async () => {
    const strip = (profile: ImageProfile) =>
      JSON.parse(
        JSON.stringify({ ...profile, reference: "", verified: "none" }).replace(/"digest":"[^"]+",?/g, ""),
      );
    expect(strip(await profileOf(docker))).toEqual(strip(await profileOf(layoutFolder)));
  });

  it("reads a bare root file system, compressed or not", async () => {
    const [facts] = await readFacts(rootfs);
    expect(facts && entryAt(facts, "lib/ld-musl-x86_64.so.1")).toMatchObject({ type: "file" });
    expect((await profileOf(rootfs)).musl).toMatchObject({
      loader: { value: "1.2.2" },
      package: { value: "1.2.2-r1" },
    });
  });
});

describe("a compressed archive without a prefix", () => {
  it.each([
    ["docker-archive", folder.write("once.tar.gz", gzipSync(readFileSync(docker)))],
    ["OCI tar", folder.write("once-oci.tar.gz", gzipSync(readFileSync(oci)))],
  ])("%s is read once, and stops being read when the run stops", async (_, path) => {
    const passes: AbortSignal[] = [];
    const reader = createLayerReader(DEFAULT_LIMITS);
    const sources = localSources({
      readArchive(blob, signal) {
        passes.push(signal);
        return reader.readArchive(blob, signal);
      },
    });
    const { signal } = new AbortController();
    await openReference(path, sources, "all", signal);
    expect(passes).toEqual([signal]);
    expect(passes[0]).toBe(signal);
    // What was kept for opening is gone with it: a file written anew is read anew.
    await openReference(path, sources, "all", signal);
    expect(passes.length).toBe(2);
  });
});

describe("what is wrong is said", () => {
  const error = async (reference: string) => {
    try {
      await openImages(reference);
    } catch (problem) {
      return `${(problem as Error).message} ${(problem as { hint: string }).hint}`;
    }
    return "no error";
  };

  it.each([
    ["a missing file", () => "no-such-file.tar", /no-such-file\.tar .*neither a file/],
    ["a missing file in upper case", () => "No-such-file.tar", /No-such-file\.tar .*neither a file/],
    ["a folder that is no layout", () => folder.path, /is a folder, but no OCI image layout/],
    [
      "a tag that is not there",
      () => `docker-archive:${docker}:shop/web:1.0`,
      /no image "shop\/web:1\.0" in it It has: shop\/api:1\.0/,
    ],
    [
      "a layout without that tag",
      () => `oci-layout:${layoutFolder}:nope`,
      /no image "nope" in it It has: shop\/api:1\.0/,
    ],
    ["an archive of another kind", () => `docker-archive:${rootfs}`, /not what docker save writes/],
    [
      "a layer that is missing",
      () => `docker-archive:${folder.write("gone.tar", without(docker, /\.tar$/))}`,
      /incomplete: the layer/,
    ],
  ])("%s", async (_, reference, message) => {
    expect(await error(reference())).toMatch(message);
  });

  it("a document that does not match its digest", async () => {
    const config = layout.find(({ body }) => body?.toString().includes("rootfs"))!;
    const changed = layout.map((member) =>
      member === config
        ? { ...member, body: Buffer.concat([Buffer.from(member.body ?? ""), Buffer.from(" ")]) }
        : member,
    );
    expect(await error(folder.write("changed.tar", tar(changed)))).toMatch(/does not match its digest/);
  });

  it("a layer that does not match, is cut, or is compressed oddly makes the image incomplete", async () => {
    const layer = layout.find(({ body }) => (body as Buffer)[0] === 0x1f)!;
    const broken = (body: Buffer) =>
      folder.write("broken.tar", tar(layout.map((one) => (one === layer ? { ...one, body } : one))));
    for (const body of [
      Buffer.from(layer.body as Buffer).fill(1, 30, 40),
      (layer.body as Buffer).subarray(0, 100),
      gzipSync("x"),
    ]) {
      const profile = await profileOf(broken(body));
      expect(profile.complete).toBe(false);
      expect(profile.process.kind).toBe("unknown");
      expect(profile.diagnostics[0]).toMatchObject({ code: "layer-unreadable", weight: "gap" });
      expect(profile.diagnostics[0]?.message).toContain(
        createHash("sha256")
          .update(layer.body as Buffer)
          .digest("hex"),
      );
    }
  });
});

/** The archive without its first member of such a name. */
function without(path: string, name: RegExp): Buffer {
  const bytes = readFileSync(path);
  const size = Number.parseInt(bytes.toString("latin1", 124, 135), 8);
  if (!name.test(bytes.toString("latin1", 0, bytes.indexOf(0))))
    throw new Error("the first member has another name");
  return bytes.subarray(512 + Math.ceil(size / 512) * 512);
}
