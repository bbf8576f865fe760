/** A file tree of texts that are in memory already. Must touch no disk. */
import type { FileTree } from "../tree/file-tree.ts";

/** The texts by their paths. */
export function memoryTree(texts: ReadonlyMap<string, string>): FileTree {
  const missing = { problem: "it is not there" };
  return {
    list: async () => ({ paths: [...texts.keys()], diagnostics: [] }),
    read: async (path) => {
      const text = texts.get(path);
      return text === undefined ? missing : { text };
    },
    bytes: async (path) => {
      const text = texts.get(path);
      return text === undefined ? missing : { bytes: Buffer.from(text) };
    },
  };
}
