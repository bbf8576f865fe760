/** Joins paths inside the repository. Must not let one lead out of it. */

/** The folder of a path; empty for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A path below a folder of the repository, which is empty for the root. */
export function inFolder(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/** `relative` as seen from `folder`, which may end in a slash; nothing when it leads out of the repository or is no path. */
export function joinPath(folder: string, relative: string): { readonly path: string } | undefined {
  if (relative.startsWith("/") || relative.includes("://") || relative.includes("\0")) return undefined;
  const parts = folder.split("/").filter((part) => part !== "");
  for (const part of relative.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return { path: parts.join("/") };
}
