/** Opens Helm charts that are packed as .tgz, in memory. Must not write to a disk, nor know what a chart's files say. */
import { pastLimit } from "../../tree/gaps.ts";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { Budget } from "../../model/budget.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { messageOf } from "../../model/error.ts";
import { asText, type FileBytes, type FileTree, isNeverEntered } from "../../tree/file-tree.ts";
import { fileUnreadable } from "../gaps.ts";
import type { RepositoryLimits } from "../../model/repository-limits.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";

/** The files of packed charts, as if each archive were a folder of its name. */
export interface PackedCharts {
  readonly paths: readonly string[];
  /** The tree with these files in it. */
  readonly tree: FileTree;
  readonly diagnostics: readonly Diagnostic[];
  /** The archive that a path leads into, and the rest of the path; nothing for a file of the tree itself. */
  readonly inside: (path: string) => { readonly archive: string; readonly member: string } | undefined;
}

/** Archives inside archives, as `helm package` leaves the charts that a chart brings along. */
const MOST_NESTING = 3;

/** Whether a path is named as `helm package` names what it makes. */
function isArchiveName(path: string): boolean {
  return path.endsWith(".tgz");
}

/** Opens every chart among the paths. Never rejects for anything an archive holds. */
export async function openPackedCharts(
  tree: FileTree,
  paths: Iterable<string>,
  limits: RepositoryLimits,
): Promise<PackedCharts> {
  const files = new Map<string, Uint8Array>();
  const archives = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const budgets: Budgets = {
    bytes: new Budget("chartBytes", limits.chartBytes),
    entries: new Budget("chartEntries", limits.chartEntries),
    most: limits.fileBytes,
  };
  const unread: string[] = [];

  const open = async (path: string, read: FileBytes, nesting: number): Promise<void> => {
    // Elsewhere an archive may be anything; only what Helm packed begins with a Chart.yaml.
    const brought = nameOf(parentOf(path)) === "charts";
    if (!("bytes" in read)) {
      if (brought) diagnostics.push(fileUnreadable(path, read.problem));
      else unread.push(path);
      return;
    }
    if (!brought && !beginsWithChart(read.bytes)) return;
    const { members, problem, limit } = await membersOf(read.bytes, budgets);
    if (limit !== undefined)
      diagnostics.push({
        ...pastLimit(`${path} was not read to its end`, limit, "exclude it"),
        subject: path,
      });
    else if (problem !== undefined) diagnostics.push(fileUnreadable(path, problem));
    if (![...members.keys()].some((member) => /^[^/]+\/Chart\.yaml$/.test(member))) return;
    archives.add(path);
    for (const [member, bytes] of members) {
      const inside = `${path}/${member}`;
      if (!isArchiveName(member)) files.set(inside, bytes);
      else if (nesting < MOST_NESTING) await open(inside, { bytes }, nesting + 1);
      else diagnostics.push(fileUnreadable(inside, "charts are packed in one another too deeply"));
    }
  };
  for (const path of paths) if (isArchiveName(path)) await open(path, await tree.bytes(path), 1);
  const [first] = unread;
  if (first !== undefined) {
    const more = unread.length > 1 ? ` and ${unread.length - 1} more archives` : "";
    diagnostics.push({ ...fileUnreadable(`${first}${more}`, "too large, or gone"), weight: "notice" });
  }

  const bytesOf = async (path: string): Promise<FileBytes> => {
    const bytes = files.get(path);
    return bytes === undefined ? tree.bytes(path) : { bytes };
  };
  return {
    paths: [...files.keys()],
    diagnostics,
    tree: {
      list: () => tree.list(),
      read: async (path) => (files.has(path) ? asText(await bytesOf(path)) : tree.read(path)),
      bytes: bytesOf,
    },
    inside(path) {
      if (!files.has(path)) return undefined;
      for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
        const archive = path.slice(0, end);
        if (archives.has(archive)) return { archive, member: path.slice(end + 1) };
      }
      return undefined;
    },
  };
}

/** Bytes of an archive that hold its first header whatever they are packed as. */
const HEAD = 4096;

/** Whether the first member is NAME/Chart.yaml, which Helm writes first (helm.sh/helm, chartutil/save.go). */
function beginsWithChart(archive: Uint8Array): boolean {
  try {
    // At most a thousand times as many bytes come out.
    const head = gunzipSync(archive.subarray(0, HEAD), { finishFlush: constants.Z_SYNC_FLUSH });
    return /^[^/\0]+\/Chart\.yaml\0/.test(head.toString("latin1", 0, 101));
  } catch {
    return false;
  }
}

interface Budgets {
  readonly bytes: Budget;
  readonly entries: Budget;
  /** Bytes of one member. */
  readonly most: number;
}

interface Members {
  readonly members: ReadonlyMap<string, Uint8Array>;
  /** Why there may be more. */
  readonly problem?: string | undefined;
  readonly limit?: Budget | undefined;
}

/** The members of an archive that discovery could read, as far as it could be unpacked. */
async function membersOf(archive: Uint8Array, { bytes, entries, most }: Budgets): Promise<Members> {
  const members = new Map<string, Uint8Array>();
  let problem: string | undefined;
  const over = () => [bytes, entries].find(({ isOver }) => isOver);
  const unpacked = extract();
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      if (!bytes.spend(chunk.length)) throw new Error("it is too large");
      yield chunk;
    }
  };
  const fed = pipeline(Readable.from([archive]), createGunzip({ chunkSize: 64 * 1024 }), counted, unpacked);
  const taken = (async () => {
    for await (const entry of unpacked) {
      if (!entries.spend()) throw new Error("it has too many members");
      const { type, size } = entry.header;
      const name = entry.header.name.replace(/^\.\//, "");
      if (type !== "file" || !isWanted(name)) entry.resume();
      else if (size > most) {
        problem ??= `${name} in it is larger than ${most} bytes`;
        entry.resume();
      } else members.set(name, await bytesOf(entry));
    }
  })();
  for (const end of await Promise.allSettled([taken, fed]))
    if (end.status === "rejected") problem ??= messageOf(end.reason);
  return { members, problem, limit: over() };
}

async function bytesOf(entry: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Charts that it brings along, and YAML; nothing that would lead out of the archive. */
function isWanted(name: string): boolean {
  if (!/\.(?:ya?ml|tgz)$/.test(name) || name.includes("\0")) return false;
  const parts = name.split("/");
  return !parts.some((part) => part === "" || part === "." || part === ".." || isNeverEntered(part));
}
