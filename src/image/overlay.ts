/** Lays the facts of layers over each other as a container runtime lays the layers. Must not read anything. */
import type { FileFact, Fill, LayerEntry, LayerFacts } from "../model/layer-facts.ts";
import type { LayerRef } from "../model/image-profile.ts";
import type { FileView, Looked } from "./file-view.ts";
import type { Budget } from "../model/budget.ts";
import { DEFAULT_LIMITS, imageBudget, type Limits, limitReached } from "./limits.ts";

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

/** A file, a link, or a folder, which has no content. What replaces it is another node: hard links share contents. */
interface Node {
  readonly content?: Content;
  /** Index of the layer that it comes from; of a lower one where an unreadable layer makes that doubtful. */
  readonly layer: number;
  children?: Map<string, Node>;
  /** What may be in the folder, or below it, besides. */
  fill?: Filled;
}

interface Filled extends Omit<Fill, "folder"> {
  readonly layer: number;
}

/** Where a path leads. */
interface Walked {
  readonly node?: Node;
  /** The names on the way, links followed. */
  readonly real: readonly string[];
  /** The lowest layer among the links that were followed. */
  readonly through: number;
  /** What may be there, of the nearest folder on the way that says so. */
  readonly fill?: Filled;
  /** Why a part of the way is not known: what is below that is not, either. */
  readonly barred?: string;
}

/** A folder that exists. */
type Folder = Walked & { readonly node: Node };

/** Part of an image on its way into another. */
export type Planted = Pick<LayerFacts, "names" | "entries"> & { readonly fills: readonly Fill[] };

/** As the kernel counts symbolic links on the way to one file (path_resolution(7), ELOOP). */
const MOST_LINKS = 40;

/** The visible file system of an image: every path, with what its file taught. */
export class Overlay implements FileView {
  readonly #layers: OverlayLayer[];
  readonly #limits: Limits;
  readonly #linkBytes: Budget;
  readonly #root: Node;
  /** Index of the topmost layer that could not be read, or -1. */
  readonly #unread: number;
  #nodes = 0;

  /** Base first. Throws MuslgateError (`limit`) where there are more paths, or links lead further, than allowed. */
  constructor(layers: readonly OverlayLayer[], limits: Limits = DEFAULT_LIMITS) {
    this.#layers = [...layers];
    this.#limits = limits;
    this.#linkBytes = imageBudget(
      "linkBytes",
      limits,
      "the symbolic links on the way to its files have together",
    );
    this.#root = { layer: layers.length };
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
    const open: [string, Node][] = [["", this.#root]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [path, node] = next;
      const { content } = node;
      if (content?.type === "file") {
        yield { path, executable: content.executable, facts: content.facts, layer: this.#ref(node.layer) };
      }
      for (const [name, child] of node.children ?? []) {
        if (child.content?.type !== "plain") open.push([`${path}/${name}`, child]);
      }
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
    const { content } = node;
    if (content === undefined || content.type === "symlink") return { kind: "folder" };
    if (content.type === "unknown") return { kind: "unknown", because: content.because };
    const where = { path: `/${real.join("/")}`, layer: this.#ref(node.layer) };
    if (content.type === "plain") return { kind: "plain", ...where };
    return { kind: "file", executable: content.executable, facts: content.facts, ...where };
  }

  /** Whether a path is a symbolic link itself, as far as layers could be read. */
  isLink(path: string): boolean {
    const found = this.#walk(path.split("/"), false);
    return found !== "loop" && found.node?.content?.type === "symlink";
  }

  /** The names in a folder, links followed; nothing where a layer could not be read. */
  names(folder: string): readonly string[] | undefined {
    if (!this.complete) return undefined;
    const found = this.#walk(folder.split("/"), true);
    if (found === "loop") return [];
    if (found.barred !== undefined || found.node?.content?.type === "unknown") return undefined;
    // What may come anywhere is taken to stay out of folders whose files are looked for.
    if (found.fill !== undefined && found.fill !== this.#root.fill) return undefined;
    return [...(found.node?.children?.keys() ?? [])];
  }

  /** The names in a folder that are known, where others may come to be there. */
  knownNames(folder: string): readonly string[] {
    const found = this.#walk(folder.split("/"), true);
    return found === "loop" ? [] : [...(found.node?.children?.keys() ?? [])];
  }

  /**
   * What stands at a path and below it, as a layer that lays it into the folder `to` of another image; a link at its end
   * is followed. Nothing where it is not there. `origins` gets the layers that it comes from; `budget` counts paths.
   */
  subtree(path: string, to: string, budget: Budget, origins: Set<LayerRef>): Planted | undefined {
    const found = this.#walk(path.split("/"), true);
    if (found === "loop" || found.node === undefined) return undefined;
    const names: string[] = [];
    const entries: [number, LayerEntry][] = [];
    const fills: Fill[] = [];
    if (found.fill !== undefined && found.node.content === undefined)
      fills.push({ ...found.fill, folder: to });
    if (!this.complete && found.node.content === undefined)
      fills.push({ folder: to, because: "a layer that could not be read may have it" });
    const open: [string, Node][] = [[to, found.node]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [name, { content, children, fill, layer }] = next;
      // A copy is kept, and its name with it.
      budget.spend(8 + (name.length >> 3));
      if (content === undefined) {
        names.push(`/${name}`);
        if (fill !== undefined && name !== to) fills.push({ ...fill, folder: name });
        for (const [child, node] of children ?? [])
          open.push([name === "" ? child : `${name}/${child}`, node]);
        continue;
      }
      if (content.type === "file" && layer < this.#layers.length) origins.add(this.#ref(layer));
      const at = names.push(name) - 1;
      if (content.type === "file") entries.push([at, { ...content, size: 0 }]);
      else if (content.type !== "plain") entries.push([at, content]);
    }
    if (fills.length > 0 && found.fill !== undefined) origins.add(this.#ref(found.fill.layer));
    return { names, entries, fills };
  }

  /** Whether the layer that could not be read lies below everything that led there. */
  #isSure({ node, through }: Walked): boolean {
    return this.complete || (node !== undefined && Math.min(node.layer, through) >= this.#unread);
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
      if (found !== "loop" && found.node !== undefined) found.node.children = undefined;
    }
    const plain: Node = { content: PLAIN, layer };
    // Most names follow another of the same folder.
    let last: string | undefined;
    let folder: Pick<Folder, "node" | "through"> | undefined;
    let next = 0;
    for (const [index, name] of names.entries()) {
      if (name.startsWith("/")) {
        const path = name.slice(1);
        if (this.#plainFolder(path, layer) === undefined) this.#within(path, layer, false);
        last = undefined;
        continue;
      }
      const slash = name.lastIndexOf("/");
      const parent = slash === -1 ? "" : name.slice(0, slash);
      if (parent !== last) folder = this.#plainFolder(parent, layer) ?? this.#within(parent, layer, true);
      last = parent;
      const entry = entries[next]?.[0] === index ? entries[next++]?.[1] : undefined;
      if (folder === undefined) continue;
      const node = entry === undefined ? plain : this.#nodeOf(entry, layer);
      // Through a link that an unreadable layer may have replaced, it may be somewhere else.
      const doubtful = layer > this.#unread && folder.through < this.#unread;
      this.#put(folder.node, name.slice(slash + 1), doubtful ? { ...node, layer: folder.through } : node);
    }
    for (const { folder: path, because, replaces, as } of fills) {
      const folder_ = this.#within(path, layer, true);
      if (folder_ === undefined) continue;
      if (replaces === true) folder_.node.children = undefined;
      folder_.node.fill = { because, replaces, as, layer };
    }
  }

  #nodeOf(entry: LayerEntry, layer: number): Node {
    if (entry.type !== "hardlink") return { content: entry, layer };
    const found = this.#walk(entry.target.split("/"), false);
    const target = found === "loop" ? undefined : found.node;
    const content = target?.content ?? PLAIN;
    const sure = layer < this.#unread || (found !== "loop" && this.#isSure(found));
    return { content, layer: sure ? layer : -1 };
  }

  #put(folder: Node, name: string, node: Node): void {
    folder.children ??= new Map();
    const before = folder.children.size;
    folder.children.set(name, node);
    this.#nodes += folder.children.size - before;
    const most = this.#limits.layerEntries;
    if (this.#nodes > most)
      throw limitReached("layerEntries", this.#limits, `the image has more than ${most} paths`);
  }

  #remove(path: string): void {
    const parts = path.split("/");
    const name = parts.pop() as string;
    const found = this.#walk(parts, true);
    if (found !== "loop") found.node?.children?.delete(name);
  }

  /** As `#within` where all on the way are folders or missing, which most are; nothing where it takes more to tell. */
  #plainFolder(path: string, layer: number): Pick<Folder, "node" | "through"> | undefined {
    let node = this.#root;
    for (let start = 0; start < path.length; ) {
      const slash = path.indexOf("/", start);
      const end = slash === -1 ? path.length : slash;
      const part = path.slice(start, end);
      let child = node.children?.get(part);
      if (child === undefined) {
        if (part === "" || part === "." || part === "..") return undefined;
        child = { layer };
        this.#put(node, part, child);
      } else if (child.content !== undefined) return undefined;
      node = child;
      start = end + 1;
    }
    return { node, through: Number.POSITIVE_INFINITY };
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
    let nodes: (Node | undefined)[] = [this.#root];
    let links = 0;
    let through = Number.POSITIVE_INFINITY;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      const parent = nodes.at(-1);
      if (part === "..") {
        if (parent?.content !== undefined) return { real, through };
        real.pop();
        if (nodes.length > 1) nodes.pop();
        continue;
      }
      let node = parent?.children?.get(part);
      if (node?.content?.type === "symlink" && (todo.length > 0 || followLast)) {
        if (++links > MOST_LINKS) return "loop";
        through = Math.min(through, node.layer);
        const { target } = node.content;
        if (target.startsWith("/")) {
          real = [];
          nodes = [this.#root];
        }
        const parts = target.split("/").filter((one) => one !== "" && one !== ".");
        this.#linkBytes.spend(target.length);
        todo.push(...parts.reverse());
        continue;
      }
      if (
        create !== undefined &&
        parent !== undefined &&
        (node === undefined || node.content !== undefined)
      ) {
        const { content } = node ?? {};
        node = { layer: create };
        // Beside what comes into it now, there is what was not known of it.
        if (content?.type === "unknown")
          node.fill = { because: content.because, replaces: true, layer: create };
        this.#put(parent, part, node);
      }
      real.push(part);
      nodes.push(node);
    }
    const node = nodes.at(-1);
    const bar = node === undefined ? nodes.findLast((one) => one?.content?.type === "unknown") : undefined;
    const barred = bar?.content?.type === "unknown" ? bar.content.because : undefined;
    return { node, real, through, fill: nodes.findLast((one) => one?.fill)?.fill, barred };
  }
}
