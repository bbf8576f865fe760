/** Tells compose files by their shape and their name. Must not read what they say. */
import { nameOf } from "../../tree/paths.ts";
import { valueAt, type YamlNode } from "../../yaml/nodes.ts";

/**
 * Whether documents are a compose file: `services` of maps with an image or a build, and no kind. JSON of that shape
 * has to be named so, because other tools' settings look alike.
 */
export function isCompose(path: string, documents: readonly YamlNode[]): boolean {
  if (/\.json$/i.test(path) && !/compose/i.test(nameOf(path))) return false;
  const [document] = documents;
  const services = valueAt(document, "services");
  if (services?.kind !== "map" || valueAt(document, "kind") !== undefined) return false;
  if (isOverrideName(path)) return true;
  return services.entries.some(({ value }) =>
    ["image", "build", "extends"].some((key) => valueAt(value, key) !== undefined),
  );
}

/** Whether compose lays a file of this name over the one beside it, without being told. */
export function isOverrideName(path: string): boolean {
  return /^(?:docker-)?compose\.override\.ya?ml$/.test(nameOf(path));
}

/** Whether it says something that stands elsewhere: compose reads it with what it extends, or is laid over. */
export function isPart(path: string, documents: readonly YamlNode[]): boolean {
  const services = valueAt(documents[0], "services");
  const entries = services?.kind === "map" ? services.entries : [];
  return isOverrideName(path) || entries.some(({ value }) => valueAt(value, "extends") !== undefined);
}
