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
   * `source`: another script is read in its place. `run`: any other.
   */
  readonly does: "run" | "exec" | "set" | "source";
}

/** More text or commands than this are not read. */
const MOST_COMMANDS = 2_000;
const MOST_CHARACTERS = 65_536;

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
  ". : [ [[ alias bg break cd command continue declare echo exit export false fg for case function getopts hash jobs kill let local printf pwd read readonly return select set shift shopt source test times trap true type typeset ulimit umask unalias unset wait in".split(
    " ",
  ),
);

const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;
/** Builtins whose words are assignments. */
const DECLARING = new Set(["export", "readonly", "local", "declare", "typeset"]);

/** What a variable may hold when a command is reached; `undefined` stands for a value that is not known. */
type Values = readonly (string | undefined)[];

/** Words that begin and end what may run or not. */
const OPENING = new Set(["if", "while", "until", "for", "case", "select"]);
const CLOSING = new Set(["fi", "done", "esac"]);
/** A variable set in more branches than this is not followed. */
const MOST_VALUES = 8;

/**
 * The simple commands of a script in order, without builtins, assignments and redirections. A command whose program
 * is a variable with several values in the branches before it stands once for each.
 */
export function readShell(text: string, variables: ReadonlyMap<string, string>): readonly Command[] {
  const commands: Command[] = [];
  const known = new Map<string, Values>([...variables].map(([name, value]) => [name, [value]]));
  let depth = 0;
  for (const { tokens, isConditional } of statements(text)) {
    for (const token of tokens) {
      if (OPENING.has(token)) depth++;
      else if (CLOSING.has(token)) depth = Math.max(0, depth - 1);
      else if (!KEYWORDS.has(token)) break;
    }
    commands.push(...simpleCommand(tokens, known, isConditional || depth > 0));
    if (commands.length >= MOST_COMMANDS) break;
  }
  return commands;
}

function simpleCommand(
  given: readonly string[],
  known: Map<string, Values>,
  isConditional: boolean,
): readonly Command[] {
  let tokens = given;
  let at = 0;
  while (at < tokens.length && KEYWORDS.has(tokens[at] as string)) at++;
  if (DECLARING.has(tokens[at] ?? "")) {
    for (at++; (tokens[at] ?? "").startsWith("-"); ) at++;
    // `export NAME` alone changes no value.
    tokens = tokens.filter((token, i) => i < at || ASSIGNMENT.test(token));
  }
  const assignments: RegExpExecArray[] = [];
  for (; at < tokens.length; at++) {
    const assignment = ASSIGNMENT.exec(tokens[at] as string);
    if (assignment === null) break;
    assignments.push(assignment);
  }
  // Before a command they hold for that command alone.
  if (at === tokens.length)
    for (const [, name = "", value = ""] of assignments)
      assign(known, name, expand(value, known), isConditional);
  let does: Command["does"] = "run";
  if (tokens[at] === "set" && tokens[at + 1] === "--") {
    does = "set";
    at += 2;
  } else if (tokens[at] === "." || tokens[at] === "source") {
    does = "source";
    at++;
  } else if (tokens[at] === "eval") {
    return [{ words: [{ unknown: tokens.slice(at).join(" ") }], does }];
  } else if (tokens[at] === "exec") {
    does = "exec";
    at++;
    for (; (tokens[at] ?? "").startsWith("-"); at++) if (tokens[at] === "-a") at++;
  }
  const words: Word[][] = [];
  for (; at < tokens.length; at++) {
    const token = tokens[at] as string;
    if (/^\d*(>>?|<<?-?|>&|<&|>\||<>)/.test(token)) {
      // A redirection with a blank behind it takes the next word too.
      if (/^\d*(>>?|<<?-?|>&|<&|>\||<>)$/.test(token)) at++;
      continue;
    }
    words.push(expand(token, known));
  }
  const [first = [], ...rest] = words;
  // Only the program decides: of an argument with several values none is taken.
  const others = rest.map((values) => (values.length === 1 ? (values[0] as Word) : { unknown: "" }));
  return first
    .filter((word) => !(typeof word === "string" && BUILTINS.has(word) && does === "run"))
    .map((word) => ({ words: [word, ...others], does }));
}

function assign(
  known: Map<string, Values>,
  name: string,
  words: readonly Word[],
  isConditional: boolean,
): void {
  const values = words.map((word) => (typeof word === "string" ? word : undefined));
  const all = new Set(isConditional ? [...(known.get(name) ?? []), ...values] : values);
  known.set(name, all.size > MOST_VALUES ? [undefined] : [...all]);
}

/** A token once for each value of the variable in it that has several; not known where two have. */
function expand(token: string, known: ReadonlyMap<string, Values>): Word[] {
  const names = new Set([...token.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] as string));
  const open = [...names].filter((name) => (known.get(name)?.length ?? 0) > 1);
  if (open.length > 1) return [{ unknown: token }];
  const [name] = open;
  const first = (one: string) => (known.has(one) ? (known.get(one)?.[0] ?? false) : undefined);
  if (name === undefined) return [expandOne(token, first)];
  const values = known.get(name) ?? [];
  const words = values.map((value) =>
    expandOne(token, (one) => (one === name ? (value ?? false) : first(one))),
  );
  return [...new Map(words.map((word) => [JSON.stringify(word), word])).values()];
}

/** A token with quotes removed and variables put in; a variable that is set to what is not known is `false`. */
function expandOne(token: string, lookup: (name: string) => string | false | undefined): Word {
  if (/^"?\$(BASH_SOURCE|\{BASH_SOURCE(\[0\])?\})"?$/.test(token)) return { argument: 0 };
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
      const set = lookup((match[1] ?? match[2]) as string);
      const value = set === false ? undefined : set || match[3];
      if (value === undefined) unknown = token;
      else result += value;
      at += match[0].length;
    } else {
      result += char;
      at++;
    }
  }
  // Doubling a variable a few dozen times would fill the memory.
  if (result.length > MOST_CHARACTERS) unknown = token;
  return unknown === undefined ? result : { unknown };
}

/** Statements as lists of raw tokens: split at line ends, `;`, `&`, `|` and their doubles; comments and here-documents out. */
function* statements(
  text: string,
): Generator<{ readonly tokens: readonly string[]; readonly isConditional: boolean }, void> {
  let isConditional = false;
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
      if (tokens.length > 0 && rest !== "()" && (char !== ")" || open > 0 || tokens.includes("case")))
        yield { tokens, isConditional };
      // What stands behind `&&` or `||` may not run; a line end behind them changes nothing.
      if (rest === "&&" || rest === "||") isConditional = true;
      else if (tokens.length > 0 || char === ";") isConditional = false;
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
