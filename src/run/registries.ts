/** Registries as settings want them asked, loaded once one is. Must ask none itself. */
import { homedir } from "node:os";
import type { Limits } from "../image/limits.ts";
import { createCredentials } from "../image/source/registry/credentials.ts";
import { createRegistrySource, type RegistrySource } from "../image/source/registry/registry-source.ts";
import type { Settings } from "../settings/settings.ts";

/** What was read of the settings before any registry is asked. */
export interface RegistriesAsked {
  readonly login: Parameters<typeof createCredentials>[0]["explicit"];
  /** PEM texts. */
  readonly caCertificates: readonly string[];
}

/** Opens the way to them. Throws MuslgateError (`usage`) for certificates that cannot be used. */
export function openRegistries(
  { registryMirrors, insecureRegistries }: Settings,
  { login, caCertificates }: RegistriesAsked,
  limits: Limits,
  env: NodeJS.ProcessEnv,
): RegistrySource {
  return createRegistrySource({
    credentials: createCredentials({ env, home: homedir(), explicit: login }),
    mirrors: registryMirrors,
    caCertificates,
    limits,
    env,
    insecureHosts: insecureRegistries,
  });
}
