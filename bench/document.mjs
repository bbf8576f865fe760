// Writes docs/performance.md and its plot from what `run.mjs` kept, one results file a release of Node. Must not measure.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plot } from "./plot.mjs";
import { folder, SECTIONS } from "./sections.mjs";
import { standings, table } from "./table.mjs";

/** The figures of each release of Node, in the order of its number: sections by title. */
const releases = readdirSync(folder)
  .flatMap((name) => /^results-(\d+)\.json$/.exec(name) ?? [])
  .filter((name) => /^\d+$/.test(name))
  .toSorted((a, b) => a - b)
  .map((release) => [release, JSON.parse(readFileSync(join(folder, `results-${release}.json`), "utf8"))]);
const measured = ({ title }) => releases.some(([, figures]) => figures[title]);

/** One row of the first table for each thing that is wanted. */
function* rows({ title }) {
  const stands = releases.map(([, figures]) => (figures[title] ? standings(figures[title]) : []));
  for (let i = 0; i < Math.max(...stands.map((all) => all.length)); i++) {
    const cells = stands.flatMap((all) => {
      const one = all[i];
      return one ? [one.figures.before ?? "", `${one.figures.now} ${one.met ? "✓" : "✗"}`] : ["", ""];
    });
    const wanted = stands.map((all) => all[i]?.wanted).filter((text) => text !== undefined);
    yield `| ${[i === 0 ? title : "", [...new Set(wanted)].join(", "), ...cells].join(" | ")} |`;
  }
}

const any = releases.flatMap(([, figures]) => Object.values(figures));
const days = [...new Set(any.map(({ day }) => day))].toSorted((a, b) => (a < b ? -1 : 1));
const versions = [...new Set(any.map(({ node }) => node))];
const text = [
  "# Performance",
  "",
  `Made by \`node bench/run.mjs\` and \`node bench/document.mjs\` with Node ${versions.join(" and ")} on ${days.join(" and ")}, two`,
  "cores. Whole processes, wall time, medians, the programs of a table in turn. Only ratios within one table mean anything. The",
  "floor of images is `igzip -d` (Debian's isal) over the same layers on one core. *Before* is the release in which layers were",
  "hashed twice, and *start* an image of one file. A scanner that is not in a table was not there when it was made.",
  "",
  "![Wall time as a multiple of the floor](performance.svg)",
  "",
  "## What is wanted, and what was seen",
  "",
  `| work | wanted | ${releases.flatMap(([release]) => [`Node ${release}, before`, "now"]).join(" | ")} |`,
  `|---|---|${releases.map(() => "---|---|").join("")}`,
  ...SECTIONS.filter(measured).flatMap((section) => [...rows(section)]),
  "",
  "Why a target is missed, and what was tried: [notes](performance-notes.md).",
  ...releases.flatMap(([release, figures]) => [
    "",
    `## Node ${release}`,
    ...SECTIONS.filter(({ title }) => figures[title]).flatMap(({ title }) => ["", table(figures[title])]),
  ]),
];
writeFileSync("docs/performance.md", `${text.join("\n")}\n`);
const [, first] = releases[0];
writeFileSync(
  "docs/performance.svg",
  plot(
    SECTIONS.filter(({ floor, title }) => /^(igzip|zstd)/.test(floor) && first[title]).flatMap(({ title }) =>
      Object.entries(first[title].rows)
        .filter(([, { wall }]) => wall > 0)
        .map(([name, { wall }]) => ({
          group: title,
          name,
          ratio: wall / first[title].rows[first[title].floor].wall,
        })),
    ),
  ),
);
