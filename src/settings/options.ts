/** The one table of what can be set, and of all that is known of each option. Must hold no behaviour. */
import { PROVIDER_IDS } from "../knowledge/provider-ids.ts";

/** One thing a user can set; its name is the flag, the Action's input, the variable, and the key in every document. */
export type Option = Row & Reach;

interface Row {
  /** What it is about: the heading it stands under in `--help`. */
  readonly group: OptionGroup;
  readonly kind: "text" | "choice" | "switch" | "list";
  /** One sentence, for `--help`, action.yml and the README. */
  readonly description: string;
  readonly choices?: readonly string[];
  /** What holds when it is not set, in words where it is not a value. */
  readonly default?: string;
  /** The same where the Action alone has one of its own. */
  readonly actionDefault?: string;
  /** The description of the flag that turns it off, where it is on by itself. */
  readonly off?: string;
  /** The expression of GitHub's that stands in where the Action's input is not set. */
  readonly expression?: string;
  /** What stands for the value in `--help`. */
  readonly placeholder?: string;
  /** Whether it is an input of the Action. */
  readonly action: boolean;
  /** The commands that have it as a flag: those that scan, `repo` alone, or none. */
  readonly command: "scan" | "repo" | "none";
  /** Whether its value is a path, or may be one. */
  readonly path: boolean;
  /** Whether a pull request that sets it could pass a check that it should not pass: the base's file decides there. */
  readonly weakens: boolean;
  /** Whether its value is never shown. */
  readonly secret?: true;
}

/** What options are about, in the order that `--help` has. */
export type OptionGroup = "check" | "cluster" | "reporting" | "registries" | "limits";

/** What writes, or decides who is talked to and believed, is never for a file that a repository brings. */
type Reach =
  | { readonly reaches: true; readonly inFile: string }
  | {
      readonly reaches: false;
      /** Whether muslgate.yaml may set it; a sentence on why not. */
      readonly inFile: true | string;
    };

/** Every option. */
export const OPTIONS = {
  images: {
    group: "check",
    kind: "list",
    description:
      "Images to check, one a line: a reference in a registry, a docker-archive or OCI tar, an OCI layout folder, or a root file system tar. Without any, the repository is searched.",
    action: true,
    command: "none",
    inFile: true,
    reaches: false,
    path: true,
    weakens: true,
  },
  directory: {
    group: "check",
    kind: "text",
    default: ".",
    description: "Folder that is searched for who runs which image, and for the cluster's configuration.",
    placeholder: "FOLDER",
    action: true,
    command: "none",
    inFile: true,
    reaches: false,
    path: true,
    weakens: true,
  },
  include: {
    group: "check",
    kind: "list",
    description: "Only files that match one of these globs, written as reports name files.",
    placeholder: "GLOB",
    action: true,
    command: "repo",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  exclude: {
    group: "check",
    kind: "list",
    description: "No files that match one of these globs.",
    placeholder: "GLOB",
    action: true,
    command: "repo",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  charts: {
    group: "check",
    kind: "choice",
    choices: ["auto", "off"],
    default: "auto",
    description:
      "Charts that a HelmRelease, Application, kustomization or helmfile takes from an OCI registry; auto fetches them and reads their values under the repository's.",
    action: true,
    command: "repo",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  base: {
    group: "check",
    kind: "text",
    actionDefault: "the base of a pull request or merge group",
    description:
      "Commit or branch to compare with: only findings that are new since then make the run fail. none compares with nothing.",
    placeholder: "REF",
    action: true,
    command: "repo",
    inFile: "What is compared must not decide with what.",
    reaches: false,
    path: false,
    weakens: true,
  },
  corefile: {
    group: "cluster",
    kind: "list",
    description:
      "The cluster's Corefiles: bare, their ConfigMaps as YAML or JSON, or the text of kubectl describe configmap. Beats what is known of the GKE version, and what the repository holds.",
    placeholder: "FILE",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: true,
    weakens: true,
  },
  cluster: {
    group: "cluster",
    kind: "list",
    description:
      "What describes the cluster: the output of gcloud container clusters describe or list (YAML or JSON), a Config Connector ContainerCluster, Terraform files or a folder of them, or the output of terraform show -json.",
    placeholder: "FILE",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: true,
    weakens: true,
  },
  "gke-version": {
    group: "cluster",
    kind: "text",
    description: "GKE version of the control plane, such as 1.22.6-gke.1000.",
    placeholder: "VERSION",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "node-local-dns": {
    group: "cluster",
    kind: "choice",
    choices: ["auto", "enabled", "disabled"],
    default: "auto",
    description:
      "Whether the cluster runs NodeLocal DNSCache; auto goes by what is known of the GKE version.",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  autopilot: {
    group: "cluster",
    kind: "switch",
    description: "The cluster is GKE Autopilot, which always runs NodeLocal DNSCache.",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  provider: {
    group: "cluster",
    kind: "choice",
    choices: ["auto", ...PROVIDER_IDS],
    default: "auto",
    description:
      "Who set the cluster's DNS up: its own Corefile is taken where only parts of one are in sight, such as the ConfigMap coredns-custom, or nothing; auto goes by what the repository shows.",
    placeholder: "NAME",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "cluster-domain": {
    group: "cluster",
    kind: "text",
    default: "cluster.local",
    description: "The domain of the cluster's own names.",
    placeholder: "DOMAIN",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  platform: {
    group: "check",
    kind: "text",
    default: "linux/amd64",
    description: "Platform to take from a multi-platform image, or all.",
    placeholder: "OS/ARCH[/VARIANT]",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  config: {
    group: "check",
    kind: "text",
    default: "muslgate.yaml",
    description: "Configuration file: any of these options by its name, clusters and waivers.",
    placeholder: "FILE",
    action: true,
    command: "scan",
    inFile: "A file cannot name the file that counts.",
    reaches: false,
    path: true,
    weakens: true,
  },
  baseline: {
    group: "check",
    kind: "text",
    description: "JSON report of an earlier run: only findings that are new since then make the run fail.",
    placeholder: "FILE",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: true,
    weakens: true,
  },
  "fail-on": {
    group: "reporting",
    kind: "choice",
    choices: ["error", "warning", "note", "never"],
    default: "error",
    description: "Least level of a finding that makes the run fail (exit code 1).",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "fail-on-unknown": {
    group: "reporting",
    kind: "switch",
    description: "Fail also when something could not be known (exit code 3).",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  comment: {
    group: "reporting",
    kind: "choice",
    choices: ["auto", "off"],
    default: "auto",
    description:
      "Keep one comment on the pull request up to date; auto does so where the token may (pull-requests: write).",
    action: true,
    command: "none",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  suggestions: {
    group: "reporting",
    kind: "choice",
    choices: ["auto", "off"],
    default: "auto",
    description:
      "Suggest the change that mends a finding where it is inside the pull request's own lines, for somebody to commit; auto does so where the token may (pull-requests: write).",
    action: true,
    command: "none",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  category: {
    group: "reporting",
    kind: "text",
    description:
      "Tells the alerts, comments and suggestions of several runs for one commit apart, such as jobs of a matrix and folders of a repository.",
    actionDefault: "made of the workflow, the job, its matrix and the folder",
    expression: "toJSON(matrix)",
    placeholder: "NAME",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "github-token": {
    group: "reporting",
    kind: "text",
    description: "Token for the comment, and for reading the base where the checkout does not have it.",
    expression: "github.token",
    action: true,
    command: "none",
    inFile: "It is a secret.",
    reaches: true,
    path: false,
    weakens: true,
    secret: true,
  },
  report: {
    group: "reporting",
    kind: "text",
    description:
      "JSON report of an earlier run: its comment is posted and nothing is scanned, for a workflow_run after a pull request from a fork.",
    placeholder: "FILE",
    action: true,
    command: "none",
    inFile: "With it nothing is scanned.",
    reaches: false,
    path: true,
    weakens: true,
  },
  registry: {
    group: "registries",
    kind: "text",
    description: "Registry that registry-username and the password are for; nobody else is sent them.",
    placeholder: "HOST",
    action: true,
    command: "scan",
    inFile: "It says where a password goes.",
    reaches: true,
    path: false,
    weakens: true,
  },
  "registry-username": {
    group: "registries",
    kind: "text",
    description: "User name for it; without one, ~/.docker/config.json and its helpers are asked.",
    placeholder: "NAME",
    action: true,
    command: "scan",
    inFile: "It says whose password goes there.",
    reaches: true,
    path: false,
    weakens: true,
  },
  "registry-password": {
    group: "registries",
    kind: "text",
    description: "Password or token for it: a secret.",
    action: true,
    command: "none",
    inFile: "It is a secret.",
    reaches: true,
    path: false,
    weakens: true,
    secret: true,
  },
  "registry-password-stdin": {
    group: "registries",
    kind: "switch",
    description: "Read the password for it from standard input.",
    action: false,
    command: "scan",
    inFile: "It belongs where the password is given.",
    reaches: true,
    path: false,
    weakens: true,
  },
  "registry-mirror": {
    group: "registries",
    kind: "list",
    description: "Host to ask before a registry, as docker.io=mirror.example.com.",
    placeholder: "REGISTRY=HOST",
    action: true,
    command: "scan",
    inFile: "It says who is asked for images.",
    reaches: true,
    path: false,
    weakens: true,
  },
  "registry-ca": {
    group: "registries",
    kind: "text",
    description: "PEM file of an authority to trust besides the usual ones.",
    placeholder: "FILE",
    action: true,
    command: "scan",
    inFile: "It says who is trusted.",
    reaches: true,
    path: true,
    weakens: true,
  },
  limit: {
    group: "limits",
    kind: "list",
    description:
      "Raise or lower a bound on hostile images, as layerBytes=1000000000; docs/limits.md has their names.",
    placeholder: "NAME=NUMBER",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "insecure-registry": {
    group: "registries",
    kind: "list",
    description: "Registry host (HOST[:PORT]) to speak plain http with; loopback needs no mention.",
    placeholder: "HOST",
    action: true,
    command: "scan",
    inFile: "It says who is trusted.",
    reaches: true,
    path: false,
    weakens: true,
  },
  verify: {
    group: "limits",
    kind: "switch",
    description:
      "Hash every layer, stored and unpacked: without it one of the two is, plain tars on disk are read by seeking, and layers with a table of contents by that table.",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  cache: {
    group: "limits",
    kind: "switch",
    default: "true",
    description: "Keep what is learnt of each layer on disk, so that no layer is read twice.",
    off: "Keep nothing of what is learnt of each layer, and use nothing that was kept.",
    action: true,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "actions-cache": {
    group: "limits",
    kind: "choice",
    choices: ["auto", "on", "off"],
    default: "auto",
    description:
      "Carry that cache from run to run through GitHub's cache; auto does so but for forks and Dependabot.",
    action: true,
    command: "none",
    inFile: true,
    reaches: false,
    path: false,
    weakens: true,
  },
  "cache-dir": {
    group: "limits",
    kind: "text",
    default: "muslgate in the user's cache folder",
    description: "Folder in which what is learnt of each layer is kept.",
    placeholder: "FOLDER",
    action: true,
    command: "scan",
    inFile: "It is written to, and what is kept there is believed.",
    reaches: true,
    path: true,
    weakens: true,
  },
  quiet: {
    group: "reporting",
    kind: "switch",
    description: "Say nothing of how far the run is.",
    action: false,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: false,
  },
  verbose: {
    group: "reporting",
    kind: "switch",
    description: "Name each image as it is read, and leave no row and no finding out of the table.",
    action: false,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: false,
  },
  format: {
    group: "reporting",
    kind: "choice",
    choices: ["table", "json", "sarif", "markdown", "junit", "gitlab", "prometheus", "html"],
    default: "table",
    description: "What is printed on standard output.",
    action: false,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: false,
  },
  color: {
    group: "reporting",
    kind: "choice",
    choices: ["auto", "always", "never"],
    default: "auto",
    description: "Colours in the table; auto goes by the terminal and NO_COLOR.",
    action: false,
    command: "scan",
    inFile: true,
    reaches: false,
    path: false,
    weakens: false,
  },
  "sarif-file": {
    group: "reporting",
    kind: "text",
    description: "Write the SARIF report to this file.",
    placeholder: "FILE",
    actionDefault: "muslgate.sarif in the runner's temporary folder",
    action: true,
    command: "scan",
    inFile: "It is written to.",
    reaches: true,
    path: true,
    weakens: true,
  },
  "json-file": {
    group: "reporting",
    kind: "text",
    description: "Write the JSON report to this file.",
    placeholder: "FILE",
    actionDefault: "muslgate.json in the runner's temporary folder",
    action: true,
    command: "scan",
    inFile: "It is written to.",
    reaches: true,
    path: true,
    weakens: true,
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** What the Action hands to later steps. */
export const OUTPUTS = {
  outcome:
    "The worst outcome that counts: affected, unknown or not-affected. What is only worth a note does not count.",
  affected:
    "How many containers are affected, but for what is waived, was there before or is only worth a note.",
  unknown: "For how many containers it is not known, counted the same.",
  "sarif-file": "Path of the SARIF report.",
  "json-file": "Path of the JSON report.",
} as const satisfies Readonly<Record<string, string>>;

/** The name of an output. */
export type OutputName = keyof typeof OUTPUTS;
