// What is measured, beside which floor and peers, and what is wanted of it. Must not run what it names; it builds images and looks for programs.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { benchImage, fleet, tinyFiles } from "./images.mjs";
import { repositoryOf } from "./repositories.mjs";

/** Where images, caches and results are kept between runs. */
export const folder = process.env.BENCH_DIR ?? join(tmpdir(), "muslgate-bench");
mkdirSync(folder, { recursive: true });

/** Whether the shell finds a program. */
export const isHere = (program) =>
  spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

const node = process.execPath;
/** The programs that are compared: the bundle here and, where BENCH_BEFORE names an earlier checkout, that one's. */
const PROGRAMS = {
  ...(process.env.BENCH_BEFORE === undefined
    ? {}
    : { "muslgate before": `${node} ${process.env.BENCH_BEFORE}/dist/cli.js` }),
  muslgate: `${node} ${process.cwd()}/dist/cli.js`,
};
/** A row of each program, of the shell text it gives. */
const muslgate = (command) =>
  Object.fromEntries(Object.entries(PROGRAMS).map(([name, cli]) => [name, command(cli, name)]));
const scan = (references, more = "--no-cache") =>
  muslgate(
    (cli) => `${cli} image ${references} --gke-version 1.22.6-gke.1000 --node-local-dns enabled ${more}`,
  );
const oneFile = () => `oci-layout:${tinyFiles(folder, "one-file", 1, 1)}`;

/** What starting costs: without it a ratio of a short run says nothing about reading. */
const start = () => ({ "one file": scan(oneFile()).muslgate });
const each = (layers, command) => layers.map(command).join(" && ");
const unpack = (program, layers) => each(layers, (layer) => `${program} -dc < ${layer} > /dev/null`);
const copy = (from) => `rm -rf ${folder}/copy && skopeo copy -q ${from} dir:${folder}/copy`;

/** Programs that read the same image, where they are here. */
function peers({ layout, layers }, archive) {
  const snyk = join(folder, "snyk");
  const commands = {
    bsdtar: ["bsdtar -t", each(layers, (layer) => `bsdtar -tf ${layer} > /dev/null`)],
    gzip: ["gzip -dc, tar -t", each(layers, (layer) => `gzip -dc < ${layer} | tar -t > /dev/null`)],
    skopeo: ["skopeo copy (no scan)", copy(`oci:${layout}`)],
    syft: ["syft", `SYFT_CHECK_FOR_APP_UPDATE=false syft scan -q oci-dir:${layout}`],
    trivy: [
      "trivy",
      `trivy image -q --skip-version-check --offline-scan --skip-db-update --skip-java-db-update --cache-dir ${folder}/trivy-$$ --scanners license --list-all-pkgs --format json --input ${layout}; rm -rf ${folder}/trivy-$$`,
    ],
  };
  return {
    ...Object.fromEntries(
      Object.entries(commands).flatMap(([program, row]) => (isHere(program) ? [row] : [])),
    ),
    ...(installSnyk(snyk)
      ? { "snyk-docker-plugin": `${node} bench/snyk.mjs ${snyk} ${archiveOf(layout, archive)}` }
      : {}),
  };
}

/** An image read from a layout beside its floor and peers. */
const image = (name) => () => {
  const made = benchImage(folder, name);
  return {
    "igzip -d": unpack("igzip", made.layers),
    ...start(),
    ...scan(`oci-layout:${made.layout}`),
    ...peers(made, `${name}-oci.tar`),
  };
};

/** The same image from a registry on loopback. */
const remote = (name) => async () => {
  const { layout, layers } = benchImage(folder, name);
  const { address, stop } = await startRegistry();
  const target = `docker://${address}/${name}:1`;
  execFileSync("skopeo", ["copy", "-q", "--dest-tls-verify=false", `oci:${layout}`, target]);
  return {
    commands: {
      "igzip -d": unpack("igzip", layers),
      ...start(),
      ...scan(`registry:${address}/${name}:1`),
      "skopeo copy (no scan)": copy(`--src-tls-verify=false docker://${address}/${name}:1`),
      ...(isHere("crane")
        ? { "crane export, tar -t": `crane export --insecure ${address}/${name}:1 - | tar -t > /dev/null` }
        : {}),
    },
    stop,
  };
};

/** Two hundred images, each program with a cache of its own that one run has filled. */
function known(references) {
  const caches = muslgate((_, name) => join(folder, `known-${basename(name.replace(" ", "-"))}`));
  const warm = (cli, name) =>
    `${cli} image ${references} --gke-version 1.22.6-gke.1000 --node-local-dns enabled --cache-dir ${caches[name]}`;
  for (const command of Object.values(muslgate(warm))) spawnSync("sh", ["-c", command], { stdio: "ignore" });
  return muslgate(warm);
}

/** None of a repository's images can be had: that is said with 3, and is not what is measured. */
const search = (files) => () => {
  const path = repositoryOf(folder, files);
  return muslgate((cli) => `cd ${path} && { ${cli} repo . --no-cache; [ $? -eq 3 ]; }`);
};

/**
 * Everything that is measured, in the order of the document. `wanted` is in one unit: `ratio` to the floor's wall time,
 * `beyondStart` the same after an image of one file is taken off, `seconds` or `secondsBeyondFloor` of wall time, `cpu` seconds, and `notBehind`
 * names a row that must not be faster.
 */
export const SECTIONS = [
  {
    title: "Start",
    floor: "node -e 0",
    rounds: 3,
    wanted: { ratio: 1.3 },
    commands: () => ({
      "node -e 0": `${node} -e 0`,
      ...Object.fromEntries(
        Object.entries(PROGRAMS).map(([name, cli]) => [`${name} --version`, `${cli} --version`]),
      ),
    }),
  },
  {
    title: "An image of one file",
    floor: "node -e 0",
    rounds: 3,
    wanted: { ratio: 2 },
    commands: () => ({ "node -e 0": `${node} -e 0`, ...scan(oneFile()) }),
  },
  {
    title: "node_modules, 60,000 files",
    floor: "igzip -d",
    wanted: { beyondStart: 1.3, notBehind: "bsdtar -t" },
    commands: image("node"),
  },
  {
    title: "The like in 60 layers",
    floor: "igzip -d",
    wanted: { beyondStart: 1.3 },
    commands: image("node60"),
  },
  {
    title: "60,000 tiny files",
    floor: "igzip -d",
    wanted: { notBehind: "bsdtar -t" },
    commands: image("tiny"),
  },
  { title: "Half a gigabyte of jars", floor: "igzip -d", wanted: { ratio: 0.95 }, commands: image("java") },
  {
    title: "1.2 GB of a /usr in one layer",
    floor: "igzip -d",
    wanted: { ratio: 1.3 },
    commands: image("usr"),
  },
  { title: "1.5 GB in six layers", floor: "igzip -d", wanted: { ratio: 0.75 }, commands: image("debbig") },
  {
    title: "node_modules from a registry on loopback",
    floor: "igzip -d",
    needs: ["skopeo", "docker-registry"],
    wanted: { ratio: 2 },
    commands: remote("node"),
  },
  {
    title: "The like in 60 layers from a registry on loopback",
    floor: "igzip -d",
    needs: ["skopeo", "docker-registry"],
    wanted: { megabytes: 150 },
    commands: remote("node60"),
  },
  {
    title: "1.2 GB in one layer from a registry on loopback",
    floor: "igzip -d",
    needs: ["skopeo", "docker-registry"],
    wanted: { ratio: 1.45 },
    commands: remote("usr"),
  },
  {
    title: "node_modules as zstd",
    floor: "zstd -d",
    needs: ["zstd"],
    wanted: { ratio: Number(process.versions.node.split(".")[0]) < 22 ? 2.5 : 1.6 },
    commands: () => {
      const { layout, layers } = benchImage(folder, "node", ["zstd", "-q"]);
      return { "zstd -d": unpack("zstd -q", layers), ...start(), ...scan(`oci-layout:${layout}`) };
    },
  },
  {
    title: "Two hundred known images on twenty bases",
    floor: "one file",
    wanted: { seconds: 1.5 },
    commands: () => ({
      ...start(),
      ...known(
        fleet(folder)
          .map((layout) => `oci-layout:${layout}`)
          .join(" "),
      ),
    }),
  },
  {
    title: "Fifty known images, a registry 20 ms away",
    floor: "one file",
    wanted: { secondsBeyondFloor: 0.4 },
    commands: async () => {
      const layouts = fleet(folder).slice(0, 50);
      const registry = spawn(node, ["bench/registry.mjs", folder, "20"]);
      const address = await new Promise((resolve) =>
        registry.stdout.once("data", (text) => resolve(`${text}`.trim())),
      );
      const names = layouts.map((layout) => `registry:${address}/${basename(layout)}:1`);
      return { commands: { ...start(), ...known(names.join(" ")) }, stop: () => registry.kill() };
    },
  },
  {
    title: "A docker-archive of 1.5 GB, not compressed",
    floor: "one file",
    needs: ["skopeo"],
    wanted: { secondsBeyondFloor: 0.35 },
    commands: () => {
      const { layout } = benchImage(folder, "debbig");
      const archive = join(folder, "debbig-docker.tar");
      if (!existsSync(archive))
        execFileSync("skopeo", ["copy", "-q", `oci:${layout}`, `docker-archive:${archive}:bench/debbig:1`]);
      return { ...start(), ...scan(`docker-archive:${archive}`) };
    },
  },
  {
    title: "A repository of 10,000 YAML files",
    floor: "muslgate",
    wanted: { cpu: 4 },
    commands: search(10_000),
  },
  {
    title: "A repository of 50,000 YAML files",
    floor: "muslgate",
    rounds: 0.2,
    wanted: { cpu: 18, megabytes: 400 },
    commands: search(50_000),
  },
];

function archiveOf(layout, name) {
  const archive = join(folder, name);
  if (!existsSync(archive) || statSync(archive).size === 0)
    execFileSync("tar", ["-C", layout, "-cf", archive, "oci-layout", "index.json", "blobs"]);
  return archive;
}

/** snyk-docker-plugin from npm; whether it could be had. */
function installSnyk(place) {
  const installed = join(place, "node_modules/snyk-docker-plugin");
  if (existsSync(installed)) return true;
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
  return existsSync(installed);
}

async function startRegistry() {
  const file = join(folder, "registry.yml");
  const root = join(folder, "registry");
  const port = 20_000 + (process.pid % 20_000);
  rmSync(root, { recursive: true, force: true });
  writeFileSync(
    file,
    JSON.stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: root } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const child = spawn("docker-registry", ["serve", file], { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return { address: `127.0.0.1:${port}`, stop: () => child.kill() };
}
