/** The files of an image as a program sees them whose root is a folder of it (chroot). Must not guess where links lead out. */
import type { FileView, Looked } from "../file-view.ts";

/** A view from a folder. */
export class JailView implements FileView {
  readonly #files: FileView;
  readonly #root: string;

  constructor(files: FileView, root: string) {
    this.#files = files;
    this.#root = root.replace(/\/+$/, "");
  }

  get complete(): boolean {
    return this.#files.complete;
  }

  lookup(path: string): Looked {
    const looked = this.#files.lookup(`${this.#root}/${path}`);
    // A link that begins with `/` means the folder inside: it was followed outside.
    if (looked.kind === "missing")
      return { kind: "unknown", because: `links below ${this.#root} are not followed` };
    if (looked.kind !== "file" && looked.kind !== "plain") return looked;
    if (looked.path.startsWith(`${this.#root}/`))
      return { ...looked, path: looked.path.slice(this.#root.length) };
    const again = this.#files.lookup(`${this.#root}${looked.path}`);
    if ((again.kind === "file" || again.kind === "plain") && again.path.startsWith(`${this.#root}/`))
      return { ...again, path: again.path.slice(this.#root.length) };
    return { kind: "unknown", because: `a link below ${this.#root} leads elsewhere` };
  }

  names(folder: string): readonly string[] | undefined {
    return this.#files.names(`${this.#root}/${folder}`);
  }
}
