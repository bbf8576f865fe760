/** Opens what `docker save` writes: one tar, a manifest.json that names configurations and layers. Must not read layers. */
import { MuslgateError } from "../../model/error.ts";
import type { Image } from "../../model/oci.ts";
import { digestOf } from "../digest.ts";
import { field, isObject, parseDocument, stringList, wrong } from "../json-document.ts";
import type { Limits } from "../limits.ts";
import { parseConfig } from "../manifest.ts";
import { splitLocation } from "./location.ts";
import { type Archives, looksLikeArchive, type Members } from "./members.ts";
import { openLayout } from "./oci.ts";
import type { Opened, Source, SourceRequest } from "./source.ts";

/** `docker-archive:FILE[:NAME:TAG]`, compressed or not; `-` is standard input, which may hold an OCI archive too. */
export function dockerArchiveSource(archives: Archives, limits: Limits): Source {
  return {
    scheme: "docker-archive",
    guess: async (reference) => reference === "-" || looksLikeArchive(splitLocation(reference).path),
    open: async (request) => {
      const { path, selector } = splitLocation(request.reference);
      const members = await archives.open(path, request.signal);
      if (path === "-" && !members.has("manifest.json"))
        return openLayout(members, selector, request, limits);
      return openDockerArchive(members, selector, request, limits);
    },
  };
}

/** Opens the images of an archive. Throws MuslgateError. */
export function openDockerArchive(
  archive: Members,
  selector: string,
  { written }: SourceRequest,
  limits: Limits,
): Opened {
  const entries = readManifest(archive, written, limits);
  const chosen = selector === "" ? entries : entries.filter(({ tags }) => matches(tags, selector));
  if (chosen.length === 0) throw notInIt(written, selector, entries);
  const images = chosen.map((entry) => {
    // One image goes by what the user wrote; several by their own names.
    const reference = chosen.length > 1 ? (entry.tags[0] ?? written) : written;
    return openImage(archive, entry, written, reference, limits);
  });
  return { images, diagnostics: [], close: async () => {} };
}

interface Entry {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
}

function readManifest(archive: Members, written: string, limits: Limits): readonly Entry[] {
  const bytes = archive.read("manifest.json", limits.documentBytes);
  if (bytes === undefined) {
    throw new MuslgateError(
      "input",
      `${written} is not what docker save writes: it has no manifest.json`,
      "Give the tar of docker save, podman save or skopeo copy docker-archive:.",
    );
  }
  // The document is a list; the parser for objects gets it inside one.
  const whole = Buffer.concat([Buffer.from('{"entries":'), bytes, Buffer.from("}")]);
  const entries = field(parseDocument(whole, limits, "manifest.json"), "entries");
  if (!Array.isArray(entries)) throw wrong("manifest.json", "the document", "a list", entries);
  return entries.map((entry: unknown, i) => {
    if (!isObject(entry)) throw wrong("manifest.json", `[${i}]`, "an object", entry);
    const config = field(entry, "Config");
    if (typeof config !== "string") throw wrong("manifest.json", `[${i}].Config`, "a file name", config);
    return {
      config,
      layers: stringList("manifest.json", `[${i}].Layers`, field(entry, "Layers")),
      tags: stringList("manifest.json", `[${i}].RepoTags`, field(entry, "RepoTags") ?? undefined),
    };
  });
}

function matches(tags: readonly string[], selector: string): boolean {
  const wanted = /:[^/]+$/.test(selector) ? selector : `${selector}:latest`;
  return tags.some((tag) => tag === wanted || tag.endsWith(`/${wanted}`));
}

function openImage(
  archive: Members,
  entry: Entry,
  written: string,
  reference: string,
  limits: Limits,
): Image {
  const bytes = archive.read(entry.config, limits.documentBytes);
  if (bytes === undefined) {
    throw incomplete(written, `the configuration ${JSON.stringify(entry.config)}`);
  }
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

function notInIt(written: string, selector: string, entries: readonly Entry[]): MuslgateError {
  const tags = entries.flatMap((entry) => entry.tags);
  return new MuslgateError(
    "input",
    selector === "" ? `${written} holds no image` : `${written}: there is no image "${selector}" in it`,
    tags.length > 0 ? `It has: ${tags.join(", ")}.` : "Its images have no names: leave the name out.",
  );
}
