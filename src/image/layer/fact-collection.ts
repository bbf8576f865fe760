/** Gathers what the entries of one layer teach, whether a tar or a table of contents lists them. Must not read bytes itself. */
import type { FileFact, LayerEntry, LayerFacts } from "../../model/layer-facts.ts";
import type { Collector, Detector, FileHeader } from "../detect/detector.ts";
import { cleanPath } from "./path.ts";
import type { BodySink, TarEntry } from "./tar.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function headerOf(path: string, { size, mode }: TarEntry): FileHeader {
  return { path, size, executable: (mode & 0o111) !== 0 };
}

/** What one layer teaches, entry by entry, in the order of its tar. */
export class FactCollection {
  readonly #detectors: readonly Detector[];
  readonly #entries = new Map<string, LayerEntry>();
  readonly #plain = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #whiteouts = new Set<string>();
  readonly #opaque = new Set<string>();

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
  }

  /** Whether a detector would want the body of this entry. */
  wants(entry: TarEntry): boolean {
    const path = cleanPath(entry.name);
    if (entry.type !== "file" || path === "" || nameOf(path).startsWith(WHITEOUT)) return false;
    const header = headerOf(path, entry);
    return this.#detectors.some((detector) => detector.start(header) !== undefined);
  }

  /** The next entry; what it returns takes the body, nothing where no detector wants it. */
  entry(entry: TarEntry): BodySink | undefined {
    const path = cleanPath(entry.name);
    if (path === "") return undefined;
    const base = nameOf(path);
    if (base.startsWith(WHITEOUT)) {
      this.#whiteout(path.slice(0, Math.max(path.length - base.length - 1, 0)), base);
      return undefined;
    }
    if (entry.type === "directory") {
      this.#entries.delete(path);
      this.#plain.delete(path);
      this.#folders.add(path);
      return undefined;
    }
    this.#folders.delete(path);
    if (entry.type === "file") return this.#file(path, entry);
    if (entry.type === "other") this.#setPlain(path);
    else {
      this.#plain.delete(path);
      const target = entry.type === "hardlink" ? cleanPath(entry.link) : entry.link;
      this.#entries.set(path, { type: entry.type, target });
    }
    return undefined;
  }

  /** What was gathered. */
  result(): Pick<LayerFacts, "entries" | "plain" | "folders" | "whiteouts" | "opaque"> {
    return {
      // A null prototype: `__proto__` is a file name like any other here.
      entries: Object.assign(Object.create(null), Object.fromEntries(this.#entries)),
      plain: [...this.#plain],
      folders: [...this.#folders],
      whiteouts: [...this.#whiteouts],
      opaque: [...this.#opaque],
    };
  }

  #whiteout(folder: string, base: string): void {
    if (base === OPAQUE) this.#opaque.add(folder);
    // Other names that start so are aufs's own bookkeeping (OCI image spec, "Whiteouts").
    else if (!base.startsWith(`${WHITEOUT}${WHITEOUT}`)) {
      const name = base.slice(WHITEOUT.length);
      this.#whiteouts.add(folder === "" ? name : `${folder}/${name}`);
    }
  }

  #setPlain(path: string): void {
    this.#entries.delete(path);
    this.#plain.add(path);
  }

  #file(path: string, entry: TarEntry): BodySink | undefined {
    const header = headerOf(path, entry);
    const { size, executable } = header;
    const collectors: Collector[] = [];
    for (const detector of this.#detectors) {
      const collector = detector.start(header);
      if (collector !== undefined) collectors.push(collector);
    }
    const finish = () => {
      const facts = collectors
        .map((collector) => collector.end())
        .filter((fact): fact is FileFact => fact !== undefined);
      if (facts.length === 0 && !executable) this.#setPlain(path);
      else {
        this.#plain.delete(path);
        this.#entries.set(path, { type: "file", size, executable, facts });
      }
    };
    if (collectors.length === 0) {
      finish();
      return undefined;
    }
    let wanting = [...collectors];
    return {
      push(bytes: Uint8Array) {
        wanting = wanting.filter((collector) => collector.push(bytes));
        return wanting.length > 0;
      },
      end: finish,
    };
  }
}
