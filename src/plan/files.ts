/** The files of a stage while its instructions change them: the base's, with planned layers over them. Must not read anything. */
import { DETECTORS } from "../image/detect/index.ts";
import type { Looked } from "../image/file-view.ts";
import type { Limits } from "../image/limits.ts";
import { Overlay, type OverlayLayer, type Planted } from "../image/overlay.ts";
import { textOf } from "../image/entrypoint/text-of.ts";
import type { Budget } from "../model/budget.ts";
import type { LayerRef } from "../model/image-profile.ts";
import type { FileFact, Fill, LayerEntry, LayerFacts } from "../model/layer-facts.ts";
import { packNames } from "../model/layer-names.ts";

/** Texts that are kept whole, for what reads or copies them later: bytes of one. */
const MOST_TEXT = 64 * 1024;

/** What detectors learn of a body, as if it could be executed: `chmod` may come later. */
export function factsOf(path: string, bytes: Uint8Array): readonly FileFact[] {
  return DETECTORS.flatMap((detector) => {
    const collector = detector.start({ path, size: bytes.length, executable: true });
    if (collector === undefined) return [];
    collector.push(bytes);
    return collector.end() ?? [];
  });
}

/** A path as layers write it. */
export function layerPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Where a file really is, as layers write it; nothing where it is none, or not known. */
function realPath(looked: Looked): string | undefined {
  return looked.kind === "file" || looked.kind === "plain" ? layerPath(looked.path) : undefined;
}

/** What one step lays over the others. */
interface Laid extends Partial<Pick<LayerFacts, "entries" | "whiteouts" | "opaque" | "fills">> {
  readonly names?: readonly string[];
}

/** One stage's files. */
export class PlanFiles {
  readonly #layers: OverlayLayer[];
  readonly #limits: Limits;
  readonly #steps: Budget;
  readonly #overlay: Overlay;
  readonly #bodies: Map<string, Uint8Array>;
  #ref: LayerRef;

  /** `steps` counts paths; its `spend` ends the work. */
  constructor(
    layers: readonly OverlayLayer[],
    limits: Limits,
    steps: Budget,
    bodies: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    for (const { facts } of layers) steps.spend(facts?.names.ends.length ?? 0);
    this.#layers = [...layers];
    this.#limits = limits;
    this.#steps = steps;
    this.#overlay = new Overlay(layers, limits);
    this.#bodies = new Map(bodies);
    this.#ref = layers.at(-1)?.ref ?? { index: 0, diffId: `sha256:${"0".repeat(64)}` };
  }

  /** A copy that changes on its own, for a stage that starts from this one. */
  fork(): PlanFiles {
    return new PlanFiles(this.#layers, this.#limits, this.#steps, this.#bodies);
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  get ref(): LayerRef {
    return this.#ref;
  }

  /** What follows is the work of an instruction. */
  begin(ref: Omit<LayerRef, "index" | "diffId">): void {
    this.#ref = { ...ref, index: this.#layers.length, diffId: `sha256:${"0".repeat(64)}` };
  }

  lookup(path: string): Looked {
    return this.#overlay.lookup(path);
  }

  names(folder: string): readonly string[] | undefined {
    return this.#overlay.names(folder);
  }

  /** Whether a path is a symbolic link itself. */
  isLink(path: string): boolean {
    return this.#overlay.isLink(path);
  }

  /** A text of the image, as far as it was kept. */
  text(path: string): string | undefined {
    const looked = this.lookup(path);
    const body = this.#bodies.get(realPath(looked) ?? "");
    return body === undefined ? textOf(looked) : Buffer.from(body).toString("utf8");
  }

  /** A file by its body. */
  write(path: string, bytes: Uint8Array, executable: boolean, facts?: readonly FileFact[]): void {
    const name = layerPath(path);
    this.file(path, facts ?? factsOf(name, bytes), executable);
    if (bytes.length <= MOST_TEXT && !bytes.includes(0))
      this.#bodies.set(realPath(this.lookup(path)) ?? name, bytes);
  }

  /** A file by what it is. */
  file(path: string, facts: readonly FileFact[], executable = true): void {
    const entry: LayerEntry | undefined =
      facts.length === 0 && !executable ? undefined : { type: "file", size: 0, executable, facts };
    this.#put(path, entry);
  }

  link(path: string, target: string): void {
    this.#put(path, { type: "symlink", target });
  }

  /** A folder; a link to one stays a link, and leads there. */
  folder(path: string): void {
    if (this.lookup(path).kind !== "folder") this.#lay({ names: [`/${layerPath(path)}`] });
  }

  /** What is there is not known. */
  unknown(path: string, because: string): void {
    this.#put(path, { type: "unknown", because });
  }

  remove(path: string): void {
    const name = layerPath(path);
    if (name === "") return;
    this.#bodies.delete(name);
    this.#lay({ whiteouts: [name] });
  }

  /** More may come to be in a folder. What is there stays. */
  fill(fill: Fill): void {
    this.#lay({ fills: [{ ...fill, folder: layerPath(fill.folder) }] });
  }

  /** Everything below a folder may have been replaced. */
  replace(folder: string, because: string): void {
    this.#lay({ fills: [{ folder: layerPath(folder), because, replaces: true }] });
  }

  /** What a folder has of names that fit is not known any more. */
  mayReplace(folder: string, fits: (name: string) => boolean, because: string): void {
    const names = this.names(folder) ?? [];
    this.#steps.spend(names.length);
    for (const name of names.filter((one) => fits(one))) {
      const { kind } = this.lookup(`${folder}/${name}`);
      if (kind === "file" || kind === "plain") this.unknown(`${folder}/${name}`, because);
    }
  }

  /** Part of another image, or of this one. Links to folders stay, and what comes to one goes into its folder. */
  #plant({ names, entries, fills }: Planted): void {
    for (const name of names) this.#bodies.delete(name);
    const kept = names.map((name) => !name.startsWith("/") || this.lookup(name).kind !== "folder");
    let next = 0;
    const places = kept.map((one) => (one ? next++ : -1));
    this.#lay({
      names: names.filter((_, index) => kept[index]),
      entries: entries.map(([index, entry]) => [places[index] as number, entry]),
      fills,
    });
  }

  /** A file or folder of this stage at another path, as `cp -a` leaves it. Whether it was there. */
  copy(from: string, to: string): boolean {
    const looked = this.lookup(from);
    if (looked.kind === "unknown") {
      this.unknown(to, looked.because);
      return true;
    }
    if (looked.kind === "missing") {
      if (looked.mayBe !== undefined) this.file(to, looked.mayBe.facts, looked.mayBe.executable);
      else if (looked.mayCome !== undefined) this.unknown(to, looked.mayCome);
      return looked.mayCome !== undefined;
    }
    const body = looked.kind === "folder" ? undefined : this.#bodies.get(layerPath(looked.path));
    if (body !== undefined && looked.kind !== "folder") {
      this.write(to, body, looked.kind === "file" && looked.executable);
      return true;
    }
    const planted = this.#overlay.subtree(from, layerPath(to), this.#steps, new Set());
    if (planted === undefined) return false;
    this.#plant(planted);
    if (looked.kind === "folder") this.#copyBodies(from, to);
    return true;
  }

  /** The same where it is not known whether it happens: what it would leave is not known then. */
  mayCopy(from: string, to: string, because: string): void {
    const planted =
      this.lookup(from).kind === "folder"
        ? this.#overlay.subtree(from, layerPath(to), this.#steps, new Set())
        : undefined;
    if (planted === undefined) {
      this.unknown(to, because);
      return;
    }
    const entries = planted.names.flatMap((name, index): readonly (readonly [number, LayerEntry])[] =>
      name.startsWith("/") ? [] : [[index, { type: "unknown", because }]],
    );
    this.#plant({ ...planted, entries });
    this.fill({ folder: to, because });
  }

  #copyBodies(from: string, to: string): void {
    const start = `${layerPath(from)}/`;
    // What is copied into itself is copied as it was.
    for (const [path, body] of Array.from(this.#bodies)) {
      this.#steps.spend(1 + (path.length >> 4));
      if (path.startsWith(start)) this.#bodies.set(`${layerPath(to)}/${path.slice(start.length)}`, body);
    }
  }

  /** Part of another stage or image; `origins` gets the layers it comes from. Whether it was there. */
  take(source: PlanFiles, from: string, to: string, origins: Set<LayerRef>): boolean {
    const looked = source.lookup(from);
    if (looked.kind === "unknown") this.unknown(to, looked.because);
    else if (looked.kind === "missing") {
      const { mayBe, mayCome } = looked;
      if (mayBe !== undefined) {
        if (mayBe.layer !== undefined) origins.add(mayBe.layer);
        this.file(to, mayBe.facts, mayBe.executable);
      } else if (mayCome !== undefined) this.unknown(to, mayCome);
      else return false;
    } else {
      const planted = source.#overlay.subtree(from, layerPath(to), this.#steps, origins);
      if (planted === undefined) return false;
      this.#plant(planted);
      const start = layerPath(from);
      for (const [path, body] of source.#bodies) {
        this.#steps.spend();
        if (path === start) this.#bodies.set(layerPath(to), body);
        else if (start === "" || path.startsWith(`${start}/`))
          this.#bodies.set(layerPath(`${to}/${path.slice(start.length)}`), body);
      }
    }
    return true;
  }

  /** A file gets its execute bits, or loses them. */
  setExecutable(path: string, executable: boolean): void {
    const looked = this.lookup(path);
    if (looked.kind === "file" && looked.executable !== executable) {
      const body = this.#bodies.get(layerPath(looked.path));
      this.file(looked.path, looked.facts, executable);
      if (body !== undefined) this.#bodies.set(layerPath(looked.path), body);
    } else if (looked.kind === "plain" && executable) {
      const body = this.#bodies.get(layerPath(looked.path));
      const facts = body === undefined ? [] : factsOf(layerPath(looked.path), body);
      this.file(looked.path, facts, true);
      if (body !== undefined) this.#bodies.set(layerPath(looked.path), body);
    }
  }

  #put(path: string, entry: LayerEntry | undefined): void {
    const name = layerPath(path);
    if (name === "") return;
    this.#lay({ names: [name], entries: entry === undefined ? [] : [[0, entry]] });
    this.#bodies.delete(realPath(this.lookup(path)) ?? name);
  }

  #lay({ names = [], ...parts }: Laid): void {
    this.#steps.spend(1 + names.length);
    const facts: LayerFacts = {
      schema: "planned",
      diffId: this.#ref.diffId,
      bytes: 0,
      entryCount: 0,
      keptBytes: 0,
      names: packNames(names),
      entries: [],
      whiteouts: [],
      opaque: [],
      ...parts,
    };
    this.#layers.push({ ref: this.#ref, facts });
    this.#overlay.add(this.#ref, facts);
  }
}
