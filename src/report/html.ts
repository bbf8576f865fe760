/** The report as one page that needs no network. Must let nothing untrusted act, and nothing unknown look well. */
import { createHash } from "node:crypto";
import { withContext } from "../text/diff.ts";
import type { Judgement, Report } from "../model/report.ts";
import {
  type Container,
  containers,
  counts,
  gone,
  isNote,
  shown,
  type Standing,
  standingOf,
  STANDINGS,
  waysOut,
} from "./arrange.ts";
import { goneTitle, sides } from "./beside-words.ts";
import { type Cause, noteCauses, unknownCauses } from "./causes.ts";
import { layerPages } from "./html-layers.ts";
import { SCRIPT, styleFor } from "./html-look.ts";
import { layerOf, matrix, type Paged } from "./html-matrix.ts";
import { judged, pagesOf, pageText } from "./html-pages.ts";
import { codeOf, plain, prose, safe, safeLines, section, sign } from "./html-text.ts";
import { muslLayers } from "./musl-layers.ts";
import { atTargets, targetAnswer, targetLines, targetTitle } from "./target-words.ts";
import { sentence, upperFirst } from "./text.ts";
import { clusterWords, countWords, forWords, nothingWords, STANDING_WORDS, waivedLines } from "./words.ts";

/** Names of a cause, and lines around a change. */
const MOST_NAMES = 40;
/** Faults that show a lookup. */
const MOST_TRACED = 20;
const CONTEXT = 2;

/**
 * Renders the page; ends with a line break. `since` is what the report is compared with as the user wrote it: a baseline's
 * file or a git revision.
 */
export function renderHtml(report: Report, since?: string): string {
  const all = containers(report);
  const paged = pagesOf(all);
  const layers = muslLayers(report, all);
  const layerOfAll = layerOf(layers);
  const style = styleFor(Math.max(report.clusters.length, 1));
  const said = countWords(report);
  const notes = noteCauses(report, true);
  const { standing, text } = targetAnswer(report) ?? answer(report, all, said, notes);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${safe(text)} · muslgate</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${standing}">${sign(standing, STANDING_WORDS[standing])} ${safe(text)}</h1>
<p>${safe(sinceWords(report, all, since))}</p>
<p class="soft">${said.map((part) => safe(part.text)).join(" · ")}</p>
${tiles(all)}
</header>
<main>
${[
  targetList(report),
  clusterTable(report, all),
  faults(report),
  mends(report),
  section("containers", "Containers on clusters", matrix(report, paged.rows, layers, layerOfAll)),
  layerPages(report, layers),
  causeList("unknown", "Why it is not known", unknownCauses(report)),
  lines("waived", "Waived", waivedLines(report)),
  lines("gone", goneTitle(report), report.fixed ?? []),
  ...sides(report).map(({ title, lines: all }, i) => lines(`side-${i}`, title, all)),
  causeList("notes", "Worth knowing", notes),
  pages(report, paged.pages, layerOfAll),
]
  .filter(Boolean)
  .join("\n")}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Whether no name of any kind resolves; nobody has decided to live with it. */
function resolvesNothing(one: Judgement): boolean {
  const { names, except } = one.verdict;
  if (
    standingOf(one) !== "affected" ||
    one.waived !== undefined ||
    names === undefined ||
    except !== undefined
  )
    return false;
  return Object.values(names).every((effect) => effect.startsWith("fails"));
}

/** Whether it is hit otherwise: by some names, or late. */
function hitOtherwise(one: Judgement): boolean {
  return standingOf(one) === "affected" && one.waived === undefined && !resolvesNothing(one);
}

function isUnknown({ verdict, waived }: Judgement): boolean {
  return verdict.outcome === "unknown" && waived === undefined;
}

/** The kinds into which containers are counted, the worst first: each falls into the first that any cluster puts it in. */
const KINDS: readonly {
  readonly title: string;
  readonly standing: Standing;
  readonly is: (one: Judgement) => boolean;
}[] = [
  { title: "resolve no names", standing: "affected", is: resolvesNothing },
  { title: "affected otherwise", standing: "affected", is: hitOtherwise },
  { title: "not known", standing: "unknown", is: isUnknown },
  { title: "at level note", standing: "note", is: (one) => isNote(one) && one.waived === undefined },
  { title: "waived", standing: "unknown", is: ({ waived }) => waived !== undefined },
  { title: "not affected", standing: "not-affected", is: () => true },
];

function kindOf(judgements: readonly Judgement[]): number {
  return KINDS.findIndex(({ is }) => judgements.some(is));
}

/** How many of each kind, in their order. */
function tally(judgements: Iterable<readonly Judgement[]>): readonly number[] {
  const count = KINDS.map(() => 0);
  for (const all of judgements) {
    const kind = kindOf(all);
    if (kind >= 0) count[kind] = (count[kind] ?? 0) + 1;
  }
  return count;
}

/** The page's first words, with how that stands. */
function answer(
  report: Report,
  all: readonly Container[],
  said: ReturnType<typeof countWords>,
  notes: readonly Cause[],
): { readonly standing: Standing; readonly text: string } {
  const [nothing = 0, otherwise = 0, unknown = 0, noted = 0, waived = 0] = tally(
    all.map(({ every }) => every),
  );
  const of = (count: number) => `${count} of ${all.length} ${all.length === 1 ? "container" : "containers"}`;
  const found = counts(report);
  const gaps = notes.filter(({ gap }) => gap).length;
  if (nothing > 0)
    return {
      standing: "affected",
      text: `${of(nothing)} ${nothing === 1 ? "resolves" : "resolve"} no names`,
    };
  if (otherwise > 0) {
    const text = `${of(otherwise)} ${otherwise === 1 ? "does" : "do"} not resolve all names as ${otherwise === 1 ? "it" : "they"} should`;
    return { standing: "affected", text };
  }
  if (found.clusters > 0) {
    const text =
      found.clusters === 1
        ? "A cluster's DNS has a fault"
        : `${found.clusters} faults of clusters' DNS were found`;
    return { standing: "affected", text };
  }
  if (unknown > 0)
    return {
      standing: "unknown",
      text: `It is not known whether ${of(unknown)} ${unknown === 1 ? "resolves" : "resolve"} names`,
    };
  if (found["clusters-unknown"] > 0)
    return { standing: "unknown", text: "It is not known how a cluster's DNS answers" };
  if (report.judgements.length === 0) return { standing: "unknown", text: nothingWords(report) };
  if (gaps > 0)
    return {
      standing: "unknown",
      text: `Nothing was found, but ${gaps === 1 ? "something" : `${gaps} things`} could not be known`,
    };
  // Words that count tell of a run that could read no image.
  const worst = STANDINGS.find((one) => said.some(({ standing }) => standing === one));
  if (worst === "unknown") return { standing: "unknown", text: "Not one image could be read" };
  if (waived > 0)
    return {
      standing: "unknown",
      text: `${of(waived)} ${waived === 1 ? "is" : "are"} waived, and no other is affected`,
    };
  if (noted > 0)
    return {
      standing: "note",
      text: `${of(noted)} ${noted === 1 ? "has" : "have"} a note, and no other is affected`,
    };
  const text =
    all.length === 1 ? "The container is not affected" : `None of ${all.length} containers is affected`;
  return {
    standing: "not-affected",
    text: all.length === 0 ? "No fault of a cluster's DNS was found" : text,
  };
}

function isBad(one: Judgement, wanted: Judgement["status"]): boolean {
  const status = one.status === "existing" ? "existing" : "new";
  return standingOf(one) === "affected" && one.waived === undefined && status === wanted;
}

/** What of it is new, and since when. */
function sinceWords(report: Report, all: readonly Container[], since: string | undefined): string {
  if (report.targets !== undefined) {
    const { breaks, before } = atTargets(report);
    return `Compared with now: ${breaks} affected at a target and not now, ${before} now already, ${gone(report).healed} healed at one.`;
  }
  if (report.fixed === undefined)
    return "Nothing was compared: a baseline would say what is new since an earlier report.";
  const bad = (wanted: Judgement["status"]) => all.filter(({ worst }) => isBad(worst, wanted)).length;
  const of = report.comparedWith === undefined ? "" : ` of ${report.comparedWith}`;
  const than = `${since ?? "the earlier state"}${of}`;
  const added = bad("new");
  const before = bad("existing");
  const lost = gone(report).fixed;
  const [first] = all
    .flatMap(({ worst }) => (isBad(worst, "existing") ? (worst.since ?? []) : []))
    .toSorted();
  const longest = first === undefined ? "" : ` (the first known since ${first})`;
  return `Since ${than}: ${added} affected ${added === 1 ? "container is" : "containers are"} new, ${before} ${before === 1 ? "was" : "were"} so before${longest}, ${lost} ${lost === 1 ? "finding is" : "findings are"} gone.`;
}

function tiles(all: readonly Container[]): string {
  const found = tally(all.map(({ every }) => every));
  const items = KINDS.flatMap(({ title, standing }, i) =>
    (found[i] ?? 0) === 0 ? [] : [`<li class="${standing}"><strong>${found[i]}</strong>${title}</li>`],
  );
  return items.length === 0
    ? ""
    : `<ul class="tiles" aria-label="Containers by their worst">${items.join("")}</ul>`;
}

/** Those that break nobody stand there too: who reads it asks for the first that does. */
function targetList(report: Report): string {
  const items = targetLines(report).map((line) => `<li>${safe(line)}</li>`);
  const title = safe(targetTitle(report));
  return section("targets", title, items.length === 0 ? "" : `<ol class="card">${items.join("\n")}</ol>`);
}

function clusterTable(report: Report, all: readonly Container[]): string {
  if (report.clusters.length === 0 || all.length === 0) return "";
  const found = report.clusters.map((_, cluster) =>
    tally(all.map(({ every }) => every.filter((one) => one.cluster === cluster))),
  );
  // What is nowhere waived, or noted, needs no column.
  const kinds = [...KINDS.keys()].filter(
    (kind) =>
      !["waived", "at level note"].includes(KINDS[kind]?.title ?? "") ||
      found.some((count) => (count[kind] ?? 0) > 0),
  );
  const body = report.clusters.map((_, cluster) => {
    const cells = kinds
      .map((kind) => [found[cluster]?.[kind] ?? 0, kind] as const)
      .map(([count, i]) => `<td class="n${count === 0 ? " soft" : ` ${KINDS[i]?.standing}`}">${count}</td>`);
    return `<tr><th scope="row">${codeOf(clusterWords(report, cluster))}</th>${cells.join("")}</tr>`;
  });
  return section(
    "where",
    "Where",
    plain(
      "Containers by cluster",
      [report.targets === undefined ? "Cluster" : "Target", ...kinds.map((kind) => KINDS[kind]?.title ?? "")],
      body,
    ),
  );
}

/** What is true of a cluster alone. */
function faults(report: Report): string {
  const found = shown(report).filter(
    (one) => one.workload === undefined && one.verdict.outcome !== "not-affected",
  );
  return section(
    "faults",
    "The clusters' own DNS",
    found
      .map(
        (one, i) =>
          `<article class="card ${standingOf(one)}">${judged(report, [one], [], i < MOST_TRACED)}</article>`,
      )
      .join("\n"),
  );
}

/** Patches first, then each way out, the one to take first before the others. */
function mends(report: Report): string {
  const { patches, remedies } = waysOut(report);
  const changes = patches.map(
    ({ file, because, diff, rules }) =>
      `<article class="card"><h3>Change ${codeOf(file)}${forWords(rules, codeOf)}</h3><p>${prose(upperFirst(sentence(because)))}</p>${block(withContext(diff, CONTEXT))}</article>`,
  );
  const ways = remedies.map(({ title, cost, snippet, rules }) => {
    const text = snippet === undefined ? "" : block(snippet.text);
    return `<article class="card"><h3>${prose(title)}${forWords(rules, codeOf)}</h3><p class="soft">${prose(cost)}</p>${text}</article>`;
  });
  // As in the summary: the changes that were worked out, else the first way out; the others to unfold.
  const told = changes.length > 0 ? changes : ways.slice(0, 1);
  const others = changes.length > 0 ? ways : ways.slice(1);
  const more =
    others.length === 0
      ? ""
      : `<details><summary>What else could be done (${others.length})</summary>${others.join("\n")}</details>`;
  return section("mend", "What to do", [...told, more].join("\n").trim());
}

/** Something to copy; it may be wider than the page. */
function block(text: string): string {
  return `<pre tabindex="0">${safeLines(text)}</pre>`;
}

function causeList(id: string, title: string, all: readonly Cause[]): string {
  const items = all.map(({ text, hint, list, gap }) => {
    const names = list.slice(0, MOST_NAMES).map(codeOf).join(", ");
    const more = list.length > MOST_NAMES ? ` and ${list.length - MOST_NAMES} more` : "";
    return `<li>${gap ? `${sign("unknown", "not known")} ` : ""}${prose(text)} ${prose(hint)}${names === "" ? "" : `<p class="soft">${names}${more}</p>`}</li>`;
  });
  return section(id, title, items.length === 0 ? "" : `<ul class="card">${items.join("\n")}</ul>`);
}

function lines(id: string, title: string, all: readonly string[]): string {
  const items = all.map((line) => `<li>${safe(line)}</li>`).join("\n");
  return section(id, safe(title), items === "" ? "" : `<ul class="card">${items}</ul>`);
}

function pages(report: Report, all: Paged["pages"], layerOfAll: ReadonlyMap<Container, number>): string {
  return section(
    "details",
    "Each image as it is started",
    all.length === 0
      ? ""
      : `<div class="pages">${all.map((one, i) => pageText(report, one, i, layerOfAll.get(one[0]))).join("\n")}</div>`,
  );
}
