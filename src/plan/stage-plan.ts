/** Plans the stages of one Dockerfile, each once and only where it is needed, as builders do. Must execute nothing. */
import type { ParsedScript } from "unbash";
import { readDockerLines } from "../discover/kinds/dockerfile-lines.ts";
import type { BaseImage } from "../image/base-image.ts";
import { HOLE, isKnown } from "../image/entrypoint/shell/text.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { isLiteralImage } from "../model/image-name.ts";
import { type Platform, platformText } from "../model/oci.ts";
import { type Context, contexts } from "./context.ts";
import { PlanFiles } from "./files.ts";
import { type Around, carryOut } from "./instructions.ts";
import { planBudgets } from "./limits.ts";
import { ownContext } from "./own-context.ts";
import type { PlanPorts } from "./ports.ts";
import { newStage, startedFrom, type StageState } from "./stage-state.ts";
import { platformArgs, type PlanFile, type Stage } from "./stages.ts";

/** One build's stages. */
export class StagePlan {
  readonly #build: ImageBuild;
  readonly #ports: PlanPorts;
  readonly #file: PlanFile;
  readonly #path: string;
  readonly #platform: Platform;
  readonly #budgets: ReturnType<typeof planBudgets>;
  readonly #stages = new Map<number, StageState>();
  readonly #images = new Map<string, Promise<BaseImage>>();
  readonly #context: (folder: string, dockerfile: string) => Promise<Context>;
  #own: Promise<Context | string> | undefined;
  #parse: ((text: string) => ParsedScript) | undefined;

  constructor(build: ImageBuild, ports: PlanPorts, file: PlanFile, path: string, platform: Platform) {
    this.#budgets = planBudgets(path);
    this.#build = build;
    this.#ports = ports;
    this.#file = file;
    this.#path = path;
    this.#platform = platform;
    this.#context = contexts(ports.tree, this.#budgets.steps);
  }

  /** A stage's state in the end. */
  async stage(stage: Stage, rootBase?: string): Promise<StageState> {
    const known = this.#stages.get(stage.index);
    if (known !== undefined) return known;
    this.#budgets.stages.spend();
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
      this.#budgets.steps.spend();
      await carryOut(state, instruction, this.#file.place(instruction.start, instruction.end), around);
    }
    this.#stages.set(stage.index, state);
    return state;
  }

  #around(stage: Stage, platform: Platform): Around {
    const automatic = { ...platformArgs(this.#platform), ...onlyBuild(platform) };
    return {
      escape: this.#file.escape,
      given: this.#build.args ?? {},
      global: this.#file.global,
      automatic,
      from: (name) => this.#from(name, stage, platform),
      context: () => (this.#own ??= ownContext(this.#build, this.#path, this.#file.stages, this.#context)),
      parse: this.#parse as (text: string) => ParsedScript,
      ...this.#budgets,
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
    return { files: new PlanFiles(read.layers, this.#ports.limits, this.#budgets.steps), froms: [] };
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
    if (base === "scratch")
      return newStage(new PlanFiles([], this.#ports.limits, this.#budgets.steps), froms, platform);
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
      const state = newStage(new PlanFiles([], this.#ports.limits, this.#budgets.steps), froms, platform);
      const ref = {
        index: 0,
        diffId: `sha256:${"0".repeat(64)}` as const,
        at,
        through: args,
        origin: "base" as const,
      };
      state.files = new PlanFiles([{ ref }], this.#ports.limits, this.#budgets.steps);
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
    const files = new PlanFiles(layers, this.#ports.limits, this.#budgets.steps);
    const own = config.platform.architecture === "unknown" ? platform : config.platform;
    const state = newStage(files, froms, own);
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
