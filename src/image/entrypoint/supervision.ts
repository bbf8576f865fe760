/** Follows a supervisor to everything it starts. Must not read its settings. */
import { DEFAULT_PATH } from "../../knowledge/default-path.ts";
import { factOf, type File } from "./classify.ts";
import { conclude } from "./conclusions.ts";
import { type Following, NOTHING, type Situation } from "./following.ts";
import { baseName, isShellScript, isToolFolder, mayResolveItself } from "./identity.ts";
import type { Ran } from "./shell/host.ts";
import { absolute } from "./shell/state.ts";
import type { Supervised, Unit } from "./units.ts";

/** Names of all that `supervisors.ts` reads settings for, or knows to read their own. */
const NAMES = new Set(
  `bmake bun bunx circusd cron crond deno dinit foreman forego gmake goreman hivemind honcho horust init just make monit nf ninja node
  npm npm-run-all npm-run-all2 npx openrc openrc-init overmind pm2 pm2-runtime pnpm process-compose run-p run-parts run-s runit
  runit-init runsv runsvdir s6-overlay-suexec s6-supervise s6-svscan samu supercronic supervise supervisord svscan systemd yarn`.split(
    /\s+/,
  ),
);

/** Whether a program may be a supervisor, by the name it is called by or its file's; node is one with `--run` alone. */
export function maySupervise(named: string, real: string, args: readonly string[]): boolean {
  const names = [baseName(named), baseName(real)].filter(
    (name) => name !== "node" || args.some((arg) => arg.startsWith("--run")),
  );
  return names.some((name) => NAMES.has(name)) || real.includes("s6-overlay");
}

/** What a supervisor starts; nothing where the file is none, or is one that is to be followed as a program besides. */
export function followSupervisor(
  walk: Following,
  file: File,
  named: string,
  rest: readonly string[],
  how: Situation,
): Ran | undefined {
  if (isShellScript(factOf(file, "script")) && named !== "/init") return undefined;
  if (!maySupervise(named, file.path, rest)) return undefined;
  const { isQuietSupervisor, supervised } = walk.parsed.more;
  const supervision = supervised(walk.files, named, file.path, rest, how.cwd, how.environment);
  if (supervision === undefined) return undefined;
  const ran = startUnits(walk, supervision, how);
  const itself = factOf(file, "elf");
  // A program of one's own may have a supervisor's name.
  if (itself !== undefined && !isToolFolder(file.path) && mayResolveItself(itself))
    conclude(walk, file, itself, baseName(named), how);
  const isAll =
    isQuietSupervisor(named) || "because" in supervision || (itself === undefined && named === "/init");
  return isAll ? ran : undefined;
}

function startUnits(walk: Following, supervision: Supervised, how: Situation): Ran {
  if ("because" in supervision) return walk.unknown(supervision.because, how);
  for (const unit of supervision.units) {
    const environment = new Map([...how.environment, ...(unit.environment ?? [])]);
    const path = environment.get("PATH") ?? DEFAULT_PATH;
    // Whoever starts itself again is the same only with the same variables.
    if (unit.pathFirst !== undefined && !`${path}:`.startsWith(`${unit.pathFirst}:`))
      environment.set("PATH", `${unit.pathFirst}:${path}`);
    const situation: Situation = {
      ...how,
      environment,
      cwd: unit.cwd === undefined ? how.cwd : absolute(how.cwd, unit.cwd),
      sure: how.sure && unit.maybe !== true,
      at: unit.at,
      depth: how.depth + 1,
    };
    if (Array.isArray(unit.command)) walk.run(unit.command as readonly string[], situation);
    else walk.run([shellOf(unit, how), "-c", (unit.command as { readonly text: string }).text], situation);
  }
  return NOTHING;
}

/** npm takes its settings out of variables, too, which come first (npm's manual, "config"). */
function shellOf({ shell }: Unit, { environment }: Situation): string {
  if (shell === undefined) return "/bin/sh";
  const name = "npm_config_script_shell";
  return environment.get(name) || environment.get(name.toUpperCase()) || shell;
}
