/** Matches names against globs, in steps proportional to both. Must not touch any file, nor compile regular expressions. */

/** What one piece of a glob stands for. */
type Piece =
  /** This text. */
  | { readonly kind: "text"; readonly text: string }
  /** One character but `/` that passes. */
  | { readonly kind: "one"; readonly passes: (char: string) => boolean }
  /** Any number of characters, `/` among them or not. */
  | { readonly kind: "many"; readonly slashes: boolean }
  /** Nothing, or whole folders with their `/`. */
  | { readonly kind: "folders" };

/** A glob that was cut into pieces. */
export type Glob = readonly Piece[];

/** Counts steps; `spend` says whether matching may go on. Each step looks at one place of a name. */
export interface Steps {
  spend(steps: number): boolean;
}

/** For globs of the user's own that nobody counts. */
const UNCOUNTED: Steps = { spend: () => true };

/**
 * A glob of paths, as in gitignore(5): `*`, `?`, `[a-z]`, `[!a-z]` and `\x` within one part, `**` alone in a part for
 * any number of parts. A last `**` needs at least one part. Empty parts and `.` count for nothing.
 */
export function pathGlob(text: string): Glob {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  return joined(
    parts.flatMap((part, index): readonly Piece[] => {
      const last = index === parts.length - 1;
      if (part !== "**") return [...partPieces(part), ...(last ? [] : [SLASH])];
      return last ? [ANY_ONE, { kind: "many", slashes: true }] : [{ kind: "folders" }];
    }),
  );
}

/**
 * A glob of names: `?` is one character but `/`, `*` any number of them, `**` any number with `/`, and `**` before a
 * `/` none too. Everything else stands for itself.
 */
export function nameGlob(text: string): Glob {
  const words = text.match(/\*\*\/|\*\*|\*|\?|[^*?]+/g) ?? [];
  return joined(
    words.map((word): Piece => {
      if (word === "**/") return { kind: "folders" };
      if (word === "**" || word === "*") return { kind: "many", slashes: word === "**" };
      return word === "?" ? ANY_ONE : { kind: "text", text: word };
    }),
  );
}

const SLASH: Piece = { kind: "text", text: "/" };
const ANY_ONE: Piece = { kind: "one", passes: () => true };

/** Texts that stand side by side become one; so do stars, each of which would be a pass of its own. */
function joined(pieces: readonly Piece[]): Glob {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    if (piece.kind === "text" && before?.kind === "text")
      result[result.length - 1] = { kind: "text", text: before.text + piece.text };
    else if (piece.kind === "many" && before?.kind === "many")
      result[result.length - 1] = { kind: "many", slashes: before.slashes || piece.slashes };
    else if (piece.kind !== "folders" || before?.kind !== "folders") result.push(piece);
  }
  return result;
}

/** The text a name must begin with; all of it where the glob has no wildcards. */
export function literalStart(glob: Glob): string {
  const [first] = glob;
  return first?.kind === "text" ? first.text : "";
}

/** The text a name must end with. */
export function literalEnd(glob: Glob): string {
  const last = glob.at(-1);
  return last?.kind === "text" ? last.text : "";
}

/**
 * Whether the whole name matches. It keeps the places of the name that the pieces so far can have reached: no
 * backtracking, and at most as many steps as pieces times characters. No match where the steps run out.
 */
export function globMatches(glob: Glob, name: string, steps: Steps = UNCOUNTED): boolean {
  const [start, end] = [literalStart(glob), literalEnd(glob)];
  // Comparing two texts is far quicker than anything below.
  if (!steps.spend(1 + ((start.length + end.length) >> 4))) return false;
  if (!name.startsWith(start) || !name.endsWith(end)) return false;
  // The places reached, ascending.
  let reached: readonly number[] = [0];
  for (const piece of glob) {
    if (!steps.spend(reached.length * (piece.kind === "text" ? piece.text.length : 1))) return false;
    const next = reachedBy(piece, name, reached);
    if (!steps.spend(next.length) || next.length === 0) return false;
    reached = next;
  }
  return reached.at(-1) === name.length;
}

function reachedBy(piece: Piece, name: string, reached: readonly number[]): readonly number[] {
  const next: number[] = [];
  switch (piece.kind) {
    case "text":
      for (const at of reached) if (name.startsWith(piece.text, at)) next.push(at + piece.text.length);
      return next;
    case "one":
      for (const at of reached) {
        const char = characterAt(name, at);
        if (char !== "" && char !== "/" && piece.passes(char)) next.push(at + char.length);
      }
      return next;
    case "many":
      for (const from of reached) {
        // An earlier place has reached as far as this one would.
        if (from <= (next.at(-1) ?? -1)) continue;
        for (let at = from; at <= name.length; at++) {
          next.push(at);
          if (!piece.slashes && name[at] === "/") break;
        }
      }
      return next;
    case "folders": {
      const [first = 0] = reached;
      const here = new Set(reached);
      for (let at = first; at <= name.length; at++)
        if (here.has(at) || (at > first && name[at - 1] === "/")) next.push(at);
      return next;
    }
  }
}

/** A whole character; empty past the end. */
function characterAt(name: string, at: number): string {
  const point = name.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

function partPieces(part: string): readonly Piece[] {
  if (!/[*?[\\]/.test(part)) return [{ kind: "text", text: part }];
  const chars = Array.from(part);
  const result: Piece[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === "*") result.push({ kind: "many", slashes: false });
    else if (char === "?") result.push(ANY_ONE);
    else if (char === "[") {
      const end = chars.indexOf("]", chars[i + 1] === "!" || chars[i + 1] === "^" ? i + 3 : i + 2);
      if (end < 0) result.push({ kind: "text", text: "[" });
      else {
        result.push({ kind: "one", passes: characterClass(chars.slice(i + 1, end)) });
        i = end;
      }
    } else result.push({ kind: "text", text: char === "\\" ? (chars[++i] ?? "\\") : char });
  }
  return result;
}

function characterClass(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === "!" || chars[0] === "^";
  const ranges: [string, string][] = [];
  for (let i = negated ? 1 : 0; i < chars.length; i++) {
    const from = chars[i] as string;
    if (chars[i + 1] === "-" && chars[i + 2] !== undefined) {
      ranges.push([from, chars[i + 2] as string]);
      i += 2;
    } else ranges.push([from, from]);
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}
