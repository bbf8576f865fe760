/** What is known of registries by name: aliases, where their API is, who issues their tokens. Must be data. */

/** Docker Hub's names, all the same registry (moby, registry/config.go; docker/cli, config/credentials). */
const DOCKER_HUB = ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/** The one name of a registry: Docker Hub's aliases become `docker.io`, every other stays as it is. */
export function registryName(host: string): string {
  return DOCKER_HUB.includes(host) ? "docker.io" : host;
}

/** The host (and port) that answers a registry's API. */
export function apiHost(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** The server address under which credential helpers keep a registry (docker/cli, IndexServer). */
export function helperAddress(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

/**
 * Hosts outside a registry's own domain that may get its credentials. Docker Hub's has been
 * `auth.docker.io` since 2015 (Docker Hub API documentation, authentication); every other registry known to us
 * issues tokens under its own domain, so this stays short on purpose.
 */
export const TOKEN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "docker.io": ["auth.docker.io"],
};

/**
 * Domains below which every name may belong to somebody else (public suffix list, private section): two hosts
 * that share only this much are strangers.
 */
export const SHARED_DOMAINS: readonly string[] = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "appspot.com",
  "azurecontainerapps.io",
  "azurecr.cn",
  "azurecr.io",
  "azurecr.us",
  "azurewebsites.net",
  "cloudapp.net",
  "cloudfront.net",
  "cloudfunctions.net",
  "codespaces.com",
  "duckdns.org",
  "firebaseapp.com",
  "fly.dev",
  "github.dev",
  "github.io",
  "gitlab.io",
  "herokuapp.com",
  "jfrog.io",
  "netlify.app",
  "ngrok-free.app",
  "ngrok.app",
  "ngrok.io",
  "nip.io",
  "onrender.com",
  "pages.dev",
  "pkg.dev",
  "repl.co",
  "run.app",
  "sslip.io",
  "trycloudflare.com",
  "ts.net",
  "vercel.app",
  "web.app",
  "windows.net",
  "workers.dev",
];

/** Labels that stand for a public suffix when they are followed by a country's (`co.uk`, `com.au`). */
export const SECOND_LEVEL_LABELS: readonly string[] = [
  "ac",
  "asn",
  "co",
  "com",
  "edu",
  "gen",
  "go",
  "gob",
  "gov",
  "gouv",
  "govt",
  "gv",
  "id",
  "ind",
  "ltd",
  "me",
  "mil",
  "ne",
  "net",
  "nhs",
  "nom",
  "or",
  "org",
  "plc",
  "police",
  "sch",
];
