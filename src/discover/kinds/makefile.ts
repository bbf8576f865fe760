/** Reads which images recipes of a Makefile build, as far as they are written out. Must run nothing, `$(shell …)` least of all. */
import { HOLE } from "../../image/entrypoint/shell/text.ts";
import type { ImageBuild } from "../../model/image-build.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { BUILDS, buildsOf } from "./build-commands.ts";
import { commandsIn } from "./build-script.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** Whether a path is named like one (gnu.org/software/make, Makefile Names). */
export function isMakefileName(path: string): boolean {
  return /^(?:GNUmakefile|[Mm]akefile|.+\.mk)$/.test(nameOf(path));
}

/** Longer values are not known: variables made of each other twice would double. */
const MOST_VALUE = 4_096;
/** Variables in each other. */
const MOST_DEPTH = 16;

/** What its recipes build; each runs in the Makefile's folder. */
export function makefileBuilds(file: Source, { shell, has }: BuildReader): readonly ImageBuild[] {
  if (!BUILDS.test(file.text)) return [];
  const variables = new Map<string, string>();
  const builds: ImageBuild[] = [];
  let target = HOLE;
  for (const { text, start } of logicalLines(file.text)) {
    const set = /^(?:export[ \t]+|override[ \t]+)*([\w.-]+)[ \t]*(\?|:{1,3}|)=[ \t]*(.*)$/.exec(text);
    if (set !== null) {
      const [, name = "", how, value = ""] = set;
      if (how !== "?" || !variables.has(name)) variables.set(name, value.replace(/[ \t]+#.*$/, ""));
      continue;
    }
    const rule = /^([^\s:=#][^:=#]*):(?!=)/.exec(text);
    if (rule !== null) target = (rule[1] as string).trim();
    if (!text.startsWith("\t") || !BUILDS.test(expandedIn(text, variables, target))) continue;
    const recipe = expandedIn(text.replace(/^\t[ \t]*[@+-]*/, ""), variables, target);
    const commands = commandsIn(recipe, { folder: parentOf(file.file), env: NO_ENV }, shell);
    const place = file.toPlace(start, start + 1);
    builds.push(...buildsOf(commands, { by: file.file, placeOf: () => place, has }));
  }
  return builds;
}

const NO_ENV: ReadonlyMap<string, string> = new Map();

/** Lines with those that a backslash joins to them. */
function* logicalLines(text: string): Generator<{ readonly text: string; readonly start: number }> {
  let [start, at] = [0, 0];
  let parts: string[] = [];
  for (const line of text.split("\n")) {
    at += line.length + 1;
    const own = line.replace(/\r$/, "");
    const part = parts.length === 0 ? own : own.trimStart();
    if (own.endsWith("\\")) {
      parts.push(part.slice(0, -1));
      continue;
    }
    yield { text: [...parts, part].join(" "), start };
    parts = [];
    start = at;
  }
}

/** With make's variables in place of their names; functions and what nothing here sets are not known. */
function expandedIn(text: string, variables: ReadonlyMap<string, string>, target: string, depth = 0): string {
  if (!text.includes("$")) return text;
  if (depth > MOST_DEPTH || text.length > MOST_VALUE * 4) return HOLE;
  const out = text.replace(
    /\$(?:\$|([@<^*?+%])|\(([^()]*)\)|\{([^{}]*)\}|\((?:[^()]|\([^()]*\))*\))/g,
    (whole, automatic?: string, round?: string, curly?: string) => {
      if (whole === "$$") return "$";
      if (automatic !== undefined) return automatic === "@" && !/[%\s]/.test(target) ? target : HOLE;
      const value = variables.get(round ?? curly ?? "");
      return value === undefined
        ? HOLE
        : expandedIn(value, variables, target, depth + 1).slice(0, MOST_VALUE);
    },
  );
  return out.length > MOST_VALUE * 4 ? HOLE : out;
}
