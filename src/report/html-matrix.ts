/** The matrix of containers and clusters, with what filters it. Must show every container, however many there are. */
import type { Judgement, Report } from "../model/report.ts";
import { type Container, STANDINGS, standingOf } from "./arrange.ts";
import { layerWords } from "./html-layers.ts";
import { codeOf, safe, sign } from "./html-text.ts";
import type { MuslLayer } from "./musl-layers.ts";
import { cellWords, clusterWords, imageWords, STANDING_WORDS, startWords, whoWords } from "./words.ts";

/** Containers, each with the number of its page; and whom each page is for. */
export interface Paged {
  readonly rows: readonly { readonly container: Container; readonly page: number }[];
  readonly pages: readonly (readonly [Container, ...Container[]])[];
}

/** The form and the table. Without script the form stays hidden, and all rows are there. */
export function matrix(
  report: Report,
  rows: Paged["rows"],
  layers: readonly MuslLayer[],
  indexOf: ReadonlyMap<Container, number>,
): string {
  if (rows.length === 0) return "";
  const spaces = distinct(rows.map(({ container }) => container.workload.key.namespace));
  const rules = distinct(rows.flatMap(({ container }) => container.every.map(ruleOf)));
  const clusters = report.clusters.map((_, cluster) => clusterWords(report, cluster));
  const heads = clusters.map(
    (name, i) => `<th role="columnheader" scope="col" data-c="${i}">${codeOf(name)}</th>`,
  );
  return `<form hidden aria-label="Filter">
${report.targets === undefined ? numbered("cluster", "Cluster", "every cluster", clusters) : numbered("cluster", "Target", "every target", clusters)}
${numbered(
  "namespace",
  "Namespace",
  "every namespace",
  spaces.map((one) => one || "(none said)"),
)}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${numbered("layer", "Layer", "every layer", layers.map(layerWords), 1)}
${numbered("rule", "Rule", "every rule", rules)}
${numbered(
  "outcome",
  "Outcome",
  "every outcome",
  STANDINGS.map((one) => STANDING_WORDS[one]),
)}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${rows.length + 1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${heads.join("")}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${rows.map(({ container, page }) => rowText(report, container, page, { spaces, rules, layers: indexOf })).join("\n")}
</tbody></table></div>`;
}

/** What filters choose from, in their order. */
interface Choices {
  readonly spaces: readonly string[];
  readonly rules: readonly string[];
  readonly layers: ReadonlyMap<Container, number>;
}

function rowText(
  report: Report,
  container: Container,
  page: number,
  { spaces, rules, layers }: Choices,
): string {
  const { workload, every } = container;
  const { key, at } = workload;
  const image = imageWords([container]);
  const who = whoWords([container]);
  const owner = `${key.kind}/${key.name}`;
  const rest = [owner, who, image, at?.file ?? "", key.namespace, key.root].join(" ");
  const verdicts = report.clusters.flatMap((_, cluster) => {
    const here = every.filter((one) => one.cluster === cluster);
    return STANDINGS.flatMap((standing, i) => {
      const alike = here.filter((one) => standingOf(one) === standing);
      const said = distinct(alike.map(ruleOf)).map((one) => rules.indexOf(one));
      return alike.length === 0 ? [] : [`${cluster} ${i} ${said.join(",")}`];
    });
  });
  const cells = report.clusters.map((_, cluster) => {
    const one = container.told.get(cluster);
    if (one === undefined) return `<td role="cell" data-c="${cluster}"></td>`;
    const words = safe(cellWords(container, cluster));
    const standing = standingOf(one);
    return `<td role="cell" data-c="${cluster}" class="${standing}">${sign(standing, STANDING_WORDS[standing])} ${words}</td>`;
  });
  const space = key.namespace === "" ? "" : ` <span class="soft">in ${safe(key.namespace)}</span>`;
  const name = who === "" ? image : who;
  const below = who === "" ? "" : codeOf(image);
  return `<tr role="row" data-t="${safe(owner.toLowerCase())}&#10;${safe(rest.toLowerCase())}" data-n="${spaces.indexOf(key.namespace)}" data-l="${layers.get(container) ?? ""}" data-v="${verdicts.join(";")}"><th role="rowheader" scope="row"><a class="who" href="#p${page}"><bdi>${safe(name)}</bdi></a>${below}${space}</th>${cells.join("")}<td role="cell">${safe(startWords(report, [container]))}</td></tr>`;
}

function ruleOf({ verdict }: Judgement): string {
  return verdict.ruleId;
}

/** The layer whose musl each container resolves with, by its number. */
export function layerOf(layers: readonly MuslLayer[]): ReadonlyMap<Container, number> {
  return new Map(layers.flatMap((one, i) => one.containers.map((container) => [container, i] as const)));
}

/** A choice of names by their numbers; of fewer than `least` there is nothing to choose. */
function numbered(name: string, label: string, all: string, options: readonly string[], least = 2): string {
  if (options.length < least) return "";
  const each = options.map((one, i) => `<option value="${i}">${safe(one)}</option>`).join("");
  return `<div><label for="f-${name}">${label}</label><select id="f-${name}" name="${name}"><option value="">${all}</option>${each}</select></div>`;
}

function distinct(all: readonly string[]): readonly string[] {
  return [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1));
}
