/** Reads ELF structures (System V gABI, chapters 4 and 5) out of byte windows. Must be total: every offset is checked, nothing throws, no work beyond the table read. */

/** The file header. */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  /** OCI architecture name where there is one, else `em-N`. */
  readonly machine: string;
  readonly type: "executable" | "shared-object" | "other";
  readonly programs: Table;
  readonly sections: Table;
  /** Index of the section that holds the sections' names. */
  readonly namesIndex: number;
}

/** A table in the file: `count` entries of `entrySize` bytes from `offset` on. */
export interface Table {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

/** A program header. Sizes and offsets in bytes; a value over 2^53 is imprecise and lies outside any file. */
export interface Segment {
  readonly type: "load" | "dynamic" | "interpreter" | "note" | "other";
  readonly executable: boolean;
  readonly writable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** What the dynamic section says; strings still as offsets into the string table. */
export interface Dynamic {
  readonly needed: readonly number[];
  readonly soname?: number;
  /** DT_RPATH and DT_RUNPATH. */
  readonly paths: readonly number[];
  /** Whether there is a table of symbols. */
  readonly symbols: boolean;
  /** Address of the string table in memory, and its size. */
  readonly stringsAddress?: number;
  readonly stringsSize?: number;
  /** DF_1_PIE: a program, not a library. */
  readonly pie: boolean;
}

/** A section header. */
export interface Section {
  /** Offset of the name in the names' section. */
  readonly name: number;
  readonly offset: number;
  readonly size: number;
}

/** More program headers than this are not read: real files have about a dozen. */
const MOST_SEGMENTS = 512;
const MOST_SECTIONS = 65_536;
/** More libraries than this are not listed. */
const MOST_NEEDED = 1_024;

/** `e_machine` by number (System V gABI registry) to OCI's `architecture`, by width and byte order where these differ. */
const MACHINES: Readonly<Record<number, (bits: number, endian: string) => string>> = {
  3: () => "386",
  8: (bits, endian) => `mips${bits === 64 ? "64" : ""}${endian === "little" ? "le" : ""}`,
  21: (_, endian) => (endian === "little" ? "ppc64le" : "ppc64"),
  22: (bits) => (bits === 64 ? "s390x" : "s390"),
  40: () => "arm",
  62: () => "amd64",
  183: () => "arm64",
  243: (bits) => `riscv${bits}`,
  258: (bits) => (bits === 64 ? "loong64" : "loong32"),
};

/** Numbers of an ELF file in its own byte order; reading outside gives 0. */
interface Numbers {
  u16(offset: number): number;
  u32(offset: number): number;
  /** An address or offset: 4 or 8 bytes by the file's width. */
  word(offset32: number, offset64: number): number;
}

function numbers(bytes: Uint8Array, form: { bits: 32 | 64; endian: "little" | "big" }): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = form.endian === "little";
  const fits = (offset: number, size: number) => offset >= 0 && offset + size <= bytes.length;
  const u32 = (offset: number) => (fits(offset, 4) ? view.getUint32(offset, little) : 0);
  return {
    u16: (offset) => (fits(offset, 2) ? view.getUint16(offset, little) : 0),
    u32,
    word(offset32, offset64) {
      if (form.bits === 32) return u32(offset32);
      return fits(offset64, 8) ? Number(view.getBigUint64(offset64, little)) : 0;
    },
  };
}

/** Reads the file header from a file's first bytes; nothing when they are not an ELF file's. */
export function readHeader(bytes: Uint8Array): ElfHeader | undefined {
  if (bytes.length < 52 || !isElf(bytes)) return undefined;
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  const endian = bytes[5] === 1 ? "little" : bytes[5] === 2 ? "big" : undefined;
  if (bits === undefined || endian === undefined || (bits === 64 && bytes.length < 64)) return undefined;
  const read = numbers(bytes, { bits, endian });
  const wide = bits === 64;
  const machine = read.u16(18);
  const type = read.u16(16);
  return {
    bits,
    endian,
    machine: MACHINES[machine]?.(bits, endian) ?? `em-${machine}`,
    type: type === 2 ? "executable" : type === 3 ? "shared-object" : "other",
    programs: {
      offset: read.word(28, 32),
      entrySize: read.u16(wide ? 54 : 42),
      count: Math.min(read.u16(wide ? 56 : 44), MOST_SEGMENTS),
    },
    sections: {
      offset: read.word(32, 40),
      entrySize: read.u16(wide ? 58 : 46),
      count: Math.min(read.u16(wide ? 60 : 48), MOST_SECTIONS),
    },
    namesIndex: read.u16(wide ? 62 : 50),
  };
}

/** Whether bytes start with ELF's magic number. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

const SEGMENT_TYPES: Readonly<Record<number, Segment["type"]>> = {
  1: "load",
  2: "dynamic",
  3: "interpreter",
  4: "note",
};

/** Reads program headers from the bytes of their table. Entries that are cut off are left out. */
export function readSegments(header: ElfHeader, table: Uint8Array): Segment[] {
  const wide = header.bits === 64;
  const read = numbers(table, header);
  const segments: Segment[] = [];
  if (header.programs.entrySize < (wide ? 56 : 32)) return segments;
  for (let i = 0; i < header.programs.count; i++) {
    const at = i * header.programs.entrySize;
    if (at + (wide ? 56 : 32) > table.length) break;
    const flags = read.u32(at + (wide ? 4 : 24));
    segments.push({
      type: SEGMENT_TYPES[read.u32(at)] ?? "other",
      executable: (flags & 1) !== 0,
      writable: (flags & 2) !== 0,
      offset: read.word(at + 4, at + 8),
      address: read.word(at + 8, at + 16),
      size: read.word(at + 16, at + 32),
    });
  }
  return segments;
}

/** Where a memory address lies in the file; nothing when no segment loads it from there. */
export function fileOffset(segments: readonly Segment[], address: number): number | undefined {
  const segment = segments.find(
    (s) => s.type === "load" && address >= s.address && address < s.address + s.size,
  );
  return segment === undefined ? undefined : address - segment.address + segment.offset;
}

/** Reads the dynamic section up to its end mark. */
export function readDynamic(header: ElfHeader, bytes: Uint8Array): Dynamic {
  const size = header.bits === 64 ? 16 : 8;
  const read = numbers(bytes, header);
  const needed: number[] = [];
  const values = new Map<number, number>();
  for (let at = 0; at + size <= bytes.length; at += size) {
    const tag = read.word(at, at);
    if (tag === 0) break;
    const value = read.word(at + 4, at + 8);
    if (tag === 1 && needed.length < MOST_NEEDED) needed.push(value);
    else if (DYNAMIC_TAGS.has(tag)) values.set(tag, value);
  }
  const soname = values.get(14);
  const paths = [values.get(15), values.get(29)].filter((one) => one !== undefined);
  const stringsAddress = values.get(5);
  const stringsSize = values.get(10);
  return {
    needed,
    paths,
    symbols: values.has(6),
    ...(soname !== undefined && { soname }),
    ...(stringsAddress !== undefined && { stringsAddress }),
    ...(stringsSize !== undefined && { stringsSize }),
    // DF_1_PIE is bit 27 of DT_FLAGS_1.
    pie: ((values.get(0x6ffffffb) ?? 0) & 0x08000000) !== 0,
  };
}

/** DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SONAME, DT_RPATH, DT_RUNPATH and DT_FLAGS_1. */
const DYNAMIC_TAGS: ReadonlySet<number> = new Set([5, 6, 10, 14, 15, 29, 0x6ffffffb]);

/** Reads section headers from the bytes of their table. */
export function readSections(header: ElfHeader, table: Uint8Array): Section[] {
  const wide = header.bits === 64;
  const read = numbers(table, header);
  const { entrySize, count } = header.sections;
  const sections: Section[] = [];
  if (entrySize < (wide ? 64 : 40)) return sections;
  for (let i = 0; i < count && (i + 1) * entrySize <= table.length; i++) {
    const at = i * entrySize;
    sections.push({
      name: read.u32(at),
      offset: read.word(at + 16, at + 24),
      size: read.word(at + 20, at + 32),
    });
  }
  return sections;
}

/** Whether notes name Go's linker as their owner (`Go`, type 4: the build id). */
export function hasGoNote(header: ElfHeader, bytes: Uint8Array): boolean {
  const read = numbers(bytes, header);
  for (let at = 0; at + 16 <= bytes.length; ) {
    const nameSize = read.u32(at);
    const isGo = nameSize === 4 && read.u32(at + 8) === 4;
    if (isGo && bytes[at + 12] === 0x47 && bytes[at + 13] === 0x6f && bytes[at + 14] === 0) return true;
    // Sizes are rounded up to four bytes; a size that overflows ends the loop.
    at += 12 + 4 * Math.ceil(nameSize / 4) + 4 * Math.ceil(read.u32(at + 4) / 4);
  }
  return false;
}

/** The NUL-terminated string at an offset, as UTF-8; nothing when it is outside, longer than 4096 bytes or not ended. */
export function stringAt(bytes: Uint8Array, offset: number): string | undefined {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= bytes.length) return undefined;
  const end = bytes.subarray(offset, offset + 4_097).indexOf(0);
  return end < 0 ? undefined : Buffer.from(bytes.subarray(offset, offset + end)).toString("utf8");
}
