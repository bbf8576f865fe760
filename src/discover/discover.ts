/** A file tree becomes workloads and cluster inputs, each with its line. Must not open an image nor read a Corefile. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Workload } from "../model/workload.ts";
import type { ClusterFile } from "./cluster-files.ts";
import { type Compose, readCompose, readEnvironment } from "./compose.ts";
import { type DockerTarget, readDockerfile } from "./dockerfile.ts";
import type { FileTree } from "./file-tree.ts";
import { imageNotLiteral, notFollowed } from "./gap.ts";
import { readGitOps } from "./gitops.ts";
import { type ChartFiles, type ChartImages, readChart } from "./helm.ts";
import { type HelmPort, renderChart } from "./helm-render.ts";
import {
  changesUnapplied,
  type ImageOverride,
  type Kustomization,
  kustomize,
  readKustomization,
} from "./kustomize.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { languageOf } from "./other-languages.ts";
import { pathFilter } from "./path-filter.ts";
import { joinPath, nameOf, parentOf } from "./paths.ts";
import { openRepository, type Repository, type YamlSource } from "./repository.ts";
import { isDockerfileName, type SortedFiles, sortFiles } from "./sort-files.ts";
import { imagesInValues } from "./values.ts";
import { readWorkflow } from "./workflow.ts";

/** Globs relative to the root; see pathFilter. */
export interface DiscoverOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Renders charts; without it their values and templates are read as they stand. */
  readonly helm?: HelmPort;
}

/** What a repository holds. */
export interface Discovery {
  readonly workloads: readonly Workload[];
  /** Images only a build uses: shown, not judged. */
  readonly buildImages: readonly Workload[];
  readonly clusterFiles: readonly ClusterFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks through a tree. Does not reject for anything a file says. */
export async function discover(tree: FileTree, options: DiscoverOptions = {}): Promise<Discovery> {
  const diagnostics: Diagnostic[] = [];
  const listed = await tree.list();
  diagnostics.push(...listed.diagnostics);
  const paths = new Set(listed.paths.filter(pathFilter(options.include, options.exclude)));
  const repository = openRepository(tree, paths, (diagnostic) => diagnostics.push(diagnostic));

  const files = await sortFiles(repository);
  diagnostics.push(...files.diagnostics);
  const folders = foldersOf(paths);
  const workloads: Workload[] = [];
  const take = (said: {
    readonly workloads: readonly Workload[];
    readonly diagnostics: readonly Diagnostic[];
  }) => {
    workloads.push(...said.workloads);
    diagnostics.push(...said.diagnostics);
  };

  const overrides = new Map<string, readonly ImageOverride[]>();
  const manifests = new Map<string, Manifest>();
  for (const [path, { file, documents }] of files.manifests) {
    manifests.set(path, readManifest(file, documents));
    const gitops = readGitOps(file, documents, (folder) => folders.has(folder));
    take(gitops);
    for (const [folder, more] of gitops.overrides)
      overrides.set(folder, [...(overrides.get(folder) ?? []), ...more]);
  }
  const kustomizations = new Map(
    files.kustomizations.map(({ file, documents }) => [
      parentOf(file.path),
      readKustomization(file, documents),
    ]),
  );
  for (const kustomization of kustomizations.values()) {
    diagnostics.push(
      ...kustomization.diagnostics,
      ...(await unfollowed(kustomization, repository, manifests, kustomizations)),
    );
  }
  const kustomized = kustomize(kustomizations, manifests, overrides);
  take(kustomized);
  for (const [path, { containers, templated, diagnostics: own }] of manifests) {
    if (!kustomized.taken.has(path)) workloads.push(...containers.map(({ workload }) => workload));
    diagnostics.push(...own);
    for (const { image, rest } of templated)
      diagnostics.push(imageNotLiteral(image.text, rest.name, rest.at!));
  }
  for (const chart of await chartsOf(repository, files, options.helm)) take(chart);
  for (const { file, documents } of files.loneValues) {
    for (const document of documents) {
      const { images, diagnostics: own } = imagesInValues(file, document, { name: file.path });
      workloads.push(...images.map(({ workload }) => workload));
      diagnostics.push(...own);
    }
  }
  diagnostics.push(...(await unreadKinds(repository)));
  const composes = await Promise.all(files.composes.map((source) => composeOf(repository, source)));
  const workflows = files.workflows.map(({ file, documents }) => readWorkflow(file, documents));
  for (const one of [...composes, ...workflows]) take(one);
  const built = await readDockerfiles(
    repository,
    [...composes, ...workflows].flatMap(({ builds }) => builds),
  );
  take(built);
  return {
    workloads,
    buildImages: built.buildImages,
    clusterFiles: await clusterFilesOf(repository, files, kustomizations),
    diagnostics,
  };
}

/** Files of other languages that make Kubernetes objects: they are not read, and not passed over in silence. */
async function unreadKinds(repository: Repository): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const path of repository.paths) {
    const language = languageOf(path);
    const file = language === undefined ? undefined : await repository.text(path);
    if (file === undefined || language === undefined) continue;
    const match = language.makesPods.exec(file.text);
    if (match === null) continue;
    const at = file.place(match.index, match.index + match[0].length);
    diagnostics.push(notFollowed(path, `images in ${language.name} are not read`, at));
  }
  return diagnostics;
}

async function composeOf(repository: Repository, { file, documents }: YamlSource): Promise<Compose> {
  const path = joinPath(parentOf(file.path), ".env")?.path ?? "";
  const environment = repository.paths.has(path) ? await repository.text(path) : undefined;
  return readCompose(file, documents, environment && readEnvironment(environment.text));
}

/** Folders above any of the paths, without the root. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}

/** What kustomizations point to and is not there, or changes pods in ways that are not applied. */
async function unfollowed(
  { file, resources, components, patches }: Kustomization,
  repository: Repository,
  manifests: ReadonlyMap<string, Manifest>,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<readonly Diagnostic[]> {
  const at = file.place(0, 1);
  const diagnostics: Diagnostic[] = [];
  for (const path of [...resources, ...components, ...patches]) {
    if (!repository.paths.has(path) && !kustomizations.has(path))
      diagnostics.push(notFollowed(path, "it is not among the files that are scanned", at));
  }
  for (const path of new Set(patches)) {
    const text = repository.paths.has(path) ? ((await repository.text(path))?.text ?? "") : "";
    if (changesUnapplied(text, manifests.get(path)?.containers.length ?? 0))
      diagnostics.push(notFollowed(path, "the patch changes more of pods than their images", at));
  }
  return diagnostics;
}

async function clusterFilesOf(
  repository: Repository,
  files: SortedFiles,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<readonly ClusterFile[]> {
  const known = new Set(files.clusterFiles.map(({ file }) => file));
  const generated = [...kustomizations.values()].flatMap((one) => one.generated);
  const more: ClusterFile[] = [];
  for (const path of new Set(generated)) {
    if (known.has(path) || !repository.paths.has(path)) continue;
    const file = await repository.text(path);
    if (file !== undefined) more.push({ file: path, text: file.text, kind: "corefile" });
  }
  return [...files.clusterFiles, ...more];
}

async function chartsOf(
  repository: Repository,
  files: SortedFiles,
  helm: HelmPort | undefined,
): Promise<readonly ChartImages[]> {
  const charts = new Map<string, { readonly chart: ChartFiles; readonly images: ChartImages }>();
  for (const folder of files.chartFolders) {
    const chart = await chartFiles(repository, files, folder);
    if (chart === undefined) continue;
    const read = readChart(chart, (name) => files.chartFolders.has(inFolder(folder, `charts/${name}`)));
    const { problem } = chart.chart;
    const images = problem === undefined ? read : { ...read, diagnostics: [problem, ...read.diagnostics] };
    charts.set(folder, { chart, images });
  }
  if (helm === undefined) return [...charts.values()].map(({ images }) => images);
  // A chart inside another one is rendered with that one.
  const together = new Map<string, ChartImages[]>();
  for (const [folder, { images }] of charts) {
    const outer = outermost(folder, charts);
    const known = together.get(outer);
    if (known === undefined) together.set(outer, [images]);
    else known.push(images);
  }
  const rendered: ChartImages[] = [];
  for (const [folder, all] of together) {
    const known = {
      workloads: all.flatMap((one) => one.workloads),
      diagnostics: all.flatMap((one) => one.diagnostics),
    };
    const one = charts.get(folder);
    if (one !== undefined) rendered.push(await renderChart(folder, one.chart, known, helm));
  }
  return rendered;
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
  const values = own.find(({ file }) => file.path === main);
  const isTemplate = ({ file }: YamlSource) => file.path.startsWith(inFolder(folder, "templates/"));
  return {
    chart,
    ...(values === undefined ? {} : { values }),
    otherValues: own.filter((one) => one !== values && !isTemplate(one)),
    templates: own.filter(isTemplate),
  };
}

function inFolder(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/** Dockerfiles by name, and those a build names whatever they are called. */
async function readDockerfiles(
  repository: Repository,
  builds: Compose["builds"],
): Promise<Pick<Discovery, "workloads" | "buildImages" | "diagnostics">> {
  const targets = new Map<string, DockerTarget[]>();
  for (const path of repository.paths) if (isDockerfileName(path)) targets.set(path, []);
  for (const { dockerfile, target } of builds) {
    if (repository.paths.has(dockerfile))
      targets.set(dockerfile, [...(targets.get(dockerfile) ?? []), target]);
  }
  const all = [];
  for (const [path, ways] of targets) {
    const file = await repository.text(path);
    // Beside the targets someone names, the last stage is what a plain build ends in.
    const last = isDockerfileName(path) && ways.every(({ target }) => target !== undefined) ? [{}] : [];
    if (file !== undefined) all.push(readDockerfile(file, [...last, ...ways]));
  }
  return {
    workloads: all.flatMap((one) => one.workloads),
    buildImages: all.flatMap((one) => one.buildImages),
    diagnostics: all.flatMap((one) => one.diagnostics),
  };
}
