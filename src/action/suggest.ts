/** Suggests changes on a pull request's own lines. Must never fail a run that has judged. */
import type { WorkflowEvent } from "../github/event.ts";
import { postSuggestions } from "../github/suggestions.ts";
import { info } from "../github/tell.ts";
import type { Report } from "../model/report.ts";
import { suggestionsOf, type SuggestedLines } from "../report/suggestions.ts";
import type { Settings } from "../settings/settings.ts";

/** Suggests where that is wanted and there is something to suggest; gives the lines where a suggestion stands. */
export async function suggest(
  report: Report,
  { suggestions, githubToken }: Settings,
  event: WorkflowEvent,
  category: string,
): Promise<readonly SuggestedLines[]> {
  if (suggestions !== "auto" || event.pullRequest === undefined) return [];
  const wanted = suggestionsOf(report);
  if (wanted.length === 0) return [];
  const posted = await postSuggestions(event, { token: githubToken ?? "" }, category, wanted);
  if ("because" in posted) info(`No suggestions on the pull request: ${posted.because}.`);
  return posted.standing;
}
