/** The states that a run is about: what is there now, and what it is compared with. Must judge nothing, nor open an image. */
import { statSync } from "node:fs";
import { filesInState, filesOnDisk } from "../cluster/named-files.ts";
import type { NamedFiles } from "../cluster/named.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { type Configured, configuredIn } from "../settings/states.ts";
import type { Settings } from "../settings/settings.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { folderTree } from "../tree/folder-tree.ts";
import { runRoot } from "../tree/run-root.ts";
import { prefixedTree, treeWithin } from "../tree/views.ts";
import { limitsWith } from "./limits.ts";
import { noteIn } from "./notes.ts";
import type { RunPorts } from "./ports.ts";

/** One state: of a repository, or of the images that the user named. */
export interface State {
  /** What is searched for workloads and clusters; absent where the user named the images. */
  readonly tree?: FileTree;
  /** The settings that hold in it. */
  readonly settings: Settings;
  /** The files that options name, as they are in it. */
  readonly named: NamedFiles;
  /** What makes it doubtful; more may come while its files are read. */
  readonly diagnostics: Diagnostic[];
}

/** Both states. */
export interface States {
  readonly now: State;
  /** Where nothing is compared, nothing. */
  readonly before?: State;
  /** Why nothing is compared although it should be. */
  readonly diagnostics: readonly Diagnostic[];
  /** A file's text as a state has it, by the path that reports use; nothing where there is none. */
  readonly text: Readonly<Record<"now" | "before", (file: string) => Promise<string | undefined>>>;
}

/** Opens them. Rejects with MuslgateError (`usage`) where the folder to search is none. */
export async function openStates(given: Configured, { base, env, live, files }: RunPorts): Promise<States> {
  const { settings } = given;
  const linked: Diagnostic[] = [];
  const named = files?.named ?? filesOnDisk(noteIn(linked));
  const noText = { now: async () => undefined, before: async () => undefined };
  if (live !== undefined) {
    const now = { tree: live.tree, settings, named, diagnostics: [...live.diagnostics] };
    return { now, diagnostics: [], text: noText };
  }
  if (files?.tree !== undefined) {
    const { tree } = files;
    const text = { now: textIn(tree), before: async () => undefined };
    return { now: { tree, settings, named, diagnostics: linked }, diagnostics: [], text };
  }
  if (settings.images.length > 0) {
    const now = { settings, named, diagnostics: linked };
    return { now, diagnostics: [], text: noText };
  }
  const { directory } = settings;
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) {
    throw new MuslgateError(
      "usage",
      `${directory} ${stat === undefined ? "does not exist" : "is not a folder"}`,
      "Name the folder of the repository, or a part of it.",
    );
  }
  const { root, below } = runRoot(directory);
  const limits = limitsWith(settings.limits).repository;
  const tree = prefixedTree(folderTree(directory, { env, limits }), below);
  const now: State = { tree, settings, named, diagnostics: linked };
  if (base === undefined || "missing" in base) {
    const diagnostics = base === undefined ? [] : [notCompared(base.missing)];
    return { now, diagnostics, text: { now: textIn(tree), before: async () => undefined } };
  }
  const before = await stateBefore(base.tree, given, { root, below }, env);
  const diagnostics = base.ahead === undefined ? [] : [baseAhead(base.ahead)];
  return { now, before, diagnostics, text: { now: textIn(tree), before: textIn(base.tree) } };
}

/** The earlier state, with the settings it had. */
async function stateBefore(
  tree: FileTree,
  given: Configured,
  now: { readonly root: string; readonly below: string },
  env: NodeJS.ProcessEnv,
): Promise<State> {
  const { root } = now;
  const then =
    given.before === undefined
      ? await configuredIn(tree, root, given)
      : { settings: given.before, diagnostics: [] };
  const was = runRoot(then.settings.directory);
  const below = was.root === root ? was.below : now.below;
  const within = treeWithin(tree, below);
  const { paths, diagnostics: listing } = await within.list();
  const doubts = [...then.diagnostics, ...listing.map(({ message }) => partlyCompared(message))];
  if (paths.length === 0)
    doubts.push(partlyCompared(`it has no file in ${below === "" ? "the folder" : below}`));
  const named = await filesInState(tree, root, env, (message) => doubts.push(partlyCompared(message)));
  return { tree: within, settings: then.settings, named, diagnostics: doubts };
}

function textIn(tree: FileTree): (file: string) => Promise<string | undefined> {
  return async (file) => {
    const text = await tree.read(file);
    return "text" in text ? text.text : undefined;
  };
}

function partlyCompared(why: string): Diagnostic {
  return {
    code: "partly-compared",
    message: `The base could not be read whole: ${why}`,
    hint: "What is called new may have been there: check out more history (fetch-depth: 0).",
    weight: "gap",
  };
}

/** Nothing that is committed can be new then. */
function baseAhead(base: string): Diagnostic {
  return {
    code: "base-ahead",
    message: `The base ${base} descends from what is checked out: only what is not committed can be new`,
    hint: "Check out the change, and name the branch it goes to as `base`.",
    weight: "gap",
  };
}

function notCompared(why: string): Diagnostic {
  return {
    code: "not-compared",
    message: `Nothing was compared: ${why}. Every finding counts`,
    hint: "Check out more history (fetch-depth: 0), or set `base` to none.",
    weight: "gap",
  };
}
