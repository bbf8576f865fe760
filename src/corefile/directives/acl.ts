/** The acl plugin: blocks, filters or drops by type and client. Must follow coredns plugin/acl. */
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import {
  either,
  type Plugin,
  type Question,
  type Refusal,
  type Reply,
  refuse,
  type SetupContext,
} from "../chain.ts";
import type { Budget } from "../budget.ts";
import type { Dispenser } from "../dispenser.ts";
import type { ZoneSet } from "../names.ts";
import { TYPES } from "../record-types.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOr } from "../zones.ts";

type Action = "allow" | "block" | "filter" | "drop";

interface Policy {
  readonly action: Action;
  readonly token: Token;
  /** Nothing stands for every type. */
  readonly types: ReadonlySet<string> | undefined;
  /** Whether every client is meant; otherwise it depends on who asks. */
  readonly everyone: boolean;
}

interface Rule {
  readonly zones: ZoneSet;
  readonly policies: readonly Policy[];
}

/** coredns plugin/acl, v1.7.0 to v1.14.7. */
export const acl: Plugin = {
  name: "acl",
  setup(words, context) {
    const rules: Rule[] = [];
    while (words.next()) {
      const args = words.remaining().map(({ text }) => text);
      const zones = zonesOr(args, context.zones, context.budget);
      const policies: Policy[] = [];
      while (words.nextInBlock()) {
        const policy = readPolicy(words, context);
        if ("refused" in policy) return policy;
        policies.push(policy);
      }
      rules.push({ zones, policies });
    }
    return (question, next) => ruling(rules, question, () => next(question), context.budget);
  },
};

function readPolicy(words: Dispenser, context: SetupContext): Policy | Refusal {
  const token = words.token!;
  const action = token.text.toLowerCase();
  const known =
    action === "allow" ||
    action === "block" ||
    (action === "filter" && context.holds(CORE_DNS_FACTS.aclFilter)) ||
    (action === "drop" && context.holds(CORE_DNS_FACTS.aclDrop));
  if (!known) return refuse(`unexpected token "${token.text}" in acl`, token);
  let types: Set<string> | undefined;
  let everyone: boolean | undefined;
  let section: "type" | "net" | undefined;
  let empty = false;
  for (const word of words.remaining()) {
    const lower = word.text.toLowerCase();
    if (lower === "type" || lower === "net") {
      if (empty) return refuse(`no token specified in "${section}" section`, word);
      section = lower;
      empty = true;
      continue;
    }
    empty = false;
    if (section === undefined) return refuse(`unexpected token "${word.text}"; expect 'type | net'`, word);
    if (section === "net") {
      everyone = (everyone ?? false) || word.text === "*" || word.text === "0.0.0.0/0";
    } else if (word.text === "*") {
      types ??= new Set();
      types.add("*");
    } else {
      if (!TYPES.has(word.text)) return refuse(`unexpected token "${word.text}"; expect legal QTYPE`, word);
      types ??= new Set();
      types.add(word.text);
    }
  }
  if (empty) return refuse(`no token specified in "${section}" section`, token);
  return {
    action: action as Action,
    token,
    types: types?.has("*") ? undefined : types,
    everyone: everyone ?? true,
  };
}

/** Walks rules and policies; where the client's address decides, both ways are followed. */
function ruling(rules: readonly Rule[], question: Question, next: () => Reply, budget: Budget): Reply {
  // What may come of the policies for some clients, before one that is for every client.
  const some: Reply[] = [];
  const dependsOn = "acl decides by the client's address";
  const decided = (): Reply => {
    for (const rule of rules) {
      budget.spend("corefileSteps");
      if (!rule.zones.holds(question.name)) continue;
      for (const policy of rule.policies) {
        budget.spend("corefileSteps");
        if (policy.types !== undefined && !policy.types.has(question.type)) continue;
        const reply = replyOf(policy, question, next);
        if (policy.everyone) return reply;
        some.push(reply);
      }
    }
    return next();
  };
  const last = decided();
  return some.reduceRight((later, hit) => either([hit, later], dependsOn), last);
}

function replyOf(policy: Policy, question: Question, next: () => Reply): Reply {
  const because = `acl: ${policy.action} ${question.type}`;
  const at = placeOf(policy.token);
  const message = { answers: [], soa: false, records: 1 };
  switch (policy.action) {
    case "allow":
      return next();
    case "block":
      return { kind: "REFUSED", because, by: "acl", at, message };
    case "filter":
      return { kind: "NODATA", because, at, message };
    default:
      return { kind: "no-reply", because, by: "acl", at };
  }
}
