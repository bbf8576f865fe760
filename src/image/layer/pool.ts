/** A handful of lanes, this thread and others, each with one piece of work at a time. Must not know what the work is. */
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import type { Blob } from "../../model/oci.ts";
import type { Limits } from "../limits.ts";
import { fileChunks } from "./chunks.ts";
import { asError, fromPlain } from "./plain-error.ts";
import { createRing, feedRing, type Ring } from "./ring.ts";
import { type Ask, pausing, perform } from "./work.ts";
import type { Job, JobResult } from "./worker.ts";

/** More lanes than this gain nothing on one disk or network. */
const MOST_LANES = 4;

/** Bytes that are still to come. */
export type UnreadBlob = Exclude<Blob, { kind: "read" }>;

type FileBlob = Extract<Blob, { kind: "file" }>;

/** Who does a piece of work: a thread of its own, or this one between other things. */
type Lane = Worker | "here";

interface Waiting {
  readonly maybeHere: boolean;
  readonly go: (lane: Lane) => void;
}

/**
 * Starts threads when they are first needed: never for one layer on disk, which this thread reads a few megabytes at a time.
 * It takes none while it feeds another thread.
 */
export class Pool {
  readonly #url: URL;
  readonly #limits: Limits;
  readonly #size = Math.max(1, Math.min(availableParallelism(), MOST_LANES));
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #rings = new Map<Worker, Ring>();
  #isBusyHere = false;
  #fed = 0;

  /** `url` is the bundled worker's. */
  constructor(url: URL, limits: Limits) {
    this.#url = url;
    this.#limits = limits;
  }

  /** Has it done. Rejects with MuslgateError. */
  async run(blob: UnreadBlob, ask: Ask, signal: AbortSignal): Promise<unknown> {
    const lane = await this.#take(blob.kind === "file" && ask.kind === "layer");
    try {
      if (blob.kind === "stream") return await this.#feed(lane as Worker, blob, ask, signal);
      if (lane === "here") return await this.#here(blob, ask, signal);
      const { path, offset, size } = blob;
      const bytes = { kind: "file", path, offset, size } as const;
      return await question(lane, { ask, limits: this.#limits, bytes });
    } finally {
      this.#give(lane);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  async #here({ path, offset, size }: FileBlob, ask: Ask, signal: AbortSignal): Promise<unknown> {
    return await perform(fileChunks(path, offset, size), ask, this.#limits, pausing(signal));
  }

  async #feed(worker: Worker, blob: Exclude<UnreadBlob, FileBlob>, ask: Ask, signal: AbortSignal) {
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    const ring = this.#rings.get(worker) ?? createRing();
    this.#rings.set(worker, ring);
    this.#fed++;
    const feeding = feedRing(ring, () => blob.open(stopped), stopped);
    try {
      return await question(worker, { ask, limits: this.#limits, bytes: { kind: "ring", ring } });
    } finally {
      stop.abort();
      await feeding;
      this.#fed--;
    }
  }

  async #take(maybeHere: boolean): Promise<Lane> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const isHere = maybeHere && !this.#isBusyHere && this.#fed === 0;
    if (isHere) {
      this.#isBusyHere = true;
      return "here";
    }
    const lanes = this.#all.length + (maybeHere && this.#isBusyHere ? 1 : 0);
    if (lanes >= this.#size) return new Promise((go) => this.#waiting.push({ maybeHere, go }));
    // Facts are small: what a young heap would grow to is garbage.
    const threads = process.getBuiltinModule("node:worker_threads");
    const worker = new threads.Worker(this.#url, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    // A run that was abandoned must not be kept alive by its threads.
    worker.unref();
    this.#all.push(worker);
    return worker;
  }

  #give(lane: Lane): void {
    const next = this.#waiting.findIndex(
      ({ maybeHere }) => lane !== "here" || (maybeHere && this.#fed === 0),
    );
    if (next !== -1) this.#waiting.splice(next, 1)[0]?.go(lane);
    else if (lane === "here") this.#isBusyHere = false;
    else this.#idle.push(lane);
  }
}

function question(worker: Worker, job: Job): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.ref();
    const done = () => {
      worker.off("message", onMessage).off("error", onError);
      worker.unref();
    };
    const onMessage = (result: JobResult) => {
      done();
      if ("give" in result) resolve(result.give);
      else reject(fromPlain(result.failed));
    };
    const onError = (error: Error) => {
      done();
      reject(asError(error));
    };
    worker.on("message", onMessage).on("error", onError);
    worker.postMessage(job);
  });
}
