/** One state becomes what a scan is asked: who runs what, and which clusters there are. Must open no image. */
import { named, toldApart } from "../model/workload-names.ts";
import { clustersNamed, namedClusters, type NamedFiles } from "../cluster/named.ts";
import { type Clusters, foundClusters, hcl } from "../cluster/found.ts";
import { notTakenOf, unreadDiagnostics } from "../cluster/unread.ts";
import { providerByFolder } from "../providers/shown.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { pathFrom, runRoot } from "../tree/run-root.ts";
import type { PackedChartPort } from "../discover/packed-chart-port.ts";
import { ciNames } from "./ci-names.ts";
import { limitsWith } from "./limits.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { keyOfImage } from "../model/workload-key.ts";
import type { Settings } from "../settings/settings.ts";
import type { State } from "./states.ts";

/** Who runs what, and which clusters there are. */
export interface Survey {
  readonly workloads: readonly Workload[];
  readonly clusters: Clusters;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the state to compare with: what it came upon, which is told of the state now where it is still so. */
  readonly notes?: readonly Diagnostic[];
}

/** Looks through a state. Rejects with MuslgateError only for files that options name. */
export async function survey(
  state: State,
  env: NodeJS.ProcessEnv,
  packedChart?: PackedChartPort,
): Promise<Survey> {
  const found =
    state.tree === undefined
      ? await namedImages(state)
      : await surveyTree(state.tree, state.settings, state.named, { env, packedChart });
  return { ...found, diagnostics: [...state.diagnostics, ...found.diagnostics] };
}

/** The same of the state to compare with, whose diagnostics say only what makes the comparison doubtful. */
export async function surveyBefore(
  state: State,
  env: NodeJS.ProcessEnv,
  packedChart?: PackedChartPort,
): Promise<Survey> {
  try {
    const found = await survey(state, env, packedChart);
    return { ...found, diagnostics: state.diagnostics, notes: found.diagnostics };
  } catch (error) {
    // The cluster is new, or what described it could not be read: there was none to compare with.
    if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
    const nothing = { profiles: [], inputs: [], corefiles: [], diagnostics: [] };
    const diagnostics = [...state.diagnostics, noClusterBefore(error.message)];
    return { workloads: [], clusters: nothing, diagnostics };
  }
}

/** What the user named one by one. */
async function namedImages({ settings, named: files }: State): Promise<Survey> {
  const clusters = await namedClusters(settings, files);
  const workloads = settings.images.map((image) => ({
    image,
    ...named({ key: keyOfImage(image), role: "image" as const }),
    usesClusterDns: true,
  }));
  return { workloads, clusters, diagnostics: clusters.diagnostics };
}

/** Clusters that options name stand for those that the tree describes; `files` has the files they name. */
async function surveyTree(
  tree: FileTree,
  settings: Settings,
  files: NamedFiles,
  { env, packedChart }: { readonly env: NodeJS.ProcessEnv; readonly packedChart?: PackedChartPort },
): Promise<Survey> {
  const { include, exclude } = settings;
  // Loaded for those that search a repository: images that are named need none of it.
  const [{ discover }, { helmRenderer }] = await Promise.all([
    import("../discover/discover.ts"),
    import("../discover/helm-process.ts"),
  ]);
  const helm = helmRenderer(tree, env);
  const ci = ciNames(env);
  const limits = limitsWith(settings.limits).repository;
  const found = await discover(tree, {
    include,
    exclude,
    helm: helm?.render,
    packedChart,
    hcl,
    ci,
    limits,
  }).finally(() => helm?.close());
  const isNamed = clustersNamed(settings);
  const clusters = isNamed
    ? await namedClusters(settings, files)
    : await foundClusters(found.clusterFiles, settings, found.unread, providerByFolder(found.providers));
  const { root } = runRoot(settings.directory);
  const named = clusters.corefiles.map(({ file, text }) => ({ file: pathFrom(root, file) ?? file, text }));
  const nothing = clusters.profiles.length === 0 ? await namedClusters(settings, files) : undefined;
  return {
    workloads: toldApart(found.workloads),
    clusters:
      nothing === undefined ? clusters : { ...clusters, profiles: nothing.profiles, inputs: nothing.inputs },
    diagnostics: [
      ...found.diagnostics,
      ...clusters.diagnostics,
      ...(isNamed
        ? unreadDiagnostics(notTakenOf(found.unread, [...found.clusterFiles, ...named]), true)
        : []),
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

function noClusterBefore(why: string): Diagnostic {
  return {
    code: "no-cluster-before",
    message: `The base has no cluster to compare with: ${why}`,
    hint: "Every finding counts as new.",
    weight: "notice",
  };
}

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
