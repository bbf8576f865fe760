/** Reads from a shell script what it starts, as far as that can be told without running it. Must not guess. */

/** A word of a command: its text with what is known put in, or not known. */
export type Word =
  | string
  | { readonly unknown: string }
  | { readonly allArguments: true }
  /** `$0` is the script, `$1` its first argument. */
  | { readonly argument: number };

/** A simple command. */
export interface Command {
  readonly words: readonly Word[];
  /**
   * `exec`: it replaces the shell. `set`: not a command but new arguments of the script (`set -- node "$@"`).
   * `run`: any other.
   */
  readonly does: "run" | "exec" | "set";
}

/** More text or commands than this are not read. */
const MOST_COMMANDS = 2_000;

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

/** Builtins, which start nothing (POSIX.1-2017, special and regular built-ins; dash and busybox ash). */
const BUILTINS = new Set(
  ". : [ [[ alias bg break cd command continue declare echo eval exit export false fg for case function getopts hash jobs kill let local printf pwd read readonly return select set shift shopt source test times trap true type typeset ulimit umask unalias unset wait in".split(
    " ",
  ),
);

/** The simple commands of a script in order, without builtins, assignments and redirections. */
export function readShell(text: string, variables: ReadonlyMap<string, string>): readonly Command[] {
  const commands: Command[] = [];
  const known = new Map(variables);
  for (const tokens of statements(text)) {
    const command = simpleCommand(tokens, known);
    if (command !== undefined) commands.push(command);
    if (commands.length >= MOST_COMMANDS) break;
  }
  return commands;
}

function simpleCommand(tokens: readonly string[], known: Map<string, string>): Command | undefined {
  let at = 0;
  while (at < tokens.length && KEYWORDS.has(tokens[at] as string)) at++;
  for (; at < tokens.length; at++) {
    const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(tokens[at] as string);
    if (assignment === null) break;
    const value = expand(assignment[2] as string, known);
    // A value that is not known must not leave an older one standing.
    if (typeof value === "string" && at === tokens.length - 1) known.set(assignment[1] as string, value);
    else known.delete(assignment[1] as string);
  }
  let does: Command["does"] = "run";
  if (tokens[at] === "set" && tokens[at + 1] === "--") {
    does = "set";
    at += 2;
  } else if (tokens[at] === "exec") {
    does = "exec";
    at++;
    for (; (tokens[at] ?? "").startsWith("-"); at++) if (tokens[at] === "-a") at++;
  }
  const words: Word[] = [];
  for (; at < tokens.length; at++) {
    const token = tokens[at] as string;
    if (/^\d*(>>?|<<?-?|>&|<&|>\||<>)/.test(token)) {
      // A redirection with a blank behind it takes the next word too.
      if (/^\d*(>>?|<<?-?|>&|<&|>\||<>)$/.test(token)) at++;
      continue;
    }
    words.push(expand(token, known));
  }
  const first = words[0];
  if (first === undefined || (typeof first === "string" && BUILTINS.has(first) && does === "run"))
    return undefined;
  return { words, does };
}

/** A token with quotes removed and variables put in. */
function expand(token: string, known: ReadonlyMap<string, string>): Word {
  if (/^"?\$(@|\{@\}|\*)"?$/.test(token) || /^"?\$\{1\+"?\$@"?\}"?$/.test(token))
    return { allArguments: true };
  const argument = /^"?\$(?:(\d)|\{(\d{1,3})\})"?$/.exec(token);
  if (argument !== null) return { argument: Number(argument[1] ?? argument[2]) };
  let result = "";
  let unknown: string | undefined;
  let isDouble = false;
  for (let at = 0; at < token.length; ) {
    const char = token[at] as string;
    if (char === "'" && !isDouble) {
      const end = token.indexOf("'", at + 1);
      const stop = end === -1 ? token.length : end;
      result += token.slice(at + 1, stop);
      at = stop + 1;
    } else if (char === "\\") {
      // Between double quotes a backslash stays before all but these (POSIX.1-2017, section 2.2.3).
      const next = token[at + 1] ?? "";
      result += isDouble && !'$`"\\\n'.includes(next) ? `\\${next}` : next;
      at += 2;
    } else if (char === '"') {
      isDouble = !isDouble;
      at++;
    } else if (char === "`" || token.startsWith("$(", at)) return { unknown: token };
    else if (char === "$") {
      const match = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^}$`"']*))?\})/.exec(token.slice(at));
      if (match === null) return { unknown: token };
      const value = known.get((match[1] ?? match[2]) as string) || match[3];
      if (value === undefined) unknown = token;
      else result += value;
      at += match[0].length;
    } else {
      result += char;
      at++;
    }
  }
  return unknown === undefined ? result : { unknown };
}

/** Statements as lists of raw tokens: split at line ends, `;`, `&`, `|` and their doubles; comments and here-documents out. */
function* statements(text: string): Generator<readonly string[], void> {
  let tokens: string[] = [];
  let token = "";
  let hereDocuments: string[] = [];
  let open = 0;
  const endToken = () => {
    if (token !== "") tokens.push(token);
    token = "";
  };
  for (let at = 0; at <= text.length; ) {
    const char = text[at];
    const rest = text.slice(at, at + 2);
    if (
      char === undefined ||
      char === "\n" ||
      char === ";" ||
      char === "&" ||
      char === "|" ||
      char === "(" ||
      char === ")"
    ) {
      // `>&1` and `2>&1` are redirections.
      if (char === "&" && (token.endsWith(">") || token.endsWith("<"))) {
        token += char;
        at++;
        continue;
      }
      endToken();
      // `name()` begins a function, and `)` without `(` ends a pattern of `case`: neither runs anything.
      if (tokens.length > 0 && rest !== "()" && (char !== ")" || open > 0)) yield tokens;
      if (char === "(") open++;
      else if (char === ")" && open > 0) open--;
      tokens = [];
      at += rest === "&&" || rest === "||" || rest === ";;" ? 2 : 1;
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
  }
}

/** The end of a quoted string, an expansion, or a single character. */
function endOfUnit(text: string, at: number): number {
  const char = text[at];
  if (char === "\\") return Math.min(at + 2, text.length);
  if (char === "'") return endOfSingle(text, at);
  if (char === '"' || char === "`") return endOfNested(text, at + 1, char);
  const open = text.slice(at, at + 2);
  if (open === "$(") return endOfNested(text, at + 2, ")");
  return open === "${" ? endOfNested(text, at + 2, "}") : at + 1;
}

function endOfSingle(text: string, at: number): number {
  const end = text.indexOf("'", at + 1);
  return end === -1 ? text.length : end + 1;
}

/** Behind the mark that ends what is open: quotes and expansions stand in each other. */
function endOfNested(text: string, from: number, ends: string): number {
  const open = [ends];
  for (let at = from; at < text.length; ) {
    const char = text[at] as string;
    const inside = open.at(-1);
    const two = text.slice(at, at + 2);
    if (char === inside) {
      open.pop();
      if (open.length === 0) return at + 1;
    } else if (char === "\\") at++;
    else if (inside === "`") {
      // Nothing nests in backquotes without a backslash.
    } else if (two === "$(" || two === "${") {
      open.push(two === "$(" ? ")" : "}");
      at++;
    } else if (char === '"' || char === "`") open.push(char);
    else if (char === "(" && inside === ")") open.push(")");
    else if (char === "'" && inside === ")") at = endOfSingle(text, at) - 1;
    at++;
  }
  return text.length;
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
