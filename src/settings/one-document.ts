/** Reads a YAML file that was written for muslgate: its one document, and where in it something is. Must know no key of it. */
import type { Node } from "yaml";
import { MuslgateError } from "../model/error.ts";
import type { Place } from "../model/place.ts";
import { Lines } from "../text/lines.ts";
import { parseYaml } from "../yaml/documents.ts";

/** The document. */
export interface OneDocument {
  /** Nothing in an empty file. */
  readonly contents: Node | null;
  readonly at: (node: Node | null | undefined) => Place;
  /** The error (`usage`) that says so of a node, with file, line and column. */
  readonly wrong: (node: Node | null | undefined, what: string, hint: string) => MuslgateError;
}

/** Throws MuslgateError (`usage`) for what is no YAML, has more than so many tokens, or a second document. */
export function oneDocument(file: string, text: string, tokens?: number): OneDocument {
  const lines = new Lines(text);
  const wrongAt = (offset: number, what: string, hint: string) => {
    const { line, column } = lines.place(file, offset, offset);
    return new MuslgateError("usage", `${file}:${line}:${column}: ${what}`, hint);
  };
  const wrong: OneDocument["wrong"] = (node, what, hint) => wrongAt(node?.range?.[0] ?? 0, what, hint);
  const { documents, stopped } = parseYaml(text, { uniqueKeys: true, tokens });
  const [document, second] = documents;
  const [error] = document?.errors ?? [];
  if (error !== undefined || stopped !== undefined)
    throw wrongAt(
      error?.pos[0] ?? stopped?.start ?? 0,
      error?.message ?? stopped?.message ?? "",
      "Write it as YAML.",
    );
  if (second !== undefined)
    throw wrong(second.contents as Node | null, "it has a second document", "Write all of it as one.");
  return {
    contents: (document?.contents ?? null) as Node | null,
    at: (node) => lines.place(file, node?.range?.[0] ?? 0, node?.range?.[1] ?? 0),
    wrong,
  };
}
