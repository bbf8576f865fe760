/** Finds the texts that a program reads besides those its words name: preloads, modules of one's own, settings. Must not follow what stands in them. */
import { programsIn } from "../detect/mentions.ts";
import { isOfOnesOwn } from "../detect/script.ts";
import { factOf } from "./classify.ts";
import type { Following, Situation } from "./following.ts";
import { isToolFolder } from "./identity.ts";
import { absolute } from "./shell/state.ts";
import { isKnown } from "./shell/text.ts";
import { textOf } from "./text-of.ts";

/** Texts that name something, and folders, around a program's text; and folders in each other. */
const MOST_FILES = 1024;
const MOST_NESTED = 4;
/** Names of a folder that cost one step of the walk's work. */
const NAMES_A_STEP = 8;

const LUA = /^lua/;

/** Variables whose words an interpreter takes for its own, and those that name folders of its modules (each one's manual). */
const VARIABLES: readonly (readonly [name: RegExp, words: readonly string[], folders: readonly string[]])[] =
  [
    [/^(?:python|pypy)/, ["PYTHONSTARTUP"], ["PYTHONPATH"]],
    [/^perl/, ["PERL5OPT"], ["PERL5LIB", "PERLLIB"]],
    [/^(?:ruby|jruby|rake|bundle|foreman)/, ["RUBYOPT"], ["RUBYLIB"]],
    [/^(?:node|npm|npx|pnpm|yarn)/, ["NODE_OPTIONS"], ["NODE_PATH"]],
    // Versions since 5.2 have one of their own (lua(1); lua.c, LUA_INITVARVERSION).
    [LUA, ["LUA_INIT", ...["2", "3", "4", "5"].map((minor) => `LUA_INIT_5_${minor}`)], []],
  ];

/** Words that its environment adds to an interpreter's. */
export function wordsOf(name: string, { environment }: Situation): readonly string[] {
  const [, words = []] = VARIABLES.find(([one]) => one.test(name)) ?? [];
  const values = words.map((variable) => environment.get(variable) ?? "").filter(Boolean);
  // Lua's is one text, or a file's name behind `@`.
  if (LUA.test(name)) return values.flatMap((value) => (value.startsWith("@") ? [value] : ["-e", value]));
  return values.flatMap((value) => value.split(/\s+/)).filter(Boolean);
}

/** What texts of such an ending name that stand in these folders, in the working directory, or where a variable says. */
export function namedAround(
  walk: Following,
  name: string,
  folders: readonly string[],
  ending: string,
  how: Situation,
): ReadonlySet<string> {
  const isFish = name.startsWith("fish");
  const [, , variables = []] = VARIABLES.find(([one]) => one.test(name)) ?? [];
  const given = variables.flatMap((variable) => (how.environment.get(variable) ?? "").split(":"));
  // `bin/x` has its modules in `lib` beside.
  const above = folders.map((one) => one.replace(/\/[^/]*$/, "")).filter((one) => !SHARED.test(one));
  const started = [how.cwd, ...given.map((one) => absolute(how.cwd, one))];
  const seen = new Set(
    [...folders, ...above, ...started, ...(isFish ? FISH : [])]
      .filter((one) => isKnown(one) && one !== "" && !isToolFolder(`${one}/`) && one !== "/usr/local/bin")
      .map((folder) => folder.replace(/\/+$/, "")),
  );
  const open = [...seen].map((folder) => ({ folder, nested: 0 }));
  const found = new Set<string>();
  let left = MOST_FILES;
  if (/^t?csh/.test(name))
    for (const path of CSH) for (const mention of mentionsAt(walk, path)) found.add(mention);
  for (const { folder, nested } of open) {
    const names = walk.files.names(folder === "" ? "/" : folder) ?? [];
    if (!walk.step(Math.ceil(names.length / NAMES_A_STEP), how)) return found;
    for (const one of names) {
      const path = `${folder}/${one}`;
      // Whoever starts in the root has not all of it for modules.
      const isText = isModule(one, isFish ? ".fish" : ending);
      const isInside = !isText && folder !== "" && nested < MOST_NESTED;
      const mentions = isText ? mentionsAt(walk, path) : [];
      // What names nothing teaches nothing, and of folders that packages brought no text is kept.
      if (isText && mentions.length === 0) continue;
      if (!isText && (!isInside || one === ".git" || seen.has(path) || !isOfOnesOwn(`${path.slice(1)}/`)))
        continue;
      if (!isText && walk.files.lookup(path).kind !== "folder") continue;
      if (left-- === 0) {
        if (walk.muslPrograms().length > 0)
          walk.unknown(`${name} may read more than ${MOST_FILES} files and folders around its text`, how);
        return found;
      }
      if (!walk.step(1, how)) return found;
      for (const mention of mentions) found.add(mention);
      if (isText) continue;
      seen.add(path);
      open.push({ folder: path, nested: nested + 1 });
    }
  }
  return found;
}

/** Folders of many programs. */
const SHARED = /^(?:\/(?:usr(?:\/local)?|opt|home|root|var|etc|app)?)?$/;

/** Where fish reads before anything else (fish's manual, "Configuration Files"). */
const FISH = ["/etc/fish", "/root/.config/fish"];
/** What csh and tcsh do (csh(1), "FILES"). */
const CSH = ["/etc/csh.cshrc", "/root/.cshrc", "/root/.tcshrc"];
/** Endings of modules beside that of programs. */
const OTHER_ENDINGS: Readonly<Record<string, RegExp>> = { ".pl": /\.pm$/, ".js": /\.[cm]?[jt]s$/ };
const RAKE = /(?:^Rakefile|\.rake)$/;

function isModule(name: string, ending: string): boolean {
  if (ending === ".rb" && RAKE.test(name)) return true;
  return ending !== "" && (name.endsWith(ending) || OTHER_ENDINGS[ending]?.test(name) === true);
}

/** Programs that settings name which a program is given by its words, or which have its name in /etc. */
export function namedInSettings(
  walk: Following,
  name: string,
  args: readonly string[],
  how: Situation,
): ReadonlySet<string> {
  const paths = args
    .slice(0, 64)
    .map((arg) => arg.replace(/^-[^=]*=/, ""))
    .filter((arg) => arg !== "" && isKnown(arg) && !arg.startsWith("-"))
    .map((arg) => absolute(how.cwd, arg));
  const own = isKnown(name) ? [`/etc/${name}`, `/etc/${name}.d`] : [];
  for (const folder of own)
    paths.push(...(walk.files.names(folder) ?? []).slice(0, 64).map((one) => `${folder}/${one}`));
  if (isKnown(name))
    for (const ending of ["tab", ...".conf .cfg .ini .toml .yml .yaml .json".split(" ")])
      paths.push(`/etc/${name}${ending}`);
  paths.push(`${how.environment.get("HOME") ?? "/root"}/.${name}rc`);
  return new Set(paths.filter(isKnown).flatMap((path) => mentionsAt(walk, path)));
}

/** What a text of another language, or of settings, names. */
export function mentionsAt(walk: Following, path: string): readonly string[] {
  const looked = walk.files.lookup(path);
  if (looked.kind !== "file") return [];
  const script = factOf(looked, "script");
  if (script?.interpreter !== undefined || script?.mentions !== undefined) return script.mentions ?? [];
  return programsIn(textOf(looked) ?? "");
}
