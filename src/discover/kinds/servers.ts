/** Tells by their addresses whether servers are the cluster's DNS, and what a resolv.conf names. Must not know where they are written. */
import { isIP, isIPv6 } from "node:net";
import {
  CLOUD_RESOLVERS,
  GKE_SERVICES,
  NODE_LOCAL,
  PRIVATE_ADDRESSES,
  PUBLIC_IPV6_RESOLVERS,
} from "../../knowledge/dns-addresses.ts";

/** Whether it is the cluster's own DNS; `unknown` for an address that could be a Service's. */
export function isClusters(address: string): boolean | "unknown" {
  if (address === NODE_LOCAL || GKE_SERVICES.test(address)) return true;
  if (CLOUD_RESOLVERS.has(address)) return false;
  if (PRIVATE_ADDRESSES.test(address)) return "unknown";
  return isIPv6(address) && !PUBLIC_IPV6_RESOLVERS.has(shortest(address)) ? "unknown" : false;
}

/** The one way to write an IPv6 address (RFC 5952), which URLs have. */
function shortest(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Whether a text is an address, not a name or a template. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** What a resolv.conf says that musl heeds of whom to ask (musl, src/network/resolvconf.c); `options` choose no server. */
export interface ResolvConf {
  readonly servers: readonly string[];
  /** The last `search` or `domain`. */
  readonly searches?: readonly string[];
}

/** Reads a resolv.conf; lines that musl does not know are passed over, as it does. */
export function readResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let searches: readonly string[] | undefined;
  for (const line of text.split(/\r?\n/).slice(0, 1_000)) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === "nameserver" && rest[0] !== undefined) servers.push(rest[0]);
    if (word === "search" || word === "domain") searches = rest;
  }
  // musl heeds the first three (MAXNS).
  return { servers: servers.slice(0, 3), searches };
}

/** What a command writes into /etc/resolv.conf: nothing that counts, lines, or what cannot be told. */
export type ResolvConfEdit = "none" | "unknown" | { readonly text: string; readonly replaces: boolean };

const PATH = "/etc/resolv.conf";
/** `echo '…' >> /etc/resolv.conf`: what stands before the file. */
const ARROW = />\s*["']?$/;
/** Programs that may change a file they name; sed and its like only with `-i`. */
const CHANGES = /(?:^|[\s/])(?:tee|cp|mv|ln|install|rm|truncate|dd|mount|resolvconf)\s/;
const CHANGES_IN_PLACE = /(?:^|[\s/])(?:sed|perl|awk|gawk|ed|ex|vi)\s/;

/** What the words of a command write there, as far as it is echo or printf that does. */
export function resolvConfEdit(words: readonly string[]): ResolvConfEdit {
  const text = words.join(" ");
  if (!text.includes(PATH)) return "none";
  let lines = "";
  let replaces = false;
  for (const statement of text.split(/[;&|\n]+/)) {
    const at = statement.indexOf(PATH);
    if (at < 0) continue;
    const before = statement.slice(0, at);
    if (!ARROW.test(before)) {
      const inPlace = CHANGES_IN_PLACE.test(statement) && /\s(?:-\w*i|--in-place)/.test(statement);
      if (CHANGES.test(statement) || inPlace) return "unknown";
      continue;
    }
    const appends = />>\s*["']?$/.test(before);
    const written = echoed(before.replace(/>+\s*["']?$/, ""));
    if (written === undefined) return "unknown";
    if (!appends) {
      lines = "";
      replaces = true;
    }
    lines += `${written}\n`;
  }
  if (!replaces && !/^\s*(?:nameserver|search|domain)\b/m.test(lines)) return "none";
  return { text: lines, replaces };
}

/** What `echo` or `printf` of one word or several prints; nothing where that is only known when it runs. */
function echoed(command: string): string | undefined {
  const head = /^.*?(?:^|[\s/])(?:echo|printf)\s+(?:-[neE]+\s+)*/.exec(command)?.[0];
  if (head === undefined) return undefined;
  const text = command.slice(head.length).trim();
  const quote = /^(["'])[^"']*\1$/.exec(text)?.[1];
  if (quote === undefined && /["']/.test(text)) return undefined;
  if (quote !== "'" && /[$`]/.test(text)) return undefined;
  return (quote === undefined ? text : text.slice(1, -1)).replace(/\\n/g, "\n");
}
