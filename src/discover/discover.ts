/** A file tree becomes workloads and cluster inputs, each with its line. Must not open an image nor read a Corefile. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Workload } from "../model/workload.ts";
import { type ClusterFile, clusterFileKind, isCorefileName, isGkeTerraform } from "./cluster-files.ts";
import { type Compose, isCompose, readCompose } from "./compose.ts";
import { type DockerTarget, readDockerfile } from "./dockerfile.ts";
import type { FileTree } from "./file-tree.ts";
import { imageNotLiteral } from "./gap.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { pathFilter } from "./path-filter.ts";
import { nameOf } from "./paths.ts";
import { openRepository, type Repository, type YamlSource } from "./repository.ts";

/** Globs relative to the root; see pathFilter. */
export interface DiscoverOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
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
  const wanted = pathFilter(options.include, options.exclude);
  const paths = new Set(listed.paths.filter(wanted));
  const repository = openRepository(tree, paths, (diagnostic) => diagnostics.push(diagnostic));

  const workloads: Workload[] = [];
  const clusterFiles: ClusterFile[] = [];
  const manifests = new Map<string, Manifest>();
  const composes: Compose[] = [];
  for (const path of paths) {
    if (isCorefileName(path)) {
      const file = await repository.text(path);
      if (file !== undefined) clusterFiles.push({ file: path, text: file.text, kind: "corefile" });
    } else if (path.endsWith(".tf")) {
      const file = await repository.text(path);
      if (file !== undefined && isGkeTerraform(file.text))
        clusterFiles.push({ file: path, text: file.text, kind: "terraform" });
    } else if (isYamlName(path)) {
      const source = await relevantYaml(repository, path);
      if (source === undefined) continue;
      const kind = clusterFileKind(source.documents);
      if (kind !== undefined) clusterFiles.push({ file: path, text: source.file.text, kind });
      if (isCompose(source.documents)) composes.push(readCompose(source.file, source.documents));
      else manifests.set(path, readManifest(source.file, source.documents));
    }
  }
  for (const [path, manifest] of manifests) {
    workloads.push(...manifest.containers.map(({ workload }) => workload));
    diagnostics.push(...manifest.diagnostics);
    for (const { image, rest } of manifest.templated)
      diagnostics.push(imageNotLiteral(image.text, rest.name, rest.at ?? { ...NOWHERE, file: path }));
  }
  for (const compose of composes) {
    workloads.push(...compose.workloads);
    diagnostics.push(...compose.diagnostics);
  }
  const built = await readDockerfiles(
    repository,
    composes.flatMap(({ builds }) => builds),
  );
  workloads.push(...built.workloads);
  diagnostics.push(...built.diagnostics);
  return { workloads, buildImages: built.buildImages, clusterFiles, diagnostics };
}

const NOWHERE = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Words without which a file has nothing to say here: parsing YAML is slow. */
const RELEVANT =
  /image|container|Corefile|\.server\b|\.override\b|currentMasterVersion|plugins|resources|HelmRelease|OCIRepository/;

/** Locks and caches that are large and never deploy anything. */
const NEVER = new Set(["package-lock.json", "pnpm-lock.yaml", "composer.lock", "tsconfig.json"]);

async function relevantYaml(repository: Repository, path: string): Promise<YamlSource | undefined> {
  if (NEVER.has(nameOf(path))) return undefined;
  const file = await repository.text(path);
  return file !== undefined && RELEVANT.test(file.text) ? repository.yaml(path) : undefined;
}

function isYamlName(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

function isDockerfileName(path: string): boolean {
  const name = nameOf(path);
  if (/\.dockerignore$|\.(?:md|sh|txt)$/i.test(name)) return false;
  return /^(?:dockerfile|containerfile)(?:[.-].+)?$|\.(?:dockerfile|containerfile)$/i.test(name);
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
    if (file !== undefined) all.push(readDockerfile(file, ways));
  }
  return {
    workloads: all.flatMap((one) => one.workloads),
    buildImages: all.flatMap((one) => one.buildImages),
    diagnostics: all.flatMap((one) => one.diagnostics),
  };
}
