/** What the visible file system of an image answers. Must not know how it came about. */
import type { LayerRef } from "../model/image-profile.ts";
import type { FileFact } from "../model/layer-facts.ts";

/** A file that taught something, or can be executed. */
export interface LookedFile {
  readonly kind: "file";
  /** The real path, absolute. */
  readonly path: string;
  readonly executable: boolean;
  readonly facts: readonly FileFact[];
  /** Absent for a file of a volume. */
  readonly layer?: LayerRef;
}

/** What a path is, links followed. */
export type Looked =
  | LookedFile
  /** A file that taught nothing and cannot be executed. */
  | { readonly kind: "plain"; readonly path: string; readonly layer: LayerRef }
  | { readonly kind: "folder" }
  /**
   * `mayCome`: something that is not modelled may have put it there, in a clause; `mayBe` is what it likely is then. What
   * stands later in PATH for sure goes before it.
   */
  | {
      readonly kind: "missing";
      /** Where links led, and nothing is. */
      readonly path?: string;
      readonly mayCome?: string;
      readonly mayBe?: LookedFile;
    }
  /** A layer that could not be read may have it, or have changed it. */
  | { readonly kind: "unknown"; readonly because: string };

/** A file system to look paths up in. */
export interface FileView {
  /** False when a layer could not be read. */
  readonly complete: boolean;
  lookup(path: string): Looked;
  /** The names in a folder; none where it is not there, nothing where a layer that could not be read may add some. */
  names(folder: string): readonly string[] | undefined;
  /** Every visible file that taught something, where that can be told. */
  files?(): Iterable<Pick<LookedFile, "path" | "facts">>;
}
