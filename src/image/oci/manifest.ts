/** Reads OCI and Docker manifests, indexes and configurations from untrusted bytes. Must not fetch or verify anything. */
import { type Digest, isDigest } from "../../model/digest.ts";
import { MuslgateError } from "../../model/error.ts";
import { type HistoryEntry, type ImageConfig, type Platform, platformText } from "../../model/oci.ts";
import {
  field,
  isObject,
  type JsonObject,
  optionalString,
  parseDocument,
  shown,
  stringList,
  stringMap,
  wrong,
} from "./json-document.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";

/** A pointer to content (OCI image spec, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes of the content as stored. */
  readonly size: number;
  /** Index entries only; absent where the index does not say. */
  readonly platform?: Platform;
  readonly annotations: Readonly<Record<string, string>>;
  /** Where else the content is said to be; never followed. */
  readonly urls: readonly string[];
}

/** A list of manifests (OCI image index, Docker manifest list). */
export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
}

/** One image of one platform (OCI image manifest, Docker image manifest version 2 schema 2). */
export interface ImageManifest {
  readonly config: Descriptor;
  /** Base first. */
  readonly layers: readonly Descriptor[];
}

/** What a document claims to be. `schema1` is Docker's manifest of before 2016; `unknown` is anything else. */
export type DocumentKind = "index" | "manifest" | "schema1" | "unknown";

/** Media types of documents (OCI image spec, media types; Docker distribution spec, manifest v2 schemas 1 and 2). */
const KINDS: Readonly<Record<string, DocumentKind>> = {
  "application/vnd.oci.image.index.v1+json": "index",
  "application/vnd.docker.distribution.manifest.list.v2+json": "index",
  "application/vnd.oci.image.manifest.v1+json": "manifest",
  "application/vnd.docker.distribution.manifest.v2+json": "manifest",
  "application/vnd.docker.distribution.manifest.v1+json": "schema1",
  "application/vnd.docker.distribution.manifest.v1+prettyjws": "schema1",
};

/** The documents a client of ours can read, as an `Accept` header lists them. */
export const MANIFEST_MEDIA_TYPES: readonly string[] = Object.keys(KINDS).filter(
  (type) => KINDS[type] === "manifest" || KINDS[type] === "index",
);

/**
 * Configurations of container images. The last four are what old Docker clients and registries wrote by mistake
 * and every puller accepts (moby, distribution/pull_v2.go, ImageTypes).
 */
const IMAGE_CONFIGS: readonly string[] = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  "application/octet-stream",
  "application/json",
  "text/html",
  "",
];

/** A media type without parameters, in lower case (RFC 9110 section 8.3.1). */
function essence(mediaType: string): string {
  return (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function kindOfType(mediaType: string): DocumentKind {
  const type = essence(mediaType);
  return Object.hasOwn(KINDS, type) ? (KINDS[type] ?? "unknown") : "unknown";
}

/**
 * What a document is: by the media type it came with where that says it (a descriptor's, a `Content-Type`), else by
 * its own `mediaType`, else by its fields. Never throws: what cannot be parsed is `unknown`.
 */
export function documentKind(
  mediaType: string,
  bytes: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
): DocumentKind {
  const told = kindOfType(mediaType);
  if (told !== "unknown") return told;
  let document: JsonObject;
  try {
    document = parseDocument(bytes, limits, "document");
  } catch {
    return "unknown";
  }
  const own = field(document, "mediaType");
  if (typeof own === "string" && own !== "") return kindOfType(own);
  if (field(document, "schemaVersion") === 1) return "schema1";
  const index = Array.isArray(field(document, "manifests"));
  const manifest = isObject(field(document, "config")) && Array.isArray(field(document, "layers"));
  if (index === manifest) return "unknown";
  return index ? "index" : "manifest";
}

/** Says what schema 1 is, and what to do about it. */
export function schema1Error(): MuslgateError {
  return new MuslgateError(
    "input",
    "the manifest is of Docker's schema 1, which names no configuration and was retired in 2016",
    "Pull the image and push it again with a current Docker, podman or skopeo; they write the newer form.",
  );
}

/** A document must not be readable as two kinds (CVE-2021-41190: image spec 1.0.2 forbids it). */
function requireKind(document: JsonObject, kind: "index" | "manifest", others: readonly string[]): void {
  const own = optionalString(kind, "mediaType", field(document, "mediaType"));
  if (own !== undefined && own !== "" && kindOfType(own) !== kind) {
    throw wrong(kind, "mediaType", `that of ${kind === "index" ? "an index" : "a manifest"}`, own);
  }
  if (field(document, "schemaVersion") === 1) throw schema1Error();
  const other = others.find((name) => field(document, name) !== undefined);
  if (other !== undefined) {
    throw new MuslgateError(
      "input",
      `the ${kind} is malformed: it also has \`${other}\`, so that two readers could see two different images`,
      "Do not trust this image; rebuild or re-push it with a current tool.",
    );
  }
}

function parsePlatform(what: string, where: string, value: unknown): Platform | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw wrong(what, where, "an object", value);
  const variant = optionalString(what, `${where}.variant`, field(value, "variant"));
  return {
    os: optionalString(what, `${where}.os`, field(value, "os")) || "unknown",
    architecture: optionalString(what, `${where}.architecture`, field(value, "architecture")) || "unknown",
    ...(variant ? { variant } : {}),
  };
}

function parseDescriptor(what: string, where: string, value: unknown): Descriptor {
  if (!isObject(value)) throw wrong(what, where, "a descriptor", value);
  const digest = field(value, "digest");
  if (!isDigest(digest)) throw wrong(what, `${where}.digest`, "a sha256 digest", digest);
  const size = field(value, "size");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw wrong(what, `${where}.size`, "a number of bytes", size);
  }
  const platform = parsePlatform(what, `${where}.platform`, field(value, "platform"));
  return {
    mediaType: optionalString(what, `${where}.mediaType`, field(value, "mediaType")) ?? "",
    digest,
    size,
    ...(platform ? { platform } : {}),
    annotations: stringMap(what, `${where}.annotations`, field(value, "annotations")),
    urls: stringList(what, `${where}.urls`, field(value, "urls")),
  };
}

function parseDescriptors(what: string, where: string, value: unknown): readonly Descriptor[] {
  if (!Array.isArray(value)) throw wrong(what, where, "a list", value);
  return value.map((item, i) => parseDescriptor(what, `${where}[${i}]`, item));
}

/** Reads an OCI image index or a Docker manifest list. Throws MuslgateError (`input`, `limit`). */
export function parseIndex(bytes: Uint8Array, limits: Limits): ImageIndex {
  const document = parseDocument(bytes, limits, "index");
  requireKind(document, "index", ["config", "layers", "fsLayers"]);
  return {
    manifests: parseDescriptors("index", "manifests", field(document, "manifests") ?? []),
  };
}

/**
 * Reads an OCI or Docker (schema 2) image manifest. Throws MuslgateError (`input`, `limit`), also when it describes
 * something other than a container image, such as a Helm chart or a build cache.
 */
export function parseManifest(
  bytes: Uint8Array,
  limits: Limits,
  configs: readonly string[] = IMAGE_CONFIGS,
): ImageManifest {
  const document = parseDocument(bytes, limits, "manifest");
  requireKind(document, "manifest", ["manifests", "fsLayers"]);
  const config = parseDescriptor("manifest", "config", field(document, "config"));
  if (!configs.includes(essence(config.mediaType))) {
    throw new MuslgateError(
      "input",
      `it is not ${configs === IMAGE_CONFIGS ? "a container image" : "what was looked for"} but an artifact with a configuration of type ${shown(config.mediaType)}`,
      "Give the reference of an image; charts, signatures and build caches live in registries too.",
    );
  }
  const layers = field(document, "layers") ?? [];
  if (Array.isArray(layers) && layers.length > limits.layers) {
    throw new MuslgateError(
      "limit",
      `the manifest lists ${layers.length} layers, more than the ${limits.layers} allowed`,
      "Container runtimes stop at 127 layers or so; raise the limit only if you trust the image.",
    );
  }
  return {
    config,
    layers: parseDescriptors("manifest", "layers", layers),
  };
}

/** A command in exec form. Docker's own reader takes a bare string for a list of one (moby, strslice). */
function parseCommand(where: string, value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : stringList("configuration", where, value);
}

function parseHistory(value: unknown): readonly HistoryEntry[] {
  if (value === undefined) return [];
  const what = "configuration";
  if (!Array.isArray(value)) throw wrong(what, "history", "a list", value);
  return value.map((item: unknown, i) => {
    if (!isObject(item)) throw wrong(what, `history[${i}]`, "an object", item);
    const createdBy = optionalString(what, `history[${i}].created_by`, field(item, "created_by"));
    return {
      ...(createdBy ? { createdBy } : {}),
      emptyLayer: field(item, "empty_layer") === true,
    };
  });
}

/**
 * Reads an OCI or Docker image configuration. A missing `os` or `architecture` becomes `unknown`.
 * Throws MuslgateError (`input`, `limit`), also when the document has no `rootfs` and so is not an image's.
 */
export function parseConfig(bytes: Uint8Array, limits: Limits): ImageConfig {
  const what = "configuration";
  const document = parseDocument(bytes, limits, what);
  const rootfs = field(document, "rootfs");
  if (!isObject(rootfs)) throw wrong(what, "rootfs", "an object that lists the layers", rootfs);
  const diffIds = stringList(what, "rootfs.diff_ids", field(rootfs, "diff_ids"));
  const bad = diffIds.findIndex((id) => !isDigest(id));
  if (bad >= 0) throw wrong(what, `rootfs.diff_ids[${bad}]`, "a sha256 digest", diffIds[bad]);
  const run = field(document, "config") ?? {};
  if (!isObject(run)) throw wrong(what, "config", "an object", run);
  return {
    platform: parsePlatform(what, "the document", document) ?? { os: "unknown", architecture: "unknown" },
    entrypoint: parseCommand("config.Entrypoint", field(run, "Entrypoint")),
    cmd: parseCommand("config.Cmd", field(run, "Cmd")),
    env: stringList(what, "config.Env", field(run, "Env")),
    workingDir: optionalString(what, "config.WorkingDir", field(run, "WorkingDir")) ?? "",
    ...buildTime(run),
    history: parseHistory(field(document, "history")),
    diffIds: diffIds as readonly Digest[],
  };
}

/** What only builds on this image heed; what is malformed there is none of its containers' matter. */
function buildTime(run: JsonObject): Pick<ImageConfig, "onBuild" | "shell"> {
  const words = (name: string) => {
    const value = field(run, name);
    return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")
      ? value
      : undefined;
  };
  const [onBuild, shell] = [words("OnBuild"), words("Shell")];
  return { ...(onBuild && { onBuild }), ...(shell && { shell }) };
}

/**
 * Whether an index entry is BuildKit's provenance or SBOM of another entry rather than an image
 * (BuildKit, docs/attestations/attestation-storage.md).
 */
export function isAttestation(descriptor: Descriptor): boolean {
  if (Object.hasOwn(descriptor.annotations, "vnd.docker.reference.type")) return true;
  return descriptor.platform?.os === "unknown" && descriptor.platform.architecture === "unknown";
}

/** Whether a layer is stored elsewhere by its maker's wish: its `urls` are not followed (OCI image spec, layer). */
export function isForeignLayer(descriptor: Descriptor): boolean {
  return descriptor.urls.length > 0 || /nondistributable|\.foreign\./.test(descriptor.mediaType);
}

/** Other names of architectures, as users and old tools write them (containerd, platforms/database.go). */
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  aarch64: ["arm64"],
  x86_64: ["amd64"],
  "x86-64": ["amd64"],
  i386: ["386"],
  i486: ["386"],
  i586: ["386"],
  i686: ["386"],
  armhf: ["arm", "v7"],
  armel: ["arm", "v6"],
};

/** The one name of a platform: `arm64/v8` and `arm64`, `amd64/v1` and `amd64`, `arm` and `arm/v7` are the same. */
function normalPlatform(platform: Platform): { os: string; architecture: string; variant: string } {
  const written = platform.architecture.toLowerCase();
  const [architecture, implied] = Object.hasOwn(ARCHITECTURES, written)
    ? (ARCHITECTURES[written] ?? [written])
    : [written];
  let variant = (implied ?? platform.variant ?? "").toLowerCase();
  if (/^\d+$/.test(variant)) variant = `v${variant}`;
  if (architecture === "arm64" && variant === "v8") variant = "";
  if (architecture === "amd64" && variant === "v1") variant = "";
  if (architecture === "arm" && variant === "") variant = "v7";
  return { os: platform.os.toLowerCase(), architecture, variant };
}

/** How far a variant is from the wanted one: 0 the same, then newer to older; undefined when it would not run. */
function variantDistance(architecture: string, wanted: string, offered: string): number | undefined {
  if (wanted === offered) return 0;
  const level = (variant: string) =>
    variant === "" ? 1 : Number(/^v(\d+)/.exec(variant)?.[1] ?? Number.NaN);
  const away = level(wanted) - level(offered);
  if (architecture === "arm" || architecture === "amd64" || architecture === "arm64") {
    if (away > 0) return away;
    // Nobody asks for a level by leaving it out: any level of the architecture is better than none.
    if (wanted === "" && away < 0) return 100 - away;
  }
  return undefined;
}

/** Whether an image for one platform runs where another is wanted. */
export function servesPlatform(offered: Platform, wanted: Platform): boolean {
  return platformDistance(wanted, offered) !== undefined;
}

/** How well an offered platform serves a wanted one: 0 is best; undefined when it does not. */
function platformDistance(wanted: Platform, offered: Platform): number | undefined {
  const want = normalPlatform(wanted);
  const have = normalPlatform(offered);
  if (want.os !== have.os || want.architecture !== have.architecture) return undefined;
  return variantDistance(want.architecture, want.variant, have.variant);
}

/**
 * The entry of an index to take for a platform, or undefined. An older variant serves where the wanted one is
 * missing (`arm/v6` for `arm/v7`; containerd, platforms/compare.go), the first of equals wins, attestations are
 * passed over. Where no entry names the platform, the only entry that names none at all is taken: it may be a
 * nested index or a manifest whose configuration says it.
 */
export function selectPlatform(
  descriptors: readonly Descriptor[],
  platform: Platform,
): Descriptor | undefined {
  let best: Descriptor | undefined;
  let least = Number.POSITIVE_INFINITY;
  const images = descriptors.filter((descriptor) => !isAttestation(descriptor));
  for (const descriptor of images) {
    if (!descriptor.platform) continue;
    const distance = platformDistance(platform, descriptor.platform);
    if (distance !== undefined && distance < least) {
      best = descriptor;
      least = distance;
    }
  }
  if (best) return best;
  const nameless = images.filter((descriptor) => !descriptor.platform);
  return nameless.length === 1 ? nameless[0] : undefined;
}

/** The entries of an index to take: all images, or the one for a platform where there is one. */
export function chooseEntries(
  descriptors: readonly Descriptor[],
  platform: Platform | "all",
): readonly Descriptor[] {
  if (platform === "all") return descriptors.filter((descriptor) => !isAttestation(descriptor));
  const chosen = selectPlatform(descriptors, platform);
  return chosen === undefined ? [] : [chosen];
}

/** The platforms an index offers, as `--platform` takes them; for messages. */
export function offeredPlatforms(descriptors: readonly Descriptor[]): readonly string[] {
  const names = descriptors
    .filter((descriptor) => !isAttestation(descriptor))
    .map((descriptor) =>
      descriptor.platform ? shown(platformText(descriptor.platform)).slice(1, -1) : "unnamed",
    );
  return [...new Set(names)];
}

/**
 * Joins each layer of a manifest with its diffID. Throws MuslgateError when the two lists differ in length, or when
 * the image is of an operating system whose layers are no Linux file system.
 */
export function pairLayers(
  manifest: ImageManifest,
  config: ImageConfig,
): readonly { readonly descriptor: Descriptor; readonly diffId: Digest }[] {
  if (config.platform.os.toLowerCase() === "windows") {
    throw new MuslgateError(
      "input",
      `it is an image for ${shown(platformText(config.platform)).slice(1, -1)}, which has no libc to look at`,
      "Choose a Linux image with `platform` linux/amd64, or leave this image out.",
    );
  }
  if (manifest.layers.length !== config.diffIds.length) {
    throw new MuslgateError(
      "input",
      `the manifest lists ${manifest.layers.length} layers but the configuration ${config.diffIds.length}`,
      "The image is damaged or was put together by hand; rebuild or re-push it.",
    );
  }
  return manifest.layers.map((descriptor, i) => ({ descriptor, diffId: config.diffIds[i]! }));
}
