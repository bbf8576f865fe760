/** Reads every file of Kubernetes objects as soon as it is parsed, so that its nodes need not be kept. Must take nothing of what it finds. */
import { inFolder } from "../tree/paths.ts";
import { Budget } from "../model/budget.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { YamlBudget } from "../yaml/budget.ts";
import { type ConfigMaps, ConfigMapsInSight } from "./config-maps.ts";
import type { Findings } from "./findings.ts";
import { type GitOps, readGitOps } from "./kinds/gitops.ts";
import { type InnerManifests, innerManifests } from "./kinds/inner-manifests.ts";
import { isKustomizationName } from "./kinds/kustomization.ts";
import { type Manifest, readManifest } from "./kinds/manifest.ts";
import { isSkaffold } from "./kinds/skaffold.ts";
import { ObjectsBeside } from "./objects-beside.ts";
import { othersIn } from "./other-words.ts";
import type { Repository, YamlSource } from "./repository.ts";

/** Containers that were read before all ConfigMaps were known, none of which they asked for. */
interface Early {
  readonly manifest: Manifest;
  /** What they took of the budget, which is counted when they are taken. */
  readonly characters: number;
  /** They would be others where a mesh answered. */
  readonly asksMesh: boolean;
}

/** What one file says; what is not there says nothing. */
interface ObjectFile {
  /** Nothing where they must be read when all ConfigMaps are known. */
  readonly early?: Early;
  readonly gitops?: GitOps;
  readonly inner?: InnerManifests;
  /** The file itself, where Skaffold builds by it. */
  readonly skaffold?: YamlSource;
  /** What is not read of the objects that it says in other words. */
  readonly added?: readonly Diagnostic[];
  /** What it was read from, where that is no file that could be parsed again. */
  readonly made?: YamlSource;
}

/** What most files come to: one object for all of them. */
const NO_OBJECTS: Early = {
  manifest: { containers: [], imageless: [], volumes: [], dns: [], templated: [], diagnostics: [] },
  characters: 0,
  asksMesh: false,
};
const NOTHING: ObjectFile = { early: NO_OBJECTS };

/** Letters of files whose nodes are kept where somebody may ask for them again; further ones are parsed again. */
const KEPT = 4 * 2 ** 20;

/** What reading takes from the search. */
interface Around {
  readonly repository: Repository;
  readonly about: Findings["about"];
  readonly folders: ReadonlySet<string>;
  readonly budget: YamlBudget;
  readonly startCharacters: Budget;
  /** For KEPT. */
  readonly kept?: number;
}

/** Files of objects, each read once. */
export class ObjectFiles {
  /** Those that files of objects hold. */
  readonly configMaps: ConfigMapsInSight;
  readonly beside = new ObjectsBeside();
  readonly #around: Around;
  readonly #files = new Map<string, ObjectFile>();
  readonly #kept: Budget;
  /** Patches are put over the nodes of containers. */
  readonly #mayBePatched: boolean;

  constructor(around: Around) {
    this.#around = around;
    this.configMaps = new ConfigMapsInSight(around.startCharacters);
    this.#kept = new Budget("kept", around.kept ?? KEPT);
    this.#mayBePatched = [...around.repository.paths].some(isKustomizationName);
  }

  /** What each says, by path, in the order in which they were read. */
  get files(): ReadonlyMap<string, ObjectFile> {
    return this.#files;
  }

  /** Reads one, and lets go of its nodes. */
  async read(source: YamlSource): Promise<void> {
    const file = await this.#read(source);
    this.#files.set(source.file.file, file);
    this.#letGo(source, !this.#mayBePatched && file.early !== undefined);
  }

  /** Reads what a file of another kind makes, which is kept where it may be asked for again; to be called once a file. */
  async readMade(source: YamlSource): Promise<void> {
    const file = await this.#read(source);
    this.#files.set(source.file.file, file.early === NO_OBJECTS ? file : { ...file, made: source });
  }

  async #read(source: YamlSource): Promise<ObjectFile> {
    const { about, budget, folders, repository } = this.#around;
    const { file, documents } = source;
    const path = file.file;
    const others = await about(path, () => othersIn(source));
    const all = [...documents, ...(others?.documents ?? [])];
    await about(path, () => this.configMaps.add(path, documents));
    await about(path, () => this.beside.add(source));
    const early = await about(path, () => this.#early({ ...source, documents: all }));
    const isFolder = (folder: string) => folder === "" || folders.has(folder);
    const isChart = (folder: string) => repository.paths.has(inFolder(folder, "Chart.yaml"));
    const gitops = await about(path, () => orNothing(readGitOps(file, all, { isFolder, isChart }, budget)));
    const inner = await about(path, () => orNothing(innerManifests(file, documents, budget)));
    const skaffold = documents.some(isSkaffold) ? source : undefined;
    const added = others?.diagnostics;
    const isNothing = early === NO_OBJECTS && (gitops ?? inner ?? skaffold ?? added) === undefined;
    return isNothing ? NOTHING : { early, gitops, inner, skaffold, added };
  }

  #early({ file, documents }: YamlSource): Early | undefined {
    const seen = new NoConfigMaps();
    const manifest = readManifest(file, documents, undefined, seen);
    const { characters, asksMesh, wasAsked } = seen;
    if (wasAsked) return undefined;
    if (!asksMesh && characters === 0 && orNothing(manifest) === undefined) return NO_OBJECTS;
    if (this.#mayBePatched) return { manifest, characters, asksMesh };
    const containers = manifest.containers.map((one) => ({ ...one, written: undefined }));
    return { manifest: { ...manifest, containers }, characters, asksMesh };
  }

  /** The containers of a file, when all ConfigMaps are known. */
  async manifestOf(path: string): Promise<Manifest> {
    const { repository, startCharacters } = this.#around;
    const { configMaps } = this;
    const { early, made } = this.#files.get(path) ?? {};
    const isSo = early !== undefined && !(early.asksMesh && configMaps.meshAnswersDns);
    if (isSo && startCharacters.spent + early.characters <= startCharacters.most) {
      startCharacters.spend(early.characters);
      return early.manifest;
    }
    const source = made ?? (await repository.yaml(path));
    if (source === undefined) return NO_OBJECTS.manifest;
    const all = [...source.documents, ...((await othersIn(source))?.documents ?? [])];
    const manifest = readManifest(source.file, all, undefined, configMaps);
    if (made === undefined) this.#letGo(source, !this.#mayBePatched);
    return manifest;
  }

  /** Drops nodes that nobody is likely to ask for, and others past the bound. */
  #letGo({ file, problem }: YamlSource, isDone: boolean): void {
    // One that went past a bound of YAML would be read further the next time.
    if (problem !== undefined) return;
    if (isDone || !this.#kept.spend(file.text.length)) this.#around.repository.forget(file.file);
  }
}

/** No ConfigMap, and whether that is enough to read by. */
class NoConfigMaps implements ConfigMaps {
  wasAsked = false;
  asksMesh = false;
  characters = 0;

  find(): undefined {
    this.wasAsked = true;
  }

  spend = (characters: number) => {
    this.characters += characters;
    return true;
  };

  get meshAnswersDns(): boolean {
    this.asksMesh = true;
    return false;
  }
}

/** Nothing for what is made of lists of which none has anything. */
function orNothing<T extends object>(said: T): T | undefined {
  const lists: readonly { readonly length?: number; readonly size?: number }[] = Object.values(said);
  return lists.some((one) => one.length !== 0 && one.size !== 0) ? said : undefined;
}
