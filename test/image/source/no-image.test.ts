import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dockerArchive, IMAGES } from "../../../examples/images.mjs";
import { refuseNoImage } from "../../../src/image/source/no-image.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder();
const tar = dockerArchive("shop/api:1.0", IMAGES["shop-api"]!);
const damaged = gzipSync(tar).subarray(0, 40);
const refusal = (written: string) =>
  refuseNoImage(written).then(
    () => undefined,
    ({ code, message }: { code: string; message: string }) => `${code}: ${message.replace(folder.path, "")}`,
  );

describe("refuseNoImage", () => {
  it.each([
    ["a text", Buffer.from("# Read me\n")],
    ["a longer text", Buffer.from("no image\n".repeat(200))],
    ["nothing", Buffer.alloc(0)],
    ["a text in gzip", gzipSync("# Read me\n")],
    ["empty members of gzip", Buffer.concat(Array.from({ length: 50 }, () => gzipSync("")))],
  ])("refuses %s", async (_, bytes) => {
    const file = folder.write("no.tar", bytes);
    expect(await refusal(file)).toBe(
      "usage: /no.tar is no image: it does not begin as a tar does, plain or compressed by gzip or zstd",
    );
    expect(await refusal(`rootfs-tar:${file}`)).toMatch(/^usage: rootfs-tar:\/no.tar is no image/);
  });
  it.each([
    ["a tar", tar],
    ["a tar in gzip", gzipSync(tar)],
    ["a tar that is cut short", tar.subarray(0, 512)],
    ["a stream that is cut short", damaged],
    ["a tar with nothing in it", Buffer.alloc(1024)],
  ])("leaves %s to who reads it", async (_, bytes) => {
    expect(await refusal(folder.write("some.tar", bytes))).toBeUndefined();
  });
  it("refuses a folder that has nothing of a layout, and leaves one that has a part", async () => {
    folder.write("empty/readme", "x");
    expect(await refusal(`${folder.path}/empty`)).toBe("usage: /empty is a folder, but no OCI image layout");
    folder.write("half/index.json", "{}");
    expect(await refusal(`oci-layout:${folder.path}/half`)).toBeUndefined();
  });
  it("refuses a path that is not there where its kind is said, and leaves a name to registries", async () => {
    expect(await refusal("oci-layout:nope")).toBe("usage: oci-layout:nope: no such file or folder");
    expect(await refusal("node:22-alpine")).toBeUndefined();
    expect(await refusal("-")).toBeUndefined();
    expect(await refusal("oci-archive:-")).toBeUndefined();
  });
});
