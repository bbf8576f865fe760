/** Opens each image of a run once, however many workloads start it. Must not judge. */
import { type Analysis, analyzeImage } from "./analyze.ts";
import type { ImagePorts } from "./ports.ts";
import { slots } from "./slots.ts";
import { openReference } from "./source/open.ts";
import type { Opened } from "./source/source.ts";
import { refuseNoImage } from "./source/no-image.ts";
import { unknownProfile } from "./profile.ts";
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { groupBy } from "../model/group-by.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Image, Platform } from "../model/oci.ts";
import type { Workload } from "../model/workload.ts";

/** What became of one workload's image reference. */
export interface ImageRead {
  /** One for each image behind the reference, such as its platforms; empty when it could not be opened. */
  readonly profiles: readonly ImageProfile[];
  readonly problem?: MuslgateError;
  readonly diagnostics: readonly Diagnostic[];
}

/** Images opened side by side at most: manifests and configurations are small, and mostly waited for. */
const MOST_OPENED = 32;
/** Images whose layers are read side by side at most: each holds what its layers teach, and they wait for one reader anyway. */
const MOST_READ = 8;

/** Reads images, and remembers them: what is asked twice is read once. */
export class ImageReads {
  readonly #ports: ImagePorts;
  readonly #platform: Platform | "all";
  readonly #known = new Map<string, ImageRead>();
  readonly #reading = slots(MOST_READ);

  constructor(ports: ImagePorts, platform: Platform | "all") {
    this.#ports = ports;
    this.#platform = platform;
  }

  /** The read of each workload's image, in their order. Rejects with MuslgateError (`usage`), or for an aborted signal. */
  async read(workloads: readonly Workload[]): Promise<readonly ImageRead[]> {
    const unread = workloads.filter((workload) => !this.#known.has(keyOf(workload)));
    const groups = groupBy(unread, ({ image, platforms, at }) =>
      JSON.stringify([image, platforms ?? null, at === undefined]),
    );
    const { progress } = this.#ports;
    progress?.images(groups.size);
    const waiting = groups.values();
    const lane = async () => {
      for (const group of waiting) {
        await this.#readGroup(group);
        progress?.imageDone(group[0].image);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_OPENED, groups.size) }, lane));
    return workloads.map((workload) => this.#known.get(keyOf(workload)) as ImageRead);
  }

  /** Workloads of one image that start it in different ways. */
  async #readGroup(group: readonly Workload[]): Promise<void> {
    const { signal, sources, registries, reader, limits } = this.#ports;
    const [first] = group as [Workload];
    const opened: Opened[] = [];
    try {
      const byUser = first.at === undefined;
      if (byUser) await refuseNoImage(first.image);
      const from = byUser ? sources : registries;
      const code = byUser ? "usage" : "input";
      // The nodes a pod is bound to say more than what is taken where nothing is said.
      const wanted = this.#platform === "all" ? [this.#platform] : (first.platforms ?? [this.#platform]);
      const unopenedHere: MuslgateError[] = [];
      for (const platform of wanted) {
        try {
          opened.push(await openReference(first.image, from, platform, signal, code));
        } catch (error) {
          // Nodes of two kinds do not mean that the image is there for both.
          if (wanted.length === 1 || !(error instanceof MuslgateError)) throw error;
          unopenedHere.push(error);
        }
      }
      if (opened.length === 0) throw unopenedHere[0] as MuslgateError;
      const images = opened.flatMap((one) => one.images);
      const diagnostics = [
        ...opened.flatMap((one) => one.diagnostics),
        ...unopenedHere.map((error) => unopened(group, error)),
      ];
      const readAll = async () => {
        const analyses = new Map<Image, Promise<Analysis>>();
        const analysisOf = (image: Image) => {
          const analysis = analyses.get(image) ?? analyzeImage(image, reader, signal, limits);
          analyses.set(image, analysis);
          return analysis;
        };
        for (const workload of group) {
          if (this.#known.has(keyOf(workload))) continue;
          const profiles = await Promise.all(
            images.map((image) => this.#profile(image, workload, () => analysisOf(image))),
          );
          this.#known.set(keyOf(workload), { profiles, diagnostics });
        }
      };
      await this.#reading(readAll);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MuslgateError && error.code === "usage") throw error;
      const known = error instanceof MuslgateError && error.code !== "internal";
      const doing = "while the image was opened";
      const problem = known ? error : new MuslgateError("internal", defectText(doing, error), "", error);
      const diagnostic = known ? unopened(group, error) : defect(first.image, doing, error, first.at);
      const read = { profiles: [], problem, diagnostics: [diagnostic] };
      for (const workload of group) this.#known.set(keyOf(workload), read);
    } finally {
      for (const one of opened) await one.close();
    }
  }

  /** One image as one workload starts it: what goes wrong in it costs its own profile. */
  async #profile(
    image: Image,
    { command, args, surroundings, at }: Workload,
    analysis: () => Promise<Analysis>,
  ): Promise<ImageProfile> {
    const { signal } = this.#ports;
    try {
      return await (await analysis())({ ...surroundings, command, args });
    } catch (error) {
      signal.throwIfAborted();
      const { reference } = image;
      if (error instanceof MuslgateError && error.code !== "internal") {
        const { message, hint } = error;
        const what = { message: `${reference}: ${message}`, subject: reference };
        return unknownProfile(image, message, { code: "image-unreadable", hint, weight: "gap", ...what });
      }
      const doing = "while what starts in it was looked for";
      return unknownProfile(image, defectText(doing, error), defect(reference, doing, error, at));
    }
  }
}

/** Reads differ by what is opened and by what is started in it; what is not known is told from what is not there. */
function keyOf({ image, command, args, surroundings, platforms, at }: Workload): string {
  const parts = [
    image,
    at === undefined,
    command ?? null,
    args ?? null,
    surroundings ?? null,
    platforms ?? null,
  ];
  return JSON.stringify(parts, (_, value: unknown) => (value === undefined ? null : value));
}

function unopened(group: readonly Workload[], error: MuslgateError): Diagnostic {
  const [{ image, name, at }] = group as [Workload];
  return {
    code: "image-unreadable",
    message: error.message.includes(image) ? error.message : `${name}: ${error.message}`,
    reason: error.reason,
    hint: error.hint,
    weight: "gap",
    subject: image,
    at,
  };
}
