/** The one error class: the run cannot answer. Must not be used for findings or for what is merely unknown. */

/**
 * Closed set of reasons a run cannot answer. `usage` is the user's call, `input` something named that
 * cannot be read or is not what it should be, `registry` a registry's refusal, `limit` a bound that was
 * reached, `internal` a defect of ours.
 */
export type ErrorCode = "usage" | "input" | "registry" | "limit" | "internal";

/** An error with what happened (the value as the user wrote it), and what to do next. */
export class MuslgateError extends Error {
  override readonly name = "MuslgateError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** What happened, without the name of what it happened to: what has the same reason is told together. */
  readonly reason: string;

  constructor(code: ErrorCode, message: string, hint: string, cause?: unknown, reason = message) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.reason = reason;
  }
}

/** What any thrown value says, on one line and without a stack. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return "no such file or folder";
    if (code === "EACCES") return "permission denied";
    if (code === "EISDIR") return "it is a folder";
    return error.message.split("\n", 1)[0] ?? error.name;
  }
  return String(error);
}
