/** Programs that only start another one: which of their words are its command. Must hold data and that rule. */

/** How a wrapper's own words end. */
interface Wrapper {
  /** Options of one dash that take a value in the next word. */
  readonly valued: string;
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
  "dumb-init": { valued: "r", skip: 0 },
  catatonit: { valued: "", skip: 0 },
  "su-exec": { valued: "", skip: 1 },
  gosu: { valued: "", skip: 1 },
  setpriv: { valued: "", skip: 0 },
  nice: { valued: "n", skip: 0 },
  nohup: { valued: "", skip: 0 },
  setsid: { valued: "", skip: 0 },
  time: { valued: "", skip: 0 },
  env: { valued: "uCS", skip: 0, assignments: true },
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
    if (wrapper.assignments && name === "env" && (word === "-S" || word === "--split-string")) {
      return wrappedCommand(name, [
        ...(words[at + 1] ?? "").split(/\s+/).filter(Boolean),
        ...words.slice(at + 2),
      ]);
    }
    if (wrapper.assignments && word.startsWith("-S")) {
      return wrappedCommand(name, [...word.slice(2).split(/\s+/).filter(Boolean), ...words.slice(at + 1)]);
    }
    if (wrapper.assignments && /^[A-Za-z_]\w*=/.test(word)) continue;
    if (!word.startsWith("-") || word === "-") break;
    // A valued option at the end of its word takes the next one.
    if (!word.startsWith("--") && wrapper.valued.includes(word.slice(-1))) at++;
  }
  return words.slice(at + wrapper.skip);
}
