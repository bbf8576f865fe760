/** The Action's inputs become settings. Must not let a change decide how it is checked. */
import * as core from "@actions/core";
import { matrixOf } from "../github/category.ts";
import type { WorkflowEvent } from "../github/event.ts";
import { OPTIONS, type OptionName } from "../settings/options.ts";
import type { Written } from "../settings/settings.ts";
import { type Configured, configured, type Said, saidBy, settingsOf } from "../settings/states.ts";
import { trusted } from "../settings/trusted.ts";
import { type ApiBase, trustedBase } from "./base.ts";

/**
 * What the inputs and the environment say, its secrets masked in the log; and the job's matrix, which stands in where the
 * category is not set.
 */
export function readInputs(): { readonly said: Said; readonly matrix: string } {
  const names = (Object.keys(OPTIONS) as OptionName[]).filter((name) => OPTIONS[name].action);
  const written: Written = Object.fromEntries(names.map((name) => [name, core.getInput(name)]));
  const matrix = matrixOf(String(written.category ?? ""));
  const said = saidBy(matrix === undefined ? written : { ...written, category: "" }, process.env);
  const { githubToken, registryPassword } = settingsOf(said);
  for (const secret of [githubToken, registryPassword]) if (secret !== undefined) core.setSecret(secret);
  return { said, matrix: matrix ?? "" };
}

/** The settings; for a change those of the state that it is to be merged into. */
export async function settingsFor(said: Said, event: WorkflowEvent, fromApi: ApiBase): Promise<Configured> {
  if (event.counted !== "new") return configured(said);
  const base = await trustedBase(said, event, fromApi);
  try {
    return await trusted(said, base);
  } finally {
    base.close();
  }
}
