/** Reads layers side by side, in worker threads where they pay. Must not decide what an unreadable layer means. */
import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Layer } from "../../model/oci.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { channelCounters, feedChannel, fileChunks, gather } from "./chunks.ts";
import { prepareDecompression } from "./decompress.ts";
import { type Promised, readLayer } from "./read.ts";
import type { LayerJob, LayerJobResult } from "./worker.ts";

/** Reads layers. Every rejection is a MuslgateError. */
export interface LayerReader {
  read(layer: Layer, signal: AbortSignal): Promise<LayerFacts>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Stored bytes below which starting a thread costs more than it gives. */
const SMALL = 2 * 2 ** 20;
/** More threads than this gain nothing on one disk or network. */
const MOST_WORKERS = 4;

/**
 * A reader that uses the bundled worker at `workerUrl`; without one it reads everything on this thread,
 * streams through memory.
 */
export function createLayerReader(limits: Limits, workerUrl?: URL): LayerReader {
  const pool = workerUrl === undefined ? undefined : new Pool(workerUrl, limits);
  return {
    async read(layer, signal) {
      const promised = promisedOf(layer);
      const { blob } = layer;
      if (pool !== undefined && (blob.size === undefined || blob.size > SMALL)) {
        return pool.read(layer, promised, signal);
      }
      await prepareDecompression();
      try {
        const chunks =
          blob.kind === "file"
            ? fileChunks(blob.path, blob.offset, blob.size)
            : await gather(await blob.open(signal), 512 * 2 ** 20);
        return readLayer(chunks, promised, DETECTORS, limits);
      } catch (error) {
        throw asError(error);
      }
    },
    close: async () => pool?.close(),
  };
}

function promisedOf(layer: Layer): Promised {
  return { digest: layer.digest, diffId: layer.diffId, size: layer.blob.size };
}

function asError(error: unknown): MuslgateError {
  if (error instanceof MuslgateError) return error;
  const system = (error as NodeJS.ErrnoException)?.code !== undefined;
  return new MuslgateError(
    system ? "input" : "internal",
    messageOf(error),
    system ? "Check that the file can be read." : "This is a defect of muslgate: please report it.",
    error,
  );
}

/** A handful of threads, started when first needed, each with one layer at a time. */
class Pool {
  readonly #url: URL;
  readonly #limits: Limits;
  readonly #size = Math.max(1, Math.min(availableParallelism(), MOST_WORKERS));
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(url: URL, limits: Limits) {
    this.#url = url;
    this.#limits = limits;
  }

  async read(layer: Layer, promised: Promised, signal: AbortSignal): Promise<LayerFacts> {
    const worker = await this.#take();
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    let feeding: Promise<void> | undefined;
    try {
      const { blob } = layer;
      let bytes: LayerJob["bytes"];
      const transfer: MessagePort[] = [];
      if (blob.kind === "file") {
        bytes = { kind: "file", path: blob.path, offset: blob.offset, size: blob.size };
      } else {
        const { port1, port2 } = new MessageChannel();
        const counters = channelCounters();
        bytes = { kind: "channel", port: port2, counters };
        transfer.push(port2);
        feeding = feedChannel(port1, counters, () => blob.open(stopped), stopped).finally(() =>
          port1.unref(),
        );
      }
      const job: LayerJob = { promised, limits: this.#limits, bytes };
      return await ask(worker, job, transfer);
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
    if (this.#all.length < this.#size) {
      const worker = new Worker(this.#url);
      // A run that was abandoned must not be kept alive by its threads.
      worker.unref();
      this.#all.push(worker);
      return worker;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(worker);
    else this.#idle.push(worker);
  }
}

/** One question to a worker. */
function ask(worker: Worker, job: LayerJob, transfer: readonly MessagePort[]): Promise<LayerFacts> {
  return new Promise((resolve, reject) => {
    worker.ref();
    const done = () => {
      worker.off("message", onMessage).off("error", onError);
      worker.unref();
    };
    const onMessage = (result: LayerJobResult) => {
      done();
      if ("facts" in result) resolve(result.facts);
      else reject(new MuslgateError(result.failed.code, result.failed.message, result.failed.hint));
    };
    const onError = (error: Error) => {
      done();
      reject(asError(error));
    };
    worker.on("message", onMessage).on("error", onError);
    worker.postMessage(job, transfer);
  });
}
