/** Detects programs and libraries: what their ELF headers say, and what is linked into static ones. Must keep at most some megabytes of a file. */
import type { ElfFact } from "../../model/layer-facts.ts";
import type { Collector, Detector, FileHeader } from "./detector.ts";
import * as elf from "./elf.ts";
import { Windows } from "./elf-windows.ts";
import { callsIn } from "./elf-calls.ts";
import { GO_INFO_BYTES, GO_MAGIC, type GoBuildInfo, readGoBuildInfo } from "./go-build-info.ts";
import { mayStart } from "./starts-programs.ts";
import { OVERLAP, Traces } from "./traces.ts";

const KIB = 1024;
/** Taken in and searched at once. */
const BLOCK = 256 * KIB;
/** The file's start is kept so far: it holds the names of the needed libraries in all but huge string tables. */
const START = 5_120 * KIB;
/** For all that is kept of a file, and the block. */
const BUDGET = 7_424 * KIB;
/** What is read of a segment that names something. */
const PART = 64 * KIB;

/** A program that shows nothing of its C library may be packed, but not with a resolver in so few bytes: musl's is 40 KiB, and 18 with the best of packers. */
const TOO_SMALL_TO_HIDE = 16 * KIB;

const LIBRARY_NAME = /\.so(\.[\w.]*)?$/;
/** Loaders are searched like programs: gcompat's is one. */
const LOADER_NAME = /(^|\/)ld[^/]*$/;

/** Programs and libraries of every architecture. */
export const elfFile: Detector = {
  id: "elf",
  version: 13,
  maxBytes: BUDGET,
  names: LIBRARY_NAME,
  start(file) {
    const library = LIBRARY_NAME.test(file.path) && !LOADER_NAME.test(file.path);
    return (file.executable || library) && file.size >= 52 ? new ElfCollector(file, library) : undefined;
  },
};

/** What the dynamic section says. */
interface DynamicParts {
  readonly needed: readonly string[];
  readonly soname?: string;
  readonly pie: boolean;
  readonly libraryPath?: string;
  readonly calls?: readonly string[];
}

/** Takes the file in blocks that overlap, so that nothing looked for is torn apart. */
class ElfCollector implements Collector {
  readonly #size: number;
  /** A library by its name: only its headers are of interest. */
  readonly #library: boolean;
  readonly #windows = new Windows(BUDGET);
  readonly #traces = new Traces();
  #block: Buffer = Buffer.alloc(0);
  #length = 0;
  #blockStart = 0;
  #header: elf.ElfHeader | undefined;
  #segments: readonly elf.Segment[] | undefined;
  #goStart: number | undefined;
  #mayStart = false;
  #done = false;

  constructor(file: FileHeader, library: boolean) {
    this.#size = file.size;
    this.#library = library;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#block.length === 0) {
      // Most of what can be executed in an image of scripts is none: no memory is taken for it.
      if (bytes.length >= 4 && !elf.isElf(bytes)) this.#done = true;
      if (this.#done) return false;
      const block = this.#windows.room(Math.min(this.#size, BLOCK) + OVERLAP);
      this.#block = Buffer.from(block.buffer, block.byteOffset, block.length);
    }
    for (let taken = 0; taken < bytes.length && !this.#done; ) {
      const count = Math.min(bytes.length - taken, this.#block.length - this.#length);
      this.#block.set(bytes.subarray(taken, taken + count), this.#length);
      this.#length += count;
      taken += count;
      if (this.#header === undefined && this.#length >= 4 && !elf.isElf(this.#block)) this.#done = true;
      else if (this.#length === this.#block.length) this.#take();
    }
    return !this.#done;
  }

  end(): ElfFact | undefined {
    if (!this.#done && this.#length > 0) this.#take();
    const fact = this.#header === undefined ? undefined : this.#fact(this.#header);
    this.#windows.release();
    return fact;
  }

  /** Learns from the present block, then makes room for the next. */
  #take(): void {
    const block = this.#block.subarray(0, this.#length);
    this.#windows.push(block, this.#blockStart);
    if (this.#header === undefined) this.#begin(block);
    if (this.#header === undefined) {
      this.#done = true;
      return;
    }
    if (this.#segments === undefined) this.#plan(this.#header);
    if (this.#holds("data")) this.#findGo(block);
    if (!this.#isDynamicProgram() && this.#holds("constants")) this.#traces.search(block);
    if (!this.#isDynamicProgram() && !this.#library) this.#searchCode(this.#header, block);

    const kept = Math.min(OVERLAP, block.length);
    this.#blockStart += block.length - kept;
    this.#block.copyWithin(0, block.length - kept, block.length);
    this.#length = kept;
    this.#done = this.#blockStart + kept >= this.#enough();
  }

  #begin(block: Uint8Array): void {
    const header = elf.readHeader(block);
    if (header === undefined) return;
    this.#header = header;
    const { programs, sections } = header;
    this.#windows.keep(programs.offset, programs.entrySize * programs.count);
    // Tools that change programs may move these headers to the end: what they name may be anywhere before.
    if (programs.offset > OVERLAP) this.#windows.keep(0, Math.min(START, this.#size));
    if (this.#library) return;
    // Section headers and their names stand at the end.
    this.#windows.keep(sections.offset, Math.min(sections.entrySize * sections.count, 4 * PART));
    this.#windows.keep(Math.max(0, this.#size - PART), Math.min(this.#size, PART));
  }

  /** Reads the program headers once they are there, and asks for what they point at. */
  #plan(header: elf.ElfHeader): void {
    const size = header.programs.entrySize * header.programs.count;
    const table = this.#windows.read(header.programs.offset, size);
    if (table.length < size) return;
    this.#segments = elf.readSegments(header, table);
    for (const { type, offset, size: length } of this.#segments) {
      if (type === "interpreter" || type === "note") this.#windows.keep(offset, Math.min(length, 4 * KIB));
      if (type === "dynamic") this.#windows.keep(offset, Math.min(length, PART));
    }
    if (this.#segments.some(({ type }) => type === "dynamic")) {
      this.#windows.keep(0, Math.min(START, this.#loadedEnd(), this.#size));
    }
    // Linkers put `.comment` right behind what is loaded.
    if (!this.#library && !this.#isDynamicProgram()) this.#windows.keep(this.#loadedEnd(), PART);
  }

  #isDynamicProgram(): boolean {
    return this.#segments?.some(({ type }) => type === "interpreter") ?? false;
  }

  #loadedEnd(): number {
    const ends = (this.#segments ?? []).map((s) => (s.type === "load" ? s.offset + s.size : 0));
    return Math.max(0, ...ends);
  }

  /** Where nothing more can be learnt: libraries and dynamic programs say all they can in what is loaded. */
  #enough(): number {
    if (this.#segments === undefined) return Number.POSITIVE_INFINITY;
    if (!this.#library) return this.#isDynamicProgram() ? this.#loadedEnd() : Number.POSITIVE_INFINITY;
    const dynamic = this.#segments.find(({ type }) => type === "dynamic");
    // The string table may stand behind the dynamic section, so the start is waited for.
    const start = Math.min(START, this.#loadedEnd());
    return dynamic === undefined ? 0 : Math.max(dynamic.offset + dynamic.size, start);
  }

  /** Whether the present block has loaded bytes of a kind: writable data, or constants (code only in files that do not keep them apart). */
  #holds(kind: "data" | "constants"): boolean {
    if (this.#library) return false;
    if (this.#segments === undefined) return true;
    const loads = this.#segments.filter(({ type }) => type === "load");
    const apart = loads.some(({ executable, writable, offset }) => !executable && !writable && offset > 0);
    const end = this.#blockStart + this.#length;
    return loads.some(
      ({ offset, size, executable, writable }) =>
        offset < end &&
        offset + size > this.#blockStart &&
        (kind === "data" ? writable : !apart || !executable),
    );
  }

  /** Whether what is executed of the present block may start another program. */
  #searchCode(header: elf.ElfHeader, block: Buffer): void {
    for (const { type, executable, offset, size } of this.#segments ?? []) {
      if (this.#mayStart || type !== "load" || !executable) continue;
      const from = Math.max(0, offset - this.#blockStart);
      const to = Math.min(block.length, offset + size - this.#blockStart);
      if (from < to) this.#mayStart = mayStart(header.machine, block.subarray(from, to));
    }
  }

  #findGo(block: Buffer): void {
    if (this.#goStart !== undefined) return;
    for (let at = block.indexOf(GO_MAGIC); at >= 0; at = block.indexOf(GO_MAGIC, at + 1)) {
      if (readGoBuildInfo(block.subarray(at)) === undefined) continue;
      this.#goStart = this.#blockStart + at;
      this.#windows.keep(this.#goStart, GO_INFO_BYTES);
      return;
    }
  }

  #fact(header: elf.ElfHeader): ElfFact {
    const missing: string[] = [];
    const segments = this.#segments ?? [];
    if (this.#segments === undefined) missing.push("program headers");
    const interpreter = this.#interpreter(segments, missing);
    const { needed, soname, pie, libraryPath, calls } = this.#dynamic(header, segments, missing);
    // A static program that may be loaded anywhere looks like a library, but needs and names nothing.
    const program = !this.#library && needed.length === 0 && soname === undefined;
    const library = header.type === "shared-object" && interpreter === undefined && !pie && !program;
    const isStatic = interpreter === undefined && !library && needed.length === 0;
    const go = this.#go(header, segments);
    const { musl, muslNoData, glibc, rare, rustCommit, resolver, others, withC } = this.#traces.found;
    const whole = missing.length === 0 && this.#segments !== undefined;
    // Whoever has the texts of getaddrinfo's errors has more of it.
    const resolves = resolver || muslNoData !== "unknown" || others.has("musl-getaddrinfo");
    const noResolver = whole && !resolves && !others.has("c-ares") && !others.has("upx");
    const bare = noResolver && header.type !== "other" && this.#isOpen(segments, musl) && !this.#mayStart;
    const comments = isStatic ? this.#comments(header) : [];
    const rustc = comments.map((text) => /^rustc version (\S+)/.exec(text)?.[1]).find(Boolean) ?? rustCommit;
    return {
      kind: "elf",
      bits: header.bits,
      endian: header.endian,
      machine: header.machine,
      type: library ? "shared-object" : header.type === "other" ? "other" : "executable",
      ...(interpreter !== undefined && { interpreter }),
      needed,
      ...(soname !== undefined && { soname }),
      ...(libraryPath !== undefined && { libraryPath }),
      ...(calls !== undefined && { calls }),
      comments,
      go: go && { ...go, withC: withC.size === 0 ? undefined : [...withC].sort() },
      ...(isStatic && rustc !== undefined && { rustc }),
      ...(isStatic && {
        linked: {
          musl,
          muslNoData,
          glibc,
          ...(rare !== undefined && !musl && !glibc && { other: rare }),
          ...(noResolver && { noResolver }),
          ...(bare && { bare }),
        },
      }),
      traces: [...others].sort(),
      ...(missing.length > 0 && { partial: `its ${missing.join(" and ")} could not be read` }),
    };
  }

  /** Whether everything it will run can be seen: nothing can be written and then run, and nothing be hidden. */
  #isOpen(segments: readonly elf.Segment[], musl: boolean): boolean {
    const loads = segments.filter(({ type }) => type === "load");
    const code = loads.filter(({ executable }) => executable);
    // Without what only fills pages up.
    const held = loads.reduce((sum, { size }) => sum + size, Math.max(0, this.#size - this.#loadedEnd()));
    return code.length > 0 && !code.some(({ writable }) => writable) && (musl || held <= TOO_SMALL_TO_HIDE);
  }

  #interpreter(segments: readonly elf.Segment[], missing: string[]): string | undefined {
    const segment = segments.find(({ type }) => type === "interpreter");
    if (segment === undefined) return undefined;
    const text = elf.stringAt(this.#windows.read(segment.offset, Math.min(segment.size, 4 * KIB)), 0);
    if (text === undefined) missing.push("interpreter");
    return text;
  }

  #dynamic(header: elf.ElfHeader, segments: readonly elf.Segment[], missing: string[]): DynamicParts {
    const segment = segments.find(({ type }) => type === "dynamic");
    if (segment === undefined) return { needed: [], pie: false };
    const bytes = this.#windows.read(segment.offset, Math.min(segment.size, PART));
    if (bytes.length === 0) missing.push("dynamic section");
    const dynamic = elf.readDynamic(header, bytes);
    const strings = elf.fileOffset(segments, dynamic.stringsAddress ?? -1);
    const named = (offset: number) =>
      strings === undefined || offset >= (dynamic.stringsSize ?? 0)
        ? undefined
        : elf.stringAt(this.#windows.read(strings + offset, 4_097), 0);
    const needed = dynamic.needed.map(named).filter((name) => name !== undefined);
    if (needed.length < dynamic.needed.length) missing.push("list of libraries");
    const soname = dynamic.soname === undefined ? undefined : named(dynamic.soname);
    const paths = dynamic.paths.map(named).filter((path) => path !== undefined);
    return {
      needed,
      pie: dynamic.pie,
      ...(soname !== undefined && { soname }),
      ...(paths.length > 0 && { libraryPath: paths.join(":") }),
      ...(dynamic.symbols ? this.#calls(strings, dynamic.stringsSize) : {}),
    };
  }

  /** What the string table of the dynamic symbols names, where all of it was kept. */
  #calls(offset: number | undefined, size = 0): { readonly calls?: readonly string[] } {
    if (offset === undefined || size === 0) return {};
    const table = this.#windows.read(offset, size);
    return table.length < size ? {} : { calls: callsIn(table) };
  }

  /**
   * Go, where its runtime shows: its functions' names or table, or its linker's note. The build information alone does
   * not make it so: any program may have its magic in its data (Go source, debug/buildinfo, where it is looked for).
   */
  #go(header: elf.ElfHeader, segments: readonly elf.Segment[]): GoBuildInfo | undefined {
    const { others } = this.#traces.found;
    const noted = segments.some(
      ({ type, offset, size }) =>
        type === "note" && elf.hasGoNote(header, this.#windows.read(offset, Math.min(size, 4 * KIB))),
    );
    // Where names are scrambled too, the table of functions keeps its own.
    const tabled = [".gopclntab", ".data.rel.ro.gopclntab"].some((name) => this.#section(header, name));
    if (!others.has("go") && !noted && !tabled) return undefined;
    const info =
      this.#goStart === undefined
        ? undefined
        : readGoBuildInfo(this.#windows.read(this.#goStart, GO_INFO_BYTES));
    if (info?.library) return undefined;
    if (info !== undefined) return info;
    return { version: "unknown", cgo: others.has("go") ? others.has("go-cgo") : "unknown" };
  }

  /** The strings of `.comment`, each once; none when the section headers were stripped. */
  #comments(header: elf.ElfHeader): readonly string[] {
    const comment = this.#section(header, ".comment");
    if (comment === undefined) return [];
    const bytes = this.#windows.read(comment.offset, Math.min(comment.size, 16 * KIB));
    const strings = Buffer.from(bytes).toString("utf8").split("\0");
    return [...new Set(strings.filter((text) => text !== "").map((text) => text.slice(0, 200)))].slice(0, 32);
  }

  #section(header: elf.ElfHeader, wanted: string): elf.Section | undefined {
    const { offset, entrySize, count } = header.sections;
    const table = this.#windows.read(offset, Math.min(entrySize * count, 4 * PART));
    const sections = elf.readSections(header, table);
    const names = sections[header.namesIndex];
    return (
      names &&
      sections.find(({ name }) => elf.stringAt(this.#windows.read(names.offset + name, 32), 0) === wanted)
    );
  }
}
