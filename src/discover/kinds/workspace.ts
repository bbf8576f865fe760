/** Where pipelines have the repository. Must know no pipeline. */
import { joinPath } from "../../tree/paths.ts";

/** What a path below `/workspace` is in the repository, if it is in it; nothing for any other path. */
export function inWorkspace(path: string): { readonly path: string | undefined } | undefined {
  const own = /^\/workspace(?:\/(.*))?$/.exec(path);
  return own === null ? undefined : { path: joinPath("", own[1] ?? ".")?.path };
}
