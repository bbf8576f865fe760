/** Writes edits as a unified diff that `patch -p1` and `git apply` take. Must not look for differences: it is told them. */
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { applyEdits, type Edit } from "./edit.ts";
import { groupBy } from "../model/group-by.ts";
import { type Lines, linesOf } from "./lines.ts";

/** Lines shown around a change. */
const CONTEXT = 3;

interface Change {
  readonly line: number;
  /** What takes the line's place; its own text first where lines are only added behind it. */
  readonly lines: readonly string[];
}

/** The path a patch is applied to from here, with slashes; one that is not below has its own folder. */
export function patchTarget(file: string): { readonly name: string; readonly folder?: string } {
  const below = relative(".", resolve(file));
  if (below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below)) {
    return { name: below.replaceAll(sep, "/") };
  }
  return { name: basename(file), folder: dirname(resolve(file)) };
}

/** The diff, of the file as `patchTarget` calls it; empty without edits. */
export function unifiedDiff(file: string, text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return "";
  const all = linesOf(text);
  const lines = all.starts.map((start, i) => text.slice(start, (all.starts[i + 1] ?? text.length + 1) - 1));
  const changes = changesOf(lines, all, edits);
  const { name } = patchTarget(file);
  const out: string[] = [`--- ${headerName(`a/${name}`)}`, `+++ ${headerName(`b/${name}`)}`];
  let added = 0;
  for (const hunk of hunksOf(changes)) {
    const { body, before, after, first } = hunkLines(hunk, lines);
    out.push(`@@ -${first + 1},${before} +${first + 1 + added},${after} @@`, body.join("\n"));
    added += after - before;
  }
  return `${out.join("\n")}\n`;
}

/** A diff of ours with at most so many unchanged lines around each change; one that is not in order stays as it is. */
export function withContext(diff: string, most: number): string {
  const out: string[] = [];
  const [head = "", ...hunks] = diff.split(/^(?=@@ )/m);
  for (const hunk of hunks) {
    const [, from, to] = /^@@ -(\d+),\d+ \+(\d+),\d+ @@\n/.exec(hunk) ?? [];
    const body = hunk.replace(/\n$/, "").split("\n").slice(1);
    if (from === undefined || to === undefined) return diff;
    const kept = (line: string) => line.startsWith(" ");
    const first = body.findIndex((line) => !kept(line));
    const last = body.findLastIndex((line) => !kept(line));
    const start = Math.max(0, first - most);
    const lines = body.slice(start, last + 1 + most);
    const count = (mark: string) =>
      lines.filter((line) => line.startsWith(" ") || line.startsWith(mark)).length;
    const header = `@@ -${Number(from) + start},${count("-")} +${Number(to) + start},${count("+")} @@`;
    out.push([header, ...lines].join("\n"));
  }
  return `${head}${out.join("\n")}\n`;
}

/** Quoted as git quotes it where it is more than plain ASCII; a tab ends a name with blanks. */
function headerName(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path) && !/["\\]/.test(path)) return path.includes(" ") ? `${path}\t` : path;
  const quoted = [...Buffer.from(path)].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") return `\\${char}`;
    return byte >= 0x20 && byte <= 0x7e ? char : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${quoted.join("")}"`;
}

/** Control characters but tabs and line ends, and marks that turn the direction of text: a terminal obeys them. */
const OBEYED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n|$)/m;

/** The first character of a diff that a terminal or an editor would obey, as `U+001B`; nothing where there is none. */
export function obeyedIn(diff: string): string | undefined {
  const found = OBEYED.exec(diff)?.[0];
  return found === undefined
    ? undefined
    : `U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

function changesOf(lines: readonly string[], all: Lines, edits: readonly Edit[]): Change[] {
  const byLine = groupBy(edits, (edit) => all.lineOf(edit.start));
  return [...byLine].map(([line, own]) => {
    const start = all.starts[line] ?? 0;
    const moved = own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    return { line, lines: applyEdits(lines[line] ?? "", moved).split("\n") };
  });
}

/** Changes whose context meets stand in one hunk. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes.toSorted((a, b) => a.line - b.line)) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && change.line - last.line <= 2 * CONTEXT) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkLines(hunk: readonly Change[], lines: readonly string[]) {
  // What follows the last line break is a line only when it is not empty.
  const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const first = Math.max(0, (hunk[0]?.line ?? 0) - CONTEXT);
  const end = Math.min(count, (hunk.at(-1)?.line ?? 0) + CONTEXT + 1);
  const byLine = new Map(hunk.map((change) => [change.line, change]));
  const body: string[] = [];
  let before = 0;
  let after = 0;
  const push = (mark: " " | "-" | "+", text: string, unfinished: boolean) => {
    body.push(mark + text);
    if (unfinished) body.push("\\ No newline at end of file");
    if (mark !== "+") before++;
    if (mark !== "-") after++;
  };
  for (let i = first; i < end; i++) {
    const line = lines[i] ?? "";
    const change = byLine.get(i);
    const unfinished = i === lines.length - 1;
    if (change === undefined) {
      push(" ", line, unfinished);
      continue;
    }
    const [same, ...more] = change.lines;
    // With a carriage return before the break, the added line takes it over.
    const kept = same === line && !(unfinished && more.length > 0);
    if (kept) push(" ", line, false);
    else push("-", line, unfinished);
    const put = kept ? more : change.lines;
    for (const [j, text] of put.entries()) push("+", text, unfinished && j === put.length - 1);
  }
  return { body, before, after, first };
}
