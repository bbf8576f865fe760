/**
 * Reads image references of registries, which come from untrusted files. Must not use a backtracking grammar, as
 * @swimlane/docker-reference 2.0.1 does: it needs 2 s for `aaaaaaaaaaaa!` and for ever for twenty letters.
 */
import { type Digest, isDigest } from "../../../model/digest.ts";
import { MuslgateError } from "../../../model/error.ts";
import { shown } from "../../oci/json-document.ts";
import { registryName } from "./known-registries.ts";

/** Where a reference leads. */
export interface RegistryReference {
  /** The registry as users name it: `docker.io`, `ghcr.io`, `[::1]:5000`; lower case, with its port if any. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` when the user gave neither tag nor digest. */
  readonly tag?: string;
  /** Wins over the tag where both are given, as with every puller. */
  readonly digest?: Digest;
}

/** The longest name (distribution/reference, NameTotalLengthMax). */
const NAME_LENGTH = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const HOST_NAME = /^(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

function invalid(written: string, why: string, hint?: string): MuslgateError {
  return new MuslgateError(
    "usage",
    `${shown(written)} is not an image reference: ${why}`,
    hint ??
      "Write it as the container runtime takes it, such as registry.example.com/team/app:1.2 or alpine:3.18.",
  );
}

/** Host and optional port; IPv6 in brackets, which Docker's grammar has since distribution/reference 0.5. */
function isAuthority(text: string): boolean {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match?.[1]) return false;
  if (match[2] !== undefined && (Number(match[2]) > 65_535 || Number(match[2]) === 0)) return false;
  if (match[1].startsWith("[")) return URL.canParse(`http://${match[1]}/`);
  return HOST_NAME.test(match[1]);
}

/**
 * Reads `[host[:port]/]path[:tag][@digest]` by the rules of distribution/reference, without a host meaning Docker Hub.
 * `written` is what the user wrote, for messages. Throws MuslgateError (`usage`).
 */
export function parseReference(reference: string, written: string): RegistryReference {
  if (reference.length > NAME_LENGTH + 129 + 72) throw invalid(written, "it is too long");
  if (reference.includes("://")) {
    throw invalid(written, "it is an address", "Leave out the scheme (https://) and write host/path:tag.");
  }
  const at = reference.indexOf("@");
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  let name = at < 0 ? reference : reference.slice(0, at);
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(written, "the part after @ is not a sha256 digest of 64 lower-case hex digits");
  }
  let tag: string | undefined;
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  if (colon >= 0 && (name.includes("/") || !name.startsWith("["))) {
    tag = name.slice(colon + 1);
    name = name.slice(0, colon);
    if (!TAG.test(tag)) throw invalid(written, "the tag has characters a tag cannot have, or too many");
  }
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const named = /[.:[]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = registryName(named ? first.toLowerCase() : "docker.io");
  let repository = named ? name.slice(slash + 1) : name;
  if (named && !isAuthority(registry)) throw invalid(written, "the registry's name is not a host name");
  if (repository === "") throw invalid(written, "it names no repository");
  if (repository !== repository.toLowerCase())
    throw invalid(written, "the repository's name has upper-case letters");
  if (!repository.split("/").every((part) => COMPONENT.test(part))) {
    throw invalid(written, "the repository's name has an empty part or a character it cannot have");
  }
  if (registry === "docker.io" && !repository.includes("/")) {
    if (/^[0-9a-f]{64}$/.test(repository))
      throw invalid(written, "64 hex digits alone are an image ID, not a name");
    repository = `library/${repository}`;
  }
  if (registry.length + 1 + repository.length > NAME_LENGTH) throw invalid(written, "it is too long");
  return {
    registry,
    repository,
    ...(tag !== undefined ? { tag } : digest === undefined ? { tag: "latest" } : {}),
    digest,
  };
}
