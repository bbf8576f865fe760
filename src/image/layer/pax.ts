/** Reads the records of a PAX extended header. Must not decide what they change. */
import { MuslgateError } from "../../model/error.ts";
import { nameText } from "./path.ts";

/**
 * The records of one header that decide about entries, the last of a key winning (POSIX.1-2017 pax, "length key=value\n").
 * Throws MuslgateError (`input`) on a record whose length does not fit.
 */
export function parsePax(body: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? "" : bytes.toString("latin1", at, Math.min(space, at + 20));
    const end = at + Number(digits);
    const equals = bytes.indexOf(0x3d, space);
    const fits = /^\d{1,10}$/.test(digits) && end <= bytes.length && equals > space && equals < end;
    if (!fits || bytes[end - 1] !== 0x0a) {
      throw damaged(`it ends oddly at its byte ${at}`);
    }
    const key = bytes.toString("utf8", space + 1, equals);
    at = end;
    // Times, owners and comments are of no interest, however long.
    if (!NAMES.has(key) && key !== "size" && !key.startsWith("GNU.sparse.")) continue;
    const value = nameText(bytes, equals + 1, end - 1);
    // Go's reader refuses a NUL in a name, GNU tar ends the name there.
    if (NAMES.has(key) && value.includes("\0")) throw damaged(`${key} has a NUL in it`);
    // The oldest sparse form repeats two keys, a pair for each part: together they are the later form's map.
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") {
      const map = records.get("GNU.sparse.map");
      records.set("GNU.sparse.map", map === undefined ? value : `${map},${value}`);
    } else records.set(key, value);
  }
  return records;
}

const NAMES: ReadonlySet<string> = new Set(["path", "linkpath", "GNU.sparse.name"]);

function damaged(what: string): MuslgateError {
  return new MuslgateError(
    "input",
    `a PAX header of the tar is damaged: ${what}`,
    "Build or pull the image again; if it stays so, please report it.",
  );
}
