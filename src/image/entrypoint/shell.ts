/** Reads from a shell script what it starts, as far as that can be told without running it. Must not guess. */

/** A word of a command: its text with what is known put in, an argument of the script, all of them, or not known. */
export type Word =
  | string
  | { readonly unknown: string }
  | { readonly argument: number }
  | { readonly allArguments: true };

/** Something a script does that matters for what it starts. */
export interface Command {
  /** `run` starts a program, `set` replaces the script's arguments by the words, `shift` drops `count` of them, `cd` changes the folder. */
  readonly kind: "run" | "set" | "shift" | "cd";
  readonly words: readonly Word[];
  readonly count: number;
  /** It replaces the shell. */
  readonly exec: boolean;
  /** Whether it happens may depend on something: it stands in a compound command, a function, or behind `&&`. */
  readonly conditional: boolean;
}

/** A longer word names no program; `A=$A$A` over and over makes one without end. */
const MOST_WORD = 4_096;

/** Words that begin or continue a compound command, and stand before a simple one. */
const KEYWORDS = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "do",
  "done",
  "while",
  "until",
  "{",
  "}",
  "!",
  "time",
  "esac",
]);

const OPENING = new Set(["if", "while", "until", "for", "case", "{"]);
const CLOSING = new Set(["fi", "done", "esac", "}"]);
const DECLARING = new Set(["export", "readonly", "local", "declare", "typeset"]);
const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;

/** Builtins, which start nothing (POSIX.1-2017, special and regular built-ins; dash and busybox ash). */
const BUILTINS = new Set(
  ". : [ [[ alias bg break cd command continue declare echo eval exit export false fg for case function getopts hash jobs kill let local printf pwd read readonly return select set shift shopt source test times trap true type typeset ulimit umask unalias unset wait in".split(
    " ",
  ),
);

/** What a script does, in order, without builtins, assignments and redirections. */
export function readShell(text: string, variables: ReadonlyMap<string, string>): readonly Command[] {
  const commands: Command[] = [];
  const known = new Map(variables);
  let depth = 0;
  for (const { tokens, joined } of statements(text)) {
    depth = Math.max(0, depth + nesting(tokens));
    const command = simpleCommand(tokens, known, joined || depth > 0);
    if (command !== undefined) commands.push(command);
    // Nothing behind it is reached.
    if (command?.exec && !command.conditional) break;
  }
  return commands;
}

/** How much deeper in compound commands and functions the script is after a statement. */
function nesting(tokens: readonly string[]): number {
  if (tokens[0] === "function") return tokens.at(-1) === "{" ? 1 : 0;
  let change = 0;
  for (const token of tokens) {
    if (OPENING.has(token)) change++;
    else if (CLOSING.has(token)) change--;
    else if (!KEYWORDS.has(token)) break;
  }
  return change;
}

function simpleCommand(
  tokens: readonly string[],
  known: Map<string, string>,
  conditional: boolean,
): Command | undefined {
  let at = 0;
  while (at < tokens.length && KEYWORDS.has(tokens[at] as string)) at++;
  at = assignments(tokens, at, known, conditional);
  const name = tokens[at];
  if (DECLARING.has(name ?? "")) {
    for (at++; at < tokens.length; at++) assignments(tokens, at, known, conditional, tokens.length);
    return undefined;
  }
  if (name === "shift") {
    const count = /^\d{1,3}$/.test(tokens[at + 1] ?? "") ? Number(tokens[at + 1]) : 1;
    return { kind: "shift", words: [], count, exec: false, conditional };
  }
  const kind = name === "set" && tokens[at + 1] === "--" ? "set" : name === "cd" ? "cd" : "run";
  if (kind !== "run") at += kind === "set" ? 2 : 1;
  const exec = kind === "run" && name === "exec";
  if (exec) for (at++; (tokens[at] ?? "").startsWith("-"); at++) if (tokens[at] === "-a") at++;
  const words = expandAll(tokens.slice(at), known);
  const first = words[0];
  const nothing = first === undefined || (typeof first === "string" && BUILTINS.has(first) && !exec);
  return kind === "run" && nothing ? undefined : { kind, words, count: 0, exec, conditional };
}

/** Takes in `NAME=value` words from a position on; returns where they end. Before a command they are its own alone. */
function assignments(
  tokens: readonly string[],
  from: number,
  known: Map<string, string>,
  conditional: boolean,
  end = tokens.findIndex((token, i) => i >= from && !ASSIGNMENT.test(token)),
): number {
  const lasting = end === -1 || end === tokens.length;
  const stop = end === -1 ? tokens.length : end;
  let at = from;
  for (; at < stop; at++) {
    const match = ASSIGNMENT.exec(tokens[at] as string);
    if (match === null) break;
    if (!lasting) continue;
    const [, name = "", raw = ""] = match;
    const value = expand(raw, known);
    // A value that is not known, or only sometimes given, must not leave an older one standing.
    if (typeof value === "string" && (!conditional || known.get(name) === value)) known.set(name, value);
    else known.delete(name);
  }
  return at;
}

function expandAll(tokens: readonly string[], known: ReadonlyMap<string, string>): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    const redirection = /^\d*(>>?|<<?-?|>&|<&|>\||<>)/.exec(token);
    if (redirection === null) words.push(expand(token, known));
    // A redirection with a blank behind it takes the next word too.
    else if (redirection[0].length === token.length) at++;
  }
  return words;
}

/** A token with quotes removed and variables put in. */
function expand(token: string, known: ReadonlyMap<string, string>): Word {
  if (/^"?\$(@|\{@\}|\*)"?$/.test(token) || /^"?\$\{1\+"?\$@"?\}"?$/.test(token))
    return { allArguments: true };
  const argument = /^"?\$(?:(\d)|\{(\d{1,2})\}|(?:\{BASH_SOURCE(?:\[0\])?\}|BASH_SOURCE\b))"?$/.exec(token);
  if (argument !== null) return { argument: Number(argument[1] ?? argument[2] ?? 0) };
  let result = "";
  let unknown: string | undefined;
  for (let at = 0; at < token.length; ) {
    const char = token[at] as string;
    if (char === "'") {
      const end = token.indexOf("'", at + 1);
      const stop = end === -1 ? token.length : end;
      result += token.slice(at + 1, stop);
      at = stop + 1;
    } else if (char === "\\") {
      result += token[at + 1] ?? "";
      at += 2;
    } else if (char === '"') at++;
    else if (char === "`" || token.startsWith("$(", at)) return { unknown: token };
    else if (char === "$") {
      const match = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^}$`"']*))?\})/.exec(token.slice(at));
      if (match === null) return { unknown: token };
      const value = known.get((match[1] ?? match[2]) as string) || match[3];
      if (value === undefined) unknown = token;
      else result += value;
      if (result.length > MOST_WORD) return { unknown: "$" };
      at += match[0].length;
    } else {
      result += char;
      at++;
    }
  }
  return unknown === undefined ? result : { unknown };
}

/** A statement's raw tokens, and whether it stands behind `&&` or `||`. */
interface Statement {
  readonly tokens: readonly string[];
  readonly joined: boolean;
}

/** Splits at line ends, `;`, `&`, `|` and their doubles; leaves out comments, here-documents and the patterns of `case`. */
function* statements(text: string): Generator<Statement, void> {
  let tokens: string[] = [];
  let token = "";
  let joined = false;
  let hereDocuments: string[] = [];
  /** Open `case` commands, and whether a pattern comes next. */
  let cases = 0;
  let pattern = false;
  const endToken = () => {
    if (token !== "") tokens.push(token);
    token = "";
  };
  for (let at = 0; at <= text.length; ) {
    const char = text[at];
    const rest = text.slice(at, at + 2);
    if (char === undefined || "\n;&|()".includes(char)) {
      // `>&1` and `2>&1` are redirections.
      if (char === "&" && /[<>]$/.test(token)) {
        token += char;
        at++;
        continue;
      }
      endToken();
      const ends = tokens.at(-1) === "esac";
      if (tokens.length > 0 && (!pattern || ends)) yield { tokens: pattern ? ["esac"] : tokens, joined };
      if (tokens.length > 0 || char !== "\n") joined = rest === "&&" || rest === "||";
      if (ends) cases = Math.max(0, cases - 1);
      if (ends || char === ")") pattern = false;
      if (rest === ";;" || rest === ";&") pattern = cases > 0;
      tokens = [];
      at += rest === "&&" || rest === "||" || rest === ";;" || rest === ";&" ? 2 : 1;
      if (char === "\n" && hereDocuments.length > 0) {
        at = skipHereDocuments(text, at, hereDocuments);
        hereDocuments = [];
      }
    } else if (char === "\\" && text[at + 1] === "\n") at += 2;
    else if (char === " " || char === "\t" || char === "\r") {
      endToken();
      at++;
    } else if (char === "#" && token === "") {
      const end = text.indexOf("\n", at);
      at = end === -1 ? text.length : end;
    } else if (rest === "<<" && text[at + 2] !== "<") {
      endToken();
      const match = /^<<-?[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s;&|()<>]+))/.exec(text.slice(at, at + 200));
      hereDocuments.push(match?.[1] ?? match?.[2] ?? match?.[3] ?? "");
      at += match?.[0].length ?? 2;
    } else {
      const end = endOfUnit(text, at);
      token += text.slice(at, end);
      at = end;
    }
    const next = text[at];
    if (token === "in" && tokens.at(-2) === "case" && (next === undefined || /\s/.test(next))) {
      yield { tokens: [...tokens, token], joined };
      tokens = [];
      token = "";
      joined = false;
      cases++;
      pattern = true;
    }
  }
}

/** The end of a quoted string, an expansion, or a single character. */
function endOfUnit(text: string, at: number): number {
  const char = text[at];
  if (char === "\\") return Math.min(at + 2, text.length);
  if (char === "'" || char === "`") {
    const end = text.indexOf(char, at + 1);
    return end === -1 ? text.length : end + 1;
  }
  if (char === '"') {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === '"') return i + 1;
    }
    return text.length;
  }
  const open = text.slice(at, at + 2);
  if (open === "$(" || open === "${") {
    const [from, to] = open === "$(" ? ["(", ")"] : ["{", "}"];
    let depth = 0;
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === from) depth++;
      else if (text[i] === to && --depth === 0) return i + 1;
    }
    return text.length;
  }
  return at + 1;
}

function skipHereDocuments(text: string, at: number, ends: readonly string[]): number {
  for (const end of ends) {
    for (;;) {
      const lineEnd = text.indexOf("\n", at);
      const line = text.slice(at, lineEnd === -1 ? text.length : lineEnd);
      at = lineEnd === -1 ? text.length : lineEnd + 1;
      if (line.replace(/^\t+/, "") === end || lineEnd === -1) break;
    }
  }
  return at;
}
