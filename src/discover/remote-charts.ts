/** Reads charts that registries hold under the values that a repository gives them. Must not fetch one itself, nor run it. */
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import type { Place } from "../model/place.ts";
import { asText, type FileTree } from "../tree/file-tree.ts";
import { pastLimit } from "../tree/gaps.ts";
import { nameOf } from "../tree/paths.ts";
import { readYaml } from "../yaml/nodes.ts";
import { onChartsLine, takeChartDns } from "./chart-lines.ts";
import { readCharts } from "./charts.ts";
import { openPackedCharts } from "./kinds/packed-charts.ts";
import { type ChartSource, chartReference, sourceOf, type WantedChart } from "./kinds/wanted-charts.ts";
import { mergedValues } from "./kinds/merged-values.ts";
import type { Kustomization } from "./kinds/kustomization.ts";
import { chartsOfTools } from "./tool-charts.ts";
import { openSearch, type Search } from "./search.ts";

/** Takes what each says, and each that tools take, on the line that names it; one that cannot be read is told. */
export async function readRemoteCharts(
  search: Search,
  ofObjects: readonly WantedChart[],
  sources: readonly ChartSource[],
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<void> {
  const charts = [...ofObjects, ...(await chartsOfTools(search, kustomizations))];
  const { take, about } = search.findings;
  const budget = new Budget("remoteCharts", search.limits.remoteCharts);
  const used = new Set<ChartSource>();
  for (const chart of charts) {
    const source = sourceOf(chart, sources);
    // What is told of the chart is told of what has it.
    if (source !== undefined) used.add(source);
    const tried = await about(chart.at.file, async () => ({
      problem: await readOne(search, chart, source, budget),
    }));
    const { problem } = tried ?? { problem: "" };
    if (problem === undefined) continue;
    const more = problem === "" ? "" : `, and ${problem}`;
    const gap = { ...chart.gap, message: `${chart.gap.message}${more}` };
    take({ diagnostics: [...chart.open, gap] });
  }
  take({ diagnostics: sources.flatMap((source) => (used.has(source) ? [] : (source.gap ?? []))) });
  if (budget.isOver)
    take({ diagnostics: [pastLimit("there are more charts to fetch", budget, "scan a smaller folder")] });
}

/** Takes what one deploys; a clause on why it was not read, empty where none is needed. */
async function readOne(
  search: Search,
  chart: WantedChart,
  source: ChartSource | undefined,
  budget: Budget,
): Promise<string | undefined> {
  const { packedChart } = search;
  if (packedChart === undefined) return "";
  const found = chartReference(chart, source);
  if ("problem" in found) return found.problem;
  if (chart.values === undefined) return "some of its values were not read";
  if (!budget.spend()) return "no more charts are fetched";
  try {
    const bytes = await packedChart(found.reference);
    return await takeChart(search, chart, found.reference, bytes);
  } catch (error) {
    if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
    return `it could not be fetched: ${error.message}`;
  }
}

/** Takes what a packed chart deploys with these values; a clause where it is no chart. */
async function takeChart(
  search: Search,
  { key, at, values = [] }: WantedChart,
  reference: string,
  bytes: Uint8Array,
): Promise<string | undefined> {
  const { limits, budget, findings } = search;
  const path = `${nameOf(reference).replace(/[:@]/, "-")}.tgz`;
  const packed = await openPackedCharts(oneFile(path, bytes), [path], limits);
  const [main] = packed.paths.filter((one) => /^[^/]+\/[^/]+\/Chart\.yaml$/.test(one));
  const [unread] = packed.diagnostics;
  if (main === undefined || unread !== undefined) return unread?.message ?? "it is no chart";
  const file = main.replace(/Chart\.yaml$/, "values.yaml");
  const own = await packed.tree.read(file);
  const ownValues = "text" in own ? readYaml(own.text, budget).documents[0] : undefined;
  const text = mergedValues(ownValues, values);
  const inner = await openSearch(withText(packed.tree, packed.paths, file, text), { limits });
  await readCharts(inner, undefined);
  const inChart = (place: Place) => `${place.file.slice(path.length + 1)}:${place.line}`;
  // What the repository itself says of an image stands on its own line.
  const known = new Set(findings.workloads.flatMap((one) => (one.key.root === key.root ? [one.image] : [])));
  const workloads = inner.findings.workloads.filter(({ image }) => !known.has(image));
  findings.take({
    workloads: workloads.map((one) => onChartsLine(one, key, at)),
    diagnostics: inner.findings.diagnostics.map((one) => ({
      ...one,
      message: one.at === undefined ? one.message : `${one.message} (${reference}, ${inChart(one.at)})`,
      subject: reference,
      at,
    })),
  });
  takeChartDns(search, { own: ownValues, over: values, file, at, unread: inner.loose.unread });
  return undefined;
}

/** A tree with one file in it. */
function oneFile(path: string, bytes: Uint8Array): FileTree {
  const read = async (asked: string) => (asked === path ? { bytes } : { problem: "there is no such file" });
  return {
    list: async () => ({ paths: [path], diagnostics: [] }),
    bytes: read,
    read: async (asked) => asText(await read(asked)),
  };
}

/** The files of an archive, one of them with another text. */
function withText(tree: FileTree, paths: readonly string[], path: string, text: string): FileTree {
  return {
    list: async () => ({ paths: [...new Set([...paths, path])], diagnostics: [] }),
    read: async (asked) => (asked === path ? { text } : tree.read(asked)),
    bytes: async (asked) => (asked === path ? { bytes: Buffer.from(text) } : tree.bytes(asked)),
  };
}
