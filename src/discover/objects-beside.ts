/** What objects beside a workload decide of its lookups: Services, policies, what admission makes of it. Must not judge. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Role, Workload } from "../model/workload.ts";
import { MutationsInSight } from "./mutations.ts";
import { NodeSearchesInSight } from "./node-searches.ts";
import { PoliciesInSight } from "./policies.ts";
import type { Repository, YamlSource } from "./repository.ts";
import { ServicesInSight } from "./services.ts";

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
/** Those of a whole repository, and of the charts that were rendered. */
export class ObjectsBeside {
  readonly #services = new ServicesInSight();
  readonly #policies = new PoliciesInSight();
  readonly #mutations = new MutationsInSight();
  readonly #nodes = new NodeSearchesInSight();

  /** Takes in the objects of a file; `here` is where all of them stand, where the file's own lines are none to tell. */
  add(source: YamlSource, here?: Place): void {
    this.#services.add(source, here);
    this.#policies.add(source, here);
    this.#mutations.add(source, here);
    if (here === undefined) this.#nodes.add(source);
  }

  /** Takes in a chart's values. */
  addSettings(source: YamlSource): void {
    this.#policies.addSettings(source);
  }

  /** Reads the files that settings of nodes name. */
  read(repository: Repository): Promise<void> {
    return this.#nodes.read(repository);
  }

  /** Which of a workload's hosts are Services, what policies let it ask, and what others make of its DNS. */
  mark(workload: Workload): Workload {
    const own = this.#services.mark(workload);
    if (!PODS.has(workload.role)) return own;
    return this.#policies.mark(this.#nodes.mark(this.#mutations.mark(own)));
  }

  /** What could not be told of all that were marked. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#mutations.diagnostics;
  }
}
