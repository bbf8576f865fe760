/** A file tree held in memory, and what a place covers. Must not read the disk. */
import { asText, type FileTree, MOST_FILE_BYTES } from "../../src/tree/file-tree.ts";
import { discover, type Discovery } from "../../src/discover/discover.ts";
import type { DiscoverOptions } from "../../src/discover/search.ts";
import { expect } from "vitest";
import type { Place } from "../../src/model/place.ts";

/** A tree of the given files, texts or bytes. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): FileTree {
  const known = new Map(Object.entries(files));
  const bytes = async (path: string) => {
    const file = known.get(path);
    if (file === undefined) return { problem: "no such file or folder" };
    return file.length > MOST_FILE_BYTES ? { problem: "it is too large" } : { bytes: Buffer.from(file) };
  };
  return {
    list: async () => ({ paths: [...known.keys()].sort(), diagnostics: [] }),
    read: async (path) => asText(await bytes(path)),
    bytes,
  };
}

/**
 * Discovers in the given files, and holds that the words before YAML is parsed keep out none that a reader takes, and that
 * files which are parsed again when somebody asks for them say the same.
 */
export async function found(
  files: Readonly<Record<string, string>>,
  options: DiscoverOptions = {},
): Promise<Discovery> {
  const discovery = await discover(memoryTree(files), options);
  const all = await discover(memoryTree(withWords(files)), { ...options, kept: 0 });
  expect(taken(discovery)).toEqual(taken(all));
  return discovery;
}

/** The same, with a comment in every YAML file by which it is parsed whatever else it says. */
function withWords(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(files).map(([path, text]) => [
    path,
    /\.ya?ml$/.test(path) && text.length < 100_000 ? `${text}\n# containers\n` : text,
  ]);
  return Object.fromEntries(entries);
}

function taken({ workloads, clusterFiles }: Discovery) {
  return {
    workloads: workloads.map(({ name, image }) => ({ name, image })),
    clusterFiles: clusterFiles.map(({ file, kind }) => ({ file, kind })),
  };
}

/** The text of one line that a place covers. */
export function covered(files: Readonly<Record<string, string>>, place: Place | undefined): string {
  if (place === undefined) return "nowhere";
  const line = files[place.file]?.split(/\r?\n/)[place.line - 1] ?? "no such line";
  return place.line === place.endLine ? line.slice(place.column - 1, place.endColumn - 1) : "several lines";
}

/** Image and covered text of every workload, for short expectations. */
export async function pinned(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { workloads } = await found(files);
  return workloads.map(
    ({ image, at }) => `${image} @ ${at?.file}:${at?.line}:${at?.column} ${covered(files, at)}`,
  );
}
