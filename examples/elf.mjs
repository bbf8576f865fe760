// Writes the smallest ELF files that say what a real one says: interpreter, libraries, name, strings. They do not run.

const HEADER = 64;
const SEGMENT = 56;

/**
 * An ELF64 little-endian x86-64 file.
 * interpreter: PT_INTERP; needed: DT_NEEDED; soname: DT_SONAME; strings: NUL-terminated text in read-only data.
 */
export function elf({ interpreter, needed = [], soname, strings = [] }) {
  const dynamic = needed.length > 0 || soname !== undefined || interpreter !== undefined;
  const segments = 1 + (interpreter === undefined ? 0 : 1) + (dynamic ? 1 : 0);
  const parts = [];
  let at = HEADER + segments * SEGMENT;
  const place = (bytes) => {
    const placed = { at, size: bytes.length };
    parts.push(bytes);
    at += bytes.length;
    return placed;
  };
  const text = (value) => Buffer.from(`${value}\0`, "latin1");
  const interp = interpreter === undefined ? undefined : place(text(interpreter));
  const names = [...needed, ...(soname === undefined ? [] : [soname])];
  const offsets = names.map((_, i) => 1 + names.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0));
  const strtab = place(Buffer.concat([Buffer.from([0]), ...names.map(text)]));
  place(Buffer.concat(strings.map(text)));
  place(Buffer.alloc((16 - (at % 16)) % 16));
  const entries = [
    ...needed.map((_, i) => [1, offsets[i]]),
    ...(soname === undefined ? [] : [[14, offsets[needed.length]]]),
    [5, strtab.at],
    [10, strtab.size],
    [0, 0],
  ];
  const table = dynamic ? place(Buffer.concat(entries.map(([tag, value]) => words(tag, value)))) : undefined;
  const header = Buffer.alloc(HEADER);
  header.write("\x7fELF\x02\x01\x01", 0, "latin1");
  header.writeUInt16LE(soname === undefined && interpreter === undefined ? 2 : 3, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(HEADER), 32);
  header.writeUInt16LE(HEADER, 52);
  header.writeUInt16LE(SEGMENT, 54);
  header.writeUInt16LE(segments, 56);
  const programHeaders = [
    segment(1, 0, at),
    ...(interp === undefined ? [] : [segment(3, interp.at, interp.size)]),
    ...(table === undefined ? [] : [segment(2, table.at, table.size)]),
  ];
  return Buffer.concat([header, ...programHeaders, ...parts]);
}

function words(...values) {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), i * 8);
  return bytes;
}

/** Addresses equal file offsets, so that nothing has to be translated. */
function segment(type, offset, size) {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(4, 4);
  return Buffer.concat([head, words(offset, offset, offset, size, size, 1)]);
}
