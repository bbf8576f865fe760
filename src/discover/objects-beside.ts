/** What objects beside a workload decide of its lookups: Services, policies, what admission and nodes make of it. Must not judge. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Role, Workload } from "../model/workload.ts";
import type { MutationsInSight } from "./mutations.ts";
import type { NodeSearchesInSight } from "./node-searches.ts";
import { PoliciesInSight } from "./policies.ts";
import type { Findings } from "./findings.ts";
import type { Repository, YamlSource } from "./repository.ts";
import type { SortedFiles } from "./sort-files.ts";
import { ServicesInSight } from "./services.ts";

/** What is taken of a search. */
interface Around {
  readonly repository: Repository;
  readonly files: SortedFiles;
  readonly findings: Findings;
}

/** Where pods are; Docker's and CI's containers are none. */
const PODS: ReadonlySet<Role> = new Set([
  "container",
  "init container",
  "ephemeral container",
  "step",
  "sidecar",
  "script",
  "values",
]);

/** Words without which a file says nothing of either: who reads them is loaded where there is one. */
const MUTATES = [/\bdns(?:Config|Policy)\b|\bhostAliases\b/, /\bkyverno\.io\b|\bMutating/];
const OF_NODES = /\bsearchDomains\b|\bresolv-?[cC]onf\b|\bwrite_files\b/;

/** Those of a whole repository, and of the charts that were rendered. */
export class ObjectsBeside {
  readonly #services = new ServicesInSight();
  readonly #policies = new PoliciesInSight();
  readonly #mutating: { readonly written: YamlSource[]; readonly rendered: YamlSource[] } = {
    written: [],
    rendered: [],
  };
  readonly #ofNodes: YamlSource[] = [];
  #mutations: MutationsInSight | undefined;
  #nodes: NodeSearchesInSight | undefined;

  /**
   * Takes in the objects of a file; `here` is where all of them stand, where the file's own lines are none to tell: those
   * that a chart makes. They count before what files hold, whenever they come.
   */
  add(written: YamlSource, here?: Place): void {
    const source =
      here === undefined ? written : { ...written, file: { ...written.file, toPlace: () => here } };
    const isRendered = here !== undefined;
    this.#services.add(source, { isRendered });
    this.#policies.add(source, isRendered);
    const { text } = source.file;
    if (MUTATES.every((words) => words.test(text)))
      this.#mutating[isRendered ? "rendered" : "written"].push(source);
    if (!isRendered && OF_NODES.test(text)) this.#ofNodes.push(source);
  }

  /** Takes in what else a repository holds, each file once; to be called when all objects are, before anything is marked. */
  async read({ repository, files, findings }: Around): Promise<void> {
    const { about } = findings;
    const settings = [...files.loneValues, ...[...files.charts.values()].flat()];
    for (const source of files.kustomizations) await about(source.file.file, () => this.add(source));
    for (const source of settings) await about(source.file.file, () => this.#policies.addSettings(source));
    const mutating = [...this.#mutating.rendered, ...this.#mutating.written];
    if (mutating.length > 0) {
      const all = new (await import("./mutations.ts")).MutationsInSight();
      for (const source of mutating) await about(source.file.file, () => all.add(source));
      this.#mutations = all;
    }
    if (this.#ofNodes.length > 0) {
      const all = new (await import("./node-searches.ts")).NodeSearchesInSight();
      for (const source of this.#ofNodes) await about(source.file.file, () => all.add(source));
      await about("settings of nodes", () => all.read(repository));
      this.#nodes = all;
    }
  }

  /** Which of a workload's hosts are Services, what policies let it ask, and what others make of its DNS. */
  mark(workload: Workload): Workload {
    const own = this.#services.mark(workload);
    if (!PODS.has(workload.role)) return own;
    const mutated = this.#mutations?.mark(own) ?? own;
    return this.#policies.mark(this.#nodes?.mark(mutated) ?? mutated);
  }

  /** What could not be told of all that were marked. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#mutations?.diagnostics ?? [];
  }
}
