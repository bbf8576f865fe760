/** Writes to the terminal. Must not decide what is said. */
import type { TerminalStyle } from "../report/table.ts";

/** What the terminal can do: colours by request, NO_COLOR and FORCE_COLOR (no-color.org), width from its size. */
export function terminalStyle(
  color: "auto" | "always" | "never",
  out: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): TerminalStyle {
  const wanted =
    color === "always" ||
    (color === "auto" &&
      !env.NO_COLOR &&
      (out.isTTY === true || (env.FORCE_COLOR ?? "0") !== "0") &&
      env.TERM !== "dumb");
  // A terminal without a size reports 0 columns.
  return { colour: wanted, width: out.columns || Number(env.COLUMNS) || 100 };
}

/** Writes text and waits until it is out; a reader that went away (`| head`) is no error. */
export function write(out: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    out.once("error", () => resolve());
    out.write(text, () => resolve());
  });
}
