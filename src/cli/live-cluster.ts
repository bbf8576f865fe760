/** Opens the cluster that `muslgate cluster` is about. Must judge nothing. */
import { kubectl } from "../live/kubectl.ts";
import { type Asked, clusterOfLists, readCluster } from "../live/read-cluster.ts";
import type { LiveState } from "../live/state.ts";
import { MuslgateError } from "../model/error.ts";
import { remark } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";

/** Its argument and flags, as commander names them. */
export interface LiveAsked extends Asked {
  /** `-` for standard input. */
  readonly lists?: string;
}

/** The most that standard input may hold. */
const MOST_BYTES = 256 * 2 ** 20;

/** Rejects with MuslgateError. */
export async function liveCluster({ lists, context, namespace }: LiveAsked): Promise<LiveState> {
  if (lists === undefined) {
    const ask = kubectl(process.env, context, (line) => remark(`kubectl: ${printable(line)}\n`));
    return readCluster(ask, { context, namespace });
  }
  if (lists !== "-") {
    throw new MuslgateError(
      "usage",
      `"${lists}" is no source of a cluster's Lists`,
      "Write - and pipe what kubectl printed, or leave it out to ask kubectl; a context is --context.",
    );
  }
  if (context !== undefined || namespace !== undefined) {
    throw new MuslgateError(
      "usage",
      "a context or namespace was given beside Lists, which have theirs already",
      "Leave it out, or leave - out to ask kubectl.",
    );
  }
  return clusterOfLists(await fromStdin());
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
