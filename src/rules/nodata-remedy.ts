/** The line that answers NODATA where AAAA is denied, in the form in which the denial is written. Must stay pure. */
import { ANSWER_NODATA, type KnownRemedy } from "../knowledge/remedies.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Place } from "../model/place.ts";

/** What decided: an answer, or a fault made of one. */
interface Denial {
  readonly by?: "acl";
  readonly at?: Place;
}

/** The remedy for whoever owns the Corefile. */
export function nodataRemedy({ sources }: Pick<ClusterProfile, "sources">, { by, at }: Denial): KnownRemedy {
  const inValues = sources.some(({ file, form }) => form === "chart-servers" && file === at?.file);
  const { remedy, citation } = ANSWER_NODATA;
  const own = (title: string, text: string): KnownRemedy => ({
    remedy: { ...remedy, title, snippet: { language: inValues ? "yaml" : "corefile", text } },
    citation,
  });
  if (by === "acl") {
    const title = "Filter AAAA instead of blocking it: `filter` answers NODATA (CoreDNS 1.8.1 and newer)";
    return inValues
      ? own(title, "- name: acl\n  configBlock: |-\n    filter type AAAA")
      : own(title, "acl {\n    filter type AAAA\n}");
  }
  if (!inValues) return ANSWER_NODATA;
  return own(
    "Answer NODATA instead: `rcode NOERROR` in the `configBlock` of the template that denies AAAA",
    "- name: template\n  parameters: ANY AAAA\n  configBlock: |-\n    rcode NOERROR",
  );
}
