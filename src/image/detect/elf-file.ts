/** Detects programs and libraries: what their ELF headers say, and what is linked into static ones. Must keep at most some megabytes of a file. */
import type { ElfFact } from "../../model/layer-facts.ts";
import type { Collector, Detector, FileHeader } from "./detector.ts";
import {
  type ElfHeader,
  fileOffset,
  hasGoNote,
  HEADER_BYTES,
  isElf,
  readDynamic,
  readHeader,
  readSections,
  readSegments,
  type Section,
  type Segment,
  stringAt,
} from "./elf.ts";
import { Windows } from "./elf-windows.ts";
import { type GoBuildInfo, goBuildInfo } from "./go-build-info.ts";
import { Traces } from "./traces.ts";

/** Holds program headers, interpreter, notes and, but for giants, the dynamic string table. */
const HEAD = 2 * 2 ** 20;
/** Holds section headers, their names, and `.comment`. */
const TAIL = 1 * 2 ** 20;
/** Go's build information stands at the start of the data; modules with many dependencies have long ones. */
const DATA = 1 * 2 ** 20;
const DYNAMIC = 64 * 1024;
const NOTES = 64 * 1024;
/** Program headers that stand behind the head. */
const TABLE = 32 * 1024;
const EMPTY = new Uint8Array(0);

/** Programs and libraries of every architecture. */
export const elfFile: Detector = {
  id: "elf",
  version: 5,
  maxBytes: HEAD + TAIL + DATA + DYNAMIC,
  start(file) {
    if (file.size < 52 || !(file.executable || /\.so(\.[\w.]+)?$/.test(file.path))) return undefined;
    return new ElfCollector(file);
  },
};

/** First the head until the program headers are there, then the parts they name. */
class ElfCollector implements Collector {
  readonly #windows: Windows;
  readonly #size: number;
  #header: ElfHeader | undefined;
  #segments: readonly Segment[] | undefined;
  #traces: Traces | undefined;
  /** The first bytes, while it is not known yet whether this is ELF at all. */
  #first: Uint8Array | undefined = new Uint8Array(0);
  #refused = false;

  constructor(file: FileHeader) {
    this.#size = file.size;
    this.#windows = new Windows(file.size);
  }

  push(bytes: Uint8Array): boolean {
    if (this.#refused) return false;
    if (this.#first !== undefined) {
      const first = this.#first.length === 0 ? bytes : Buffer.concat([this.#first, bytes]);
      if (first.length < Math.min(HEADER_BYTES, this.#size)) {
        this.#first = Uint8Array.from(first);
        return true;
      }
      this.#first = undefined;
      this.#header = isElf(first) ? readHeader(first) : undefined;
      if (this.#header === undefined) {
        this.#refused = true;
        return false;
      }
      this.#windows.keep(0, HEAD);
      // patchelf moves program headers and interpreter to the end of some programs.
      const { offset, entrySize, count } = this.#header.programs;
      if (offset + entrySize * count > HEAD) this.#windows.keep(offset, TABLE + NOTES);
      return this.#take(first);
    }
    return this.#take(bytes);
  }

  end(): ElfFact | undefined {
    const fact = this.#header === undefined ? undefined : this.#fact(this.#header);
    this.#windows.release();
    return fact;
  }

  #take(bytes: Uint8Array): boolean {
    const header = this.#header as ElfHeader;
    const { offset, entrySize, count } = header.programs;
    const before = this.#windows.position;
    const tableEnd = offset + entrySize * count;
    if (this.#segments === undefined && tableEnd <= before + bytes.length) {
      // Notes stand right behind the program headers: they are let by too, all else is asked for before it may go by.
      const first = Math.min(bytes.length, Math.max(tableEnd - before, NOTES));
      this.#windows.push(bytes.subarray(0, first));
      this.#segments = readSegments(
        header,
        this.#windows.read(offset, entrySize * count) ?? new Uint8Array(0),
      );
      this.#plan(this.#segments);
      this.#windows.push(bytes.subarray(first));
      // What the head still holds has been seen already: traces start with it.
      this.#traces?.push(this.#windows.read(0, before) ?? EMPTY);
      this.#traces?.push(bytes);
    } else {
      this.#windows.push(bytes);
      this.#traces?.push(bytes);
    }
    return this.#traces !== undefined || this.#segments === undefined || !this.#windows.complete;
  }

  #plan(segments: readonly Segment[]): void {
    const interpreter = segments.find(({ type }) => type === "interpreter");
    if (interpreter !== undefined && interpreter.offset >= HEAD) this.#windows.keep(interpreter.offset, 4096);
    const dynamic = segments.find(({ type }) => type === "dynamic");
    if (dynamic !== undefined) this.#windows.keep(dynamic.offset, Math.min(dynamic.size, DYNAMIC));
    if (this.#isGo(segments)) {
      for (const segment of segments) {
        if (segment.type === "load" && segment.writable)
          this.#windows.keep(segment.offset, Math.min(segment.size, DATA));
      }
    }
    if (interpreter !== undefined) return;
    if (this.#header?.type === "executable" || dynamic !== undefined) {
      this.#windows.keep(this.#size - TAIL, TAIL);
      this.#traces = new Traces();
    }
  }

  #isGo(segments: readonly Segment[]): boolean {
    const header = this.#header as ElfHeader;
    return segments.some(({ type, offset, size }) => {
      const notes = type === "note" ? this.#windows.read(offset, Math.min(size, 4096)) : undefined;
      return notes !== undefined && hasGoNote(header, notes);
    });
  }

  #fact(header: ElfHeader): ElfFact {
    const segments = this.#segments ?? [];
    const missing: string[] = this.#segments === undefined ? ["program headers"] : [];
    const interpreter = this.#interpreter(segments, missing);
    const { needed, soname, pie } = this.#dynamic(header, segments, missing);
    const library = header.type === "shared-object" && interpreter === undefined && !pie;
    const isStatic = interpreter === undefined && needed.length === 0 && !library;
    const go = this.#go(header, segments);
    const traces = isStatic ? this.#traces : undefined;
    const comments = isStatic ? this.#comments(header) : [];
    const rustc =
      comments.map((line) => /^rustc version (\d+\.\d+\.\d+)/.exec(line)?.[1]).find(Boolean) ?? traces?.rustc;
    return {
      kind: "elf",
      bits: header.bits,
      endian: header.endian,
      machine: header.machine,
      type: library ? "shared-object" : header.type === "other" ? "other" : "executable",
      ...(interpreter === undefined ? {} : { interpreter }),
      needed,
      ...(soname === undefined ? {} : { soname }),
      comments,
      ...(go === undefined ? {} : { go }),
      ...(rustc === undefined ? {} : { rustc }),
      ...(traces === undefined ? {} : { linked: traces.linked }),
      traces: [],
      ...(missing.length === 0 ? {} : { partial: `its ${missing.join(" and ")} could not be read` }),
    };
  }

  #interpreter(segments: readonly Segment[], missing: string[]): string | undefined {
    const segment = segments.find(({ type }) => type === "interpreter");
    if (segment === undefined) return undefined;
    const bytes = this.#windows.read(segment.offset, Math.min(segment.size, 4096));
    const text = bytes && stringAt(bytes, 0);
    if (text === undefined) missing.push("interpreter");
    return text;
  }

  #dynamic(header: ElfHeader, segments: readonly Segment[], missing: string[]) {
    const segment = segments.find(({ type }) => type === "dynamic");
    if (segment === undefined) return { needed: [], pie: false };
    const bytes = this.#windows.read(segment.offset, Math.min(segment.size, DYNAMIC));
    if (bytes === undefined) {
      missing.push("dynamic section");
      return { needed: [], pie: false };
    }
    const dynamic = readDynamic(header, bytes);
    const at =
      dynamic.stringsAddress === undefined ? undefined : fileOffset(segments, dynamic.stringsAddress);
    const strings = at === undefined ? undefined : this.#windows.read(at, dynamic.stringsSize ?? HEAD);
    const named = (offset: number) => (strings === undefined ? undefined : stringAt(strings, offset));
    const needed = dynamic.needed.map(named).filter((name) => name !== undefined);
    if (needed.length < dynamic.needed.length) missing.push("list of libraries");
    const soname = dynamic.soname === undefined ? undefined : named(dynamic.soname);
    return { needed, soname, pie: dynamic.pie };
  }

  #go(header: ElfHeader, segments: readonly Segment[]): GoBuildInfo | undefined {
    // A build without build id has no note, but keeps the table of functions that its runtime needs.
    if (!this.#isGo(segments)) {
      const table = this.#section(header, /^(\.data\.rel\.ro)?\.gopclntab$/);
      return table === undefined ? undefined : { version: "unknown", cgo: "unknown" };
    }
    for (const { type, writable, offset, size } of segments) {
      const data = type === "load" && writable ? this.#windows.read(offset, Math.min(size, DATA)) : undefined;
      const info = data && goBuildInfo(data);
      if (info !== undefined) return info;
    }
    return { version: "unknown", cgo: "unknown" };
  }

  #comments(header: ElfHeader): readonly string[] {
    const comment = this.#section(header, /^\.comment$/);
    const bytes = comment && this.#windows.read(comment.offset, Math.min(comment.size, 64 * 1024));
    if (bytes === undefined) return [];
    return [...new Set(Buffer.from(bytes).toString("utf8").split("\0"))]
      .filter((line) => line !== "")
      .slice(0, 16);
  }

  /** The first section of a name, as far as the table and the names were kept. */
  #section(header: ElfHeader, name: RegExp): Section | undefined {
    const { offset, entrySize, count } = header.sections;
    const table = this.#windows.read(offset, entrySize * count);
    if (table === undefined) return undefined;
    const sections = readSections(header, table);
    const names = sections[header.namesIndex];
    const text = names && this.#windows.read(names.offset, names.size);
    return text && sections.find((section) => name.test(stringAt(text, section.name) ?? ""));
  }
}
