/** The ConfigMaps that kustomize's generator makes of literals and files. Must not read files itself. */
import type { ConfigData } from "../config-maps.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import { itemsAt, textAt, textsAt, type YamlNode } from "../../yaml/nodes.ts";
import { readEnvironment } from "./environment-file.ts";

/** One that is made, by the name that objects refer to it by. */
export interface Generated {
  readonly name: string;
  readonly data: ConfigData;
}

/** Reads `configMapGenerator` (kubectl.docs.kubernetes.io, configMapGenerator); `textOf` has the texts of files. */
export async function generatedConfigMaps(
  path: string,
  root: YamlNode | undefined,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<readonly Generated[]> {
  const generated: Generated[] = [];
  const read = async (written: string) => {
    const joined = joinPath(parentOf(path), written);
    return joined === undefined ? undefined : textOf(joined.path);
  };
  for (const generator of itemsAt(root, "configMapGenerator")) {
    const name = textAt(generator, "name");
    if (name === undefined || name.templated) continue;
    const data = new Map<string, string | undefined>();
    const environment = textAt(generator, "env");
    for (const one of [
      ...textsAt(generator, "envs"),
      ...(environment === undefined ? [] : [environment.text]),
    ])
      for (const [key, value] of readEnvironment((await read(one)) ?? "")) data.set(key, value);
    for (const one of textsAt(generator, "files")) {
      const [, key, file = ""] = /^(?:([^=]*)=)?(.*)$/s.exec(one) ?? [];
      data.set(key ?? nameOf(file), await read(file));
    }
    for (const one of textsAt(generator, "literals")) {
      const equals = one.indexOf("=");
      if (equals > 0) data.set(one.slice(0, equals), one.slice(equals + 1).replace(/^(["'])(.*)\1$/s, "$2"));
    }
    generated.push({ name: name.text, data });
  }
  return generated;
}
