/** Reads an untrusted JSON document with bounds on its size and nesting. Must not know what the document means. */
import { MuslgateError } from "../../model/error.ts";
import { type Limits, limitReached } from "../limits.ts";

/** A JSON object of unknown content. Read it with `field`, never by `.`: it may carry any name. */
export type JsonObject = { readonly [name: string]: unknown };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Deepest nesting of brackets outside strings, up to `most`; one more than `most` when there are more. */
function nesting(bytes: Uint8Array, most: number): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (depth > most) return depth;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

/** An untrusted value as shown in a message: quoted, escaped, at most 80 characters of it. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  // JSON leaves the C1 controls and the marks of direction as they are; a terminal would obey them.
  return JSON.stringify(short).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * Parses bytes as UTF-8 JSON whose top is an object. `what` names the document in messages (`manifest`).
 * Throws MuslgateError: `limit` when it is too large or too deep, `input` when it is not such a document.
 */
export function parseDocument(bytes: Uint8Array, limits: Limits, what: string): JsonObject {
  const value = parseJson(bytes, limits, what);
  if (!isObject(value)) throw wrong(what, "the document", "an object", value);
  return value;
}

/** Parses bytes as UTF-8 JSON whose top is a list. Throws MuslgateError as `parseDocument` does. */
export function parseList(bytes: Uint8Array, limits: Limits, what: string): readonly unknown[] {
  const value = parseJson(bytes, limits, what);
  if (!Array.isArray(value)) throw wrong(what, "the document", "a list", value);
  return value;
}

function parseJson(bytes: Uint8Array, limits: Limits, what: string): unknown {
  if (bytes.length > limits.documentBytes) {
    const most = limits.documentBytes;
    throw limitReached("documentBytes", limits, `the ${what} has ${bytes.length} bytes, more than ${most}`);
  }
  if (nesting(bytes, limits.documentDepth) > limits.documentDepth) {
    const most = limits.documentDepth;
    throw limitReached("documentDepth", limits, `the ${what} nests deeper than ${most} levels`);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const start = new TextDecoder().decode(bytes.subarray(0, 40));
    throw new MuslgateError(
      "input",
      `the ${what} is not JSON; it starts with ${shown(start)}`,
      "Check that the reference leads to a container image and that nothing on the way replaced the answer.",
      cause,
    );
  }
}

/** Whether a JSON value is an object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own field; `undefined` when absent or null (Go writes empty lists and maps as null). */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** The error for a value of the wrong kind. `where` is its path in the document. */
export function wrong(what: string, where: string, wanted: string, value: unknown): MuslgateError {
  // `field` tells no null from an absent value.
  const found = value === undefined ? "absent or null" : value === null ? "null" : shown(value);
  return new MuslgateError(
    "input",
    `the ${what} is malformed: ${where} is not ${wanted} but ${found}`,
    "Rebuild or re-push the image with a current tool; if a tool wrote it so on purpose, please report it.",
  );
}

/** An optional string. Throws when it is something else. */
export function optionalString(what: string, where: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw wrong(what, where, "a string", value);
}

/** A list of strings; empty when absent. Throws when it is something else. */
export function stringList(what: string, where: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(what, where, "a list of strings", value);
  const bad = value.findIndex((item) => typeof item !== "string");
  if (bad >= 0) throw wrong(what, `${where}[${bad}]`, "a string", value[bad]);
  return value as string[];
}

/** A map of strings; empty when absent. Throws when it is something else. Any name is an own property of it. */
export function stringMap(what: string, where: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value)) throw wrong(what, where, "a map of strings", value);
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  const bad = entries.find(([, item]) => typeof item !== "string");
  if (bad) throw wrong(what, `${where}[${shown(bad[0])}]`, "a string", bad[1]);
  return Object.fromEntries(entries as [string, string][]);
}
