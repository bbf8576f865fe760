/** Opens texts that stand in a file in another coding: base64, gzip, a data URL. Must not say where in it a line stands. */
import { gunzipSync } from "node:zlib";
import { pinnedTo, type Source } from "../../text/source.ts";

/** A ConfigMap holds 1 MiB at most. */
const MOST_BYTES = 2 ** 20;

/** What a coding says: cloud-init's `encoding` (b64, gz+b64 …), or `base64`. Nothing where it cannot be decoded. */
export function decoded(source: Source, coding: string): Source | undefined {
  if (!/^(?:text\/plain|b64|base64|gzip|gz|gz\+b(?:ase)?64|gzip\+b(?:ase)?64)$/.test(coding))
    return undefined;
  if (coding === "text/plain") return source;
  if (!/^[A-Za-z0-9+/=\s]+$/.test(source.text)) return undefined;
  return asText(Buffer.from(source.text, "base64"), source);
}

/** What a data URL holds (RFC 2397), as Ignition and machine configurations write files. */
export function ofDataUrl(source: Source): Source | undefined {
  const match = /^data:([^,]{0,200}),/.exec(source.text);
  if (match === null) return undefined;
  const body = source.text.slice(match[0].length);
  if ((match[1] ?? "").endsWith(";base64")) return asText(Buffer.from(body, "base64"), source);
  try {
    return pinnedTo(source, decodeURIComponent(body));
  } catch {
    return undefined;
  }
}

function asText(bytes: Buffer, source: Source): Source | undefined {
  try {
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    if (plain.length > MOST_BYTES) return undefined;
    return pinnedTo(source, new TextDecoder("utf-8", { fatal: true }).decode(plain));
  } catch {
    return undefined;
  }
}
