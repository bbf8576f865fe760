// Measures the bundled program beside others on images built here; prints Markdown, with --write into docs/performance.md.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { benchImage, fleet, sharedImages, tinyFiles } from "./images.mjs";
import { measure } from "./measure.mjs";
import { plot } from "./plot.mjs";

const folder = process.env.BENCH_DIR ?? join(tmpdir(), "muslgate-bench");
mkdirSync(folder, { recursive: true });
const found = (program) =>
  spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
const cli = `${process.execPath} dist/cli.js`;
const scan = (reference, more = "--no-cache") =>
  `${cli} image ${reference} --gke-version 1.22.6-gke.1000 --node-local-dns enabled ${more}`;

/** Another scanner's commands where the program is here. */
const others = (layout, archive) => ({
  ...(found("skopeo")
    ? { "skopeo copy (no scan)": `rm -rf ${folder}/copy && skopeo copy -q oci:${layout} dir:${folder}/copy` }
    : {}),
  ...(snyk ? { "snyk-docker-plugin": `${process.execPath} bench/snyk.mjs ${snyk} ${archive}` } : {}),
  ...(found("syft") ? { syft: `SYFT_CHECK_FOR_APP_UPDATE=false syft scan -q oci-dir:${layout}` } : {}),
  ...(found("trivy")
    ? {
        trivy: `trivy image -q --skip-version-check --offline-scan --skip-db-update --skip-java-db-update --cache-dir ${folder}/trivy-$$ --scanners license --list-all-pkgs --format json --input ${layout}; rm -rf ${folder}/trivy-$$`,
      }
    : {}),
});

/** What was measured, by title: kept between runs, so that a machine that is shared can be asked for in pieces. */
const kept = join(folder, `results-${process.versions.node}-${process.arch}.json`);
const pieces = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
/** Whether a section is asked for: all are, unless BENCH_ONLY says which titles. */
const isAsked = (title) => new RegExp(process.env.BENCH_ONLY ?? "").test(title);
/** How often each command runs; fewer where the machine is shared. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

function section(title, floorName, target, commands, rounds = ROUNDS) {
  const results = measure(commands, rounds);
  const floor = results[floorName];
  const bars = [];
  const rows = Object.entries(results).map(([name, { wall, cpu, megabytes }]) => {
    if (wall > 0) bars.push({ group: title, name, ratio: wall / floor.wall });
    return `| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${(wall / floor.wall).toFixed(2)} | ${megabytes.toFixed(0)} |`;
  });
  const text = [
    `## ${title}`,
    "",
    `Target: ${target}. ${rounds} runs each; a load of ${loadavg()[0].toFixed(1)} at the end.`,
    "",
    `| | wall s | cpu s | x ${floorName} | peak MB |`,
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
  console.log(`${text}\n`);
  pieces[title] = { text, bars };
  writeFileSync(kept, JSON.stringify(pieces));
  return results;
}

const snyk = installSnyk();
if (isAsked("Start-up"))
  section(
    "Start-up",
    "node -e 0",
    "`--version` at most 1.3 times `node -e 0`, an image of one file at most 2 times",
    {
      "node -e 0": `${process.execPath} -e 0`,
      "muslgate --version": `${cli} --version`,
      "muslgate image, one file": scan(`oci-layout:${tinyFiles(folder, "one-file", 1, 1)}`),
    },
    3 * ROUNDS,
  );

for (const [name, title, target] of [
  ["debbig", "1.5 GB in six layers, gzip, OCI layout, digests verified", "wall at most 0.9"],
  ["alpnode", "Alpine and 20,000 small files, gzip, OCI layout, digests verified", "wall at most 1.5"],
  ["single", "One layer of 1 GB, gzip", "none; one core only"],
  ["node", "node_modules of 60,000 files, gzip, OCI layout", "start and wall 1.3"],
  ["node60", "The like in 60 layers", "start and wall 1.3"],
  ["java", "Half a gigabyte of jars", "wall at most 0.95"],
  ["usr", "1.2 GB of this machine's /usr in one layer", "wall at most 1.3"],
]) {
  if (!isAsked(title)) continue;
  const { layout, layers } = benchImage(folder, name);
  const archive = join(folder, `${name}-oci.tar`);
  if (!existsSync(archive))
    execFileSync("tar", ["-C", layout, "-cf", archive, "oci-layout", "index.json", "blobs"]);
  section(title, "igzip -d", target, {
    "igzip -d": layers.map((layer) => `igzip -dc < ${layer} > /dev/null`).join(" && "),
    "gzip -dc, tar -t": layers.map((layer) => `gzip -dc < ${layer} | tar -t > /dev/null`).join(" && "),
    ...(found("bsdtar")
      ? { "bsdtar -t": layers.map((layer) => `bsdtar -tf ${layer} > /dev/null`).join(" && ") }
      : {}),
    muslgate: scan(`oci-layout:${layout}`),
    ...(name === "single" ? {} : others(layout, archive)),
  });
}

if (isAsked("The same from a registry on loopback")) {
  const { layout, layers } = benchImage(folder, "alpnode");
  const { address, stop } = await startRegistry();
  execFileSync("skopeo", [
    "copy",
    "-q",
    "--dest-tls-verify=false",
    `oci:${layout}`,
    `docker://${address}/alpnode:1`,
  ]);
  section("The same from a registry on loopback", "igzip -d", "wall at most 1.9", {
    "igzip -d": layers.map((layer) => `igzip -dc < ${layer} > /dev/null`).join(" && "),
    muslgate: scan(`registry:${address}/alpnode:1`),
    ...(found("skopeo")
      ? {
          "skopeo copy (no scan)": `rm -rf ${folder}/copy && skopeo copy -q --src-tls-verify=false docker://${address}/alpnode:1 dir:${folder}/copy`,
        }
      : {}),
    ...(found("crane")
      ? { "crane export, tar -t": `crane export --insecure ${address}/alpnode:1 - | tar -t > /dev/null` }
      : {}),
  });
  stop();
}

if (isAsked("zstd instead of gzip")) {
  const { layout, layers } = benchImage(folder, "alpnode", ["zstd", "-q"]);
  section("zstd instead of gzip", "zstd -d", "wall at most 2.2", {
    "zstd -d": layers.map((layer) => `zstd -qdc < ${layer} > /dev/null`).join(" && "),
    muslgate: scan(`oci-layout:${layout}`),
  });
}

if (isAsked("Uncompressed docker-archive on disk")) {
  const { layout } = benchImage(folder, "debbig");
  const archive = join(folder, "debbig-docker.tar");
  if (!existsSync(archive))
    execFileSync("skopeo", ["copy", "-q", `oci:${layout}`, `docker-archive:${archive}:bench/debbig:1`]);
  section(
    `Uncompressed docker-archive on disk, ${(statSync(archive).size / 1e9).toFixed(1)} GB`,
    "muslgate --version",
    "at most 0.35 s more than starting the program",
    {
      "muslgate --version": `${cli} --version`,
      muslgate: scan(`docker-archive:${archive}`),
      "muslgate --verify": scan(`docker-archive:${archive}`, "--no-cache --verify"),
    },
  );
}

if (isAsked("Ten images that share bases, cache warm")) {
  const images = sharedImages(folder);
  const cache = join(folder, "cache");
  rmSync(cache, { recursive: true, force: true });
  const all = images.map((layout) => `oci-layout:${layout}`).join(" ");
  section(
    "Ten images that share bases, cache warm",
    "muslgate --version",
    "at most 0.3 s more than starting the program",
    {
      "muslgate --version": `${cli} --version`,
      "muslgate, first run": `rm -rf ${cache} && ${scan(all, `--cache-dir ${cache}`)}`,
      "muslgate, second run": scan(all, `--cache-dir ${cache}`),
    },
  );
}

if (isAsked("Two hundred and fifty known images")) {
  const all = fleet(folder);
  const cache = join(folder, "fleet-cache");
  const layouts = scan(all.map((layout) => `oci-layout:${layout}`).join(" "), `--cache-dir ${cache}`);
  measure({ "first run": layouts }, 1);
  section(
    "Two hundred known images on twenty bases",
    "muslgate --version",
    "8 ms an image more than starting the program",
    { "muslgate --version": `${cli} --version`, muslgate: layouts },
  );
  const registry = spawn(process.execPath, ["bench/registry.mjs", folder, "20"]);
  const address = await new Promise((resolve) =>
    registry.stdout.once("data", (text) => resolve(`${text}`.trim())),
  );
  const names = all.slice(0, 50).map((layout) => `registry:${address}/${basename(layout)}:1`);
  const remote = scan(names.join(" "), `--cache-dir ${cache}`);
  section(
    "Fifty known images from a registry that takes 20 ms to answer",
    "muslgate --version",
    "0.4 s more than starting the program",
    { "muslgate --version": `${cli} --version`, muslgate: remote },
  );
  registry.kill();
}

if (process.argv.includes("--write")) {
  const head = [
    "# Performance",
    "",
    `Made by \`node bench/run.mjs --write\` with Node ${process.versions.node}; medians, the programs of a`,
    `table in turn. Only ratios within one table mean anything: the machine was shared (${availableParallelism()} cores; the load is said`,
    "at each table). The floor is `igzip -d` (Debian's isal) over the same layers on one core. Where another scanner is missing from a table, it was not there when this was made.",
    "",
    "![Wall time as a multiple of the floor](performance.svg)",
  ].join("\n");
  writeFileSync(
    "docs/performance.md",
    `${[head, ...Object.values(pieces).map(({ text }) => text)].join("\n\n")}\n`,
  );
  writeFileSync(
    "docs/performance.svg",
    plot(
      Object.values(pieces)
        .flatMap(({ bars }) => bars)
        .filter(({ group }) => !/^(Start-up|Uncompressed|Ten images|Two hundred|Fifty)/.test(group)),
    ),
  );
}

/** snyk-docker-plugin beside the bench's images, from npm; nothing when it cannot be had. */
function installSnyk() {
  const place = join(folder, "snyk");
  if (!existsSync(join(place, "node_modules/snyk-docker-plugin"))) {
    mkdirSync(place, { recursive: true });
    // Its newest release asks for a patch of shescape that not every registry has.
    const manifest = {
      private: true,
      dependencies: { "snyk-docker-plugin": "*" },
      overrides: { shescape: "2.1.x" },
    };
    writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
    spawnSync("npm", ["i", "--ignore-scripts", "--no-audit", "--no-fund", "snyk-docker-plugin"], {
      cwd: place,
    });
  }
  return existsSync(join(place, "node_modules/snyk-docker-plugin")) ? place : undefined;
}

async function startRegistry() {
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
  const file = join(folder, "registry.yml");
  const root = join(folder, "registry");
  writeFileSync(
    file,
    JSON.stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: root } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const child = spawn("docker-registry", ["serve", file], { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { address: `127.0.0.1:${port}`, stop: () => child.kill() };
}
