/** What is known of CoreDNS: its plugins' order and where their answers changed between releases. Must not evaluate any Corefile. */
import { type CoreDnsVersion, orderCoreDns, parseCoreDns } from "../version/coredns.ts";
import type { Range } from "../version/range.ts";

/** A behaviour that holds for a range of releases. */
export interface CoreDnsFact {
  readonly text: string;
  readonly range: Range<CoreDnsVersion>;
  readonly source: string;
}

/** A release written in this file, where a typing error is a defect of ours. */
function release(text: string): CoreDnsVersion {
  const version = parseCoreDns(text);
  if (version === undefined) throw new TypeError(`not a CoreDNS release: ${text}`);
  return version;
}

/** The behaviours that decide an AAAA answer and changed between releases. */
export const CORE_DNS_FACTS = {
  /** Before this a template whose patterns all miss, without fallthrough, sends nothing at all. */
  templateMissIsServfail: {
    text: "a template that matches no pattern and does not fall through answers SERVFAIL",
    range: { from: release("1.9.3") },
    source: "coredns/coredns commit 4d1d9adb0 (2022-05-13), first tag v1.9.3",
  },
  dns64AllowIpv4: {
    text: "dns64 knows allow_ipv4",
    range: { from: release("1.8.7") },
    source: "coredns/coredns plugin/dns64/setup.go: absent in v1.8.6, present in v1.8.7",
  },
  /** Before this an NXDOMAIN without SOA counts as an error of another kind, which dns64 replaces. */
  bareNxdomainIsNameError: {
    text: "an NXDOMAIN without a SOA record counts as a name error",
    range: { from: release("1.14.5") },
    source: "coredns/coredns commit 6662dd58e, plugin/pkg/response/typify.go, first tag v1.14.5",
  },
  /** Before this dns64 says NOERROR whatever A was answered with. */
  dns64KeepsRcode: {
    text: "dns64 keeps the rcode of the answer to A",
    range: { from: release("1.15.0") },
    source: "coredns/coredns plugin/dns64/dns64.go: v1.14.7 and v1.15.0 read; recorded with both",
  },
  /** Before this a failure that no plugin wrote was never cached. */
  cacheKeepsFailures: {
    text: "cache answers SERVFAIL for a while where the plugins behind it failed without a message",
    range: { from: release("1.15.0") },
    source: "coredns/coredns plugin/cache/handler.go: v1.14.7 and v1.15.0 read; asked twice with v1.15.0",
  },
  templateConditions: {
    text: "template knows var and expr",
    range: { from: release("1.15.0") },
    source: "coredns/coredns plugin/template/setup.go: absent in v1.14.7, present in v1.15.0",
  },
  rewriteRcode: {
    text: "rewrite knows rcode rules",
    range: { from: release("1.11.3") },
    source: "coredns/coredns plugin/rewrite/rcode.go, first tag v1.11.3",
  },
  /** Before this an rcode rule is applied record by record, and so never to a reply without records. */
  rewriteRcodeWithoutRecords: {
    text: "rewrite changes the rcode of replies without records too",
    range: { from: release("1.14.5") },
    source: "coredns/coredns plugin/rewrite/reverter.go: absent in v1.14.4, present in v1.14.5",
  },
  /** Before this the server writes the reply, behind the plugins that could have changed it. */
  rewriteWrites: {
    text: "a rewrite that stops the list writes the reply where no plugin behind it did",
    range: { from: release("1.10.0") },
    source: "coredns/coredns plugin/rewrite/rewrite.go: absent in v1.7.0, present in v1.10.0",
  },
  rewriteCname: {
    text: "rewrite knows cname rules",
    range: { from: release("1.11.0") },
    source: "coredns/coredns plugin/rewrite/cname_target.go: absent in v1.10.0, present in v1.11.1",
  },
  severalForwards: {
    text: "a server block may have several forward directives",
    range: { from: release("1.9.4") },
    source: "coredns/coredns plugin/forward/setup.go: refused in v1.9.3, accepted in v1.9.4",
  },
  aclFilter: {
    text: "acl knows filter",
    range: { from: release("1.8.1") },
    source: "coredns/coredns plugin/acl/setup.go: absent in v1.8.0, present in v1.8.3",
  },
  aclDrop: {
    text: "acl knows drop",
    range: { from: release("1.10.1") },
    source: "coredns/coredns plugin/acl/setup.go: absent in v1.10.0, present in v1.11.1",
  },
  zoneWithoutPluginsIsRefused: {
    text: "a zone whose server block has no plugin is refused; before, its parent zone answers or SERVFAIL is sent",
    range: { from: release("1.8.0") },
    source: "coredns/coredns core/dnsserver/server.go: v1.7.0 and v1.8.0 read; recorded with 1.7.0",
  },
  zonesInCapitals: {
    text: "zones are compared without regard to capitals",
    range: { from: release("1.14.7") },
    source: "coredns/coredns core/dnsserver/register.go: v1.14.6 and v1.14.7 read; recorded with both kinds",
  },
  httpsUpstreams: {
    text: "forward takes https upstreams",
    range: { from: release("1.14.5") },
    source: "coredns/coredns plugin/forward/setup.go: absent in v1.14.4, present in v1.14.5",
  },
  serviceTypes: {
    text: "the types HTTPS and SVCB are known",
    range: { from: release("1.8.0") },
    source: "miekg/dns v1.1.29 of CoreDNS 1.7.0 has neither, v1.1.34 of CoreDNS 1.8.0 has both",
  },
  view: {
    text: "the same zone may be served twice when views tell the blocks apart",
    range: { from: release("1.10.0") },
    source: "coredns/coredns plugin/view, first tag v1.10.0",
  },
} as const satisfies Record<string, CoreDnsFact>;

/** The order in which the plugins that can touch an answer are asked, and the releases it holds for. */
interface PluginOrder {
  readonly below?: CoreDnsVersion;
  readonly names: readonly string[];
}

/** Plugins that come before any that can answer, in any release. */
const BEFORE = words(
  "root metadata geoip cancel tls proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind debug trace ready health pprof shed prometheus errors log dnstap local dns64 siit",
);
/** Plugins from `template` on, in any release (coredns/coredns plugin.cfg v1.6.7 to v1.15.0). */
const AFTER = words(
  "minimal template transfer dynupdate hosts route53 azure clouddns federation k8s_external kubernetes file auto secondary etcd loop alternate fallback forward grpc erratic whoami on startup shutdown sign view nomad",
);

/** coredns/coredns core/dnsserver/zdirectives.go, read at v1.6.7 … v1.15.0. */
const ORDERS: readonly PluginOrder[] = [
  {
    below: release("1.14.3"),
    names: [
      ...BEFORE,
      ...words("acl any chaos loadbalance tsig cache rewrite header dnssec autopath"),
      ...AFTER,
    ],
  },
  {
    below: release("1.14.7"),
    names: [
      ...BEFORE,
      ...words("any chaos loadbalance tsig cache rewrite acl header dnssec autopath"),
      ...AFTER,
    ],
  },
  {
    names: [
      ...BEFORE,
      ...words("any chaos loadbalance tsig rewrite autopath acl cache header dnssec"),
      ...AFTER,
    ],
  },
];

function words(text: string): readonly string[] {
  return text.split(" ");
}

/** The plugins in the order a release asks them; a block's directives are sorted by it, not by the file. */
export function pluginOrder(version: CoreDnsVersion): readonly string[] {
  const order = ORDERS.find(({ below }) => below === undefined || orderCoreDns(version, below) < 0);
  return order?.names ?? [];
}

/** External plugins whose place in the chain is known (coredns/alternate README: before forward). */
const EXTERNAL = new Set(["alternate", "fallback"]);

/** Whether a directive is one of CoreDNS's own plugins in some release. */
export function isCoreDnsPlugin(name: string): boolean {
  return ORDERS.some(({ names }) => names.includes(name)) && !EXTERNAL.has(name);
}

/** Whether what a directive does is known here, CoreDNS's own or not. */
export function isKnownPlugin(name: string): boolean {
  return ORDERS.some(({ names }) => names.includes(name));
}

/**
 * Directives that Caddy, nginx and their like have under the same name (caddyserver.com, Caddyfile directives; Caddy 1's
 * http.server): a text of nothing but these may be theirs.
 */
const SHARED = new Set(
  words(
    "root metadata tls log errors header bind trace cache rewrite on startup shutdown timeouts templates debug any root",
  ),
);

/** Whether a directive is a plugin of CoreDNS's whose name no other server's configuration is known to have. */
export function isOnlyCoreDns(name: string): boolean {
  return isKnownPlugin(name) && !SHARED.has(name);
}

/** Releases between which a plugin came or went: `absent` was seen without it, `present` with it. */
interface PluginHistory {
  readonly absent: CoreDnsVersion;
  readonly present: CoreDnsVersion;
}

/** coredns/coredns core/dnsserver/zdirectives.go, read at the releases named. */
const SINCE: Readonly<Record<string, PluginHistory>> = {
  dns64: { absent: release("1.6.7"), present: release("1.7.0") },
  local: { absent: release("1.8.0"), present: release("1.8.3") },
  minimal: { absent: release("1.8.3"), present: release("1.8.4") },
  header: { absent: release("1.8.4"), present: release("1.8.6") },
  geoip: { absent: release("1.8.3"), present: release("1.8.6") },
  tsig: { absent: release("1.9.3"), present: release("1.10.0") },
  view: { absent: release("1.9.4"), present: release("1.10.0") },
  timeouts: { absent: release("1.10.0"), present: release("1.11.3") },
  quic: { absent: release("1.11.3"), present: release("1.12.2") },
  multisocket: { absent: release("1.11.3"), present: release("1.12.2") },
  nomad: { absent: release("1.12.2"), present: release("1.13.1") },
  siit: { absent: release("1.14.7"), present: release("1.15.0") },
  dynupdate: { absent: release("1.14.7"), present: release("1.15.0") },
};

/** Whether a release has a plugin of CoreDNS's own; nothing where it lies between the releases read. */
export function hasPlugin(version: CoreDnsVersion, name: string): boolean | undefined {
  const history = SINCE[name];
  if (history === undefined) return true;
  if (orderCoreDns(version, history.absent) <= 0) return false;
  return orderCoreDns(version, history.present) >= 0 ? true : undefined;
}

/** One release for each stretch between which nothing listed here changed, oldest first; the last is the newest read. */
export const REPRESENTATIVE_RELEASES: readonly CoreDnsVersion[] = [
  "1.7.0",
  "1.8.3",
  "1.8.6",
  "1.8.7",
  "1.9.3",
  "1.9.4",
  "1.10.0",
  "1.10.1",
  "1.11.1",
  "1.11.3",
  "1.12.2",
  "1.13.1",
  "1.14.2",
  "1.14.3",
  "1.14.5",
  "1.14.7",
  "1.15.0",
].map(release);
