/** Finds what npm, pnpm, yarn and npx start: scripts of a package.json and programs of its modules. Must not follow them. */
import { absolute } from "./shell/state.ts";
import type { FileView } from "../file-view.ts";
import { fits } from "./shell/pattern.ts";
import { HOLE, isKnown, readable } from "./shell/text.ts";
import { textOf } from "./text-of.ts";
import type { Supervised, Unit } from "./units.ts";

/** Options that take the next word (npm's, pnpm's and yarn's manuals, "Config" and "CLI"); those that name a folder come first. */
const FOLDERS = ["--prefix", "-C", "--cwd", "--dir"];
const VALUED = new Set([...FOLDERS, "-p", "--package", "-c", "--call", "--loglevel", "--script-shell"]);
/** They start scripts in other folders, or with another shell. */
const ELSEWHERE =
  /^(?:-w|--workspaces?(?:=.*)?|-ws|-F|--filter(?:=.*)?|-r|--recursive|--script-shell(?:=.*)?)$/;
/** Short names of npm's for scripts. */
const SHORT: Readonly<Record<string, string>> = { t: "test", tst: "test" };

interface Call {
  readonly words: readonly string[];
  readonly folder: string;
  readonly text: string | undefined;
  readonly elsewhere: boolean;
}

/** What npm's words say, up to where a command's own begin. */
function callOf(args: readonly string[], cwd: string, isCommand: boolean): Call {
  const words: string[] = [];
  let folder = cwd;
  let text: string | undefined;
  let elsewhere = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const isCalled = isCommand || /^(?:exec|x)$/.test(words[0] ?? "");
    if (isCalled && words.length > (isCommand ? 0 : 1)) words.push(arg);
    else if (arg === "--") {
      if (isCalled) words.push(...args.slice(at + 1));
      break;
    } else if (arg.startsWith("-")) {
      elsewhere ||= ELSEWHERE.test(arg);
      const [, option = arg, joined] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? [];
      const value = joined ?? (VALUED.has(arg) ? args[++at] : undefined);
      if (FOLDERS.includes(option) && value !== undefined) folder = absolute(cwd, value);
      if (/^(?:-c|--call)$/.test(option) && value !== undefined) text = value;
    } else words.push(arg);
  }
  return { words, folder, text, elsewhere };
}

/** Scripts of the nearest package.json (npm's manual, "scripts"). */
export function packageScript(files: FileView, args: readonly string[], cwd: string): Supervised {
  const { words, folder, text, elsewhere } = callOf(args, cwd, false);
  const isOther = elsewhere || /^(?:workspaces?|recursive|multi)$/.test(words[0] ?? "");
  const [verb = "", name] = /^run(?:-script)?$/.test(words[0] ?? "") ? words.slice(1) : words;
  if (/^(?:exec|x|dlx)$/.test(words[0] ?? "")) return commandIn(files, folder, words.slice(1), text);
  if (!isKnown(folder)) return { units: [] };
  if (isOther) return { because: `what ${name ?? verb} starts in workspaces of ${folder} is not followed` };
  const path = nearest(files, folder);
  if (path === undefined) return { units: [] };
  const scripts = tableOf(textOf(files.lookup(path)), "scripts");
  if (scripts === undefined) return { because: `what ${path} starts could not be read` };
  const wanted = words[0] === verb ? (SHORT[verb] ?? verb) : verb;
  const own = path.slice(0, -"/package.json".length);
  const at = placeOf(files, own, path);
  const units = wanted === "" ? [] : [...unitsOf(scripts, wanted, at)];
  // yarn, pnpm and bun take a program of the modules where no script has the name.
  if (!scripts.has(wanted) && files.lookup(`${own}/node_modules/.bin/${wanted}`).kind !== "missing")
    units.push({ command: [wanted, ...words.slice(words.indexOf(wanted) + 1)], ...at });
  if (wanted === "start" && !scripts.has("start") && files.lookup(`${own}/server.js`).kind !== "missing")
    units.push({ command: ["node", "server.js"], ...at });
  return { units };
}

/** Where and with what the scripts of a folder run; `at` says who named them. */
function placeOf(files: FileView, folder: string, at: string): Omit<Unit, "command"> {
  return { cwd: folder, pathFirst: `${folder}/node_modules/.bin`, shell: scriptShell(files, folder), at };
}

/** A script with those before and behind it. */
function unitsOf(
  scripts: ReadonlyMap<string, string>,
  wanted: string,
  at: Omit<Unit, "command">,
): readonly Unit[] {
  const chosen = [`pre${wanted}`, wanted, `post${wanted}`];
  // Without scripts of their own these two have others (npm's manual, "npm start", "npm restart").
  if (wanted === "restart" && !scripts.has("restart")) chosen.push("stop", "start");
  return chosen.flatMap((one): Unit[] => {
    const script = scripts.get(one);
    return script === undefined ? [] : [{ command: { text: script }, ...at }];
  });
}

/** Scripts of the nearest package.json by patterns, as run-s, run-p and npm-run-all take them (npm-run-all's README). */
export function packageScripts(files: FileView, args: readonly string[], cwd: string): Supervised {
  const path = isKnown(cwd) ? nearest(files, cwd) : undefined;
  const scripts = path === undefined ? undefined : tableOf(textOf(files.lookup(path)), "scripts");
  if (path === undefined || scripts === undefined)
    return { because: "which scripts of a package.json it starts could not be read" };
  const end = args.indexOf("--");
  const wanted = (end === -1 ? args : args.slice(0, end))
    .filter((arg, at) => !arg.startsWith("-") && !/^--(?:max-parallel|npm-path)$/.test(args[at - 1] ?? ""))
    .map((arg) => arg.trim().split(/\s/, 1)[0] as string);
  const names = [...scripts.keys()];
  if (wanted.join("").length * names.join("").length > MOST_COMPARED)
    return { because: `its patterns and the scripts of ${path} are too many to be compared` };
  const chosen = new Set<string>();
  for (const one of new Set(wanted)) {
    const fitting = names.filter((name) => mayFit(one, name));
    if (fitting.length === 0) return { because: `no script of ${path} is known to fit ${readable(one)}` };
    for (const name of fitting) chosen.add(name);
  }
  const at = placeOf(files, path.slice(0, -"/package.json".length), path);
  return { units: [...chosen].flatMap((name) => unitsOf(scripts, name, at)) };
}

/** Letters of patterns times those of names. */
const MOST_COMPARED = 1_000_000;

/** Whether a pattern may fit a name: a star stays between colons, two alone there are any parts or none (npm-run-all's README, "Glob-like pattern"). */
function mayFit(pattern: string, name: string): boolean {
  const parts = pattern.split(":");
  if (parts.includes("**")) return fits(pattern.replaceAll("**:", "**"), name) !== false;
  if (!isKnown(pattern)) return true;
  const own = name.split(":");
  return parts.length === own.length && parts.every((part, at) => fits(part, own[at] as string) !== false);
}

/** A task of deno.json, else a script of package.json (Deno's manual, "deno task"). */
export function denoTask(files: FileView, args: readonly string[], cwd: string): Supervised {
  const [task = "", name = "-"] = args;
  if (task !== "task" || name.startsWith("-") || !isKnown(cwd))
    return { because: "which task deno starts could not be read" };
  for (const file of ["deno.json", "deno.jsonc"]) {
    const path = nearest(files, cwd, file);
    if (path === undefined) continue;
    const looked = files.lookup(path);
    // What a folder above has is put together with what is here.
    if (path !== absolute(cwd, file)) return { because: `what ${path} starts is not followed from ${cwd}` };
    const text = tableOf(textOf(looked), "tasks")?.get(name);
    return text === undefined
      ? { because: `what ${path} starts could not be read` }
      : { units: [{ command: { text }, cwd, at: path }] };
  }
  return packageScript(files, ["run", name], cwd);
}

/** Texts by name in a table of JSON; nothing where it cannot be read. */
function tableOf(body: string | undefined, table: string): ReadonlyMap<string, string> | undefined {
  try {
    const read: unknown = JSON.parse(body ?? "");
    const entries = Object.entries((read as Record<string, object> | null)?.[table] ?? {});
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return undefined;
  }
}

/** A program of the modules, or one that is fetched first (npx's manual). */
export function packageCommand(files: FileView, args: readonly string[], cwd: string): Supervised {
  const { words, folder, text } = callOf(args, cwd, true);
  return commandIn(files, folder, words, text);
}

/** What runs scripts, of a project's settings or root's (npm's manual, "script-shell" and "npmrc"). */
function scriptShell(files: FileView, folder: string): string {
  const lines = [`${folder}/.npmrc`, "/root/.npmrc"].map((path) => textOf(files.lookup(path)));
  const named = lines.flatMap((line) => /^script-shell\s*=\s*["']?([^"'\n]+)/.exec(line ?? "")?.[1] ?? []);
  // A value out of a variable is only known when it runs.
  return named[0]?.trim().replace(/\$\{[^}]*\}/g, HOLE) ?? "/bin/sh";
}

function commandIn(
  files: FileView,
  folder: string,
  words: readonly string[],
  text: string | undefined,
): Supervised {
  const at = placeOf(files, folder, "the words of npm");
  if (text !== undefined) return { units: [{ command: { text }, ...at }] };
  return { units: words.length === 0 ? [] : [{ command: words, ...at }] };
}

/** The package.json of a folder, or another file, else that of one above it. */
function nearest(files: FileView, folder: string, file = "package.json"): string | undefined {
  for (let own = folder.replace(/\/+$/, ""); ; own = own.replace(/\/[^/]*$/, "")) {
    const looked = files.lookup(`${own}/${file}`);
    if (looked.kind !== "missing" || looked.mayCome !== undefined) return `${own}/${file}`;
    if (own === "") return undefined;
  }
}
