/** Remembers hosts that do not answer, so that a run with many images asks each of them three times at most. Must not wait by the clock. */
import type { Answer, Connection } from "./connection.ts";
import { TransferError } from "./transfer-error.ts";

/** How often a host that has not answered yet is asked. */
const MOST_ASKS = 3;

interface Host {
  /** It has answered something in this run: from then on every question is asked. */
  answered: boolean;
  failures: number;
  /** Questions that are under way. */
  readonly asking: Set<Promise<unknown>>;
  last?: TransferError;
}

/** Asks through a connection until a host is held to be silent. */
export class SilentHosts {
  readonly #connection: Connection;
  readonly #hosts = new Map<string, Host>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether the host of an address was given up. */
  isGivenUp(url: URL): boolean {
    const { answered, failures } = this.#hostOf(url);
    return !answered && failures >= MOST_ASKS;
  }

  /** The answer. Rejects as the connection does; of a host that was given up with its last failure, at once. */
  async ask(question: Parameters<Connection["ask"]>[0]): Promise<Answer> {
    const host = this.#hostOf(question.url);
    while (!host.answered && host.failures + host.asking.size >= MOST_ASKS) {
      if (host.failures >= MOST_ASKS && host.last !== undefined) throw host.last;
      // Somebody else is asking: how that ends says whether there is any use in this question.
      await Promise.race(host.asking).catch(() => {});
      question.signal.throwIfAborted();
    }
    const asking = this.#connection.ask(question);
    host.asking.add(asking);
    try {
      const answer = await asking;
      host.answered = true;
      return answer;
    } catch (error) {
      const silent =
        error instanceof TransferError && (error.failure === "unreachable" || error.failure === "lost");
      if (silent) {
        host.failures++;
        host.last = error;
      } else if (error instanceof TransferError) host.answered = true;
      throw error;
    } finally {
      host.asking.delete(asking);
    }
  }

  #hostOf({ hostname, protocol, port }: URL): Host {
    const key = `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
    const known = this.#hosts.get(key) ?? { answered: false, failures: 0, asking: new Set() };
    this.#hosts.set(key, known);
    return known;
  }
}
