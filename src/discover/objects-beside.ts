/** What objects beside a workload decide of its lookups: Services, policies, what admission makes of it. Must not judge. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { MutationsInSight } from "./mutations.ts";
import { PoliciesInSight } from "./policies.ts";
import type { YamlSource } from "./repository.ts";
import { ServicesInSight } from "./services.ts";

/** Those of a whole repository, and of the charts that were rendered. */
export class ObjectsBeside {
  readonly #services = new ServicesInSight();
  readonly #policies = new PoliciesInSight();
  readonly #mutations = new MutationsInSight();

  /** Takes in the objects of a file; `here` is where all of them stand, where the file's own lines are none to tell. */
  add(source: YamlSource, here?: Place): void {
    this.#services.add(source, here);
    this.#policies.add(source, here);
    this.#mutations.add(source, here);
  }

  /** Takes in a chart's values. */
  addSettings(source: YamlSource): void {
    this.#policies.addSettings(source);
  }

  /** Which of a workload's hosts are Services, what policies let it ask, and what others make of its DNS. */
  mark(workload: Workload): Workload {
    return this.#policies.mark(this.#services.mark(this.#mutations.mark(workload)));
  }

  /** What could not be told of all that were marked. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#mutations.diagnostics;
  }
}
