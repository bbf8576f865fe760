/** Archives are told by what is in them: any order of members, both of Docker's forms, and platforms that were left out. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dockerArchive, IMAGES, ociLayout } from "../../examples/images.mjs";
import { tar } from "../../examples/tar.mjs";
import { openReference } from "../../src/image/source/open.ts";
import type { Platform } from "../../src/model/oci.ts";
import { temporaryFolder } from "../support/folder.ts";
import { LOCAL_SOURCES, profileOf } from "../support/sources.ts";

type Members = { name: string; body?: string | Uint8Array; mode?: number; link?: string }[];

const folder = temporaryFolder();
const image = IMAGES["shop-api"]!;
const layout = ociLayout("shop/api:1.0", image) as Members;
const rootfs = image.layers.flat() as Members;
/** The members of a docker-archive, taken apart again. */
const docker = membersOf(dockerArchive("shop/api:1.0", image));

let files = 0;
function write(members: Members, how: "plain" | "gzip" = "plain"): string {
  const bytes = tar(members);
  return folder.write(`${files++}.tar`, how === "gzip" ? gzipSync(bytes) : bytes);
}
const open = async (reference: string, platform: Platform | "all" = { os: "linux", architecture: "amd64" }) =>
  openReference(reference, LOCAL_SOURCES, platform, new AbortController().signal);
const errorOf = async (reference: string, platform?: Platform | "all") => {
  const error = await open(reference, platform).then(
    () => undefined,
    (problem: Error & { hint: string }) => problem,
  );
  return `${error?.message} | ${error?.hint}`;
};

const orders: Readonly<Record<string, (members: Members) => Members>> = {
  "as tools write it": (members) => members,
  "with ./ before its names": (members) => [
    { name: "./" },
    ...members.map((one) => ({ ...one, name: `./${one.name}` })),
  ],
  "behind another file": (members) => [{ name: "README", body: "x" }, ...members],
  "behind a folder of a root file system": (members) => [{ name: "etc/" }, ...members],
  backwards: (members) => members.toReversed(),
};

describe.each(["plain", "gzip"] as const)("a %s archive", (how) => {
  it.each(Object.entries(orders))("is an image %s", async (_, order) => {
    for (const members of [layout, docker]) {
      const profile = await profileOf(write(order(members), how));
      expect(profile.diagnostics).toEqual([]);
      expect(profile.musl.loader?.value).toBe("1.2.2");
      expect(profile.digest).toBeDefined();
    }
  });

  it("is a root file system whatever else is in it", async () => {
    const odd: Members = [
      { name: "manifest.json", body: '{"name":"a web app"}' },
      { name: "index.json", body: "[]" },
      { name: "oci-layout", body: "hello" },
    ];
    for (const members of [rootfs, [...odd, ...rootfs]]) {
      const profile = await profileOf(write(members, how));
      expect(profile.musl.loader?.value).toBe("1.2.2");
      expect(profile.diagnostics).toEqual([]);
      expect(profile.digest).toBeUndefined();
    }
  });

  it("is Docker's where its index.json lists nothing that is there", async () => {
    const digest = `sha256:${"1".repeat(64)}`;
    const gone = [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 3 }];
    for (const manifests of [null, [], gone]) {
      const both = [
        { name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' },
        { name: "index.json", body: JSON.stringify({ schemaVersion: 2, manifests }) },
        ...docker,
      ];
      expect((await profileOf(write(both, how))).musl.loader?.value).toBe("1.2.2");
    }
  });

  it("is the image of the platform it was saved with, and says which others it lists", async () => {
    const path = write(savedFromContainerd("amd64"), how);
    const arm64 = { os: "linux", architecture: "arm64" };
    expect((await open(path)).images).toHaveLength(1);
    expect((await open(path)).diagnostics).toEqual([]);
    expect(await errorOf(path, arm64)).toMatch(/has linux\/amd64, not linux\/arm64 \| It lists linux\/arm64/);
    const all = await open(path, "all");
    expect(all.images).toHaveLength(1);
    expect(all.diagnostics).toMatchObject([
      { code: "platform-missing", weight: "gap", message: expect.stringContaining("lists linux/arm64") },
    ]);
    expect(await errorOf(path, { os: "linux", architecture: "s390x" })).toMatch(
      /has linux\/amd64, not linux\/s390x \| Choose another/,
    );
  });
});

it("is taken where it is for one platform alone, and said to be where another is asked for", async () => {
  const arm64 = { os: "linux", architecture: "arm64" };
  for (const members of [layout, docker]) {
    const path = write(members);
    expect((await open(path, arm64)).images).toHaveLength(1);
    expect((await open(path, arm64)).diagnostics).toMatchObject([
      {
        code: "other-platform",
        message: `${path} is for linux/amd64, not for linux/arm64`,
        reason: "the image is for linux/amd64, not for linux/arm64",
        weight: "notice",
        subject: path,
      },
    ]);
    for (const platform of ["all", { os: "linux", architecture: "x86_64" }] as const)
      expect((await open(path, platform)).diagnostics).toEqual([]);
  }
  // Nothing in it says for which it is.
  const bare = await open(write(rootfs), arm64);
  expect(bare.diagnostics.map(({ code }) => code)).toEqual(["shell-assumed"]);
});

describe("what is wrong with an archive is said", () => {
  it.each<[string, Members, RegExp]>([
    [
      "no image in an index",
      replaced("index.json", '{"manifests":[]}', layout),
      /has no image in it \| Its index/,
    ],
    ["a manifest.json that is null", replaced("manifest.json", "null", docker), /not a list but null/],
    [
      "an entry without a configuration",
      replaced("manifest.json", '[{"Layers":[]}]', docker),
      /\[0\]\.Config is not a file name but absent or null/,
    ],
    [
      "a document that is gone",
      layout.filter(({ name }) => !name.startsWith("blobs")),
      /the document .* is not in the layout/,
    ],
  ])("%s", async (_, members, words) => {
    expect(await errorOf(write(members))).toMatch(words);
    expect(await errorOf(write(members, "gzip"))).toMatch(words);
  });

  it("an archive that is cut short", async () => {
    const bytes = tar(docker);
    const cut = folder.write("cut.tar", bytes.subarray(0, bytes.length - 9_000));
    expect(await errorOf(cut)).toMatch(/stops in the middle/);
  });

  it("an archive that is said to be a root file system", async () => {
    const { diagnostics, process } = await profileOf(`rootfs-tar:${write(layout)}`);
    expect(process.kind).toBe("unknown");
    expect(diagnostics).toMatchObject([{ code: "archive-as-rootfs", weight: "gap" }]);
  });
});

describe("documents end in their budgets", () => {
  it("indexes that list each other many times over", async () => {
    let entry = JSON.parse(String(layout.find(({ name }) => name === "index.json")!.body)).manifests[0];
    const members = [...layout];
    for (let depth = 0; depth < 7; depth++) {
      const index = layoutBlob(JSON.stringify({ schemaVersion: 2, manifests: Array(50).fill(entry) }));
      const mediaType = "application/vnd.oci.image.index.v1+json";
      entry = { mediaType, digest: index.digest, size: index.body.length };
      members.push({ name: index.name, body: index.body });
    }
    const top = JSON.stringify({ schemaVersion: 2, manifests: [entry] });
    expect(await errorOf(write(replaced("index.json", top, members)), "all")).toMatch(/limit documents\)/);
  });

  it("images of one manifest.json", async () => {
    const config = docker.find(({ name }) => /^[0-9a-f]{64}\.json$/.test(name))!.name;
    const layers = JSON.parse(String(docker.find(({ name }) => name === "manifest.json")!.body))[0].Layers;
    const entries = (count: number) => JSON.stringify(Array(count).fill({ Config: config, Layers: layers }));
    expect(await errorOf(write(replaced("manifest.json", entries(2_000), docker)))).toMatch(
      /limit documents\)/,
    );
    const many = JSON.stringify([{ Config: config, Layers: Array(600).fill("x") }]);
    expect(await errorOf(write(replaced("manifest.json", many, docker)))).toMatch(/limit layers\)/);
  });
});

function replaced(name: string, body: string, members: Members): Members {
  return members.map((one) => (one.name === name ? { ...one, body } : one));
}

function layoutBlob(body: string) {
  const hex = createHash("sha256").update(body).digest("hex");
  return { name: `blobs/sha256/${hex}`, digest: `sha256:${hex}`, body };
}

/** An index of two platforms, and the files of one (`docker save` from a containerd store). */
function savedFromContainerd(there: string): Members {
  const listed = JSON.parse(String(layout.find(({ name }) => name === "index.json")!.body)).manifests[0];
  const other = { ...listed, digest: `sha256:${"2".repeat(64)}`, annotations: undefined };
  const index = layoutBlob(
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        { ...other, platform: { os: "linux", architecture: there === "arm64" ? "amd64" : "arm64" } },
        { ...listed, platform: { os: "linux", architecture: there }, annotations: undefined },
      ],
    }),
  );
  const entry = {
    mediaType: "application/vnd.oci.image.index.v1+json",
    digest: index.digest,
    size: index.body.length,
    annotations: { "io.containerd.image.name": "docker.io/shop/api:1.0" },
  };
  return [
    ...replaced("index.json", JSON.stringify({ schemaVersion: 2, manifests: [entry] }), layout),
    { name: index.name, body: index.body },
  ];
}

/** Regular files of a ustar archive. */
function membersOf(bytes: Buffer): Members {
  const members: Members = [];
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes.toString("latin1", at, bytes.indexOf(0, at));
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 135), 8);
    members.push({ name, body: bytes.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return members;
}
