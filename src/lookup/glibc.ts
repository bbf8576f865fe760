/** glibc's getaddrinfo, step by step as the source of 2.36 has it. Must stay pure. */
import type { QueryType } from "../model/dns.ts";
import { type Answered, sendAll, type Sent } from "./glibc-send.ts";
import { forFamily, glibcHosts } from "./hosts.ts";
import { literal } from "./literal.ts";
import type { Answers, Choose, LookupError, Question, Reply, Step, Way } from "./question.ts";
import { glibcAborts, glibcConfig, type ResolverConfig } from "./resolv-conf.ts";
import { typeOf } from "./wire.ts";

/** `gaih_inet` (getaddrinfo.c): a literal, else `hosts: files dns` of nsswitch.conf. */
export function glibcLookup(question: Question, choose: Choose): Way {
  const { name, family } = question;
  const done = (addresses: readonly string[], error?: LookupError, without?: Way["without"]): Way => ({
    addresses: [...new Set(addresses)],
    error,
    tookMs: 0,
    steps: [],
    without,
  });
  const own = literal(name);
  if (own !== undefined) {
    if (family === "any" || own.family === family) return done([own.text], undefined, "literal");
    const mapped = forFamily(own, family);
    if (mapped !== undefined && own.text !== "::1") return done([mapped.text], undefined, "literal");
    return done([], "EAI_ADDRFAMILY", "literal");
  }
  const config = glibcConfig(question.resolvConf);
  if (glibcAborts(config.search)) return done([], "SIGABRT");
  // try_simple_gethostbyname comes by digits_dots.c, before any file.
  if (family === "inet" && /^\d(?:[\d.]*\d)?$/.test(name)) return done([], "EAI_NONAME", "no name");
  const hosts = glibcHosts(question.hosts, name, family);
  if (typeof hosts === "object")
    return done(
      hosts.map(({ text }) => text),
      undefined,
      "hosts",
    );
  // check_name (dns-host.c): no question for what is no host's name.
  if (!isHostName(name)) return done([], "EAI_NONAME", "no name");
  return new Search(question, config, choose).whole();
}

/** `res_hnok`: letters, digits, hyphens and underscores; no hyphen first. */
function isHostName(name: string): boolean {
  return name.length < 256 && /^(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?$/.test(name);
}

/** `h_errno` after a question. */
type HostError = "NO_DATA" | "HOST_NOT_FOUND" | "TRY_AGAIN" | "NO_RECOVERY";

const ERRORS: Readonly<Record<HostError, LookupError>> = {
  NO_DATA: "EAI_NODATA",
  HOST_NOT_FOUND: "EAI_NONAME",
  TRY_AGAIN: "EAI_AGAIN",
  NO_RECOVERY: "EAI_NONAME",
};

/** try_simple_gethostbyname (getaddrinfo.c): by the last question, whatever the first one says. */
const SIMPLE_ERRORS: typeof ERRORS = { ...ERRORS, TRY_AGAIN: "EAI_NONAME" };
const LATE_ERRORS: typeof ERRORS = {
  NO_DATA: "EAI_NODATA",
  HOST_NOT_FOUND: "EAI_NODATA",
  TRY_AGAIN: "EAI_AGAIN",
  NO_RECOVERY: "EAI_NODATA",
};

type Asked =
  | { readonly replies: readonly Answered[] }
  | { readonly error: HostError; readonly fatal?: LookupError };

function withoutAddresses(answers: Answers): Answers {
  return (server, name, type) => {
    const heard = answers(server, name, type);
    return typeof heard === "object" ? { ...heard, addresses: [] } : heard;
  };
}

/** `scratch_buffer` of getaddrinfo. */
const FIRST_BUFFER = 1024;

/** What the addresses take in it on a 64-bit machine: `struct gaih_addrtuple`s, or a `struct hostent`'s arrays (dns-host.c). */
function bytesOf({ addresses, steps }: Way, family: Question["family"]): number {
  const name = (steps.at(-1)?.name.length ?? 0) + 1;
  const count = addresses.length;
  const even = (bytes: number) => Math.ceil(bytes / 8) * 8;
  if (family === "any") return count === 1 ? 40 + name : 40 + even(name) + 40 * (count - 1);
  return even(Math.ceil(name / 4) * 4 + count * (family === "inet" ? 4 : 16)) + 8 * (count + 1) + 8;
}

/** `__res_context_search` (res_query.c). */
class Search {
  readonly #question: Question;
  readonly #config: ResolverConfig;
  readonly #choose: Choose;
  readonly #types: readonly QueryType[];
  readonly #answers: Answers;
  readonly #steps: Step[] = [];
  /** Set by the first server that answers only one of two questions, for the rest of the process. */
  readonly #flags: Set<string>;
  /** ECONNREFUSED was the last word of the system. */
  #refused = false;
  #offset: number | undefined;
  /** No server gave an answer to the last question. */
  #timedOut = false;
  /** The code that stands in the first answer's buffer, taken or not. */
  #code: Reply["rcode"] = "NOERROR";

  constructor(question: Question, config: ResolverConfig, choose: Choose) {
    this.#question = question;
    this.#config = config;
    this.#choose = choose;
    this.#flags = new Set(config.flags);
    const { family } = question;
    const noAaaa = config.flags.has("no-aaaa");
    const types: readonly QueryType[] = family === "any" ? ["A", "AAAA"] : [family === "inet" ? "A" : "AAAA"];
    // A stands for AAAA there, so that a name that does not exist is known (res-noaaaa.c).
    this.#types = noAaaa ? ["A"] : types;
    this.#answers = noAaaa && family === "inet6" ? withoutAddresses(question.answers) : question.answers;
  }

  /** getaddrinfo's buffer is doubled until the addresses fit, and everything asked again each time (`get_nss_addresses`). */
  whole(): Way {
    for (let size = FIRST_BUFFER; ; size *= 2) {
      const way = this.#run();
      if (way.error !== undefined || bytesOf(way, this.#question.family) <= size) return way;
    }
  }

  #run(): Way {
    const { name } = this.#question;
    const { ndots, search } = this.#config;
    const dots = name.split(".").length - 1;
    const closed = name.endsWith(".");
    const bare = name.replace(/\.$/, "");
    let saved: HostError | undefined;
    let noData = false;
    let serverFailed = false;
    let root = false;
    let last: HostError = "HOST_NOT_FOUND";
    if (dots >= ndots || closed) {
      const asked = this.#ask(bare, closed ? "ends" : "goes on");
      if ("replies" in asked || closed || asked.fatal !== undefined) return this.#end(asked);
      saved = asked.error;
      last = asked.error;
    }
    if (!closed) {
      for (const listed of search) {
        const domain = listed.replace(/^\./, "");
        if (domain === "") root = true;
        const asked = this.#ask(domain === "" ? bare : `${bare}.${domain.replace(/\.$/, "")}`, "goes on");
        if ("replies" in asked || asked.fatal !== undefined) return this.#end(asked);
        last = asked.error;
        if (this.#refused) return this.#end({ error: "TRY_AGAIN" });
        if (asked.error === "NO_DATA") noData = true;
        else if (asked.error === "TRY_AGAIN" && this.#code === "SERVFAIL") serverFailed = true;
        else if (asked.error !== "HOST_NOT_FOUND") break;
      }
    }
    if (saved === undefined && !root) {
      const asked = this.#ask(bare, "ends");
      if ("replies" in asked || asked.fatal !== undefined) return this.#end(asked);
      last = asked.error;
    }
    return this.#end({ error: saved ?? (noData ? "NO_DATA" : serverFailed ? "TRY_AGAIN" : last) });
  }

  #end(asked: Asked): Way {
    const tookMs = this.#steps.reduce((sum, step) => sum + step.tookMs, 0);
    const last = this.#steps.length - 1;
    const steps = this.#steps.map((step, i) => ({ ...step, goesOn: i < last }));
    const ended = { tookMs, steps };
    const { family } = this.#question;
    if (!("replies" in asked)) {
      const errors = family === "inet" ? (this.#timedOut ? LATE_ERRORS : SIMPLE_ERRORS) : ERRORS;
      return { ...ended, addresses: [], error: asked.fatal ?? errors[asked.error] };
    }
    // A domain of the search list can make a name that is no host's; its answer is not read (res_binary_hnok).
    if (!isHostName(this.#steps.at(-1)!.name)) return { ...ended, addresses: [], error: "EAI_NONAME" };
    const found = asked.replies.flatMap(({ type, reply }) =>
      reply.addresses.filter((address) => typeOf(address) === type),
    );
    // Records of another type alone: no such name, but for try_simple_gethostbyname.
    if (found.length === 0)
      return { ...ended, addresses: [], error: family === "inet" ? "EAI_NODATA" : "EAI_NONAME" };
    return { ...ended, addresses: [...new Set(found)] };
  }

  /** `__res_context_query`: what the answers to one name come to. */
  #ask(name: string, then: "goes on" | "ends"): Asked {
    this.#code = "NOERROR";
    this.#refused = false;
    this.#timedOut = false;
    const labels = name.split(".");
    if (name.length > 253 || labels.some((label) => label.length === 0 || label.length > 63)) {
      this.#step(name, undefined, then, "no question can be made of it");
      return { error: "NO_RECOVERY" };
    }
    const sent = sendAll(
      name,
      this.#types,
      this.#answers,
      this.#config,
      this.#flags,
      this.#choose,
      this.#nextOffset(),
    );
    this.#code = sent.code;
    this.#refused = sent.refused;
    // __res_handle_no_aaaa forgets to say that nothing came, and the empty buffer is read as NODATA.
    const forgotten =
      this.#config.flags.has("no-aaaa") && this.#question.family === "inet6" && sent.heard.A === "nothing";
    if (sent.failed === "nothing" && forgotten) {
      this.#step(name, sent, then, "no server gave an answer that is taken, which `no-aaaa` forgets");
      return { error: "NO_DATA" };
    }
    if (sent.failed !== undefined) {
      this.#timedOut = true;
      const fatal = sent.failed === "nothing" ? undefined : sent.failed;
      this.#step(name, sent, then, because(sent.failed));
      return { error: "TRY_AGAIN", fatal };
    }
    const { replies } = sent;
    const [first, second = first] = replies.map(({ reply }) => reply) as [Reply, Reply?];
    const has = (reply: Reply) => reply.rcode === "NOERROR" && reply.addresses.length > 0;
    if (has(first) || has(second)) {
      this.#step(name, sent, "ends", "it has an address");
      return { replies };
    }
    const code = first.rcode === "NOERROR" ? second.rcode : first.rcode;
    this.#step(name, sent, then, WHY[code]);
    switch (code) {
      case "NXDOMAIN":
        return { error: "HOST_NOT_FOUND" };
      case "SERVFAIL":
        return { error: "TRY_AGAIN" };
      case "NOERROR":
        return { error: "NO_DATA" };
      default:
        return { error: "NO_RECOVERY" };
    }
  }

  /** `rotate`: any server is the first one's first, and each question's first is the next one (`nameserver_offset`, res_send.c). */
  #nextOffset(): number {
    const { length } = this.#config.servers;
    if (!this.#flags.has("rotate") || length === 1) return 0;
    this.#offset = this.#offset === undefined ? this.#choose(length) : this.#offset + 1;
    return this.#offset % length;
  }

  #step(name: string, sent: Sent | undefined, then: "goes on" | "ends", because: string): void {
    this.#steps.push({
      name,
      asked: sent?.asked ?? [],
      heard: sent?.heard ?? {},
      tookMs: sent?.tookMs ?? 0,
      goesOn: then === "goes on",
      because,
    });
  }
}

const WHY: Readonly<Record<Reply["rcode"], string>> = {
  NOERROR: "the name exists and has no address",
  NXDOMAIN: "there is no such name",
  SERVFAIL: "the server failed",
  FORMERR: "no server takes the question",
  NOTIMP: "no server takes the question",
  REFUSED: "no server takes the question",
};

function because(failed: NonNullable<Sent["failed"]>): string {
  if (failed === "hangs") return "the server's connection says nothing, and glibc has no timeout for one";
  return failed === "unknown" ? "how it is answered is not known" : "no server gave an answer that is taken";
}
