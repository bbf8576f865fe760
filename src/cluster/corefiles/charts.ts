/** Writes the Corefiles that charts and tools make of their values. Must not render a template. */
import { pinnedTo, type Source } from "../../text/source.ts";
import { itemsAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { PiecedSource } from "../../yaml/scalar.ts";

/** How values are read: each text with its places. */
export interface ValuesReader {
  /** The file as a whole. */
  readonly file: Source;
  /** A string or number as it reads; nothing for maps, lists, null and the empty text. */
  readonly word: (node: YamlNode | undefined) => Source | undefined;
  /** Says that values make more than is read. */
  readonly tooLong: () => void;
}

/** Letters of one Corefile: aliases could make any number of a short file. */
const MOST_LETTERS = 4 * 2 ** 20;
/** Server blocks of one list. */
const MOST_SERVERS = 10_000;
/** Items of a list inside a list. */
const MOST_ITEMS = 200;

/** A Corefile in pieces, as far as it is no longer than is read. */
class Pieces {
  readonly #pieces = new PiecedSource();
  #left = MOST_LETTERS;

  get isOver(): boolean {
    return this.#left < 0;
  }

  glue(text: string): void {
    this.#left -= text.length;
    if (!this.isOver) this.#pieces.glue(text);
  }

  piece(source: Source): void {
    this.#left -= source.text.length + 1;
    if (!this.isOver) this.#pieces.piece(source);
  }

  /** The whole; nothing where it is too long. */
  source({ file, tooLong }: ValuesReader): Source | undefined {
    if (this.isOver) tooLong();
    return this.isOver ? undefined : this.#pieces.source(file);
  }
}

/**
 * The Corefile of a `servers` list (coredns/helm, charts/coredns/templates/configmap.yaml): zones, one port,
 * plugins with parameters and a block. Nothing when the list is of another kind.
 */
export function serversSource(reader: ValuesReader, servers: YamlNode | undefined): Source | undefined {
  const all = itemsAt(servers).slice(0, MOST_SERVERS);
  if (all.length === 0 || !all.every((server) => server.kind === "map")) return undefined;
  const pieces = new Pieces();
  let found = false;
  for (const server of all) {
    const plugins = valueAt(server, "plugins");
    if (plugins?.kind !== "list") continue;
    if (pieces.isOver) break;
    found = true;
    writeZones(pieces, reader, server);
    pieces.glue(" {\n");
    for (const plugin of itemsAt(plugins)) {
      if (plugin.kind === "map" && !pieces.isOver) writePlugin(pieces, reader, plugin);
    }
    pieces.glue("}\n");
  }
  return found ? pieces.source(reader) : undefined;
}

function writeZones(pieces: Pieces, { word }: ValuesReader, server: YamlNode | undefined): void {
  const zones = itemsAt(server, "zones").filter((zone) => zone.kind === "map");
  const port = word(valueAt(server, "port"));
  const suffix = () => {
    if (port === undefined) return;
    pieces.glue(":");
    pieces.piece(port);
  };
  if (zones.length === 0) {
    pieces.glue(".");
    suffix();
  }
  zones.forEach((zone, i) => {
    if (i > 0) pieces.glue(" ");
    const scheme = word(valueAt(zone, "scheme"));
    if (scheme !== undefined) pieces.piece(scheme);
    const name = word(valueAt(zone, "zone"));
    if (name === undefined) pieces.glue(".");
    else pieces.piece(name);
    suffix();
  });
}

function writePlugin(pieces: Pieces, { word }: ValuesReader, plugin: YamlNode | undefined): void {
  const name = word(valueAt(plugin, "name"));
  if (name === undefined) return;
  pieces.glue("    ");
  pieces.piece(name);
  const parameters = word(valueAt(plugin, "parameters"));
  if (parameters !== undefined) {
    pieces.glue(" ");
    pieces.piece(parameters);
  }
  const block = word(valueAt(plugin, "configBlock"));
  if (block !== undefined) {
    pieces.glue(" {\n");
    pieces.piece(block);
    pieces.glue("\n    }");
  }
  pieces.glue("\n");
}

/**
 * The Corefile of `noIPv6Lookups: true` (deliveryhero/helm-charts, stable/node-local-dns): AAAA is answered with NOERROR
 * and nothing else; all names are handed on. Nothing where the chart is given a whole Corefile of one's own.
 */
export function noIpv6LookupsSource(reader: ValuesReader, config: YamlNode | undefined): Source | undefined {
  const { word } = reader;
  const setting = valueAt(config, "noIPv6Lookups");
  const isOn =
    setting?.kind === "text" && setting.style === "plain" && /^(?:true|True|TRUE)$/.test(setting.text);
  if (!isOn || word(valueAt(config, "customConfig")) !== undefined) return undefined;
  const at = word(setting);
  if (at === undefined) return undefined;
  const text =
    ".:53 {\n    errors\n    template ANY AAAA {\n        rcode NOERROR\n    }\n    forward . __PILLAR__UPSTREAM__SERVERS__\n}\n";
  return pinnedTo(at, text);
}

/**
 * The server block of each external zone that kubespray (`coredns_external_zones`) and kubekey (`externalZones`) are
 * given: zones, name servers, and lines of `rewrite`.
 */
export function externalZonesSource(reader: ValuesReader, list: YamlNode | undefined): Source | undefined {
  const { word } = reader;
  const pieces = new Pieces();
  let found = false;
  for (const item of itemsAt(list).slice(0, MOST_SERVERS)) {
    if (pieces.isOver) break;
    const words = (key: string) =>
      itemsAt(item, key)
        .slice(0, MOST_ITEMS)
        .flatMap((one) => word(one) ?? []);
    const [zones, servers] = [words("zones"), words("nameservers")];
    if (zones.length === 0 || servers.length === 0) continue;
    found = true;
    const put = (all: readonly Source[], before: string) => {
      for (const one of all) {
        pieces.glue(before);
        pieces.piece(one);
      }
    };
    put(zones, found ? " " : "");
    pieces.glue(" {\n    errors\n");
    for (const rewrite of words("rewrite")) {
      pieces.glue(/^\s*rewrite\b/.test(rewrite.text) ? "    " : "    rewrite ");
      pieces.piece(rewrite);
      pieces.glue("\n");
    }
    pieces.glue("    forward .");
    put(servers, " ");
    pieces.glue("\n}\n");
  }
  return found ? pieces.source(reader) : undefined;
}

/**
 * The Corefile that OpenShift's DNS operator makes of its settings, as far as names go (operator.openshift.io/v1, DNS):
 * Services answered, the zones of `servers` handed to their upstreams, all else to `upstreamResolvers`.
 */
export function dnsOperatorSource(reader: ValuesReader, object: YamlNode | undefined): Source | undefined {
  const { word } = reader;
  const spec = valueAt(object, "spec");
  const name = word(valueAt(object, "metadata", "name"));
  if (spec?.kind !== "map" || name === undefined) return undefined;
  const pieces = new Pieces();
  for (const server of itemsAt(spec, "servers").slice(0, MOST_SERVERS)) {
    const zones = itemsAt(server, "zones")
      .slice(0, MOST_ITEMS)
      .flatMap((zone) => word(zone) ?? []);
    const to = itemsAt(server, "forwardPlugin", "upstreams")
      .slice(0, MOST_ITEMS)
      .flatMap((one) => word(one) ?? []);
    if (pieces.isOver) break;
    if (zones.length === 0 || to.length === 0) continue;
    for (const zone of zones) {
      pieces.piece(zone);
      pieces.glue(":5353 ");
    }
    pieces.glue("{\n    forward .");
    for (const one of to) {
      pieces.glue(" ");
      pieces.piece(one);
    }
    pieces.glue("\n}\n");
  }
  pieces.glue(
    ".:5353 {\n    errors\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n        fallthrough in-addr.arpa ip6.arpa\n    }\n    forward . /etc/resolv.conf\n}\n",
  );
  return pieces.source(reader);
}

/** A setting by its path, such as `servers[0].plugins[1].name`, and its value. */
interface Setting {
  readonly name: Source;
  readonly value: Source;
}

/**
 * The Corefile of chart values that are set one by one (Argo CD's `parameters`, helmfile's `set`): those below `servers`,
 * as if nothing else stood there.
 */
export function settingsSource(reader: ValuesReader, list: YamlNode | undefined): Source | undefined {
  const { word } = reader;
  const settings = itemsAt(list).flatMap((item): Setting[] => {
    const [name, value] = [word(valueAt(item, "name")), word(valueAt(item, "value"))];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  const plugins = new Map<string, Map<string, Map<string, Source>>>();
  for (const { name, value } of settings) {
    const match = /(?:^|\.)servers\[(\d{1,3})\]\.plugins\[(\d{1,3})\]\.(name|parameters|configBlock)$/.exec(
      name.text,
    );
    if (match === null) continue;
    const [, server = "", plugin = "", key = ""] = match;
    const inServer = plugins.get(server) ?? new Map<string, Map<string, Source>>();
    plugins.set(server, inServer);
    const one = inServer.get(plugin) ?? new Map<string, Source>();
    inServer.set(plugin, one);
    one.set(key, value);
  }
  if (plugins.size === 0) return undefined;
  const settingAt = (path: string) => settings.find(({ name }) => name.text.endsWith(path))?.value;
  const pieces = new Pieces();
  for (const [server, all] of plugins) {
    const zone = settingAt(`servers[${server}].zones[0].zone`);
    if (zone === undefined) pieces.glue(".");
    else pieces.piece(zone);
    const port = settingAt(`servers[${server}].port`);
    pieces.glue(":");
    if (port === undefined) pieces.glue("53");
    else pieces.piece(port);
    pieces.glue(" {\n");
    for (const one of all.values()) {
      const name = one.get("name");
      if (name === undefined) continue;
      pieces.piece(name);
      const [parameters, block] = [one.get("parameters"), one.get("configBlock")];
      if (parameters !== undefined) {
        pieces.glue(" ");
        pieces.piece(parameters);
      }
      if (block !== undefined) {
        pieces.glue(" {\n");
        pieces.piece(block);
        pieces.glue("\n}");
      }
      pieces.glue("\n");
    }
    pieces.glue("}\n");
  }
  return pieces.source(reader);
}
