/** The one table of what can be set, for the command line, the Action and the documents. Must hold no behaviour. */

/** One thing a user can set; its name is the flag, the Action's input, and the key in every document. */
export interface Option {
  readonly kind: "text" | "choice" | "switch" | "list";
  /** One sentence, for `--help`, action.yml and the README. */
  readonly description: string;
  readonly choices?: readonly string[];
  /** What holds when it is not set, in words where it is not a value. */
  readonly default?: string;
  /** The description of the flag that turns it off, where it is on by itself. */
  readonly off?: string;
  /** The expression of GitHub's that stands in where the Action's input is not set. */
  readonly expression?: string;
  /** What stands for the value in `--help`. */
  readonly placeholder?: string;
  /** Where it can be set. */
  readonly where: "both" | "action" | "cli";
}

/** Every option. */
export const OPTIONS = {
  images: {
    kind: "list",
    description:
      "Images to check, one a line: a reference in a registry, a docker-archive or OCI tar, an OCI layout folder, or a root file system tar. Without any, the repository is searched.",
    where: "action",
  },
  directory: {
    kind: "text",
    default: ".",
    description: "Folder that is searched for who runs which image, and for the cluster's configuration.",
    placeholder: "FOLDER",
    where: "action",
  },
  include: {
    kind: "list",
    description: "Only files that match one of these globs, written as reports name files.",
    placeholder: "GLOB",
    where: "both",
  },
  exclude: {
    kind: "list",
    description: "No files that match one of these globs.",
    placeholder: "GLOB",
    where: "both",
  },
  base: {
    kind: "text",
    default: "in the Action: the base of a pull request or merge group",
    description:
      "Commit or branch to compare with: only findings that are new since then make the run fail. none compares with nothing.",
    placeholder: "REF",
    where: "both",
  },
  corefile: {
    kind: "list",
    description:
      "The cluster's Corefiles: bare, their ConfigMaps as YAML or JSON, or the text of kubectl describe configmap. Beats what is known of the GKE version, and what the repository holds.",
    placeholder: "FILE",
    where: "both",
  },
  cluster: {
    kind: "list",
    description:
      "What describes the cluster: the output of gcloud container clusters describe or list (YAML or JSON), a Config Connector ContainerCluster, Terraform files or a folder of them, or the output of terraform show -json.",
    placeholder: "FILE",
    where: "both",
  },
  "gke-version": {
    kind: "text",
    description: "GKE version of the control plane, such as 1.22.6-gke.1000.",
    placeholder: "VERSION",
    where: "both",
  },
  "node-local-dns": {
    kind: "choice",
    choices: ["auto", "enabled", "disabled"],
    default: "auto",
    description:
      "Whether the cluster runs NodeLocal DNSCache; auto goes by what is known of the GKE version.",
    where: "both",
  },
  autopilot: {
    kind: "switch",
    description: "The cluster is GKE Autopilot, which always runs NodeLocal DNSCache.",
    where: "both",
  },
  "cluster-domain": {
    kind: "text",
    default: "cluster.local",
    description: "The domain of the cluster's own names.",
    placeholder: "DOMAIN",
    where: "both",
  },
  platform: {
    kind: "text",
    default: "linux/amd64",
    description: "Platform to take from a multi-platform image, or all.",
    placeholder: "OS/ARCH[/VARIANT]",
    where: "both",
  },
  config: {
    kind: "text",
    default: "muslgate.yaml",
    description: "Configuration file: any of these options by its name, and waivers.",
    placeholder: "FILE",
    where: "both",
  },
  baseline: {
    kind: "text",
    description: "JSON report of an earlier run: only findings that are new since then make the run fail.",
    placeholder: "FILE",
    where: "both",
  },
  "fail-on": {
    kind: "choice",
    choices: ["error", "warning", "note", "never"],
    default: "error",
    description: "Least level of a finding that makes the run fail (exit code 1).",
    where: "both",
  },
  "fail-on-unknown": {
    kind: "switch",
    description: "Fail also when something could not be known (exit code 3).",
    where: "both",
  },
  comment: {
    kind: "choice",
    choices: ["auto", "off"],
    default: "auto",
    description:
      "Keep one comment on the pull request up to date; auto does so where the token may (pull-requests: write).",
    where: "action",
  },
  "github-token": {
    kind: "text",
    description: "Token for the comment, and for reading the base where the checkout does not have it.",
    expression: "github.token",
    where: "action",
  },
  report: {
    kind: "text",
    description:
      "JSON report of an earlier run: its comment is posted and nothing is scanned, for a workflow_run after a pull request from a fork.",
    placeholder: "FILE",
    where: "action",
  },
  registry: {
    kind: "text",
    description: "Registry that registry-username and the password are for; nobody else is sent them.",
    placeholder: "HOST",
    where: "both",
  },
  "registry-username": {
    kind: "text",
    description: "User name for it; without one, ~/.docker/config.json and its helpers are asked.",
    placeholder: "NAME",
    where: "both",
  },
  "registry-password": {
    kind: "text",
    description: "Password or token for it: a secret.",
    where: "action",
  },
  "registry-password-stdin": {
    kind: "switch",
    description: "Read the password for it from standard input.",
    where: "cli",
  },
  "registry-mirror": {
    kind: "list",
    description: "Host to ask before a registry, as docker.io=mirror.example.com.",
    placeholder: "REGISTRY=HOST",
    where: "both",
  },
  "registry-ca": {
    kind: "text",
    description: "PEM file of an authority to trust besides the usual ones.",
    placeholder: "FILE",
    where: "both",
  },
  limit: {
    kind: "list",
    description:
      "Raise or lower a bound on hostile images, as layerBytes=1000000000; docs/limits.md has their names.",
    placeholder: "NAME=NUMBER",
    where: "both",
  },
  "insecure-registry": {
    kind: "list",
    description: "Registry host (HOST[:PORT]) to speak plain http with; loopback needs no mention.",
    placeholder: "HOST",
    where: "both",
  },
  verify: {
    kind: "switch",
    description:
      "Hash every layer: without it plain tars on disk are read by seeking, and layers with a table of contents by that table.",
    where: "both",
  },
  cache: {
    kind: "switch",
    default: "true",
    description: "Keep what is learnt of each layer on disk, so that no layer is read twice.",
    off: "Keep nothing of what is learnt of each layer, and use nothing that was kept.",
    where: "both",
  },
  "actions-cache": {
    kind: "choice",
    choices: ["auto", "on", "off"],
    default: "auto",
    description:
      "Carry that cache from run to run through GitHub's cache; auto does so but for forks and Dependabot.",
    where: "action",
  },
  "cache-dir": {
    kind: "text",
    default: "muslgate in the user's cache folder",
    description: "Folder in which what is learnt of each layer is kept.",
    placeholder: "FOLDER",
    where: "both",
  },
  quiet: {
    kind: "switch",
    description: "Say nothing of how far the run is.",
    where: "cli",
  },
  verbose: {
    kind: "switch",
    description: "Name each image as it is read, and leave no row and no finding out of the table.",
    where: "cli",
  },
  format: {
    kind: "choice",
    choices: ["table", "json", "sarif", "markdown"],
    default: "table",
    description: "What is printed on standard output.",
    where: "cli",
  },
  color: {
    kind: "choice",
    choices: ["auto", "always", "never"],
    default: "auto",
    description: "Colours in the table; auto goes by the terminal and NO_COLOR.",
    where: "cli",
  },
  "sarif-file": {
    kind: "text",
    description: "Write the SARIF report to this file.",
    placeholder: "FILE",
    default: "in the Action: muslgate.sarif in the runner's temporary folder",
    where: "both",
  },
  "json-file": {
    kind: "text",
    description: "Write the JSON report to this file.",
    placeholder: "FILE",
    default: "in the Action: muslgate.json in the runner's temporary folder",
    where: "both",
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** What the Action hands to later steps. */
export const OUTPUTS = {
  outcome: "The worst outcome that counts: affected, unknown or not-affected.",
  affected: "How many containers are affected, but for what is waived or was there before.",
  unknown: "For how many containers it is not known, counted the same.",
  "sarif-file": "Path of the SARIF report.",
  "json-file": "Path of the JSON report.",
} as const satisfies Readonly<Record<string, string>>;

/** The name of an output. */
export type OutputName = keyof typeof OUTPUTS;
