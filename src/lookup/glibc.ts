/** glibc's getaddrinfo, step by step as the source of 2.36 has it. Must stay pure. */
import type { QueryType } from "../model/dns.ts";
import { sendAll, type Sent } from "./glibc-send.ts";
import { glibcHosts } from "./hosts.ts";
import { literal } from "./literal.ts";
import type { Choose, LookupError, Question, Reply, Step, Way } from "./question.ts";
import { glibcConfig, type ResolverConfig } from "./resolv-conf.ts";
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
    return done([], "EAI_ADDRFAMILY", "literal");
  }
  const hosts = glibcHosts(question.hosts, name, family);
  if (typeof hosts === "object")
    return done(
      hosts.map(({ text }) => text),
      undefined,
      "hosts",
    );
  // check_name (dns-host.c): no question for what is no host's name.
  if (!isHostName(name)) return done([], "EAI_NONAME", "no name");
  return new Search(question, glibcConfig(question.resolvConf), choose).run();
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

type Asked =
  | { readonly replies: readonly Reply[] }
  | { readonly error: HostError; readonly fatal?: LookupError };

/** `__res_context_search` (res_query.c). */
class Search {
  readonly #question: Question;
  readonly #config: ResolverConfig;
  readonly #choose: Choose;
  readonly #types: readonly QueryType[];
  readonly #steps: Step[] = [];
  /** Set by the first server that answers only one of two questions, for the rest of the process. */
  readonly #flags: Set<string>;
  /** ECONNREFUSED was the last word of the system. */
  #refused = false;
  /** The code that stands in the first answer's buffer, taken or not. */
  #code: Reply["rcode"] = "NOERROR";

  constructor(question: Question, config: ResolverConfig, choose: Choose) {
    this.#question = question;
    this.#config = config;
    this.#choose = choose;
    this.#flags = new Set(config.flags);
    const { family } = question;
    // no-aaaa: A alone, where both are wanted (2.36).
    const noAaaa = config.flags.has("no-aaaa");
    this.#types = family === "any" ? (noAaaa ? ["A"] : ["A", "AAAA"]) : [family === "inet" ? "A" : "AAAA"];
  }

  run(): Way {
    const { name, family } = this.#question;
    const { ndots, search } = this.#config;
    if (family === "inet6" && this.#config.flags.has("no-aaaa")) return this.#end({ error: "NO_DATA" });
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
    const steps = this.#steps.map((step, i) => ({ ...step, goesOn: i < this.#steps.length - 1 }));
    const ended = { tookMs, steps };
    if (!("replies" in asked)) return { ...ended, addresses: [], error: asked.fatal ?? ERRORS[asked.error] };
    const { family } = this.#question;
    // getanswer_r wants its own type, gaih_getanswer_slice takes both.
    const found = asked.replies
      .flatMap(({ addresses }) => addresses)
      .filter((address) => family === "any" || typeOf(address) === this.#types[0]);
    if (found.length === 0) return { ...ended, addresses: [], error: ERRORS.NO_RECOVERY };
    return { ...ended, addresses: [...new Set(found)] };
  }

  /** `__res_context_query`: what the answers to one name come to. */
  #ask(name: string, then: "goes on" | "ends"): Asked {
    this.#code = "NOERROR";
    this.#refused = false;
    const labels = name.split(".");
    if (name.length > 253 || labels.some((label) => label.length === 0 || label.length > 63)) {
      this.#step(name, undefined, then, "no question can be made of it");
      return { error: "NO_RECOVERY" };
    }
    const sent = sendAll(name, this.#types, this.#question.answers, this.#config, this.#flags, this.#choose);
    this.#code = sent.code;
    this.#refused = sent.refused;
    if (sent.failed !== undefined) {
      const fatal = sent.failed === "nothing" ? undefined : sent.failed;
      this.#step(name, sent, then, because(sent.failed));
      return { error: "TRY_AGAIN", fatal };
    }
    const { replies } = sent;
    const [first, second = first] = replies as [Reply, Reply?];
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
