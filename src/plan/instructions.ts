/** Carries out a stage's instructions on its plan. Must run none of them. */
import type { ParsedScript } from "unbash";
import { type DockerInstruction, jsonWords } from "../discover/kinds/dockerfile-lines.ts";
import { HOLE, isKnown } from "../image/entrypoint/shell/text.ts";
import { absolute } from "../image/entrypoint/shell/state.ts";
import type { Budget } from "../model/budget.ts";
import type { Place } from "../model/place.ts";
import type { Context } from "./context.ts";
import { copyFromContext, copyFromFiles } from "./copy.ts";
import { layerPath, type PlanFiles } from "./files.ts";
import { Builder } from "./run/builder.ts";
import { fetched, namesProgram, unpackedBy } from "./run/fetched.ts";
import { Effects } from "./run/call.ts";
import { libcOf, type StageState } from "./stage-state.ts";
import { pairOf } from "./stages.ts";
import { expandWord } from "./values.ts";

/** The most letters of all values of a stage together: values made of each other would double with every line. */
const MOST_VALUES = 256 * 1024;

/** What instructions take from around their stage. */
export interface Around {
  readonly escape: string;
  /** Build arguments from outside; `undefined` where a value is not known. */
  readonly given: Readonly<Record<string, string | undefined>>;
  readonly global: ReadonlyMap<string, string>;
  readonly automatic: Readonly<Record<string, string>>;
  /** Another stage, a named context or an image, as `--from` names it; why it is not known else. */
  from(
    name: string,
  ): Promise<{ readonly files: PlanFiles; readonly froms: readonly Place[] } | Context | string>;
  /** The context; why it is not known else. */
  context(): Promise<Context | string>;
  readonly parse: (text: string) => ParsedScript;
  readonly steps: Budget;
  readonly bytes: Budget;
  readonly letters: Budget;
}

/** One instruction; `at` is its line. */
export async function carryOut(
  state: StageState,
  instruction: DockerInstruction,
  at: Place,
  around: Around,
): Promise<void> {
  const { keyword, words, rest } = instruction;
  const lookup = (name: string) => state.env.get(name) ?? state.args.get(name);
  const expand = (text: string) => {
    const out = expandWord(text, lookup, around.escape);
    around.letters.spend(text.length + out.length);
    return out;
  };
  const set = (values: Map<string, string>, name: string, value: string) => {
    state.letters += value.length;
    values.set(name, state.letters > MOST_VALUES ? HOLE : value);
  };
  switch (keyword) {
    case "ARG":
      for (const { text } of words) {
        const [name, value] = pairOf(text);
        const own = value === undefined ? (around.global.get(name) ?? around.automatic[name]) : expand(value);
        const said = Object.hasOwn(around.given, name) ? (around.given[name] ?? HOLE) : own;
        if (said !== undefined) set(state.args, name, said);
      }
      return;
    case "ENV": {
      const [first] = words;
      const pairs = first?.text.includes("=")
        ? words.map(({ text }) => pairOf(text))
        : [[first?.text ?? "", rest.slice(first?.text.length ?? 0).trim()] as const];
      // All of one line see the values before it (docs.docker.com, Environment replacement).
      const values = pairs.map(([name, value]) => [name, expand(value ?? "")] as const);
      for (const [name, value] of values) if (name !== "") set(state.env, name, value);
      return;
    }
    case "WORKDIR": {
      const folder = expand(rest);
      state.workingDir = isKnown(folder) ? absolute(state.workingDir, folder) : HOLE;
      if (isKnown(state.workingDir) && state.files.lookup(state.workingDir).kind === "missing") {
        state.files.begin({ at, createdBy: keyword, through: state.froms });
        state.files.folder(state.workingDir);
      }
      return;
    }
    case "SHELL":
      state.shell = jsonWords(rest) ?? state.shell;
      return;
    case "ENTRYPOINT":
      state.entrypoint = jsonWords(rest) ?? [...state.shell, rest];
      if (!state.hasOwnCmd) state.cmd = [];
      state.startUnread = false;
      state.starts.set(keyword, at);
      return;
    case "CMD":
      state.cmd = jsonWords(rest) ?? [...state.shell, rest];
      state.hasOwnCmd = true;
      state.starts.set(keyword, at);
      return;
    case "HEALTHCHECK": {
      const command = /^CMD\s+([\s\S]+)$/i.exec(rest.trim())?.[1];
      state.check = command === undefined ? [] : (jsonWords(command) ?? [...state.shell, command]);
      return;
    }
    case "ONBUILD":
      state.onBuild.push(rest);
      return;
    case "COPY":
    case "ADD":
      state.changed = true;
      return copy(state, instruction, at, around, expand);
    case "RUN":
      state.changed = true;
      return run(state, instruction, at, around);
    default:
      return;
  }
}

/** A clause that names the line. */
function because(keyword: string, { file, line }: Place, does: string): string {
  return `${keyword} in ${file}:${line} ${does}`;
}

async function copy(
  state: StageState,
  { keyword, words, rest, flags, heredocs }: DockerInstruction,
  at: Place,
  around: Around,
  expand: (text: string) => string,
): Promise<void> {
  const flag = (name: string) => flags.find((one) => one.name === name);
  const written = jsonWords(rest) ?? words.map(({ text }) => text);
  const documents = new Map(heredocs.map((one) => [one.name, one]));
  const target = expand(written.at(-1) ?? "");
  const named = written.slice(0, -1);
  const through: Place[] = [];
  state.files.begin({ at, createdBy: keyword, through });
  const why = because(keyword, at, "puts it there");
  const folder = isKnown(target) && isKnown(state.workingDir) ? absolute(state.workingDir, target) : HOLE;
  const to = folder === HOLE ? HOLE : `/${layerPath(folder)}`;
  const mode = expand(flag("chmod")?.value.text ?? "");
  const executable = !/^[0-7]+$/.test(mode) ? undefined : /[1357]/.test(mode.slice(-3));
  const sources: string[] = [];
  const intoFolder = named.length > 1 || /\/$|^\.$|\/\.$/.test(target);
  for (const word of named) {
    const name = /^<<-?(["']?)([\w.-]+)\1$/.exec(word)?.[2];
    const document = name === undefined ? undefined : documents.get(name);
    if (document === undefined) sources.push(expand(word));
    else {
      const path = intoFolder ? `${to}/${document.name}` : to;
      const text = document.expands
        ? expandWord(document.text, (one) => state.env.get(one) ?? state.args.get(one), around.escape)
        : document.text;
      if (!isKnown(path) || !isKnown(text)) new Effects(state.files, true, why).unknown(path);
      else state.files.write(path, Buffer.from(text), executable ?? text.startsWith("#!"));
    }
  }
  const isUrl = (one: string) => keyword === "ADD" && /^(?:https?|git|ssh):\/\/|^git@/.test(one);
  for (const url of sources.filter(isUrl)) {
    const name = url.replace(/[?#].*$/, "").replace(/^.*\//, "");
    const path = intoFolder || state.files.lookup(to).kind === "folder" ? `${to}/${name}` : to;
    const effects = new Effects(state.files, true, because(keyword, at, "fetches it"));
    const call = { to: effects, libc: () => libcOf(state) };
    if (url.endsWith(".git") || /^(?:git|ssh):|^git@/.test(url)) effects.replace(to);
    else if (!isKnown(path)) effects.mayFill(to);
    else if (flag("unpack") !== undefined && flag("unpack")?.value.text !== "false") {
      effects.mayFill(to);
      unpackedBy(call, to, name);
    } else fetched(call, path);
  }
  const isArchive = (one: string) => keyword === "ADD" && /\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$/i.test(one);
  for (const archive of sources.filter((one) => isArchive(one) && !isUrl(one))) {
    const effects = new Effects(state.files, true, because(keyword, at, "unpacks an archive there"));
    if (!namesProgram(archive.replace(/^.*\//, ""))) effects.replace(to);
    else {
      effects.mayFill(to);
      if (isKnown(to)) unpackedBy({ to: effects, libc: () => libcOf(state) }, to, archive);
    }
  }
  const plain = sources.filter((one) => !isUrl(one) && !isArchive(one));
  if (plain.length === 0) return;
  const copied = {
    sources: plain,
    target: to,
    intoFolder,
    parents: flag("parents") !== undefined,
    because: why,
    executable,
    excluded: flags.filter(({ name }) => name === "exclude").map(({ value }) => expand(value.text)),
  };
  const wanted = flag("from")?.value.text;
  const from = wanted === undefined ? await around.context() : await around.from(expand(wanted));
  if (typeof from === "string") {
    const clause = `${why}, and ${from}`;
    for (const source of plain) notRead(state.files, source, to, intoFolder, clause);
    return;
  }
  if ("files" in from) {
    const origins = copyFromFiles(state.files, from.files, copied, around.steps);
    for (const { at: place, through: others = [] } of origins)
      for (const one of [place, ...others])
        if (one !== undefined && through.length < MOST_PLACES) through.push(one);
    if (through.length === 0) through.push(...from.froms.slice(0, MOST_PLACES));
    return;
  }
  await copyFromContext(state.files, from, copied, (bytes) => around.bytes.spend(bytes));
}

/** A source that cannot be read: a file, or a folder whose files may replace what is there. */
function notRead(files: PlanFiles, source: string, to: string, intoFolder: boolean, clause: string): void {
  const name = source.replace(/\/+$/, "").replace(/^.*\//, "");
  const isFolder = isKnown(to) && files.lookup(to).kind === "folder";
  if (!isKnown(to)) files.replace("/", clause);
  else if (intoFolder && name !== "" && name !== ".") {
    files.unknown(`${to}/${name}`, clause);
    files.fill({ folder: to, because: clause });
  } else if (intoFolder || isFolder) files.replace(to, clause);
  else files.unknown(to, clause);
}

/** Lines that are named for one file. */
const MOST_PLACES = 8;

async function run(
  state: StageState,
  instruction: DockerInstruction,
  at: Place,
  around: Around,
): Promise<void> {
  const { rest, heredocs, flags } = instruction;
  state.files.begin({ at, createdBy: "RUN", through: state.froms });
  const mounted = await mounts(state, flags, around);
  const environment = new Map([...state.args, ...state.env]);
  const builder = new Builder({
    files: state.files,
    environment,
    cwd: state.workingDir,
    libc: () => libcOf(state),
    because: because("RUN", at, "may have put it there"),
    groups: state.groups,
    parse: around.parse,
    steps: around.steps,
  });
  const words = jsonWords(rest);
  around.letters.spend(rest.length);
  if (words !== undefined) builder.words(words);
  else {
    const shell = (state.shell[0] ?? "/bin/sh").replace(/^.*\//, "");
    const [first] = heredocs;
    const isScript = first !== undefined && /^<<-?(["']?)[\w.-]+\1$/.test(rest);
    const bodies = heredocs.map(({ name, text }) => `${text}${name}\n`).join("");
    builder.text(isScript ? first.text : heredocs.length === 0 ? rest : `${rest}\n${bodies}`, shell);
  }
  for (const { path, before } of mounted) {
    state.files.remove(path);
    if (before !== undefined) state.files.take(before, path, path, new Set());
  }
}

/**
 * `--mount=type=bind`: its files are there while the instruction runs, in place of those of the stage. What it changes there
 * is not kept (docs.docker.com, RUN --mount); `before` has what was there.
 */
async function mounts(
  state: StageState,
  flags: DockerInstruction["flags"],
  around: Around,
): Promise<readonly { readonly path: string; readonly before: PlanFiles | undefined }[]> {
  const paths: { readonly path: string; readonly before: PlanFiles | undefined }[] = [];
  // As it was before the first that hides something: what lies between is restored by the others, the last of them first.
  let before: PlanFiles | undefined;
  for (const { name, value } of flags) {
    if (name !== "mount") continue;
    const options = new Map(
      value.text.split(",").map((one) => [pairOf(one)[0], pairOf(one)[1] ?? ""] as const),
    );
    if ((options.get("type") ?? "bind") !== "bind") continue;
    const target = options.get("target") ?? options.get("dst") ?? options.get("destination") ?? "";
    const path = isKnown(state.workingDir) ? absolute(state.workingDir, target) : HOLE;
    if (!isKnown(path) || target === "" || layerPath(path) === "") continue;
    const there = state.files.lookup(path);
    const isBare = there.kind === "missing" && there.mayBe === undefined && there.mayCome === undefined;
    const source = options.get("source") ?? options.get("src") ?? "";
    const from = options.has("from") ? await around.from(options.get("from") ?? "") : await around.context();
    if (!isBare) before ??= state.files.fork();
    paths.push({ path, before: isBare ? undefined : before });
    if (!isBare) state.files.remove(path);
    if (typeof from === "string") {
      state.files.unknown(path, `a mount is there, and ${from}`);
      continue;
    }
    const copied = { sources: [source], target: path, intoFolder: false, parents: false, because: "a mount" };
    if ("files" in from)
      copyFromFiles(state.files, from.files, { ...copied, sources: [source || "/"] }, around.steps);
    else await copyFromContext(state.files, from, copied, (bytes) => around.bytes.spend(bytes));
  }
  // The last one mounted goes first: one may be below another.
  return paths.toReversed();
}
