/** Reads and parses each file of a tree once, within a bound. Must not know what a file is for. */
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { fileUnreadable, yamlUnreadable } from "./gaps.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { isHelmfileName } from "../tree/file-names.ts";
import { type Source, wholeFile } from "../text/source.ts";
import type { YamlBudget } from "../yaml/budget.ts";
import { readYaml, type YamlFile } from "../yaml/nodes.ts";

/** A YAML file with its documents. */
export interface YamlSource extends YamlFile {
  readonly file: Source;
  /** Why it was not read as a whole: for whoever can tell whether that matters. */
  readonly problem?: Diagnostic;
}

/** A tree with a memory. */
export interface Repository {
  readonly paths: ReadonlySet<string>;
  /** The text, or nothing and a diagnostic. */
  text(path: string): Promise<Source | undefined>;
  /** The documents, as far as they could be read; nothing when not even the text could. */
  yaml(path: string): Promise<YamlSource | undefined>;
  /** Lets go of a file that turned out to be of no interest, or was read; asked for again it is read again, and counted once. */
  forget(path: string): void;
}

/** Opens a tree; what cannot be read is reported once. */
export function openRepository(
  tree: FileTree,
  paths: ReadonlySet<string>,
  report: (diagnostic: Diagnostic) => void,
  budget: YamlBudget,
): Repository {
  const texts = new Map<string, Promise<Source | undefined>>();
  const yamls = new Map<string, Promise<YamlSource | undefined>>();
  const counted = new Set<string>();
  const again = {
    ...budget,
    characters: unbounded("yamlCharacters"),
    nodesInAll: unbounded("yamlNodesInAll"),
  };

  const text = (path: string) => once(texts, path, load);
  const load = async (path: string): Promise<Source | undefined> => {
    const read = await tree.read(path);
    const left = counted.has(path) ? again : budget;
    if ("text" in read && !isHelmfileName(path)) return wholeFile(path, read.text);
    // Loaded for those who have Helmfile.
    if ("text" in read)
      return wholeFile(path, (await import("./kinds/helmfile-off.ts")).withoutOff(read.text, left));
    // JSON of that size is data; whether it deploys anything is not known, but it would be odd.
    const weight = /\.json$/i.test(path) ? "notice" : "gap";
    report({ ...fileUnreadable(path, read.problem), weight });
    return undefined;
  };
  const parse = async (path: string): Promise<YamlSource | undefined> => {
    const file = await text(path);
    if (file === undefined) return undefined;
    const { documents, problems } = readYaml(file.text, counted.has(path) ? again : budget);
    const [first] = problems;
    return { file, documents, problems, problem: first && yamlUnreadable(path, first, file) };
  };
  return {
    paths,
    text,
    yaml: (path) => once(yamls, path, parse),
    forget(path) {
      texts.delete(path);
      if (yamls.delete(path)) counted.add(path);
    },
  };
}

function unbounded(name: string): Budget {
  return new Budget(name, Number.POSITIVE_INFINITY);
}

function once<T>(
  known: Map<string, Promise<T>>,
  path: string,
  make: (path: string) => Promise<T>,
): Promise<T> {
  const found = known.get(path) ?? make(path);
  known.set(path, found);
  return found;
}

/** The text of a path, where the repository has it. */
export function textReader(repository: Repository): (path: string) => Promise<string | undefined> {
  return async (path) => (repository.paths.has(path) ? (await repository.text(path))?.text : undefined);
}
