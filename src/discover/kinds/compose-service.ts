/** What a compose service starts with beside its image, and whom it asks for names. Must not read its image. */
import type { ResolverSettings } from "../../model/pod.ts";
import type { Besides, Mount, Surroundings } from "../../model/surroundings.ts";
import type { Workload } from "../../model/workload.ts";
import type { Source } from "../../text/source.ts";
import { joinPath } from "../../tree/paths.ts";
import { isTrue, itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { expand } from "./docker-expand.ts";
import { readEnvironment } from "./environment-file.ts";
import { isAddress, isClusters } from "./servers.ts";

/** The file a service stands in, and what is beside it. */
export interface ComposeFile {
  readonly path: string;
  /** Where its paths begin. */
  readonly folder: string;
  readonly root: YamlNode | undefined;
  /** Values of the `.env` beside it. */
  readonly environment: ReadonlyMap<string, string>;
  /** The text of a file of the repository; nothing where there is none. */
  readonly textOf: (path: string) => Promise<string | undefined>;
  /** Counts characters that containers are given; whether that much was left. */
  readonly spend: (characters: number) => boolean;
}

/** The text with its variables, `$$` a dollar; nothing where one has no value. */
export function interpolated(text: string, environment: ReadonlyMap<string, string>): string | undefined {
  if (!text.includes("$")) return text;
  const parts = text
    .split("$$")
    .map((part) => (part.includes("$") ? expand(part, environment) : { text: part }));
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  return texts.length === parts.length ? texts.join("$") : undefined;
}

/** A list of words, or a text that compose cuts like a shell without running one. */
export function wordsOf(
  service: YamlNode,
  key: string,
  environment: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const node = valueAt(service, key);
  const whole = (text: string) => interpolated(text, environment) ?? text;
  if (node?.kind === "list") return node.items.map((item) => (item.kind === "text" ? whole(item.text) : ""));
  const text = textAt(service, key)?.text;
  const words = text && whole(text).match(/"[^"]*"|'[^']*'|[^\s"']+/g);
  return words ? words.map((word) => word.replace(/^["']|["']$/g, "")) : undefined;
}

/** Reads `environment`, `env_file`, `working_dir`, `volumes`, `configs`, `extra_hosts` and `healthcheck`. */
export async function surroundingsOf(
  service: YamlNode,
  file: ComposeFile,
): Promise<Surroundings | undefined> {
  const env = new Map<string, string | undefined>();
  let open = false;
  for (const path of textsOf(valueAt(service, "env_file"), "path")) {
    const text = await readBeside(path, file);
    const read = text !== undefined && file.spend(text.length) ? text : undefined;
    if (read === undefined) open = true;
    for (const [name, value] of readEnvironment(read ?? "")) env.set(name, value);
  }
  const own = valueAt(service, "environment");
  const pairs: (readonly [string, string | undefined])[] =
    own?.kind === "map"
      ? own.entries.map(({ key, value }) => [key, value.kind === "text" ? value.text : undefined])
      : textsOf(own).map((text) => {
          const equals = text.indexOf("=");
          // Without a value it is whoever runs compose who has it.
          return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
        });
  for (const [name, value] of pairs)
    env.set(name, value === undefined ? undefined : interpolated(value, file.environment));
  const workingDir = textAt(service, "working_dir")?.text;
  const mounts = await mountsOf(service, file);
  const hosts = textsOf(valueAt(service, "extra_hosts")).map((text) => text.split(/[:=]/, 1)[0] as string);
  const besides = healthCheck(service, file.environment);
  const surroundings: Surroundings = {
    ...(env.size > 0 && { env: Object.fromEntries(env) }),
    ...(open && { envOpen: true }),
    ...(workingDir !== undefined && { workingDir }),
    ...(mounts.length > 0 && { mounts }),
    ...(hosts.length > 0 && { hosts }),
    ...(besides.length > 0 && { besides }),
  };
  return Object.keys(surroundings).length > 0 ? surroundings : undefined;
}

/** One text, a list of texts, or a list of maps with a text under `key`. */
function textsOf(node: YamlNode | undefined, key?: string): readonly string[] {
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => {
    const text = item.kind === "text" ? item : key === undefined ? undefined : textAt(item, key);
    return text === undefined || text.text === "" ? [] : [text.text];
  });
}

async function readBeside(written: string, file: ComposeFile): Promise<string | undefined> {
  const text = interpolated(written, file.environment);
  const joined = text === undefined ? undefined : joinPath(file.folder, text);
  return joined === undefined ? undefined : file.textOf(joined.path);
}

/** `test` as a list that begins with CMD, CMD-SHELL or NONE, or as a text for a shell. */
function healthCheck(service: YamlNode, environment: ReadonlyMap<string, string>): readonly Besides[] {
  const check = valueAt(service, "healthcheck");
  if (check === undefined || isTrue(textAt(check, "disable")?.text)) return [];
  const test = valueAt(check, "test");
  const whole = (text: string) => interpolated(text, environment) ?? text;
  const [how, ...words] =
    test?.kind === "list"
      ? itemsAt(check, "test").map((item) => (item.kind === "text" ? whole(item.text) : ""))
      : ["CMD-SHELL", ...textsOf(test).map(whole)];
  if (words.length === 0 || how === "NONE") return [];
  return [{ what: "health check", words: how === "CMD" ? words : ["/bin/sh", "-c", words.join(" ")] }];
}

/** Where a file or folder of whoever runs compose is put. */
interface Bind {
  readonly source?: string;
  readonly target: string;
}

/** `volumes`, short and long, and `configs` with a file. */
function bindsOf(service: YamlNode, { root }: ComposeFile): readonly Bind[] {
  const volumes = itemsAt(service, "volumes").flatMap((item) => {
    if (item.kind === "text") {
      const [source = "", target] = item.text.split(/:(?!\\)/);
      return target === undefined ? [{ target: source }] : [{ source, target }];
    }
    const target = textAt(item, "target")?.text;
    const source = textAt(item, "type")?.text === "bind" ? textAt(item, "source")?.text : undefined;
    return target === undefined ? [] : [{ source, target }];
  });
  const configs = itemsAt(service, "configs").flatMap((item) => {
    const name = item.kind === "text" ? item.text : textAt(item, "source")?.text;
    if (name === undefined) return [];
    const target = textAt(item, "target")?.text ?? `/${name}`;
    return [{ source: textAt(root, "configs", name, "file")?.text, target }];
  });
  return [...volumes, ...configs];
}

async function mountsOf(service: YamlNode, file: ComposeFile): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const { source, target } of bindsOf(service, file)) {
    const text = source === undefined || !isPath(source) ? undefined : await readBeside(source, file);
    const files = text === undefined || !file.spend(text.length) ? undefined : { "": text };
    // Whether it can be executed is not known of a file of the repository: it is what scripts are put there for.
    mounts.push({ path: `/${target}`.replace(/\/+/g, "/"), ...(files && { files }), executable: true });
  }
  return mounts;
}

/** A volume's name has no slash and does not begin with a dot. */
function isPath(source: string): boolean {
  return source.startsWith(".") || source.includes("/");
}

/** Whom a service asks. */
export type ComposeDns = Pick<Workload, "usesClusterDns" | "dnsBecause" | "dnsCorefile">;

/** What `dns_opt` puts into the container's resolv.conf; nothing where there is none. */
export function composeOptions(
  service: YamlNode,
  file: ComposeFile,
  source: Source,
): ResolverSettings | undefined {
  const options = itemsAt(service, "dns_opt").flatMap((item) => {
    const text = item.kind === "text" ? interpolated(item.text, file.environment) : undefined;
    const [name = "", value] = text?.split(/:(.*)/s) ?? [];
    return name === "" ? [] : [{ name, value, at: source.toPlace(item.start, item.end) }];
  });
  return options.length === 0 ? undefined : { before: "none", servers: [], options };
}

/** CoreDNS services of a file by their fixed addresses. */
export type ComposeServers = ReadonlyMap<string, { readonly service: string; readonly corefile?: string }>;

/** Finds them, with their Corefiles as far as these are in the repository. */
export function coreDnsIn(file: ComposeFile): ComposeServers {
  const services = valueAt(file.root, "services");
  const found = new Map<string, { service: string; corefile?: string }>();
  for (const { key, value } of services?.kind === "map" ? services.entries : []) {
    if (!isCoreDns(value)) continue;
    for (const address of addressesOf(value, file))
      found.set(address, { service: key, corefile: corefileOf(value, file) });
  }
  return found;
}

/**
 * Docker's own resolver asks the servers of `dns` (docs.docker.com, Compose file reference); a CoreDNS of the same file
 * among them answers as its Corefile says. Nothing where that is not known.
 */
export function composeDns(
  service: YamlNode,
  file: ComposeFile,
  coreDns: ComposeServers,
): ComposeDns | undefined {
  const written = textsOf(valueAt(service, "dns"));
  if (written.length === 0) return { usesClusterDns: false };
  const servers = written.map((text) => interpolated(text, file.environment) ?? "");
  if (servers.some((server) => isAddress(server) && isClusters(server) === true))
    return { usesClusterDns: true };
  const own = servers.flatMap((server) => coreDns.get(server) ?? [])[0];
  if (own !== undefined) {
    const dnsBecause = `asks the CoreDNS of service ${own.service} in ${file.path}`;
    return own.corefile === undefined
      ? undefined
      : { usesClusterDns: false, dnsBecause, dnsCorefile: own.corefile };
  }
  if (servers.some((server) => !isAddress(server))) return undefined;
  return { usesClusterDns: false, dnsBecause: `asks ${servers.join(", ")}` };
}

function isCoreDns(service: YamlNode): boolean {
  return /(?:^|[/-])coredns(?:[:@]|$)/.test(textAt(service, "image")?.text ?? "");
}

/** The fixed addresses of a service, in whatever network. */
function addressesOf(service: YamlNode, { environment }: ComposeFile): readonly string[] {
  const networks = valueAt(service, "networks");
  const all = networks?.kind === "map" ? networks.entries : [];
  return all.flatMap(({ value }) =>
    ["ipv4_address", "ipv6_address"].flatMap((key) => {
      const text = textAt(value, key)?.text;
      return text === undefined ? [] : [interpolated(text, environment) ?? text];
    }),
  );
}

/** The file of the repository that is mounted where CoreDNS looks: at `-conf`, else at `Corefile` in its folder. */
function corefileOf(service: YamlNode, file: ComposeFile): string | undefined {
  const words = [
    ...(wordsOf(service, "entrypoint", file.environment) ?? []),
    ...(wordsOf(service, "command", file.environment) ?? []),
  ];
  const at = words.findIndex((word) => /^--?conf(?:=|$)/.test(word));
  const conf = at < 0 ? "Corefile" : (/^--?conf=(.*)$/.exec(words[at] ?? "")?.[1] ?? words[at + 1] ?? "");
  const folder = textAt(service, "working_dir")?.text ?? "/";
  const path = conf.startsWith("/") ? conf : `${folder}/${conf}`.replace(/\/+/g, "/");
  for (const { source, target } of bindsOf(service, file)) {
    if (source === undefined || !isPath(source)) continue;
    const rest = path === target ? "" : path.startsWith(`${target}/`) ? path.slice(target.length) : undefined;
    const joined = rest === undefined ? undefined : joinPath(file.folder, source + rest);
    if (joined !== undefined) return joined.path;
  }
  return undefined;
}
