/** The named members of an image archive or layout, wherever they are. Must not know what they mean. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MuslgateError } from "../../model/error.ts";
import type { Blob } from "../../model/oci.ts";
import type { ArchiveMembers } from "../layer/archive.ts";
import { cleanPath } from "../layer/path.ts";
import { readPart } from "./tar-file.ts";

/** Members by name. */
export interface Members {
  /** The names there are, clean; of a folder only its own. */
  names(): Iterable<string>;
  has(name: string): boolean;
  /** A small member, whole; nothing when there is none. Throws MuslgateError (`limit`) above `maxBytes`. */
  read(name: string, maxBytes: number): Uint8Array | undefined;
  /** A member as a blob; nothing when there is none. */
  blob(name: string): Blob | undefined;
}

/** The files of a folder. */
export function folderMembers(folder: string): Members {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return {
    names: () => readdirSync(folder),
    has: (name) => size(name) !== undefined,
    read(name, maxBytes) {
      const bytes = size(name);
      return bytes === undefined ? undefined : readPart(join(folder, name), 0, bytes, maxBytes);
    },
    blob(name) {
      const bytes = size(name);
      return bytes === undefined
        ? undefined
        : { kind: "file", path: join(folder, name), offset: 0, size: bytes };
    },
  };
}

/** The members that a pass over a stream left. */
export function streamedMembers(members: ArchiveMembers): Members {
  const find = (name: string) => {
    let path = cleanPath(name);
    for (let hops = 0; hops < 16; hops++) {
      const member = members.get(path);
      if (member?.kind !== "link") return member;
      path = member.to;
    }
    return undefined;
  };
  return {
    names: () => members.keys(),
    has: (name) => find(name) !== undefined,
    read(name) {
      const member = find(name);
      if (member?.kind === "failed") throw new MuslgateError(member.code, member.message, member.hint);
      return member?.kind === "document" ? member.bytes : undefined;
    },
    blob(name) {
      const member = find(name);
      if (member === undefined) return undefined;
      return {
        kind: "read",
        facts() {
          if (member.kind === "layer") return member.facts;
          if (member.kind === "failed") throw new MuslgateError(member.code, member.message, member.hint);
          throw new MuslgateError("input", `${name} is not a layer`, "Save the image again.");
        },
      };
    },
  };
}
