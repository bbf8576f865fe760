/** Writes the Corefile that a provider keeps, around the parts that are the user's. Must not say which provider it is. */
import type { ProviderId } from "../knowledge/provider-ids.ts";
import { PROVIDERS, type BaseShape } from "../knowledge/providers.ts";

/**
 * What the Corefiles that import a user's parts have in common: `*.override` stands in the server block of `.`, before
 * Services and what is handed on, and `*.server` beside it. In a server block the order of plugins is CoreDNS's
 * (plugin.cfg), so that a template or rewrite of a part comes before hosts, kubernetes and forward wherever the import
 * stands.
 */
const COMMON: BaseShape = { port: 53, plugins: [] };
const CUSTOM = { override: "custom/*.override", server: "custom/*.server" };

/** What is said of a base besides its provider. */
export interface BaseOptions {
  /** The cluster's domain, without closing dot. */
  readonly domain?: string;
  /** The port that pods reach it on; the provider's, or 53, when not given. */
  readonly port?: number;
  /** The addresses it listens on, as `bind` has them; all when not given. */
  readonly bind?: readonly string[];
}

/** The base of a provider, or what all have in common where it is not known. */
export function baseCorefile(
  provider: ProviderId | undefined,
  { domain = "", port, bind = [] }: BaseOptions,
): string {
  const known = provider && PROVIDERS[provider].base;
  const { plugins, nodeHosts, imports = CUSTOM, port: own } = known ?? COMMON;
  const lines = [
    ...(bind.length === 0 ? [] : [`bind ${bind.join(" ")}`]),
    ...plugins,
    // A part that nothing imports is judged as if something did, and what it denies is not known then.
    `import ${imports.override}`,
    `kubernetes ${DOMAIN.test(domain) ? domain : "cluster.local"} in-addr.arpa ip6.arpa {`,
    "    fallthrough in-addr.arpa ip6.arpa",
    "}",
    ...(nodeHosts === undefined ? [] : [`hosts ${nodeHosts} {`, "    fallthrough", "}"]),
    "forward . /etc/resolv.conf",
  ];
  return `.:${port ?? own} {\n${lines.map((line) => `    ${line}\n`).join("")}}\nimport ${imports.server}\n`;
}

/** A domain and nothing else: a file that says it must not bring words of its own. */
const DOMAIN = /^[\w.-]{1,253}$/;
