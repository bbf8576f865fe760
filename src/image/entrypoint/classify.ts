/** Says how one program resolves names, from its ELF headers and the loader it names. Must not know how it was started. */
import type { ChainLink, LayerRef, MuslVersion, StartProcess } from "../../model/image-profile.ts";
import type { ElfFact, FileFact } from "../../model/layer-facts.ts";
import type { FileView, Looked } from "../file-view.ts";
import { goResolver } from "./go.ts";
import { HOLE, isKnown } from "./shell/text.ts";
import { boundsText, staticMuslVersion } from "./static-musl.ts";

/** What a program's own file says; the chain from the program on. */
export type Classified = Omit<StartProcess, "runtime">;

/** A file with what was learnt of it. */
export type File = Extract<Looked, { kind: "file" }>;

/** The fact of a kind, if the file has one. */
export function factOf<K extends FileFact["kind"]>(
  file: File,
  kind: K,
): Extract<FileFact, { kind: K }> | undefined {
  return file.facts.find((fact): fact is Extract<FileFact, { kind: K }> => fact.kind === kind);
}

/** How the program is started, as far as its resolver depends on it. */
interface Started {
  readonly environment: ReadonlyMap<string, string>;
  /** Whether variables that are not in `environment` may be set all the same. */
  readonly open: boolean;
  readonly cwd: string;
}

/** Nothing is known of the folder it is started in. */
const ANYWHERE: Started = { environment: new Map(), open: false, cwd: HOLE };

/** Classifies a program. */
export function classify(
  files: FileView,
  program: File,
  elf: ElfFact,
  started: Started = ANYWHERE,
): Classified {
  if (elf.go !== undefined) {
    const { takes, because } = goResolver(elf, files, started.environment, started.open);
    if (takes === "own") return goProgram(elf, because);
    if (takes === "unknown") return unknown(`${program.path} is a Go program with cgo, and ${because}`);
    const process = classify(files, program, { ...elf, go: undefined }, started);
    const link = { text: `${elf.go.version} with cgo: ${because}` };
    return {
      ...process,
      chain: [link, ...process.chain],
      reason: `${process.reason}: it is Go with cgo, and ${because}`,
    };
  }
  if (factOf(program, "libc")?.libc === "musl") return throughLoader(program, program.path);
  if (elf.interpreter !== undefined)
    return dynamicProgram(files, elf, elf.interpreter, isKnown(started.cwd) ? started.cwd : undefined);
  if (elf.partial !== undefined) return unknown(`${program.path} could not be read whole: ${elf.partial}`);
  if (elf.needed.length > 0) return unknown(`${program.path} needs libraries but names no loader`);
  return staticProgram(program, elf);
}

function goProgram(elf: ElfFact, because: string): Classified {
  const { version, cgo } = elf.go as NonNullable<ElfFact["go"]>;
  const named = version === "unknown" ? "Go" : version;
  const withLibc = elf.interpreter !== undefined || elf.linked?.musl === true || elf.linked?.glibc === true;
  const pure = !withLibc || cgo === false;
  return {
    kind: "own-resolver",
    reason: pure
      ? "It is a Go program, which resolves names itself and takes the A half"
      : `It is a Go program with cgo, which still resolves names itself and takes the A half: ${because}`,
    chain: [{ text: pure ? `${named}, own resolver` : `${named} with cgo, own resolver` }],
  };
}

function dynamicProgram(
  files: FileView,
  elf: ElfFact,
  interpreter: string,
  folder: string | undefined,
): Classified {
  // The kernel takes a relative one from the working directory (Linux, fs/binfmt_elf.c: open_exec).
  if (!interpreter.startsWith("/") && folder === undefined)
    return unknown(`its loader ${interpreter} is relative, and the folder it is started in is not known`);
  const loader = files.lookup(interpreter.startsWith("/") ? interpreter : `${folder}/${interpreter}`);
  if (/(^|\/)ld(64)?-uClibc/.test(interpreter))
    return unknown(`its loader ${interpreter} is uClibc's, whose resolver has not been measured`);
  if (loader.kind === "unknown") return unknown(`its loader ${interpreter} is not known: ${loader.because}`);
  if (loader.kind !== "file") return unknown(`its loader ${interpreter} is not in the image`);
  const libc = factOf(loader, "libc");
  if (libc?.libc === "musl" || isMuslByContent(loader)) return throughLoader(loader, interpreter);
  const library = libraryOf(files, elf, loader);
  if (isGcompat(loader) || (library !== undefined && isGcompat(library))) {
    return throughGcompat(files, elf, interpreter);
  }
  // libc6-compat links musl under the name of glibc's library.
  const found = library && factOf(library, "libc");
  if (library !== undefined && found?.libc === "musl") return throughLoader(library, interpreter);
  // A loader of another name may be any: glibc's library says nothing of it.
  const isNamed = /\/ld[^/]*$/.test(loader.path) || isGlibcLoader(loader);
  if (libc?.libc !== "glibc" && (found?.libc !== "glibc" || !isNamed)) {
    return unknown(`its loader ${interpreter} is neither known to be musl's nor glibc's`);
  }
  const version = found?.version ?? libc?.version;
  const named = version === undefined ? "glibc" : `glibc ${version}`;
  return {
    kind: "uses-glibc",
    reason: `It resolves names with ${named}, which takes the A half`,
    chain: [link(`${through(interpreter, loader)} ${named}`, loader.path, loader.layer)],
  };
}

/** Folders of libraries by OCI's names of architectures (Debian, Multiarch/Tuples). */
const TUPLES: Readonly<Record<string, readonly string[]>> = {
  amd64: ["x86_64-linux-gnu"],
  "386": ["i386-linux-gnu"],
  arm64: ["aarch64-linux-gnu"],
  arm: ["arm-linux-gnueabihf", "arm-linux-gnueabi"],
  ppc64le: ["powerpc64le-linux-gnu"],
  s390x: ["s390x-linux-gnu"],
  riscv64: ["riscv64-linux-gnu"],
  loong64: ["loongarch64-linux-gnu"],
};

/** glibc's library, or what took its name: beside the loader, else where distributions put it. */
function libraryOf(files: FileView, elf: ElfFact, loader: File): File | undefined {
  const beside = loader.path.slice(0, loader.path.lastIndexOf("/"));
  const tuples = (TUPLES[elf.machine] ?? []).flatMap((tuple) => [`/lib/${tuple}`, `/usr/lib/${tuple}`]);
  return [beside, ...tuples, "/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    .map((folder) => files.lookup(`${folder}/libc.so.6`))
    .find((looked): looked is File => looked.kind === "file");
}

/** musl's loader under a name of somebody's own: its resolver's table, or the name it gives itself, is in it. */
function isMuslByContent(file: File): boolean {
  const elf = factOf(file, "elf");
  const own = elf?.soname?.startsWith("libc.musl-") === true || elf?.traces.includes("musl-getaddrinfo");
  return own === true && factOf(file, "libc") === undefined;
}

/** glibc's loader by the name it gives itself (glibc, elf/Makefile). */
function isGlibcLoader(file: File): boolean {
  return /^(?:ld-linux|ld(?:64)?\.so)/.test(factOf(file, "elf")?.soname ?? "");
}

/** gcompat takes the names of glibc's loader and library, and hands everything to musl (gcompat, loader/loader.c). */
function isGcompat(file: File): boolean {
  const elf = factOf(file, "elf");
  return elf?.soname?.startsWith("libgcompat.so") === true || elf?.traces.includes("gcompat") === true;
}

/** musl's names of architectures in its loaders' names (musl, configure), by OCI's. */
const LOADER_NAMES: Readonly<Record<string, readonly string[]>> = {
  amd64: ["x86_64"],
  "386": ["i386"],
  arm64: ["aarch64"],
  arm: ["armhf", "arm"],
  ppc64le: ["powerpc64le"],
  s390x: ["s390x"],
  riscv64: ["riscv64"],
  loong64: ["loongarch64"],
};

function throughGcompat(files: FileView, elf: ElfFact, interpreter: string): Classified {
  for (const name of LOADER_NAMES[elf.machine] ?? []) {
    const musl = files.lookup(`/lib/ld-musl-${name}.so.1`);
    if (musl.kind === "file" && factOf(musl, "libc")?.libc === "musl") {
      return throughLoader(musl, `${interpreter} → gcompat`);
    }
  }
  return {
    kind: "uses-musl",
    musl: { confidence: "likely", because: "gcompat hands it to musl, whose loader was not found" },
    reason: "It uses musl through gcompat, of a version that could not be read",
    chain: [{ text: `${interpreter} → gcompat` }],
  };
}

function throughLoader(loader: File, named: string): Classified {
  // A package database may be older than the loader: where that does not say its version, nothing does.
  const exact = factOf(loader, "libc")?.version;
  const musl: MuslVersion = {
    exact,
    confidence: exact === undefined ? "likely" : "measured",
    because:
      exact === undefined ? `the loader ${loader.path} does not say` : `the loader ${loader.path} says so`,
  };
  return {
    kind: "uses-musl",
    musl,
    reason:
      exact === undefined ? "It uses musl of a version that could not be read" : `It uses musl ${exact}`,
    chain: [link(`${through(named, loader)} ${exact ?? "of unknown version"}`, loader.path, loader.layer)],
  };
}

function staticProgram(program: File, elf: ElfFact): Classified {
  const { musl = false, glibc = false, other, noResolver, bare } = elf.linked ?? {};
  if (bare) {
    return {
      kind: "own-resolver",
      reason: "It has no resolver in it and starts no other program, so that it looks up no names",
      chain: [{ text: "static, no resolver in it" }],
    };
  }
  if (musl && !glibc && noResolver)
    return unknown(`${program.path} has no resolver in it, but may start another program`);
  if (musl && !glibc) {
    const version = staticMuslVersion(elf);
    const which = boundsText(version);
    return {
      kind: "is-musl",
      musl: version,
      reason: `It is linked statically with musl ${which}`,
      chain: [{ text: `static musl ${which}` }],
    };
  }
  if (glibc && !musl) {
    return {
      kind: "uses-glibc",
      reason: "It is linked statically with glibc, which takes the A half",
      chain: [{ text: "static glibc" }],
    };
  }
  if (other !== undefined)
    return unknown(
      `${program.path} is linked statically with ${other}, whose resolver has not been measured`,
    );
  if (elf.traces.includes("upx"))
    return unknown(`${program.path} is packed with UPX, so its parts cannot be seen`);
  return unknown(
    musl
      ? `${program.path} is a static program with traces of both musl and glibc`
      : `${program.path} is a static program, and nothing in it tells which C library it was linked with`,
  );
}

/** A path as the program names it, and the real one where a link leads elsewhere. */
function through(named: string, file: File): string {
  return named === file.path ? named : `${named} → ${file.path}`;
}

function link(text: string, path: string, layer: LayerRef | undefined): ChainLink {
  return { text, path, layer };
}

/** Nothing can be said, and why. */
export function unknown(reason: string): Classified {
  return { kind: "unknown", reason: reason.charAt(0).toUpperCase() + reason.slice(1), chain: [] };
}
