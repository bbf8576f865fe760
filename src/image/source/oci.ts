/** Opens OCI image layouts, as a folder or in a tar (OCI image spec, "Image Layout"). Must not read layers. */
import { blobPath } from "../oci/layout-path.ts";
import { type Archives, folderMembers } from "./archives.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { MuslgateError } from "../../model/error.ts";
import { groupBy } from "../../model/group-by.ts";
import { type Blob, type Image, platformText } from "../../model/oci.ts";
import { verifyDocument } from "../oci/digest.ts";
import { DocumentBudget, type Limits } from "../limits.ts";
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
} from "../oci/manifest.ts";
import { splitLocation } from "./location.ts";
import type { Members } from "./members.ts";
import type { Opened, Source, SourceRequest } from "./source.ts";

/** Annotations that name an entry: OCI's own, and the full name BuildKit and containerd write. */
const NAMES = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/** Indexes in indexes; tools write one at most. */
const MOST_NESTED = 8;

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
      return (await archives.kind(splitLocation(reference).path, signal)) === "oci";
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
  const layout = new Layout(store, request, limits);
  const images: Image[] = [];
  const selected = selectEntries(parseIndex(bytes, limits).manifests, selector, request.written);
  for (const same of byName(selected)) {
    const chosen = same.length === 1 ? same : layout.choose(same);
    for (const manifest of chosen.flatMap((entry) => layout.resolve(entry, 0))) {
      images.push(layout.image(manifest));
    }
  }
  if (images.length === 0) {
    throw noImage(request.written);
  }
  return { images, diagnostics: layout.missing, close: async () => {} };
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
function byName(entries: readonly Descriptor[]): readonly (readonly Descriptor[])[] {
  const groups = groupBy(entries, ({ annotations, platform, digest }) => {
    const name = NAMES.map((one) => annotations[one]).find((one) => one !== undefined);
    return platform === undefined ? digest : (name ?? "");
  });
  return [...groups.values()];
}

class Layout {
  readonly #store: Members;
  readonly #request: SourceRequest;
  readonly #limits: Limits;
  readonly #spent: DocumentBudget;
  /** Images that an index lists and that are not there, where others of it are. */
  readonly missing: Diagnostic[] = [];

  constructor(store: Members, request: SourceRequest, limits: Limits) {
    this.#store = store;
    this.#request = request;
    this.#limits = limits;
    this.#spent = new DocumentBudget(limits);
  }

  /** Follows nested indexes to the manifests for the platform. */
  resolve(descriptor: Descriptor, depth: number): readonly Descriptor[] {
    const bytes = this.#document(descriptor);
    const kind = documentKind(descriptor.mediaType, bytes, this.#limits);
    if (kind !== "index") return [descriptor];
    if (depth >= MOST_NESTED) {
      throw new MuslgateError(
        "limit",
        `${this.#request.written}: its indexes are nested too deeply`,
        "Rebuild the image.",
      );
    }
    const { manifests } = parseIndex(bytes, this.#limits);
    return this.choose(manifests).flatMap((entry) => this.resolve(entry, depth + 1));
  }

  /**
   * The entries of an index to take. Docker and containerd save one platform together with the index that lists all: what
   * is not there is not offered. Throws MuslgateError where nothing there is for the platform.
   */
  choose(entries: readonly Descriptor[]): readonly Descriptor[] {
    const { platform, written } = this.#request;
    const chosen = chooseEntries(entries, platform);
    const gone = chosen.filter((entry) => !this.#isThere(entry));
    if (gone.length === 0 && chosen.length > 0) return chosen;
    const there = entries.filter((entry) => !isAttestation(entry) && this.#isThere(entry));
    // Without any it is the archive that is incomplete: whoever reads the document says so.
    if (there.length === 0 && chosen.length > 0) return chosen;
    const others = chooseEntries(there, platform);
    if (others.length === 0) throw noPlatform(this.#request, there, gone);
    if (platform === "all") {
      this.missing.push({
        code: "platform-missing",
        message: `${written} lists ${offeredPlatforms(gone).join(", ")}, but has only ${offeredPlatforms(there).join(", ")} in it`,
        hint: "Save the image with all its platforms, or name its reference in a registry.",
        weight: "gap",
        subject: written,
      });
    }
    return others;
  }

  /** Whether an entry's document is there and, for a manifest, its configuration and at least one of its layers. */
  #isThere(entry: Descriptor): boolean {
    if (!this.#store.has(blobPath(entry.digest))) return false;
    const bytes = this.#document(entry);
    if (documentKind(entry.mediaType, bytes, this.#limits) !== "manifest") return true;
    const { config, layers } = parseManifest(bytes, this.#limits);
    const has = ({ digest }: Descriptor) => this.#store.has(blobPath(digest));
    return has(config) && (layers.length === 0 || layers.some(has));
  }

  image(descriptor: Descriptor): Image {
    const manifest = parseManifest(this.#document(descriptor), this.#limits);
    const config = parseConfig(this.#document(manifest.config), this.#limits);
    const layers = pairLayers(manifest, config).map(({ descriptor: layer, diffId }) => ({
      digest: layer.digest,
      diffId,
      mediaType: layer.mediaType,
      blob: this.#layerBlob(layer),
    }));
    return { reference: this.#request.written, digest: descriptor.digest, config, layers };
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
    this.#spent.spend(bytes.length);
    verifyDocument(descriptor.digest, bytes);
    return bytes;
  }
}

function noImage(written: string): MuslgateError {
  const hint = "Its index.json leads to none: build or save it again with one.";
  return new MuslgateError("input", `${written} has no image in it`, hint);
}

/** `gone` is what is listed for the platform and not there. */
function noPlatform(
  { written, platform }: SourceRequest,
  there: readonly Descriptor[],
  gone: readonly Descriptor[],
): MuslgateError {
  const wanted = platform === "all" ? "any platform" : platformText(platform);
  const offered = offeredPlatforms(there);
  if (offered.length === 0) return noImage(written);
  return new MuslgateError(
    "input",
    `${written} has ${offered.slice(0, 20).join(", ")}, not ${wanted}`,
    gone.length > 0
      ? `It lists ${wanted} but does not have its files: save it with that platform, or choose another with \`platform\`.`
      : "Choose another with `platform`.",
  );
}
