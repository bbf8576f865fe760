/** Reads a YAML text inside a YAML file as a file of its own, with places in the outer one. Must not parse it. */
import { type TextFile, textFile } from "./text-file.ts";
import type { YamlText } from "../yaml/nodes.ts";

/**
 * The text of a literal block scalar (`|`), each line mapped to where it stands; of any other scalar every place is
 * the whole scalar.
 */
export function nestedText(outer: TextFile, node: YamlText): TextFile {
  const inner = textFile(outer.path, node.text);
  const whole = outer.place(node.start, node.end);
  if (node.style !== "block" || outer.text[node.start] !== "|") {
    return { path: outer.path, text: node.text, place: () => whole };
  }
  const body = outer.text.indexOf("\n", node.start) + 1;
  const lines = node.text.split("\n");
  const written = outer.text.slice(body, node.end).split(/\r?\n/);
  // The first line with text shows how far the block is indented.
  const first = lines.findIndex((line) => line.trim() !== "");
  const indent = first < 0 ? 0 : (written[first]?.length ?? 0) - (lines[first]?.length ?? 0);
  return {
    path: outer.path,
    text: node.text,
    place(start, end) {
      const { line, column, endLine, endColumn } = inner.place(start, end);
      return {
        file: outer.path,
        line: whole.line + line,
        column: column + indent,
        endLine: whole.line + endLine,
        endColumn: endColumn + indent,
      };
    },
  };
}
