/** Whatever was thrown as an error of ours. Must not invent a cause. */
import { MuslgateError, messageOf } from "../../model/error.ts";

/** Whatever was thrown as our error: the system's words are about the input, everything else is a defect. */
export function asError(error: unknown): MuslgateError {
  if (error instanceof MuslgateError) return error;
  const system = (error as NodeJS.ErrnoException)?.code !== undefined;
  const hint = system ? "Check that it can be read." : "This is a defect of muslgate: please report it.";
  return new MuslgateError(system ? "input" : "internal", messageOf(error), hint, error);
}
