/** The files that `muslgate init` writes. Must hold no value that somebody has to take out again. */
import { HOMEPAGE, VERSION } from "../model/program.ts";

/** What a repository was found to hold. */
export interface Held {
  readonly containers: number;
  /** The files that say how clusters answer, safe to show. */
  readonly clusters: readonly string[];
}

/** Where the workflow goes. */
export const WORKFLOW = ".github/workflows/muslgate.yml";

/** Where the configuration goes. */
export const CONFIG = "muslgate.yaml";

/** As the README has it, by the moving tag; a test compares them. */
export const WORKFLOW_TEXT = `name: names-resolve
on:
  pull_request:
  merge_group:
permissions:
  contents: read
  pull-requests: write # for the comment and suggestions; without it there are annotations and a summary
jobs:
  muslgate:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: muslgate/muslgate@v${VERSION.split(".")[0]}
`;

/** A configuration that sets nothing yet, and says what there is to set. */
export function configFor({ containers, clusters }: Held): string {
  return [
    `# yaml-language-server: $schema=${HOMEPAGE.replace("github.com", "raw.githubusercontent.com")}/main/docs/muslgate.schema.json`,
    "# What muslgate is told here: any option by its name (muslgate repo --help), and waivers.",
    "",
    ...(clusters.length > 0 ? found(clusters) : WAYS),
    "",
    ...(containers > 0 ? [] : NO_CONTAINERS),
    "fail-on: error # or warning, note, never",
    "",
  ].join("\n");
}

function found(clusters: readonly string[]): readonly string[] {
  return [
    "# How the cluster's DNS answers is read from these files, as long as no option says it:",
    ...clusters.slice(0, MOST_FILES).map((file) => `#   ${file}`),
    ...(clusters.length > MOST_FILES ? [`#   and ${clusters.length - MOST_FILES} more`] : []),
  ];
}

/** Named in a comment; more are counted. */
const MOST_FILES = 20;

const WAYS = [
  "# No file here says how the cluster's DNS answers. Say it in one of these ways.",
  "# A copy of the Corefile (coredns, where there is no node-local-dns):",
  "#   kubectl -n kube-system get configmap node-local-dns -o yaml > node-local-dns.yaml",
  "# corefile: node-local-dns.yaml",
  "# Or, on GKE, the control plane's version:",
  "# gke-version: 1.22.6-gke.1000",
  "# node-local-dns: enabled",
];

const NO_CONTAINERS = [
  "# No file here says which image runs. Name them, where they are known:",
  "# images: [ghcr.io/shop/api:1.0]",
  "",
];
