/** Tells which containers run images that the repository builds, by the names that builds give. Must not plan a build. */
import { groupBy } from "../model/group-by.ts";
import type { ImageBuild, NamedContext } from "../model/image-build.ts";
import { isKoImage, splitImage } from "../model/image-name.ts";
import type { Workload } from "../model/workload.ts";
import { named } from "../model/workload-names.ts";
import { koImageBy, type KoSettings } from "./kinds/ko-settings.ts";

/** Ways to build one image that are judged; what is past them is not known. */
const MOST_WAYS = 4;

/** The text of a file; nothing where there is none. */
type TextOf = (path: string) => Promise<string | undefined>;

/**
 * The containers, each whose image is built here with how: one whose image is built in several ways stands there once for
 * each. A digest names an image that is there already, whoever built it.
 */
export function builtHere(
  workloads: readonly Workload[],
  builds: readonly ImageBuild[],
  ko: KoSettings,
): readonly Workload[] {
  const names = namesOf(builds);
  return workloads.flatMap((workload) => {
    if (isKoImage(workload.image) && workload.at !== undefined) {
      const importPath = workload.image.replace(/^ko:\/\//, "");
      // Which of several files whoever runs ko stands beside is not known.
      const settings = ko.size > 1 ? "unread" : [...ko.values()][0];
      const dockerfile = koImageBy(settings, workload.at, { importPath });
      return [{ ...workload, build: { dockerfile, at: workload.at, by: "ko" } }];
    }
    const { name, digest } = splitImage(workload.image);
    const isOpen = digest === undefined && workload.build === undefined && workload.role !== "base image";
    const built = isOpen ? (names.get(plainName(name)) ?? []) : [];
    // Where nobody knows how it is built, a registry still has the image as it was built last.
    const ways = isLocal(name) ? built : built.filter(({ dockerfile }) => !("none" in dockerfile));
    if (ways.length === 0) return [workload];
    if (ways.length === 1) return [{ ...workload, build: ways[0] }];
    return ways.map((build) => named({ ...workload, build, variant: `built by ${build.by ?? "hand"}` }));
  });
}

/** As Docker completes a name (distribution/reference), and as podman calls what it built itself. */
export function plainName(name: string): string {
  return name.replace(/^(?:(?:index\.)?docker\.io|localhost)\//, "").replace(/^library\//, "");
}

/** Different ways to build an image, by the plain name that it gets. */
export function namesOf(builds: readonly ImageBuild[]): ReadonlyMap<string, readonly ImageBuild[]> {
  const pairs = builds.flatMap((build) => {
    const own = new Set((build.tags ?? []).map((tag) => plainName(splitImage(tag).name)));
    return [...own].map((name) => [name, build] as const);
  });
  const names = new Map<string, readonly ImageBuild[]>();
  for (const [name, all] of groupBy(pairs, ([one]) => one)) {
    const ways = [...groupBy(all, ([, build]) => wayOf(build)).values()].map(([[, build]]) => build);
    const most = ways.slice(0, MOST_WAYS);
    const more = ways.length - MOST_WAYS;
    if (more > 0)
      most[MOST_WAYS - 1] = {
        dockerfile: { none: `it is built in ${ways.length} ways, more than are followed` },
        by: `${more + 1} others`,
      };
    names.set(name, most);
  }
  return names;
}

/** What makes a build another one: not who does it, nor under which names. */
function wayOf(given: ImageBuild): string {
  const build: ImageBuild = { ...given, at: undefined, by: undefined, tags: undefined };
  return JSON.stringify(build, (_key, value: unknown) => {
    if (value === undefined) return null;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/**
 * The builds as their Dockerfiles take them: without arguments that none declares, without the name of the stage that is
 * the last anyway, and with what else is built here, which no registry is asked for.
 */
export async function settledBuilds(
  builds: readonly ImageBuild[],
  textOf: TextOf,
): Promise<readonly ImageBuild[]> {
  const local = new Map<string, ImageBuild>();
  for (const build of builds)
    for (const tag of build.tags ?? []) if (isLocal(tag)) local.set(splitImage(tag).name, build);
  const takes = new Map<ImageBuild, Takes>();
  const read = new Map<string, Takes | undefined>();
  for (const build of builds) {
    const { dockerfile } = build;
    const key = JSON.stringify(dockerfile);
    if (!read.has(key)) {
      const text =
        "text" in dockerfile
          ? dockerfile.text
          : "path" in dockerfile
            ? await textOf(dockerfile.path)
            : undefined;
      read.set(key, text === undefined ? undefined : takenIn(text, local));
    }
    const known = read.get(key);
    if (known !== undefined) takes.set(build, known);
  }
  return builds.map((build) => settledIn(build, takes, local, MOST_BASES_DEEP));
}

/** Images built here that one is built on, and those that these are built on. */
const MOST_BASES = 8;
const MOST_BASES_DEEP = 2;

/** What a Dockerfile takes from whoever builds it. */
interface Takes {
  /** Words that may be names of arguments. */
  readonly names: ReadonlySet<string>;
  /** The name of its last stage, in lower case. */
  readonly last: string | undefined;
  /** Images that are built here and that it names. */
  readonly images: readonly string[];
}

function takenIn(text: string, local: ReadonlyMap<string, unknown>): Takes {
  const froms = text.match(/^[ \t]*FROM[ \t].*$/gim);
  const lines = text.match(/^[ \t]*(?:FROM|COPY|ADD|RUN|ARG)[ \t].*$/gim) ?? [];
  const words = new Set(lines.flatMap((line) => line.split(/[\s=,"']+/)));
  return {
    names: new Set(lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? [])),
    last: /[ \t]AS[ \t]+(\S+)\s*$/i.exec(froms?.at(-1) ?? "")?.[1]?.toLowerCase(),
    images: [...words].filter((word) => local.has(splitImage(word).name)),
  };
}

function settledIn(
  build: ImageBuild,
  takes: ReadonlyMap<ImageBuild, Takes>,
  local: ReadonlyMap<string, ImageBuild>,
  deep: number,
): ImageBuild {
  const known = takes.get(build);
  if (known === undefined) {
    const { dockerfile } = build;
    if (!("path" in dockerfile)) return build;
    return { ...build, dockerfile: { none: `${dockerfile.path}, which it is built from, is not there` } };
  }
  const args = Object.entries(build.args ?? {}).filter(([name]) => known.names.has(name));
  const contexts = new Map<string, NamedContext>();
  for (const word of [...known.images, ...args.map(([, value]) => value ?? "")]) {
    const other = local.get(splitImage(word).name);
    if (other === undefined || other === build) continue;
    const isNear = deep > 0 && contexts.size < MOST_BASES;
    const base: NamedContext = isNear
      ? { build: settledIn(other, takes, local, deep - 1) }
      : { unknown: `the image ${word}, which is built here,` };
    contexts.set(word, base);
  }
  return {
    ...build,
    target: build.target?.toLowerCase() === known.last ? undefined : build.target,
    args: args.length === 0 ? undefined : Object.fromEntries(args),
    contexts: contexts.size === 0 ? build.contexts : { ...Object.fromEntries(contexts), ...build.contexts },
  };
}

/** Whether a name is one of no registry: its first part has neither a dot nor a port (distribution/reference). */
function isLocal(reference: string): boolean {
  const [host = "", ...rest] = splitImage(reference).name.split("/");
  return rest.length === 0 || !/[.:]/.test(host);
}
