/** Words a defect of ours that cost one file or image its answer. Must not be used for what an input does wrong. */
import type { Diagnostic } from "./diagnostic.ts";
import { messageOf } from "./error.ts";

/** The diagnostic of an exception that was not meant to be; `subject` is what was being read. */
export function defect(subject: string, error: unknown): Diagnostic {
  return {
    code: "defect",
    message: `${subject} was not read: this is a defect of muslgate, please report it: ${messageOf(error)}`,
    hint: "Report it with what was read, if you may; the rest of the answer stands.",
    weight: "gap",
    subject,
  };
}
