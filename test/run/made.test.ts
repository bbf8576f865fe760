/** The day of a report. */
import { expect, it } from "vitest";
import { madeToday } from "../../src/run/made.ts";

const report = { images: [], clusters: [], judgements: [], diagnostics: [] };
const now = () => Date.UTC(2026, 10, 26, 23, 59, 59);

it.each([
  [{}, "2026-11-26"],
  [{ SOURCE_DATE_EPOCH: "1789948800" }, "2026-09-21"],
  [{ SOURCE_DATE_EPOCH: "" }, "2026-11-26"],
  [{ SOURCE_DATE_EPOCH: "yesterday" }, "2026-11-26"],
  // No year of five figures: a reader of reports takes days of ten letters alone.
  [{ SOURCE_DATE_EPOCH: "999999999999" }, "2026-11-26"],
])("with %j is %s", (env, day) => {
  expect(madeToday(report, { now, env })).toEqual({ ...report, made: day });
});
