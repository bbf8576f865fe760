/** Reads the images of workloads that the repository builds, by planning them. Must not look for them in a registry. */
import type { ImageRead } from "../image/reads.ts";
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import type { BuiltWorkload } from "../model/workload.ts";
import { type PlannedImage, planImage } from "./plan-image.ts";
import type { PlanPorts } from "./ports.ts";

/** Plans that are held for more workloads: each has the files of an image. */
const MOST_HELD = 4;

/** Plans each build once, however many workloads start it. */
export class PlannedReads {
  readonly #ports: PlanPorts;
  readonly #plans = new Map<string, Promise<PlannedImage>>();
  readonly #unopened = new Map<string, Diagnostic>();

  constructor(ports: PlanPorts) {
    this.#ports = ports;
  }

  /** The plan of a workload's image. Rejects with MuslgateError (`internal`) never: a defect is a diagnostic. */
  async read(workload: BuiltWorkload): Promise<ImageRead> {
    const { image, build, role, at } = workload;
    // Of a Dockerfile the image is what its last stage starts from, and its own instructions say how it is started.
    const isDockerfile = role === "base image";
    try {
      const plan = await this.#plan(build, isDockerfile && image !== "scratch" ? image : undefined, workload);
      const { command, args, surroundings } = workload;
      const override = isDockerfile ? plan.ownStart : { ...surroundings, command, args };
      const profile = await plan.start(image, override);
      const { unread } = plan;
      if (unread !== undefined && profile.process.kind === "unknown")
        return {
          profiles: [],
          problem: unread.problem,
          diagnostics: [this.#notOpened(workload, unread.problem)],
        };
      return { profiles: [profile], diagnostics: [] };
    } catch (error) {
      if (error instanceof MuslgateError && error.code !== "internal")
        return { profiles: [], problem: error, diagnostics: [this.#notOpened(workload, error)] };
      const doing = "while its Dockerfile was planned";
      const problem = new MuslgateError("internal", defectText(doing, error), "", error);
      return { profiles: [], problem, diagnostics: [defect(image, doing, error, at)] };
    }
  }

  /** One for all that have the image, as for images of registries. */
  #notOpened({ name, image, at }: BuiltWorkload, error: MuslgateError): Diagnostic {
    const key = `${image}\n${error.message}`;
    const known = this.#unopened.get(key) ?? {
      code: "image-unreadable",
      message: error.message.includes(image) ? error.message : `${name}: ${error.message}`,
      reason: error.reason,
      hint: error.hint,
      weight: "gap",
      subject: image,
      at,
    };
    this.#unopened.set(key, known);
    return known;
  }

  #plan(
    build: ImageBuild,
    rootBase: string | undefined,
    { platforms }: BuiltWorkload,
  ): Promise<PlannedImage> {
    const [platform] = build.platform === undefined ? (platforms ?? []) : [build.platform];
    const { at: _, by: __, tags: ___, ...own } = build;
    const key = JSON.stringify([own, rootBase ?? null, platform ?? null], (_key, value: unknown) =>
      value === undefined ? null : value,
    );
    const known = this.#plans.get(key) ?? planImage({ ...build, platform }, this.#ports, rootBase);
    this.#plans.delete(key);
    this.#plans.set(key, known);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MOST_HELD && oldest !== undefined) this.#plans.delete(oldest);
    return known;
  }
}
