/** An image in OCI's words, whatever it was read from. Must not know any file format or protocol. */
import type { Digest } from "./digest.ts";

import type { LayerFacts } from "./layer-facts.ts";

/** The platform of an image (OCI image index, `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** One line of the image's history (OCI image configuration, `history`). */
export interface HistoryEntry {
  readonly createdBy?: string;
  /** True when the instruction made no layer. */
  readonly emptyLayer: boolean;
}

/** What the image's configuration says that matters here (OCI image configuration). */
export interface ImageConfig {
  readonly platform: Platform;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** `NAME=value` pairs. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** Instructions that run when another image is built on it (Docker, ONBUILD). */
  readonly onBuild?: readonly string[];
  /** What the shell form of instructions is handed to (Docker, SHELL); absent where it is the default. */
  readonly shell?: readonly string[];
  readonly history: readonly HistoryEntry[];
  /** Digests of the uncompressed layers, base first; empty for a bare root file system. */
  readonly diffIds: readonly Digest[];
}

/**
 * Where a layer's bytes are. A file part can be read by position; a stream only once, from its start; `read` has
 * gone by already, and left its facts or why there are none.
 */
export type Blob =
  | { readonly kind: "read"; readonly size?: undefined; facts(): LayerFacts }
  | { readonly kind: "file"; readonly path: string; readonly offset: number; readonly size: number }
  | {
      readonly kind: "stream";
      readonly size?: number;
      /**
       * Opens the bytes as stored; a chunk is valid until the next is asked for. Rejects with MuslgateError. The caller reads to
       * the end or aborts.
       */
      open(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
      /**
       * Reads bytes `from` (inclusive) to `to` (exclusive), unverified; absent where the source cannot. Resolves with
       * undefined when it turns out not to be possible. Rejects with MuslgateError.
       */
      readonly readRange?: (from: number, to: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;
    };

/** One layer, not yet read. */
export interface Layer {
  /** Digest of the bytes as stored (OCI descriptor); absent where the format has none. */
  readonly digest?: Digest;
  /** Digest of the uncompressed tar; absent for a bare root file system. */
  readonly diffId?: Digest;
  /** As the manifest says, or empty: the bytes themselves decide how they are decompressed. */
  readonly mediaType: string;
  /** The descriptor's, where the manifest has them: some say where the layer keeps a table of its contents. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly blob: Blob;
}

/** One image of one platform: its manifest and configuration read and verified, its layers not yet. */
export interface Image {
  /** As the user wrote it. */
  readonly reference: string;
  /** Digest of the manifest (or, where the format has none, of the configuration). */
  readonly digest?: Digest;
  readonly config: ImageConfig;
  /** Base first. */
  readonly layers: readonly Layer[];
}

/** `linux/arm64/v8`, as `--platform` takes it. */
export function platformText(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/");
}
