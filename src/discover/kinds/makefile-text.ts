/** Reads a Makefile's rules and variables, as far as they are written out. Must run nothing, `$(shell …)` least of all. */
import { HOLE } from "../../image/entrypoint/shell/text.ts";

/** Longer values are not known: variables made of each other twice would double. */
const MOST_VALUE = 4_096;

/** A line of a recipe, as written; `start` is its position in the text. */
export interface Recipe {
  readonly text: string;
  readonly start: number;
  /** Of its rule: as written, and one by one with variables put in. */
  readonly target: string;
  readonly targets: readonly string[];
}

/** A Makefile. */
export interface Makefile {
  /** Rules by their targets; one without a recipe says what another needs. */
  readonly rules: readonly { readonly targets: readonly string[]; readonly needs: readonly string[] }[];
  readonly recipes: readonly Recipe[];
  /** Variables that recipes have in their environment, as far as they are known. */
  readonly exported: ReadonlyMap<string, string>;
  /** Other files are read into it. */
  readonly includes: boolean;
  /** A recipe's line with its variables put in; what is not known is HOLE. `goal` is which of the targets is made. */
  readonly expand: (recipe: Recipe, goal?: string) => string;
}

/**
 * Reads it. `given` are variables of the command line, which win; those of `environment` stand where nothing sets one, and
 * without it what nothing sets is not known.
 */
export function readMakefile(
  text: string,
  given: ReadonlyMap<string, string> = new Map(),
  environment?: ReadonlyMap<string, string>,
): Makefile {
  const variables = new Variables(given, environment);
  const rules: Makefile["rules"][number][] = [];
  const recipes: Recipe[] = [];
  let target = HOLE;
  let own: readonly string[] = [];
  let includes = false;
  const exports: string[] = [];
  for (const { text: line, start } of logicalLines(text)) {
    const exported = /^export[ \t]+([\w.-]+)/.exec(line)?.[1];
    if (exported !== undefined) exports.push(exported);
    const set = /^(?:export[ \t]+|override[ \t]+)*([\w.-]+)[ \t]*(\?|\+|!|:{1,3}|)=[ \t]*(.*)$/.exec(line);
    if (set !== null) {
      const [, name = "", how = "", value = ""] = set;
      variables.set(name, how, value.replace(/[ \t]#.*$/, "").trimEnd());
      continue;
    }
    if (/^[-s]?include\b/.test(line)) includes = true;
    const rule = /^([^\s:=#][^:=#]*):{1,2}(?![:=])([^;#]*)/.exec(line);
    if (rule !== null) {
      const [, targets = "", needs = ""] = rule;
      target = targets.trim();
      own = words(variables.in(target, HOLE));
      rules.push({ targets: own, needs: words(variables.in(needs, HOLE)) });
    }
    if (line.startsWith("\t")) recipes.push({ text: line, start, target, targets: own });
  }
  // Recipes are expanded when the whole file has been read.
  const expand = (recipe: Recipe, goal = recipe.target) =>
    variables.in(recipe.text.replace(/^\t[ \t]*[@+-]*/, ""), goal);
  const exported = new Map(exports.map((name) => [name, variables.in(`$(${name})`, HOLE)]));
  return { rules, recipes, exported, includes, expand };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean);
}

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
  readonly #known: Map<string, string>;
  readonly #environment: ReadonlyMap<string, string> | undefined;

  constructor(given: ReadonlyMap<string, string>, environment: ReadonlyMap<string, string> | undefined) {
    this.#known = new Map([["MAKE", "make"], ...given]);
    this.#environment = environment;
  }

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
    const written = this.#written.get(name) ?? this.#environment?.get(name);
    const isName = /^[\w.-]+$/.test(name);
    const unset = this.#environment === undefined || !isName ? HOLE : "";
    const value = written === undefined ? unset : this.in(written, HOLE);
    this.#known.set(name, value.length > MOST_VALUE ? HOLE : value);
    return this.#known.get(name) as string;
  }
}
