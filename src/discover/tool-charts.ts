/** Which charts of elsewhere kustomizations and helmfiles take, and with which values. Must not fetch any. */
import type { Source } from "../text/source.ts";
import { joinPath, parentOf } from "../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../yaml/nodes.ts";
import { notFollowed } from "./gaps.ts";
import { isHelmfileName } from "../tree/file-names.ts";
import type { Kustomization } from "./kinds/kustomization.ts";
import { literal, ociAddress, type WantedChart } from "./kinds/wanted-charts.ts";
import type { Search } from "./search.ts";

/** The charts of all of them. */
export async function chartsOfTools(
  search: Search,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<readonly WantedChart[]> {
  const { files, findings } = search;
  const wanted: WantedChart[] = [];
  const taken = new Set(
    [...kustomizations.values()].flatMap(({ resources, components }) => [...resources, ...components]),
  );
  for (const { file, documents } of files.kustomizations) {
    await findings.about(file.file, async () => {
      const isTaken = taken.has(parentOf(file.file));
      for (const item of itemsAt(documents[0], "helmCharts"))
        wanted.push(...(await ofKustomization(search, file, documents[0], item, isTaken)));
    });
  }
  for (const { file, documents } of files.loneValues) {
    if (!isHelmfileName(file.file)) continue;
    await findings.about(file.file, async () => {
      for (const document of documents)
        for (const release of itemsAt(document, "releases"))
          wanted.push(...(await ofHelmfile(search, file, document, release)));
    });
  }
  return wanted;
}

/** What changes what a chart of the same kustomization makes. */
const CHANGES = [
  "images",
  "patches",
  "patchesStrategicMerge",
  "patchesJson6902",
  "transformers",
  "replacements",
  "components",
];

/** kubectl.docs.kubernetes.io, helmCharts: inline values go over the file's, unless `valuesMerge` says otherwise. */
async function ofKustomization(
  search: Search,
  file: Source,
  root: YamlNode | undefined,
  item: YamlNode,
  isTaken: boolean,
): Promise<readonly WantedChart[]> {
  const name = textAt(item, "name");
  if (name === undefined) return [];
  const inline = valueAt(item, "valuesInline");
  const listed = [textAt(item, "valuesFile"), ...itemsAt(item, "additionalValuesFiles")];
  const values = await valuesOf(search, file, [...listed, inline]);
  const isMerged = inline === undefined || (textAt(item, "valuesMerge")?.text ?? "override") === "override";
  const isChanged = isTaken || CHANGES.some((key) => valueAt(root, key) !== undefined);
  const at = file.toPlace(name.start, name.end);
  return [
    {
      key: keyOf("kustomization", parentOf(file.file) || ".", item, textAt(item, "releaseName") ?? name),
      gap: notFollowed(name.text, "only kustomize itself can tell what comes of the chart", at),
      open: [],
      at,
      from: ociAddress(literal(textAt(item, "repo"))),
      chart: literal(name),
      version: literal(textAt(item, "version")),
      values: isMerged ? values : undefined,
      problem: isChanged ? "what kustomizations change of it is not applied to it" : undefined,
    },
  ];
}

/** What changes what a release's chart makes (helmfile.readthedocs.io, Configuration). */
const RELEASE_CHANGES = ["jsonPatches", "strategicMergePatches", "transformers"];
/** Values that are not read. */
const MORE_VALUES = ["set", "setString", "setTemplate", "valuesTemplate", "secrets"];

async function ofHelmfile(
  search: Search,
  file: Source,
  document: YamlNode,
  release: YamlNode,
): Promise<readonly WantedChart[]> {
  const chart = textAt(release, "chart");
  if (chart === undefined || textAt(release, "installed")?.text === "false") return [];
  const here = joinPath(parentOf(file.file), chart.text)?.path ?? "";
  if (search.repository.paths.has(`${here}/Chart.yaml`)) return [];
  const [, repository, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(chart.text) ?? [];
  const known = itemsAt(document, "repositories").find(
    (one) => repository !== undefined && textAt(one, "name")?.text === repository,
  );
  const url = textAt(known, "oci")?.text === "true" ? literal(textAt(known, "url")) : undefined;
  const isWhole = MORE_VALUES.every((key) => valueAt(release, key) === undefined);
  const values = await valuesOf(search, file, itemsAt(release, "values"));
  const isChanged = RELEASE_CHANGES.some((key) => valueAt(release, key) !== undefined);
  const called = textAt(release, "name") ?? chart;
  const at = file.toPlace(chart.start, chart.end);
  return [
    {
      key: keyOf("helmfile", `helmfile/${called.text}`, release, called),
      gap: notFollowed(chart.text, "the chart is not in this repository", at),
      open: [],
      at,
      from: url?.replace(/^oci:\/\//, "") ?? ociAddress(literal(chart)),
      chart: url === undefined ? undefined : name,
      version: literal(textAt(release, "version")),
      values: isWhole ? values : undefined,
      problem: isChanged ? "what helmfile changes of it is not applied to it" : undefined,
    },
  ];
}

function keyOf(kind: string, root: string, item: YamlNode, name: YamlText): WantedChart["key"] {
  return { root, kind, namespace: literal(textAt(item, "namespace")) ?? "", name: name.text };
}

/** Maps as they stand and files by their paths; nothing where one is not read. */
async function valuesOf(
  { repository }: Search,
  file: Source,
  all: readonly (YamlNode | undefined)[],
): Promise<readonly YamlNode[] | undefined> {
  const values: YamlNode[] = [];
  for (const one of all) {
    if (one === undefined) continue;
    if (one.kind === "map") {
      values.push(one);
      continue;
    }
    const path = one.kind === "text" ? literal(one) : undefined;
    const here = path === undefined ? undefined : joinPath(parentOf(file.file), path)?.path;
    const isRead = here !== undefined && /\.ya?ml$/.test(here) && repository.paths.has(here);
    const read = isRead ? await repository.yaml(here) : undefined;
    if (read === undefined || read.problem !== undefined) return undefined;
    values.push(...read.documents);
  }
  return values;
}
