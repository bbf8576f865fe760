/** The command `explain`: prints a rule's page. Must know no rule. */
import { EXIT } from "../judge/exit-code.ts";
import { terminalStyle, write } from "../publish/terminal.ts";
import { styledPage } from "../report/rule-page.ts";
import { RULES } from "../rules/index.ts";
import { chosen } from "./chosen.ts";

/** Runs it and returns the exit code. Rejects with MuslgateError (`usage`) where there is no such rule. */
export async function explainCommand(id: string): Promise<number> {
  const known = RULES.map((rule) => rule.id);
  const name = chosen("the rule", id, known);
  const rule = RULES.find((one) => one.id === name);
  const { colour } = terminalStyle("auto", process.stdout, process.env);
  if (rule !== undefined) await write(process.stdout, `${styledPage(rule, colour)}\n`);
  return EXIT.clean;
}
