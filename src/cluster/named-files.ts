/** The files that options name, on the disk or as they were in an earlier state of the repository. Must not look at what they say. */
import { isTerraformName } from "../tree/file-names.ts";
import type { NamedFiles } from "./named.ts";
import { posix } from "node:path";
import type { TerraformFile } from "./terraform/modules.ts";
import { type ClusterPathPorts, clusterPaths, terraformFolder } from "./paths.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { trackedFiles } from "../tree/tracked-files.ts";
import { MuslgateError } from "../model/error.ts";
import { readText } from "../tree/read-text.ts";
import { pathFrom } from "../tree/run-root.ts";

/** A plan of a whole organisation. */
const MOST_CLUSTER_BYTES = 64 * 2 ** 20;

/** The most Terraform files of an earlier state that modules are looked for in. */
const MOST_TERRAFORM = 5000;

const corefileText = (file: string) =>
  readText(
    file,
    undefined,
    "Check the path; give the ConfigMap or the output of kubectl -n kube-system describe configmap node-local-dns.",
  );

/** The disk; `doubt` is told what was passed over there. */
const disk = (doubt: (message: string) => void): ClusterPathPorts => ({
  read: (file) => ({ file, text: readText(file, MOST_CLUSTER_BYTES) }),
  passedOver: (path) => doubt(`${path} is a symbolic link, which is not followed in a repository`),
});

/**
 * Files as they are on the disk. Where all that is named lies below the run's folder, no module's source leads out of
 * it: it may come with a pull request.
 */
export function filesOnDisk(doubt: (message: string) => void): NamedFiles {
  let confined = false;
  const ports = disk(doubt);
  return {
    read: async (file) => corefileText(file),
    async cluster(paths) {
      confined = paths.every((path) => pathFrom(".", path) !== undefined);
      return clusterPaths(paths, ports);
    },
    folder: (path) => (confined && pathFrom(".", path) === undefined ? [] : terraformFolder(path, ports)),
  };
}

/**
 * Files as they were in a state of the folder `root`. One outside of it, or that git does not keep, has no history and
 * is taken as it is now, the former with a doubt; one that is new was not there: reading it rejects with MuslgateError
 * (`input`).
 */
export async function filesInState(
  tree: FileTree,
  root: string,
  env: NodeJS.ProcessEnv,
  doubt: (message: string) => void,
): Promise<NamedFiles> {
  const { paths } = await tree.list();
  const terraform = paths.filter((path) => isTerraformName(path) && !posix.basename(path).startsWith("."));
  const inFolder = (folder: string) => terraform.filter((path) => posix.dirname(path) === (folder || "."));
  const texts = new Map<string, string>();
  const ports = disk(doubt);
  const textOf = async (path: string): Promise<string | undefined> => {
    const read = await tree.read(path);
    return "text" in read ? read.text : undefined;
  };
  const folder = (path: string): readonly TerraformFile[] =>
    inFolder(pathFrom(root, path) ?? "..").flatMap((inside) => {
      const text = texts.get(inside);
      return text === undefined ? [] : [{ file: posix.join(path, posix.basename(inside)), text }];
    });
  const isKept = async (inside: string) => (await trackedFiles(root, env, [inside])).length > 0;
  const wasNotThere = (file: string) =>
    new MuslgateError(
      "input",
      `${file} was not there before this change`,
      "Nothing to do: all of it is new.",
    );
  return {
    folder,
    async read(file) {
      const inside = pathFrom(root, file);
      const text = inside === undefined ? undefined : await textOf(inside);
      if (text !== undefined) return text;
      if (inside !== undefined && (await isKept(inside))) throw wasNotThere(file);
      if (inside === undefined) doubt(`${file} lies outside of what is compared`);
      return corefileText(file);
    },
    async cluster(named) {
      // Modules call other folders, which is asked without waiting.
      for (const path of terraform.slice(0, MOST_TERRAFORM)) {
        const text = await textOf(path);
        if (text !== undefined) texts.set(path, text);
      }
      const found = await Promise.all(
        named.map(async (path): Promise<readonly TerraformFile[]> => {
          const inside = pathFrom(root, path);
          if (inside === undefined) {
            doubt(`${path} lies outside of what is compared`);
            return clusterPaths([path], ports);
          }
          const own = folder(path);
          if (own.length > 0) return own;
          const text = await textOf(inside);
          if (text !== undefined) return [{ file: path, text, named: true }];
          if (await isKept(inside)) throw wasNotThere(path);
          return clusterPaths([path], ports);
        }),
      );
      return found.flat();
    },
  };
}
