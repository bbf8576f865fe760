/** Reads GKE clusters from the .tf, .tofu and .tfvars files of Terraform and OpenTofu. Must not run Terraform, nor read files itself. */
import { posix } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { HclBlock, HclBody, HclExpression, HclFile, HclReader } from "../../text/hcl-syntax.ts";
import type { ClusterSettings, ReadSettings } from "../gcloud.ts";
import { type TerraformArgument, type TerraformCluster, terraformSettings } from "./cluster.ts";
import { gkeModule } from "./gke-module.ts";
import { readTerraformJson } from "./json.ts";
import { memberOf, type TerraformNames, TerraformScope, type TerraformValue } from "./scope.ts";

/** A file and its text. */
export interface TerraformFile {
  readonly file: string;
  readonly text: string;
  /** The user named this very file: values in it count, as with -var-file. */
  readonly named?: boolean;
}

/** The most uses of modules that are followed, and the most clusters. */
const MOST_USES = 1000;
const MOST_MODULE_DEPTH = 16;
/** The most folders that are read because a module calls them. */
const MOST_FOLDERS = 200;

/**
 * The clusters of `resource "google_container_cluster"` and of Google's module for GKE. Files of one folder
 * are one module; a module that another file calls by path is read with the caller's arguments, its files
 * from `folderFiles` where they are not among those given. Variables files: `terraform.tfvars` and
 * `*.auto.tfvars` count as Terraform loads them, any other as -var-file where the user named it. One that
 * just lies there makes a value unknown where it disagrees with what holds without it.
 */
export function readTerraform(
  reader: HclReader,
  files: readonly TerraformFile[],
  folderFiles?: (path: string) => readonly TerraformFile[],
): ReadSettings {
  const diagnostics: Diagnostic[] = [];
  const unreadable: Unreadable[] = [];
  const folders = new Map<string, Folder>();
  for (const file of files) readInto(folders, reader, file, unreadable);
  if (folderFiles !== undefined) readCalled(folders, reader, folderFiles, unreadable);
  for (const folder of folders.values()) applyOverrides(folder);
  const walk: Walk = {
    folders,
    clusters: [],
    diagnostics,
    seen: new Set(),
    uses: 0,
    told: false,
    knowsAllFolders: folderFiles !== undefined,
  };
  const called = calledFolders(folders);
  // Folders that only call each other come last, each as if it was the root.
  const roots = [...folders].sort(([a], [b]) => Number(called.has(a)) - Number(called.has(b)));
  for (const [path, folder] of roots) {
    if (walk.seen.has(path) || !folder.isModule) continue;
    const given = rootVariables(variableFilesOf(folders, path), folder);
    visit(walk, path, new TerraformScope(folder, given), "", 0);
  }
  // Where there is a cluster, any unread file may hold what sets it.
  const told = unreadable.filter(({ mentions }) => mentions || walk.clusters.length > 0);
  return {
    clusters: walk.clusters,
    diagnostics: [...told.map(({ diagnostic }) => diagnostic), ...diagnostics],
  };
}

interface Unreadable {
  readonly diagnostic: Diagnostic;
  readonly mentions: boolean;
}

function readInto(
  folders: Map<string, Folder>,
  reader: HclReader,
  { file, text, named = false }: TerraformFile,
  unreadable: Unreadable[],
): void {
  const isVariables = /\.tfvars(?:\.json)?$/.test(file);
  const keep = (type: string, labels: readonly string[]) => !isVariables && matters(type, labels);
  const read = file.endsWith(".json")
    ? readTerraformJson(file, text, isVariables ? undefined : keep)
    : reader.read(file, text, keep);
  const folder = folderOf(folders, posix.dirname(posix.normalize(file)));
  if (isVariables) folder.variableFiles.push({ file, named, body: read.body });
  else if (/(?:^|[/_])override\.(?:tf|tofu)(?:\.json)?$/.test(file)) folder.overrides.push({ file, read });
  else addFile(folder, read);
  if (read.problem === undefined) return;
  const diagnostic: Diagnostic = {
    code: "hcl-unreadable",
    message: `${file} could not be read to the end: ${read.problem.message}`,
    hint: "Run terraform fmt over it, or give what terraform show -json prints; clusters may be missing here.",
    weight: "gap",
    subject: file,
    at: read.problem.at,
  };
  unreadable.push({ diagnostic, mentions: mentionsClusters(text) });
}

/** Reads the folders that modules call, and those that these call. */
function readCalled(
  folders: Map<string, Folder>,
  reader: HclReader,
  folderFiles: (path: string) => readonly TerraformFile[],
  unreadable: Unreadable[],
): void {
  const asked = new Set<string>();
  for (;;) {
    const next = [...calledFolders(folders)].find(
      (path) => folders.get(path)?.isModule !== true && !asked.has(path),
    );
    if (next === undefined || asked.size >= MOST_FOLDERS) return;
    asked.add(next);
    for (const file of folderFiles(next)) {
      if (!file.file.includes(".tfvars")) readInto(folders, reader, file, unreadable);
    }
  }
}

interface VariablesFile {
  readonly file: string;
  readonly named: boolean;
  readonly body: HclBody;
}

interface Folder extends TerraformNames {
  readonly variables: Map<string, HclBlock>;
  readonly locals: Map<string, HclExpression>;
  readonly resources: HclBlock[];
  readonly modules: HclBlock[];
  readonly variableFiles: VariablesFile[];
  /** What Terraform merges over the rest in the end. */
  readonly overrides: { readonly file: string; readonly read: HclFile }[];
  /** It has .tf files, not only values for them. */
  isModule: boolean;
}

function matters(type: string, labels: readonly string[]): boolean {
  if (type === "resource") return labels[0] === "google_container_cluster";
  return type === "module" || type === "variable" || type === "locals";
}

/** Whether Terraform text speaks of GKE clusters at all. */
export function mentionsClusters(text: string): boolean {
  return text.includes("google_container_cluster") || text.includes("kubernetes-engine");
}

function folderOf(folders: Map<string, Folder>, path: string): Folder {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const folder: Folder = {
    variables: new Map(),
    locals: new Map(),
    resources: [],
    modules: [],
    variableFiles: [],
    overrides: [],
    isModule: false,
  };
  folders.set(path, folder);
  return folder;
}

function addFile(folder: Folder, { body }: HclFile): void {
  folder.isModule = true;
  for (const block of body.blocks) {
    const [label] = block.labels;
    if (block.type === "resource") folder.resources.push(block);
    if (block.type === "module") folder.modules.push(block);
    if (block.type === "variable" && label !== undefined) folder.variables.set(label, block);
    if (block.type === "locals") {
      for (const [name, { value }] of block.body.attributes) folder.locals.set(name, value);
    }
  }
}

/** `override.tf` and `*_override.tf`, by name (Terraform, "Override Files"). */
function applyOverrides(folder: Folder): void {
  for (const { read } of folder.overrides.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    folder.isModule = true;
    for (const block of read.body.blocks) {
      const [label = ""] = block.labels;
      if (block.type === "resource") override(folder.resources, block);
      if (block.type === "module") override(folder.modules, block);
      if (block.type === "variable") {
        const base = folder.variables.get(label);
        folder.variables.set(label, base === undefined ? block : merged(base, block));
      }
      if (block.type === "locals") {
        for (const [name, { value }] of block.body.attributes) folder.locals.set(name, value);
      }
    }
  }
}

function override(blocks: HclBlock[], block: HclBlock): void {
  const at = blocks.findIndex(({ labels }) => labels.join(".") === block.labels.join("."));
  if (at === -1) blocks.push(block);
  else blocks[at] = merged(blocks[at]!, block);
}

/** Arguments one by one, blocks inside by their type. */
function merged(base: HclBlock, over: HclBlock): HclBlock {
  const name = ({ type, labels }: HclBlock) => (type === "dynamic" ? labels[0] : type);
  const replaced = new Set(over.body.blocks.map(name));
  const attributes = new Map([...base.body.attributes, ...over.body.attributes]);
  const blocks = [...base.body.blocks.filter((block) => !replaced.has(name(block))), ...over.body.blocks];
  return { ...base, body: { attributes, blocks, broken: base.body.broken || over.body.broken } };
}

/** Where a `source` that is a path leads. */
function localSource(from: string, block: HclBlock): string | undefined {
  const source = literalOf(block, "source");
  if (source === undefined || !/^\.\.?(?:\/|$)/.test(source)) return undefined;
  return posix.join(from, source).replace(/(.)\/$/, "$1");
}

/** What Terraform wants written out. */
function literalOf(block: HclBlock, name: string): string | undefined {
  const value = block.body.attributes.get(name)?.value;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

function calledFolders(folders: ReadonlyMap<string, Folder>): ReadonlySet<string> {
  const called = new Set<string>();
  for (const [path, { modules }] of folders) {
    for (const block of modules) {
      const target = localSource(path, block);
      if (target !== undefined && target !== path) called.add(target);
    }
  }
  return called;
}

/** The variables files of a folder, of folders below it that have nothing else, and named ones from elsewhere. */
function variableFilesOf(folders: ReadonlyMap<string, Folder>, path: string): readonly VariablesFile[] {
  const found: VariablesFile[] = [];
  for (const [other, { variableFiles, isModule }] of folders) {
    if (other === path) found.push(...variableFiles);
    else if (!isModule) {
      // Terraform loads none of these by itself: whatever they are called, -var-file names them.
      const nearest = nearestModule(folders, other);
      if (nearest === path) found.push(...variableFiles);
      if (nearest === undefined) found.push(...variableFiles.filter(({ named }) => named));
    }
  }
  return found;
}

function nearestModule(folders: ReadonlyMap<string, Folder>, path: string): string | undefined {
  for (let at = path; ; at = posix.dirname(at)) {
    if (folders.get(at)?.isModule === true) return at;
    if (at === posix.dirname(at)) return undefined;
  }
}

/** What the variables files set; within these Terraform's order, the last one wins. */
function rootVariables(
  files: readonly VariablesFile[],
  { variables }: TerraformNames,
): (name: string) => TerraformValue | undefined {
  const nothing: TerraformNames = { variables: new Map(), locals: new Map() };
  const scope = new TerraformScope(nothing, () => undefined);
  const loaded = files.filter(({ file }) => isLoaded(file)).sort((a, b) => loadOrder(a.file, b.file));
  const others = files.filter(({ file }) => !isLoaded(file));
  const named = others.filter((file) => file.named);
  return (name) => {
    const valueIn = ({ body }: VariablesFile): TerraformValue | undefined => {
      const found = body.attributes.get(name);
      if (found !== undefined) return scope.value(found.value);
      return body.broken ? { kind: "hidden", because: "a variables file could not be read" } : undefined;
    };
    const base = loaded.map(valueIn).findLast((value) => value !== undefined);
    if (named.length > 0)
      return agreed(
        name,
        named,
        named.map((file) => valueIn(file) ?? base),
      );
    const preset = variables.get(name)?.body.attributes.get("default")?.value;
    const without = base ?? (preset === undefined ? undefined : scope.value(preset));
    const setting = others.filter((file) => valueIn(file) !== undefined);
    if (setting.length === 0) return base;
    // Which of these is given at run time is not known; where a value has to be given, one of them is.
    const values = others.map((file) => valueIn(file) ?? without);
    return without === undefined || values.every((value) => sameValue(value, without))
      ? agreed(name, others, values)
      : {
          kind: "hidden",
          because: `${setting.map(({ file }) => file).join(" and ")} may set the variable "${name}" to something else`,
        };
  };
}

function agreed(
  name: string,
  files: readonly VariablesFile[],
  values: readonly (TerraformValue | undefined)[],
): TerraformValue | undefined {
  const [first] = values;
  if (values.every((value) => sameValue(value, first))) return first;
  return {
    kind: "hidden",
    because: `${files.map(({ file }) => file).join(" and ")} set the variable "${name}" to different values`,
  };
}

function isLoaded(file: string): boolean {
  return /(?:^|\/)terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(file);
}

/** terraform.tfvars first, then terraform.tfvars.json, then the others by name. */
function loadOrder(a: string, b: string): number {
  const [first, second] = [a, b].map((file) =>
    /\.auto\.tfvars(?:\.json)?$/.test(file) ? 2 : file.endsWith(".json") ? 1 : 0,
  );
  return first! - second! || (a < b ? -1 : 1);
}

function sameValue(a: TerraformValue | undefined, b: TerraformValue | undefined): boolean {
  if (a === b) return true;
  return a?.kind === "scalar" && b?.kind === "scalar" && a.value === b.value;
}

interface Walk {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly clusters: ClusterSettings[];
  readonly diagnostics: Diagnostic[];
  /** Folders that were read, or are called only where nothing comes of it. */
  readonly seen: Set<string>;
  uses: number;
  told: boolean;
  /** A folder that is called and not here has no files. */
  readonly knowsAllFolders: boolean;
}

/** Reads one use of a folder, and the modules it calls. */
function visit(walk: Walk, path: string, scope: TerraformScope, prefix: string, depth: number): void {
  const folder = walk.folders.get(path);
  walk.seen.add(path);
  if (folder === undefined) return;
  for (const block of folder.resources) {
    add(walk, scope, block, resourceCluster(scope, block, `${prefix}${block.labels.join(".")}`));
  }
  for (const block of folder.modules) {
    if (walk.told) return;
    const address = `${prefix}module.${block.labels.join(".")}`;
    const target = localSource(path, block);
    const source = literalOf(block, "source");
    const module = source === undefined ? undefined : gkeModule(source, literalOf(block, "version"));
    if (module !== undefined) {
      const cluster = resourceCluster(scope, block, address);
      const { variables } = module;
      add(walk, scope, block, {
        ...cluster,
        ...module,
        argument: (...names) => {
          if (variables === undefined) return argumentOf(scope, block, names);
          const variable = variables[names.join(".")];
          return variable === undefined
            ? { kind: "absent", at: block.at }
            : argumentOf(scope, block, [variable]);
        },
      });
    }
    if (target === undefined) continue;
    walk.seen.add(target);
    const exists = existence(scope, block);
    if (exists === "never") continue;
    if (++walk.uses > MOST_USES || depth >= MOST_MODULE_DEPTH) {
      tellTooMany(walk, address, block.at);
      continue;
    }
    const inner = walk.folders.get(target);
    if (inner === undefined) {
      if (walk.knowsAllFolders) tellMissing(walk, address, target, block.at);
      continue;
    }
    const given = (name: string): TerraformValue | undefined => {
      const found = block.body.attributes.get(name);
      if (found !== undefined) return scope.value(found.value);
      return block.body.broken ? { kind: "hidden", because: "the module's call is not HCL" } : undefined;
    };
    const before = walk.clusters.length;
    visit(walk, target, new TerraformScope(inner, given), `${address}.`, depth + 1);
    if (walk.clusters.length > before) tellCount(walk, address, exists);
  }
}

function tellMissing(walk: Walk, address: string, folder: string, at: Place): void {
  walk.diagnostics.push({
    code: "terraform-module-missing",
    message: `${address} was not read: there is no Terraform file to read in ${folder}`,
    hint: "Check the module's source; a cluster may be missing here.",
    weight: "gap",
    subject: address,
    at,
  });
}

function tellTooMany(walk: Walk, address: string, at: Place): void {
  if (walk.told) return;
  walk.told = true;
  walk.diagnostics.push({
    code: "terraform-too-many-modules",
    message: `${address} is one cluster or module call too many or too deep: what comes after it is not read`,
    hint: "Give what terraform show -json prints of a plan or the state.",
    weight: "gap",
    subject: address,
    at,
  });
}

/** Never with `count = 0` or a `for_each` over nothing. */
function existence(
  scope: TerraformScope,
  block: HclBlock,
): "never" | "sure" | { because: string; at: Place } {
  for (const name of ["count", "for_each"]) {
    const attribute = block.body.attributes.get(name);
    if (attribute === undefined) continue;
    const value = scope.value(attribute.value);
    if (value.kind === "hidden") return { because: value.because, at: attribute.at };
    if (value.kind === "list") return value.items.length === 0 ? "never" : "sure";
    if (value.kind === "object") return value.entries.size === 0 ? "never" : "sure";
    return value.value === "0" ? "never" : "sure";
  }
  return "sure";
}

function add(walk: Walk, scope: TerraformScope, block: HclBlock, cluster: TerraformCluster): void {
  const exists = existence(scope, block);
  if (exists === "never" || walk.told) return;
  if (walk.clusters.length >= MOST_USES) {
    tellTooMany(walk, cluster.address, block.at);
    return;
  }
  const read = terraformSettings(cluster);
  walk.clusters.push(read.settings);
  walk.diagnostics.push(...read.diagnostics);
  tellCount(walk, cluster.address, exists);
}

function tellCount(walk: Walk, address: string, exists: "sure" | { because: string; at: Place }): void {
  if (exists === "sure") return;
  walk.diagnostics.push({
    code: "terraform-count-hidden",
    message: `whether ${address} exists is not known: ${exists.because}`,
    hint: "Give what terraform show -json prints of a plan or the state.",
    weight: "gap",
    subject: address,
    at: exists.at,
  });
}

/** The arguments of a block as they are written; blocks inside it may be written as objects too. */
function resourceCluster(scope: TerraformScope, block: HclBlock, address: string): TerraformCluster {
  return {
    address,
    nodeLocalAbsent: "auto",
    argument: (...path) => argumentOf(scope, block, path),
  };
}

function argumentOf(scope: TerraformScope, block: HclBlock, path: readonly string[]): TerraformArgument {
  let inside = block;
  for (const [depth, name] of path.entries()) {
    const attribute = inside.body.attributes.get(name);
    if (attribute !== undefined) {
      return valueAt(scope, attribute.value, path.slice(depth), attribute.at);
    }
    const dynamic = inside.body.blocks.find(({ type, labels }) => type === "dynamic" && labels[0] === name);
    if (dynamic !== undefined) {
      return { kind: "hidden", because: `the block ${name} is dynamic`, at: dynamic.at };
    }
    const next = inside.body.blocks.find(({ type }) => type === name);
    if (next === undefined) {
      return inside.body.broken
        ? { kind: "hidden", because: "a part of its block is not HCL", at: inside.at }
        : { kind: "absent", at: inside.at };
    }
    inside = next;
  }
  return { kind: "absent", at: inside.at };
}

function valueAt(
  scope: TerraformScope,
  expression: HclExpression,
  path: readonly string[],
  at: Place,
): TerraformArgument {
  let value = scope.value(expression);
  for (const name of path.slice(1)) {
    // Blocks are lists of one object where they are written as attributes.
    if (value.kind === "list" && value.items.length === 1) value = memberOf(value, ["0"], path[0] ?? "");
    if (value.kind === "scalar" && value.value === null) return { kind: "absent", at };
    if (value.kind === "list" && value.items.length === 0) return { kind: "absent", at };
    if (value.kind === "object" && !value.entries.has(name)) return { kind: "absent", at };
    value = memberOf(value, [name], path[0] ?? "");
  }
  switch (value.kind) {
    case "hidden":
      return { kind: "hidden", because: value.because, at };
    case "scalar":
      // Null is Terraform's word for not set.
      return value.value === null ? { kind: "absent", at } : { kind: "known", value: value.value, at };
    default:
      return { kind: "hidden", because: `it is set to a ${value.kind}`, at };
  }
}
