/** Knows words that another tool has yet to put in, and which tool. Must not guess what it puts in. */
import type { Source } from "../text/source.ts";

/**
 * Flux's, envsubst's and Terraform's `${NAME}` with or without a default (fluxcd.io, post build variable substitution), envsubst's
 * `$NAME`; CoreDNS itself has `{$NAME}`.
 */
const SUBSTITUTED =
  /\$\{[A-Za-z_][\w.]{0,1000}(?:(?::?[-=+?]|[#%/^,@:])[^}]{0,1000})?\}|^\$[A-Z_][A-Z0-9_]{2,}$/;
const TEMPLATED = /\{\{/;

/** The placeholder in a word, as far as it is one that stands for a value. Quoted, `{{ }}` is CoreDNS's own. */
export function placeholderOf(word: string, quoted: boolean): string | undefined {
  const substituted = SUBSTITUTED.exec(word)?.[0];
  if (substituted !== undefined) return substituted;
  return !quoted && TEMPLATED.test(word) ? word : undefined;
}

/** Who puts a placeholder's value in. */
export function fillerOf(placeholder: string): string {
  if (placeholder.includes("{{")) return "helm template";
  if (placeholder.includes("__PILLAR__")) return "the script that installs node-local-dns";
  if (/\$\{\w+\./.test(placeholder)) return "Terraform";
  if (placeholder.includes("$")) return "Flux (postBuild) or envsubst";
  return "the tool that fills it in";
}

/** Whether a template chooses lines or repeats them: what it leaves is no text yet. */
export function choosesLines(text: string): boolean {
  return /\{\{-?\s*(?:if|else|range|with|end|define|block|template)\b/.test(text);
}

/** The same text with each `{{ }}` that stands outside quotes as one word, letter for letter as long. */
export function withWholeActions(source: Source): Source {
  if (!source.text.includes("{{") || choosesLines(source.text)) return source;
  const text = source.text.replace(/^[^\n]*\{\{[^\n]*$/gm, (line) =>
    line.replace(/\{\{[^{}\n]*\}\}/g, (action, at: number) =>
      (line.slice(0, at).split('"').length & 1) === 1 ? action.replace(/[ \t"]/g, "_") : action,
    ),
  );
  return { ...source, text };
}
