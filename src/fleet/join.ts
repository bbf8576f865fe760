/** Puts the reports on a fleet's members side by side. Must judge nothing. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Judgement, Report, Verdict } from "../model/report.ts";
import { withAnswers } from "../run/targets.ts";

/** The reports of the members side by side: images once, however many clusters run them. */
export function join(reports: readonly Report[]): Report {
  const images: ImageProfile[] = [];
  const places = new Map<ImageProfile, number>();
  const judgements: Judgement[] = [];
  const clusters: Report["clusters"][number][] = [];
  const diagnostics = new Map<string, Diagnostic>();
  const shared = sharing();
  for (const report of reports) {
    const first = clusters.length;
    for (const cluster of report.clusters) clusters.push(cluster);
    const indices = report.images.map((image) => {
      const place = places.get(image) ?? images.push(image) - 1;
      places.set(image, place);
      return place;
    });
    for (const { image, cluster, ...one } of report.judgements)
      judgements.push({
        ...one,
        verdict: shared(one.verdict),
        image: image === undefined ? undefined : indices[image],
        cluster: first + cluster,
      });
    for (const one of report.diagnostics) diagnostics.set(JSON.stringify(one), one);
  }
  const joined = { images, clusters, judgements, diagnostics: [...diagnostics.values()] };
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
        there.push(`${line.slice(0, end)} on ${of}${line.slice(end)}`);
      }
    }
  }
  return heals;
}
