/** Reads the build information that Go's linker leaves in a program (Go source, debug/buildinfo). Must be total. */

const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
/** Flag bit: the two strings follow in place (Go 1.18 and later). */
const INLINE = 2;
const HEADER = 32;

/** What the build information says; cgo `unknown` where the settings do not name it. */
export interface GoBuildInfo {
  readonly version: string;
  readonly cgo: boolean | "unknown";
  /** Import path of the main package. */
  readonly main?: string;
}

/** Finds it in the start of a program's data; nothing when it is not there, or of the older form that points elsewhere. */
export function goBuildInfo(data: Uint8Array): GoBuildInfo | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  // The linker puts it at a multiple of 16.
  for (let at = bytes.indexOf(MAGIC); at !== -1; at = bytes.indexOf(MAGIC, at + 1)) {
    if (at % 16 !== 0 || ((bytes[at + 15] ?? 0) & INLINE) === 0) continue;
    const version = lengthAndText(bytes, at + HEADER);
    if (version === undefined || !/^(go|devel)/.test(version.text)) continue;
    const module = lengthAndText(bytes, version.end)?.text ?? "";
    const cgo = /^build\tCGO_ENABLED=([01])$/m.exec(module)?.[1];
    const main = /^path\t(\S+)$/m.exec(module)?.[1];
    return {
      version: version.text,
      cgo: cgo === undefined ? "unknown" : cgo === "1",
      ...(main === undefined ? {} : { main }),
    };
  }
  return undefined;
}

/** A string behind its length as an unsigned LEB128. */
function lengthAndText(
  bytes: Buffer,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  let length = 0;
  let next = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++];
    if (byte === undefined || shift > 28) return undefined;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (next + length > bytes.length) return undefined;
  return { text: bytes.toString("utf8", next, next + length), end: next + length };
}
