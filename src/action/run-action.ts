/** One run of the Action: the same run as the command line's, told to GitHub. Must write reports before it fails. */
import { join } from "node:path";
import * as core from "@actions/core";
import { readEvent, type WorkflowEvent } from "../github/event.ts";
import { info } from "../github/tell.ts";
import { EXIT } from "../judge/exit-code.ts";
import { saidProgress } from "../publish/progress.ts";
import { errorText, failureText } from "../report/failure.ts";
import { scan, type Shell } from "../run/scan.ts";
import type { Settings } from "../settings/settings.ts";
import { settingsOf } from "../settings/states.ts";
import { actionBase, type ApiBase, apiBase } from "./base.ts";
import { carriedCache } from "./carried-cache.ts";
import { comment, commentFrom } from "./comment.ts";
import { readInputs, settingsFor } from "./inputs.ts";
import { told } from "./tell.ts";

/** Runs the Action. Never rejects: what goes wrong fails the step with a sentence. */
export async function runAction(workerUrl: URL): Promise<void> {
  try {
    const said = readInputs();
    const event = readEvent(process.env);
    const fromApi = apiBase(event, settingsOf(said).githubToken);
    const given = await settingsFor(said, event, fromApi);
    const { settings } = given;
    if (settings.report !== undefined) return await commentFrom(settings.report, settings, event);
    const save = await carriedCache(settings, event);
    await scan(given, onGitHub(workerUrl, event, fromApi, save));
  } catch (error) {
    core.setFailed(errorText(error));
  }
}

/** A run may take as long as a job of GitHub's, in milliseconds. */
const PATIENCE = 6 * 3_600_000;

/** The Action's side of a scan. */
function onGitHub(workerUrl: URL, event: WorkflowEvent, fromApi: ApiBase, save: () => Promise<void>): Shell {
  const now = () => Date.now();
  return {
    workerUrl,
    signal: AbortSignal.timeout(PATIENCE),
    now,
    env: process.env,
    base: (settings) => actionBase(settings, event, fromApi),
    progress: () => saidProgress({ write: (text) => info(text.trimEnd()), terminal: false, columns: 0, now }),
    files: reportFiles,
    waysOut: (report, settings, code) => [
      save,
      ...told(report, reportFiles(settings)),
      async () => {
        if (settings.comment === "auto" && event.pullRequest !== undefined)
          await comment(report, settings, event);
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
