// Measures the bundled program beside others on images built here; prints Markdown. Only ratios mean anything.
import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchImage } from "./images.mjs";
import { measure } from "./measure.mjs";

const folder = process.env.BENCH_DIR ?? join(tmpdir(), "muslgate-bench");
mkdirSync(folder, { recursive: true });
const cli = `${process.execPath} dist/cli.js`;
const scan = (reference) =>
  `${cli} image ${reference} --gke-version 1.22.6-gke.1000 --node-local-dns enabled --no-cache`;
const row = (...cells) => console.log(`| ${cells.join(" | ")} |`);

console.log("## Start-up\n");
const start = measure(
  { "node -e 0": `${process.execPath} -e 0`, "muslgate --version": `${cli} --version` },
  15,
);
row("", "seconds", "ratio");
row("---", "---", "---");
for (const [name, { wall }] of Object.entries(start))
  row(name, wall.toFixed(2), (wall / start["node -e 0"].wall).toFixed(2));

for (const name of ["single", "alpnode", "debbig"]) {
  const { layout, layers } = benchImage(folder, name);
  const bytes = layers.reduce((sum, layer) => sum + statSync(layer).size, 0);
  const results = measure({
    "igzip -d": layers.map((layer) => `igzip -dc < ${layer} > /dev/null`).join(" && "),
    "gzip -dc, tar -t": layers.map((layer) => `gzip -dc < ${layer} | tar -t > /dev/null`).join(" && "),
    muslgate: scan(`oci-layout:${layout}`),
  });
  console.log(`\n## ${name}: ${layers.length} layers, ${(bytes / 1e6).toFixed(0)} MB of gzip\n`);
  row("", "wall s", "cpu s", "x floor", "peak MB");
  row("---", "---", "---", "---", "---");
  for (const [who, { wall, cpu, megabytes }] of Object.entries(results)) {
    row(
      who,
      wall.toFixed(2),
      cpu.toFixed(2),
      (wall / results["igzip -d"].wall).toFixed(2),
      megabytes.toFixed(0),
    );
  }
}
