/** The variables a PodSpec gives a container, and what they make of its command. Must not look into its image. */
import type { ConfigMaps } from "../config-maps.ts";
import type { Surroundings } from "../../model/surroundings.ts";
import { isTrue, itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** Whose ConfigMaps are meant, and where they are looked up. */
export interface Reader {
  readonly file: string;
  readonly namespace: string;
  readonly configMaps: ConfigMaps;
  /** Works a template out; nothing where it cannot be. */
  readonly render: (template: string) => string | undefined;
}

/** Variables by name; `undefined` where a value is not known. */
export interface ContainerEnv {
  readonly env: ReadonlyMap<string, string | undefined>;
  readonly open: boolean;
}

/** The longest value that is followed: values made of each other would double with every line. */
const MOST_LENGTH = 32_768;

/**
 * Reads `envFrom`, then `env`, which goes over it; a value may speak of variables before it (kubernetes.io, Define
 * Dependent Environment Variables). What comes from Secrets, fields and resources is not known.
 */
export function containerEnv(container: YamlNode, reader: Reader): ContainerEnv {
  const env = new Map<string, string | undefined>();
  let open = false;
  const set = (name: string, value: string | undefined) => {
    if (!reader.configMaps.spend(name.length + (value?.length ?? 0))) {
      open = true;
      return;
    }
    env.set(name, value);
  };
  for (const from of itemsAt(container, "envFrom")) {
    const prefix = textAt(from, "prefix")?.text ?? "";
    const name = textAt(from, "configMapRef", "name");
    const data =
      name === undefined || name.templated
        ? undefined
        : reader.configMaps.find(name.text, reader.file, reader.namespace);
    if (data === undefined) open = true;
    for (const [key, value] of data ?? []) set(prefix + key, value);
  }
  for (const one of itemsAt(container, "env")) {
    const name = textAt(one, "name");
    if (name === undefined || name.templated) {
      open = true;
      continue;
    }
    const from = valueAt(one, "valueFrom");
    if (from !== undefined) {
      const value = fromConfigMap(from, reader);
      if (value !== "absent") set(name.text, value.text);
      continue;
    }
    const value = valueAt(one, "value");
    const text = value?.kind === "text" ? written(value.text, value.templated, reader) : value && undefined;
    set(name.text, value === undefined ? "" : text === undefined ? undefined : expandReferences(text, env));
  }
  return { env, open };
}

function fromConfigMap(from: YamlNode, reader: Reader): { readonly text?: string } | "absent" {
  const reference = valueAt(from, "configMapKeyRef");
  const [name, key] = [textAt(reference, "name"), textAt(reference, "key")];
  if (name === undefined || key === undefined || name.templated || key.templated) return {};
  const data = reader.configMaps.find(name.text, reader.file, reader.namespace);
  if (data === undefined) return {};
  if (data.has(key.text)) return { text: data.get(key.text) };
  return isTrue(textAt(reference, "optional")?.text) ? "absent" : {};
}

function written(text: string, templated: boolean, { render }: Reader): string | undefined {
  // What Flux or envsubst puts in is not known.
  if (!templated) return /^\$\{\w+\}$/.test(text) ? undefined : text;
  return render(text);
}

/**
 * `$(NAME)` as kubelet puts it in: a variable of the container's own, `$$(NAME)` for the text itself; what is not defined
 * stays as it is written. Nothing where a value is not known, or too long.
 */
export function expandReferences(
  text: string,
  env: ReadonlyMap<string, string | undefined>,
): string | undefined {
  if (!text.includes("$")) return text;
  let known = true;
  let length = 0;
  const expanded = text.replace(/\$\$|\$\(([^()]*)\)/g, (all, name: string | undefined) => {
    if (name === undefined) return "$";
    if (!env.has(name)) return all;
    const value = env.get(name);
    known &&= value !== undefined;
    length += value?.length ?? 0;
    return length > MOST_LENGTH ? "" : (value ?? "");
  });
  return known && length <= MOST_LENGTH ? expanded : undefined;
}

/** The variables as a record, where there are any. */
export function envOf({ env, open }: ContainerEnv): Pick<Surroundings, "env" | "envOpen"> {
  return {
    ...(env.size > 0 && { env: Object.fromEntries(env) }),
    ...(open && { envOpen: true }),
  };
}
