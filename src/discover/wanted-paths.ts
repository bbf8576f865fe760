/** Says which paths a search is to look at. Must read none of them. */
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { RepositoryLimits } from "../model/repository-limits.ts";
import { pastLimit } from "../tree/gaps.ts";
import { pathFilter } from "../tree/path-filter.ts";

/** Whether a path is wanted, and what is to be said of the globs when all paths were asked for. */
export function wantedPaths(
  { include, exclude }: { readonly include?: readonly string[]; readonly exclude?: readonly string[] },
  { globSteps }: Pick<RepositoryLimits, "globSteps">,
): { readonly isWanted: (path: string) => boolean; readonly diagnostics: () => readonly Diagnostic[] } {
  const steps = new Budget("globSteps", globSteps);
  const isWanted = pathFilter(include, exclude, steps);
  return {
    isWanted,
    diagnostics: () => (steps.isOver ? [globsUnapplied(steps)] : isWanted.unmatched().map(globUnmatched)),
  };
}

function globsUnapplied(steps: Budget): Diagnostic {
  return pastLimit("include and exclude were not applied to the end", steps, "write simpler ones");
}

function globUnmatched(glob: string): Diagnostic {
  return {
    code: "glob-unmatched",
    message: `The glob ${glob} matches no file`,
    hint: "Globs are relative to the folder that is searched; one without / matches at any depth.",
    weight: "notice",
    subject: glob,
  };
}
