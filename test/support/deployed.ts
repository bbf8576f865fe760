/** Runs on a repository written to disk, and says what becomes of its deployments. Must not be used by src. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "../../src/model/report.ts";
import type { RunPorts } from "../../src/run/ports.ts";
import { run } from "../../src/run/run.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { saidBy, settingsOf } from "../../src/settings/states.ts";

/** Settings as nobody says any. */
export function plainGiven() {
  const said = saidBy({ cache: false }, {});
  const read = readConfig("muslgate.yaml", "");
  return { settings: settingsOf(said, read), waivers: read.waivers, said, diagnostics: [] };
}

/** Writes files below a folder, and works in it from then on. */
export function writeAndEnter(path: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  process.chdir(path);
}

/** What becomes of the deployments, by their names. */
export const deployed = ({ judgements }: Report) =>
  judgements.flatMap(({ workload, verdict, status }) =>
    workload?.role === "container" && verdict.ruleId === "musl-paired-lookup"
      ? [{ name: workload.key.name, status, ...verdict }]
      : [],
  );

/** The outcome of each deployment of a repository, by its name. */
export async function outcomesOf(
  path: string,
  files: Readonly<Record<string, string>>,
  ports: RunPorts,
): Promise<Readonly<Record<string, string>>> {
  const home = process.cwd();
  writeAndEnter(path, files);
  try {
    const report = await run(plainGiven(), ports);
    return Object.fromEntries(deployed(report).map(({ name, outcome }) => [name, outcome]));
  } finally {
    process.chdir(home);
  }
}
