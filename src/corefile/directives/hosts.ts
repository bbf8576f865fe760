/** The hosts plugin: names listed in the Corefile or a hosts file. Must follow coredns plugin/hosts; reads no file. */
import { isIP, isIPv4 } from "node:net";
import { brief } from "../brief.ts";
import { type Plugin, type Reply, refuse } from "../chain.ts";
import { groupBy } from "../../model/group-by.ts";
import { EVERYWHERE, NOWHERE, normalName, type ZoneSet } from "../names.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOr } from "../zones.ts";

/** coredns plugin/hosts, v1.7.0 to v1.14.7. */
export const hosts: Plugin = {
  name: "hosts",
  setup(words, context) {
    let token: Token | undefined;
    let file: string | undefined;
    let zones = context.zones;
    let fallthrough = NOWHERE;
    const lines: { readonly token: Token; readonly words: readonly string[] }[] = [];
    while (words.next()) {
      if (token !== undefined)
        return refuse("this plugin can only be used once per Server Block", words.token);
      token = words.token!;
      const args = words.remaining().map(({ text }) => text);
      file = args[0];
      zones = zonesOr(args.slice(1), context.zones, context.budget);
      while (words.nextInBlock()) {
        const property = words.token!;
        switch (property.text) {
          case "fallthrough":
            fallthrough = zonesOr(
              words.remaining().map(({ text }) => text),
              EVERYWHERE,
              context.budget,
            );
            break;
          case "no_reverse":
            break;
          case "ttl": {
            const [ttl] = words.remaining();
            if (ttl === undefined || !/^\d{1,5}$/.test(ttl.text) || Number(ttl.text) === 0) {
              return refuse("ttl needs a number of seconds", property);
            }
            break;
          }
          case "reload":
            if (words.remaining().length !== 1) return refuse("reload needs a duration", property);
            break;
          default:
            if (fallthrough !== NOWHERE) return refuse(`unknown property '${property.text}'`, property);
            lines.push({
              token: property,
              words: [property.text, ...words.remaining().map(({ text }) => text)],
            });
        }
      }
    }
    const directive = token!;
    const entries = groupBy(
      lines.flatMap((line) => readLine(line.token, line.words, zones)),
      ({ name }) => name,
    );
    return (question, next) => {
      if (!zones.holds(question.name)) return next(question);
      const found = entries.get(question.name);
      if (found !== undefined) {
        context.budget.spend("corefileSteps", found.length);
        const because = `hosts lists ${question.name} with ${[...new Set(found.map(({ type }) => type))].join(" and ")} only`;
        const answers = found.filter(({ type }) => type === question.type).map(({ type }) => type);
        const message = { answers, soa: false, records: answers.length };
        return {
          kind: answers.length > 0 ? "address" : "NODATA",
          because,
          at: placeOf(found[0].token),
          message,
        };
      }
      if (fallthrough.holds(question.name)) return next(question);
      return unlisted(directive, file === undefined ? undefined : brief(file), question.name);
    };
  },
};

/** A name that is not listed and does not fall through: only the file could still have it. */
function unlisted(directive: Token, file: string | undefined, name: string): Reply {
  const at = placeOf(directive);
  if (file === undefined) {
    return { kind: "SERVFAIL", because: `hosts does not list ${name} and has no fallthrough`, at };
  }
  const because = `hosts has no fallthrough: only ${file} can have ${name}`;
  return { kind: "passed-on", because, detail: `the hosts file ${file}`, at };
}

function readLine(
  token: Token,
  words: readonly string[],
  zones: ZoneSet,
): { token: Token; name: string; type: "A" | "AAAA" }[] {
  const [address = "", ...names] = words.join(" ").split("#", 1)[0]!.trim().split(/\s+/);
  if (isIP(address) === 0) return [];
  const type = isIPv4(address) || /^::ffff:\d+\./i.test(address) ? "A" : "AAAA";
  return names
    .map(normalName)
    .filter((name) => zones.holds(name))
    .map((name) => ({ token, name, type }));
}
