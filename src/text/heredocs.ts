/** Finds the texts that a shell's script hands to programs in place of a file. Must not run it, nor judge them. */
import { partOf, type Segment, type Source } from "./source.ts";

/** The most that are looked for in one script. */
const MOST = 100;

/** A word behind `<<` that ends the text; in quotes nothing in it is replaced. */
const OPENS = /<<(-?)[ \t]*(["']?)([A-Za-z_]\w*)\2[^\n]*\n/g;

/**
 * Here-documents of a script (POSIX, Shell Command Language, 2.7.4), without the tabs that `<<-` takes off. None of a text
 * that is YAML from its first line: what such a one holds stands deeper.
 */
export function heredocsIn(script: Source): readonly Source[] {
  const { text } = script;
  if (!text.includes("<<") || beginsAsYaml(text)) return [];
  const found: Source[] = [];
  let last = 0;
  let tried = 0;
  for (const match of text.matchAll(OPENS)) {
    if (match.index < last) continue;
    if (++tried > MOST) break;
    const [opening, dash, , word = ""] = match;
    const start = match.index + opening.length;
    const lines: string[] = [];
    const segments: Segment[] = [];
    let at = 0;
    for (let from = start; from <= text.length; ) {
      const next = text.indexOf("\n", from);
      const end = next < 0 ? text.length : next;
      const line = text.slice(from, end);
      if (line.trim() === word) {
        found.push(partOf(script, lines.join(""), segments));
        last = end;
        break;
      }
      const cut = dash === "" ? 0 : /^\t*/.exec(line)![0].length;
      const kept = `${line.slice(cut)}\n`;
      segments.push({ at, outside: from + cut });
      lines.push(kept);
      at += kept.length;
      from = end + 1;
    }
  }
  return found;
}

/** By its first line that is no comment. */
function beginsAsYaml(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*|---[^\n]*)?\r?\n)*[ \t]*(?:[{[]|- |["']?[\w./-]+["']?[ \t]*:(?:[ \t\r\n]|$))/.test(
    text,
  );
}
