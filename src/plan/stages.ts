/** Cuts a Dockerfile into stages and says what each starts from. Must not run an instruction. */
import {
  type DockerInstruction,
  type DockerWord,
  readDockerLines,
} from "../discover/kinds/dockerfile-lines.ts";
import { isKnown } from "../image/entrypoint/shell/text.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { type Platform, platformText } from "../model/oci.ts";
import type { Place } from "../model/place.ts";
import { type Source, wholeFile } from "../text/source.ts";
import { PLAN_LIMITS } from "./limits.ts";
import { expandWord, type Lookup } from "./values.ts";

/** One stage. */
export interface Stage {
  readonly index: number;
  /** Its name, else its number. */
  readonly called: string;
  /** What FROM says, expanded. */
  readonly base: string;
  readonly from: DockerWord;
  readonly at: Place;
  /** The ARG lines that FROM takes its values from. */
  readonly args: readonly Place[];
  /** As `--platform` says it, expanded. */
  readonly platform?: string;
  readonly body: readonly DockerInstruction[];
}

/** A Dockerfile, ready to be planned. */
export interface PlanFile {
  readonly stages: readonly Stage[];
  readonly escape: string;
  /** Arguments before the first FROM, which a stage gets by ARG. */
  readonly global: ReadonlyMap<string, string>;
  place(start: number, end: number): Place;
  /** A stage that comes before one, by its name or its number. */
  find(name: string, before: number): Stage | undefined;
}

/** Arguments that a builder sets by itself (docs.docker.com, Automatic platform ARGs in the global scope). */
export function platformArgs(platform: Platform): Readonly<Record<string, string>> {
  const { os, architecture, variant = "" } = platform;
  const target = { PLATFORM: platformText(platform), OS: os, ARCH: architecture, VARIANT: variant };
  return Object.fromEntries(
    ["TARGET", "BUILD"].flatMap((who) => Object.entries(target).map(([name, value]) => [who + name, value])),
  );
}

/** Reads it. Throws MuslgateError (`input`, `limit`) where it has no stage, or more instructions than are followed. */
export function readStages(path: string, text: string, build: ImageBuild, platform: Platform): PlanFile {
  const file = fileOf(path, text, build);
  const { instructions, escapeChar, openHeredoc } = readDockerLines(text);
  if (instructions.length > PLAN_LIMITS.planInstructions)
    throw new MuslgateError(
      "limit",
      `${path} has ${instructions.length} instructions, and more than ${PLAN_LIMITS.planInstructions} are not followed (limit planInstructions)`,
      "Build the image and check the result.",
    );
  if (openHeredoc !== undefined)
    throw new MuslgateError("input", `${path}: a here-document has no end`, "Close it with its own name.");
  const given = build.args ?? {};
  const global = new Map<string, string>();
  const places = new Map<string, Place>();
  const automatic = platformArgs(platform);
  const used = new Set<Place>();
  const lookup: Lookup = (name) => {
    const place = places.get(name);
    if (place !== undefined) used.add(place);
    return global.get(name) ?? automatic[name];
  };
  const stages: (Stage & { readonly body: DockerInstruction[] })[] = [];
  for (const instruction of instructions) {
    const { keyword, words, flags } = instruction;
    const stage = stages.at(-1);
    if (keyword === "FROM") {
      const [from, as, name] = words;
      if (from === undefined) continue;
      used.clear();
      const base = expandWord(from.text, lookup, escapeChar);
      const flag = flags.find((one) => one.name === "platform")?.value.text;
      stages.push({
        index: stages.length,
        called: as?.text.toLowerCase() === "as" && name !== undefined ? name.text : String(stages.length),
        base,
        from,
        at: file.toPlace(from.start, from.end),
        args: [...used],
        platform: flag === undefined ? undefined : expandWord(flag, lookup, escapeChar),
        body: [],
      });
    } else if (stage !== undefined) stage.body.push(instruction);
    else if (keyword === "ARG") {
      for (const { text: word, start, end } of words) {
        const [name, value] = pairOf(word);
        const own = value === undefined ? undefined : expandWord(value, lookup, escapeChar);
        const set = Object.hasOwn(given, name) ? (given[name] ?? "\uE000") : own;
        if (set !== undefined) global.set(name, set);
        places.set(name, file.toPlace(start, end));
      }
    }
  }
  return {
    stages,
    escape: escapeChar,
    global,
    place: (start, end) => file.toPlace(start, end),
    find: (name, before) =>
      stages
        .slice(0, before)
        .findLast((stage) => stage.called.toLowerCase() === name.toLowerCase() && isKnown(name)) ??
      (/^\d{1,6}$/.test(name) && Number(name) < before ? stages[Number(name)] : undefined),
  };
}

/** `NAME=value`, or a name alone. */
export function pairOf(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** A file whose places are right also where its text stands inside another. */
function fileOf(path: string, text: string, { dockerfile }: ImageBuild): Pick<Source, "toPlace"> {
  const file = wholeFile(path, text);
  if (!("at" in dockerfile)) return file;
  const { at, made } = dockerfile;
  if (made === true) return { toPlace: () => at };
  const toPlace = (start: number, end: number): Place => {
    const own = file.toPlace(start, end);
    const line = at.line + own.line - 1;
    const endLine = at.line + own.endLine - 1;
    // How far the text is indented there is not known: the line is.
    return { file: at.file, line, column: 1, endLine, endColumn: Math.max(own.endColumn, 2) };
  };
  return { toPlace };
}
