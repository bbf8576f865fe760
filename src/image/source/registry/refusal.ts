/** Turns a registry's refusals and broken exchanges into errors with a way out. Must not show secrets or signed addresses. */
import { MuslgateError } from "../../../model/error.ts";
import { field, isObject, parseDocument, shown } from "../../oci/json-document.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import { redact, type Secret } from "./secret.ts";
import type { TransferError } from "./transfer-error.ts";

/** What was asked for and how, for the words of an error. */
export interface RefusalContext {
  /** Host and port that were asked. */
  readonly host: string;
  readonly registry: string;
  readonly repository: string;
  /** What was to be read: `manifest 3.18`, `layer sha256:…`. */
  readonly what: string;
  /** Where the credentials came from that were sent, if any were. */
  readonly credentialsFrom?: string;
  /** Why credentials may be missing. */
  readonly problems: readonly string[];
  readonly secrets: Iterable<Secret>;
}

/** The registry's own words (OCI distribution spec, error codes), redacted and quoted; empty when it has none. */
function ownWords(body: Uint8Array, secrets: Iterable<Secret>): { code: string; text: string } {
  try {
    const document = parseDocument(body, DEFAULT_LIMITS, "answer");
    const list = field(document, "errors");
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    // Docker Hub's and some token services' form is {"details": …} or {"message": …}.
    const source = isObject(first) ? first : document;
    const said = ["message", "details", "detail", "error_description", "error"]
      .map((name) => field(source, name))
      .find((value) => typeof value === "string" && value !== "");
    const code = field(source, "code");
    return {
      code: typeof code === "string" && /^[A-Z0-9_]{1,64}$/i.test(code) ? code.toUpperCase() : "",
      text: typeof said === "string" ? `: the registry says ${shown(redact(said, secrets))}` : "",
    };
  } catch {
    return { code: "", text: "" };
  }
}

/** How to log in, and what stood in the way of the credentials there may be. */
function loginHint({ registry, credentialsFrom, problems }: RefusalContext): string {
  const server = registry === "docker.io" ? "" : ` ${registry}`;
  const hint =
    credentialsFrom === undefined
      ? `Log in with \`docker login${server}\`, or check the name: registries answer so for images that do not exist, too.`
      : `The credentials from ${credentialsFrom} were sent; check that they are current and may read this repository.`;
  const [problem] = problems;
  return problem === undefined ? hint : `${hint} Also: ${problem}.`;
}

/** The error for an answer that is no success. `body` is as much of it as was read. */
export function refusal(status: number, body: Uint8Array, context: RefusalContext): MuslgateError {
  const { code, text } = ownWords(body, context.secrets);
  const { host, repository, what } = context;
  // The registry's own words may name the image: the reason is told without them.
  const error = (message: string, hint: string, reason = message) =>
    new MuslgateError("registry", `${message}${text}`, hint, undefined, reason);
  if (status === 401) {
    return error(`${host} wants a login for ${repository}`, loginHint(context), `${host} wants a login`);
  }
  if (status === 403) {
    return code === "TOOMANYREQUESTS"
      ? error(`${host} limits how often it may be asked`, "Wait, or log in: most registries allow more then.")
      : error(`${host} denies access to ${repository}`, loginHint(context), `${host} denies access`);
  }
  if (status === 429) {
    return error(
      `${host} limits how often it may be asked`,
      `Wait, or ${context.credentialsFrom === undefined ? "log in: most registries allow more then" : "use a mirror"}.`,
    );
  }
  if (status === 404) {
    return code === "NAME_UNKNOWN"
      ? error(
          `${host} has no repository ${repository}`,
          "Check the name; for a private one, check that you are logged in.",
          `${host} has no such repository`,
        )
      : error(
          `${host} has no ${what} in ${repository}`,
          "Check the tag or digest; it may have been deleted or never pushed.",
          `${host} has no such ${what.split(" ", 1)[0]}`,
        );
  }
  if (status >= 500)
    return error(`${host} failed with status ${status}`, "Try again later, or use a mirror.");
  return error(
    `${host} answered status ${status} where ${what} was expected`,
    "Check that the host is a container registry and that nothing on the way answered instead.",
  );
}

/** The error for an exchange that broke off. */
export function brokenOff(error: TransferError, host: string): MuslgateError {
  const hints = {
    lost: "Try again; if it keeps happening, look at the network, the proxy and the registry.",
    unreachable: "Check the registry's name and port, the network, and HTTPS_PROXY and NO_PROXY.",
    untrusted:
      "Give the authority's certificate, by NODE_EXTRA_CA_CERTS or as an option; verification is never off.",
    "not-tls": "If the registry has no TLS, list its host as insecure.",
    garbled: "Check that the host and port are those of a container registry.",
  } as const;
  return new MuslgateError(
    "registry",
    `${host} cannot be read: ${error.message}`,
    hints[error.failure],
    error,
  );
}
