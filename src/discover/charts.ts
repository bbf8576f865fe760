/** Reads every chart of a repository, rendered where Helm can do it. Must not know how Helm is started. */
import { groupBy } from "../model/group-by.ts";
import { inFolder, nameOf, parentOf } from "../tree/paths.ts";
import { type ChartFiles, type ChartImages, readChart } from "./kinds/chart.ts";
import { renderChart, type Rendering } from "./kinds/helm-render.ts";
import { imagesInValues } from "./kinds/values.ts";
import type { PackedCharts } from "./kinds/packed-charts.ts";
import type { Repository, YamlSource } from "./repository.ts";
import type { Search } from "./search.ts";
import type { SortedFiles } from "./sort-files.ts";

/** Takes what every chart says, rendered where Helm is there, and what values of charts elsewhere say. */
export async function readCharts(search: Search, rendering: Rendering | undefined): Promise<void> {
  const { take, about } = search.findings;
  for (const chart of await chartsOf(search, rendering)) take(chart);
  for (const { file, documents } of search.files.loneValues) {
    await about(file.file, () => {
      const key = { root: "", kind: "", namespace: "", name: "" };
      for (const document of documents) {
        const { images, diagnostics } = imagesInValues(file, document, { key });
        take({ workloads: images.map(({ workload }) => workload), diagnostics });
      }
    });
  }
}

async function chartsOf(
  { repository, files, packed, budget, findings: { about } }: Search,
  rendering: Rendering | undefined,
): Promise<readonly ChartImages[]> {
  const charts = new Map<string, { readonly chart: ChartFiles; readonly images: ChartImages }>();
  const brought = new Set([...files.chartFolders].map((folder) => broughtAs(folder, packed)));
  for (const folder of files.chartFolders) {
    await about(inFolder(folder, "Chart.yaml"), async () => {
      const chart = await chartFiles(repository, files, folder);
      if (chart === undefined) return;
      const read = readChart(chart, (name) => brought.has(inFolder(folder, `charts/${name}`)));
      const { problem } = chart.chart;
      const images = problem === undefined ? read : { ...read, diagnostics: [problem, ...read.diagnostics] };
      charts.set(folder, { chart, images });
    });
  }
  if (rendering === undefined) return [...charts.values()].map(({ images }) => images);
  // A chart inside another one is rendered with that one.
  const together = groupBy(charts.entries(), ([folder]) => outermost(folder, charts));
  const rendered: ChartImages[] = [];
  for (const [folder, all] of together) {
    const known = {
      workloads: all.flatMap(([, { images }]) => images.workloads),
      diagnostics: all.flatMap(([, { images }]) => images.diagnostics),
    };
    const one = charts.get(folder);
    if (one === undefined) continue;
    const path = inFolder(folder, "Chart.yaml");
    // Helm is given files of the tree, and what is packed in an archive is none.
    if (packed.inside(path) !== undefined) rendered.push(known);
    else {
      const made = await about(path, () => renderChart(folder, one.chart, known, rendering, budget));
      rendered.push(made ?? known);
    }
  }
  return rendered;
}

/** The folder that a chart would stand in, were it not packed. */
function broughtAs(folder: string, packed: PackedCharts): string {
  const place = packed.inside(inFolder(folder, "Chart.yaml"));
  // Inside one another only the innermost archive stands between a chart and the one that brings it.
  return place === undefined ? folder : inFolder(parentOf(parentOf(folder)), nameOf(folder));
}

/** The outermost chart that has a chart's folder among those it brings with it; the folder itself where none has. */
function outermost(folder: string, charts: ReadonlyMap<string, unknown>): string {
  let outer = folder;
  for (let at = parentOf(folder); at !== ""; at = parentOf(at))
    if (nameOf(at) === "charts" && charts.has(parentOf(at))) outer = parentOf(at);
  return outer;
}

async function chartFiles(
  repository: Repository,
  files: SortedFiles,
  folder: string,
): Promise<ChartFiles | undefined> {
  const chart = await repository.yaml(inFolder(folder, "Chart.yaml"));
  if (chart === undefined) return undefined;
  const own = files.charts.get(folder) ?? [];
  const main = inFolder(folder, "values.yaml");
  const values = own.find(({ file }) => file.file === main);
  const isTemplate = ({ file }: YamlSource) => file.file.startsWith(inFolder(folder, "templates/"));
  return {
    chart,
    values,
    otherValues: own.filter((one) => one !== values && !isTemplate(one)),
    templates: own.filter(isTemplate),
  };
}
