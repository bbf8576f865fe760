/** The command `corefile`: explains a Corefile, shows or makes the smallest correction. Must not know what any directive does. */
import { applyEdits } from "../text/edit.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import { obeyedIn, patchTarget, unifiedDiff } from "../text/diff.ts";
import { explain } from "../explain/explain.ts";
import { findEdits } from "../mend/corefile-edits.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import { EXIT } from "../judge/exit-code.ts";
import { remark, terminalStyle, write } from "../publish/terminal.ts";
import { chosenProvider } from "./chosen.ts";
import { type CorefileFlags, isJson, optionsFrom } from "./corefile-flags.ts";
import { undoneBy } from "./undone.ts";
import { readExactly, readWhole, writeWhole } from "./whole-file.ts";
import { renderExplanation, renderExplanationJson } from "../report/explain.ts";
import { printable, printableLines, sentence } from "../report/text.ts";

/** Runs it and returns the exit code, which speaks of the file as it is left. Rejects with MuslgateError. */
export async function corefileCommand(file: string, flags: CorefileFlags): Promise<number> {
  if (file === "-" && flags.write === true) {
    throw new MuslgateError(
      "usage",
      "standard input cannot be written to",
      "Give --fix, and apply its diff.",
    );
  }
  const json = isJson(flags);
  const options = optionsFrom(flags);
  const of = { provider: chosenProvider(flags.provider), domain: flags.clusterDomain };
  const corrects = flags.fix === true || flags.write === true;
  const text = await (corrects ? readExactly(file) : readWhole(file));
  if (!corrects) {
    const inputs = readCorefileInput(file, text, of);
    const explanations = explain(inputs, options);
    const { colour } = terminalStyle("auto", process.stdout, process.env);
    await write(
      process.stdout,
      json ? renderExplanationJson(explanations) : renderExplanation(explanations, colour),
      json ? "json" : "words",
    );
    const code = exitCodeOf(explanations);
    if (!json && code === EXIT.findings && file !== "-" && isCorrectable(file, text)) {
      await write(
        process.stdout,
        `\nmuslgate corefile ${printable(file)} --fix shows the smallest correction.\n`,
      );
      const undone = undoneBy(inputs);
      if (undone !== undefined) await write(process.stdout, `${undone}\n`);
    }
    return code;
  }
  const inputs = readCorefileInput(file, text);
  const edits = findEdits(file, text, inputs);
  for (const { because, at } of edits) {
    remark(`${printable(`${placeText(at)}: ${because}`)}\n`);
  }
  const undone = edits.length === 0 ? undefined : undoneBy(inputs);
  if (undone !== undefined) remark(`${undone}\n`);
  if (edits.length === 0) remark(`${nothingToCorrect(file, text)}\n`);
  const changed = applyEdits(text, edits);
  const { name, folder } = patchTarget(file);
  const diff = unifiedDiff(file, text, edits);
  const obeyed = process.stdout.isTTY ? undefined : obeyedIn(diff);
  if (obeyed !== undefined && flags.write !== true) throw obeyedError(file, obeyed);
  if (flags.write === true && edits.length > 0) writeWhole(file, changed);
  // To a terminal nothing goes that it might obey; a program gets every byte.
  if (obeyed !== undefined) remark(`No diff is printed: its lines hold ${obeyed}.\n`);
  else await write(process.stdout, process.stdout.isTTY ? printableLines(diff) : diff, "exact");
  if (folder !== undefined && edits.length > 0) {
    remark(`The diff names ${printable(name)} alone; apply it in ${printable(folder)}.\n`);
  }
  const left = flags.write === true ? changed : text;
  return exitCodeOf(explain(readCorefileInput(file, left, of), options));
}

/** What a terminal would obey does not go to where it may be shown. */
function obeyedError(file: string, character: string): MuslgateError {
  return new MuslgateError(
    "usage",
    `${file} cannot be shown as a patch: its lines hold ${character}, which a terminal or an editor would obey`,
    "Take such characters out first, or correct the file with --write.",
  );
}

function isCorrectable(file: string, text: string): boolean {
  try {
    return findEdits(file, text, readCorefileInput(file, text)).length > 0;
  } catch (error) {
    if (error instanceof MuslgateError) return false;
    throw error;
  }
}

/** Diagnostics of a Corefile that was not looked through to its end. */
const UNJUDGED = new Set(["corefile-refused", "corefile-syntax", "corefile-too-large"]);

/** A Corefile that does not start is no correct one. */
function nothingToCorrect(file: string, text: string): string {
  const refused = explain(readCorefileInput(file, text), { names: [], type: "AAAA" })
    .flatMap(({ diagnostics }) => diagnostics)
    .find(({ code }) => UNJUDGED.has(code));
  if (refused === undefined) return "Nothing to correct.";
  const where = refused.at === undefined ? file : placeText(refused.at);
  return printable(`${where}: ${sentence(refused.message)} That has to be corrected by hand first.`);
}

/** 1 where a lookup fails in musl 1.2.1 and newer, 3 where nothing at all is known or a bound ended the work. */
function exitCodeOf(explanations: ReturnType<typeof explain>): number {
  const asked = explanations.flatMap(({ zones, names }) => (names.length > 0 ? names : zones));
  if (asked.some(({ effects }) => effects?.strict.startsWith("fails") === true)) return EXIT.findings;
  const cut = explanations.some(({ diagnostics }) =>
    diagnostics.some(({ code }) => code === "corefile-too-large"),
  );
  return cut || asked.every(({ answer }) => answer.kind === "unknown") ? EXIT.unreadable : EXIT.clean;
}
