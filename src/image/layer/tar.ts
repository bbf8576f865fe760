/** Walks the headers of a tar as bytes are pushed in and hands bodies on. Must not know what files mean, nor touch a disk. */
import { MuslgateError } from "../../model/error.ts";
import type { Budget } from "../../model/budget.ts";
import { imageBudget, type Limits, limitReached } from "../limits.ts";
import { nameText } from "./path.ts";
import { parsePax } from "./pax.ts";
import { checkParts, expandSparse, parseBodyMap, parseMap, type SparsePart } from "./sparse.ts";

/** One header, after PAX and GNU extensions. */
export interface TarEntry {
  /** As the archive has it. */
  readonly name: string;
  readonly type: "file" | "hardlink" | "symlink" | "directory" | "other";
  /** Bytes of the body that follows. */
  readonly size: number;
  readonly mode: number;
  /** Target of a link, else empty. */
  readonly link: string;
}

/** Takes a body in order; returning false asks for no more of it. */
export interface BodySink {
  push(bytes: Uint8Array): boolean;
  end(): void;
}

/**
 * Takes a regular file of a clean ASCII name, which is the first `length` bytes of `name` and valid during the call, whose
 * body it does not want. False where it leaves the file to be visited as any entry is.
 */
export type PassingBy = (name: Buffer, length: number, mode: number) => boolean;

const BLOCK = 512;
const EMPTY = Buffer.alloc(0);
const USTAR = Buffer.from("ustar\0");
/** The longest name that a header holds without extensions: prefix, slash and name. */
const HEADER_NAME = 155 + 1 + 100;
const SLASH = 0x2f;
const DOT = 0x2e;

/** A sparse entry of GNU's old form whose list of parts goes on in another block. */
interface PendingSparse {
  readonly parts: SparsePart[];
  readonly realSize: number;
  readonly entry: TarEntry;
}

/** Where in the archive the walk stands. */
type State = "header" | "body" | "extension" | "padding" | "ended";

/**
 * A push parser for ustar, PAX, GNU and v7 archives (POSIX.1-2017 pax; GNU tar manual, "Basic Tar
 * Format"). Where container runtimes' reader (Go archive/tar) and GNU tar would read an archive
 * differently, it refuses the archive rather than choose.
 */
export class TarWalk {
  readonly #visit: (entry: TarEntry) => BodySink | undefined;
  readonly #passBy: PassingBy | undefined;
  readonly #limits: Limits;
  readonly #extensions: Budget;
  readonly #holes: Budget;
  #state: State = "header";
  /** A header that straddles two chunks, or lies where it cannot be read as words. */
  readonly #partial = Buffer.alloc(BLOCK);
  #partialLength = 0;
  #remaining = 0;
  #padding = 0;
  #sink: BodySink | undefined;
  #extension: Buffer = EMPTY;
  #extensionLength = 0;
  #extensionType = "";
  #longName: string | undefined;
  #longLink: string | undefined;
  #pax: Map<string, string> | undefined;
  #moreParts: PendingSparse | undefined;
  readonly #name = Buffer.allocUnsafeSlow(HEADER_NAME);
  #zeroBlocks = 0;
  #entries = 0;
  #offset = 0;
  /** The memory that the chunk lies in. */
  #words: Int32Array | undefined;

  /** `visit` is called once an entry, in order; the sink it returns gets the body. Plain files may be passed by first. */
  constructor(visit: (entry: TarEntry) => BodySink | undefined, limits: Limits, passBy?: PassingBy) {
    this.#visit = visit;
    this.#passBy = passBy;
    this.#limits = limits;
    this.#extensions = imageBudget("headersBytes", limits, "the extension headers of the tar have together");
    this.#holes = imageBudget("holeBytes", limits, "the sparse files of the tar have together holes of");
  }

  /** Headers seen. */
  get entries(): number {
    return this.#entries;
  }

  /** Whether two zero blocks ended the archive. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Bytes from here that nobody wants: a reader that can seek may leave them out and call `skip`. */
  get skippable(): number {
    if (this.#state === "body" && this.#sink === undefined) return this.#remaining + this.#padding;
    return this.#state === "padding" ? this.#padding : 0;
  }

  /** Bytes of a body or an extension header that are wanted from here; 0 where a header is next. */
  get wanted(): number {
    if (this.#state === "extension" || (this.#state === "body" && this.#sink !== undefined))
      return this.#remaining;
    return 0;
  }

  /** Leaves out `count` bytes, at most `skippable`. */
  skip(count: number): void {
    this.#offset += count;
    if (this.#state === "body") {
      const body = Math.min(count, this.#remaining);
      this.#remaining -= body;
      count -= body;
      if (this.#remaining === 0) this.#state = "padding";
    }
    this.#padding -= count;
    if (this.#state === "padding" && this.#padding === 0) this.#state = "header";
  }

  /** The next bytes of the archive. Throws MuslgateError (`input` or `limit`) when it cannot be read. */
  push(chunk: Uint8Array): void {
    const bytes =
      chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "ended") return;
      const skippable = this.skippable;
      if (skippable > 0) {
        const take = Math.min(skippable, bytes.length - at);
        at += take;
        this.skip(take);
      } else if (this.#state === "header") at = this.#readHeader(bytes, at);
      else at = this.#readBody(bytes, at);
    }
  }

  /** The archive is over. Throws MuslgateError when it stops inside an entry. */
  end(): void {
    if (this.#state === "ended") return;
    if (this.#state !== "header" || this.#partialLength > 0 || this.#longName !== undefined || this.#pax) {
      throw damaged(`the tar stops in the middle of an entry, at byte ${this.#offset}`);
    }
  }

  #readHeader(bytes: Buffer, at: number): number {
    const isAligned = ((bytes.byteOffset + at) & 3) === 0;
    if (this.#partialLength === 0 && isAligned && bytes.length - at >= BLOCK) {
      this.#offset += BLOCK;
      this.#header(bytes, at);
      return at + BLOCK;
    }
    const take = Math.min(BLOCK - this.#partialLength, bytes.length - at);
    bytes.copy(this.#partial, this.#partialLength, at, at + take);
    this.#partialLength += take;
    this.#offset += take;
    if (this.#partialLength === BLOCK) {
      this.#partialLength = 0;
      this.#header(this.#partial, 0);
    }
    return at + take;
  }

  #readBody(bytes: Buffer, at: number): number {
    const take = Math.min(this.#remaining, bytes.length - at);
    const part = bytes.subarray(at, at + take);
    if (this.#state === "extension") {
      part.copy(this.#extension, this.#extensionLength);
      this.#extensionLength += take;
    } else if (this.#sink !== undefined && !this.#sink.push(part)) {
      this.#finishBody();
    }
    this.#remaining -= take;
    this.#offset += take;
    if (this.#remaining === 0) {
      const before = this.#state;
      this.#state = this.#padding === 0 ? "header" : "padding";
      // An extension may go on with another block or a body: it has the last word on the state.
      if (before === "extension") this.#applyExtension();
      else this.#finishBody();
    }
    return at + take;
  }

  #finishBody(): void {
    this.#sink?.end();
    this.#sink = undefined;
  }

  #header(block: Buffer, at: number): void {
    if (isZero(block, at)) {
      this.#zeroBlocks++;
      if (this.#zeroBlocks === 2) this.#state = "ended";
      return;
    }
    if (this.#zeroBlocks > 0) {
      throw damaged(
        `a lone zero block stands before byte ${this.#offset}; tar readers differ on what follows`,
      );
    }
    if (!this.#checksumHolds(block, at)) {
      throw damaged(
        this.#entries === 0
          ? "it is not a tar: the first header's checksum does not hold"
          : `the tar header before byte ${this.#offset} is damaged: its checksum does not hold`,
      );
    }
    if (++this.#entries > this.#limits.layerEntries) {
      const most = this.#limits.layerEntries;
      throw limitReached("layerEntries", this.#limits, `the tar has more than ${most} entries`);
    }
    const typeflag = String.fromCharCode(block[at + 156] ?? 0);
    // Not needed, but a header whose numbers are none is no header to Go's reader.
    checkNumber(block, at + 108, 8);
    checkNumber(block, at + 116, 8);
    checkNumber(block, at + 136, 12);
    const size = number(block, at + 124, 12, "size");
    if (typeflag === "L" || typeflag === "K" || typeflag === "x" || typeflag === "g") {
      this.#startExtension(typeflag, size);
    } else {
      this.#startEntry(block, at, typeflag, size);
    }
  }

  /** As `checksumHolds`, four bytes at a time; what does not hold so is summed in the old way too. */
  #checksumHolds(block: Buffer, at: number): boolean {
    if (this.#words?.buffer !== block.buffer)
      this.#words = new Int32Array(block.buffer, 0, block.buffer.byteLength >> 2);
    const words = this.#words;
    const first = (block.byteOffset + at) >> 2;
    // Two sums of 16 bits each, which 128 words cannot overflow.
    let pairs = 0;
    for (let i = first; i < first + BLOCK / 4; i++) {
      const word = words[i] as number;
      pairs = (pairs + (word & 0xff00ff) + ((word >>> 8) & 0xff00ff)) | 0;
    }
    let sum = (pairs & 0xffff) + (pairs >>> 16) + 8 * 0x20;
    for (let i = at + 148; i < at + 156; i++) sum -= block[i] as number;
    return octal(block, at + 148, 8) === sum || checksumHolds(block, at);
  }

  #startExtension(typeflag: string, size: number): void {
    if (size > this.#limits.headerBytes) {
      const most = this.#limits.headerBytes;
      const what = `an extension header of the tar has ${size} bytes, more than ${most}`;
      throw limitReached("headerBytes", this.#limits, what);
    }
    this.#extensions.spend(size);
    this.#extensionType = typeflag;
    this.#extension = size === 0 ? EMPTY : Buffer.alloc(size);
    this.#extensionLength = 0;
    this.#begin(size, "extension");
    if (size === 0) this.#applyExtension();
  }

  #applyExtension(): void {
    const body = this.#extension;
    this.#extension = EMPTY;
    if (this.#extensionType === "S") {
      this.#continueGnuSparse(body);
      return;
    }
    if (this.#extensionType === "L") this.#longName = this.#text(body, 0, body.length);
    else if (this.#extensionType === "K") this.#longLink = this.#text(body, 0, body.length);
    else {
      const records = parsePax(body);
      if (this.#extensionType === "x") this.#pax = records;
      // Go's reader never applies a global header and GNU tar does: harmless only where it changes nothing.
      else if (["path", "linkpath", "size"].some((key) => records.has(key))) {
        throw damaged("a global PAX header renames or resizes entries; tar readers differ on that");
      }
    }
  }

  #startEntry(block: Buffer, at: number, typeflag: string, headerSize: number): void {
    if (this.#isPassedBy(block, at, typeflag)) {
      this.#sink = undefined;
      this.#startBody(headerSize);
      return;
    }
    const pax = this.#pax;
    const name =
      pax?.get("GNU.sparse.name") ?? pax?.get("path") ?? this.#longName ?? this.#headerName(block, at);
    const link = pax?.get("linkpath") ?? this.#longLink ?? this.#text(block, at + 157, 100);
    let size = headerSize;
    const paxSize = pax?.get("size");
    if (paxSize !== undefined) {
      if (!/^\d{1,15}$/.test(paxSize)) throw damaged(`a PAX header gives "${paxSize}" as a size`);
      size = Number(paxSize);
    }
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    const most = this.#limits.nameBytes;
    if (isLonger(name, most) || isLonger(link, most)) {
      throw limitReached("nameBytes", this.#limits, `a name in the tar has more than ${most} bytes`);
    }
    const type = entryType(typeflag, name);
    // Header-only kinds: their size field is not the size of a body. Go and GNU tar agree on hard links and
    // folders, but not on the rest.
    const bodyless = type === "hardlink" || type === "directory";
    if (size > 0 && (type === "symlink" || type === "other" || (type === "directory" && typeflag !== "5"))) {
      throw damaged(`"${name}" is no file but has a size of ${size}; tar readers differ on that`);
    }
    const mode = number(block, at + 100, 8, "mode");
    const body = bodyless ? 0 : size;
    const isLink = type === "hardlink" || type === "symlink";
    const entry = { name, type, size: body, mode, link: isLink ? link : "" };
    if (typeflag === "S") this.#startGnuSparse(block, at, entry);
    else if (pax !== undefined && isSparse(pax)) this.#startPaxSparse(pax, entry);
    else {
      this.#sink = this.#visit(entry);
      this.#startBody(body);
    }
  }

  /** Most entries: nothing but the header itself tells of them, and nobody wants their bodies. */
  #isPassedBy(block: Buffer, at: number, typeflag: string): boolean {
    if (this.#passBy === undefined || (typeflag !== "0" && typeflag !== "\0")) return false;
    if (this.#pax !== undefined || this.#longName !== undefined || this.#longLink !== undefined) return false;
    const length = this.#plainName(block, at);
    // The bound counts a leading `./` as well.
    if (length === 0 || length + 2 > this.#limits.nameBytes) return false;
    return this.#passBy(this.#name, length, number(block, at + 100, 8, "mode"));
  }

  /** Writes a header's name into `#name`, without a leading `./`. Returns its length; 0 where it is not ASCII or not clean. */
  #plainName(block: Buffer, at: number): number {
    let length = 0;
    if (block[at + 345] !== 0 && isUstar(block, at)) {
      length = this.#copyParts(block, at + 345, at + 500, 0);
      if (length === 0) return 0;
      this.#name[length++] = SLASH;
    }
    const start = length === 0 && block[at] === DOT && block[at + 1] === SLASH ? at + 2 : at;
    return this.#copyParts(block, start, at + 100, length);
  }

  /** Appends a field of clean ASCII parts to `#name`; 0 where it is none. */
  #copyParts(block: Buffer, start: number, end: number, length: number): number {
    const name = this.#name;
    let part = start;
    for (let i = start; ; i++) {
      const byte = i === end ? 0 : (block[i] as number);
      if (byte >= 0x80) return 0;
      if (byte === SLASH || byte === 0) {
        const size = i - part;
        const isOdd = block[part] === DOT && (size === 1 || (size === 2 && block[part + 1] === DOT));
        if (size === 0 || isOdd) return 0;
        if (byte === 0) return length;
        part = i + 1;
      }
      name[length++] = byte;
    }
  }

  #startBody(size: number): void {
    this.#begin(size, "body");
    if (size === 0) this.#finishBody();
  }

  /** GNU's old form: four parts in the header, more in the blocks that follow it. */
  #startGnuSparse(block: Buffer, at: number, entry: TarEntry): void {
    const realSize = number(block, at + 483, 12, "size");
    const parts = gnuParts(block, at + 386, 4);
    if (block[at + 482] === 0) this.#startSparse(parts, realSize, entry);
    else this.#awaitParts({ parts, realSize, entry });
  }

  #awaitParts(pending: PendingSparse): void {
    this.#extensions.spend(BLOCK);
    this.#moreParts = pending;
    this.#extensionType = "S";
    this.#extension = Buffer.alloc(BLOCK);
    this.#extensionLength = 0;
    this.#begin(BLOCK, "extension");
  }

  #continueGnuSparse(block: Buffer): void {
    const { parts, realSize, entry } = this.#moreParts as PendingSparse;
    parts.push(...gnuParts(block, 0, 21));
    if (block[504] === 0) {
      this.#moreParts = undefined;
      this.#startSparse(parts, realSize, entry);
    } else this.#awaitParts({ parts, realSize, entry });
  }

  /** PAX forms: the parts in the header (0.0, 0.1), or at the start of the body (1.0). */
  #startPaxSparse(pax: ReadonlyMap<string, string>, entry: TarEntry): void {
    const size = pax.get("GNU.sparse.realsize") ?? pax.get("GNU.sparse.size") ?? "";
    if (!/^\d{1,15}$/.test(size)) throw damaged(`the sparse file "${entry.name}" has no size`);
    const map = pax.get("GNU.sparse.map");
    if (pax.get("GNU.sparse.major") !== "1") {
      if (map === undefined) throw damaged(`the sparse file "${entry.name}" has no map`);
      this.#startSparse(parseMap(map), Number(size), entry);
      return;
    }
    const stored = entry.size;
    const inner = this.#visit({ ...entry, size: Number(size) });
    let head: Buffer | undefined = EMPTY;
    let nextTry = 0;
    let sink: BodySink | undefined;
    // The map is looked for whenever twice as much of it is there: its parts are read a few times at most.
    const begin = (last: boolean): boolean => {
      if (head === undefined || (!last && head.length < nextTry)) return true;
      nextTry = 2 * head.length;
      const found = parseBodyMap(head);
      if (found === undefined || head.length < found.bytes) return true;
      const parts = checkParts(found.parts, Number(size), stored - found.bytes);
      sink = inner && this.#expanded(parts, Number(size), stored - found.bytes, inner);
      const rest = head.subarray(found.bytes);
      head = undefined;
      return rest.length === 0 ? sink !== undefined : (sink?.push(rest) ?? false);
    };
    this.#sink = {
      push: (bytes) => {
        if (head === undefined) return sink?.push(bytes) ?? false;
        this.#extensions.spend(bytes.length);
        head = Buffer.concat([head, bytes]);
        const tooLong = head.length > this.#limits.headerBytes;
        const wanting = begin(tooLong);
        if (tooLong && head !== undefined) throw damaged(`the map of "${entry.name}" is too long`);
        return wanting;
      },
      end: () => {
        begin(true);
        if (head !== undefined) throw damaged(`the map of the sparse file "${entry.name}" is cut short`);
        sink?.end();
      },
    };
    this.#startBody(stored);
  }

  #startSparse(parts: readonly SparsePart[], realSize: number, entry: TarEntry): void {
    const checked = checkParts(parts, realSize, entry.size);
    const sink = this.#visit({ ...entry, size: realSize });
    this.#sink = sink && this.#expanded(checked, realSize, entry.size, sink);
    this.#startBody(entry.size);
  }

  #expanded(parts: readonly SparsePart[], realSize: number, stored: number, sink: BodySink): BodySink {
    this.#holes.spend(realSize - stored);
    return expandSparse(parts, realSize, sink);
  }

  #begin(size: number, state: "body" | "extension"): void {
    this.#remaining = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#state = size === 0 ? "header" : state;
  }

  #headerName(block: Buffer, at: number): string {
    const name = this.#text(block, at, 100);
    if (!isUstar(block, at)) return name;
    const prefix = this.#text(block, at + 345, 155);
    return prefix === "" ? name : `${prefix}/${name}`;
  }

  #text(block: Buffer, at: number, length: number): string {
    let end = at;
    let together = 0;
    for (; end < at + length && block[end] !== 0; end++) together |= block[end] as number;
    if (end === at) return "";
    return together < 0x80 ? block.toString("latin1", at, end) : nameText(block, at, end);
  }
}

/** Only POSIX ustar has a prefix; GNU's older format keeps times in its place. */
function isUstar(block: Buffer, at: number): boolean {
  for (let i = 0; i < USTAR.length; i++) if (block[at + 257 + i] !== USTAR[i]) return false;
  return true;
}

function isSparse(pax: ReadonlyMap<string, string>): boolean {
  return ["GNU.sparse.map", "GNU.sparse.major", "GNU.sparse.size", "GNU.sparse.realsize"].some((key) =>
    pax.has(key),
  );
}

/** `count` pairs of offset and length; an empty one ends the list. */
function gnuParts(block: Buffer, at: number, count: number): SparsePart[] {
  const parts: SparsePart[] = [];
  for (let i = at; i < at + count * 24; i += 24) {
    if (block[i] === 0 && block[i + 12] === 0) break;
    parts.push({ offset: number(block, i, 12, "offset"), length: number(block, i + 12, 12, "length") });
  }
  return parts;
}

function entryType(typeflag: string, name: string): TarEntry["type"] {
  switch (typeflag) {
    case "1":
      return "hardlink";
    case "2":
      return "symlink";
    case "5":
      return "directory";
    case "3":
    case "4":
    case "6":
      return "other";
    case "M":
    case "V":
    case "N":
    case "D":
      throw damaged(`"${name}" has GNU tar's type "${typeflag}", which no image layer should have`);
    default:
      return name.endsWith("/") ? "directory" : "file";
  }
}

/** A numeric field: octal digits, or base-256 when its first bit is set (GNU). */
function number(block: Buffer, at: number, length: number, what: string): number {
  const first = block[at] ?? 0;
  if (first & 0x80) {
    if (first !== 0x80) throw damaged(`a tar header has a negative ${what}`);
    let value = 0;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (block[i] ?? 0);
    if (!Number.isSafeInteger(value)) throw damaged(`a tar header has an impossible ${what}`);
    return value;
  }
  const value = octal(block, at, length);
  if (value === undefined) throw damaged(`a tar header has a ${what} that is no octal number`);
  return value;
}

/** Throws where a field that is not needed holds no number. */
function checkNumber(block: Buffer, at: number, length: number): void {
  if (((block[at] as number) & 0x80) === 0) number(block, at, length, "number");
}

/** Whether a text has more bytes than that; no character has more than three. */
function isLonger(text: string, bytes: number): boolean {
  return 3 * text.length > bytes && Buffer.byteLength(text) > bytes;
}

/** Octal digits between blanks, ended by a NUL or the field; nothing else may stand there, as Go's reader has it. */
function octal(block: Buffer, at: number, length: number): number | undefined {
  let value = 0;
  let i = at;
  const end = at + length;
  while (i < end && block[i] === 0x20) i++;
  for (; i < end; i++) {
    const byte = block[i] as number;
    if (byte < 0x30 || byte > 0x37) break;
    value = value * 8 + (byte - 0x30);
  }
  while (i < end && block[i] === 0x20) i++;
  return i === end || block[i] === 0 ? value : undefined;
}

function isZero(block: Buffer, at: number): boolean {
  if (block[at] !== 0) return false;
  for (let i = at + 1; i < at + BLOCK; i++) if (block[i] !== 0) return false;
  return true;
}

/** The sum of all bytes with the checksum field as blanks; old tars summed signed bytes. */
export function checksumHolds(block: Buffer, at: number): boolean {
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let i = at; i < at + 148; i++) {
    const byte = block[i] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let i = at + 156; i < at + BLOCK; i++) {
    const byte = block[i] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  const stored = octal(block, at + 148, 8);
  return stored === unsigned || stored === unsigned - 256 * high;
}

function damaged(message: string): MuslgateError {
  return new MuslgateError(
    "input",
    message,
    "Build or pull the image again; if it stays so, please report it.",
  );
}
