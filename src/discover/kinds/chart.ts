/** Reads Helm charts without rendering them: values by convention, templates as far as they are literal. Must not run anything. */
import { isLiteralImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { groupBy } from "../../model/group-by.ts";
import type { Workload } from "../../model/workload.ts";
import { withKey } from "../../model/workload-key.ts";
import { imageNotLiteral, notFollowed } from "../gaps.ts";
import { type HelmScope, isOnlyIncludes, renderHelm, valuesPathsIn } from "./helm-expression.ts";
import { readManifest, type TemplatedImage } from "./manifest.ts";
import { isHelmfileName } from "../../tree/file-names.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";
import type { YamlSource } from "../repository.ts";
import type { Source } from "../../text/source.ts";
import { imagesInValues, type ValuesContext, type ValuesImage } from "./values.ts";
import { itemsAt, textAt } from "../../yaml/nodes.ts";

/** The files of one chart. */
export interface ChartFiles {
  readonly chart: YamlSource;
  /** values.yaml. */
  readonly values?: YamlSource;
  /** Other values files beside it. */
  readonly otherValues: readonly YamlSource[];
  readonly templates: readonly YamlSource[];
}

/** What a chart says. */
export interface ChartImages {
  readonly workloads: readonly Workload[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Whether a file is named like Helm values: values.yaml, values-prod.yaml, prod.values.yaml, values/prod.yaml; or like
 * Helmfile's, which hold some.
 */
export function isValuesName(path: string): boolean {
  return (
    isHelmfileName(path) ||
    /^(?:.*[.-])?values(?:[.-].*)?\.ya?ml(?:\.gotmpl)?$/.test(nameOf(path)) ||
    /(?:^|\/)values\/[^/]+\.ya?ml(?:\.gotmpl)?$/.test(path)
  );
}

/** Reads a chart. `isHere` tells whether a chart it depends on is in its `charts` folder. */
export function readChart(files: ChartFiles, isHere: (dependency: string) => boolean): ChartImages {
  const [about] = files.chart.documents;
  const root = parentOf(files.chart.file.file) || ".";
  const key = { root, kind: "chart", namespace: "", name: textAt(about, "name")?.text ?? "" };
  const version = textAt(about, "appVersion");
  const appVersion =
    version === undefined
      ? {}
      : { appVersion: { text: version.text, at: files.chart.file.toPlace(version.start, version.end) } };
  const [values] = files.values?.documents ?? [];
  const context: ValuesContext = { key, ...appVersion };
  const workloads: Workload[] = [];
  const diagnostics: Diagnostic[] = [];

  const byConvention =
    files.values === undefined || values === undefined
      ? { images: [], diagnostics: [] }
      : imagesInValues(files.values.file, values, context);
  append(diagnostics, byConvention.diagnostics);

  const scope: HelmScope = {
    values,
    chart: new Map([
      ["AppVersion", version?.text ?? ""],
      ["Version", textAt(about, "version")?.text ?? ""],
      ["Name", textAt(about, "name")?.text ?? ""],
    ]),
  };
  const met = new Set<string>();
  const byPath = groupBy(byConvention.images, ({ path }) => path);
  for (const { file, documents } of files.templates) {
    const manifest = readManifest(file, documents, (template) => renderHelm(template, scope)?.text);
    append(
      workloads,
      manifest.containers.map(({ workload }) => withKey(workload, { root })),
    );
    append(diagnostics, manifest.diagnostics);
    for (const templated of manifest.templated) {
      const said = templateImage(templated, file.text, scope, files.values?.file, byPath, met);
      if ("message" in said) diagnostics.push(said);
      else workloads.push(withKey(said, { root }));
    }
  }
  // What no template was seen to use may still be used by one that could not be read.
  for (const { path, workload } of byConvention.images) if (!met.has(path)) workloads.push(workload);

  for (const { file, documents } of files.otherValues) {
    for (const document of documents) {
      const base = values && files.values ? { base: { values, file: files.values.file } } : {};
      const over = { ...context, key: { ...key, root: file.file }, ...base };
      const other = imagesInValues(file, document, over);
      append(
        workloads,
        other.images.map(({ workload }) => workload),
      );
      append(diagnostics, other.diagnostics);
    }
  }
  // Where the values name images, those are what the other template runs.
  const only = files.templates.find(({ file }) => isOnlyIncludes(file.text));
  if (only !== undefined && workloads.length === 0) {
    const { file } = only;
    const why = "what it takes from another template is only known to Helm";
    diagnostics.push(notFollowed(file.file, why, file.toPlace(0, file.text.length)));
  }
  for (const dependency of itemsAt(about, "dependencies")) {
    const node = textAt(dependency, "name");
    if (
      node === undefined ||
      isHere(node.text) ||
      textAt(dependency, "repository")?.text.startsWith("file://")
    )
      continue;
    const at = files.chart.file.toPlace(node.start, node.end);
    diagnostics.push(notFollowed(`chart ${node.text}`, "it is not in this repository", at));
  }
  return { workloads: unique(workloads), diagnostics };
}

/** One of those that differ only in the branch of a template they stand in. */
function unique(workloads: readonly Workload[]): readonly Workload[] {
  const keyOf = ({ image, name, at, command, args, surroundings, usesClusterDns }: Workload) =>
    JSON.stringify([image, name, at, command, args, surroundings, usesClusterDns]);
  return [...new Map(workloads.map((one) => [keyOf(one), one])).values()];
}

/** An image a template writes: worked out, or found by the values it speaks of. */
function templateImage(
  { image, rest: written }: TemplatedImage,
  template: string,
  scope: HelmScope,
  valuesFile: Source | undefined,
  byPath: ReadonlyMap<string, readonly ValuesImage[]>,
  met: Set<string>,
): Workload | Diagnostic {
  const paths = new Set(valuesPathsIn(image.text).flatMap(pathsAbove));
  const meant = [...paths].flatMap((path) => byPath.get(path) ?? []);
  const here = written.at === undefined ? [] : [written.at];
  const rest = withValuesDns(written, meant, template);
  const rendered = renderHelm(image.text, scope);
  if (rendered !== undefined && isLiteralImage(rendered.text) && !/[:@]$/.test(rendered.text)) {
    for (const { path } of meant) met.add(path);
    const places = rendered.used.map(({ start, end }) => valuesFile?.toPlace(start, end));
    const [at, ...others] = [...places.reverse(), ...here].filter((place) => place !== undefined);
    return {
      ...rest,
      image: rendered.text,
      at,
      ...(others.length > 0 ? { related: others } : {}),
    };
  }
  const [only] = meant;
  if (only !== undefined && meant.length === 1) {
    met.add(only.path);
    const related = [...here, ...(only.workload.related ?? [])];
    return { ...rest, image: only.workload.image, at: only.workload.at!, related };
  }
  return imageNotLiteral(image.text, rest.name, rest.at!);
}

/** With what values say of its pod, where the template takes that from them, as `{{ toYaml .Values.dnsConfig }}` does. */
function withValuesDns(
  rest: TemplatedImage["rest"],
  meant: readonly ValuesImage[],
  template: string,
): TemplatedImage["rest"] {
  const values = meant.find(({ workload }) => workload.pod ?? workload.searches)?.workload;
  if (values === undefined || rest.usesClusterDns !== true || values.usesClusterDns !== true) return rest;
  const [takesDns, takesHosts] = [/\.[dD]nsConfig\b|DnsConfig\b/, /\.hostAliases\b/].map((one) =>
    one.test(template),
  );
  const resolver = rest.pod?.resolver ?? (takesDns ? values.pod?.resolver : undefined);
  const hostLines = rest.pod?.hostLines ?? (takesHosts ? values.pod?.hostLines : undefined);
  const searches = rest.searches ?? (takesDns ? values.searches : undefined);
  return { ...rest, searches, pod: { ...rest.pod, resolver, hostLines } };
}

/** A path of keys and those above it: `a.b.c`, `a.b`, `a`. */
function pathsAbove(path: string): readonly string[] {
  const keys = path.split(".");
  return keys.map((_, index) => keys.slice(0, keys.length - index).join("."));
}
