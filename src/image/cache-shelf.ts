/** Keeps a folder of entries within its size, oldest use first, without looking through it at each. Must not read an entry. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** One entry as this run knows it. */
interface Shelved {
  readonly size: number;
  /** When it was used last, in milliseconds of the file's time; nothing for what this run used. */
  readonly used?: number;
}

/** The entries in a folder, those used longest ago first. It looks into the folder once: a run may put thousands. */
export class Shelf {
  readonly #entries = new Map<string, Shelved>();
  #bytes = 0;

  constructor(folder: string) {
    const found = readdirSync(folder)
      // Before names were kept as bytes, entries were JSON.
      .filter((name) => /\.(?:facts|json)$/.test(name))
      .map((name) => join(folder, name))
      .map((path) => [path, shelved(path)] as const);
    for (const [path, entry] of found.toSorted(([, a], [, b]) => (a?.used ?? 0) - (b?.used ?? 0)))
      if (entry !== undefined) this.#add(path, entry);
  }

  /** This run wrote it. */
  put(path: string, size: number): void {
    this.#remove(path);
    this.#add(path, { size });
  }

  /** This run read it. */
  used(path: string): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) this.put(path, entry.size);
  }

  /** Removes files until the others have at most so many bytes. What another run used since is kept longer. */
  keepWithin(mostBytes: number): void {
    for (const [path, { used }] of this.#entries) {
      if (this.#bytes <= mostBytes) return;
      this.#remove(path);
      const now = used === undefined ? undefined : shelved(path);
      if (now !== undefined && now.used !== used) this.#add(path, { size: now.size });
      else rmSync(path, { force: true });
    }
  }

  #add(path: string, entry: Shelved): void {
    this.#entries.set(path, entry);
    this.#bytes += entry.size;
  }

  #remove(path: string): void {
    this.#bytes -= this.#entries.get(path)?.size ?? 0;
    this.#entries.delete(path);
  }
}

function shelved(path: string): Shelved | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { size: stat.size, used: stat.mtimeMs };
}
