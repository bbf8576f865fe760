/** What is on one of two sides alone, as titled lists. Must not lay them out. */
import type { Report } from "../model/report.ts";

/** A titled list of lines, each about a container. */
export interface Side {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The lists that are not empty; none where nothing was held against anything. */
export function sides({ beside, fixed }: Report): readonly Side[] {
  if (beside === undefined) return [];
  const { other, here, there, otherwise } = beside;
  // What was compared were two clusters.
  const clusters = fixed !== undefined;
  const all: readonly Side[] = [
    { title: clusters ? `Not on ${other}` : `Runs, and no file of ${other} says so`, lines: here },
    { title: clusters ? `Only on ${other}` : `In files of ${other}, and does not run`, lines: there },
    { title: clusters ? `Another image than on ${other}` : "Another image runs", lines: otherwise },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

/** How findings are called that the other state alone has. */
export function goneTitle({ beside }: Report): string {
  return beside === undefined ? "No longer so" : `So on ${beside.other} alone`;
}
