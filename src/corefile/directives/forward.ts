/** The plugins that hand a question to other servers: forward, grpc, alternate. Must not guess what those answer. */
import { isIP } from "node:net";
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import {
  type Plugin,
  type Refusal,
  type Reply,
  refuse,
  type SetupContext,
  wrongArguments,
} from "../chain.ts";
import { inWords } from "../brief.ts";
import type { Dispenser } from "../dispenser.ts";
import { isSubdomain, NOWHERE, type ZoneSet } from "../names.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOfArgument, zonesOr } from "../zones.ts";

interface Upstream {
  readonly name: Token;
  readonly from: string;
  readonly to: readonly Token[];
  /** `to` in words. */
  readonly told: string;
  readonly except: ZoneSet;
  /** A word of it is an environment variable that is not known. */
  readonly unknown: boolean;
}

/** coredns plugin/forward, v1.7.0 to v1.14.7. */
export const forward: Plugin = upstreamPlugin("forward", checkAddress);
/** coredns plugin/grpc. */
export const grpc: Plugin = upstreamPlugin("grpc", () => undefined);

function upstreamPlugin(
  name: string,
  check: (to: Token, context: SetupContext) => Refusal | undefined,
): Plugin {
  return {
    name,
    readsUnknown: true,
    setup(words, context) {
      const upstreams: Upstream[] = [];
      while (words.next()) {
        const second = name === "forward" && upstreams.length > 0;
        if (second && !context.holds(CORE_DNS_FACTS.severalForwards)) {
          return refuse(
            "this plugin can only be used once per Server Block before CoreDNS 1.9.4",
            words.token,
          );
        }
        const upstream = readUpstream(words, context);
        if ("refused" in upstream) return upstream;
        for (const to of upstream.to) {
          const refusal = check(to, context);
          if (refusal !== undefined) return refusal;
        }
        upstreams.push(upstream);
      }
      return (question, next) => {
        for (const upstream of upstreams) {
          context.budget.spend("corefileSteps");
          if (upstream.unknown) return hidden(upstream);
          const { from, except } = upstream;
          // `except` does not hold for the zone's own name.
          const excepted = question.name !== from && except.holds(question.name);
          if (isSubdomain(from, question.name) && !excepted) return passed(upstream);
        }
        return next(question);
      };
    },
  };
}

/** coredns plugin/forward/setup.go, all releases up to v1.14.7 together. */
const FORWARD_PROPERTIES = new Set(
  (
    "except max_fails health_check force_tcp prefer_udp tls tls_servername expire policy max_concurrent next " +
    "next_on_nodata failfast_all_unhealthy_upstreams failover doh_method max_age max_connect_attempts " +
    "max_idle_conns read_timeout resolver source_address"
  ).split(" "),
);

function readUpstream(words: Dispenser, context: SetupContext): Upstream | Refusal {
  const name = words.token!;
  if (!words.nextArgument()) return wrongArguments(words);
  const from = words.token!;
  const to = words.remaining();
  if (to.length === 0) return wrongArguments(words);
  const zone = zonesOfArgument(from.text)[0];
  if (zone === undefined) return refuse(`unable to normalize '${from.text}'`, from);
  const except: Token[] = [];
  while (words.nextInBlock()) {
    const property = words.token!;
    const args = words.remaining();
    if (name.text === "forward" && !FORWARD_PROPERTIES.has(property.text)) {
      return refuse(`unknown property '${property.text}'`, property);
    }
    if (property.text !== "except") continue;
    if (args.length === 0) return wrongArguments(words);
    for (const arg of args) except.push(arg);
  }
  return {
    name,
    from: zone,
    to,
    told: inWords(texts(to)),
    except: zonesOr([...texts(except)], NOWHERE, context.budget),
    unknown: [from, ...except].some((token) => token.unknownEnv !== undefined),
  };
}

function* texts(tokens: readonly Token[]): Iterable<string> {
  for (const { text } of tokens) yield text;
}

/** CoreDNS takes addresses and resolv.conf-like files; a host name keeps it from starting. */
function checkAddress(to: Token, context: SetupContext): Refusal | undefined {
  if (to.unknownEnv !== undefined || to.text.includes("__PILLAR__")) return undefined;
  const scheme = /^(\w+):\/\//.exec(to.text)?.[1];
  const https = scheme === "https" && context.holds(CORE_DNS_FACTS.httpsUpstreams);
  if (scheme !== undefined && scheme !== "dns" && scheme !== "tls" && !https) {
    return refuse(`'${scheme}' is not supported as a destination protocol in forward: ${to.text}`, to);
  }
  const host = to.text.slice(scheme === undefined ? 0 : scheme.length + 3);
  if (host.includes("/") || host === "") return undefined;
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/^([^:]*):[^:]*$/, "$1");
  if (isIP(address.replace(/%[^%]*$/, "")) !== 0) return undefined;
  return refuse(`not an IP address or file: "${host}"`, to);
}

function passed(upstream: Upstream): Reply {
  const { told } = upstream;
  const because = `${upstream.name.text} ${upstream.from} hands it to ${told}`;
  return { kind: "passed-on", because, detail: told, at: placeOf(upstream.name) };
}

function hidden(upstream: Upstream): Reply {
  const because = `${upstream.name.text} depends on environment variables that are not known`;
  return { kind: "unknown", because, at: placeOf(upstream.name) };
}

/** coredns/alternate (once called fallback): hands a question to others where the rest failed. */
export function alternatePlugin(name: "alternate" | "fallback"): Plugin {
  return {
    name,
    setup(words, { budget }) {
      const rules: { readonly token: Token; readonly codes: readonly string[]; readonly to: string }[] = [];
      while (words.next()) {
        const token = words.token!;
        const args = words.remaining().map(({ text }) => text);
        while (words.nextInBlock()) words.remaining();
        const start = args[0] === "original" ? 1 : 0;
        const codes = args[start]?.toUpperCase().split(",") ?? [];
        rules.push({ token, codes, to: inWords(args.slice(start + 2)) });
      }
      return (question, next) => {
        const reply = next(question);
        const code = reply.kind === "NODATA" || reply.kind === "address" ? "NOERROR" : reply.kind;
        budget.spend("corefileSteps", rules.length);
        const rule = rules.find(({ codes }) => codes.includes(code));
        if (rule === undefined) return reply;
        const because = `${name} hands a ${code} to ${rule.to}`;
        return { kind: "passed-on", because, detail: rule.to, at: placeOf(rule.token) };
      };
    },
  };
}
