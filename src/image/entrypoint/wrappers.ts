/** Programs that only start another one: which of their words are its command. Must hold data and that rule. */

/** How a wrapper's own words end. */
interface Wrapper {
  /** Options of one dash that take a value in the next word. */
  readonly valued: string;
  /** The same of two dashes. */
  readonly long?: readonly string[];
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
  "dumb-init": { valued: "r", long: ["rewrite"], skip: 0 },
  catatonit: { valued: "", skip: 0 },
  "su-exec": { valued: "", skip: 1 },
  gosu: { valued: "", skip: 1 },
  "s6-setuidgid": { valued: "", skip: 1 },
  chpst: { valued: "uUebnmdofcrt/CP", skip: 0 },
  runuser: { valued: "ugG", long: ["user", "group", "supp-group"], skip: 0 },
  setpriv: {
    valued: "",
    long: [
      "reuid",
      "regid",
      "groups",
      "inh-caps",
      "ambient-caps",
      "bounding-set",
      "securebits",
      "pdeathsig",
      "selinux-label",
      "apparmor-profile",
    ],
    skip: 0,
  },
  chroot: { valued: "", long: ["userspec", "groups"], skip: 1 },
  timeout: { valued: "ks", long: ["signal", "kill-after"], skip: 1 },
  stdbuf: { valued: "ioe", long: ["input", "output", "error"], skip: 0 },
  ionice: { valued: "cn", skip: 0 },
  nice: { valued: "n", skip: 0 },
  nohup: { valued: "", skip: 0 },
  setsid: { valued: "", skip: 0 },
  time: { valued: "", skip: 0 },
  env: { valued: "uCS", skip: 0, assignments: true },
};

/** `env -S` inside `env -S` is not taken apart for ever. */
const MOST_SPLITS = 8;

/**
 * The command that a wrapper starts; nothing when the program is no wrapper. An empty list means that it was
 * given none.
 */
export function wrappedCommand(name: string, given: readonly string[]): readonly string[] | undefined {
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper === undefined) return undefined;
  let words = given;
  let splits = 0;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (wrapper.assignments) {
      const split = /^(?:-[iv0]*S|--split-string(?:=|$))([\s\S]*)$/.exec(word)?.[1];
      if (split !== undefined) {
        if (++splits > MOST_SPLITS) return [];
        const [text, rest] = split === "" ? [words[at + 1] ?? "", at + 2] : [split, at + 1];
        words = [...text.split(/\s+/).filter(Boolean), ...words.slice(rest)];
        at = -1;
        continue;
      }
      if (/^[A-Za-z_]\w*=/.test(word)) continue;
    }
    if (!word.startsWith("-") || word === "-") break;
    // An option that takes a value takes the next word, unless its own has it.
    if (
      word.startsWith("--") ? wrapper.long?.includes(word.slice(2)) : wrapper.valued.includes(word.slice(-1))
    )
      at++;
  }
  return words.slice(at + wrapper.skip);
}
