/** Where a run's paths start. Must touch nothing but what a path is. */
import { isAbsolute, relative } from "node:path";

/** The folder that reports name files from, and the searched folder below it, with `/` and without `..`. */
export interface RunRoot {
  readonly root: string;
  readonly below: string;
}

/** Files are named from where the run starts, as editors and GitHub look them up; a folder elsewhere is its own start. */
export function runRoot(directory: string): RunRoot {
  const below = pathFrom(".", directory);
  return below === undefined ? { root: directory, below: "" } : { root: ".", below };
}

/** The path of a file from a folder, with `/`; nothing where it is not inside. */
export function pathFrom(folder: string, file: string): string | undefined {
  const inside = relative(folder, file).replaceAll("\\", "/");
  return inside === ".." || inside.startsWith("../") || isAbsolute(inside) ? undefined : inside;
}
