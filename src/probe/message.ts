/** Writes the question musl sends and reads what it reads of a reply (RFC 1035 section 4). Must not trust a length or follow a pointer. */
import type { QueryType } from "../model/dns.ts";
import type { ProbedAddress } from "../model/probe.ts";

const TYPES: Readonly<Record<QueryType, number>> = { A: 1, AAAA: 28 };
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** Bytes of the header. */
const HEADER = 12;

/** What a reply says. */
export interface Message {
  readonly id: number;
  /** `NXDOMAIN`; `RCODE9` for a code without a common name. */
  readonly rcode: string;
  readonly truncated: boolean;
  /** The answer section's address records, up to where it breaks off. */
  readonly addresses: readonly ProbedAddress[];
}

/** The labels of a name in wire form, root label included; nothing when it is no domain name. */
function encodeName(name: string): Buffer | undefined {
  const labels = name === "." ? [] : name.replace(/\.$/, "").split(".");
  const parts: Buffer[] = [];
  for (const label of labels) {
    if (!/^[\x21-\x7e]{1,63}$/.test(label)) return undefined;
    parts.push(Buffer.from([label.length]), Buffer.from(label, "latin1"));
  }
  const encoded = Buffer.concat([...parts, Buffer.from([0])]);
  return encoded.length > 255 ? undefined : encoded;
}

/** The question as musl's getaddrinfo sends it: recursion desired, no other flag, no EDNS. Nothing when `name` is no domain name. */
export function encodeQuestion(id: number, name: string, type: QueryType): Buffer | undefined {
  const encoded = encodeName(name);
  if (encoded === undefined) return undefined;
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(TYPES[type], 0);
  tail.writeUInt16BE(1, 2);
  return Buffer.concat([header, encoded, tail]);
}

/** Reads a reply; nothing when it is too short to carry a code. What is broken behind the header is left out. */
export function decodeReply(bytes: Buffer): Message | undefined {
  if (bytes.length < 4) return undefined;
  const code = bytes[3]! & 15;
  return {
    id: bytes.readUInt16BE(0),
    rcode: RCODES[code] ?? `RCODE${code}`,
    truncated: (bytes[2]! & 2) !== 0,
    addresses: code === 0 ? addressesOf(bytes) : [],
  };
}

function addressesOf(bytes: Buffer): ProbedAddress[] {
  const addresses: ProbedAddress[] = [];
  if (bytes.length < HEADER) return addresses;
  let at: number | undefined = HEADER;
  for (let questions = bytes.readUInt16BE(4); questions > 0; questions--) {
    at = afterName(bytes, at);
    if (at === undefined) return addresses;
    at += 4;
  }
  for (let records = bytes.readUInt16BE(6); records > 0; records--) {
    at = afterName(bytes, at);
    if (at === undefined || at + 10 > bytes.length) return addresses;
    const type = bytes.readUInt16BE(at);
    const data = at + 10;
    const end = data + bytes.readUInt16BE(at + 8);
    if (end > bytes.length) return addresses;
    if (type === TYPES.A && end - data === 4) {
      addresses.push({ type: "A", text: bytes.subarray(data, end).join(".") });
    } else if (type === TYPES.AAAA && end - data === 16) {
      addresses.push({ type: "AAAA", text: ipv6Text(bytes.subarray(data, end)) });
    }
    at = end;
  }
  return addresses;
}

/** Where a name ends; a pointer ends it, and where it points does not matter here. */
function afterName(bytes: Buffer, start: number): number | undefined {
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at]!;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
  return undefined;
}

/** As RFC 5952 has it, which is how URLs write it. */
function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
