/** Finds the texts that a shell's script hands to programs in place of a file. Must not run it, nor judge them. */
import { partOf, type Segment, type Source } from "./source.ts";

/** The most that are looked for in one script. */
const MOST = 100;

/** A word behind `<<` that ends the text; in quotes nothing in it is replaced. */
const OPENS = /<<(-?)[ \t]*["'\\]?([A-Za-z_][\w.-]*)/g;

/**
 * Here-documents of a script (POSIX, Shell Command Language, 2.7.4), without the tabs that `<<-` takes off. None of a text
 * that is YAML from its first line: what such a one holds stands deeper.
 */
export function heredocsIn(script: Source): readonly Source[] {
  const { text } = script;
  if (!text.includes("<<") || beginsAsYaml(text)) return [];
  const found: Source[] = [];
  /** Words that no line behind an earlier one ended. */
  const open = new Set<string>();
  let last = 0;
  let tried = 0;
  for (const match of text.matchAll(OPENS)) {
    if (match.index < last) continue;
    if (++tried > MOST) break;
    const [opening, dash, word = ""] = match;
    if (open.has(word)) continue;
    const start = text.indexOf("\n", match.index + opening.length) + 1;
    if (start === 0) break;
    const end = endOf(text, word, start);
    if (end === undefined) open.add(word);
    else {
      found.push(linesOf(script, start, end, dash !== ""));
      last = end;
    }
  }
  return found;
}

/** Where the line begins that has the word alone. */
function endOf(text: string, word: string, start: number): number | undefined {
  const line = new RegExp(String.raw`^[ \t]*${word.replaceAll(".", "[.]")}[ \t\r]*$`, "gm");
  line.lastIndex = start;
  return line.exec(text)?.index;
}

/** The lines between two offsets. */
function linesOf(script: Source, start: number, end: number, withoutTabs: boolean): Source {
  const lines: string[] = [];
  const segments: Segment[] = [];
  let at = 0;
  for (let from = start; from < end; ) {
    const next = script.text.indexOf("\n", from) + 1;
    const line = script.text.slice(from, next);
    const cut = withoutTabs ? /^\t*/.exec(line)![0].length : 0;
    segments.push({ at, outside: from + cut });
    lines.push(line.slice(cut));
    at += line.length - cut;
    from = next;
  }
  return partOf(script, lines.join(""), segments);
}

/** By its first line that is no comment. */
function beginsAsYaml(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*|---[^\n]*)?\r?\n)*[ \t]*(?:[{[]|- |["']?[\w./-]+["']?[ \t]*:(?:[ \t\r\n]|$))/.test(
    text,
  );
}
