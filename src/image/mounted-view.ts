/** An image's files as a container sees them with volumes over some paths. Must never show what a volume hides. */
import type { Mount } from "../model/surroundings.ts";
import { script } from "./detect/script.ts";
import type { FileView, Looked, LookedFile } from "./file-view.ts";

/** The most mounts of one container that are told apart: past it nothing of its files is known. */
const MOST_MOUNTS = 256;

/** The view with the mounts over it; the view itself where there is none. */
export function mountedView(files: FileView, mounts: readonly Mount[] = []): FileView {
  if (mounts.length === 0) return files;
  return new MountedView(files, mounts.length > MOST_MOUNTS ? [{ path: "/", executable: false }] : mounts);
}

class MountedView implements FileView {
  readonly #files: FileView;
  /** The longest path first: a mount inside another one lies over it. */
  readonly #mounts: readonly Mount[];

  constructor(files: FileView, mounts: readonly Mount[]) {
    this.#files = files;
    this.#mounts = mounts.toSorted((a, b) => b.path.length - a.path.length);
  }

  get complete(): boolean {
    return this.#files.complete;
  }

  lookup(path: string): Looked {
    const written = normal(path);
    const over = this.#over(written);
    if (over !== undefined) return inside(over, written);
    const found = this.#files.lookup(path);
    // A link may lead to where a volume is.
    const real = ("path" in found ? found.path : undefined) ?? written;
    const behind = real === written ? undefined : this.#over(real);
    if (behind !== undefined) return inside(behind, real);
    const holds = this.#mounts.some((mount) => mount.path.startsWith(below(written)));
    return found.kind === "missing" && holds ? { kind: "folder" } : found;
  }

  names(folder: string): readonly string[] | undefined {
    const written = normal(folder);
    const over = this.#over(written);
    const start = below(written);
    const mounted = this.#mounts.flatMap(({ path }) =>
      path.startsWith(start) ? [path.slice(start.length).split("/", 1)[0] as string] : [],
    );
    const own = over === undefined ? this.#files.names(folder) : namesIn(over, written);
    return own && [...new Set([...own, ...mounted])];
  }

  files(): Iterable<Pick<LookedFile, "path" | "facts">> {
    return this.#files.files?.() ?? [];
  }

  #over(path: string): Mount | undefined {
    return this.#mounts.find((mount) => path === mount.path || path.startsWith(below(mount.path)));
  }
}

/** What every path below a folder begins with. */
function below(folder: string): string {
  return folder === "/" ? "/" : `${folder}/`;
}

function inside(mount: Mount, path: string): Looked {
  const { files, executable } = mount;
  if (files === undefined)
    return {
      kind: "unknown",
      because: `a volume is mounted at ${mount.path}, and what is in it is not known`,
    };
  const name = path.slice(below(mount.path).length);
  if (Object.hasOwn(files, name)) {
    const text = files[name];
    if (text === undefined)
      return { kind: "unknown", because: `it comes from a volume at ${mount.path} whose text is not known` };
    return { kind: "file", path, executable, facts: scriptFacts(text) };
  }
  const isFolder = name === "" || Object.keys(files).some((one) => one.startsWith(`${name}/`));
  return { kind: isFolder ? "folder" : "missing" };
}

function namesIn({ files, path }: Mount, folder: string): readonly string[] | undefined {
  if (files === undefined) return undefined;
  const start = folder === path ? "" : `${folder.slice(below(path).length)}/`;
  return Object.keys(files).flatMap((name) =>
    name.startsWith(start) && name !== "" ? [name.slice(start.length).split("/", 1)[0] as string] : [],
  );
}

/** As if the image had the text as a script: a shell reads it whatever its name. */
function scriptFacts(text: string): Extract<Looked, { kind: "file" }>["facts"] {
  const bytes = Buffer.from(text);
  const collector = script.start({ path: "volume.sh", size: bytes.length, executable: true });
  collector?.push(bytes);
  const fact = collector?.end();
  return fact === undefined ? [] : [fact];
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
