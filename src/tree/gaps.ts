/** What could not be listed or read of a tree: in words, and what such a gap hides. Must not decide whether it matters. */
import type { Diagnostic } from "../model/diagnostic.ts";

/** A folder, by its parts, that could not be listed. */
export function folderUnlisted(folder: readonly string[], why: string): Diagnostic {
  return {
    code: "folder-unreadable",
    message: `the folder ${folder.join("/") || "."} could not be listed: ${why}`,
    hint: "Make it readable, or exclude it.",
    weight: "gap",
  };
}

/** More files than are listed. */
export function tooManyFiles(most: number): Diagnostic {
  return {
    ...pastLimit(
      `the folder has more than ${most} files; the rest was not looked at`,
      { name: "files", most },
      "scan a smaller folder",
    ),
    code: "too-many-files",
  };
}

/** What a bound put an end to; `otherwise` is another way out, such as "exclude the file". */
export function pastLimit(
  what: string,
  { name, most }: { readonly name: string; readonly most: number },
  otherwise: string,
): Diagnostic {
  return {
    code: "past-limit",
    message: `${what} (limit ${name}=${most})`,
    hint: `Raise it, as with limit ${name}=${most * 10}, or ${otherwise}.`,
    weight: "gap",
  };
}

/** Whether it may hide files, or what stands in them, and nothing tells which. */
export function hidesFiles({ code, at, subject }: Diagnostic): boolean {
  if (code === "past-limit") return at === undefined && subject === undefined;
  return code === "folder-unreadable" || code === "too-many-files";
}

/** Codes whose subject is the file. */
const OF_FILES = new Set<Diagnostic["code"]>([
  "file-unreadable",
  "past-limit",
  "cluster-file-unreadable",
  "cluster-file-too-long",
]);

/** The file that was not read, or not to its end or not as it is meant. */
export function unreadFile({ code, at, subject }: Diagnostic): string | undefined {
  // An image that was not read hides nobody: the container is there.
  if (code === "image-unreadable") return undefined;
  return at?.file ?? (OF_FILES.has(code) ? subject : undefined);
}
