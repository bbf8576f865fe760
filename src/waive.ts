/** Applies waivers to a report. Must never drop a finding: a waived one is marked, an expired waiver is told. */
import type { Waiver } from "./config.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import type { Judgement, Report } from "./model/report.ts";
import { imageName } from "./model/workload.ts";
import { matchesPattern } from "./pattern.ts";

/** Days before its end from which a waiver is spoken of. */
const SOON = 14;
const DAY = 86_400_000;

/** The report with findings that a waiver covers today marked; `today` is an ISO date. */
export function waive(report: Report, waivers: readonly Waiver[], today: string): Report {
  const used = new Set<Waiver>();
  const judgements = report.judgements.map((judgement): Judgement => {
    if (judgement.verdict.outcome === "not-affected") return judgement;
    const covering = waivers.filter((waiver) => covers(waiver, judgement));
    for (const waiver of covering) used.add(waiver);
    const open = covering.find(({ expires }) => expires >= today);
    return open === undefined
      ? judgement
      : { ...judgement, waived: { reason: open.reason, expires: open.expires } };
  });
  const told = waivers.flatMap((waiver) => notice(waiver, used.has(waiver), today));
  return { ...report, judgements, diagnostics: [...report.diagnostics, ...told] };
}

function covers({ rule, image, path }: Waiver, { verdict, workload }: Judgement): boolean {
  if (rule !== verdict.ruleId) return false;
  if (image !== undefined && (workload === undefined || !matchesPattern(image, imageName(workload.image))))
    return false;
  const files = [verdict.at, workload?.at, ...verdict.related].flatMap((place) => place?.file ?? []);
  return path === undefined || files.some((file) => matchesPattern(path, file));
}

function notice(waiver: Waiver, used: boolean, today: string): Diagnostic[] {
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
    return [{ ...about, code: "waiver-unused", message: `${what} covers nothing`, hint: "Take it out." }];
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
