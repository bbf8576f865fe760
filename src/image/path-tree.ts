/** The paths of an image as numbers in flat arrays, found by a table of hashes. Must not know what layers, links and whiteouts mean. */

/** A path that exists; the root is 0. Numbers are not used again. */
export type NodeId = number;

/** The root of every tree. */
export const ROOT: NodeId = 0;
/** Instead of a node, a folder or a place: there is none. */
export const NONE = -1;

/** Places that are looked at before a name goes into a common map, so that names made to collide cost no more than these. */
const REACH = 8;
/** What a node is, beside the index of its content. */
const FOLDER = 0;
const PLAIN = 1;
const GONE = NONE;

/**
 * A tree of names with one content a node, or none for a folder. Children keep the order in which they came. Nothing moves:
 * what a folder held before it was emptied lies under the number of a folder that nobody has any more.
 */
export class PathTree<Content> {
  readonly #contents: (Content | undefined)[];
  readonly #plain: Content;
  #nodes = 0;
  /** Of a node: the number of the folder that it lies in, the next in there, where its name ends, ... */
  #within: Int32Array;
  #next: Int32Array;
  #nameEnds: Uint32Array;
  #hashes: Int32Array;
  /** ... the number of the folder that it is, its content, and what the owner of the tree knows of it. */
  #folderOf: Int32Array;
  #kinds: Int32Array;
  #layers: Int32Array;
  #folders = 0;
  /** Of a folder: its node, and its first and last child. */
  #owners: Int32Array;
  #firsts: Int32Array;
  #lasts: Int32Array;
  #names: Buffer;
  /** A node and one at the place of its hash, or behind it; 0 where there is none. */
  #places: Int32Array;
  readonly #crowded = new Map<string, NodeId>();

  /** `plain` is the content of nodes that need none; `expected` is about how many nodes there will be. */
  constructor(plain: Content, rootLayer: number, expected: number) {
    const size = Math.max(16, Math.min(expected, 2 ** 20));
    this.#plain = plain;
    this.#contents = [undefined, plain];
    this.#within = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#nameEnds = new Uint32Array(size);
    this.#hashes = new Int32Array(size);
    this.#folderOf = new Int32Array(size);
    this.#kinds = new Int32Array(size);
    this.#layers = new Int32Array(size);
    this.#owners = new Int32Array(16);
    this.#firsts = new Int32Array(16);
    this.#lasts = new Int32Array(16);
    this.#names = Buffer.allocUnsafeSlow(16 * size);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * size)));
    this.#append(NONE, 0, Buffer.alloc(0), 0, 0);
    this.#is(ROOT, undefined, rootLayer);
  }

  /** How often a name came into a folder that had none like it. */
  get added(): number {
    return this.#nodes - 1;
  }

  /** What it is; nothing where it is a folder. */
  content(node: NodeId): Content | undefined {
    return this.#contents[this.#kinds[node] as number];
  }

  layer(node: NodeId): number {
    return this.#layers[node] as number;
  }

  /** The name in its folder. */
  name(node: NodeId): string {
    return this.#names.toString("utf8", this.#nameStart(node), this.#nameEnds[node]);
  }

  /** The names from the root to it, each after a slash; empty for the root. */
  path(node: NodeId): string {
    let path = "";
    for (let at = node; at !== ROOT; at = this.#owners[this.#within[at] as number] as number)
      path = `/${this.name(at)}${path}`;
    return path;
  }

  /** The first in a folder, or NONE. */
  firstIn(node: NodeId): NodeId {
    const folder = this.#folderOf[node] as number;
    return folder === NONE ? NONE : this.#there(this.#firsts[folder] as number);
  }

  /** The next in the same folder, or NONE. */
  nextTo(node: NodeId): NodeId {
    return this.#there(this.#next[node] as number);
  }

  /** What a folder has by that name, which is part of `bytes`; or NONE. */
  child(node: NodeId, bytes: Uint8Array, start: number, end: number): NodeId {
    const folder = this.#folderOf[node] as number;
    if (folder === NONE) return NONE;
    const found = this.#find(folder, hashOf(folder, bytes, start, end), bytes, start, end);
    return found === NONE || this.#kinds[found] === GONE ? NONE : found;
  }

  /** Puts something into a folder, in the place of what has that name. Returns its node; a folder's is empty. */
  put(
    node: NodeId,
    bytes: Uint8Array,
    start: number,
    end: number,
    content: Content | undefined,
    layer: number,
  ): NodeId {
    let folder = this.#folderOf[node] as number;
    if (folder === NONE) folder = this.#open(node);
    const hash = hashOf(folder, bytes, start, end);
    const found = this.#find(folder, hash, bytes, start, end);
    if (found !== NONE && this.#kinds[found] !== GONE) {
      this.#is(found, content, layer);
      return found;
    }
    const added = this.#append(folder, hash, bytes, start, end);
    this.#is(added, content, layer);
    const last = this.#lasts[folder] as number;
    if (last === NONE) this.#firsts[folder] = added;
    else this.#next[last] = added;
    this.#lasts[folder] = added;
    if (2 * this.#nodes > this.#places.length) this.#moveToMorePlaces();
    else this.#place(added);
    return added;
  }

  /** Takes a name out of its folder. */
  remove(node: NodeId): void {
    this.#kinds[node] = GONE;
  }

  /** Takes all out of a folder. */
  empty(node: NodeId): void {
    this.#folderOf[node] = NONE;
  }

  #is(node: NodeId, content: Content | undefined, layer: number): void {
    this.#layers[node] = layer;
    this.#folderOf[node] = NONE;
    if (content === undefined) this.#kinds[node] = FOLDER;
    else if (content === this.#plain) this.#kinds[node] = PLAIN;
    else this.#kinds[node] = this.#contents.push(content) - 1;
  }

  #there(node: NodeId): NodeId {
    while (node !== NONE && this.#kinds[node] === GONE) node = this.#next[node] as number;
    return node;
  }

  #nameStart(node: NodeId): number {
    return node === ROOT ? 0 : (this.#nameEnds[node - 1] as number);
  }

  #append(folder: number, hash: number, bytes: Uint8Array, start: number, end: number): NodeId {
    const node = this.#nodes++;
    if (node === this.#within.length) this.#growNodes();
    const at = this.#nameStart(node);
    const length = end - start;
    if (at + length > this.#names.length) {
      const names = Buffer.allocUnsafeSlow(2 * (at + length));
      this.#names.copy(names, 0, 0, at);
      this.#names = names;
    }
    const names = this.#names;
    for (let i = 0; i < length; i++) names[at + i] = bytes[start + i] as number;
    this.#nameEnds[node] = at + length;
    this.#within[node] = folder;
    this.#hashes[node] = hash;
    this.#next[node] = NONE;
    return node;
  }

  #growNodes(): void {
    this.#within = doubled(this.#within);
    this.#next = doubled(this.#next);
    this.#hashes = doubled(this.#hashes);
    this.#folderOf = doubled(this.#folderOf);
    this.#kinds = doubled(this.#kinds);
    this.#layers = doubled(this.#layers);
    const ends = new Uint32Array(2 * this.#nameEnds.length);
    ends.set(this.#nameEnds);
    this.#nameEnds = ends;
  }

  #open(node: NodeId): number {
    const folder = this.#folders++;
    if (folder === this.#owners.length) {
      this.#owners = doubled(this.#owners);
      this.#firsts = doubled(this.#firsts);
      this.#lasts = doubled(this.#lasts);
    }
    this.#owners[folder] = node;
    this.#firsts[folder] = NONE;
    this.#lasts[folder] = NONE;
    this.#folderOf[node] = folder;
    return folder;
  }

  #find(folder: number, hash: number, bytes: Uint8Array, start: number, end: number): NodeId {
    const places = this.#places;
    const mask = places.length - 1;
    for (let i = 0; i < REACH; i++) {
      const node = (places[(hash + i) & mask] as number) - 1;
      if (node === NONE) return NONE;
      if (this.#hashes[node] === hash && this.#isNamed(node, folder, bytes, start, end)) return node;
    }
    return this.#crowded.get(crowdedKey(folder, bytes, start, end)) ?? NONE;
  }

  #isNamed(node: NodeId, folder: number, bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.#nameStart(node);
    const length = end - start;
    if (this.#within[node] !== folder || (this.#nameEnds[node] as number) - at !== length) return false;
    const names = this.#names;
    for (let i = 0; i < length; i++) if (names[at + i] !== bytes[start + i]) return false;
    return true;
  }

  /** Puts a node where `#find` will look for it. What has its name and is gone makes room. */
  #place(node: NodeId): void {
    const hash = this.#hashes[node] as number;
    const folder = this.#within[node] as number;
    const start = this.#nameStart(node);
    const end = this.#nameEnds[node] as number;
    const places = this.#places;
    const mask = places.length - 1;
    for (let i = 0; i < REACH; i++) {
      const place = (hash + i) & mask;
      const other = (places[place] as number) - 1;
      const isFree =
        other === NONE ||
        (this.#hashes[other] === hash && this.#isNamed(other, folder, this.#names, start, end));
      if (!isFree) continue;
      places[place] = node + 1;
      return;
    }
    this.#crowded.set(crowdedKey(folder, this.#names, start, end), node);
  }

  #moveToMorePlaces(): void {
    this.#places = new Int32Array(2 * this.#places.length);
    this.#crowded.clear();
    // The later of two with one name is the one that is there.
    for (let node = ROOT + 1; node < this.#nodes; node++) this.#place(node);
  }
}

/** FNV-1a, begun with the folder's number. Not secret: `REACH` is what bounds names that collide. */
export function hashOf(folder: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(folder + 1, 0x9e3779b1) ^ 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function crowdedKey(folder: number, bytes: Uint8Array, start: number, end: number): string {
  return `${folder} ${Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1")}`;
}

function doubled(array: Int32Array): Int32Array {
  const more = new Int32Array(2 * array.length);
  more.set(array);
  return more;
}
