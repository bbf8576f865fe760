/** A file tree becomes workloads and cluster inputs, each with its line. Must not open an image nor read a Corefile. */
import { pastLimit } from "../tree/gaps.ts";
import { isDockerfileName } from "../tree/file-names.ts";
import type { ClusterFile, UnreadText } from "../model/cluster-file.ts";
import { append } from "../model/append.ts";
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import type { Workload } from "../model/workload.ts";
import { type Compose, readCompose } from "./kinds/compose.ts";
import { readEnvironment } from "./kinds/environment-file.ts";
import { type DockerTarget, readDockerfile } from "./kinds/dockerfile.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { type Findings, openFindings, type Said, SMALLER } from "./findings.ts";
import { ConfigMapsInSight } from "./config-maps.ts";
import { generatedConfigMaps } from "./kinds/generated-config-maps.ts";
import { imageNotLiteral, notFollowed } from "./gaps.ts";
import { readGitOps } from "./kinds/gitops.ts";
import { type ChartFiles, type ChartImages, readChart } from "./kinds/chart.ts";
import { type HelmPort, renderChart } from "./kinds/helm-render.ts";
import {
  changesUnapplied,
  type ImageOverride,
  type Kustomization,
  kustomize,
  readKustomization,
} from "./kinds/kustomize.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../model/repository-limits.ts";
import { type Manifest, readManifest } from "./kinds/manifest.ts";
import { aaaaTexts, isLookedAt } from "./net.ts";
import { textFile } from "./text-file.ts";
import { languageOf } from "./kinds/other-languages.ts";
import { openPackedCharts, type PackedCharts } from "./kinds/packed-charts.ts";
import { pathFilter } from "../tree/path-filter.ts";
import { joinPath, nameOf, parentOf } from "../tree/paths.ts";
import { openRepository, type Repository, type YamlSource } from "./repository.ts";
import { type SortedFiles, sortFiles } from "./sort-files.ts";
import { imagesInValues } from "./kinds/values.ts";
import { readWorkflow } from "./kinds/workflow.ts";
import { type YamlBudget, yamlBudget } from "../yaml/budget.ts";

/** Globs relative to the root; see pathFilter. */
export interface DiscoverOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Renders charts; without it their values and templates are read as they stand. */
  readonly helm?: HelmPort;
  readonly limits?: Partial<RepositoryLimits>;
}

/** What a repository holds. */
export interface Discovery {
  readonly workloads: readonly Workload[];
  /** Images only a build uses: shown, not judged. */
  readonly buildImages: readonly Workload[];
  readonly clusterFiles: readonly ClusterFile[];
  /** Every text that speaks of AAAA as a Corefile does, also where a reader of Corefiles will take it. */
  readonly unread: readonly UnreadText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks through a tree. Does not reject for anything a file says, nor for a defect that one file meets. */
export async function discover(tree: FileTree, options: DiscoverOptions = {}): Promise<Discovery> {
  const limits = { ...REPOSITORY_LIMITS, ...options.limits };
  const budget = yamlBudget(limits);
  const listed = await tree.list();
  const steps = new Budget("globSteps", limits.globSteps);
  const isWanted = pathFilter(options.include, options.exclude, steps);
  const own = listed.paths.filter(isWanted);
  const packed = await openPackedCharts(tree, own, limits);
  const paths = new Set([...own, ...packed.paths.filter(isWanted)]);
  const findings = openFindings(limits, packed.inside);
  const { take, about } = findings;
  take(listed);
  take(packed);
  take({ diagnostics: steps.isOver ? [globsUnapplied(steps)] : isWanted.unmatched().map(globUnmatched) });
  const report = (diagnostic: Diagnostic) => void take({ diagnostics: [diagnostic] });
  const repository = openRepository(packed.tree, paths, report, budget);

  const files = await sortFiles(repository, about);
  const unread = await aaaaTextsOf(repository, packed.tree, about);
  const lines = new Set(unread.map(({ at }) => at.file));
  // A line says more than that the file speaks of a Corefile.
  take({
    diagnostics: files.diagnostics.filter(
      ({ code, subject }) => code !== "corefile-not-judged" || !lines.has(subject ?? ""),
    ),
  });
  const folders = foldersOf(paths);
  const overrides = new Map<string, ImageOverride[]>();
  const manifests = new Map<string, Manifest>();
  const startCharacters = new Budget("startCharacters", limits.startCharacters);
  const configMaps = await configMapsIn(repository, files, startCharacters, about);
  for (const [path, { file, documents }] of files.manifests) {
    await about(path, () => {
      manifests.set(path, readManifest(file, documents, undefined, configMaps));
      const gitops = readGitOps(file, documents, (folder) => folders.has(folder), budget);
      take(gitops);
      for (const [folder, more] of gitops.overrides) {
        const known = overrides.get(folder);
        if (known === undefined) overrides.set(folder, [...more]);
        else append(known, more);
      }
    });
  }
  const kustomizations = new Map<string, Kustomization>();
  for (const { file, documents } of files.kustomizations)
    await about(
      file.path,
      () => void kustomizations.set(parentOf(file.path), readKustomization(file, documents)),
    );
  const patches = patchReader(repository, manifests);
  for (const kustomization of kustomizations.values()) {
    take(kustomization);
    await about(kustomization.file.path, async () =>
      take({ diagnostics: await unfollowed(kustomization, repository, patches, kustomizations) }),
    );
  }
  const kustomized = await about("what the kustomizations make", () =>
    kustomize(kustomizations, manifests, overrides, limits),
  );
  take(kustomized ?? {});
  for (const [path, { containers, templated, diagnostics }] of manifests) {
    if (kustomized?.taken.has(path) !== true) take({ workloads: containers.map(({ workload }) => workload) });
    take({ diagnostics });
    take({
      diagnostics: templated.map(({ image, rest }) => imageNotLiteral(image.text, rest.name, rest.at!)),
    });
  }
  for (const chart of await chartsOf(repository, files, packed, options.helm, budget, about)) take(chart);
  for (const { file, documents } of files.loneValues) {
    await about(file.path, () => {
      const key = { root: "", kind: "", namespace: "", name: "" };
      for (const document of documents) {
        const { images, diagnostics } = imagesInValues(file, document, { key });
        take({ workloads: images.map(({ workload }) => workload), diagnostics });
      }
    });
  }
  await about("files of other languages", async () => take({ diagnostics: await unreadKinds(repository) }));
  const builds: Compose["builds"][number][] = [];
  for (const source of files.composes)
    await about(source.file.path, async () =>
      append(builds, take(await composeOf(repository, source, startCharacters)).builds),
    );
  for (const { file, documents } of files.workflows)
    await about(file.path, () => builds.push(...take(readWorkflow(file, documents)).builds));
  if (startCharacters.isOver) {
    const what = "containers are given more variables and files than are followed";
    take({ diagnostics: [pastLimit(what, startCharacters, SMALLER)] });
  }
  const buildImages = await readDockerfiles(repository, builds, about, take);
  const clusterFiles: ClusterFile[] = [];
  const more = [
    ...[...kustomizations.values()].flatMap(({ generated }) => generated),
    ...findings.workloads.flatMap(({ dnsCorefile }) => dnsCorefile ?? []),
  ];
  for (const one of await clusterFilesOf(repository, files, more)) {
    const place = packed.inside(one.file);
    if (place === undefined) clusterFiles.push(one);
    else report(corefileInArchive(place.archive, place.member));
  }
  return {
    workloads: findings.workloads,
    buildImages,
    clusterFiles,
    unread,
    diagnostics: findings.diagnostics,
  };
}

/** ConfigMaps of every file, and those that kustomizations make. */
async function configMapsIn(
  repository: Repository,
  files: SortedFiles,
  budget: Budget,
  about: Findings["about"],
): Promise<ConfigMapsInSight> {
  const found = new ConfigMapsInSight(budget);
  const textOf = textReader(repository);
  const settings = [...files.loneValues, ...[...files.charts.values()].flat()];
  for (const { file, documents } of [...files.manifests.values(), ...settings])
    await about(file.path, () => found.add(file.path, documents));
  for (const { file, documents } of files.kustomizations)
    await about(file.path, async () => {
      for (const { name, data } of await generatedConfigMaps(file.path, documents[0], textOf))
        found.addMade(file.path, name, data);
    });
  return found;
}

function globsUnapplied(steps: Budget): Diagnostic {
  return pastLimit("include and exclude were not applied to the end", steps, "write simpler ones");
}

function globUnmatched(glob: string): Diagnostic {
  return {
    code: "glob-unmatched",
    message: `The glob ${glob} matches no file`,
    hint: "Globs are relative to the folder that is searched; one without / matches at any depth.",
    weight: "notice",
    subject: glob,
  };
}

/** A line of it could not be corrected, and the values of a chart are only where it starts from. */
function corefileInArchive(archive: string, member: string): Diagnostic {
  return {
    code: "corefile-not-judged",
    message: `${member} in ${archive} may set a cluster's DNS up, which is not read out of an archive`,
    hint: "Unpack the chart, or give the ConfigMap that it makes as `corefile`.",
    weight: "gap",
    subject: archive,
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

/** Looks through files of any language; those that are no text, or too long, are no text that anybody wrote. */
async function aaaaTextsOf(
  { paths }: Repository,
  tree: FileTree,
  about: Findings["about"],
): Promise<readonly UnreadText[]> {
  const found: UnreadText[] = [];
  for (const path of paths) {
    if (!isLookedAt(path)) continue;
    await about(path, async () => {
      const read = await tree.read(path);
      if ("text" in read) append(found, aaaaTexts(textFile(path, read.text)));
    });
  }
  return found;
}

async function composeOf(
  repository: Repository,
  { file, documents }: YamlSource,
  budget: Budget,
): Promise<Compose> {
  const textOf = textReader(repository);
  const environment = await textOf(joinPath(parentOf(file.path), ".env")?.path ?? "");
  const spend = (characters: number) => budget.spend(characters);
  return readCompose(file, documents, readEnvironment(environment ?? ""), textOf, spend);
}

/** The text of a path, where the repository has it. */
function textReader(repository: Repository): (path: string) => Promise<string | undefined> {
  return async (path) => (repository.paths.has(path) ? (await repository.text(path))?.text : undefined);
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
  changesMore: (patch: string) => Promise<boolean>,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<readonly Diagnostic[]> {
  const at = file.place(0, 1);
  const diagnostics: Diagnostic[] = [];
  for (const path of [...resources, ...components, ...patches]) {
    if (!repository.paths.has(path) && !kustomizations.has(path))
      diagnostics.push(notFollowed(path, "it is not among the files that are scanned", at));
  }
  for (const path of new Set(patches)) {
    if (await changesMore(path))
      diagnostics.push(notFollowed(path, "the patch changes more of pods than their images", at));
  }
  return diagnostics;
}

/** Tells of each patch whether it changes more than is applied from it; looks once, however many overlays have it. */
function patchReader(
  repository: Repository,
  manifests: ReadonlyMap<string, Manifest>,
): (patch: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (path) => {
    const earlier = known.get(path);
    if (earlier !== undefined) return earlier;
    const text = repository.paths.has(path) ? ((await repository.text(path))?.text ?? "") : "";
    const { containers = [], imageless = [] } = manifests.get(path) ?? {};
    const changes = changesUnapplied(text, containers.length + imageless.length);
    known.set(path, changes);
    return changes;
  };
}

async function clusterFilesOf(
  repository: Repository,
  files: SortedFiles,
  named: readonly string[],
): Promise<readonly ClusterFile[]> {
  const known = new Set(files.clusterFiles.map(({ file }) => file));
  const more: ClusterFile[] = [];
  for (const path of new Set(named)) {
    if (known.has(path) || !repository.paths.has(path)) continue;
    const file = await repository.text(path);
    if (file !== undefined) more.push({ file: path, text: file.text, kind: "corefile" });
  }
  return [...files.clusterFiles, ...more];
}

async function chartsOf(
  repository: Repository,
  files: SortedFiles,
  packed: PackedCharts,
  helm: HelmPort | undefined,
  budget: YamlBudget,
  about: Findings["about"],
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
  if (helm === undefined) return [...charts.values()].map(({ images }) => images);
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
    else
      rendered.push((await about(path, () => renderChart(folder, one.chart, known, helm, budget))) ?? known);
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

/** Dockerfiles by name, and those a build names whatever they are called; returns the images only builds use. */
async function readDockerfiles(
  repository: Repository,
  builds: Compose["builds"],
  about: Findings["about"],
  take: (said: Said) => void,
): Promise<readonly Workload[]> {
  const targets = new Map<string, DockerTarget[]>();
  for (const path of repository.paths) if (isDockerfileName(path)) targets.set(path, []);
  for (const { dockerfile, target } of builds) {
    if (!repository.paths.has(dockerfile)) continue;
    const known = targets.get(dockerfile);
    if (known === undefined) targets.set(dockerfile, [target]);
    else known.push(target);
  }
  const buildImages: Workload[] = [];
  for (const [path, ways] of targets) {
    await about(path, async () => {
      const file = await repository.text(path);
      if (file === undefined) return;
      // Beside the targets someone names, the last stage is what a plain build ends in.
      const last = isDockerfileName(path) && ways.every(({ target }) => target !== undefined) ? [{}] : [];
      const read = readDockerfile(file, [...last, ...ways]);
      take(read);
      append(buildImages, read.buildImages);
    });
  }
  return buildImages;
}
