/** Finds the credentials for a registry where container tools keep them. Must not send or show them. */
import { join } from "node:path";
import { readRegularFile } from "../../../tree/regular-file.ts";
import { field, isObject, type JsonObject, parseDocument } from "../../oci/json-document.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import { askHelper, type HelperAnswer } from "./credential-helper.ts";
import { helperAddress, registryName } from "./known-registries.ts";
import { Secret } from "./secret.ts";

/** What proves who we are. */
export type Credential =
  | { readonly kind: "password"; readonly username: string; readonly password: Secret }
  /** An OAuth2 refresh token (docker/cli, `identitytoken`). */
  | { readonly kind: "identity-token"; readonly token: Secret }
  /** A bearer token to be sent to the registry as it is (docker/cli, `registrytoken`). */
  | { readonly kind: "registry-token"; readonly token: Secret };

/** What was found for one repository. */
export interface Found {
  readonly credential?: Credential;
  /** Where it came from, for messages: a file, a helper, `the command line`. */
  readonly from?: string;
  /** What could not be looked at, one clause each, without secrets. */
  readonly problems: readonly string[];
}

/** Where credentials come from. Asked only once a registry has demanded some. */
export interface Credentials {
  /** `registry` and `repository` as in a RegistryReference. Never rejects. */
  find(registry: string, repository: string): Promise<Found>;
}

/** Where to look. */
export interface CredentialOptions {
  /** The environment: `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`, `PATH`. */
  readonly env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
  /** Given on the command line, for this one registry. */
  readonly explicit?: { readonly registry: string; readonly username: string; readonly password: string };
}

/** The files in the order they are asked (docker/cli, config; containers-auth.json(5)). */
function files({ env, home }: CredentialOptions): readonly string[] {
  const list = [
    env.REGISTRY_AUTH_FILE,
    env.DOCKER_CONFIG ? join(env.DOCKER_CONFIG, "config.json") : join(home, ".docker", "config.json"),
    env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "containers", "auth.json") : undefined,
    join(env.XDG_CONFIG_HOME || join(home, ".config"), "containers", "auth.json"),
  ];
  return [...new Set(list.filter((path): path is string => Boolean(path)))];
}

/** The key of an entry as registry and path: `https://index.docker.io/v1/` is `docker.io`, `quay.io/team` stays. */
function normalKey(key: string): string {
  const bare = key
    .replace(/^https?:\/\//i, "")
    .replace(/\/(?:v[12]\/?)?$/, "")
    .toLowerCase();
  const slash = bare.indexOf("/");
  const host = registryName(slash < 0 ? bare : bare.slice(0, slash));
  // Docker's own keys are servers: a path behind a scheme is not a namespace.
  if (slash < 0 || /^https?:\/\//i.test(key)) return host;
  return host + bare.slice(slash);
}

/** `quay.io/a/b`, `quay.io/a`, `quay.io`: most specific first. */
function scopes(registry: string, repository: string): readonly string[] {
  const parts = repository.split("/");
  return [...parts.map((_, i) => [registry, ...parts.slice(0, parts.length - i)].join("/")), registry];
}

/** The entries of a map for a scope: the key written exactly so first, then others that mean it, in file order. */
function entriesFor(map: JsonObject, scope: string): readonly unknown[] {
  const exact = field(map, scope);
  const others = Object.keys(map).filter((key) => key !== scope && normalKey(key) === scope);
  return [exact, ...others.map((key) => field(map, key))].filter((entry) => entry !== undefined);
}

/** A username of `<token>` marks an identity token (docker/cli, credentials/native_store.go). */
function passwordOrToken(username: string, secret: string): Credential {
  if (username === "<token>") return { kind: "identity-token", token: new Secret(secret) };
  return { kind: "password", username, password: new Secret(secret) };
}

function readEntry(entry: unknown): Credential | undefined {
  if (!isObject(entry)) return undefined;
  const text = (name: string) => {
    const value = field(entry, name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const identity = text("identitytoken");
  if (identity !== undefined) return { kind: "identity-token", token: new Secret(identity) };
  const bearer = text("registrytoken");
  if (bearer !== undefined) return { kind: "registry-token", token: new Secret(bearer) };
  const auth = text("auth");
  if (auth !== undefined) {
    const decoded = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const colon = decoded.indexOf(":");
    if (colon > 0) return passwordOrToken(decoded.slice(0, colon), decoded.slice(colon + 1));
  }
  const username = text("username");
  const password = text("password");
  if (username !== undefined && password !== undefined) return passwordOrToken(username, password);
  return undefined;
}

function object(document: JsonObject, name: string): JsonObject {
  const value = field(document, name);
  return isObject(value) ? value : {};
}

/** Looks into one file: helper of the scope, entry of the scope, then the store for everything. */
async function findIn(
  document: JsonObject,
  path: string,
  registry: string,
  repository: string,
  helper: (name: string, address: string) => Promise<HelperAnswer>,
  problems: string[],
): Promise<Found | undefined> {
  const ask = async (name: unknown, address: string): Promise<Found | undefined> => {
    if (typeof name !== "string" || name === "") return undefined;
    const answer = await helper(name, address);
    if (answer.kind === "problem") problems.push(answer.why);
    if (answer.kind !== "found") return undefined;
    const credential = passwordOrToken(answer.username, answer.secret);
    return { credential, from: `docker-credential-${name}`, problems };
  };
  const auths = object(document, "auths");
  const helpers = object(document, "credHelpers");
  for (const scope of scopes(registry, repository)) {
    const [own] = entriesFor(helpers, scope);
    const helped = await ask(own, scope === registry ? helperAddress(registry) : scope);
    if (helped) return helped;
    // Without a helper of its own, a registry is in the store before it is in the file (docker/cli, configfile).
    const stored =
      scope === registry && own === undefined
        ? await ask(field(document, "credsStore"), helperAddress(registry))
        : undefined;
    if (stored) return stored;
    for (const entry of entriesFor(auths, scope)) {
      const credential = readEntry(entry);
      if (credential) return { credential, from: path, problems };
    }
  }
  return undefined;
}

/** A file as JSON; undefined when there is none. What is wrong with it goes to `problems`, never its content. */
function readDocument(path: string, problems: string[]): JsonObject | undefined {
  const read = readRegularFile(path, { most: DEFAULT_LIMITS.documentBytes });
  if (!("bytes" in read)) {
    if (read.absent !== true) problems.push(`${path} could not be read: ${read.problem}`);
    return undefined;
  }
  try {
    return parseDocument(read.bytes, DEFAULT_LIMITS, "file");
  } catch {
    problems.push(`${path} is not a JSON document`);
    return undefined;
  }
}

/** Looks credentials up in the command line's, then in Docker's and the containers tools' files and helpers. */
export function createCredentials(options: CredentialOptions): Credentials {
  const { explicit } = options;
  // Helpers are slow, and every image of a registry asks them the same.
  const answers = new Map<string, Promise<HelperAnswer>>();
  const helper = (name: string, address: string) => {
    const key = `${name} ${address}`;
    const answer = answers.get(key) ?? askHelper(name, address, options.env);
    answers.set(key, answer);
    return answer;
  };
  const search = async (registry: string, repository: string): Promise<Found> => {
    if (explicit && normalKey(explicit.registry) === registry) {
      const credential = passwordOrToken(explicit.username, explicit.password);
      return { credential, from: "the command line", problems: [] };
    }
    const problems: string[] = [];
    for (const path of files(options)) {
      const document = readDocument(path, problems);
      const found = document && (await findIn(document, path, registry, repository, helper, problems));
      if (found) return found;
    }
    return { problems };
  };
  return { find: search };
}
