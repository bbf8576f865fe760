/** Walks what `make` runs by the Makefile that is in the stage. Must look at no time stamp: every recipe on the way runs. */
import { type Makefile, readMakefile } from "../../discover/kinds/makefile-text.ts";
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import { at, type Call, operandsOf } from "./call.ts";

/** Targets of one call; more are in no Makefile that somebody wrote. */
const MOST_TARGETS = 200;

/** No Makefile's name for anything. */
const UNKNOWN = "_not_known";

/** False where some of what it runs is not in sight. */
export function make(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, [
    "-C",
    "--directory",
    "-f",
    "--file",
    "--makefile",
    "-j",
  ]);
  const cwd = at(call, options.get("-C") ?? options.get("--directory") ?? ".");
  const named = options.get("-f") ?? options.get("--file") ?? options.get("--makefile");
  const names = named === undefined ? ["GNUmakefile", "makefile", "Makefile"] : [named];
  const text = isKnown(cwd)
    ? names.map((name) => call.to.files.text(at({ cwd }, name))).find((one) => one !== undefined)
    : undefined;
  if (text === undefined) return false;
  const given = operands.flatMap((word) => {
    const [, name, value] = /^(\w+):?=(.*)$/s.exec(word) ?? [];
    return name === undefined ? [] : [[name, value ?? ""] as const];
  });
  const file = readMakefile(text, new Map(given), call.env);
  const goals = operands.filter((word) => !/^\w+:?=/.test(word));
  const first = file.rules.flatMap(({ targets }) => targets).find((one) => !one.startsWith("."));
  let whole = !file.includes;
  const set = [...file.exported].map(([name, value]) => `${name}=${value}`);
  // What is not known of a recipe is a variable of its shell that is not known.
  const run = (recipe: string) =>
    call.run(
      [
        "env",
        `${UNKNOWN}=${HOLE}`,
        ...set,
        "sh",
        "-c",
        recipe.replace(/[\uE000-\uE003]+/g, `\${${UNKNOWN}}`),
      ],
      {
        cwd,
      },
    );
  const seen = new Set<string>();
  // A need without a rule is a file, or made by a rule of a pattern: that one is not followed.
  const hasPatterns = file.rules.some(({ targets }) =>
    targets.some((one) => one.includes("%") || !isKnown(one)),
  );
  for (const goal of goals.length > 0 ? goals : [first ?? HOLE])
    if (!reach(file, hasPatterns, goal, seen, run)) whole = false;
  return whole;
}

/** What a target needs, then its recipe. Whether there is a rule for it. */
function reach(
  file: Makefile,
  hasPatterns: boolean,
  goal: string,
  seen: Set<string>,
  run: (recipe: string) => void,
): boolean {
  if (seen.has(goal)) return true;
  seen.add(goal);
  const rules = file.rules.filter(({ targets }) => targets.includes(goal));
  if (rules.length === 0 || seen.size > MOST_TARGETS) return false;
  let whole = true;
  for (const need of rules.flatMap(({ needs }) => needs))
    if (!reach(file, hasPatterns, need, seen, run) && hasPatterns) whole = false;
  for (const recipe of file.recipes) if (recipe.targets.includes(goal)) run(file.expand(recipe, goal));
  return whole;
}
