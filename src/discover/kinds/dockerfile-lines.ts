/** Cuts a Dockerfile into instructions with offsets: directives, continuations, comments, here-documents. Must not know what one does. */

/** A word and where it stands in the file. */
export interface DockerWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One instruction. */
export interface DockerInstruction {
  /** In capitals. */
  readonly keyword: string;
  /** `--from=build` as `from` and `build`, with the place of the value. */
  readonly flags: readonly { readonly name: string; readonly value: DockerWord }[];
  /** What follows the flags, cut at blanks outside quotes. */
  readonly words: readonly DockerWord[];
  /** What follows the flags, as one text. */
  readonly rest: string;
  readonly start: number;
  readonly end: number;
  /** The here-documents that follow it, in their order. */
  readonly heredocs: readonly Heredoc[];
}

/** A here-document. */
export interface Heredoc {
  readonly name: string;
  /** Its lines, each with its line break. */
  readonly text: string;
  /** Variables in it are expanded: its name is not quoted. */
  readonly expands: boolean;
}

/** A file's instructions. */
export interface DockerLines {
  readonly instructions: readonly DockerInstruction[];
  /** `\` or, by directive, a back quote. */
  readonly escapeChar: string;
  /** Offset of a here-document without its end. */
  readonly openHeredoc?: number;
}

/** Reads a file (docs.docker.com, Dockerfile reference, Format, Parser directives, Here-Documents). */
export function readDockerLines(text: string): DockerLines {
  const lines = [...physicalLines(text)];
  const escapeChar = escapeOf(lines);
  const instructions: DockerInstruction[] = [];
  for (let i = 0; i < lines.length; ) {
    if (isBlankOrComment((lines[i] as Line).text)) {
      i++;
      continue;
    }
    const pieces: Line[] = [];
    for (; i < lines.length; i++) {
      const line = lines[i] as Line;
      // Comments and empty lines between continued lines belong to neither.
      if (pieces.length > 0 && isBlankOrComment(line.text)) continue;
      const end = line.text.trimEnd();
      // Two of them are an escaped one (BuildKit, frontend/dockerfile/parser).
      const continued = end.endsWith(escapeChar) && end.at(-2) !== escapeChar;
      pieces.push({ text: continued ? end.slice(0, -1) : line.text, start: line.start });
      if (!continued) break;
    }
    i++;
    const instruction = instructionOf(pieces, escapeChar);
    if (instruction === undefined) continue;
    const documents: Heredoc[] = [];
    instructions.push({ ...instruction, heredocs: documents });
    for (const { name, tabs, expands } of heredocs(instruction)) {
      const from = i;
      const body: string[] = [];
      for (; i < lines.length; i++) {
        const line = tabs ? lines[i]!.text.replace(/^\t+/, "") : lines[i]!.text;
        if (line === name) break;
        body.push(`${line}\n`);
      }
      documents.push({ name, text: body.join(""), expands });
      if (i >= lines.length)
        return { instructions, escapeChar, openHeredoc: lines[from]?.start ?? instruction.start };
      i++;
    }
  }
  return { instructions, escapeChar };
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function* physicalLines(text: string): Iterable<Line> {
  for (let start = 0; start <= text.length; ) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    yield { text: text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end), start };
    start = end + 1;
  }
}

/** Directives stand before everything else, comments included. */
function escapeOf(lines: readonly Line[]): string {
  for (const { text } of lines) {
    const directive = /^\s*#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(text);
    if (directive === null) return "\\";
    if (directive[1]?.toLowerCase() === "escape") return directive[2] === "`" ? "`" : "\\";
  }
  return "\\";
}

function isBlankOrComment(line: string): boolean {
  const start = line.trimStart();
  return start === "" || start.startsWith("#");
}

function instructionOf(
  pieces: readonly Line[],
  escapeChar: string,
): Omit<DockerInstruction, "heredocs"> | undefined {
  const text = pieces.map((piece) => piece.text).join("");
  const offsetOf = offsets(pieces);
  const head = /^\s*([A-Za-z]+)(?=\s|$)/.exec(text);
  if (head === null) return undefined;
  const flags: { name: string; value: DockerWord }[] = [];
  let at = head[0].length;
  const flag = /\s+--([a-z][a-z-]*)(?:=(\S*))?(?=\s|$)/y;
  for (;;) {
    flag.lastIndex = at;
    const match = flag.exec(text);
    if (match === null) break;
    const value = match[2] ?? "";
    const end = flag.lastIndex;
    flags.push({
      name: match[1] as string,
      value: { text: value, start: offsetOf(end - value.length), end: offsetOf(end - 1) + 1 },
    });
    at = end;
  }
  const words = splitWords(text, at, escapeChar).map(([start, end]) => ({
    text: text.slice(start, end),
    start: offsetOf(start),
    end: offsetOf(end - 1) + 1,
  }));
  return {
    keyword: (head[1] as string).toUpperCase(),
    flags,
    words,
    rest: text.slice(at).trim(),
    start: offsetOf(head[0].length - (head[1] as string).length),
    end: offsetOf(Math.max(text.trimEnd().length - 1, 0)) + 1,
  };
}

/** The way back from the joined text to the file; asked in rising order mostly, so it searches by halves. */
function offsets(pieces: readonly Line[]): (at: number) => number {
  const starts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    length += piece.text.length;
  }
  return (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return (pieces[low] as Line).start + at - (starts[low] as number);
  };
}

function splitWords(text: string, from: number, escapeChar: string): readonly [number, number][] {
  const words: [number, number][] = [];
  let start = -1;
  let quote = "";
  for (let i = from; i <= text.length; i++) {
    const char = text[i];
    if (char === undefined || (quote === "" && /\s/.test(char))) {
      if (start >= 0) words.push([start, i]);
      start = -1;
      continue;
    }
    if (start < 0) start = i;
    if (char === escapeChar && quote !== "'") i++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  return words.map(([a, b]) => [a, Math.min(b, text.length)]);
}

/** Here-documents that follow; RUN in its JSON form has none. */
function heredocs({
  keyword,
  words,
  rest,
}: Omit<DockerInstruction, "heredocs">): readonly { name: string; tabs: boolean; expands: boolean }[] {
  if (!["RUN", "COPY", "ADD"].includes(keyword) || rest.startsWith("[")) return [];
  return words.flatMap(({ text }) => {
    const match = /^\d*<<(-?)(["']?)([A-Za-z_][\w.-]*)\2$/.exec(text);
    return match === null
      ? []
      : [{ name: match[3] as string, tabs: match[1] === "-", expands: match[2] === "" }];
  });
}

/** The words of an instruction in its JSON form; nothing where it is in none. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}
