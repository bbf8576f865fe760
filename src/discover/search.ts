/** Opens a tree to be searched: its files sorted, within bounds for the sum. Must not read images out of any. */
import type { OfCharts } from "./cluster-file.ts";
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../model/repository-limits.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { type YamlBudget, yamlBudget } from "../yaml/budget.ts";
import { type Findings, openFindings } from "./findings.ts";
import { foldersOf } from "./folders.ts";
import { openPackedCharts, type PackedCharts } from "./kinds/packed-charts.ts";
import { ObjectFiles } from "./object-files.ts";
import type { DiscoverPorts } from "./ports.ts";
import { openRepository, type Repository } from "./repository.ts";
import { type Sorted, sortAll } from "./sorted.ts";
import { wantedPaths } from "./wanted-paths.ts";

/** Globs relative to the root; see pathFilter. */
export interface DiscoverOptions extends DiscoverPorts {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly limits?: Partial<RepositoryLimits>;
  /** Letters of files that stay parsed for whoever may ask again; by default four million. What is found is the same. */
  readonly kept?: number;
}

/** What is searched, and where what it says is gathered. */
export interface Search extends Sorted {
  readonly repository: Repository;
  /** Those that its paths lie in. */
  readonly folders: ReadonlySet<string>;
  /** Why a path that is not searched cannot be read; nothing where it is only left out. */
  readonly problemOf: (path: string) => Promise<string | undefined>;
  /** Everything else that is YAML, which was read already. */
  readonly objects: ObjectFiles;
  /** What fetched charts say of clusters. */
  readonly ofCharts: OfCharts;
  readonly packed: PackedCharts;
  readonly hcl: DiscoverPorts["hcl"];
  readonly ci: ReadonlyMap<string, string>;
  readonly findings: Findings;
  readonly packedChart: DiscoverPorts["packedChart"];
  readonly limits: RepositoryLimits;
  readonly budget: YamlBudget;
  /** What variables and files that containers are given may come to. */
  readonly startCharacters: Budget;
}

/** The most paths that are asked for although nothing lists them. */
const MOST_ASKED = 1_000;

/** Opens it; what cannot be listed, read or told is among the findings. */
export async function openSearch(tree: FileTree, options: DiscoverOptions): Promise<Search> {
  const limits = { ...REPOSITORY_LIMITS, ...options.limits };
  const budget = yamlBudget(limits);
  const listed = await tree.list();
  const { isWanted, diagnostics: globs } = wantedPaths(options, limits);
  const own = listed.paths.filter(isWanted);
  const packed = await openPackedCharts(tree, own, limits);
  const paths = new Set([...own, ...packed.paths.filter(isWanted)]);
  const findings = openFindings(limits, packed.inside);
  const { take } = findings;
  take(listed);
  take(packed);
  take({ diagnostics: globs() });
  const report = (diagnostic: Diagnostic) => void take({ diagnostics: [diagnostic] });
  const repository = openRepository(packed.tree, paths, report, budget);

  const folders = foldersOf(paths);
  const startCharacters = new Budget("startCharacters", limits.startCharacters);
  const objects = new ObjectFiles({
    repository,
    about: findings.about,
    folders,
    budget,
    startCharacters,
    kept: options.kept,
  });
  const { files, loose } = await sortAll(paths, packed.tree, repository, {
    budget,
    hcl: options.hcl,
    findings,
    objects,
  });
  const { packedChart } = options;
  const leftOut = new Set([...listed.paths, ...foldersOf(listed.paths)]);
  let asked = 0;
  const problemOf = async (path: string) => {
    if (leftOut.has(path) || asked++ >= MOST_ASKED) return undefined;
    const read = await packed.tree.bytes(path);
    return "problem" in read ? read.problem : undefined;
  };
  return {
    repository,
    folders,
    problemOf,
    files,
    objects,
    loose,
    ofCharts: { unread: [], values: [] },
    packed,
    hcl: options.hcl,
    ci: options.ci ?? new Map<string, string>(),
    findings,
    packedChart,
    limits,
    budget,
    startCharacters,
  };
}
