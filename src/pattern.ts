/** Matches names against patterns with `*`, `**` and `?`. Must take time linear in the name for each star. */

/**
 * Whether a whole name fits a pattern: `?` is one character but `/`, `*` any number of them, `**` any number with
 * `/`, and `**`+`/` none too. Everything else stands for itself.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const tokens = pattern.match(/\*\*\/|\*\*|\*|\?|[^*?]/gs) ?? [];
  // The positions in the name that the tokens so far can have reached: no backtracking.
  let reached = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const from of reached) {
      if (token === "?") {
        if (from < name.length && name[from] !== "/") next.add(from + 1);
      } else if (token === "*" || token === "**") {
        for (let at = from; at <= name.length; at++) {
          next.add(at);
          if (token === "*" && name[at] === "/") break;
        }
      } else if (token === "**/") {
        next.add(from);
        for (let at = from; at < name.length; at++) if (name[at] === "/") next.add(at + 1);
      } else if (name[from] === token) next.add(from + 1);
    }
    reached = next;
  }
  return reached.has(name.length);
}
