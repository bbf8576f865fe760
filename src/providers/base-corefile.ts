/** Writes the Corefile that a provider keeps, around the parts that are the user's. Must not say which provider it is. */
import { PROVIDERS, type BaseShape, type ProviderId } from "../knowledge/providers.ts";

/**
 * What the Corefiles that import a user's parts have in common: `*.override` stands in the server block of `.`, before
 * Services and what is handed on, and `*.server` beside it. In a server block the order of plugins is CoreDNS's
 * (plugin.cfg), so that a template or rewrite of a part comes before hosts, kubernetes and forward wherever the import
 * stands.
 */
const COMMON: BaseShape = {
  port: 53,
  plugins: ["errors"],
  imports: { override: "custom/*.override", server: "custom/*.server" },
};

/** What is said of a base besides its provider. */
export interface BaseOptions {
  /** The cluster's domain, without closing dot. */
  readonly domain?: string;
  /** The port of the user's own server blocks, where nobody says whose base it is. */
  readonly port?: number;
}

/** The base of a provider, or what all have in common where it is not known; `own` says which of them it is. */
export function baseCorefile(
  provider: ProviderId | undefined,
  { domain = "cluster.local", port }: BaseOptions,
): string {
  const known = provider && PROVIDERS[provider].base;
  const { plugins, nodeHosts, imports, ...shape } = known ?? COMMON;
  // A part that nothing imports is judged as if something did, and what it denies is not known then.
  const { override, server } = imports ?? (COMMON.imports as NonNullable<BaseShape["imports"]>);
  const lines = [
    ...plugins,
    `import ${override ?? "custom/*.override"}`,
    `kubernetes ${domain} in-addr.arpa ip6.arpa {`,
    "    fallthrough in-addr.arpa ip6.arpa",
    "}",
    ...(nodeHosts === undefined ? [] : [`hosts ${nodeHosts} {`, "    fallthrough", "}"]),
    "forward . /etc/resolv.conf",
  ];
  const listen = known === undefined ? (port ?? shape.port) : shape.port;
  return `.:${listen} {\n${lines.map((line) => `    ${line}\n`).join("")}}\nimport ${server}\n`;
}
