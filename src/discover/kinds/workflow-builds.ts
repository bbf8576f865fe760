/** Reads how GitHub workflows build images: by actions and by commands. Must run neither, nor take an expression for its text. */
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import type { DockerfileSource, ImageBuild } from "../../model/image-build.ts";
import { joinPath, nameOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { BUILDS, buildsOf, type Commander, namesIn } from "./build-commands.ts";
import { commandsIn, type ShellParser } from "./build-script.ts";
import { namedContext } from "./compose-build.ts";
import { platformOf } from "./dockerfile-start.ts";
import { placeIn, writtenIn } from "./script-text.ts";

/** What is read besides the file. */
export interface BuildReader extends Pick<Commander, "also"> {
  readonly shell: ShellParser;
  /** Whether the repository has a path. */
  readonly has: (path: string) => boolean;
  /** What CI says of the repository, by the names of its variables. */
  readonly ci: ReadonlyMap<string, string>;
}

/** The most ways of a matrix that are followed; of a larger one no value is known. */
const MOST_WAYS = 64;

/** Names such as `matrix.service` and `env.REGISTRY`, and what they stand for. */
type Values = ReadonlyMap<string, string>;

/** How it builds images, each way of a matrix counted. */
export function workflowBuilds(
  file: Source,
  documents: readonly YamlNode[],
  reader: BuildReader,
): readonly ImageBuild[] {
  const [document] = documents;
  const jobs = valueAt(document, "jobs");
  return (jobs?.kind === "map" ? jobs.entries : []).flatMap(({ value: job }) => {
    // Most jobs build nothing, and their matrix is of no matter.
    if (!itemsAt(job, "steps").some(builds)) return [];
    return matrixOf(valueAt(job, "strategy", "matrix")).flatMap((matrix) => {
      const values = withEnv(withEnv(new Map([...ofGitHub(reader.ci), ...matrix]), document), job);
      const folder =
        textAt(job, "defaults", "run", "working-directory") ??
        textAt(document, "defaults", "run", "working-directory");
      return jobBuilds({ file, job, values, folder, reader });
    });
  });
}

/** Whether a path is named like an action of the repository's own. */
export function isActionName(path: string): boolean {
  return /^action\.ya?ml$/.test(nameOf(path));
}

/** Steps of a composite action; what its caller gives it is not known. */
export function actionBuilds(
  file: Source,
  documents: readonly YamlNode[],
  reader: BuildReader,
): readonly ImageBuild[] {
  const runs = valueAt(documents[0], "runs");
  if (runs === undefined || !itemsAt(runs, "steps").some(builds)) return [];
  return jobBuilds({ file, job: runs, values: ofGitHub(reader.ci), folder: undefined, reader });
}

/** Whether a workflow builds anything, by its words. */
export function mayBuild(text: string): boolean {
  return BUILDS.test(text) || /build-push-action@|buildah-build@/.test(text);
}

/** Names that the repository itself gives. */
function ofGitHub(ci: Values): Values {
  const names = [
    ["github.repository", ci.get("GITHUB_REPOSITORY")],
    ["github.repository_owner", ci.get("GITHUB_REPOSITORY_OWNER")],
    ["github.event.repository.name", ci.get("GITHUB_REPOSITORY")?.split("/").at(-1)],
  ] as const;
  return new Map(names.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function builds(step: YamlNode): boolean {
  const uses = textAt(step, "uses")?.text ?? "";
  return ACTIONS.test(uses) || BUILDS.test(textAt(step, "run")?.text ?? "");
}

const ACTIONS = /^(?:docker\/build-push-action|redhat-actions\/buildah-build)@/;

interface Job {
  readonly file: Source;
  readonly job: YamlNode;
  readonly values: Values;
  readonly folder: YamlText | undefined;
  readonly reader: BuildReader;
}

function jobBuilds({ file, job, values, folder, reader }: Job): readonly ImageBuild[] {
  const all: ImageBuild[] = [];
  // Names that docker/metadata-action makes tags of, by the step's id.
  const metadata = new Map<string, string>();
  for (const step of itemsAt(job, "steps")) {
    if (!reader.shell.spend(1 + ((textAt(step, "run")?.text.length ?? 0) >> 4))) break;
    const own = withEnv(values, step);
    const uses = textAt(step, "uses");
    const input = (key: string) => {
      const node = textAt(step, "with", key);
      return node && evaluated(writtenIn(file, node), own, metadata);
    };
    const id = textAt(step, "id")?.text;
    if (uses?.text.startsWith("docker/metadata-action@") && id !== undefined)
      metadata.set(`steps.${id}.outputs.tags`, input("images") ?? HOLE);
    else if (uses?.text.startsWith("docker/build-push-action@")) all.push(pushed(input, file, uses));
    else if (uses?.text.startsWith("redhat-actions/buildah-build@")) all.push(byBuildah(input, file, uses));
    const run = textAt(step, "run");
    if (run === undefined || !BUILDS.test(run.text)) continue;
    const where = textAt(step, "working-directory") ?? folder;
    const start = {
      folder: where === undefined ? "" : folderIn(evaluated(where.text, own, metadata)),
      env: new Map([...reader.ci, ...envOf(own)]),
    };
    const commands = commandsIn(evaluated(writtenIn(file, run), own, metadata), start, reader.shell);
    const placeOf = (position: number) => placeIn(file, run, position);
    all.push(...buildsOf(commands, { by: file.file, placeOf, has: reader.has, also: reader.also }));
  }
  return all;
}

/** Inputs of docker/build-push-action (its README): `file` is relative to the working folder, not to the context. */
function pushed(input: (key: string) => string | undefined, file: Source, uses: YamlText): ImageBuild {
  // `{{defaultContext}}:web` is a folder of the repository (docs.docker.com, Git context).
  const written = input("context")?.replace(/^\{\{\s*defaultContext\s*\}\}:?/, "./");
  const context = folderIn(written ?? ".");
  const target = input("target");
  const named = input("file");
  const path =
    named === undefined
      ? context && joinPath(context, "Dockerfile")?.path
      : isKnown(named)
        ? joinPath("", named)?.path
        : undefined;
  const contexts = lines(input("build-contexts")).map((line) => {
    const [name = ""] = line.split("=", 1);
    return [name, namedContext(line.slice(name.length + 1), "")] as const;
  });
  const platforms = lines(input("platforms"));
  return {
    dockerfile: knownDockerfile(path, target, file),
    context,
    target,
    args: argumentsIn(lines(input("build-args"), /\n/)),
    platform: platforms.length === 1 ? platformOf(platforms[0]) : undefined,
    contexts: contexts.length === 0 ? undefined : Object.fromEntries(contexts),
    tags: namesIn(lines(input("tags"))),
    at: file.toPlace(uses.start, uses.end),
    by: file.file,
  };
}

/** Inputs of redhat-actions/buildah-build (its README). */
function byBuildah(input: (key: string) => string | undefined, file: Source, uses: YamlText): ImageBuild {
  const context = folderIn(input("context") ?? ".");
  const [named] = lines(input("containerfiles") ?? input("dockerfiles"));
  const path = named !== undefined && isKnown(named) ? joinPath("", named)?.path : undefined;
  const image = input("image");
  const tags = lines(input("tags") ?? "latest", /[\s,]+/);
  return {
    dockerfile: knownDockerfile(path, undefined, file),
    context,
    args: argumentsIn(lines(input("build-args"), /\n/)),
    tags: namesIn(image === undefined ? tags : [image, ...tags.filter((tag) => tag.includes("/"))]),
    at: file.toPlace(uses.start, uses.end),
    by: file.file,
  };
}

function knownDockerfile(
  path: string | undefined,
  target: string | undefined,
  { file }: Source,
): DockerfileSource {
  if (path === undefined) return { none: `${file} does not say by which Dockerfile of this repository` };
  if (target !== undefined && !isKnown(target))
    return { none: `${file} builds a stage whose name is not known` };
  return { path };
}

function argumentsIn(pairs: readonly string[]): ImageBuild["args"] {
  const args = pairs.flatMap((pair) => {
    const [name = ""] = pair.split("=", 1);
    const value = pair.slice(name.length + 1);
    return isKnown(name) && pair.includes("=") ? [[name, isKnown(value) ? value : undefined] as const] : [];
  });
  return Object.fromEntries(args);
}

function lines(text = "", separator: RegExp = /[\n,]/): readonly string[] {
  return text.split(separator).flatMap((line) => line.trim() || []);
}

function folderIn(text: string): string | undefined {
  return isKnown(text) ? joinPath("", text)?.path : undefined;
}

/** A text with its expressions worked out as far as they are names of values. */
function evaluated(text: string, ...known: readonly Values[]): string {
  return text.replace(/\$\{\{([^{}]{0,400})\}\}/g, (_, written: string) => {
    const expression = written.trim();
    if (expression === "github.workspace") return ".";
    for (const values of known) {
      const value = values.get(expression);
      if (value !== undefined) return value;
    }
    return HOLE;
  });
}

/** With what `env` of a workflow, a job or a step sets. */
function withEnv(values: Values, node: YamlNode | undefined): Values {
  const env = valueAt(node, "env");
  if (env?.kind !== "map") return values;
  const all = new Map(values);
  for (const { key, value } of env.entries)
    all.set(
      `env.${key}`,
      value.kind === "text" && value.style !== "block" ? evaluated(value.text, values) : HOLE,
    );
  return all;
}

function envOf(values: Values): ReadonlyMap<string, string> {
  const env = [...values].filter(([name]) => name.startsWith("env."));
  return new Map(env.map(([name, value]) => [name.slice("env.".length), value]));
}

/** Every way of a matrix (docs.github.com, Running variations of jobs); one without values where it is not written out. */
function matrixOf(matrix: YamlNode | undefined): readonly Values[] {
  if (matrix?.kind !== "map") return [new Map()];
  let ways: ReadonlyMap<string, string>[] = [new Map()];
  const axes = matrix.entries.filter(({ key }) => key !== "include" && key !== "exclude");
  for (const { key, value } of axes) {
    if (value.kind !== "list" || ways.length * value.items.length > MOST_WAYS) return [new Map()];
    const settings = value.items.map((item) => settingsOf(`matrix.${key}`, item));
    ways = ways.flatMap((way) => settings.map((more) => new Map([...way, ...more])));
  }
  const include = valueAt(matrix, "include");
  if (include === undefined) return ways;
  if (include.kind !== "list" || include.items.length > MOST_WAYS) return [new Map()];
  const added: ReadonlyMap<string, string>[] = [];
  for (const item of include.items) {
    const more = settingsOf("matrix", item);
    const isAxis = (name: string) =>
      axes.some(({ key }) => name === `matrix.${key}` || name.startsWith(`matrix.${key}.`));
    const fits = (way: Values) =>
      [...more].every(([name, value]) => !isAxis(name) || way.get(name) === value);
    if (axes.length > 0 && ways.some(fits))
      ways = ways.map((way) => (fits(way) ? new Map([...way, ...more]) : way));
    else added.push(more);
  }
  return axes.length === 0 ? added : [...ways, ...added];
}

/** What a name and the names below it stand for. */
function settingsOf(name: string, node: YamlNode): ReadonlyMap<string, string> {
  if (node.kind === "text") return new Map([[name, node.templated ? HOLE : node.text]]);
  if (node.kind === "list") return new Map();
  return new Map(
    node.entries.flatMap(({ key, value }) =>
      value.kind === "text" ? [[`${name}.${key}`, value.templated ? HOLE : value.text] as const] : [],
    ),
  );
}
