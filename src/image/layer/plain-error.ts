/** Errors as plain data, to cross from one thread to another. Must not invent a cause. */
import { MuslgateError, messageOf } from "../../model/error.ts";

/** An error as plain data, to cross from one thread to another. */
export type PlainError = Pick<MuslgateError, "code" | "message" | "hint">;

/** Whatever was thrown as our error: the system's words are about the input, everything else is a defect. */
export function asError(error: unknown): MuslgateError {
  if (error instanceof MuslgateError) return error;
  const system = (error as NodeJS.ErrnoException)?.code !== undefined;
  const hint = system ? "Check that it can be read." : "This is a defect of muslgate: please report it.";
  return new MuslgateError(system ? "input" : "internal", messageOf(error), hint, error);
}

/** Takes an error apart. */
export function plainError(error: unknown): PlainError {
  const { code, message, hint } = asError(error);
  return { code, message, hint };
}

/** Puts an error together again. */
export function fromPlain({ code, message, hint }: PlainError): MuslgateError {
  return new MuslgateError(code, message, hint);
}
