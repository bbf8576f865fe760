/** Follows programs that texts in other languages than a shell's name: scripts, texts among words, what is read. Must not take a text for a shell's. */
import { BELOW_VALUE, mentionsIn, VARIABLE } from "../detect/mentions.ts";
import type { ScriptFact } from "../../model/layer-facts.ts";
import { classify, factOf } from "./classify.ts";
import type { Following, Situation } from "./following.ts";
import { baseName } from "./identity.ts";
import { mentionsAt, namedAround, namedInSettings, wordsOf } from "./read-besides.ts";
import { programNamed } from "./search.ts";
import { absolute } from "./shell/state.ts";
import { ANY, isKnown } from "./shell/text.ts";

/** Those whose words are commands. */
const SHELLS = /^(?:fish|csh|tcsh|rc|es|elvish|nu|xonsh)$/;

/** Interpreters by name, with the options behind which a text stands, and the ending of its files. */
const INTERPRETERS: readonly (readonly [name: RegExp, text: RegExp, ending: string])[] = [
  [/^(?:python|pypy)[\d.]*$/, /^-c$/, ".py"],
  [/^perl[\d.]*$/, /^-[a-z]*[eE]$/, ".pl"],
  [/^(?:ruby|jruby)[\d.]*$/, /^-[a-z]*e$/, ".rb"],
  [/^(?:node|nodejs|deno|bun)[\d.]*$/, /^(?:-p?e|-p|--eval|--print|eval)$/, ".js"],
  [/^php[\d.]*$/, /^-[rBRE]$/, ".php"],
  [/^lua(?:jit)?[\d.]*$/, /^-e$/, ".lua"],
  [/^(?:tclsh|wish)[\d.]*$/, /^(?!)/, ".tcl"],
  [/^expect[\d.]*$/, /^-c$/, ".exp"],
  [SHELLS, /^-[a-z]*c$|^--command$/, ""],
  [/^m4$/, /^-D$/, ".m4"],
];

/** Words of an interpreter that are looked at, and as many that its environment adds. */
const MOST_READ = 64;

/** Follows what the texts name that an interpreter of this name is given; nothing happens for other programs. */
export function followMentions(walk: Following, name: string, args: readonly string[], how: Situation): void {
  const [, isText, ending = ""] = INTERPRETERS.find(([one]) => one.test(name)) ?? [];
  if (isText === undefined) return;
  const added = wordsOf(name, how).slice(0, MOST_READ);
  const all = [...added, ...args.slice(0, MOST_READ)];
  const mentions = new Set<string>();
  const folders: string[] = [];
  const add = (words: Iterable<string>) => {
    for (const word of words) mentions.add(word);
  };
  let reads = true;
  for (const [index, arg] of all.entries()) {
    const before = all[index - 1] ?? "";
    // `-r/x`, `--require=/x`, and Lua's `@/x`, or its text.
    const joined = /^(?:-[rRM](?=[/.])|--?[\w-]+=(?:auto_\w+=)?|@)([^=]+)$/.exec(arg)?.[1];
    if (!isKnown(arg)) continue;
    if (isText.test(before) || (ending === ".lua" && arg.includes("("))) add(mentionsIn(arg, name));
    else if (joined !== undefined) add(mentionsOf(walk, joined, how));
    else if (before === "-m" && ending === ".py") {
      const path = arg.replaceAll(".", "/");
      for (const file of [`${path}.py`, `${path}/__main__.py`]) add(mentionsOf(walk, file, how));
    } else if (!arg.startsWith("-"))
      for (const file of new Set([arg, `${arg}${ending}`, `${arg}/index${ending}`])) {
        add(mentionsOf(walk, file, how));
        if (SHELLS.test(name) && scriptAt(walk, file, how)?.truncated === true)
          walk.unknown(`${file} is too long to be followed`, how);
      }
    const isGiven = index >= added.length;
    if (isGiven && arg !== "-" && arg !== "/dev/stdin" && (!arg.startsWith("-") || isText.test(arg)))
      reads = false;
    const named = absolute(how.cwd, arg.replace(/^-I(?=.)/, ""));
    if ((arg.startsWith("-") && !arg.startsWith("-I")) || !isKnown(named)) continue;
    const looked = walk.files.lookup(named);
    if (looked.kind === "folder") folders.push(named);
    else if (looked.kind === "file" || looked.kind === "plain")
      folders.push(looked.path.replace(/\/[^/]*$/, "") || "/");
  }
  add(namedAround(walk, name, folders, ending, how));
  if (reads && how.stdin !== undefined && isKnown(how.stdin)) add(mentionsIn(how.stdin, name));
  const named = [...mentions];
  const inside = named.filter((one) => one.startsWith("/") && walk.files.lookup(one).kind === "folder");
  // What a shell does with a folder its text shows.
  for (const folder of SHELLS.test(name) ? [] : inside.slice(0, MOST_INSIDE))
    for (const path of filesIn(walk, folder)) follow(walk, path, name, how);
  const below = [...inside, ...folders].slice(0, MOST_INSIDE);
  for (const mention of named) {
    follow(walk, mention, name, how);
    const looked = mention.startsWith("/") ? walk.files.lookup(mention) : undefined;
    if (looked?.kind === "file" && !looked.executable)
      for (const path of mentionsAt(walk, mention)) follow(walk, path, name, how);
    const isBelow = mention.startsWith(BELOW_VALUE);
    // A text may go to a folder first, look for programs there, or mean its own.
    const beside = isBelow ? mention.slice(BELOW_VALUE.length) : mention;
    if (isBelow || (!mention.startsWith("/") && programNamed(walk.files, mention, how) === undefined))
      for (const folder of below) follow(walk, absolute(folder, beside), name, how);
  }
}

/** Files of a folder that a text names, as hooks are: few, and none of a folder of tools. */
function filesIn(walk: Following, folder: string): readonly string[] {
  if (SYSTEM.test(folder)) return [];
  return (walk.files.names(folder) ?? []).slice(0, 64).map((one) => absolute(folder, one));
}

const SYSTEM = /^\/(?:(?:usr\/(?:local\/)?)?(?:s?bin|lib\w*)|usr|etc|dev|proc|sys)?$/;

/** Folders that a text names, and in which what it names is looked for. */
const MOST_INSIDE = 8;

function mentionsOf(walk: Following, path: string, how: Situation): readonly string[] {
  return scriptAt(walk, path, how)?.mentions ?? [];
}

function scriptAt(walk: Following, path: string, how: Situation): ScriptFact | undefined {
  const looked = walk.files.lookup(absolute(how.cwd, path));
  return looked.kind === "file" ? factOf(looked, "script") : undefined;
}

/** Follows the programs that a program's settings name, or a variable of its environment is. */
export function followSettings(walk: Following, name: string, args: readonly string[], how: Situation): void {
  const named = new Set(namedInSettings(walk, name, args, how));
  for (const [variable, value] of how.environment)
    if (value.startsWith("/") && !OF_SHELLS.test(variable)) named.add(value.split(/\s/, 1)[0] as string);
  for (const path of named) follow(walk, path, name, how);
}

/** Variables that name a shell, or what ran last. */
const OF_SHELLS = /^(?:SHELL|_)$/;

/** What is mentioned may start, if it is a program: one that has nothing to do with musl makes no difference. */
function follow(walk: Following, mention: string, name: string, how: Situation): void {
  if (mention === VARIABLE)
    walk.unknown(`what ${baseName(name)} starts depends on a value that is only known when it runs`, how);
  if (mention.startsWith(BELOW_VALUE)) {
    const programs = walk.muslPrograms();
    if (mention !== BELOW_VALUE) {
      for (const path of programs) if (path.endsWith(mention.slice(1))) follow(walk, path, name, how);
    } else if (programs.length > 0)
      walk.unknown(`${baseName(name)} starts more below folders that are values than is followed`, how);
    return;
  }
  const program = programNamed(walk.files, mention, how);
  // A shell's text may go to another folder first.
  if (program === undefined && /^\.{1,2}\//.test(mention) && SHELLS.test(name))
    walk.unknown(`which ${mention} ${baseName(name)} starts is only known when it runs`, how);
  if (program === undefined) return;
  const elf = factOf(program, "elf");
  if (elf !== undefined && classify(walk.files, program, elf, how).musl === undefined) return;
  const situation: Situation = {
    ...how,
    sure: false,
    isMain: false,
    stdin: undefined,
    at: how.at ?? `what ${baseName(name)} runs`,
    script: undefined,
    depth: how.depth + 1,
  };
  walk.run(elf === undefined ? [mention] : [mention, ANY], situation);
}
