/** Follows what a program's words start besides: small languages of tools, and words that name programs of the image. Must not tell what the program is. */
import { type Following, type Situation, starter } from "./following.ts";
import { baseName } from "./identity.ts";
import { followHelpers } from "./helpers.ts";
import { followMentions, followSettings } from "./languages.ts";
import { programNamed } from "./search.ts";
import { isKnown } from "./shell/text.ts";
import { embedded } from "./tools.ts";

/**
 * Programs that the small languages of tools start (awk's `system`, tar's commands, sed's `e`), and helpers of tools.
 * Whether helpers are all that it starts.
 */
export function followEmbedded(
  walk: Following,
  name: string,
  args: readonly string[],
  how: Situation,
): boolean {
  // GNU tar puts these before its own (tar's manual, "TAR_OPTIONS").
  const before = name === "tar" ? (how.environment.get("TAR_OPTIONS") ?? "").split(/\s+/) : [];
  const { texts, isOpen } = embedded(name, [...before.filter(Boolean), ...args], how.stdin);
  const situation: Situation = { ...how, sure: false, isMain: false, depth: how.depth + 1 };
  for (const { text, isCommand } of texts)
    if (isCommand || programNamed(walk.files, text.trim().split(/[\s;&|]+/, 1)[0] ?? "", how) !== undefined)
      walk.run(["/bin/sh", "-c", text], situation);
  if (isOpen) walk.unknown(`what \`${name}\` in ${starter(how)} starts is only known when it runs`, how);
  return followHelpers(walk, name, args, how);
}

/** A program's words that name other programs of the image, and texts they give an interpreter: it may start them. Whether a word does. */
export function followWords(
  walk: Following,
  name: string,
  args: readonly string[],
  named: string,
  how: Situation,
): boolean {
  followMentions(walk, name, args, how);
  followSettings(walk, name, args, how);
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
