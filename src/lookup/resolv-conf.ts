/** Reads resolv.conf as musl and as glibc do, and writes the one a pod is given. Must not know any manifest. */
import { literal } from "./literal.ts";

/** What a libc made of resolv.conf. */
export interface ResolverConfig {
  /** Three at most, as written. */
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutS: number;
  readonly attempts: number;
  /** Options that this libc acts on, besides these three. */
  readonly flags: ReadonlySet<string>;
}

/** MAXNS of both. */
const MOST_SERVERS = 3;
/** `char line[256]` with its NUL. */
const LINE = 255;

/** As musl's __get_resolv_conf (resolvconf.c since d6cb08bc, 1.1.13), which has not changed to 1.2.6. */
export function muslConfig(text: string): ResolverConfig {
  const config = { servers: [] as string[], search: [] as string[], ndots: 1, timeoutS: 5, attempts: 2 };
  for (const { line, whole } of linesOf(text)) {
    // A line that does not fit, its break included, is left out whole.
    if (!whole || line.length > LINE) continue;
    const [word, rest] = [/^(?:options|nameserver|domain|search)(?=[ \t-\r])/.exec(line)?.[0], line];
    switch (word) {
      case "options":
        config.ndots = numberIn(rest, "ndots:", 15) ?? config.ndots;
        config.attempts = numberIn(rest, "attempts:", 10) ?? config.attempts;
        config.timeoutS = numberIn(rest, "timeout:", 60) ?? config.timeoutS;
        break;
      case "nameserver": {
        const [server = ""] = wordsOf(rest.slice(word.length));
        if (config.servers.length < MOST_SERVERS && literal(server) !== undefined)
          config.servers.push(server);
        break;
      }
      case "domain":
      case "search":
        // A comment behind them is no comment.
        config.search = wordsOf(rest.slice(word.length));
    }
  }
  return { ...config, servers: orLoopback(config.servers), flags: new Set() };
}

/** The first number behind a word, wherever it stands in the line, `foondots:3` included. */
function numberIn(line: string, word: string, most: number): number | undefined {
  const at = line.indexOf(word);
  if (at < 0) return undefined;
  const digits = /^\d+/.exec(line.slice(at + word.length))?.[0];
  // `timeout:.5` is let through to strtoul, which finds no number.
  return digits === undefined ? undefined : Math.min(Number(digits), most);
}

/** Options of glibc 2.36 that change what is asked (res_init.c, res_setoptions). */
const GLIBC_FLAGS = ["rotate", "single-request-reopen", "single-request", "use-vc", "no-aaaa"];

/** As glibc's res_vinit_1 (res_init.c, 2.36), without LOCALDOMAIN, RES_OPTIONS and a dot in the host's name. */
export function glibcConfig(text: string): ResolverConfig {
  const config = { servers: [] as string[], search: [] as string[], ndots: 1, timeoutS: 5, attempts: 2 };
  const flags = new Set<string>();
  for (const { line } of linesOf(text)) {
    const word = /^(?:options|nameserver|domain|search)(?=[ \t])/.exec(line)?.[0];
    if (word === undefined) continue;
    const words = line
      .slice(word.length)
      .replace(/\n$/, "")
      .split(/[ \t]+/)
      .filter((one) => one !== "");
    switch (word) {
      case "nameserver":
        if (literal(words[0] ?? "") !== undefined) config.servers.push(words[0]!);
        break;
      case "domain":
        if (words[0] !== undefined) config.search = [words[0]];
        break;
      case "search":
        if (words[0] !== undefined) config.search = words;
        break;
      case "options":
        for (const option of words) {
          const number = Math.max(0, Number(/^[a-z]+:(\d+)/.exec(option)?.[1] ?? 0));
          if (option.startsWith("ndots:")) config.ndots = Math.min(number, 15);
          else if (option.startsWith("timeout:")) config.timeoutS = Math.min(number, 30);
          else if (option.startsWith("attempts:")) config.attempts = Math.min(number, 5);
          else {
            // By their beginnings, the first that fits: so the source has it.
            const flag = GLIBC_FLAGS.find((one) => option.startsWith(one));
            if (flag !== undefined) flags.add(flag);
          }
        }
    }
  }
  return { ...config, servers: orLoopback(config.servers.slice(0, MOST_SERVERS)), flags };
}

/** MAXDNSRCH, and the sizes of `defdname` and `dnsrch` on a 64-bit machine (res_state.h). */
const [DOMAINS, STORED, POINTERS] = [6, 256, 56];

/**
 * Whether the assertion in update_from_conf (resolv_conf.c, 2.36) fails: a domain no longer fits into the old API's
 * storage, and those before it take less than that API's pointers, by which the check is made.
 */
export function glibcAborts(search: readonly string[]): boolean {
  let stored = 0;
  for (const domain of search.slice(0, DOMAINS)) {
    if (stored + domain.length + 1 > STORED) return stored <= POINTERS;
    stored += domain.length + 1;
  }
  return false;
}

function orLoopback(servers: readonly string[]): readonly string[] {
  return servers.length === 0 ? ["127.0.0.1"] : servers;
}

/** Lines with their breaks. `whole` is false for one that no break ends and that fills musl's buffer. */
function linesOf(text: string): readonly { readonly line: string; readonly whole: boolean }[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({
    line,
    whole: line.endsWith("\n") || line.length < LINE,
  }));
}

/** By C's isspace. */
function wordsOf(text: string): string[] {
  return text.split(/[ \t-\r]+/).filter((word) => word !== "");
}

/** What decides a pod's resolv.conf. */
export interface PodDns {
  readonly policy: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  readonly namespace: string;
  /** `cluster.local`. */
  readonly clusterDomain: string;
  /** kubelet's `clusterDNS`. */
  readonly clusterServers: readonly string[];
  /** The node's own resolv.conf, as kubelet's `resolvConf` names it. */
  readonly node: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options?: readonly string[];
  };
  readonly hostNetwork?: boolean;
  readonly config?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name: string; readonly value?: string }[];
  };
}

/**
 * The text kubelet writes (kubernetes pkg/kubelet/network/dns/dns.go: GetPodDNS, generateSearchesForDNSClusterFirst,
 * appendDNSConfig, mergeDNSOptions): the cluster's domains, then the node's, then dnsConfig's, each once; three servers
 * and 32 domains at most.
 */
export function podResolvConf(pod: PodDns): string {
  const { config = {}, node, clusterDomain: domain } = pod;
  const cluster =
    pod.policy === "ClusterFirstWithHostNet" || (pod.policy === "ClusterFirst" && pod.hostNetwork !== true);
  const own = cluster ? [`${pod.namespace}.svc.${domain}`, `svc.${domain}`, domain] : [];
  const none = pod.policy === "None";
  const servers = cluster ? pod.clusterServers : none ? [] : node.servers;
  const searches = none ? [] : [...own, ...node.searches];
  const options = new Map<string, string>();
  for (const option of cluster ? ["ndots:5"] : none ? [] : (node.options ?? [])) {
    const [name = "", value = ""] = option.split(":");
    options.set(name, value);
  }
  for (const { name, value = "" } of config.options ?? []) options.set(name, value);
  const lines = [
    ["search", ...unique([...searches, ...(config.searches ?? [])]).slice(0, 32)],
    ...unique([...servers, ...(config.nameservers ?? [])])
      .slice(0, MOST_SERVERS)
      .map((server) => ["nameserver", server]),
    ["options", ...[...options].map(([name, value]) => (value === "" ? name : `${name}:${value}`))],
  ];
  return lines
    .filter((line) => line.length > 1)
    .map((line) => `${line.join(" ")}\n`)
    .join("");
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
