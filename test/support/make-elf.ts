/** Writes ELF files of either width and byte order, with what detectors look at. Must not be used by src. */

/** What the file says; addresses equal offsets plus `base`. */
export interface MadeElf {
  readonly bits?: 32 | 64;
  readonly endian?: "little" | "big";
  /** `e_machine`. */
  readonly machine?: number;
  /** `e_type`: 2 is a program, 3 a library or a program that can lie anywhere. */
  readonly type?: number;
  readonly base?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly pie?: boolean;
  /** PT_NOTE's content. */
  readonly note?: Uint8Array;
  /** Content of a writable segment, at a multiple of 16. */
  readonly data?: Uint8Array;
  /** Read-only content, joined by NULs. */
  readonly strings?: readonly string[];
  /** Bytes of nothing before the program headers and all they name, as patchelf may leave. */
  readonly moved?: number;
  /** Sections by name and content. */
  readonly sections?: Readonly<Record<string, Uint8Array>>;
}

/** The bytes of the file. */
export function makeElf(made: MadeElf): Buffer {
  const { bits = 64, endian = "little", base = 0 } = made;
  const wide = bits === 64;
  const little = endian === "little";
  const number = (value: number, size: 2 | 4 | 8) => {
    const bytes = Buffer.alloc(size);
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeUIntLE(value, 0, size);
    return little ? bytes : bytes.reverse();
  };
  const word = (value: number) => number(value, wide ? 8 : 4);
  const half = (value: number) => number(value, 2);
  const four = (value: number) => number(value, 4);

  const hasDynamic = made.needed !== undefined || made.soname !== undefined || made.pie !== undefined;
  const names = Object.keys(made.sections ?? {});
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const sectionSize = wide ? 64 : 40;
  const segmentCount =
    1 +
    [made.interpreter, hasDynamic || undefined, made.note, made.data].filter((one) => one !== undefined)
      .length;

  const parts: Uint8Array[] = [];
  const moved = made.moved ?? 0;
  let at = headerSize + moved + segmentCount * segmentSize;
  const place = (bytes: Uint8Array, align = 1) => {
    const gap = (align - (at % align)) % align;
    parts.push(Buffer.alloc(gap), bytes);
    const placed = { offset: at + gap, size: bytes.length };
    at += gap + bytes.length;
    return placed;
  };
  const text = (value: string) => Buffer.from(`${value}\0`, "latin1");
  const note = made.note && place(made.note, 4);
  const interpreter = made.interpreter === undefined ? undefined : place(text(made.interpreter));
  const table = [...(made.needed ?? []), ...(made.soname === undefined ? [] : [made.soname])];
  const offsetOf = (i: number) => 1 + table.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0);
  const strings = place(Buffer.concat([Buffer.from([0]), ...table.map(text)]));
  place(Buffer.concat((made.strings ?? []).map(text)));
  const entries: [number, number][] = [
    ...(made.needed ?? []).map((_, i): [number, number] => [1, offsetOf(i)]),
    ...(made.soname === undefined ? [] : [[14, offsetOf(table.length - 1)] as [number, number]]),
    [5, strings.offset + base],
    [10, strings.size],
    ...(made.pie ? [[0x6ffffffb, 0x08000001] as [number, number]] : []),
    [0, 0],
  ];
  const dynamic = hasDynamic
    ? place(Buffer.concat(entries.flatMap(([tag, value]) => [word(tag), word(value)])), 16)
    : undefined;
  const data = made.data && place(made.data, 16);
  const loadEnd = at;

  const bodies = names.map((name) =>
    place((made.sections as Record<string, Uint8Array>)[name] as Uint8Array),
  );
  const nameTable = place(Buffer.concat([Buffer.from([0]), ...[...names, ".shstrtab"].map(text)]));
  const sectionNames = [...names, ".shstrtab"];
  const sectionBodies = [...bodies, nameTable];
  const nameOffset = (i: number) =>
    1 + sectionNames.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0);
  const sectionTable = place(
    Buffer.concat([
      Buffer.alloc(sectionSize),
      ...sectionBodies.map(({ offset, size }, i) =>
        Buffer.concat([
          four(nameOffset(i)),
          four(1),
          word(0),
          word(0),
          word(offset),
          word(size),
          Buffer.alloc(wide ? 24 : 16),
        ]),
      ),
    ]),
    8,
  );

  const segment = (type: number, flags: number, { offset, size }: { offset: number; size: number }) => {
    const address = offset + base;
    return Buffer.concat(
      wide
        ? [four(type), four(flags), ...[offset, address, address, size, size, 1].map(word)]
        : [type, offset, address, address, size, size, flags, 1].map(four),
    );
  };
  const segments = [
    segment(1, 5, { offset: 0, size: loadEnd }),
    ...(interpreter === undefined ? [] : [segment(3, 4, interpreter)]),
    ...(dynamic === undefined ? [] : [segment(2, 6, dynamic)]),
    ...(note === undefined ? [] : [segment(4, 4, note)]),
    ...(data === undefined ? [] : [segment(1, 6, data)]),
  ];
  const header = Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]),
    Buffer.alloc(9),
    half(made.type ?? (made.interpreter === undefined && made.soname === undefined && !made.pie ? 2 : 3)),
    half(made.machine ?? 62),
    four(1),
    word(0),
    word(headerSize + moved),
    word(sectionTable.offset),
    four(0),
    half(headerSize),
    half(segmentSize),
    half(segmentCount),
    half(sectionSize),
    half(sectionNames.length + 1),
    half(sectionNames.length),
  ]);
  return Buffer.concat([header, Buffer.alloc(moved), ...segments, ...parts]);
}
