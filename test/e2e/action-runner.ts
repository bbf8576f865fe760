/** Runs the built Action as GitHub's runner does. Must not import src. */
import { join } from "node:path";
import { type ActionOptions, type ActionRan, actionCall } from "../support/action-call.ts";
import { runNode } from "./program.ts";

/** The Node the Action runs on: CI brings the runner's own, 24. */
export const ACTION_NODE = process.env.MUSLGATE_ACTION_NODE ?? process.execPath;

/** Runs it in a checkout, in a process of its own. */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  options: ActionOptions = {},
): Promise<ActionRan> {
  const { env, cwd, left } = actionCall(inputs, options);
  return left(await runNode([join(process.cwd(), "dist/action.js")], env, cwd, ACTION_NODE));
}
