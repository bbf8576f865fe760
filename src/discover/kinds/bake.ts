/** Reads the targets of Docker's bake files, in HCL and in JSON. Must run none of their functions, nor take a value it cannot work out for an empty one. */
import type { HclBody, HclExpression, HclFile } from "../../text/hcl-syntax.ts";
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import type { DockerfileSource, ImageBuild, NamedContext } from "../../model/image-build.ts";
import { REPOSITORY_LIMITS } from "../../model/repository-limits.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import { valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { namesIn } from "./build-commands.ts";
import { namedContext } from "./compose-build.ts";
import { expand } from "./docker-expand.ts";
import { platformOf } from "./dockerfile-start.ts";

/** Whether a path is named like one (docs.docker.com, Bake file reference), and in which of the two languages. */
export function bakeName(path: string): "hcl" | "json" | undefined {
  const [, language] = /^(?:docker-)?bake(?:[.-][\w.-]+)?\.(hcl|json)$/.exec(nameOf(path)) ?? [];
  return language as "hcl" | "json" | undefined;
}

/** What a command says over a bake file (docs.docker.com, docker buildx bake, `--set`). */
export interface BakeCommand {
  /** `args.X`, `target`, `dockerfile`, `context` of targets; a value that is not known is HOLE. */
  readonly sets: readonly { readonly target: string; readonly key: string; readonly value: string }[];
}

/** A value: text, of which a part may be not known, a list, or a map; nothing for null. */
type Value = string | undefined | readonly Value[] | ReadonlyMap<string, Value>;

/** What names stand for. */
type Scope = Pick<ReadonlyMap<string, Value>, "get" | "has">;

/** Works a value out with what its names stand for. */
type Written = (scope: Scope) => Value;

/** Named blocks of a file. */
interface Bake {
  readonly variables: ReadonlyMap<string, Written>;
  readonly targets: ReadonlyMap<string, Target>;
}

interface Target {
  readonly at: Place;
  readonly attributes: ReadonlyMap<string, Written>;
}

/** The most targets that one inherits from in all, and ways of a matrix. */
const MOST_INHERITED = 200;
const MOST_WAYS = 64;
/** More builds than this are not followed in all files together. */
const MOST_BUILDS = REPOSITORY_LIMITS.builds;
const MOST_DEPTH = 32;

/** The builds of a bake file in HCL. */
export function bakeBuilds(
  path: string,
  { body }: HclFile,
  commands: readonly BakeCommand[] = [],
): readonly ImageBuild[] {
  const variables = new Map<string, Written>();
  const targets = new Map<string, Target>();
  for (const { type, labels, body: inside, at } of body.blocks) {
    const [name = ""] = labels;
    const attributes = attributesOf(inside);
    if (type === "variable") variables.set(name, attributes.get("default") ?? unknown);
    if (type === "target") targets.set(name, { at, attributes });
  }
  // A value beside the blocks is a name for it (docs.docker.com, Bake file reference, File format).
  for (const [name, written] of attributesOf(body)) variables.set(name, written);
  return buildsIn(path, { variables, targets }, commands);
}

const unknown: Written = () => HOLE;

function attributesOf(body: HclBody): ReadonlyMap<string, Written> {
  const pairs = [...body.attributes].map(
    ([name, { value }]) => [name, (scope: Scope) => workedOut(value, scope)] as const,
  );
  return new Map(pairs);
}

function workedOut(expression: HclExpression, scope: Scope): Value {
  switch (expression.kind) {
    case "scalar":
      return expression.value === null ? undefined : String(expression.value);
    case "template": {
      const parts = expression.parts.map((part) => workedOut(part, scope));
      return bounded(parts.map((part) => (typeof part === "string" ? part : HOLE)).join(""));
    }
    case "list":
      return expression.items.map((item) => workedOut(item, scope));
    case "object":
      return new Map([...expression.entries].map(([key, value]) => [key, workedOut(value, scope)]));
    case "reference": {
      const [name = "", ...below] = expression.path;
      let at: Value = scope.has(name) ? scope.get(name) : HOLE;
      for (const key of below) at = at instanceof Map ? at.get(key) : HOLE;
      return at;
    }
    default:
      return HOLE;
  }
}

/** Values made of each other twice would double with every one. */
function bounded(text: string): string {
  return text.length > 4_096 ? HOLE : text;
}

/** The builds of a bake file in JSON. */
export function bakeBuildsOfJson(
  file: Source,
  document: YamlNode | undefined,
  commands: readonly BakeCommand[] = [],
): readonly ImageBuild[] {
  const blocks = (key: string) => {
    const node = valueAt(document, key);
    return node?.kind === "map" ? node.entries : [];
  };
  const variables = blocks("variable").map(
    ({ key, value }) => [key, writtenIn(valueAt(value, "default"))] as const,
  );
  const targets = blocks("target").map(({ key, value, start }) => {
    const entries = value.kind === "map" ? value.entries : [];
    const attributes = new Map(entries.map((entry) => [entry.key, writtenIn(entry.value)] as const));
    return [key, { at: file.toPlace(start, start + key.length), attributes }] as const;
  });
  return buildsIn(file.file, { variables: new Map(variables), targets: new Map(targets) }, commands);
}

function writtenIn(node: YamlNode | undefined): Written {
  if (node === undefined) return unknown;
  if (node.kind === "list") {
    const items = node.items.map(writtenIn);
    return (scope) => items.map((item) => item(scope));
  }
  if (node.kind === "map") {
    const entries = node.entries.map(({ key, value }) => [key, writtenIn(value)] as const);
    return (scope) => new Map(entries.map(([key, value]) => [key, value(scope)]));
  }
  const { text, style } = node;
  if (text === "null" && style === "plain") return () => undefined;
  if (!text.includes("${")) return () => text;
  return (scope) => {
    const get = (name: string) => {
      const value = scope.get(name);
      return typeof value === "string" ? value : undefined;
    };
    const expanded = expand(text, { get });
    return "text" in expanded ? expanded.text : HOLE;
  };
}

function buildsIn(
  path: string,
  { variables, targets }: Bake,
  commands: readonly BakeCommand[],
): readonly ImageBuild[] {
  const scope = new Map<string, Value>();
  // A variable may be made of one that stands below it: as often as that helps, within reason.
  for (let turn = 0; turn < 3; turn++)
    for (const [name, written] of variables) scope.set(name, written(scope));
  const builds: ImageBuild[] = [];
  for (const [name, target] of targets) {
    const attributes = inherited(target, targets, scope);
    for (const way of waysOf(attributes.get("matrix")?.(scope))) {
      if (builds.length > MOST_BUILDS) return builds;
      const own = over(scope, way);
      builds.push(buildOf(path, target.at, attributes, own));
      for (const changed of changedBy(commands, name, attributes))
        builds.push(buildOf(path, target.at, changed, own));
    }
  }
  return builds;
}

/** What each command makes of a target, where it changes what is built. */
function changedBy(
  commands: readonly BakeCommand[],
  name: string,
  attributes: ReadonlyMap<string, Written>,
): readonly ReadonlyMap<string, Written>[] {
  return commands.flatMap(({ sets }) => {
    const own = sets.filter(({ target }) => matchesTarget(target, name));
    const changed = new Map(attributes);
    for (const { key, value } of own) {
      const [attribute = "", below] = key.split(".");
      const earlier = changed.get(attribute);
      const given = below === undefined ? value : new Map([[below, value]]);
      changed.set(attribute, (scope) =>
        earlier === undefined || below === undefined ? given : merged(earlier(scope), given),
      );
    }
    return own.length === 0 ? [] : [changed];
  });
}

/** `*` stands for any letters. */
function matchesTarget(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? "";
  const within = name.slice(first.length, Math.max(first.length, name.length - last.length));
  return name.startsWith(first) && name.endsWith(last) && rest.every((part) => within.includes(part));
}

/** The names of a way of the matrix before those of the file. */
function over(scope: Scope, way: Scope): Scope {
  return {
    has: (name) => way.has(name) || scope.has(name),
    get: (name) => (way.has(name) ? way.get(name) : scope.get(name)),
  };
}

/** Its attributes over those that it inherits, a later one over an earlier one, arguments and contexts put together. */
function inherited(
  target: Target,
  targets: ReadonlyMap<string, Target>,
  scope: Scope,
): ReadonlyMap<string, Written> {
  let left = MOST_INHERITED;
  const withInherited = ({ attributes }: Target, depth: number): ReadonlyMap<string, Written> => {
    const all = new Map<string, Written>();
    const put = (more: ReadonlyMap<string, Written>) => {
      for (const [name, written] of more) {
        const earlier = all.get(name);
        const isMap = name === "args" || name === "contexts";
        all.set(name, isMap && earlier !== undefined ? (own) => merged(earlier(own), written(own)) : written);
      }
    };
    const from = attributes.get("inherits")?.(scope);
    for (const name of listOf(from)) {
      const other = typeof name === "string" ? targets.get(name) : undefined;
      if (other !== undefined && depth < MOST_DEPTH && --left > 0) put(withInherited(other, depth + 1));
      // What is not followed may say anything.
      else for (const one of ["dockerfile", "target", "context"]) all.set(one, unknown);
    }
    put(attributes);
    return all;
  };
  return withInherited(target, 0);
}

function merged(earlier: Value, later: Value): Value {
  return earlier instanceof Map && later instanceof Map ? new Map([...earlier, ...later]) : later;
}

function listOf(value: Value): readonly Value[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** Every way of a target's matrix; one where there is none, or it is too large to be followed. */
function waysOf(matrix: Value): readonly ReadonlyMap<string, Value>[] {
  if (!(matrix instanceof Map)) return [new Map()];
  let ways: ReadonlyMap<string, Value>[] = [new Map()];
  for (const [name, value] of matrix) {
    const values = listOf(value);
    if (ways.length * values.length > MOST_WAYS)
      return [new Map([...matrix.keys()].map((key) => [key, HOLE]))];
    ways = ways.flatMap((way) => values.map((one) => new Map([...way, [name, one]])));
  }
  return ways;
}

function buildOf(
  path: string,
  at: Place,
  attributes: ReadonlyMap<string, Written>,
  scope: Scope,
): ImageBuild {
  const given = (name: string) => attributes.get(name)?.(scope);
  const text = (name: string) => {
    const value = given(name);
    return value === undefined ? undefined : typeof value === "string" ? value : HOLE;
  };
  const here = parentOf(path);
  const folder = text("context") ?? ".";
  const context = isKnown(folder) ? joinPath(here, folder)?.path : undefined;
  const target = text("target");
  const platforms = listOf(given("platforms"));
  const tags = listOf(given("tags")).flatMap((tag) => (typeof tag === "string" ? [tag] : []));
  const args = given("args");
  const pairs = args instanceof Map ? [...args].filter(([, value]) => value !== undefined) : [];
  return {
    dockerfile: dockerfileOf(path, at, context, text("dockerfile"), text("dockerfile-inline"), target),
    context,
    target,
    args: Object.fromEntries(
      pairs.map(([name, value]) => [name, typeof value === "string" && isKnown(value) ? value : undefined]),
    ),
    platform:
      platforms.length === 1 && typeof platforms[0] === "string" ? platformOf(platforms[0]) : undefined,
    contexts: contextsOf(given("contexts"), here),
    tags: namesIn(tags),
    at,
    by: path,
  };
}

function dockerfileOf(
  path: string,
  at: Place,
  context: string | undefined,
  named: string | undefined,
  inline: string | undefined,
  target: string | undefined,
): DockerfileSource {
  if (target !== undefined && !isKnown(target))
    return { none: `${path} builds a stage whose name is not known` };
  if (inline !== undefined)
    return isKnown(inline)
      ? { text: inline, at }
      : { none: `the Dockerfile in ${path} is not known as a whole` };
  const name = named ?? "Dockerfile";
  const joined = context === undefined || !isKnown(name) ? undefined : joinPath(context, name);
  return joined ?? { none: `${path} does not say by which Dockerfile of this repository` };
}

function contextsOf(value: Value, folder: string): ImageBuild["contexts"] {
  if (!(value instanceof Map) || value.size === 0) return undefined;
  const pairs = [...value].map(([name, one]): readonly [string, NamedContext] => {
    const text = typeof one === "string" && isKnown(one) ? one : undefined;
    if (text?.startsWith("target:")) return [name, { unknown: `the image of the ${text.replace(":", " ")}` }];
    return [name, namedContext(text, folder)];
  });
  return Object.fromEntries(pairs);
}
