/** Turns what a user wrote into settings, the same for the command line and the Action. Must touch nothing outside. */
import { MuslgateError } from "./model/error.ts";
import type { Platform } from "./model/oci.ts";
import type { Level } from "./model/report.ts";
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
  /** A commit, a branch, or `none`. */
  readonly base?: string;
  readonly corefiles: readonly string[];
  readonly clusterFiles: readonly string[];
  readonly gkeVersion?: string;
  readonly nodeLocalDns: "auto" | "enabled" | "disabled";
  readonly autopilot: boolean;
  readonly clusterDomain?: string;
  readonly platform: Platform | "all";
  readonly baseline?: string;
  readonly failOn: Level | "never";
  readonly failOnUnknown: boolean;
  readonly comment: "auto" | "off";
  readonly githubToken?: string;
  /** A report to comment from, instead of a scan. */
  readonly report?: string;
  readonly insecureRegistries: readonly string[];
  readonly registry?: string;
  readonly registryUsername?: string;
  /** Where the Action's input gives it; the command line reads it from standard input. */
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
  readonly format: "table" | "json" | "sarif" | "markdown";
  readonly color: "auto" | "always" | "never";
  readonly sarifFile?: string;
  readonly jsonFile?: string;
}

/** Reads settings. Throws MuslgateError (`usage`) for a value that an option does not take. */
export function readSettings(written: Written): Settings {
  return {
    images: list(written, "images"),
    directory: text(written, "directory") ?? OPTIONS.directory.default,
    include: list(written, "include"),
    exclude: list(written, "exclude"),
    base: text(written, "base"),
    corefiles: list(written, "corefile"),
    clusterFiles: list(written, "cluster"),
    gkeVersion: text(written, "gke-version"),
    nodeLocalDns: choice(written, "node-local-dns"),
    autopilot: flag(written, "autopilot"),
    clusterDomain: domain(text(written, "cluster-domain")),
    platform: platform(text(written, "platform") ?? OPTIONS.platform.default),
    baseline: text(written, "baseline"),
    failOn: choice(written, "fail-on"),
    failOnUnknown: flag(written, "fail-on-unknown"),
    comment: choice(written, "comment"),
    githubToken: text(written, "github-token"),
    report: text(written, "report"),
    insecureRegistries: list(written, "insecure-registry"),
    registry: text(written, "registry"),
    registryUsername: text(written, "registry-username"),
    registryPassword: text(written, "registry-password"),
    registryPasswordStdin: flag(written, "registry-password-stdin"),
    registryMirrors: mirrors(list(written, "registry-mirror")),
    registryCa: text(written, "registry-ca"),
    limits: numbers(list(written, "limit")),
    verify: flag(written, "verify"),
    cache: flag(written, "cache"),
    cacheDir: text(written, "cache-dir"),
    actionsCache: choice(written, "actions-cache"),
    quiet: flag(written, "quiet"),
    verbose: flag(written, "verbose"),
    format: choice(written, "format"),
    color: choice(written, "color"),
    sarifFile: text(written, "sarif-file"),
    jsonFile: text(written, "json-file"),
  };
}

function text(written: Written, name: OptionName): string | undefined {
  const value = written[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function list(written: Written, name: OptionName): readonly string[] {
  const value = written[name];
  const lines = typeof value === "string" ? value.split(/\r?\n/) : Array.isArray(value) ? value : [];
  return lines.map((line: string) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Letters, digits, hyphens and underscores between dots (RFC 1035 section 2.3.1, RFC 2181 section 11). */
function domain(value: string | undefined): string | undefined {
  if (value === undefined || /^(?=.{1,253}$)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?$/.test(value)) return value;
  throw new MuslgateError("usage", `cluster-domain is "${value}"`, "Write it as cluster.local.");
}

function flag(written: Written, name: OptionName): boolean {
  const value = written[name];
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (word === "true") return true;
  if (word === "false") return false;
  const option: Option = OPTIONS[name];
  if (word === "") return option.default === "true";
  throw new MuslgateError("usage", `${name} is "${word}"`, "Write true or false.");
}

function mirrors(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const byRegistry = new Map<string, string[]>();
  for (const line of lines) {
    const match = /^([^=\s]+)=([^=\s]+)$/.exec(line);
    if (match === null) {
      throw new MuslgateError(
        "usage",
        `registry-mirror is "${line}"`,
        "Write it as docker.io=mirror.example.com.",
      );
    }
    const [, registry = "", host = ""] = match;
    byRegistry.set(registry, [...(byRegistry.get(registry) ?? []), host]);
  }
  return Object.fromEntries(byRegistry);
}

function numbers(lines: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    lines.map((line) => {
      const match = /^([a-zA-Z]+)=(\d{1,15})$/.exec(line);
      if (match === null) {
        throw new MuslgateError("usage", `limit is "${line}"`, "Write it as layerBytes=1000000000.");
      }
      return [match[1], Number(match[2])];
    }),
  );
}

type ChoiceName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { kind: "choice" } ? N : never;
}[OptionName];

function choice<N extends ChoiceName>(written: Written, name: N): (typeof OPTIONS)[N]["choices"][number] {
  const option = OPTIONS[name];
  const value = text(written, name) ?? option.default;
  const found = option.choices.find((one) => one === value);
  if (found !== undefined) return found;
  throw new MuslgateError("usage", `${name} is "${value}"`, `Write one of: ${option.choices.join(", ")}.`);
}

function platform(written: string): Platform | "all" {
  if (written === "all") return "all";
  const [os, architecture, variant, ...rest] = written.split("/");
  if (!os || !architecture || rest.length > 0) {
    throw new MuslgateError(
      "usage",
      `platform is "${written}"`,
      "Write it as linux/amd64 or linux/arm64/v8.",
    );
  }
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}
