/** Says how one program resolves names, from its ELF headers and the loader it names. Must not know how it was started. */
import type { ChainLink, LayerRef, MuslVersion, StartProcess } from "../../model/image-profile.ts";
import type { ElfFact, FileFact, LibcFact, PackagesFact } from "../../model/layer-facts.ts";
import { apkUpstream, parseApk } from "../../version/apk.ts";
import type { FileView, Looked } from "../file-view.ts";
import { boundsText, staticMusl } from "./static-musl.ts";

/** What a program's own file says; the chain from the program on. */
export type Classified = Omit<StartProcess, "runtime">;

type File = Extract<Looked, { kind: "file" }>;

/** The fact of a kind, if the file has one. */
export function factOf<K extends FileFact["kind"]>(
  file: File,
  kind: K,
): Extract<FileFact, { kind: K }> | undefined {
  return file.facts.find((fact): fact is Extract<FileFact, { kind: K }> => fact.kind === kind);
}

/** Classifies a program. */
export function classify(files: FileView, program: File, elf: ElfFact): Classified {
  if (elf.go !== undefined) return goProgram(elf);
  if (factOf(program, "libc")?.libc === "musl") return throughLoader(files, program, program.path);
  if (elf.interpreter !== undefined) return dynamicProgram(files, elf, elf.interpreter);
  if (elf.partial !== undefined) return unknown(`${program.path} could not be read whole: ${elf.partial}`);
  if (elf.needed.length > 0) return unknown(`${program.path} needs libraries but names no loader`);
  return staticProgram(program, elf);
}

function goProgram(elf: ElfFact): Classified {
  const { version, cgo } = elf.go as NonNullable<ElfFact["go"]>;
  const named = version === "unknown" ? "Go" : version;
  const pure = cgo === false || (cgo === "unknown" && elf.interpreter === undefined);
  return {
    kind: "own-resolver",
    reason: pure
      ? "It is a Go program, which resolves names itself and takes the A half"
      : "It is a Go program with cgo, which still resolves names itself unless GODEBUG or nsswitch.conf asks for libc",
    chain: [{ text: pure ? `${named}, own resolver` : `${named} with cgo, own resolver` }],
  };
}

function dynamicProgram(files: FileView, elf: ElfFact, interpreter: string): Classified {
  const loader = files.lookup(interpreter);
  if (loader.kind === "unknown") return unknown(`its loader ${interpreter} is not known: ${loader.because}`);
  if (loader.kind !== "file") return unknown(`its loader ${interpreter} is not in the image`);
  const libc = factOf(loader, "libc");
  const loaderElf = factOf(loader, "elf");
  if (libc?.libc === "musl") return throughLoader(files, loader, interpreter);
  // gcompat's loader takes glibc's name and hands everything to musl, which it needs.
  const forMusl = [...elf.needed, ...(loaderElf?.needed ?? [])].find((name) => name.startsWith("libc.musl-"));
  if (forMusl !== undefined) {
    const musl = files.lookup(`/lib/${forMusl}`);
    if (musl.kind === "file" && factOf(musl, "libc")?.libc === "musl")
      return throughLoader(files, musl, interpreter);
  }
  if (/\/ld-musl-/.test(interpreter)) {
    return unknown(`its loader ${interpreter} is called musl's, but is not known to be`);
  }
  if (/\/ld(-linux[\w-]*|64)?\.so\.\d$/.test(interpreter)) return glibcProgram(files, loader, interpreter);
  return unknown(`its loader ${interpreter} is neither musl's nor glibc's`);
}

/** glibc's loader may still be handed musl's library (libc6-compat links it under glibc's name). */
function glibcProgram(files: FileView, loader: File, interpreter: string): Classified {
  const folder = loader.path.slice(0, loader.path.lastIndexOf("/"));
  const library = [`${folder}/libc.so.6`, "/lib/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6"]
    .map((path) => files.lookup(path))
    .find((looked): looked is File => looked.kind === "file");
  const libc = library && factOf(library, "libc");
  if (library !== undefined && libc?.libc === "musl") return throughLoader(files, library, interpreter);
  const version = libc?.version === undefined ? "glibc" : `glibc ${libc.version}`;
  return {
    kind: "uses-glibc",
    reason: `It resolves names with ${version}, which takes the A half`,
    chain: [{ text: `${interpreter} ${version}`, path: loader.path, layer: loader.layer }],
  };
}

function throughLoader(files: FileView, loader: File, named: string): Classified {
  const fact = factOf(loader, "libc") as LibcFact;
  const listed = fact.version === undefined ? packagedMusl(files) : undefined;
  const exact = fact.version ?? listed?.version;
  const musl: MuslVersion = {
    ...(exact === undefined ? {} : { exact }),
    because: listed === undefined ? `the loader ${loader.path} says so` : `${listed.path} lists it`,
  };
  const through = named === loader.path ? named : `${named} → ${loader.path}`;
  return {
    kind: "uses-musl",
    musl,
    reason:
      exact === undefined ? "It uses musl of a version that could not be read" : `It uses musl ${exact}`,
    chain: [link(`${through} ${exact ?? "of unknown version"}`, loader.path, loader.layer)],
  };
}

/** The package database's word, where the loader itself does not say. */
function packagedMusl(files: FileView): { readonly version: string; readonly path: string } | undefined {
  for (const path of ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"]) {
    const looked = files.lookup(path);
    const fact =
      looked.kind === "file" ? (factOf(looked, "packages") as PackagesFact | undefined) : undefined;
    // OpenWrt calls it `libc`.
    const version = fact?.packages.find(({ name }) => name === "musl" || name === "libc")?.version;
    const parsed = version === undefined ? undefined : parseApk(version);
    if (parsed !== undefined) return { version: apkUpstream(parsed), path };
  }
  return undefined;
}

function staticProgram(program: File, elf: ElfFact): Classified {
  const { musl, glibc } = elf.linked ?? { musl: false, glibc: false };
  if (musl && !glibc) {
    const version = staticMusl(elf);
    const which = boundsText(version);
    return {
      kind: "is-musl",
      musl: version,
      reason: `It is linked statically with musl ${which}: ${version.because}`,
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
  return unknown(
    `${program.path} is a static program, and nothing in it tells which C library it was linked with`,
  );
}

function link(text: string, path: string, layer: LayerRef): ChainLink {
  return { text, path, layer };
}

/** Nothing can be said, and why. */
export function unknown(reason: string): Classified {
  return { kind: "unknown", reason: reason.charAt(0).toUpperCase() + reason.slice(1), chain: [] };
}
