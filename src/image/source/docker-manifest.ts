/** Reads manifest.json, in which `docker save` lists the images of an archive. Must not open them. */
import { field, isObject, parseList, stringList, wrong } from "../oci/json-document.ts";
import { type Limits, limitReached } from "../limits.ts";

/** One image of an archive; config and layers are names of members, base first. */
export interface DockerEntry {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
}

/** The images a manifest.json lists. Throws MuslgateError (`input`, `limit`). */
export function readDockerManifest(bytes: Uint8Array, limits: Limits): readonly DockerEntry[] {
  return parseList(bytes, limits, "manifest.json").map((entry: unknown, i) => {
    if (!isObject(entry)) throw wrong("manifest.json", `[${i}]`, "an object", entry);
    const config = field(entry, "Config");
    if (typeof config !== "string") throw wrong("manifest.json", `[${i}].Config`, "a file name", config);
    const layers = stringList("manifest.json", `[${i}].Layers`, field(entry, "Layers"));
    if (layers.length > limits.layers) {
      const what = `manifest.json lists ${layers.length} layers for an image, more than ${limits.layers}`;
      throw limitReached("layers", limits, what);
    }
    return { config, layers, tags: stringList("manifest.json", `[${i}].RepoTags`, field(entry, "RepoTags")) };
  });
}
