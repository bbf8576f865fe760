/** One state of a repository becomes what a scan is asked. Must open no image. */
import { toldApart } from "../model/workload-names.ts";
import { clustersNamed, namedClusters, type NamedFiles } from "../cluster/named.ts";
import { type Clusters, foundClusters } from "../cluster/found.ts";
import { notTakenOf, unreadDiagnostics } from "../cluster/unread.ts";
import { discover } from "../discover/discover.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { helmRenderer } from "../discover/helm-process.ts";
import { limitsWith } from "./limits.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { placeText } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import type { Settings } from "../settings/settings.ts";

/** Who runs what, and where it meets which cluster. */
export interface Survey {
  readonly workloads: readonly Workload[];
  readonly clusters: Clusters;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Looks through a tree. Clusters that options name stand for those it describes; `named` has the files they name.
 * Rejects with MuslgateError only for these.
 */
export async function survey(tree: FileTree, settings: Settings, named: NamedFiles): Promise<Survey> {
  const { include, exclude } = settings;
  const helm = helmRenderer(tree, process.env);
  const limits = limitsWith(settings.limits).repository;
  const found = await discover(tree, { include, exclude, helm: helm?.render, limits }).finally(() =>
    helm?.close(),
  );
  const isNamed = clustersNamed(settings);
  const clusters = isNamed
    ? await namedClusters(settings, named)
    : await foundClusters(found.clusterFiles, settings, found.unread);
  const nothing = clusters.profiles.length === 0 ? await namedClusters(settings, named) : undefined;
  return {
    workloads: toldApart(found.workloads),
    clusters: nothing === undefined ? clusters : { ...clusters, profiles: nothing.profiles },
    diagnostics: [
      ...found.diagnostics,
      ...clusters.diagnostics,
      ...(isNamed ? unreadDiagnostics(notTakenOf(found.unread, found.clusterFiles), true) : []),
      ...(nothing?.profiles[0]?.basis === "nothing" ? [NO_CLUSTER] : []),
      ...(found.workloads.length === 0 ? [NO_WORKLOAD] : []),
      ...(helm === undefined && (await hasChart(tree)) ? [NO_HELM] : []),
      ...buildOnly(found.buildImages),
    ],
  };
}

const NO_CLUSTER: Diagnostic = {
  code: "no-cluster",
  message: "No file here says how the cluster's DNS answers",
  hint: "Give the ConfigMap node-local-dns or coredns as `corefile`, or the control plane's `gke-version`.",
  weight: "gap",
};

const NO_WORKLOAD: Diagnostic = {
  code: "no-workload",
  message: "No file here says which image runs",
  hint: "Name the images, or another folder.",
  weight: "gap",
};

const NO_HELM: Diagnostic = {
  code: "no-helm",
  message: "Helm is not on the PATH: charts are read as far as their values and templates are written out",
  hint: "Install Helm to have them rendered.",
  weight: "notice",
};

async function hasChart(tree: FileTree): Promise<boolean> {
  const { paths } = await tree.list();
  return paths.some((path) => /(?:^|\/)Chart\.yaml$/.test(path));
}

/** Images of builds are told apart from what runs, so that nobody looks for them among the results. */
function buildOnly(images: readonly Workload[]): readonly Diagnostic[] {
  if (images.length === 0) return [];
  const each = [...groupBy(images, ({ image }) => image)];
  const told = each
    .slice(0, 5)
    .map(([image, [{ at }, ...others]]) => {
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      return at === undefined ? image : `${image} (${placeText(at)}${more})`;
    })
    .join(", ");
  const more = each.length > 5 ? ` and ${each.length - 5} more` : "";
  return [
    {
      code: "build-time-only",
      message: `Used at build time only, and so not judged: ${told}${more}`,
      hint: "Nothing to do.",
      weight: "notice",
    },
  ];
}
