/** Programs that only start another one: which of their words are its command. Must hold data and that rule. */

/** How a wrapper's own words end. */
interface Wrapper {
  /** Options of one dash that take a value in the next word. */
  readonly valued: string;
  /** Options of two dashes that do. */
  readonly valuedLong?: readonly string[];
  /** Words of its own before the command (user of su-exec and gosu). */
  readonly skip: number;
  /** `NAME=value` words before the command set its environment. */
  readonly assignments?: true;
}

/** By base name; their manuals say how they take words. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  tini: { valued: "pe", skip: 0 },
  "tini-static": { valued: "pe", skip: 0 },
  "docker-init": { valued: "pe", skip: 0 },
  "dumb-init": { valued: "r", valuedLong: ["--rewrite"], skip: 0 },
  catatonit: { valued: "", skip: 0 },
  "su-exec": { valued: "", skip: 1 },
  gosu: { valued: "", skip: 1 },
  setuidgid: { valued: "", skip: 1 },
  "s6-setuidgid": { valued: "", skip: 1 },
  setpriv: {
    valued: "",
    valuedLong: ["--reuid", "--regid", "--groups", "--inh-caps", "--ambient-caps", "--bounding-set"],
    skip: 0,
  },
  sudo: { valued: "ugCpRTDrth", skip: 0, assignments: true },
  timeout: { valued: "sk", valuedLong: ["--signal", "--kill-after"], skip: 1 },
  stdbuf: { valued: "ioe", skip: 0 },
  ionice: { valued: "cn", skip: 0 },
  nice: { valued: "n", valuedLong: ["--adjustment"], skip: 0 },
  nohup: { valued: "", skip: 0 },
  setsid: { valued: "", skip: 0 },
  time: { valued: "", skip: 0 },
  env: { valued: "uC", valuedLong: ["--unset", "--chdir"], skip: 0, assignments: true },
};

/**
 * The command that a wrapper starts; nothing when the program is no wrapper. An empty list means that it was
 * given none.
 */
export function wrappedCommand(name: string, words: readonly string[]): readonly string[] | undefined {
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper === undefined) return undefined;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (name === "env" && (word === "-S" || word === "--split-string")) {
      return wrappedCommand(name, [
        ...(words[at + 1] ?? "").split(/\s+/).filter(Boolean),
        ...words.slice(at + 2),
      ]);
    }
    if (name === "env" && word.startsWith("-S")) {
      return wrappedCommand(name, [...word.slice(2).split(/\s+/).filter(Boolean), ...words.slice(at + 1)]);
    }
    if (wrapper.assignments && /^[A-Za-z_]\w*=/.test(word)) continue;
    if (!word.startsWith("-") || word === "-") break;
    // A valued option at the end of its word takes the next one.
    if (word.startsWith("--") ? wrapper.valuedLong?.includes(word) : wrapper.valued.includes(word.slice(-1)))
      at++;
  }
  return words.slice(at + wrapper.skip);
}

/** Programs that start whatever their own folders tell them to, beside each other. */
const SUPERVISORS = new Set([
  "s6-svscan",
  "s6-overlay-suexec",
  "s6-supervise",
  "runsvdir",
  "runit-init",
  "svscan",
]);

/** Whether a program starts services that no command line names. */
export function isSupervisor(name: string): boolean {
  return SUPERVISORS.has(name);
}
