/** Lays what COPY and ADD name into a stage's files. Must read only what may start something or decide how. */
import { isKnown } from "../image/entrypoint/shell/text.ts";
import type { Budget } from "../model/budget.ts";
import type { LayerRef } from "../model/image-profile.ts";
import { type Glob, globMatches, pathGlob } from "../tree/glob.ts";
import type { Context } from "./context.ts";
import { factsOf, layerPath, type PlanFiles } from "./files.ts";

/** Files of one COPY that are read at most; of the others only that they are there is known. */
const MOST_READ = 2_000;

/** Names whose bodies cannot start anything: data, sources, what browsers get. */
const DATA =
  /\.(?:tsx?|jsx|mjs\.map|map|css|scss|less|html?|md|rst|txt|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp[34]|pdf|java|kt|scala|rs|go|c|cc|cpp|h|hpp|cs|vb|swift|proto|graphql|sql|csv|tsv|parquet|lock|sum|xml|properties|gradle|ya?ml|tf|tpl|j2|erb|ejs|hbs|vue|svelte|po|mo|class|jar|war|zip|gz|tgz|xz|whl|dll|pdb|snap|ipynb)$/i;
/** Texts that decide what is installed or started, whatever their ending says. */
const WANTED =
  /(?:^|\/)(?:package\.json|requirements[\w.-]*\.txt|[\w-]*requirements\.txt|(?:nsswitch|gai)\.conf)$/;
/** Programs of a language, which are started by name only near the top. */
const LANGUAGE = /\.(?:m?js|cjs|py|rb|php|pl|json)$/i;

/** Whether a file's body is worth reading. */
function isWanted(path: string, below: string): boolean {
  if (WANTED.test(path)) return !/(?:^|\/)node_modules\//.test(path);
  if (DATA.test(path)) return false;
  return !LANGUAGE.test(path) || path.slice(below.length).split("/").length <= 3;
}

/** Where a COPY comes from and goes. */
export interface Copied {
  readonly sources: readonly string[];
  /** Absolute; not known where it holds HOLE. */
  readonly target: string;
  /** It ends in a slash, or there are several sources. */
  readonly intoFolder: boolean;
  readonly parents: boolean;
  /** A clause: `COPY in Dockerfile:4 puts it there`. */
  readonly because: string;
  readonly executable?: boolean;
  /** What `--exclude` leaves out: patterns. */
  readonly excluded?: readonly string[];
}

/**
 * Whether `--exclude` leaves a path out, itself or by a folder of it (docs.docker.com, COPY --exclude). Patterns are taken
 * from the folder that is copied and from the root of where it comes from; what only one of the two leaves out is unknown.
 */
function exclusions(patterns: readonly string[] = [], steps?: Budget) {
  const globs = patterns.map((one) => (isKnown(one) && !one.startsWith("!") ? pathGlob(one) : undefined));
  const fits = (glob: Glob, path: string) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      if (globMatches(glob, path.slice(0, end), steps)) return true;
    return false;
  };
  return (path: string, below: string): "kept" | "left out" | "unknown" => {
    if (globs.includes(undefined)) return "unknown";
    const own = path === below ? path.replace(/^.*\//, "") : path.slice(below === "" ? 0 : below.length + 1);
    const said = [path, own].map((one) => globs.some((glob) => glob !== undefined && fits(glob, one)));
    return said.every(Boolean) ? "left out" : said.some(Boolean) ? "unknown" : "kept";
  };
}

/** From a context: `read` counts bytes. */
export async function copyFromContext(
  files: PlanFiles,
  context: Context,
  { sources, target, intoFolder, parents, because, executable, excluded }: Copied,
  spend: (bytes: number) => void,
): Promise<void> {
  const left = exclusions(excluded);
  for (const pattern of sources) {
    const found = isKnown(pattern) && isKnown(target) ? context.sources(pattern) : [];
    if (found.length === 0) {
      // Built outside, ignored by git, or named by a variable: it will be there all the same.
      notHere(files, pattern, target, intoFolder, `${because}, and the repository does not hold it`);
      continue;
    }
    let read = 0;
    for (const source of found) {
      const name = source.path.replace(/^.*\//, "");
      const isInto = intoFolder || files.lookup(target).kind === "folder" || found.length > 1;
      const base =
        source.kind === "folder"
          ? parents
            ? `${target}/${source.path}`
            : target
          : parents
            ? `${target}/${source.path}`
            : isInto
              ? `${target}/${name}`
              : target;
      if (source.kind === "folder") files.folder(base);
      for (const path of source.files) {
        const to =
          source.kind === "file"
            ? base
            : `${base}/${path.slice(source.path === "" ? 0 : source.path.length + 1)}`;
        const leaves = left(path, source.path);
        if (leaves === "left out") continue;
        if (leaves === "unknown") {
          files.unknown(to, `${because}, or leaves it out`);
          continue;
        }
        if (!isWanted(path, source.path) || ++read > MOST_READ) {
          files.file(to, [], false);
          continue;
        }
        const body = await context.read(path);
        if (!("bytes" in body)) {
          files.unknown(to, `${because}, and its source could not be read: ${body.problem}`);
          continue;
        }
        spend(body.bytes.length);
        const facts = factsOf(layerPath(to), body.bytes);
        const starts = facts.some(
          (fact) => fact.kind === "elf" || (fact.kind === "script" && fact.interpreter !== undefined),
        );
        files.write(to, body.bytes, executable ?? starts, facts);
      }
      if (source.kind === "folder")
        files.fill({ folder: base, because: `${because} with what is in the folder when it is built` });
    }
  }
}

function notHere(
  files: PlanFiles,
  pattern: string,
  target: string,
  intoFolder: boolean,
  because: string,
): void {
  if (!isKnown(target)) {
    files.fill({ folder: "/", because });
    return;
  }
  const name = pattern.replace(/\/+$/, "").replace(/^.*\//, "");
  const isFolder = files.lookup(target).kind === "folder";
  const known = isKnown(pattern) && !/[*?[]/.test(name) && name !== "" && name !== ".";
  if ((intoFolder || isFolder) && known) files.unknown(`${target}/${name}`, because);
  if (intoFolder || isFolder || !known || layerPath(target) === "") files.fill({ folder: target, because });
  else {
    // A file or a folder of that name.
    files.unknown(target, because);
  }
}

/** From another stage or image; the layers that it comes from. */
export function copyFromFiles(
  files: PlanFiles,
  from: PlanFiles,
  { sources, target, intoFolder, parents, because, executable, excluded = [] }: Copied,
  steps: Budget,
): readonly LayerRef[] {
  const left = exclusions(excluded, steps);
  const origins = new Set<LayerRef>();
  for (const pattern of sources.flatMap((one) => expanded(from, one, steps))) {
    // Folders that a build makes may have any name, and what is in them is told all the same.
    const told = from.lookup(pattern);
    const isTold = told.kind === "missing" && told.mayBe !== undefined && !/[*?[][^/]*$/.test(pattern);
    if (!isKnown(pattern) || !isKnown(target) || (/[*?[]/.test(pattern) && !isTold)) {
      notHere(files, pattern, target, intoFolder, `${because}, and which files these are is not known`);
      continue;
    }
    const path = `/${layerPath(pattern)}`;
    const looked = from.lookup(path);
    const name = path.replace(/^.*\//, "");
    const isInto = intoFolder || files.lookup(target).kind === "folder";
    const to = parents
      ? `${target}${path}`
      : looked.kind !== "folder" && isInto
        ? `${target}/${name}`
        : target;
    if (looked.kind === "unknown" && isInto && !parents) {
      // It may be a folder, whose files come beside those that are there.
      files.unknown(`${target}/${name}`, looked.because);
      files.fill({ folder: target, because: looked.because });
    } else if (!files.take(from, path, to, origins)) {
      if (isInto)
        files.fill({ folder: target, because: `${because}, and it was not found where it comes from` });
      else files.unknown(to, `${because}, and it was not found where it comes from`);
    } else if (executable !== undefined) files.setExecutable(to, executable);
    // Whether the program below is the one that is copied or the one that was there.
    if (excluded.length > 0)
      mayBeLeft({ from, files, steps }, layerPath(path), to, (below) => left(below, layerPath(path)));
    // What a build makes under a name that is not known may be a folder of such programs, whose files come here.
    if (looked.kind === "missing" && looked.mayBe !== undefined && isInto && isKnown(target))
      files.fill({ folder: target, because, as: looked.mayBe });
  }
  return [...origins];
}

/** Makes unknown what `--exclude` may have left out of a copy. */
function mayBeLeft(
  { from, files, steps }: { from: PlanFiles; files: PlanFiles; steps: Budget },
  root: string,
  to: string,
  left: (path: string) => "kept" | "left out" | "unknown",
): void {
  const open = [root];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    steps.spend(1 + (path.length >> 4));
    const isLink = from.isLink(`/${path}`);
    if (!isLink && from.lookup(`/${path}`).kind === "folder") {
      for (const name of from.names(`/${path}`) ?? from.overlay.knownNames(`/${path}`))
        open.push(path === "" ? name : `${path}/${name}`);
    } else if (left(path) !== "kept")
      files.unknown(`${to}${path.slice(root.length)}`.replace("//", "/"), "what COPY excludes may be it");
  }
}

/** Globs in any part of a path. */
function expanded(from: PlanFiles, pattern: string, steps: Budget): readonly string[] {
  if (!isKnown(pattern) || !/[*?[]/.test(pattern)) return [pattern];
  let found = [""];
  const parts = pattern.split("/").filter((one) => one !== "" && one !== ".");
  for (const [index, part] of parts.entries()) {
    const isGlob = /[*?[]/.test(part);
    const glob = pathGlob(part);
    found = found.flatMap((folder) => {
      steps.spend(1 + (folder.length >> 4));
      if (!isGlob) return [`${folder}/${part}`];
      const place = folder === "" ? "/" : folder;
      // Folders that a build surely makes stand for those that may be there, too.
      const names = from.names(place) ?? (index < parts.length - 1 ? from.overlay.knownNames(place) : []);
      return names.filter((one) => globMatches(glob, one, steps)).map((one) => `${folder}/${one}`);
    });
  }
  const there = found.filter((path) => {
    const looked = from.lookup(path);
    return looked.kind !== "missing" || looked.mayBe !== undefined;
  });
  return there.length === 0 ? [pattern] : there;
}
