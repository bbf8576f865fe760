/** Tells whether an awk program starts something that does not stand in it as one text. Must not run it. */

const CONSTANT = '"n"';

/** Whether awk hands a shell a text that is put together: `system(x)`, `x | getline`, `print | x` (POSIX.1-2017, awk). */
export function startsUnknown(program: string): boolean {
  if (program.length > 16_384) return true;
  const plain = program
    .replace(/"(?:[^"\\]|\\.)*"/g, CONSTANT)
    .replace(/(^|[\s({~!,;&|])\/(?:[^/\\\n]|\\.)+\//g, "$1r")
    .replaceAll("||", " or ");
  const calls = [...plain.matchAll(/\bsystem\s*\(\s*([^)]*)\)?/g)];
  if (calls.some(([, given = ""]) => given.trim() !== CONSTANT)) return true;
  return [...plain.matchAll(/([^|;{}\n]*)\|&?([^|;{}\n]*)/g)].some(([, before = "", after = ""]) =>
    /^\s*getline\b/.test(after)
      ? !/(?:^|[\s(])"n"\s*$/.test(before) ||
        /"n"\s*"n"\s*$|\w\s*"n"\s*$/.test(before.replace(/while\s*\(\s*\(?/, ""))
      : !/^\s*"n"\s*$/.test(after),
  );
}
