/** `muslgate image` and `muslgate repo`: a run, printed and written as asked. Must hold no judgement. */
import { type Base, baseOf } from "../tree/base.ts";
import { configured, saidBy } from "../settings/states.ts";
import { type SaidProgress, saidProgress } from "../publish/progress.ts";
import { remark, write } from "../publish/terminal.ts";
import { scan } from "../run/scan.ts";
import type { Settings, Written } from "../settings/settings.ts";
import { failed } from "./failed.ts";
import type { LiveAsked } from "./live-cluster.ts";
import { spelt } from "./spelt.ts";
import { KINDS, rendered } from "./formats.ts";

/** Runs it on what was written and returns the exit code. */
export async function scanCommand(written: Written, asked?: LiveAsked): Promise<number> {
  try {
    const { live, against } =
      asked === undefined ? {} : await (await import("./live-cluster.ts")).liveRun(asked);
    return await scan(configured(saidBy(written, process.env, spelt)), {
      // Nothing here ends a run early: Ctrl-C and SIGTERM end the process.
      signal: new AbortController().signal,
      now: () => Date.now(),
      env: process.env,
      live,
      against,
      base: live === undefined ? baseFor : async () => undefined,
      progress: ({ quiet, verbose }) => (quiet ? undefined : progressOn(process.stderr, verbose)),
      files: (settings) => settings,
      waysOut: (report, settings) => [
        async () => write(process.stdout, await rendered(report, settings), KINDS[settings.format]),
      ],
    });
  } catch (error) {
    return failed(error);
  }
}

function progressOn(out: NodeJS.WriteStream, verbose: boolean): SaidProgress {
  const terminal = out.isTTY === true && process.env.TERM !== "dumb";
  const columns = out.columns ?? 0;
  return saidProgress({
    write: remark,
    terminal,
    columns,
    verbose,
    now: () => Date.now(),
  });
}

async function baseFor({ base, directory, images }: Settings): Promise<Base | undefined> {
  if (base === undefined || base === "none" || images.length > 0) return undefined;
  return baseOf(directory, base, process.env);
}
