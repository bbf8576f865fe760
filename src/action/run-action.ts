/** One run of the Action: the same run as the command line's, told to GitHub. Must write reports before it fails. */
import { onGitHub } from "./shell.ts";
import * as core from "@actions/core";
import { categoryOf } from "../github/category.ts";
import { readEvent } from "../github/event.ts";
import { errorText } from "../report/failure.ts";
import { scan } from "../run/scan.ts";
import { settingsOf } from "../settings/states.ts";
import { apiBase } from "./base.ts";
import { carriedCache } from "./carried-cache.ts";
import { commentFrom } from "./comment.ts";
import { readInputs, settingsFor } from "./inputs.ts";

/** Runs the Action. Never rejects: what goes wrong fails the step with a sentence. */
export async function runAction(): Promise<void> {
  try {
    const { said, matrix } = readInputs();
    const event = readEvent(process.env);
    const fromApi = apiBase(event, settingsOf(said).githubToken);
    const given = await settingsFor(said, event, fromApi);
    const { settings } = given;
    const category = categoryOf(settings, matrix, process.env);
    if (settings.report !== undefined) return await commentFrom(settings.report, settings, event, category);
    const save = await carriedCache(settings, event);
    await scan(given, onGitHub({ event, fromApi, save, category }));
  } catch (error) {
    core.setFailed(errorText(error));
  }
}
