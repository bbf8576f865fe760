/** A folder on disk as a file tree, without what git ignores, bounded. Must not follow any symbolic link. */
import { folderUnlisted, pastLimit, tooManyFiles } from "./gaps.ts";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { messageOf } from "../model/error.ts";
import { readRegularFile } from "./regular-file.ts";
import { asText, type FileBytes, type FileTree, isNeverEntered, MOST_DEPTH } from "./file-tree.ts";
import { type IgnoreRules, isIgnored, readIgnore } from "./ignore-rules.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../model/repository-limits.ts";
import { filesByGit } from "./tracked-files.ts";

/** What a run gives. */
export interface FolderOptions {
  /** Lets git say which files there are, with the search path of this; without it rules of .gitignore are read here. */
  readonly env?: NodeJS.ProcessEnv;
  readonly limits?: Partial<RepositoryLimits>;
}

/** Says what a folder is looked at for: git's list, or rules where git has none. */
type Scope = { readonly kind: "git"; readonly start: string; readonly kept: Kept } | RuleScope;

interface RuleScope {
  readonly kind: "rules";
  readonly rules: IgnoreRules | undefined;
}

/** Git's files, and the folders above any of them. */
interface Kept {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** Repositories inside the repository that git is asked about; in more of them rules are read here. */
const MOST_REPOSITORIES = 100;

/** A tree of the files below `root`. Links are not followed: what they point to inside the folder is listed itself. */
export function folderTree(root: string, { env, limits }: FolderOptions = {}): FileTree {
  const { fileBytes, files: most, ignoreSteps } = { ...REPOSITORY_LIMITS, ...limits };
  const bytes = async (path: string) => readInside(root, path, fileBytes);
  const read = async (path: string) => asText(await bytes(path));
  return {
    read,
    bytes,
    async list() {
      const paths: string[] = [];
      const diagnostics: Diagnostic[] = [];
      const budget = new Budget("ignoreSteps", ignoreSteps);
      let repositories = MOST_REPOSITORIES;
      let full = false;

      /** The scope of a folder that is, or may be, a repository of its own. */
      const scopeOf = async (start: string): Promise<Scope> => {
        const kept =
          env !== undefined && repositories-- > 0 ? await filesByGit(join(root, start), env) : undefined;
        if (kept !== undefined) return { kind: "git", start, kept: withFolders(kept) };
        const exclude = await read(`${start}.git/info/exclude`);
        const rules = "text" in exclude ? readIgnore(exclude.text, start, undefined, budget) : undefined;
        return { kind: "rules", rules };
      };
      const inside = async (scope: Scope, path: string): Promise<Scope | undefined> => {
        if (scope.kind === "rules") return isIgnored(scope.rules, path, true, budget) ? undefined : scope;
        const own = path.slice(scope.start.length);
        if (scope.kept.folders.has(own)) return scope;
        if (!scope.kept.files.has(own) && !scope.kept.files.has(`${own}/`)) return undefined;
        const isRepository = await lstat(join(root, path, ".git")).then(
          () => true,
          () => false,
        );
        return isRepository ? scopeOf(`${path}/`) : { kind: "rules", rules: undefined };
      };
      const isKept = (scope: Scope, path: string) =>
        scope.kind === "rules"
          ? !isIgnored(scope.rules, path, false, budget)
          : scope.kept.files.has(path.slice(scope.start.length));

      const walk = async (folder: readonly string[], scope: Scope): Promise<void> => {
        const start = folder.map((part) => `${part}/`).join("");
        let here = scope;
        if (scope.kind === "rules") {
          const own = await read(`${start}.gitignore`);
          if ("text" in own)
            here = { kind: "rules", rules: readIgnore(own.text, start, scope.rules, budget) };
        }
        const entries = await readdir(join(root, ...folder), { withFileTypes: true }).catch(
          (error: unknown) => {
            diagnostics.push(folderUnlisted(folder, messageOf(error)));
            return [];
          },
        );
        entries.sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const entry of entries) {
          if (full) return;
          const path = start + entry.name;
          if (entry.isDirectory()) {
            if (isNeverEntered(entry.name)) continue;
            const scopeThere = await inside(here, path);
            if (scopeThere === undefined) continue;
            const parts = [...folder, entry.name];
            if (parts.length > MOST_DEPTH) diagnostics.push(folderUnlisted(parts, "it is too deep"));
            else await walk(parts, scopeThere);
          } else if (entry.isFile() && isKept(here, path)) {
            if (paths.length >= most) {
              full = true;
              diagnostics.push(tooManyFiles(most));
              return;
            }
            paths.push(path);
          }
        }
      };
      await walk([], await scopeOf(""));
      if (budget.isOver) diagnostics.push(rulesUnapplied(budget));
      return { paths, diagnostics };
    },
  };
}

function withFolders(names: readonly string[]): Kept {
  const folders = new Set<string>();
  for (const name of names) {
    const parts = name.endsWith("/") ? name.slice(0, -1) : name;
    for (let end = parts.lastIndexOf("/"); end > 0; end = parts.lastIndexOf("/", end - 1)) {
      const folder = parts.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { files: new Set(names), folders };
}

function rulesUnapplied(budget: Budget): Diagnostic {
  return pastLimit(
    "the rules of .gitignore were not applied to the end, and files that are ignored were looked at: matching them takes too many steps",
    budget,
    "scan a checkout, where git applies them",
  );
}

/** Reads a file of the folder; a link on the way, or anything but a file, is a problem. */
function readInside(root: string, path: string, most: number): FileBytes {
  if (path.split("/").some((part) => part === ".." || part === "" || part.includes("\0"))) {
    return { problem: "it is outside the folder" };
  }
  const read = readRegularFile(path, { most, within: root });
  return "bytes" in read ? read : { problem: read.problem };
}
