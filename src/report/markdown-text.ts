/** Puts untrusted text into Markdown. Must let none of it act: no Markdown, HTML, mention, link or fence of its own. */
import { printable } from "./text.ts";

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
      .replace(/\b(https?|www)(?=[:.])/gi, "$1<!-- -->")
      .replace(/\\([-()+=!])/g, "$1")
  );
}

/** Our own sentences may hold code in backticks. */
export function literalKeepingCode(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.*`$/.test(part) ? part : literal(part)))
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
