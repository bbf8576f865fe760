/** From a Dockerfile to the image that it will make, before it is built. Must execute nothing, and end in its budgets. */
import type { ParsedScript } from "unbash";
import type { DockerInstruction } from "../discover/kinds/dockerfile-lines.ts";
import { readDockerLines } from "../discover/kinds/dockerfile-lines.ts";
import type { Override } from "../image/entrypoint/argv.ts";
import type { BaseImage } from "../image/reads.ts";
import { HOLE, isKnown } from "../image/entrypoint/shell/text.ts";
import type { Limits } from "../image/limits.ts";
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { isLiteralImage } from "../model/image-name.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { type Platform, platformText } from "../model/oci.ts";
import type { Place } from "../model/place.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { type Context, contexts } from "./context.ts";
import { PlanFiles } from "./files.ts";
import { type Around, carryOut } from "./instructions.ts";
import { plannedProfile } from "./planned-profile.ts";
import type { Estimate, StageState } from "./stage-state.ts";
import { platformArgs, type PlanFile, readStages, type Stage } from "./stages.ts";

/** The outside. */
export interface PlanPorts {
  readonly tree: FileTree;
  /** A named image's layers and settings, on this platform. */
  base(reference: string, platform: Platform): Promise<BaseImage>;
  /** What a name says of an image that cannot be read; nothing where it says nothing. */
  estimate(reference: string): Estimate | undefined;
  /** What is built for where neither the build nor a FROM says it. */
  readonly platform: Platform;
  readonly limits: Limits;
}

/** An image that is not built yet. */
export interface PlannedImage {
  /** Its profile when it is started so. `called` is the name that reports have. */
  start(called: string, override: Override): Promise<ImageProfile>;
  /** How Docker starts it: its HEALTHCHECK runs beside. */
  readonly ownStart: Override;
  /** The base that could not be read, where the answer may hang on it. */
  readonly unread: StageState["unread"];
}

/** Paths and steps of one plan, bytes that are read of its context, letters that are expanded. */
const MOST_STEPS = 4_000_000;
const MOST_BYTES = 64 * 2 ** 20;
const MOST_LETTERS = 8 * 2 ** 20;
/** Stages in each other. */
const MOST_STAGES = 200;

/**
 * Plans a build. `rootBase` stands in place of the image that the final stage starts from in the end. Rejects with
 * MuslgateError: `input` where the Dockerfile cannot be read or has no such stage, `limit` past a bound.
 */
export async function planImage(
  build: ImageBuild,
  ports: PlanPorts,
  rootBase?: string,
): Promise<PlannedImage> {
  const platform = build.platform ?? ports.platform;
  const { path, text } = await textOf(build, ports.tree);
  const file = readStages(path, text, build, platform);
  const final = build.target === undefined ? file.stages.at(-1) : file.find(build.target, file.stages.length);
  if (final === undefined) {
    const what = build.target === undefined ? "it has no FROM" : `it has no stage ${build.target}`;
    throw new MuslgateError("input", `${path}: ${what}`, "Correct the target, or the Dockerfile.");
  }
  const plan = new Plan(build, ports, file, path, platform);
  const state = await plan.stage(final, rootBase);
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

async function textOf({ dockerfile }: ImageBuild, tree: FileTree) {
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

/** One build's stages, each planned once and only where it is needed, as builders do. */
class Plan {
  readonly #build: ImageBuild;
  readonly #ports: PlanPorts;
  readonly #file: PlanFile;
  readonly #path: string;
  readonly #platform: Platform;
  readonly #steps: Budget;
  readonly #bytes: Budget;
  readonly #letters: Budget;
  readonly #stages = new Map<number, StageState>();
  readonly #images = new Map<string, Promise<BaseImage>>();
  readonly #context: (folder: string, dockerfile: string) => Promise<Context>;
  #own: Promise<Context | string> | undefined;
  #parse: ((text: string) => ParsedScript) | undefined;
  #planned = 0;

  constructor(build: ImageBuild, ports: PlanPorts, file: PlanFile, path: string, platform: Platform) {
    const over = (name: string, what: string) => (most: number) =>
      new MuslgateError(
        "limit",
        `${path}: to plan what it builds takes more than ${most} ${what} (limit ${name})`,
        "Build the image and check the result.",
      );
    this.#steps = new Budget("planSteps", MOST_STEPS, over("planSteps", "steps"));
    this.#bytes = new Budget("planBytes", MOST_BYTES, over("planBytes", "bytes of its context"));
    this.#letters = new Budget("planLetters", MOST_LETTERS, over("planLetters", "letters of values"));
    this.#build = build;
    this.#ports = ports;
    this.#file = file;
    this.#path = path;
    this.#platform = platform;
    this.#context = contexts(ports.tree, this.#steps);
  }

  /** A stage's state in the end. */
  async stage(stage: Stage, rootBase?: string): Promise<StageState> {
    const known = this.#stages.get(stage.index);
    if (known !== undefined) return known;
    if (++this.#planned > MOST_STAGES)
      throw new MuslgateError(
        "limit",
        `${this.#path} takes more than ${MOST_STAGES} stages (limit planStages)`,
        "Build the image and check the result.",
      );
    const { parse } = await import("unbash");
    this.#parse = parse;
    const below = this.#file.find(stage.base, stage.index);
    const state =
      below === undefined
        ? await this.#fromImage(stage, rootBase)
        : startedFrom(await this.stage(below, rootBase), stage);
    const around = this.#around(stage, state.platform);
    const triggers = state.onBuild.splice(0);
    for (const instruction of readDockerLines(triggers.join("\n")).instructions)
      await carryOut(state, instruction, stage.at, around);
    for (const instruction of stage.body) {
      this.#steps.spend();
      await carryOut(state, instruction, this.#placeOf(instruction), around);
    }
    this.#stages.set(stage.index, state);
    return state;
  }

  #placeOf({ start, end }: DockerInstruction): Place {
    return this.#file.place(start, end);
  }

  #around(stage: Stage, platform: Platform): Around {
    const automatic = { ...platformArgs(this.#platform), ...onlyBuild(platform) };
    return {
      escape: this.#file.escape,
      given: this.#build.args ?? {},
      global: this.#file.global,
      automatic,
      from: (name) => this.#from(name, stage, platform),
      context: () => (this.#own ??= this.#ownContext()),
      parse: this.#parse as (text: string) => ParsedScript,
      steps: this.#steps,
      bytes: this.#bytes,
      letters: this.#letters,
    };
  }

  async #from(name: string, stage: Stage, platform: Platform) {
    if (!isKnown(name)) return "which image that is depends on a value that is not known";
    const other = this.#file.find(name, stage.index);
    if (other !== undefined) return this.stage(other);
    const contexts_ = this.#build.contexts ?? {};
    const named = Object.hasOwn(contexts_, name) ? contexts_[name] : undefined;
    if (named !== undefined && "unknown" in named) return `${named.unknown} is not read`;
    if (named !== undefined && "folder" in named) return this.#context(named.folder, this.#path);
    const reference = named === undefined ? name : named.image;
    if (!isLiteralImage(reference)) return `${name} is no image's name`;
    const read = await this.#image(reference, platform);
    if ("problem" in read) return `the image ${reference} could not be read: ${read.problem.message}`;
    return { files: new PlanFiles(read.layers, this.#ports.limits, this.#steps), froms: [] };
  }

  #image(reference: string, platform: Platform): Promise<BaseImage> {
    const key = `${platformText(platform)} ${reference}`;
    const known = this.#images.get(key) ?? this.#ports.base(reference, platform);
    this.#images.set(key, known);
    return known;
  }

  async #fromImage(stage: Stage, rootBase: string | undefined): Promise<StageState> {
    const { base, at, args } = stage;
    const platform = platformOf(stage.platform) ?? this.#platform;
    const froms = [at, ...args];
    if (base === "scratch") return this.#newStage(froms, platform);
    const contexts_ = this.#build.contexts ?? {};
    const named = Object.hasOwn(contexts_, base) ? contexts_[base] : undefined;
    const reference = rootBase ?? (named !== undefined && "image" in named ? named.image : base);
    if (!isKnown(reference) || !isLiteralImage(reference) || (named !== undefined && !("image" in named))) {
      throw new MuslgateError(
        "input",
        `${this.#path}: what stage ${stage.called} starts from is not known: ${stage.from.text}`,
        "Give the argument a default, or name it where the image is built.",
      );
    }
    const read = await this.#image(reference, platform);
    if ("problem" in read) {
      const state = this.#newStage(froms, platform);
      const ref = {
        index: 0,
        diffId: `sha256:${"0".repeat(64)}` as const,
        at,
        through: args,
        origin: "base" as const,
      };
      state.files = new PlanFiles([{ ref }], this.#ports.limits, this.#steps);
      const estimate = this.#ports.estimate(reference);
      state.unread = { reference, problem: read.problem, estimate };
      state.startUnread = true;
      state.diagnostics = read.diagnostics;
      return state;
    }
    const { config } = read;
    const layers = read.layers.map(({ ref, facts }) => ({
      ref: { ...ref, origin: "base" as const, at, through: args },
      facts,
    }));
    const state = this.#newStage(
      froms,
      config.platform.architecture === "unknown" ? platform : config.platform,
    );
    state.files = new PlanFiles(layers, this.#ports.limits, this.#steps);
    for (const pair of config.env)
      state.env.set(pair.split("=", 1)[0] as string, pair.slice(pair.indexOf("=") + 1));
    state.onBuild.push(...(config.onBuild ?? []));
    state.entrypoint = config.entrypoint;
    state.cmd = config.cmd;
    state.workingDir = config.workingDir === "" ? "/" : config.workingDir;
    state.shell = config.shell ?? state.shell;
    state.verified = read.verified;
    state.diagnostics = read.diagnostics;
    return state;
  }

  #newStage(froms: readonly Place[], platform: Platform): StageState {
    return {
      files: new PlanFiles([], this.#ports.limits, this.#steps),
      platform,
      env: new Map(),
      args: new Map(),
      onBuild: [],
      entrypoint: [],
      cmd: [],
      hasOwnCmd: false,
      workingDir: "/",
      shell: ["/bin/sh", "-c"],
      check: [],
      froms,
      starts: new Map(),
      changed: false,
      verified: true,
      diagnostics: [],
      startUnread: false,
      groups: new Map(),
    };
  }

  /** The context, or the folder that has the most of what is copied: a Dockerfile does not say where it is built. */
  async #ownContext(): Promise<Context | string> {
    const { context } = this.#build;
    if (context !== undefined) {
      const opened = await this.#context(context, this.#path);
      return opened.exists ? opened : `the folder ${context} is not in the repository`;
    }
    if (!("path" in this.#build.dockerfile)) return "which folder it is built in is not known";
    const folders: string[] = [];
    for (let folder = this.#path; folder !== ""; ) {
      folder = folder.slice(0, Math.max(folder.lastIndexOf("/"), 0));
      folders.push(folder);
    }
    let best: { readonly context: Context; readonly found: number } | undefined;
    const sources = literalSources(this.#file.stages);
    for (const folder of folders.slice(0, 8)) {
      const opened = await this.#context(folder, this.#path);
      const found = sources.filter((one) => opened.sources(one).length > 0).length;
      if (best === undefined || found > best.found) best = { context: opened, found };
      if (found === sources.length) break;
    }
    return best?.context ?? "which folder it is built in is not known";
  }
}

/** What COPY names without variables and globs. */
function literalSources(stages: readonly Stage[]): readonly string[] {
  const found = stages.flatMap(({ body }) =>
    body
      .filter(
        ({ keyword, flags }) => /^(?:COPY|ADD)$/.test(keyword) && !flags.some(({ name }) => name === "from"),
      )
      .flatMap(({ words }) => words.slice(0, -1).map(({ text }) => text)),
  );
  return found.filter((one) => /^[\w./-]+$/.test(one) && !/^\.?\/?$/.test(one)).slice(0, 50);
}

/** A stage that starts from another one of the file. */
function startedFrom(below: StageState, stage: Stage): StageState {
  return {
    ...below,
    files: below.files.fork(),
    env: new Map(below.env),
    // An argument ends with its stage.
    args: new Map(),
    onBuild: below.onBuild.slice(),
    starts: new Map(below.starts),
    groups: new Map(below.groups),
    hasOwnCmd: false,
    froms: [stage.at, ...stage.args, ...below.froms].slice(0, 8),
  };
}

/** `linux/arm64/v8` as written after `--platform=`; nothing for a variable that is not known. */
function platformOf(text: string | undefined): Platform | undefined {
  const [os, architecture, variant] = /^(\w+)\/(\w+)(?:\/(\w+))?$/.exec(text ?? "")?.slice(1) ?? [];
  return text === HOLE || os === undefined || architecture === undefined
    ? undefined
    : { os, architecture, variant };
}

/** A stage of its own platform still builds for the build's. */
function onlyBuild(platform: Platform): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(platformArgs(platform)).filter(([name]) => name.startsWith("BUILD")),
  );
}
