/** Reads Go's build information, as `go version -m` does (Go source, debug/buildinfo). Must be total. */

import { C_CLIENT_MODULES } from "../../knowledge/go-modules.ts";

/** Starts the build information, in the first writable data of a Go program. */
export const GO_MAGIC: Buffer = Buffer.from("\xff Go buildinf:", "latin1");

/** The most bytes kept from the magic on: the module list of a very large program is some 100 KiB. */
export const GO_INFO_BYTES: number = 512 * 1024;

/** A Go program's own words. */
export interface GoBuildInfo {
  /** `go1.21.3`; for programs of Go before 1.18, which keep it elsewhere, `go1.17 or older`. */
  readonly version: string;
  /** The build setting CGO_ENABLED, written since Go 1.18. */
  readonly cgo: boolean | "unknown";
  /** Path of the main package. */
  readonly main?: string;
  /** Build tags that choose a resolver. */
  readonly tags?: readonly string[];
  /** The build setting DefaultGODEBUG (`//go:debug` in the source). */
  readonly godebug?: string;
  /** Modules in it whose C code asks for names of servers (`C_CLIENT_MODULES`), without their major version. */
  readonly clients?: readonly string[];
  /** It was built as a library for C: the program around it is not Go. */
  readonly library?: true;
}

/** Reads build information from its magic on; nothing when the bytes only look like it. */
export function readGoBuildInfo(bytes: Uint8Array): GoBuildInfo | undefined {
  const flags = bytes[15] ?? 0;
  const pointerSize = bytes[14] ?? 0;
  if (bytes.length < 34) return undefined;
  if ((flags & 2) === 0) {
    // Until Go 1.17 two pointers stand here instead of the strings.
    const plausible = flags <= 1 && (pointerSize === 4 || pointerSize === 8);
    return plausible ? { version: "go1.17 or older", cgo: "unknown" } : undefined;
  }
  const version = lengthPrefixed(bytes, 32);
  if (version === undefined || !/^(go\d|devel)/.test(version.text)) return undefined;
  // The module information is framed by 16 bytes on either side.
  const info = lengthPrefixed(bytes, version.end)?.text.slice(16) ?? "";
  const main = /^path\t(.{1,500})$/m.exec(info)?.[1];
  const cgo = /^build\tCGO_ENABLED=([01])$/m.exec(info)?.[1];
  const tags = /^build\t-tags=(.{1,2000})$/m
    .exec(info)?.[1]
    ?.split(/[, ]/)
    .filter((tag) => /^net(c?go)$/.test(tag));
  const godebug = /^build\tDefaultGODEBUG=(.{1,2000})$/m.exec(info)?.[1];
  const modules = [...info.matchAll(/^dep\t([^\t\n]{1,500}?)(?:\/v\d+|\.v\d+)?\t/gm)].map(
    ([, path = ""]) => path,
  );
  const clients = C_CLIENT_MODULES.filter((path) => modules.includes(path));
  const library = /^build\t-buildmode=c-(?:archive|shared)$/m.test(info);
  return {
    ...(library && { library }),
    version: version.text.slice(0, 100),
    cgo: cgo === undefined ? "unknown" : cgo === "1",
    ...(main !== undefined && { main }),
    ...(tags !== undefined && tags.length > 0 && { tags }),
    ...(godebug !== undefined && { godebug }),
    ...(clients.length > 0 && { clients }),
  };
}

/** A string behind its length (unsigned LEB128, at most five bytes); cut where the bytes end. */
function lengthPrefixed(bytes: Uint8Array, at: number): { text: string; end: number } | undefined {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const start = at + i + 1;
    const end = Math.min(start + length, bytes.length);
    return { text: Buffer.from(bytes.subarray(start, end)).toString("latin1"), end };
  }
  return undefined;
}
