/** Parses the shell texts of one container, each once and so many characters in all. Must not load the parser. */
import type { ParsedScript } from "unbash";

/** Characters of scripts that are parsed in all. */
const MOST_PARSED = 2 ** 20;

/** Whether a text must be read as shell, which its parser has to be there for. */
export class ParserWanted extends Error {}

/** Texts and what the parser made of them. */
export class Parsed {
  readonly #parse: ((text: string) => ParsedScript) | undefined;
  readonly #parsed = new Map<string, ParsedScript>();
  #characters = 0;

  /** Without a parser, `of` throws ParserWanted. */
  constructor(parse: ((text: string) => ParsedScript) | undefined) {
    this.#parse = parse;
  }

  /** The parsed text; one with an error in it where it is too much or nested too deeply. */
  of(text: string): ParsedScript {
    const before = this.#parsed.get(text);
    if (before !== undefined) return before;
    if (this.#parse === undefined) throw new ParserWanted();
    this.#characters += text.length;
    if (this.#characters > MOST_PARSED) return unreadable(`more than ${MOST_PARSED} characters of scripts`);
    const script = once(this.#parse, text);
    this.#parsed.set(text, script);
    return script;
  }
}

/** The parser bounds its own nesting but for a few words: then its stack ends, and the text is not read. */
function once(parse: (text: string) => ParsedScript, text: string): ParsedScript {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable("nested too deeply");
  }
}

function unreadable(message: string): ParsedScript {
  return { type: "Script", pos: 0, end: 0, shebang: undefined, commands: [], errors: [{ message, pos: 0 }] };
}
