/** Runs the program on a live cluster that is held in memory. Must not be used by src. */
import type { LiveState } from "../../src/live/state.ts";
import type { Report } from "../../src/model/report.ts";
import { run } from "../../src/run/run.ts";
import type { Written } from "../../src/settings/settings.ts";
import { saidBy, settingsOf } from "../../src/settings/states.ts";

/** The report on it; `home` is where the user's own files are, `against` a folder that it is compared with. */
export async function runLive(
  home: string,
  live: LiveState,
  written: Written = {},
  against?: string,
): Promise<Report> {
  const said = saidBy({ cache: false, ...written }, {});
  return run(
    { settings: settingsOf(said), waivers: [], said, diagnostics: [] },
    {
      signal: new AbortController().signal,
      now: () => Date.parse("2026-12-01"),
      env: { PATH: process.env.PATH, HOME: home },
      live,
      against,
    },
  );
}
