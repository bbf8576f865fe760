/** Writes layers that have a table of contents, after the formats' own documents. Must not be used by src. */
import type { Digest } from "../../src/model/digest.ts";
import { gzipSync } from "node:zlib";
import { digestOf } from "./faulty-registry.ts";
import { type Member, makeTar } from "./tar.ts";

/** One element of a table's `entries`; a test may put anything there. */
export type TableItem = Record<string, unknown>;

/** A layer as it would be pushed. */
export interface TabledLayer {
  readonly stored: Buffer;
  readonly tar: Buffer;
  readonly diffId: Digest;
  readonly annotations: Record<string, string>;
  /** Where the table is stored. */
  readonly table: { readonly from: number; readonly to: number };
  readonly items: readonly TableItem[];
}

/** What a test wants otherwise. */
export interface Changes {
  /** The most bytes of a body in one eStargz member. */
  readonly chunkSize?: number;
  /** How hard eStargz members are compressed: 0 is fast. */
  readonly level?: number;
  /** Changes the table before it is written: its digest is that of what is written. */
  readonly items?: (items: TableItem[]) => unknown;
  readonly version?: unknown;
  /** Changes an eStargz footer. */
  readonly footer?: (footer: Buffer) => Buffer;
}

const TYPES: Record<string, string> = {
  file: "reg",
  directory: "dir",
  symlink: "symlink",
  link: "hardlink",
  "character-device": "char",
  "block-device": "block",
  fifo: "fifo",
};

/** A member's header blocks, body and padding, and its line of the table without the body's place. */
async function split(member: Member) {
  const whole = (await makeTar([member])).subarray(0, -1024);
  const body = Buffer.from(member.body ?? "");
  const padded = Math.ceil(body.length / 512) * 512;
  const type = member.type ?? (member.body === undefined ? "directory" : "file");
  const item: TableItem = {
    type: TYPES[type],
    name: member.name,
    mode: member.mode ?? (type === "directory" ? 0o755 : 0o644),
    modtime: "2022-08-09T09:01:58Z",
    ...(member.linkname === undefined ? {} : { linkName: member.linkname }),
    ...(body.length > 0 ? { size: body.length, digest: digestOf(body) } : {}),
  };
  const header = whole.subarray(0, whole.length - padded);
  return { header, body, padding: whole.subarray(header.length + body.length), item };
}

/** stargz-snapshotter, docs/estargz.md. */
export async function writeEstargz(members: readonly Member[], changes: Changes = {}): Promise<TabledLayer> {
  const { chunkSize = 4 * 2 ** 20, level = 1 } = changes;
  const parts: Buffer[] = [];
  const tar: Buffer[] = [];
  let position = 0;
  const put = (bytes: Buffer) => {
    const packed = gzipSync(bytes, { level });
    tar.push(bytes);
    parts.push(packed);
    position += packed.length;
  };
  const items: TableItem[] = [];
  let pending: Buffer[] = [];
  for (const member of members) {
    const { header, body, padding, item } = await split(member);
    pending.push(header);
    if (body.length === 0) {
      items.push(item);
      continue;
    }
    put(Buffer.concat(pending));
    for (let at = 0; at < body.length; at += chunkSize) {
      const chunk = body.subarray(at, at + chunkSize);
      const last = at + chunkSize >= body.length;
      items.push({
        ...(at === 0 ? item : { type: "chunk", name: member.name, chunkOffset: at }),
        offset: position,
        ...(last ? {} : { chunkSize: chunk.length }),
        chunkDigest: digestOf(chunk),
      });
      put(chunk);
    }
    pending = [padding];
  }
  if (pending.some(({ length }) => length > 0)) put(Buffer.concat(pending));
  const json = toJson(items, changes);
  const from = position;
  put(await makeTar([{ name: "stargz.index.json", body: json, mode: 0o444 }]));
  const to = position;
  const offset = `${from.toString(16).padStart(16, "0")}STARGZ`;
  const footer = Buffer.concat([
    Buffer.from("1f8b08040000000000ff1a0053471600", "hex"),
    Buffer.from(offset),
    Buffer.from("010000ffff0000000000000000", "hex"),
  ]);
  parts.push(changes.footer?.(footer) ?? footer);
  const annotations = { "containerd.io/snapshot/stargz/toc.digest": digestOf(json) };
  return finish(parts, tar, annotations, { from, to }, items);
}

/** containers/storage, docs/containers-storage-zstd-chunked.md; frames are of raw blocks, which need no encoder. */
export async function writeZstdChunked(
  members: readonly Member[],
  changes: Changes = {},
): Promise<TabledLayer> {
  const parts: Buffer[] = [];
  const tar: Buffer[] = [];
  let position = 0;
  const store = (bytes: Buffer) => {
    parts.push(bytes);
    position += bytes.length;
  };
  const put = (bytes: Buffer) => {
    tar.push(bytes);
    store(rawFrame(bytes));
  };
  const items: TableItem[] = [];
  for (const member of members) {
    const { header, body, padding, item } = await split(member);
    put(header);
    if (body.length === 0) {
      items.push(item);
      continue;
    }
    const offset = position;
    put(body);
    items.push({ ...item, offset, endOffset: position });
    if (padding.length > 0) put(padding);
  }
  put(Buffer.alloc(1024));
  const json = toJson(items, changes);
  const packed = rawFrame(json);
  const from = position + 8;
  store(skippable(packed));
  const annotations = {
    "io.github.containers.zstd-chunked.manifest-checksum": digestOf(packed),
    "io.github.containers.zstd-chunked.manifest-position": `${from}:${packed.length}:${json.length}:1`,
  };
  store(skippable(Buffer.alloc(64, "footer, which annotations stand for")));
  return finish(parts, tar, annotations, { from, to: from + packed.length }, items);
}

function toJson(items: TableItem[], { items: change, version = 1 }: Changes): Buffer {
  const entries = change === undefined ? items : change(structuredClone(items));
  return Buffer.from(JSON.stringify({ version, entries }, undefined, "\t"));
}

function finish(
  parts: Buffer[],
  tars: Buffer[],
  annotations: Record<string, string>,
  table: TabledLayer["table"],
  items: TableItem[],
): TabledLayer {
  const tar = Buffer.concat(tars);
  return { stored: Buffer.concat(parts), tar, diffId: digestOf(tar), annotations, table, items };
}

/** RFC 8878: a frame of raw blocks, of 128 KiB at most each. */
function rawFrame(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [Buffer.from("28b52ffd0058", "hex")];
  const most = 128 * 1024;
  for (let at = 0; at === 0 || at < bytes.length; at += most) {
    const part = bytes.subarray(at, at + most);
    const head = Buffer.alloc(3);
    head.writeUIntLE((part.length << 3) | (at + most >= bytes.length ? 1 : 0), 0, 3);
    blocks.push(head, part);
  }
  return Buffer.concat(blocks);
}

function skippable(bytes: Buffer): Buffer {
  const head = Buffer.from("502a4d1800000000", "hex");
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}
