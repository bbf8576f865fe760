/** How a fact names where it comes from. Must not hold facts. */
import type { Confidence } from "../model/cluster-profile.ts";

/** A source of a fact: where it can be read or how it was measured, and when it was last looked at. */
export interface Citation {
  readonly source: string;
  readonly confidence: Confidence;
  /** ISO date. */
  readonly checked: string;
}
