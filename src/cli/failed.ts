/** Says how a run failed. Must be small: every command loads it. */
import { MuslgateError, messageOf } from "../model/error.ts";
import { EXIT } from "../judge/exit-code.ts";
import { remark } from "../publish/terminal.ts";
import { printable, printableLines } from "../report/text.ts";
import { withFlags } from "./spelt.ts";
import { HOMEPAGE } from "../model/program.ts";

/** Says an error in two lines and gives its exit code; a stack only where MUSLGATE_DEBUG asks for it. */
export function failed(error: unknown): number {
  const known = error instanceof MuslgateError && error.code !== "internal";
  const hint = known ? error.hint : `This is a defect of muslgate. Please report it: ${HOMEPAGE}/issues`;
  remark(`muslgate: ${printable(withFlags(messageOf(error)))}\n  ${printable(withFlags(hint))}\n`);
  if (process.env.MUSLGATE_DEBUG && error instanceof Error) remark(`${printableLines(error.stack ?? "")}\n`);
  if (!known) return EXIT.internal;
  // What was named and is not there, or is not what it should be, is a wrong call too.
  return error.code === "usage" || error.code === "input" ? EXIT.usage : EXIT.unreadable;
}
