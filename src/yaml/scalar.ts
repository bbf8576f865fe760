/** Maps a YAML or JSON string back to where each of its letters stands. Must not know what the string means. */
import type { YamlText } from "./nodes.ts";
import { partOf, type Segment, type Source } from "../text/source.ts";

/** The value of a text with its way back to the file; `outer` is what the YAML was read from. */
export function valueSource(outer: Source, node: YamlText): Source {
  return partOf(outer, node.text, segmentsOf(outer.text, node));
}

function segmentsOf(text: string, node: YamlText): readonly Segment[] {
  // HCL's heredoc: `<<-` takes the least indentation away, `<<` none.
  if (node.style === "block" && text[node.start] === "<")
    return literalSegments(node, text, (body) => (text[node.start + 2] === "-" ? leastIndent(body) : 0));
  if (node.style === "block")
    return text[node.start] === "|" ? literalSegments(node, text) : alignedSegments(node, text, false);
  // Where there are templates, it is as written.
  if (node.templated) return [{ at: 0, outside: node.start }];
  return alignedSegments(node, text, node.style === "quoted" && text[node.start - 1] === '"');
}

/** Puts a text together from pieces that stand somewhere in a file, and glue that does not. */
export class PiecedSource {
  #text = "";
  #segments: Segment[] = [];

  /** Text that is nowhere in the file; it is held to stand where the last piece ended. */
  glue(text: string): void {
    this.#text += text;
  }

  /** A piece of the file, line by line. */
  piece(source: Source): void {
    let at = 0;
    for (const line of source.text.split("\n")) {
      this.#segments.push({ at: this.#text.length + at, outside: source.toFileOffset(at) });
      at += line.length + 1;
    }
    this.#text += source.text;
  }

  /** The whole; `file` is the one that all pieces stand in. */
  source(file: Source): Source {
    return partOf(file, this.#text, this.#segments);
  }
}

/** A literal block scalar: the file's lines without their indentation. */
function literalSegments(
  { text: value, start, end }: YamlText,
  text: string,
  indentOf?: (body: string) => number,
): readonly Segment[] {
  const body = text.indexOf("\n", start) + 1;
  const lines = value.split("\n");
  const written = text.slice(body, end);
  const indent = indentOf?.(written) ?? blockIndent(text.slice(start, body), written);
  const segments: Segment[] = [];
  let at = 0;
  let outside = body;
  for (const line of lines) {
    const next = text.indexOf("\n", outside);
    const lineEnd = next === -1 ? text.length : next;
    segments.push({ at, outside: Math.min(outside + indent, lineEnd) });
    at += line.length + 1;
    outside = lineEnd + 1;
  }
  return segments;
}

/** The indentation the header gives relative to its parent cannot be told here; the first line with text shows it. */
function blockIndent(header: string, body: string): number {
  const first = body.split("\n").find((line) => line.trim() !== "") ?? "";
  const width = first.length - first.trimStart().length;
  // With an indicator (`|2`) the first line may itself begin with blanks, which belong to the text.
  return /[1-9]/.test(header) ? leastIndent(body) : width;
}

function leastIndent(body: string): number {
  const widths = body
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  return widths.reduce((least, other) => Math.min(least, other), widths[0] ?? 0);
}

/** Any other scalar: the value's letters in order, past quotes, escapes and folded line breaks. */
function alignedSegments(
  { text: value, start, end }: YamlText,
  text: string,
  escapes: boolean,
): readonly Segment[] {
  const segments: Segment[] = [];
  let outside = start;
  let expected = -1;
  for (let at = 0; at < value.length; ) {
    const char = value[at]!;
    let width = 1;
    let units = 1;
    for (;;) {
      const here = text[outside];
      if (escapes && here === "\\") {
        const found = escapeAt(text, outside);
        if (found.units > 0) {
          width = found.width;
          units = found.units;
          break;
        }
        outside += found.width;
      } else if (here === char || outside >= end) {
        break;
      } else if (char === " " || char === "\n") {
        // A folded break: it stands for blanks and line ends that follow.
        if (here === "\n" || here === "\r" || here === " ") break;
        outside++;
      } else {
        outside++;
      }
    }
    if (outside >= end) break;
    if (outside !== expected) segments.push({ at, outside });
    at += units;
    outside += width;
    expected = width === units ? outside : -1;
  }
  return segments.length > 0 ? segments : [{ at: 0, outside: start }];
}

/** How many letters an escape takes in the file and in the value (YAML 1.2, 5.7); a folded line end gives none. */
function escapeAt(text: string, at: number): { width: number; units: number } {
  const kind = text[at + 1] ?? "";
  switch (kind) {
    case "x":
      return { width: 4, units: 1 };
    case "u":
      return { width: 6, units: 1 };
    case "U":
      return { width: 10, units: Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1 };
    case "\n":
      return { width: 2, units: 0 };
    case "\r":
      return { width: 3, units: 0 };
    default:
      return { width: 2, units: 1 };
  }
}
