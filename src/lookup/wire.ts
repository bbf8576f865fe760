/** How long names and answers are as DNS sends them (RFC 1035). Must not make messages. */
import { isIPv6 } from "node:net";
import type { QueryType } from "../model/dns.ts";
import type { Reply } from "./question.ts";

/** The type of the record that holds an address. */
export function typeOf(address: string): QueryType {
  // Node makes its pattern for IPv6 when it is first asked, which takes longer than a lookup.
  return address.includes(":") && isIPv6(address) ? "AAAA" : "A";
}

/** Where a record ends: a pointer, type, class, lifetime, length and the address. */
const RECORD = { A: 2 + 10 + 4, AAAA: 2 + 10 + 16 } as const;

/** The addresses of an answer that a resolver reads which keeps so many bytes of it. */
export function addressesWithin(
  reply: Reply,
  name: string,
  bytes: number,
  over: "udp" | "tcp",
): readonly string[] {
  const sent = over === "udp" ? reply.addresses.slice(0, reply.udp) : reply.addresses;
  // The header, and the question: a length before each label, and the root.
  let end = 12 + name.length + 2 + 4;
  const whole: string[] = [];
  for (const address of sent) {
    end += RECORD[typeOf(address)];
    if (end > bytes) break;
    whole.push(address);
  }
  return whole;
}
