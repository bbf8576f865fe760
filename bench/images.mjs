// Builds the images that are measured: like real ones in size, number and kind of files. Must not fetch anything.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { elf } from "../examples/elf.mjs";
import { alpine } from "../examples/images.mjs";
import { tar } from "../examples/tar.mjs";

/** The same bytes on every machine: xorshift32. */
function random(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const WORDS =
  "const let function return import export from if else for while new class this async await null true false module exports require length index value result error options callback stream buffer string number object array map filter reduce push slice".split(
    " ",
  );

/** Text that compresses like source code. */
function sourceText(next, size) {
  const parts = [];
  for (let length = 0; length < size; ) {
    const word =
      next() < 0.8 ? WORDS[Math.floor(next() * WORDS.length)] : Math.floor(next() * 2 ** 31).toString(36);
    const part = next() < 0.15 ? `${word};\n  ` : `${word} `;
    parts.push(part);
    length += part.length;
  }
  return Buffer.from(parts.join("")).subarray(0, size);
}

/** Bytes that compress about as well as machine code does (2.5 : 1): instructions from a skewed vocabulary. */
function machineCode(next, size) {
  const vocabulary = Array.from({ length: 4096 }, () => Math.floor(next() * 2 ** 32));
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) {
    const common = next() < 0.97;
    bytes.writeUInt32LE(
      common ? vocabulary[Math.floor(next() ** 4 * 4096)] : Math.floor(next() * 2 ** 32),
      at,
    );
  }
  return bytes;
}

function* smallFiles(count, seed) {
  const next = random(seed);
  for (let i = 0; i < count; i++) {
    const folder = `app/node_modules/package-${i % 700}/lib`;
    yield { name: `${folder}/file-${i}.js`, body: sourceText(next, 200 + Math.floor(next() ** 3 * 60_000)) };
  }
}

function* largeFiles(count, size, seed) {
  const next = random(seed);
  const head = elf({ interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] });
  // One block of code, shifted from file to file: writing gigabytes of fresh randomness would take minutes.
  const code = machineCode(next, 8 * 2 ** 20);
  for (let i = 0; i < count; i++) {
    const body = Buffer.concat([
      head,
      ...Array.from({ length: Math.ceil(size / code.length) }, () => {
        const cut = Math.floor(next() * code.length);
        return Buffer.concat([code.subarray(cut), code.subarray(0, cut)]);
      }),
    ]).subarray(0, size);
    yield { name: `usr/lib/program-${i}`, mode: 0o755, body };
  }
}

/** What is measured, by name: layers as generators of tar members. */
const SPECIFICATIONS = {
  /** Alpine, 20,000 small files, one large binary. */
  alpnode: () => [
    alpine("3.18.9", "1.2.4", "1.2.4-r2"),
    [...largeFiles(1, 90 * 2 ** 20, 7)],
    smallFiles(20_000, 11),
  ],
  /** Six layers of large files and many more of middling size: 1.5 GB. */
  debbig: () => [1, 2, 3, 4, 5, 6].map((seed) => largeFiles(10, 25 * 2 ** 20, seed)),
  /** One layer of 1 GB. */
  single: () => [largeFiles(41, 25 * 2 ** 20, 3)],
};

/** An image of so many layers with so many tiny files each, which no other has; built unless it is there. */
export function tinyFiles(folder, name, layers, files) {
  const layout = join(folder, name);
  const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
  function* members(layer) {
    for (let i = 0; i < files; i++) {
      const body = Buffer.from(`exports.value = "${seed}-${layer}-${i}";\n`);
      yield { name: `app/node_modules/package-${layer}-${Math.floor(i / 20)}/file-${i}.js`, body };
    }
  }
  if (!existsSync(layout))
    build(
      layout,
      Array.from({ length: layers }, (_, i) => members(i)),
      ["gzip", "-1"],
    );
  return layout;
}

/** Ten images of four layers each, three of them shared with others: as teams build on a few bases. */
export function sharedImages(folder) {
  return Array.from({ length: 10 }, (_, i) => {
    const base = i % 3;
    const layers = () => [
      alpine("3.18.9", "1.2.4", "1.2.4-r2"),
      smallFiles(3_000, 100 + base),
      largeFiles(1, 30 * 2 ** 20, 200 + base),
      smallFiles(500, 300 + i),
    ];
    const layout = join(folder, `shared-${i}`);
    if (!existsSync(layout)) build(layout, layers(), ["gzip", "-6"]);
    return layout;
  });
}

/** Builds an image as an OCI layout in `folder/name` unless it is there, and says where its layers are. */
export function benchImage(folder, name, compressor = ["gzip", "-6"]) {
  const layout = join(folder, `${name}-${compressor[0]}`);
  if (!existsSync(layout)) build(layout, SPECIFICATIONS[name](), compressor);
  const manifest = JSON.parse(readFileSync(join(layout, "manifest-copy.json"), "utf8"));
  return {
    layout,
    layers: manifest.layers.map(({ digest }) => join(layout, "blobs/sha256", digest.slice(7))),
  };
}

function build(layout, layers, compressor) {
  const work = `${layout}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "blobs/sha256"), { recursive: true });
  const built = [...layers].map((members) => buildLayer(work, members, compressor));
  const config = blob(work, {
    architecture: "amd64",
    os: "linux",
    config: { Entrypoint: ["/bin/sh"] },
    rootfs: { type: "layers", diff_ids: built.map(({ diffId }) => diffId) },
  });
  const layerType = `application/vnd.oci.image.layer.v1.tar${compressor[0] === "zstd" ? "+zstd" : "+gzip"}`;
  const document = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: built.map(({ digest, size }) => ({ mediaType: layerType, digest, size })),
  };
  const manifest = blob(work, document);
  writeFileSync(join(work, "manifest-copy.json"), JSON.stringify(document));
  writeFileSync(join(work, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const entry = {
    mediaType: document.mediaType,
    ...manifest,
    annotations: { "org.opencontainers.image.ref.name": "bench" },
  };
  writeFileSync(join(work, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  renameSync(work, layout);
}

function buildLayer(work, members, compressor) {
  const plain = join(work, "layer.tar");
  const file = openSync(plain, "w");
  const hash = createHash("sha256");
  const put = (bytes) => {
    hash.update(bytes);
    writeSync(file, bytes);
  };
  for (const member of members) put(tar([member]).subarray(0, -1024));
  put(Buffer.alloc(1024));
  closeSync(file);
  const packed = join(work, "layer.packed");
  spawnSync("sh", ["-c", `${compressor.join(" ")} -c < '${plain}' > '${packed}'`], { stdio: "inherit" });
  const digest = spawnSync("sha256sum", [packed], { encoding: "utf8" }).stdout.slice(0, 64);
  const { size } = statSync(packed);
  renameSync(packed, join(work, "blobs/sha256", digest));
  rmSync(plain);
  return { diffId: `sha256:${hash.digest("hex")}`, digest: `sha256:${digest}`, size };
}

function blob(work, document) {
  const text = JSON.stringify(document);
  const hex = createHash("sha256").update(text).digest("hex");
  writeFileSync(join(work, "blobs/sha256", hex), text);
  return { digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
}
