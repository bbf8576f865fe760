/** Tries again what may work the next time, later and later. Must not know what is tried. */

/** Clock and dice, so that tests need not wait. */
export interface RetryPorts {
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  /** Milliseconds as of Unix, which is what a server's dates are held against. */
  readonly today: () => number;
  /** Resolves after so many milliseconds; rejects with the signal's reason. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

/** Waits between tries. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  readonly ports: RetryPorts;
}

const FIRST = 500;
const LONGEST = 20_000;
/** Longest wait a server may ask for; beyond it the error is the better answer. Milliseconds. */
const LONGEST_ASKED = 60_000;

/** Thrown by an action that may work later. `cause` is the error to end with. */
export class TryLater extends Error {
  override readonly cause: Error;
  /** Milliseconds the server asked to wait. */
  readonly afterMilliseconds: number | undefined;

  constructor(cause: Error, afterMilliseconds?: number) {
    super(cause.message);
    this.cause = cause;
    this.afterMilliseconds = afterMilliseconds;
  }
}

/** The milliseconds of a `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a date. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim()) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Milliseconds to wait before a try (0 is the first again): doubling, with half of it by chance. Undefined: give up. */
export function waitBefore(attempt: number, asked: number | undefined, random: number): number | undefined {
  if (asked !== undefined) return asked > LONGEST_ASKED ? undefined : asked;
  return Math.min(LONGEST, FIRST * 2 ** attempt) * (0.5 + random / 2);
}

/** Runs an action until it does not throw TryLater, the tries are used up or the wait asked for is too long. */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TryLater)) throw error;
      const wait = waitBefore(attempt, error.afterMilliseconds, policy.ports.random());
      if (attempt >= policy.retries || wait === undefined) throw error.cause;
      await policy.ports.sleep(wait, signal);
    }
  }
}
