/** Finds the words of a program text by which it may start other programs. Must not tell which of them it starts. */

/** Words of one text that are kept, and letters of one. */
export const MOST_WORDS = 48;
const MOST_LETTERS = 128;

/** Languages that are shells: any word may be a command. */
const COMMANDS = /^(?:fish|csh|tcsh|rc|es|elvish|nu|xonsh|tcl|tclsh|wish|exp|expect|m4)[\d.-]*$/;
/** What starts a program in others (Python's, Perl's, Ruby's, Node's, PHP's, Lua's and Go's manuals). */
const STARTS =
  /\b(?:exec\w*|spawn\w*|fork\w*|system|popen\w*|posix_spawn\w*|subprocess|child_process|shell_exec|passthru|proc_open|Open3|Deno\.Command|Bun\.\$|qx|execa|zx|IO::popen|run)\b|`|\$\(/;
const COMMENT = /^[ \t]*(?:#(?!!)|\/\/|--[ \t]|\*[ \t]|;;).*$/gm;
const PATH = /(?<![\w.+:/}$)\]*-])\.{0,2}\/(?:[\w.+-]+\/)*[\w.+-]*\w/g;
const QUOTED = /["'`]([\w][\w.+-]*)(?=["'`\s])/g;
const BARE = /(?<![\w.+/$=-])[A-Za-z_][\w.+-]*(?![\w/(=])/g;

/**
 * Paths, and names of programs in quotes, in the order in which they stand; of a shell's text every word. Few: a text
 * that starts nothing names nothing.
 */
export function mentionsIn(text: string, language: string): readonly string[] {
  const isShell = COMMANDS.test(language);
  if (!isShell && !STARTS.test(text)) return [];
  const code = text.replace(/^#!.*/, "").replace(COMMENT, "");
  const found = new Set<string>();
  for (const pattern of isShell ? [PATH, BARE] : [PATH, QUOTED])
    for (const [whole, word = whole] of code.matchAll(pattern)) {
      if (word.length <= MOST_LETTERS && !/^(?:\/dev|\/proc|\/tmp)\//.test(word)) found.add(word);
      if (found.size === MOST_WORDS) return [...found];
    }
  return [...found];
}
