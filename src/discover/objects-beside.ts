/** What objects beside a workload decide of its lookups: Services, policies. Must not judge. */
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { PoliciesInSight } from "./policies.ts";
import type { YamlSource } from "./repository.ts";
import { ServicesInSight } from "./services.ts";

/** Those of a whole repository, and of the charts that were rendered. */
export class ObjectsBeside {
  readonly #services = new ServicesInSight();
  readonly #policies = new PoliciesInSight();

  /** Takes in the objects of a file; `here` is where all of them stand, where the file's own lines are none to tell. */
  add(source: YamlSource, here?: Place): void {
    this.#services.add(source, here);
    this.#policies.add(source, here);
  }

  /** Takes in a chart's values. */
  addSettings(source: YamlSource): void {
    this.#policies.addSettings(source);
  }

  /** Which of a workload's hosts are Services, and what policies let it ask. */
  mark(workload: Workload): Workload {
    return this.#policies.mark(this.#services.mark(workload));
  }
}
