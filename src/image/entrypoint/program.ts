/** Follows a program that is an ELF file: what it looks up itself, and what its words start. Must say unknown rather than drop what it may start. */
import type { ElfFact } from "../../model/layer-facts.ts";
import { classify, factOf, type File } from "./classify.ts";
import { C_ARES, conclude, nothing, runtimeNamed } from "./conclusions.ts";
import { type Following, NOTHING, type Situation } from "./following.ts";
import { codeInC } from "./go-with-c.ts";
import {
  baseName,
  isOwn,
  isToolFolder,
  mayResolveItself,
  mayStartOthers,
  SHELLS,
  shellOf,
  toolName,
} from "./identity.ts";
import {
  asksThroughCares,
  bringsResolver,
  isLibraryList,
  isLoader,
  lists,
  loadedProgram,
  mayCallResolver,
  preloadedMusl,
} from "./loader.ts";
import { looksUp } from "./lookups.ts";
import { chainOf, find } from "./search.ts";
import type { Ran } from "./shell/host.ts";
import { HOLE, isKnown } from "./shell/text.ts";
import { followShell } from "./shell-start.ts";
import { change, printed } from "./tools.ts";
import { followEmbedded, followWords } from "./words.ts";
import { followWrapper } from "./wrapped.ts";

/** What a program comes to, called by the name `named` with these words after `word`. */
export function followProgram(
  walk: Following,
  file: File,
  elf: ElfFact,
  named: string,
  word: string,
  rest: readonly string[],
  how: Situation,
): Ran {
  const isMulti = /^(busybox|toybox|coreutils)/.test(baseName(file.path));
  let name = isMulti ? baseName(named) : toolName(named, file);
  let args = rest;
  if (
    isMulti &&
    /^(busybox|toybox|coreutils)/.test(name) &&
    args.length > 0 &&
    !(args[0] as string).startsWith("-")
  ) {
    name = baseName(args[0] as string);
    args = args.slice(1);
  }
  if (isLoader(file, name) || isLibraryList(file, name)) return loaded(walk, file, named, args, how);
  if (bringsResolver(walk.files, elf, file, how.environment)) {
    const process = classify(walk.files, file, elf, how);
    if (process.musl !== undefined) walk.add(process, name, { ...how, sure: false });
  }
  if (SHELLS.has(name)) {
    const ran = followShell(
      walk,
      args,
      name === "sh" ? shellOf(file) : name,
      args === rest ? word : name,
      how,
    );
    if (ran !== undefined) return ran;
    return conclude(walk, file, elf, name, how);
  }
  // A program of one's own may have the name of a wrapper.
  const isOwnWrapper = !isMulti && !isToolFolder(file.path) && mayResolveItself(elf);
  const itself = isOwnWrapper ? () => void conclude(walk, file, elf, name, how) : undefined;
  const wrapper = followWrapper(walk, name, named, args, how, itself);
  if (wrapper.ran !== undefined) return wrapper.ran;
  const isHelped = followEmbedded(walk, name, args, how);
  const call = { args, cwd: how.cwd, stdin: how.stdin, sure: how.sure, files: walk.files };
  change(name, call);
  const output = name === "which" ? whichOf(walk, args, how) : (printed(name, call) ?? HOLE);
  const looks = looksUp(name, args, how.environment, isMulti, walk.hosts);
  const isOwnName = !isMulti && isOwn(name, elf, file);
  if (looks === false && (isMulti || !isOwnName)) {
    nothing(walk, named, file, how);
    return { status: name === "true" ? true : undefined, output };
  }
  if (wrapper.isOne && looks === undefined && isMulti) {
    nothing(walk, named, file, how);
    return { status: undefined, output };
  }
  const own = classify(walk.files, file, elf, how);
  const process = own.kind === "own-resolver" ? (codeInC(walk.files, file, elf, how) ?? own) : own;
  if (
    process.musl !== undefined &&
    name === "curl" &&
    asksThroughCares(walk.files, elf, file, how.environment)
  ) {
    walk.add(C_ARES, name, how);
    return { status: undefined, output };
  }
  const preloaded =
    process.musl === undefined ? preloadedMusl(walk.files, elf, file, how.environment) : undefined;
  if (preloaded !== undefined)
    return walk.unknown(
      `LD_PRELOAD loads ${preloaded} into ${file.path}, and it may bring musl's resolver`,
      how,
    );
  const cleared = !isMulti && looks !== true && !mayCallResolver(walk.files, elf, file, how.environment);
  // It starts what its words or a file of its own name, or what stands in it.
  const isOpen = cleared && process.musl !== undefined && mayStartOthers(elf) && !wrapper.isOne && !isHelped;
  if (isOpen && !followWords(walk, name, args, named, how))
    return walk.unknown(`${file.path} may start other programs, which its words do not name`, how);
  // What runs on the way with another C library needs no line of its own.
  if (cleared && (process.musl !== undefined || (process.kind === "uses-glibc" && !how.isMain)))
    nothing(walk, named, file, how);
  else walk.add({ ...process, runtime: runtimeNamed(name, file) }, name, how);
  if (!isOpen && (cleared || process.musl === undefined)) followWords(walk, name, args, named, how);
  return { status: undefined, output };
}

function whichOf(walk: Following, args: readonly string[], how: Situation): string {
  const [name] = args;
  if (args.length !== 1 || name === undefined || !isKnown(name)) return HOLE;
  const found = find(walk.files, name, how.environment.get("PATH"), how.cwd);
  return found.kind === "file" ? `${found.named}\n` : found.kind === "missing" ? "" : HOLE;
}

/** A loader that is started by name, with the program it loads. */
function loaded(walk: Following, loader: File, named: string, args: readonly string[], how: Situation): Ran {
  const program = loadedProgram(args);
  if (lists(loader, named, args) || (program === undefined && factOf(loader, "libc")?.libc === "musl")) {
    // It tells how it is called, or which libraries a program needs.
    nothing(walk, named, loader, how);
    return NOTHING;
  }
  if (program === undefined)
    return conclude(walk, loader, factOf(loader, "elf") as ElfFact, baseName(named), how);
  const found = isKnown(program.path)
    ? find(walk.files, program.path, how.environment.get("PATH"), how.cwd)
    : undefined;
  const elf = found?.kind === "file" ? factOf(found, "elf") : undefined;
  if (found?.kind !== "file" || elf === undefined)
    return conclude(walk, loader, factOf(loader, "elf") as ElfFact, baseName(named), how);
  const steps = [...how.steps, ...chainOf(found.named, found, undefined)];
  const environment = new Map([...how.environment, ...program.set]);
  return followProgram(
    walk,
    found,
    { ...elf, interpreter: named, go: undefined },
    found.named,
    program.path,
    program.args,
    {
      ...how,
      environment,
      steps,
    },
  );
}
