/** One run of the Action: the same run as the command line's, told to GitHub. Must write reports before it fails. */
import { failureText } from "../report/failure.ts";
import { counted, OUTCOMES, type Report } from "../model/report.ts";
import { join } from "node:path";
import * as core from "@actions/core";
import { defaultCacheFolder } from "../image/cache.ts";
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { OPTIONS, type OptionName } from "../settings/options.ts";
import { EXIT, exitCode } from "../judge/exit-code.ts";
import { actionBase, type ApiBase, apiBase, trustedBase } from "./base.ts";
import type { Base } from "../tree/base.ts";
import { carryCache } from "../github/actions-cache.ts";
import { withPullRequest } from "../github/pull-request.ts";
import { categoryOf, matrixOf } from "../github/category.ts";
import { postComment } from "../github/comment.ts";
import { postSuggestions } from "../github/suggestions.ts";
import { suggestionsOf, type SuggestedLines } from "../report/suggestions.ts";
import { readEvent, type WorkflowEvent } from "../github/event.ts";
import { saidProgress } from "../publish/progress.ts";
import { renderComment, renderResolved } from "../report/comment.ts";
import { writeReport } from "../publish/files.ts";
import { annotate, info, output, summarize } from "../github/tell.ts";
import { write } from "../publish/terminal.ts";
import { annotationsOf } from "../report/annotations.ts";
import { renderJson } from "../report/json.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderSarif } from "../report/sarif.ts";
import { renderTable } from "../report/table.ts";
import { printable } from "../report/text.ts";
import { counts } from "../report/arrange.ts";
import { RULES } from "../rules/index.ts";
import { run } from "../run/run.ts";
import { readReport } from "../compare/earlier-report.ts";
import { type Configured, configured, type Said, saidBy, settingsOf } from "../settings/states.ts";
import { trusted } from "../settings/trusted.ts";
import type { Settings, Written } from "../settings/settings.ts";
import { HOMEPAGE, VERSION } from "../model/program.ts";

/** Runs the Action. Never rejects: what goes wrong fails the step with a sentence. */
export async function runAction(workerUrl: URL): Promise<void> {
  let base: Base | undefined;
  try {
    const { written, matrix } = readInputs();
    const said = saidBy(written, process.env);
    const { githubToken, registryPassword } = settingsOf(said);
    for (const secret of [githubToken, registryPassword]) if (secret !== undefined) core.setSecret(secret);
    const event = readEvent(process.env);
    const fromApi = apiBase(event, githubToken);
    const given = event.counted === "new" ? await trustedSettings(said, event, fromApi) : configured(said);
    const { settings } = given;
    const category = categoryOf(settings, matrix, process.env);
    if (settings.report !== undefined) return await commentFrom(settings.report, settings, event, category);
    const save = await carried(settings, event);
    base = await actionBase(settings, event, fromApi);
    const progress = saidProgress({
      write: (text) => info(text.trimEnd()),
      terminal: false,
      columns: 0,
      now: () => Date.now(),
    });
    const signal = AbortSignal.timeout(6 * 3_600_000);
    const report = await run(given, { workerUrl, signal, progress, ...(base === undefined ? {} : { base }) });
    await save();
    const files = writeReports(report, settings, category);
    const suggested =
      settings.suggestions === "auto" && event.pullRequest !== undefined
        ? await suggest(report, settings, event, category)
        : [];
    await tell(report, files, event, suggested);
    if (settings.comment === "auto" && event.pullRequest !== undefined)
      await comment(report, settings, event, category);
    const code = exitCode(report, settings.failOn, settings.failOnUnknown);
    if (code !== EXIT.clean) core.setFailed(failureText(report, code));
  } catch (error) {
    const hint = error instanceof MuslgateError ? error.hint : `Please report it: ${HOMEPAGE}/issues`;
    core.setFailed(printable(`${messageOf(error)}. ${hint}`));
  } finally {
    if (base !== undefined && "tree" in base) base.close();
  }
}

/** A change does not decide how it is checked. */
async function trustedSettings(said: Said, event: WorkflowEvent, fromApi: ApiBase): Promise<Configured> {
  const base = await trustedBase(said, event, fromApi);
  try {
    return await trusted(said, base);
  } finally {
    base.close();
  }
}

/** Restores the fact cache where that is wanted; the result saves it. */
async function carried(settings: Settings, event: WorkflowEvent): Promise<() => Promise<void>> {
  const off = settings.actionsCache === "off" || (settings.actionsCache === "auto" && event.fromFork);
  if (!settings.cache || off || process.env.ACTIONS_RESULTS_URL === undefined) return async () => {};
  const service = await import("@actions/cache");
  const folder = settings.cacheDir ?? defaultCacheFolder(process.env);
  return carryCache(service, { folder, schema: factsSchema(DETECTORS), info });
}

/** The second half of a run for a fork: a job that may write takes what one that may not has found. */
async function commentFrom(
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
async function comment(
  report: Report,
  settings: Settings,
  event: WorkflowEvent,
  category: string,
): Promise<void> {
  const link = { runUrl: event.runUrl, blobUrl: blobUrl(event) };
  const body = renderComment(report, link);
  const posted = await postComment(
    event,
    { token: settings.githubToken ?? "" },
    {
      // Two jobs of one workflow, or of two, have a comment each.
      key: category,
      ...(body === undefined ? {} : { body }),
      resolved: renderResolved(report, link),
    },
  );
  if (!posted.posted) info(`No comment on the pull request: ${posted.because}.`);
}

/** Suggests changes on the pull request's own lines; gives the lines where a suggestion stands. */
async function suggest(
  report: Report,
  settings: Settings,
  event: WorkflowEvent,
  category: string,
): Promise<readonly SuggestedLines[]> {
  const wanted = suggestionsOf(report);
  if (wanted.length === 0) return [];
  const posted = await postSuggestions(event, { token: settings.githubToken ?? "" }, category, wanted);
  if ("because" in posted) info(`No suggestions on the pull request: ${posted.because}.`);
  return posted.standing;
}

/** The address of the head's files. */
function blobUrl({ repository, headSha, serverUrl }: WorkflowEvent): string | undefined {
  if (repository === undefined || headSha === undefined) return undefined;
  return `${serverUrl}/${repository.owner}/${repository.name}/blob/${headSha}`;
}

/** The inputs, and the job's matrix, which stands in where the category is not set. */
function readInputs(): { readonly written: Written; readonly matrix: string } {
  const names = (Object.keys(OPTIONS) as OptionName[]).filter((name) => OPTIONS[name].action);
  const written = Object.fromEntries(names.map((name) => [name, core.getInput(name)]));
  const matrix = matrixOf(written.category ?? "");
  return matrix === undefined ? { written, matrix: "" } : { written: { ...written, category: "" }, matrix };
}

/** Files first: a later step uploads them whatever happens to this one. */
function writeReports(report: Report, settings: Settings, category: string): ReportFiles {
  const folder = process.env.RUNNER_TEMP ?? ".";
  const sarifFile = settings.sarifFile ?? join(folder, "muslgate.sarif");
  const jsonFile = settings.jsonFile ?? join(folder, "muslgate.json");
  writeReport(
    "sarif-file",
    sarifFile,
    renderSarif(report, RULES, { version: VERSION, homepage: HOMEPAGE, category }),
  );
  writeReport("json-file", jsonFile, renderJson(report));
  return { "sarif-file": sarifFile, "json-file": jsonFile };
}

type ReportFiles = Readonly<Record<"sarif-file" | "json-file", string>>;

async function tell(
  report: Report,
  files: ReportFiles,
  event: WorkflowEvent,
  suggested: readonly SuggestedLines[],
): Promise<void> {
  const { affected, unknown } = counts(report);
  const answering = report.judgements.filter(counted);
  const outcome = OUTCOMES.find((one) => answering.some(({ verdict }) => verdict.outcome === one));
  output({
    outcome: outcome ?? "not-affected",
    affected,
    unknown,
    ...files,
  });
  await write(process.stdout, renderTable(report, { colour: true, width: 120 }), "log");
  annotate(annotationsOf(report, suggested));
  await summarize(renderMarkdown(report, blobUrl(event)));
}
