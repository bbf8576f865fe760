/** Says on which day a report was made. Must take the time from whoever calls it. */
import type { Report } from "../model/report.ts";
import type { RunPorts } from "./ports.ts";

/** Seconds since 1970, as reproducible-builds.org has it; a day of four figures of years. */
const EPOCH = /^\d{1,11}$/;

/** The report with its day: that of `SOURCE_DATE_EPOCH` where it is set, so that the same input makes the same bytes on any day. */
export function madeToday(report: Report, { now, env }: Pick<RunPorts, "now" | "env">): Report {
  const { SOURCE_DATE_EPOCH = "" } = env;
  const time = EPOCH.test(SOURCE_DATE_EPOCH) ? Number(SOURCE_DATE_EPOCH) * 1000 : now();
  return { made: new Date(time).toISOString().slice(0, 10), ...report };
}
