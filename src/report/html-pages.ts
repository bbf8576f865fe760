/** What is held of an image as it is started: its chain, what each cluster makes of it, and what mends it. Must drop no verdict. */
import { groupBy } from "../model/group-by.ts";
import { placeText } from "../model/place.ts";
import { counted, type Judgement, type Report, type Verdict } from "../model/report.ts";
import { type Container, standingOf, standingOfRow, waysOutOf } from "./arrange.ts";
import type { Paged } from "./html-matrix.ts";
import { codeOf, prose, safe, safeLines, sign, sourceOf } from "./html-text.ts";
import { sentence } from "./text.ts";
import { traceOf } from "./trace.ts";
import {
  effectOf,
  forWords,
  imageWords,
  ruleWords,
  STANDING_WORDS,
  startWords,
  summaryWords,
} from "./words.ts";

/** Containers that a page names; the matrix has all. */
const MOST_CONTAINERS = 12;
/** Pages that show a lookup. */
const MOST_TRACED = 100;

/** Containers of one image of which the same is held share a page. */
export function pagesOf(all: readonly Container[]): Paged {
  const groups = [...groupBy(all, pageKey).values()];
  const pages = new Map(groups.flatMap((group, page) => group.map((one) => [one, page] as const)));
  return { pages: groups, rows: all.map((container) => ({ container, page: pages.get(container) ?? 0 })) };
}

function pageKey({ workload, image, every }: Container): string {
  const held = every.map(({ cluster, verdict, status, since, waived }) => [
    cluster,
    verdictKey(verdict),
    status,
    since,
    waived,
  ]);
  return JSON.stringify([workload.image, image, held]);
}

/** What a verdict says, whoever it is about: its summary has the name in it, its place may be the container's own. */
function verdictKey({
  ruleId,
  outcome,
  level,
  names,
  onDenial,
  providedThat,
  except,
  because,
  evidence,
  remedies,
  confidence,
}: Verdict): string {
  return JSON.stringify([
    ruleId,
    outcome,
    level,
    names,
    onDenial,
    providedThat,
    except,
    because,
    evidence,
    remedies.map(({ title }) => title),
    confidence,
  ]);
}

/** One page, called by its number. */
export function pageText(
  report: Report,
  group: readonly [Container, ...Container[]],
  page: number,
  layer: number | undefined,
): string {
  const [first, ...others] = group;
  const { image } = first;
  const profile = image === undefined ? undefined : report.images[image];
  const chain = (profile?.process.chain ?? []).map(({ text }) => `<li>${codeOf(text)}</li>`).join("");
  const verdicts = groupBy(first.every, (one) =>
    JSON.stringify([verdictKey(one.verdict), one.status, one.since, one.waived]),
  );
  const named = group.slice(0, MOST_CONTAINERS).map(({ workload: { name, at } }) => {
    return `<li><bdi>${safe(name)}</bdi>${at === undefined ? "" : ` at ${codeOf(placeText(at))}`}</li>`;
  });
  const left = group.length - named.length;
  const who = `<details${others.length < 3 ? " open" : ""}><summary>${group.length} ${group.length === 1 ? "container" : "containers"}</summary><ul>${named.join("")}${left > 0 ? `<li>and ${left} more: the table has all</li>` : ""}</ul></details>`;
  const ways = waysOutOf(first.every.filter(counted)).map(
    ({ title, rules }) => `<li><a href="#mend">${prose(title)}</a>${forWords(rules, codeOf)}</li>`,
  );
  return `<article class="card ${standingOfRow(first)}" id="p${page}" aria-labelledby="t${page}"><h3 id="t${page}">${codeOf(imageWords([first]))}</h3>
<p class="soft">${safe(startWords(report, [first]))}</p>
${profile === undefined ? "" : `<p>${prose(sentence(profile.process.reason))}</p>`}
${chain === "" ? "" : `<ol class="chain" aria-label="From the entry point to what resolves names">${chain}</ol>`}
${layer === undefined ? "" : `<p class="soft"><a href="#l${layer}">The layer that its musl comes from</a></p>`}
${[...verdicts.values()].map((alike) => judged(report, alike, group, page < MOST_TRACED)).join("\n")}
${ways.length === 0 ? "" : `<p>What to do:</p><ul>${ways.join("")}</ul>`}
${who}<p><a href="#containers">Back to the containers</a></p></article>`;
}

function beforeWords({ since }: Judgement): string {
  return since === undefined ? "as before" : `as before, known since ${since}`;
}

/** What a rule says, of one container or of a cluster alone; the same on each cluster of `alike`. */
export function judged(
  report: Report,
  alike: readonly [Judgement, ...Judgement[]],
  of: readonly Container[],
  traced: boolean,
): string {
  const [one] = alike;
  const { verdict, waived, status, image, workload } = one;
  const { outcome, level, evidence, at, ruleId } = verdict;
  const standing = standingOf(one);
  const names = alike.map(({ cluster }) => codeOf(report.clusters[cluster]?.name ?? "")).join(", ");
  const effect = workload === undefined ? "" : effectOf(one);
  const said = [
    STANDING_WORDS[standing],
    ...(standing === "affected" && level !== "error" ? [level] : []),
    ...(waived === undefined ? [] : [`waived until ${waived.expires}: ${waived.reason}`]),
    ...(status === undefined || outcome === "not-affected"
      ? []
      : [status === "new" ? "new" : beforeWords(one)]),
  ];
  // The chain stands above.
  const reference = image === undefined ? undefined : report.images[image]?.reference;
  const points = evidence
    .filter(({ source }) => source !== reference)
    .map(({ text, confidence, source }) => `<li>${confidence}: ${prose(text)} (${sourceOf(source)})</li>`);
  const trace = traced ? traceOf(report, one) : undefined;
  const steps =
    trace === undefined
      ? ""
      : `<details><summary>One lookup, step by step</summary><pre tabindex="0">${safeLines(trace)}</pre></details>`;
  return `<div class="${standing}"><p><span class="says">${sign(standing, STANDING_WORDS[standing])} ${safe(said.join(", "))}</span> on ${names}${effect === "" ? "" : `: ${safe(effect)}`} <span class="soft">(${ruleWords(verdict, codeOf(ruleId))})</span></p>
<p>${prose(sentence(summaryWords(report, one)))}${at === undefined ? "" : ` At ${codeOf(placeText(at))}.`}${of.length < 2 ? "" : ` The same holds for ${of.length - 1} more ${of.length === 2 ? "container" : "containers"}.`}</p>
${points.length === 0 ? "" : `<ul class="soft">${points.join("")}</ul>`}${steps}</div>`;
}
