/** Hands out a directive's words one by one, as CoreDNS's plugins read them. Must not know any plugin. */
import type { Token } from "./tree.ts";

/**
 * Whether `token` starts a new line after `previous` (coredns/caddy, dispenser.go isNewLine): another file,
 * or a later line. An imported word may stand on an earlier line; that is no new line.
 */
export function startsLine(previous: Token | undefined, token: Token): boolean {
  if (previous === undefined) return true;
  return previous.source !== token.source || previous.line + lineBreaks(previous) < token.line;
}

/** Whether two words stand on one line, as arguments of one directive do. */
export function sameLine(previous: Token, token: Token): boolean {
  return previous.source === token.source && previous.line + lineBreaks(previous) === token.line;
}

function lineBreaks(token: Token): number {
  let count = 0;
  for (let at = token.text.indexOf("\n"); at !== -1; at = token.text.indexOf("\n", at + 1)) count++;
  return count;
}

/** The cursor over the words of all directives of one name in a block (coredns/caddy, dispenser.go). */
export class Dispenser {
  readonly #tokens: readonly Token[];
  #cursor = -1;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The current word. */
  get token(): Token | undefined {
    return this.#tokens[this.#cursor];
  }

  /** The current word's value, empty where there is none. */
  get value(): string {
    return this.token?.text ?? "";
  }

  #is(text: string): boolean {
    return this.value === text;
  }

  /** Moves to the next word, whatever its line. */
  next(): boolean {
    if (this.#cursor >= this.#tokens.length - 1) return false;
    this.#cursor++;
    return true;
  }

  /** Moves to the next word if it is on the same line. */
  nextArgument(): boolean {
    const [current, next] = [this.#tokens[this.#cursor], this.#tokens[this.#cursor + 1]];
    if (next === undefined || (current !== undefined && !sameLine(current, next))) return false;
    this.#cursor++;
    return true;
  }

  /** The remaining words of the line, up to an opening brace. */
  remaining(): Token[] {
    const found: Token[] = [];
    while (this.nextArgument()) {
      if (this.#is("{")) {
        this.#cursor--;
        break;
      }
      found.push(this.token!);
    }
    return found;
  }

  /** Moves to the next word of the directive's block; false at its end, or when no block opens on this line. */
  nextInBlock(): boolean {
    if (this.#nesting > 0) {
      const moved = this.next();
      if (!moved || this.#is("}")) {
        this.#nesting--;
        return false;
      }
      return true;
    }
    if (!this.nextArgument()) return false;
    if (!this.#is("{")) {
      this.#cursor--;
      return false;
    }
    this.next();
    if (this.#is("}")) return false;
    this.#nesting++;
    return true;
  }
}
