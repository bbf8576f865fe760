/** Matches RE2 patterns from a Corefile in time linear in the name. Must never hand a pattern to JavaScript's backtracking engine. */
import { type Assertion, holdsNext, type Meter, type Step, wordCode as word } from "./steps.ts";
import { witnessOf } from "./witness.ts";

/** A pattern that can be matched. */
export interface Pattern {
  /** Number of capturing groups. */
  readonly groups: number;
  /**
   * The leftmost match as Go's regexp finds it: the whole match, then the groups, empty where a group took
   * no part; nothing when there is no match. Time is bounded by pattern size times text length, and by the meter.
   * The steps are made when the first text is matched.
   */
  find(text: string, meter: Meter): readonly string[] | undefined;
  /** As witnessOf: a name in a zone that it matches. */
  witness(zone: string, meter: Meter): string | undefined;
}

/** What became of a pattern: Go refuses it, or this file does not know all of its syntax. */
export type Compiled =
  | { readonly kind: "pattern"; readonly pattern: Pattern }
  | { readonly kind: "invalid"; readonly because: string }
  | { readonly kind: "unsupported"; readonly because: string };

/** Letters a pattern may have; beyond it is not tried. */
const MOST_LENGTH = 20_000;
/** Steps a pattern may have; beyond it is not tried (a counted repetition multiplies). */
const MOST_STEPS = 5_000;
/** Nesting of groups; Go itself refuses more than 1000. */
const MOST_DEPTH = 100;
/** Groups that are kept track of. */
const MOST_GROUPS = 100;
/** Parts of a class in brackets that are kept track of. */
const MOST_CLASS = 1_000;
/** Go's limit of a counted repetition (regexp/syntax). */
const MOST_REPEAT = 1_000;

type Node =
  | { readonly kind: "char"; readonly test: (code: number) => boolean }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "group"; readonly index: number | undefined; readonly body: Node }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly min: number;
      readonly max: number | undefined;
      readonly greedy: boolean;
    };

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

class Problem {
  readonly kind: "invalid" | "unsupported";
  readonly because: string;
  constructor(kind: "invalid" | "unsupported", because: string) {
    this.kind = kind;
    this.because = because;
  }
}

/** Compiles the part of RE2's syntax that names are matched with (github.com/google/re2 wiki, Syntax). */
export function compilePattern(source: string): Compiled {
  try {
    const parser = new PatternParser(source);
    const size = sizeOf(parser.parse());
    if (size > MOST_STEPS) throw new Problem("unsupported", "the pattern grows too large");
    const groups = parser.groups;
    if (groups > MOST_GROUPS) throw new Problem("unsupported", "too many groups");
    let steps: readonly Step[] | undefined;
    const stepsFor = (meter: Meter) => {
      if (steps === undefined) {
        meter.spend("corefilePatterns", size);
        steps = emit(new PatternParser(source).parse());
      }
      return steps;
    };
    const pattern: Pattern = {
      groups,
      find: (text, meter) => run(stepsFor(meter), groups, text, meter),
      witness: (zone, meter) => witnessOf(stepsFor(meter), zone, meter),
    };
    return { kind: "pattern", pattern };
  } catch (problem) {
    if (problem instanceof Problem) return { kind: problem.kind, because: problem.because };
    throw problem;
  }
}

/** Steps that a node becomes, or more where it becomes none: what is written over and over costs too. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case "group":
      return sizeOf(node.body) + 2;
    case "sequence":
      return Math.max(
        1,
        node.parts.reduce((sum, part) => sum + sizeOf(part), 0),
      );
    case "choice":
      return node.options.reduce((sum, option) => sum + sizeOf(option) + 2, -2);
    case "repeat": {
      const body = sizeOf(node.body);
      if (node.max === undefined) return node.min * body + body + 2;
      return Math.max(1, node.min * body + (node.max - node.min) * (body + 1));
    }
    default:
      return 1;
  }
}

class PatternParser {
  readonly #source: string;
  #at = 0;
  #depth = 0;
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false };
  readonly #names = new Set<string>();
  groups = 0;

  constructor(source: string) {
    if (source.length > MOST_LENGTH) throw new Problem("unsupported", "the pattern is too long");
    if (/[\u0080-\uffff]/.test(source)) throw new Problem("unsupported", "letters outside ASCII");
    this.#source = source;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new Problem("invalid", "unexpected )");
    return node;
  }

  get #char(): string | undefined {
    return this.#source[this.#at];
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): Node {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#char !== undefined && this.#char !== "|" && this.#char !== ")") {
      const atom = this.#atom();
      if (atom !== undefined) parts.push(this.#repeated(atom));
    }
    return { kind: "sequence", parts };
  }

  #repeated(atom: Node): Node {
    const counts = this.#counts();
    if (counts === undefined) return atom;
    const lazy = this.#take("?");
    const node: Node = {
      kind: "repeat",
      body: atom,
      ...counts,
      greedy: lazy === this.#flags.ungreedy,
    };
    const at = this.#at;
    if (this.#counts() !== undefined) {
      throw new Problem("invalid", `invalid nested repetition operator at ${at}`);
    }
    return node;
  }

  #counts(): { min: number; max: number | undefined } | undefined {
    if (this.#take("*")) return { min: 0, max: undefined };
    if (this.#take("+")) return { min: 1, max: undefined };
    if (this.#take("?")) return { min: 0, max: 1 };
    const match = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(this.#source.slice(this.#at, this.#at + 24));
    // A brace that is no count is a letter like any other.
    if (match === null) return undefined;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] ? Number(match[3]) : undefined;
    if (min > MOST_REPEAT || (max !== undefined && (max > MOST_REPEAT || max < min))) {
      throw new Problem("invalid", `invalid repeat count: ${match[0]}`);
    }
    return { min, max };
  }

  #atom(): Node | undefined {
    const char = this.#char!;
    this.#at++;
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "char", test: this.#folded(this.#class()) };
      case ".": {
        const all = this.#flags.dotAll;
        return { kind: "char", test: (code) => all || code !== 10 };
      }
      case "^":
        return { kind: "assert", assertion: this.#flags.multiLine ? "begin-line" : "begin-text" };
      case "$":
        return { kind: "assert", assertion: this.#flags.multiLine ? "end-line" : "end-text" };
      case "*":
      case "+":
      case "?":
        throw new Problem("invalid", `missing argument to repetition operator: ${char}`);
      case "{":
        this.#at--;
        if (this.#counts() !== undefined)
          throw new Problem("invalid", "missing argument to repetition operator");
        this.#at++;
        return this.#literal(123);
      case "\\":
        return this.#escape();
      default:
        return this.#literal(char.charCodeAt(0));
    }
  }

  #literal(code: number): Node {
    return { kind: "char", test: this.#folded((other) => other === code) };
  }

  /** With `(?i)`, a test that takes either case. */
  #folded(test: (code: number) => boolean): (code: number) => boolean {
    if (!this.#flags.ignoreCase) return test;
    return (code) => {
      if (test(code)) return true;
      const letter = code | 0x20;
      return letter >= 0x61 && letter <= 0x7a && test(code ^ 0x20);
    };
  }

  #group(): Node | undefined {
    if (++this.#depth > MOST_DEPTH) throw new Problem("unsupported", "groups nested too deep");
    const outer = this.#flags;
    let index: number | undefined;
    if (this.#take("?")) {
      const named = /^P?<(\w{1,100})>/.exec(this.#source.slice(this.#at, this.#at + 110));
      if (named !== null) {
        this.#at += named[0].length;
        if (this.#names.has(named[1]!)) throw new Problem("invalid", `duplicate group name ${named[1]}`);
        this.#names.add(named[1]!);
        index = ++this.groups;
      } else {
        const flags = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#source.slice(this.#at, this.#at + 24));
        if (flags === null) throw new Problem("invalid", "invalid or unsupported Perl syntax");
        this.#at += flags[0].length;
        const inner = withFlags(withFlags(outer, flags[1] ?? "", true), flags[2] ?? "", false);
        this.#flags = inner;
        if (flags[3] === ")") {
          if (flags[0] === ")") throw new Problem("invalid", "missing argument to repetition operator: ?");
          // Flags alone hold to the end of the group around them.
          this.#depth--;
          return undefined;
        }
      }
    } else {
      index = ++this.groups;
    }
    const body = this.#choice();
    if (!this.#take(")")) throw new Problem("invalid", "missing closing )");
    this.#flags = outer;
    this.#depth--;
    return { kind: "group", index, body };
  }

  #escape(): Node {
    const char = this.#char;
    if (char === undefined) throw new Problem("invalid", "trailing backslash at end of expression");
    const perl = PERL_CLASSES[char];
    if (perl !== undefined) {
      this.#at++;
      return { kind: "char", test: perl };
    }
    switch (char) {
      case "A":
        this.#at++;
        return { kind: "assert", assertion: "begin-text" };
      case "z":
        this.#at++;
        return { kind: "assert", assertion: "end-text" };
      case "b":
      case "B":
        this.#at++;
        return { kind: "assert", assertion: char === "b" ? "word" : "not-word" };
      case "Q": {
        this.#at++;
        const end = this.#source.indexOf("\\E", this.#at);
        const text = this.#source.slice(this.#at, end === -1 ? undefined : end);
        this.#at = end === -1 ? this.#source.length : end + 2;
        // A repetition would hold for the last letter only.
        if (/^[*+?{]/.test(this.#char ?? "") && text.length !== 1) {
          throw new Problem("unsupported", "a repetition behind \\E");
        }
        return { kind: "sequence", parts: text.split("").map((c) => this.#literal(c.charCodeAt(0))) };
      }
      case "p":
      case "P":
      case "C":
        throw new Problem("unsupported", `\\${char}`);
      default:
        return this.#literal(this.#escapedCode());
    }
  }

  /** The letter behind a backslash, as both outside and inside brackets. */
  #escapedCode(): number {
    const char = this.#char;
    if (char === undefined) throw new Problem("invalid", "trailing backslash at end of expression");
    this.#at++;
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (char === "x") {
      const match = /^(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{2}))/.exec(
        this.#source.slice(this.#at, this.#at + 10),
      );
      if (match === null) throw new Problem("invalid", "invalid escape sequence: \\x");
      this.#at += match[0].length;
      return Number.parseInt(match[1] ?? match[2]!, 16);
    }
    if (/[0-7]/.test(char)) {
      const match = /^[0-7]{1,3}/.exec(this.#source.slice(this.#at - 1, this.#at + 2))!;
      // A single digit other than 0 would be a back-reference, which RE2 has not.
      if (char !== "0" && match[0].length === 1)
        throw new Problem("invalid", `invalid escape sequence: \\${char}`);
      this.#at += match[0].length - 1;
      return Number.parseInt(match[0], 8);
    }
    if (/[0-9A-Za-z]/.test(char)) throw new Problem("invalid", `invalid escape sequence: \\${char}`);
    return char.charCodeAt(0);
  }

  #class(): (code: number) => boolean {
    const negated = this.#take("^");
    const tests: ((code: number) => boolean)[] = [];
    let first = true;
    for (;;) {
      const char = this.#char;
      if (char === undefined) throw new Problem("invalid", "missing closing ]");
      if (char === "]" && !first) {
        this.#at++;
        break;
      }
      first = false;
      tests.push(this.#classPart());
      if (tests.length > MOST_CLASS) throw new Problem("unsupported", "a class of so many parts");
    }
    const any = (code: number) => tests.some((test) => test(code));
    if (!negated) return tabled(any);
    const folded = this.#folded(any);
    return tabled((code) => !folded(code));
  }

  #classPart(): (code: number) => boolean {
    const posix = /^\[:(\^?)(\w{1,10}):\]/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (posix !== null) {
      const test = POSIX_CLASSES[posix[2]!];
      if (test === undefined) throw new Problem("invalid", `invalid character class range: ${posix[0]}`);
      this.#at += posix[0].length;
      return posix[1] === "^" ? (code) => !test(code) : test;
    }
    if (this.#char === "\\") {
      const next = this.#source[this.#at + 1] ?? "";
      const perl = PERL_CLASSES[next];
      if (perl !== undefined) {
        this.#at += 2;
        return perl;
      }
      if (next === "p" || next === "P") throw new Problem("unsupported", `\\${next}`);
    }
    const low = this.#classCode();
    if (this.#char !== "-" || this.#source[this.#at + 1] === "]" || this.#at + 1 >= this.#source.length) {
      return (code) => code === low;
    }
    this.#at++;
    const high = this.#classCode();
    if (high < low) throw new Problem("invalid", "invalid character class range");
    return (code) => code >= low && code <= high;
  }

  #classCode(): number {
    if (this.#take("\\")) return this.#escapedCode();
    const char = this.#char;
    if (char === undefined) throw new Problem("invalid", "missing closing ]");
    this.#at++;
    return char.charCodeAt(0);
  }
}

/** The same test, looked up for ASCII: a class may have a thousand parts. */
function tabled(test: (code: number) => boolean): (code: number) => boolean {
  const table = Array.from({ length: 128 }, (_, code) => test(code));
  return (code) => table[code] ?? test(code);
}

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return {
    ignoreCase: letters.includes("i") ? value : flags.ignoreCase,
    multiLine: letters.includes("m") ? value : flags.multiLine,
    dotAll: letters.includes("s") ? value : flags.dotAll,
    ungreedy: letters.includes("U") ? value : flags.ungreedy,
  };
}

const between = (low: string, high: string) => (code: number) =>
  code >= low.charCodeAt(0) && code <= high.charCodeAt(0);
const digit = between("0", "9");
const lower = between("a", "z");
const upper = between("A", "Z");
const perlSpace = (code: number) => code === 9 || code === 10 || code === 12 || code === 13 || code === 32;

const PERL_CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  d: digit,
  D: (code) => !digit(code),
  w: word,
  W: (code) => !word(code),
  s: perlSpace,
  S: (code) => !perlSpace(code),
};

const POSIX_CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alnum: (code) => digit(code) || lower(code) || upper(code),
  alpha: (code) => lower(code) || upper(code),
  ascii: (code) => code < 128,
  blank: (code) => code === 9 || code === 32,
  cntrl: (code) => code < 32 || code === 127,
  digit,
  graph: (code) => code > 32 && code < 127,
  lower,
  print: (code) => code >= 32 && code < 127,
  punct: (code) => code > 32 && code < 127 && !(digit(code) || lower(code) || upper(code)),
  space: (code) => (code >= 9 && code <= 13) || code === 32,
  upper,
  word,
  xdigit: (code) => digit(code) || between("a", "f")(code) || between("A", "F")(code),
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Thompson's construction; the last step is the match. */
function emit(node: Node): readonly Step[] {
  const steps: Step[] = [];
  const add = (step: Step): number => steps.push(step) - 1;
  const write = (part: Node): void => {
    switch (part.kind) {
      case "char":
        add({ op: "char", test: part.test, next: steps.length + 1 });
        return;
      case "assert":
        add({ op: "assert", kind: part.assertion, next: steps.length + 1 });
        return;
      case "group":
        if (part.index === undefined) {
          write(part.body);
          return;
        }
        add({ op: "save", slot: part.index * 2, next: steps.length + 1 });
        write(part.body);
        add({ op: "save", slot: part.index * 2 + 1, next: steps.length + 1 });
        return;
      case "sequence":
        for (const inner of part.parts) write(inner);
        return;
      case "choice": {
        const ends: number[] = [];
        part.options.forEach((option, i) => {
          const last = i === part.options.length - 1;
          const split = last ? undefined : add({ op: "split", first: steps.length + 1, second: 0 });
          write(option);
          if (!last) ends.push(add({ op: "split", first: 0, second: 0 }));
          if (split !== undefined) (steps[split] as { second: number }).second = steps.length;
        });
        for (const end of ends) {
          (steps[end] as { first: number; second: number }).first = steps.length;
          (steps[end] as { first: number; second: number }).second = steps.length;
        }
        return;
      }
      case "repeat":
        writeRepeat(part);
    }
  };
  const writeRepeat = (part: Node & { kind: "repeat" }): void => {
    const fork = (): number => add({ op: "split", first: 0, second: 0 });
    const point = (split: number, into: number, past: number): void => {
      const step = steps[split] as { first: number; second: number };
      step.first = part.greedy ? into : past;
      step.second = part.greedy ? past : into;
    };
    for (let i = 0; i < part.min; i++) write(part.body);
    if (part.max === undefined) {
      const split = fork();
      write(part.body);
      const back = fork();
      point(split, split + 1, back + 1);
      const step = steps[back] as { first: number; second: number };
      step.first = split;
      step.second = split;
      return;
    }
    const splits: number[] = [];
    for (let i = part.min; i < part.max; i++) {
      splits.push(fork());
      write(part.body);
    }
    for (const split of splits) point(split, split + 1, steps.length);
  };
  write({ kind: "group", index: 0, body: node });
  add({ op: "match" });
  return steps;
}

type Saved = readonly (number | undefined)[];

/** Pike's simulation: every step is in the list at most once a position, first come has priority. */
function run(
  steps: readonly Step[],
  groups: number,
  text: string,
  meter: Meter,
): readonly string[] | undefined {
  let list: { step: number; saved: Saved }[] = [];
  let found: Saved | undefined;
  // A saved position is a copy of all of them.
  const saving = 1 + (groups >> 2);
  const seen = new Int32Array(steps.length).fill(-1);
  meter.spend("corefileSteps", 1 + (steps.length >> 4));
  let visited = 0;
  const follow = (into: { step: number; saved: Saved }[], start: number, saved: Saved, at: number): void => {
    const stack: { step: number; saved: Saved }[] = [{ step: start, saved }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      visited++;
      if (seen[top.step] === at) continue;
      seen[top.step] = at;
      const step = steps[top.step]!;
      switch (step.op) {
        case "split":
          stack.push({ step: step.second, saved: top.saved }, { step: step.first, saved: top.saved });
          break;
        case "save":
          visited += saving;
          stack.push({ step: step.next, saved: top.saved.with(step.slot, at) });
          break;
        case "assert":
          if (holdsAt(step.kind, text, at)) stack.push({ step: step.next, saved: top.saved });
          break;
        default:
          into.push(top);
      }
    }
  };
  const nothing: Saved = Array.from({ length: (groups + 1) * 2 });
  for (let at = 0; at <= text.length; at++) {
    if (found === undefined) follow(list, 0, nothing, at);
    const code = text.charCodeAt(at);
    const following: { step: number; saved: Saved }[] = [];
    visited += list.length;
    for (const thread of list) {
      const step = steps[thread.step]!;
      if (step.op === "match") {
        found = thread.saved;
        break;
      }
      if (step.op === "char" && at < text.length && step.test(code)) {
        follow(following, step.next, thread.saved, at + 1);
      }
    }
    list = following;
    meter.spend("corefileSteps", visited);
    visited = 0;
    if (list.length === 0 && found !== undefined) break;
  }
  if (found === undefined) return undefined;
  const saved = found;
  return Array.from({ length: groups + 1 }, (_, i) => {
    const [from, to] = [saved[i * 2], saved[i * 2 + 1]];
    return from === undefined || to === undefined ? "" : text.slice(from, to);
  });
}

function holdsAt(kind: Assertion, text: string, at: number): boolean {
  const need = holdsNext(kind, at === 0 ? -1 : text.charCodeAt(at - 1));
  if (typeof need === "boolean") return need;
  const code = text.charCodeAt(at);
  switch (need) {
    case "any":
      return true;
    case "end":
      return at === text.length || (kind === "end-line" && code === 10);
    default:
      return (at < text.length && word(code)) === (need === "word");
  }
}
