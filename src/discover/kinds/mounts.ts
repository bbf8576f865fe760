/** What volumes put over paths of a container. Must say unknown of whatever is not in sight. */
import type { ConfigData } from "../config-maps.ts";
import type { Mount } from "../../model/surroundings.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import type { Reader } from "./container-env.ts";

/** Finds the volumes of a pod by name. */
export function volumesOf(pod: YamlNode): ReadonlyMap<string, YamlNode> {
  return new Map(
    itemsAt(pod, "volumes").flatMap((volume) => {
      const name = textAt(volume, "name");
      return name === undefined ? [] : [[name.text, volume] as const];
    }),
  );
}

/** Reads `volumeMounts` (kubernetes.io, Volumes): ConfigMaps in sight are known, everything else is not. */
export function mountsOf(
  container: YamlNode,
  volumes: ReadonlyMap<string, YamlNode>,
  reader: Reader,
): readonly Mount[] {
  return itemsAt(container, "volumeMounts").flatMap((one) => {
    const path = textAt(one, "mountPath");
    if (path === undefined || path.templated) return [];
    const configMap = valueAt(volumes.get(textAt(one, "name")?.text ?? ""), "configMap");
    const subPath = textAt(one, "subPath")?.text;
    const isOpen = configMap === undefined || valueAt(one, "subPathExpr") !== undefined;
    const files = isOpen ? undefined : filesOf(configMap, reader);
    const inside = files && (subPath === undefined ? files : below(files, subPath));
    const known = inside !== undefined && spend(inside, reader);
    return [
      {
        path: `/${path.text}`.replace(/\/+/g, "/").replace(/(?<=.)\/$/, ""),
        ...(known && { files: Object.fromEntries(inside) }),
        executable: isExecutable(configMap),
      },
    ];
  });
}

function filesOf(configMap: YamlNode, { configMaps, file, namespace }: Reader): ConfigData | undefined {
  const name = textAt(configMap, "name");
  if (name === undefined || name.templated) return undefined;
  const data = configMaps.find(name.text, file, namespace);
  const items = itemsAt(configMap, "items");
  if (data === undefined || items.length === 0) return data;
  return new Map(
    items.flatMap((item) => {
      const [key, path] = [textAt(item, "key"), textAt(item, "path")];
      return key === undefined || path === undefined ? [] : [[path.text, data.get(key.text)] as const];
    }),
  );
}

/** A file of a volume alone, or a folder of it. */
function below(files: ConfigData, subPath: string): ConfigData | undefined {
  const path = subPath.replace(/^(?:\.?\/)+|\/+$/g, "");
  if (files.has(path)) return new Map([["", files.get(path)]]);
  const inside = [...files].filter(([name]) => name.startsWith(`${path}/`));
  if (inside.length === 0) return undefined;
  return new Map(inside.map(([name, text]) => [name.slice(path.length + 1), text]));
}

function spend(files: ConfigData, { configMaps }: Reader): boolean {
  let characters = 0;
  for (const [name, text] of files) characters += name.length + (text?.length ?? 0);
  return configMaps.spend(characters);
}

/** Files of a ConfigMap are 0644 unless `defaultMode` says otherwise, in octal or, as JSON has it, in decimal. */
function isExecutable(configMap: YamlNode | undefined): boolean {
  const modes = [
    valueAt(configMap, "defaultMode"),
    ...itemsAt(configMap, "items").map((one) => valueAt(one, "mode")),
  ];
  return modes.some((mode) => {
    if (mode?.kind !== "text") return false;
    // YAML 1.1 writes octal with a zero before it, YAML 1.2 with `0o`.
    const octal = /^0o?([0-7]+)$/.exec(mode.text)?.[1];
    return ((octal === undefined ? Number(mode.text) : Number.parseInt(octal, 8)) & 0o111) !== 0;
  });
}
