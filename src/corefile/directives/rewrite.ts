/** The rewrite plugin: changes the question on its way down and the response code on its way up. Must follow coredns plugin/rewrite. */
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import {
  kindOfRcode,
  type Handler,
  type Plugin,
  type Question,
  type Refusal,
  type Reply,
  refuse,
  type SetupContext,
} from "../chain.ts";
import { brief, inWords } from "../brief.ts";
import { isDomainName, normalName } from "../names.ts";
import { CLASSES, RCODE_BY_NUMBER, RCODES, TYPES } from "../record-types.ts";
import { placeOf, type Token } from "../tree.ts";

/** What a rule makes of a question: nothing, another question, a later change of code, or not known. */
type Effect =
  | { readonly kind: "ignored" }
  | { readonly kind: "done"; readonly question: Question; readonly code?: CodeChange }
  | { readonly kind: "unknown"; readonly because: string };

interface CodeChange {
  readonly from: string;
  readonly to: string;
}

interface Rule {
  readonly stop: boolean;
  readonly token: Token;
  readonly text: string;
  apply(question: Question): Effect;
}

/** Letters of the longest name, with some to spare. */
const MOST_NAME = 260;
/** Letters of a target that groups are put into. */
const MOST_TARGET = 20_000;

/** coredns plugin/rewrite, v1.7.0 to v1.14.7. */
export const rewrite: Plugin = {
  name: "rewrite",
  setup(words, context) {
    const rules: Rule[] = [];
    while (words.next()) {
      const name = words.token!;
      const args = words.remaining();
      if (args.length < 2) while (words.nextInBlock()) args.push(words.token!);
      const rule = readRule(name, args, context);
      if ("refused" in rule) return rule;
      rules.push(rule);
    }
    return handler(rules, context);
  },
};

function readRule(token: Token, args: readonly Token[], context: SetupContext): Rule | Refusal {
  const texts = args.map(({ text }) => text);
  const first = texts[0]?.toLowerCase();
  if (first === undefined) return refuse("no rule type specified for rewrite", token);
  const moded = first === "continue" || first === "stop";
  const type = moded ? texts[1]?.toLowerCase() : first;
  if (type === undefined) return refuse(`${first} rule must begin with a rule type`, args[0]);
  const rest = texts.slice(moded ? 2 : 1);
  const apply = readEffect(type, rest, context);
  if (typeof apply === "string") return refuse(apply, args[0]);
  return { stop: first !== "continue", token, text: inWords(["rewrite", ...texts]), apply };
}

/** The rule's effect, or why CoreDNS refuses it. */
function readEffect(
  type: string,
  args: readonly string[],
  context: SetupContext,
): ((question: Question) => Effect) | string {
  switch (type) {
    case "name":
      return nameRule(args, context);
    case "type": {
      const [from, to] = args.map((arg) => arg.toUpperCase());
      if (args.length !== 2 || from === undefined || to === undefined) {
        return "type rules must have exactly two arguments";
      }
      const wrong = [from, to].find((name) => !TYPES.has(name));
      if (wrong !== undefined) return `invalid type "${wrong}"`;
      return (question) =>
        question.type === from ? { kind: "done", question: { ...question, type: to } } : { kind: "ignored" };
    }
    case "class": {
      const [from, to] = args.map((arg) => arg.toUpperCase());
      if (args.length !== 2 || from === undefined || to === undefined) {
        return "class rules must have exactly two arguments";
      }
      const wrong = [from, to].find((name) => !CLASSES.has(name));
      if (wrong !== undefined) return `invalid class "${wrong}"`;
      return (question) =>
        question.class === from
          ? { kind: "done", question: { ...question, class: to } }
          : { kind: "ignored" };
    }
    case "rcode":
      return context.holds(CORE_DNS_FACTS.rewriteRcode)
        ? rcodeRule(args, context)
        : `invalid rule type "rcode" before CoreDNS 1.11.3`;
    case "cname":
      // Only the target of a CNAME in the answer changes, never the code; but the rule always counts as done.
      return context.holds(CORE_DNS_FACTS.rewriteCname)
        ? (question) => ({ kind: "done", question })
        : `invalid rule type "cname" before CoreDNS 1.11.0`;
    case "edns0": {
      // `replace` needs an option to be there; musl sends none.
      const done = args[1]?.toLowerCase() !== "replace";
      return (question) => (done ? { kind: "done", question } : { kind: "ignored" });
    }
    case "ttl": {
      const [how, name] = args.length === 2 ? ["exact", args[0]!] : [args[0]?.toLowerCase(), args[1]];
      if (how === undefined || name === undefined) return "too few arguments for a ttl rule";
      const test = how === "regex" ? undefined : nameTest(how, normalName(name));
      if (test === undefined) {
        return () => ({ kind: "unknown", because: "a ttl rule by pattern is not followed here" });
      }
      return (question) => (test(question.name) ? { kind: "done", question } : { kind: "ignored" });
    }
    case "answer":
      return "response rewrites must begin with a name rule";
    default:
      return `invalid rule type "${type}"`;
  }
}

function nameRule(
  args: readonly string[],
  { patterns, budget }: SetupContext,
): ((question: Question) => Effect) | string {
  if (args.length < 2) return "too few arguments for a name rule";
  const [how, from, to] =
    args.length === 2 ? ["exact", args[0]!, args[1]!] : [args[0]!.toLowerCase(), args[1]!, args[2]!];
  const regex = how === "regex";
  // What is too long for a name stays too long when cut.
  const target = normalName(to).slice(0, regex ? undefined : MOST_NAME);
  const renamed = (question: Question, name: string): Effect => ({
    kind: "done",
    question: { ...question, name: name.toLowerCase() },
  });
  if (regex) {
    const compiled = patterns.compile(from);
    if (compiled.kind === "invalid") return `invalid regex matching pattern: ${from}`;
    if (compiled.kind === "unsupported") {
      return () => ({ kind: "unknown", because: `its pattern is not understood here: ${brief(from)}` });
    }
    if (placeholders(to) > compiled.groups) {
      return `the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`;
    }
    return (question) => {
      const groups = compiled.find(question.name);
      if (groups === undefined) return { kind: "ignored" };
      let name = target;
      for (const [i, group] of groups.entries()) {
        if (name.length > MOST_TARGET) return { kind: "unknown", because: "its target grows too long" };
        budget.spend("corefileSteps", name.length);
        name = name.replaceAll(`{${i}}`, () => group);
      }
      return renamed(question, name);
    };
  }
  const test = nameTest(how, normalName(from));
  if (test === undefined) {
    return `name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${how}`;
  }
  const source = normalName(from);
  return (question) => {
    const { name } = question;
    if (!test(name)) return { kind: "ignored" };
    if (how === "exact") return renamed(question, target);
    if (how === "prefix") return renamed(question, target + name.slice(source.length));
    if (how === "suffix") return renamed(question, name.slice(0, name.length - source.length) + target);
    return renamed(
      question,
      name.replaceAll(source, () => target),
    );
  };
}

function nameTest(how: string, pattern: string): ((name: string) => boolean) | undefined {
  switch (how) {
    case "exact":
      return (name) => name === pattern;
    case "prefix":
      return (name) => name.startsWith(pattern);
    case "suffix":
      return (name) => name.endsWith(pattern);
    case "substring":
      return (name) => name.includes(pattern);
    default:
      return undefined;
  }
}

function placeholders(text: string): number {
  return new Set(text.match(/\{\d{1,3}\}/g) ?? []).size;
}

function rcodeRule(
  args: readonly string[],
  { patterns }: SetupContext,
): ((question: Question) => Effect) | string {
  if (args.length < 3) return `too few (${args.length}) arguments for a rcode rule`;
  if (args.length > 4) return "many few arguments for a rcode rule";
  const [how, pattern, old, code] =
    args.length === 3
      ? ["exact", ...(args as [string, string, string])]
      : (args as [string, string, string, string]);
  const [from, to] = [readCode(old), readCode(code)];
  if (from === undefined) return `invalid matching RCODE '${old}' for a rcode rule`;
  if (to === undefined) return `invalid replacement RCODE '${code}' for a rcode rule`;
  const changed = (question: Question): Effect => ({ kind: "done", question, code: { from, to } });
  if (how.toLowerCase() === "regex") {
    const compiled = patterns.compile(pattern);
    if (compiled.kind === "invalid") return `invalid regex pattern in a rcode rule: ${pattern}`;
    if (compiled.kind === "unsupported") {
      return () => ({ kind: "unknown", because: `its pattern is not understood here: ${brief(pattern)}` });
    }
    return (question) =>
      compiled.find(question.name) === undefined ? { kind: "ignored" } : changed(question);
  }
  const test = nameTest(how.toLowerCase(), normalName(pattern));
  if (test === undefined) {
    return "rcode rule supports only exact, prefix, suffix, substring, and regex name matching";
  }
  return (question) => (test(question.name) ? changed(question) : { kind: "ignored" });
}

function readCode(text: string): string | undefined {
  if (/^\d{1,2}$/.test(text)) return RCODE_BY_NUMBER[Number(text)] ?? (Number(text) <= 23 ? text : undefined);
  const upper = text.toUpperCase();
  if (upper === "NOTIMPL") return "NOTIMP";
  return RCODES.includes(upper) ? upper : undefined;
}

function handler(rules: readonly Rule[], context: SetupContext): Handler {
  return (original, next) => {
    let question = original;
    const changes: { readonly code: CodeChange; readonly rule: Rule }[] = [];
    const used: Rule[] = [];
    let stopped = false;
    for (const rule of rules) {
      context.budget.spend("corefileSteps");
      const effect = rule.apply(question);
      if (effect.kind === "unknown") {
        return { kind: "unknown", because: `${rule.text}: ${effect.because}`, at: placeOf(rule.token) };
      }
      if (effect.kind === "ignored") continue;
      question = effect.question;
      if (!isDomainName(question.name)) {
        return { kind: "SERVFAIL", because: `${rule.text} makes an invalid name`, at: placeOf(rule.token) };
      }
      used.push(rule);
      if (effect.code !== undefined) changes.push({ code: effect.code, rule });
      if (rule.stop) {
        stopped = true;
        break;
      }
    }
    const renamed = renamedReply(next(question), original, question, used);
    const named =
      original.name === question.name ? renamed : { ...renamed, asked: renamed.asked ?? question.name };
    const reply = stopped && context.holds(CORE_DNS_FACTS.rewriteWrites) ? written(named) : named;
    return changes.length === 0 ? reply : recoded(reply, changes.reverse(), context);
  };
}

/** A code that nobody wrote a reply for becomes one where a rule stopped the list (coredns plugin/rewrite/rewrite.go). */
function written(reply: Reply): Reply {
  const { kind, message } = reply;
  if (message !== undefined || kind === "passed-on" || kind === "unknown" || kind === "no-reply")
    return reply;
  return { ...reply, message: { answers: [], soa: false, records: 0 } };
}

/** Says that another question was asked than the one that came in. */
function renamedReply(reply: Reply, original: Question, asked: Question, used: readonly Rule[]): Reply {
  if (original.name === asked.name && original.type === asked.type && original.class === asked.class) {
    return reply;
  }
  const rule = used.at(-1)!;
  const what = `${asked.name} ${asked.type}`;
  const because = `${rule.text} asks for ${what} instead; ${reply.because}`;
  const at = placeOf(rule.token);
  const changed = original.type !== asked.type && (asked.type === "A" || asked.type === "AAAA");
  const records = changed ? { recordType: asked.type as "A" | "AAAA" } : {};
  if (reply.kind === "passed-on")
    return { ...reply, ...records, because, detail: `${reply.detail ?? ""}, as ${what}`, at };
  if (reply.kind === "address" && original.type !== asked.type) {
    return {
      ...reply,
      ...records,
      because,
      detail: `${asked.type} records in an answer to ${original.type}`,
      at,
    };
  }
  return { ...reply, because };
}

/** The reply after the rules for codes, last rule first (coredns plugin/rewrite/reverter.go). */
function recoded(
  reply: Reply,
  changes: readonly { readonly code: CodeChange; readonly rule: Rule }[],
  context: SetupContext,
): Reply {
  const { kind: first, message } = reply;
  // Without a message of its own the reply passes the rules only when a rule stopped the list, and is written then.
  if (first === "passed-on" || first === "unknown" || message === undefined) return reply;
  const records = message.records;
  const rounds = records === 0 ? (context.holds(CORE_DNS_FACTS.rewriteRcodeWithoutRecords) ? 1 : 0) : records;
  let rcode = rcodeOf(reply);
  let decided: Rule | undefined;
  for (let round = 0; round < Math.min(rounds, RCODES.length); round++) {
    for (const { code, rule } of changes) {
      if (code.from !== rcode) continue;
      rcode = code.to;
      decided = rule;
    }
  }
  if (decided === undefined || rcode === rcodeOf(reply)) return reply;
  const kind = kindOfRcode(rcode);
  const { detail: _, ...rest } = reply;
  return {
    ...rest,
    kind: kind === "NODATA" && message.answers.length > 0 ? "address" : kind,
    because: `${decided.text} turns ${rcodeOf(reply)} into ${rcode}; ${reply.because}`,
    ...(kind === "other-rcode" ? { detail: rcode } : {}),
    at: placeOf(decided.token),
  };
}

function rcodeOf(reply: Reply): string {
  if (reply.kind === "NODATA" || reply.kind === "address") return "NOERROR";
  return reply.kind === "other-rcode" ? (reply.detail ?? "") : reply.kind;
}
