/** Streams one blob, going on where a broken transfer stopped. Must not decode or verify it: whoever reads it does. */
import type { Digest } from "../../../model/digest.ts";
import { MuslgateError } from "../../../model/error.ts";
import type { Subject } from "./authorizer.ts";
import { type RegistryClient, readWhole } from "./client.ts";
import type { Answer } from "./connection.ts";
import { type RetryPolicy, TryLater, waitBefore, withRetries } from "./retry.ts";
import { TransferError } from "./transfer-error.ts";

/** One blob and where it is. */
export interface RemoteBlob {
  readonly client: RegistryClient;
  readonly policy: RetryPolicy;
  /** Where it may be had, best first: the registry, or its mirrors and then the registry. */
  readonly subjects: readonly Subject[];
  readonly digest: Digest;
  /** As the descriptor says. */
  readonly size: number;
  /** `layer` or `configuration`, for messages. */
  readonly what: string;
}

/** Bytes after which a transfer that broke off counts as a new one: its tries start again. */
const PROGRESS = 4 * 2 ** 20;

function damaged(blob: RemoteBlob, host: string, why: string): MuslgateError {
  return new MuslgateError(
    "input",
    `${host} sends another ${blob.what} than the manifest describes: ${why} (${blob.digest})`,
    "Nothing of it was believed. Push the image again, or try without the mirror or proxy in between.",
  );
}

/** The first and last byte and the whole size of a `Content-Range` (RFC 9110 section 14.4). */
function contentRange(answer: Answer): { from: number; size: number | undefined } | undefined {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(answer.headers["content-range"] ?? "");
  if (!match) return undefined;
  return { from: Number(match[1]), size: match[2] === "*" ? undefined : Number(match[2]) };
}

/** An answer with a blob's bytes, and how many of its first ones are to be skipped. */
interface Opening {
  readonly answer: Answer;
  readonly skip: number;
}

/** Opens a blob from a position. */
async function openAt(
  blob: RemoteBlob,
  subject: Subject,
  offset: number,
  signal: AbortSignal,
): Promise<Opening> {
  const answer = await blob.client.open({
    subject,
    path: `blobs/${blob.digest}`,
    what: `${blob.what} ${blob.digest}`,
    // A store that compresses on the way would change the bytes the digest is about.
    headers: { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) },
    statuses: offset > 0 ? [200, 206, 416] : [200],
    signal,
  });
  const { host } = answer.url;
  const fail = (why: string) => {
    answer.discard();
    return damaged(blob, host, why);
  };
  if (answer.status === 416) throw fail(`it ends before byte ${offset}`);
  const range = answer.status === 206 ? contentRange(answer) : undefined;
  if (answer.status === 206 && (range?.from !== offset || (range.size ?? blob.size) !== blob.size)) {
    throw fail("the part it sends is not the part that was asked for");
  }
  const start = range?.from ?? 0;
  const length = answer.headers["content-length"];
  if (length !== undefined && Number(length) !== blob.size - start) {
    throw fail(`it announces ${Number(length)} bytes where ${blob.size - start} are due`);
  }
  return { answer, skip: offset - start };
}

/** Reads what is left of a blob from one answer; throws TransferError or MuslgateError. */
async function* readFrom(
  blob: RemoteBlob,
  answer: Answer,
  skip: number,
  at: number,
): AsyncGenerator<Uint8Array> {
  let left = skip;
  let position = at;
  for await (const chunk of answer.body) {
    if (left >= chunk.length) {
      left -= chunk.length;
      continue;
    }
    const part = left > 0 ? chunk.subarray(left) : chunk;
    left = 0;
    position += part.length;
    if (position > blob.size) throw damaged(blob, answer.url.host, `it goes on after its ${blob.size} bytes`);
    yield part;
  }
}

/** Opens a blob wherever it can be had. */
async function openAnywhere(blob: RemoteBlob, offset: number, signal: AbortSignal): Promise<Opening> {
  let failure: unknown;
  for (const subject of blob.subjects) {
    try {
      return await withRetries(blob.policy, signal, async () => await openAt(blob, subject, offset, signal));
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

async function* stream(blob: RemoteBlob, signal: AbortSignal, first: Opening): AsyncGenerator<Uint8Array> {
  let opening: Opening | undefined = first;
  let position = 0;
  let attempt = 0;
  let counted = 0;
  for (;;) {
    const { answer, skip }: Opening = opening ?? (await openAnywhere(blob, position, signal));
    opening = undefined;
    try {
      for await (const part of readFrom(blob, answer, skip, position)) {
        position += part.length;
        yield part;
      }
      if (position === blob.size) return;
      throw new TransferError("lost", `it ended after ${position} of ${blob.size} bytes`);
    } catch (error) {
      signal.throwIfAborted();
      const told = blob.client.later(error, answer.url.host);
      if (!(told instanceof TryLater)) throw told;
      if (position - counted >= PROGRESS) {
        attempt = 0;
        counted = position;
      }
      const wait = waitBefore(attempt, undefined, blob.policy.ports.random());
      if (attempt >= blob.policy.retries || wait === undefined) throw told.cause;
      attempt++;
      await blob.policy.ports.sleep(wait, signal);
    }
  }
}

/** Opens a blob; rejects with MuslgateError when that fails, as does reading what it resolves with. */
export async function openBlob(blob: RemoteBlob, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  return stream(blob, signal, await openAnywhere(blob, 0, signal));
}

/**
 * Reads bytes `from` (inclusive) to `to` (exclusive) of a blob; undefined when the registry does not serve parts, so
 * that it has to be read from its start. Unverified, as any part of a blob is. Rejects with MuslgateError.
 */
export async function readBlobRange(
  blob: RemoteBlob,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const [subject] = blob.subjects;
  if (!subject || from < 0 || to > blob.size || from >= to) throw new RangeError(`bytes ${from} to ${to}`);
  return await withRetries(blob.policy, signal, async () => {
    const answer = await blob.client.open({
      subject,
      path: `blobs/${blob.digest}`,
      what: `${blob.what} ${blob.digest}`,
      headers: { "accept-encoding": "identity", range: `bytes=${from}-${to - 1}` },
      statuses: [200, 206],
      signal,
    });
    if (answer.status !== 206) {
      answer.discard();
      return undefined;
    }
    const { host } = answer.url;
    try {
      const range = contentRange(answer);
      if (range?.from !== from || (range.size ?? blob.size) !== blob.size) {
        throw damaged(blob, host, "the part it sends is not the part that was asked for");
      }
      const bytes = await readWhole(answer, to - from, blob.what);
      if (bytes.length !== to - from) throw new TransferError("lost", "the part ended too early");
      return bytes;
    } catch (error) {
      answer.discard();
      throw blob.client.later(error, host);
    }
  });
}
