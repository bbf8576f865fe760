/** Makes the visible file system of an image out of file bodies, through the real detectors. Must not be used by src. */
import type { Digest } from "../../src/model/digest.ts";
import type { FileHeader } from "../../src/image/detect/detector.ts";
import { DETECTORS } from "../../src/image/detect/index.ts";
import { Overlay } from "../../src/image/overlay.ts";
import type { FileFact, LayerEntry } from "../../src/model/layer-facts.ts";
import { layerFacts, type LayerParts } from "./file-system.ts";
import { pieces } from "./tar.ts";

/** A file by its bytes, executable unless said otherwise, or a link. */
export type FileBody = string | Uint8Array | { readonly link: string } | { readonly plain: string };

/** What all detectors learn of one file whose body comes in pieces of `size` bytes. */
export function factsOf(file: FileHeader, body: Uint8Array, size = 65_536): FileFact[] {
  return DETECTORS.flatMap((detector) => {
    const collector = detector.start(file);
    if (collector === undefined) return [];
    for (const piece of pieces(body, size)) if (!collector.push(piece)) break;
    const fact = collector.end();
    return fact === undefined ? [] : [fact];
  });
}

/** Layers of paths and bodies, base first; `undefined` stands for a layer that could not be read. */
export function imageFiles(...layers: readonly (Readonly<Record<string, FileBody>> | undefined)[]): Overlay {
  return new Overlay(
    layers.map((files, index) => {
      const diffId: Digest = `sha256:${String(index).padStart(64, "0")}`;
      return { ref: { index, diffId }, ...(files && { facts: layerFacts(diffId, partsOf(files)) }) };
    }),
  );
}

function partsOf(files: Readonly<Record<string, FileBody>>): LayerParts {
  const entries: Record<string, LayerEntry> = {};
  const plain: string[] = [];
  for (const [path, body] of Object.entries(files)) {
    if (typeof body === "object" && "link" in body) entries[path] = { type: "symlink", target: body.link };
    else {
      const executable = !(typeof body === "object" && "plain" in body);
      const bytes = Buffer.from(typeof body === "object" && "plain" in body ? body.plain : body);
      const facts = factsOf({ path, size: bytes.length, executable }, bytes);
      if (facts.length === 0 && !executable) plain.push(path);
      else entries[path] = { type: "file", size: bytes.length, executable, facts };
    }
  }
  return { entries, plain };
}
