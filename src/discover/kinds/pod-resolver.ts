/** Reads what a pod puts into /etc/resolv.conf, its servers and options, and into /etc/hosts. Must not tell whose the servers are. */
import type { Place } from "../../model/place.ts";
import type { HostLine, ResolverServer, ResolverSettings } from "../../model/pod.ts";
import type { Source } from "../../text/source.ts";
import { isAddress, isClusters } from "./servers.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** Entries of one list that are looked at; kubelet refuses far fewer. */
const MOST = 64;
/** Entries of hostAliases. */
const MOST_LINES = 1_000;

/** `dnsConfig.nameservers` and `dnsConfig.options`; nothing where there are none. What is a template is left out. */
export function resolverSettings(
  file: Source,
  pod: YamlNode,
  render: (template: string) => string | undefined,
  before: ResolverSettings["before"],
): ResolverSettings | undefined {
  const written = (node: YamlText | undefined) => (node?.templated ? render(node.text) : node?.text);
  const config = valueAt(pod, "dnsConfig");
  const servers = itemsAt(config, "nameservers")
    .slice(0, MOST)
    .flatMap((node) => {
      const address = node.kind === "text" ? written(node) : undefined;
      return address ? [serverOf(address, file.toPlace(node.start, node.end))] : [];
    });
  const options = itemsAt(config, "options")
    .slice(0, MOST)
    .flatMap((node) => {
      const [name, valued] = [written(textAt(node, "name")), textAt(node, "value")];
      const value = written(valued);
      if (!name || (valued !== undefined && value === undefined)) return [];
      return [{ name, ...(value && { value }), at: file.toPlace(node.start, node.end) }];
    });
  return servers.length + options.length === 0 ? undefined : { before, servers, options };
}

/** The same of a file that is mounted over it, whose lines all stand at one place. */
export function fileSettings(text: string, at: Place): ResolverSettings {
  const lines = text
    .split(/\r?\n/)
    .slice(0, 1_000)
    .map((line) => line.split(/\s+/));
  const of = (word: string) =>
    lines.flatMap(([first, ...rest]) => (first === word ? rest.filter((one) => one !== "") : []));
  return {
    before: "none",
    servers: lines.flatMap(([first, address]) =>
      first === "nameserver" && address ? [serverOf(address, at)] : [],
    ),
    options: of("options")
      .slice(0, MOST)
      .map((option) => {
        const [name = "", value] = option.split(/:(.*)/s);
        return { name, ...(value && { value }), at };
      }),
  };
}

function serverOf(address: string, at: Place): ResolverServer {
  return { address, ofCluster: isAddress(address) ? isClusters(address) : "unknown", at };
}

/** Lines of a pod's `hostAliases`, one an entry; what is a template is left out. */
export function hostLines(file: Source, pod: YamlNode): readonly HostLine[] {
  return itemsAt(pod, "hostAliases")
    .slice(0, MOST_LINES)
    .map((alias) => ({
      address: textAt(alias, "ip")?.text ?? "",
      names: itemsAt(alias, "hostnames").flatMap((host) =>
        host.kind === "text" && !host.templated ? [host.text] : [],
      ),
      at: file.toPlace(alias.start, alias.end),
    }));
}
