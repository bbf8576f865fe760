/** The command `init`: writes a workflow and a configuration for what a repository holds. Must overwrite nothing, and follow no link. */
import { lstatSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT } from "../judge/exit-code.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { write } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";
import { discover, type Discovery } from "../discover/discover.ts";
import { foundClusters } from "../cluster/found.ts";
import { CONFIG_NAMES } from "../settings/config-file.ts";
import { readSettings } from "../settings/settings.ts";
import { folderTree } from "../tree/folder-tree.ts";
import { CONFIG, configFor, type Held, WORKFLOW, WORKFLOW_TEXT } from "./init-files.ts";

/** Runs it and returns the exit code. Rejects with MuslgateError (`usage`). */
export async function initCommand(folder: string): Promise<number> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new MuslgateError("usage", `${folder} is no folder`, "Name the top of a repository.");
  }
  const held = await heldIn(folder);
  const lines = [heldText(held)];
  lines.push(written(folder, WORKFLOW, WORKFLOW_TEXT, "checks every pull request"));
  const config = CONFIG_NAMES.find((name) => exists(join(folder, name)));
  lines.push(
    config === undefined
      ? written(folder, CONFIG, configFor(held), "says what muslgate is told here")
      : `left   ${config} as it is`,
  );
  lines.push(
    held.clusters.length === 0
      ? `Next: say in ${config ?? CONFIG} how the cluster's DNS answers, then run muslgate repo.`
      : "Next: run muslgate repo.",
  );
  await write(process.stdout, `${lines.join("\n")}\n`);
  return EXIT.clean;
}

async function heldIn(folder: string): Promise<Held> {
  const found: Discovery = await discover(folderTree(folder, { env: process.env }));
  const { profiles } = await foundClusters(found.clusterFiles, readSettings({}));
  const files = profiles.flatMap(({ sources }) => sources.map(({ file }) => file));
  return { containers: found.workloads.length, clusters: [...new Set(files)].map(printable) };
}

function heldText({ containers, clusters }: Held): string {
  const who = `${containers === 0 ? "no" : containers} container${containers === 1 ? "" : "s"}`;
  const where = clusters.length === 0 ? "nothing that says how a cluster's DNS answers" : clusters.join(", ");
  return `found  ${who}; ${where}`;
}

function written(folder: string, file: string, text: string, what: string): string {
  const path = join(folder, file);
  if (exists(path)) return `left   ${file} as it is`;
  try {
    for (const part of partsOf(dirname(file))) {
      const stat = lstatSync(join(folder, part), { throwIfNoEntry: false });
      if (stat !== undefined && !stat.isDirectory()) throw new Error(`${part} is no folder`);
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new MuslgateError(
      "usage",
      `${path} cannot be written: ${messageOf(error)}`,
      "Make room for it; what is there is never overwritten.",
      error,
    );
  }
  return `wrote  ${file}: ${what}`;
}

/** A link to nowhere is there too. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** `a/b` is `a`, then `a/b`. */
function partsOf(folder: string): readonly string[] {
  const names = folder.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}
