/** A file tree becomes workloads and cluster inputs, each with its line. Must not open an image nor read a Corefile. */
import type { ClusterFile } from "./cluster-file.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Workload } from "../model/workload.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { ProviderMark } from "../providers/shown.ts";
import { pastLimit } from "../tree/gaps.ts";
import { readBuilds } from "./builds.ts";
import { readCharts } from "./charts.ts";
import { describedClusters } from "./described-clusters.ts";
import { readElsewhere } from "./elsewhere.ts";
import { SMALLER } from "./findings.ts";
import { readObjects } from "./objects.ts";
import { type DiscoverOptions, openSearch } from "./search.ts";

/** What a repository holds. */
export interface Discovery {
  readonly workloads: readonly Workload[];
  /** Images only a build uses: shown, not judged. */
  readonly buildImages: readonly Workload[];
  readonly clusterFiles: readonly ClusterFile[];
  /** Every text that speaks of AAAA as a Corefile does, also where a reader of Corefiles will take it. */
  readonly unread: readonly UnreadText[];
  /** Files that show whose cluster it is for. */
  readonly providers: readonly ProviderMark[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks through a tree. Does not reject for anything a file says, nor for a defect that one file meets. */
export async function discover(tree: FileTree, options: DiscoverOptions = {}): Promise<Discovery> {
  const search = await openSearch(tree, options);
  const { findings, loose, ofCharts } = search;
  const kustomizations = await readObjects(search);
  const { beside } = search.objects;
  const { helm } = options;
  const keep = beside.add.bind(beside);
  await readCharts(search, helm && { helm, keep });
  await readElsewhere(search);
  const { buildImages, workloads } = await readBuilds(search);
  if (search.startCharacters.isOver) {
    const what = "containers are given more variables and files than are followed";
    findings.take({ diagnostics: [pastLimit(what, search.startCharacters, SMALLER)] });
  }
  await beside.read(search);
  const marked = workloads.map((workload) => beside.mark(workload));
  findings.take({ diagnostics: beside.diagnostics });
  const clusterFiles = await describedClusters(search, kustomizations);
  return {
    workloads: marked,
    buildImages,
    clusterFiles,
    unread: [...loose.unread, ...ofCharts.unread],
    providers: loose.providers,
    diagnostics: findings.diagnostics,
  };
}
