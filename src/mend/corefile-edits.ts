/** Finds the smallest change that makes a Corefile answer AAAA so that every musl resolves. Must not change a letter besides. */
import { applyEdits, type Edit } from "../text/edit.ts";
import type { CorefileInputs } from "../cluster/corefiles/collected.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import { corefileAnswers } from "../cluster/corefiles/answers.ts";
import { brief, inWords } from "../corefile/brief.ts";
import { Budget } from "../corefile/budget.ts";
import type { Effective, EffectiveBlock } from "../corefile/effective.ts";
import { linesOf, type MissingFallthrough, missingFallthrough } from "../corefile/missing-fallthrough.ts";
import type { Source } from "../text/source.ts";
import { type Directive, placeOf } from "../corefile/tree.ts";
import { MuslgateError } from "../model/error.ts";
import { groupBy } from "../model/group-by.ts";
import type { Place } from "../model/place.ts";

/** An edit as it stands in the Corefile's own text, before its way into the file is known. */
interface TextEdit {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly because: string;
  readonly at: Place;
}

/**
 * The edits for a file, in its order; none where nothing has to change. Throws MuslgateError `input` where
 * the file's form does not let the change be made without touching more.
 */
export function findEdits(file: string, fileText: string, inputs: CorefileInputs): readonly Edit[] {
  const found = new Map<string, { inText: TextEdit; inFile: Edit }>();
  const budget = new Budget();
  for (const input of inputs.corefiles) {
    const { effective, domain } = corefileAnswers(input, inputs, { budget });
    if (effective.problem !== undefined) continue;
    for (const block of effective.blocks) {
      for (const directive of block.directives.get("template") ?? []) {
        for (const inText of templateEdits(directive, block, domain, effective)) {
          const inFile = toFile(inText, fileText);
          // A snippet's words stand in several blocks, and once in the file.
          found.set(`${inFile.start}`, { inText, inFile });
        }
      }
    }
  }
  const edits = [...found.values()].sort((a, b) => a.inFile.start - b.inFile.start);
  const inFile = edits.map((edit) => edit.inFile);
  if (inFile.length > 0) {
    verify(
      file,
      inputs,
      edits.map(({ inText }) => inText),
      applyEdits(fileText, inFile),
    );
  }
  return inFile;
}

/** Whether the file now holds the Corefiles that were meant, and everything else as it was. */
function verify(file: string, inputs: CorefileInputs, edits: readonly TextEdit[], changed: string): void {
  const textsOf = ({ corefiles, extras }: CorefileInputs) =>
    [...corefiles, ...extras].map(({ source }) => source);
  const bySource = groupBy(edits, ({ source }) => source);
  const wanted = textsOf(inputs).map((source) => applyEdits(source.text, bySource.get(source) ?? []));
  const got = textsOf(readCorefileInput(file, changed)).map(({ text }) => text);
  if (wanted.length === got.length && wanted.every((text, i) => text === got[i])) return;
  throw new MuslgateError(
    "input",
    `${file} cannot be corrected in place: its Corefile is written in a form that one line does not fit into`,
    "Write the Corefile as a block scalar (Corefile: |), or correct it by hand.",
  );
}

function templateEdits(
  directive: Directive,
  block: EffectiveBlock,
  domain: string,
  effective: Effective,
): TextEdit[] {
  const [stanzaClass, type] = directive.rest;
  if (stanzaClass === undefined || type === undefined || directive.unread) return [];
  if (stanzaClass.text !== "ANY" && stanzaClass.text !== "IN") return [];
  const edits: TextEdit[] = [];
  if (type.text === "AAAA") {
    for (const [property, rcode] of linesOf(directive.rest)) {
      if (property?.text !== "rcode" || rcode === undefined || rcode.raw !== rcode.text) continue;
      if (rcode.text === "NOERROR") continue;
      edits.push({
        source: rcode.source,
        start: rcode.start,
        end: rcode.end,
        text: "NOERROR",
        because: `${brief(rcode.text)} for AAAA fails the whole lookup in musl 1.2.1 and newer; NOERROR says that there is no such record`,
        at: placeOf(rcode),
      });
    }
  }
  const missing = missingFallthrough(directive, block, domain, effective);
  const added = missing === undefined ? undefined : fallthroughAfter(missing);
  return added === undefined ? edits : [...edits, added];
}

/** The line to add behind a stanza's last one. */
function fallthroughAfter({ patterns, last }: MissingFallthrough): TextEdit | undefined {
  const { source } = last;
  const lineEnd = source.text.indexOf("\n", last.end);
  if (lineEnd === -1) return undefined;
  const carriage = source.text[lineEnd - 1] === "\r" ? 1 : 0;
  const start = lineEnd - carriage;
  const indent = indentAt(source.text, last.start);
  return {
    source,
    start,
    end: start,
    text: `${carriage === 1 ? "\r\n" : "\n"}${indent}fallthrough`,
    because: `names that ${inWords(patterns.map(({ raw }) => raw))} does not match end there, and never reach the plugins behind`,
    at: placeOf(last),
  };
}

function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
}

/** Where and how an edit stands in the file: with the indentation of its block scalar, or escaped in a quoted one. */
function toFile({ source, start, end, text, because, at }: TextEdit, fileText: string): Edit {
  const from = source.toFileOffset(start);
  if (end > start) {
    const to = source.toFileOffset(end - 1) + 1;
    return { start: from, end: to, text, because, at };
  }
  const [, indent = "", word = ""] = /^\r?\n([ \t]*)(.*)$/s.exec(text) ?? [];
  const base = { start: from, end: from, because, at };
  if (fileText.startsWith("\\n", from)) {
    return { ...base, text: `\\n${indent.replaceAll("\t", "\\t")}${word}` };
  }
  const lineBreak = fileText.startsWith("\r\n", from) ? "\r\n" : "\n";
  return { ...base, text: `${lineBreak}${indentAt(fileText, from)}${word}` };
}
