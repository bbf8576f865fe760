/** Looks a name up in the text of /etc/hosts as musl and as glibc do. Must not ask a server. */
import type { Family } from "./question.ts";
import { type Literal, literal, strictLiteral } from "./literal.ts";

/** What a file has for a name; `other-family` where it has the name for another family alone. */
export type InHosts = readonly Literal[] | "other-family" | "absent";

/** MAXADDRS (lookup.h). */
const MOST = 48;
/** `char line[512]` with its NUL: what is longer goes on as if it were another line. */
const LINE = 511;

/** As musl's name_from_hosts (lookup_name.c): by letter case, a name with white space on both sides. */
export function muslHosts(text: string, name: string, family: Family): InHosts {
  const found: Literal[] = [];
  let other = false;
  for (const piece of text.match(new RegExp(`[^\\n]{0,${LINE - 1}}\\n|[^\\n]{1,${LINE}}`, "g")) ?? []) {
    if (found.length >= MOST) break;
    const line = piece.includes("#") ? `${piece.slice(0, piece.indexOf("#"))}\n` : piece;
    if (!holds(line, name)) continue;
    const address = literal(line.slice(0, line.search(/[ \t-\r]/)));
    if (address === undefined) continue;
    if (fits(address, family)) found.push(address);
    else other = true;
  }
  if (found.length > 0) return found;
  return other ? "other-family" : "absent";
}

/** A line that ends without a break hides its last name. */
function holds(line: string, name: string): boolean {
  for (let at = line.indexOf(name, 1); at >= 0; at = line.indexOf(name, at + 1))
    if (isSpace(line[at - 1]) && isSpace(line[at + name.length])) return true;
  return false;
}

const isSpace = (letter: string | undefined): boolean => letter !== undefined && /[ \t-\r]/.test(letter);

/** As glibc's nss_files (files-hosts.c, 2.36) with `multi on`, as Debian's host.conf has it: in any letter case. */
export function glibcHosts(text: string, name: string, family: Family): InHosts {
  const wanted = name.toLowerCase();
  const lines = text.split("\n");
  const found = lines.flatMap((whole, i) => {
    // What leading white space is moved over stands at the end again, where no break does (nss_readline.c).
    const moved = i === lines.length - 1 ? whole.length - whole.trimStart().length : 0;
    const words = (moved === 0 ? whole : whole + whole.slice(-moved))
      .replace(/#.*$/s, "")
      .split(/[ \t-\r]+/)
      .filter((word) => word !== "");
    const address = forFamily(strictLiteral(words[0] ?? ""), family);
    const names = words.slice(1).map((word) => word.toLowerCase());
    return address !== undefined && names.includes(wanted) ? [address] : [];
  });
  return found.length > 0 ? found : "absent";
}

/** Where IPv4 is wanted, IPv6's loopback and mapped addresses are IPv4's. */
export function forFamily(address: Literal | undefined, family: Family): Literal | undefined {
  if (address === undefined || fits(address, family)) return address;
  if (family !== "inet") return undefined;
  if (address.text === "::1") return { family: "inet", text: "127.0.0.1" };
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address.text);
  if (mapped === null) return undefined;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return { family: "inet", text: [high >> 8, high & 255, low >> 8, low & 255].join(".") };
}

function fits(address: Literal, family: Family): boolean {
  return family === "any" || family === address.family;
}
