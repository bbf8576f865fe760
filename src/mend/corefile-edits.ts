/** Finds the smallest change that makes a Corefile answer AAAA so that every musl resolves. Must not change a letter besides. */
import { applyEdits, type Edit, followedBy } from "../text/edit.ts";
import type { CorefileInputs } from "../cluster/corefiles/collected.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import { type CorefileAnswers, corefileAnswers } from "../cluster/corefiles/answers.ts";
import { brief, inWords } from "../corefile/brief.ts";
import { Budget } from "../corefile/budget.ts";
import type { Effective, EffectiveBlock } from "../corefile/effective.ts";
import {
  hasDataBehind,
  linesOf,
  type MissingFallthrough,
  missingFallthrough,
} from "../corefile/missing-fallthrough.ts";
import type { Source } from "../text/source.ts";
import { type Directive, placeOf, type Token } from "../corefile/tree.ts";
import { MuslgateError } from "../model/error.ts";
import { groupBy } from "../model/group-by.ts";
import { type Place, samePlace } from "../model/place.ts";
import { DENIALS } from "../model/dns.ts";
import { TYPES } from "../corefile/record-types.ts";

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
 * How often the corrected text is looked at again: names that one line let through meet the next denial only then.
 * Each round mends another directive, and few stand behind one another.
 */
const ROUNDS = 8;

/**
 * The edits for a file, in its order; none where nothing has to change, and none left to make in the text that
 * they lead to. Throws MuslgateError `input` where the file's form does not let the change be made without
 * touching more.
 */
export function findEdits(file: string, fileText: string, inputs: CorefileInputs): readonly Edit[] {
  let edits = editsOnce(file, fileText, inputs);
  if (edits.length === 0) return edits;
  for (let rounds = 1; rounds < ROUNDS; rounds++) {
    const corrected = applyEdits(fileText, edits);
    const next = editsOnce(file, corrected, readCorefileInput(file, corrected));
    const both = followedBy(fileText, edits, next);
    if (next.length === 0 || both === undefined) break;
    edits = both;
  }
  return edits;
}

function editsOnce(file: string, fileText: string, inputs: CorefileInputs): readonly Edit[] {
  const found = new Map<string, { inText: TextEdit; inFile: Edit }>();
  const budget = new Budget();
  for (const input of inputs.corefiles) {
    const read = corefileAnswers(input, inputs, { budget });
    const { effective, domain } = read;
    if (effective.problem !== undefined) continue;
    for (const inText of [...addressEdits(read), ...aclEdits(read)]) {
      const inFile = toFile(inText, fileText);
      found.set(`${inFile.start}`, { inText, inFile });
    }
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
  const sorted = [...found.values()].sort((a, b) => a.inFile.start - b.inFile.start);
  // What stands in a stanza that is taken out need not be mended.
  let end = 0;
  const edits = sorted.filter(({ inFile }) => {
    const inside = inFile.start < end;
    end = Math.max(end, inFile.end);
    return !inside;
  });
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

/** What lets A through again: `fallthrough` in hosts, no template for every type, NODATA where A alone is denied. */
function addressEdits({ effective, faults, answers, addresses }: CorefileAnswers): readonly TextEdit[] {
  const whole = faults.filter(({ kind, scopes }) => kind === "address-denied" && scopes !== undefined);
  const mirrored = (["internal", "external"] as const)
    .filter((scope) => !DENIALS.has(answers[scope].kind))
    .map((scope) => addresses[scope])
    .filter(({ kind }) => DENIALS.has(kind));
  return effective.blocks.flatMap((block) =>
    ["hosts", "template"].flatMap((plugin) =>
      (block.directives.get(plugin) ?? []).flatMap((directive) => {
        const at = placeOf(directive.name);
        const is = ({ at: other }: { readonly at?: Place }) => samePlace(at, other);
        if (whole.some(is)) {
          const edit = plugin === "hosts" ? hostsFallthrough(directive) : takeOut(directive, block);
          return edit === undefined ? [] : [edit];
        }
        if (plugin !== "template" || !mirrored.some(is) || directive.rest[1]?.text !== "A") return [];
        return rcodeEdits(directive, "A");
      }),
    ),
  );
}

/** `filter`, which answers NODATA, where a policy of acl denies AAAA alone to everybody. */
function aclEdits({ effective, answers, parts, zones }: CorefileAnswers): readonly TextEdit[] {
  const denied = [
    answers.internal,
    answers.external,
    ...parts.map(({ aaaa }) => aaaa),
    ...zones.map(({ answer }) => answer),
  ];
  const places = denied.filter(({ by, kind }) => by === "acl" && DENIALS.has(kind)).map(({ at }) => at);
  if (places.length === 0) return [];
  return effective.blocks.flatMap(({ directives }) =>
    (directives.get("acl") ?? []).flatMap(({ rest }) =>
      linesOf(rest).flatMap(([action, ...words]) => {
        if (action === undefined || !places.some((at) => samePlace(placeOf(action), at))) return [];
        const types = words.filter(({ text }) => TYPES.has(text));
        if (action.raw !== action.text || types.length !== 1 || types[0]!.text !== "AAAA") return [];
        const because = `acl's ${brief(action.text)} for AAAA fails the whole lookup in musl 1.2.1 and newer; filter says that there is no such record (CoreDNS 1.8.1 and newer)`;
        const { source, start, end } = action;
        return [{ source, start, end, text: "filter", because, at: placeOf(action) }];
      }),
    ),
  );
}

function hostsFallthrough({ name, rest }: Directive): TextEdit | undefined {
  const lines = linesOf(rest);
  const last = lines.at(-1)?.at(-1);
  const end = rest.at(-1);
  if (last === undefined || end?.text !== "}" || end.source !== last.source || end.line === last.line) {
    return undefined;
  }
  const because = "names that hosts does not list end there, and never reach the plugins behind";
  return lineBehind(last, "fallthrough", because, placeOf(name));
}

/** Without a template that answers every question, where something behind it can. */
function takeOut({ name, rest, unread }: Directive, block: EffectiveBlock): TextEdit | undefined {
  const last = rest.at(-1);
  const { source } = name;
  const { text } = source;
  const patterned = linesOf(rest).some(([property]) => property?.text === "match");
  if (unread || patterned || last?.source !== source || !hasDataBehind(block)) return undefined;
  const lineStart = text.lastIndexOf("\n", name.start - 1);
  const alone =
    /^[ \t]*$/.test(text.slice(lineStart + 1, name.start)) && /^[ \t]*(?:\r?\n|$)/.test(text.slice(last.end));
  if (lineStart <= 0 || !alone) return undefined;
  return {
    source,
    start: text[lineStart - 1] === "\r" ? lineStart - 1 : lineStart,
    end: last.end,
    text: "",
    because: "this template denies every name to every resolver; without it the plugins behind it answer",
    at: placeOf(name),
  };
}

function rcodeEdits(directive: Directive, type: "A" | "AAAA"): TextEdit[] {
  return linesOf(directive.rest).flatMap(([property, rcode]) => {
    if (property?.text !== "rcode" || rcode === undefined || rcode.raw !== rcode.text) return [];
    if (rcode.text === "NOERROR") return [];
    return [
      {
        source: rcode.source,
        start: rcode.start,
        end: rcode.end,
        text: "NOERROR",
        because: `${brief(rcode.text)} for ${type} fails the whole lookup in musl 1.2.1 and newer; NOERROR says that there is no such record`,
        at: placeOf(rcode),
      },
    ];
  });
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
  if (type.text === "AAAA") edits.push(...rcodeEdits(directive, "AAAA"));
  const missing = missingFallthrough(directive, block, domain, effective);
  const added = missing === undefined ? undefined : fallthroughAfter(missing);
  return added === undefined ? edits : [...edits, added];
}

/** The line to add behind a stanza's last one. */
function fallthroughAfter({ patterns, last }: MissingFallthrough): TextEdit | undefined {
  const because = `names that ${inWords(patterns.map(({ raw }) => raw))} does not match end there, and never reach the plugins behind`;
  return lineBehind(last, "fallthrough", because, placeOf(last));
}

/** A line of its own behind the line of a word, indented as that. */
function lineBehind(last: Token, text: string, because: string, at: Place): TextEdit | undefined {
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
    text: `${carriage === 1 ? "\r\n" : "\n"}${indent}${text}`,
    because,
    at,
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
