/** Puts text into lines and columns of a terminal. Must break at slashes, blanks and commas only, never inside a word or a version. */
import { columnsOf } from "./columns.ts";

/** Lines of at most `width` where the text lets them; a word that is longer is broken behind a slash or comma, or stays whole. */
export function lines(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const parts = line.split(" ").flatMap((word, i) => {
      const pieces = columnsOf(word) > width ? (word.match(/[^/,]*[/,]|[^/,]+$/g) ?? [word]) : [word];
      return pieces.map((piece, j) => (i > 0 && j === 0 ? ` ${piece}` : piece));
    });
    const out: string[] = [];
    let current = parts[0] ?? "";
    for (const part of parts.slice(1)) {
      if (columnsOf(current + part) > width && current.trim() !== "") {
        out.push(current);
        current = part.trimStart();
      } else current += part;
    }
    return [...out, current];
  });
}

/** Text after a start; following lines are indented as far as the start is wide. */
export function hanging(start: string, text: string, width: number): string {
  const indent = columnsOf(start);
  return lines(text, Math.max(width - indent, 1))
    .map((line, i) => (i === 0 ? start : " ".repeat(indent)) + line)
    .join("\n");
}

const GAP = 2;

/** Rows in columns as wide as what they hold; nothing where that is more than `width`. */
export function inColumns(
  rows: readonly (readonly string[])[],
  width: number,
): readonly (readonly string[])[] | undefined {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => longest(row[i] ?? ""))));
  if (widths.reduce((sum, one) => sum + one, GAP * (widths.length - 1)) > width) return undefined;
  return rows.map((row) => {
    const cells = row.map((cell) => cell.split("\n"));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, i) =>
      cells
        .map((cell, column) => {
          const text = cell[i] ?? "";
          return text + " ".repeat((widths[column] ?? 0) + GAP - columnsOf(text));
        })
        .join("")
        .trimEnd(),
    );
  });
}

function longest(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => columnsOf(line)));
}
