/** What a Corefile says, as a tree with the place of every word. Must not know what any directive does. */
import type { Place } from "../model/place.ts";
import type { Source } from "../text/source.ts";

/** One word of a Corefile. */
export interface Token {
  /** Its value: without quotes, environment variables replaced where they are given. */
  readonly text: string;
  /** As lexed, before environment variables. */
  readonly raw: string;
  /** UTF-16 offsets into `source.text`; `end` is exclusive and includes a closing quote. */
  readonly start: number;
  readonly end: number;
  /** Line in `source.text`, from 1. */
  readonly line: number;
  readonly quoted: boolean;
  readonly source: Source;
  /** Names of environment variables in it whose value is not known. */
  readonly unknownEnv?: readonly string[];
}

/** One directive of a server block: its name and everything up to its end, braces included. */
export interface Directive {
  readonly name: Token;
  readonly rest: readonly Token[];
  /** True for an `import` that could not be read, or a directive with one inside: what it says is unknown. */
  readonly unread: boolean;
}

/** One server block. */
export interface ServerBlock {
  readonly keys: readonly Token[];
  readonly directives: readonly Directive[];
}

/** A whole Corefile, snippets and readable imports expanded in place. */
export interface Corefile {
  readonly source: Source;
  readonly blocks: readonly ServerBlock[];
  /** Imports between server blocks that could not be read: more zones may stand there. */
  readonly unread: readonly Directive[];
}

/** The word with the letters that the file has, where another tool's braces were read for it. */
export function asWritten({ raw, source, start, end }: Token): string {
  return source.written === undefined || !raw.includes("{{") ? raw : source.written.slice(start, end);
}

/** The place of one token in the file the user gave. */
export function placeOf(token: Token): Place {
  return token.source.toPlace(token.start, token.end);
}
