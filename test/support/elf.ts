/** Builds small ELF files of any width and byte order for tests. Must not be used by src. */

/** What the file shall have. */
export interface ElfParts {
  readonly bits?: 32 | 64;
  readonly endian?: "little" | "big";
  /** `e_machine`; 62 is x86-64. */
  readonly machine?: number;
  /** `e_type`: 2 is a program at a fixed address, 3 one that may be loaded anywhere, or a library. */
  readonly type?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly pie?: boolean;
  /** Bytes of the read-only data. */
  readonly constants?: string | Uint8Array;
  /** Bytes of the writable data. */
  readonly data?: string | Uint8Array;
  /** Strings of `.comment`, behind the data; `gap` bytes stand between. */
  readonly comments?: readonly string[];
  readonly gap?: number;
  /** Names of further sections, which stand where the data does. */
  readonly sections?: readonly string[];
}

const BASE = 0x10000;

/** One file: header, program headers, interpreter, strings, constants, dynamic section, data, `.comment`, section headers. */
export function makeElf(parts: ElfParts): Buffer {
  const wide = (parts.bits ?? 64) === 64;
  const little = (parts.endian ?? "little") === "little";
  const number = (value: number, size: 2 | 4 | 8): Buffer => {
    const bytes = Buffer.alloc(size);
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeUIntLE(value, 0, size);
    if (!little) bytes.reverse();
    return bytes;
  };
  const word = (value: number) => number(value, wide ? 8 : 4);
  const bytesOf = (value: string | Uint8Array = "") =>
    typeof value === "string" ? Buffer.from(value, "latin1") : Buffer.from(value);

  const names = [...(parts.needed ?? []), ...(parts.soname === undefined ? [] : [parts.soname])];
  const dynamic = names.length > 0 || parts.pie === true;
  const strings = Buffer.from(`\0${names.map((name) => `${name}\0`).join("")}`, "latin1");
  const at = (name: string) => strings.indexOf(`\0${name}\0`, 0, "latin1") + 1;
  const interpreter = parts.interpreter === undefined ? Buffer.alloc(0) : bytesOf(`${parts.interpreter}\0`);
  const segmentSize = wide ? 56 : 32;
  const segmentCount = 2 + (parts.interpreter === undefined ? 0 : 1) + (dynamic ? 1 : 0);

  const header = wide ? 64 : 52;
  const interpreterAt = header + segmentSize * segmentCount;
  const stringsAt = interpreterAt + interpreter.length;
  const constants = bytesOf(parts.constants);
  const constantsAt = stringsAt + strings.length;
  const tag = (key: number, value: number) => Buffer.concat([word(key), word(value)]);
  const table = dynamic
    ? Buffer.concat([
        ...(parts.needed ?? []).map((name) => tag(1, at(name))),
        ...(parts.soname === undefined ? [] : [tag(14, at(parts.soname))]),
        tag(5, BASE + stringsAt),
        tag(10, strings.length),
        ...(parts.pie ? [tag(0x6ffffffb, 0x08000000)] : []),
        tag(0, 0),
      ])
    : Buffer.alloc(0);
  const tableAt = constantsAt + constants.length;
  const data = bytesOf(parts.data);
  const dataAt = tableAt + table.length;
  const loadedEnd = dataAt + data.length;
  const comment = bytesOf((parts.comments ?? []).map((text) => `${text}\0`).join(""));
  const commentAt = loadedEnd + (parts.gap ?? 0);
  const more = parts.sections ?? [];
  const sectionNames = bytesOf(`\0.comment\0.shstrtab\0${more.map((name) => `${name}\0`).join("")}`);
  const sectionNamesAt = commentAt + comment.length;
  const sectionsAt = sectionNamesAt + sectionNames.length;

  const segment = (type: number, flags: number, offset: number, size: number) =>
    wide
      ? [number(type, 4), number(flags, 4), ...[offset, BASE + offset, 0, size, size, 1].map(word)]
      : [number(type, 4), ...[offset, BASE + offset, 0, size, size].map(word), number(flags, 4), word(1)];
  const section = (name: number, offset: number, size: number) =>
    wide
      ? [number(name, 4), number(1, 4), word(0), word(0), word(offset), word(size), Buffer.alloc(24)]
      : [number(name, 4), number(1, 4), word(0), word(0), word(offset), word(size), Buffer.alloc(16)];
  return Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    number(parts.type ?? 2, 2),
    number(parts.machine ?? 62, 2),
    number(1, 4),
    word(BASE),
    word(header),
    word(sectionsAt),
    number(0, 4),
    number(header, 2),
    number(segmentSize, 2),
    number(segmentCount, 2),
    number(wide ? 64 : 40, 2),
    number(3 + more.length, 2),
    number(2, 2),
    ...segment(1, 4, 0, tableAt),
    ...segment(1, 6, tableAt, loadedEnd - tableAt),
    ...(parts.interpreter === undefined ? [] : segment(3, 4, interpreterAt, interpreter.length)),
    ...(dynamic ? segment(2, 6, tableAt, table.length) : []),
    interpreter,
    strings,
    constants,
    table,
    data,
    Buffer.alloc(parts.gap ?? 0),
    comment,
    sectionNames,
    ...section(0, 0, 0),
    ...section(1, commentAt, comment.length),
    ...section(10, sectionNamesAt, sectionNames.length),
    ...more.flatMap((name) => section(sectionNames.indexOf(`\0${name}\0`) + 1, dataAt, data.length)),
  ]);
}
