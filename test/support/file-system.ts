/** File systems of facts for tests of what starts in them: programs, scripts and links without bytes. Must not be used by src. */
import type { Digest } from "../../src/model/digest.ts";
import { Overlay, type OverlayLayer } from "../../src/image/overlay.ts";
import type { ElfFact, FileFact, LayerEntry, LayerFacts } from "../../src/model/layer-facts.ts";
import { packNames, unpackNames } from "../../src/model/layer-names.ts";
import type { ImageConfig } from "../../src/model/oci.ts";

/** A layer as far as a test cares: folders come first, then entries in their order, then plain files. */
export interface LayerParts {
  readonly folders?: readonly string[];
  readonly entries?: Readonly<Record<string, LayerEntry>>;
  readonly plain?: readonly string[];
  readonly whiteouts?: readonly string[];
  readonly opaque?: readonly string[];
}

/** `undefined` is a layer that could not be read. */
export type TestLayer = LayerParts | undefined;

/** The facts of a layer with these parts. */
export function layerFacts(diffId: Digest, parts: LayerParts): LayerFacts {
  const { folders = [], entries = {}, plain = [], whiteouts = [], opaque = [] } = parts;
  const listed = Object.entries(entries);
  return {
    schema: "test",
    diffId,
    bytes: 0,
    entryCount: 0,
    keptBytes: 0,
    names: packNames([...folders.map((name) => `/${name}`), ...listed.map(([name]) => name), ...plain]),
    entries: listed.map(([, entry], i) => [folders.length + i, entry] as const),
    whiteouts,
    opaque,
  };
}

/** What facts have at a path, as it came last. */
export function entryAt(facts: LayerFacts, path: string): LayerEntry | undefined {
  const last = unpackNames(facts.names).lastIndexOf(path);
  return facts.entries.find(([index]) => index === last)?.[1];
}

/** The overlay of these layers, base first. */
export function fileSystem(...layers: TestLayer[]): Overlay {
  return new Overlay(fileSystemLayers(...layers));
}

/** What an overlay is made of. */
export function fileSystemLayers(...layers: TestLayer[]): readonly OverlayLayer[] {
  return layers.map((facts, index) => {
    const diffId: Digest = `sha256:${String(index).padStart(64, "0")}`;
    return { ref: { index, diffId }, facts: facts && layerFacts(diffId, facts) };
  });
}

/** A file with these facts. */
export function file(facts: readonly FileFact[], executable = true): LayerEntry {
  return { type: "file", size: 1, executable, facts };
}

/** A symbolic link. */
export function link(target: string): LayerEntry {
  return { type: "symlink", target };
}

/** What ELF headers say, a static amd64 program unless told otherwise. */
export function elfFact(more: Partial<ElfFact> = {}): ElfFact {
  return {
    kind: "elf",
    bits: 64,
    endian: "little",
    machine: "amd64",
    type: "executable",
    needed: [],
    comments: [],
    traces: [],
    ...more,
  };
}

/** A program that names musl's loader. */
export const ON_MUSL = file([
  elfFact({ interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.musl-x86_64.so.1"] }),
]);
/** A program that names glibc's loader. */
export const ON_GLIBC = file([
  elfFact({ interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] }),
]);
/** A pure Go program. */
export const GO = file([
  elfFact({
    go: { version: "go1.22.1", cgo: false },
    linked: { musl: false, muslNoData: "unknown", glibc: false },
  }),
]);
/** A static musl program of 1.2.4 or newer. */
export const STATIC_MUSL = file([elfFact({ linked: { musl: true, muslNoData: true, glibc: false } })]);

/** A shell script. */
export function script(text: string, interpreter = "/bin/sh", argument?: string): LayerEntry {
  return file([
    { kind: "script", interpreter, ...(argument === undefined ? {} : { argument }), text, truncated: false },
  ]);
}

/** A text that no program can execute. */
export function text(body: string): LayerEntry {
  return file([{ kind: "text", text: body, truncated: false }], false);
}

/** musl's loader. */
export function muslLoader(version?: string): LayerEntry {
  return file([
    elfFact({ type: "shared-object" }),
    { kind: "libc", libc: "musl", ...(version === undefined ? {} : { version }) },
  ]);
}

/** Alpine as far as it matters: busybox, its links, the loader. */
export function alpine(version = "1.2.2"): LayerParts {
  return {
    entries: {
      "bin/busybox": ON_MUSL,
      "bin/sh": link("/bin/busybox"),
      "bin/sleep": link("/bin/busybox"),
      "usr/bin/env": link("/bin/busybox"),
      "usr/bin/nc": link("/bin/busybox"),
      "usr/bin/wget": link("/bin/busybox"),
      "lib/ld-musl-x86_64.so.1": muslLoader(version),
      "lib/libc.musl-x86_64.so.1": link("ld-musl-x86_64.so.1"),
    },
  };
}

/** Debian as far as it matters. */
export const DEBIAN: LayerParts = {
  entries: {
    bin: link("usr/bin"),
    lib64: link("usr/lib64"),
    lib: link("usr/lib"),
    "usr/bin/dash": ON_GLIBC,
    "usr/bin/bash": ON_GLIBC,
    "usr/bin/sh": link("dash"),
    "usr/bin/env": ON_GLIBC,
    "usr/lib64/ld-linux-x86-64.so.2": link("../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": file([elfFact({ type: "shared-object" })]),
    "usr/lib/x86_64-linux-gnu/libc.so.6": file([
      elfFact({ type: "shared-object" }),
      { kind: "libc", libc: "glibc", version: "2.36" },
    ]),
  },
};

/** Debian with a program of each kind and musl's loader beside its own; `tools`, words in a row, are on its path and glibc's. */
export function debianWithMusl(tools: string): readonly LayerParts[] {
  return [
    DEBIAN,
    {
      entries: {
        "lib/ld-musl-x86_64.so.1": muslLoader("1.2.3"),
        "musl/app": ON_MUSL,
        "glibc/app": ON_GLIBC,
        "go/app": GO,
        ...Object.fromEntries(tools.split(" ").map((name) => [`usr/bin/${name}`, ON_GLIBC])),
      },
    },
  ];
}

/** What an image says of its start. */
export function config(more: Partial<ImageConfig> = {}): ImageConfig {
  return {
    platform: { os: "linux", architecture: "amd64" },
    entrypoint: [],
    cmd: [],
    env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
    workingDir: "",
    history: [],
    diffIds: [],
    ...more,
  };
}
