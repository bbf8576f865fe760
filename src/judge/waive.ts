/** Applies waivers to a report. Must never drop a finding: a waived one is marked, an expired waiver is told. */
import { pastLimit } from "../tree/gaps.ts";
import { imageName } from "../model/image-name.ts";
import type { Waiver } from "../settings/config-file.ts";
import { globMatches, nameGlob } from "../tree/glob.ts";
import { REPOSITORY_LIMITS } from "../model/repository-limits.ts";
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Judgement, Report } from "../model/report.ts";

/** Days before its end from which a waiver is spoken of. */
const SOON = 14;
const DAY = 86_400_000;

/** What is known besides the report. */
export interface WaivedRun {
  /** Counts the matching of globs; past it nothing is covered, and a diagnostic says so. */
  readonly steps?: Budget;
  /** A waiver of one of these findings covers something too. */
  readonly besides?: readonly Judgement[];
  /** The run looked at a part of what the waivers are for, so that one may be of use that covers nothing here. */
  readonly isPart?: boolean;
}

/** The report with findings that a waiver covers today marked; `today` is an ISO date. */
export function waive(
  report: Report,
  waivers: readonly Waiver[],
  today: string,
  {
    steps = new Budget("globSteps", REPOSITORY_LIMITS.globSteps),
    besides = [],
    isPart = false,
  }: WaivedRun = {},
): Report {
  const used = new Set<Waiver>();
  const compiled = waivers.map((waiver) => ({ waiver, covers: coversWith(waiver, steps) }));
  const judgements = report.judgements.map((judgement): Judgement => {
    if (judgement.verdict.outcome === "not-affected") return judgement;
    const covering = compiled.filter(({ covers }) => covers(judgement)).map(({ waiver }) => waiver);
    for (const waiver of covering) used.add(waiver);
    const open = covering.find(({ expires }) => expires >= today);
    return open === undefined
      ? judgement
      : { ...judgement, waived: { reason: open.reason, expires: open.expires } };
  });
  for (const judgement of besides.filter(({ verdict }) => verdict.outcome !== "not-affected"))
    for (const { waiver, covers } of compiled) if (!used.has(waiver) && covers(judgement)) used.add(waiver);
  const told = steps.isOver
    ? [pastLimit("the waivers were not applied to the end", steps, "write fewer or simpler globs")]
    : waivers.flatMap((waiver) => notice(waiver, used.has(waiver), today, isPart));
  return { ...report, judgements, diagnostics: [...report.diagnostics, ...told] };
}

/** A test of judgements against one waiver, its globs cut once. */
function coversWith({ rule, image, path }: Waiver, steps: Budget): (judgement: Judgement) => boolean {
  const images = image === undefined ? undefined : nameGlob(image);
  const paths = path === undefined ? undefined : nameGlob(path);
  return ({ verdict, workload }) => {
    if (rule !== verdict.ruleId) return false;
    if (
      images !== undefined &&
      (workload === undefined || !globMatches(images, imageName(workload.image), steps))
    )
      return false;
    const files = [verdict.at, workload?.at, ...verdict.related].flatMap((place) => place?.file ?? []);
    return paths === undefined || files.some((file) => globMatches(paths, file, steps));
  };
}

function notice(waiver: Waiver, used: boolean, today: string, isPart: boolean): Diagnostic[] {
  const what = `the waiver of ${waiver.rule}${waiver.image === undefined ? "" : ` for ${waiver.image}`}`;
  const about = { at: waiver.at, weight: "notice" as const };
  const days = Math.round((Date.parse(waiver.expires) - Date.parse(today)) / DAY);
  if (days < 0 && used) {
    return [
      {
        ...about,
        code: "waiver-expired",
        message: `${what} expired on ${waiver.expires}: its finding counts again`,
        hint: "Mend the cause, or renew the waiver with a new date.",
      },
    ];
  }
  if (!used) {
    const hint = isPart
      ? "This run looks at a part alone: take it out only where no other run needs it."
      : "Take it out.";
    return [{ ...about, code: "waiver-unused", message: `${what} covers nothing`, hint }];
  }
  if (days <= SOON) {
    return [
      {
        ...about,
        code: "waiver-expires-soon",
        message: `${what} expires on ${waiver.expires}`,
        hint: "Mend the cause before that.",
      },
    ];
  }
  return [];
}
