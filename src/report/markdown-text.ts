/** Puts untrusted text into Markdown. Must let none of it act: no Markdown, HTML, mention, link or fence of its own. */
import type { Standing } from "./arrange.ts";
import { printable } from "./text.ts";

/** The sign of how something stands, as GitHub shows it. */
export const MARKS: Readonly<Record<Standing, string>> = {
  affected: "❌",
  unknown: "❔",
  note: "ℹ️",
  "not-affected": "✅",
};

/** An address of ours becomes a link; anything else is text. */
export function sourceText(source: string): string {
  return /^https:\/\/[\w./-]+$/.test(source) ? `<${source}>` : literal(source);
}

/** Text in which nothing acts: no Markdown, no HTML, no mention, no link. */
export function literal(text: string): string {
  return (
    printable(text)
      .replace(/[\\`*_{}[\]()#+!|<>~&$^=-]/g, "\\$&")
      .replace(/\\</g, "&lt;")
      .replace(/\\>/g, "&gt;")
      .replace(/\\&/g, "&amp;")
      // Breaks the automatic linking of mentions, issues and addresses without changing what is seen.
      .replace(/@(?=\w)/g, "@<!-- -->")
      .replace(/#(?=\d)/g, "#<!-- -->")
      .replace(/(gh)\\-(?=\d)/gi, "$1-<!-- -->")
      .replace(/(https?|ftp|mailto|xmpp|www)(?=[:.])/gi, "$1<!-- -->")
      .replace(/\\([-()+=!])/g, "$1")
  );
}

/** Our own sentences may hold code in backticks. */
export function literalKeepingCode(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.*`$/s.test(part) ? code(part.slice(1, -1)) : literal(part)))
    .join("");
}

/** Code that cannot be left: the fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const safe = printable(text).replace(/\|/g, "\\|");
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return safe === "" ? "" : `${fence}${pad}${safe}${pad}${fence}`;
}

/** A block of code that nothing inside can leave; no line of it can be a command to a runner that prints it. */
export function fenced(language: string, text: string): string {
  const lines = text.replace(/\n$/, "").split(/\r?\n/);
  const safe = lines.map((line) =>
    line
      .split("\t")
      .map(printable)
      .join("\t")
      .replace(/^(\s*):(?=:)/, "$1\\u{3a}"),
  );
  const longest = Math.max(
    2,
    ...safe.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}${/^\w+$/.test(language) ? language : ""}`, ...safe, fence].join("\n");
}

/** A text of at most so many UTF-16 units, with a sign that there was more; no pair of surrogates is cut. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
