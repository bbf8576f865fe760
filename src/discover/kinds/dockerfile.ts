/** Tells which images a Dockerfile ends in and which it only builds with. Must not judge an image. */
import { isLiteralImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Role, Workload } from "../../model/workload.ts";
import { named } from "../../model/workload-names.ts";
import { expand } from "./docker-expand.ts";
import { copiedTo } from "./docker-copies.ts";
import { dockerSurroundings, platformOf } from "./dockerfile-start.ts";
import { type DockerInstruction, type DockerWord, jsonWords, readDockerLines } from "./dockerfile-lines.ts";
import { fileUnreadable, imageNotLiteral } from "../gaps.ts";
import type { Source } from "../../text/source.ts";

/** What a Dockerfile says. */
export interface Dockerfile {
  /** Of the final stage and of every target asked for: the image it starts from, with its own ENTRYPOINT and CMD. */
  readonly workloads: readonly Workload[];
  /** Images of stages that are not shipped, and those only files are taken from. */
  readonly buildImages: readonly Workload[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A build argument from outside, such as a compose file's. */
type BuildArguments = ReadonlyMap<string, string>;

/** One way the file is built. */
export interface DockerTarget {
  /** The stage; the last one when absent. */
  readonly target?: string;
  readonly args?: BuildArguments;
}

interface Stage {
  readonly index: number;
  readonly name?: string;
  readonly from: DockerWord;
  /** As `--platform` says it. */
  readonly platform?: string;
  /** The stage it starts from, or else the image with the lines that gave it its value. */
  readonly base:
    | { readonly stage: Stage }
    | { readonly image: string; readonly related: readonly Place[] }
    | { readonly missing: string };
  readonly body: DockerInstruction[];
}

/** Stages in order, and by their names in lower case: the last of a name. */
interface Stages {
  readonly all: readonly Stage[];
  readonly named: ReadonlyMap<string, Stage>;
}

/** The most instructions that are looked at, all ways to build the file together. */
const MOST_READ = 2_000_000;

/** Reads a Dockerfile as built in the given ways; without any, up to its last stage. */
export function readDockerfile(file: Source, targets: readonly DockerTarget[] = []): Dockerfile {
  const { instructions, openHeredoc } = readDockerLines(file.text);
  const diagnostics: Diagnostic[] = [];
  if (openHeredoc !== undefined) {
    const at = file.toPlace(openHeredoc, openHeredoc + 1);
    diagnostics.push(fileUnreadable(file.file, "a here-document has no end", at));
  }
  const workloads: Workload[] = [];
  const buildImages: Workload[] = [];
  const finals: {
    readonly final: Stage;
    readonly stages: Stages;
    readonly args: BuildArguments;
    readonly target?: string;
  }[] = [];
  const ways = new Map<string, Stages>();
  let left = MOST_READ;
  for (const { target, args = new Map<string, string>() } of targets.length > 0 ? targets : [{}]) {
    const way = JSON.stringify([...args]);
    let stages = ways.get(way);
    left -= instructions.length * (stages === undefined ? 10 : 1);
    if (left < 0 && finals.length > 0) {
      diagnostics.push(fileUnreadable(file.file, "it is built in too many ways"));
      break;
    }
    if (stages === undefined) {
      stages = stagesOf(file, instructions, args);
      ways.set(way, stages);
    }
    const final = target === undefined ? stages.all.at(-1) : findStage(stages, target);
    if (final !== undefined) finals.push({ final, stages, args, target });
    else if (target !== undefined) diagnostics.push(fileUnreadable(file.file, `it has no stage ${target}`));
  }
  // A stage that one way ships is not build-time only because another does not.
  const shipped = new Set<number>();
  for (const { final, stages, args, target } of finals) {
    for (const { index } of chainOf(final)) shipped.add(index);
    const said = describeFinal(file, final, stages.all.length, args, target);
    append(workloads, said.workloads);
    append(diagnostics, said.diagnostics);
  }
  for (const stages of new Set(finals.map((one) => one.stages))) {
    for (const stage of stages.all) {
      if (!shipped.has(stage.index)) {
        append(buildImages, buildOnly(file, stage));
        if ("missing" in stage.base) {
          diagnostics.push({ ...missingBase(file, stage, stage.base.missing), weight: "notice" });
        }
      }
      append(buildImages, takenFrom(file, stage, stages));
    }
  }
  return {
    workloads: unique(workloads),
    buildImages: unique(buildImages),
    diagnostics: unique(diagnostics),
  };
}

function stagesOf(file: Source, instructions: readonly DockerInstruction[], given: BuildArguments): Stages {
  const values = new Map<string, string>();
  const places = new Map<string, Place>();
  const stages: Stage[] = [];
  const named = new Map<string, Stage>();
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.keyword === "FROM") {
      const [from, as, name] = instruction.words;
      if (from === undefined) continue;
      const next: Stage = {
        index: stages.length,
        ...(as?.text.toLowerCase() === "as" && name !== undefined ? { name: name.text } : {}),
        from,
        platform: instruction.flags.find(({ name }) => name === "platform")?.value.text,
        base: baseOf(from, named, values, places),
        body: [],
      };
      stages.push(next);
      if (next.name !== undefined) named.set(next.name.toLowerCase(), next);
    } else if (stage !== undefined) stage.body.push(instruction);
    else if (instruction.keyword === "ARG") {
      for (const word of instruction.words) {
        const equals = word.text.indexOf("=");
        const name = equals < 0 ? word.text : word.text.slice(0, equals);
        const own = equals < 0 ? undefined : expand(word.text.slice(equals + 1), values);
        const value = given.get(name) ?? (own !== undefined && "text" in own ? own.text : undefined);
        if (value !== undefined) values.set(name, value);
        places.set(name, file.toPlace(word.start, word.end));
      }
    }
  }
  return { all: stages, named };
}

function baseOf(
  from: DockerWord,
  named: ReadonlyMap<string, Stage>,
  values: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, Place>,
): Stage["base"] {
  const expanded = expand(from.text, values);
  if ("missing" in expanded) return { missing: `${from.text} (no value for ${expanded.missing})` };
  const stage = named.get(expanded.text.toLowerCase());
  if (stage !== undefined) return { stage };
  if (!isLiteralImage(expanded.text)) return { missing: from.text };
  return { image: expanded.text, related: expanded.used.flatMap((name) => places.get(name) ?? []) };
}

/** A stage by its name or number. */
function findStage({ all, named }: Stages, text: string): Stage | undefined {
  return named.get(text.toLowerCase()) ?? (/^\d{1,6}$/.test(text) ? all[Number(text)] : undefined);
}

/** The stage and those it starts from, itself first. */
function chainOf(stage: Stage): readonly Stage[] {
  const chain: Stage[] = [stage];
  for (let at = stage; "stage" in at.base; ) {
    at = at.base.stage;
    chain.push(at);
  }
  return chain;
}

function describeFinal(
  file: Source,
  final: Stage,
  count: number,
  args: BuildArguments,
  target: string | undefined,
): { readonly workloads: readonly Workload[]; readonly diagnostics: readonly Diagnostic[] } {
  const chain = chainOf(final);
  const root = chain.at(-1) as Stage;
  if ("stage" in root.base) return { workloads: [], diagnostics: [] };
  if ("missing" in root.base)
    return { workloads: [], diagnostics: [missingBase(file, root, root.base.missing)] };
  const at = file.toPlace(root.from.start, root.from.end);
  const related = [
    ...root.base.related,
    ...(final === root ? [] : [file.toPlace(final.from.start, final.from.end)]),
  ];
  const bodies = chain.toReversed().map(({ body }) => body);
  const copies = copiedTo(bodies.flat());
  const surroundings = dockerSurroundings(bodies, args);
  const platform = platformOf(root.platform);
  return {
    workloads: [
      {
        image: root.base.image,
        ...whoOf(file, "base image", count === 1 ? "" : calledIn(final)),
        ...startOf(chain),
        ...(copies.length > 0 ? { copies } : {}),
        ...(surroundings && { surroundings }),
        ...(platform && { platforms: [platform] }),
        build: { dockerfile: { path: file.file }, target, args: Object.fromEntries(args) },
        usesClusterDns: true,
        at,
        ...(related.length > 0 ? { related } : {}),
      },
    ],
    diagnostics: [],
  };
}

/** What ENTRYPOINT and CMD leave of the base image's own start; an ENTRYPOINT drops the CMD before its stage. */
function startOf(chain: readonly Stage[]): Pick<Workload, "command" | "args"> {
  let command: readonly string[] | undefined;
  let args: readonly string[] | undefined;
  let shell: readonly string[] = ["/bin/sh", "-c"];
  for (const stage of [...chain].reverse()) {
    const own: { args?: readonly string[] } = {};
    for (const { keyword, rest } of stage.body) {
      if (keyword === "SHELL") shell = jsonWords(rest) ?? shell;
      else if (keyword === "ENTRYPOINT") {
        command = jsonWords(rest) ?? [...shell, rest];
        args = own.args;
      } else if (keyword === "CMD") args = own.args = jsonWords(rest) ?? [...shell, rest];
    }
  }
  // An empty ENTRYPOINT means none: CMD is what starts.
  return command?.length === 0 ? { command: args } : { command, args };
}

function buildOnly(file: Source, stage: Stage): readonly Workload[] {
  if (!("image" in stage.base) || stage.base.image === "scratch") return [];
  const at = file.toPlace(stage.from.start, stage.from.end);
  const who = whoOf(file, "build stage", calledIn(stage));
  return [{ image: stage.base.image, ...who, usesClusterDns: false, at }];
}

/** Images named by `COPY --from`, `ADD --from` and `RUN --mount=from=`. */
function takenFrom(file: Source, stage: Stage, stages: Stages): readonly Workload[] {
  return stage.body.flatMap(({ flags }) =>
    flags.flatMap(({ name, value }) => {
      const from =
        name === "from"
          ? value.text
          : name === "mount"
            ? /(?:^|,)from=([^,]*)/.exec(value.text)?.[1]
            : undefined;
      if (from === undefined || !isLiteralImage(from) || findStage(stages, from) !== undefined) return [];
      // A lone word is a build context's name as often as an image.
      if (!/[:/@]/.test(from)) return [];
      const start = value.start + value.text.lastIndexOf(from);
      const at = file.toPlace(start, start + from.length);
      return [
        {
          image: from,
          ...whoOf(file, "files of a stage", calledIn(stage)),
          usesClusterDns: false,
          at,
        },
      ];
    }),
  );
}

function stageText(stage: Stage): string {
  return `stage ${calledIn(stage)}`;
}

/** What its file calls a stage. */
function calledIn({ name, index }: Stage): string {
  return name ?? String(index);
}

function whoOf(file: Source, role: Role, container: string) {
  const key = { root: "", kind: "dockerfile", namespace: "", name: "", container };
  return named({ key, role, file: file.file });
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function missingBase(file: Source, stage: Stage, written: string): Diagnostic {
  return imageNotLiteral(
    written,
    `${file.file}, ${stageText(stage)}`,
    file.toPlace(stage.from.start, stage.from.end),
  );
}
