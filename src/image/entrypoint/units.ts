/** What supervisors start, and how their settings write words. Must not read any. */

/** One thing that a supervisor starts. */
export interface Unit {
  readonly command: readonly string[] | { readonly text: string };
  readonly cwd?: string;
  readonly environment?: ReadonlyMap<string, string>;
  /** A folder that stands before those of PATH. */
  readonly pathFirst?: string;
  /** What runs its text in place of `sh`, where npm's own variable does not name another. */
  readonly shell?: string;
  /** The file that names it. */
  readonly at: string;
  readonly maybe?: boolean;
}

/** What a supervisor starts: all of it, or why it is not known. */
export type Supervised = { readonly units: readonly Unit[] } | { readonly because: string };

/** Words with quotes, as shlex takes them apart. */
export function shellWords(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, first] of text.matchAll(/((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+)/g))
    found.push(
      (first ?? "").replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
        (_, a, b, c) => a?.replace(/\\(["\\])/g, "$1") ?? b ?? c,
      ),
    );
  return found;
}
