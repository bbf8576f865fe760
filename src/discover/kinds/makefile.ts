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

/** What its recipes build; each runs in the Makefile's folder. */
export async function makefileBuilds(
  file: Source,
  scripts: () => Promise<BuildReader>,
): Promise<readonly ImageBuild[]> {
  if (!BUILDS.test(file.text)) return [];
  const { shell, has } = await scripts();
  if (!shell.spend(file.text.length >> 4)) return [];
  const variables = new Variables();
  const recipes: { readonly text: string; readonly start: number; readonly target: string }[] = [];
  let target = HOLE;
  for (const { text, start } of logicalLines(file.text)) {
    const set = /^(?:export[ \t]+|override[ \t]+)*([\w.-]+)[ \t]*(\?|\+|!|:{1,3}|)=[ \t]*(.*)$/.exec(text);
    if (set !== null) {
      const [, name = "", how = "", value = ""] = set;
      variables.set(name, how, value.replace(/[ \t]#.*$/, "").trimEnd());
      continue;
    }
    const rule = /^([^\s:=#][^:=#]*):(?!=)/.exec(text);
    if (rule !== null) target = (rule[1] as string).trim();
    if (text.startsWith("\t")) recipes.push({ text, start, target });
  }
  // Recipes are expanded when the whole file has been read.
  return recipes.flatMap(({ text, start, target: made }) => {
    const recipe = variables.in(text.replace(/^\t[ \t]*[@+-]*/, ""), made);
    if (!BUILDS.test(recipe)) return [];
    const commands = commandsIn(recipe, { folder: parentOf(file.file), env: NO_ENV }, shell);
    const place = file.toPlace(start, start + 1);
    return buildsOf(commands, { by: file.file, placeOf: () => place, has });
  });
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

/** Variables of a Makefile, each worked out once. */
class Variables {
  readonly #written = new Map<string, string>();
  readonly #known = new Map<string, string>();

  /** Sets one: what is added to, comes from a command, or is set in several ways is not known. */
  set(name: string, how: string, value: string): void {
    const earlier = this.#written.get(name);
    if (how === "?" && earlier !== undefined) return;
    const isOpen = how === "+" || how === "!" || (earlier !== undefined && earlier !== value);
    this.#written.set(name, isOpen || value.length > MOST_VALUE ? HOLE : value);
  }

  /** A text with what its variables stand for; functions and what nothing here sets are not known. */
  in(text: string, target: string): string {
    if (!text.includes("$")) return text;
    return text.replace(
      /\$(?:\$|([@<^*?+%])|\(([^()]*)\)|\{([^{}]*)\}|\((?:[^()]|\([^()]*\))*\))/g,
      (whole, automatic?: string, round?: string, curly?: string) => {
        if (whole === "$$") return "$";
        if (automatic !== undefined) return automatic === "@" && !/[%\s]/.test(target) ? target : HOLE;
        return this.#valueOf(round ?? curly ?? "");
      },
    );
  }

  #valueOf(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // One that is made of itself is not known.
    this.#known.set(name, HOLE);
    const written = this.#written.get(name);
    const value = written === undefined ? HOLE : this.in(written, HOLE);
    this.#known.set(name, value.length > MOST_VALUE ? HOLE : value);
    return this.#known.get(name) as string;
  }
}
