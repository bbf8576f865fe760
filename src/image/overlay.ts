/** Lays the facts of layers over each other as a container runtime lays the layers. Must not read anything. */
import type { FileFact, LayerFacts } from "../model/layer-facts.ts";
import type { LayerRef } from "../model/image-profile.ts";
import type { FileView, Looked } from "./file-view.ts";

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

/** What a path is, besides a folder. */
type Content =
  | { readonly type: "file"; readonly executable: boolean; readonly facts: readonly FileFact[] }
  | { readonly type: "symlink"; readonly target: string };

/** Only paths that matter have a node; every other path is known by what it hides. */
interface Node {
  children?: Map<string, Node>;
  content?: Content;
  /** Index of the layer that brought the content. */
  layer: number;
}

/** As the kernel counts symbolic links on the way to one file (path_resolution(7), ELOOP). */
const MOST_LINKS = 40;

/** The visible file system of an image, as far as it matters. */
export class Overlay implements FileView {
  readonly #layers: readonly OverlayLayer[];
  readonly #root: Node = { layer: 0 };
  /** Index of the topmost layer that could not be read, or -1. */
  readonly #unread: number;

  /** Base first. */
  constructor(layers: readonly OverlayLayer[]) {
    this.#layers = layers;
    this.#unread = layers.findLastIndex(({ facts }) => facts === undefined);
    for (const [index, { facts }] of layers.entries()) if (facts !== undefined) this.#apply(facts, index);
  }

  /** False when a layer could not be read: what is absent is then unknown. */
  get complete(): boolean {
    return this.#unread === -1;
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
      for (const [name, child] of node.children ?? []) open.push([`${path}/${name}`, child]);
    }
  }

  /** What an absolute path is, links followed. */
  lookup(path: string): Looked {
    const found = this.#walk(path.split("/"), true);
    if (found === "loop") return { kind: "missing" };
    const { node, real } = found;
    if (node === undefined) {
      if (!this.complete) return { kind: "unknown", because: this.#unreadText() };
      return this.#unlisted(real);
    }
    if (node.layer < this.#unread) return { kind: "unknown", because: this.#unreadText() };
    const { content } = node;
    if (content?.type !== "file") return { kind: "folder" };
    return {
      kind: "file",
      path: `/${real.join("/")}`,
      executable: content.executable,
      facts: content.facts,
      layer: this.#ref(node.layer),
    };
  }

  /** The names in a folder, links followed; nothing where a layer could not be read. */
  names(folder: string): readonly string[] | undefined {
    if (!this.complete) return undefined;
    const found = this.#walk(folder.split("/"), true);
    if (found === "loop") return [];
    const prefix = found.real.length === 0 ? "" : `${found.real.join("/")}/`;
    const names = new Set(found.node?.children?.keys());
    for (const { facts } of this.#layers)
      for (const path of [...(facts?.plain ?? []), ...(facts?.folders ?? [])])
        if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split("/", 1)[0] as string);
    names.delete("");
    return [...names].filter((name) => this.lookup(`/${prefix}${name}`).kind !== "missing");
  }

  /** A path without a node: a file that taught nothing, a folder, or not there. */
  #unlisted(real: readonly string[]): Looked {
    const path = real.join("/");
    if (path === "") return { kind: "folder" };
    const below = `${path}/`;
    for (const { facts, ref } of this.#layers.toReversed()) {
      if (facts?.plain.includes(path)) return { kind: "plain", path: `/${path}`, layer: ref };
      if (facts?.folders.includes(path)) return { kind: "folder" };
      if (facts?.whiteouts.some((gone) => gone === path || path.startsWith(`${gone}/`))) break;
      if (facts?.opaque.some((folder) => folder === "" || path.startsWith(`${folder}/`))) break;
      if (facts?.plain.some((one) => one.startsWith(below))) return { kind: "folder" };
    }
    return { kind: "missing" };
  }

  #unreadText(): string {
    return `layer ${this.#unread + 1} of ${this.#layers.length} could not be read`;
  }

  #ref(index: number): LayerRef {
    return (this.#layers[index] as OverlayLayer).ref;
  }

  #apply(facts: LayerFacts, layer: number): void {
    // Whiteouts and opaque folders speak of lower layers only: they go before the layer's own content.
    for (const path of facts.whiteouts) this.#remove(path.split("/"));
    for (const path of facts.opaque) {
      const { node } = this.#place(path === "" ? [] : path.split("/"), false) ?? {};
      if (node !== undefined) node.children = undefined;
    }
    for (const path of facts.folders) this.#becomeFolder(path.split("/"));
    for (const [path, entry] of Object.entries(facts.entries)) {
      const parts = path.split("/");
      if (entry.type === "hardlink") {
        const target = this.#place(entry.target.split("/"), false)?.node?.content;
        if (target === undefined) this.#remove(parts);
        else this.#put(parts, target, layer);
      } else {
        this.#put(parts, entry, layer);
      }
    }
    for (const path of facts.plain) this.#remove(path.split("/"));
  }

  #put(parts: readonly string[], content: Content, layer: number): void {
    const node = this.#place(parts, true)?.node;
    if (node === undefined) return;
    node.children = undefined;
    node.content = content;
    node.layer = layer;
  }

  #remove(parts: readonly string[]): void {
    const name = parts.at(-1) as string;
    const parent = this.#place(parts.slice(0, -1), false, true)?.node;
    parent?.children?.delete(name);
  }

  /** A folder entry over a link or a file replaces it; over a folder it changes nothing that matters. */
  #becomeFolder(parts: readonly string[]): void {
    const node = this.#place(parts, false)?.node;
    if (node !== undefined) node.content = undefined;
  }

  /**
   * The node a layer's entry means: its parents' links are followed, as runtimes unpack, the last part's is
   * not unless `followLast`. With `create`, missing nodes are made, and files in the way become folders.
   */
  #place(parts: readonly string[], create: boolean, followLast = false): { node?: Node } | undefined {
    const found = this.#walk(parts, followLast, create);
    return found === "loop" ? undefined : found;
  }

  #walk(
    path: readonly string[],
    followLast: boolean,
    create = false,
  ): { node?: Node; real: readonly string[] } | "loop" {
    let todo = path.filter((part) => part !== "" && part !== ".").reverse();
    let real: string[] = [];
    let nodes: (Node | undefined)[] = [this.#root];
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part === "..") {
        real.pop();
        if (nodes.length > 1) nodes.pop();
        continue;
      }
      const parent = nodes.at(-1);
      let node = parent?.children?.get(part);
      if (node === undefined && create && parent !== undefined) {
        node = { layer: parent.layer };
        parent.children ??= new Map();
        parent.children.set(part, node);
        parent.content = undefined;
      }
      if (node?.content?.type === "symlink" && (todo.length > 0 || followLast)) {
        if (++links > MOST_LINKS) return "loop";
        const { target } = node.content;
        if (target.startsWith("/")) {
          real = [];
          nodes = [this.#root];
        }
        todo = [
          ...todo,
          ...target
            .split("/")
            .filter((one) => one !== "" && one !== ".")
            .reverse(),
        ];
        continue;
      }
      real.push(part);
      nodes.push(node);
    }
    return { node: nodes.at(-1), real };
  }
}
