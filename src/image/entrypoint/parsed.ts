/** Parses the shell texts of one container, each once and so many characters in all, and has what else is loaded later. Must not load it. */
import type { ParsedScript } from "unbash";
import type * as whenNeeded from "./when-needed.ts";

/** Characters of scripts that are parsed in all. */
const MOST_PARSED = 2 ** 20;

/** What is loaded only where a start needs it. */
export type WhenNeeded = Pick<typeof whenNeeded, "parse" | "supervised" | "isQuietSupervisor">;

/** Whether something is on the way for which that has to be there. */
export class MoreWanted extends Error {}

/** Texts and what the parser made of them. */
export class Parsed {
  readonly #more: WhenNeeded | undefined;
  readonly #parsed = new Map<string, ParsedScript>();
  #characters = 0;

  constructor(more: WhenNeeded | undefined) {
    this.#more = more;
  }

  /** What was loaded; throws MoreWanted where nothing was. */
  get more(): WhenNeeded {
    if (this.#more === undefined) throw new MoreWanted();
    return this.#more;
  }

  /** The parsed text, as `more` has the parser; one with an error in it where it is too much or nested too deeply. */
  of(text: string): ParsedScript {
    const before = this.#parsed.get(text);
    if (before !== undefined) return before;
    const { parse } = this.more;
    this.#characters += text.length;
    if (this.#characters > MOST_PARSED) return unreadable(`more than ${MOST_PARSED} characters of scripts`);
    const script = once(parse, text);
    this.#parsed.set(text, script);
    return script;
  }
}

/** The parser bounds its own nesting but for a few words: then its stack ends, and the text is not read. */
function once(parse: WhenNeeded["parse"], text: string): ParsedScript {
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
