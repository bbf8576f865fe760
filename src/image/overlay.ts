/** Lays the facts of layers over each other as a container runtime lays the layers. Must not read anything. */
import type { FileFact, Fill, LayerEntry, LayerFacts } from "../model/layer-facts.ts";
import type { LayerRef } from "../model/image-profile.ts";
import type { FileView, Looked } from "./file-view.ts";
import type { Budget } from "../model/budget.ts";
import { DEFAULT_LIMITS, imageBudget, type Limits, limitReached } from "./limits.ts";
import { NONE, type NodeId, PathTree, ROOT } from "./path-tree.ts";

/** One layer as it goes into the overlay: its facts, or nothing when it could not be read. */
export interface OverlayLayer {
  readonly ref: LayerRef;
  readonly facts?: LayerFacts;
}

/** A file that is visible in the end and taught something or can be executed. */
export interface VisibleFile {
  /** Absolute. */
  readonly path: string;
  readonly executable: boolean;
  readonly facts: readonly FileFact[];
  readonly layer: LayerRef;
}

/** What a path is, besides a folder. `plain` taught nothing. */
type Content =
  | { readonly type: "file"; readonly executable: boolean; readonly facts: readonly FileFact[] }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "unknown"; readonly because: string }
  | { readonly type: "plain" };

const PLAIN: Content = { type: "plain" };

/** What may be in a folder, or below it, besides. */
interface Filled extends Omit<Fill, "folder"> {
  readonly layer: number;
}

/** Where a path leads. */
interface Walked {
  readonly node?: NodeId;
  /** The names on the way, links followed. */
  readonly real: readonly string[];
  /** The lowest layer among the links that were followed. */
  readonly through: number;
  /** What may be there, of the nearest folder on the way that says so. */
  readonly fill?: Filled;
  /** Why a part of the way is not known: what is below that is not, either. */
  readonly barred?: string;
}

/** A folder that exists, and the lowest layer among the links that led there. */
interface Folder {
  readonly node: NodeId;
  readonly through: number;
}

/** Part of an image on its way into another. */
export interface Planted extends Pick<LayerFacts, "entries"> {
  /** As a layer's names, each a text. */
  readonly names: readonly string[];
  readonly fills: readonly Fill[];
}

/** As the kernel counts symbolic links on the way to one file (path_resolution(7), ELOOP). */
const MOST_LINKS = 40;

const SLASH = 0x2f;

/** The visible file system of an image: every path, with what its file taught. */
export class Overlay implements FileView {
  readonly #layers: OverlayLayer[];
  readonly #limits: Limits;
  readonly #linkBytes: Budget;
  /** A node's layer is the one that it comes from, a lower one where an unreadable layer makes that doubtful. */
  readonly #tree: PathTree<Content>;
  readonly #fills = new Map<NodeId, Filled>();
  /** Index of the topmost layer that could not be read, or -1. */
  readonly #unread: number;

  /** Base first. Throws MuslgateError (`limit`) where there are more paths, or links lead further, than allowed. */
  constructor(layers: readonly OverlayLayer[], limits: Limits = DEFAULT_LIMITS) {
    this.#layers = [...layers];
    this.#limits = limits;
    this.#linkBytes = imageBudget(
      "linkBytes",
      limits,
      "the symbolic links on the way to its files have together",
    );
    const names = layers.reduce((sum, { facts }) => sum + (facts?.names.ends.length ?? 0), 0);
    this.#tree = new PathTree(PLAIN, layers.length, names);
    this.#unread = layers.findLastIndex(({ facts }) => facts === undefined);
    for (const [index, { facts }] of layers.entries()) if (facts !== undefined) this.#apply(facts, index);
  }

  /** False when a layer could not be read: what is absent is then unknown. */
  get complete(): boolean {
    return this.#unread === -1;
  }

  /** Lays one more layer over the others. Throws as the constructor does. */
  add(ref: LayerRef, facts: LayerFacts): void {
    if (this.#layers.at(-1)?.ref !== ref) this.#layers.push({ ref, facts });
    this.#apply(facts, this.#layers.length - 1);
  }

  /** Every visible file that taught something or can be executed. */
  *files(): Generator<VisibleFile, void> {
    const tree = this.#tree;
    const open = [ROOT];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const content = tree.content(node);
      if (content?.type === "file") {
        const { executable, facts } = content;
        yield { path: tree.path(node), executable, facts, layer: this.#ref(tree.layer(node)) };
      }
      for (let child = tree.firstIn(node); child !== NONE; child = tree.nextTo(child))
        if (tree.content(child) !== PLAIN) open.push(child);
    }
  }

  /** What an absolute path is, links followed. Throws MuslgateError (`limit`) where links lead further than allowed. */
  lookup(path: string): Looked {
    const found = this.#walk(path.split("/"), true);
    if (found === "loop") return { kind: "missing" };
    if (!this.#isSure(found)) {
      return {
        kind: "unknown",
        because: `layer ${this.#unread + 1} of ${this.#layers.length} could not be read`,
      };
    }
    const { node, real, fill, barred } = found;
    if (node === undefined) {
      if (barred !== undefined) return { kind: "unknown", because: barred };
      const at = `/${real.join("/")}`;
      if (fill === undefined) return { kind: "missing", path: at };
      if (fill.replaces === true) return { kind: "unknown", because: fill.because };
      const { as, because: mayCome, layer } = fill;
      const mayBe = as && {
        kind: "file" as const,
        path: at,
        layer: this.#ref(layer),
        ...as,
      };
      return { kind: "missing", path: at, mayCome, mayBe };
    }
    const content = this.#tree.content(node);
    if (content === undefined || content.type === "symlink") return { kind: "folder" };
    if (content.type === "unknown") return { kind: "unknown", because: content.because };
    const where = { path: `/${real.join("/")}`, layer: this.#ref(this.#tree.layer(node)) };
    if (content.type === "plain") return { kind: "plain", ...where };
    return { kind: "file", executable: content.executable, facts: content.facts, ...where };
  }

  /** Whether a path is a symbolic link itself, as far as layers could be read. */
  isLink(path: string): boolean {
    const found = this.#walk(path.split("/"), false);
    return found !== "loop" && this.#contentOf(found.node)?.type === "symlink";
  }

  /** The names in a folder, links followed; nothing where a layer could not be read. */
  names(folder: string): readonly string[] | undefined {
    if (!this.complete) return undefined;
    const found = this.#walk(folder.split("/"), true);
    if (found === "loop") return [];
    if (found.barred !== undefined || this.#contentOf(found.node)?.type === "unknown") return undefined;
    // What may come anywhere is taken to stay out of folders whose files are looked for.
    if (found.fill !== undefined && found.fill !== this.#fills.get(ROOT)) return undefined;
    return this.#namesIn(found.node);
  }

  /** The names in a folder that are known, where others may come to be there. */
  knownNames(folder: string): readonly string[] {
    const found = this.#walk(folder.split("/"), true);
    return found === "loop" ? [] : this.#namesIn(found.node);
  }

  /**
   * What stands at a path and below it, as a layer that lays it into the folder `to` of another image; a link at its end
   * is followed. Nothing where it is not there. `origins` gets the layers that it comes from; `budget` counts paths.
   */
  subtree(path: string, to: string, budget: Budget, origins: Set<LayerRef>): Planted | undefined {
    const found = this.#walk(path.split("/"), true);
    if (found === "loop" || found.node === undefined) return undefined;
    const tree = this.#tree;
    const isFolder = tree.content(found.node) === undefined;
    const names: string[] = [];
    const entries: [number, LayerEntry][] = [];
    const fills: Fill[] = [];
    if (found.fill !== undefined && isFolder) fills.push({ ...found.fill, folder: to });
    if (!this.complete && isFolder)
      fills.push({ folder: to, because: "a layer that could not be read may have it" });
    const open: [string, NodeId][] = [[to, found.node]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [name, node] = next;
      // A copy is kept, and its name with it.
      budget.spend(8 + (name.length >> 3));
      const content = tree.content(node);
      if (content === undefined) {
        names.push(`/${name}`);
        const fill = this.#fills.get(node);
        if (fill !== undefined && name !== to) fills.push({ ...fill, folder: name });
        for (let child = tree.firstIn(node); child !== NONE; child = tree.nextTo(child))
          open.push([name === "" ? tree.name(child) : `${name}/${tree.name(child)}`, child]);
        continue;
      }
      const layer = tree.layer(node);
      if (content.type === "file" && layer < this.#layers.length) origins.add(this.#ref(layer));
      const at = names.push(name) - 1;
      if (content.type === "file") entries.push([at, { ...content, size: 0 }]);
      else if (content.type !== "plain") entries.push([at, content]);
    }
    if (fills.length > 0 && found.fill !== undefined) origins.add(this.#ref(found.fill.layer));
    return { names, entries, fills };
  }

  #contentOf(node: NodeId | undefined): Content | undefined {
    return node === undefined ? undefined : this.#tree.content(node);
  }

  #namesIn(folder: NodeId | undefined): string[] {
    const names: string[] = [];
    if (folder === undefined) return names;
    for (let child = this.#tree.firstIn(folder); child !== NONE; child = this.#tree.nextTo(child))
      names.push(this.#tree.name(child));
    return names;
  }

  /** Whether the layer that could not be read lies below everything that led there. */
  #isSure({ node, through }: Walked): boolean {
    return this.complete || (node !== undefined && Math.min(this.#tree.layer(node), through) >= this.#unread);
  }

  #ref(index: number): LayerRef {
    return (this.#layers[Math.max(index, 0)] as OverlayLayer).ref;
  }

  /** In the order of the tar, as runtimes unpack it. */
  #apply({ names, entries, whiteouts, opaque, fills = [] }: LayerFacts, layer: number): void {
    // Whiteouts and opaque folders speak of lower layers only: they go before the layer's own content.
    for (const path of whiteouts) this.#remove(path);
    for (const path of opaque) {
      const found = this.#walk(path.split("/"), true);
      if (found !== "loop" && found.node !== undefined) this.#tree.empty(found.node);
    }
    const { ends } = names;
    const bytes = bufferOf(names.bytes);
    // Most names follow another of the same folder.
    let last: Span | undefined;
    let folder: Folder | undefined;
    let next = 0;
    for (let index = 0, start = 0, end = 0; index < ends.length; index++, start = end) {
      end = ends[index] as number;
      if (bytes[start] === SLASH) {
        folder = this.#folderAt(bytes, start + 1, end, layer, false);
        last = folder?.through === Number.POSITIVE_INFINITY ? { start: start + 1, end } : undefined;
        continue;
      }
      const base = baseOf(bytes, start, end);
      const parent = Math.max(start, base - 1);
      if (last === undefined || !isSame(bytes, last, start, parent)) {
        last = { start, end: parent };
        folder = this.#folderAt(bytes, start, parent, layer, true);
      }
      const entry = entries[next]?.[0] === index ? entries[next++]?.[1] : undefined;
      if (folder === undefined) continue;
      let from = layer;
      let content: Content = PLAIN;
      if (entry?.type === "hardlink") ({ content, from } = this.#linked(entry.target, layer));
      else if (entry !== undefined) content = entry;
      // Through a link that an unreadable layer may have replaced, it may be somewhere else.
      if (layer > this.#unread && folder.through < this.#unread) from = folder.through;
      this.#put(folder.node, bytes, base, end, content, from);
    }
    for (const { folder: path, because, replaces, as } of fills) {
      const found = this.#within(path, layer, true);
      if (found === undefined) continue;
      if (replaces === true) this.#tree.empty(found.node);
      this.#fills.set(found.node, { because, replaces, as, layer });
    }
  }

  /** What a hard link shares, and the layer that it comes from. */
  #linked(target: string, layer: number): { content: Content; from: number } {
    const found = this.#walk(target.split("/"), false);
    const content = (found === "loop" ? undefined : this.#contentOf(found.node)) ?? PLAIN;
    const sure = layer < this.#unread || (found !== "loop" && this.#isSure(found));
    return { content, from: sure ? layer : -1 };
  }

  #put(
    folder: NodeId,
    bytes: Uint8Array,
    start: number,
    end: number,
    content: Content | undefined,
    layer: number,
  ): NodeId {
    const node = this.#tree.put(folder, bytes, start, end, content, layer);
    if (this.#fills.size > 0) this.#fills.delete(node);
    const most = this.#limits.layerEntries;
    if (this.#tree.added > most)
      throw limitReached("layerEntries", this.#limits, `the image has more than ${most} paths`);
    return node;
  }

  #remove(path: string): void {
    const parts = path.split("/");
    const name = parts.pop() as string;
    const found = this.#walk(parts, true);
    const node = found === "loop" || found.node === undefined ? NONE : this.#child(found.node, name);
    if (node !== NONE) this.#tree.remove(node);
  }

  #child(folder: NodeId, name: string): NodeId {
    const bytes = Buffer.from(name);
    return this.#tree.child(folder, bytes, 0, bytes.length);
  }

  /** As `#within`, of a path that is part of `bytes`. */
  #folderAt(
    bytes: Buffer,
    start: number,
    end: number,
    layer: number,
    followLast: boolean,
  ): Folder | undefined {
    const node = this.#plainFolder(bytes, start, end, layer);
    if (node !== NONE) return { node, through: Number.POSITIVE_INFINITY };
    return this.#within(bytes.toString("utf8", start, end), layer, followLast);
  }

  /** As `#folderAt` where all on the way are folders or missing, which most are; NONE where it takes more to tell. */
  #plainFolder(bytes: Uint8Array, start: number, end: number, layer: number): NodeId {
    let node = ROOT;
    while (start < end) {
      let stop = start;
      while (stop < end && bytes[stop] !== SLASH) stop++;
      let child = this.#tree.child(node, bytes, start, stop);
      if (child === NONE) {
        if (isOdd(bytes, start, stop)) return NONE;
        child = this.#put(node, bytes, start, stop, undefined, layer);
      } else if (this.#tree.content(child) !== undefined) return NONE;
      node = child;
      start = stop + 1;
    }
    return node;
  }

  /**
   * The folder a layer's entry names: links on the way are followed, as runtimes unpack; the last is where `followLast`,
   * else it is replaced. What is missing or in the way becomes a folder. Nothing where links go round in circles.
   */
  #within(path: string, layer: number, followLast: boolean): Folder | undefined {
    const found = this.#walk(path.split("/"), followLast, layer);
    return found === "loop" ? undefined : (found as Folder);
  }

  /** With `create`, everything on the way becomes a folder of that layer unless it is one. */
  #walk(path: readonly string[], followLast: boolean, create?: number): Walked | "loop" {
    const todo = path.filter((part) => part !== "" && part !== ".").reverse();
    let real: string[] = [];
    let nodes: (NodeId | undefined)[] = [ROOT];
    let links = 0;
    let through = Number.POSITIVE_INFINITY;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      const parent = nodes.at(-1);
      if (part === "..") {
        if (this.#contentOf(parent) !== undefined) return { real, through };
        real.pop();
        if (nodes.length > 1) nodes.pop();
        continue;
      }
      const child = parent === undefined ? NONE : this.#child(parent, part);
      let node = child === NONE ? undefined : child;
      const content = this.#contentOf(node);
      if (node !== undefined && content?.type === "symlink" && (todo.length > 0 || followLast)) {
        if (++links > MOST_LINKS) return "loop";
        through = Math.min(through, this.#tree.layer(node));
        const { target } = content;
        if (target.startsWith("/")) {
          real = [];
          nodes = [ROOT];
        }
        const parts = target.split("/").filter((one) => one !== "" && one !== ".");
        this.#linkBytes.spend(target.length);
        todo.push(...parts.reverse());
        continue;
      }
      if (create !== undefined && parent !== undefined && (node === undefined || content !== undefined)) {
        const name = Buffer.from(part);
        node = this.#put(parent, name, 0, name.length, undefined, create);
        // Beside what comes into it now, there is what was not known of it.
        if (content?.type === "unknown")
          this.#fills.set(node, { because: content.because, replaces: true, layer: create });
      }
      real.push(part);
      nodes.push(node);
    }
    const node = nodes.at(-1);
    const contents = node === undefined ? nodes.map((one) => this.#contentOf(one)) : [];
    const bar = contents.findLast((content) => content?.type === "unknown");
    const barred = bar?.type === "unknown" ? bar.because : undefined;
    return { node, real, through, fill: this.#nearestFill(nodes), barred };
  }

  #nearestFill(nodes: readonly (NodeId | undefined)[]): Filled | undefined {
    if (this.#fills.size === 0) return undefined;
    const filled = nodes.findLast((one) => one !== undefined && this.#fills.has(one));
    return filled === undefined ? undefined : this.#fills.get(filled);
  }
}

/** Part of a layer's bytes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Where the last part of a path begins. */
function baseOf(bytes: Uint8Array, start: number, end: number): number {
  let base = end;
  while (base > start && bytes[base - 1] !== SLASH) base--;
  return base;
}

/** Whether a part of the bytes is the same as another. Neighbours differ at their ends. */
function isSame(bytes: Uint8Array, { start, end }: Span, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let i = end - 1, j = otherEnd - 1; i >= start; i--, j--) if (bytes[i] !== bytes[j]) return false;
  return true;
}

/** Whether a part of a path is empty, `.` or `..`. */
function isOdd(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return (
    length === 0 || (bytes[start] === 0x2e && (length === 1 || (length === 2 && bytes[start + 1] === 0x2e)))
  );
}
