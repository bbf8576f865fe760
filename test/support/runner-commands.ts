/** Finds what a runner would obey in what was printed. Must know no command of ours. */

/** What a runner takes for a command, but for what stands between a stop and its end. */
export function commandsIn(text: string): string[] {
  const free = text.replace(/^::stop-commands::(\S+)\n[\s\S]*?^::\1::\n/gm, "");
  return free.split(/\r\n|\r|\n/).filter((line) => /^[\s\u0085]*::|##\[/.test(line));
}
