// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { walk } from "../../support/shell-host.ts";

const variables = new Map([
  ["HOME", "/root"],
  ["APP", "/srv/app"],
  ["EMPTY", ""],
]);
const read = (text: string, args: readonly string[] = []) => walk(text, { variables, args }).starts;

describe("words", () => {
  it.each<[string, readonly string[]]>([
    ["a b\nc", ["a b", "c"]],
    ["a; b & c | d", ["a", "b", "c", "d"]],
    ["a\\\n b", ["a b"]],
    ["a # b\n#c\nd#e", ["a", "d#e"]],
    ['\'a b\' "c d" e\\ f g"h i"j', ["a b c d e f gh ij"]],
    ["x '$APP' \"$APP\" $APP ${APP}/x", ["x $APP /srv/app /srv/app /srv/app/x"]],
    ["x ${NONE:-d} ${NONE-d} ${EMPTY:-d} ${EMPTY-d} ${APP:-d}", ["x d d d /srv/app"]],
    ["x ${APP:+y} ${EMPTY:+y} z", ["x y z"]],
    ["x ${NONE:=/d}\n$NONE", ["x /d", "/d"]],
    ["x ${APP%/*} ${APP##*/} ${APP#/srv} ${#APP} ${APP/srv/opt}", ["x /srv app /app 8 /opt/app"]],
    ["B=/b\n$B ${B}", ["/b /b"]],
    ['B="/b c"\n$B "$B"', ["/b c /b c"]],
    ["B=$(x)\n$B y", ["x", "… y"]],
    ["APP=1 run\n$APP", ["run", "/srv/app"]],
    ["export B=/b C D=/d\nreadonly -r E=/e\n$B $D $E", ["/b /d /e"]],
    ["B=/b\nunset B\nx $B y", ["x y"]],
    ["x ~/a ~", ["x /root/a /root"]],
    ["x {a,b}", ["x …"]],
    ["N=1\nx $((N + 2))", ["x 3"]],
    ['a "it\'s" "\\"" b', ["a it's \" b"]],
    ["IFS=:\nX=/a:b\n$X", ["/a b"]],
    ["printf -v X %s /a\n$X", ["/a"]],
    ["X=APP\n${!X}", ["/srv/app"]],
    ["L=(/a b 'c d')\nL+=(e)\n\"${L[@]}\"\n${L[0]} ${#L[@]}", ["/a b c d e", "/a 4"]],
    ["\\x 'y'z", ["x yz"]],
  ])("%j", (text, starts) => {
    expect(read(text)).toEqual(starts);
  });

  it("keeps the script's own path", () => {
    expect(read('x "$0" "$BASH_SOURCE" ${BASH_SOURCE[0]}')).toEqual(["x /start.sh /start.sh /start.sh"]);
  });
});

describe("commands", () => {
  it.each<[string, readonly string[]]>([
    ["exec a\nb", ["exec a"]],
    ["exec -a name -c a", ["exec a"]],
    ["exec >/dev/null 2>&1\nexec 3<&0\na", ["a"]],
    ["exec $EMPTY\na", ["a"]],
    ["command exec a\nb", ["exec a"]],
    ["\\exec a\nb", ["exec a"]],
    ['"exec" a\nb', ["exec a"]],
    ["alias r=exec\nr a\nb", ["exec a"]],
    ["eval exec a\nb", ["exec a"]],
    ['X="exec a"\neval "$X"', ["exec a"]],
    ["trap 'a b' EXIT\nc", ["c", "a b"]],
    ["trap 'a' EXIT\ntrap - EXIT\nc", ["c"]],
    ["a > out 2>> err < in >&2 2>&1 b", ["a b"]],
    ["a && b\nc || d", ["a", "b", "c", "? d"]],
    ["true && a\nfalse && b\ntrue || c\nfalse || d\n! true || e", ["a", "d", "e"]],
    ["if a; then b; else c; fi\nd", ["a", "? b", "? c", "d"]],
    ["if true; then b; elif c; then d; else e; fi", ["b"]],
    ["if ! a; then exit 1; fi\nb", ["a", "? b"]],
    ["while a; do b; done\nc", ["a", "? b", "c"]],
    ["while true; do a; done\nb", ["a"]],
    ["for x in /a /b; do $x 1; done", ["/a 1", "/b 1"]],
    ["for x in 1 2 3; do [ $x = 2 ] && break; a $x; done\nb", ["a 1", "b"]],
    ["case $APP in *.sh) a ;; /srv/*) b ;; *) c ;; esac", ["b"]],
    ["case $NONE in a) b ;; *) c ;; esac", ["? b", "? c"]],
    ["{ a; }\n(b; exit)\nc", ["a", "b", "c"]],
    ["f() { a $1; }\nf x\nf y", ["a x", "a y"]],
    ["f() { a; }\nb", ["b"]],
    ["f() { return; a; }\nf\nb", ["b"]],
    ["cat <<E\nexec x\nE\nb", ["cat", "b"]],
    ["a | while read -r x; do b; done", ["a", "? b"]],
    ["printf '%s\\n' /a /b | while read -r x; do $x; done", ["/a", "/b"]],
    ["cd /srv\ncd ..\nx $PWD", ["x /"]],
    ["cd /srv\ncd /none\nx $PWD", ["x /none", "? x /srv"]],
    ["f() { local A=/b; $A; }\nA=/a\nf\n$A", ["/b", "/a"]],
    ["A=/a\nA=/b true x\nf() { $A; }\nA=/c f\n$A", ["/c", "/a"]],
    ["X=:/a\nIFS=:\nset -- $X\n$2", ["/a"]],
    ["IFS=, read -r A B <<< x,/b\n$B", ["/b"]],
    ['set -- a b\nIFS=-\nX="$*"\nunset IFS\nx $X', ["x a-b"]],
    ["n=0\n: $((n += 1))\n[ $n = 0 ] || x", ["? x"]],
    ["false\nS=$?\n[ $S = 0 ] || x", ["? x"]],
    ["( trap /a EXIT; b )", ["b", "/a"]],
    ["trap '$A' TERM\nA=/a\nA=/b", ["? …", "? /a", "? /b", "/b"]],
    ["", []],
  ])("%j", (text, starts) => {
    expect(read(text).filter((one, i, all) => all.indexOf(one) === i)).toEqual(starts);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['a "$@"', ["x y", "z"], ["a x y z"]],
    ['exec "$@"', ["x"], ["exec x"]],
    ['exec ${1+"$@"}', ["x"], ["exec x"]],
    ['shift\nexec "$@"', ["serve", "x"], ["exec x"]],
    ['set -- p "$@"\nexec "$@"', ["x"], ["exec p x"]],
    ['if [ "${1#-}" != "$1" ]; then set -- p "$@"; fi\nexec "$@"', ["-x"], ["exec p -x"]],
    ['if [ "${1#-}" != "$1" ]; then set -- p "$@"; fi\nexec "$@"', ["x"], ["exec x"]],
    ['if [ "$1" = debug ]; then exec sh; fi\nexec "$@"', ["x"], ["exec x"]],
    ['run() { exec "$@"; }\nrun a "$1"', ["x"], ["exec a x"]],
    ["f() { shift; }\nf a\nexec $1", ["x"], ["exec x"]],
    [
      'while [ $# -gt 0 ]; do case "$1" in --) shift; break ;; *) shift ;; esac; done\nexec "$@"',
      ["-v", "--", "x"],
      ["exec x"],
    ],
    ["for a; do last=$a; done\nexec $last", ["x", "y"], ["exec y"]],
    ["a $# $*", ["x", "y"], ["a 2 x y"]],
  ])("%j with %j", (text, args, starts) => {
    expect(read(text, args)).toEqual(starts);
  });

  it("says what it does not follow", () => {
    for (const text of ["if a; then", 'eval "$(x)"', ". /etc/unread\na", "f() { f; }\nf"])
      expect([text, walk(text).unknowns.length > 0]).toEqual([text, true]);
  });

  it("does not know which commands are the shell's own once that was changed", () => {
    expect(walk("enable -n test", { shell: "bash" }).unknowns).toHaveLength(1);
  });

  it("takes nothing for known after a source that could not be read", () => {
    expect(read(". /etc/unread\n$APP")).toEqual(["…"]);
  });

  it("reads sourced files, and files of a folder", () => {
    const files = { "/d/a.sh": "a", "/d/b.sh": "X=/b", "/d/c.txt": "c" };
    expect(walk('for f in /d/*.sh; do . "$f"; done\n$X', { files }).starts).toEqual(["a", "/b"]);
  });

  it("sees connections of bash's own", () => {
    expect(walk("exec 3<>/dev/tcp/db/5432", { shell: "bash" }).starts).toEqual(["connect db"]);
    expect(walk("exec 3<>/dev/tcp/db/5432", { shell: "ash" }).starts).toEqual([]);
  });
});

describe("what costs", () => {
  it.each([
    "$(",
    "${",
    '"',
    "'",
    "`",
    "<<a ",
    "<<a\n",
    "a;",
    "$a",
    "<&",
    "\\",
    "((",
    "))",
    "a=$b ",
    "{ ",
    "if a;then ",
    "for x in a;do ",
  ])("%j takes steps in proportion", (part) => {
    const steps = (n: number) => walk(part.repeat(n), { budget: Number.POSITIVE_INFINITY }).steps;
    expect(steps(2_000)).toBeLessThanOrEqual(2 * steps(1_000) + 100);
  });

  it("ends with its budget", () => {
    const names = Array.from({ length: 500 }, (_, i) => `v${i}`);
    const many =
      names.map((name) => `x && ${name}=${name}\n`).join("") + names.map((name) => `$${name}\n`).join("");
    const { steps } = walk(many, { budget: 2_000 });
    expect(steps).toBeGreaterThan(2_000);
    expect(steps).toBeLessThan(2_400);
  });

  it("keeps texts short that double", () => {
    const text = `B=${"x".repeat(60_000)}\n${"C=$B$B\nB=$C\n".repeat(200)}exec $C`;
    expect(walk(text).starts).toEqual(["exec …"]);
  });
});
