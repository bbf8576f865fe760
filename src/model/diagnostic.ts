/** Something that could not be known: the run goes on, a value becomes unknown. Must never be dropped. */
import type { DiagnosticCode } from "./diagnostic-codes.ts";
import type { Place } from "./place.ts";

/** One thing that could not be known, or that contradicts itself. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** What happened, with the value as the user wrote it; one sentence, its full stop optional. */
  readonly message: string;
  /** What to do next; one sentence. */
  readonly hint: string;
  /** Whether it leaves a value unknown (`gap`), or is only worth knowing (`notice`). */
  readonly weight: "gap" | "notice";
  /** What happened without what it happened to, in a sentence: those of one code and reason are told together. */
  readonly reason?: string;
  /** What it is about, such as an image reference. */
  readonly subject?: string;
  readonly at?: Place;
  /** It was so in the state that is compared with, too. */
  readonly before?: true;
}
