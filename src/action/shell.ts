/** The Action's side of a scan: what it is compared with, and every way out. Must judge nothing. */
import { join } from "node:path";
import type { WorkflowEvent } from "../github/event.ts";
import { info } from "../github/tell.ts";
import { EXIT } from "../judge/exit-code.ts";
import { append } from "../model/append.ts";
import { saidProgress } from "../publish/progress.ts";
import { failureText } from "../report/failure.ts";
import type { SuggestedLines } from "../report/suggestions.ts";
import type { Shell } from "../run/scan.ts";
import type { Settings } from "../settings/settings.ts";
import { actionBase, type ApiBase } from "./base.ts";
import { comment } from "./comment.ts";
import { suggest } from "./suggest.ts";
import { told } from "./tell.ts";
import * as core from "@actions/core";

/** A run may take as long as a job of GitHub's, in milliseconds. */
const PATIENCE = 6 * 3_600_000;

/** What the Action's side of a scan is made of. */
interface OnGitHub {
  readonly event: WorkflowEvent;
  readonly fromApi: ApiBase;
  /** Saves what was learnt of layers. */
  readonly save: () => Promise<void>;
  readonly category: string;
}

/** The Action's side of a scan. */
export function onGitHub({ event, fromApi, save, category }: OnGitHub): Shell {
  const files = (settings: Settings) => ({ ...reportFiles(settings), category });
  const suggested: SuggestedLines[] = [];
  const now = () => Date.now();
  return {
    signal: AbortSignal.timeout(PATIENCE),
    now,
    env: process.env,
    base: (settings) => actionBase(settings, event, fromApi),
    progress: () => saidProgress({ write: (text) => info(text.trimEnd()), terminal: false, columns: 0, now }),
    files,
    waysOut: (report, settings, code) => [
      save,
      async () => append(suggested, await suggest(report, settings, event, category)),
      ...told(report, files(settings), event, suggested),
      async () => {
        if (settings.comment === "auto" && event.pullRequest !== undefined)
          await comment(report, settings, event, category);
      },
      () => {
        if (code !== EXIT.clean) core.setFailed(failureText(report, code));
      },
    ],
  };
}

/** Later steps take the reports from there. */
function reportFiles({ sarifFile, jsonFile }: Settings) {
  const folder = process.env.RUNNER_TEMP ?? ".";
  return {
    sarifFile: sarifFile ?? join(folder, "muslgate.sarif"),
    jsonFile: jsonFile ?? join(folder, "muslgate.json"),
  };
}
