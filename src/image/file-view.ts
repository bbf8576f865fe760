/** What the visible file system of an image answers. Must not know how it came about. */
import type { LayerRef } from "../model/image-profile.ts";
import type { FileFact } from "../model/layer-facts.ts";

export type Looked =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly executable: boolean;
      readonly facts: readonly FileFact[];
      readonly layer: LayerRef;
    }
  | { readonly kind: "plain"; readonly path: string; readonly layer: LayerRef }
  | { readonly kind: "folder" }
  | { readonly kind: "missing" }
  | { readonly kind: "unknown"; readonly because: string };
export interface FileView {
  readonly complete: boolean;
  lookup(path: string): Looked;
}
