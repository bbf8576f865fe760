/** Makes the resolv.conf that a pod is given from a manifest or its dnsConfig. Must not know what a resolver makes of it. */
import { isIP } from "node:net";
import { podResolvConf, type PodDns } from "../lookup/resolv-conf.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { parseYaml } from "../yaml/documents.ts";
import { readWhole } from "./whole-file.ts";

/** A file of manifests, read. */
export interface Manifests {
  readonly file: string;
  readonly text: string;
}

/** What decides besides the file. */
interface PodFlags {
  readonly namespace: string;
  readonly server: readonly string[];
  readonly clusterDomain: string;
}

const POLICIES: readonly PodDns["policy"][] = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
/** Tokens of the file; a pod's has some thousand. */
const MOST_TOKENS = 200_000;

/** Reads the file that a user names. Rejects with MuslgateError. */
export async function readManifests(file: string): Promise<Manifests> {
  return { file, text: await readWhole(file, "Name a pod's manifest, or a file with its dnsConfig.") };
}

/**
 * The pod's resolv.conf; without manifests that of a pod that says nothing of DNS. Throws MuslgateError (`usage`) for a file
 * without a pod or DNS settings, or one that leaves DNS to the node.
 */
export function resolvConfOf(flags: PodFlags, manifests: Manifests | undefined): string {
  const { namespace, server: clusterServers, clusterDomain } = flags;
  const { file, text } = manifests ?? { file: "", text: "dnsPolicy: ClusterFirst" };
  const strange = clusterServers.find((one) => isIP(one) === 0);
  if (strange !== undefined) {
    throw new MuslgateError(
      "usage",
      `--server is "${strange}"`,
      "Write the IP address of the cluster's DNS, such as 10.96.0.10.",
    );
  }
  const documents = parsed(file, text);
  const settings = settingsIn(documents, namespace, saysDns) ?? settingsIn(documents, namespace, isPodSpec);
  if (settings === undefined) {
    throw new MuslgateError(
      "usage",
      `${file} has no pod, dnsPolicy or dnsConfig`,
      "Name a pod's manifest, or a file with its dnsConfig.",
    );
  }
  const policy = POLICIES.find((one) => one === settings.policy);
  if (policy === undefined) {
    throw new MuslgateError(
      "usage",
      `dnsPolicy is "${settings.policy}"`,
      `There are: ${POLICIES.join(", ")}.`,
    );
  }
  const node = { servers: [], searches: [] };
  const pod = { ...settings, policy, clusterServers, clusterDomain, node };
  const written = podResolvConf(pod);
  if (!written.includes("nameserver ")) {
    throw new MuslgateError(
      "usage",
      `with dnsPolicy ${policy} the pod asks what its node asks`,
      "Give --resolv-conf with the node's resolv.conf.",
    );
  }
  return written;
}

function parsed(file: string, text: string): unknown {
  try {
    const { documents, stopped } = parseYaml(text, { tokens: MOST_TOKENS });
    const problem = documents.flatMap(({ errors }) => errors)[0]?.message ?? stopped?.message;
    if (problem !== undefined) throw new Error(problem);
    return documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown);
  } catch (error) {
    throw new MuslgateError(
      "usage",
      `${file} cannot be read: ${messageOf(error)}`,
      "Name a pod's manifest, or a file with its dnsConfig.",
      error,
    );
  }
}

interface Settings {
  readonly policy: string;
  readonly namespace: string;
  readonly hostNetwork: boolean;
  readonly config: NonNullable<PodDns["config"]>;
}

/** The first map that is such a one, wherever it stands: a PodSpec, or a dnsConfig alone. */
function settingsIn(value: unknown, namespace: string, isOne: typeof isPodSpec): Settings | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = settingsIn(item, namespace, isOne);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isMap(value)) return undefined;
  const { metadata } = value;
  const own = isMap(metadata) && typeof metadata.namespace === "string" ? metadata.namespace : namespace;
  if (isOne(value)) {
    const config = isDnsConfig(value) ? value : isMap(value.dnsConfig) ? value.dnsConfig : {};
    return {
      policy: wordOf(value.dnsPolicy) ?? "ClusterFirst",
      namespace: own,
      hostNetwork: value.hostNetwork === true,
      config: {
        nameservers: texts(config.nameservers),
        searches: texts(config.searches),
        options: (Array.isArray(config.options) ? config.options : []).filter(isMap).map((option) => ({
          name: wordOf(option.name) ?? "",
          value: wordOf(option.value),
        })),
      },
    };
  }
  return settingsIn(Object.values(value), own, isOne);
}

const isDnsConfig = (value: Record<string, unknown>): boolean =>
  ["nameservers", "searches"].some((key) => Array.isArray(value[key]));

const saysDns = (value: Record<string, unknown>): boolean =>
  isDnsConfig(value) || "dnsPolicy" in value || "dnsConfig" in value;

/** A pod without a word on DNS is ClusterFirst in its namespace. */
const isPodSpec = (value: Record<string, unknown>): boolean => Array.isArray(value.containers);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Words as they are written: YAML makes a number of `1`. What is none is left out, as Kubernetes would refuse it. */
const wordOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.flatMap((one) => wordOf(one) ?? []) : [];
