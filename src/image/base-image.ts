/** Reads an image that others are built on: layers and settings, nobody's start. Must not judge. */
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageConfig, Platform } from "../model/oci.ts";
import type { Proof } from "../model/proof.ts";
import { readLayers } from "./read-layers.ts";
import type { LayerReader } from "./layer/reader.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { OverlayLayer } from "./overlay.ts";
import { openReference } from "./source/open.ts";
import type { Source } from "./source/source.ts";

/** An image as what is built on it needs it, or why there is none. */
export type BaseImage =
  | {
      readonly layers: readonly OverlayLayer[];
      readonly config: ImageConfig;
      readonly verified: Proof;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly problem: MuslgateError; readonly diagnostics: readonly Diagnostic[] };

/** Where it is read from. */
interface BasePorts {
  readonly registries: readonly Source[];
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
  readonly limits?: Limits;
}

/** Reads bases, each once. */
export class BaseImages {
  readonly #ports: BasePorts;
  readonly #known = new Map<string, Promise<BaseImage>>();

  constructor(ports: BasePorts) {
    this.#ports = ports;
  }

  /** One of them. Rejects for an aborted signal alone. */
  read(reference: string, platform: Platform): Promise<BaseImage> {
    const key = JSON.stringify([reference, platform]);
    const known = this.#known.get(key) ?? readBase(reference, platform, this.#ports);
    this.#known.set(key, known);
    return known;
  }
}

async function readBase(
  reference: string,
  platform: Platform,
  { registries, reader, signal, limits = DEFAULT_LIMITS }: BasePorts,
): Promise<BaseImage> {
  try {
    const opened = await openReference(reference, registries, platform, signal, "input");
    try {
      const [image] = opened.images;
      if (image === undefined) throw new MuslgateError("input", `${reference} holds no image`, "");
      const { layers, verified, diagnostics } = await readLayers(image, reader, signal, limits);
      const all = [...opened.diagnostics, ...diagnostics];
      return { layers, config: image.config, verified, diagnostics: all };
    } finally {
      await opened.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    const isKnown = error instanceof MuslgateError && error.code !== "internal";
    const doing = "while the image was opened";
    const problem = isKnown ? error : new MuslgateError("internal", defectText(doing, error), "", error);
    return { problem, diagnostics: isKnown ? [] : [defect(reference, doing, error)] };
  }
}
