/** A client of GitHub's API with bounded patience, loaded when first needed. Must not know what is asked for. */
import { randomUUID } from "node:crypto";
import { messageOf } from "../model/error.ts";
import { printable } from "../report/text.ts";

/** An answer of GitHub's. */
export interface ApiAnswer {
  readonly data: unknown;
  /** Whether a page follows this one. */
  readonly more: boolean;
}

/** Asks GitHub. */
export interface GitHubApi {
  /**
   * Sends a request such as `GET /repos/{owner}/{repo}/git/blobs/{file_sha}`. Rate limits are waited for within
   * the client's patience. Requests that change nothing are sent again after a 5xx; others are not, because
   * the first may have had its effect. Rejects with what `refusalOf` understands.
   */
  request(route: string, parameters: Readonly<Record<string, unknown>>): Promise<ApiAnswer>;
}

/** Where and as whom to ask, and for how long at most in all. */
export interface ApiAccess {
  readonly token: string;
  /** Without closing slash. */
  readonly apiUrl: string;
  /** Milliseconds from now; 60,000 unless told. */
  readonly patience?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/** Why GitHub did not do what was asked. */
export interface Refusal {
  /** The status of the answer; absent where there was none. */
  readonly status?: number;
  /** On one line, without full stop. */
  readonly message: string;
  /** It may be done by this token, but not now. */
  readonly limited: boolean;
}

/** Retries of a request that changes nothing: after 1 and 4 seconds (octokit/plugin-retry). */
const RETRIES = 2;

/** Makes a client. Rejects when the token is empty or the client cannot be loaded. */
export async function githubApi({
  token,
  apiUrl,
  patience = 60_000,
  now = () => Date.now(),
}: ApiAccess): Promise<GitHubApi> {
  const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
    import("@actions/github"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  const end = now() + patience;
  const inTime = (seconds: number) => now() + seconds * 1000 < end;
  const octokit = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      userAgent: "muslgate",
      log: SILENT,
      retry: { retries: RETRIES },
      // An id of its own, so that clients of one process do not wait for each other.
      throttle: { id: randomUUID(), onRateLimit: inTime, onSecondaryRateLimit: inTime },
    },
    retry,
    throttling,
  );
  const signal = AbortSignal.timeout(patience);
  return {
    async request(route, parameters) {
      // To name a number other than 0 here would repeat refusals too (octokit/plugin-retry 8.1.1, wrap-request).
      const request = route.startsWith("GET ") ? { signal } : { signal, retries: 0 };
      signal.throwIfAborted();
      // The waits between retries do not end with the signal.
      const impatient = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
      const answer = octokit.request(route, { ...parameters, request });
      const { data, headers } = await Promise.race([answer, impatient]);
      return { data, more: /;\s*rel="next"/.test(headers.link ?? "") };
    },
  };
}

/** Octokit prints to the console, where a line may be a command to the runner. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Reads what a request was rejected with. */
export function refusalOf(error: unknown): Refusal {
  const { status, response } = error as {
    status?: unknown;
    response?: { headers?: Readonly<Record<string, unknown>> };
  };
  // Octokit gives a status of 500 to what never got an answer.
  const answered = typeof status === "number" && response !== undefined;
  const message = printable(messageOf(error)).slice(0, 300).replace(/\.$/, "");
  const none = response?.headers?.["x-ratelimit-remaining"] === "0";
  return {
    ...(answered ? { status } : {}),
    message: message === "" ? "no reason was given" : message,
    limited: answered && (status === 429 || (status === 403 && (none || /\brate limit/i.test(message)))),
  };
}
