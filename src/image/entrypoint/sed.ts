/** Tells whether a sed program starts another program. Must not run it. */

/** Whether it has GNU sed's command `e` or the flag `e` of `s` (GNU sed's manual, "Commands" and "The s Command"); true where it cannot be read. */
export function sedStarts(program: string): boolean {
  let at = 0;
  /** Up to here no bracket closes a list. */
  let openUpTo = 0;
  /** Past a part that ends with this letter, which a list in brackets may hold; false where it does not end. */
  const past = (end: string, isPattern: boolean): boolean => {
    for (; at < program.length && program[at] !== end; at++) {
      if (program[at] === "\\") at++;
      if (!isPattern || program[at] !== "[" || at < openUpTo) continue;
      const list = /^\[\^?\]?[^\]\n]*\]/.exec(program.slice(at));
      const line = program.indexOf("\n", at);
      if (list === null) openUpTo = line === -1 ? program.length : line;
      else at += list[0].length - 1;
    }
    return program[at++] === end;
  };
  while (at < program.length) {
    const char = program[at++] as string;
    if (/[\s;{}!,~+$\d]/.test(char)) continue;
    if (char === "/" || (char === "\\" && at < program.length)) {
      // The address may be followed by I or M.
      if (!past(char === "/" ? "/" : (program[at++] as string), true)) return true;
      while (/[IM]/.test(program[at] ?? "")) at++;
    } else if (char === "s" || char === "y") {
      const end = program[at++];
      if (end === undefined || !past(end, char === "s") || !past(end, false)) return true;
      const [flags = ""] = /^[\w]*/.exec(program.slice(at)) ?? [];
      if (char === "s" && /^[gpIiMm\d]*e/.test(flags)) return true;
      at += flags.length;
      // A file's name goes on to the end of the line.
      if (flags.includes("w")) at = lineEnd(program, at);
    } else if (char === "e") return true;
    else if (/[btT:]/.test(char)) at += /^[^;\n]*/.exec(program.slice(at))?.[0].length ?? 0;
    else if (/[aic#rRwW]/.test(char)) at = lineEnd(program, at);
    else if (!/[=dDgGhHlnNpPqQxzFv]/.test(char)) return true;
  }
  return false;
}

/** Where a line ends that no backslash continues. */
function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "\n") return at + 1;
  }
  return text.length;
}
