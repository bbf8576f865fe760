/** Reads the calls of a Tiltfile that build images, as far as they are written out. Must run no Starlark. */
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import type { DockerfileSource, ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import { namesIn } from "./build-commands.ts";

/** Whether a path is named like one. */
export function isTiltfileName(path: string): boolean {
  return /^Tiltfile(?:\.[\w.-]+)?$|\.Tiltfile$/.test(nameOf(path));
}

/** An argument of a call: text, a dict of texts, or something that is not read. */
type Argument = string | ReadonlyMap<string, string>;

/** Longer calls are not read. */
const MOST_CALL = 20_000;
const MOST_CALLS = 1_000;

/** What `docker_build` and its like build (docs.tilt.dev, API Reference); paths begin at the Tiltfile's folder. */
export function tiltfileBuilds(file: Source): readonly ImageBuild[] {
  const calls = file.text.matchAll(/^[ \t]*(?:docker_build(?:_with_restart)?|custom_build)[ \t]*\(/gm);
  const builds: ImageBuild[] = [];
  for (const call of calls) {
    if (builds.length >= MOST_CALLS) break;
    const open = call.index + call[0].length;
    const { positional, named } = argumentsIn(file.text.slice(open, open + MOST_CALL));
    const name = text(named.get("ref") ?? positional[0]);
    const at = file.toPlace(call.index + call[0].search(/\S/), open);
    const tags = namesIn([name]);
    if (call[0].includes("custom_build")) {
      builds.push({ dockerfile: { none: "it is built by a command of its own" }, tags, at, by: file.file });
      continue;
    }
    const here = parentOf(file.file);
    const folder = text(named.get("context") ?? positional[1]);
    const context = isKnown(folder) ? joinPath(here, folder)?.path : undefined;
    const target = named.get("target");
    const args = named.get("build_args");
    builds.push({
      dockerfile: dockerfileOf(named, context, file),
      context,
      target: target === undefined ? undefined : text(target),
      args:
        args instanceof Map
          ? Object.fromEntries([...args].map(([key, one]) => [key, isKnown(one) ? one : undefined]))
          : undefined,
      tags,
      at,
      by: file.file,
    });
  }
  return builds;
}

function text(argument: Argument | undefined): string {
  return typeof argument === "string" ? argument : HOLE;
}

function dockerfileOf(
  named: ReadonlyMap<string, Argument>,
  context: string | undefined,
  { file }: Source,
): DockerfileSource {
  const unknown = { none: `${file} does not say by which Dockerfile of this repository` };
  const [target, inline, args] = ["target", "dockerfile_contents", "build_args"].map((key) => named.get(key));
  if (inline !== undefined || (target !== undefined && !isKnown(text(target)))) return unknown;
  if (args !== undefined && !(args instanceof Map)) return unknown;
  const written = named.get("dockerfile");
  if (written === undefined)
    return (context === undefined ? undefined : joinPath(context, "Dockerfile")) ?? unknown;
  return (isKnown(text(written)) ? joinPath(parentOf(file), text(written)) : undefined) ?? unknown;
}

/** The arguments up to the bracket that closes the call. */
function argumentsIn(call: string): {
  readonly positional: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
} {
  const positional: Argument[] = [];
  const named = new Map<string, Argument>();
  for (const written of parts(call)) {
    const [, name, value] = /^(\w+)\s*=(?!=)\s*([\s\S]*)$/.exec(written) ?? [];
    if (name === undefined) positional.push(argumentOf(written));
    else named.set(name, argumentOf(value ?? ""));
  }
  return { positional, named };
}

/** What commas separate, outside of strings and brackets; comments left out. */
function parts(text: string): readonly string[] {
  const found: string[] = [];
  const open: string[] = [];
  let part = "";
  for (const [token] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*|[^"'#]|["']/g)) {
    if (token.startsWith("#")) continue;
    if (open.length === 0 && (token === "," || token === ")")) {
      if (part.trim() !== "") found.push(part.trim());
      part = "";
      if (token === ")") break;
      continue;
    }
    if (/^[([{]$/.test(token)) open.push(token);
    else if (/^[)\]}]$/.test(token)) open.pop();
    part += token;
  }
  return found;
}

function argumentOf(written: string): Argument {
  const [, string] = /^(?:"((?:[^"\\]|\\.)*)"|'(?:[^'\\]|\\.)*')$/.exec(written) ?? [];
  if (/^(["'])(?:(?!\1)[^\\])*\1$/.test(written)) return string ?? written.slice(1, -1);
  if (!/^\{[\s\S]*\}$/.test(written)) return HOLE;
  const pairs = parts(`${written.slice(1, -1)})`).map((pair) => {
    const [, key = "", value = ""] = /^(["'][^"']*["'])\s*:\s*([\s\S]*)$/.exec(pair) ?? [];
    return [key.slice(1, -1), text(key === "" ? undefined : argumentOf(value))] as const;
  });
  return new Map(pairs.filter(([key]) => key !== ""));
}
