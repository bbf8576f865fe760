/** Asks one registry's API: authorisation, redirects and retries. Must not know what is in a document or a layer. */
import { MuslgateError } from "../../../model/error.ts";
import { Authorizer, type AuthorizerOptions, type Subject } from "./authorizer.ts";
import type { Answer, Connection, Method } from "./connection.ts";
import type { Found } from "./credentials.ts";
import { brokenOff, type RefusalContext, refusal } from "./refusal.ts";
import { type RetryPolicy, type RetryPorts, retryAfter, TryLater, withRetries } from "./retry.ts";
import { SilentHosts } from "./silent-hosts.ts";
import { TransferError } from "./transfer-error.ts";

/** What the client works with. */
export interface ClientOptions extends Pick<AuthorizerOptions, "credentials" | "trustedTokenHosts"> {
  readonly connection: Connection;
  readonly policy: RetryPolicy;
  /** Whether a host (with its port) may be spoken to without TLS. */
  readonly plainAllowed: (host: string) => boolean;
}

/** One thing to read from a registry, or to put there. */
export interface Wanted {
  readonly subject: Subject;
  /** Below the API's address: `manifests/3.18`, `blobs/sha256:…`. */
  readonly path: string;
  /** For messages: `manifest 3.18`. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  /** GET unless said otherwise; the others follow no redirect. */
  readonly method?: Method;
  readonly body?: Uint8Array;
  /** Instead of the path: where the registry wants an upload. Another origin than its API's gets no credentials. */
  readonly at?: URL;
  /** Statuses that are an answer; any other is a refusal. */
  readonly statuses: readonly number[];
  readonly signal: AbortSignal;
}

/** A document read whole. */
export interface ReadDocument {
  readonly bytes: Uint8Array;
  readonly headers: Answer["headers"];
}

const OK: readonly number[] = [200];
const MOST_REDIRECTS = 5;
/** Milliseconds for a host to show that it speaks TLS. */
const PROBE = 5_000;
/** Bytes of a token service's answer: tokens of some kilobytes are common. */
const TOKEN_BYTES = 1024 * 1024;
/** Bytes of a refusal that are looked at. */
const REFUSAL_BYTES = 64 * 1024;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Answers that may be different the next time (RFC 9110 section 15; Docker Hub's rate limit). */
const PASSING: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** Reads a body up to a size. Throws MuslgateError (`limit`) at the first byte too many. */
export async function readWhole(answer: Answer, most: number, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > most) {
      throw new MuslgateError(
        "limit",
        `${answer.url.host} sends more than the ${most} bytes allowed for ${what}`,
        "Check that the reference leads to a container image; raise the limit only if you trust the registry.",
      );
    }
    // A chunk is valid until the next.
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** What a promise brings, or the signal's reason as soon as there is one. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The body of an answer that is no success, as far as it can be had. Reading it keeps the connection. */
async function refusalBody(answer: Answer): Promise<Uint8Array> {
  try {
    return await readWhole(answer, REFUSAL_BYTES, "a refusal");
  } catch {
    // The status says enough.
    return new Uint8Array();
  }
}

/** What an answer that is no success means, to be tried again where it may pass. */
function refused(answer: Answer, body: Uint8Array, context: RefusalContext, { today }: RetryPorts): Error {
  const error = refusal(answer.status, body, context);
  if (!PASSING.includes(answer.status)) return error;
  return new TryLater(error, retryAfter(answer.headers["retry-after"], today()));
}

function misled({ host }: URL, what: string, why: string): MuslgateError {
  return new MuslgateError(
    "registry",
    `${host} redirects the request for ${what} ${why}`,
    "Nothing was sent there. Ask the registry's operator; a mirror may serve in the meantime.",
  );
}

/** A client for all registries of one set of options. */
export class RegistryClient {
  readonly #options: ClientOptions;
  readonly #authorizer: Authorizer;
  readonly #hosts: SilentHosts;
  readonly #schemes = new Map<string, Promise<"https" | "http">>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#hosts = new SilentHosts(options.connection);
    this.#authorizer = new Authorizer({
      credentials: options.credentials,
      trustedTokenHosts: options.trustedTokenHosts,
      plainAllowed: options.plainAllowed,
      now: () => options.policy.ports.now(),
      ask: async (request, subject, found) => {
        const what = "a token";
        const context = this.#context(subject, what, request.url.host, found);
        // A token may serve several images: no single one's signal ends the asking for it. Time limits do.
        const signal = new AbortController().signal;
        return await withRetries(options.policy, signal, async () => {
          const answer = await this.#follow({ ...request, signal }, what);
          if (!OK.includes(answer.status))
            throw refused(answer, await refusalBody(answer), context, options.policy.ports);
          try {
            return await readWhole(answer, TOKEN_BYTES, what);
          } catch (error) {
            throw this.later(error, request.url.host);
          }
        });
      },
    });
  }

  /** Reads a document of at most `most` bytes, retrying as a whole. Rejects with MuslgateError. */
  async document(wanted: Omit<Wanted, "statuses">, most: number): Promise<ReadDocument> {
    return await withRetries(this.#options.policy, wanted.signal, async () => {
      const answer = await this.#authorised({ ...wanted, statuses: OK });
      try {
        return { bytes: await readWhole(answer, most, wanted.what), headers: answer.headers };
      } catch (error) {
        throw this.later(error, answer.url.host);
      }
    });
  }

  /**
   * One try at opening something: the caller reads the body or discards it, and retries.
   * Rejects with TryLater or MuslgateError.
   */
  async open(wanted: Wanted): Promise<Answer> {
    return await this.#authorised(wanted);
  }

  /** Where an answer's `Location` leads. Throws MuslgateError for what has a login of its own, or no TLS where that must be. */
  sentOn({ url, headers: { location } }: Answer, what: string): URL {
    if (location === undefined || !URL.canParse(location, url.href)) throw misled(url, what, "to no address");
    const next = new URL(location, url.href);
    if (next.username !== "" || next.password !== "")
      throw misled(url, what, "to an address with a login of its own");
    const plain =
      next.protocol === "http:" && url.protocol === "http:" && this.#options.plainAllowed(next.host);
    if (next.protocol !== "https:" && !plain) throw misled(url, what, "to an address without TLS");
    return next;
  }

  /** A broken exchange as an error that is retried where that may help; anything else as it is. */
  later(error: unknown, host: string): unknown {
    if (!(error instanceof TransferError)) return error;
    const told = brokenOff(error, host);
    return error.failure === "lost" ? new TryLater(told) : told;
  }

  /**
   * Whether a host answers in TLS: hosts that may be plain are tried with TLS first. Certificates that are not
   * trusted count as TLS: a host is never downgraded because of them.
   */
  async scheme(host: string, signal: AbortSignal): Promise<"https" | "http"> {
    if (!this.#options.plainAllowed(host)) return "https";
    // All images of a host wait for the first's: no single one's signal ends it. The time limit does.
    const asked = this.#schemes.get(host) ?? this.#schemeNow(host);
    this.#schemes.set(host, asked);
    return await orAborted(asked, signal);
  }

  async #schemeNow(host: string): Promise<"https" | "http"> {
    // A plain server may wait for ever for the line that TLS never sends.
    const limited = AbortSignal.timeout(PROBE);
    try {
      const url = new URL(`https://${host}/v2/`);
      (await this.#options.connection.ask({ url, headers: {}, signal: limited })).discard();
      return "https";
    } catch (error) {
      return error instanceof TransferError && error.failure === "untrusted" ? "https" : "http";
    }
  }

  #context(subject: Subject, what: string, host: string, found: Found): RefusalContext {
    return {
      host,
      registry: subject.registry,
      repository: subject.repository,
      what,
      credentialsFrom: found.from,
      problems: found.problems,
      secrets: this.#authorizer.secrets,
    };
  }

  async #authorised(wanted: Wanted): Promise<Answer> {
    const { subject, path, what, headers, method = "GET", body: sentBody, statuses, signal } = wanted;
    const url = wanted.at ?? new URL(`/v2/${subject.repository}/${path}`, subject.api);
    const isOwn = url.origin === subject.api.origin;
    let header = isOwn ? await orAborted(this.#authorizer.header(subject), signal) : undefined;
    // Twice at most: once for the challenge or for a token that ran out, once with what that brought.
    for (let round = 0; ; round++) {
      const sent: Record<string, string> = { ...headers };
      if (header && header.reveal() !== "") sent.authorization = header.reveal();
      const answer = await this.#follow({ url, method, headers: sent, body: sentBody, signal }, what);
      if (statuses.includes(answer.status)) return answer;
      const body = await refusalBody(answer);
      if (answer.status === 401 && answer.url.origin === subject.api.origin && round === 0) {
        const challenges = answer.values("www-authenticate");
        const next = await orAborted(this.#authorizer.challenged(subject, challenges, header), signal);
        if (next) {
          header = next;
          continue;
        }
      }
      const found = this.#authorizer.found(subject);
      const context = this.#context(subject, what, answer.url.host, found);
      throw refused(answer, body, context, this.#options.policy.ports);
    }
  }

  /** Asks, following redirects by hand: what proves who we are stays on the origin it was meant for. */
  async #follow(
    question: {
      readonly url: URL;
      readonly method: Method;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      readonly signal: AbortSignal;
    },
    what: string,
  ): Promise<Answer> {
    let { url } = question;
    const headers: Record<string, string> = { ...question.headers };
    for (let redirects = 0; ; redirects++) {
      let answer: Answer;
      try {
        answer = await this.#hosts.ask({ ...question, url, headers });
      } catch (error) {
        const silent = error instanceof TransferError && this.#hosts.isGivenUp(url);
        throw silent ? brokenOff(error, url.host) : this.later(error, url.host);
      }
      if (!REDIRECTS.includes(answer.status)) return answer;
      await refusalBody(answer);
      if (redirects >= MOST_REDIRECTS) throw misled(url, what, `more than ${MOST_REDIRECTS} times`);
      const next = this.sentOn(answer, what);
      // A form with a token in it goes nowhere but to the service that was checked.
      if (question.method === "POST") throw misled(url, what, "although it carries a login");
      if (question.method === "PUT") throw misled(url, what, "although it carries what is to be kept");
      if (next.origin !== url.origin) delete headers.authorization;
      url = next;
    }
  }
}
