/** Where shards leave facts and the merge finds them: a folder. Must change no entry that is there, nor write beside it. */
import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { makeFolders } from "../tree/make-folders.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { readRegularFile } from "../tree/regular-file.ts";

/** Entries by their keys, which are 64 hexadecimal digits. */
export interface Store {
  /** As messages call it. */
  readonly name: string;
  /** The entry; nothing where there is none. Rejects with MuslgateError where that cannot be told. */
  get(key: string): Promise<string | undefined>;
  /** Adds an entry, unless one is there: then it is returned, and stays. Rejects with MuslgateError. */
  add(key: string, entry: string): Promise<string | undefined>;
  /** Keeps what was added, where that is not done by adding it. Rejects with MuslgateError. */
  readonly save?: () => Promise<void>;
  /** Takes away what it needed here meanwhile. */
  readonly close?: () => void;
}

/** The most bytes of an entry. */
export const MOST_ENTRY = 256 * 2 ** 20;

/**
 * A folder. An entry appears whole or not at all, and the first one stays, whoever else writes; `shard` tells whose parts
 * are whose, so that the next run takes away what a killed one left.
 */
export function folderStore(folder: string, shard = 0): Store {
  const own = `part-${shard}-`;
  const shelf = (key: string) => join(folder, key.slice(0, 2));
  const get = (key: string): string | undefined => {
    const read = readRegularFile(`${key.slice(0, 2)}/${key}.json`, { most: MOST_ENTRY, within: folder });
    if ("bytes" in read) return read.bytes.toString("utf8");
    if (read.absent === true) return undefined;
    throw new MuslgateError(
      "input",
      `the entry ${key} of the store ${folder} cannot be read: ${read.problem}`,
      "Take it away, and read its shard again.",
    );
  };
  return {
    name: folder,
    get: async (key) => get(key),
    async add(key, entry) {
      const part = join(folder, `${own}${randomUUID()}`);
      try {
        makeFolders(shelf(key));
        for (let tries = 0; ; tries++) {
          writeFileSync(part, entry, { flag: "wx" });
          try {
            // Unlike a rename, a link takes nothing's place.
            linkSync(part, join(shelf(key), `${key}.json`));
            return undefined;
          } catch (error) {
            const { code } = error as NodeJS.ErrnoException;
            if (code === "EEXIST") return get(key);
            // Another run of the same shard took the part for one that was left.
            if (code !== "ENOENT" || tries > 2) throw error;
          }
        }
      } catch (error) {
        if (error instanceof MuslgateError) throw error;
        throw new MuslgateError(
          "input",
          `the store ${folder} cannot be written: ${messageOf(error)}`,
          "Name a folder that this user may write, on a file system with hard links.",
          error,
        );
      } finally {
        rmSync(part, { force: true });
      }
    },
  };
}

/** Takes away what killed runs of a shard left in a folder. */
export function clearParts(folder: string, shard: number): void {
  try {
    for (const name of readdirSync(folder))
      if (name.startsWith(`part-${shard}-`)) rmSync(join(folder, name), { force: true });
  } catch {
    // It is not there yet.
  }
}

/** Two entries of one layer that differ: a lie, which nobody may pass by. */
export class TwoFacts extends MuslgateError {
  constructor(digest: Digest | undefined, key: string, stores: readonly Pick<Store, "name">[]) {
    super(
      "input",
      `there are two different entries ${key}${digest === undefined ? "" : ` of the layer ${digest}`} (${stores.map(({ name }) => name).join(", ")})`,
      "One of them is not what muslgate read: find out who may write there, take both away, and read the shard again.",
    );
  }
}

/** Whether a store's failure leaves unknown what it would have said, and no more. */
export function isUnread(error: unknown): error is MuslgateError {
  if (!(error instanceof MuslgateError) || error instanceof TwoFacts) return false;
  return error.code === "input" || error.code === "registry" || error.code === "limit";
}
