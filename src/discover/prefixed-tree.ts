/** A file tree under the path that people know it by. Must read nothing itself. */
import type { FileTree } from "./file-tree.ts";

/** The tree with `prefix`, a relative path without `..`, before every path; the tree itself where it is empty. */
export function prefixedTree(tree: FileTree, prefix: string): FileTree {
  if (prefix === "") return tree;
  const start = `${prefix}/`;
  return {
    async list() {
      const { paths, diagnostics } = await tree.list();
      return { paths: paths.map((path) => start + path), diagnostics };
    },
    read: async (path) =>
      path.startsWith(start) ? tree.read(path.slice(start.length)) : { problem: "it is outside the folder" },
  };
}

/** The part of a tree below a folder, with paths from there; the tree itself where the folder is empty. */
export function treeBelow(tree: FileTree, folder: string): FileTree {
  if (folder === "") return tree;
  const start = `${folder}/`;
  return {
    async list() {
      const { paths, diagnostics } = await tree.list();
      const inside = paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
      return { paths: inside, diagnostics };
    },
    read: (path) => tree.read(start + path),
  };
}
