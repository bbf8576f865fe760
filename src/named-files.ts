/** The files that options name, on the disk or as they were in an earlier state of the repository. Must not look at what they say. */
import { isAbsolute, posix, relative } from "node:path";
import { isTerraformName } from "./cluster/cluster-files.ts";
import type { TerraformFile } from "./cluster/terraform.ts";
import { clusterPaths, terraformFolder } from "./cluster-paths.ts";
import type { NamedFiles } from "./clusters.ts";
import type { FileTree } from "./discover/file-tree.ts";
import { readText } from "./read-text.ts";

/** A plan of a whole organisation. */
const MOST_CLUSTER_BYTES = 64 * 2 ** 20;

/** The most Terraform files of an earlier state that are looked at. */
const MOST_TERRAFORM = 1000;

const corefileText = (file: string) =>
  readText(
    file,
    undefined,
    "Check the path; give the ConfigMap or the output of kubectl -n kube-system describe configmap node-local-dns.",
  );

const clusterFile = (file: string) => ({ file, text: readText(file, MOST_CLUSTER_BYTES) });

/** Files as they are on the disk. */
export const FILES_ON_DISK: NamedFiles = {
  read: async (file) => corefileText(file),
  cluster: async (paths) => clusterPaths(paths, clusterFile),
  folder: (path) => terraformFolder(path, clusterFile),
};

/**
 * Files as they were in a state of the folder `directory`. One outside of it has no earlier state here, and one that
 * is new was not there to differ: both are taken as they are now.
 */
export async function filesInState(tree: FileTree, directory: string): Promise<NamedFiles> {
  const { paths } = await tree.list();
  const terraform = new Map<string, TerraformFile>();
  for (const path of paths.filter(isTerraformName).slice(0, MOST_TERRAFORM)) {
    const read = await tree.read(path);
    const file = posix.join(directory.replaceAll("\\", "/"), path);
    if ("text" in read) terraform.set(file, { file, text: read.text });
  }
  const folder = (path: string) =>
    [...terraform.values()].filter(
      ({ file }) => posix.dirname(file) === posix.normalize(path).replace(/\/$/, ""),
    );
  const then = async (file: string): Promise<string | undefined> => {
    const inside = relative(directory, file).replaceAll("\\", "/");
    if (inside.startsWith("..") || isAbsolute(inside)) return undefined;
    const read = await tree.read(inside);
    return "text" in read ? read.text : undefined;
  };
  return {
    folder,
    read: async (file) => (await then(file)) ?? corefileText(file),
    async cluster(named) {
      const found = await Promise.all(
        named.map(async (path) => {
          const text = await then(path);
          if (text !== undefined) return [{ file: path, text, named: true }];
          const inside = folder(path);
          return inside.length > 0 ? inside : clusterPaths([path], clusterFile);
        }),
      );
      return found.flat();
    },
  };
}
