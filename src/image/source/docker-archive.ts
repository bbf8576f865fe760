/** Opens what `docker save` writes: one tar, a manifest.json that names configurations and layers. Must not read layers. */
import { MuslgateError } from "../../model/error.ts";
import type { Image } from "../../model/oci.ts";
import { digestOf } from "../oci/digest.ts";
import { DocumentBudget, type Limits } from "../limits.ts";
import { parseConfig } from "../oci/manifest.ts";
import { archiveKind } from "./archive-kind.ts";
import type { Archives } from "./archives.ts";
import { type DockerEntry, readDockerManifest } from "./docker-manifest.ts";
import { splitLocation } from "./location.ts";
import type { Members } from "./members.ts";
import { openLayout } from "./oci.ts";
import type { Opened, Source, SourceRequest } from "./source.ts";

/** `docker-archive:FILE[:NAME:TAG]`, compressed or not; `-` is standard input, which may hold an OCI archive too. */
export function dockerArchiveSource(archives: Archives, limits: Limits): Source {
  return {
    scheme: "docker-archive",
    guess: async (reference, signal) =>
      reference === "-" || (await archives.kind(splitLocation(reference).path, signal)) === "docker",
    open: async (request) => {
      const { path, selector } = splitLocation(request.reference);
      const members = await archives.open(path, request.signal);
      return path === "-"
        ? openEither(members, selector, request, limits)
        : openDockerArchive(members, selector, request, limits);
    },
  };
}

/** Opens the images of an archive that came as a stream, whichever form leads to one. Throws MuslgateError. */
export function openEither(
  members: Members,
  selector: string,
  request: SourceRequest,
  limits: Limits,
): Opened {
  return archiveKind(members, limits) === "oci"
    ? openLayout(members, selector, request, limits)
    : openDockerArchive(members, selector, request, limits);
}

/** Opens the images of an archive. Throws MuslgateError. */
export function openDockerArchive(
  archive: Members,
  selector: string,
  { written }: SourceRequest,
  limits: Limits,
): Opened {
  const spent = new DocumentBudget(limits);
  const entries = readManifest(archive, written, limits, spent);
  const chosen = selector === "" ? entries : entries.filter(({ tags }) => matches(tags, selector));
  if (chosen.length === 0) throw notInIt(written, selector, entries);
  const images = chosen.map((entry) => {
    // One image goes by what the user wrote; several by their own names.
    const reference = chosen.length > 1 ? (entry.tags[0] ?? written) : written;
    return openImage(archive, entry, written, reference, limits, spent);
  });
  return { images, diagnostics: [], close: async () => {} };
}

function readManifest(
  archive: Members,
  written: string,
  limits: Limits,
  spent: DocumentBudget,
): readonly DockerEntry[] {
  const bytes = archive.read("manifest.json", limits.documentBytes);
  if (bytes === undefined) {
    throw new MuslgateError(
      "input",
      `${written} is not what docker save writes: it has no manifest.json`,
      "Give the tar of docker save, podman save or skopeo copy docker-archive:.",
    );
  }
  spent.spend(bytes.length);
  return readDockerManifest(bytes, limits);
}

function matches(tags: readonly string[], selector: string): boolean {
  const wanted = /:[^/]+$/.test(selector) ? selector : `${selector}:latest`;
  return tags.some((tag) => tag === wanted || tag.endsWith(`/${wanted}`));
}

function openImage(
  archive: Members,
  entry: DockerEntry,
  written: string,
  reference: string,
  limits: Limits,
  spent: DocumentBudget,
): Image {
  const bytes = archive.read(entry.config, limits.documentBytes);
  if (bytes === undefined) {
    throw incomplete(written, `the configuration ${JSON.stringify(entry.config)}`);
  }
  spent.spend(bytes.length);
  const config = parseConfig(bytes, limits);
  if (config.diffIds.length !== entry.layers.length) {
    throw new MuslgateError(
      "input",
      `${written}: manifest.json lists ${entry.layers.length} layers but the configuration ${config.diffIds.length}`,
      "The archive is damaged or was put together by hand: save the image again.",
    );
  }
  const layers = entry.layers.map((name, i) => {
    const blob = archive.blob(name);
    if (blob === undefined) throw incomplete(written, `the layer ${JSON.stringify(name)}`);
    return { diffId: config.diffIds[i], mediaType: "", blob };
  });
  return { reference, digest: digestOf(bytes), config, layers };
}

function incomplete(written: string, what: string): MuslgateError {
  return new MuslgateError(
    "input",
    `${written} is incomplete: ${what} is not in it`,
    "Save the image again.",
  );
}

function notInIt(written: string, selector: string, entries: readonly DockerEntry[]): MuslgateError {
  const tags = entries.flatMap((entry) => entry.tags);
  return new MuslgateError(
    "input",
    selector === "" ? `${written} holds no image` : `${written}: there is no image "${selector}" in it`,
    tags.length > 0 ? `It has: ${tags.join(", ")}.` : "Its images have no names: leave the name out.",
  );
}
