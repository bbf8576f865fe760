// Measures the bundled program beside others on images built here; prints Markdown and keeps the figures for `document.mjs`.
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.mjs";
import { judged, table } from "./table.mjs";
import { folder, isHere, SECTIONS } from "./sections.mjs";

/** How often each command runs; fewer where the machine is shared. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** Sections are kept one by one, so that a machine that is shared can be asked for in pieces. */
const kept = join(folder, `results-${process.versions.node.split(".")[0]}.json`);
const figures = read(kept);

for (const section of SECTIONS.filter(({ title }) => new RegExp(process.env.BENCH_ONLY ?? "").test(title))) {
  const absent = (section.needs ?? []).filter((program) => !isHere(program));
  if (absent.length > 0) {
    console.log(`${section.title}: not measured, ${absent.join(" and ")} not here.\n`);
    continue;
  }
  const made = await section.commands();
  const { commands, stop } = "commands" in made ? made : { commands: made };
  const rounds = Math.max(1, Math.round(ROUNDS * (section.rounds ?? 1)));
  const rows = measure(commands, rounds);
  stop?.();
  const { title, floor, wanted } = section;
  figures[title] = {
    title,
    floor,
    wanted,
    rows,
    rounds,
    node: process.versions.node,
    load: loadavg()[0],
    day: new Date().toISOString().slice(0, 10),
  };
  writeFileSync(kept, JSON.stringify(figures));
  console.log(`${table(figures[title])}\n\n${judged(figures[title])}\n`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
