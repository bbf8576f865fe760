/** Opens each image of a run once, however many workloads start it. Must not judge. */
import { analyzeImage } from "./image/analyze.ts";
import type { LayerReader } from "./image/layer/reader.ts";
import { openReference } from "./image/source/open.ts";
import type { Opened, Source } from "./image/source/source.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import { MuslgateError } from "./model/error.ts";
import { groupBy } from "./model/group-by.ts";
import type { ImageProfile } from "./model/image-profile.ts";
import type { Platform } from "./model/oci.ts";
import type { Workload } from "./model/workload.ts";
import type { Progress } from "./progress.ts";

/** The outside. */
export interface ImagePorts {
  /** For references that the user wrote. */
  readonly sources: readonly Source[];
  /** For references in files: they name images in registries, never files of whoever runs this. */
  readonly registries: readonly Source[];
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
}

/** What became of one workload's image reference. */
export interface ImageRead {
  /** One for each image behind the reference, such as its platforms; empty when it could not be opened. */
  readonly profiles: readonly ImageProfile[];
  readonly problem?: MuslgateError;
  readonly diagnostics: readonly Diagnostic[];
}

/** Images opened side by side at most: each holds connections, and layers wait for threads anyway. */
const MOST_IMAGES = 8;

/** Reads images, and remembers them: what is asked twice is read once. */
export class ImageReads {
  readonly #ports: ImagePorts;
  readonly #platform: Platform | "all";
  readonly #known = new Map<string, ImageRead>();

  constructor(ports: ImagePorts, platform: Platform | "all") {
    this.#ports = ports;
    this.#platform = platform;
  }

  /** The read of each workload's image, in their order. Rejects only for defects and an aborted signal. */
  async read(workloads: readonly Workload[]): Promise<readonly ImageRead[]> {
    const unread = workloads.filter((workload) => !this.#known.has(keyOf(workload)));
    const groups = groupBy(unread, ({ image, at }) => JSON.stringify([image, at === undefined]));
    const { progress } = this.#ports;
    progress?.images(groups.size);
    const waiting = groups.values();
    const lane = async () => {
      for (const group of waiting) {
        await this.#readGroup(group);
        progress?.imageDone(group[0].image);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_IMAGES, groups.size) }, lane));
    return workloads.map((workload) => this.#known.get(keyOf(workload)) as ImageRead);
  }

  /** Workloads of one image that start it in different ways. */
  async #readGroup(group: readonly Workload[]): Promise<void> {
    const { signal, reader, sources, registries } = this.#ports;
    const [first] = group as [Workload];
    let opened: Opened | undefined;
    try {
      const from = first.at === undefined ? sources : registries;
      opened = await openReference(first.image, from, this.#platform, signal);
      for (const workload of group) {
        if (this.#known.has(keyOf(workload))) continue;
        const override = { command: workload.command, args: workload.args };
        const profiles = await Promise.all(
          opened.images.map((image) => analyzeImage(image, reader, override, signal)),
        );
        this.#known.set(keyOf(workload), { profiles, diagnostics: opened.diagnostics });
      }
    } catch (error) {
      if (!(error instanceof MuslgateError) || error.code === "internal" || error.code === "usage")
        throw error;
      const read = { profiles: [], problem: error, diagnostics: [unopened(group, error)] };
      for (const workload of group) this.#known.set(keyOf(workload), read);
    } finally {
      await opened?.close();
    }
  }
}

/** Reads differ by what is opened and by what is started in it. */
function keyOf({ image, command, args, at }: Workload): string {
  return JSON.stringify([image, at === undefined, command ?? null, args ?? null]);
}

function unopened(group: readonly Workload[], error: MuslgateError): Diagnostic {
  const [{ image, name, at }] = group as [Workload];
  return {
    code: "image-unreadable",
    message: error.message.includes(image) ? error.message : `${name}: ${error.message}`,
    hint: error.hint,
    weight: "gap",
    subject: image,
    ...(at === undefined ? {} : { at }),
  };
}
