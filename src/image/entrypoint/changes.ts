/** What a container's scripts change in its files before something starts. Must not read the image's own. */
import type { ScriptFact } from "../../model/layer-facts.ts";
import type { FileView, Looked, LookedFile } from "../file-view.ts";
import { isKnown } from "./shell/text.ts";
import { textOf } from "./text-of.ts";

/** A file that was written: its text where that is known. */
type Change =
  | { readonly kind: "same"; readonly as: Looked }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unknown" };

/** More files than this are not told apart. */
const MOST_CHANGES = 256;

/** The image's files with the changes over them. */
export class Changes implements FileView {
  readonly #files: FileView;
  readonly #changed = new Map<string, Change>();
  /** Folders that something was unpacked or installed into: what is not in the image may be there. */
  readonly #filled = new Set<string>();
  /** Folders whose files were written over, too. */
  readonly #replaced = new Set<string>();

  constructor(files: FileView) {
    this.#files = files;
  }

  /** Grows with every change: what was found before may be found no more. */
  version = 0;

  get complete(): boolean {
    return this.#files.complete;
  }

  lookup(path: string): Looked {
    const change = this.#changed.get(clean(path));
    const because = `${clean(path)} is written when the container runs`;
    if (change?.kind === "unknown") return { kind: "unknown", because };
    if (change?.kind === "same") return change.as;
    if (change?.kind === "text") return textFile(clean(path), change.text);
    const found = this.#files.lookup(path);
    return found.kind !== "folder" && found.kind !== "missing" && isBelow(path, this.#replaced)
      ? { kind: "unknown", because }
      : found;
  }

  /** Whether a path that is not in the image may be there by then. */
  mayCome(path: string): boolean {
    return isBelow(path, this.#filled);
  }

  names(folder: string): readonly string[] | undefined {
    const names = this.#files.names(folder);
    const prefix = clean(folder) === "/" ? "/" : `${clean(folder)}/`;
    if ([...this.#filled].some((one) => `${one}/`.startsWith(prefix) || prefix.startsWith(`${one}/`)))
      return undefined;
    const added = [...this.#changed.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
    return names && [...new Set([...names, ...added.filter((name) => !name.includes("/"))])];
  }

  files(): Iterable<Pick<LookedFile, "path" | "facts">> {
    return this.#files.files?.() ?? [];
  }

  /** A file is written, or more is written to its end; without text where that is not known. */
  write(path: string, written: string | undefined, appends: boolean): void {
    const before = appends ? this.#textBefore(path) : "";
    const text = written === undefined || before === undefined ? undefined : before + written;
    this.#put(path, text !== undefined && isKnown(text) ? { kind: "text", text } : { kind: "unknown" });
  }

  #textBefore(path: string): string | undefined {
    const looked = this.lookup(path);
    return looked.kind === "missing" ? "" : textOf(looked);
  }

  /** One file takes the place of another (`cp`, `ln -s`, `mv`). */
  copy(from: string, to: string, sure: boolean): void {
    const source = this.lookup(from);
    const target = this.lookup(to);
    const path =
      target.kind === "folder" || to.endsWith("/") ? `${to}/${from.slice(from.lastIndexOf("/") + 1)}` : to;
    if (source.kind === "folder") this.replace(path);
    else if (source.kind === "file" && sure) this.#put(path, { kind: "same", as: source });
    else this.#put(path, { kind: "unknown" });
  }

  /** A path that is changed in a way that is not followed. */
  disturb(path: string): void {
    if (!isKnown(path)) return;
    if (this.lookup(path).kind === "folder") this.replace(path);
    else this.#put(path, { kind: "unknown" });
  }

  /** Something is unpacked or installed into a folder. */
  fill(folder: string): void {
    this.version++;
    this.#filled.add(
      isKnown(folder) && this.#filled.size < MOST_CHANGES ? clean(folder).replace(/^\/$/, "") : "",
    );
  }

  /** Files in a folder are written over. */
  replace(folder: string): void {
    if (!isKnown(folder)) return;
    if (clean(folder) !== "/")
      this.#replaced.add(this.#replaced.size < MOST_CHANGES ? clean(folder) : "/tmp");
    this.fill(folder);
  }

  /** A file gets its execute bits, or loses them. */
  makeExecutable(path: string, isExecutable: boolean): void {
    const looked = this.lookup(path);
    if (looked.kind === "file")
      this.#put(path, { kind: "same", as: { ...looked, executable: isExecutable } });
    else if (looked.kind === "plain") this.#put(path, { kind: "unknown" });
  }

  #put(path: string, change: Change): void {
    this.version++;
    if (!isKnown(path) || !path.startsWith("/")) return;
    if (this.#changed.size >= MOST_CHANGES) this.#filled.add("");
    else this.#changed.set(clean(path), change);
  }
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  return folders.size > 0 && [...folders].some((folder) => clean(path).startsWith(`${folder}/`));
}

function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function textFile(path: string, text: string): Looked {
  const [, interpreter, argument] = /^#![ \t]*([^ \t\n]+)(?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/.exec(text) ?? [];
  const fact: ScriptFact = {
    kind: "script",
    interpreter,
    argument: argument || undefined,
    text,
    truncated: false,
  };
  return { kind: "file", path, executable: true, facts: [fact] };
}
