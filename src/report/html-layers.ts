/** The layers that bring the musl that is used: how many containers each, and a page for each. Must leave none out. */
import { groupBy } from "../model/group-by.ts";
import type { Report } from "../model/report.ts";
import { type Container, STANDINGS, standingOfRow } from "./arrange.ts";
import { codeOf, plain, safe, section, sign } from "./html-text.ts";
import type { MuslLayer } from "./musl-layers.ts";
import { fewOf, imageWords, STANDING_WORDS, whoWords } from "./words.ts";

/** Images that a page names, and containers of each; the table of containers has all, by its filter. */
const MOST_IMAGES = 30;
const MOST_CONTAINERS = 6;

/** The table, and below it the pages, which rows and containers lead to. */
export function layerPages(report: Report, all: readonly MuslLayer[]): string {
  const rows = all.map((one, i) => {
    const { layer, images, containers } = one;
    const hit = containers.filter((one) => standingOfRow(one) === "affected").length;
    const which = layer === undefined ? "" : ` <span class="soft">${codeOf(shortId(layer.diffId))}</span>`;
    return `<tr><th scope="row"><a href="#l${i}">${safe(layerWords(one))}</a>${which}</th><td class="n">${containers.length}</td><td class="n">${images.size}</td><td class="n${hit > 0 ? " affected" : ""}">${hit}</td></tr>`;
  });
  if (rows.length === 0) return "";
  const table = plain("Layers with musl", ["Layer", "containers", "images", "affected"], rows);
  const pages = all.map((one, i) => layerPage(report, one, i)).join("\n");
  return section(
    "layers",
    "Layers that bring the musl that is used",
    `${table}\n<div class="pages">${pages}</div>`,
  );
}

/** `Alpine Linux 3.13.12`: how a layer is called where it is chosen. */
export function layerWords({ layer, distributions }: MuslLayer): string {
  const name = fewOf([...distributions], 3);
  if (layer === undefined) return name === "" ? "layer not known" : `${name}, layer not known`;
  return name === "" ? shortId(layer.diffId) : name;
}

function layerPage(report: Report, one: MuslLayer, index: number): string {
  const { layer, images, containers } = one;
  const whole = layer === undefined ? "" : `<p>${codeOf(layer.diffId)}</p>`;
  const told = [
    layer?.origin === "own" ? "Added by the image's own build." : "",
    layer?.origin === "base" ? "It came with the base image." : "",
  ].filter(Boolean);
  const made =
    layer?.createdBy === undefined ? "" : `<p>Made by ${codeOf(layer.createdBy.slice(0, 500))}</p>`;
  const counts = STANDINGS.flatMap((standing) => {
    const count = containers.filter((one) => standingOfRow(one) === standing).length;
    return count === 0
      ? []
      : [
          `<li class="${standing}"><span class="says">${sign(standing, STANDING_WORDS[standing])} ${count} ${STANDING_WORDS[standing]}</span></li>`,
        ];
  });
  const groups = [...groupBy(containers, (container) => imageWords([container]))];
  const named = groups
    .slice(0, MOST_IMAGES)
    .map(([image, users]) => `<li>${codeOf(image)}${usersOf(users)}</li>`);
  const more = groups.length - named.length;
  const rest = more > 0 ? `<li>and ${more} more: the table of containers has all of this layer</li>` : "";
  return `<article class="card" id="l${index}" aria-labelledby="lt${index}"><h3 id="lt${index}">${safe(layerWords(one))}</h3>
${whole}${told.map((text) => `<p class="soft">${text}</p>`).join("")}${made}
<ul class="plainlist">${counts.join("")}</ul>
<details${groups.length < 4 ? " open" : ""}><summary>${containers.length} ${containers.length === 1 ? "container" : "containers"} of ${images.size} ${images.size === 1 ? "image" : "images"}</summary><ul>${named.join("")}${rest}</ul></details>
<p><a href="#containers">To the containers</a>${report.clusters.length > 0 ? `, which the filter &quot;Layer&quot; narrows to these` : ""}</p></article>`;
}

/** Its containers, where they have names of their own. */
function usersOf(users: readonly Container[]): string {
  const names = [...new Set(users.map((one) => whoWords([one])))].filter((name) => name !== "");
  const told = names.slice(0, MOST_CONTAINERS).map((name) => `<bdi>${safe(name)}</bdi>`);
  const more = names.length - told.length;
  return told.length === 0 ? "" : `: ${told.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function shortId(diffId: string): string {
  return diffId.slice(0, 19);
}
