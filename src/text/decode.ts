/** Turns a file's bytes into text: UTF-8 or UTF-16. Must not guess at any other encoding, nor read a file. */

/** The text without its byte order mark, or a clause on why there is none. */
export type Decoded = { readonly text: string } | { readonly problem: string };

/**
 * Decodes a file as YAML 1.2 tells the encodings apart (yaml.org, 5.2 Character Encodings): by the byte order mark,
 * else by the NULs beside the first letter. What does not decode, or holds a NUL then, is no text. Never throws.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const { encoding, skip } = encodingOf(bytes);
  try {
    const text = DECODERS[encoding].decode(bytes.subarray(skip));
    return text.includes("\0") ? { problem: NO_TEXT } : { text };
  } catch {
    return { problem: NO_TEXT };
  }
}

const decoder = (encoding: string) => new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
const DECODERS = {
  "utf-8": decoder("utf-8"),
  "utf-16le": decoder("utf-16le"),
  "utf-16be": decoder("utf-16be"),
};

const NO_TEXT = "it is neither UTF-8 nor UTF-16 text";

function encodingOf(bytes: Uint8Array): {
  readonly encoding: keyof typeof DECODERS;
  readonly skip: number;
} {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: "utf-8", skip: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: "utf-16be", skip: 2 };
  if (first !== 0 && second === 0) return { encoding: "utf-16le", skip: 0 };
  if (first === 0 && second !== undefined && second !== 0) return { encoding: "utf-16be", skip: 0 };
  return { encoding: "utf-8", skip: 0 };
}
