/** Groups a Corefile's words into server blocks and directives, as CoreDNS does before any plugin looks. Must never throw. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { brief } from "./brief.ts";
import { Budget, OverBudget } from "./budget.ts";
import type { Place } from "../model/place.ts";
import { sameLine, startsLine } from "./dispenser.ts";
import { type Environment, replaceEnvironment } from "./environment.ts";
import { lex } from "./lexer.ts";
import { placeholderOf, withWholeActions } from "./placeholders.ts";
import { type Source, wholeFile } from "../text/source.ts";
import { type Corefile, type Directive, placeOf, type ServerBlock, type Token } from "./tree.ts";

/** How a Corefile reaches what is not in it. */
export interface ParseOptions {
  /** Variables that are known; all others leave what they stand in unknown. */
  readonly environment?: Environment;
  /**
   * The files an import pattern names, in the order CoreDNS reads them; nothing when that cannot be known.
   * An empty list says that the pattern is known to match no file.
   */
  readonly readImport?: (pattern: string) => readonly Source[] | undefined;
  /** What may be spent; as much as one file may when not given. */
  readonly budget?: Budget;
}

/** What was parsed, and what was not. */
export interface Parsed {
  /** Complete up to the first error. */
  readonly corefile: Corefile;
  /**
   * `corefile-syntax` where CoreDNS would refuse to start; `import-unread` where something is missing;
   * `corefile-too-large` where a bound was reached.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a Corefile (coredns/caddy, caddyfile/parse.go). Total: whatever the text, blocks found so far and
 * positioned diagnostics come back; time and memory are bounded by the text and the budget.
 */
export function parseCorefile(input: string | Source, options: ParseOptions = {}): Parsed {
  const source = typeof input === "string" ? wholeFile("Corefile", input) : input;
  return new Parser(source, options).parse();
}

/** Thrown and caught inside this file only: nothing behind the first syntax error has a meaning. */
class Stop {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    this.diagnostic = diagnostic;
  }
}

class Parser {
  readonly #source: Source;
  readonly #options: ParseOptions;
  readonly #budget: Budget;
  /** The words up to the cursor and a few behind it. */
  readonly #tokens: Token[] = [];
  #cursor = -1;
  /** What comes behind them, last first: an import goes on top, and nothing has to be moved. */
  readonly #rest: { readonly tokens: readonly Token[]; at: number }[] = [];
  readonly #snippets = new Map<string, readonly Token[]>();
  readonly #files = new Map<string, readonly Source[] | undefined>();
  readonly #lexed = new Map<Source, readonly Token[]>();
  readonly #blocks: ServerBlock[] = [];
  readonly #unread: Directive[] = [];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#options = options;
    this.#budget = options.budget ?? new Budget();
  }

  parse(): Parsed {
    try {
      this.#rest.push({ tokens: lex(withWholeActions(this.#source), this.#budget), at: 0 });
      while (this.#next()) this.#serverBlock();
    } catch (error) {
      if (error instanceof OverBudget) this.#diagnostics.push(error.diagnostic(this.#place()));
      else if (error instanceof Stop) this.#diagnostics.push(error.diagnostic);
      else throw error;
    }
    return {
      corefile: { source: this.#source, blocks: this.#blocks, unread: this.#unread },
      diagnostics: this.#diagnostics,
    };
  }

  #serverBlock(): void {
    const { keys, ended } = this.#keys();
    if (ended) {
      if (keys.length > 0) this.#block({ keys, directives: [] });
      return;
    }
    const [key] = keys;
    if (keys.length === 1 && key?.text.startsWith("(") && key.text.endsWith(")")) {
      this.#snippet(key);
      return;
    }
    const braced = this.#is("{");
    // A single server may stand without braces.
    if (!braced) this.#cursor--;
    const directives: Directive[] = [];
    // Should an error stop the rest, what was read of this block still stands.
    if (keys.length > 0) this.#block({ keys, directives });
    this.#directives(directives);
    if (braced && !this.#is("}")) {
      throw this.#syntax(`"}" is missing at the end of the server block`);
    }
  }

  #block(block: ServerBlock): void {
    this.#budget.spend("corefileBlocks");
    this.#blocks.push(block);
  }

  #keys(): { keys: Token[]; ended: boolean } {
    const keys: Token[] = [];
    let another = false;
    for (;;) {
      const token = this.#current;
      const replaced = token === undefined ? undefined : this.#replaced(token);
      if (replaced?.text === "import" && this.#startsLine()) {
        this.#import((unread) => this.#unread.push(unread));
        continue;
      }
      if (replaced?.text === "{") {
        if (another) throw this.#syntax(`another address is expected before "{": is there a comma too many?`);
        return { keys, ended: false };
      }
      if (replaced !== undefined && replaced.text !== "") {
        another = replaced.text.endsWith(",");
        keys.push(another ? withoutComma(replaced) : replaced);
      }
      const more = this.#next();
      if (another && !more) throw this.#syntax("the file ends where another address is expected");
      if (!more) return { keys, ended: true };
      if (!another && this.#startsLine()) return { keys, ended: false };
    }
  }

  #snippet(key: Token): void {
    const name = key.text.slice(1, -1);
    if (this.#snippets.has(name)) throw this.#syntax(`the snippet "${name}" is declared a second time`);
    if (!this.#is("{")) throw this.#syntax(`"{" is expected after the snippet's name`);
    const tokens: Token[] = [];
    let depth = 1;
    while (this.#next()) {
      if (this.#is("}") && --depth === 0) break;
      if (this.#is("{")) depth++;
      tokens.push(this.#current!);
    }
    if (depth !== 0) throw this.#syntax(`"}" is missing at the end of the snippet "${name}"`);
    this.#snippets.set(name, tokens);
  }

  #directives(into: Directive[]): void {
    while (this.#next()) {
      if (this.#is("}")) return;
      if (this.#is("import")) {
        this.#import((unread) => into.push(unread));
        this.#cursor--;
        continue;
      }
      this.#directive(into);
    }
  }

  #directive(into: Directive[]): void {
    const name = this.#replaced(this.#current!);
    const rest: Token[] = [];
    let unread = (name.unknownEnv?.length ?? 0) > 0;
    let depth = 0;
    while (this.#next()) {
      const token = this.#current!;
      if (token.text === "{") {
        depth++;
      } else if (depth === 0 && this.#startsLine()) {
        this.#cursor--;
        break;
      } else if (token.text === "}" && depth > 0) {
        depth--;
      } else if (token.text === "}") {
        into.push({ name, rest, unread });
        throw this.#syntax(`"}" closes nothing`);
      } else if (token.text === "import" && this.#startsLine()) {
        this.#import((missing) => {
          unread = true;
          rest.push(missing.name, ...missing.rest);
        });
        this.#cursor--;
        continue;
      }
      const replaced = this.#replaced(token);
      this.#tokens[this.#cursor] = replaced;
      rest.push(replaced);
    }
    into.push({ name, rest, unread });
    if (depth > 0) throw this.#syntax(`the file ends inside the block of "${name.text}"`);
  }

  /** Puts what is imported in place of the two words; the cursor is then on the first of it. */
  #import(unread: (directive: Directive) => void): void {
    const word = this.#current!;
    const pattern = this.#at(this.#cursor + 1);
    if (pattern === undefined || !sameLine(word, pattern)) {
      throw this.#syntax(`"import" needs the name of a snippet, a file or a pattern`);
    }
    const replaced = this.#replaced(pattern);
    if (replaced.text === "") throw this.#syntax(`"import" needs a name that is not empty`);
    const after = this.#at(this.#cursor + 2);
    if (after !== undefined && sameLine(pattern, after)) {
      throw this.#syntax(`"import" takes one name only`);
    }
    this.#budget.spend("corefileImports");
    const imported = this.#imported(word, replaced);
    if (imported === undefined) unread({ name: word, rest: [replaced], unread: true });
    this.#budget.spend("corefileWords", imported?.length ?? 0);
    const behind = this.#tokens.splice(this.#cursor).slice(2);
    this.#rest.push({ tokens: behind, at: 0 }, { tokens: imported ?? [], at: 0 });
  }

  #imported(word: Token, pattern: Token): readonly Token[] | undefined {
    const snippet = this.#snippets.get(pattern.text);
    if (snippet !== undefined) return snippet;
    const sources = pattern.unknownEnv === undefined ? this.#filesOf(pattern.text) : undefined;
    if (sources === undefined) {
      this.#diagnostics.push({
        code: "import-unread",
        message: `import ${brief(pattern.raw)} names something that is not in this file`,
        hint: "Give the ConfigMap or the files it imports as well; until then what they say is unknown.",
        weight: "gap",
        at: word.source.toPlace(word.start, word.source === pattern.source ? pattern.end : word.end),
      });
      return undefined;
    }
    return sources.flatMap((source) => this.#lex(source));
  }

  #filesOf(pattern: string): readonly Source[] | undefined {
    if (!this.#files.has(pattern)) this.#files.set(pattern, this.#options.readImport?.(pattern));
    return this.#files.get(pattern);
  }

  #lex(source: Source): readonly Token[] {
    const known = this.#lexed.get(source);
    if (known !== undefined) return known;
    const tokens = lex(withWholeActions(source), this.#budget);
    this.#lexed.set(source, tokens);
    return tokens;
  }

  #replaced(token: Token): Token {
    const { text, unknown: variables } = replaceEnvironment(token.raw, this.#options.environment ?? {});
    const placeholder = placeholderOf(token.raw, token.quoted);
    const unknown = placeholder === undefined ? variables : [...variables, placeholder];
    if (text === token.text && unknown.length === 0) return token;
    return unknown.length === 0 ? { ...token, text } : { ...token, text, unknownEnv: unknown };
  }

  get #current(): Token | undefined {
    return this.#at(this.#cursor);
  }

  #at(i: number): Token | undefined {
    while (i >= this.#tokens.length) {
      const top = this.#rest.at(-1);
      if (top === undefined) return undefined;
      const token = top.tokens[top.at++];
      if (token === undefined) this.#rest.pop();
      else this.#tokens.push(token);
    }
    return this.#tokens[i];
  }

  #is(text: string): boolean {
    return this.#current?.text === text;
  }

  #next(): boolean {
    if (this.#at(this.#cursor + 1) === undefined) return false;
    this.#cursor++;
    return true;
  }

  #startsLine(): boolean {
    const token = this.#current;
    return this.#cursor < 1 || (token !== undefined && startsLine(this.#tokens[this.#cursor - 1], token));
  }

  #syntax(what: string): Stop {
    return new Stop({
      code: "corefile-syntax",
      message: `CoreDNS does not start with this Corefile: ${brief(what)}`,
      hint: "Correct the line; a running CoreDNS keeps its old configuration until then.",
      weight: "gap",
      at: this.#place(),
    });
  }

  #place(): Place {
    const token = this.#current ?? this.#tokens.at(-1);
    return token === undefined ? this.#source.toPlace(0, 0) : placeOf(token);
  }
}

function withoutComma(key: Token): Token {
  return { ...key, text: key.text.replace(/,$/, ""), raw: key.raw.replace(/,$/, "") };
}
