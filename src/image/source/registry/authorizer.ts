/** Gets and keeps what a registry wants in `Authorization`. Must not send credentials to a realm that was not checked. */
import { MuslgateError } from "../../../model/error.ts";
import { field, parseDocument } from "../../oci/json-document.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Credential, Credentials, Found } from "./credentials.ts";
import { checkRealm } from "./realm.ts";
import { Secret } from "./secret.ts";

/** The registry and repository something is authorised for. */
export interface Subject {
  readonly registry: string;
  readonly repository: string;
  /** The API's address. */
  readonly api: URL;
}

/** Asks a token service; follows redirects and retries. Rejects with MuslgateError. */
type AskTokenService = (
  request: {
    readonly url: URL;
    readonly method: "GET" | "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
  subject: Subject,
  found: Found,
) => Promise<Uint8Array>;

/** What the authorizer works with. */
export interface AuthorizerOptions {
  readonly credentials: Credentials;
  readonly ask: AskTokenService;
  /** Hosts trusted with a registry's credentials besides its own domain, by registry. */
  readonly trustedTokenHosts: Readonly<Record<string, readonly string[]>>;
  readonly plainAllowed: (host: string) => boolean;
  readonly now: () => number;
}

/** Seconds a token lasts when its issuer does not say (distribution spec, token authentication). */
const DEFAULT_SECONDS = 60;
/** Milliseconds before its end at which a token is renewed, so that it does not end on the way. */
const MARGIN = 10_000;

interface Held {
  readonly header: Secret;
  /** On the clock of `now`; infinite where the registry alone knows. */
  readonly until: number;
  readonly found: Found;
}

const basic = (username: string, password: Secret) =>
  new Secret(`Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`);

/** Gets and keeps authorisations, one for each repository of each API host. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #held = new Map<string, Held>();
  readonly #challenges = new Map<string, readonly Challenge[]>();
  readonly #pending = new Map<string, Promise<Held>>();
  /** Everything that must not be shown. */
  readonly secrets = new Set<Secret>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The header to send, renewed if it has run out; undefined while the registry has asked for none. */
  async header(subject: Subject): Promise<Secret | undefined> {
    const key = keyOf(subject);
    const held = this.#held.get(key);
    if (held && held.until > this.#options.now()) return held.header;
    const challenges = this.#challenges.get(key);
    return challenges ? (await this.#obtain(key, subject, challenges)).header : undefined;
  }

  /** What is known of the credentials used for a subject, for messages. */
  found(subject: Subject): Found {
    return this.#held.get(keyOf(subject))?.found ?? { problems: [] };
  }

  /**
   * Answers a 401. `refused` is the header that was sent. Resolves with the header to try next, or undefined when
   * nothing better can be had.
   */
  async challenged(
    subject: Subject,
    headers: readonly string[],
    refused: Secret | undefined,
  ): Promise<Secret | undefined> {
    const key = keyOf(subject);
    const held = this.#held.get(key);
    // Another request may have renewed it meanwhile.
    if (held && held.header !== refused && held.until > this.#options.now()) return held.header;
    const challenges = parseChallenges(headers);
    if (challenges.length > 0) this.#challenges.set(key, challenges);
    const next = await this.#obtain(key, subject, this.#challenges.get(key) ?? []);
    return next.header.reveal() === "" || next.header.reveal() === refused?.reveal()
      ? undefined
      : next.header;
  }

  #obtain(key: string, subject: Subject, challenges: readonly Challenge[]): Promise<Held> {
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const started = this.#authorise(subject, challenges)
      .then((held) => {
        this.#held.set(key, held);
        return held;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, started);
    return started;
  }

  #keep(secret: Secret): Secret {
    this.secrets.add(secret);
    return secret;
  }

  async #authorise(subject: Subject, challenges: readonly Challenge[]): Promise<Held> {
    const found = await this.#options.credentials.find(subject.registry, subject.repository);
    const { credential } = found;
    if (credential) this.#keep(credential.kind === "password" ? credential.password : credential.token);
    if (credential?.kind === "registry-token") {
      const header = this.#keep(new Secret(`Bearer ${credential.token.reveal()}`));
      return { header, until: Number.POSITIVE_INFINITY, found };
    }
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer) return await this.#token(subject, bearer, credential, found);
    if (challenges.some(({ scheme }) => scheme === "basic")) {
      if (credential?.kind !== "password") return { header: new Secret(""), until: 0, found };
      const header = this.#keep(basic(credential.username, credential.password));
      this.#keep(new Secret(header.reveal().slice("Basic ".length)));
      return { header, until: Number.POSITIVE_INFINITY, found };
    }
    const offered = challenges.map(({ scheme }) => scheme).join(", ");
    throw new MuslgateError(
      "registry",
      `the registry ${subject.registry} wants a login of a kind this program does not know${offered ? ` (${offered})` : ""}`,
      "Bearer tokens and basic authentication are known; check that nothing on the way answered instead.",
    );
  }

  async #token(
    subject: Subject,
    { parameters }: Challenge,
    credential: Credential | undefined,
    found: Found,
  ): Promise<Held> {
    const { registry, repository, api } = subject;
    const { trustedTokenHosts, plainAllowed, now } = this.#options;
    const url = checkRealm({
      realm: parameters.get("realm") ?? "",
      registry,
      api,
      credentials: credential !== undefined,
      trusted: Object.hasOwn(trustedTokenHosts, registry) ? (trustedTokenHosts[registry] ?? []) : [],
      plainAllowed,
    });
    const wanted = {
      ...(parameters.has("service") ? { service: parameters.get("service")! } : {}),
      scope: parameters.get("scope") || `repository:${repository}:pull`,
    };
    const asked = now();
    let body: Uint8Array;
    if (credential?.kind === "identity-token") {
      // OAuth2 (distribution, docs/spec/auth/oauth): the refresh token goes into the body, never into the address.
      const form = new URLSearchParams({
        grant_type: "refresh_token",
        ...wanted,
        client_id: "muslgate",
        refresh_token: credential.token.reveal(),
      });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      body = await this.#options.ask({ url, method: "POST", headers, body: form.toString() }, subject, found);
    } else {
      for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
      const headers: Record<string, string> = {};
      if (credential?.kind === "password") {
        const pair = basic(credential.username, credential.password);
        this.#keep(new Secret(pair.reveal().slice("Basic ".length)));
        headers.authorization = pair.reveal();
      }
      body = await this.#options.ask({ url, method: "GET", headers }, subject, found);
    }
    const { token, seconds } = readToken(body, registry);
    this.#keep(new Secret(token));
    return {
      header: this.#keep(new Secret(`Bearer ${token}`)),
      until: asked + Math.max(seconds * 1000 - MARGIN, (seconds * 1000) / 2),
      found,
    };
  }
}

const keyOf = ({ api, repository }: Subject) => `${api.origin} ${repository}`;

/** A token service's answer (distribution, docs/spec/auth/token): `token` or, by OAuth2, `access_token`. */
function readToken(body: Uint8Array, registry: string): { token: string; seconds: number } {
  try {
    const document = parseDocument(body, DEFAULT_LIMITS, "token");
    const token = field(document, "token") ?? field(document, "access_token");
    const seconds = field(document, "expires_in");
    // What cannot stand in a header would only fail later, with the token in the message.
    if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) {
      const known = typeof seconds === "number" && seconds > 0;
      return { token, seconds: known ? seconds : DEFAULT_SECONDS };
    }
  } catch {
    // Said below without the parser's words: they quote the answer.
  }
  throw new MuslgateError(
    "registry",
    `the token service of ${registry} answered with something that holds no token`,
    "Check that nothing on the way answered instead; otherwise ask the registry's operator.",
  );
}
