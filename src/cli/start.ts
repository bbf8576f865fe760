/** Starts a call: says its version where it asks for nothing else, and loads the commands for the rest. Must know no command. */
import { EXIT } from "../judge/exit-code.ts";
import { VERSION } from "../model/program.ts";
import { write } from "../publish/terminal.ts";
import { failed } from "./failed.ts";

/** Runs the command line and returns the exit code; `beforeLoading` is called before the commands are loaded. Never rejects. */
export async function start(argv: readonly string[], beforeLoading: () => void = () => {}): Promise<number> {
  // What fails to be written is told by who writes it.
  process.stdout.on("error", () => {});
  if (asksForVersion(argv.slice(2))) {
    return write(process.stdout, `${VERSION}\n`).then(() => EXIT.clean, failed);
  }
  beforeLoading();
  const { runCommandLine } = await import("./command-line.ts");
  return runCommandLine(argv);
}

function asksForVersion([word = "", ...more]: readonly string[]): boolean {
  return more.length === 0 && ["-v", "-V", "--version"].includes(word);
}
