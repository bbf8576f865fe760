/** Maps a YAML or JSON string back to where each of its letters stands in the file. Must not know what the string means. */
import { type Scalar, isScalar } from "yaml";
import { partOfFile, type Segment, type Source } from "../text/source.ts";

/**
 * The string of a scalar with its way back to the file; nothing when the node is no string. `outer` is the
 * text the YAML was read from: the file itself, or a string inside it.
 */
export function scalarSource(outer: Source, fileText: string, node: unknown): Source | undefined {
  const text = outer.text;
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) return undefined;
  const [start, end] = node.range;
  const segments =
    node.type === "BLOCK_LITERAL"
      ? literalSegments(node as Scalar<string>, text, start, end)
      : alignedSegments(node.value, text, start, end, node.type === "QUOTE_DOUBLE");
  const inFile = segments.map((segment) => ({ ...segment, inFile: outer.toFileOffset(segment.inFile) }));
  return partOfFile(outer.file, fileText, node.value, inFile);
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
      this.#segments.push({ at: this.#text.length + at, inFile: source.toFileOffset(at) });
      at += line.length + 1;
    }
    this.#text += source.text;
  }

  /** The whole. */
  source(file: string, fileText: string): Source {
    return partOfFile(file, fileText, this.#text, this.#segments);
  }
}

/** A literal block scalar: the file's lines without their indentation. */
function literalSegments(node: Scalar<string>, text: string, start: number, end: number): readonly Segment[] {
  const body = text.indexOf("\n", start) + 1;
  const lines = node.value.split("\n");
  const indent = blockIndent(text.slice(start, body), text.slice(body, end));
  const segments: Segment[] = [];
  let at = 0;
  let inFile = body;
  for (const line of lines) {
    const next = text.indexOf("\n", inFile);
    const lineEnd = next === -1 ? text.length : next;
    segments.push({ at, inFile: Math.min(inFile + indent, lineEnd) });
    at += line.length + 1;
    inFile = lineEnd + 1;
  }
  return segments;
}

/** The indentation the header gives relative to its parent cannot be told here; the first line with text shows it. */
function blockIndent(header: string, body: string): number {
  const first = body.split("\n").find((line) => line.trim() !== "") ?? "";
  const width = first.length - first.trimStart().length;
  // With an indicator (`|2`) the first line may itself begin with blanks, which belong to the text.
  if (!/[1-9]/.test(header)) return width;
  const widths = body
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  return widths.reduce((least, other) => Math.min(least, other), width);
}

/** Any other scalar: the value's letters in order, past quotes, escapes and folded line breaks. */
function alignedSegments(
  value: string,
  text: string,
  start: number,
  end: number,
  escapes: boolean,
): readonly Segment[] {
  const segments: Segment[] = [];
  let inFile = start;
  let expected = -1;
  for (let at = 0; at < value.length; ) {
    const char = value[at]!;
    let width = 1;
    let units = 1;
    for (;;) {
      const here = text[inFile];
      if (escapes && here === "\\") {
        const found = escapeAt(text, inFile);
        if (found.units > 0) {
          width = found.width;
          units = found.units;
          break;
        }
        inFile += found.width;
      } else if (here === char || inFile >= end) {
        break;
      } else if (char === " " || char === "\n") {
        // A folded break: it stands for blanks and line ends that follow.
        if (here === "\n" || here === "\r" || here === " ") break;
        inFile++;
      } else {
        inFile++;
      }
    }
    if (inFile >= end) break;
    if (inFile !== expected) segments.push({ at, inFile });
    at += units;
    inFile += width;
    expected = width === units ? inFile : -1;
  }
  return segments.length > 0 ? segments : [{ at: 0, inFile: start }];
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
