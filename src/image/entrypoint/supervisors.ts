/** Programs that start what folders and settings of their own name: finds these out of the image. Must not follow what it finds. */
import type { FileView } from "../file-view.ts";
import { absolute } from "./shell/state.ts";
import { HOLE, isKnown } from "./shell/text.ts";
import { textOf } from "./text-of.ts";
import { inittab, openrc, procfile, systemd } from "./init-systems.ts";
import { denoTask, packageCommand, packageScript, packageScripts } from "./package-scripts.ts";
import { shellWords, type Supervised, type Unit } from "./units.ts";
import { blockWords } from "./wrappers.ts";

type Reader = (
  files: FileView,
  args: readonly string[],
  cwd: string,
  environment: ReadonlyMap<string, string>,
  real: string,
) => Supervised;

/** Its words name no script of a project's. */
const NOTHING_MORE: Supervised = { units: [] };

/** By base name; a container under one runs programs that its entry point does not name. */
const SUPERVISORS: Readonly<Record<string, Reader>> = {
  supervisord,
  // Without a folder they take the working directory (s6-svscan's page; daemontools, svscan.c).
  "s6-svscan": (files, args, cwd) => services(files, lastFolder(args, cwd), "s6"),
  svscan: (files, args, cwd) => services(files, lastFolder(args, cwd), "daemontools"),
  "s6-supervise": (files, args, cwd) => service(files, lastFolder(args, cwd), "s6"),
  supervise: (files, args, cwd) => service(files, lastFolder(args, cwd), "daemontools"),
  runsv: (files, args, cwd) => service(files, lastFolder(args, cwd), "runit"),
  runit,
  "runit-init": runit,
  "s6-overlay-suexec": (files, args) => overlay(files, args),
  runsvdir: (files, args) =>
    services(
      files,
      args.find((arg) => !arg.startsWith("-")),
      "runit",
    ),
  crond,
  cron: crond,
  supercronic,
  "run-parts": runParts,
  npm: packageScript,
  node: (files, args, cwd) => {
    const at = args.findIndex((arg) => /^--run(?:=|$)/.test(arg));
    if (at === -1) return NOTHING_MORE;
    const name = /^--run=(.*)$/.exec(args[at] as string)?.[1] ?? args[at + 1] ?? "";
    return packageScript(files, ["run", name], cwd);
  },
  bun: packageScript,
  bunx: packageCommand,
  // Options may stand before it.
  deno: (files, args, cwd) =>
    args.includes("task") && /^(?:-.*|task)$/s.test(args[0] as string)
      ? denoTask(files, args, cwd)
      : NOTHING_MORE,
  "run-s": packageScripts,
  "run-p": packageScripts,
  "npm-run-all": packageScripts,
  "npm-run-all2": packageScripts,
  npx: packageCommand,
  pnpm: packageScript,
  yarn: packageScript,
  forego: procfile("forego"),
  goreman: procfile("goreman"),
  honcho: procfile("honcho"),
  overmind: procfile("overmind"),
  foreman: procfile("foreman"),
  hivemind: procfile("hivemind"),
  nf: procfile("nf"),
  systemd,
  openrc,
  "openrc-init": (files) => openrc(files, []),
  pm2,
  "pm2-runtime": pm2,
};

/** Supervisors whose settings are not read, by base name. */
const UNREAD: Readonly<Record<string, string>> = {
  monit: "monit",
  circusd: "circus",
  "process-compose": "process-compose",
  horust: "horust",
  dinit: "dinit",
  make: "make",
  gmake: "make",
  bmake: "make",
  ninja: "ninja",
  samu: "ninja",
  just: "just",
};

/** All of them, by base name. */
export const SUPERVISOR_NAMES: readonly string[] = [...Object.keys(SUPERVISORS), ...Object.keys(UNREAD)];

/** What the supervisor of this name and path starts; nothing when it is none that is known. */
export function supervised(
  files: FileView,
  named: string,
  real: string,
  args: readonly string[],
  cwd: string,
  environment: ReadonlyMap<string, string>,
): Supervised | undefined {
  for (const path of [named, real]) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (Object.hasOwn(SUPERVISORS, name)) return SUPERVISORS[name]?.(files, args, cwd, environment, real);
    if (Object.hasOwn(UNREAD, name)) return notRead(UNREAD[name] as string);
  }
  if (/s6-overlay/.test(real)) return overlay(files, args);
  if (named === "/init" && isOverlay(files)) return overlay(files, args);
  return /^\/(usr\/)?s?bin\/init$/.test(named) ? inittab(files) : undefined;
}

function notRead(name: string): Supervised {
  return { because: `what ${name} starts is in its own configuration, which is not read` };
}

function unread(path: string): Supervised {
  return { because: `what ${path} starts could not be read` };
}

function isOverlay(files: FileView): boolean {
  return [
    "/etc/s6-overlay",
    "/etc/services.d",
    "/etc/cont-init.d",
    "/package/admin/s6-overlay",
    "/etc/s6",
  ].some((path) => files.lookup(path).kind !== "missing");
}

/** Paths below a folder, one for each name; nothing where they are not known. */
function below(files: FileView, folder: string, file = ""): readonly string[] | undefined {
  return files
    .names(folder)
    ?.map((name) => `${folder}/${name}${file}`)
    .filter((path) => !["missing", "folder"].includes(files.lookup(path).kind))
    .sort();
}

/** s6-overlay 2 and 3: hooks, services, and the command behind `/init` (s6-overlay's README, "Usage"). */
function overlay(files: FileView, args: readonly string[]): Supervised {
  const units: Unit[] = [];
  for (const [folder, file] of [
    ["/etc/cont-init.d", ""],
    ["/etc/services.d", "/run"],
    ["/etc/services.d", "/finish"],
    ["/etc/s6-overlay/s6-rc.d", "/run"],
    ["/etc/s6-overlay/s6-rc.d", "/finish"],
    ["/etc/cont-finish.d", ""],
  ] as const) {
    const paths = below(files, folder, file);
    if (paths === undefined) return unread(folder);
    const maybe = file === "/finish" || folder === "/etc/cont-finish.d";
    units.push(...paths.map((path) => ({ command: [path], at: folder, maybe })));
  }
  const ups = below(files, "/etc/s6-overlay/s6-rc.d", "/up");
  if (ups === undefined) return unread("/etc/s6-overlay/s6-rc.d");
  for (const path of ups) {
    const text = textOf(files.lookup(path));
    if (text === undefined) return unread(path);
    units.push({ command: blockWords(text), at: path });
  }
  if (args.length > 0) units.push({ command: args, at: "/init" });
  if (units.length === 0) return { because: "nothing was found that s6-overlay starts" };
  // Version 3 has its programs there, and its `/init` puts that first (s6-overlay, layout/rootfs-overlay/init).
  return { units: units.map((unit) => ({ ...unit, pathFirst: "/command" })) };
}

/** The folder that stands last, or the working directory. */
function lastFolder(args: readonly string[], cwd: string): string {
  const last = args.findLast((arg, at) => !arg.startsWith("-") && !/^-[cCLdtX]$/.test(args[at - 1] ?? ""));
  return last === undefined ? cwd : absolute(cwd, last);
}

/** A folder of services. */
function services(files: FileView, folder: string | undefined, name: string): Supervised {
  if (folder === undefined || !isKnown(folder)) return notRead(name);
  const runs = below(files, folder, "/run");
  if (runs === undefined || runs.length === 0) return notRead(name);
  const units = (below(files, `${folder}/.s6-svscan`) ?? []).map(
    (path): Unit => ({ command: [path], cwd: folder, at: folder, maybe: true }),
  );
  for (const path of runs) {
    const one = service(files, path.slice(0, -"/run".length), name);
    if ("because" in one) return one;
    units.push(...one.units);
  }
  return { units };
}

/**
 * A service: what runs, what follows its end, what tells of it and takes the place of signals, and the same of the one that
 * logs for it (runsv(8), sv(8), s6-supervise's and supervise's pages).
 */
function service(files: FileView, folder: string, name: string): Supervised {
  if (!isKnown(folder) || files.lookup(`${folder}/run`).kind === "missing") return notRead(name);
  const controls = (below(files, `${folder}/control`) ?? []).map((path) => path.slice(folder.length));
  const parts = ["/run", "/finish", "/check", "/log/run", "/log/finish", ...controls].filter(
    (part) => files.lookup(`${folder}${part}`).kind !== "missing",
  );
  return {
    units: parts.map((part) => ({
      command: [`${folder}${part}`],
      cwd: `${folder}${part.startsWith("/log") ? "/log" : ""}`,
      at: folder.replace(/\/[^/]*$/, "") || "/",
      maybe: !part.endsWith("run"),
    })),
  };
}

/** runit's three stages (runit(8)). */
function runit(files: FileView): Supervised {
  const stages = ["/etc/runit/1", "/etc/runit/2", "/etc/runit/3"].filter(
    (path) => files.lookup(path).kind !== "missing",
  );
  return stages.length === 0
    ? notRead("runit")
    : { units: stages.map((path) => ({ command: [path], at: "/etc/runit", maybe: path.endsWith("3") })) };
}

/** supercronic's crontab: five to seven fields or a name, then the command; variables on lines of their own (supercronic's README). */
/** The variable that a crontab's line sets, its value without quotes around it. */
function variableIn(line: string): readonly [name: string, value: string] | undefined {
  const [, name, value = ""] = /^\s*([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? [];
  return name === undefined ? undefined : [name, value.trim().replace(/^(["'])(.*)\1$/, "$2")];
}

function supercronic(files: FileView, args: readonly string[], cwd: string): Supervised {
  const path = args.findLast((arg) => !arg.startsWith("-"));
  if (path === undefined) return { units: [] };
  const at = absolute(cwd, path);
  const text = isKnown(at) ? textOf(files.lookup(at)) : undefined;
  if (text === undefined) return unread(path);
  const environment = new Map<string, string>();
  const units: Unit[] = [];
  for (const line of text.split("\n")) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const variable = variableIn(line);
    if (variable !== undefined) environment.set(...variable);
    else {
      const job = /^\s*(?:@\w+|(?:[-\d*/,LW#?A-Za-z]+\s+){4,6}?[-\d*/,LW#?A-Za-z]+)\s+(\S.*)$/.exec(
        line,
      )?.[1];
      // Seconds and years are fields, too: what begins with one is none of a command's words.
      const command = job?.replace(
        /^(?:(?:[\d*?][-\w*/,#]*|(?:sun|mon|tue|wed|thu|fri|sat)\b[-\w,#]*)\s+)?[\d*][-\d*/,]*\s+/i,
        "",
      );
      if (command === undefined) return unread(path);
      units.push({ command: { text: command }, environment: new Map(environment), at: path, maybe: true });
    }
  }
  return { units };
}

/** supervisord's programs (Supervisor's manual, "Configuration File"). */
function supervisord(
  files: FileView,
  args: readonly string[],
  cwd: string,
  environment: ReadonlyMap<string, string>,
): Supervised {
  const given = args.findIndex((arg) => /^-[nshkt]*c$|^--configuration$/.test(arg));
  const joined = args.map((arg) => /^(?:-[nshkt]*c|--configuration=)(.+)$/.exec(arg)?.[1]).find(Boolean);
  const named = given === -1 ? joined : args[given + 1];
  const candidates =
    named === undefined
      ? [
          "supervisord.conf",
          "etc/supervisord.conf",
          "/etc/supervisord.conf",
          "/etc/supervisor/supervisord.conf",
        ]
      : [named];
  if (named !== undefined && !isKnown(named)) return unread("supervisord");
  const paths = candidates.map((path) => absolute(cwd, path));
  const path = paths.find((one) => files.lookup(one).kind !== "missing");
  if (path === undefined) return notRead("supervisord");
  const units: Unit[] = [];
  const common = new Map<string, string>();
  const open = [path];
  for (const one of open) {
    const text = textOf(files.lookup(one));
    if (text === undefined || open.length > 64) return unread(one);
    for (const [section, settings] of sections(text)) {
      const names = new Map([
        ["program_name", section.slice(section.indexOf(":") + 1)],
        ["here", one.slice(0, one.lastIndexOf("/"))],
      ]);
      const put = (value: string) =>
        value.replace(
          /%\(([^()]{1,200})\)[sd]/g,
          (_, key: string) =>
            (key.startsWith("ENV_") ? environment.get(key.slice(4)) : names.get(key)) ?? HOLE,
        );
      if (section === "supervisord") for (const pair of variables(settings, put)) common.set(...pair);
      if (section === "include") {
        const folder = one.slice(0, one.lastIndexOf("/"));
        for (const pattern of (settings.get("files") ?? "").split(/\s+/).filter(Boolean)) {
          const named = absolute(folder, put(pattern));
          const found = isKnown(named) ? included(files, named) : undefined;
          if (found === undefined) return unread(pattern);
          open.push(...found);
        }
      }
      if (!/^(?:program|eventlistener|fcgi-program):/.test(section)) continue;
      const command = shellWords(put(settings.get("command") ?? ""));
      const directory = settings.get("directory");
      if (command.length > 0)
        units.push({
          command,
          cwd: directory,
          environment: variables(settings, put),
          at: one,
          maybe: settings.get("autostart") === "false",
        });
    }
  }
  if (units.length === 0) return notRead("supervisord");
  return {
    units: units.map((unit) => ({
      ...unit,
      environment: new Map([...common, ...(unit.environment ?? [])]),
    })),
  };
}

/** `environment=NAME="value",NAME2=value`, each with what is put into it. */
function variables(
  settings: ReadonlyMap<string, string>,
  put: (value: string) => string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const text = settings.get("environment") ?? "";
  for (const [, name = "", quoted, single, plain = ""] of text.matchAll(
    /(?<!\w)([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\s]*))/g,
  ))
    found.set(name, put(quoted ?? single ?? plain));
  return found;
}

/** Files that a pattern with stars in its last part names. */
function included(files: FileView, pattern: string): readonly string[] | undefined {
  const folder = pattern.slice(0, pattern.lastIndexOf("/"));
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  if (/[*?[]/.test(folder)) return undefined;
  if (!/[*?[]/.test(name)) return [pattern];
  const [start = "", ...ends] = name.split("*");
  if (ends.length !== 1 || /[?[]/.test(name)) return undefined;
  return files
    .names(folder)
    ?.filter((one) => one.startsWith(start) && one.endsWith(ends[0] as string))
    .map((one) => `${folder}/${one}`);
}

/** As Python's configparser: names in small letters, and what is indented further than its option's line belongs to it. */
function sections(text: string): readonly (readonly [string, ReadonlyMap<string, string>])[] {
  const found: [string, Map<string, string>][] = [];
  let last: string | undefined;
  let indent = 0;
  for (const line of text.split(/\r?\n/)) {
    if (/^[ \t]*(?:[;#].*)?$/.test(line)) continue;
    const settings = found.at(-1)?.[1];
    const now = line.search(/\S/);
    if (settings !== undefined && last !== undefined && now > indent) {
      settings.set(last, `${settings.get(last) ?? ""} ${line.trim()}`);
      continue;
    }
    indent = now;
    const section = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    const [, name, value] = /^\s*([\w.-]+)[ \t]*[=:][ \t]*(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      found.push([section, new Map()]);
      last = undefined;
    } else if (name !== undefined && settings !== undefined) {
      last = name.toLowerCase();
      settings.set(last, (value ?? "").replace(/(?:^|\s);.*$/, "").trim());
    }
  }
  return found;
}

/** Jobs of cron: five fields, or a name such as @daily, then the command; a user before it in the system's own tables. */
function crond(
  files: FileView,
  args: readonly string[],
  cwd: string,
  _: ReadonlyMap<string, string>,
  real: string,
): Supervised {
  const units: Unit[] = [];
  const tables: [string, boolean][] = [];
  // busybox's takes a folder (busybox, miscutils/crond.c).
  const at = args.findIndex((arg) => /^-[a-zA-Z]*c/.test(arg));
  const given = at === -1 ? undefined : (args[at] as string).replace(/^-[a-zA-Z]*?c/, "") || args[at + 1];
  if (given !== undefined && !isKnown(given)) return unread("crond");
  for (const [folder, withUser] of [
    ...(given === undefined ? [] : [[absolute(cwd, given), false] as const]),
    ["/etc/crontabs", false],
    ["/var/spool/cron/crontabs", false],
    ["/etc/cron.d", true],
  ] as const) {
    const paths = below(files, folder);
    if (paths === undefined) return unread(folder);
    tables.push(...paths.map((path): [string, boolean] => [path, withUser]));
  }
  if (files.lookup("/etc/crontab").kind !== "missing") tables.push(["/etc/crontab", true]);
  for (const [path, withUser] of tables) {
    const looked = files.lookup(path);
    const text = textOf(looked);
    if (text === undefined) return unread(path);
    const isBusybox =
      /\/busybox[^/]*$/.test(real) || (looked.kind === "file" && looked.path.startsWith("/etc/crontabs/"));
    const environment = new Map<string, string>();
    for (const line of text.split("\n")) {
      // busybox's crond takes SHELL alone of them (busybox, miscutils/crond.c), and its own tables lie there.
      const variable = variableIn(line);
      if (variable !== undefined && (variable[0] === "SHELL" || !isBusybox)) environment.set(...variable);
      const job = /^\s*(?:@\w+|(?:[^\s#=]+\s+){4}[^\s#]+)\s+(.+)$/.exec(line)?.[1];
      if (job === undefined || /^\s*#/.test(line)) continue;
      const command = withUser ? job.replace(/^\S+\s+/, "") : job;
      units.push({
        command: { text: command.replace(/%/g, "\n") },
        environment: new Map(environment),
        shell: environment.get("SHELL"),
        at: path,
        maybe: true,
      });
    }
  }
  return { units };
}

/** Every program of a folder (run-parts). */
function runParts(files: FileView, args: readonly string[], cwd: string): Supervised {
  const given = args.flatMap((arg, i) =>
    arg === "-a" ? [args[i + 1] ?? ""] : (/^(?:-a|--arg=)(.+)$/.exec(arg)?.slice(1) ?? []),
  );
  const folder = args.filter((arg, i) => !arg.startsWith("-") && !/^-[au]$/.test(args[i - 1] ?? "")).at(-1);
  if (folder === undefined || !isKnown(folder))
    return { because: "what run-parts starts is only known when it runs" };
  const own = absolute(cwd, folder);
  const paths = below(files, own);
  if (paths === undefined) return unread(own);
  return { units: paths.map((path) => ({ command: [path, ...given], at: own })) };
}

/** pm2: a script of Node's, or what its own file of settings names (pm2's manual, "Ecosystem File"). */
function pm2(_files: FileView, args: readonly string[]): Supervised {
  const given = args.filter((arg) => !arg.startsWith("-") && !/^(?:start|restart|reload)$/.test(arg));
  const [script = ""] = given;
  return /\.[cm]?[jt]s$/.test(script) && !/(?:^|[/.])(?:ecosystem|pm2|config)\./.test(script)
    ? { units: [{ command: ["node", script], at: "pm2" }] }
    : notRead("pm2");
}

/** Whether a text fact's own program looks names up itself: supervisors do not, package managers may. */
export function isQuietSupervisor(named: string): boolean {
  if (/^\/(usr\/)?s?bin\/init$/.test(named)) return true;
  const name = named.slice(named.lastIndexOf("/") + 1);
  return (
    Object.hasOwn(SUPERVISORS, name) &&
    !/^(?:npm|npx|pnpm|yarn|node|bunx?|deno|run-[sp]|npm-run-all2?)$/.test(name)
  );
}
