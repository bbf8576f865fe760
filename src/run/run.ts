/** One run from settings to report, step by step. Must print nothing. */
import { atChangedLines } from "../compare/changed-line.ts";
import { compare } from "../compare/compare.ts";
import { earlierImages } from "../compare/earlier-images.ts";
import { markNotes, notesOf } from "../compare/known-notes.ts";
import { readReport } from "../compare/earlier-report.ts";
import { scan, type ScanRequest } from "../judge/judge.ts";
import { pair } from "../judge/meetings.ts";
import { unsettled } from "../judge/settled.ts";
import { waive } from "../judge/waive.ts";
import { Budget } from "../model/budget.ts";
import { DEFECT } from "../model/defect.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import type { Report } from "../model/report.ts";
import { RULES } from "../rules/index.ts";
import type { Settings } from "../settings/settings.ts";
import type { Configured } from "../settings/states.ts";
import { didYouMean } from "../text/closest.ts";
import { openImages } from "./images.ts";
import { limitsWith } from "./limits.ts";
import { liveSettings, liveSurvey } from "./live.ts";
import { clusterCalled } from "./called.ts";
import { mend } from "./mend.ts";
import type { Images, RunPorts } from "./ports.ts";
import { openStates, type State, type States } from "./states.ts";
import { type Survey, survey, surveyBefore } from "./survey.ts";

const RULE_IDS = RULES.map(({ id }) => id);

/**
 * Runs a scan: of images where some are named, else of the repository, and of the state to compare with. Rejects with
 * MuslgateError when it cannot answer.
 */
export async function run(asked: Configured, ports: RunPorts): Promise<Report> {
  const { against, ...own } = ports;
  if (typeof against === "object" && asked.settings.targets.length > 0)
    throw twoComparisons("another cluster is compared with what runs there");
  if (against === undefined) return runAlone(asked, own);
  const { besideCluster, besideFolder, saidIn } = await import("./beside.ts");
  if (typeof against === "string") {
    const said = await saidIn(against, asked, own);
    return besideFolder(await runAlone(asked, own), said);
  }
  // An image that runs on both is read once.
  const images = await openImages(asked.settings, own);
  const report = await runAlone(asked, { ...own, images });
  const there = await runAlone(asked, { ...own, images, live: against });
  return besideCluster(report, there, against.name ?? "the other cluster");
}

async function runAlone(asked: Configured, ports: Omit<RunPorts, "against">): Promise<Report> {
  const given = ports.live === undefined ? asked : liveSettings(asked, ports.live);
  const { settings, waivers } = given;
  refuseUnknownRules(waivers);
  refuseTwoComparisons(settings, ports);
  const earlier = settings.baseline === undefined ? undefined : readReport(settings.baseline);
  const images = await openImages(settings, ports);
  const states = await openStates(given, ports);
  const charts = settings.charts === "off" ? undefined : (one: string) => images.packedChart(one);
  const found = await survey(states.now, ports.env, charts);
  const seen = ports.live === undefined ? found : liveSurvey(found, ports.live);
  const now = ports.files === undefined ? seen : clusterCalled(seen, ports.files.cluster);
  const before = states.before && (await surveyBefore(states.before, ports.env, charts));
  const was = before && states.before && (await judge(states.before, before, {}, images));
  // What rules compare with: the state before, else that of the earlier run.
  const then = was ?? earlier;
  const known = { clustersBefore: then?.clusters, imageBefore: then && earlierImages(then) };
  const judged = await judge(states.now, now, known, images);
  const whole = withDiagnostics(judged, { given, states, now, before, was });
  const waived = { steps: globSteps(settings), isPart: isPart(given, ports) };
  const reading = { read: (all: Survey["workloads"]) => images.readIn(states.now.tree, all) };
  if (settings.targets.length > 0) {
    // Few ask about what is next.
    const { atTargets, withAnswers } = await import("./targets.ts");
    const next = await atTargets(whole, settings.targets, now, {
      files: states.now.named,
      images,
      amongOthers: ports.files?.amongOthers,
      judge: (one, was, read) => judge(states.now, one, was, read),
    });
    // What is waived now and mended at a target is still waived for something.
    const open = waive(next.report, waivers, today(ports), { ...waived, besides: whole.judgements });
    return await mend(withAnswers(open, next.heals), next.survey, states.text.now, reading);
  }
  const noted = then === undefined ? whole : markNotes(whole, [...notesOf(then), ...(before?.notes ?? [])]);
  const compared = await compareWith(noted, was, earlier, states);
  const open = waive(compared, waivers, today(ports), waived);
  return await mend(open, now, states.text.now, reading);
}

/** Whether it looks at less than a repository's waivers are for: at what was named, what runs, or some of the files. */
function isPart(
  { settings: { images }, said: { written } }: Configured,
  { live }: Pick<RunPorts, "live">,
): boolean {
  const isNarrowed = written.include !== undefined || written.exclude !== undefined;
  return images.length > 0 || live !== undefined || isNarrowed;
}

function refuseUnknownRules(waivers: Configured["waivers"]): void {
  for (const { rule, at } of waivers) {
    if (RULES.some(({ id }) => id === rule)) continue;
    throw new MuslgateError(
      "usage",
      `${placeText(at)}: there is no rule "${rule}" to waive`,
      `${didYouMean(rule, RULE_IDS)}There are: ${RULE_IDS.join(", ")}.`,
    );
  }
}

function refuseTwoComparisons({ targets, baseline }: Settings, { base }: RunPorts): void {
  if (targets.length === 0 || (baseline === undefined && base === undefined)) return;
  throw twoComparisons(`\`${baseline === undefined ? "base" : "baseline"}\` compares with what was`);
}

function twoComparisons(other: string): MuslgateError {
  const message = `\`to\` asks what changes from now on, and ${other}`;
  return new MuslgateError("usage", message, "Leave one of them out.");
}

/** Judges one state: its containers on the clusters they meet. */
async function judge(
  { tree, settings }: State,
  { workloads, clusters: { profiles } }: Survey,
  then: Pick<ScanRequest, "clustersBefore" | "imageBefore">,
  images: Pick<Images, "readIn">,
): Promise<Report> {
  const { meetings, diagnostics } = pair(workloads, profiles, settings.clusters, globSteps(settings));
  const request = {
    workloads,
    clusters: profiles,
    ...then,
    meetings,
    containersNamed: tree === undefined,
  };
  const report = await scan(request, (all) => images.readIn(tree, all));
  return { ...report, diagnostics: [...diagnostics, ...report.diagnostics] };
}

interface Steps {
  readonly given: Configured;
  readonly states: States;
  readonly now: Survey;
  readonly before: Survey | undefined;
  readonly was: Report | undefined;
}

/** What every step came upon; of the earlier state only what makes the comparison doubtful. */
function withDiagnostics(report: Report, { given, states, now, before, was }: Steps): Report {
  const defects = (was?.diagnostics ?? []).filter(({ code }) => code === DEFECT);
  const doubts = [...states.diagnostics, ...(before?.diagnostics ?? []), ...defects];
  const found = unsettled(now.diagnostics, report.judgements);
  const diagnostics = [...given.diagnostics, ...doubts, ...found, ...report.diagnostics];
  return { ...report, diagnostics };
}

/** Marks what is new, since the state before and since an earlier run. */
async function compareWith(
  report: Report,
  was: Report | undefined,
  earlier: Report | undefined,
  { text }: States,
): Promise<Report> {
  const since =
    was === undefined ? report : await atChangedLines(compare(report, was), text.now, text.before);
  return earlier === undefined ? since : compare(since, earlier);
}

function globSteps({ limits }: Settings): Budget {
  return new Budget("globSteps", limitsWith(limits).repository.globSteps);
}

/** As an ISO date. */
function today({ now }: RunPorts): string {
  return new Date(now()).toISOString().slice(0, 10);
}
