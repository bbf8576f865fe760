// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
/** Small images made to fool the reader of start chains, one idea each. Must be judged and run as the random ones are. */
import type { Chain, ChainFile } from "./start-lab-chains.ts";

/** One idea: a script's lines before it hands over to a Go program, or words of its own. */
export interface Trick {
  readonly name: string;
  /** Where it is tried: Alpine's sh, dash, bash. All three unless said otherwise. */
  readonly in?: readonly ("ash" | "dash" | "bash")[];
  readonly text?: string;
  readonly words?: readonly string[];
  readonly files?: readonly ChainFile[];
  readonly env?: readonly string[];
  /** The first line in place of the shell's. */
  readonly first?: string;
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SHELLS = { ash: ["A", "/bin/sh"], dash: ["G", "/bin/sh"], bash: ["G", "/bin/bash"] } as const;
const BASH = ["bash"] as const;

const sh = (name: string, text: string, more: Partial<Trick> = {}): Trick => ({ name, text, ...more });
const inBash = (name: string, text: string, more: Partial<Trick> = {}): Trick => ({
  name,
  text,
  in: BASH,
  ...more,
});
const script = (path: string, text = "/musl/app"): ChainFile => ({ path, text: `#!/bin/sh\n${text}\n` });

/** All of them. */
export const TRICKS: readonly Trick[] = [
  // Variables: scope, attributes, where a value comes from and how long it stays.
  sh("local variable hides one", "A=/musl/app\nf() { local A=/go/app; }\nf\n$A"),
  sh("local variable set later", "A=/musl/app\nf() { local A; A=/go/app; }\nf\n$A"),
  sh("local seen by a called function", "A=/go/app\ng() { $A; }\nf() { local A=/musl/app; g; }\nf"),
  sh("prefix for a function ends", "A=/musl/app\nf() { :; }\nA=/go/app f\n$A"),
  sh("prefix for a function holds in it", "f() { $A; }\nA=/musl/app f"),
  sh("prefix for a builtin ends", "A=/musl/app\nA=/go/app true\n$A"),
  sh("prefix for echo ends", "A=/musl/app\nA=/go/app echo x\n$A"),
  sh("prefix for cd ends", "A=/musl/app\nA=/go/app cd /\n$A"),
  sh("prefix of PATH for command", "mkdir -p /opt/x\nPATH=/musl:$PATH command app"),
  sh("allexport", "set -a\nGODEBUG=netdns=cgo\nset +a\n/go/cgo"),
  sh("allexport by name", "set -o allexport\nGODEBUG=netdns=cgo\nset +o allexport\n/go/cgo"),
  sh("exported before it is set", "export GODEBUG\nGODEBUG=netdns=cgo\n/go/cgo"),
  sh("allexport of a file", "set -a\n. /etc/app.env\nset +a\n/go/cgo", {
    files: [{ path: "etc/app.env", text: "GODEBUG=netdns=cgo\n", mode: 0o644 }],
  }),
  inBash("read-only variable", "readonly A=/musl/app\nA=/go/app\n$A"),
  inBash("declare -x", "declare -x GODEBUG\nGODEBUG=netdns=cgo\n/go/cgo"),
  inBash("declare -l", "declare -l A=/MUSL/APP\n$A"),
  inBash("declare -i", "declare -i N=2+1\nif [ $N = 3 ]; then /musl/app; fi"),
  inBash("declare -g", "A=/go/app\nf() { declare -g A=/musl/app; }\nf\n$A"),
  inBash("declare in a function is local", "A=/musl/app\nf() { declare A=/go/app; }\nf\n$A"),
  inBash("export of a list", "A=(/go/app /musl/app)\nexport A\n${A[1]}"),
  sh("local with a failing substitution", "f() { local X=$(false) && /musl/app; }\nf"),
  sh("export with a failing substitution", "export X=$(false) && /musl/app"),
  sh("tilde behind a colon", "HOME=/\nPATH=$PATH:~/musl\napp"),
  sh("unset of a function's variable", "A=/musl/app\nf() { unset A; }\n(f)\n$A"),
  sh("read-only list of words", "L='true /musl/app'\nfor x in $L; do $x; done"),
  sh("suffix of a name", "A=app\nB=_A\neval C=\\$${B#_}\n/musl/$C"),
  // Reading.
  sh("read splits by IFS", "IFS=: read -r A B <<EOF\ngo:/musl/app\nEOF\n$B"),
  sh("read into three", "IFS=, read -r A B C <<EOF\ngo,,/musl/app\nEOF\n$C"),
  sh("read in a loop by IFS", "while IFS== read -r k v; do $v; done <<EOF\na=/musl/app\nEOF"),
  inBash("read -d", "IFS= read -r -d : A <<< '/musl/app:x'\n$A"),
  inBash("read -n", "read -r -n 9 A <<< /musl/appendix\n$A"),
  inBash("read of a descriptor", "echo /go/app | { read -r -u 3 C 3<<< /musl/app; $C; }"),
  inBash("read -a", "read -r -a L <<< 'true /musl/app'\n${L[1]}"),
  inBash("IFS and read -ra", "IFS=, read -ra L <<< 'true,/musl/app'\n${L[1]}"),
  inBash("mapfile -d", "mapfile -t -d , L <<< 'true,/musl/app,'\n${L[1]}"),
  inBash("mapfile callback", "cb() { /musl/app; }\nmapfile -C cb -c 1 L <<< x"),
  sh("last line without an end", "printf '/musl/app' | while read -r x || [ -n \"$x\" ]; do $x; done"),
  // Splitting and joining.
  sh("empty field at first", "X=:/musl/app\nIFS=:\nset -- $X\n$2"),
  sh("empty field between", "X=a::/musl/app\nIFS=:\nset -- $X\n$3"),
  sh("joined by IFS", "set -- '' musl app\nIFS=/\nX=\"$*\"\nunset IFS\n$X"),
  sh("split by a letter", "X=/go/appx/musl/app\nIFS=x\nset -- $X\n$2"),
  sh("blanks and colons", "X='a : /musl/app'\nIFS=' :'\nset -- $X\n$2"),
  // Lists.
  inBash("list with numbers", "a=([1]=/musl/app)\n${a[1]}"),
  inBash("first of a list unset", "a=(x /musl/app)\nunset 'a[0]'\n\"${a[@]}\""),
  inBash("append to the first", "a=(x /musl/app)\na+=y\n${a[1]}"),
  inBash("printf -v of an element", "printf -v 'a[1]' %s /musl/app\n${a[1]}"),
  inBash("number of a list's elements", "a=(x y)\nif (( ${#a[@]} == 2 )); then /musl/app; fi"),
  inBash("keys", 'declare -A m=([/musl/app]=1)\nfor k in "${!m[@]}"; do $k; done'),
  inBash("slice from the end", 'set -- true /musl/app\n"${@: -1}"'),
  inBash("substring from the end", "X=zz/musl/appz\n${X: -10:9}"),
  inBash("last argument", "set -- true /musl/app\n${!#}"),
  inBash("list by a counter", "a=(true /musl/app)\ni=0\ni=$((i+1))\n${a[$i]}"),
  inBash("list by a counted index", "a=(true /musl/app)\ni=0\n${a[i+1]}"),
  inBash("BASH_ALIASES", "shopt -s expand_aliases\nBASH_ALIASES[zz]=/musl/app\nzz"),
  inBash("BASH_CMDS", "BASH_CMDS[zz]=/musl/app\nzz"),
  inBash("list in a here-string", 'a=(/musl/app x)\nread -r A _ <<< "${a[*]}"\n$A'),
  // Arithmetic.
  sh("counting in an expansion", "n=0\n: $((n += 1))\nif [ $n -eq 1 ]; then /musl/app; fi"),
  inBash("counting up in an expansion", "n=0\nx=$((n++))\nif [ $n -eq 1 ]; then /musl/app; fi"),
  sh("octal", "n=$((010))\nif [ $n -eq 8 ]; then /musl/app; fi"),
  sh("division", "if [ $((7 / 2)) -eq 3 ]; then /musl/app; fi"),
  sh("truth of arithmetic", "n=0\nif [ $((n || 1)) -eq 1 ]; then /musl/app; fi"),
  inBash("ternary", "if (( 1 ? 1 : 0 )); then /musl/app; fi"),
  inBash("let counts", "n=0\nlet n+=1\nif [ $n = 1 ]; then /musl/app; fi"),
  inBash("assigned in a command", "(( n = 3 ))\nif [ $n = 3 ]; then /musl/app; fi"),
  // Flow.
  sh("shift by too many", 'set -- /musl/app\nshift 2 2>/dev/null || true\n"$@"', { in: ["ash", "bash"] }),
  sh("trap in a subshell", "( trap /musl/app EXIT; true )"),
  sh("trap in a substitution", "X=$( trap /musl/app EXIT; echo 1 )"),
  sh("trap in the background", "{ trap /musl/app EXIT; true; } & wait"),
  sh("trap in a pipe", "{ trap /musl/app EXIT; echo; } | cat"),
  sh("trap of a later value", "A=/go/app\ntrap '$A' USR1\nA=/musl/app\nkill -USR1 $$\nA=/go/app"),
  sh("trap by a number", "trap /musl/app 0\nexit 0"),
  sh("trap for several", "trap /musl/app INT TERM EXIT\nexit 0"),
  sh("exit in a trap", "trap 'exit 0' EXIT\ntrap '/musl/app; exit 0' EXIT\nexit 1"),
  inBash("trap on RETURN", "f() { trap /musl/app RETURN; true; }\nf"),
  sh("cd that fails", "cd /nowhere 2>/dev/null || true\n./run.sh", { files: [script("run.sh")] }),
  sh("cd that fails, then a source", "cd /nowhere 2>/dev/null\nif [ -f ./c.sh ]; then . ./c.sh; fi", {
    files: [script("c.sh")],
  }),
  sh("cd into a file", "cd /etc/hosts 2>/dev/null || cd /musl\n./app"),
  sh("pushed folder", "pushd /musl >/dev/null\n./app\npopd >/dev/null", { in: BASH }),
  sh("or after a substitution", "X=$(cat /etc/nothing 2>/dev/null) || /musl/app"),
  sh("status kept", "false\nS=$?\nif [ $S -ne 0 ]; then /musl/app; fi"),
  sh("status of a pipe", "if echo a | grep -q b; then :; else /musl/app; fi"),
  sh("loop leaves by status", "while true; do if [ -e /lab/id ]; then break; fi; done && /musl/app"),
  sh("case in a loop", "for a in x y; do case $a in y) /musl/app ;; *) continue ;; esac; done"),
  sh("case with a class", "case 7 in [[:digit:]]) /musl/app ;; esac"),
  sh("case with a quoted star", "case '*' in '*') /musl/app ;; esac"),
  sh("case of nothing", "case $LAB_NOTHING in '') /musl/app ;; esac"),
  sh("function named like a builtin", "cd() { /musl/app; }\ncd /"),
  sh("function named like a program", "ls() { command ls; /musl/app; }\nls"),
  sh("function named exec", "exec1() { /musl/app; }\nexec1"),
  sh("function of the same name, restored", "f() { true; }\nf() ( /musl/app )\nf"),
  sh("recursion that ends", "f() { [ $1 -gt 0 ] && f $(($1-1)) || /musl/app; }\nf 3"),
  sh("recursion over arguments", 'f() { [ $# -eq 1 ] && { $1; return; }; shift; f "$@"; }\nf a b /musl/app'),
  inBash("nocasematch", "shopt -s nocasematch\ncase ABC in abc) /musl/app ;; esac"),
  inBash("nocasematch in [[", "shopt -s nocasematch\n[[ ABC == abc ]] && /musl/app"),
  inBash("lastpipe", "shopt -s lastpipe\necho /musl/app | read -r A\n$A"),
  inBash("nullglob", "shopt -s nullglob\nset -- /none/* /musl/app\n$1"),
  inBash("dotglob", "shopt -s dotglob\nfor f in /dots/*; do $f; done", { files: [script("dots/.x")] }),
  inBash("globstar", "shopt -s globstar\nfor f in /stars/**/*.sh; do $f; done", {
    files: [script("stars/a/b/x.sh")],
  }),
  inBash("extglob", "shopt -s extglob\nfor f in /ext/@(x|y); do $f; done", { files: [script("ext/x")] }),
  inBash("nocaseglob", "shopt -s nocaseglob\nfor f in /case/*.SH; do $f; done", {
    files: [script("case/x.sh")],
  }),
  sh("noglob", "set -f\nfor f in /ng/*.sh; do [ \"$f\" = '/ng/*.sh' ] && /musl/app; done", {
    files: [script("ng/x.sh", "true")],
  }),
  inBash("pipefail", "set -o pipefail\nif false | true; then :; else /musl/app; fi"),
  inBash("brace list of numbers", "for i in {1..3}; do [ $i = 3 ] && /musl/app; done"),
  inBash("select", "PS3=\nselect x in /musl/app; do $x; break; done <<< 1"),
  inBash("coproc that reads", "coproc R { read -r l; $l; }\necho /musl/app >&${R[1]}\nwait"),
  // How a shell is started, and what it reads.
  sh("first line with a dash", "/musl/app", { first: "#!/bin/sh -" }),
  sh("bash with a dash", "/musl/app", { first: "#!/bin/bash -", in: BASH }),
  sh("first line with two dashes", "/musl/app", { first: "#!/bin/sh --" }),
  sh("first line with env -S", "/musl/app", { first: "#!/usr/bin/env -S sh -e", in: ["dash", "bash"] }),
  sh("first line with blanks", "/musl/app", { first: "#!  /bin/sh   -e " }),
  sh("first line by a link", "/musl/app", {
    first: "#!/opt/link-sh",
    files: [{ path: "opt/link-sh", text: "", link: "/bin/sh" }],
  }),
  sh("shell with a dash and a script", "sh - /dash.sh", {
    files: [{ path: "dash.sh", text: "/musl/app\n" }],
  }),
  inBash("interactive bash", "HOME=/root bash -ic true", {
    files: [{ path: "root/.bashrc", text: "/musl/app\n", mode: 0o644 }],
  }),
  sh("ENV of an interactive shell", "ENV=/envfile sh -ic true </dev/null", {
    files: [{ path: "envfile", text: "/musl/app\n", mode: 0o644 }],
  }),
  inBash("rcfile", "bash --rcfile /rc -ic true", {
    files: [{ path: "rc", text: "/musl/app\n", mode: 0o644 }],
  }),
  sh("login shell's profile", "sh -l -c true", {
    files: [{ path: "etc/profile", text: "/musl/app\n", mode: 0o644 }],
  }),
  sh("profile of the home", "HOME=/h sh -lc true", {
    files: [{ path: "h/.profile", text: "/musl/app\n", mode: 0o644 }],
  }),
  sh("text on a descriptor", "sh /dev/fd/3 3<<'EOF'\n/musl/app\nEOF"),
  sh("input moved", "exec 3<<'EOF'\n/musl/app\nEOF\nsh <&3"),
  sh("shell behind chroot", "chroot / <<'EOF'\n/musl/app\nEOF", { env: ["SHELL=/bin/sh"] }),
  sh("shell of su", "su root <<'EOF'\n/musl/app\nEOF", { in: ["ash"] }),
  sh("shell behind unshare", "unshare -m <<'EOF'\n/musl/app\nEOF", { in: ["ash"], env: ["SHELL=/bin/sh"] }),
  sh("shell behind linux64", "linux64 <<'EOF'\n/musl/app\nEOF", { in: ["ash"], env: ["SHELL=/bin/sh"] }),
  sh("script of several parts", "cat /parts/a /parts/b | sh", {
    files: [
      { path: "parts/a", text: "A=/musl/app\n", mode: 0o644 },
      { path: "parts/b", text: "$A\n", mode: 0o644 },
    ],
  }),
  sh("script without an end of line", "sh /noend", { files: [{ path: "noend", text: "/musl/app" }] }),
  sh("script with carriage returns", "sh /cr 2>/dev/null", {
    files: [{ path: "cr", text: "true\r\n/musl/app \r\n/musl/app\n" }],
  }),
  sh("arguments of a sourced file", ". /src.sh", {
    files: [{ path: "src.sh", text: "set -- /musl/app\n", mode: 0o644 }, script("after.sh")],
    in: ["ash"],
  }),
  sh("sourced file changes the arguments", '. /src.sh\n"$@"', {
    files: [{ path: "src.sh", text: "set -- /musl/app\n", mode: 0o644 }],
  }),
  inBash("arguments for a sourced file", ". /src.sh /musl/app\n", {
    files: [{ path: "src.sh", text: '"$1"\n', mode: 0o644 }],
  }),
  // Programs that start programs.
  sh("xargs one by one", "echo 'true /musl/app' | xargs -n1 env"),
  sh("xargs by lines", "printf 'true\\n/musl/app\\n' | xargs -L1 env"),
  sh("xargs by nothing", "printf 'true\\0/musl/app\\0' | xargs -0 -n1 env"),
  sh("xargs by a comma", "printf 'true,/musl/app' | xargs -d , -n1 env", { in: ["dash", "bash"] }),
  sh("xargs with quotes", "echo \"'/musl/app'\" | xargs env"),
  sh("xargs and a shell", "echo /musl/app | xargs -I{} sh -c '{}'"),
  sh("find and its name", "find /musl -name app -exec {} ';'"),
  sh("find and a shell", "find /musl -name app -exec sh -c '\"$1\"' _ {} ';'"),
  sh("find and plus", "find /musl -name app -exec env {} +", { in: ["ash"] }),
  sh("find deletes", "find /first -name tool -delete\nPATH=/first:/second:$PATH\ntool", {
    files: [script("first/tool", "true"), script("second/tool")],
  }),
  sh("awk writes a script", 'awk \'BEGIN { print "/musl/app" > "/opt/a.sh" }\'\nsh /opt/a.sh', {
    files: [script("opt/a.sh", "true")],
  }),
  sh("sort writes a script", "echo /musl/app | sort -o /opt/a.sh\nsh /opt/a.sh", {
    files: [script("opt/a.sh", "true")],
  }),
  sh("sed writes a script", "echo /musl/app | sed -n 'w /opt/a.sh'\nsh /opt/a.sh", {
    files: [script("opt/a.sh", "true")],
  }),
  sh("split with a filter", "echo x | split --filter=/musl/app", { in: ["dash", "bash"] }),
  sh("sort with a program", "seq 300000 | sort -S 1M --compress-program=/musl/exec1 >/dev/null; true", {
    in: ["dash", "bash"],
    files: [{ path: "musl/exec1", text: "#!/bin/sh\n/musl/app\ncat\n" }],
  }),
  sh(
    "tar starts one",
    "tar --to-command=/musl/app -xf /tmp/none.tar 2>/dev/null || tar -cf /tmp/t.tar /etc/hosts --use-compress-program=/musl/app",
    {
      in: ["dash", "bash"],
    },
  ),
  sh("awk pipes out", 'awk \'BEGIN { print "x" | "/musl/app" }\''),
  sh("awk puts together", 'awk \'BEGIN { c = "/musl" "/app"; system(c) }\''),
  sh("awk of a variable", "awk -v c=/musl/app 'BEGIN { system(c) }'"),
  sh("awk of the environment", "C=/musl/app awk 'BEGIN { system(ENVIRON[\"C\"]) }'"),
  sh("awk of its input", "echo /musl/app | awk '{ system($0) }'"),
  sh("sed executes", "echo x | sed 's/.*/\\/musl\\/app/e'", { in: ["dash", "bash"] }),
  ...[
    "sed '1e /musl/app' /etc/hosts",
    "echo x | sed 's|.*|/musl/app|e'",
    "echo x | sed -e 's,a,b,;s,.*,/musl/app,ge'",
    "sed -n '$e /musl/app' /etc/hosts",
    "sed -f /x.sed /etc/hosts",
  ].map((text) =>
    sh("sed starts in other ways", text, {
      in: ["dash", "bash"],
      files: [{ path: "x.sed", text: "1e /musl/app\n", mode: 0o644 }],
    }),
  ),
  sh("ed starts", "printf 'r !/musl/app\nq\n' | ed -s", { in: ["dash", "bash"] }),
  sh("perl reads", "echo 'exec \"/musl/app\"' | perl", { in: ["dash", "bash"] }),
  sh("perl by a word", "perl /srv/main.pl", {
    in: ["dash", "bash"],
    files: [{ path: "srv/main.pl", text: 'system("/musl/app");\n', mode: 0o644 }],
  }),
  sh("perl by its first line", "/srv/main", {
    in: ["dash", "bash"],
    files: [{ path: "srv/main", text: "#!/usr/bin/perl\nmy $x = `/musl/app`;\n" }],
  }),
  sh("perl by its words", "perl -e 'system(\"app\")'", {
    in: ["dash", "bash"],
    env: ["PATH=/musl:/usr/bin:/bin"],
  }),
  sh("PATH that is set anew", "setpriv --reset-env app", {
    in: ["dash", "bash"],
    env: ["PATH=/go:/usr/bin:/bin"],
    files: [{ path: "usr/bin/app", text: "", link: "/musl/app" }],
  }),
  sh("loader of another name", "/musl/renamed"),
  sh("Go with C that resolves", "/go/withc"),
  sh("Go with C that resolves, linked statically", "/go/withc-static"),
  sh("Go with C of its own alone, linked statically", "/go/cgo-static"),
  sh("ed runs", "echo '!/musl/app' | ed -s", { in: ["ash"] }),
  sh("watch", "timeout 1 watch /musl/app", { in: ["ash"] }),
  sh("script", "script -qc /musl/app /dev/null </dev/null >/dev/null", { in: ["ash"] }),
  sh("inotifyd", "mkdir -p /tmp/w\n(sleep 0.2; touch /tmp/w/x) &\ntimeout 1 inotifyd /h.sh /tmp/w", {
    in: ["ash"],
    files: [script("h.sh")],
  }),
  sh("nc with a program", "nc -l -p 9 -e /musl/app & sleep 0.1; echo | nc -w 1 127.0.0.1 9", { in: ["ash"] }),
  sh("start-stop-daemon", "start-stop-daemon -S -x /musl/app", { in: ["ash"] }),
  sh("start-stop-daemon with a name", "start-stop-daemon --start --startas /musl/app --exec /go/app", {
    in: ["ash"],
  }),
  sh("crond", "timeout 1 crond -f -d 8", { in: ["ash"] }),
  sh("run-parts with arguments", "run-parts --arg=/musl/app /rp", {
    in: ["ash"],
    files: [script("rp/one", '"$1"')],
  }),
  sh("env with a name", "env -u HOME -- A=b /musl/app"),
  sh("env from a text", "env -S'sh -c /musl/app'", { in: ["dash", "bash"] }),
  sh("nohup of a function's words", 'f() { nohup "$@" >/dev/null; }\nf /musl/app'),
  sh("timeout with a signal", "timeout -s KILL 5 /musl/app"),
  sh("a user glued to its option", "taskset -c 0 /musl/app", { in: ["dash", "bash"] }),
  sh("setpriv", "setpriv --reuid=0 --clear-groups /musl/app", { in: ["dash", "bash"] }),
  sh("gosu", "exec gosu root /musl/app"),
  sh("su-exec", "exec su-exec root:root /musl/app"),
  sh(
    "su-exec in a branch",
    'set -- /musl/app\nif [ "$(id -u)" = 0 ]; then set -- su-exec root "$@"; fi\nexec "$@"',
  ),
  sh("a program of nobody's table", "/musl/exec /musl/app"),
  sh("nowhere without a PATH", "PATH=/musl:$PATH\nunset PATH\napp 2>/dev/null || /bin/true"),
  sh("a shell's own PATH", "env -i sh -c app", {
    files: [{ path: "usr/bin/app", text: "", link: "/musl/app" }],
  }),
  sh("the C library's PATH", "env -u PATH app", {
    files: [{ path: "usr/bin/app", text: "", link: "/musl/app" }],
    env: ["PATH=/go:/usr/bin:/bin"],
  }),
  sh("IFS from outside", 'A=/go/appx/musl/app\nset -- $A\n"$2" || true', { env: ["IFS=x"] }),
  sh("tar by its variable", "TAR_OPTIONS=--use-compress-program=/musl/app tar -cf /tmp/t /etc/hosts", {
    in: ["dash", "bash"],
  }),
  sh("perl calls the kernel", "perl -e '$p = \"/musl/app\"; syscall(59, $p, 0, 0)'", {
    in: ["dash", "bash"],
  }),
  sh("perl's modules", "perl /srv/bin/x.pl", {
    in: ["dash", "bash"],
    files: [
      { path: "srv/bin/x.pl", text: 'do "/srv/lib/Y.pm"; Y::go();\n', mode: 0o644 },
      { path: "srv/lib/Y.pm", text: 'package Y; sub go { system("/musl/app") } 1;\n', mode: 0o644 },
    ],
  }),
  sh("perl by its variable", "PERL5OPT='-I/opt/m -MX' perl -e 1", {
    in: ["dash", "bash"],
    files: [{ path: "opt/m/X.pm", text: 'package X; system("/musl/app"); 1;\n', mode: 0o644 }],
  }),
  sh("perl with a folder that is a value", 'perl -e \'my $d = "musl"; system("/$d/app")\'', {
    in: ["dash", "bash"],
  }),
  sh("run-parts by busybox's words", "busybox run-parts /rp", { in: ["ash"], files: [script("rp/one")] }),
  sh("crond with a shell of its table", "timeout 2 crond -f -d 8", {
    in: ["ash"],
    files: [{ path: "etc/crontabs/root", text: "SHELL=/musl/app\n@reboot true\n", mode: 0o644 }],
  }),
  sh("a program that starts another by itself", "/musl/system"),
  sh("a library brought in", "LD_PRELOAD=/musl/preload.so ls >/dev/null", { in: ["ash"] }),
  sh("a library brought into a quiet program", "LD_PRELOAD=/musl/preload.so /musl/quiet"),
  sh("a library for all", "export LD_PRELOAD=/musl/preload.so\ncat /etc/hosts >/dev/null", { in: ["ash"] }),
  sh("library found by its path", "LD_LIBRARY_PATH=/musl LD_PRELOAD=preload.so /musl/quiet"),
  sh("own program with a tool's name", "/own/route", {
    files: [{ path: "own/route", text: "", link: "/musl/app" }],
  }),
  sh("own program with a wrapper's name", "/own/watch ls", {
    files: [{ path: "own/watch", text: "", link: "/musl/static" }],
  }),
  sh("own program with a supervisor's name", "/own/cron", {
    files: [{ path: "own/cron", text: "", link: "/musl/static" }],
  }),
  sh("own program named like a quiet tool", "/usr/bin/users", {
    files: [{ path: "usr/bin/users", text: "", link: "/musl/app" }],
    in: ["dash", "bash"],
  }),
  sh("make", "make -f /Makefile", {
    in: ["dash", "bash"],
    files: [{ path: "Makefile", text: "all:\n\t/musl/app\n", mode: 0o644 }],
  }),
  sh("make in the folder", "cd /mk && make run", {
    in: ["dash", "bash"],
    files: [{ path: "mk/Makefile", text: "run:\n\t/musl/app\n", mode: 0o644 }],
  }),
  // Paths.
  sh("a link to /proc/self/root", '[ -n "$PATH" ] && /r/musl/app || true', {
    files: [{ path: "r", text: "", link: "/proc/self/root" }],
  }),
  sh("around to /proc", '[ -n "$PATH" ] && /bin/../proc/self/root/musl/app || true'),
  sh("a link in the folder's name", "cd /lnk && ./app", {
    files: [{ path: "lnk", text: "", link: "/musl" }],
  }),
  sh("up from a link", "cd /lnk/.. && musl/app", { files: [{ path: "lnk", text: "", link: "/lab" }] }),
  sh("up from a link, as the kernel does", "/lnk/../app", {
    files: [
      { path: "lnk", text: "", link: "/musl/deep" },
      { path: "musl/deep/x", text: "x", mode: 0o644 },
    ],
  }),
  sh("physical folder", "cd -P /lnk/..\n./app", {
    files: [
      { path: "lnk", text: "", link: "/musl/deep" },
      { path: "musl/deep/x", text: "x", mode: 0o644 },
    ],
  }),
  sh("name with a star", "PATH=/mu?l:$PATH\n/mu?l/app"),
  sh("double slashes", "//musl///./app"),
  sh("empty part of PATH", "cd /musl\nPATH=/bin::/usr/bin\napp"),
  sh("relative part of PATH", "cd /\nPATH=musl:$PATH\napp"),
  sh("renamed folder", "mv /musl /opt2 && /opt2/app"),
  sh("linked folder", "ln -s /musl /cur && /cur/app"),
  sh("link that is changed", "ln -sf /musl/app /bin/tool\ntool", {
    files: [{ path: "bin/tool", text: "", link: "/go/app" }],
    in: ["ash"],
  }),
  sh("copied into a folder", "mkdir -p /d1\ncp /musl/app /d1/\n/d1/app"),
  sh("installed", "install -D -m 755 /musl/app /d2/tool\n/d2/tool", { in: ["ash"] }),
  sh("written over by cat", "cat /musl/app > /opt/t\nchmod 755 /opt/t\n/opt/t", {
    files: [script("opt/t", "true")],
  }),
  sh("written over by dd", "dd if=/musl/app of=/opt/t 2>/dev/null\n/opt/t", {
    files: [script("opt/t", "true")],
    in: ["ash"],
  }),
  sh("script that changes itself", "printf '#!/bin/sh\\n/musl/app\\n' > /opt/n\n/opt/n", {
    files: [script("opt/n", "true")],
  }),
  sh("written in a subshell", "( echo /musl/app > /opt/n )\nsh /opt/n", { files: [script("opt/n", "true")] }),
  sh("written by a group", "{ echo '#!/bin/sh'; echo /musl/app; } > /opt/n\n/opt/n", {
    files: [script("opt/n", "true")],
  }),
  sh("written by a descriptor", "exec 4> /opt/n\necho /musl/app >&4\nexec 4>&-\nsh /opt/n", {
    files: [script("opt/n", "true")],
  }),
  sh("written by a function", "w() { echo /musl/app; }\nw > /opt/n\nsh /opt/n", {
    files: [script("opt/n", "true")],
  }),
  sh("written by a loop", "for l in /musl/app; do echo $l; done > /opt/n\nsh /opt/n", {
    files: [script("opt/n", "true")],
  }),
  sh("template", "sed 's,@APP@,/musl/app,' /tpl > /opt/n\nsh /opt/n", {
    files: [{ path: "tpl", text: "@APP@\n", mode: 0o644 }, script("opt/n", "true")],
  }),
  sh("made executable in passing", "chmod 0755 /opt/ne && /opt/ne", {
    files: [{ ...script("opt/ne"), mode: 0o644 }],
  }),
  sh("hook that a link brings", "for f in /hooks.d/*; do $f; done", {
    files: [{ path: "hooks.d/10", text: "", link: "../musl/app" }],
  }),
  sh("hook folder by a link", "for f in /hk/*; do $f; done", {
    files: [{ path: "hk", text: "", link: "real.d" }, script("real.d/x")],
  }),
  sh("tool found by which", "$(which app)", { env: ["PATH=/musl:/usr/bin:/bin"] }),
  sh("tool found by command -v", "$(command -v app)", { env: ["PATH=/musl:/usr/bin:/bin"] }),
  // Texts.
  sh("eval of two words", "eval /musl/ap p 2>/dev/null; eval '/musl' | true\neval /musl/'app'"),
  sh("nested quotes", `sh -c "sh -c '/musl/app'"`),
  sh("dollar in double quotes", 'A=/musl/app; sh -c "$A"'),
  sh("backslashes in backquotes", "X=`echo \\`/musl/app\\``"),
  sh("here-document in a function", "f() { cat <<'EOF'\n/musl/app\nEOF\n}\nf | sh"),
  sh("here-document in a substitution", "sh -c \"$(cat <<'EOF'\n/musl/app\nEOF\n)\""),
  sh("here-document with tabs", "sh <<-EOF\n\t/musl/app\n\tEOF"),
  sh("two here-documents", "cat <<A; sh <<B\n/go/app\nA\n/musl/app\nB"),
  sh("substitution in a here-document", "cat >/dev/null <<EOF\n$(/musl/app)\nEOF"),
  sh("comment that is none", "echo a#b >/dev/null; /musl/app"),
  sh("continued word", "/mu\\\nsl/app"),
  sh("translated text", "$(echo /MUSL/APP | tr A-Z a-z)"),
  sh("cut text", "$(echo x:/musl/app | cut -d: -f2)"),
  sh("printf with a number", "$(printf '/musl/a%s%s' p p)"),
  sh("printf repeated", "printf '%s\\n' true /musl/app | while read -r x; do $x; done"),
  sh("echo -n", "C=$(echo -n /musl/; echo app)\n$C", { in: ["ash", "bash"] }),
  sh("text of base64", "echo L211c2wvYXBwCg== | base64 -d | sh", { in: ["ash"] }),
  inBash("ansi quotes", "$'\\x2fmusl/app'"),
  inBash("replaced part", "X=/glibc/app\n${X/glibc/musl}"),
  inBash("first letter", "X=a\n[[ ${X^} == A ]] && /musl/app"),
  inBash("indirect name", "APP_CMD=/musl/app\nfor n in ${!APP_*}; do ${!n}; done"),
  inBash("variables of a prefix", "APP_X=/musl/app\nfor v in $(compgen -v APP_); do ${!v}; done"),
  sh("variables of env", "export APP_X=/musl/app\nfor l in $(env | grep ^APP_X=); do ${l#*=}; done"),
  inBash("@Q", "X=/musl/app\neval ${X@Q}"),
  inBash("process substitution read", "while read -r x; do $x; done < <(echo /musl/app)"),
  inBash("regular expression's parts", "[[ a:/musl/app =~ ^a:(.*)$ ]]\n${BASH_REMATCH[1]}"),
  inBash("exported function of a name", "f() { /musl/app; }\nexport -f f\nsh -c true; bash -c f"),
  inBash("wait -n", "/musl/app & wait -n"),
  inBash("time of a group", "time { /musl/app; }"),
  inBash("exec of a descriptor", "exec {fd}>/dev/null\n/musl/app >&$fd"),
  inBash("bash's own tcp", ": < /dev/tcp/127.0.0.1/1 || /musl/app"),
  // Without a script.
  { name: "words of a shell", words: ["sh", "-c", "$0 $1", "env", "/musl/app"] },
  { name: "login words", words: ["sh", "-lc", "exec /musl/app"] },
  { name: "env in words", words: ["env", "-i", "/musl/app"] },
  { name: "loader in words", words: ["/lib/ld-musl-x86_64.so.1", "--", "/musl/app"] },
  {
    name: "loader with a library",
    words: ["/lib/ld-musl-x86_64.so.1", "--preload", "/musl/preload.so", "/musl/quiet"],
  },
  { name: "go that starts a shell", words: ["/go/wrap", "--", "sh", "-c", "/musl/app"] },
  { name: "go that starts a text", words: ["/go/wrap", "--", "/bin/sh", "-c", "true && /musl/app"] },
  { name: "preload of the image", words: ["/musl/quiet"], env: ["LD_PRELOAD=/musl/preload.so"] },
  { name: "GODEBUG among others", words: ["/go/cgo"], env: ["GODEBUG=http2debug=1,netdns=cgo+1"] },
  { name: "RES_OPTIONS that is empty", words: ["/go/cgo"], env: ["RES_OPTIONS="] },
  {
    name: "script by a link with another name",
    words: ["/start"],
    files: [
      { path: "start", text: "", link: "opt/go.sh" },
      { path: "opt/go.sh", text: '#!/bin/sh\ncase "$0" in */start) /musl/app ;; esac\n' },
    ],
  },
];

/** The tricks as chains: each in every shell that it is for. */
export function tricks(): readonly Chain[] {
  let number = 0;
  return TRICKS.flatMap((trick) =>
    (trick.in ?? ["ash", "dash", "bash"]).map((shell): Chain => {
      const [root, path] = SHELLS[shell];
      const own: readonly ChainFile[] =
        trick.text === undefined
          ? []
          : [{ path: "entry.sh", text: `${trick.first ?? `#!${path}`}\n${trick.text}\nexec /go/app\n` }];
      return {
        id: `t${number++}`,
        root,
        files: [...own, ...(trick.files ?? [])],
        words: trick.words ?? ["/entry.sh"],
        env: [
          ...(trick.env?.some((one) => one.startsWith("PATH=")) ? [] : [`PATH=${PATH}`]),
          "HOME=/root",
          ...(trick.env ?? []),
        ],
        cwd: "/",
        parts: [trick.name, shell],
      };
    }),
  );
}
