/** From a Dockerfile to the image that it will make, before it is built. Must execute nothing, and end in its budgets. */
import type { Override } from "../image/entrypoint/argv.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import type { Platform } from "../model/oci.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { plannedProfile } from "./planned-profile.ts";
import type { PlanPorts } from "./ports.ts";
import { StagePlan } from "./stage-plan.ts";
import type { StageState } from "./stage-state.ts";
import { type PlanFile, readStages, type Stage } from "./stages.ts";

/** An image that is not built yet. */
export interface PlannedImage {
  /** Its profile when it is started so. `called` is the name that reports have. */
  start(called: string, override: Override): Promise<ImageProfile>;
  /** How Docker starts it: its HEALTHCHECK runs beside. */
  readonly ownStart: Override;
  /** The base that could not be read, where the answer may hang on it. */
  readonly unread: StageState["unread"];
}

/**
 * Plans a build. `rootBase` stands in place of the image that the final stage starts from in the end. Rejects with
 * MuslgateError: `input` where the Dockerfile cannot be read or has no such stage, `limit` past a bound.
 */
export async function planImage(
  build: ImageBuild,
  ports: PlanPorts,
  rootBase?: string,
): Promise<PlannedImage> {
  const { state, path, file, final } = await planBuild(build, ports, rootBase);
  return {
    unread: state.unread,
    ownStart:
      state.check.length === 0
        ? {}
        : {
            besides: [
              { what: "HEALTHCHECK (which Docker runs, and Kubernetes does not)", words: state.check },
            ],
          },
    start: (called, override) => plannedProfile(state, fromText(build, path, file, final), called, override),
  };
}

interface PlannedBuild {
  readonly state: StageState;
  readonly path: string;
  readonly file: PlanFile;
  readonly final: Stage;
}

async function planBuild(build: ImageBuild, ports: PlanPorts, rootBase?: string): Promise<PlannedBuild> {
  const platform = build.platform ?? ports.platform;
  const { path, text } = await textOf(build, ports.tree);
  const file = readStages(path, text, build, platform);
  const final = build.target === undefined ? file.stages.at(-1) : file.find(build.target, file.stages.length);
  if (final === undefined) {
    const what = build.target === undefined ? "it has no FROM" : `it has no stage ${build.target}`;
    throw new MuslgateError("input", `${path}: ${what}`, "Correct the target, or the Dockerfile.");
  }
  // What it is built on may be built here, too.
  const built = async (other: ImageBuild, on: Platform) =>
    (await planBuild({ ...other, platform: other.platform ?? on }, ports)).state;
  const plan = new StagePlan(build, { ...ports, built }, file, path, platform);
  const { inAll } = ports;
  if (inAll?.isOver === true)
    throw new MuslgateError(
      "limit",
      `${path} was not planned: all Dockerfiles together take more than ${inAll.most} steps (limit ${inAll.name})`,
      "Scan a smaller folder, or build the image and check the result.",
    );
  try {
    const state = await plan.stage(final, rootBase);
    // What a builder without a Dockerfile adds is a rule of thumb.
    if ("made" in build.dockerfile && build.dockerfile.made === true) state.changed = true;
    return { state, path, file, final };
  } finally {
    inAll?.spend(plan.spent);
  }
}

async function textOf({ dockerfile }: ImageBuild, tree: FileTree) {
  if ("none" in dockerfile)
    throw new MuslgateError(
      "input",
      `what it is built from is not known: ${dockerfile.none}`,
      "Build it and check the result.",
    );
  if (!("path" in dockerfile)) return { path: dockerfile.at.file, text: dockerfile.text };
  const read = await tree.read(dockerfile.path);
  if ("text" in read) return { path: dockerfile.path, text: read.text };
  throw new MuslgateError(
    "input",
    `${dockerfile.path} could not be read: ${read.problem}`,
    "Correct its path.",
  );
}

/** `built from src/web/Dockerfile, stage final`. */
function fromText({ by }: ImageBuild, path: string, { stages }: PlanFile, { called }: Stage): string {
  const stage = stages.length > 1 ? `, stage ${called}` : "";
  return `built from ${path}${stage}${by === undefined ? "" : ` by ${by}`}`;
}
