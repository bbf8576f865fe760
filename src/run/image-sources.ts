/** The places images can come from, as settings want them. Must open none. */
import type { ImagePorts } from "../image/ports.ts";
import type { ArchiveReader } from "../image/layer/reader.ts";
import type { Limits } from "../image/limits.ts";
import { dockerArchiveSource } from "../image/source/docker-archive.ts";
import { dockerDaemonSource } from "../image/source/docker-daemon.ts";
import { Archives } from "../image/source/archives.ts";
import { ociArchiveSource, ociLayoutSource } from "../image/source/oci.ts";
import type { RegistrySource } from "../image/source/registry/registry-source.ts";
import { rootfsTarSource } from "../image/source/rootfs-tar.ts";
import type { Source } from "../image/source/source.ts";
import { MuslgateError } from "../model/error.ts";
import { readText } from "../tree/read-text.ts";
import type { Settings } from "../settings/settings.ts";
import type { RegistriesAsked } from "./registries.ts";

/** Every source of images, and the registries once somebody needs them. */
export interface ImageSources extends Pick<ImagePorts, "sources"> {
  /** What asks registries, which takes loading: for those that ask one. The same each time. */
  readonly openRegistries: () => Promise<RegistrySource>;
  /** The last of the sources, which opens them for itself. */
  readonly registries: readonly [Source];
}

/** Every source, in the order they look at a reference. Rejects with MuslgateError (`usage`) for half a login. */
export async function imageSources(
  settings: Settings,
  reader: ArchiveReader,
  limits: Limits,
  env: NodeJS.ProcessEnv,
): Promise<ImageSources> {
  const archives = new Archives({ reader, stdin: () => process.stdin }, limits);
  const asked: RegistriesAsked = {
    login: await explicitLogin(settings),
    caCertificates: settings.registryCa === undefined ? [] : [readText(settings.registryCa)],
  };
  let opened: Promise<RegistrySource> | undefined;
  const openRegistries = () => {
    // TLS, HTTP and what speaks them are a tenth of a small run.
    opened ??= import("./registries.ts").then((all) => all.openRegistries(settings, asked, limits, env));
    return opened;
  };
  // A certificate that cannot be used is told whatever the run reads.
  if (asked.caCertificates.length > 0) await openRegistries();
  const registry: Source = {
    scheme: "registry",
    guess: async (reference, signal) => (await openRegistries()).guess(reference, signal),
    open: async (request) => (await openRegistries()).open(request),
  };
  const local = [
    ociLayoutSource(limits),
    ociArchiveSource(archives, limits),
    dockerArchiveSource(archives, limits),
    rootfsTarSource(),
    dockerDaemonSource(reader, env, limits),
  ];
  return { sources: [...local, registry], registries: [registry], openRegistries };
}

/** The login that was given for one registry. Rejects with MuslgateError (`usage`) when a part of it is missing. */
async function explicitLogin({
  registry,
  registryUsername,
  registryPassword,
  registryPasswordStdin,
}: Settings) {
  if (registryUsername === undefined && registryPassword === undefined && !registryPasswordStdin)
    return undefined;
  const password = registryPasswordStdin ? await passwordFromStdin() : registryPassword;
  if (registry !== undefined && registryUsername !== undefined && password) {
    return { registry, username: registryUsername, password };
  }
  const missing =
    registry === undefined
      ? "`registry`"
      : registryUsername === undefined
        ? "`registry-username`"
        : "the password";
  throw new MuslgateError(
    "usage",
    `a login for a registry was given without ${missing}`,
    "Give `registry`, `registry-username` and the password together: credentials are sent to the host they are for only.",
  );
}

/** More than any password or token has. */
const MOST_PASSWORD = 64 * 1024;

async function passwordFromStdin(): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length <= MOST_PASSWORD) continue;
    throw new MuslgateError(
      "usage",
      `standard input has more than ${MOST_PASSWORD} bytes, which is no password`,
      "Pipe the password alone into it.",
    );
  }
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}
