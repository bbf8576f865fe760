/** Plans Dockerfiles on bases made of facts. Must not be used by src. */
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { MuslgateError } from "../../src/model/error.ts";
import type { ImageBuild } from "../../src/model/image-build.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { ImageConfig } from "../../src/model/oci.ts";
import { planImage } from "../../src/plan/plan-image.ts";
import type { PlanPorts } from "../../src/plan/ports.ts";
import { memoryTree } from "../discover/tree.ts";
import {
  alpine,
  config,
  DEBIAN,
  file,
  fileSystemLayers,
  link,
  type LayerParts,
  ON_GLIBC,
  ON_MUSL,
  script,
} from "../support/file-system.ts";

/** A base by its layers and settings. */
interface TestBase {
  readonly layers: readonly LayerParts[];
  readonly config?: Partial<ImageConfig>;
}

const RELEASE = (id: string, version: string) => file([{ kind: "release", id, version }], false);
const ALPINE: LayerParts = {
  entries: {
    ...alpine("1.2.5").entries,
    "etc/os-release": RELEASE("alpine", "3.20.3"),
    "etc/alpine-release": RELEASE("alpine", "3.20.3"),
    "etc/nsswitch.conf": file([{ kind: "text", text: "hosts: files dns\n", truncated: false }], false),
    "sbin/apk": ON_MUSL,
  },
};
const SLIM: LayerParts = {
  entries: { ...DEBIAN.entries, "etc/os-release": RELEASE("debian", "12"), "usr/bin/apt-get": ON_GLIBC },
};
const PATH = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";
const runtime = (name: string, program: typeof ON_MUSL, more: LayerParts["entries"] = {}): LayerParts => ({
  entries: { [`usr/local/bin/${name}`]: program, ...more },
});
const PYTHON = {
  "usr/local/bin/python": link("python3"),
  "usr/local/bin/pip": script("", "/usr/local/bin/python3"),
};
const NODE = {
  "usr/local/bin/npm": script("", "/usr/bin/env", "node"),
  "usr/local/bin/npx": script("", "/usr/bin/env", "node"),
};

/** The bases that tests start from. */
export const BASES: Readonly<Record<string, TestBase>> = {
  alpine: { layers: [ALPINE], config: { cmd: ["/bin/sh"] } },
  "alpine:3.20": { layers: [ALPINE], config: { cmd: ["/bin/sh"] } },
  "debian:12-slim": { layers: [SLIM], config: { cmd: ["bash"] } },
  "python:3.12-slim": { layers: [SLIM, runtime("python3", ON_GLIBC, PYTHON)], config: { cmd: ["python3"] } },
  "python:3.12-alpine": {
    layers: [ALPINE, runtime("python3", ON_MUSL, PYTHON)],
    config: { cmd: ["python3"] },
  },
  "node:20-slim": { layers: [SLIM, runtime("node", ON_GLIBC, NODE)], config: { cmd: ["node"] } },
  "node:20-alpine": { layers: [ALPINE, runtime("node", ON_MUSL, NODE)], config: { cmd: ["node"] } },
  "java:17-slim": { layers: [SLIM, runtime("java", ON_GLIBC)] },
  "java:17-alpine": { layers: [ALPINE, runtime("java", ON_MUSL)] },
  "rust:1.85": { layers: [SLIM, runtime("cargo", ON_GLIBC)], config: { env: [PATH, "RUST_VERSION=1.85.0"] } },
  "rust:1.85-alpine": {
    layers: [ALPINE, runtime("cargo", ON_MUSL)],
    config: { env: [PATH, "RUST_VERSION=1.85.0"] },
  },
  "rust:1.70-alpine": {
    layers: [ALPINE, runtime("cargo", ON_MUSL)],
    config: { env: [PATH, "RUST_VERSION=1.70.0"] },
  },
  "golang:1.22": {
    layers: [SLIM, runtime("go", ON_GLIBC, { "usr/bin/gcc": ON_GLIBC })],
    config: { env: [PATH, "GOLANG_VERSION=1.22.1"] },
  },
  "golang:1.22-alpine": {
    layers: [ALPINE, runtime("go", ON_MUSL)],
    config: { env: [PATH, "GOLANG_VERSION=1.22.1"] },
  },
  "gcr.io/distroless/static": { layers: [{ entries: { "etc/os-release": RELEASE("debian", "12") } }] },
};

/** A Dockerfile's ports. */
export function planPorts(files: Readonly<Record<string, string | Uint8Array>>): PlanPorts {
  return {
    tree: memoryTree(files),
    platform: { os: "linux", architecture: "amd64" },
    limits: DEFAULT_LIMITS,
    estimate: (reference) =>
      reference.includes("alpine") ? { libc: "musl", distribution: "alpine", version: "3.20" } : undefined,
    async base(reference) {
      const base = BASES[reference];
      if (base === undefined)
        return { problem: new MuslgateError("input", `${reference}: nobody has it`, ""), diagnostics: [] };
      return {
        layers: fileSystemLayers(...base.layers),
        config: config({ env: [PATH], ...base.config }),
        verified: "stored-digest",
        diagnostics: [],
      };
    },
  };
}

/** What a Dockerfile's image starts with, from the files of a repository, `Dockerfile` among them. */
export async function planned(
  files: Readonly<Record<string, string | Uint8Array>>,
  build: Partial<ImageBuild> = {},
): Promise<ImageProfile> {
  const image = await planImage({ dockerfile: { path: "Dockerfile" }, ...build }, planPorts(files));
  return image.start("the image", {});
}

/** `uses-musl @ Dockerfile:3 RUN apk add nginx`: the answer, and the text of the line that decided. */
export async function plan(
  dockerfile: string,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  build: Partial<ImageBuild> = {},
): Promise<string> {
  const { process, planned: said } = await planned({ ...files, Dockerfile: dockerfile }, build);
  const line = said?.at === undefined ? "" : ` @ ${dockerfile.split("\n")[said.at.line - 1]}`;
  const why = process.kind === "unknown" ? ` (${process.reason})` : "";
  return `${process.kind}${line}${why}`;
}
