/** Recognises a C library and its version by what is in the file, as a loader named for musl need not be one. Must not trust names. */
import type { LibcFact } from "../../model/layer-facts.ts";
import { type Detector, wholeFile } from "./detector.ts";
import * as elf from "./elf.ts";

/** Loaders and C libraries by name: `ld-musl-x86_64.so.1`, `libc.so`, `libc.so.6`, `libc-2.31.so`, `libc.musl-x86_64.so.1`. */
const NAME = /(?:^|\/)(?:ld-[^/]*|ld64[^/]*|ld\.so[^/]*|libc[.-][^/]*)(?<!\.a)$/;

/** The most that is read: a musl with debug information has its version in the first megabyte, glibc's library has two. */
const MOST_BYTES = 4 * 2 ** 20;

/** musl and glibc, wherever they are installed. */
export const libc: Detector = wholeFile("libc", 2, MOST_BYTES, NAME, (bytes) => readLibc(bytes));

/** Which C library an ELF file is; nothing when it is none, as with stubs that only lead to another. */
export function readLibc(bytes: Uint8Array): LibcFact | undefined {
  if (!elf.isElf(bytes)) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isMusl(buffer)) {
    const version = muslVersion(buffer);
    return { kind: "libc", libc: "musl", ...(version !== undefined && { version }) };
  }
  const version = glibcVersion(buffer);
  if (version === undefined && !isGlibc(buffer)) return undefined;
  return { kind: "libc", libc: "glibc", ...(version !== undefined && { version }) };
}

/** What the loader prints when it is run (musl, ldso/dynlink.c), or Alpine's SONAME. */
function isMusl(buffer: Buffer): boolean {
  const at = buffer.indexOf("musl libc");
  const next = buffer[at + 9];
  if (at >= 0 && (next === 0x20 || next === 0x0a)) return true;
  return soname(buffer)?.startsWith("libc.musl-") ?? false;
}

/**
 * musl's version: a NUL-terminated `1.x.y` or `1.x.y_git20230717`. The byte before it may belong to a
 * number, so only digits and dots are excluded there (`127.0.0.1` is in every musl). Nothing when there
 * is not exactly one.
 */
function muslVersion(buffer: Buffer): string | undefined {
  const found = new Set<string>();
  for (const [, version] of buffer
    .toString("latin1")
    .matchAll(/(?<![0-9.])([01]\.\d{1,2}\.\d{1,3}(?:_(?:git|pre|rc|alpha|beta|p)\d{0,8})?)\0/g)) {
    found.add(version ?? "");
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** The banner of glibc's library (glibc, csu/version.c) or, since 2.33, of its loader. */
const BANNER =
  /(?:GNU C Library|ld\.so)(?: \([^)\0\n]{0,100}\))? (?:stable|development) release version (\d{1,3}(?:\.\d{1,5}){1,3})/;

function glibcVersion(buffer: Buffer): string | undefined {
  for (const start of ["GNU C Library", "ld.so ("]) {
    const at = buffer.indexOf(start);
    const version = at < 0 ? undefined : BANNER.exec(buffer.toString("latin1", at, at + 300))?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

/** Without a banner: a library that defines glibc's private symbols under one of glibc's names. */
function isGlibc(buffer: Buffer): boolean {
  return (
    /^(?:libc\.so\.\d|ld-linux|ld64?\.so)/.test(soname(buffer) ?? "") && buffer.includes("GLIBC_PRIVATE")
  );
}

function soname(buffer: Buffer): string | undefined {
  const header = elf.readHeader(buffer);
  if (header === undefined) return undefined;
  const segments = elf.readSegments(header, buffer.subarray(header.programs.offset));
  const segment = segments.find((s) => s.type === "dynamic");
  if (segment === undefined) return undefined;
  const dynamic = elf.readDynamic(header, buffer.subarray(segment.offset, segment.offset + segment.size));
  const strings = elf.fileOffset(segments, dynamic.stringsAddress ?? -1);
  if (strings === undefined || dynamic.soname === undefined) return undefined;
  return elf.stringAt(buffer, strings + dynamic.soname);
}
