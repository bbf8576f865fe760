/** What GitHub's runner gives an Action: inputs and event in the environment, files for what it hands back. Must run nothing. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ran } from "./ran.ts";

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

/** What a run is given besides its inputs: a checkout, the event, and the runner's own variables. */
export interface ActionOptions {
  readonly cwd?: string;
  readonly event?: ActionEvent;
  readonly env?: Readonly<Record<string, string>>;
}

/** One call of the Action. */
export interface ActionCall {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Adds to what a run left the files that it wrote. */
  readonly left: (ran: Ran) => ActionRan;
}

/** Prepares a run in a checkout. Inputs that are not given have no default here, as with an expression that is empty. */
export function actionCall(
  inputs: Readonly<Record<string, string>>,
  { cwd = process.cwd(), event, env = {} }: ActionOptions = {},
): ActionCall {
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
  const started: Record<string, string> =
    event === undefined
      ? {}
      : {
          GITHUB_EVENT_NAME: event.name,
          GITHUB_EVENT_PATH: file("event.json", JSON.stringify(event.payload)),
        };
  return {
    cwd,
    env: {
      ...Object.fromEntries(given),
      ...files,
      ...started,
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: cwd,
      GITHUB_ACTIONS: "true",
      ...env,
    },
    left(ran) {
      const outputs = Object.fromEntries(
        [...readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
          ([, name = "", , value = ""]) => [name, value],
        ),
      );
      return { ...ran, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
    },
  };
}
