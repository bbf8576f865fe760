/** Runs the built Action as GitHub's runner does: inputs and event in the environment, files for what it hands back. Must not import src. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, runNode } from "./program.ts";

/** The Node the Action runs on: CI brings the runner's own, 24. */
export const ACTION_NODE = process.env.MUSLGATE_ACTION_NODE ?? process.execPath;

/** What a run of the Action left. */
export interface ActionRan extends Ran {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** What started it. */
export interface ActionEvent {
  readonly name: string;
  readonly payload: object;
}

/** Runs it in a checkout; `env` is the runner's besides. Inputs that are not given have no default here, as with an expression that is empty. */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  {
    cwd = process.cwd(),
    event,
    env = {},
  }: {
    readonly cwd?: string;
    readonly event?: ActionEvent;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<ActionRan> {
  const folder = mkdtempSync(join(tmpdir(), "muslgate-test-action-"));
  const file = (name: string, text = "") => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const files = { GITHUB_OUTPUT: file("output"), GITHUB_STEP_SUMMARY: file("summary") };
  const temp = join(folder, "temp");
  mkdirSync(temp);
  // The runner writes names in capitals and blanks as underscores; dashes stay.
  const given = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase().replaceAll(" ", "_")}`,
    value,
  ]);
  const started =
    event === undefined
      ? {}
      : {
          GITHUB_EVENT_NAME: event.name,
          GITHUB_EVENT_PATH: file("event.json", JSON.stringify(event.payload)),
        };
  const ran = await runNode(
    [join(process.cwd(), "dist/action.js")],
    {
      ...Object.fromEntries(given),
      ...files,
      ...started,
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: cwd,
      GITHUB_ACTIONS: "true",
      ...env,
    },
    cwd,
    ACTION_NODE,
  );
  const outputs = Object.fromEntries(
    [...readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
      ([, name = "", , value = ""]) => [name, value],
    ),
  );
  return { ...ran, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
}
