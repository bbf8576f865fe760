/** Gets one image's manifest and configuration from a registry, verified, and says where its layers are. Must not read layers. */
import type { Digest } from "../../../model/digest.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import { MuslgateError, messageOf } from "../../../model/error.ts";
import { type Blob, type Image, type Layer, type Platform, platformText } from "../../../model/oci.ts";
import { digestOf } from "../../oci/digest.ts";
import { shown } from "../../oci/json-document.ts";
import { DocumentBudget, type Limits } from "../../limits.ts";
import {
  chooseEntries,
  type Descriptor,
  documentKind,
  isForeignLayer,
  MANIFEST_MEDIA_TYPES,
  offeredPlatforms,
  pairLayers,
  parseConfig,
  parseIndex,
  parseManifest,
  schema1Error,
  selectPlatform,
} from "../../oci/manifest.ts";
import type { Opened, SourceRequest } from "../source.ts";
import type { Subject } from "./authorizer.ts";
import { openBlob, type RemoteBlob, readBlobRange } from "./blob.ts";
import type { RegistryClient } from "./client.ts";
import { apiHost, registryName } from "./known-registries.ts";
import type { RegistryReference } from "./reference.ts";
import type { RetryPolicy } from "./retry.ts";

/** What every step of opening an image needs. */
export interface House {
  readonly client: RegistryClient;
  readonly policy: RetryPolicy;
  readonly limits: Limits;
}

/** What one opening of one reference needs besides. */
interface Opening {
  readonly subject: Subject;
  readonly spent: DocumentBudget;
  readonly signal: AbortSignal;
}

/** An error with the image's name in front, as the user wrote it. */
export function named(error: unknown, written: string): unknown {
  if (!(error instanceof MuslgateError)) return error;
  const name = shown(written).slice(1, -1);
  // Errors about the reference itself name it already.
  if (error.code === "usage") return error;
  return new MuslgateError(error.code, `${name}: ${error.message}`, error.hint, error.cause, error.reason);
}

/**
 * Asks mirrors, then the registry itself, the last of `hosts`; whoever gives the manifest is asked first for the rest.
 * Rejects with MuslgateError.
 */
export async function openFrom(
  house: House,
  hosts: readonly string[],
  reference: RegistryReference,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<Pick<Opened, "images" | "diagnostics">> {
  const diagnostics: Diagnostic[] = [];
  const subjects = hosts.map((host, i) =>
    subjectOf(house, host.toLowerCase(), reference, i === hosts.length - 1),
  );
  for (const [i, prepare] of subjects.entries()) {
    try {
      const subject = await prepare(signal);
      const rest = async () => await Promise.all(subjects.slice(i + 1).map((other) => other(signal)));
      const opening = { subject, spent: new DocumentBudget(house.limits), signal };
      const found = await findManifests(house, opening, reference, request.platform, undefined, 0);
      const images = await Promise.all(
        found.map((manifest) => openImage(house, opening, rest, manifest, request, diagnostics)),
      );
      return { images, diagnostics };
    } catch (error) {
      signal.throwIfAborted();
      if (i === subjects.length - 1) throw error;
      diagnostics.push({
        code: "mirror-failed",
        message: `the mirror ${shown(hosts[i])} was passed over: ${messageOf(error)}`,
        hint: "The next one was asked instead; nothing is missing from the result.",
        weight: "notice",
        subject: request.written,
      });
    }
  }
  throw new MuslgateError("internal", "no host was asked", "Please report this.");
}

type Prepare = (signal: AbortSignal) => Promise<Subject>;

/** A host to ask, its scheme found out once it is needed. */
export function subjectOf(house: House, host: string, reference: RegistryReference, last: boolean): Prepare {
  const registry = last ? reference.registry : registryName(host);
  const address = apiHost(registry);
  if (!URL.canParse(`https://${address}`) || new URL(`https://${address}`).pathname !== "/") {
    throw new MuslgateError("usage", `${shown(host)} is not a host`, "Write mirrors as host or host:port.");
  }
  let known: Promise<"https" | "http"> | undefined;
  return async (signal) => {
    known ??= house.client.scheme(address, signal);
    return { registry, repository: reference.repository, api: new URL(`${await known}://${address}`) };
  };
}

async function openImage(
  house: House,
  { subject, spent, signal }: Opening,
  rest: () => Promise<readonly Subject[]>,
  { bytes, digest }: FoundManifest,
  request: SourceRequest,
  diagnostics: Diagnostic[],
): Promise<Image> {
  const { limits, client } = house;
  const manifest = parseManifest(bytes, limits);
  const { config: descriptor } = manifest;
  if (descriptor.size > limits.documentBytes) {
    throw new MuslgateError(
      "limit",
      `the configuration has ${descriptor.size} bytes, more than the ${limits.documentBytes} allowed`,
      "Real configurations are some kilobytes; raise the limit only if you trust the image.",
    );
  }
  const read = await client.document(
    {
      subject,
      path: `blobs/${descriptor.digest}`,
      what: `configuration ${descriptor.digest}`,
      headers: { "accept-encoding": "identity" },
      signal,
    },
    limits.documentBytes,
  );
  spent.spend(read.bytes.length);
  verify("configuration", read.bytes, descriptor.digest, descriptor.size);
  const config = parseConfig(read.bytes, limits);
  const pairs = pairLayers(manifest, config);
  const { platform } = request;
  if (platform !== "all" && !selectPlatform([{ ...descriptor, platform: config.platform }], platform)) {
    diagnostics.push({
      code: "other-platform",
      message: `the image is for ${shown(platformText(config.platform)).slice(1, -1)}, not for ${platformText(platform)}`,
      hint: "It has no other; what is said of it holds for the platform it is for.",
      weight: "notice",
      subject: request.written,
    });
  }
  const layers = pairs.map(({ descriptor: layer, diffId }): Layer => {
    const blob = isForeignLayer(layer)
      ? foreign(layer, request)
      : remote(house, async () => [subject, ...(await rest())], layer, request.written, signal);
    return { digest: layer.digest, diffId, mediaType: layer.mediaType, annotations: layer.annotations, blob };
  });
  return { reference: request.written, digest, config, layers };
}

/** A manifest, verified. */
interface FoundManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** Follows indexes to the manifests of the platform; what it resolves with is verified. */
export async function findManifests(
  house: House,
  opening: Opening,
  reference: RegistryReference,
  platform: Platform | "all",
  wanted: Descriptor | undefined,
  depth: number,
): Promise<readonly FoundManifest[]> {
  const { subject, spent, signal } = opening;
  if (depth < house.limits.documentDepth) {
    const name = wanted?.digest ?? reference.digest ?? reference.tag ?? "latest";
    const what = `manifest ${name}`;
    const { bytes, headers } = await house.client.document(
      {
        subject,
        path: `manifests/${name}`,
        what,
        headers: { accept: MANIFEST_MEDIA_TYPES.join(", ") },
        signal,
      },
      house.limits.documentBytes,
    );
    spent.spend(bytes.length);
    const digest = verify("manifest", bytes, wanted?.digest ?? reference.digest, wanted?.size);
    const told = headers["docker-content-digest"];
    if (typeof told === "string" && told.startsWith("sha256:") && told !== digest) {
      throw new MuslgateError(
        "input",
        `the manifest is not what the registry says it is: ${shown(told)} was announced, ${digest} came`,
        "Nothing of it was believed. Something between you and the registry may have changed it.",
      );
    }
    const type = headers["content-type"] ?? "";
    const kind = documentKind(wanted?.mediaType || type, bytes, house.limits);
    if (kind === "manifest") return [{ bytes, digest }];
    if (kind === "schema1") throw schema1Error();
    if (kind !== "index") {
      throw new MuslgateError(
        "input",
        `${subject.api.host} answered with ${shown(type || "no media type")} where a manifest was expected`,
        "Check that the host is a container registry, that the reference is an image and that no login page is in between.",
      );
    }
    const { manifests } = parseIndex(bytes, house.limits);
    const chosen = chooseEntries(manifests, platform);
    if (chosen.length === 0) {
      const offered = offeredPlatforms(manifests);
      throw new MuslgateError(
        "input",
        `there is no image for ${platform === "all" ? "any platform" : platformText(platform)}; there is ${offered.slice(0, 20).join(", ") || "none at all"}`,
        "Choose one of these with `platform`.",
      );
    }
    const found: FoundManifest[] = [];
    // One after the other: each is a pull in a registry's count.
    for (const entry of chosen) {
      found.push(...(await findManifests(house, opening, reference, platform, entry, depth + 1)));
    }
    return found;
  }
  throw new MuslgateError(
    "limit",
    `the index nests deeper than the ${house.limits.documentDepth} levels allowed`,
    "Real indexes nest once at most; do not trust this image.",
  );
}

/** The digest of a document, once it is the expected one. */
function verify(
  what: string,
  bytes: Uint8Array,
  digest: Digest | undefined,
  size: number | undefined,
): Digest {
  const actual = digestOf(bytes);
  if ((digest !== undefined && digest !== actual) || (size !== undefined && size !== bytes.length)) {
    throw new MuslgateError(
      "input",
      `the ${what} does not have the digest it was asked for by: ${digest} was wanted, ${actual} came`,
      "Nothing of it was believed. The registry, a mirror or a proxy is damaged, or somebody changed it.",
    );
  }
  return actual;
}

/** A layer of a repository as a manifest described it: mirrors are asked for it, then the registry itself. */
export function remoteLayer(
  house: House,
  hosts: readonly string[],
  reference: RegistryReference,
  layer: Pick<Descriptor, "digest" | "size">,
  signal: AbortSignal,
): Blob {
  const prepared = hosts.map((host, i) =>
    subjectOf(house, host.toLowerCase(), reference, i === hosts.length - 1),
  );
  const subjects = () => Promise.all(prepared.map((prepare) => prepare(signal)));
  return remote(house, subjects, layer, `${reference.registry}/${reference.repository}`, signal);
}

function foreign(layer: Descriptor, request: SourceRequest): Blob {
  return {
    kind: "stream",
    size: layer.size,
    open: () =>
      Promise.reject(
        named(
          new MuslgateError(
            "input",
            `the layer ${layer.digest} is not in the registry but at an address of its maker's, which is not followed`,
            "Push the image with its layers (dockerd: allow-nondistributable-artifacts), or leave it out.",
          ),
          request.written,
        ),
      ),
  };
}

function remote(
  { client, policy }: House,
  subjects: () => Promise<readonly Subject[]>,
  layer: Pick<Descriptor, "digest" | "size">,
  written: string,
  closed: AbortSignal,
): Blob {
  const { digest, size } = layer;
  const blob = async (): Promise<RemoteBlob> => ({
    client,
    policy,
    subjects: await subjects(),
    digest,
    size,
    what: "layer",
  });
  /** Errors while opening and while reading get the image's name. */
  const naming = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      throw named(error, written);
    }
  };
  return {
    kind: "stream",
    size,
    async open(signal) {
      try {
        return naming(await openBlob(await blob(), AbortSignal.any([signal, closed])));
      } catch (error) {
        throw named(error, written);
      }
    },
    async readRange(from, to, signal) {
      try {
        return await readBlobRange(await blob(), from, to, AbortSignal.any([signal, closed]));
      } catch (error) {
        throw named(error, written);
      }
    },
  };
}
