/** Reads the text `kubectl describe configmap` prints. Must not be used for anything a machine was meant to read. */
import { partOf, type Source } from "../../text/source.ts";

/** One ConfigMap of a description. */
export interface DescribedConfigMap {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The lines between its name and its data: labels and annotations. */
  readonly head: string;
  readonly data: ReadonlyMap<string, Source>;
}

/** Whether text looks like a description: a `Data` heading underlined with `====`. */
export function isDescription(text: string): boolean {
  return /^Data\r?\n====\r?$/m.test(text);
}

/** The ConfigMaps of a description, in order. */
export function readDescription(file: Source): readonly DescribedConfigMap[] {
  const lines = splitLines(file.text);
  const found: DescribedConfigMap[] = [];
  let head: string[] = [];
  for (let i = 0; i < lines.length; ) {
    if (lines[i]!.text !== "Data" || lines[i + 1]?.text !== "====") {
      // A new name starts a new ConfigMap; what stood before belongs to the last.
      if (/^Name:\s/.test(lines[i]!.text)) head = [];
      head.push(lines[i]!.text);
      i++;
      continue;
    }
    i += 2;
    const data = new Map<string, Source>();
    while (i < lines.length && !endsData(lines, i)) {
      const key = entryAt(lines, i);
      if (key === undefined) {
        i++;
        continue;
      }
      i += 2;
      const start = i;
      while (i < lines.length && !endsData(lines, i) && entryAt(lines, i) === undefined) i++;
      data.set(key, entrySource(file, lines, start, i));
    }
    const joined = head.join("\n");
    found.push({ name: field(joined, "Name"), namespace: field(joined, "Namespace"), head: joined, data });
    head = [];
  }
  return found;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function splitLines(text: string): Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const result = { text: line.replace(/\r$/, ""), start };
    start += line.length + 1;
    return result;
  });
}

function entryAt(lines: readonly Line[], i: number): string | undefined {
  if (lines[i + 1]?.text !== "----") return undefined;
  return /^([-._a-zA-Z0-9]{1,253}):$/.exec(lines[i]!.text)?.[1];
}

function endsData(lines: readonly Line[], i: number): boolean {
  const { text } = lines[i]!;
  return (text === "BinaryData" && lines[i + 1]?.text === "====") || /^(?:Events|Name):\s/.test(text);
}

/** The entry's text; kubectl puts blank lines behind it that are not its own, which no Corefile minds. */
function entrySource(file: Source, lines: readonly Line[], from: number, to: number): Source {
  const start = lines[from]?.start ?? file.text.length;
  const end = lines[to]?.start ?? file.text.length;
  return partOf(file, file.text.slice(start, end), [{ at: 0, outside: start }]);
}

function field(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]+(\\S+)`, "m").exec(head)?.[1];
}
