/** Opens images of container registries (OCI distribution spec). Must not read layers, only say how to. */
import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Digest } from "../../../model/digest.ts";
import type { Layer } from "../../../model/oci.ts";
import type { Limits } from "../../limits.ts";
import type { Source } from "../source.ts";
import type { ArtifactKind, Artifacts } from "./artifacts.ts";
import { RegistryClient } from "./client.ts";
import { createConnection } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import type { ProxyEnvironment } from "./proxy.ts";
import { isLoopback } from "./realm.ts";
import { readPackedChart } from "./packed-chart.ts";
import { parseReference, type RegistryReference } from "./reference.ts";
import { type House, named, openFrom, remoteLayer } from "./remote-image.ts";
import type { RetryPolicy, RetryPorts } from "./retry.ts";

/** What a registry source works with. */
export interface RegistryOptions {
  readonly credentials: Credentials;
  readonly limits: Limits;
  /** The environment; of it `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS` are read. */
  readonly env: ProxyEnvironment;
  /** Hosts to ask before a registry, in order, by the registry's name (`docker.io`). */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Hosts, with or without port, that may be spoken to without TLS. This machine always may. */
  readonly insecureHosts?: readonly string[];
  /** Hosts trusted with a registry's credentials besides its own domain, by the registry's name. */
  readonly trustedTokenHosts?: Readonly<Record<string, readonly string[]>>;
  /** PEM texts of authorities trusted besides the usual ones (and those of NODE_EXTRA_CA_CERTS). */
  readonly caCertificates?: readonly string[];
  /** Tries after a first one that failed in a passing way; 4 unless said otherwise. */
  readonly maxRetries?: number;
  /** Clock and dice of tests. */
  readonly ports?: RetryPorts;
}

const PORTS: RetryPorts = {
  now: () => performance.now(),
  today: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal });
  },
  random: () => Math.random(),
};

/** A registry's images, and its charts. */
export interface RegistrySource extends Source {
  /** The packed chart that a reference leads to, verified. Rejects with MuslgateError. */
  readonly packedChart: (reference: string, signal: AbortSignal) => Promise<Uint8Array>;
  /** A repository's artifacts, mirrors apart. Rejects with MuslgateError (`usage`) for a name that is none. */
  readonly artifacts: (repository: string, kind: ArtifactKind, signal: AbortSignal) => Promise<Artifacts>;
  /** One layer of a repository, which no manifest is asked for. Throws MuslgateError (`usage`) for a name that is none. */
  readonly layer: (repository: string, layer: LayerOf, signal: AbortSignal) => Layer;
}

/** What a manifest said of a layer. */
export interface LayerOf {
  readonly digest: Digest;
  /** Bytes as stored. */
  readonly size: number;
  readonly diffId: Digest;
}

/** A source of images in registries, with the prefix `registry`. Throws MuslgateError (`usage`) for bad certificates. */
export function createRegistrySource(options: RegistryOptions): RegistrySource {
  const policy: RetryPolicy = { retries: options.maxRetries ?? 4, ports: options.ports ?? PORTS };
  const insecure = (options.insecureHosts ?? []).map((host) => host.toLowerCase());
  const plainAllowed = (host: string) => {
    if (!URL.canParse(`http://${host}`)) return false;
    const { hostname } = new URL(`http://${host}`);
    return isLoopback(hostname) || insecure.includes(host) || insecure.includes(hostname);
  };
  const client = new RegistryClient({
    connection: createConnection({
      env: options.env,
      caCertificates: options.caCertificates ?? [],
      idleMilliseconds: options.limits.idleMilliseconds,
    }),
    credentials: options.credentials,
    trustedTokenHosts: options.trustedTokenHosts ?? {},
    policy,
    plainAllowed,
  });
  const house: House = { client, policy, limits: options.limits };

  const hostsOf = ({ registry }: RegistryReference): readonly string[] => {
    const mirrors = options.mirrors ?? {};
    return [...(Object.hasOwn(mirrors, registry) ? (mirrors[registry] ?? []) : []), registry];
  };
  return {
    packedChart(written, signal) {
      const reference = parseReference(written, written);
      return readPackedChart(house, hostsOf(reference), reference, signal);
    },
    layer(repository, { digest, size, diffId }, signal) {
      const reference = parseReference(repository, repository);
      const blob = remoteLayer(house, hostsOf(reference), reference, { digest, size }, signal);
      return { digest, diffId, mediaType: "", blob };
    },
    async artifacts(repository, kind, signal) {
      const reference = parseReference(repository, repository);
      const { openArtifacts } = await import("./artifacts.ts");
      return openArtifacts(house, reference, kind, signal);
    },
    scheme: "registry",
    async guess(reference) {
      if (isPath(reference)) return false;
      try {
        parseReference(reference, reference);
        return true;
      } catch {
        return false;
      }
    },
    async open(request) {
      const closing = new AbortController();
      const signal = AbortSignal.any([request.signal, closing.signal]);
      try {
        const reference = parseReference(request.reference, request.written);
        const hosts = hostsOf(reference);
        const { images, diagnostics } = await openFrom(house, hosts, reference, request, signal);
        return {
          images,
          diagnostics,
          async close() {
            closing.abort(new Error("the image was closed"));
          },
        };
      } catch (error) {
        closing.abort();
        request.signal.throwIfAborted();
        throw named(error, request.written);
      }
    },
  };
}

/** A folder, or the name of an archive that is not there: to ask a registry for it would only mislead. */
function isPath(reference: string): boolean {
  const stat = statSync(reference, { throwIfNoEntry: false });
  return stat?.isDirectory() ?? /\.(?:tar|tgz|tar\.(?:gz|zst|xz|bz2))$/.test(reference);
}
