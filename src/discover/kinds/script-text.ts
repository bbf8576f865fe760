/** Scripts that stand in YAML: their text as it is written, and where its lines are. Must not read them. */
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import type { YamlText } from "../../yaml/nodes.ts";

/** The text with its expressions in braces, which a block of lines has masked. */
export function writtenIn(file: Source, { style, templated, text, start, end }: YamlText): string {
  if (style !== "block" || !templated) return text;
  const [mark = "", ...lines] = file.text.slice(start, end).split(/\r?\n/);
  const indent = Math.min(...lines.flatMap((line) => (line.trim() === "" ? [] : line.search(/\S/))));
  const own = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0));
  return mark.startsWith(">") ? own.join(" ") : own.join("\n");
}

/** The line of a position in the text; that of its first line where it is no block. */
export function placeIn(file: Source, node: YamlText, position: number): Place {
  const own = file.toPlace(node.start, Math.max(node.start + 1, node.end));
  if (node.style !== "block") return own;
  const before = writtenIn(file, node).slice(0, position);
  const line = own.line + 1 + (before.match(/\n/g)?.length ?? 0);
  return { file: file.file, line, column: 1, endLine: line, endColumn: 2 };
}
