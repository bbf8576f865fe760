/** Walks a plain tar on disk by seeking over the bodies nobody wants. Must not read what it can leave out. */
import { closeSync, openSync, readSync } from "node:fs";
import type { TarWalk } from "./tar.ts";

const BLOCK = 512;
/** Headers are read in windows of this size; bodies that are wanted in chunks of the other. */
const WINDOW = 64 * 1024;
const CHUNK = 256 * 1024;

/**
 * Pushes `size` bytes of a file from `offset` on into a walk, leaving out what the walk would drop. `onHeader`
 * is told where each header starts. Bytes behind the end of the archive are not read. Throws MuslgateError when
 * the archive is damaged or cut short.
 */
export function seekWalk(
  path: string,
  offset: number,
  size: number,
  walk: TarWalk,
  onHeader: (position: number) => void = () => {},
): void {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    let start = 0;
    let length = 0;
    let position = 0;
    while (position < size && !walk.ended) {
      const skip = walk.skippable;
      if (skip > 0) {
        // A body that ends behind the file is cut short: the walk is left in the middle of it.
        if (position + skip > size) break;
        walk.skip(skip);
        position += skip;
        continue;
      }
      const inBody = walk.wanted;
      if (position < start || position + (inBody > 0 ? 1 : BLOCK) > start + length) {
        start = position;
        const ask = Math.min(inBody > 0 ? Math.max(inBody, BLOCK) : WINDOW, CHUNK, size - position);
        length = readSync(file, buffer, 0, ask, offset + position);
        if (length === 0) break;
      }
      const from = position - start;
      const take = Math.min(inBody > 0 ? inBody : BLOCK, length - from);
      if (inBody === 0) onHeader(position);
      walk.push(buffer.subarray(from, from + take));
      position += take;
    }
    walk.end();
  } finally {
    closeSync(file);
  }
}
