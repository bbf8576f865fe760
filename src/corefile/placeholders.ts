/** Knows words that another tool has yet to put in, and which tool. Must not guess what it puts in. */
import type { Source } from "../text/source.ts";

/**
 * Flux's, envsubst's and Terraform's `${NAME}` with or without a default (fluxcd.io, post build variable substitution), envsubst's
 * `$NAME`; CoreDNS itself has `{$NAME}`.
 */
const SUBSTITUTED =
  /\$\{[A-Za-z_][\w.]{0,1000}(?:(?::?[-=+?]|[#%/^,@:])[^}]{0,1000})?\}|^\$[A-Z_][A-Z0-9_]{2,}$/;
const TEMPLATED = /\{\{/;
/**
 * Whole words that other tools replace: `$(NAME)`, `@@NAME@@`, `%NAME%`, `<NAME>`, `__NAME__`, `NAME_IN_CAPITALS`. node-cache
 * itself fills `__PILLAR__` in.
 */
const REPLACED =
  /^(?:\w+:\/\/)?(?:\$\([\w.]+\)|@@\w+@@|%{1,2}\w+%{1,2}|<[A-Za-z_][^<>\s]*>|__(?!PILLAR__)[A-Z][A-Z0-9_]*__|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?::\d+)?$/;

/** The placeholder in a word, as far as it is one that stands for a value. Quoted, `{{ }}` is CoreDNS's own. */
export function placeholderOf(word: string, quoted: boolean): string | undefined {
  const substituted = SUBSTITUTED.exec(word)?.[0];
  if (substituted !== undefined) return substituted;
  return !quoted && (TEMPLATED.test(word) || REPLACED.test(word)) ? word : undefined;
}

/** Who puts a placeholder's value in. */
export function fillerOf(placeholder: string): string {
  if (
    /\{\{[-_]*(?:[.$]|(?:include|tpl|template|printf|quote|default|toYaml|index|join|int)_)/.test(placeholder)
  )
    return "helm template";
  if (placeholder.includes("__PILLAR__")) return "the script that installs node-local-dns";
  if (/\$\{\w+\./.test(placeholder)) return "Terraform";
  if (placeholder.includes("$")) return "Flux (postBuild) or envsubst";
  return "the tool that fills it in";
}

/** Whether a template chooses lines or repeats them: what it leaves is no text yet. */
export function choosesLines(text: string): boolean {
  return /\{\{-?\s*(?:if|else|range|with|end|define|block|template)\b/.test(text);
}

/** `{{ }}`, and what stands for it where Corefiles or Helm have braces of their own: ERB, GitLab, ytt, makejinja, Backstage. */
const ACTION = /\{\{[^{}\n]*\}\}|\[\[ [^[\]\n]* \]\]|<%[^%\n]*%>|\(@[^@\n]*@\)|#\{[^{}\n]*\}#/g;

/** The same text with each action that stands outside quotes as one word in `{{ }}`, letter for letter as long. */
export function withWholeActions(source: Source): Source {
  if (!/\{\{|\[\[|<%|\(@|#\{/.test(source.text) || choosesLines(source.text)) return source;
  const text = source.text.replace(/^[^\n]*(?:\{\{|\[\[|<%|\(@|#\{)[^\n]*$/gm, (line) =>
    line.replace(ACTION, (action, at: number) =>
      (line.slice(0, at).split('"').length & 1) === 1
        ? `{{${action.slice(2, -2).replace(/[ \t"]/g, "_")}}}`
        : action,
    ),
  );
  return { ...source, text, written: source.text };
}
