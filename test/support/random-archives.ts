/** Archives as strange as tools and attackers write them, the same for the same seed. Must not be used by src. */

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One archive: a few entries in mixed formats, now and then damaged. */
export function randomArchive(random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const parts: Buffer[] = [];
  for (let entries = below(6); entries >= 0; entries--) parts.push(...entry(random, below, pick));
  const end = pick([1024, 1024, 1024, 1024, 10_240, 512, 0]);
  let archive: Buffer = Buffer.concat([...parts, Buffer.alloc(end)]);
  if (random() < 0.15) archive = damage(archive, random, below);
  return archive;
}

type Below = (limit: number) => number;
type Pick = <T>(items: readonly T[]) => T;

function entry(random: () => number, below: Below, pick: Pick): Buffer[] {
  const name = randomName(random, below, pick);
  const type = pick(["0", "0", "0", "0", "\0", "1", "2", "5", "7", "3", "4", "6"]);
  const hasBody = ["0", "\0", "7"].includes(type);
  const body = Buffer.alloc(
    hasBody ? pick([0, 1, 17, 511, 512, 513, below(3000)]) : 0,
    `body of ${below(1000)} `,
  );
  const link = type === "1" || type === "2" ? randomName(random, below, pick) : "";
  const format = pick(["ustar", "ustar", "gnu", "v7", "pax"] as const);
  const blocks: Buffer[] = [];
  const bytes = Buffer.byteLength(name);
  let shortName = name;
  if (format === "pax" && (bytes > 100 || random() < 0.5)) {
    const records = [["path", type === "5" ? `${name}/` : name]];
    if (link !== "") records.push(["linkpath", link]);
    if (random() < 0.3) records.push(["mtime", `${below(2 ** 30)}.5`]);
    if (hasBody && random() < 0.3) records.push(["size", String(body.length)]);
    blocks.push(
      ...extension(
        "x",
        Buffer.concat(records.map(([key, value]) => paxRecord(key as string, value as string))),
      ),
    );
    shortName = "pax";
  } else if (bytes > 99) {
    blocks.push(...extension("L", Buffer.from(`${name}\0`)));
    shortName = name.slice(0, 20);
  }
  if (Buffer.byteLength(link) > 99 && format !== "pax")
    blocks.push(...extension("K", Buffer.from(`${link}\0`)));
  const oddSize = type === "5" || type === "1" ? pick([0, 0, 0, 4096]) : body.length;
  const header = headerBlock({
    name: shortName,
    type,
    link: link.slice(0, 90),
    size: oddSize,
    format,
    random,
    pick,
  });
  blocks.push(header, padded(body));
  return blocks;
}

function randomName(random: () => number, below: Below, pick: Pick): string {
  const part = () =>
    pick([
      "a",
      "etc",
      "lib",
      "x".repeat(1 + below(40)),
      "naïve",
      "名前",
      "with space",
      "q'uote",
      "back\\slash",
      ".hidden",
      "..data",
    ]);
  const name = Array.from({ length: 1 + below(random() < 0.1 ? 12 : 4) }, part).join("/");
  return pick(["", "", "", "./", "/", "../"]) + name;
}

function headerBlock(fields: {
  name: string;
  type: string;
  link: string;
  size: number;
  format: string;
  random: () => number;
  pick: Pick;
}): Buffer {
  const { name, type, link, size, format, random, pick } = fields;
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 100), 0, 100, "utf8");
  block.write(pick(["0000644\0", "000644 \0", "0000755\0", " 644 \0\0\0"]), 100, "latin1");
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  if (random() < 0.2 && format !== "v7") {
    block[124] = 0x80;
    block.writeUIntBE(size, 130, 6);
  } else
    block.write(
      pick([
        `${size.toString(8).padStart(11, "0")}\0`,
        `${size.toString(8).padStart(11, " ")} `,
        `${size.toString(8)} `,
      ]),
      124,
      "latin1",
    );
  block.write("14000000000\0", 136);
  block.write(type, 156, "latin1");
  block.write(link, 157, 100, "utf8");
  if (format === "gnu") block.write("ustar  \0", 257, "latin1");
  else if (format !== "v7") {
    block.write("ustar\u000000", 257, "latin1");
    if (random() < 0.2 && name !== "pax") block.write("pre/fix", 345);
  }
  return sealed(block, random() < 0.1);
}

/** With its checksum, in old tars summed over signed bytes. */
function sealed(block: Buffer, signed: boolean): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + (signed && byte > 127 ? byte - 256 : byte), 0);
  block.write(`${Math.max(sum, 0).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function extension(type: string, body: Buffer): Buffer[] {
  const block = Buffer.alloc(512);
  block.write("././@LongLink", 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write(type, 156);
  block.write(type === "x" ? "ustar\u000000" : "ustar  \0", 257, "latin1");
  return [sealed(block, false), padded(body)];
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A byte changed, a block doubled or dropped, or the end cut off. */
function damage(archive: Buffer, random: () => number, below: Below): Buffer {
  const kind = below(4);
  if (kind === 0) {
    const changed = Buffer.from(archive);
    changed[below(changed.length)] = below(256);
    return changed;
  }
  const at = below(archive.length / 512) * 512;
  if (kind === 1) return Buffer.concat([archive.subarray(0, at), archive.subarray(at + 512)]);
  if (kind === 2) return Buffer.concat([archive.subarray(0, at + 512), archive.subarray(at)]);
  return archive.subarray(0, Math.floor(random() * archive.length));
}
