// Builds the images that are measured: like real ones in size, number and kind of files. Must not fetch anything.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
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

/** Sizes of the files of a real node_modules (13,000 of them): every twentieth of them up to the 95th, then the tail. */
const NPM_SIZES = [
  5, 106, 149, 199, 308, 418, 527, 679, 840, 1_034, 1_216, 1_457, 1_813, 2_261, 2_899, 3_677, 4_891, 6_770,
  10_994, 24_942, 180_000,
];
const FOLDERS = ["", "lib/", "dist/", "dist/esm/", "dist/cjs/internal/", "src/", "build/types/"];
const ENDINGS = [".js", ".js", ".js.map", ".d.ts", ".json", ".mjs", ".md", ".ts"];

/** Files as npm lays them: size, depth and names of a real tree. */
function* nodeModules(count, seed) {
  const next = random(seed);
  const pool = sourceText(next, 16 * 2 ** 20);
  for (let i = 0; i < count; i++) {
    const at = next() * (NPM_SIZES.length - 1);
    const below = NPM_SIZES[Math.floor(at)];
    const size = Math.round(below * (NPM_SIZES[Math.floor(at) + 1] / below) ** (at % 1));
    const from = Math.floor(next() * (pool.length - size));
    const scope = i % 5 === 0 ? "@scope/" : "";
    const folder = `app/node_modules/${scope}package-${Math.floor(i / 40)}/${FOLDERS[Math.floor(next() * 7)]}`;
    const name = `${folder}module-${i.toString(36)}${ENDINGS[Math.floor(next() * 8)]}`;
    yield { name, body: pool.subarray(from, from + size) };
  }
}

/** Files of 200 bytes to 8 KB, most of them small. */
function* littleFiles(count, seed) {
  const next = random(seed);
  const pool = sourceText(next, 4 * 2 ** 20);
  for (let i = 0; i < count; i++) {
    const size = Math.floor(200 + Math.exp(next() * 9));
    const from = Math.floor(next() * (pool.length - size));
    const name = `app/node_modules/package-${i % 900}/lib/${i % 13}/file-${i}.js`;
    yield { name, body: pool.subarray(from, from + size) };
  }
}

/** Archives in an image: seven tenths of them do not compress any more. */
function* jars(count, size, seed) {
  const next = random(seed);
  const packed = Buffer.alloc(16 * 2 ** 20);
  for (let at = 0; at < packed.length; at += 4) packed.writeUInt32LE(Math.floor(next() * 2 ** 32), at);
  const text = sourceText(next, 16 * 2 ** 20);
  for (let i = 0; i < count; i++) {
    const parts = [];
    for (let length = 0; length < size; length += 50_000) {
      const from = Math.floor(next() * (packed.length - 50_000));
      parts.push(packed.subarray(from, from + 35_000), text.subarray(from, from + 15_000));
    }
    yield { name: `app/lib/library-${i}.jar`, body: Buffer.concat(parts) };
  }
}

/** What this machine has in a folder, in the order of names, up to so many bytes; names that ustar cannot hold are left out. */
function* hostFiles(folder, most) {
  let left = most;
  const open = [folder];
  for (let path = open.pop(); path !== undefined && left > 0; path = open.pop()) {
    const name = path.slice(1);
    const stat = lstatSync(path);
    if (stat.isDirectory()) {
      open.push(
        ...readdirSync(path)
          .toSorted()
          .toReversed()
          .map((one) => join(path, one)),
      );
      continue;
    }
    if (Buffer.byteLength(name) > 100) continue;
    if (stat.isSymbolicLink()) yield { name, link: readlinkSync(path).slice(0, 100) };
    else if (stat.isFile() && stat.size < 2 ** 28) {
      left -= stat.size;
      yield { name, body: readFileSync(path), mode: stat.mode & 0o777 };
    }
  }
}

/** What is measured, by name: layers as generators of tar members. */
const SPECIFICATIONS = {
  /** Alpine and a node_modules tree of 60,000 files. */
  node: () => [alpine("3.18.9", "1.2.4", "1.2.4-r2"), nodeModules(60_000, 13)],
  /** Alpine and 60,000 files of 1.1 KB in the mean. */
  tiny: () => [alpine("3.18.9", "1.2.4", "1.2.4-r2"), littleFiles(60_000, 19)],
  /** The same in 60 layers. */
  node60: () => [
    alpine("3.18.9", "1.2.4", "1.2.4-r2"),
    ...Array.from({ length: 59 }, (_, i) => nodeModules(1_017, 1_000 + i)),
  ],
  /** Alpine and half a gigabyte of archives. */
  java: () => [alpine("3.18.9", "1.2.4", "1.2.4-r2"), jars(64, 8 * 2 ** 20, 17)],
  /** 1.2 GB of this machine's /usr in one layer. */
  usr: () => [alpine("3.18.9", "1.2.4", "1.2.4-r2"), hostFiles("/usr", 1.2e9)],
  /** Six layers of large files and many more of middling size: 1.5 GB. */
  debbig: () => [1, 2, 3, 4, 5, 6].map((seed) => largeFiles(10, 25 * 2 ** 20, seed)),
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

/** Two hundred images of four layers each on twenty bases of three. */
export function fleet(folder) {
  return Array.from({ length: 200 }, (_, i) => {
    const base = i % 20;
    const layers = () => [
      alpine("3.18.9", "1.2.4", "1.2.4-r2"),
      nodeModules(800, 400 + base),
      nodeModules(100, 500 + base),
      nodeModules(150, 600 + i),
    ];
    const layout = join(folder, `fleet-${i}`);
    if (!existsSync(layout)) build(layout, layers(), ["gzip", "-1"]);
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
