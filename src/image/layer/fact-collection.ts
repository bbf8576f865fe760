/** Gathers what the entries of one layer teach, whether a tar or a table of contents lists them. Must not read bytes itself. */
import type { FileFact, LayerEntry, LayerFacts } from "../../model/layer-facts.ts";
import type { Collector, Detector, FileHeader } from "../detect/detector.ts";
import { NamesBuilder } from "../../model/layer-names.ts";
import { mayBeWanted } from "../detect/name-filter.ts";
import type { Budget } from "../../model/budget.ts";
import { imageBudget, type Limits } from "../limits.ts";
import { cleanPath } from "./path.ts";
import type { BodySink, TarEntry } from "./tar.ts";

const WHITEOUT = ".wh.";
const EXECUTABLE = 0o111;
const OPAQUE = ".wh..wh..opq";
/** About what a string and its place in a list take besides its characters. */
const OVERHEAD = 32;

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function headerOf(path: string, { size, mode }: TarEntry): FileHeader {
  return { path, size, executable: (mode & EXECUTABLE) !== 0 };
}

/** The budget for what is kept of a layer, or of several together. */
export function keptBudget(limits: Limits): Budget {
  return imageBudget("keptBytes", limits, "names and facts of its files have together");
}

/** What one layer teaches, entry by entry, in the order of its tar. */
export class FactCollection {
  readonly #detectors: readonly Detector[];
  readonly #mayBeWanted: ReturnType<typeof mayBeWanted>;
  readonly #kept: Budget;
  readonly #keptBefore: number;
  readonly #names = new NamesBuilder();
  readonly #entries: [number, LayerEntry][] = [];
  readonly #whiteouts = new Set<string>();
  readonly #opaque = new Set<string>();

  /** `kept` is spent from where layers share it. Its methods throw MuslgateError (`limit`) when it is used up. */
  constructor(detectors: readonly Detector[], limits: Limits, kept = keptBudget(limits)) {
    this.#detectors = detectors;
    this.#mayBeWanted = mayBeWanted(detectors);
    this.#kept = kept;
    this.#keptBefore = kept.spent;
  }

  /** Whether a detector would want the body of this entry. */
  wants(entry: TarEntry): boolean {
    const path = cleanPath(entry.name);
    if (entry.type !== "file" || path === "" || nameOf(path).startsWith(WHITEOUT)) return false;
    const header = headerOf(path, entry);
    return (
      this.#mayBeWanted(header) && this.#detectors.some((detector) => detector.start(header) !== undefined)
    );
  }

  /** The next entry, if it is a file that nobody wants; false where it is to be given to `entry`. */
  passBy(name: Buffer, length: number, mode: number): boolean {
    if ((mode & EXECUTABLE) !== 0) return false;
    const path = name.toString("latin1", 0, length);
    if (path.startsWith(WHITEOUT, path.lastIndexOf("/") + 1)) return false;
    if (this.#mayBeWanted({ path, executable: false })) return false;
    this.#kept.spend(length + OVERHEAD);
    this.#names.pushBytes(name, length);
    return true;
  }

  /** The next entry; what it returns takes the body, nothing where no detector wants it. */
  entry(entry: TarEntry): BodySink | undefined {
    const path = cleanPath(entry.name);
    if (path === "") return undefined;
    this.#kept.spend(path.length + entry.link.length + OVERHEAD);
    const slash = path.lastIndexOf("/");
    if (path.startsWith(WHITEOUT, slash + 1)) {
      this.#whiteout(path.slice(0, Math.max(slash, 0)), path.slice(slash + 1));
      return undefined;
    }
    if (entry.type === "directory") {
      this.#names.push(`/${path}`);
      return undefined;
    }
    const index = this.#names.push(path);
    if (entry.type === "file") return this.#file(index, path, entry);
    if (entry.type !== "other") {
      const target = entry.type === "hardlink" ? cleanPath(entry.link) : entry.link;
      this.#entries.push([index, { type: entry.type, target }]);
    }
    return undefined;
  }

  /** What was gathered. */
  result(): Pick<LayerFacts, "keptBytes" | "names" | "entries" | "whiteouts" | "opaque"> {
    return {
      keptBytes: this.#kept.spent - this.#keptBefore,
      names: this.#names.result(),
      entries: this.#entries,
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

  #file(index: number, path: string, entry: TarEntry): BodySink | undefined {
    const header = headerOf(path, entry);
    if (!this.#mayBeWanted(header)) return undefined;
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
      if (facts.length === 0 && !executable) return;
      if (facts.length > 0) this.#kept.spend(JSON.stringify(facts).length);
      this.#entries.push([index, { type: "file", size, executable, facts }]);
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
