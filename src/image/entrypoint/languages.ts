/** Follows programs that texts in other languages than a shell's name: scripts, texts among words, what is read. Must not take a text for a shell's. */
import { mentionsIn } from "../detect/mentions.ts";
import type { ScriptFact } from "../../model/layer-facts.ts";
import { classify, factOf } from "./classify.ts";
import type { Following, Situation } from "./following.ts";
import { baseName } from "./identity.ts";
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

/** Follows what the texts name that an interpreter of this name is given; nothing happens for other programs. */
export function followMentions(walk: Following, name: string, args: readonly string[], how: Situation): void {
  const [, isText, ending = ""] = INTERPRETERS.find(([one]) => one.test(name)) ?? [];
  if (isText === undefined) return;
  const mentions = new Set<string>();
  const add = (words: readonly string[]) => {
    for (const word of words) mentions.add(word);
  };
  let reads = true;
  for (const [index, arg] of args.slice(0, 64).entries()) {
    const before = args[index - 1] ?? "";
    if (!isKnown(arg)) continue;
    if (isText.test(before)) add(mentionsIn(arg, name));
    else if (before === "-m" && ending === ".py") {
      const path = arg.replaceAll(".", "/");
      for (const file of [`${path}.py`, `${path}/__main__.py`]) add(mentionsOf(walk, file, how));
    } else if (!arg.startsWith("-"))
      for (const file of [arg, `${arg}${ending}`, `${arg}/index${ending}`]) {
        add(mentionsOf(walk, file, how));
        if (SHELLS.test(name) && scriptAt(walk, file, how)?.truncated === true)
          walk.unknown(`${file} is too long to be followed`, how);
      }
    if (arg !== "-" && arg !== "/dev/stdin" && (!arg.startsWith("-") || isText.test(arg))) reads = false;
  }
  if (reads && how.stdin !== undefined && isKnown(how.stdin)) add(mentionsIn(how.stdin, name));
  for (const mention of mentions) follow(walk, mention, name, how);
}

function mentionsOf(walk: Following, path: string, how: Situation): readonly string[] {
  return scriptAt(walk, path, how)?.mentions ?? [];
}

function scriptAt(walk: Following, path: string, how: Situation): ScriptFact | undefined {
  const looked = walk.files.lookup(absolute(how.cwd, path));
  return looked.kind === "file" ? factOf(looked, "script") : undefined;
}

/** What is mentioned may start, if it is a program: one that has nothing to do with musl makes no difference. */
function follow(walk: Following, mention: string, name: string, how: Situation): void {
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
