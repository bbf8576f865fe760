/** Makes objects of what tools for developing and deploying run, each in words of its own. Must not read images, nor files beside. */
import type { Source } from "../../text/source.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";
import {
  entryOf,
  itemsAt,
  textAt,
  valueAt,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from "../../yaml/nodes.ts";
import { helmRelease, parameter, unreadValues, word } from "./helm-release.ts";

/** Containers and Helm releases of Fleet, Skaffold, DevSpace, Garden, Okteto, Score, Drone and Ansible. */
export function toolObjects({ file }: Source, documents: readonly YamlNode[]): readonly YamlNode[] {
  const name = nameOf(file);
  const folder = parentOf(file);
  return documents.flatMap((document): readonly YamlNode[] => {
    const kind = textAt(document, "kind")?.text ?? "";
    const type = textAt(document, "type")?.text ?? "";
    const api = textAt(document, "apiVersion")?.text ?? "";
    // fleet.rancher.io, fleet.yaml.
    if (/^fleet\.ya?ml$/.test(name))
      return [document, ...itemsAt(document, "targetCustomizations")].flatMap((one) =>
        releasesOf(valueAt(one, "helm"), folder, { chart: "chart", repository: "repo", values: ["values"] }),
      );
    // skaffold.dev, skaffold.yaml: deploy.helm and manifests.helm, of profiles too.
    if (api.startsWith("skaffold/"))
      return [document, ...itemsAt(document, "profiles")].flatMap((one) =>
        ["deploy", "manifests"].flatMap((part) =>
          itemsAt(one, part, "helm", "releases").flatMap((release) =>
            releasesOf(release, folder, {
              chart: "remoteChart",
              repository: "repo",
              values: [],
              parameters: ["setValues", "setValueTemplates"],
            }),
          ),
        ),
      );
    // devspace.sh, Configuration: `devImage` stands for the image of a container that is developed.
    if (/^devspace[\w.-]*\.ya?ml$/.test(name))
      return [
        ...entriesAt(document, "deployments").flatMap(({ value }) =>
          releasesOf(valueAt(value, "helm"), folder, {
            chart: "chart",
            repository: "chart",
            values: ["values"],
            // Profiles patch them, and the tags of images that it builds are put into them.
            isChanged: ["images", "profiles"].some((key) => valueAt(document, key) !== undefined),
          }),
        ),
        ...entriesAt(document, "dev").flatMap(({ key, value }) => [
          ...podOf("devspace", key, value, "devImage"),
          ...entriesAt(value, "containers").flatMap((one) =>
            podOf("devspace", one.key, one.value, "devImage"),
          ),
        ]),
      ];
    // docs.garden.io, container and helm action types; modules of earlier versions have the same.
    if (/(?:^|\.)garden\.ya?ml$/.test(name)) {
      const called = textAt(document, "name")?.text ?? "";
      const spec = valueAt(document, "spec") ?? document;
      if (type === "container") return podOf(kind, called, spec, "image");
      return type === "helm"
        ? releasesOf(spec, folder, { chart: "chart", repository: "repo", values: ["values"] })
        : [];
    }
    // okteto.com, Okteto Manifest.
    if (/^okteto[\w.-]*\.ya?ml$/.test(name))
      return entriesAt(document, "dev").flatMap(({ key, value }) => [
        ...podOf("okteto", key, value, "image"),
        ...itemsAt(value, "services").flatMap((one) =>
          podOf("okteto", textAt(one, "name")?.text ?? "", one, "image"),
        ),
      ]);
    // score.dev, Score specification: a dot is what is built.
    if (api.startsWith("score.dev/"))
      return entriesAt(document, "containers").flatMap(({ key, value }) =>
        textAt(value, "image")?.text === "." ? [] : podOf("score", key, value, "image"),
      );
    // docs.drone.io, Kubernetes pipelines: every step is a container of one pod.
    if (kind === "pipeline" && type === "kubernetes")
      return ["steps", "services"].flatMap((part) =>
        itemsAt(document, part).flatMap((one) =>
          podOf("pipeline", textAt(one, "name")?.text ?? "", one, "image"),
        ),
      );
    return ansibleReleases(document, folder, 0);
  });
}

/** Keys of values that nobody reads: of files, of objects of the cluster, in forms of a tool's own (the same pages of each tool). */
const ELSEWHERE = [
  "valuesFiles",
  "valueFiles",
  "values_files",
  "valuesFrom",
  "set_values",
  "overrides",
  "setFiles",
  "templateValues",
];

/** Where a tool has what it says of a release. */
interface Keys {
  readonly chart: string;
  readonly repository: string;
  readonly values: readonly string[];
  readonly parameters?: readonly string[];
  /** Something else of the file may change the values. */
  readonly isChanged?: boolean;
}

function releasesOf(node: YamlNode | undefined, folder: string, keys: Keys): readonly YamlNode[] {
  if (node?.kind !== "map") return [];
  const chart = textAt(node, keys.chart) ?? textAt(node, keys.chart, "name") ?? textAt(node, "chartPath");
  const parameters = (keys.parameters ?? []).flatMap((key) =>
    entriesAt(node, key).map(({ key: name, value }) => parameter(name, value)),
  );
  const values = keys.values.flatMap((key) => valueAt(node, key) ?? []);
  if (chart === undefined && parameters.length + values.length === 0) return [];
  if (keys.isChanged || ELSEWHERE.some((key) => valueAt(node, key) !== undefined))
    values.push(unreadValues(node));
  const name = textAt(node, "releaseName") ?? textAt(node, "name") ?? chart ?? word("", node);
  return [
    helmRelease(node, folder, {
      name,
      chart,
      repository:
        textAt(node, keys.repository) ??
        textAt(node, keys.repository, "repo") ??
        textAt(node, keys.chart, "repo"),
      version: textAt(node, "version") ?? textAt(node, keys.chart, "version"),
      values,
      parameters,
    }),
  ];
}

/** A pod of one container, whose image stands under a key. */
function podOf(kind: string, name: string, node: YamlNode, key: string): readonly YamlNode[] {
  const image = textAt(node, key);
  if (image === undefined || image.text === "") return [];
  const { start, end } = node;
  const map = (entries: readonly YamlEntry[]): YamlMap => ({ kind: "map", entries, start, end });
  const more = ["command", "args"].flatMap((one) => {
    const value = valueAt(node, one);
    return value === undefined ? [] : [entryOf(one, value)];
  });
  const called = entryOf("name", word(name, node));
  const container = map([called, entryOf("image", image), ...more]);
  return [
    map([
      entryOf("apiVersion", word("v1", node)),
      entryOf("kind", word(kind, node)),
      entryOf("metadata", map([called])),
      entryOf("spec", map([entryOf("containers", { kind: "list", items: [container], start, end })])),
    ]),
  ];
}

/** Modules by which tasks of Ansible install charts (docs.ansible.com, kubernetes.core.helm). */
const HELM_MODULE = /^(?:(?:kubernetes\.core|community\.kubernetes)\.)?helm$/;
const MOST_DEPTH = 12;

function ansibleReleases(node: YamlNode, folder: string, depth: number): readonly YamlNode[] {
  if (depth > MOST_DEPTH || node.kind === "text") return [];
  if (node.kind === "list") return node.items.flatMap((item) => ansibleReleases(item, folder, depth + 1));
  return node.entries.flatMap(({ key, value }) => {
    const isTask = HELM_MODULE.test(key) && valueAt(value, "chart_ref") !== undefined;
    if (!isTask) return ansibleReleases(value, folder, depth + 1);
    return releasesOf(value, folder, {
      chart: "chart_ref",
      repository: "chart_repo_url",
      values: ["values", "release_values"],
    });
  });
}

function entriesAt(node: YamlNode | undefined, ...keys: readonly string[]): readonly YamlEntry[] {
  const at = valueAt(node, ...keys);
  return at?.kind === "map" ? at.entries : [];
}
