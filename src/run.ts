/** Puts the parts together for one run: settings in, report out. Must print nothing. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { compare, readBaseline } from "./baseline.ts";
import { clusterProfile } from "./cluster/profile.ts";
import { leftOpen, readClusterFiles } from "./cluster/cluster-files.ts";
import { clusterPaths, terraformFolder } from "./cluster-paths.ts";
import { cachedReader, defaultCacheFolder, folderStore, NO_STORE } from "./image/cache.ts";
import { dockerDaemonSource } from "./image/source/docker-daemon.ts";
import { DETECTORS } from "./image/detect/index.ts";
import { createLayerReader } from "./image/layer/reader.ts";
import { factsSchema } from "./image/layer/read.ts";
import { limitsWith } from "./image/limits.ts";
import { dockerArchiveSource } from "./image/source/docker-archive.ts";
import { Archives } from "./image/source/members.ts";
import { ociArchiveSource, ociLayoutSource } from "./image/source/oci.ts";
import { createCredentials } from "./image/source/registry/credentials.ts";
import { createRegistrySource } from "./image/source/registry/registry-source.ts";
import { rootfsTarSource } from "./image/source/rootfs-tar.ts";
import { MuslgateError, messageOf } from "./model/error.ts";
import type { ClusterProfile } from "./model/cluster-profile.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import type { Report } from "./model/report.ts";
import type { Configured } from "./configured.ts";
import { ImageReads } from "./image-reads.ts";
import { scan } from "./scan.ts";
import { waive } from "./waive.ts";
import type { Settings } from "./settings.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_COREFILE_BYTES = 8 * 2 ** 20;
/** A plan of a whole organisation. */
const MOST_CLUSTER_BYTES = 64 * 2 ** 20;
/** A report of thousands of images. */
const MOST_REPORT_BYTES = 256 * 2 ** 20;

/** Runs a scan. Rejects with MuslgateError when the run cannot answer. */
export async function run(
  { settings, waivers }: Configured,
  workerUrl: URL | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const limits = limitsWith(settings.limits);
  const reader = createLayerReader(limits, { workerUrl, verifyAll: settings.verify });
  const store = settings.cache
    ? folderStore(settings.cacheDir ?? defaultCacheFolder(process.env), factsSchema(DETECTORS))
    : NO_STORE;
  const archives = new Archives({ reader, stdin: () => process.stdin }, limits);
  const registry = createRegistrySource({
    credentials: createCredentials({
      env: process.env,
      home: homedir(),
      explicit: await explicitLogin(settings),
    }),
    mirrors: settings.registryMirrors,
    caCertificates: settings.registryCa === undefined ? [] : [readText(settings.registryCa).text],
    limits,
    env: process.env,
    insecureHosts: settings.insecureRegistries,
  });
  const sources = [
    ociLayoutSource(limits),
    ociArchiveSource(archives, limits),
    dockerArchiveSource(archives, limits),
    rootfsTarSource(),
    dockerDaemonSource(reader, process.env, limits),
    registry,
  ];
  const clusters = await clustersOf(settings);
  const earlier = settings.baseline === undefined ? undefined : baselineOf(settings.baseline);
  const workloads = settings.images.map((image) => ({ image, name: image, usesClusterDns: true }));
  try {
    const images = new ImageReads(
      { sources, registries: [registry], reader: cachedReader(reader, store), signal },
      settings.platform,
    );
    const report = await scan({ workloads, clusters: clusters.profiles, containersNamed: true }, (all) =>
      images.read(all),
    );
    const whole = { ...report, diagnostics: [...clusters.diagnostics, ...report.diagnostics] };
    const compared = earlier === undefined ? whole : compare(whole, earlier);
    return waive(compared, waivers, new Date().toISOString().slice(0, 10));
  } finally {
    await reader.close();
  }
}

/** Every cluster that files describe, each with what was said by options; one made of options alone without files. */
async function clustersOf(settings: Settings): Promise<{
  profiles: readonly ClusterProfile[];
  diagnostics: readonly Diagnostic[];
}> {
  const corefile = settings.corefile === undefined ? undefined : readText(settings.corefile);
  const said = {
    ...(settings.gkeVersion === undefined ? {} : { gkeVersion: settings.gkeVersion }),
    ...(settings.clusterDomain === undefined ? {} : { clusterDomain: settings.clusterDomain }),
    ...(settings.autopilot ? { autopilot: true } : {}),
    ...(settings.nodeLocalDns === "auto" ? {} : { nodeLocalDns: settings.nodeLocalDns }),
    ...(corefile === undefined ? {} : { corefile }),
  };
  if (settings.clusterFiles.length === 0) {
    const profile = clusterProfile({ nodeLocalDns: "auto", autopilot: false, ...said });
    return { profiles: [profile], diagnostics: [] };
  }
  const text = (file: string) => readText(file, MOST_CLUSTER_BYTES);
  const read = await readClusterFiles(clusterPaths(settings.clusterFiles, text), {
    // Loaded when it is needed: most runs read no Terraform.
    hcl: async () => (await import("./hcl-wasm.ts")).hclReader(),
    folder: (path) => terraformFolder(path, text),
  });
  const [file] = read.clusterless;
  if (file !== undefined) {
    const why = read.diagnostics.find(({ weight }) => weight === "gap")?.message;
    throw new MuslgateError(
      "input",
      `${file} describes no cluster${why === undefined ? "" : `: ${why}`}`,
      "Give what gcloud container clusters describe or list prints, a Config Connector ContainerCluster, Terraform files or their folder, or what terraform show -json prints.",
    );
  }
  return {
    profiles: read.clusters.map(({ input }) => clusterProfile({ ...input, ...said })),
    diagnostics: leftOpen(read.diagnostics, said),
  };
}

function baselineOf(file: string): Report {
  return readBaseline(file, readText(file, MOST_REPORT_BYTES).text);
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
      ? "registry"
      : registryUsername === undefined
        ? "registry-username"
        : "the password";
  throw new MuslgateError(
    "usage",
    `a login for a registry was given without ${missing}`,
    "Give registry, registry-username and the password together: credentials are sent to the host they are for only.",
  );
}

async function passwordFromStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

function readText(file: string, most = MOST_COREFILE_BYTES): { file: string; text: string } {
  try {
    if (statSync(file).size > most) throw new Error(`it has more than ${most} bytes`);
    return { file, text: readFileSync(file, "utf8") };
  } catch (error) {
    throw new MuslgateError(
      "input",
      `${file} cannot be read: ${messageOf(error)}`,
      "Check the path; for a Corefile give its ConfigMap or the output of kubectl -n kube-system describe configmap node-local-dns.",
      error,
    );
  }
}
