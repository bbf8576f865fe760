/** Tells what commands such as `docker build` build. Must not know where the commands are written. */
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import type { DockerfileSource, ImageBuild, NamedContext } from "../../model/image-build.ts";
import { splitImage } from "../../model/image-name.ts";
import type { Place } from "../../model/place.ts";
import { joinPath, nameOf } from "../../tree/paths.ts";
import type { ScriptCommand } from "./build-script.ts";
import { namedContext } from "./compose-build.ts";
import { platformOf } from "./dockerfile-start.ts";
import { noDockerfile } from "./other-builders.ts";
import { inWorkspace } from "./workspace.ts";

/** Whose commands they are. */
export interface Commander {
  readonly by: string;
  /** The line of a position in the script. */
  readonly placeOf: (start: number) => Place;
  /** Whether the repository has a path. */
  readonly has: (path: string) => boolean;
  /** Is handed the commands, for what they run besides. */
  readonly also: (commands: readonly ScriptCommand[], who: Pick<Commander, "by" | "placeOf">) => void;
}

/** Words without which a text builds nothing that is known here, nor runs anything in a cluster. */
export const BUILDS =
  /\b(?:docker|podman|buildah|nerdctl|executor|gcloud|acr|pack build|kubectl|oc|kn|helm)\b/;

/** What the commands of one script build; `docker tag` gives what is built there more names. */
export function buildsOf(commands: readonly ScriptCommand[], who: Commander): readonly ImageBuild[] {
  const builds: ImageBuild[] = [];
  who.also(commands, who);
  for (const command of commands) {
    const words = withoutWrappers(command.words);
    const [, from, to] =
      /^(?:docker|podman|nerdctl|buildah)(?: image)? tag (\S+) (\S+)$/.exec(words.join(" ")) ?? [];
    if (from !== undefined && to !== undefined) {
      const known = builds.findLastIndex(({ tags }) => tags?.includes(from));
      const build = builds[known];
      if (build !== undefined) builds[known] = { ...build, tags: [...(build.tags ?? []), ...namesIn([to])] };
      continue;
    }
    if (nameOf(words[0] ?? "") === "pack" && words[1] === "build") {
      const { options, others } = optionsIn(words.slice(2));
      const dockerfile = noDockerfile("buildpacks", options.get("builder")?.filter(isKnown).at(-1));
      builds.push({
        dockerfile,
        tags: namesIn(others.slice(0, 1)),
        at: who.placeOf(command.start),
        by: who.by,
      });
      continue;
    }
    const call = callOf(words);
    if (call !== undefined) builds.push(buildOf(call, command, who));
  }
  return builds;
}

/** The names that tags give; one whose tag alone is not known keeps its name. */
export function namesIn(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => {
    if (isKnown(tag)) return tag === "" ? [] : [tag];
    const { name } = splitImage(tag);
    return isKnown(name) && name !== "" ? [name] : [];
  });
}

/** How a tool is told what to build. */
interface Call {
  readonly words: readonly string[];
  readonly tool: "docker" | "podman" | "kaniko" | "gcloud";
}

function withoutWrappers(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/^(?:sudo|env|time|exec|-E|\w+=.*)$/.test(word));
  return words.slice(Math.max(start, 0));
}

function callOf([program = "", ...rest]: readonly string[]): Call | undefined {
  const name = nameOf(program);
  const verb = rest.findIndex((word) => /^(?:build|bud|build-using-dockerfile|submit)$/.test(word));
  const before = rest.slice(0, Math.max(verb, 0)).filter((word) => !word.startsWith("-"));
  const words = rest.slice(verb + 1);
  const isBuild = verb >= 0 && before.every((word) => /^(?:buildx|image|builder)$/.test(word));
  if (name === "executor" && program.includes("kaniko")) return { words: rest, tool: "kaniko" };
  if (name === "docker" && isBuild) return { words, tool: "docker" };
  if (/^(?:podman|buildah|nerdctl)$/.test(name) && isBuild) return { words, tool: "podman" };
  if (name === "gcloud" && before.join(" ") === "builds" && rest[verb] === "submit")
    return { words, tool: "gcloud" };
  if (name === "az" && before.join(" ") === "acr") return { words, tool: "docker" };
  return undefined;
}

/** Options that stand alone (docs.docker.com, docker buildx build; buildah-build(1); kaniko's README). */
const ALONE =
  /^--(?:no-cache|pull|pull-always|pull-never|push|load|quiet|rm|force-rm|squash|compress|debug|check|layers|all-platforms|cache|single-snapshot|cleanup|reproducible|use-new-run|no-push|insecure|skip-tls-verify|async|no-logs|tls-verify|squash-all|verbose|skip-unused-stages)$|^-[qD]$/;
const SHORT: Readonly<Record<string, string>> = {
  "-f": "file",
  "-t": "tag",
  "-c": "context",
  "-d": "destination",
};

/** Options by their names, and what is none. */
function optionsIn(words: readonly string[]) {
  const options = new Map<string, string[]>();
  const others: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith("-") || word === "-") {
      others.push(word);
      continue;
    }
    if (ALONE.test(word)) continue;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const isJoined = /^-[ftcd]./.test(word) && !word.startsWith("--");
    const name = equals > 0 ? word.slice(2, equals) : (SHORT[word.slice(0, 2)] ?? word.slice(2));
    const value =
      equals > 0 ? word.slice(equals + 1) : isJoined ? word.slice(2).replace(/^=/, "") : (words[++i] ?? "");
    const all = options.get(name);
    if (all === undefined) options.set(name, [value]);
    else all.push(value);
  }
  return { options, others };
}

function buildOf({ words, tool }: Call, { folder, start }: ScriptCommand, who: Commander): ImageBuild {
  const { options, others } = optionsIn(words);
  const last = (name: string) => options.get(name)?.at(-1);
  const written = tool === "kaniko" ? last("context")?.replace(/^dir:\/\//, "") : others.at(-1);
  const context = folderOf(written ?? (tool === "docker" ? undefined : "."), folder);
  const platform = platformOf(last("platform"));
  const target = last("target");
  const lost = target !== undefined && !isKnown(target);
  return {
    dockerfile: lost
      ? { none: `${who.by} builds a stage whose name is not known` }
      : dockerfileOf(last("file") ?? last("dockerfile"), context, folder, tool, who),
    context,
    target,
    args: argumentsIn(options.get("build-arg") ?? []),
    platform: last("platform")?.includes(",") ? undefined : platform,
    contexts: contextsIn(options.get("build-context") ?? [], folder),
    tags: namesIn([
      ...(options.get("tag") ?? []),
      ...(options.get("destination") ?? []),
      ...(options.get("image") ?? []),
    ]),
    at: who.placeOf(start),
    by: who.by,
  };
}

/** A folder as a command names it; `/workspace` and the like are where a pipeline has the repository. */
function folderOf(written: string | undefined, folder: string | undefined): string | undefined {
  if (written === undefined || !isKnown(written)) {
    const rest = written?.startsWith(HOLE) ? written.slice(1) : undefined;
    // `${CI_PROJECT_DIR}/web`: a variable that nothing here sets and a path below it.
    return rest !== undefined && /^\/[\w./-]*$/.test(rest) ? joinPath("", `.${rest}`)?.path : undefined;
  }
  const own = inWorkspace(written);
  if (own !== undefined) return own.path;
  return folder === undefined || written === "-" ? undefined : joinPath(folder, written)?.path;
}

function dockerfileOf(
  written: string | undefined,
  context: string | undefined,
  folder: string | undefined,
  tool: Call["tool"],
  { by, has }: Commander,
): DockerfileSource {
  const unknown = { none: `${by} does not say by which Dockerfile of this repository` };
  if (written === undefined) {
    if (context === undefined) return unknown;
    const names = tool === "podman" ? ["Containerfile", "Dockerfile"] : ["Dockerfile"];
    const paths = names.flatMap((name) => joinPath(context, name)?.path ?? []);
    const path = paths.find(has) ?? paths.at(-1);
    return path === undefined ? unknown : { path };
  }
  const beside = folderOf(written, folder);
  const inside = context === undefined || !isKnown(written) ? undefined : joinPath(context, written)?.path;
  // Docker looks in the folder it runs in; buildah and kaniko in the context, too.
  const paths = [beside, tool === "docker" ? undefined : inside].flatMap((path) => path ?? []);
  const path = paths.find(has) ?? paths[0];
  return path === undefined ? unknown : { path };
}

/** `NAME=value`; a name alone takes its value from the environment, which is not known. */
function argumentsIn(all: readonly string[]): ImageBuild["args"] {
  const pairs = all.map((text) => {
    const [name = ""] = text.split("=", 1);
    const value = text.includes("=") ? text.slice(name.length + 1) : HOLE;
    return [name, isKnown(value) ? value : undefined] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => isKnown(name) && name !== ""));
}

function contextsIn(all: readonly string[], folder = ""): ImageBuild["contexts"] {
  const pairs = all.map((text): readonly [string, NamedContext] => {
    const [name = ""] = text.split("=", 1);
    const value = text.slice(name.length + 1);
    return [name, namedContext(isKnown(value) ? value : undefined, folder)];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
