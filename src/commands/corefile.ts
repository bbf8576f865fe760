/** The command `corefile`: explains a Corefile, shows or makes the smallest correction. Must not know what any directive does. */
import { readFileSync, writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { readCorefileInput } from "../cluster/corefile-input.ts";
import { unifiedDiff } from "../explain/diff.ts";
import { explain, type ExplainOptions } from "../explain/explain.ts";
import { applyEdits, findEdits } from "../explain/fix.ts";
import type { QueryType } from "../model/dns.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { Explanation } from "../model/explanation.ts";
import { placeText } from "../model/place.ts";
import { EXIT } from "../policy.ts";
import { remark, terminalStyle, write } from "../publish/terminal.ts";
import { renderExplanation, renderExplanationJson } from "../report/explain.ts";
import { printable, printableLines, sentence } from "../report/text.ts";
import { parseCoreDns } from "../version/coredns.ts";

/** Its flags, as commander names them. */
export interface CorefileFlags {
  readonly name: readonly string[];
  readonly type: QueryType;
  readonly coreDnsVersion?: string;
  readonly clusterDomain?: string;
  readonly format: "table" | "json";
  readonly fix?: boolean;
  readonly write?: boolean;
}

/** Runs it and returns the exit code, which speaks of the file as it is left. Rejects with MuslgateError. */
export async function corefileCommand(file: string, flags: CorefileFlags): Promise<number> {
  if (file === "-" && flags.write === true) {
    throw new MuslgateError(
      "usage",
      "standard input cannot be written to",
      "Give --fix, and apply its diff.",
    );
  }
  const text = await readWhole(file);
  const options = optionsFrom(flags);
  if (flags.fix !== true && flags.write !== true) {
    const explanations = explain(readCorefileInput(file, text), options);
    const { colour } = terminalStyle("auto", process.stdout, process.env);
    const json = flags.format === "json";
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
    }
    return code;
  }
  const edits = findEdits(file, text, readCorefileInput(file, text));
  for (const { because, at } of edits) {
    remark(`${printable(`${placeText(at)}: ${because}`)}\n`);
  }
  if (edits.length === 0) remark(`${nothingToCorrect(file, text)}\n`);
  const changed = applyEdits(text, edits);
  if (flags.write === true && edits.length > 0) writeWhole(file, changed);
  // To a terminal nothing goes that it might obey; a program gets every byte.
  const diff = unifiedDiff(file, text, edits);
  await write(process.stdout, process.stdout.isTTY ? printableLines(diff) : diff, "exact");
  const left = flags.write === true ? changed : text;
  return exitCodeOf(explain(readCorefileInput(file, left), options));
}

function isCorrectable(file: string, text: string): boolean {
  try {
    return findEdits(file, text, readCorefileInput(file, text)).length > 0;
  } catch (error) {
    if (error instanceof MuslgateError) return false;
    throw error;
  }
}

/** A Corefile that does not start is no correct one. */
function nothingToCorrect(file: string, text: string): string {
  const refused = explain(readCorefileInput(file, text), { names: [], type: "AAAA" })
    .flatMap(({ diagnostics }) => diagnostics)
    .find(({ code }) => code === "corefile-refused" || code === "corefile-syntax");
  if (refused === undefined) return "Nothing to correct.";
  const where = refused.at === undefined ? file : placeText(refused.at);
  return printable(`${where}: ${sentence(refused.message)} That has to be corrected by hand first.`);
}

function optionsFrom({ name, type, coreDnsVersion, clusterDomain }: CorefileFlags): ExplainOptions {
  const version = coreDnsVersion === undefined ? undefined : parseCoreDns(coreDnsVersion);
  if (coreDnsVersion !== undefined && version === undefined) {
    throw new MuslgateError(
      "usage",
      `"${coreDnsVersion}" is not a release of CoreDNS`,
      "Write it as its tags are, such as 1.11.3.",
    );
  }
  return {
    names: name,
    type,
    ...(clusterDomain === undefined ? {} : { domain: clusterDomain }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Every byte has to survive being written again, so what is not UTF-8 is refused. */
async function readWhole(file: string): Promise<string> {
  try {
    // A pipe whose writer is slow has nothing to read yet, which a synchronous read takes for an error.
    const bytes = file === "-" ? await buffer(process.stdin) : readFileSync(file);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const what = error instanceof TypeError ? "it is not UTF-8" : messageOf(error);
    throw new MuslgateError(
      "input",
      `${file} cannot be read: ${what}`,
      "Name a Corefile or a ConfigMap.",
      error,
    );
  }
}

function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new MuslgateError(
      "input",
      `${file} cannot be written: ${messageOf(error)}`,
      "Apply the printed diff where it can.",
      error,
    );
  }
}

/** 1 where a lookup fails in musl 1.2.1 and newer, 3 where nothing at all is known. */
function exitCodeOf(explanations: readonly Explanation[]): number {
  const asked = explanations.flatMap(({ zones, names }) => (names.length > 0 ? names : zones));
  if (asked.some(({ effects }) => effects?.strict.startsWith("fails") === true)) return EXIT.findings;
  return asked.every(({ answer }) => answer.kind === "unknown") ? EXIT.unreadable : EXIT.clean;
}
