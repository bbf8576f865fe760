/** Parses YAML and JSON that may be hostile, within bounds of nesting and of errors. Must not know what they say. */
import { Composer, type Document, Lexer, Parser } from "yaml";
import { messageOf } from "../model/error.ts";

/** A stream of documents, as far as it was parsed. */
export interface YamlDocuments {
  /** Each with its own syntax errors; what could be read stands all the same. */
  readonly documents: readonly Document.Parsed[];
  /** Why it was not parsed to the end, and the offset where that showed. */
  readonly stopped?: {
    readonly message: string;
    readonly start: number;
    /** The bound that ended it, where it is one that can be set. */
    readonly limit?: { readonly name: string; readonly most: number };
  };
}

/** How the composer says an error; the package does not export the type. */
type OnError = (
  source: number | [number, number] | { readonly offset: number },
  code: string,
  message: string,
  warning?: boolean,
) => void;

/** The parser recurses; far deeper nesting than this ends the process inside a regular expression, beyond any catch. */
const MOST_DEPTH = 500;

/** A file with more errors is something else. Each takes some 10 µs and a kilobyte. */
const MOST_ERRORS = 1000;

/** What a caller may choose. */
export interface YamlOptions {
  /** `failsafe` leaves every scalar a string; `core`, YAML 1.2's own types, is the default. */
  readonly schema?: "core" | "failsafe";
  /** A key that comes twice is an error; by default it is none. */
  readonly uniqueKeys?: boolean;
  /** The most tokens of one document; by default there is no bound. */
  readonly tokens?: number;
}

/** Parses a text of any kind; total. */
export function parseYaml(text: string, options: YamlOptions = {}): YamlDocuments {
  const documents: Document.Parsed[] = [];
  const stream = streamYaml(text, options);
  for (let next = stream.next(); ; next = stream.next()) {
    if (next.done === true)
      return next.value === undefined ? { documents } : { documents, stopped: next.value };
    documents.push(next.value);
  }
}

/** The same one document after the other, for whoever keeps none of them; returns why it was not parsed to the end. */
export function* streamYaml(
  text: string,
  { schema = "core", uniqueKeys = false, tokens: most = Number.POSITIVE_INFINITY }: YamlOptions = {},
): Generator<Document.Parsed, YamlDocuments["stopped"]> {
  const deep = tooDeep(text);
  if (deep !== undefined) return { message: "it is nested too deeply", start: deep };
  const composer = new Composer({
    schema,
    strict: false,
    uniqueKeys,
    logLevel: "silent",
    // Each error would hold a copy of its line.
    prettyErrors: false,
  });
  let errors = 0;
  let tokens = 0;
  let start = 0;
  const count = (at: number) => {
    start = at;
    if (++errors > MOST_ERRORS) throw new Error(`it has more than ${MOST_ERRORS} syntax errors`);
  };
  // Errors of a document are only handed out with it, when all of them are in memory.
  // biome-ignore lint/complexity/useLiteralKeys: private to the types, and all errors go through it
  const collect: OnError = composer["onError"];
  // biome-ignore lint/complexity/useLiteralKeys: the same
  composer["onError"] = (...error: Parameters<OnError>) => {
    const [source] = error;
    count(typeof source === "number" ? source : Array.isArray(source) ? source[0] : source.offset);
    collect(...error);
  };
  try {
    const parsed = function* () {
      const parser = new Parser();
      for (const lexeme of new Lexer().lex(text)) {
        if (++tokens > most) return;
        yield* parser.next(lexeme);
      }
      yield* parser.end();
    };
    for (const token of parsed()) {
      if (token.type === "error") count(token.offset);
      for (const document of composer.next(token)) {
        tokens = 0;
        yield document;
      }
    }
    if (tokens > most) {
      const limit = { name: "yamlTokens", most };
      return { message: `it has a document of more than ${most} tokens`, start, limit };
    }
    yield* composer.end();
    return undefined;
  } catch (error) {
    return { message: messageOf(error), start };
  }
}

const MANY_COLUMNS = new RegExp(`^[ \\t?:-]{${MOST_DEPTH}}`, "m");

/** The offset where brackets or blocks nest too deeply. Counts generously: quotes, comments and block scalars are not told apart. */
function tooDeep(text: string): number | undefined {
  let brackets = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "[" || char === "{") {
      if (++brackets > MOST_DEPTH) return i;
    } else if ((char === "]" || char === "}") && brackets > 0) brackets--;
  }
  // Each block that is open has a column of its own, so that a line would begin with as many letters.
  if (!MANY_COLUMNS.test(text)) return undefined;
  // Columns of the blocks that are open, innermost last; `- - a` opens three on one line.
  const open: number[] = [];
  for (const line of text.matchAll(/^((?:[ \t]|[-?:](?=[ \t]))*)[^\s]/gm)) {
    const prefix = line[1] ?? "";
    const columns = [...prefix.matchAll(/[-?:]/g)].map(({ index }) => index);
    for (const column of [...columns, prefix.length]) {
      while (open.length > 0 && (open.at(-1) as number) >= column) open.pop();
      open.push(column);
    }
    if (open.length > MOST_DEPTH) return line.index;
  }
  return undefined;
}
