/** Turns what a user wrote into settings, the same for the command line and the Action. Must touch nothing outside. */
import { MuslgateError } from "../model/error.ts";
import type { DnsImages } from "../model/dns-images.ts";
import type { Platform } from "../model/oci.ts";
import type { Level } from "../model/report.ts";
import { didYouMean } from "../text/closest.ts";
import type { ProviderId } from "../knowledge/provider-ids.ts";
import { readTargets, type Target } from "./targets.ts";
import { OPTIONS, type Option, type OptionName } from "./options.ts";

/** Values as written, by option; what is not set is absent or empty. */
export type Written = Partial<Record<OptionName, string | readonly string[] | boolean>>;

/** What a run is asked. */
export interface Settings {
  readonly images: readonly string[];
  /** Without images, the folder that is searched. */
  readonly directory: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether charts that are not in the repository are fetched. */
  readonly charts: "auto" | "off";
  /** A commit, a branch, or `none`. */
  readonly base?: string;
  readonly corefiles: readonly string[];
  readonly clusterFiles: readonly string[];
  readonly gkeVersion?: string;
  readonly nodeLocalDns: "auto" | "enabled" | "disabled";
  readonly autopilot: boolean;
  readonly provider: "auto" | ProviderId;
  readonly clusterDomain?: string;
  /** Of a live cluster; nobody writes it. */
  readonly dnsImages?: DnsImages;
  /** Clusters by name, where the configuration lists them: the run is about these, each with what is said of it. */
  readonly clusters: readonly NamedCluster[];
  /** What is asked about, in the order asked; compared with what is there now. */
  readonly targets: readonly Target[];
  readonly platform: Platform | "all";
  readonly baseline?: string;
  readonly failOn: Level | "never";
  readonly failOnUnknown: boolean;
  readonly comment: "auto" | "off";
  readonly suggestions: "auto" | "off";
  readonly category?: string;
  readonly githubToken?: string;
  /** A report to comment from, instead of a scan. */
  readonly report?: string;
  readonly insecureRegistries: readonly string[];
  readonly registry?: string;
  readonly registryUsername?: string;
  /** Where the Action's input or the environment gives it; the command line reads it from standard input. */
  readonly registryPassword?: string;
  readonly registryPasswordStdin: boolean;
  /** Hosts by registry, in order. */
  readonly registryMirrors: Readonly<Record<string, readonly string[]>>;
  readonly registryCa?: string;
  /** Bounds as written; the image room knows their names. */
  readonly limits: Readonly<Record<string, number>>;
  readonly verify: boolean;
  readonly cache: boolean;
  readonly cacheDir?: string;
  readonly actionsCache: "auto" | "on" | "off";
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly format: "table" | "json" | "sarif" | "markdown" | "junit" | "gitlab" | "prometheus" | "html";
  readonly color: "auto" | "always" | "never";
  readonly sarifFile?: string;
  readonly jsonFile?: string;
}

/** What names the containers that meet a cluster. */
export const SELECTORS = ["workloads", "namespaces", "overlays"] as const;

/** Whom an entry names: a container that any of them fits. Without any, the cluster is met by everybody. */
export type Selectors = Readonly<Record<(typeof SELECTORS)[number], readonly string[]>>;

/** What settings say of one cluster. */
export type OneCluster = Pick<
  Settings,
  | "corefiles"
  | "clusterFiles"
  | "gkeVersion"
  | "nodeLocalDns"
  | "autopilot"
  | "provider"
  | "clusterDomain"
  | "dnsImages"
>;

/** A cluster that a configuration names, and whom it says to meet it. */
export interface NamedCluster extends Selectors {
  readonly name: string;
  readonly says: OneCluster;
}

/** What a message calls an option, such as `muslgate.yaml:3: fail-on`. */
export type Called = (name: OptionName) => string;

/** Reads settings. Throws MuslgateError (`usage`) for a value that an option does not take. */
export function readSettings(written: Written, called: Called = (name) => name): Settings {
  const { text, list, flag, choice, wrong } = reader(written, called);
  return {
    images: list("images"),
    directory: text("directory") ?? OPTIONS.directory.default,
    include: list("include"),
    exclude: list("exclude"),
    charts: choice("charts"),
    base: text("base"),
    corefiles: list("corefile"),
    clusterFiles: list("cluster"),
    gkeVersion: text("gke-version"),
    nodeLocalDns: choice("node-local-dns"),
    autopilot: flag("autopilot"),
    provider: choice("provider"),
    clusterDomain: domain(text("cluster-domain"), wrong),
    clusters: [],
    targets: readTargets(list("to"), (value, hint) => wrong("to", value, hint)),
    platform: platform(text("platform") ?? OPTIONS.platform.default, wrong),
    baseline: text("baseline"),
    failOn: choice("fail-on"),
    failOnUnknown: flag("fail-on-unknown"),
    comment: choice("comment"),
    suggestions: choice("suggestions"),
    category: text("category"),
    githubToken: text("github-token"),
    report: text("report"),
    insecureRegistries: list("insecure-registry"),
    registry: text("registry"),
    registryUsername: text("registry-username"),
    registryPassword: text("registry-password"),
    registryPasswordStdin: flag("registry-password-stdin"),
    registryMirrors: mirrors(list("registry-mirror"), wrong),
    registryCa: text("registry-ca"),
    limits: numbers(list("limit"), wrong),
    verify: flag("verify"),
    cache: flag("cache"),
    cacheDir: text("cache-dir"),
    actionsCache: choice("actions-cache"),
    quiet: flag("quiet"),
    verbose: flag("verbose"),
    format: choice("format"),
    color: choice("color"),
    sarifFile: text("sarif-file"),
    jsonFile: text("json-file"),
  };
}

/** The lines of a list; empty ones and those that `#` begins are none. */
export function listOf(value: Written[OptionName]): readonly string[] {
  const lines = typeof value === "string" ? value.split(/\r?\n/) : Array.isArray(value) ? value : [];
  return lines.map((line: string) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Whether anything is written: an empty text, as of an input that was not given, is nothing; an empty list is one. */
export function isSet(value: Written[OptionName]): boolean {
  return typeof value === "string" ? value.trim() !== "" : value !== undefined;
}

type Wrong = (name: OptionName, value: string, hint: string) => MuslgateError;

type ChoiceName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { kind: "choice" } ? N : never;
}[OptionName];

/** The ways to read one option. */
function reader(written: Written, called: Called) {
  const wrong: Wrong = (name, value, hint) =>
    new MuslgateError("usage", `${called(name)} is "${value}"`, hint);
  const text = (name: OptionName): string | undefined => {
    const value = written[name];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const list = (name: OptionName) => listOf(written[name]);
  const flag = (name: OptionName): boolean => {
    const value = written[name];
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.trim().toLowerCase() : "";
    if (word === "true") return true;
    if (word === "false") return false;
    const option: Option = OPTIONS[name];
    if (word === "") return option.default === "true";
    throw wrong(name, word, "Write true or false.");
  };
  const choice = <N extends ChoiceName>(name: N): (typeof OPTIONS)[N]["choices"][number] => {
    const option = OPTIONS[name];
    const value = text(name) ?? option.default;
    const found = option.choices.find((one) => one === value);
    if (found !== undefined) return found;
    throw wrong(
      name,
      value,
      `${didYouMean(value, option.choices)}Write one of: ${option.choices.join(", ")}.`,
    );
  };
  return { text, list, flag, choice, wrong };
}

/** Letters, digits, hyphens and underscores between dots (RFC 1035 section 2.3.1, RFC 2181 section 11). */
function domain(value: string | undefined, wrong: Wrong): string | undefined {
  if (value === undefined || /^(?=.{1,253}$)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?$/.test(value)) return value;
  throw wrong("cluster-domain", value, "Write it as cluster.local.");
}

function mirrors(lines: readonly string[], wrong: Wrong): Readonly<Record<string, readonly string[]>> {
  const byRegistry = new Map<string, string[]>();
  for (const line of lines) {
    const match = /^([^=\s]+)=([^=\s]+)$/.exec(line);
    if (match === null) throw wrong("registry-mirror", line, "Write it as docker.io=mirror.example.com.");
    const [, registry = "", host = ""] = match;
    byRegistry.set(registry, [...(byRegistry.get(registry) ?? []), host]);
  }
  return Object.fromEntries(byRegistry);
}

function numbers(lines: readonly string[], wrong: Wrong): Readonly<Record<string, number>> {
  return Object.fromEntries(
    lines.map((line) => {
      const match = /^([a-zA-Z]+)=(\d{1,15})$/.exec(line);
      if (match === null) throw wrong("limit", line, "Write it as layerBytes=1000000000.");
      return [match[1], Number(match[2])];
    }),
  );
}

function platform(written: string, wrong: Wrong): Platform | "all" {
  if (written === "all") return "all";
  const [os, architecture, variant, ...rest] = written.split("/");
  if (!os || !architecture || rest.length > 0)
    throw wrong("platform", written, "Write it as linux/amd64 or linux/arm64/v8.");
  return { os, architecture, variant };
}
