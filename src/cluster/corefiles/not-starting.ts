/** Says which programs do not start with a Corefile. Must not judge what it answers. */
import { startProblems } from "../../corefile/answer.ts";
import type { Effective } from "../../corefile/effective.ts";
import { placeOf } from "../../corefile/tree.ts";
import { isCoreDnsPlugin, REPRESENTATIVE_RELEASES } from "../../knowledge/coredns.ts";
import { nodeCacheHasPlugin } from "../../knowledge/node-cache.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { CoreDnsVersion } from "../../version/coredns.ts";

/** Which releases of CoreDNS do not start with it, and why. */
export function startDiagnostics(effective: Effective, version: CoreDnsVersion | undefined): Diagnostic[] {
  const releases = version === undefined ? REPRESENTATIVE_RELEASES : [version];
  const problems = startProblems(effective, releases);
  const last = problems.at(-1);
  if (last === undefined) return [];
  const every = problems.length === releases.length;
  const which = every ? "" : ` ${problems[0]!.release.text} to ${last.release.text}`;
  return [
    {
      code: every ? "corefile-refused" : "corefile-refused-by-some",
      message: `CoreDNS${which} does not start with this Corefile: ${last.because}`,
      hint: "Correct the line; a running CoreDNS keeps its old configuration until then.",
      weight: every ? "gap" : "notice",
      at: last.at,
    },
  ];
}

/** Its plugins that node-cache is built without. */
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
