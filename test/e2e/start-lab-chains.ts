// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
/** Makes start chains at random from a grammar: shells, constructs, wrappers, programs, environments, layers. Must be the same for the same seed. */

import { type Trick, TRICKS } from "./start-lab-tricks.ts";

/** A file of a chain's own layer. */
export interface ChainFile {
  /** Without leading `/`. */
  readonly path: string;
  readonly text: string;
  /** What a lower layer has in its place. */
  readonly lower?: string;
  /** It is a lower layer's alone: this one takes it away. */
  readonly removed?: true;
  /** 0o755 unless said otherwise. */
  readonly mode?: number;
  readonly link?: string;
}

/** One start chain. */
export interface Chain {
  readonly id: string;
  /** Alpine, or glibc with musl's loader beside it. */
  readonly root: "A" | "G";
  readonly files: readonly ChainFile[];
  readonly words: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  /** What it is made of, to count by. */
  readonly parts: readonly string[];
}

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** A program and words, as a script writes them. */
interface Program {
  readonly name: string;
  readonly words: readonly string[];
}

const OF_BOTH: readonly Program[] = [
  { name: "go", words: ["/go/app"] },
  { name: "musl", words: ["/musl/app"] },
  { name: "static musl", words: ["/musl/static"] },
  { name: "musl quiet", words: ["/musl/quiet", "x"] },
  { name: "netcgo", words: ["/go/netcgo"] },
  { name: "cgo", words: ["/go/cgo"] },
  { name: "true", words: ["true"] },
  { name: "sleep", words: ["sleep", "0"] },
  { name: "ls", words: ["ls", "/"] },
];

const OF_ALPINE = (id: string): readonly Program[] => [
  ...OF_BOTH,
  { name: "wget name", words: ["wget", "-qO-", `http://w-${id}.lab.test:1/`] },
  { name: "wget address", words: ["wget", "-qO-", "http://127.0.0.1:1/"] },
  { name: "wget localhost", words: ["wget", "-q", "-O", "/dev/null", "http://localhost:1/x"] },
  { name: "wget help", words: ["wget", "--help"] },
  { name: "nc name", words: ["nc", "-w", "1", `w-${id}.lab.test`, "1"] },
  { name: "nc address", words: ["nc", "-z", "127.0.0.1", "1"] },
  { name: "ping name", words: ["ping", "-c", "1", "-W", "1", `w-${id}.lab.test`] },
  { name: "busybox wget", words: ["busybox", "wget", `http://w-${id}.lab.test:1/`] },
  { name: "loader", words: ["/lib/ld-musl-x86_64.so.1", "/musl/app"] },
];

const OF_GLIBC: readonly Program[] = [
  ...OF_BOTH,
  { name: "glibc", words: ["/glibc/app"] },
  { name: "glibc", words: ["/glibc/app"] },
  { name: "loader", words: ["/lib64/ld-linux-x86-64.so.2", "/glibc/app"] },
  { name: "musl loader", words: ["/lib/ld-musl-x86_64.so.1", "/musl/app"] },
];

/** Wrappers: words before the program's. */
type Wrap = readonly [name: string, wrap: (words: readonly string[]) => readonly string[]];

/** A lock of its own for each use: two of one name would wait for each other. */
const lockOf = (words: readonly string[]) => `/tmp/l${joined(words).length}`;
const joined = (words: readonly string[]) => words.map(quoted).join(" ");

const WRAPS: readonly Wrap[] = [
  ["env", (words) => ["env", "A=b", ...words]],
  ["env -i", (words) => ["env", "-i", "PATH=/bin:/usr/bin:/usr/sbin", ...words]],
  ["env -u", (words) => ["env", "-u", "A", ...words]],
  ["timeout", (words) => ["timeout", "5", ...words]],
  ["nice", (words) => ["nice", "-n", "1", ...words]],
  ["nohup", (words) => ["nohup", ...words]],
  ["setsid", (words) => ["setsid", ...words]],
  ["sh -c", (words) => ["sh", "-c", joined(words)]],
  ["sh -c exec", (words) => ["sh", "-c", `exec ${joined(words)}`]],
  ['sh -c "$@"', (words) => ["sh", "-c", 'exec "$@"', "sh", ...words]],
  ['sh -c "$0"', (words) => ["sh", "-c", '"$0" "$@"', ...words]],
  ["xargs", (words) => ["xargs", "-n", "9", ...words]],
  ["find", (words) => ["find", "/etc/hosts", "-exec", ...words, ";"]],
  ["go wrap", (words) => ["/go/wrap", "--", ...words]],
  ["c exec", (words) => ["/musl/exec", ...words]],
  ["chroot /", (words) => ["chroot", "/", ...words]],
];

const WRAPS_ALPINE: readonly Wrap[] = [
  ...WRAPS,
  ["flock", (words) => ["flock", lockOf(words), ...words]],
  ["flock -c", (words) => ["flock", lockOf(words), "-c", joined(words)]],
  ["su", (words) => ["su", "-s", "/bin/sh", "root", "-c", joined(words)]],
  ["busybox sh", (words) => ["busybox", "sh", "-c", joined(words)]],
  ["linux64", (words) => ["linux64", ...words]],
  ["unshare", (words) => ["unshare", "-m", ...words]],
];

const WRAPS_GLIBC: readonly Wrap[] = [
  ...WRAPS,
  ["env -S", (words) => ["env", "-S", words.join(" ")]],
  ["env -C", (words) => ["env", "-C", "/tmp", ...words]],
  ["flock", (words) => ["flock", lockOf(words), ...words]],
  ["taskset", (words) => ["taskset", "1", ...words]],
  ["setarch", (words) => ["setarch", "x86_64", ...words]],
  ["prlimit", (words) => ["prlimit", "--nofile=100", ...words]],
  ["xargs -a", (words) => ["xargs", "-a", "/dev/null", ...words]],
  ["bash -c", (words) => ["bash", "-c", joined(words)]],
  ["bash -ec", (words) => ["bash", "-eo", "pipefail", "-c", joined(words)]],
  ["glibc exec", (words) => ["/glibc/exec", ...words]],
  ["loader", (words) => ["/lib64/ld-linux-x86-64.so.2", "/glibc/exec", ...words]],
];

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A construct: makes shell text of a command, with files where it needs some. */
type Construct = readonly [
  name: string,
  make: (
    command: string,
    words: readonly string[],
    n: number,
  ) => { readonly text: string; readonly files?: readonly ChainFile[] },
];

const simple = (name: string, make: (command: string) => string): Construct => [
  name,
  (command) => ({ text: make(command) }),
];

/** Whether a text begins with a program, not with a word of the shell's grammar. */
const isCommand = (text: string) =>
  /^[\w/]/.test(text) && !/^(?:command|alias|if|for|while|until|case|function|f\(|[A-Z]=)/.test(text);

const CONSTRUCTS: readonly Construct[] = [
  simple("plain", (c) => c),
  simple("quiet", (c) => `${c} >/dev/null 2>&1`),
  simple("&&", (c) => `true && ${c}`),
  simple("after &&", (c) => `sleep 0 && ${c} || true`),
  simple("|| not reached", (c) => `true || ${c}`),
  simple("&& not reached", (c) => `false && ${c}`),
  simple("if true", (c) => `if true; then ${c}; fi`),
  simple("if false", (c) => `if false; then ${c}; fi`),
  simple("if test", (c) => `X=a\nif [ "$X" = a ]; then ${c}; fi`),
  simple("if not test", (c) => `X=a\nif [ "$X" != a ]; then ${c}; fi`),
  simple("elif", (c) => `if [ -d /nowhere ] && false; then :; elif [ -x /go/app ]; then ${c}; fi`),
  simple("debug", (c) => `if [ "$1" = debug ]; then ${c}; fi`),
  simple("function", (c) => `f() { ${c}; }\nf`),
  simple("function of arguments", (c) => `run() { "$@"; }\nrun ${c}`),
  simple("function never called", (c) => `f() { ${c}; }`),
  simple("function in function", (c) => `f() { g() { ${c}; }; g; }\nf`),
  simple("function that shifts", (c) => `f() { shift; "$@"; }\nf x ${c}`),
  simple("eval", (c) => `eval ${quoted(c)}`),
  simple("eval variable", (c) => `C=${quoted(c)}\neval "$C"`),
  simple("variable", (c) => (/['"]/.test(c) ? c : `C=${quoted(c)}\n$C`)),
  simple("default", (c) => (/['"$ ]/.test(c) ? c : `\${LAB_UNSET:-${c}}`)),
  simple("assigned default", (c) => (/['"$ ]/.test(c) ? c : `: \${LAB_U:=${c}}\n$LAB_U`)),
  simple("alternative", (c) => (/['"$ ]/.test(c) ? c : `X=1\n\${X:+${c}}`)),
  simple("set --", (c) => `set -- ${c}\n"$@"`),
  simple("set -- in front", (c) => `set -- x y\nset -- ${c} "$@"\n"$@"`),
  simple("shift", (c) => `set -- a ${c}\nshift\n"$@"`),
  simple("for", (c) => `for i in 1; do ${c}; done`),
  simple("for nothing", (c) => `for i in $LAB_UNSET; do ${c}; done`),
  simple("for programs", (c) => (/[ '"]/.test(c) ? c : `for p in true ${c}; do $p; done`)),
  simple("while", (c) => `while :; do ${c}; break; done`),
  simple("until", (c) => `n=0\nuntil [ $n -ge 2 ]; do ${c}; n=$((n+1)); done`),
  simple("case", (c) => `case abc in x) ;; a*) ${c} ;; esac`),
  simple("case not taken", (c) => `case abc in x*) ${c} ;; *) ;; esac`),
  simple("case of argument", (c) => `case "$1" in -*|serve) ${c} ;; esac`),
  simple("trap", (c) => `trap ${quoted(c)} EXIT`),
  simple("pipe into shell", (c) => `echo ${quoted(c)} | sh`),
  simple("printf into shell", (c) => `printf '%s\\n' ${quoted(c)} | sh -s`),
  simple("here-document into shell", (c) => `sh <<'EOF'\n${c}\nEOF`),
  simple("here-document that is text", (c) => `cat <<'EOF' >/dev/null\n${c}\nEOF`),
  simple("substitution", (c) => `X=$(${c})`),
  simple("backquotes", (c) => `X=\`${c}\``),
  simple("substituted program", (c) => (/[ '"]/.test(c) ? c : `$(echo ${c})`)),
  simple("alias", (c) => `alias go1=${quoted(c)}\ngo1`),
  simple("command", (c) => (isCommand(c) ? `command ${c}` : c)),
  simple("backslash", (c) => (/^[a-z]/.test(c) ? `\\${c}` : c)),
  simple("quoted", (c) => (/^[\w/]+ ?/.test(c) ? c.replace(/^[\w/.-]+/, '"$&"') : c)),
  simple("subshell", (c) => `( ${c} )`),
  simple("group", (c) => `{ ${c}; } 2>/dev/null`),
  simple("not", (c) => `! ${c} || :`),
  simple("pipe", (c) => `${c} | cat`),
  simple("read", (c) => `while read -r l; do eval "$l"; done <<'EOF'\n${c}\nEOF`),
  simple("background", (c) => `${c} &\nwait`),
  simple("echo", (c) => `echo ${quoted(c)} >/dev/null`),
  simple("comment", (c) => `# ${c.replaceAll("\n", " ")}`),
  simple("exit in subshell", (c) => `(exit 0; ${c})`),
  simple("return", (c) => `f() { return 0; ${c}; }\nf`),
  simple("break", (c) => `for i in 1 2; do break; ${c}; done`),
  simple("prefix", (c) => (isCommand(c) ? `A=b ${c}` : c)),
  simple("exported", (c) => `export A=b\n${c}`),
  simple("unset", (c) => `C=false\nunset C\n\${C:-:}\n${c}`),
  simple("dirname", (c) => `D="$(dirname "$0")"\ncd "$D"\n${c}`),
  simple("GODEBUG", (c) => `export GODEBUG=netdns=cgo\n${c}\nunset GODEBUG`),
  simple("GODEBUG prefix", (c) => (/^[/]/.test(c) ? `GODEBUG=netdns=cgo ${c}` : c)),
  simple("RES_OPTIONS", (c) => `export RES_OPTIONS=ndots:1\n${c}`),
  simple(
    "case with shift",
    (c) =>
      `set -- -v -- ${c}\nwhile [ $# -gt 0 ]; do case "$1" in --) shift; break ;; -*) shift ;; *) break ;; esac; done\n"$@"`,
  ),
  simple("getopts", (c) => `set -- -a ${c}\nwhile getopts ab o; do :; done\nshift $((OPTIND-1))\n"$@"`),
  simple("last argument", (c) => (/ /.test(c) ? c : `for a in true ${c}; do last=$a; done\n$last`)),
  simple("IFS", (c) => (/[ '"]/.test(c) ? c : `IFS=:\nset -- $(echo true:${c})\nIFS=' '\n$2`)),
  simple("split", (c) => (/['"]/.test(c) ? c : `L="${c}"\nset -- $L\n"$@"`)),
  simple("command -v", (c) => `if command -v ls >/dev/null; then ${c}; fi`),
  simple("command -v missing", (c) => `if command -v no-such-program >/dev/null; then ${c}; fi`),
  simple("type", (c) => `type ls >/dev/null 2>&1 && ${c}`),
  simple("function hides a program", (c) => `wget() { :; }\nnc() { :; }\n${c}`),
  simple("function that calls the program", (c) => `ls() { ${c}; }\nls /`),
  simple("command past a function", (c) => `true1() { ${c}; }\ntrue1\nls() { :; }\ncommand ls / >/dev/null`),
  simple("local", (c) => `f() { local C=true; $C; ${c}; }\nf`),
  simple("pasted name", (c) => (/^[a-z]+/.test(c) ? c.replace(/^([a-z])([a-z]*)/, '$1""$2') : c)),
  simple("pasted variables", (c) => (/[ '"]/.test(c) ? c : `A=${c.slice(0, 3)}\nB=${c.slice(3)}\n$A$B`)),
  simple("suffix removed", (c) => (/[ '"]/.test(c) ? c : `A=${c}.bak\n\${A%.bak}`)),
  simple("exec in subshell", (c) => (isCommand(c) ? `( exec ${c} )` : c)),
  simple("exec redirected", (c) => `exec 3>&1\n${c} >&3`),
  simple("prefix exec", (c) => (isCommand(c) ? `( A=b exec ${c} )` : c)),
  simple("here-document with variables", (c) => (/['"$]/.test(c) ? c : `C='${c}'\nsh <<EOF\n$C\nEOF`)),
  simple("read from here-document", (c) => (/['"]/.test(c) ? c : `read -r C <<'EOF'\n${c}\nEOF\n$C`)),
  simple("ls and read", (c) => `ls /lab | while read -r f; do [ "$f" = id ] && ${c}; done || :`),
  simple("sh -s", (c) => `echo '"$@"' | sh -s ${c}`),
  simple("tee", (c) => `echo ${quoted(c)} | tee /tmp/t.sh >/dev/null\nsh /tmp/t.sh`),
  simple("echo to file", (c) => `echo ${quoted(c)} > /tmp/e.sh\n. /tmp/e.sh`),
  simple("appended file", (c) => `echo : > /tmp/a.sh\necho ${quoted(c)} >> /tmp/a.sh\nsh /tmp/a.sh`),
  simple("trap on a signal", (c) => `trap ${quoted(c)} USR1\nkill -USR1 $$\nsleep 0`),
  simple("trap reset", (c) => `trap ${quoted(c)} EXIT\ntrap - EXIT`),
  simple("wait loop", (c) => `n=0\nuntil ${c} || [ $n -ge 1 ]; do n=$((n+1)); done`),
  simple("while not", (c) => `n=0\nwhile ! ${c}; do n=$((n+1)); [ $n -gt 1 ] && break; done`),
  simple("test of a file", (c) => `if [ -f /etc/hosts ] && [ ! -d /etc/hosts ]; then ${c}; fi`),
  simple("test of no file", (c) => `if [ -f /etc/hosts/x ]; then ${c}; fi`),
  simple("test of numbers", (c) => `if [ $# -lt 20 ]; then ${c}; fi`),
  simple("test with -a", (c) => `if [ -n "$PATH" -a 1 = 1 ]; then ${c}; fi`),
  simple("unset variable", (c) => `if [ -n "$LAB_UNSET" ]; then :; else ${c}; fi`),
  simple("id", (c) => `if [ "$(id -u)" = 0 ]; then ${c}; fi`),
  simple("substitution in a condition", (c) => `if [ "$(echo a)" = a ]; then ${c}; fi`),
  simple("cat of a file", (c) => `echo ${quoted(c)} > /tmp/c.txt\n$(cat /tmp/c.txt)`),
  simple("nested eval", (c) => `A=${quoted(c)}\nB='$A'\neval eval $B`),
  simple("set -e", (c) => `set -e\n${c} || true\nset +e`),
  simple("set -u", (c) => `set -u\n${c}`),
  simple("exit before", (c) => `f() { exit 0; }\n(f; ${c})`),
  simple("continue", (c) => `for i in 1 2; do [ $i = 1 ] && continue; ${c}; done`),
  simple("nested loops", (c) => `for i in 1 2; do for j in 1; do [ $i = 2 ] && break 2; ${c}; done; done`),
  simple("line continuation", (c) => c.replace(" ", " \\\n  ")),
  simple("xargs of text", (c) =>
    /['"]/.test(c) ? c : `echo ${c.split(" ").slice(1).join(" ")} | xargs ${c.split(" ")[0]}`,
  ),
  simple("own PATH for one", (c) =>
    /^\/[a-z]+\/[a-z]+/.test(c) ? c.replace(/^(\/[a-z]+)\/([a-z]+)/, "PATH=$1:$PATH $2") : c,
  ),
  simple("exported PATH", (c) =>
    /^\/[a-z]+\/[a-z]+/.test(c) ? c.replace(/^(\/[a-z]+)\/([a-z]+)/, "export PATH=$1:$PATH\n$2") : c,
  ),
  simple("relative program", (c) =>
    /^\/[a-z]+\/[a-z]+/.test(c) ? c.replace(/^(\/[a-z]+)\/([a-z]+)/, "cd $1 && ./$2") : c,
  ),
  simple("dotted path", (c) => (c.startsWith("/") ? c.replace("/", "/lab/../") : c)),
  simple("timeout sh", (c) => `timeout 5 sh -c ${quoted(c)}`),
  simple("env in front of sh", (c) => `env A=b sh -c ${quoted(c)}`),
  simple("cleared environment", (c) => `env -i /bin/sh -c ${quoted(c)}`),
  simple("login shell", (c) => `sh -lc ${quoted(c)}`),
  simple("two in the background", (c) => `(${c}) & sleep 0 & wait`),
  simple("alias of an alias", (c) => `alias one=${quoted(c)}\nalias two=one\ntwo`),
  simple("alias that ends in a blank", (c) =>
    isCommand(c) ? `alias run='env '\nalias prog=${quoted(c)}\nrun prog` : c,
  ),
  simple("awk system", (c) => (/["'\\]/.test(c) ? c : `awk 'BEGIN { system("${c}") }'`)),
  simple("awk getline", (c) => (/["'\\]/.test(c) ? c : `awk 'BEGIN { "${c}" | getline x }'`)),
  simple("substitution in arithmetic", (c) => `X=$(( $(${c} >/dev/null; echo 1) + 1 ))`),
  simple("command -p", (c) => (isCommand(c) ? `command -p ${c}` : c)),
  simple("exec in a variable", (c) => (isCommand(c) ? `E=exec\n( $E ${c} )` : c)),
  simple("eval set", (c) => `eval "set -- ${c.replace(/["\\$`]/g, "\\$&")}"\n"$@"`),
  simple("escaped text", (c) => (/['"\\]/.test(c) ? c : `sh -c "$(printf '\\057bin\\057true; %s' '${c}')"`)),
  simple(
    "case that falls through",
    (c) => `case a in a) true ;; b) ${c} ;; esac\ncase b in a) ;; b) ${c} ;; esac`,
  ),
  simple("function with redirection", (c) => `f() { ${c}; } >/dev/null\nf`),
  simple("input of the rest", (c) => `sh <<'EOF'\nread -r x\n${c}\nEOF`),
  simple("exec input", (c) => `( exec </etc/hosts; read -r l; ${c} )`),
  simple("time", (c) => (isCommand(c) ? `time ${c}` : c)),
  simple("PATH unset", (c) => (c.startsWith("/") ? `( unset PATH; ${c} )` : c)),
  simple("positional in sh -c", (c) => `sh -c 'f() { "$@"; }; f "$@"' x ${c}`),
  simple("xargs -I", (c) => (/['"]/.test(c) ? c : `echo '${c}' | xargs -I% sh -c '%'`)),
  simple("xargs sh -c", (c) => (/['" ]/.test(c) ? c : `echo ${c} | xargs -n1 sh -c '"$0"'`)),
  simple("find sh -c", (c) => `find /etc/hosts -exec sh -c ${quoted(c)} ';'`),
  simple("unpacked", (c) =>
    /^\/(?:musl|go|glibc)\/\w+$/.test(c)
      ? `mkdir -p /tmp/un && tar -cf /tmp/un.tar -C / ${c.slice(1)} && tar -xf /tmp/un.tar -C /tmp/un && /tmp/un${c}`
      : c,
  ),
  simple("moved over", (c) => (/^\/(?:musl|go|glibc)\/\w+$/.test(c) ? `mv ${c} /tmp/moved\n/tmp/moved` : c)),
  simple("copied over another", (c) =>
    /^\/(?:musl|go)\/\w+$/.test(c) ? `cp ${c} /lab/over\ncp ${c} /lab/over2\n/lab/over` : c,
  ),
  simple("copied folder", (c) =>
    /^\/(?:musl|go|glibc)\/\w+$/.test(c)
      ? `mkdir -p /tmp/fo && cp -r ${c.replace(/\/\w+$/, "/.")} /tmp/fo/ && /tmp/fo/${c.replace(/.*\//, "")}`
      : c,
  ),
  simple("through /proc", (c) => (/^\/(?:musl|go|glibc)\/\w+$/.test(c) ? `/proc/self/root${c}` : c)),
  simple("PS4", (c) => (/['"$]/.test(c) ? c : `PS4='$(${c} >/dev/null)'\nset -x\ntrue\nset +x`)),
  simple("removed from PATH", (c) =>
    /^\/musl\/app$/.test(c)
      ? `mkdir -p /tmp/p1\nprintf '#!/bin/sh\\ntrue\\n' > /tmp/p1/app\nchmod +x /tmp/p1/app\nPATH=/tmp/p1:/musl:$PATH\napp\nrm /tmp/p1/app\nhash -r\napp`
      : c,
  ),
  simple("cd and back", (c) => (/^\/[a-z]+\/[a-z]+/.test(c) ? `cd /etc/..\n.${c}` : c)),
  simple("variables of env", (c) => (isCommand(c) ? `env $(echo A=b C=d) ${c}` : c)),
  simple("one in a list", (c) => (/[ '"]/.test(c) ? c : `for p in true:${c}; do \${p#*:}; done`)),
  simple("prefix and suffix", (c) => (/[ '"]/.test(c) ? c : `X="[${c}]"\nX=\${X#?}\n\${X%?}`)),
  simple("condition on output", (c) => `if ls /etc/hosts | grep -q hosts; then ${c}; fi`),
  simple("negated group", (c) => `if ! { false; }; then ${c}; fi`),
  simple("deep substitution", (c) => `X=$(echo "$(echo "$(${c})")")`),
  simple(
    "nested functions of arguments",
    (c) => `a() { b "$@"; }\nb() { c "$@"; }\nc() { shift; "$@"; }\na x ${c}`,
  ),
  simple("function that unsets itself", (c) => `f() { unset -f f; ${c}; }\nf`),
  simple("function replaced", (c) => `f() { true; }\nf() { ${c}; }\nf`),
  simple("function replaced later", (c) => `f() { ${c}; }\nf() { true; }\nf`),
  simple("umask and ulimit", (c) => `umask 022\nulimit -c 0\n${c}`),
  simple("dollar star", (c) => (/['"]/.test(c) ? c : `set -- ${c}\n$*`)),
  simple("test -x of the program", (c) => (/^\/[a-z]+\/[a-z]+$/.test(c) ? `[ -x ${c} ] && ${c}` : c)),
  simple("wait for a pid", (c) => `${isCommand(c) ? c : "true"} &\nP=$!\nwait $P || true`),
  simple("su with a dash", (c) =>
    /^[a-z/]/.test(c) ? `env -i PATH=/bin:/usr/bin HOME=/root sh -c ${quoted(c)}` : c,
  ),
  [
    "script that is made executable",
    (command, _, n) => ({
      text: `chmod +x /opt/mode${n}\n/opt/mode${n}`,
      files: [{ path: `opt/mode${n}`, text: `#!/bin/sh\n${command}\n`, mode: 0o644 }],
    }),
  ],
  [
    "script that is not executable",
    (command, _, n) => ({
      text: `/opt/no${n} 2>/dev/null`,
      files: [{ path: `opt/no${n}`, text: `#!/bin/sh\n${command}\n`, mode: 0o644 }],
    }),
  ],
  [
    "sourced from PATH",
    (command, _, n) => ({
      text: `PATH=$PATH:/libs${n}\n. from-path${n}.sh`,
      files: [{ path: `libs${n}/from-path${n}.sh`, text: `${command}\n` }],
    }),
  ],
  [
    "name in a file",
    (_, words, n) => ({
      text: `read -r C < /names${n}/prog\n$C`,
      files: [{ path: `names${n}/prog`, text: `${words[0] ?? "true"}\n`, mode: 0o644 }],
    }),
  ],
  [
    "name in a file that is not kept",
    (_, words, n) => ({
      text: `C=$(cat /names${n}/prog.txt)\n$C`,
      files: [{ path: `names${n}/prog.txt`, text: `${words[0] ?? "true"}\n`, mode: 0o644 }],
    }),
  ],
  [
    "run-parts",
    (command, _, n) => ({
      text: `run-parts /parts${n}`,
      files: [{ path: `parts${n}/ten`, text: `#!/bin/sh\n${command}\n` }],
    }),
  ],
  [
    "script as interpreter",
    (command, _, n) => ({
      text: `/opt/second${n} || true`,
      files: [
        { path: `opt/first${n}`, text: `#!/bin/sh\n${command}\n` },
        { path: `opt/second${n}`, text: `#!/opt/first${n} x\nignored\n` },
      ],
    }),
  ],
  [
    "layered script that sources its neighbour",
    (command, _, n) => ({
      text: `/opt/app${n}/bin/run`,
      files: [
        {
          path: `opt/app${n}/bin/run`,
          text: '#!/bin/sh\nDIR="$(cd "$(dirname "$0")/.." && pwd)"\n. "$DIR/lib/common"\nmain "$@"\n',
        },
        {
          path: `opt/app${n}/lib/common`,
          text: `main() { ${command.includes("\n") ? "true" : command}; }\n`,
          mode: 0o644,
        },
      ],
    }),
  ],
  [
    "symbolic link to a script",
    (command, _, n) => ({
      text: `/opt/link${n}`,
      files: [
        { path: `opt/link${n}`, text: "", link: `../opt/real${n}.sh` },
        { path: `opt/real${n}.sh`, text: `#!/bin/sh\n[ -d "$(dirname "$0")" ] && ${command}\n` },
      ],
    }),
  ],
  [
    "real path of the script",
    (command, _, n) => ({
      text: `/opt/bin/deep${n}`,
      files: [
        {
          path: `opt/bin/deep${n}`,
          text: `#!/bin/sh\nD=$(dirname "$(readlink -f "$0")")\n"$D/../lib${n}x/run"\n`,
        },
        { path: `opt/lib${n}x/run`, text: `#!/bin/sh\n${command}\n` },
      ],
    }),
  ],
  [
    "replaced by a higher layer",
    (command, _, n) => ({
      text: `/bin/rep${n}`,
      files: [{ path: `bin/rep${n}`, text: `#!/bin/sh\n${command}\n`, lower: "#!/bin/sh\ntrue\n" }],
    }),
  ],
  [
    "replaced program that was worse",
    (command, _, n) => ({
      text: `/bin/worse${n}`,
      files: [{ path: `bin/worse${n}`, text: "#!/bin/sh\ntrue\n", lower: `#!/bin/sh\n${command}\n` }],
    }),
  ],
  [
    "removed by a higher layer",
    (command, _, n) => ({
      text: `for f in /wh${n}/*; do [ -x "$f" ] && "$f"; done`,
      files: [
        { path: `wh${n}/a`, text: "", lower: `#!/bin/sh\n${command}\n`, removed: true },
        { path: `wh${n}/b`, text: "#!/bin/sh\ntrue\n" },
      ],
    }),
  ],
  [
    "first in PATH removed by a higher layer",
    (command, _, n) => ({
      text: `PATH=/p1-${n}:/p2-${n}:$PATH\nlab-tool${n}`,
      files: [
        { path: `p1-${n}/lab-tool${n}`, text: "", lower: "#!/bin/sh\ntrue\n", removed: true },
        { path: `p2-${n}/lab-tool${n}`, text: `#!/bin/sh\n${command}\n` },
      ],
    }),
  ],
  [
    "interpreter by a link",
    (command, _, n) => ({
      text: `/opt/by-link${n}`,
      files: [
        { path: `opt/sh${n}/sh`, text: "", link: "/bin/sh" },
        { path: `opt/by-link${n}`, text: `#!/opt/sh${n}/sh\n${command}\n` },
      ],
    }),
  ],
  [
    "hooks by kind",
    (command, _, n) => ({
      text: `for f in /initdb${n}/*; do case "$f" in *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;; *.sql) : "$f" ;; *) echo "ignoring $f" >/dev/null ;; esac; done`,
      files: [
        { path: `initdb${n}/1.sh`, text: `${command}\n`, mode: 0o644 },
        { path: `initdb${n}/2.sql`, text: "select 1;\n", mode: 0o644 },
      ],
    }),
  ],
  [
    "library of functions",
    (command, _, n) => ({
      text: `. "$(dirname "$0" | sed 's,.*,,')/lib${n}/functions"\nmain serve`,
      files: [
        {
          path: `lib${n}/functions`,
          text: `log() { echo "$@" >/dev/null; }\nstart() {\n${command}\n}\nmain() { log starting; case "$1" in serve) start ;; *) log no ;; esac; }\n`,
          mode: 0o644,
        },
      ],
    }),
  ],
  [
    "environment file",
    (_, words, n) => ({
      text: `set -a\n. /etc/lab${n}.env\nset +a\nsh -c '$LAB_APP'`,
      files: [{ path: `etc/lab${n}.env`, text: `LAB_APP=${words[0] ?? "true"}\n`, mode: 0o644 }],
    }),
  ],
  [
    "variables of NAME=value lines",
    (_, words, n) => ({
      text: `while IFS='=' read -r k v; do case "$k" in APP) app=$v ;; ''|'#'*) ;; esac; done < /conf${n}/env\n$app`,
      files: [{ path: `conf${n}/env`, text: `# comment\nOTHER=1\nAPP=${words[0] ?? "true"}\n`, mode: 0o644 }],
    }),
  ],
  [
    "script without a first line",
    (command, _, n) => ({ text: `/bin/bare${n}`, files: [{ path: `bin/bare${n}`, text: `${command}\n` }] }),
  ],
  [
    "script that is edited",
    (command, _, n) => ({
      text: `sed -i 's/LAB/true/' /bin/ed${n}\n/bin/ed${n}`,
      files: [{ path: `bin/ed${n}`, text: `#!/bin/sh\nLAB && ${command}\n` }],
    }),
  ],
  [
    "shell script as interpreter's argument",
    (command, _, n) => ({
      text: `/bin/i${n}`,
      files: [{ path: `bin/i${n}`, text: `#!/usr/bin/env sh\n${command}\n` }],
    }),
  ],
  [
    "sourced",
    (command, _, n) => ({
      text: `. /lib${n}.sh`,
      files: [{ path: `lib${n}.sh`, text: `${command}\n`, mode: 0o644 }],
    }),
  ],
  [
    "sourced without extension",
    (command, _, n) => ({
      text: `. /conf${n}/env`,
      files: [{ path: `conf${n}/env`, text: `${command}\n`, mode: 0o644 }],
    }),
  ],
  [
    "sourced that sets",
    (command, _, n) => ({
      text: `C=true\n. /set${n}.sh\n$C`,
      files: [
        { path: `set${n}.sh`, text: /['"]/.test(command) ? "C=true\n" : `C='${command}'\n`, mode: 0o644 },
      ],
    }),
  ],
  [
    "script",
    (command, _, n) => ({
      text: `/bin/run${n}.sh`,
      files: [{ path: `bin/run${n}.sh`, text: `#!/bin/sh\n${command}\n` }],
    }),
  ],
  [
    "script by shell",
    (command, _, n) => ({ text: `sh /s${n}`, files: [{ path: `s${n}`, text: `${command}\n`, mode: 0o644 }] }),
  ],
  [
    "script of arguments",
    (_, words, n) => ({
      text: `/bin/w${n} ${words.map(quoted).join(" ")}`,
      files: [{ path: `bin/w${n}`, text: '#!/bin/sh -e\nexec "$@"\n' }],
    }),
  ],
  [
    "hook folder",
    (command, _, n) => ({
      text: `for f in /hooks${n}/*.sh; do [ -x "$f" ] && "$f"; done`,
      files: [{ path: `hooks${n}/10.sh`, text: `#!/bin/sh\n${command}\n` }],
    }),
  ],
  [
    "hook folder that is sourced",
    (command, _, n) => ({
      text: `for f in /hooks${n}/*; do case "$f" in *.sh) . "$f" ;; esac; done`,
      files: [{ path: `hooks${n}/10.sh`, text: `${command}\n`, mode: 0o644 }],
    }),
  ],
  [
    "find and read",
    (command, _, n) => ({
      text: `find /hooks${n} -type f | sort | while read -r f; do "$f"; done`,
      files: [{ path: `hooks${n}/a`, text: `#!/bin/sh\n${command}\n` }],
    }),
  ],
  [
    "changed PATH",
    (_, words, n) => ({
      text: `PATH=/own${n}:$PATH\nprog${n}`,
      files: [{ path: `own${n}/prog${n}`, text: `#!/bin/sh\nexec ${words.map(quoted).join(" ")}\n` }],
    }),
  ],
  [
    "changed folder",
    (_, words, n) => ({
      text: `cd /own${n}\n./prog`,
      files: [
        { path: `own${n}/prog`, text: `#!/bin/sh\nexec ${words.map(quoted).join(" ")}\n` },
        { path: "prog", text: "#!/bin/sh\nexit 0\n" },
      ],
    }),
  ],
  [
    "written script",
    (command, _, n) => ({ text: `cat > /tmp/w${n}.sh <<'EOF'\n${command}\nEOF\nsh /tmp/w${n}.sh` }),
  ],
  [
    "copied program",
    (_, words, n) => ({
      text: `cp ${quoted(words[0] as string)} /tmp/c${n} 2>/dev/null && chmod +x /tmp/c${n} && /tmp/c${n}`,
    }),
  ],
  [
    "linked program",
    (command, words, n) => ({
      text: !words[0]?.startsWith("/")
        ? command
        : `ln -s ${quoted(words[0] as string)} /tmp/l${n} && /tmp/l${n}`,
    }),
  ],
];

/** Shapes that entry scripts of well-known images share, written anew. */
const SHAPES: readonly Construct[] = [
  simple("option first", (c) => `set -- -x\nif [ "\${1#-}" != "$1" ]; then set -- ${c}; fi\n"$@"`),
  simple("name of a script", (c) => `case "\${0##*/}" in entry.sh|sh|bash) ${c} ;; *) true ;; esac`),
  simple(
    "user first",
    (c) => `set -- ${c}\nif [ "$(id -u)" = '0' ]; then set -- su-exec root "$@"; fi\n"$@"`,
  ),
  simple(
    "gosu again",
    (c) => `if [ "$(id -u)" = 0 ] && [ -z "$LAB_AGAIN" ]; then gosu root sh -c ${quoted(c)}; fi`,
  ),
  simple("options in a loop", (c) =>
    /['"]/.test(c)
      ? c
      : `set -- --name=x --run "${c}" --\nwhile [ $# -gt 0 ]; do case "$1" in --name=*) N="\${1#*=}"; shift ;; --run) R="$2"; shift 2 ;; --) shift; break ;; *) shift ;; esac; done\n$R`,
  ),
  simple("needed variable", (c) => `: "\${LAB_NEEDED:=yes}"\nif [ "$LAB_NEEDED" = yes ]; then ${c}; fi`),
  simple("variable of a file", (c) =>
    /['"]/.test(c)
      ? c
      : `file_env() { eval "v=\\$$1"; if [ -n "$v" ]; then export "$1"="$v"; fi; unset v; }\nLAB_CMD='${c}'\nfile_env LAB_CMD\nsh -c "$LAB_CMD"`,
  ),
  simple("cleaned up", (c) => `cleanup() { ${c}; }\ntrap cleanup EXIT`),
  simple("retries", (c) => `i=0\nwhile [ "$i" -lt 2 ]; do if ${c}; then break; fi; i=$((i + 1)); done`),
  simple("main", (c) => `main() { ${c}; }\nmain "$@"`),
  simple("log and run", (c) => `log() { printf '%s\\n' "$*" >&2; }\nrun() { log "$@"; "$@"; }\nrun ${c}`),
  simple("first that is there", (c) =>
    /[ '"]/.test(c) ? c : `for p in /no/such ${c}; do if [ -x "$p" ]; then "$p"; break; fi; done`,
  ),
  simple("folder of the script", (c) => `here=$(cd "$(dirname "$0")" && pwd)\n[ -d "$here" ] && ${c}`),
  simple("true words", (c) => `case "\${LAB_ON:-true}" in [Tt]rue|[Yy]es|1) ${c} ;; esac`),
  simple("list of words", (c) =>
    /[ '"]/.test(c) ? c : `L=true,${c}\nfor p in $(echo "$L" | tr ',' ' '); do $p; done`,
  ),
  simple("locals", (c) => (/['"]/.test(c) ? c : `C='${c}'\nf() { local C; C=true; $C; }\nf\n$C`)),
  simple("local with a value", (c) =>
    /['"]/.test(c) ? c : `C=true\nf() { local C='${c}'; g; }\ng() { $C; }\nf`,
  ),
  simple("prefix of a function", (c) => (/['"]/.test(c) ? c : `C=true\nf() { $C; }\nC='${c}' f\nf`)),
  simple("allexport", (c) => `set -a\nGODEBUG=netdns=cgo\nset +a\n${c}\nunset GODEBUG`),
  simple("trap of a subshell", (c) => `( trap ${quoted(c)} EXIT; true )`),
  simple("fields of a line", (c) => (/['" ]/.test(c) ? c : `IFS=: read -r A B <<EOF\nx:${c}\nEOF\n$B`)),
  simple("fields of a variable", (c) => (/['" ]/.test(c) ? c : `P=:${c}::x\n(IFS=:; set -- $P; $2)`)),
  simple("xargs one by one", (c) => (/['" ]/.test(c) ? c : `printf '%s\\n' true ${c} | xargs -n 1 env`)),
  simple("folder that is not there", (c) => `(cd /nowhere 2>/dev/null || ${c})`),
  simple("status kept", (c) => `false\nrc=$?\nif [ "$rc" -ne 0 ]; then ${c}; fi`),
  simple("last status", (c) => `ls /nowhere 2>/dev/null\nif [ $? -ne 0 ]; then ${c}; fi`),
  simple(
    "failed redirection",
    (c) => `: < /nowhere/x 2>/dev/null || true\n(true > /nowhere/y) 2>/dev/null || ${c}`,
  ),
  simple("read-only", (c) => (/['"]/.test(c) ? c : `readonly LAB_R='${c}'\n$LAB_R`)),
  simple("counted", (c) => `n=0\n: $((n += 2))\n[ $((n % 2)) -eq 0 ] && ${c}`),
  simple("shell with a dash", (c) => `printf '%s\\n' ${quoted(c)} > /tmp/dash.sh\nsh - /tmp/dash.sh`),
  simple("descriptor", (c) => `exec 5>/tmp/d5.sh\necho ${quoted(c)} >&5\nexec 5>&-\nsh /tmp/d5.sh`),
  simple("template", (c) =>
    /['"@|\\]/.test(c) ? c : `echo '@CMD@' | sed 's|@CMD@|${c}|' > /tmp/t1.sh\nsh /tmp/t1.sh`,
  ),
  simple("preload", (c) => `export LD_PRELOAD=/musl/preload.so\n${c}\nunset LD_PRELOAD`),
  simple("program that starts another", (c) => `${c}\n[ -n "$LAB_NEVER" ] && /musl/system`),
];

const BASH_SHAPES: readonly Construct[] = [
  simple("built list", (c) => `args=()\n[[ -n "$PATH" ]] && args+=(${c})\n"\${args[@]}"`),
  simple("first letter", (c) => `set -- -c\nif [ "\${1:0:1}" = '-' ]; then set -- ${c}; fi\n"$@"`),
  simple(
    "is it sourced",
    (c) => `if [[ "\${BASH_SOURCE[0]}" == "$0" || -z "\${BASH_SOURCE[0]}" ]]; then ${c}; fi`,
  ),
  simple("list of a variable", (c) =>
    /['" ]/.test(c) ? c : `L="true,${c}"\nIFS=, read -ra A <<< "$L"\nfor a in "\${A[@]}"; do $a; done`,
  ),
  simple("replaced commas", (c) => (/['" ]/.test(c) ? c : `L="true,${c}"\nfor a in \${L//,/ }; do $a; done`)),
  simple("nullglob", (c) => `shopt -s nullglob\nset -- /none/* ${c}\n"$@"`),
  simple("pipefail", (c) => `set -eo pipefail\nif false | true; then :; else ${c}; fi`),
  simple("lower case name", (c) => `M=PROD\ncase "\${M,,}" in prod) ${c} ;; esac`),
  simple("reference", (c) => (/['"]/.test(c) ? c : `C='${c}'\nf() { local -n r=$1; $r; }\nf C`)),
  simple(
    "options of getopts",
    (c) =>
      `set -- -x -r run ${c}\nwhile getopts ":xr:" o; do case $o in x) ;; r) R=$OPTARG ;; esac; done\nshift $((OPTIND-1))\n[[ $R == run ]] && "$@"`,
  ),
  simple("tee of all", (c) => `exec > >(cat >/dev/null)\n${c}`),
  simple("declared", (c) => (/['"]/.test(c) ? c : `f() { declare C=true; $C; }\nC='${c}'\nf\n$C`)),
  simple("matched part", (c) =>
    /['" ]/.test(c) ? c : `[[ "run:${c}" =~ ^run:(.*)$ ]] && \${BASH_REMATCH[1]}`,
  ),
];

/** One of the tricks with another command in it, which is a file of its own where it has several words. */
const trickOf = ({ name, text = "", files = [] }: Trick): Construct => [
  `trick: ${name}`,
  (command, _, n) => {
    // Their own files have fixed names.
    if (files.length > 0 && n > 0) return { text: command };
    const isPath = /^\/[a-z]+\/[a-z]+$/.test(command);
    const path = isPath ? command : `/opt/cmd${n}`;
    const put = (one: string) => one.replaceAll("/musl/app", path);
    const own = isPath ? [] : [{ path: path.slice(1), text: `#!/bin/sh\n${command}\n` }];
    return { text: put(text), files: [...own, ...files.map((file) => ({ ...file, text: put(file.text) }))] };
  },
];

const ONLY_BASH: readonly Construct[] = [
  simple("list", (c) => `a=(${c})\n"\${a[@]}"`),
  simple("list that grows", (c) => `a=()\na+=(${c})\n"\${a[@]}"`),
  simple("printf -v", (c) => (/['"%\\]/.test(c) ? c : `printf -v C '%s' '${c}'\n$C`)),
  simple("[[", (c) => `if [[ abc == a* && -x /go/app ]]; then ${c}; fi`),
  simple("[[ not", (c) => `if [[ abc == x* ]]; then ${c}; fi`),
  simple("here-string", (c) => `bash <<< ${quoted(c)}`),
  simple("indirect", (c) => (/['"]/.test(c) ? c : `C='${c}'\nN=C\n\${!N}`)),
  simple("process substitution", (c) => `cat <(${c}) >/dev/null`),
  simple("function keyword", (c) => `function f { ${c}; }\nf`),
  simple("arithmetic", (c) => `n=1\nif (( n > 0 )); then ${c}; fi`),
  simple("c-like for", (c) => `for ((i=0;i<1;i++)); do ${c}; done`),
  simple("mapfile", (c) => `mapfile -t L <<'EOF'\n${c}\nEOF\neval "\${L[0]}"`),
  simple("ansi quotes", (c) => (isCommand(c) ? c.replace(/^[a-z]+/, (name) => `$'${name}'`) : c)),
  simple("slice of arguments", (c) => `set -- x ${c}\n"\${@:2}"`),
  simple("list element", (c) => (/[ '"]/.test(c) ? c : `a=(true ${c})\n\${a[1]}`)),
  simple("list by index", (c) => (/[ '"]/.test(c) ? c : `a[3]=${c}\n\${a[3]}`)),
  simple("upper case", (c) => `X=ABC\nif [ \${X,,} = abc ]; then ${c}; fi`),
  simple("regular expression", (c) => `if [[ abc =~ ^a ]]; then ${c}; fi`),
  simple("BASH_ENV", (c) => `echo ${quoted(c)} > /tmp/benv\nBASH_ENV=/tmp/benv bash -c :`),
  simple("coproc", (c) => `coproc { ${c}; }\nwait`),
  simple("builtin", (c) => (isCommand(c) ? `builtin command ${c}` : c)),
  simple("exec -a", (c) => (isCommand(c) ? `( exec -a other ${c} )` : c)),
  simple("source of a pipe", (c) => `. <(echo ${quoted(c)})`),
  simple("exported function", (c) => `lab() { ${c}; }\nexport -f lab\nbash -c lab`),
  simple("missing command's function", (c) => `command_not_found_handle() { ${c}; }\nno-such-program`),
  simple("hash -p", (c) => (/^\/(?:musl|go|glibc)\/\w+$/.test(c) ? `hash -p ${c} lab-name\nlab-name` : c)),
  simple("index substitution", (c) => `a[$(${c} >/dev/null; echo 0)]=x`),
  simple("trap on ERR", (c) => `trap ${quoted(c)} ERR\nfalse\ntrap - ERR`),
  simple("trap on DEBUG", (c) => `trap ${quoted(c)} DEBUG\ntrue\ntrap - DEBUG`),
  simple("case ;&", (c) => `case a in a) true ;& b) ${c} ;; esac`),
  simple("case ;;&", (c) => `case ab in a*) true ;;& *b) ${c} ;; esac`),
  simple("list joined", (c) => (/['"]/.test(c) ? c : `a=(${c})\nX="\${a[*]}"\n$X`)),
  simple("read -a", (c) => (/['"]/.test(c) ? c : `read -r -a L <<< "${c}"\n"\${L[@]}"`)),
  simple("last of the list", (c) => (/[ '"]/.test(c) ? c : `a=(true ${c})\n\${a[-1]}`)),
  simple("select", (c) => `select x in a; do ${c}; break; done <<< 1 2>/dev/null`),
  simple("PIPESTATUS", (c) => `true | false\nif [ \${PIPESTATUS[0]} = 0 ]; then ${c}; fi`),
  simple("printf %q", (c) => `C=$(printf '%q ' ${c})\neval "$C"`),
  simple("substring", (c) => (/[ '"]/.test(c) ? c : `X=xx${c}\n\${X:2}`)),
  simple("replaced text", (c) => (/[ '"]/.test(c) ? c : `X=${c}\nX=\${X//\\//@}\n\${X//@/\\/}`)),
  simple("nameref", (c) => (/['"]/.test(c) ? c : `C='${c}'\ndeclare -n R=C\n$R`)),
  simple("associative", (c) => (/['"]/.test(c) ? c : `declare -A M=([k]='${c}')\n\${M[k]}`)),
  simple("brace list", (c) => (/[ '"]/.test(c) ? c : `for p in {true,${c}}; do $p; done`)),
  simple("declare", (c) => (/['"]/.test(c) ? c : `declare -x C='${c}'\n$C`)),
];

const ENDS: readonly (readonly [string, (command: string) => string])[] = [
  ["exec", (command) => `exec ${command}`],
  ["exec", (command) => `exec ${command}`],
  ["run", (command) => command],
  ["exec arguments", (command) => `set -- ${command}\nexec "$@"`],
  ["nothing", () => ":"],
];

/** A chain, the same for the same number and seed. */
export function makeChain(number: number, random: Random): Chain {
  const id = `n${number}`;
  const root = random() < 0.55 ? "A" : "G";
  const programs = root === "A" ? OF_ALPINE(id) : OF_GLIBC;
  const wraps = root === "A" ? WRAPS_ALPINE : WRAPS_GLIBC;
  const isBash = root === "G" && random() < 0.5;
  const shellName = root === "A" ? "ash" : isBash ? "bash" : "dash";
  const constructs = [
    ...CONSTRUCTS,
    ...SHAPES,
    ...(isBash ? [...ONLY_BASH, ...BASH_SHAPES] : []),
    ...TRICKS.filter(
      (one) =>
        one.first === undefined &&
        one.env === undefined &&
        one.text?.includes("/musl/app") &&
        (one.in ?? [shellName]).includes(shellName),
    ).map(trickOf),
  ];
  const parts: string[] = [root, ...(isBash ? ["bash"] : [])];
  const files: ChainFile[] = [];
  const command = (calm: boolean): readonly string[] => {
    const program =
      calm && random() < 0.8
        ? root === "A"
          ? pick(
              random,
              OF_BOTH.filter(({ name }) => /go|quiet|true/.test(name)),
            )
          : pick(random, OF_GLIBC)
        : pick(random, programs);
    parts.push(program.name);
    let { words } = program;
    for (let i = 0; i < 2 && random() < 0.3; i++) {
      const [name, wrap] = pick(random, wraps);
      parts.push(name);
      words = wrap(words);
    }
    return words;
  };
  let n = 0;
  const statement = (depth: number): string => {
    const words = command(random() < 0.5);
    let text = words.map(quoted).join(" ");
    const [name, make] = pick(random, constructs);
    parts.push(name);
    const made = make(text, words, n++);
    files.push(...(made.files ?? []));
    text = made.text;
    // Constructs in each other: the text of one is the command of the next, where it is one line.
    if (
      depth < 2 &&
      random() < 0.25 &&
      !text.includes("\n") &&
      made.files === undefined &&
      !text.startsWith("#")
    ) {
      const [outer, wrap] = pick(
        random,
        constructs.filter(([one]) =>
          /function$|if |eval$|group|subshell|case$|for$|sourced$|script$|&&$/.test(one),
        ),
      );
      parts.push(outer);
      const again = wrap(text, ["sh", "-c", text], n++);
      files.push(...(again.files ?? []));
      text = again.text;
    }
    return text;
  };
  const env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"];
  const sort = random();
  if (sort < 0.08) {
    const variables = ["GODEBUG=netdns=cgo", "GODEBUG=netdns=go", "RES_OPTIONS=ndots:2", "LOCALDOMAIN="];
    const variable = pick(random, variables);
    env.push(variable);
    parts.push(variable);
  }
  if (sort > 0.94) {
    const line = pick(random, [
      "hosts: files dns",
      "hosts: files resolve dns",
      "hosts: files mdns4_minimal dns",
      "hosts: files [SUCCESS=return] dns",
      "hosts: files [!NOTFOUND=return] dns",
    ]);
    files.push({ path: "etc/nsswitch.conf", text: `${line}\n`, mode: 0o644 });
    parts.push(line);
  }
  if (random() < 0.12) return { id, root, files, words: command(false), env, cwd: "/", parts };
  const lines: string[] = [];
  for (let i = 0, count = Math.floor(random() * 3); i < count; i++) lines.push(statement(0));
  const main = command(true).map(quoted).join(" ");
  const [end, make] = pick(random, ENDS);
  parts.push(`ends: ${end}`);
  lines.push(make(main));
  const text = lines.join("\n");
  const shell = isBash ? "/bin/bash" : "/bin/sh";
  const how = random();
  if (how < 0.2) return { id, root, files, words: [shell, "-c", text], env, cwd: "/", parts };
  files.push({ path: "entry.sh", text: `#!${random() < 0.08 ? `${shell} -e` : shell}\n${text}\n` });
  const args = pick(random, [[], [], ["serve"], ["debug"], ["-x", "y"]]);
  const words = how < 0.3 ? pick(random, wraps)[1](["/entry.sh", ...args]) : ["/entry.sh", ...args];
  return { id, root, files, words, env, cwd: pick(random, ["/", "/", "/tmp"]), parts };
}
