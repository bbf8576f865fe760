/** Reads zones as CoreDNS takes them in keys and arguments: scheme, port, reverse networks. Must not know any directive. */
import { isIP, isIPv4 } from "node:net";
import type { Budget } from "./budget.ts";
import { fullyQualified, isDomainName, ZoneSet } from "./names.ts";

/** A server block's key taken apart. */
export type Key =
  | {
      readonly kind: "key";
      readonly scheme: string;
      /** With closing dots, letters as written; several for a network that is no whole octet. */
      readonly zones: readonly string[];
      readonly port: number;
    }
  | { readonly kind: "invalid"; readonly because: string };

const PORTS: Readonly<Record<string, number>> = {
  dns: 53,
  tls: 853,
  quic: 853,
  grpc: 443,
  https: 443,
  https3: 443,
  unix: 53,
};

/** A server block's key (coredns core/dnsserver/register.go, plugin/normalize.go). */
export function parseKey(text: string): Key {
  const [scheme, rest] = splitScheme(text);
  const split = splitPort(rest);
  if (typeof split === "string") return { kind: "invalid", because: split };
  return { kind: "key", scheme, zones: split.zones, port: split.port ?? PORTS[scheme] ?? 53 };
}

/** The zones an argument names, lower-case with closing dots; none when it is not a zone, as CoreDNS ignores those. */
export function zonesOfArgument(text: string): readonly string[] {
  const split = splitPort(splitScheme(text)[1]);
  return typeof split === "string" ? [] : split.zones.map((zone) => zone.toLowerCase());
}

/** The zones of a directive's arguments, or others where it has none. Throws OverBudget. */
export function zonesOr(args: readonly string[], others: ZoneSet, budget: Budget): ZoneSet {
  if (args.length === 0) return others;
  const found = new Set<string>();
  for (const arg of args) {
    const zones = zonesOfArgument(arg);
    budget.spend("corefileZones", zones.length);
    for (const zone of zones) found.add(zone);
  }
  return new ZoneSet(found);
}

function splitScheme(text: string): [string, string] {
  const match = /^(tls|dns|quic|grpc|https3|https|unix):\/\//.exec(text);
  return match === null ? ["dns", text] : [match[1]!, text.slice(match[0].length)];
}

/** Zones and port, or why they are refused, in CoreDNS's words. */
function splitPort(text: string): { zones: readonly string[]; port?: number } | string {
  const colon = text.lastIndexOf(":");
  if (text !== "" && colon === text.length - 1) return `expecting data after last colon: "${text}"`;
  const digits = colon === -1 ? undefined : /^[+-]?\d{1,9}$/.exec(text.slice(colon + 1))?.[0];
  const name = digits === undefined ? text : text.slice(0, colon);
  if (name.length > 255) return `specified zone is too long: ${name.length} > 255`;
  if (!isDomainName(name)) return `zone is not a valid domain name: ${name}`;
  const zones = reverseZones(name) ?? [fullyQualified(name)];
  return digits === undefined ? { zones } : { zones, port: Number(digits) };
}

/** The in-addr.arpa or ip6.arpa zones of a network; nothing when the text is none. */
function reverseZones(text: string): string[] | undefined {
  const slash = text.lastIndexOf("/");
  if (slash === -1) return undefined;
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const v4 = isIPv4(address);
  const size = Number(bits);
  if (size > (v4 ? 32 : 128)) return undefined;
  const unit = v4 ? 8 : 4;
  const labels = v4 ? address.split(".").map(Number) : nibbles(address);
  // CoreDNS splits a network that ends inside a label into those that end at one.
  const whole = Math.ceil(size / unit);
  const spare = whole * unit - size;
  const zones: string[] = [];
  for (let i = 0; i < 1 << spare; i++) {
    const kept = labels.slice(0, whole);
    if (whole > 0) {
      const last = kept[whole - 1]!;
      kept[whole - 1] = ((last >> spare) << spare) + i;
    }
    const text = kept.map((label) => label.toString(v4 ? 10 : 16)).reverse();
    zones.push(`${[...text, v4 ? "in-addr" : "ip6", "arpa"].join(".")}.`);
  }
  return zones;
}

function nibbles(address: string): number[] {
  const [head, tail] = address.split("::") as [string, string | undefined];
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...middle, ...right].flatMap((group) =>
    group
      .padStart(4, "0")
      .split("")
      .map((digit) => Number.parseInt(digit, 16)),
  );
}
