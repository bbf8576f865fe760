/** Finds the members of a tar on disk by seeking from header to header. Must not read bodies it was not asked for. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { MuslgateError } from "../../model/error.ts";
import type { Blob } from "../../model/oci.ts";
import { keptBudget } from "../layer/fact-collection.ts";
import { cleanPath } from "../layer/path.ts";
import { seekWalk } from "../layer/seek.ts";
import { type TarEntry, TarWalk } from "../layer/tar.ts";
import type { Limits } from "../limits.ts";
import type { Members } from "./members.ts";

/** A member: its bytes in the file, or the path another name stands for. */
type Member = { readonly offset: number; readonly size: number } | { readonly linkTo: string };

/** The members of one tar file by clean path; a name that comes twice is its last. */
export class TarFile implements Members {
  readonly path: string;
  readonly #members: ReadonlyMap<string, Member>;

  constructor(path: string, members: ReadonlyMap<string, Member>) {
    this.path = path;
    this.#members = members;
  }

  /** The names of all members. */
  names(): Iterable<string> {
    return this.#members.keys();
  }

  /** Whether there is such a member, links followed. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** The bytes of a member as a blob; nothing when there is none. */
  blob(name: string): Blob | undefined {
    const member = this.#find(name);
    return member && { kind: "file", path: this.path, ...member };
  }

  /** A small member, whole; nothing when there is none. Throws MuslgateError (`limit`) above `maxBytes`. */
  read(name: string, maxBytes: number): Uint8Array | undefined {
    const member = this.#find(name);
    return member && readPart(this.path, member.offset, member.size, maxBytes);
  }

  #find(name: string): { offset: number; size: number } | undefined {
    let path = cleanPath(name);
    for (let hops = 0; hops < 16; hops++) {
      const member = this.#members.get(path);
      if (member === undefined) return undefined;
      if ("offset" in member) return member;
      path = member.linkTo;
    }
    return undefined;
  }
}

/** Reads part of a file into memory. Throws MuslgateError (`limit`) above `maxBytes`. */
export function readPart(path: string, offset: number, size: number, maxBytes: number): Uint8Array {
  if (size > maxBytes) {
    throw new MuslgateError(
      "limit",
      `a document in ${path} has ${size} bytes, more than ${maxBytes} (limit documentBytes)`,
      `If you trust this image, raise the bound with the option limit: documentBytes=${2 * maxBytes}.`,
    );
  }
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const got = readSync(file, bytes, length, size - length, offset + length);
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const BLOCK = 512;
/** About what a member takes in memory besides its name. */
const MEMBER = 128;

/** Lists a tar file. Throws MuslgateError (`input`) when it is no tar, or is cut short. */
export function openTarFile(path: string, limits: Limits): TarFile {
  const { file, broken } = listTarFile(path, limits);
  if (broken !== undefined) throw broken;
  return file;
}

/** What can be listed of a tar file, and what ended the listing early. */
export function listTarFile(
  path: string,
  limits: Limits,
): { readonly file: TarFile; readonly broken?: unknown } {
  const members = new Map<string, Member>();
  const kept = keptBudget(limits);
  let header = 0;
  const walk = new TarWalk((entry) => {
    kept.spend(entry.name.length + entry.link.length + MEMBER);
    addMember(members, entry, header + BLOCK);
    return undefined;
  }, limits);
  const file = new TarFile(path, members);
  try {
    seekWalk(path, 0, statSync(path).size, walk, (position) => {
      header = position;
    });
  } catch (broken) {
    return { file, broken };
  }
  return { file };
}

function addMember(members: Map<string, Member>, entry: TarEntry, offset: number): void {
  const path = cleanPath(entry.name);
  if (entry.type === "file") members.set(path, { offset, size: entry.size });
  else if (entry.type === "hardlink") members.set(path, { linkTo: cleanPath(entry.link) });
  else if (entry.type === "symlink") {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    members.set(path, { linkTo: cleanPath(entry.link.startsWith("/") ? entry.link : folder + entry.link) });
  }
}
