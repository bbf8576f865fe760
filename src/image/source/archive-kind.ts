/** Tells what an archive is by its members, whatever their order. Must not open the images in it. */
import { blobPath } from "../oci/layout-path.ts";
import { field, parseDocument } from "../oci/json-document.ts";
import type { Limits } from "../limits.ts";
import { parseIndex } from "../oci/manifest.ts";
import { readDockerManifest } from "./docker-manifest.ts";
import type { Members } from "./members.ts";

/** What an archive is to be opened as; `other` is no image archive, such as a root file system. */
export type ArchiveKind = "oci" | "docker" | "other";

/** Names that the parts of images have in archives, and files of a root file system do not. */
const PART = /^(blobs\/sha256\/[0-9a-f]{64}$|(sha256:)?[0-9a-f]{64}([./]|$))/;
/** Documents of image archives; a root file system may have files of these names too. */
const DOCUMENTS: readonly string[] = ["oci-layout", "index.json", "manifest.json"];

/** Whether a name, clean, is one of an image archive: surely, perhaps, or not. */
export function namesImage(name: string): "surely" | "perhaps" | "no" {
  if (PART.test(name)) return "surely";
  return DOCUMENTS.includes(name) ? "perhaps" : "no";
}

/** What an archive is. Docker writes both forms into one archive: the one that leads to an image counts. */
export function archiveKind(members: Members, limits: Limits): ArchiveKind {
  const holds = (name: string, test: (bytes: Uint8Array) => boolean) => {
    try {
      const bytes = members.read(name, limits.documentBytes);
      return bytes !== undefined && test(bytes);
    } catch {
      return false;
    }
  };
  const present = ({ digest }: { readonly digest: `sha256:${string}` }) => members.has(blobPath(digest));
  if (holds("index.json", (bytes) => parseIndex(bytes, limits).manifests.some(present))) return "oci";
  if (holds("manifest.json", (bytes) => readDockerManifest(bytes, limits).length > 0)) return "docker";
  const isLayout = (bytes: Uint8Array) =>
    typeof field(parseDocument(bytes, limits, "oci-layout"), "imageLayoutVersion") === "string";
  if (holds("oci-layout", isLayout)) return "oci";
  // Damaged or incomplete: what opens it says how.
  for (const name of members.names()) {
    if (namesImage(name) === "surely") return members.has("manifest.json") ? "docker" : "oci";
  }
  return "other";
}
