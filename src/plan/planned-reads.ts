/** Reads the images of workloads that the repository builds, by planning them. Must not look for them in a registry. */
import type { ImageRead } from "../image/reads.ts";
import { Budget } from "../model/budget.ts";
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Platform } from "../model/oci.ts";
import type { BuiltWorkload } from "../model/workload.ts";
import { PLAN_LIMITS } from "./limits.ts";
import { type PlannedImage, planImage } from "./plan-image.ts";
import type { PlanPorts } from "./ports.ts";

/** What all plans of a run may take. */
export function stepsOfAllPlans(): Budget {
  return new Budget("planStepsInAll", PLAN_LIMITS.planStepsInAll);
}

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
    const { image, role, at, platforms } = workload;
    // Of a Dockerfile the image is what its last stage starts from, and its own instructions say how it is started.
    const isDockerfile = role === "base image";
    try {
      const [first, ...others] = this.#platforms(workload);
      const start = isDockerfile && image !== "scratch" ? image : undefined;
      const plan = (platform: Platform | undefined) => this.#start(workload, platform, start, isDockerfile);
      const read = await plan(first);
      if ("unread" in read) return this.#unread(workload, read.unread);
      const profiles = [read];
      for (const platform of others) {
        const other = await plan(platform);
        if (!("unread" in other)) profiles.push(other);
        // A base that is there for one platform alone is no gap where nobody named the other.
        else if (platforms !== undefined) return this.#unread(workload, other.unread);
      }
      return { profiles, diagnostics: [] };
    } catch (error) {
      if (error instanceof MuslgateError && error.code !== "internal") return this.#unread(workload, error);
      const doing = "while its Dockerfile was planned";
      const problem = new MuslgateError("internal", defectText(doing, error), "", error);
      return { profiles: [], problem, diagnostics: [defect(image, doing, error, at)] };
    }
  }

  /** What it is built for: what the build says, else the nodes that it runs on, else what is asked for. */
  #platforms({ build, platforms = [] }: BuiltWorkload): readonly (Platform | undefined)[] {
    if (build.platform !== undefined) return [build.platform];
    return platforms.length > 0 ? platforms : [undefined, ...(this.#ports.others ?? [])];
  }

  async #start(
    { image, build, command, args, surroundings }: BuiltWorkload,
    platform: Platform | undefined,
    rootBase: string | undefined,
    isDockerfile: boolean,
  ): Promise<ImageProfile | { readonly unread: MuslgateError }> {
    const plan = await this.#plan(build, rootBase, platform);
    const override = isDockerfile ? plan.ownStart : { ...surroundings, command, args };
    const profile = await plan.start(image, override);
    const { unread } = plan;
    return unread !== undefined && profile.process.kind === "unknown" ? { unread: unread.problem } : profile;
  }

  #unread(workload: BuiltWorkload, problem: MuslgateError): ImageRead {
    return { profiles: [], problem, diagnostics: [this.#notOpened(workload, problem)] };
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
    platform: Platform | undefined,
  ): Promise<PlannedImage> {
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
