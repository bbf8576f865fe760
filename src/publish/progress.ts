/** Says how far a run is: one line that redraws itself on a terminal, a line now and then elsewhere. Must leave nothing behind when it ends. */
import type { Progress } from "../model/progress.ts";
import { printable } from "../report/text.ts";

/** Where it is said, and how. */
export interface ProgressPorts {
  /** Writes as it is, without a line break of its own. */
  readonly write: (text: string) => void;
  /** The line may be drawn over. */
  readonly terminal: boolean;
  /** Columns of the terminal; 0 where they are not known. */
  readonly columns: number;
  /** Names each image too. */
  readonly verbose?: boolean;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Progress that is said; `end` wipes what is left of it. */
export interface SaidProgress extends Progress {
  end(): void;
}

/** Milliseconds between two lines: quick enough to be alive on a terminal, few enough for a log. */
const EVERY = { terminal: 100, log: 15_000 };

/** Makes one. A run that is over within the first interval says nothing. */
export function saidProgress({
  write,
  terminal,
  columns,
  verbose = false,
  now,
}: ProgressPorts): SaidProgress {
  const seen = { images: 0, done: 0, layers: 0, layersDone: 0, bytes: 0, expected: 0 };
  let last = now();
  let drawn = false;
  const say = () => {
    const time = now();
    if (time - last < (terminal ? EVERY.terminal : EVERY.log)) return;
    last = time;
    const text = textOf(seen);
    if (terminal) write(`\r\u001b[K${text.slice(0, columns > 1 ? columns - 1 : 79)}`);
    else write(`muslgate: ${text}\n`);
    drawn = terminal;
  };
  return {
    images(count) {
      seen.images += count;
      say();
    },
    imageDone(reference) {
      seen.done++;
      if (verbose) write(`${drawn ? "\r\u001b[K" : ""}muslgate: ${printable(reference)} is read\n`);
      say();
    },
    layerStarted(size) {
      seen.layers++;
      seen.expected += size ?? 0;
      say();
    },
    bytes(count) {
      seen.bytes += count;
      say();
    },
    layerDone() {
      seen.layersDone++;
      say();
    },
    end() {
      if (drawn) write("\r\u001b[K");
      drawn = false;
    },
  };
}

function textOf({
  images,
  done,
  layers,
  layersDone,
  bytes,
  expected,
}: Readonly<Record<string, number>>): string {
  const read = `${done} of ${images} ${images === 1 ? "image" : "images"} read`;
  if (!layers) return read;
  const megabytes = (count = 0) => (count / 1_000_000).toFixed(count < 10_000_000 ? 1 : 0);
  const of = (expected ?? 0) > (bytes ?? 0) ? ` of ${megabytes(expected)}` : "";
  return `${read} · ${layersDone} of ${layers} layers, ${megabytes(bytes)}${of} MB`;
}
