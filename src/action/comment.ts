/** The comment of a pull request, after a scan or from the report of an earlier run. Must never fail a run that has judged. */
import { blobUrl } from "./blob-url.ts";
import { readReport } from "../compare/earlier-report.ts";
import { postComment } from "../github/comment.ts";
import type { WorkflowEvent } from "../github/event.ts";
import { withPullRequest } from "../github/pull-request.ts";
import { info } from "../github/tell.ts";
import type { Report } from "../model/report.ts";
import { renderComment, renderResolved } from "../report/comment.ts";
import type { Settings } from "../settings/settings.ts";

/** The second half of a run for a fork: a job that may write takes what one that may not has found. */
export async function commentFrom(
  file: string,
  settings: Settings,
  event: WorkflowEvent,
  category: string,
): Promise<void> {
  const report = readReport(file);
  const on = await withPullRequest(event, settings.githubToken ?? "");
  if ("missing" in on) info(`No comment: ${on.missing}.`);
  else await comment(report, settings, on, category);
}

/** Keeps the pull request's comment; a run that may not is told so in one line, and goes on. */
export async function comment(
  report: Report,
  settings: Settings,
  event: WorkflowEvent,
  category: string,
): Promise<void> {
  const link = { runUrl: event.runUrl, blobUrl: blobUrl(event) };
  const posted = await postComment(
    event,
    { token: settings.githubToken ?? "" },
    {
      // Two jobs of one workflow, or of two, have a comment each.
      key: category,
      body: renderComment(report, link),
      resolved: renderResolved(report, link),
    },
  );
  if (!posted.posted) info(`No comment on the pull request: ${posted.because}.`);
}
