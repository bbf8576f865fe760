/** The Action's shell: inputs in, annotations, summary, files and outputs out. Must hold no logic of its own. */
import { runAction } from "./action/run-action.ts";

await runAction();
