/** Takes what Helm makes of a chart for what is deployed, with lines of the chart's own files. Must not run Helm itself. */
import { withPlaces } from "../../model/pod.ts";
import { splitImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { groupBy } from "../../model/group-by.ts";
import type { Place } from "../../model/place.ts";
import type { Workload } from "../../model/workload.ts";
import { withKey } from "../../model/workload-key.ts";
import { notFollowed, yamlUnreadable } from "../gaps.ts";
import type { ChartFiles, ChartImages } from "./chart.ts";
import { readManifest } from "./manifest.ts";
import type { YamlSource } from "../repository.ts";
import { wholeFile } from "../../text/source.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { readYaml, textAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/**
 * Renders a chart with its own values and the given files over them, as `helm template` does. Paths are relative to
 * the root of the tree. Must not reject; `problem` is a clause on why there are no manifests.
 */
export type HelmPort = (
  chartFolder: string,
  valuesFiles: readonly string[],
) => Promise<string | { readonly problem: string }>;

/** Who renders, and who is handed all that was rendered, with the place that stands for its lines. */
export interface Rendering {
  readonly helm: HelmPort;
  readonly keep: (source: YamlSource, here: Place) => void;
}

/** The most characters of manifests of one chart that are read: parsing them takes seconds. */
const MOST_RENDERED = 8 * 1024 * 1024;

/**
 * Renders a chart once with its own values and once with each values file beside it. `known` is what was read without
 * Helm, of the charts inside it as well: it tells the lines, and it stands where Helm has a problem.
 */
export async function renderChart(
  folder: string,
  files: ChartFiles,
  known: ChartImages,
  { helm, keep }: Rendering,
  budget: YamlBudget,
): Promise<ChartImages> {
  const here = files.chart.file.toPlace(0, 1);
  const workloads: Workload[] = [];
  const diagnostics: Diagnostic[] = [];
  // A library chart is rendered by those that take it in.
  if (textAt(files.chart.documents[0], "type")?.text === "library") return known;
  for (const other of [undefined, ...files.otherValues]) {
    const root = other?.file.file ?? (folder || ".");
    const answer = await helm(folder, other === undefined ? [] : [other.file.file]);
    const tooLarge = typeof answer === "string" && answer.length > MOST_RENDERED;
    const rendered = tooLarge ? { problem: "the result is too large" } : answer;
    if (typeof rendered !== "string") {
      const what = other === undefined ? files.chart.file.file : other.file.file;
      const why = `Helm could not render it: ${rendered.problem}`;
      diagnostics.push(notFollowed(what, why, other === undefined ? here : other.file.toPlace(0, 1)));
      // What was read without Helm stands in.
      append(workloads, known.workloads);
      if (other === undefined) append(diagnostics, known.diagnostics);
      continue;
    }
    const { documents, problems } = readYaml(rendered, budget);
    const made = wholeFile(files.chart.file.file, rendered);
    const manifest = readManifest(made, documents);
    keep({ file: made, documents, problems }, here);
    const origin = originIn(
      [other, files.values].filter((one) => one !== undefined),
      known.workloads,
    );
    for (const { workload } of manifest.containers) {
      const { at: _, searches, pod, ...rest } = withKey(workload, { root });
      const places = origin(workload.image);
      workloads.push({
        ...rest,
        ...(searches === undefined
          ? {}
          : { searches: { domains: searches.domains, afterCluster: searches.afterCluster } }),
        ...(pod && { pod: withPlaces(pod, () => undefined) }),
        ...(places ?? { at: here }),
      });
    }
    for (const problem of problems) {
      const { file: path } = files.chart.file;
      diagnostics.push(
        problem.limit === undefined
          ? notFollowed(path, `what Helm made of it is no YAML: ${problem.message}`, here)
          : yamlUnreadable(`what Helm makes of ${path}`, problem, { toPlace: () => here }),
      );
    }
    const templated = manifest.templated.map(({ image, rest }) =>
      notFollowed(image.text, `${rest.name} has no image that is written out`, here),
    );
    append(diagnostics, templated);
    append(
      diagnostics,
      manifest.diagnostics.map((one) => ({ ...one, at: here })),
    );
  }
  return {
    // What a values file leaves as it is, is the chart's own.
    workloads: unique(workloads, (one) => withKey(one, { root: "" })),
    diagnostics: unique(diagnostics),
  };
}

/** Finds where an image comes from. */
type Origin = (image: string) => { readonly at: Place; readonly related?: readonly Place[] } | undefined;

/** By what was read without Helm, values files first; else by the image's text in a values file. */
function originIn(sources: readonly YamlSource[], known: readonly Workload[]): Origin {
  const byImage = groupBy(
    known.filter(({ at }) => at !== undefined),
    ({ image }) => image,
  );
  const texts = sources.map(({ file, documents }) => ({ file, nodes: textNodes(documents) }));
  return (image) => {
    const same = byImage.get(image) ?? [];
    const inOrder = [...sources.map(({ file }) => same.find(({ at }) => at?.file === file.file)), same[0]];
    const found = inOrder.find((one) => one !== undefined);
    if (found?.at !== undefined) return { at: found.at, ...(found.related && { related: found.related }) };
    const { name } = splitImage(image);
    for (const text of [image, name, name.slice(name.indexOf("/") + 1)]) {
      for (const { file, nodes } of texts) {
        const node = nodes.get(text);
        if (node !== undefined) return { at: file.toPlace(node.start, node.end) };
      }
    }
    return undefined;
  };
}

/** The first node of each text. */
function textNodes(documents: readonly YamlNode[]): ReadonlyMap<string, YamlText> {
  const first = new Map<string, YamlText>();
  const walk = (node: YamlNode): void => {
    if (node.kind === "list") for (const item of node.items) walk(item);
    else if (node.kind === "map") for (const { value } of node.entries) walk(value);
    else if (!first.has(node.text)) first.set(node.text, node);
  };
  for (const document of documents) walk(document);
  return first;
}

/** The first of those that are alike. */
function unique<T>(all: readonly T[], alike: (one: T) => T = (one) => one): readonly T[] {
  return [...groupBy(all, (one) => JSON.stringify(alike(one))).values()].map(([first]) => first);
}
