/** What the dynamic loader brings to a program: which libraries, and whether any of them looks names up. Must not run anything. */
import { HARMLESS_PRELOADS, RESOLVER_SYMBOLS } from "../../knowledge/tools.ts";
import type { ElfFact, TextFact } from "../../model/layer-facts.ts";
import type { FileView } from "../file-view.ts";
import { factOf, type File } from "./classify.ts";
import { baseName } from "./identity.ts";
import { isKnown, withoutOpen } from "./shell/text.ts";

/** Libraries that are looked into, at most. */
const MOST_LIBRARIES = 256;

/** Whether a program is a loader that is started by name, with a program to load. */
export function isLoader(file: File, name: string): boolean {
  return /^ld(?:-musl|-linux|64)?[^/]*\.so/.test(name) && factOf(file, "elf") !== undefined;
}

/** Whether a program is musl's loader under the name by which it lists libraries (musl, ldso/dynlink.c: ldd_mode). */
export function isLibraryList(file: File, name: string): boolean {
  return name.endsWith("ldd") && factOf(file, "libc")?.libc === "musl";
}

/** Whether a loader is asked for a program's libraries, and starts nothing (musl, ldso/dynlink.c; ld.so's manual). */
export function lists(loader: File, named: string, args: readonly string[]): boolean {
  if (isLibraryList(loader, baseName(named))) return true;
  for (const [at, arg] of args.entries()) {
    if (/^--(?:list|verify|help|version|list-tunables|list-diagnostics)$/.test(arg)) return true;
    if (!arg.startsWith("-") && !VALUED.test(args[at - 1] ?? "")) return false;
  }
  return false;
}

/** Options of loaders that take the next word. */
const VALUED =
  /^--(?:library-path|preload|argv0|inhibit-rpath|audit|glibc-hwcaps-prepend|glibc-hwcaps-mask)$/;

/** The program among a loader's words; nothing where it is given none. */
export function loadedProgram(args: readonly string[]):
  | {
      readonly path: string;
      readonly args: readonly string[];
      /** What its options stand for in the environment. */
      readonly set: ReadonlyMap<string, string>;
    }
  | undefined {
  const set = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const [, option = "", joined] = /^--(preload|library-path)(?:=(.*))?$/s.exec(word) ?? [];
    if (option !== "")
      set.set(option === "preload" ? "LD_PRELOAD" : "LD_LIBRARY_PATH", joined ?? args[at + 1] ?? "");
    if (word === "--") at++;
    else if (VALUED.test(word)) {
      at++;
      continue;
    } else if (/^--./.test(word)) continue;
    const path = args[at];
    return path === undefined ? undefined : { path, args: args.slice(at + 1), set };
  }
  return undefined;
}

/** Whether a program or one of its libraries names a resolver's function, or may load more code; true where that is not known. */
export function mayCallResolver(
  files: FileView,
  elf: ElfFact,
  program: File,
  environment: ReadonlyMap<string, string>,
): boolean {
  const preloads = environment.get("LD_PRELOAD") ?? "";
  // What is linked into a static program is told with its C library.
  if (elf.go !== undefined || elf.interpreter === undefined) return true;
  if (!isKnown(preloads) || elf.partial !== undefined) return true;
  const calls = (fact: ElfFact) =>
    fact.calls === undefined || fact.calls.some((name) => RESOLVER_SYMBOLS.includes(name));
  if (calls(elf)) return true;
  for (const { fact } of librariesOf(files, elf, program, environment))
    if (fact === undefined || calls(fact)) return true;
  return false;
}

/**
 * The libraries of a program, theirs too, and those that LD_PRELOAD names, each once. The C library is left out: it has all
 * functions and calls none by itself, and stands for all of its names (musl, ldso/dynlink.c: reserved). Without a fact where
 * a library is not found or not read, and for the rest where there are too many.
 */
export function* librariesOf(
  files: FileView,
  elf: ElfFact,
  program: File,
  environment: ReadonlyMap<string, string>,
): Generator<{ readonly name: string; readonly fact?: ElfFact }, void> {
  const folders = [...searched(files, elf, environment)];
  const preloads = environment.get("LD_PRELOAD") ?? "";
  const open = [...elf.needed, ...preloads.split(/[:\s]+/).filter(Boolean)];
  const seen = new Set<string>();
  for (const name of open) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > MOST_LIBRARIES) return yield { name };
    if (/^(?:lib(?:c|pthread|rt|m|dl|util|xnet)\.|ld-(?:musl|linux)|ld64\.so)/.test(name)) continue;
    const fact = libraryFact(files, name, folders, program);
    yield { name, fact };
    open.push(...(fact?.needed ?? []));
    folders.push(...(fact?.libraryPath ?? "").split(":").filter(Boolean));
  }
}

/** Whether what LD_PRELOAD loads into a program may look names up, though the program does not. */
export function bringsResolver(
  files: FileView,
  elf: ElfFact,
  program: File,
  environment: ReadonlyMap<string, string>,
): boolean {
  const preloads = environment.get("LD_PRELOAD") ?? "";
  if (elf.go !== undefined || elf.interpreter === undefined) return false;
  const bare: ElfFact = { ...elf, needed: [], calls: [], partial: undefined };
  return withoutOpen(preloads) !== "" && mayCallResolver(files, bare, program, environment);
}

/**
 * The library of LD_PRELOAD that brings musl into a program of another C library, or may: its name. Nothing where the
 * image does not have it, which loaders pass over. A value that only a script works out is not looked for.
 */
export function preloadedMusl(
  files: FileView,
  elf: ElfFact,
  program: File,
  environment: ReadonlyMap<string, string>,
): string | undefined {
  const preloads = environment.get("LD_PRELOAD") ?? "";
  if (elf.interpreter === undefined || /\/ld-musl-/.test(elf.interpreter) || !isKnown(preloads))
    return undefined;
  const folders = searched(files, elf, environment);
  const names = preloads.split(/[:\s]+/).filter(Boolean);
  return names.slice(0, MOST_LIBRARIES).find((name) => {
    const looked = librarySeen(files, name, folders, program);
    if (looked === undefined) return false;
    if (looked.kind === "unknown") return !HARMLESS_PRELOADS.test(baseName(name));
    const needed = factOf(looked, "elf")?.needed ?? [];
    return factOf(looked, "libc")?.libc === "musl" || needed.some((one) => one.startsWith("libc.musl-"));
  });
}

/** Whether a program's libcurl is built with c-ares, which then asks for its names. */
export function asksThroughCares(
  files: FileView,
  elf: ElfFact,
  program: File,
  environment: ReadonlyMap<string, string>,
): boolean {
  const library = elf.needed.find((name) => name.startsWith("libcurl.so"));
  if (library === undefined) return false;
  const fact = libraryFact(files, library, searched(files, elf, environment), program);
  return fact?.needed.some((name) => name.startsWith("libcares.so")) ?? false;
}

/** The folders where the loader looks for a program's libraries. */
function searched(
  files: FileView,
  elf: ElfFact,
  environment: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    ...(environment.get("LD_LIBRARY_PATH") ?? "").split(":"),
    ...(elf.libraryPath ?? "").split(":"),
    ...loaderPath(files, elf),
  ].filter((folder) => folder !== "");
}

/** What the first library of that name says where the loader looks; nothing where it is not there. */
function libraryFact(
  files: FileView,
  library: string,
  folders: readonly string[],
  program: File,
): ElfFact | undefined {
  const looked = librarySeen(files, library, folders, program);
  return looked?.kind === "file" ? factOf(looked, "elf") : undefined;
}

/** The first file of that name where the loader looks, or the place that is not known; nothing where there is none. */
function librarySeen(files: FileView, library: string, folders: readonly string[], program: File) {
  const origin = program.path.slice(0, program.path.lastIndexOf("/"));
  const paths = library.includes("/")
    ? [library]
    : folders.map((folder) => `${folder.replace(/\$\{?ORIGIN\}?/g, origin)}/${library}`);
  for (const path of paths) {
    const looked = files.lookup(path);
    if (looked.kind === "unknown" || looked.kind === "file") return looked;
  }
  return undefined;
}

/** Where a loader looks: musl's own list or its file (musl, ldso/dynlink.c), else where distributions keep glibc's. */
function loaderPath(files: FileView, elf: ElfFact): readonly string[] {
  const arch = /ld-musl-([\w-]+)\.so/.exec(elf.interpreter ?? "")?.[1];
  if (arch === undefined)
    return ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib", ...tuples(elf)];
  const looked = files.lookup(`/etc/ld-musl-${arch}.path`);
  const text =
    looked.kind === "file" ? looked.facts.find((fact): fact is TextFact => fact.kind === "text") : undefined;
  if (looked.kind === "missing") return ["/lib", "/usr/local/lib", "/usr/lib"];
  return text === undefined ? [] : text.text.split(/[:\n]/).filter(Boolean);
}

function tuples({ machine }: ElfFact): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    amd64: "x86_64",
    arm64: "aarch64",
    "386": "i386",
    ppc64le: "powerpc64le",
  };
  const tuple = `${names[machine] ?? machine}-linux-gnu`;
  return [`/lib/${tuple}`, `/usr/lib/${tuple}`];
}
