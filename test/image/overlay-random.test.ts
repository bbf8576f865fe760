/** Random layers as real tars: the overlay sees what unpacking them leaves, by a model of its own and by umoci. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wholeFile } from "../../src/image/detect/detector.ts";
import { readLayer } from "../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { Overlay } from "../../src/image/overlay.ts";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith } from "../support/parts.ts";
import { randomFrom } from "../support/random-archives.ts";
import { type Member, makeTar } from "../support/tar.ts";

const IMAGES = Number(process.env.MUSLGATE_RANDOM_IMAGES ?? 400);

/** Every file whose text begins with "taught" is worth a fact. */
const TEXT = wholeFile(
  "text",
  1,
  100,
  () => true,
  (bytes) => {
    const name = Buffer.from(bytes).toString();
    return name.startsWith("taught") ? { kind: "release", name } : undefined;
  },
);

/** The model: what stands at each path. A hard link is the same text under another path. */
type Tree = Map<string, { readonly folder: true } | { readonly link: string } | { readonly text: string }>;

const NAMES = ["1", "0", "a", "__proto__"];
const below = (tree: Tree, path: string) => [...tree.keys()].filter((one) => one.startsWith(`${path}/`));
const parents = (path: string) =>
  path.split("/").flatMap((_, i, parts) => (i === 0 ? [] : [parts.slice(0, i).join("/")]));

/** One image's layers as members of tars, and the tree that unpacking them leaves. */
function randomImage(
  random: () => number,
  whiteouts: "first" | "anywhere",
): { layers: Member[][]; tree: Tree } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const somePath = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(NAMES)).join("/");
  const tree: Tree = new Map();
  const layers: Member[][] = [];
  let count = 0;
  for (let layer = 0; layer < 3; layer++) {
    const members: Member[] = [];
    const hidden: Member[] = [];
    for (let i = 0; i < 3 && layer > 0; i++) {
      const path = somePath();
      if (parents(path).some((one) => !folderAt(tree, one))) continue;
      if (random() < 0.6 && tree.has(path)) {
        hidden.push({ name: path.replace(/([^/]+)$/, ".wh.$1"), body: "" });
        for (const one of [path, ...below(tree, path)]) tree.delete(one);
      } else if (folderAt(tree, path)) {
        hidden.push({ name: `${path}/.wh..wh..opq`, body: "" });
        for (const one of below(tree, path)) tree.delete(one);
      }
    }
    for (let i = 0; i < 8; i++) {
      const path = somePath();
      // Where a file or a link stands in the way, runtimes differ or fail.
      if (parents(path).some((one) => tree.has(one) && !folderAt(tree, one))) continue;
      const kind = random();
      const target = pick([...tree.keys(), "none"]);
      const linked = tree.get(target);
      const standing = tree.get(path);
      // umoci follows a link of a folder's own name, containerd and Docker replace it.
      if (kind < 0.2 && standing !== undefined && "link" in standing) continue;
      if (kind < 0.2) {
        members.push({ name: `${path}/`, type: "directory" });
        put(tree, path, { folder: true });
      } else if (kind < 0.55) {
        const text = `${pick(["taught", "data"])} ${count++}`;
        members.push({ name: pick(["", "./", "/"]) + path, body: text, mode: 0o644 });
        put(tree, path, { text });
      } else if (kind < 0.65) {
        members.push({ name: path, type: "symlink", linkname: "nowhere" });
        put(tree, path, { link: "nowhere" });
      } else if (linked !== undefined && !("folder" in linked) && !`${target}/`.startsWith(`${path}/`)) {
        members.push({ name: path, type: "link", linkname: target });
        put(tree, path, linked);
      }
    }
    for (const one of hidden) {
      const at = whiteouts === "first" ? 0 : Math.floor(random() * (members.length + 1));
      members.splice(at, 0, one);
    }
    layers.push(members);
  }
  return { layers, tree };
}

function folderAt(tree: Tree, path: string): boolean {
  const found = tree.get(path);
  return found !== undefined && "folder" in found;
}

function put(tree: Tree, path: string, what: typeof tree extends Map<string, infer V> ? V : never): void {
  if (!("folder" in what && folderAt(tree, path))) for (const one of below(tree, path)) tree.delete(one);
  for (const one of parents(path)) tree.set(one, { folder: true });
  tree.set(path, what);
}

async function overlayOf(tars: readonly Buffer[]): Promise<Overlay> {
  const reading = { detectors: [TEXT], limits: DEFAULT_LIMITS };
  return new Overlay(
    await Promise.all(
      tars.map(async (tar, index) => {
        const facts = await readLayer([tar], {}, reading);
        return { ref: { index, diffId: facts.diffId }, facts };
      }),
    ),
  );
}

/** Every path of a small world, and what it is in a word. */
function* everyPath(depth = 3, above = ""): Generator<string> {
  for (const name of depth === 0 ? [] : NAMES) {
    yield above + name;
    yield* everyPath(depth - 1, `${above}${name}/`);
  }
}

function inTree(tree: Tree, path: string): string {
  const found = tree.get(path);
  if (found === undefined || "link" in found) return "missing";
  if ("folder" in found) return "folder";
  return found.text.startsWith("taught") ? found.text : "plain";
}

function inOverlay(overlay: Overlay, path: string): string {
  const looked = overlay.lookup(`/${path}`);
  const fact = looked.kind === "file" ? looked.facts[0] : undefined;
  return fact?.kind === "release" ? String(fact.name) : looked.kind;
}

describe(`${IMAGES} random images`, () => {
  it("show what the model of unpacking leaves", async () => {
    const random = randomFrom(20_261_127);
    let taught = 0;
    for (let i = 0; i < IMAGES; i++) {
      const { layers, tree } = randomImage(random, "anywhere");
      const overlay = await overlayOf(await Promise.all(layers.map(makeTar)));
      for (const path of everyPath()) {
        const wanted = inTree(tree, path);
        if (wanted.startsWith("taught")) taught++;
        expect([i, path, inOverlay(overlay, path)]).toEqual([i, path, wanted]);
        if (wanted !== "folder") continue;
        const names = [...tree.keys()].filter((one) => one.slice(0, one.lastIndexOf("/")) === path);
        const listed = overlay.names(`/${path}`)?.map((name) => `${path}/${name}`);
        expect([i, path, listed?.toSorted()]).toEqual([i, path, names.toSorted()]);
      }
    }
    expect(taught).toBeGreaterThan(IMAGES);
  }, 60_000);
});

describeWith({ programs: ["umoci"], root: true }, "umoci, as the model has it", () => {
  const folder = temporaryFolder();
  it("leaves the same files", async () => {
    const random = randomFrom(20_261_128);
    for (let i = 0; i < Math.ceil(IMAGES / 20); i++) {
      // What was there goes first: umoci unpacks into the one folder, link or not.
      const { layers, tree } = randomImage(random, "first");
      const layout = `image-${i}`;
      await writeLayout(layout, await Promise.all(layers.map(makeTar)));
      const root = join(folder.path, `root-${i}`);
      execFileSync("umoci", ["raw", "unpack", "--image", `${join(folder.path, layout)}:x`, root], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      const unpacked: Tree = new Map();
      walk(root, "", unpacked);
      expect([i, sorted(unpacked)]).toEqual([i, sorted(tree)]);
      rmSync(root, { recursive: true });
    }
  }, 120_000);

  function walk(root: string, above: string, into: Tree): void {
    for (const name of readdirSync(join(root, above))) {
      const path = above === "" ? name : `${above}/${name}`;
      const stat = lstatSync(join(root, path));
      if (stat.isSymbolicLink()) into.set(path, { link: readlinkSync(join(root, path)) });
      else if (stat.isDirectory()) {
        into.set(path, { folder: true });
        walk(root, path, into);
      } else into.set(path, { text: readFileSync(join(root, path), "utf8") });
    }
  }

  const sorted = (tree: Tree) => [...tree].sort(([a], [b]) => (a < b ? -1 : 1));

  async function writeLayout(name: string, tars: readonly Buffer[]): Promise<void> {
    const blob = (bytes: Buffer) => {
      const hex = createHash("sha256").update(bytes).digest("hex");
      folder.write(`${name}/blobs/sha256/${hex}`, bytes);
      return { digest: `sha256:${hex}`, size: bytes.length };
    };
    const oci = "application/vnd.oci.image";
    const layers = tars.map((tar) => ({ mediaType: `${oci}.layer.v1.tar`, ...blob(tar) }));
    const config = blob(
      Buffer.from(
        JSON.stringify({
          architecture: "amd64",
          os: "linux",
          config: {},
          rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
        }),
      ),
    );
    const manifest = blob(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: `${oci}.manifest.v1+json`,
          config: { mediaType: `${oci}.config.v1+json`, ...config },
          layers,
        }),
      ),
    );
    const entry = {
      mediaType: `${oci}.manifest.v1+json`,
      ...manifest,
      annotations: { "org.opencontainers.image.ref.name": "x" },
    };
    folder.write(`${name}/index.json`, JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
    folder.write(`${name}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  }
});
