/** Expands the bodies of sparse files as tars store them (GNU tar manual, "Storing Sparse Files"). Must not read headers of entries. */
import { MuslgateError } from "../../model/error.ts";

/** A part of a sparse file that is stored; everything between is zeros. */
export interface SparsePart {
  readonly offset: number;
  readonly length: number;
}

/** Takes a body in order; returning false asks for no more of it. */
interface Sink {
  push(bytes: Uint8Array): boolean;
  end(): void;
}

const ZEROS = new Uint8Array(64 * 1024);

/** Throws MuslgateError when parts overlap, are out of order, or do not fit the file or its stored bytes. */
export function checkParts(
  parts: readonly SparsePart[],
  realSize: number,
  stored: number,
): readonly SparsePart[] {
  let end = 0;
  let total = 0;
  for (const { offset, length } of parts) {
    if (offset < end || !Number.isSafeInteger(offset + length)) throw damaged();
    end = offset + length;
    total += length;
  }
  if (end > realSize || total !== stored) throw damaged();
  return parts;
}

/** Hands the whole file on, with its holes as zeros. */
export function expandSparse(parts: readonly SparsePart[], realSize: number, sink: Sink): Sink {
  let at = 0;
  let index = 0;
  let wanting = true;
  const zerosUpTo = (offset: number) => {
    while (wanting && at < offset) {
      const take = Math.min(ZEROS.length, offset - at);
      wanting = sink.push(ZEROS.subarray(0, take));
      at += take;
    }
  };
  return {
    push(bytes) {
      for (let from = 0; from < bytes.length && wanting; ) {
        const part = parts[index] as SparsePart;
        zerosUpTo(part.offset);
        const take = Math.min(part.offset + part.length - at, bytes.length - from);
        if (take > 0 && wanting) wanting = sink.push(bytes.subarray(from, from + take));
        at += take;
        from += take;
        if (at === part.offset + part.length) index++;
      }
      return wanting;
    },
    end() {
      zerosUpTo(realSize);
      sink.end();
    },
  };
}

/** The parts in a PAX 0.1 map (`offset,length,...`). */
export function parseMap(text: string): readonly SparsePart[] {
  return pairs(text === "" ? [] : text.split(","));
}

/**
 * The map at the start of a PAX 1.0 body: a count, then offsets and lengths, one a line, padded to whole
 * blocks. Nothing while it is not complete; else the parts and how many bytes the map takes.
 */
export function parseBodyMap(
  body: Buffer,
): { readonly parts: readonly SparsePart[]; readonly bytes: number } | undefined {
  const end = body.indexOf(0);
  const lines = body.toString("latin1", 0, end === -1 ? body.length : end).split("\n");
  // The last line has not ended yet.
  lines.pop();
  const count = lines[0];
  if (count === undefined) return undefined;
  if (!/^\d{1,7}$/.test(count)) throw damaged();
  const needed = 1 + 2 * Number(count);
  if (lines.length < needed) {
    if (end !== -1) throw damaged();
    return undefined;
  }
  const numbers = lines.slice(0, needed);
  const length = numbers.reduce((sum, line) => sum + line.length + 1, 0);
  return { parts: pairs(numbers.slice(1)), bytes: Math.ceil(length / 512) * 512 };
}

function pairs(numbers: readonly string[]): readonly SparsePart[] {
  if (numbers.length % 2 !== 0 || numbers.some((one) => !/^\d{1,15}$/.test(one))) throw damaged();
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    offset: Number(numbers[2 * i]),
    length: Number(numbers[2 * i + 1]),
  }));
}

function damaged(): MuslgateError {
  return new MuslgateError(
    "input",
    "the map of a sparse file in the tar is damaged",
    "Build the image again.",
  );
}
