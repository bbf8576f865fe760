/** Other views of a file tree. Must read nothing themselves. */
import type { FileTree } from "./file-tree.ts";

/** The tree with `prefix`, a relative path without `..`, before every path; the tree itself where it is empty. */
export function prefixedTree(tree: FileTree, prefix: string): FileTree {
  if (prefix === "") return tree;
  const start = `${prefix}/`;
  const outside = { problem: "it is outside the folder" };
  return {
    async list() {
      const { paths, diagnostics } = await tree.list();
      return { paths: paths.map((path) => start + path), diagnostics };
    },
    read: async (path) => (path.startsWith(start) ? tree.read(path.slice(start.length)) : outside),
    bytes: async (path) => (path.startsWith(start) ? tree.bytes(path.slice(start.length)) : outside),
  };
}

/** The tree with the files of one of its folders alone, their paths as they were; all of it where the folder is empty. */
export function treeWithin(tree: FileTree, folder: string): FileTree {
  if (folder === "") return tree;
  const start = `${folder}/`;
  const outside = { problem: "it is outside the folder" };
  return {
    async list() {
      const { paths, diagnostics } = await tree.list();
      return { paths: paths.filter((path) => path.startsWith(start)), diagnostics };
    },
    read: async (path) => (path.startsWith(start) ? tree.read(path) : outside),
    bytes: async (path) => (path.startsWith(start) ? tree.bytes(path) : outside),
  };
}
