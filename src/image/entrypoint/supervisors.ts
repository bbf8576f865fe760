/** Programs that start what a configuration of their own says, which is not read. Must hold data only. */

/** By base name; a container under one runs programs that its entry point does not name. */
const SUPERVISORS: Readonly<Record<string, string>> = {
  supervisord: "supervisord",
  execlineb: "s6-overlay",
  "s6-svscan": "s6",
  "s6-overlay-suexec": "s6-overlay",
  runsvdir: "runit",
  "runsvdir-start": "runit",
  "runit-init": "runit",
  "openrc-init": "OpenRC",
  systemd: "systemd",
  monit: "monit",
  circusd: "circus",
  forego: "forego",
  goreman: "goreman",
  honcho: "honcho",
  overmind: "overmind",
  foreman: "foreman",
};

/** Which supervisor a program is, by its named and its real path; nothing when it is none that is known. */
export function supervisorOf(named: string, real: string): string | undefined {
  for (const path of [named, real]) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (Object.hasOwn(SUPERVISORS, name)) return SUPERVISORS[name];
  }
  if (/s6-overlay/.test(real)) return "s6-overlay";
  if (named === "/init") return "/init (s6-overlay's by custom)";
  return /^\/(usr\/)?s?bin\/init$/.test(named) ? "init" : undefined;
}
