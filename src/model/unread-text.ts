/** A text that may describe how a cluster answers. Must not know what it says. */
import type { Place } from "./place.ts";

/** A text that speaks of AAAA as a Corefile does, or is one, whoever reads it. */
export interface UnreadText {
  readonly at: Place;
  /** It denies or rewrites AAAA, or may. */
  readonly denies: boolean;
  /** It stands where tests and examples do. */
  readonly aside: boolean;
  /** Who makes of it what is deployed. */
  readonly fills: string;
}
