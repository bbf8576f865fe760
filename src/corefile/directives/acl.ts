/** The acl plugin: blocks, filters or drops by type and client. Must follow coredns plugin/acl. */
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import {
  either,
  holds,
  type Plugin,
  type Question,
  type Refusal,
  type Reply,
  refuse,
  type SetupContext,
} from "../chain.ts";
import type { Dispenser } from "../dispenser.ts";
import { longestZone } from "../names.ts";
import { TYPES } from "../record-types.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOrBlock } from "../zones.ts";

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
  readonly zones: readonly string[];
  readonly policies: readonly Policy[];
}

/** coredns plugin/acl, v1.7.0 to v1.14.7. */
export const acl: Plugin = {
  name: "acl",
  setup(words, context) {
    const rules: Rule[] = [];
    while (words.next()) {
      const zones = zonesOrBlock(
        words.remaining().map(({ text }) => text),
        context.zones,
      );
      const policies: Policy[] = [];
      while (words.nextInBlock()) {
        const policy = readPolicy(words, context);
        if ("refused" in policy) return policy;
        policies.push(policy);
      }
      rules.push({ zones, policies });
    }
    return (question, next) => ruling(rules, question, () => next(question));
  },
};

function readPolicy(words: Dispenser, context: SetupContext): Policy | Refusal {
  const token = words.token!;
  const action = token.text.toLowerCase();
  const known =
    action === "allow" ||
    action === "block" ||
    (action === "filter" && holds(CORE_DNS_FACTS.aclFilter, context.version)) ||
    (action === "drop" && holds(CORE_DNS_FACTS.aclDrop, context.version));
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
function ruling(rules: readonly Rule[], question: Question, next: () => Reply): Reply {
  for (const [i, rule] of rules.entries()) {
    if (longestZone(rule.zones, question.name) === undefined) continue;
    const rest = rules.slice(i + 1);
    for (const [j, policy] of rule.policies.entries()) {
      if (policy.types !== undefined && !policy.types.has(question.type)) continue;
      const hit = () => replyOf(policy, question, next);
      if (policy.everyone) return hit();
      const later = [{ ...rule, policies: rule.policies.slice(j + 1) }, ...rest];
      return either([hit(), ruling(later, question, next)], "acl decides by the client's address");
    }
  }
  return next();
}

function replyOf(policy: Policy, question: Question, next: () => Reply): Reply {
  const because = `acl: ${policy.action} ${question.type}`;
  const at = placeOf(policy.token);
  const message = { answers: [], soa: false, records: 1 };
  switch (policy.action) {
    case "allow":
      return next();
    case "block":
      return { kind: "REFUSED", because, at, message };
    case "filter":
      return { kind: "NODATA", because, at, message };
    default:
      return { kind: "no-reply", because, at };
  }
}
