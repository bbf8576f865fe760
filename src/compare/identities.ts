/** Tells who a finding is about, the same in both states. Must not look at shown names, but for a report without keys. */
import { imageName } from "../model/image-name.ts";
import { groupBy } from "../model/group-by.ts";
import type { Judgement, Report } from "../model/report.ts";
import { isNameOnly, keyText, withKey } from "../model/workload-key.ts";
import type { Workload } from "../model/workload.ts";

/** Who findings of two states are about. */
export interface Identities {
  /** The same text for the same container; empty for a cluster alone. */
  readonly keyOf: (one: Judgement) => string;
  /** The same, whatever it comes through. */
  readonly keyWithoutRoot: (one: Judgement) => string;
  /** The file that it is known by: the container's, or for a cluster alone that of the line. */
  readonly fileOf: (one: Judgement) => string | undefined;
  /** Whether only one of the states has that container in that file: it came, went or moved. */
  readonly isPlaceOfOne: (one: Judgement) => boolean;
  /** Whether only one of the states has that container, in whatever file. */
  readonly isKeyOfOne: (one: Judgement) => boolean;
  /** Whether the state that is looked at has no other container of that key in that file, told apart by its image or line. */
  readonly isAlone: (one: Judgement) => boolean;
  /** What it calls that container; nothing where it has none, or several. */
  readonly nameHere: (then: Judgement) => string | undefined;
}

/** Goes by keys; by names where the earlier report has no keys, as those of versions before 1.1. */
export function identities(report: Report, before: Report): Identities {
  const byName = before.judgements.some(({ workload }) => workload !== undefined && isNameOnly(workload.key));
  const known = new Map<Workload, string>();
  const textOf = (workload: Workload): string => {
    const text = known.get(workload) ?? (byName ? workload.name : identityText(workload));
    known.set(workload, text);
    return text;
  };
  const keyOf = ({ workload }: Judgement) => (workload === undefined ? "" : textOf(workload));
  const fileOf = ({ workload, verdict }: Judgement) =>
    workload === undefined ? verdict.at?.file : workload.at?.file;
  const placed = (one: Judgement) => JSON.stringify([keyOf(one), fileOf(one)]);
  const about = report.judgements.filter(({ workload }) => workload !== undefined);
  const byKey = groupBy(about, keyOf);
  const byPlace = groupBy(about, placed);
  const keysBefore = new Set(before.judgements.map(keyOf));
  const placesBefore = new Set(before.judgements.map(placed));
  const crowded = keysWithSeveral(byPlace, ({ image, at }) => JSON.stringify([image, at]));
  const ambiguous = keysWithSeveral(byKey, ({ name }) => name);
  return {
    keyOf,
    keyWithoutRoot: ({ workload }) => {
      if (workload === undefined) return "";
      return byName ? workload.name : identityText(withKey(workload, { root: "" }));
    },
    fileOf,
    isPlaceOfOne: (one) => byPlace.has(placed(one)) !== placesBefore.has(placed(one)),
    isKeyOfOne: (one) => byKey.has(keyOf(one)) !== keysBefore.has(keyOf(one)),
    isAlone: (one) => !byName && !crowded.has(placed(one)),
    nameHere: (then) => {
      const key = keyOf(then);
      return ambiguous.has(key) ? undefined : byKey.get(key)?.[0].workload?.name;
    },
  };
}

/** The key, and which of several images behind its reference; a platform, or a reference whose tag does not count. */
function identityText({ key, variant = "" }: Workload): string {
  return JSON.stringify([keyText(key), imageName(variant)]);
}

/** The keys of groups whose workloads differ in something. */
function keysWithSeveral(
  groups: ReadonlyMap<string, readonly Judgement[]>,
  textOf: (workload: Workload) => string,
): ReadonlySet<string> {
  const differ = ([first, ...others]: readonly string[]) => others.some((other) => other !== first);
  const texts = (all: readonly Judgement[]) =>
    all.flatMap(({ workload }) => (workload ? textOf(workload) : []));
  return new Set([...groups].flatMap(([key, all]) => (differ(texts(all)) ? key : [])));
}
