/** Gathers what commands of scripts and pipelines run in a cluster. Must not read the commands themselves. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { inFolder } from "../tree/paths.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { splitImage } from "../model/image-name.ts";
import type { Workload } from "../model/workload.ts";
import { isKnown } from "../image/entrypoint/shell/text.ts";
import { namesOf, plainName } from "./built-here.ts";
import type { Said } from "./findings.ts";
import type { ScriptCommand } from "./kinds/build-script.ts";
import { type OpenImage, type Runner, runsOf } from "./kinds/run-commands.ts";
import { isAside } from "./net.ts";
import type { SortedFiles } from "./sort-files.ts";
import type { YamlBudget } from "../yaml/budget.ts";

/** Gathers, script by script. */
export interface CommandRuns {
  readonly take: (commands: readonly ScriptCommand[], who: Pick<Runner, "by" | "placeOf">) => void;
  /** All of it; an image of which the name alone is known is what is built here under that name. */
  readonly taken: (builds: readonly ImageBuild[]) => Said;
}

/** Nothing yet. What tests start is nobody's. */
export function gatherRuns(charts: SortedFiles["charts"], budget: YamlBudget): CommandRuns {
  const workloads = new Map<string, Workload>();
  const diagnostics = new Map<string, Diagnostic>();
  const open: (OpenImage & { readonly by: string })[] = [];
  const chart = (folder: string) => {
    const own = charts.get(folder);
    if (own === undefined) return undefined;
    const values = own.find(({ file }) => file.file === inFolder(folder, "values.yaml"));
    const [document] = values?.documents ?? [];
    return values === undefined || document === undefined
      ? {}
      : { base: { values: document, file: values.file } };
  };
  return {
    take(commands, { by, placeOf }) {
      if (isAside(by)) return;
      const run = runsOf(commands, { by, placeOf, chart, budget });
      for (const one of run.workloads) workloads.set(JSON.stringify([one.image, one.name, one.at]), one);
      for (const one of run.diagnostics) diagnostics.set(JSON.stringify([one.message, one.at]), one);
      for (const one of run.open) open.push({ ...one, by });
    },
    taken(builds) {
      const names = namesOf(builds);
      // A script that builds an image whose name is not known runs that one.
      const unnamed = new Set(
        builds.flatMap(({ tags, by }) => (tags?.length === 0 && by !== undefined ? [by] : [])),
      );
      for (const { image, gap, by } of open) {
        const { name } = splitImage(image);
        const isBuilt = isKnown(name) ? names.has(plainName(name)) : unnamed.has(by);
        if (!isBuilt) diagnostics.set(JSON.stringify([gap.message, gap.at]), gap);
      }
      return { workloads: [...workloads.values()], diagnostics: [...diagnostics.values()] };
    },
  };
}
