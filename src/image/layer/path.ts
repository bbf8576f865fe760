/** Brings the names of a tar into one form. Must not look at any file. */

/**
 * The path below the image's root: no leading `/`, no `.` or empty parts, and `..` never leaves the root,
 * as container runtimes resolve it when they unpack.
 */
export function cleanPath(name: string): string {
  if (isClean(name)) return name;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** A name's bytes as text: UTF-8 where it is, else each byte a character, so that two names never become one. */
export function nameText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return text.includes("\ufffd") ? bytes.toString("latin1", start, end) : text;
}

/** Most names need no work: one pass without allocation finds out. */
function isClean(name: string): boolean {
  let partStart = 0;
  for (let i = 0; i <= name.length; i++) {
    if (i < name.length && name.charCodeAt(i) !== 0x2f) continue;
    const length = i - partStart;
    if (length === 0) return false;
    if (
      name.charCodeAt(partStart) === 0x2e &&
      (length === 1 || (length === 2 && name.charCodeAt(i - 1) === 0x2e))
    ) {
      return false;
    }
    partStart = i + 1;
  }
  return true;
}
