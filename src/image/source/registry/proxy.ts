/** Which proxy an address is reached through, by the usual environment variables. Must not open connections. */
import { isLoopback } from "./realm.ts";

/** The environment; read of it, in either case, are `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

function variable(env: ProxyEnvironment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

/** Whether an entry of NO_PROXY covers a host: `*`, `host`, `.domain`, `*.domain`, each with an optional port. */
function covers(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry);
  // More than one colon and no brackets: an IPv6 address.
  const name = (match?.[1] ?? entry).replace(/^\[|\]$/g, "").toLowerCase();
  if (match?.[2] !== undefined && match[2] !== port) return false;
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const domain = name.replace(/^\*?\./, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

/**
 * The proxy for an address, or undefined for a direct connection. This machine itself is never asked for through
 * a proxy (as in Go's net/http, which container tools use). An entry that is no http or https address is ignored.
 */
export function proxyFor(url: URL, env: ProxyEnvironment): URL | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const value = variable(env, url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (value === undefined) return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const except = (variable(env, "NO_PROXY") ?? "").split(/[\s,]+/).filter(Boolean);
  if (except.some((entry) => covers(entry, url.hostname, port))) return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const proxy = new URL(text);
  return proxy.protocol === "http:" || proxy.protocol === "https:" ? proxy : undefined;
}
