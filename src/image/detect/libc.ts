/** Recognises the C library by its content, whatever the file is called. Must not trust a name. */
import type { LibcFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";
import { isElf } from "./elf.ts";

/** Where a C library may lie: the loaders' names, and the library's own on OpenWrt, Void and Debian. */
const NAMES = /(^|\/)(ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1|libc\.so(\.6)?|libc-2\.\d+\.so)$/;

/** Released libraries are well below this; a larger one is cut and its version may then be unknown. */
const MOST = 8 * 2 ** 20;

/** musl and glibc. */
export const libc = wholeFile(
  "libc",
  1,
  MOST,
  ({ path }) => NAMES.test(path),
  (bytes): LibcFact | undefined => {
    if (!isElf(bytes)) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    // The loader names itself so when it is run; the SONAME is Alpine's.
    if (text.includes("musl libc (") || /\0libc\.musl-[\w-]+\.so\.1\0/.test(text)) {
      return { kind: "libc", libc: "musl", ...version(muslVersions(text)) };
    }
    const glibc = /GNU C Library [^\0]{0,200}release version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
    return glibc === undefined ? undefined : { kind: "libc", libc: "glibc", version: glibc };
  },
);

/** NUL-terminated `1.x.y[_gitDATE]`; what stands before is anything but part of a longer number (i386: a float). */
function muslVersions(text: string): readonly string[] {
  return [
    ...new Set(
      [...text.matchAll(/(?<![\d.])(1\.\d{1,2}\.\d{1,3}(?:_git\d{8})?)\0/g)].map(
        (match) => match[1] as string,
      ),
    ),
  ];
}

/** One candidate is the version; none or several is not known. */
function version(candidates: readonly string[]): { readonly version?: string } {
  return candidates.length === 1 ? { version: candidates[0] } : {};
}
