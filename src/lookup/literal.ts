/** Reads addresses as inet_aton and inet_pton do. Must not resolve anything. */
import { isIPv4, isIPv6 } from "node:net";

/** An address with its family. */
export interface Literal {
  readonly family: "inet" | "inet6";
  /** As inet_ntop writes it. */
  readonly text: string;
}

/** `10.1`, `0x7f.1` and `1` are addresses too (musl inet_aton.c, glibc inet_addr.c); so is what has a scope. */
export function literal(text: string): Literal | undefined {
  const v4 = inetAton(text);
  if (v4 !== undefined) return { family: "inet", text: v4 };
  return ipv6(text.replace(/%.*$/s, ""));
}

/** Four decimal numbers or an IPv6 address, and nothing else (inet_pton). */
export function strictLiteral(text: string): Literal | undefined {
  return isIPv4(text) ? { family: "inet", text } : ipv6(text.includes("%") ? "" : text);
}

function ipv6(text: string): Literal | undefined {
  // Node makes its pattern for IPv6 when it is first asked: names are not worth that.
  return text.includes(":") && isIPv6(text) ? { family: "inet6", text: plainAddress(text) } : undefined;
}

/** One spelling for an IPv6 address; others as they are. */
export function plainAddress(text: string): string {
  return text.includes(":") && isIPv6(text) && !text.includes("%")
    ? new URL(`http://[${text}]`).hostname.slice(1, -1)
    : text;
}

function inetAton(text: string): string | undefined {
  const parts = text.split(".");
  if (
    parts.length > 4 ||
    !parts.every((part) => /^(?:0x[\da-f]{1,12}|0[0-7]{0,12}|[1-9]\d{0,12})$/i.test(part))
  )
    return undefined;
  const numbers = parts.map((part) => (/^0[0-7]/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop()!;
  const room = 4 - numbers.length;
  if (last >= 256 ** room || numbers.some((number) => number > 255)) return undefined;
  const tail = Array.from({ length: room }, (_, i) => Math.floor(last / 256 ** (room - 1 - i)) % 256);
  return [...numbers, ...tail].join(".");
}
