/** What is told of a Corefile on the nodes by its addresses and plugins: node-cache, or AKS's LocalDNS. Must not answer anything. */
import type { Effective } from "../../corefile/effective.ts";
import { placeOf } from "../../corefile/tree.ts";
import { isCoreDnsPlugin } from "../../knowledge/coredns.ts";
import { nodeCacheHasPlugin } from "../../knowledge/node-cache.ts";
import { LOCAL_DNS } from "../../knowledge/providers.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";

/** Of AKS's LocalDNS what pods ask; nothing where it is none. */
export function localDns(effective: Effective): Effective | undefined {
  const at = (address: string) => effective.zones.filter(({ block }) => block.bind.includes(address));
  const [zones, others] = [at(LOCAL_DNS.pods), at(LOCAL_DNS.nodes)];
  if (zones.length === 0) return others.length === 0 ? undefined : effective;
  return { ...effective, zones };
}

/** The plugins that node-cache has not, each with its line. */
export function nodeCacheDiagnostics(effective: Effective): Diagnostic[] {
  return effective.blocks.flatMap((block) =>
    [...block.directives].flatMap(([name, [directive]]) => {
      if (nodeCacheHasPlugin(name) || !isCoreDnsPlugin(name) || directive === undefined) return [];
      return [
        {
          code: "node-cache-plugin",
          message: `node-cache is built without the plugin ${name} and does not start with this Corefile`,
          hint: "Take the directive out of node-local-dns's Corefile; it belongs into CoreDNS's own.",
          weight: "gap" as const,
          at: placeOf(directive.name),
        },
      ];
    }),
  );
}
