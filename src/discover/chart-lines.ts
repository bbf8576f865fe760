/** Puts what a fetched chart says on the line that names it. Must not fetch a chart. */
import type { Place } from "../model/place.ts";
import type { UnreadText } from "../model/unread-text.ts";
import { withKey } from "../model/workload-key.ts";
import { named } from "../model/workload-names.ts";
import type { Workload } from "../model/workload.ts";
import { wholeFile } from "../text/source.ts";
import type { YamlNode } from "../yaml/nodes.ts";
import { mayHoldCorefile } from "./kinds/cluster-files.ts";
import { chartsOwnValues } from "./kinds/merged-values.ts";
import type { WantedChart } from "./kinds/wanted-charts.ts";
import { aaaaTexts } from "./net.ts";
import type { Search } from "./search.ts";

/** A container as whatever takes the chart has it. */
export function onChartsLine(
  workload: Workload,
  { root, namespace }: WantedChart["key"],
  at: Place,
): Workload {
  const moved = withKey(workload, { root, namespace: workload.key.namespace || namespace });
  const { related: _, searches, ...rest } = moved;
  return named({ ...rest, file: at.file, at, ...(searches && { searches: { ...searches, at } }) });
}

/** A chart's values, those over them, and what is said elsewhere in it. */
interface ChartDns {
  readonly own: YamlNode | undefined;
  readonly over: readonly YamlNode[];
  /** Its values.yaml. */
  readonly file: string;
  readonly at: Place;
  readonly unread: readonly UnreadText[];
}

/**
 * Takes what a chart says of a cluster's DNS: its own values, as far as nobody's stand over them, are read; what denies
 * AAAA elsewhere in it is not, and told. The repository's words are on lines of their own.
 */
export function takeChartDns(search: Search, { own, over, file, at, unread }: ChartDns): void {
  const text = chartsOwnValues(own, over);
  if (mayHoldCorefile(text))
    search.ofCharts.values.push({ file: at.file, text, kind: "config-map", standsAt: at });
  const all = [...aaaaTexts(wholeFile(file, text)), ...unread.filter((one) => one.at.file !== file)];
  const denying = all.find(({ denies }) => denies);
  if (denying !== undefined)
    search.ofCharts.unread.push({ ...denying, at, aside: false, fills: "the chart" });
}
