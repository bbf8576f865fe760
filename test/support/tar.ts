/** Builds tars for tests with the reference writer. Must not be used by src. */
import tar, { type Header } from "tar-stream";

/** One member: a body makes a file, otherwise the header says what it is. */
export type Member = Partial<Header> & { readonly name: string; readonly body?: string | Uint8Array };

/** A whole tar with its end marker. */
export async function makeTar(members: readonly Member[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { body, ...header } of members) {
    const type = header.type ?? (body === undefined ? "directory" : "file");
    pack.entry({ mode: type === "directory" ? 0o755 : 0o644, ...header, type }, Buffer.from(body ?? ""));
  }
  pack.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of pack) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

/** Bytes in pieces of a size, to find what depends on where chunks end. */
export function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
