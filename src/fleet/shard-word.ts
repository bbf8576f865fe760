/** How many shards there are to be, and which a call is about. Must refuse one of another number of shards: it would leave layers out. */
import { MuslgateError } from "../model/error.ts";
import { MOST_SHARDS } from "./plan.ts";

/** What `--shards` says. Throws MuslgateError (`usage`). */
export function shardsOf(written: string): number {
  const number = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (number >= 1 && number <= MOST_SHARDS) return number;
  throw wrong(`--shards is "${written}"`, `Write a number from 1 to ${MOST_SHARDS}.`);
}

/**
 * From 1: what `--shard` says, as `3/8`, else the index of an Indexed Job's pod, from 0. Nothing for a pod beyond the
 * last shard. Throws MuslgateError (`usage`).
 */
export function shardOf(
  written: string | undefined,
  { JOB_COMPLETION_INDEX: index }: NodeJS.ProcessEnv,
  shards: number,
): number | undefined {
  if (written !== undefined) {
    const [, number, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(written) ?? [];
    if (number === undefined || Number(number) < 1 || Number(number) > Number(of))
      throw wrong(`--shard is "${written}"`, `Write it as 1/${shards}.`);
    if (Number(of) !== shards)
      throw wrong(`--shard is "${written}", and the plan has ${shards}`, `Write it as ${number}/${shards}.`);
    return Number(number);
  }
  if (index === undefined || index === "") {
    if (shards === 1) return 1;
    throw wrong(
      `nothing says which of ${shards} shards to read`,
      `Give --shard 1/${shards}, or JOB_COMPLETION_INDEX.`,
    );
  }
  if (!/^\d{1,6}$/.test(index))
    throw wrong(`JOB_COMPLETION_INDEX is "${index}"`, "It is a number from 0, which Kubernetes sets.");
  return Number(index) < shards ? Number(index) + 1 : undefined;
}

function wrong(what: string, hint: string): MuslgateError {
  return new MuslgateError("usage", what, hint);
}
