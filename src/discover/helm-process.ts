/** Renders charts with the Helm that is on the PATH, from files of any state of a repository. Must leave nothing on the disk, nor let a chart reach beyond itself. */
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { FileTree } from "../tree/file-tree.ts";
import type { HelmPort } from "./kinds/helm-render.ts";
import { messageOf } from "../model/error.ts";
import { temporaryFolder } from "../tree/temporary-folder.ts";

/** Renders, until it is closed. */
export interface HelmRenderer {
  readonly render: HelmPort;
  close(): void;
}

/** Milliseconds one rendering may take, and the bytes it may print. */
const TIME = 20_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** The most files of a chart, its own charts included. */
const MOST_FILES = 2_000;

/** A renderer of the charts in a tree; nothing where there is no Helm. */
export function helmRenderer(tree: FileTree, env: NodeJS.ProcessEnv): HelmRenderer | undefined {
  const helm = helmOnPath(env);
  if (helm === undefined) return undefined;
  const root = temporaryFolder("helm");
  const written = new Map<string, Promise<string | undefined>>();
  return {
    async render(chartFolder, valuesFiles) {
      const once = written.get(chartFolder) ?? writeChart(tree, chartFolder, root);
      written.set(chartFolder, once);
      const problem = await once;
      if (problem !== undefined) return { problem };
      const values = valuesFiles.flatMap((file) => ["--values", join(root, "chart", file)]);
      const chart = join(root, "chart", chartFolder);
      return run(helm, ["template", "muslgate", chart, "--skip-tests", ...values], join(root, "home"));
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

function helmOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const name = process.platform === "win32" ? "helm.exe" : "helm";
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Puts a chart's files below the temporary folder; resolves with why that is not possible. Paths of trees never lead out. */
async function writeChart(tree: FileTree, folder: string, root: string): Promise<string | undefined> {
  const start = folder === "" ? "" : `${folder}/`;
  const { paths } = await tree.list();
  // A schema may point to other hosts, and Helm would ask them.
  const own = paths.filter((path) => path.startsWith(start) && !path.endsWith("values.schema.json"));
  if (own.length > MOST_FILES) return `it has more than ${MOST_FILES} files`;
  for (const path of own) {
    const read = await tree.bytes(path);
    if (!("bytes" in read)) return `${path} could not be read: ${read.problem}`;
    const file = join(root, "chart", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, read.bytes);
  }
  mkdirSync(join(root, "home"), { recursive: true });
  return undefined;
}

function run(helm: string, args: readonly string[], home: string): ReturnType<HelmPort> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let errors = "";
    let why: string | undefined;
    const child = spawn(helm, args, {
      cwd: home,
      // No plugins, no repositories, no cluster of whoever runs this.
      env: {
        HOME: home,
        HELM_CACHE_HOME: home,
        HELM_CONFIG_HOME: home,
        HELM_DATA_HOME: home,
        HELM_PLUGINS: join(home, "none"),
        KUBECONFIG: join(home, "none"),
        GOMEMLIMIT: "256MiB",
      },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = (problem: string) => {
      why ??= problem;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(`it takes longer than ${TIME / 1000} s`), TIME);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) stop("the result is too large");
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("utf8")).slice(0, 4096);
    });
    child.on("error", (error) => {
      why ??= messageOf(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (why === undefined && code === 0) return resolve(Buffer.concat(chunks).toString("utf8"));
      const said = errors
        .split("\n")
        .find((line) => line.startsWith("Error:"))
        ?.replace(/^Error: /, "");
      resolve({ problem: (why ?? said ?? "it failed").replaceAll(join(home, ".."), "") });
    });
  });
}
