/** The bounds that keep a hostile repository from taking the machine down; each can be set. Must be plain numbers. */

/** Bounds on one repository; docs/limits.md says what happens past each. */
export interface RepositoryLimits {
  /** Files that are listed. */
  readonly files: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Steps of matching .gitignore's rules where git does not do it: letters of rules and of paths that were compared. */
  readonly ignoreSteps: number;
  /** Steps of matching `include` and `exclude`. */
  readonly globSteps: number;
  /** Characters of YAML that are parsed in one run. */
  readonly yamlCharacters: number;
  /**
   * Tokens of one YAML document, before anything is made of them: a key and its value on a line are some eight, so these
   * are 50,000 lines. Measured, that many take a second and 150 MB.
   */
  readonly yamlTokens: number;
  /** Nodes of one YAML file, aliases counted as what they stand for. */
  readonly yamlNodes: number;
  /** The same of all YAML files together. */
  readonly yamlNodesInAll: number;
  /** Containers on their way through kustomize's overlays, counted in each. */
  readonly overlayContainers: number;
  /** Images, commands and arguments that overlays change. */
  readonly overlayChanges: number;
  /** Characters of variables and of mounted files that containers are given, counted for each. */
  readonly startCharacters: number;
  /** Containers that are judged in one run. */
  readonly workloads: number;
  /** Diagnostics about files. */
  readonly diagnostics: number;
  /** Unpacked bytes of all packed charts together. */
  readonly chartBytes: number;
  /** Charts that are fetched from registries; each is unpacked within `chartBytes` and `chartEntries`. */
  readonly remoteCharts: number;
  /** Members of all packed charts together. */
  readonly chartEntries: number;
}

/** Generous for real repositories. */
export const REPOSITORY_LIMITS: RepositoryLimits = {
  files: 100_000,
  fileBytes: 2 * 2 ** 20,
  ignoreSteps: 50_000_000,
  globSteps: 50_000_000,
  yamlCharacters: 32 * 2 ** 20,
  yamlTokens: 400_000,
  yamlNodes: 500_000,
  yamlNodesInAll: 3_000_000,
  overlayContainers: 50_000,
  overlayChanges: 100_000,
  startCharacters: 16 * 2 ** 20,
  workloads: 10_000,
  diagnostics: 5_000,
  chartBytes: 64 * 2 ** 20,
  remoteCharts: 50,
  chartEntries: 20_000,
};
