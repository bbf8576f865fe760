/** Puts the reports on a fleet's members side by side. Must judge nothing. */
import type { Report, Verdict } from "../model/report.ts";
import { sideBySide } from "../run/side-by-side.ts";
import { withAnswers } from "../run/targets.ts";

/** The reports of the members side by side: images once, however many clusters run them. */
export function join(reports: readonly Report[]): Report {
  const shared = sharing();
  const { judgements, ...both } = sideBySide(reports);
  const diagnostics = new Map(
    reports.flatMap((one) => one.diagnostics.map((it) => [JSON.stringify(it), it] as const)),
  );
  const joined = {
    ...both,
    judgements: judgements.map((one) => ({ ...one, verdict: shared(one.verdict) })),
    diagnostics: [...diagnostics.values()],
  };
  const heals = healsIn(reports);
  return heals.size === 0 ? joined : withAnswers(joined, heals);
}

/** Verdicts of one class (same start, same cluster, same rule) end alike: their ways out are held once. */
function sharing(): (verdict: Verdict) => Verdict {
  const known = new Map<string, Verdict["remedies"]>();
  const seen = new Map<Verdict["remedies"], Verdict["remedies"]>();
  const held = (own: Verdict["remedies"]) => {
    const text = JSON.stringify(own);
    const remedies = known.get(text) ?? own;
    known.set(text, remedies);
    return remedies;
  };
  return (verdict) => {
    const remedies = seen.get(verdict.remedies) ?? held(verdict.remedies);
    seen.set(verdict.remedies, remedies);
    return { ...verdict, remedies };
  };
}

/** What each target heals, on which cluster. */
function healsIn(reports: readonly Report[]): ReadonlyMap<string, readonly string[]> {
  const heals = new Map<string, string[]>();
  for (const { targets = [], clusters } of reports) {
    for (const { to, heals: lines } of targets) {
      const of = clusters.find(({ target }) => target?.to === to)?.target?.of ?? "";
      const there = heals.get(to) ?? [];
      heals.set(to, there);
      for (const line of lines) {
        const end = line.lastIndexOf(": ");
        const who = line.slice(0, end);
        there.push(who === of ? line : `${who} on ${of}${line.slice(end)}`);
      }
    }
  }
  return heals;
}
