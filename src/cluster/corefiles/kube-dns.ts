/** What node-cache takes from the ConfigMap kube-dns: stub domains and upstream name servers. Must not judge them. */
import { pinnedTo, type Source } from "../../text/source.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";

/** The two settings (kubernetes/dns cmd/node-cache/app/configmap.go at 1.26.7). */
export interface KubeDnsSettings {
  /** Domain to addresses. */
  readonly stubDomains: ReadonlyMap<string, readonly string[]>;
  readonly upstreamNameservers: readonly string[];
  /** Where the stub domains stand. */
  readonly stubSource?: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads both keys; each holds JSON in a string. */
export function readKubeDns(stubs: Source | undefined, upstreams: Source | undefined): KubeDnsSettings {
  const diagnostics: Diagnostic[] = [];
  const parse = (source: Source | undefined, key: string): unknown => {
    if (source === undefined) return undefined;
    try {
      return JSON.parse(source.text);
    } catch {
      diagnostics.push({
        code: "kube-dns-unreadable",
        message: `${key} of the ConfigMap kube-dns is not JSON`,
        hint: "Correct it; node-cache ignores it until then.",
        weight: "gap",
        at: source.toPlace(0, source.text.length),
      });
      return undefined;
    }
  };
  const stubDomains = new Map<string, readonly string[]>();
  const given = parse(stubs, "stubDomains");
  if (typeof given === "object" && given !== null) {
    for (const [domain, addresses] of Object.entries(given)) stubDomains.set(domain, strings(addresses));
  }
  return {
    stubDomains,
    upstreamNameservers: strings(parse(upstreams, "upstreamNameservers")),
    stubSource: stubs,
    diagnostics,
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A domain name and nothing else: what is put into a Corefile must not bring words of its own. */
const DOMAIN = /^[\w.-]{1,253}$/;
const ADDRESS = /^[\w.:%[\]-]{1,80}$/;

/**
 * The server blocks node-cache appends for stub domains, without any template (same file): names below a
 * stub domain escape what stands in the zone `.`. Every word stands where the setting does.
 */
export function stubDomainsSource(settings: KubeDnsSettings, bind: readonly string[]): Source | undefined {
  const { stubSource } = settings;
  if (stubSource === undefined) return undefined;
  const blocks = [...settings.stubDomains].flatMap(([domain, addresses]) => {
    const to = addresses.filter((address) => ADDRESS.test(address));
    if (!DOMAIN.test(domain) || to.length === 0) return [];
    const listen = bind.length === 0 ? "" : `    bind ${bind.join(" ")}\n`;
    return [`${domain}:53 {\n    errors\n    cache 30\n${listen}    forward . ${to.join(" ")}\n}\n`];
  });
  if (blocks.length === 0) return undefined;
  return pinnedTo(stubSource, blocks.join(""));
}
