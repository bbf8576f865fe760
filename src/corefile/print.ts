/** Writes a Corefile tree back as text that parses to the same tree. Must not lose or reorder a word. */
import { startsLine } from "./dispenser.ts";
import type { Corefile, Directive, ServerBlock, Token } from "./tree.ts";

/** The text of a tree, imports expanded, one directive a line; comments are not in the tree. */
export function printCorefile(corefile: Corefile): string {
  return [...corefile.unread.map((d) => printDirective(d, "")), ...corefile.blocks.map(printBlock)].join(
    "\n",
  );
}

function printBlock(block: ServerBlock): string {
  // At the start of a line `import` is no key; behind an empty block it is.
  const lead = block.keys[0]?.text === "import" ? "{ } " : "";
  const keys = lead + block.keys.map(printKey).join(" ");
  // Keys in parentheses would become a snippet; they are a block's only at the very end, without braces.
  if (block.keys.length === 1 && block.directives.length === 0 && /^\(.*\)$/s.test(keys)) return `${keys}\n`;
  const directives = block.directives.map((directive) => `${printDirective(directive, "    ")}\n`);
  return `${keys} {\n${directives.join("")}}\n`;
}

/** A key as it was, but for the comma behind it; one that still ends in a comma, or is nothing else, needs it. */
function printKey(key: Token): string {
  if (key.raw === "") return ",";
  return printWord(key.raw.endsWith(",") ? `${key.raw},` : key.raw, key.quoted);
}

function printDirective(directive: Directive, indent: string): string {
  let out = indent + printWord(directive.name.raw, directive.name.quoted);
  let previous = directive.name;
  for (const token of directive.rest) {
    const sameLine = previous.source === token.source && !startsLine(previous, token);
    out += sameLine ? " " : `\n${indent}`;
    out += printWord(token.raw, token.quoted);
    previous = token;
  }
  return out;
}

function printWord(raw: string, quoted: boolean): string {
  return quoted ? `"${raw.replaceAll('"', '\\"')}"` : raw;
}
