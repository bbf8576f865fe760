/** Follows a program that is an ELF file: what it looks up itself, and what its words start. Must say unknown rather than drop what it may start. */
import type { ElfFact } from "../../model/layer-facts.ts";
import { classify, factOf, type File } from "./classify.ts";
import { C_ARES, conclude, NOTHING, nothing, runtimeNamed } from "./conclusions.ts";
import { type Following, type Situation, starter } from "./following.ts";
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
  isLoader,
  loadedProgram,
  mayCallResolver,
  preloadedMusl,
} from "./loader.ts";
import { looksUp } from "./lookups.ts";
import { chainOf, find, programNamed } from "./search.ts";
import type { Ran } from "./shell/host.ts";
import { HOLE, isKnown } from "./shell/text.ts";
import { followShell } from "./shell-start.ts";
import { change, embedded, printed } from "./tools.ts";
import { followWrapped } from "./wrapped.ts";
import { wrappedCommand } from "./wrappers.ts";

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
  if (isLoader(file, name)) return loaded(walk, file, named, args, how);
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
  const wrapped = wrappedCommand(name, args, how.stdin);
  if (wrapped === "unknown") return walk.unknown(`what ${named} starts is only known when it runs`, how);
  if (wrapped !== undefined && wrapped.length > 0) {
    // A program of one's own may have the name of a wrapper.
    if (!isMulti && !isToolFolder(file.path) && mayResolveItself(elf)) conclude(walk, file, elf, name, how);
    for (const one of wrapped) followWrapped(walk, one, name, how);
    return { status: undefined, output: name === "find" ? HOLE : "" };
  }
  followEmbedded(walk, name, args, how);
  const call = { args, cwd: how.cwd, stdin: how.stdin, sure: how.sure, files: walk.files };
  change(name, call);
  const output = name === "which" ? whichOf(walk, args, how) : (printed(name, call) ?? HOLE);
  const looks = looksUp(name, args, how.environment, isMulti, walk.hosts);
  const isOwnName = !isMulti && isOwn(name, elf, file);
  if (looks === false && (isMulti || !isOwnName)) {
    nothing(walk, named, file, how);
    return { status: name === "true" ? true : undefined, output };
  }
  if (wrapped !== undefined && looks === undefined && isMulti) {
    nothing(walk, named, file, how);
    return { status: undefined, output };
  }
  const process = classify(walk.files, file, elf, how);
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
  const starts = mayStartOthers(elf);
  if (
    cleared &&
    process.musl !== undefined &&
    starts &&
    wrapped === undefined &&
    !scan(walk, args, named, how)
  )
    return walk.unknown(`${file.path} may start other programs, which its words do not name`, how);
  // What runs on the way with another C library needs no line of its own.
  if (cleared && (process.musl !== undefined || (process.kind === "uses-glibc" && !how.isMain)))
    nothing(walk, named, file, how);
  else walk.add({ ...process, runtime: runtimeNamed(name, file) }, name, how);
  if (cleared || process.musl === undefined) scan(walk, args, named, how);
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
  if (program === undefined && factOf(loader, "libc")?.libc === "musl") {
    // It tells how it is called.
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

/** Programs that the small languages of tools start: awk's `system`, tar's commands, sed's `e`. */
function followEmbedded(walk: Following, name: string, args: readonly string[], how: Situation): void {
  const { texts, isOpen } = embedded(name, args);
  const situation: Situation = { ...how, sure: false, isMain: false, depth: how.depth + 1 };
  for (const { text, isCommand } of texts)
    if (isCommand || programNamed(walk.files, text.trim().split(/[\s;&|]+/, 1)[0] ?? "", how) !== undefined)
      walk.run(["/bin/sh", "-c", text], situation);
  if (isOpen) walk.unknown(`what \`${name}\` in ${starter(how)} starts is only known when it runs`, how);
}

/** A program's words that name other programs of the image: it may start them. */
function scan(walk: Following, args: readonly string[], named: string, how: Situation): boolean {
  let found = false;
  for (const [index, word] of args.entries()) {
    if (index > 64) break;
    if (word === "" || !isKnown(word)) continue;
    const situation: Situation = {
      ...how,
      sure: false,
      isMain: false,
      at: how.at ?? `the words of ${baseName(named)}`,
      script: undefined,
      depth: how.depth + 1,
    };
    const commands: (readonly string[])[] = [];
    if (programNamed(walk.files, word, how) !== undefined) commands.push(args.slice(index));
    else if (
      /\s/.test(word) &&
      programNamed(walk.files, word.trim().split(/[\s;&|]+/, 1)[0] ?? "", how) !== undefined
    )
      commands.push(["/bin/sh", "-c", word]);
    else
      for (const [path] of [...word.matchAll(/(?<![\w.])(?:\/[\w.+-]+)+/g)].slice(0, 16))
        if (path !== word && programNamed(walk.files, path, how) !== undefined) commands.push([path]);
    for (const command of commands) walk.run(command, situation);
    found ||= commands.length > 0;
  }
  return found;
}
