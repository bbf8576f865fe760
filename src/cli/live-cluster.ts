/** Opens the cluster that `muslgate cluster` is about. Must judge nothing. */
import { statSync } from "node:fs";
import { kubectl } from "../live/kubectl.ts";
import { type Asked, clusterOfLists, readCluster } from "../live/read-cluster.ts";
import type { LiveState } from "../live/state.ts";
import { MuslgateError } from "../model/error.ts";
import { readText } from "../tree/read-text.ts";
import { remark } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";

/** Its argument and flags, as commander names them. */
export interface LiveAsked extends Asked {
  /** `-` for standard input. */
  readonly lists?: string;
  /** `repo` and a folder. */
  readonly against?: readonly string[];
  /** Of `muslgate diff`: what the cluster is compared with, and the cluster, each a context or a file of Lists. */
  readonly both?: readonly [string, string];
}

/** A cluster, and what it is to be held against. */
export interface LiveRun {
  readonly live: LiveState;
  readonly against?: LiveState | string;
}

/** Rejects with MuslgateError. */
export async function liveRun(asked: LiveAsked): Promise<LiveRun> {
  const { both, against } = asked;
  if (both !== undefined) {
    const [other, own] = both;
    const there = await oneOf(other, asked);
    return { live: await oneOf(own, asked), against: there };
  }
  const folder = folderOf(against);
  return { live: await liveCluster(asked), against: folder };
}

/** A file of that name is one of Lists; anything else a context. */
async function oneOf(word: string, { namespace }: Asked): Promise<LiveState> {
  if (!isFile(word)) {
    if (word.endsWith(".json"))
      throw new MuslgateError(
        "input",
        `there is no file ${word}`,
        "Name a file of what kubectl get … -o json printed, or a context of kubectl.",
      );
    return liveCluster({ context: word, namespace });
  }
  if (namespace !== undefined)
    throw new MuslgateError(
      "usage",
      `a namespace was given beside the Lists of ${word}`,
      "Leave it out: Lists have theirs already.",
    );
  return { ...clusterOfLists(readText(word, MOST_BYTES), word), name: word };
}

const isFile = (word: string): boolean => statSync(word, { throwIfNoEntry: false })?.isFile() === true;

function folderOf(words: readonly string[] | undefined): string | undefined {
  if (words === undefined) return undefined;
  const [what, folder, ...more] = words;
  if (what === "repo" && folder !== undefined && more.length === 0) return folder;
  throw new MuslgateError(
    "usage",
    `--against is "${words.join(" ")}"`,
    "Write --against repo and the folder of the files, such as --against repo deploy.",
  );
}

/** The most that standard input may hold. */
const MOST_BYTES = 256 * 2 ** 20;

async function liveCluster({ lists, context, namespace }: LiveAsked): Promise<LiveState> {
  if (lists === undefined) {
    const ask = kubectl(process.env, context, (line) => remark(`kubectl: ${printable(line)}\n`));
    return readCluster(ask, { context, namespace });
  }
  if (lists !== "-") {
    throw new MuslgateError(
      "usage",
      `"${lists}" is no source of a cluster's Lists`,
      isFile(lists)
        ? `Pipe the file: muslgate cluster - < ${lists}`
        : "Write - and pipe what kubectl printed, or leave it out to ask kubectl; a context is --context.",
    );
  }
  if (context !== undefined || namespace !== undefined) {
    throw new MuslgateError(
      "usage",
      "a context or namespace was given beside Lists, which have theirs already",
      "Leave it out, or leave - out to ask kubectl.",
    );
  }
  return clusterOfLists(await fromStdin(), "standard input");
}

async function fromStdin(): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length <= MOST_BYTES) continue;
    throw new MuslgateError(
      "limit",
      `standard input has more than ${MOST_BYTES} bytes`,
      "Give one namespace at a time.",
    );
  }
  return Buffer.concat(parts).toString("utf8");
}
