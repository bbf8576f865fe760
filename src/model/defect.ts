/** The words for a defect of ours that costs one answer. Must not be used for what the input is to blame for. */
import type { Diagnostic } from "./diagnostic.ts";
import { messageOf } from "./error.ts";
import type { Place } from "./place.ts";

/** The code of such diagnostics; a run that has one exits with 4 unless it has findings. */
export const DEFECT = "defect";

/** Where to report one. */
export const ISSUES = "https://github.com/muslgate/muslgate/issues";

/** A sentence for a verdict: what `doing` ended with, such as `while it was judged`. */
export function defectText(doing: string, error: unknown): string {
  return `this is a defect of muslgate: ${doing}, ${messageOf(error)}`;
}

/** The diagnostic. `what` is what it happened to, as the user wrote it. */
export function defect(what: string, doing: string, error: unknown, at?: Place): Diagnostic {
  return {
    code: DEFECT,
    message: `${what}: ${defectText(doing, error)}.`,
    hint: `Everything else was judged. Please report it at ${ISSUES}, with the file or image that it happens to.`,
    weight: "gap",
    subject: what,
    at,
  };
}
