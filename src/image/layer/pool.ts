/** A handful of worker threads, each with one piece of work at a time. Must not know what the work is. */
import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { Blob } from "../../model/oci.ts";
import type { Limits } from "../limits.ts";
import { channelCounters, feedChannel } from "./chunks.ts";
import { asError, fromPlain } from "./plain-error.ts";
import type { Ask } from "./work.ts";
import type { Job, JobResult } from "./worker.ts";

/** More threads than this gain nothing on one disk or network. */
const MOST_WORKERS = 4;

/** Bytes that are still to come. */
export type UnreadBlob = Exclude<Blob, { kind: "read" }>;

/** Starts threads when they are first needed. */
export class Pool {
  readonly #url: URL;
  readonly #limits: Limits;
  readonly #size = Math.max(1, Math.min(availableParallelism(), MOST_WORKERS));
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** `url` is the bundled worker's. */
  constructor(url: URL, limits: Limits) {
    this.#url = url;
    this.#limits = limits;
  }

  /** Has a thread do it. Rejects with MuslgateError. */
  async run(blob: UnreadBlob, ask: Ask, signal: AbortSignal): Promise<unknown> {
    const worker = await this.#take();
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    let feeding: Promise<void> | undefined;
    try {
      if (blob.kind === "file") {
        const { path, offset, size } = blob;
        return await question(
          worker,
          { ask, limits: this.#limits, bytes: { kind: "file", path, offset, size } },
          [],
        );
      }
      const { port1, port2 } = new MessageChannel();
      const counters = channelCounters();
      feeding = feedChannel(port1, counters, () => blob.open(stopped), stopped).finally(() => port1.unref());
      const bytes = { kind: "channel", port: port2, counters } as const;
      return await question(worker, { ask, limits: this.#limits, bytes }, [port2]);
    } finally {
      stop.abort();
      await feeding;
      this.#give(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length >= this.#size) return new Promise((resolve) => this.#waiting.push(resolve));
    // Facts are small: what a young heap would grow to is garbage.
    const worker = new Worker(this.#url, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    // A run that was abandoned must not be kept alive by its threads.
    worker.unref();
    this.#all.push(worker);
    return worker;
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(worker);
    else this.#idle.push(worker);
  }
}

function question(worker: Worker, job: Job, transfer: readonly MessagePort[]): Promise<unknown> {
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
    worker.postMessage(job, transfer);
  });
}
