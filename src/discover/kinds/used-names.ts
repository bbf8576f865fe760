/** Reads the names of other hosts that a container is given: in its environment, its words, files of ConfigMaps. Must not resolve any. */
import type { Workload } from "../../model/workload.ts";

/** Names and letters of one container that are looked at. */
const MOST_NAMES = 200;
const MOST_LETTERS = 100_000;

/** A text, and what it is called: a variable, an option, a file. */
interface Named {
  readonly key: string;
  readonly text: string;
}

/**
 * Hosts in lower case, each once: a closing dot where one is written, and names without a dot where a scheme, a port or the
 * variable's name says that they are hosts. Texts that list names for a certificate or a proxy ask for none.
 */
export function usedHosts(start: Pick<Workload, "command" | "args" | "surroundings">): readonly string[] {
  const found = new Set<string>();
  let letters = 0;
  for (const { key, text } of textsOf(start)) {
    letters += text.length;
    if (letters > MOST_LETTERS || found.size >= MOST_NAMES) break;
    if (NO_LOOKUPS.test(key)) continue;
    if (HOST_KEY.test(key) && text.length < MOST_LIST)
      for (const one of text.split(/[,;\s]+/))
        if (/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(one) && found.size < MOST_NAMES) found.add(one);
    // Every other host has one or the other.
    if (!/[.:]/.test(text)) continue;
    for (const match of text.matchAll(HOST)) {
      const [whole, dotted, dot = "", short] = match;
      const name = dotted ?? short ?? "";
      if (dotted !== undefined && isMailAddress(text, match.index, match.index + whole.length)) continue;
      if (found.size < MOST_NAMES && name.length < 254) found.add(`${name.toLowerCase()}${dot}`);
    }
  }
  return [...found];
}

/** Those of them that have a dot, all with a closing one. */
export function namesOf(hosts: readonly string[]): readonly string[] {
  const dotted = hosts.filter((host) => host.includes("."));
  return [...new Set(dotted.map((host) => (host.endsWith(".") ? host : `${host}.`)))];
}

const SCHEME = "(?:[a-z][a-z0-9+.-]{0,20}://(?:[^\\s/@]{0,100}@)?)";
const LABEL = "[a-z0-9_](?:[\\w-]{0,61}[a-z0-9])?";

/** Labels with dots between, the last of letters, not a path's or an option's part; or one label in a URL or with a port. */
const HOST = new RegExp(
  `(?<![\\w./-])(?:${SCHEME}?((?:${LABEL}\\.){1,20}[a-z]{2,63})(\\.(?![\\w-]))?(?!\\.?[\\w-])` +
    `|(?:${SCHEME}(?=${LABEL}(?:[:/\\s"',?]|$))|(?=${LABEL}:\\d{2,5}(?![\\w:.-])))([a-z](?:[\\w-]{0,61}[a-z0-9])?)(?![\\w.@-]))`,
  "gi",
);

/** What holds hosts even where they are single words: `DB_HOST`, `discovery.seed_hosts`, `--peers`. */
const HOST_KEY =
  /(?:^|[-_.])(?:hosts?|hostnames?|servers?|addr(?:ess(?:es)?)?|endpoints?|seeds?|peers?|brokers?|upstreams?)$/i;
/** Letters of such a list. */
const MOST_LIST = 500;

/** What lists names without asking for them: for certificates, proxies, browsers' origins. */
const NO_LOOKUPS =
  /no_?proxy|(?:^|[-_.])(?:sans?|dns[-_]?names?|alt[-_]?names?|certs?|csr|cors|origins?)(?:$|[-_.])/i;

/** `me@example.com`, which is asked for by nobody who connects; `user@db.shop:5432` is a host. */
function isMailAddress(text: string, start: number, end: number): boolean {
  return text[start - 1] === "@" && /[\w.+-]/.test(text[start - 2] ?? "") && !/^[:/]/.test(text.slice(end));
}

function* textsOf({
  command = [],
  args = [],
  surroundings,
}: Pick<Workload, "command" | "args" | "surroundings">): Iterable<Named> {
  let option = "";
  for (const word of [...command, ...args]) {
    const [, named] = /^(--?[\w.-]+)(?:=|$)/.exec(word) ?? [];
    const key = named ?? option;
    // kube-webhook-certgen's `--host=a,a.ns.svc` is a certificate's.
    const listed = key === "--host" && word.includes(",");
    yield { key: listed ? "--san" : key, text: word };
    option = named !== undefined && !word.includes("=") ? named : "";
  }
  for (const [key, text] of Object.entries(surroundings?.env ?? {}))
    if (text !== undefined) yield { key, text };
  for (const { path, files } of surroundings?.mounts ?? [])
    for (const [name, text] of Object.entries(files ?? {}))
      if (text !== undefined) yield { key: `${path}/${name}`, text: text.replace(COMMENTS, "") };
}

/** Lines that are none but a comment in most formats. */
const COMMENTS = /^[ \t]*(?:#|\/\/|;).*$/gm;
