/** How glibc asks its servers for one name (res_send.c of 2.36), on a clock of its own. Must stay pure. */
import type { QueryType } from "../model/dns.ts";
import { type Answers, type Asked, type Choose, type Heard, type Reply, TOGETHER_MS } from "./question.ts";
import type { ResolverConfig } from "./resolv-conf.ts";

/** A reply with the type it was asked for. */
export interface Answered {
  readonly type: QueryType;
  readonly reply: Reply;
}

/** What came of it. */
export interface Sent {
  readonly asked: readonly Asked[];
  readonly heard: Readonly<Partial<Record<QueryType, Heard>>>;
  readonly tookMs: number;
  /** The answers that are used, one or two; none where `failed` is set. */
  readonly replies: readonly Answered[];
  /** No server gave an answer that is taken, a connection says nothing for ever, or an answer is not known. */
  readonly failed?: "nothing" | "hangs" | "unknown";
  /** A refused connection was the last word. */
  readonly refused: boolean;
  /** The code left in the first answer's buffer. */
  readonly code: Reply["rcode"];
}

/** `__res_context_send`: one server after the other, as often as `attempts` says. The one at `offset` is first. Adds to `flags` what it learns. */
export function sendAll(
  name: string,
  types: readonly QueryType[],
  answers: Answers,
  config: ResolverConfig,
  flags: Set<string>,
  choose: Choose,
  offset: number,
): Sent {
  const sender = new Sender(name, types, answers, config, flags, choose, offset);
  return sender.all();
}

/** A reply on its way: which half it is for, and when it comes. */
interface Coming {
  readonly half: 0 | 1;
  readonly reply: Reply;
  readonly atMs: number;
}

/** How one server's turn ends: with answers, with nothing, or with a truncated answer. */
type Turn = readonly Answered[] | "next" | "truncated";

class Sender {
  readonly #name: string;
  readonly #types: readonly QueryType[];
  readonly #answers: Answers;
  readonly #config: ResolverConfig;
  readonly #flags: Set<string>;
  readonly #choose: Choose;
  /** The server that is first. */
  readonly #offset: number;
  readonly #asked: Asked[] = [];
  readonly #heard: Partial<Record<QueryType, Heard>> = {};
  /** By server, until its socket is closed. */
  #coming = new Map<string, Coming[]>();
  #now = 0;
  #gotSomewhere = false;
  #refused = false;
  #code: Reply["rcode"] = "NOERROR";
  #failed: Sent["failed"];

  constructor(
    name: string,
    types: readonly QueryType[],
    answers: Answers,
    config: ResolverConfig,
    flags: Set<string>,
    choose: Choose,
    offset: number,
  ) {
    this.#name = name;
    this.#types = types;
    this.#answers = answers;
    this.#config = config;
    this.#flags = flags;
    this.#choose = choose;
    this.#offset = offset;
  }

  all(): Sent {
    const { servers, attempts } = this.#config;
    const offset = this.#offset;
    let circuit = this.#flags.has("use-vc");
    for (let attempt = 0; attempt < attempts; attempt++) {
      for (const shift of servers.keys()) {
        const index = (shift + offset) % servers.length;
        const turn = circuit ? this.#connection(index) : this.#datagrams(index);
        if (this.#failed !== undefined) return this.#sent([]);
        if (turn === "truncated") circuit = true;
        const then = turn === "truncated" ? this.#connection(index) : turn;
        if (this.#failed !== undefined) return this.#sent([]);
        if (typeof then === "object") return this.#sent(then);
      }
      // Over TCP each server has one turn.
      if (circuit) break;
    }
    this.#refused = circuit ? this.#refused : !this.#gotSomewhere;
    this.#failed = "nothing";
    return this.#sent([]);
  }

  #sent(replies: readonly Answered[]): Sent {
    return {
      asked: this.#asked,
      heard: { ...Object.fromEntries(this.#types.map((type) => [type, "nothing"])), ...this.#heard },
      tookMs: this.#now,
      replies,
      failed: this.#failed,
      refused: this.#refused,
      code: this.#code,
    };
  }

  #ask(server: string, half: 0 | 1, over: "udp" | "tcp"): Heard {
    const type = this.#types[half]!;
    if (!this.#asked.some((one) => one.server === server && one.type === type && one.over === over))
      this.#asked.push({ server, type, over });
    const heard = this.#answers(server, this.#name, type);
    if (heard === "unknown") this.#failed = "unknown";
    return heard;
  }

  #send(server: string, half: 0 | 1): void {
    const reply = this.#ask(server, half, "udp");
    if (typeof reply !== "object") return;
    const coming = this.#coming.get(server) ?? [];
    coming.push({ half, reply, atMs: this.#now + (reply.afterMs ?? 0) });
    this.#coming.set(server, coming);
  }

  /** The next reply on a server's socket, which comes before `end`; of several at once any that differs in what it does. */
  #receive(server: string, end: number, wanted: (half: 0 | 1) => boolean): Coming | undefined {
    for (;;) {
      const coming = this.#coming.get(server) ?? [];
      const first = Math.min(...coming.map(({ atMs }) => atMs));
      if (coming.length === 0 || first >= end) return undefined;
      const together = coming.filter(({ atMs }) => atMs - first < TOGETHER_MS);
      const plain = together.every(({ reply }) => isPlain(reply));
      const one = together[plain ? 0 : this.#choose(together.length)]!;
      coming.splice(coming.indexOf(one), 1);
      this.#now = Math.max(this.#now, one.atMs);
      // A second copy of what was received is dropped.
      if (wanted(one.half)) return one;
    }
  }

  /** `send_dg`. */
  #datagrams(index: number): Turn {
    const { servers, timeoutS } = this.#config;
    const server = servers[index]!;
    const seconds = Math.max(1, index > 0 ? Math.floor((timeoutS << index) / servers.length) : timeoutS);
    const pair = this.#types.length === 2;
    const somewhere = this.#gotSomewhere;
    /** The first buffer's answer; it outlives another round with the same server. */
    let first: Answered | undefined;
    for (;;) {
      const single = this.#flags.has("single-request") || this.#flags.has("single-request-reopen");
      const end = this.#now + 1000 * seconds;
      const received = [false, !pair];
      this.#send(server, 0);
      if (pair && !single) this.#send(server, 1);
      const outcome = ((): Turn | "again" => {
        for (;;) {
          const one = this.#receive(server, end, (half) => received[half] === false);
          if (this.#failed !== undefined) return "next";
          const half = received[0] || (pair && received[1]);
          if (one === undefined) {
            this.#now = end;
            if (first === undefined || !half) {
              this.#gotSomewhere = true;
              return "next";
            }
            if (!this.#flags.has("single-request-reopen")) {
              this.#flags.add(single ? "single-request-reopen" : "single-request");
              if (single) this.#close();
              this.#gotSomewhere = somewhere;
              return "again";
            }
            return [first];
          }
          this.#gotSomewhere = true;
          const { reply } = one;
          const type = this.#types[one.half]!;
          this.#heard[type] = reply;
          if (!half) this.#code = reply.rcode;
          if (reply.rcode === "SERVFAIL" || reply.rcode === "NOTIMP" || reply.rcode === "REFUSED") {
            if (half) return first === undefined ? "next" : [first];
            if (!pair || single) {
              this.#close();
              return "next";
            }
            first = undefined;
            received[one.half] = true;
            continue;
          }
          if (reply.udp !== undefined) {
            this.#close();
            return "truncated";
          }
          received[one.half] = true;
          if (!half) first = { type, reply };
          if (received[0] && received[1]) {
            if (!half) return [{ type, reply }];
            return first === undefined ? [{ type, reply }] : [first, { type, reply }];
          }
          if (single) {
            if (this.#flags.has("single-request-reopen")) this.#close();
            this.#send(server, 1);
          }
        }
      })();
      if (outcome !== "again") return outcome;
    }
  }

  /** `send_vc`: both questions over one connection, whatever the codes; it waits for ever. */
  #connection(index: number): Turn {
    const server = this.#config.servers[index]!;
    this.#refused = false;
    const heard = this.#types.map((_, half) => this.#ask(server, half as 0 | 1, "tcp"));
    const replies = heard.flatMap((reply, half) =>
      typeof reply === "object" ? [{ type: this.#types[half]!, reply }] : [],
    );
    if (replies.some(({ reply }) => reply.tcp === "closed")) {
      this.#refused = true;
      return "next";
    }
    if (replies.length < heard.length || replies.some(({ reply }) => reply.tcp === "silent")) {
      this.#failed ??= "hangs";
      return "next";
    }
    const after = ({ reply }: Answered) => reply.afterMs ?? 0;
    this.#now += Math.max(...replies.map(after));
    for (const { type, reply } of replies) this.#heard[type] = reply;
    const order = replies.toSorted((a, b) => after(a) - after(b));
    this.#code = order[0]!.reply.rcode;
    return order;
  }

  /** `__res_iclose`: what is on its way finds nobody. */
  #close(): void {
    this.#coming = new Map();
  }
}

/** Of such answers the order does not matter. */
function isPlain(reply: Reply): boolean {
  return reply.udp === undefined && (reply.rcode === "NOERROR" || reply.rcode === "NXDOMAIN");
}
