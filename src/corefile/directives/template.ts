/** The template plugin: answers by class, type and pattern, before any plugin that has data. Must follow coredns plugin/template. */
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
  wrongArguments,
} from "../chain.ts";
import { brief, inWords } from "../brief.ts";
import type { Dispenser } from "../dispenser.ts";
import { EVERYWHERE, NOWHERE, type ZoneSet } from "../names.ts";
import type { Matcher } from "../patterns.ts";
import { isUnfinished, type Rendered, renderRecord } from "../record-template.ts";
import { CLASSES, RCODES, TYPES } from "../record-types.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOr } from "../zones.ts";

interface Stanza {
  /** The directive's first words as written, for people. */
  readonly text: string;
  readonly name: Token;
  readonly end: Token;
  readonly class: string;
  readonly type: string;
  readonly zones: ZoneSet;
  readonly patterns: readonly { readonly token: Token; readonly matcher: Matcher }[];
  readonly rcode: string;
  readonly rcodeToken: Token | undefined;
  readonly records: Readonly<Record<Section, readonly string[]>>;
  /** Whether an expression over the question and the asker has to hold, or be worked out, too. */
  readonly conditions: boolean;
  /** Zones whose unmatched names go on; empty when none do. */
  readonly fallthrough: ZoneSet;
}

type Section = "answer" | "additional" | "authority";

/** coredns plugin/template, v1.7.0 to v1.15.0. */
export const template: Plugin = {
  name: "template",
  setup(words, context) {
    const stanzas: Stanza[] = [];
    while (words.next()) {
      const stanza = readStanza(words, context);
      if ("refused" in stanza) return stanza;
      stanzas.push(stanza);
    }
    return handler(stanzas, context);
  },
};

function readStanza(words: Dispenser, context: SetupContext): Stanza | Refusal {
  const name = words.token!;
  if (!words.nextArgument()) return wrongArguments(words);
  const stanzaClass = words.value;
  if (!CLASSES.has(stanzaClass)) return refuse(`invalid query class ${stanzaClass}`, words.token);
  if (!words.nextArgument()) return wrongArguments(words);
  const type = words.value;
  const young = type === "HTTPS" || type === "SVCB";
  if (!TYPES.has(type) || (young && !context.holds(CORE_DNS_FACTS.serviceTypes)))
    return refuse(`invalid RR class ${type}`, words.token);
  const args = words.remaining().map((token) => token.text);
  const patterns: { token: Token; matcher: Matcher }[] = [];
  const records: Record<Section, string[]> = { answer: [], additional: [], authority: [] };
  let rcode = "NOERROR";
  let rcodeToken: Token | undefined;
  let fallthrough = NOWHERE;
  let conditions = false;
  while (words.nextInBlock()) {
    const property = words.value;
    switch (property) {
      case "match": {
        const found = words.remaining();
        if (found.length === 0) return wrongArguments(words);
        for (const token of found) {
          const matcher = context.patterns.compile(token.text);
          if (matcher.kind === "invalid") {
            return refuse(`could not parse regex: ${brief(token.text)}, ${matcher.because}`, token);
          }
          patterns.push({ token, matcher });
        }
        break;
      }
      case "answer":
      case "additional":
      case "authority": {
        const found = words.remaining();
        if (found.length === 0) return wrongArguments(words);
        const unfinished = found.find(({ text }) => isUnfinished(text));
        if (unfinished !== undefined) return refuse("could not compile template", unfinished);
        for (const { text } of found) records[property].push(text);
        break;
      }
      case "rcode":
        if (!words.nextArgument()) return wrongArguments(words);
        rcode = words.value;
        rcodeToken = words.token;
        if (!RCODES.includes(rcode)) return refuse(`unknown rcode ${rcode}`, words.token);
        break;
      case "ederror": {
        const found = words.remaining();
        if (found.length !== 1 && found.length !== 2) return wrongArguments(words);
        if (!/^\d{1,5}$/.test(found[0]!.text) || Number(found[0]!.text) > 65_535) {
          return refuse("error parsing extended DNS error code", found[0]);
        }
        break;
      }
      case "fallthrough":
        fallthrough = zonesOr(
          words.remaining().map((token) => token.text),
          EVERYWHERE,
          context.budget,
        );
        break;
      case "var":
      case "expr": {
        const found = words.remaining();
        if (
          !context.holds(CORE_DNS_FACTS.templateConditions) ||
          found.length < (property === "var" ? 2 : 1)
        ) {
          return wrongArguments(words);
        }
        conditions = true;
        break;
      }
      case "upstream":
        words.remaining();
        break;
      default:
        return wrongArguments(words);
    }
  }
  return {
    text: inWords(["template", stanzaClass, type, ...args]),
    name,
    end: words.token ?? name,
    class: stanzaClass,
    type,
    zones: zonesOr(args, context.zones, context.budget),
    patterns,
    rcode,
    rcodeToken,
    records,
    conditions,
    fallthrough,
  };
}

function handler(stanzas: readonly Stanza[], context: SetupContext): Handler {
  return (question, next) => {
    for (const stanza of stanzas) {
      context.budget.spend("corefileSteps");
      const zone = stanza.zones.longest(question.name);
      if (zone === undefined) continue;
      if (stanza.class !== "ANY" && question.class !== stanza.class) continue;
      if (stanza.type !== "ANY" && question.type !== "ANY" && question.type !== stanza.type) continue;
      const match = matching(stanza, question.name, context);
      if (match === "unknown") return unsupported(stanza);
      if (match !== undefined && stanza.conditions) return conditional(stanza);
      if (match !== undefined) return answer(stanza, zone, match, question, context);
      if (!stanza.fallthrough.holds(question.name)) return miss(stanza, question, context);
    }
    return next(question);
  };
}

/** The first pattern's match; without patterns everything matches. */
function matching(
  stanza: Stanza,
  name: string,
  { budget }: SetupContext,
): readonly string[] | "unknown" | undefined {
  if (stanza.patterns.length === 0) return [name];
  for (const { matcher } of stanza.patterns) {
    budget.spend("corefileSteps");
    if (matcher.kind !== "pattern") return "unknown";
    const match = matcher.find(name);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** No pattern matched and nothing falls through: the plugin gives up. */
function miss(stanza: Stanza, question: Question, context: SetupContext): Reply {
  const matches = inWords(stanza.patterns.map(({ token }) => token.raw));
  const because = `${stanza.text} matches only ${matches}, and without fallthrough ${question.name} ends there`;
  const kind = context.holds(CORE_DNS_FACTS.templateMissIsServfail) ? "SERVFAIL" : "no-reply";
  return { kind, because, at: placeOfStanza(stanza) };
}

function conditional(stanza: Stanza): Reply {
  const because = `${stanza.text} answers by an expression, which is not worked out here`;
  return { kind: "unknown", because, at: placeOfStanza(stanza) };
}

function unsupported(stanza: Stanza): Reply {
  const pattern = stanza.patterns.find(({ matcher }) => matcher.kind !== "pattern");
  const because = `${stanza.text} has a pattern that is not understood here: ${brief(pattern?.token.raw ?? "")}`;
  return { kind: "unknown", because, at: placeOfStanza(stanza) };
}

function answer(
  stanza: Stanza,
  zone: string,
  match: readonly string[],
  question: Question,
  context: SetupContext,
): Reply {
  const rcodeText = stanza.rcodeToken === undefined ? "NOERROR, as no rcode is given" : stanza.rcode;
  const because = `${stanza.text} answers ${question.type} with ${rcodeText}`;
  const at = placeOfStanza(stanza);
  // CoreDNS leaves this code to the server, whatever records stand in the stanza.
  if (stanza.rcode === "SERVFAIL") return { kind: "SERVFAIL", because, at };
  const data = {
    name: question.name,
    zone,
    type: question.type,
    class: question.class,
    match,
  };
  const render = (section: Section) =>
    stanza.records[section].map((text) => {
      context.budget.spend("corefileSteps", 1 + text.length);
      return renderRecord(text, data);
    });
  const [answers, additional, authority] = [render("answer"), render("additional"), render("authority")];
  const all = [...answers, ...additional, ...authority];
  if (all.some(({ kind }) => kind === "broken")) {
    return {
      kind: "SERVFAIL",
      because: `${stanza.text} makes a record that cannot be read`,
      failed: true,
      at,
    };
  }
  const kind = kindOfRcode(stanza.rcode);
  const message = {
    answers: typesOf(answers),
    soa: typesOf(authority).includes("SOA"),
    records: all.length,
  };
  const plain = kind === "other-rcode" ? { detail: stanza.rcode } : {};
  if (kind !== "NODATA") return { kind, because, at, message, ...plain };
  if (answers.some((record) => record.kind === "unknown")) {
    return { kind: "unknown", because: `${stanza.text} renders an answer that is not understood here`, at };
  }
  return { ...addressed(answers, because, question, context), at, message };
}

/** What a positive answer gives the asker. */
function addressed(
  answers: readonly Rendered[],
  because: string,
  question: Question,
  context: SetupContext,
): Pick<Reply, "kind" | "because" | "detail" | "recordType"> {
  const types = typesOf(answers);
  if (types.includes(question.type)) return { kind: "address", because };
  const target = answers.find((record) => record.kind === "record" && record.target !== undefined);
  if (target?.kind === "record" && target.target !== undefined) {
    const found = context.lookup(target.target, question.type);
    // Whatever comes of the target, the code stays NOERROR; handed on, it has an A record and no other.
    const address = found.kind === "address" || (found.kind === "passed-on" && question.type === "A");
    const kind = address ? "address" : "NODATA";
    return { kind, because: `${because} and a CNAME`, detail: `CNAME ${target.target}` };
  }
  if (types.length === 0) return { kind: "NODATA", because };
  const records = question.type === "AAAA" && types.includes("A") ? { recordType: "A" as const } : {};
  return { kind: "NODATA", because, detail: `${types.join(" and ")} records only`, ...records };
}

function typesOf(records: readonly Rendered[]): string[] {
  return records.flatMap((record) => (record.kind === "record" ? [record.type] : []));
}

/** From the directive's name to its rcode, or its end: what has to change. */
function placeOfStanza(stanza: Stanza): Reply["at"] & {} {
  if (stanza.end.source !== stanza.name.source) return placeOf(stanza.name);
  return stanza.name.source.toPlace(stanza.name.start, Math.max(stanza.end.end, stanza.name.end));
}
