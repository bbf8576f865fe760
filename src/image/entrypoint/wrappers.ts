/** Programs that start another one: which of their words are its command, and what they change for it. Must hold data and that rule. */
import { type Command, COMMANDS } from "./execline-commands.ts";
import { ANY, HOLE, isKnown, OPEN } from "./shell/text.ts";

/** What a wrapper starts. */
export interface Wrapped {
  /** A program and its arguments, or a text for a shell. */
  readonly command: readonly string[] | { readonly text: string; readonly args?: readonly string[] };
  readonly set?: ReadonlyMap<string, string>;
  readonly unset?: readonly string[];
  /** Nothing of the environment goes on (`env -i`). */
  readonly clears?: boolean;
  readonly cwd?: string;
  /** Whose shell stands in place of the command's first word, where /etc/passwd names one. */
  readonly shellOf?: string;
  /** A folder that becomes the root. */
  readonly root?: string;
  /** Whether it may not come to this. */
  readonly maybe?: boolean;
}

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
  /** Options whose value is a text for a shell. */
  readonly text?: readonly string[];
  /** Options whose value is a program that gets the remaining words. */
  readonly program?: readonly string[];
  /** All remaining words are one text for a shell. */
  readonly joins?: true;
  /** The command stands in place of the first word of its own where `--` is missing. */
  readonly root?: true;
  /** Options of its own are written with one dash and a whole word, as Go's are. */
  readonly words?: true;
  /** Words before its own options (`exec` of chamber, `run` of doppler). */
  readonly verbs?: readonly string[];
}

/** Those of execline's and s6's commands that are followed by any path: they have no blocks. */
const PLAIN_COMMANDS = [
  ..."s6-setuidgid s6-applyuidgid s6-envuidgid s6-envdir s6-softlimit s6-setlock s6-notifyoncheck s6-setsid".split(
    " ",
  ),
  "emptyenv",
  "importas",
  "with-contenv",
];

/** By base name; their manuals say how they take words. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  ...Object.fromEntries(
    PLAIN_COMMANDS.map((name) => {
      const { valued, words } = COMMANDS.get(name) as Command;
      return [name, { valued, skip: words }];
    }),
  ),
  tini: { valued: "pe", skip: 0 },
  "tini-static": { valued: "pe", skip: 0 },
  "docker-init": { valued: "pe", skip: 0 },
  "dumb-init": { valued: "r", long: ["rewrite"], skip: 0 },
  catatonit: { valued: "", skip: 0 },
  pid1: { valued: "", skip: 0 },
  "su-exec": { valued: "", skip: 1 },
  gosu: { valued: "", skip: 1 },
  "s6-fghack": { valued: "d", skip: 0 },
  fghack: { valued: "", skip: 0 },
  pgrphack: { valued: "", skip: 0 },
  "justc-envdir": { valued: "", skip: 1 },
  setuidgid: { valued: "", skip: 1 },
  envdir: { valued: "", skip: 1 },
  envuidgid: { valued: "", skip: 1 },
  softlimit: { valued: "acdflmoprst", skip: 0 },
  setlock: { valued: "", skip: 1 },
  chpst: { valued: "uUebnmdofcrt/CP", skip: 0 },
  fakeroot: { valued: "lsib", long: ["lib", "faked"], skip: 0 },
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
  capsh: { valued: "", skip: 0 },
  chroot: { valued: "", long: ["userspec", "groups"], skip: 0, root: true },
  timeout: { valued: "kst", long: ["signal", "kill-after"], skip: 1 },
  stdbuf: { valued: "ioe", long: ["input", "output", "error"], skip: 0 },
  ionice: { valued: "cn", long: ["class", "classdata"], skip: 0 },
  nice: { valued: "n", long: ["adjustment"], skip: 0 },
  nohup: { valued: "", skip: 0 },
  setsid: { valued: "", skip: 0 },
  setarch: { valued: "", skip: 1 },
  linux32: { valued: "", skip: 0 },
  linux64: { valued: "", skip: 0 },
  taskset: { valued: "", skip: 1 },
  chrt: { valued: "TPD", long: ["sched-runtime", "sched-period", "sched-deadline"], skip: 1 },
  prlimit: { valued: "o", long: ["output"], skip: 0 },
  numactl: { valued: "CNmipP", skip: 0 },
  unshare: {
    valued: "SGRw",
    long: ["setuid", "setgid", "root", "wd", "map-user", "map-group", "propagation", "setgroups"],
    skip: 0,
  },
  nsenter: { valued: "tSG", long: ["target", "setuid", "setgid"], skip: 0 },
  flock: {
    valued: "wE",
    long: ["wait", "timeout", "conflict-exit-code"],
    skip: 1,
    text: ["-c", "--command"],
  },
  time: { valued: "fo", long: ["format", "output"], skip: 0 },
  script: { valued: "BEIOTmo", skip: 1, text: ["-c", "--command"] },
  watch: { valued: "n", long: ["interval"], skip: 0, joins: true },
  strace: { valued: "aeIOpPsSuUEXb", skip: 0 },
  ltrace: { valued: "aAeDFlnopsuwx", skip: 0 },
  sudo: {
    valued: "CcDghpRrTtUu",
    long: ["user", "group", "chdir", "host", "prompt", "role", "type"],
    skip: 0,
    assignments: true,
  },
  doas: { valued: "Cu", skip: 0 },
  env: { valued: "uCS", long: ["unset", "chdir"], skip: 0, assignments: true },
  "start-stop-daemon": {
    valued: "pncudrgNPIRsk12Oeawm",
    long: words(
      "pidfile name user chuid group chdir chroot retry signal nicelevel procsched iosched umask stdout stderr output env progress",
    ),
    skip: 0,
    program: ["-x", "--exec", "-a", "--startas"],
  },
  doppler: {
    valued: "pct",
    long: words("project config token command-timeout"),
    skip: 0,
    verbs: ["run"],
    text: ["--command"],
  },
  chamber: { valued: "br", long: ["backend", "retries"], skip: 0, verbs: ["exec"] },
  infisical: {
    valued: "",
    long: words("env path token projectId domain tags"),
    skip: 0,
    verbs: ["run"],
    text: ["--command", "-c"],
  },
  op: { valued: "", long: ["env-file", "account"], skip: 0, verbs: ["run"] },
  "aws-vault": { valued: "dn", long: ["duration", "region"], skip: 0, verbs: ["exec"] },
  dockerize: { valued: "", long: [], skip: 0, words: true },
  envconsul: { valued: "", long: [], skip: 0, words: true },
};

function words(text: string): readonly string[] {
  return text.split(" ");
}

/** Options of Go's wrappers that take no value. */
const BARE_GO_OPTIONS =
  /^--?(?:once|pristine|upcase|sanitize|help|version|v|h|no-overwrite|validate-cert|poll|exec-splay-disabled|no-prefix(?:=\w+)?|skip-tls-verify)$/;

/** `env -S` inside `env -S` is not taken apart for ever. */
const MOST_SPLITS = 8;

/**
 * The command that a wrapper starts; nothing when the program is no wrapper. An empty list means that it was
 * given none, `unknown` that its own words are not known.
 */
export function wrappedCommand(
  name: string,
  given: readonly string[],
  stdin?: string,
): readonly Wrapped[] | "unknown" | undefined {
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  const found = Object.hasOwn(SPECIAL, name)
    ? SPECIAL[name]?.(given, stdin)
    : wrapper && parse(wrapper, given, name);
  // Without a command they start a shell, which reads what is there to read.
  return found?.length === 0 && stdin !== undefined && SHELL_BY_ITSELF.has(name)
    ? [{ command: ["/bin/sh"], shellOf: name === "su" ? userOf(given) : undefined }]
    : found;
}

/** The user among su's words. */
export function userOf(given: readonly string[]): string {
  return given.find((word) => !word.startsWith("-")) ?? "root";
}

const SHELL_BY_ITSELF = new Set(
  words("su runuser sudo chroot unshare nsenter setarch linux32 linux64 i386 x86_64 script"),
);

function parse(wrapper: Wrapper, given: readonly string[], name: string): readonly Wrapped[] | "unknown" {
  let rest = [...given];
  let splits = 0;
  let at = 0;
  const set = new Map<string, string>();
  const unset: string[] = [];
  let clears = false;
  let cwd: string | undefined;
  let program: string | undefined;
  let hasCommand = false;
  while (wrapper.verbs?.includes(rest[at] ?? "")) at++;
  if (wrapper.verbs !== undefined && at === 0) return [];
  for (; at < rest.length; at++) {
    const word = rest[at] as string;
    if (word === "--") {
      at++;
      hasCommand = true;
      for (; wrapper.assignments && /^[A-Za-z_]\w*=/.test(rest[at] ?? ""); at++)
        set.set(...pairOf(rest[at] as string));
      break;
    }
    if (word.includes(ANY)) return "unknown";
    if (word === OPEN) continue;
    if (wrapper.assignments) {
      const split =
        name === "env" ? /^(?:-[iv0]*S|--split-string(?:=|$))([\s\S]*)$/.exec(word)?.[1] : undefined;
      if (split !== undefined) {
        if (++splits > MOST_SPLITS) return [];
        if (/^-[v0]*i/.test(word)) clears = true;
        const [text, next] = split === "" ? [rest[at + 1] ?? "", at + 2] : [split, at + 1];
        const parts = splitString(text, set);
        if (parts === undefined) return "unknown";
        rest = [...parts, ...rest.slice(next)];
        at = -1;
        continue;
      }
      if (/^[A-Za-z_]\w*=/.test(word)) {
        set.set(...pairOf(word));
        continue;
      }
      if (!isKnown(word) && /^[^/]*=/.test(word)) return "unknown";
    }
    if (wrapper.words && /^--?[a-z]/.test(word)) {
      if (!word.includes("=") && !BARE_GO_OPTIONS.test(word)) at++;
      continue;
    }
    if (!word.startsWith("-") || (word === "-" && name !== "env")) break;
    const isText = wrapper.text?.includes(word) || (wrapper.text?.includes("-c") && /^-[a-z]+c$/.test(word));
    if (isText) return [{ command: { text: rest[at + 1] ?? "" } }];
    const ofText = wrapper.text?.find((option) => option.startsWith("--") && word.startsWith(`${option}=`));
    if (ofText !== undefined) return [{ command: { text: word.slice(ofText.length + 1) } }];
    const ofProgram = wrapper.program?.find(
      (option) =>
        word === option ||
        word.startsWith(`${option}=`) ||
        (!option.startsWith("--") && word.length > 2 && word.startsWith(option)),
    );
    if (ofProgram !== undefined) {
      if (word === ofProgram) program = rest[++at];
      else program = word.slice(ofProgram.length).replace(/^=/, "");
      continue;
    }
    if (name === "env") {
      if (word === "-" || word === "--ignore-environment" || /^-[v0]*i/.test(word)) clears = true;
      const unsets = /^(?:-[iv0]*u|--unset=)([\s\S]+)$/.exec(word)?.[1];
      if (unsets !== undefined) unset.push(unsets);
      const folder = /^(?:-[iv0]*C|--chdir=)([\s\S]+)$/.exec(word)?.[1];
      if (folder !== undefined) {
        cwd = folder;
        continue;
      }
      if (/^-[iv0]*u$|^--unset$/.test(word)) unset.push(rest[at + 1] ?? "");
      if (/^-[iv0]*C$|^--chdir$/.test(word)) cwd = rest[at + 1];
    }
    if (/^(?:-D|--chdir|--wd|-w)$/.test(word) && (name === "sudo" || name === "unshare")) cwd = rest[at + 1];
    if (name === "start-stop-daemon" && /^(?:-d|--chdir)$/.test(word)) cwd = rest[at + 1];
    if (/^(?:-r|--chroot)$/.test(word) && name === "start-stop-daemon") return "unknown";
    if (/^(?:-R|--root)/.test(word) && name === "unshare") return "unknown";
    if (/^(?:-r|--root|-w|--wd)/.test(word) && name === "nsenter") return "unknown";
    if (word === "-/" && name === "chpst") return "unknown";
    // PATH is the C library's then (util-linux, setpriv.c).
    if (word === "--reset-env" && name === "setpriv")
      set.set("PATH", "/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin");
    // chpst and s6-envdir read variables out of files: PATH may be one.
    if (name === "chpst" && word === "-e") set.set("PATH", HOLE);
    // An option that takes a value takes the next word, unless its own has it.
    if (word.startsWith("--") ? wrapper.long?.includes(word.slice(2)) : takesNext(word, wrapper.valued)) at++;
  }
  if (name === "s6-envdir" || name === "envdir") set.set("PATH", HOLE);
  const command = rest.slice(at);
  if (program !== undefined) return [{ command: [program, ...command], set, unset, clears, cwd }];
  // script's own word, a file, may be missing before `--`.
  const skip = name === "script" && hasCommand ? 0 : wrapper.skip;
  const own = command.slice(0, skip);
  if (own.some((word) => word.includes(ANY))) return "unknown";
  let found: readonly string[] = command.slice(skip);
  let root: string | undefined;
  if (wrapper.root) [root, ...found] = found;
  // setarch takes options behind its own word, too.
  while (
    wrapper.skip > 0 &&
    /^-./.test(found[0] ?? "") &&
    found[0] !== "--" &&
    !wrapper.text?.includes(found[0] ?? "")
  )
    found = found.slice(takesNext(found[0] as string, wrapper.valued) ? 2 : 1);
  if (found[0] === "--") found = found.slice(1);
  if (wrapper.text?.includes(found[0] ?? "")) return [{ command: { text: found[1] ?? "" } }];
  if (wrapper.joins && found.length > 0) return [{ command: { text: found.join(" ") } }];
  if (wrapper.verbs !== undefined && !hasCommand && found.length > 0)
    found = found.slice(name === "chamber" || name === "aws-vault" ? 1 : 0);
  if (name === "chamber" || name === "aws-vault") found = afterDashes(rest) ?? found;
  return found.length === 0 ? [] : [{ command: found, set, unset, clears, cwd, root }];
}

function pairOf(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** Whether the value of an option stands in the next word: what follows its letter in its own is one (getopt(3)). */
function takesNext(word: string, valued: string): boolean {
  for (let at = 1; at < word.length; at++)
    if (valued.includes(word[at] as string)) return at === word.length - 1;
  return false;
}

function afterDashes(given: readonly string[]): readonly string[] | undefined {
  const at = given.indexOf("--");
  return at === -1 ? undefined : given.slice(at + 1);
}

/** The words of `env -S`; nothing where they hold what is not followed. */
function splitString(text: string, set: ReadonlyMap<string, string>): readonly string[] | undefined {
  const parts: string[] = [];
  let current: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (/\s/.test(char)) {
      if (current !== undefined) parts.push(current);
      current = undefined;
    } else if (char === "'" || char === '"') {
      const end = text.indexOf(char, at + 1);
      const inside = text.slice(at + 1, end === -1 ? undefined : end);
      if (/[\\$]/.test(inside)) return undefined;
      current = (current ?? "") + inside;
      at = end === -1 ? text.length : end;
    } else if (char === "$") {
      const name = /^\$\{([A-Za-z_]\w*)\}/.exec(text.slice(at))?.[1];
      if (name === undefined) return undefined;
      current = (current ?? "") + (set.get(name) ?? HOLE);
      at += name.length + 2;
    } else if (char === "#" && current === undefined) break;
    else if (char === "\\") {
      const next = text[++at] ?? "";
      if (next === "_") current = `${current ?? ""} `;
      else if (/[\\$"'#]/.test(next)) current = (current ?? "") + next;
      else return undefined;
    } else current = (current ?? "") + char;
  }
  if (current !== undefined) parts.push(current);
  return parts;
}

type Special = (given: readonly string[], stdin?: string) => readonly Wrapped[] | "unknown";

/** Wrappers whose words follow no common rule. */
const SPECIAL: Readonly<Record<string, Special>> = {
  su: substitute,
  runuser: substitute,
  find: findExec,
  xargs,
  parallel: (given) =>
    xargs(
      given.filter((word) => !/^(?:--bar|:::.*)$/.test(word)),
      HOLE,
    ),
  execlineb: (given) => {
    const at = given.findIndex((word) => /^-[a-zA-Z0-9]*c$/.test(word));
    if (at !== -1) return [{ command: blockWords(given[at + 1] ?? "") }];
    // A script of execline's is followed as one that is executed.
    const file = given.findIndex((word) => !word.startsWith("-"));
    return file === -1 ? [] : [{ command: given.slice(file) }];
  },
  socat: (given) => {
    const texts = given.flatMap((word) => /^(?:EXEC|SYSTEM|SHELL):([^,]*)/i.exec(word)?.[1] ?? []);
    return texts.map((text) => ({ command: { text }, maybe: true }));
  },
  // Their processors of old logs (s6-log's, multilog's pages).
  "s6-log": (given) => processors(given, (text) => ["execlineb", "-Pc", text]),
  multilog: (given) => processors(given, (text) => ["sh", "-c", text]),
  // What checks stands in an option, parsed as execline's, else in the folder (s6-notifyoncheck's page).
  "s6-notifyoncheck": (given) => {
    const next = parse(WRAPPERS["s6-notifyoncheck"] as Wrapper, given, "s6-notifyoncheck");
    if (next === "unknown") return next;
    // Options of its own: what it starts may have a -c, too.
    const started = next.flatMap(({ command }) => ("text" in command ? [] : command));
    const own = given.slice(0, given.length - started.length);
    const at = own.findIndex((word) => /^-[dT3stwn]*c/.test(word));
    const text = own[at]?.replace(/^-\w*?c/, "") || own[at + 1];
    return [
      { command: at === -1 ? ["./data/check"] : ["execlineb", "-Pc", text ?? ""], maybe: true },
      ...next,
    ];
  },
  // The first of its words is told of what happens in those that follow.
  inotifyd: (given) => [{ command: [...given.slice(0, 1), HOLE, HOLE], maybe: true }],
  udhcpc: leaseScript,
  udhcpc6: leaseScript,
  tcpsvd: server,
  udpsvd: server,
};

function processors(given: readonly string[], of: (text: string) => readonly string[]): readonly Wrapped[] {
  return given.flatMap((word) => (/^!./.test(word) ? [{ command: of(word.slice(1)), maybe: true }] : []));
}

/** The script that is told of a lease (busybox, networking/udhcp/dhcpc.c). */
function leaseScript(given: readonly string[]): readonly Wrapped[] {
  const at = given.findIndex((word) => /^(?:-s|--script)$/.test(word));
  const script =
    at === -1 ? given.map((word) => /^(?:-s|--script=)(.+)$/.exec(word)?.[1]).find(Boolean) : given[at + 1];
  return script === undefined ? [] : [{ command: [script, HOLE], maybe: true }];
}

function server(given: readonly string[]): readonly Wrapped[] {
  const operands = given.findIndex((word, i) => /^\d+$/.test(word) && i > 0);
  return operands === -1 ? [] : [{ command: given.slice(operands + 1), maybe: true }];
}

/** Words of an execline text, with braces as words of their own. */
export function blockWords(text: string): readonly string[] {
  const words = text.replace(/^[ \t]*#.*$/gm, "").matchAll(/"((?:[^"\\]|\\.)*)(?:"|\\?$)|[^\s"]+/gs);
  return [...words].map(([whole, quoted]) => quoted ?? whole);
}

/** `su [-] [user] [-c text] [-s shell] [-- args]`, and runuser, which also takes `-u user command`. */
function substitute(given: readonly string[]): readonly Wrapped[] | "unknown" {
  const login = given.some((word) => /^(?:-|-l|--login)$/.test(word)) ? ["-l"] : [];
  let shell: string | undefined;
  let text: string | undefined;
  let direct = false;
  const operands: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] as string;
    if (word.includes(ANY)) return "unknown";
    if (word === "--") {
      operands.push(...given.slice(at + 1));
      break;
    }
    if (word === "-c" || word === "--command" || word === "--session-command") text = given[++at] ?? "";
    else if (/^(?:--command|--session-command)=/.test(word)) text = word.slice(word.indexOf("=") + 1);
    else if (/^-[a-zA-Z]*c$/.test(word) && word.length > 2) text = given[++at] ?? "";
    else if (word === "-s" || word === "--shell") shell = given[++at];
    else if (word.startsWith("--shell=")) shell = word.slice(8);
    else if (word === "-u" || word === "--user") {
      at++;
      direct = true;
    } else if (/^(?:-[gGwT]|--group|--supp-group|--whitelist-environment)$/.test(word)) at++;
    else if (word.startsWith("-") && word !== "-") {
      if (direct) continue;
    } else if (direct && word !== "-") {
      operands.push(...given.slice(at));
      break;
    } else if (word !== "-") operands.push(word);
  }
  // A user's own shell may be any; those of images are `sh` where one is started at all.
  if (direct && text === undefined) return operands.length === 0 ? [] : [{ command: operands }];
  const args = operands.slice(direct ? 0 : 1);
  const shellOf = shell === undefined && !direct ? (operands[0] ?? "root") : undefined;
  if (text !== undefined) return [{ command: [shell ?? "/bin/sh", ...login, "-c", text, ...args], shellOf }];
  return args.length === 0
    ? shell === undefined
      ? []
      : [{ command: [shell] }]
    : [{ command: [shell ?? "/bin/sh", ...args], shellOf }];
}

/** `find … -exec command {} ;`: it runs for what is found, which may be nothing. */
function findExec(given: readonly string[]): readonly Wrapped[] | "unknown" {
  const found: Wrapped[] = [];
  for (let at = 0; at < given.length; at++) {
    if (given[at]?.includes(ANY))
      return given.some((word) => /^-(?:exec|execdir|ok|okdir)$/.test(word)) ? "unknown" : [];
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(given[at] ?? "")) continue;
    const rest = given.slice(at + 1);
    const end = rest.findIndex((word, i) => word === ";" || (word === "+" && rest[i - 1] === "{}"));
    const command = rest.slice(0, end === -1 ? undefined : end).map((word) => word.replaceAll("{}", HOLE));
    if (command.length > 0) found.push({ command, maybe: true });
  }
  return found;
}

/** `xargs [options] command`: what it reads comes behind the command's words, or in place of `{}`. */
function xargs(given: readonly string[], stdin = ""): readonly Wrapped[] | "unknown" {
  let at = 0;
  let reads = true;
  let replaced: string | undefined;
  let separator: string | undefined;
  /** How many words, or lines, a command gets. */
  let most = Number.POSITIVE_INFINITY;
  let byLine = false;
  for (; at < given.length; at++) {
    const word = given[at] as string;
    if (word.includes(ANY)) return "unknown";
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-")) break;
    if (/^-a|^--arg-file/.test(word)) reads = false;
    const count = /^-([nL])(.*)$/.exec(word) ?? /^--max-(args|lines)=(.*)$/.exec(word);
    if (count !== null) {
      byLine = /^[Ll]/.test(count[1] as string);
      most = Number(count[2] || given[++at]);
      continue;
    }
    const cut = /^-d(.*)$/.exec(word) ?? /^--delimiter=(.*)$/.exec(word);
    if (cut !== null) {
      separator = (cut[1] || given[++at]) ?? "";
      continue;
    }
    const option = /^-(?:I|i)(.*)$/.exec(word);
    if (option !== null) {
      replaced = option[1] || (word.startsWith("-I") ? given[++at] : "{}");
      continue;
    }
    if (
      /^-[aEPs]$/.test(word) ||
      /^--(?:arg-file|delimiter|max-args|max-procs|max-lines|max-chars|replace|eof|process-slot-var|jobs)$/.test(
        word,
      )
    )
      at++;
  }
  const command = given.slice(at);
  if (command.length === 0) return [];
  const isPlain = reads && isKnown(stdin) && !/['"\\]/.test(stdin + (separator ?? ""));
  const input = isPlain
    ? (byLine
        ? stdin.split("\n").map((line) => line.trim())
        : separator === undefined
          ? stdin.split(/\s+/)
          : stdin.split(separator)
      ).filter(Boolean)
    : undefined;
  if (replaced === undefined) {
    const wordsOf = (items: readonly string[]) =>
      byLine ? items.flatMap((line) => line.split(/\s+/)) : items;
    if (input === undefined || !(most > 0) || input.length / most > 64)
      return [{ command: [...command, ANY] }];
    const groups: (readonly string[])[] = [];
    for (let from = 0; from < Math.max(1, input.length); from += most)
      groups.push(wordsOf(input.slice(from, from + most)));
    return groups.map((group) => ({ command: [...command, ...group] }));
  }
  const name = replaced;
  if (reads && isKnown(stdin))
    return stdin
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, 64)
      .map((line) => ({ command: command.map((word) => word.replaceAll(name, line.trim())) }));
  return [{ command: command.map((word) => word.replaceAll(name, HOLE)), maybe: true }];
}
