/** Puts untrusted text into HTML. Must let none of it act: no tag, attribute, link, or command to a runner of its own. */
import type { Standing } from "./arrange.ts";
import { printable } from "./text.ts";

/** The sign of how something stands, which reads without colour. */
const SIGNS: Readonly<Record<Standing, string>> = {
  affected: "✗",
  unknown: "?",
  note: "·",
  "not-affected": "✓",
};

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text on one line, for an element or a quoted attribute. */
export function safe(text: string): string {
  return escaped(printable(text));
}

/** Lines for a `pre`; tabs stay, since YAML and patches may hold them. */
export function safeLines(text: string): string {
  return text
    .replace(/\n$/, "")
    .split(/\r?\n/)
    .map((line) => escaped(line.split("\t").map(printable).join("\t")))
    .join("\n");
}

/** A name or a path: code that may be broken behind a slash, a comma or a colon. */
export function codeOf(text: string): string {
  return `<code>${text
    .split(/(?<=[/,:@])/)
    .map(safe)
    .join("<wbr>")}</code>`;
}

/** Our own sentences may hold code in backticks. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.*`$/s.test(part) ? codeOf(part.slice(1, -1)) : safe(part)))
    .join("");
}

/** An address of a source becomes a link; anything else is text. */
export function sourceOf(source: string): string {
  return /^https:\/\/[\w./-]+$/.test(source) ? `<a href="${safe(source)}">${safe(source)}</a>` : safe(source);
}

/** Such a sign, named for those who hear the page. */
export function sign(standing: Standing, called: string): string {
  return `<b class="s" role="img" aria-label="${safe(called)}">${SIGNS[standing]}</b>`;
}

/** A part of the page under a title; nothing where it is empty. */
export function section(id: string, title: string, body: string): string {
  return body === ""
    ? ""
    : `<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>\n${body}</section>`;
}

/** A table that may be wider than the page: it is reached by the keyboard to be scrolled. */
export function plain(label: string, head: readonly string[], body: readonly string[]): string {
  const heads = head.map((one, i) => `<th scope="col"${i === 0 ? "" : ' class="n"'}>${one}</th>`).join("");
  return `<div class="plain" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${heads}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

function escaped(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (c) => ENTITIES[c] as string)
      // What a runner would take for a command in a line that it prints.
      .replace(/:(?=:)/g, "&#58;")
      .replaceAll("##[", "#&#35;[")
  );
}
