/** Pieces that the summary and the comment are both made of. Must let nothing untrusted act as Markdown or HTML. */
import { withContext } from "../text/diff.ts";
import { type Place, placeText } from "../model/place.ts";
import type { Patch, Remedy } from "../model/report.ts";
import type { WayOut } from "./arrange.ts";
import type { Cause } from "./causes.ts";
import { clipped, code, fenced, literal, literalKeepingCode } from "./markdown-text.ts";
import { sentence } from "./text.ts";
import { forWords } from "./words.ts";

const MOST_TEXT = 1_000;
/** Names of a folded list. */
const MOST_NAMES = 20;
/** Lines around a change; `git apply` takes it so. */
const CONTEXT = 1;

/** Sentences of ours that hold others' words. */
export function text(untrusted: string): string {
  return literal(clipped(untrusted, MOST_TEXT));
}

/** Something to unfold. */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** A patch with what it is for. */
export function patchText({ file, diff, because, rules }: WayOut<Patch>): string {
  const shorter = withContext(diff, CONTEXT);
  return `**This change mends it** in ${code(clipped(file, 300))}${forWords(rules, code)}: ${text(sentence(because))}\n\n${fenced("diff", shorter)}`;
}

/** A way out as an item of a list. */
export function remedyText({ title, cost, snippet, rules }: WayOut<Remedy>): string {
  const line = `- **${literalKeepingCode(clipped(title, MOST_TEXT))}**${forWords(rules, code)}. ${literalKeepingCode(clipped(cost, MOST_TEXT))}`;
  if (snippet === undefined) return line;
  return `${line}\n\n${fenced(snippet.language, snippet.text).replace(/^/gm, "  ")}`;
}

/** A cause with whom it concerns, as an item of a list. */
export function causeText({ text: said, hint, list }: Cause): string {
  const names = list.slice(0, MOST_NAMES).map((one) => code(clipped(one, 200)));
  const more = list.length - names.length;
  const all = names.length === 0 ? "" : `\n  ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `- ${text(said)} ${text(hint)}`.trimEnd() + all;
}

/** A line of a file: a link where `blob` is the address of the commit's files. */
export function placeLink(
  place: Place,
  blob: string | undefined,
  shown = code(clipped(placeText(place), 300)),
): string {
  const outside = place.file.startsWith("/") || place.file.split("/").includes("..");
  if (blob === undefined || outside || !/^https?:\/\/[\w.:/-]+$/.test(blob)) return shown;
  const steps = place.file.replace(/^(?:\.\/)+/, "").split("/");
  // encodeURIComponent leaves ( ) ! ' * as they are, of which brackets would end the link. It throws for half a pair.
  const path = steps.map((step) =>
    encodeURIComponent(step.toWellFormed?.() ?? step).replace(/[()!'*]/g, escaped),
  );
  return `[${shown}](${blob}/${path.join("/")}#L${place.line})`;
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Code for a cell of a table, which may be broken behind a slash, a comma or the colon of a tag, so that no page gets wider by it. */
export function cellCode(untrusted: string): string {
  const parts = clipped(untrusted, 300).split(/(?<=[/,:@])/);
  return untrusted === "" ? "" : `<code>${parts.map(literal).join("<wbr>")}</code>`;
}
