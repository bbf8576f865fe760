/** What a stage has come to: files, variables, what starts. Must not know any instruction. */
import { LOADERS } from "../knowledge/loaders.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { MuslgateError } from "../model/error.ts";
import type { Platform } from "../model/oci.ts";
import type { Place } from "../model/place.ts";
import type { Proof } from "../model/proof.ts";
import type { PlanFiles } from "./files.ts";
import type { BuildLibc } from "./run/programs.ts";
import type { Stage } from "./stages.ts";

/** What a base's name says where it could not be read. */
export interface Estimate {
  readonly libc: "musl" | "glibc";
  readonly distribution: string;
  readonly version?: string;
}

/** One stage while its instructions are planned, and after. */
export interface StageState {
  files: PlanFiles;
  readonly platform: Platform;
  /** Variables of the image; HOLE where a value is not known. */
  readonly env: Map<string, string>;
  /** Arguments of the stage alone. */
  readonly args: Map<string, string>;
  /** Letters of all values that were ever set. */
  letters: number;
  readonly onBuild: string[];
  entrypoint: readonly string[];
  cmd: readonly string[];
  /** Whether CMD was set in this stage: an ENTRYPOINT drops one from before. */
  hasOwnCmd: boolean;
  workingDir: string;
  shell: readonly string[];
  /** The command of HEALTHCHECK. */
  check: readonly string[];
  /** The FROM line, the ARG lines that it takes its values from, and those of the stages below. */
  froms: readonly Place[];
  /** ENTRYPOINT and CMD, the last of each. */
  readonly starts: Map<string, Place>;
  /** Files were changed, so that a rule of thumb may have decided. */
  changed: boolean;
  /** What is proved of the base's layers. */
  verified: Proof;
  diagnostics: readonly Diagnostic[];
  /** The base that could not be read, and what its name says. */
  unread?: { readonly reference: string; readonly problem: MuslgateError; readonly estimate?: Estimate };
  /** What starts is the base's own, and that is not known. */
  startUnread: boolean;
  readonly groups: Map<string, readonly string[]>;
}

/** The C library of a stage's own programs: the one that its shell uses, else the one whose loader is there. */
export function libcOf({ files, platform, unread }: StageState): BuildLibc {
  const { architecture } = platform;
  const loaders = LOADERS[architecture];
  const release = files.lookup("/etc/os-release");
  const fact = release.kind === "file" ? release.facts.find((one) => one.kind === "release") : undefined;
  const alpine = files.lookup("/etc/alpine-release");
  const exact = alpine.kind === "file" ? alpine.facts.find((one) => one.kind === "release") : undefined;
  const version =
    (exact?.kind === "release" && exact.version) ||
    (fact?.kind === "release" && fact.id === "alpine" && fact.version) ||
    undefined;
  const has = (libc: "musl" | "glibc") => {
    const looked = files.lookup(loaders?.[libc].path ?? "");
    return looked.kind === "file" ? looked : undefined;
  };
  const musl = has("musl")?.facts.find((one) => one.kind === "libc" && one.libc === "musl");
  const shell = files.lookup("/bin/sh");
  const elf = shell.kind === "file" ? shell.facts.find((one) => one.kind === "elf") : undefined;
  const interpreter = elf?.kind === "elf" ? elf.interpreter : undefined;
  const own = { architecture, release: version };
  const muslVersion = musl?.kind === "libc" ? musl.version : undefined;
  if (interpreter !== undefined && interpreter === loaders?.musl.path)
    return { ...own, kind: "musl", version: muslVersion };
  if (interpreter !== undefined && interpreter === loaders?.glibc.path) return { ...own, kind: "glibc" };
  if (musl !== undefined && has("glibc") === undefined) return { ...own, kind: "musl", version: muslVersion };
  if (musl === undefined && has("glibc") !== undefined) return { ...own, kind: "glibc" };
  const estimate = unread?.estimate;
  if (estimate !== undefined)
    return {
      kind: estimate.libc,
      architecture,
      release: estimate.distribution === "alpine" ? estimate.version : undefined,
    };
  return { kind: "unknown", architecture };
}

/** A stage with no files yet. */
export function newStage(files: PlanFiles, froms: readonly Place[], platform: Platform): StageState {
  return {
    files,
    platform,
    env: new Map(),
    args: new Map(),
    letters: 0,
    onBuild: [],
    entrypoint: [],
    cmd: [],
    hasOwnCmd: false,
    workingDir: "/",
    shell: ["/bin/sh", "-c"],
    check: [],
    froms,
    starts: new Map(),
    changed: false,
    verified: "every-digest",
    diagnostics: [],
    startUnread: false,
    groups: new Map(),
  };
}

/** A stage that starts from another one of the file. */
export function startedFrom(below: StageState, stage: Stage): StageState {
  return {
    ...below,
    files: below.files.fork(),
    env: new Map(below.env),
    // An argument ends with its stage.
    args: new Map(),
    onBuild: below.onBuild.slice(),
    starts: new Map(below.starts),
    groups: new Map(below.groups),
    hasOwnCmd: false,
    froms: [stage.at, ...stage.args, ...below.froms].slice(0, 8),
  };
}
