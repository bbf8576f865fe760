/** Opens OCI image layouts, as a folder or in a tar (OCI image spec, "Image Layout"). Must not read layers. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import { MuslgateError } from "../../model/error.ts";
import { groupBy } from "../../model/group-by.ts";
import { type Blob, type Digest, type Image, platformText } from "../../model/oci.ts";
import { verifyDocument } from "../digest.ts";
import type { Limits } from "../limits.ts";
import {
  chooseEntries,
  type Descriptor,
  documentKind,
  isAttestation,
  isForeignLayer,
  offeredPlatforms,
  pairLayers,
  parseConfig,
  parseIndex,
  parseManifest,
} from "../manifest.ts";
import { splitLocation } from "./location.ts";
import { type Archives, folderMembers, looksLikeArchive, type Members } from "./members.ts";
import type { Opened, Source, SourceRequest } from "./source.ts";

/** Annotations that name an entry: OCI's own, and the full name BuildKit and containerd write. */
const NAMES = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/** `oci-layout:FOLDER[:TAG]` */
export function ociLayoutSource(limits: Limits): Source {
  return {
    scheme: "oci-layout",
    guess: async (reference) => folderMembers(splitLocation(reference).path).has("oci-layout"),
    open: async (request) => {
      const { path, selector } = splitLocation(request.reference);
      return openLayout(folderMembers(path), selector, request, limits);
    },
  };
}

/** `oci-archive:FILE[:TAG]`, as `buildx build --output type=oci` writes it; `-` is standard input. */
export function ociArchiveSource(archives: Archives, limits: Limits): Source {
  return {
    scheme: "oci-archive",
    guess: async (reference, signal) => {
      const { path } = splitLocation(reference);
      if (!(await looksLikeArchive(path))) return false;
      return (await archives.look(path, signal)).has("oci-layout");
    },
    open: async (request) => {
      const { path, selector } = splitLocation(request.reference);
      return openLayout(await archives.open(path, request.signal), selector, request, limits);
    },
  };
}

/** Opens the images of a layout. Throws MuslgateError. */
export function openLayout(store: Members, selector: string, request: SourceRequest, limits: Limits): Opened {
  const bytes = store.read("index.json", limits.documentBytes);
  if (bytes === undefined) {
    throw new MuslgateError(
      "input",
      `${request.written} is not an OCI image layout: it has no index.json`,
      "Give the folder or tar that holds oci-layout, index.json and blobs/.",
    );
  }
  const layout = new Layout(store, limits);
  const diagnostics: Diagnostic[] = [];
  const images: Image[] = [];
  const selected = selectEntries(parseIndex(bytes, limits).manifests, selector, request.written);
  for (const entry of onePlatformEach(selected, request)) {
    for (const manifest of layout.resolve(entry, request, 0)) {
      images.push(layout.image(manifest, request.written));
    }
  }
  if (images.length === 0) {
    throw new MuslgateError(
      "input",
      `${request.written} has no image in it`,
      "It holds only attestations or nothing at all: build it again with an image.",
    );
  }
  return { images, diagnostics, close: async () => {} };
}

/** The entries a selector (tag, name:tag or digest) means; all of them without one. */
function selectEntries(
  entries: readonly Descriptor[],
  selector: string,
  written: string,
): readonly Descriptor[] {
  const images = entries.filter((entry) => !isAttestation(entry));
  if (selector === "") return images;
  const names = (entry: Descriptor) => NAMES.flatMap((name) => entry.annotations[name] ?? []);
  const found = images.filter((entry) => {
    if (entry.digest === selector) return true;
    return names(entry).some(
      (name) => name === selector || name.endsWith(`/${selector}`) || name.endsWith(`:${selector}`),
    );
  });
  if (found.length > 0) return found;
  const offered = images.flatMap(names);
  throw new MuslgateError(
    "input",
    `${written}: there is no image "${selector}" in it`,
    offered.length > 0 ? `It has: ${offered.join(", ")}.` : "Its images have no names: leave the name out.",
  );
}

/** Entries of one name on several platforms, side by side in the index itself, are one image (containerd's export). */
function onePlatformEach(entries: readonly Descriptor[], request: SourceRequest): readonly Descriptor[] {
  const byName = groupBy(entries, ({ annotations, platform, digest }) => {
    const name = NAMES.map((one) => annotations[one]).find((one) => one !== undefined);
    return platform === undefined ? digest : (name ?? "");
  });
  return [...byName.values()].flatMap((same) => {
    if (same.length === 1) return same;
    const chosen = chooseEntries(same, request.platform);
    if (chosen.length === 0) throw noPlatform(request, same);
    return chosen;
  });
}

class Layout {
  readonly #store: Members;
  readonly #limits: Limits;

  constructor(store: Members, limits: Limits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Follows nested indexes to the manifests for the platform. */
  resolve(descriptor: Descriptor, request: SourceRequest, depth: number): readonly Descriptor[] {
    const bytes = this.#document(descriptor);
    const kind = documentKind(descriptor.mediaType, bytes, this.#limits);
    if (kind !== "index") return [descriptor];
    if (depth >= 8) {
      throw new MuslgateError(
        "limit",
        `${request.written}: its indexes are nested too deeply`,
        "Rebuild the image.",
      );
    }
    const { manifests } = parseIndex(bytes, this.#limits);
    const chosen = chooseEntries(manifests, request.platform);
    if (chosen.length === 0) throw noPlatform(request, manifests);
    return chosen.flatMap((entry) => this.resolve(entry, request, depth + 1));
  }

  image(descriptor: Descriptor, reference: string): Image {
    const manifest = parseManifest(this.#document(descriptor), this.#limits);
    const config = parseConfig(this.#document(manifest.config), this.#limits);
    const layers = pairLayers(manifest, config).map(({ descriptor: layer, diffId }) => ({
      digest: layer.digest,
      diffId,
      mediaType: layer.mediaType,
      blob: this.#layerBlob(layer),
    }));
    return { reference, digest: descriptor.digest, config, layers };
  }

  #layerBlob(layer: Descriptor): Blob {
    const blob = this.#store.blob(blobPath(layer.digest));
    if (blob !== undefined) return blob;
    return {
      kind: "stream",
      open: async () => {
        throw new MuslgateError(
          "input",
          `the layer ${layer.digest} is not in the layout`,
          isForeignLayer(layer)
            ? "It is a foreign layer, which muslgate does not fetch from elsewhere."
            : "The layout is incomplete: export the image again.",
        );
      },
    };
  }

  #document(descriptor: Descriptor): Uint8Array {
    const bytes = this.#store.read(blobPath(descriptor.digest), this.#limits.documentBytes);
    if (bytes === undefined) {
      throw new MuslgateError(
        "input",
        `the document ${descriptor.digest} is not in the layout`,
        "The layout is incomplete: export the image again.",
      );
    }
    verifyDocument(descriptor.digest, bytes);
    return bytes;
  }
}

function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function noPlatform({ written, platform }: SourceRequest, offered: readonly Descriptor[]): MuslgateError {
  return new MuslgateError(
    "input",
    `${written} has no image for ${platform === "all" ? "any platform" : platformText(platform)}`,
    `Choose another with --platform. It has: ${offeredPlatforms(offered).join(", ") || "none"}.`,
  );
}
