/** Puts the parts together for one run: settings in, report out. Must print nothing. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { clusterProfile } from "./cluster/profile.ts";
import { cachedReader, defaultCacheFolder, folderStore, NO_STORE } from "./image/cache.ts";
import { dockerDaemonSource } from "./image/source/docker-daemon.ts";
import { DETECTORS } from "./image/detect/index.ts";
import { createLayerReader } from "./image/layer/reader.ts";
import { factsSchema } from "./image/layer/read.ts";
import { DEFAULT_LIMITS } from "./image/limits.ts";
import { dockerArchiveSource } from "./image/source/docker-archive.ts";
import { ociArchiveSource, ociLayoutSource } from "./image/source/oci.ts";
import { createCredentials } from "./image/source/registry/credentials.ts";
import { createRegistrySource } from "./image/source/registry/registry-source.ts";
import { rootfsTarSource } from "./image/source/rootfs-tar.ts";
import { MuslgateError, messageOf } from "./model/error.ts";
import type { Report } from "./model/report.ts";
import { scan } from "./scan.ts";
import type { Settings } from "./settings.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_COREFILE_BYTES = 8 * 2 ** 20;

/** Runs a scan. Rejects with MuslgateError when the run cannot answer. */
export async function run(
  settings: Settings,
  workerUrl: URL | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const limits = DEFAULT_LIMITS;
  const reader = createLayerReader(limits, workerUrl);
  const store = settings.cache
    ? folderStore(settings.cacheDir ?? defaultCacheFolder(process.env), factsSchema(DETECTORS))
    : NO_STORE;
  const archives = { reader, stdin: () => process.stdin };
  const sources = [
    ociLayoutSource(limits),
    ociArchiveSource(archives, limits),
    dockerArchiveSource(archives, limits),
    rootfsTarSource(),
    dockerDaemonSource(reader, process.env, limits),
    createRegistrySource({
      credentials: createCredentials({ env: process.env, home: homedir() }),
      limits,
      env: process.env,
      insecureHosts: settings.insecureRegistries,
    }),
  ];
  const cluster = clusterProfile({
    gkeVersion: settings.gkeVersion,
    nodeLocalDns: settings.nodeLocalDns,
    autopilot: settings.autopilot,
    clusterDomain: settings.clusterDomain,
    corefile: settings.corefile === undefined ? undefined : readText(settings.corefile),
  });
  const workloads = settings.images.map((image) => ({ image, name: image, usesClusterDns: true }));
  try {
    return await scan(
      { workloads, clusters: [cluster], platform: settings.platform },
      { sources, reader: cachedReader(reader, store), signal },
    );
  } finally {
    await reader.close();
  }
}

function readText(file: string): { file: string; text: string } {
  try {
    if (statSync(file).size > MOST_COREFILE_BYTES)
      throw new Error(`it has more than ${MOST_COREFILE_BYTES} bytes`);
    return { file, text: readFileSync(file, "utf8") };
  } catch (error) {
    throw new MuslgateError(
      "input",
      `the Corefile ${file} cannot be read: ${messageOf(error)}`,
      "Give a Corefile, its ConfigMap, or the output of kubectl -n kube-system describe configmap node-local-dns.",
      error,
    );
  }
}
