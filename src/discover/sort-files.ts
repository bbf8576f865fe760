/** Tells what each file of a repository is, by name and by content. Must not read images out of any. */
import { isCorefileName, isHclName, isHelmfileName, isTerraformName } from "../tree/file-names.ts";
import type { ClusterFile } from "./cluster-file.ts";
import { clusterSettingsKind, mayHoldCorefile, withGkeTerraform } from "./kinds/cluster-files.ts";
import { isCompose } from "./kinds/compose-name.ts";
import { isOnlyIncludes } from "./kinds/helm-expression.ts";
import { isValuesName } from "./kinds/chart.ts";
import { saysOtherwise } from "./other-words.ts";
import { isReport } from "./own-reports.ts";
import { isKustomizationName } from "./kinds/kustomization.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { nameOf, parentOf } from "../tree/paths.ts";
import type { Repository, YamlSource } from "./repository.ts";
import type { Source } from "../text/source.ts";
import { textAt } from "../yaml/nodes.ts";
import { isWorkflowName } from "./kinds/workflow.ts";

/** Files by what they are; every YAML file is one thing. */
export interface SortedFiles {
  /** Folders with a Chart.yaml. */
  readonly chartFolders: ReadonlySet<string>;
  /** Values and templates by the folder of their chart. */
  readonly charts: ReadonlyMap<string, readonly YamlSource[]>;
  /** Values of charts that are elsewhere. */
  readonly loneValues: readonly YamlSource[];
  readonly kustomizations: readonly YamlSource[];
  readonly composes: readonly YamlSource[];
  readonly workflows: readonly YamlSource[];
  readonly clusterFiles: readonly ClusterFile[];
  /** Files that matter and could not be read as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Words without which a file has nothing to say here: parsing YAML is slow. */
const RELEVANT =
  /image|container|docker:|services:|build:|Corefile|\.server\b|\.override\b|currentMasterVersion|plugins|repository|tag:|argoproj\.io|fluxcd\.io|terraform_version|ContainerCluster|ConfigMap|ISTIO_META_DNS_CAPTURE|kind["']?[ \t]*:\s*["']?(?:Service|Namespace|HorizontalPodAutoscaler|ScaledObject|\w*NetworkPolicy)\b|dns-?[rR]eject|\breplicas:|\bdns(?:Config|Policy)\b|\bhostAliases\b|\bsearchDomains\b|\bresolv-?[cC]onf\b|\bwrite_files\b/;

/** Whether a file that cannot be read as YAML deploys something, or sets a cluster's DNS up, by its words. */
function deploys(text: string): boolean {
  if (/\b(?:c|initC|ephemeralC)ontainers["']?\s*:|^services\s*:/m.test(text)) return true;
  const isObject = /\b(?:apiVersion|kind)["']?\s*:/.test(text);
  return isObject && /\b(?:image|repository|Corefile|values|valuesObject)["']?\s*:/.test(text);
}

/** Whether it says, by its words, what pods may ask. */
function lets(text: string): boolean {
  return /(?:^|[{,]|-[ \t])[ \t]*["']?kind["']?[ \t]*:\s*["']?\w*NetworkPolicy\b/m.test(text);
}

/** JSON is mostly data of something else: it must have a key of what is looked for. */
const RELEVANT_JSON =
  /"(?:apiVersion|terraform_version|kind|currentMasterVersion|services|containers|Corefile|op)"\s*:/;

/** Locks and settings that are large and never deploy anything. */
const NEVER = new Set([
  "package-lock.json",
  "pnpm-lock.yaml",
  "composer.lock",
  "package.json",
  "tsconfig.json",
]);

/** Schemas; what kuttl and Chainsaw hold a cluster against; and rules of linters: a Corefile in them is nobody's. */
const NOT_DEPLOYED =
  /\.schema\.json$|(?:^|\/)\d+-(?:assert|errors?)\.ya?ml$|(?:^|\/)chainsaw-test\.ya?ml$|(?:^|\/)(?:\.semgrep|\.conftest|\.vscode|\.idea)\/|(?:^|\/)(?:\.pre-commit-config|\.semgrep)\.ya?ml$/;

/** Whether a text is what helm-unittest holds a chart against, wherever a chart has it. */
function isUnitTest(path: string, text: string): boolean {
  return /(?:^|\/)tests\/(?:[^/]+\/)*[^/]+_test\.ya?ml$/.test(path) && /^(?:suite|tests)[ \t]*:/m.test(text);
}

/** Who takes files of objects. */
export interface ObjectReader {
  /** One that is YAML. */
  readonly read: (source: YamlSource) => Promise<void>;
  /** All that one of another kind has. */
  readonly readMade: (source: YamlSource) => Promise<void>;
}

/** Sorts, file by file. */
export interface FileSorter {
  /** Reads a file that could be of interest, and puts it where it belongs; returns its text where it was read. */
  sort(path: string): Promise<Source | undefined>;
  /** Takes all objects that a file of another kind hands on or makes, as if it were one of YAML; offsets are the file's. */
  takeObjects(source: YamlSource): Promise<void>;
  /** All that was sorted. */
  sorted(): SortedFiles;
}

/** Nothing yet; `objects` is handed every YAML file that is nothing else. */
export function fileSorter(repository: Repository, objects: ObjectReader): FileSorter {
  const chartFolders = new Set(
    [...repository.paths].filter((path) => nameOf(path) === "Chart.yaml").map(parentOf),
  );
  const charts = new Map<string, YamlSource[]>();
  const clusterFiles: ClusterFile[] = [];
  const loneValues: YamlSource[] = [];
  const kustomizations: YamlSource[] = [];
  const composes: YamlSource[] = [];
  const workflows: YamlSource[] = [];
  const diagnostics: Diagnostic[] = [];

  const sortYaml = async (path: string, source: YamlSource) => {
    const { documents, file, problem } = source;
    const isNamed = isKustomizationName(path) || isWorkflowName(path) || isValuesName(path);
    const chart = chartOf(path, chartFolders);
    const isOfChart = chart !== undefined && isTemplate(path, chart);
    if (problem !== undefined && (isNamed || deploys(file.text) || (!isOfChart && lets(file.text))))
      diagnostics.push(problem);
    const kind = clusterSettingsKind(documents);
    if (kind !== undefined) clusterFiles.push({ file: path, text: file.text, kind, yaml: source });
    if (mayHoldCorefile(file.text))
      clusterFiles.push({ file: path, text: file.text, kind: "config-map", yaml: source });
    const isObject = documents.some((one) => textAt(one, "kind") && textAt(one, "apiVersion"));
    if (isKustomizationName(path)) kustomizations.push(source);
    else if (isWorkflowName(path)) workflows.push(source);
    else if (chart !== undefined && (isValuesName(path) || isTemplate(path, chart))) {
      const own = charts.get(chart) ?? [];
      own.push(source);
      charts.set(chart, own);
    } else if (isValuesName(path) && !isObject) loneValues.push(source);
    else if (isCompose(path, documents)) composes.push(source);
    else await objects.read(source);
  };

  const sort = async (path: string): Promise<Source | undefined> => {
    if (isCorefileName(path) || isTerraformName(path)) {
      const file = await repository.text(path);
      const text = file?.text ?? "";
      clusterFiles.push({ file: path, text, kind: isCorefileName(path) ? "corefile" : "terraform" });
      if (isTerraformName(path) && mayHoldCorefile(text))
        clusterFiles.push({ file: path, text, kind: "terraform-values" });
      return file;
    }
    if (path.endsWith(".hcl")) {
      const file = await repository.text(path);
      const text = file?.text ?? "";
      if (mayHoldCorefile(text)) clusterFiles.push({ file: path, text, kind: "terraform-values" });
      return file;
    }
    // Helmfile's templates are filled in as Helm's are.
    const isYaml =
      (/\.(?:ya?ml(?:\.gotmpl)?|json|ign|bu)$/i.test(path) || isHelmfileName(path)) &&
      nameOf(path) !== "Chart.yaml" &&
      !NEVER.has(nameOf(path)) &&
      !NOT_DEPLOYED.test(path);
    if (!isYaml) return undefined;
    const file = await repository.text(path);
    const text = file?.text ?? "";
    if (isUnitTest(path, text) || isReport(text)) return file;
    const source = isRelevant(path, text) ? await repository.yaml(path) : undefined;
    if (source !== undefined) await sortYaml(path, source);
    else {
      if (mayHoldCorefile(text)) clusterFiles.push({ file: path, text, kind: "config-map" });
      repository.forget(path);
    }
    return file;
  };
  const takeObjects = async (source: YamlSource) => {
    const { file, documents, problem } = source;
    const path = file.file;
    if (problem !== undefined && (deploys(file.text) || lets(file.text))) diagnostics.push(problem);
    if (documents.length > 0) await objects.readMade(source);
    // What Terraform hands on is read with its other values.
    if (!isHclName(path) && mayHoldCorefile(file.text))
      clusterFiles.push({ file: path, text: file.text, kind: "config-map", yaml: source });
  };
  return {
    sort,
    takeObjects,
    sorted: () => ({
      chartFolders,
      charts,
      loneValues,
      kustomizations,
      composes,
      workflows,
      clusterFiles: withGkeTerraform(clusterFiles),
      diagnostics,
    }),
  };
}

/** Whether somebody may take what a file of YAML or JSON says, by its name and its words. */
function isRelevant(path: string, text: string): boolean {
  if (isKustomizationName(path) || isHelmfileName(path)) return true;
  return (
    (RELEVANT.test(text) || isOnlyIncludes(text) || saysOtherwise(path, text)) &&
    (/\.(?:json|ign)$/.test(path) ? RELEVANT_JSON.test(text) : true)
  );
}

/** The folder of the nearest chart above a path. */
function chartOf(path: string, chartFolders: ReadonlySet<string>): string | undefined {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    if (chartFolders.has(folder)) return folder;
    if (folder === "") return undefined;
  }
}

function isTemplate(path: string, chart: string): boolean {
  return path.startsWith(chart === "" ? "templates/" : `${chart}/templates/`);
}
