/** Finds the words of a program text by which it may start other programs. Must not tell which of them it starts. */

/** Words of one text that are kept, and letters of one. */
export const MOST_WORDS = 48;
const MOST_LETTERS = 128;

/** Languages that are shells: any word may be a command. */
const COMMANDS = /^(?:fish|t?csh|t?cshrc|rc|es|elvish|nu|xonsh|tcl|tclsh|wish|exp|expect|m4)[\d.-]*$/;
/** What starts a program in others (Python's, Perl's, Ruby's, Node's, PHP's, Lua's and Go's manuals). */
const STARTS =
  /\b(?:exec\w*|spawn\w*|fork\w*|system|popen\w*|posix_spawn\w*|subprocess|child_process|shell_exec|passthru|proc_open|Open3|Deno\.Command|Bun\.\$|qx|execa|zx|IO::popen|run|syscall|multiprocessing)\b|%x\W|\bsh[ (]["']|\|["']|["']\||`|\$\(/;
const COMMENT = /^[ \t]*(?:#(?!!)|\/\/|--[ \t]|\*[ \t]|;;).*$/gm;
const PATH = /(?<![\w.+:/}$)\]*-])\.{0,2}\/(?:[\w.+-]+\/)*[\w.+-]*\w/g;
const QUOTED = /["'`]([\w][\w.+-]*)(?=["'`\s])/g;
const BARE = /(?<![\w.+/$=-])[A-Za-z_][\w.+-]*(?![\w/(=])/g;

/** Folders of what is read and written, and endings of it. */
const NO_PROGRAM =
  /^\/(?:etc|var|proc|dev|run|tmp|sys|(?:usr\/)?(?:share|include))\/|\.(?!sh$|py$|pl$|rb$|js$)\w+$/;

/** Paths in settings of a program that may be those of other programs, few. */
export function programsIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [path] of text.replace(COMMENT, "").matchAll(PATH)) {
    if (path.startsWith("/") && path.length <= MOST_LETTERS && !NO_PROGRAM.test(path)) found.add(path);
    if (found.size === MOST_WORDS) break;
  }
  return [...found];
}

/** Before the name of a program whose folder is a value; alone where there are more of them than are kept. */
export const BELOW_VALUE = "*/";
/** `"%s/app"`, `f"{x}/app"`, `${x}/app`, `"$x/app"`, `x + "/app"`. */
const TAIL = /(?:[})]|%[sdv]|\$\w{1,64}|[+.&]\s?["'])\/([\w.+-]{1,128})(?=["'`\s])/g;
const MOST_TAILS = 16;

/** In place of words: a value is a shell's command, or its folder. */
export const VARIABLE = "$";
const BY_VALUE = /(?:^|[;&|(])[ \t]*(?:(?:exec|and|or|begin|command|eval)\s+)?\$\w|\$\w+\/\w/m;

/** Texts that stand beside each other are put together so often. */
const MOST_JOINS = 16;
const PAIR = /(["'])([^"'\\\n]{0,128})\1\s{0,8}(?:\+|\.{1,2})\s{0,8}(["'])([^"'\\\n]{0,128})\3/g;
const LIST = /\[([^\]\n]{1,256})\]\.join\(\s{0,4}(["'])([^"'\\\n]{0,4})\2/g;
const JOIN = /(["'])([^"'\\\n]{0,4})\1\.join\(\s{0,4}[[(]([^\])\n]{1,256})[\])]/g;
const FOLDERS =
  /(?:\b(?:path(?:\.posix)?|os\.path|File)|\brequire\(["'](?:node:)?path["']\))\.(?:join|resolve)\(([^()\n]{1,256})\)/g;
/** The folder of the text itself, in Python, Ruby and Perl; Node has a name for it. */
const OWN_FOLDER =
  /\b(?:os\.path\.)?dirname\(\s{0,4}(?:(?:os\.path\.)?(?:abspath|realpath)\(\s{0,4})?__(?:file|FILE)__\s{0,4}\){1,2}|\b__dir__\b/g;
/** Python's `Path("/a") / "b"`. */
const BELOW = /\bPath\(\s{0,4}(["'])([^"'\\\n]{0,128})\1\s{0,4}\)\s{0,8}\/\s{0,8}(["'])([^"'\\\n]{0,128})\3/g;

/** A text with its constant parts put together: `"w" . "get"`, `["w", "get"].join("")`, `os.path.join("/a", "b")`. */
function joined(code: string): string {
  const list = (items: string, by: string) =>
    `"${[...items.matchAll(/(["'])([^"'\\\n]{0,128})\1/g)].map(([, , item]) => item).join(by)}"`;
  let text = code
    .replace(OWN_FOLDER, "__dirname")
    .replace(LIST, (_, items, __, by) => list(items, by))
    .replace(JOIN, (_, __, by, items) => list(items, by))
    .replace(FOLDERS, (_, items: string) => list(items.replace(/^\s{0,8}__dirname\b/, '"."'), "/"))
    .replace(BELOW, '"$2/$4"');
  for (let round = 0; round < MOST_JOINS; round++) {
    const next = text.replace(PAIR, '"$2$4"');
    if (next === text) break;
    text = next;
  }
  return text;
}

/**
 * Paths, and names of programs in quotes, in the order in which they stand; of a shell's text every word. Few: a text
 * that starts nothing names nothing.
 */
export function mentionsIn(text: string, language: string): readonly string[] {
  const isShell = COMMANDS.test(language);
  const code = text.replace(/^#!.*/, "").replace(COMMENT, "");
  if (isShell && BY_VALUE.test(code)) return [VARIABLE];
  const found = new Set<string>();
  const whole = isShell ? code : joined(code);
  if (!isShell && !STARTS.test(whole)) return [];
  const texts = whole === code ? [code] : [code, whole];
  const patterns = isShell ? [PATH, BARE] : [PATH, QUOTED];
  if (!isShell)
    for (const [, name = ""] of whole.matchAll(TAIL))
      if (!found.has(`${BELOW_VALUE}${name}`))
        found.add(found.size < MOST_TAILS ? `${BELOW_VALUE}${name}` : BELOW_VALUE);
  for (const [text, pattern] of texts.flatMap((one) => patterns.map((pattern) => [one, pattern] as const)))
    for (const [all, word = all] of text.matchAll(pattern)) {
      if (word.length <= MOST_LETTERS && !/^(?:\/dev|\/proc|\/tmp)\//.test(word)) found.add(word);
      if (found.size === MOST_WORDS) return [...found];
    }
  return [...found];
}
