/** Makes untrusted text safe to show. Must be used for everything that came from an image, a repository or a cluster. */

/**
 * Text on one line without anything a terminal or a page would obey: control characters, bidirectional
 * marks and other invisible format characters come out as `\u{...}`.
 */
export function printable(text: string): string {
  // Most is plain, and the pattern for what is not is long in the making.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu, (c) => {
    if (c === "\n" || c === "\t") return " ";
    return `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Several lines, each made safe. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join("\n");
}

/** A text with its full stop, so that another sentence can follow. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A sentence with a capital; a host, a path or a name with a slash in it keeps its letters. */
export function upperFirst(text: string): string {
  return /^[a-z]+(?: |$)/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}
