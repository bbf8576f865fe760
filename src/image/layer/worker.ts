/** The worker thread's entry: reads one layer after another, blocking. Must not fetch anything itself. */
import { type MessagePort, parentPort } from "node:worker_threads";
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { LayerFacts } from "../../model/layer-facts.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { channelChunks, fileChunks } from "./chunks.ts";
import { prepareDecompression } from "./decompress.ts";
import { type Promised, readLayer } from "./read.ts";

/** What a worker is asked. */
export interface LayerJob {
  readonly promised: Promised;
  readonly limits: Limits;
  readonly bytes:
    | { readonly kind: "file"; readonly path: string; readonly offset: number; readonly size: number }
    | {
        readonly kind: "channel";
        readonly port: MessagePort;
        readonly counters: Int32Array<SharedArrayBuffer>;
      };
}

/** What it answers. */
export type LayerJobResult =
  | { readonly facts: LayerFacts }
  | {
      readonly failed: {
        readonly code: MuslgateError["code"];
        readonly message: string;
        readonly hint: string;
      };
    };

parentPort?.on("message", async (job: LayerJob) => {
  let result: LayerJobResult;
  try {
    await prepareDecompression();
    const { bytes } = job;
    const chunks =
      bytes.kind === "file"
        ? fileChunks(bytes.path, bytes.offset, bytes.size)
        : channelChunks(bytes.port, bytes.counters);
    result = { facts: readLayer(chunks, job.promised, DETECTORS, job.limits) };
  } catch (error) {
    const known = error instanceof MuslgateError;
    result = {
      failed: {
        code: known ? error.code : "internal",
        message: messageOf(error),
        hint: known ? error.hint : "This is a defect of muslgate: please report it.",
      },
    };
  }
  parentPort?.postMessage(result);
});
