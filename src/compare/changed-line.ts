/** Puts a new finding on the line that the change touched, where several lines take part. Must read only through its ports. */
import { type Place, samePlace } from "../model/place.ts";
import type { Judgement, Report } from "../model/report.ts";

/** A file's text in one state; nothing where there is none. */
export type ReadState = (file: string) => Promise<string | undefined>;

/**
 * An image may be put together from several lines, such as a manifest's and a kustomization's: of these the first whose
 * text the earlier state does not have.
 */
export async function atChangedLines(report: Report, now: ReadState, then: ReadState): Promise<Report> {
  const states = { after: once(now), before: once(then) };
  const isNew = async ({ file, line }: Place): Promise<boolean> => {
    const text = (await states.after(file))[line - 1];
    return text !== undefined && !(await states.before(file)).includes(text);
  };
  const judgements: Judgement[] = [];
  for (const judgement of report.judgements) {
    const { workload, verdict, status } = judgement;
    const { at } = verdict;
    const others = workload?.related ?? [];
    const movable =
      status === "new" && at !== undefined && workload?.at !== undefined && samePlace(at, workload.at);
    const place = movable && others.length > 0 && !(await isNew(at)) ? await first(others, isNew) : undefined;
    if (place === undefined || at === undefined) judgements.push(judgement);
    else {
      const related = [at, ...verdict.related.filter((one) => !samePlace(one, place))];
      judgements.push({ ...judgement, verdict: { ...verdict, at: place, related } });
    }
  }
  return { ...report, judgements };
}

async function first(
  places: readonly Place[],
  test: (place: Place) => Promise<boolean>,
): Promise<Place | undefined> {
  for (const place of places) if (await test(place)) return place;
  return undefined;
}

/** The lines of each file, read once. */
function once(read: ReadState): (file: string) => Promise<readonly string[]> {
  const known = new Map<string, Promise<readonly string[]>>();
  return (file) => {
    const lines = known.get(file) ?? read(file).then((text) => (text ?? "").split(/\r?\n/));
    known.set(file, lines);
    return lines;
  };
}
