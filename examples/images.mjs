// Builds the example's images: root file systems with the headers and databases of real ones, and no programs.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { elf } from "./elf.mjs";
import { tar } from "./tar.mjs";

const MUSL = "/lib/ld-musl-x86_64.so.1";

/** A root file system like Alpine's, with a given musl. */
export function alpine(release, musl, packageVersion) {
  return [
    { name: "etc/" },
    { name: "etc/alpine-release", body: `${release}\n` },
    {
      name: "etc/os-release",
      body: `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${release}\nPRETTY_NAME="Alpine Linux v${release.split(".", 2).join(".")}"\n`,
    },
    { name: "lib/" },
    {
      name: "lib/ld-musl-x86_64.so.1",
      mode: 0o755,
      body: elf({
        soname: "libc.musl-x86_64.so.1",
        strings: ["musl libc (x86_64)\nVersion %s\n", musl, "127.0.0.1", "Name does not resolve"],
      }),
    },
    { name: "lib/libc.musl-x86_64.so.1", link: "ld-musl-x86_64.so.1" },
    {
      name: "lib/apk/db/installed",
      body: `P:musl\nV:${packageVersion}\nA:x86_64\n\nP:busybox\nV:1.32.1-r9\nA:x86_64\n\n`,
    },
    { name: "bin/" },
    { name: "bin/busybox", mode: 0o755, body: elf({ interpreter: MUSL, needed: ["libc.musl-x86_64.so.1"] }) },
    { name: "bin/sh", link: "/bin/busybox" },
  ];
}

/** A root file system like Debian's, with glibc. */
function debian() {
  return [
    { name: "etc/" },
    {
      name: "etc/os-release",
      body: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    },
    {
      name: "var/lib/dpkg/status",
      body: "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb12u10\n\n",
    },
    { name: "lib64/" },
    { name: "lib64/ld-linux-x86-64.so.2", mode: 0o755, body: elf({ soname: "ld-linux-x86-64.so.2" }) },
    {
      name: "lib/x86_64-linux-gnu/libc.so.6",
      mode: 0o755,
      body: elf({
        soname: "libc.so.6",
        strings: ["GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n"],
      }),
    },
  ];
}

const node = (interpreter, libc) => [
  { name: "usr/local/bin/" },
  { name: "usr/local/bin/node", mode: 0o755, body: elf({ interpreter, needed: [libc] }) },
];
const app = [
  { name: "app/" },
  { name: "app/server.js", body: "require('http').createServer().listen(8080)\n" },
];
const start = {
  Entrypoint: ["node"],
  Cmd: ["/app/server.js"],
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
  WorkingDir: "/app",
};

/** The images of the example, by file name. */
export const IMAGES = {
  "shop-api": {
    layers: [alpine("3.13.12", "1.2.2", "1.2.2-r1"), node(MUSL, "libc.musl-x86_64.so.1"), app],
    config: start,
  },
  "shop-legacy": {
    layers: [alpine("3.12.12", "1.1.24", "1.1.24-r10"), node(MUSL, "libc.musl-x86_64.so.1"), app],
    config: start,
  },
  "shop-reports": {
    layers: [debian(), node("/lib64/ld-linux-x86-64.so.2", "libc.so.6"), app],
    config: start,
  },
};

/** Writes each image as `docker save` would, into a folder that is made anew. */
export function writeImages(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, image] of Object.entries(IMAGES))
    writeFileSync(`${folder}/${name}.tar`, dockerArchive(`shop/${name.slice(5)}:1.0`, image));
}

/** A docker-archive of one image. */
export function dockerArchive(tag, { layers, config }) {
  const tars = layers.map(tar);
  const document = JSON.stringify(configuration(tars, config));
  const members = tars.map((bytes) => ({ name: `${hex(bytes)}.tar`, body: bytes }));
  const manifest = [
    { Config: `${hex(document)}.json`, RepoTags: [tag], Layers: members.map(({ name }) => name) },
  ];
  return tar([
    ...members,
    { name: `${hex(document)}.json`, body: document },
    { name: "manifest.json", body: JSON.stringify(manifest) },
  ]);
}

/** The members of an OCI image layout of one image, its layers compressed with `compress`. */
export function ociLayout(tag, { layers, config }, compress = gzipSync) {
  const tars = layers.map(tar);
  const blobs = [];
  const add = (mediaType, bytes) => {
    blobs.push({ name: `blobs/sha256/${hex(bytes)}`, body: bytes });
    return { mediaType, digest: `sha256:${hex(bytes)}`, size: Buffer.byteLength(bytes) };
  };
  const type = (what) => `application/vnd.oci.image.${what}`;
  const manifest = add(
    type("manifest.v1+json"),
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type("manifest.v1+json"),
      config: add(type("config.v1+json"), JSON.stringify(configuration(tars, config))),
      layers: tars.map((bytes) => add(type("layer.v1.tar+gzip"), compress(bytes))),
    }),
  );
  const entry = {
    ...manifest,
    platform: { os: "linux", architecture: "amd64" },
    annotations: { "org.opencontainers.image.ref.name": tag },
  };
  return [
    { name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' },
    { name: "index.json", body: JSON.stringify({ schemaVersion: 2, manifests: [entry] }) },
    ...blobs,
  ];
}

function configuration(tars, config) {
  return {
    architecture: "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: tars.map((bytes) => `sha256:${hex(bytes)}`) },
    history: tars.map((_, i) => ({
      created_by: i === 0 ? "ADD rootfs.tar / # buildkit" : "COPY . / # buildkit",
    })),
  };
}

function hex(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
