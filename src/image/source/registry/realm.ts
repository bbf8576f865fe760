/** Decides whether a token service may get a registry's credentials. Must not talk to it. */
import { MuslgateError } from "../../../model/error.ts";
import { shown } from "../../oci/json-document.ts";
import { SECOND_LEVEL_LABELS, SHARED_DOMAINS, TOKEN_HOSTS } from "./known-registries.ts";

/** Whether a host is this machine: `localhost`, 127.0.0.0/8 or `::1` (RFC 6761 section 6.3, RFC 1122, RFC 4291). */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || host.includes(":") || /^[\d.]+$/.test(host);
}

/**
 * The domain somebody registered, as well as it can be told without the public suffix list; the whole host where
 * neighbours may be strangers. Errs towards the longer name: then a realm has to be on the registry's own host.
 */
export function registrableDomain(hostname: string): string {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (isAddress(host)) return host;
  if (SHARED_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))) return host;
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  const second = labels.at(-2) ?? "";
  const suffix = last.length === 2 && SECOND_LEVEL_LABELS.includes(second) ? 2 : 1;
  if (labels.length <= suffix) return host;
  return labels.slice(-(suffix + 1)).join(".");
}

/** What decides about a realm. */
export interface RealmQuestion {
  /** As the challenge names it. */
  readonly realm: string;
  /** The registry's name for people. */
  readonly registry: string;
  /** The address of the API that sent the challenge. */
  readonly api: URL;
  /** Whether credentials would be sent. */
  readonly credentials: boolean;
  /** Further hosts the user trusts with this registry's credentials. */
  readonly trusted: readonly string[];
  /** Whether a host may be spoken to without TLS. */
  readonly plainAllowed: (host: string) => boolean;
}

/**
 * The address of a token service, or a MuslgateError (`registry`): it must be https unless the registry itself is
 * plain http and the service is on a host that may be; with credentials it must be of the registry's own domain.
 */
export function checkRealm(question: RealmQuestion): URL {
  const { realm, registry, api, credentials } = question;
  if (!URL.canParse(realm)) {
    throw new MuslgateError(
      "registry",
      `the registry ${registry} names a token service that is no address: ${shown(realm)}`,
      "The registry is misconfigured, or something between you and it answered instead; ask its operator.",
    );
  }
  const url = new URL(realm);
  const plain = url.protocol === "http:" && api.protocol === "http:" && question.plainAllowed(url.host);
  if ((url.protocol !== "https:" && !plain) || url.username !== "" || url.password !== "") {
    throw new MuslgateError(
      "registry",
      `the registry ${registry} names a token service that is not reached over TLS: ${shown(url.host)}`,
      "Nothing was sent there. Ask the registry's operator for an https realm.",
    );
  }
  if (!credentials) return url;
  const own =
    url.hostname === api.hostname ||
    registrableDomain(url.hostname) === registrableDomain(api.hostname) ||
    (Object.hasOwn(TOKEN_HOSTS, registry) && TOKEN_HOSTS[registry]?.includes(url.hostname)) ||
    question.trusted.includes(url.host) ||
    question.trusted.includes(url.hostname);
  if (!own) {
    throw new MuslgateError(
      "registry",
      `the registry ${registry} asks to send its credentials to another domain: ${shown(url.host)}`,
      "Nothing was sent there. If that token service is the right one, list it as trusted for this registry.",
    );
  }
  return url;
}
