import { afterAll, beforeAll, expect, it } from "vitest";
import type { Verdict } from "../../src/model/report.ts";
import { dnsEgressBlocked } from "../../src/rules/dns-egress-blocked.ts";
import { dnsPolicyRefuses } from "../../src/rules/dns-policy-refuses.ts";
import { hostsLineTooLong } from "../../src/rules/hosts-line-too-long.ts";
import { mixedNameservers } from "../../src/rules/mixed-nameservers.ts";
import { ndotsTooLow } from "../../src/rules/ndots-too-low.ts";
import { noDnsOverTcp } from "../../src/rules/no-dns-over-tcp.ts";
import { resolverOptionZero } from "../../src/rules/resolver-option-zero.ts";
import type { Rule } from "../../src/rules/rule.ts";
import { searchStops } from "../../src/rules/search-stops.ts";
import { tcp53Blocked } from "../../src/rules/tcp-53-blocked.ts";
import { tooManyAddresses } from "../../src/rules/too-many-addresses.ts";
import { temporaryFolder } from "../support/folder.ts";
import { headless, policy } from "../support/headless.ts";
import { corednsMap, GLIBC, judged } from "../support/judged.ts";
import { describeWith } from "../support/parts.ts";
import { onMusl } from "../support/profiles.ts";
import type { LabCase, Row } from "./lookup-lab-cases.ts";
import { buildLookupLab, type LookupLab, MUSLS } from "./lookup-lab-roots.ts";

/** A pod, and what its lookup meets where it runs: the file kubelet writes, written by hand, and the answers. */
interface Told {
  readonly what: string;
  readonly rule: Rule;
  readonly files: Readonly<Record<string, string>>;
  readonly asked: Partial<LabCase> & Pick<LabCase, "name">;
  /** Addresses that the name has. */
  readonly wanted: readonly string[];
  /** glibc fails there too, which is not this rule's to say. */
  readonly failsAnyway?: true;
  /** The server that a policy keeps questions from. */
  readonly dropped?: 1;
}

const SEARCH = "search web.svc.cluster.local svc.cluster.local cluster.local";
const conf = (options: string, more = "") => `${SEARCH}${more}\nnameserver {0}\noptions ${options}\n`;
const POD = conf("ndots:5 timeout:1");
const ADDRESS = "10.1.1.1";
const reply = (...addresses: string[]): Row["heard"] => ({ rcode: "NOERROR", addresses });
const has = (name: string, a: Row["heard"] = reply(ADDRESS), server = 0): Row[] => [
  { server, name, type: "A", heard: a },
  { server, name, type: "AAAA", heard: reply() },
];
const answers = (name: string, rcode: "NOERROR" | "REFUSED" | "SERVFAIL"): Row[] =>
  (["A", "AAAA"] as const).map((type) => ({ server: 0, name, type, heard: { rcode, addresses: [] } }));
const pod = (spec: string, host = "") => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web, labels: {app: front}}
spec:
${spec}  containers:
    - {name: app, image: "shop/front:1.0", env: [{name: HOST, value: "${host}"}]}
`,
});
const options = (...all: string[]) =>
  `  dnsConfig: {options: [{name: timeout, value: "1"}, ${all
    .map((one) => `{name: ${one.replace(":", ', value: "')}"}`)
    .join(", ")}]}\n`;
const many = (count: number) => Array.from({ length: count }, (_, i) => `10.1.2.${i + 1}`);
const corp = (rcode: string) => ({
  ...pod("  dnsConfig: {searches: [corp.example], options: [{name: timeout, value: '1'}]}\n"),
  "dns.yaml": corednsMap(
    `.:53 {\n  forward . 192.0.2.1\n}\ncorp.example:53 {\n  template ANY ANY {\n    rcode ${rcode}\n  }\n}`,
  ),
});
const WILD =
  '.:53 {\n  forward . 192.0.2.1\n}\ncorp.example:53 {\n  template IN A {\n    answer "{{ .Name }} 60 IN A 10.1.1.9"\n  }\n  template IN AAAA {\n    rcode NOERROR\n  }\n}';
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\n";
const LONG = Array.from({ length: 28 }, (_, i) => `host-${String(i).padStart(2, "0")}.example.com`);
const CORP = "www.example.com.corp.example";
const large = (replicas: number, more?: Readonly<Record<string, string>>) => headless({ replicas, more });
const UDP = policy("[{ports: [{protocol: UDP, port: 53}]}]");
const DB = "db.shop.svc.cluster.local";
const cut = (count: number): Row["heard"] => ({
  rcode: "NOERROR",
  addresses: many(count),
  udp: Math.min(29, count),
});
const cilium = (dns: string) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: front, namespace: web}
spec:
  endpointSelector: {matchLabels: {app: front}}
  egress: [{toEndpoints: [{}], toPorts: [{ports: [{port: "53"}], rules: {dns: [${dns}]}}]}]
`;
const dnsTo = (to: string) => `{to: [${to}], ports: [{protocol: UDP, port: 53}, {port: 53}]}`;
const KUBE_DNS = dnsTo("{podSelector: {matchLabels: {k8s-app: kube-dns}}}");
const CACHE_PODS = dnsTo("{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: node-local-dns}}}");
const NODE = dnsTo("{ipBlock: {cidr: 169.254.20.10/32}}");
const gke = (body: string, kind = 'min_master_version = "1.33.1-gke.100"') =>
  `resource "google_container_cluster" "shop" {\n  ${kind}\n${body}}\n`;
const cache = (enabled: boolean) =>
  gke(`  addons_config {\n    dns_cache_config {\n      enabled = ${enabled}\n    }\n  }\n`);
const CLOUD_DNS =
  '  addons_config {\n    dns_cache_config {\n      enabled = false\n    }\n  }\n  dns_config {\n    cluster_dns = "CLOUD_DNS"\n  }\n';
/** Where kube-dns is server 0, and what answers on the node is server 1. */
const egress = (what: string, rules: string, cluster: string, asks: 0 | 1, dropped?: 1): Told => ({
  what,
  rule: dnsEgressBlocked,
  files: headless({ replicas: 1, more: { "policy.yaml": policy(rules), "main.tf": cluster } }),
  asked: {
    name: DB,
    resolvConf: `nameserver {${asks}}\noptions ndots:1 timeout:1 attempts:1\n`,
    rows: [...has(DB, reply(ADDRESS), 0), ...has(DB, reply(ADDRESS), 1)],
  },
  wanted: [ADDRESS],
  dropped,
});
const expansions = ["web.svc.cluster.local", "svc.cluster.local", "cluster.local"];

const CASES: readonly Told[] = [
  ...["1", "2", "5"].map(
    (ndots): Told => ({
      what: `api.shop with ndots:${ndots}`,
      rule: ndotsTooLow,
      files: { ...pod(options(`ndots:${ndots}`), "http://api.shop/"), "svc.yaml": SERVICE },
      asked: {
        name: "api.shop",
        resolvConf: conf(`timeout:1 ndots:${ndots}`),
        rows: has("api.shop.svc.cluster.local"),
      },
      wanted: [ADDRESS],
    }),
  ),
  ...(["NOERROR", "REFUSED", "SERVFAIL", "NXDOMAIN"] as const).map(
    (rcode): Told => ({
      what: `a search domain that answers ${rcode}`,
      rule: searchStops,
      files: corp(rcode),
      asked: {
        name: "www.example.com",
        resolvConf: conf("ndots:5 timeout:1", " corp.example"),
        rows: [...has("www.example.com"), ...(rcode === "NXDOMAIN" ? [] : answers(CORP, rcode))],
      },
      wanted: [ADDRESS],
    }),
  ),
  ...["corp.example", "other.example"].map(
    (domain): Told => ({
      what: `nodes that search ${domain}`,
      rule: searchStops,
      files: {
        ...pod("  dnsConfig: {options: [{name: timeout, value: '1'}]}\n"),
        "dns.yaml": corp("NOERROR")["dns.yaml"],
        "talos.yaml": `machine: {network: {searchDomains: [${domain}]}}\n`,
      },
      asked: {
        name: "www.example.com",
        resolvConf: conf("ndots:5 timeout:1", ` ${domain}`),
        rows: [...has("www.example.com"), ...answers(CORP, "NOERROR")],
      },
      wanted: [ADDRESS],
    }),
  ),
  {
    what: "a wildcard in a search domain",
    rule: searchStops,
    files: { ...corp("NOERROR"), "dns.yaml": corednsMap(WILD) },
    asked: {
      name: "www.example.com",
      resolvConf: conf("ndots:5 timeout:1", " corp.example"),
      rows: [...has("www.example.com"), ...has(CORP, reply("10.1.1.9"))],
    },
    wanted: [ADDRESS],
    failsAnyway: true,
  },
  ...["1", "5"].map(
    (ndots): Told => ({
      what: `ndots:${ndots} by an admission policy`,
      rule: ndotsTooLow,
      files: {
        ...pod(options("attempts:1"), "http://api.shop/"),
        "svc.yaml": SERVICE,
        "policy.yaml": `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: dns}
spec:
  rules:
    - match: {any: [{resources: {kinds: [Pod]}}]}
      mutate: {patchStrategicMerge: {spec: {dnsConfig: {options: [{name: ndots, value: "${ndots}"}]}}}}
`,
      },
      asked: {
        name: "api.shop",
        resolvConf: conf(`timeout:1 ndots:${ndots}`),
        rows: has("api.shop.svc.cluster.local"),
      },
      wanted: [ADDRESS],
    }),
  ),
  {
    what: "a public server that is faster",
    rule: mixedNameservers,
    files: pod("  dnsConfig: {nameservers: [8.8.8.8]}\n"),
    asked: {
      name: "api.shop",
      resolvConf: `${SEARCH}\nnameserver {0}\nnameserver {1}\noptions ndots:5\n`,
      rows: has("api.shop.svc.cluster.local", { rcode: "NOERROR", addresses: [ADDRESS], afterMs: 250 }),
    },
    wanted: [ADDRESS],
  },
  ...["timeout:0", "timeout:2"].map(
    (option): Told => ({
      what: option,
      rule: resolverOptionZero,
      files: pod(options(option)),
      asked: {
        name: "api.shop",
        resolvConf: conf(`ndots:5 ${option}`),
        rows: has("api.shop.svc.cluster.local"),
      },
      wanted: [ADDRESS],
    }),
  ),
  {
    what: "attempts:0",
    rule: resolverOptionZero,
    files: pod(options("attempts:0")),
    asked: {
      name: "api.shop",
      resolvConf: conf("ndots:5 attempts:0"),
      rows: has("api.shop.svc.cluster.local"),
    },
    wanted: [ADDRESS],
    failsAnyway: true,
  },
  ...[28, 20].map(
    (count): Told => ({
      what: `${count} names in an entry of hostAliases`,
      rule: hostsLineTooLong,
      files: pod(`  hostAliases: [{ip: ${ADDRESS}, hostnames: [${LONG.slice(0, count).join(", ")}]}]\n`),
      asked: {
        name: LONG[count - 1]!,
        hosts: `# Entries added by HostAliases.\n${ADDRESS}\t${LONG.slice(0, count).join("\t")}\n`,
      },
      wanted: [ADDRESS],
    }),
  ),
  ...[40, 20].map(
    (count): Told => ({
      what: `a headless Service of ${count}`,
      rule: noDnsOverTcp,
      files: large(count),
      asked: { name: "db.shop", rows: has(DB, cut(count)) },
      wanted: many(count),
    }),
  ),
  ...[60, 48].map(
    (count): Told => ({
      what: `a headless Service of ${count}, over TCP`,
      rule: tooManyAddresses,
      files: large(count),
      asked: { name: "db.shop", rows: has(DB, cut(count)) },
      wanted: many(count),
    }),
  ),
  {
    what: "the same with TCP/53 closed",
    rule: tcp53Blocked,
    files: large(40, { "policy.yaml": UDP }),
    asked: { name: "db.shop", rows: has(DB, cut(40)), tcp: ["closed", "open", "open"] },
    wanted: many(40),
    failsAnyway: true,
  },
  egress("kube-dns let through, and a cache on the node", `[${KUBE_DNS}]`, cache(true), 1, 1),
  egress("kube-dns let through, and no cache", `[${KUBE_DNS}]`, cache(false), 0, 1),
  egress("kube-dns and the node let through", `[${KUBE_DNS}, ${NODE}]`, cache(true), 1),
  egress("kube-dns let through, and Cloud DNS", `[${KUBE_DNS}]`, gke(CLOUD_DNS), 1, 1),
  egress("kube-dns let through on Autopilot", `[${KUBE_DNS}]`, gke("", "enable_autopilot = true"), 1, 1),
  egress(
    "the cache's pods let through on Autopilot",
    `[${KUBE_DNS}, ${CACHE_PODS}]`,
    gke("", "enable_autopilot = true"),
    1,
  ),
  ...["{matchName: www.example.com}", "{matchPattern: '*'}"].map(
    (dns): Told => ({
      what: `a DNS policy of ${dns}`,
      rule: dnsPolicyRefuses,
      files: {
        ...pod("  dnsConfig: {options: [{name: timeout, value: '1'}]}\n"),
        "policy.yaml": cilium(dns),
      },
      asked: {
        name: "www.example.com",
        rows: [
          ...has("www.example.com"),
          ...(dns.includes("*")
            ? []
            : expansions.flatMap((domain) => answers(`www.example.com.${domain}`, "REFUSED"))),
        ],
      },
      wanted: [ADDRESS],
    }),
  ),
];

/** Rules that speak of some releases leave what others make of it to another rule, which is held to them by its own case. */
const PARTLY: Readonly<Record<string, (version: string) => boolean>> = {
  "too-many-addresses": (version) => version.startsWith("1.2.4") || version === "1.2.5",
  "tcp-53-blocked": (version) => version.startsWith("1.2.4") || version === "1.2.5",
};

const isLoud = (verdicts: readonly Verdict[]) => verdicts.some(({ level }) => level !== "note");

describeWith(
  {
    corpus: true,
    root: true,
    files: ["/lib64/ld-linux-x86-64.so.2"],
    programs: ["unshare", "nsenter", "ip", "chroot", "tar", "gcc", "musl-gcc"],
  },
  "what rules say of a pod, and what its lookup comes to",
  () => {
    const folder = temporaryFolder();
    let lab: LookupLab;
    beforeAll(async () => {
      lab = await buildLookupLab(folder.path, 1);
    }, 120_000);
    afterAll(() => lab.end());

    it.each(CASES)(
      "$rule.id: $what",
      { timeout: 120_000 },
      async ({ rule, files, asked, wanted, failsAnyway, dropped }) => {
        const base = {
          family: "any",
          resolvConf: POD,
          hosts: "",
          rows: [],
          tcp: ["open", "open", "open"],
        } as const;
        for (const [index, libc] of [...Object.keys(MUSLS), "glibc"].entries()) {
          if (libc === "glibc" ? failsAnyway : PARTLY[rule.id]?.(libc) === false) continue;
          const verdicts = await judged(rule, files, libc === "glibc" ? GLIBC : onMusl(libc));
          const sandbox = lab.sandboxes.get(libc)![0]!;
          const pass = dropped && lab.drop(`${sandbox.prefix}.${dropped + 1}`);
          const seen = await sandbox.look({ ...base, ...asked, id: index }).finally(pass);
          const resolves = JSON.stringify(seen.addresses) === JSON.stringify(wanted.toSorted());
          expect([libc, isLoud(verdicts), seen.error]).toEqual([libc, !resolves, seen.error]);
        }
      },
    );
  },
);
