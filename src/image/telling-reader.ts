/** What a run tells while it lasts, and a layer reader that tells it. Must not say it to anyone. */
import type { Progress } from "../model/progress.ts";
import type { LayerReader } from "./layer/reader.ts";
import type { Blob, Layer } from "../model/oci.ts";

/** The reader, with what it reads told. Layers that are known already never come here. */
export function tellingReader(reader: LayerReader, progress: Progress): LayerReader {
  return {
    async read(layer, signal) {
      if (layer.blob.kind === "read") return reader.read(layer, signal);
      progress.layerStarted(layer.blob.size);
      try {
        const read = await reader.read(withCounting(layer, progress), signal);
        if (layer.blob.kind === "file") progress.bytes(layer.blob.size);
        return read;
      } finally {
        progress.layerDone();
      }
    },
  };
}

function withCounting(layer: Layer, progress: Progress): Layer {
  return layer.blob.kind === "stream" ? { ...layer, blob: counted(layer.blob, progress) } : layer;
}

function counted(blob: Extract<Blob, { kind: "stream" }>, progress: Progress): Blob {
  const { readRange } = blob;
  return {
    ...blob,
    async open(signal) {
      const chunks = await blob.open(signal);
      return (async function* () {
        for await (const chunk of chunks) {
          progress.bytes(chunk.length);
          yield chunk;
        }
      })();
    },
    ...(readRange === undefined
      ? {}
      : {
          async readRange(from: number, to: number, signal: AbortSignal) {
            const bytes = await readRange(from, to, signal);
            progress.bytes(bytes?.length ?? 0);
            return bytes;
          },
        }),
  };
}
