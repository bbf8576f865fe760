/** The worker thread's entry: does one piece of work after another, blocking. Must not fetch anything itself. */
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Limits } from "../limits.ts";
import type { ArchiveMembers } from "./archive.ts";
import { fileChunks } from "./chunks.ts";
import { type PlainError, plainError } from "./plain-error.ts";
import { type Ring, ringChunks } from "./ring.ts";
import { type Ask, perform } from "./work.ts";

/** What a worker is sent. */
export interface Job {
  readonly ask: Ask;
  readonly limits: Limits;
  readonly bytes:
    | { readonly kind: "file"; readonly path: string; readonly offset: number; readonly size: number }
    | { readonly kind: "ring"; readonly ring: Ring };
}

/** What it answers. */
export type JobResult = { readonly give: LayerFacts | ArchiveMembers } | { readonly failed: PlainError };

const { parentPort } = process.getBuiltinModule("node:worker_threads");

parentPort?.on("message", async ({ ask, limits, bytes }: Job) => {
  let result: JobResult;
  try {
    const chunks =
      bytes.kind === "file" ? fileChunks(bytes.path, bytes.offset, bytes.size) : ringChunks(bytes.ring);
    result = { give: await perform(chunks, ask, limits) };
  } catch (error) {
    result = { failed: plainError(error) };
  }
  parentPort?.postMessage(result);
});
