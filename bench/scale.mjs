// How the bundled program's processor time grows with what there is to read; prints Markdown. Must not judge a machine: growth alone counts.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyFiles } from "./images.mjs";
import { measure } from "./measure.mjs";
import { corefileOf, meetingsOf, repositoryOf } from "./repositories.mjs";

/** Over this, twice as much takes more than twice as long by too much. */
const MOST = 1.1;
const ROUNDS = 3;
const folder = process.env.BENCH_DIR ?? join(tmpdir(), "muslgate-bench");
mkdirSync(folder, { recursive: true });

const scan = (layouts, more = "--no-cache") =>
  `${process.execPath} dist/cli.js image ${layouts.map((layout) => `oci-layout:${layout}`).join(" ")} --gke-version 1.22.6-gke.1000 --node-local-dns enabled ${more}`;
/** A repository, none of whose images can be had: that is said with 3, and is not what is measured. */
const search = (path, more = "") =>
  `(cd ${path} && { ${process.execPath} ${process.cwd()}/dist/cli.js repo . --no-cache ${more}; [ $? -eq 3 ]; })`;
const images = (count) =>
  Array.from({ length: count }, (_, i) => tinyFiles(folder, `scale-image-${i}`, 1, 500));

/** Entries of other runs in a cache folder, as large as a layer of some thousand files leaves them. */
function filled(count) {
  const cache = join(folder, `scale-cache-${count}`);
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  for (let i = 0; i < count; i++)
    writeFileSync(join(cache, `${String(i).padStart(64, "0")}.json`), "x".repeat(10_000));
  return cache;
}

/** What grows: its sizes, and the command for one of them. */
const KINDS = {
  "files in a layer": [[20_000, 80_000, 320_000], (n) => scan([tinyFiles(folder, `scale-files-${n}`, 1, n)])],
  "layers of an image": [[8, 32, 120], (n) => scan([tinyFiles(folder, `scale-layers-${n}`, n, 200)])],
  "images, nothing known": [[20, 80, 320], (n) => scan(images(n))],
  "images, all known": [
    [20, 80, 320],
    (n) => scan(images(n), `--cache-dir ${join(folder, `scale-known-${n}`)}`),
    (n) => {
      rmSync(join(folder, `scale-known-${n}`), { recursive: true, force: true });
      measure({ first: scan(images(n), `--cache-dir ${join(folder, `scale-known-${n}`)}`) }, 1);
    },
  ],
  "entries in the cache, 40 images put": [
    [500, 2_000, 8_000],
    (n) => scan(images(40), `--cache-dir ${join(folder, `scale-cache-${n}-run`)}`),
    (n) => {
      const run = join(folder, `scale-cache-${n}-run`);
      rmSync(run, { recursive: true, force: true });
      cpSync(filled(n), run, { recursive: true });
    },
  ],
  "YAML files of a repository": [[2_500, 10_000, 40_000], (n) => search(repositoryOf(folder, n))],
  "YAML files, all changed since the base": [
    [1_000, 4_000, 16_000],
    (n) => search(repositoryOf(folder, n, true), "--base HEAD~1"),
  ],
  "zones of a Corefile": [
    [100, 400, 1_600],
    (n) =>
      `${process.execPath} dist/cli.js image oci-layout:${tinyFiles(folder, "scale-one", 1, 1)} --corefile ${corefileOf(folder, n)} --no-cache`,
  ],
  "workloads × clusters": [
    [1_600, 6_400, 25_600],
    (n) => search(meetingsOf(folder, Math.sqrt(n) * 5, Math.sqrt(n) / 5)),
  ],
};

const wanted = process.argv[2];
const least = (command, prepare) =>
  Math.min(
    ...Array.from({ length: ROUNDS }, () => {
      prepare?.();
      return measure({ command }, 1).command.cpu;
    }),
  );
const start = least(scan([tinyFiles(folder, "scale-one", 1, 1)]));
console.log(
  `Node ${process.versions.node}; least of ${ROUNDS} runs, user and system seconds. An image of one file takes ${start.toFixed(2)}, which is taken off.\n`,
);
console.log("| what grows | sizes | seconds | exponent |\n|---|---|---|---|");
for (const [kind, [sizes, command, prepare]] of Object.entries(KINDS)) {
  if (wanted !== undefined && !kind.includes(wanted)) continue;
  const seconds = sizes.map((n) => least(command(n), prepare && (() => prepare(n))) - start);
  const [small, large] = seconds.slice(-2).map((one) => Math.max(one, 0.01));
  const exponent = Math.log(large / small) / Math.log(sizes.at(-1) / sizes.at(-2));
  const shown = `${exponent.toFixed(2)}${exponent > MOST ? ` TOO STEEP, over ${MOST}` : ""}`;
  console.log(
    `| ${kind} | ${sizes.join(", ")} | ${seconds.map((one) => one.toFixed(2)).join(", ")} | ${shown} |`,
  );
}
