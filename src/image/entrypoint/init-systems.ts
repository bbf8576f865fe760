/** What Procfiles, inittabs, OpenRC's runlevels and systemd's units name: finds their commands. Must not follow them, and say why where it reads none. */
import { BUSYBOX_PATH } from "../../knowledge/default-path.ts";
import { absolute } from "./shell/state.ts";
import type { FileView } from "../file-view.ts";
import { HOLE, isKnown } from "./shell/text.ts";
import { textOf } from "./text-of.ts";
import { shellWords, type Supervised, type Unit } from "./units.ts";

/** Units, services and scripts that are read, in all. */
const MOST_READ = 256;

const notRead = (name: string): Supervised => ({
  because: `what ${name} starts is in its own configuration, which is not read`,
});
/** The variables that name their Procfile (overmind's and hivemind's flags; honcho's, in `.env` alone). */
const NAMED_BY: Readonly<Record<string, string>> = {
  overmind: "OVERMIND_PROCFILE",
  hivemind: "HIVEMIND_PROCFILE",
  honcho: "PROCFILE",
};
const unread = (path: string): Supervised => ({ because: `what ${path} starts could not be read` });

/** The commands of a Procfile, whatever manages it (foreman's README, "Procfile"; its `.env` beside it). */
export function procfile(
  name: string,
): (
  files: FileView,
  args: readonly string[],
  cwd: string,
  environment: ReadonlyMap<string, string>,
) => Supervised {
  return (files, args, cwd, around) => {
    const root = optionOf(args, /^(?:-d|--root|--app-root|--?basedir)$/);
    const folder = root === undefined ? cwd : absolute(cwd, root);
    // Its own settings may name another Procfile.
    const isThere = (path: string) => files.lookup(path).kind !== "missing";
    if (!isKnown(folder) || isThere(absolute(folder, ".foreman"))) return notRead(name);
    // overmind's README, "Overmind environment".
    const isOvermind = name === "overmind";
    const homes = [cwd, folder, around.get("HOME") ?? "/root"];
    if (isOvermind && homes.some((one) => !isKnown(one) || isThere(absolute(one, ".overmind.env"))))
      return notRead(name);
    const variablesOf = (optionOf(args, /^(?:-e|--env)$/) ?? ".env").split(",").map((one) => {
      const looked = files.lookup(absolute(folder, one));
      return looked.kind === "missing" ? "" : textOf(looked);
    });
    if (variablesOf.some((one) => one === undefined)) return unread("its variables");
    const environment = variables(variablesOf.join("\n"));
    const run = args.indexOf("run");
    if (run !== -1) {
      const command = args.slice(args[run + 1] === "--" ? run + 2 : run + 1);
      return { units: [{ command, cwd: folder, environment, at: `the words of ${name}` }] };
    }
    const option =
      optionOf(args, /^(?:-[fj]|--procfile)$/) ??
      (name === "hivemind" ? args.findLast((arg) => !arg.startsWith("-")) : undefined);
    const variable = NAMED_BY[name];
    // What the variables' files say goes before the container's, and overmind reads more of them.
    const isInFiles =
      variable !== undefined && (environment.has(variable) || (isOvermind && around.has("OVERMIND_ENV")));
    if (option === undefined && isInFiles) return notRead(name);
    const said = variable === undefined || name === "honcho" ? undefined : around.get(variable);
    const path = absolute(folder, option ?? said ?? "Procfile");
    if (!isKnown(path) || files.lookup(path).kind === "missing") return notRead(name);
    const text = textOf(files.lookup(path));
    if (text === undefined) return unread(path);
    const units = [...text.matchAll(/^([\w.-]+):[ \t]*(.+)$/gm)].map(
      ([, , command = ""]): Unit => ({
        command: { text: command },
        cwd: path.replace(/\/[^/]*$/, "") || "/",
        environment,
        at: path,
      }),
    );
    return units.length === 0 ? notRead(name) : { units };
  };
}

/** The value of an option, in the next word or behind `=`. */
function optionOf(args: readonly string[], option: RegExp): string | undefined {
  for (const [at, arg] of args.entries()) {
    if (option.test(arg)) return args[at + 1];
    const [, name = "", value] = /^(--?[\w-]+)=(.*)$/.exec(arg) ?? [];
    if (option.test(name)) return value;
  }
  return undefined;
}

/** What busybox's init gives what it starts. */
const INIT_PATH: ReadonlyMap<string, string> = new Map([["PATH", BUSYBOX_PATH]]);

/** busybox's init: every line of /etc/inittab (busybox, init/init.c). */
export function inittab(files: FileView): Supervised {
  const text = textOf(files.lookup("/etc/inittab"));
  if (text === undefined) return notRead("init");
  const units = text.split("\n").flatMap((line): Unit[] => {
    const [, action = "", command = ""] = /^[^#:]*:[^:]*:(\w+):(.+)$/.exec(line) ?? [];
    if (command === "") return [];
    const isLater = /^(?:ctrlaltdel|shutdown|restart)$/.test(action);
    const text = command.replace(/^-/, "");
    return [{ command: { text }, environment: INIT_PATH, at: "/etc/inittab", maybe: isLater }];
  });
  return units.length === 0 ? notRead("init") : { units };
}

/** OpenRC's services: those of one runlevel, or of all. */
export function openrc(files: FileView, args: readonly string[]): Supervised {
  const level = args.find((arg) => !arg.startsWith("-"));
  const levels = level === undefined ? files.names("/etc/runlevels") : [level];
  if (levels === undefined) return unread("/etc/runlevels");
  const services = levels.flatMap((one) =>
    (files.names(`/etc/runlevels/${one}`) ?? []).map((name) => `/etc/runlevels/${one}/${name}`),
  );
  if (services.length > MOST_READ) return notRead("OpenRC");
  const units: Unit[] = [];
  for (const path of services) {
    const looked = files.lookup(path);
    if (looked.kind === "missing") continue;
    const text = textOf(looked);
    if (text === undefined) return unread(path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const settings = `/etc/conf.d/${name}`;
    const before = files.lookup(settings).kind === "missing" ? "" : `. ${settings}\n`;
    units.push({ command: { text: `${HELPERS}RC_SVCNAME=${name}\n${before}${text}\n${RUN}` }, at: path });
  }
  return services.length === 0 && level === undefined ? notRead("OpenRC") : { units };
}

/** Words of OpenRC's own in its services (openrc-run(8)); what starts is what their functions and `command` say. */
const HELPERS = `${"ebegin eend einfo einfon ewarn ewend eerror checkpath need use want after before provide keyword depend mark_service_started mark_service_stopped yesno service_started default_start_pre"
  .split(" ")
  .map((name) => `${name}() { :; }`)
  .join("\n")}\n`;
const RUN = `command -v start_pre >/dev/null && start_pre
command -v start >/dev/null && start
[ -n "$command" ] && $command $command_args
command -v start_post >/dev/null && start_post
`;

const FOLDERS = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** systemd's services that are enabled, and what they want (systemd.unit(5), systemd.service(5)). */
export function systemd(files: FileView): Supervised {
  const open: string[] = [];
  for (const folder of FOLDERS)
    for (const name of files.names(folder) ?? [])
      if (/\.(?:wants|requires)$/.test(name))
        open.push(...(files.names(`${folder}/${name}`) ?? []).map((one) => `${folder}/${name}/${one}`));
  if (open.length === 0) return notRead("systemd");
  const seen = new Set<string>();
  const units: Unit[] = [];
  for (const path of open) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (seen.has(name) || /\.(?:target|mount|slice|automount|swap|device)$/.test(name)) continue;
    seen.add(name);
    if (seen.size > MOST_READ) return notRead("systemd");
    // A timer, socket or path starts the service of its name.
    if (!name.endsWith(".service")) {
      open.push(`/${name.replace(/\.\w+$/, ".service")}`);
      continue;
    }
    const found = [path, ...FOLDERS.map((folder) => `${folder}/${name.replace(/@[^.]*\./, "@.")}`)]
      .map((one) => files.lookup(one))
      .find(({ kind }) => kind !== "missing");
    if (found === undefined) continue;
    const text = textOf(found);
    const service = text === undefined ? undefined : serviceOf(files, text, name);
    if (service === undefined) return unread(name);
    units.push(...service.units);
    open.push(...service.wants.map((one) => `/${one}`));
  }
  return units.length === 0 ? notRead("systemd") : { units };
}

function serviceOf(
  files: FileView,
  text: string,
  name: string,
): { readonly units: readonly Unit[]; readonly wants: readonly string[] } | undefined {
  const settings: (readonly [string, string])[] = [];
  for (const [, key = "", value = ""] of text.replace(/\\\n/g, " ").matchAll(/^(\w+)[ \t]*=[ \t]*(.*)$/gm))
    settings.push([key, value.trim()]);
  const of = (key: string) => settings.filter(([one]) => one === key).map(([, value]) => value);
  if (of("RootDirectory").concat(of("RootImage")).length > 0) return undefined;
  let environment = new Map(
    of("Environment").flatMap((value) => [...variables(shellWords(value).join("\n"))]),
  );
  for (const value of of("EnvironmentFile")) {
    const looked = files.lookup(value.replace(/^-/, ""));
    if (looked.kind === "missing") continue;
    const read = textOf(looked);
    if (read === undefined) return undefined;
    environment = new Map([...environment, ...variables(read)]);
  }
  const units = settings.flatMap(([key, value]): Unit[] => {
    if (!/^Exec(?:Start|StartPre|StartPost|Condition|Reload|Stop|StopPost)$/.test(key) || value === "")
      return [];
    const command = shellWords(value.replace(/^[-@:+!|]+/, "")).map((word) =>
      word.replace(/%[a-zA-Z]|\$\{?\w+\}?/g, (one) => environment.get(one.replace(/\W/g, "")) ?? HOLE),
    );
    const cwd = of("WorkingDirectory").at(-1)?.replace(/^-/, "");
    return [{ command, cwd, environment, at: name, maybe: !key.startsWith("ExecStart") }];
  });
  const wants = settings.flatMap(([key, value]) =>
    /^(?:Wants|Requires|BindsTo|Upholds|OnFailure|OnSuccess)$/.test(key)
      ? value.split(/\s+/).filter(Boolean)
      : [],
  );
  return { units, wants };
}

/** `NAME=value` lines, as files of variables have them. */
function variables(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$/gm))
    found.set(name, value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  return found;
}
