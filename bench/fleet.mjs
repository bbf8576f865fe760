// What a fleet costs: plan, read and merge as processes, on a registry on loopback (Node 24, after npm run build).
// node bench/fleet.mjs 1000              1,000 images, a Deployment each, on ten clusters
// node bench/fleet.mjs 20 --each 800 --clusters 32    800 Deployments of 20 images on each of 32 clusters
// --cli FILE is another build; --heap MB bounds its heap; "live" is the most that was in use after a full collection
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { IMAGES, ociLayout } from "../examples/images.mjs";
import { startImageRegistry } from "../test/support/image-registry.ts";
import { deploymentPods, listOf, SHAPES } from "../test/support/live-cluster.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clusters: { type: "string", default: "10" },
    each: { type: "string" },
    cli: { type: "string", default: "dist/cli.js" },
    heap: { type: "string" },
  },
});
const count = Number(positionals[0] ?? 1000);
const CLUSTERS = Number(values.clusters);
const folder = mkdtempSync(join(tmpdir(), "muslgate-fleet-"));
const at = (name) => join(folder, name);
const api = IMAGES["shop-api"];
const images = {};
// A base a hundred images, with 200 files; two layers of each image's own.
const paths = Array.from({ length: 200 }, (_, i) => ({
  name: `usr/share/some-package-${i % 50}/file-${i}.txt`,
}));
for (let i = 0; i < count; i++) {
  const base = [...paths, { name: `base-${Math.floor(i / 100)}`, body: "base" }];
  const own = [{ name: `app/dependencies-${i}`, body: "own" }];
  images[`many/app-${i}:1.0`] = {
    ...api,
    layers: [...api.layers.slice(0, -1), base, own, [...api.layers.at(-1), { name: `app/version-${i}` }]],
  };
}
const registry = await startImageRegistry(images);
const digests = new Map(
  Object.entries(images).map(([reference, image]) => [
    reference,
    JSON.parse(String(ociLayout(reference, image).find(({ name }) => name === "index.json").body))
      .manifests[0].digest,
  ]),
);
for (let cluster = 0; cluster < CLUSTERS; cluster++) {
  const all = [...digests];
  const own =
    values.each === undefined
      ? all.filter((_, i) => i % CLUSTERS === cluster)
      : Array.from({ length: Number(values.each) }, (_, i) => all[i % all.length]);
  const pods = own.flatMap(([reference, digest], i) =>
    deploymentPods(`app-${i}`, 1, [
      {
        image: `${registry.host}/${reference}`,
        imageID: `${registry.host}/${reference.split(":")[0]}@${digest}`,
      },
    ]),
  );
  writeFileSync(at(`${cluster}.json`), listOf([...SHAPES.kubeadm, ...pods]));
}
const names = Array.from({ length: CLUSTERS }, (_, i) => `  - { name: c${i}, lists: ${i}.json }\n`);
writeFileSync(at("fleet.yaml"), `clusters:\n${names.join("")}`);
mkdirSync(at("facts"));

// Of this process alone: what getrusage calls the most is that of whoever started it, too.
const TELL = `data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();const most=/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1];process.stderr.write("\\nUSED "+JSON.stringify([u.userCPUTime+u.systemCPUTime,Number(most)])+"\\n")})`;

const HEAP = ["--trace-gc", ...(values.heap === undefined ? [] : [`--max-old-space-size=${values.heap}`])];
/** What V8 says of a full collection: megabytes before, and after. */
const COLLECTED = /Mark-Compact[^\n]*? -> ([\d.]+) \(/g;

/** Runs a step; resolves with processor seconds and the most memory in megabytes. */
function step(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...HEAP, "--import", TELL, values.cli, "fleet", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let collections = "";
    child.stdout.on("data", (part) => {
      collections += part.includes("Mark-Compact") ? part : "";
    });
    child.stderr.on("data", (part) => (said += part));
    child.on("close", (code) => {
      const [, used] = /USED (.*)/.exec(said) ?? [];
      if (used === undefined || code > 1) return reject(new Error(`${code}: ${said}`));
      const [micros, kilobytes] = JSON.parse(used);
      const live = [...collections.matchAll(COLLECTED)].map((one) => Number(one[1]));
      resolve(
        `${(micros / 1e6).toFixed(1)} s, ${Math.round(kilobytes / 1024)} MB, live ${Math.round(Math.max(0, ...live))} MB`,
      );
    });
  });
}

try {
  console.log(`${count} images`);
  console.log(
    `plan   ${await step("plan", at("fleet.yaml"), "--shards", "4", "--out", at("p"))}; ${statSync(at("p")).size} bytes`,
  );
  for (let i = 1; i <= 4; i++)
    console.log(`read   ${await step("read", at("p"), "--shard", `${i}/4`, "--store", at("facts"))}`);
  console.log(
    `merge  ${await step("merge", at("p"), "--store", at("facts"), "--json-file", at("r.json"), "--format", "prometheus")}; ${statSync(at("r.json")).size} bytes`,
  );
} finally {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
}
