/** Reads the servers of the CoreDNS Helm chart's values as the Corefile the chart makes of them. Must not render any other chart. */
import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Source } from "../../text/source.ts";
import { PiecedSource, scalarSource } from "../../yaml/scalar.ts";

/**
 * The Corefile of a `servers` list (coredns/helm, charts/coredns/templates/configmap.yaml): zones, one port,
 * plugins with parameters and a block. Nothing when the list is of another kind.
 */
export function helmServersSource(outer: Source, fileText: string, servers: unknown): Source | undefined {
  if (!isSeq(servers)) return undefined;
  const pieces = new PiecedSource();
  let found = false;
  for (const server of servers.items) {
    if (!isMap(server)) return undefined;
    const plugins = server.get("plugins", true);
    if (!isSeq(plugins)) continue;
    found = true;
    writeZones(pieces, outer, fileText, server);
    pieces.glue(" {\n");
    for (const plugin of plugins.items) {
      if (isMap(plugin)) writePlugin(pieces, outer, fileText, plugin);
    }
    pieces.glue("}\n");
  }
  return found ? pieces.source(outer.file, fileText) : undefined;
}

function writeZones(pieces: PiecedSource, outer: Source, fileText: string, server: YAMLMap): void {
  const zones: unknown = server.get("zones", true);
  const port = wordAt(outer, fileText, server, "port");
  const items = isSeq(zones) ? zones.items.filter((zone) => isMap(zone)) : [];
  const suffix = () => {
    if (port === undefined) return;
    pieces.glue(":");
    pieces.piece(port);
  };
  if (items.length === 0) {
    pieces.glue(".");
    suffix();
  }
  items.forEach((zone, i) => {
    if (i > 0) pieces.glue(" ");
    const scheme = wordAt(outer, fileText, zone, "scheme");
    if (scheme !== undefined) pieces.piece(scheme);
    const name = wordAt(outer, fileText, zone, "zone");
    if (name === undefined) pieces.glue(".");
    else pieces.piece(name);
    suffix();
  });
}

function writePlugin(pieces: PiecedSource, outer: Source, fileText: string, plugin: YAMLMap): void {
  const name = wordAt(outer, fileText, plugin, "name");
  if (name === undefined) return;
  pieces.glue("    ");
  pieces.piece(name);
  const parameters = wordAt(outer, fileText, plugin, "parameters");
  if (parameters !== undefined) {
    pieces.glue(" ");
    pieces.piece(parameters);
  }
  const block = wordAt(outer, fileText, plugin, "configBlock");
  if (block !== undefined) {
    pieces.glue(" {\n");
    pieces.piece(block);
    pieces.glue("\n    }");
  }
  pieces.glue("\n");
}

/** A string or number of a map; empty ones count as absent, as they do in the chart. */
function wordAt(outer: Source, fileText: string, map: YAMLMap, key: string): Source | undefined {
  const node: unknown = map.get(key, true);
  if (!isScalar(node)) return undefined;
  const value = node.value;
  if (typeof value === "string") return value === "" ? undefined : scalarSource(outer, fileText, node);
  if (typeof value !== "number" || !node.range) return undefined;
  const start = node.range[0];
  return {
    file: outer.file,
    text: String(value),
    toFileOffset: (offset) => outer.toFileOffset(start + offset),
    toPlace: (from, to) => outer.toPlace(start + from, start + to),
  };
}
