/** What could not be known, each cause once with all that it concerns. Must not format. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { isNoCluster } from "../model/cluster-profile.ts";
import type { DiagnosticCode } from "../model/diagnostic-codes.ts";
import { groupBy } from "../model/group-by.ts";
import { placeText } from "../model/place.ts";
import { counted, type Judgement, type Report } from "../model/report.ts";
import { type Container, containers } from "./arrange.ts";
import { sentence, upperFirst } from "./text.ts";
import { clusterWords, fewOf } from "./words.ts";

/** One cause. */
export interface Cause {
  /** What happened: a sentence, with how many it concerns where it is more than one. */
  readonly text: string;
  /** What to do next; empty where that is said elsewhere. */
  readonly hint: string;
  /** Whom it concerns, each once: images, or files with their lines. */
  readonly list: readonly string[];
  /** Whether something is left unknown by it. */
  readonly gap: boolean;
}

/** Why it is not known whether containers resolve names; only those that this run answers for. */
export function unknownCauses(report: Report): readonly Cause[] {
  const open = openContainers(report);
  const reasons = reasonsOf(report, open);
  const groups = groupBy(open, (one) => {
    if (onNoCluster(report, one)) return "";
    const { worst } = one;
    const why = reasons.get(one);
    return why === undefined
      ? JSON.stringify([worst.verdict.because ?? worst.verdict.summary, worst.verdict.onDenial])
      : JSON.stringify([why.code, why.reason ?? why.message, why.hint]);
  });
  return [...groups].map(([key, group]) => {
    const { worst } = group[0];
    if (key === "" && group.length > 1) return noClusterCause(group);
    const images = [...new Set(group.map((one) => one.workload.image))];
    const why = reasons.get(group[0]);
    const because = why?.reason ?? why?.message ?? worst.verdict.because;
    const many = group.length > 1 && because !== undefined;
    // Of one the sentence says all, its name too.
    const text = many
      ? `${whereOf(report, group, because)}: ${concerned(images.length, group.length)}${onDenialWords(worst)}.`
      : summaryWith(why, worst.verdict);
    // Who asks whom stands in a manifest, whatever the image.
    const lines = [...new Set(group.flatMap((one) => placesOf(reasons.get(one))))];
    const list = why?.code === DNS_UNKNOWN ? lines : many ? images : [];
    return { text, hint: why?.hint ?? "", list, gap: true };
  });
}

/** A reason that says `there`, with where that is: no sentence about a container says it then. */
function whereOf(report: Report, group: readonly Container[], because: string): string {
  const said = because.replace(/\.$/, "");
  if (!/\bthere\b/.test(said)) return upperFirst(said);
  const names = new Set(group.map(({ worst }) => clusterWords(report, worst.cluster)));
  return `On ${fewOf([...names], 3)}: ${said}`;
}

/** Containers of which it is not known whether they resolve names, as far as this run answers for them. */
function openContainers(report: Report): readonly Container[] {
  return containers(report).filter(({ worst }) => worst.verdict.outcome === "unknown" && counted(worst));
}

/** Whether only the cluster is missing, of which nothing is said: its row says what the image does. */
function onNoCluster(report: Report, { worst }: Container): boolean {
  const cluster = report.clusters[worst.cluster];
  return worst.verdict.onDenial !== undefined && cluster !== undefined && isNoCluster(cluster);
}

/** One sentence for the run. */
function noClusterCause(group: readonly Container[]): Cause {
  const imagesOf = (resolve: boolean) => {
    const some = group.filter(({ worst }) => (worst.verdict.onDenial === "resolves") === resolve);
    return new Set(some.map(({ workload }) => workload.image)).size;
  };
  const [fails, resolves] = [imagesOf(false), imagesOf(true)];
  const parts = [
    ...(fails > 0
      ? [`${counting(fails, "image")} ${fails === 1 ? "fails" : "fail"} on any that denies AAAA`]
      : []),
    ...(resolves > 0
      ? [`${counting(resolves, "image")} ${resolves === 1 ? "resolves" : "resolve"} names there`]
      : []),
  ];
  const text = `Which cluster they run on is not said: ${parts.join(", ")}.`;
  return { text, hint: "", list: [], gap: true };
}

/** What there is to say of the image alone where nothing is known of the cluster. */
function onDenialWords({ verdict: { onDenial } }: Judgement): string {
  if (onDenial === undefined) return "";
  return onDenial === "resolves"
    ? "; it resolves names where AAAA is denied"
    : "; it fails on any cluster that denies AAAA";
}

/** `31 images`, `1 image in 11 containers`. */
function concerned(images: number, all: number): string {
  const named = counting(images, "image");
  return images === all ? named : `${named} in ${counting(all, "container")}`;
}

/** How much else that could not be known, or is only worth knowing, was so before the change that is looked at. */
export function beforeWords(report: Report): string {
  const count = notes(report).filter(({ before }) => before === true).length;
  if (count === 0) return "";
  return `${counting(count, "thing")} worth knowing ${count === 1 ? "was" : "were"} so before`;
}

/** What else could not be known, or is only worth knowing; what was so before only where it is asked for. */
export function noteCauses(report: Report, whole = false): readonly Cause[] {
  const rest = notes(report).filter(({ before }) => whole || before !== true);
  const groups = groupBy(rest, ({ code, reason, message, hint }) =>
    JSON.stringify([code, reason ?? message, hint]),
  );
  return [...groups.values()].map((group) => {
    const { code, reason, message, hint, at } = group[0];
    const gap = group.some(({ weight }) => weight === "gap");
    if (group.length === 1) {
      const where = at === undefined ? "" : `${placeText(at)}: `;
      return { text: `${where}${sentence(message)}`, hint, list: [], gap };
    }
    const list = [...new Set(group.map(listed))];
    const said = upperFirst((reason ?? message).replace(/\.$/, ""));
    return { text: `${said}: ${counting(list.length, NOUNS[code] ?? "place")}.`, hint, list, gap };
  });
}

function notes(report: Report): readonly Diagnostic[] {
  const told = toldAsUnknown(report);
  const isSaid = openContainers(report).some((one) => onNoCluster(report, one));
  return allDiagnostics(report).filter((one) => !told.has(one) && !(isSaid && one.code === "no-cluster"));
}

/** What is counted of a code, where it is not places. */
const NOUNS: Partial<Readonly<Record<DiagnosticCode, string>>> = {
  "image-unreadable": "image",
  "layer-unreadable": "image",
};

function listed({ code, subject, at, message }: Diagnostic): string {
  if (NOUNS[code] !== undefined && subject !== undefined) return subject;
  const what = subject ?? (at === undefined ? message : "");
  return [at === undefined ? "" : placeText(at), what].filter(Boolean).join(" ");
}

/** Why images were not opened, by their references. */
function unreadImages(report: Report): ReadonlyMap<string, Diagnostic> {
  return new Map(
    report.diagnostics.flatMap((one) =>
      one.code === "image-unreadable" && one.subject !== undefined ? [[one.subject, one] as const] : [],
    ),
  );
}

/** What the causes of unknown containers have said already. */
function toldAsUnknown(report: Report): ReadonlySet<Diagnostic> {
  return new Set(reasonsOf(report, openContainers(report)).values());
}

const DNS_UNKNOWN: DiagnosticCode = "pod-dns-unknown";

/** What says more of why each of them is unknown than its verdict does: why its image was not read, or whom it asks. */
function reasonsOf(report: Report, open: readonly Container[]): ReadonlyMap<Container, Diagnostic> {
  const unread = unreadImages(report);
  const asks = groupBy(
    report.diagnostics.filter(({ code, at }) => code === DNS_UNKNOWN && at !== undefined),
    ({ at }) => at?.file,
  );
  return new Map(
    open.flatMap((one) => {
      const { image, workload } = one;
      const why =
        image === undefined
          ? unread.get(workload.image)
          : workload.usesClusterDns === "unknown"
            ? nearest(asks.get(workload.file) ?? [], workload.at?.line ?? 0)
            : undefined;
      return why === undefined ? [] : [[one, why] as const];
    }),
  );
}

/** A pod's settings stand beside its containers. */
function nearest(all: readonly Diagnostic[], line: number): Diagnostic | undefined {
  const away = ({ at }: Diagnostic) => Math.abs((at?.line ?? 0) - line);
  return all.toSorted((a, b) => away(a) - away(b))[0];
}

function placesOf(why: Diagnostic | undefined): readonly string[] {
  return why?.at === undefined ? [] : [placeText(why.at)];
}

/** A verdict's sentence, with why it is unknown as whoever read the manifest has it. */
function summaryWith(why: Diagnostic | undefined, { summary, because }: Judgement["verdict"]): string {
  if (why?.code !== DNS_UNKNOWN || because === undefined) return summary;
  return summary.split(because).join(why.message);
}

/** Every diagnostic of a report, each once. */
function allDiagnostics(report: Report): readonly Diagnostic[] {
  return eachOnce([report, ...report.clusters, ...report.images].flatMap(({ diagnostics }) => diagnostics));
}

/** Several clusters may have the same to tell. */
export function eachOnce(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const key = JSON.stringify([one.code, one.message, one.subject, one.at]);
    return !seen.has(key) && seen.add(key);
  });
}

/** `1 image`, `31 images`. */
function counting(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
