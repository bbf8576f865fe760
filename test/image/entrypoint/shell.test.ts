// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { readShell } from "../../../src/image/entrypoint/shell.ts";

const VARIABLES = new Map([
  ["HOME", "/root"],
  ["APP", "/srv/app"],
  ["EMPTY", ""],
]);

/** Commands in short: `exec` and `set` in front, what is not known as `?`. */
function read(text: string): readonly string[] {
  return readShell(text, VARIABLES).map(({ words, does }) => {
    const shown = words.map((word) => {
      if (typeof word === "string") return word;
      if ("allArguments" in word) return "$@";
      return "argument" in word ? `$${word.argument}` : "?";
    });
    return [...(does === "run" ? [] : [does]), ...shown].join(" ");
  });
}

describe("readShell", () => {
  it.each<[string, readonly string[]]>([
    ["a b\nc", ["a b", "c"]],
    ["a; b && c || d & e | f", ["a", "b", "c", "d", "e", "f"]],
    ["a\\\n b", ["a b"]],
    ["a # b\n#c\nd#e", ["a", "d#e"]],
    ['\'a b\' "c d" e\\ f g"h i"j', ["a b c d e f gh ij"]],
    ["'$APP' \"$APP\" $APP ${APP}/x", ["$APP /srv/app /srv/app /srv/app/x"]],
    ["${NONE:-d} ${NONE-d} ${EMPTY:-d} ${APP:-d}", ["d d d /srv/app"]],
    ["x $NONE ${NONE} $(date) `date` ${APP%x} ${APP:+y}", ["x ? ? ? ? ? ?"]],
    ["B=/b\n$B ${B}", ["/b /b"]],
    ["B=$(x)\n$B y", ["? y"]],
    ["APP=1 run\n$APP", ["run", "/srv/app"]],
    ["B=/b\nB=/c\n$B", ["/c"]],
    ["B=$(x)\n${B:-/c}", ["?"]],
    ["B=\n${B:-/c}", ["/c"]],
    ["if x; then B=/b; else B=/c; fi\nexec $B $B", ["x", "exec /b ?", "exec /c ?"]],
    ["if x; then B=$(y); else B=/c; fi\n$B", ["x", "?", "/c"]],
    ["[ -x /b ] && APP=/b\nAPP2=/c\n$APP $APP2", ["/srv/app /c", "/b /c"]],
    ["[ -x /b ] ||\n  APP=/b\n$APP", ["/srv/app", "/b"]],
    ["case $1 in a) B=/a ;; *) B=/b ;; esac\n$B/x", ["/a/x", "/b/x"]],
    ["if x; then B=/b C=1; fi\nx && C=/c\nx && C=/d\nx && APP=/e\n$APP$C", ["x", "x", "x", "x", "?"]],
    ["B=/b C=/c\n$B$C", ["/b/c"]],
    ["export B=/b C D=/d\nreadonly -r E=/e\n$B $D $E", ["/b /d /e"]],
    ["for x in 1; do B=/a; done\nB=/b\n$B", ["/b"]],
    ['x "$BASH_SOURCE" ${BASH_SOURCE[0]}', ["x $0 $0"]],
    ["exec a", ["exec a"]],
    ["exec -a name -c a", ["exec a"]],
    ["exec >/dev/null 2>&1\nexec 3<&0", []],
    ["a > out 2>> err < in >&2 2>&1 b", ["a b"]],
    ["a &> x", ["a"]],
    ['set -- a "$@"', ["set a $@"]],
    ["set -e\nset -x", []],
    ['a "$@" $* "${@}" ${1+"$@"}', ["a $@ $@ $@ $@"]],
    ['a $0 "$1" ${2} "${10}"', ["a $0 $1 $2 $10"]],
    ["if a; then b; elif ! c; then d; else e; fi", ["a", "b", "c", "d", "e"]],
    ["while a; do b; done; until c; do d; done", ["a", "b", "c", "d"]],
    ["for x in 1 2; do a; done", ["a"]],
    ["{ a; }\n(b)\n( c; d )", ["a", "b", "c", "d"]],
    ["case $1 in\n a|b) c ;;\n (d) e ;;\n *) f\nesac", ["a", "c", "d", "e", "f"]],
    ["f() { a; }\ng () {\n b\n}\nfunction h {\n c\n}", ["a", "b", "c"]],
    ["cat <<E\na\nE\nb", ["cat", "b"]],
    ["cat <<-'E' | c\n\ta\n\tE\nb", ["cat", "c", "b"]],
    ["cat <<A <<B\n1\nA\n2\nB\nc", ["cat", "c"]],
    ["cat <<< word", ["cat"]],
    ["cd /; echo a; [ -f x ] && [[ y ]]; export A=b; : x; true", []],
    [". /f; source ./g x", ["source /f", "source ./g x"]],
    ['eval "exec $@"', ["?"]],
    ['a "$(b "c d")" e', ["a ? e"]],
    ['a "$(b "$(c "d e")" \'"\' )" "${X:-"y z"}" e', ["a ? ? e"]],
    ['a "it\'s" "\\"" b', ["a it's \" b"]],
    ['a "b\\c\\$d" e\\f', ["a b\\c$d ef"]],
    ["a $((1 + (2))) b", ["a ? b"]],
    ["echo `exec a`; b", ["b"]],
    ['echo "\nexec a\n"; b', ["b"]],
    ["", []],
    ["'", [""]],
    ['"$', ["?"]],
    ["${", ["?"]],
    ["a <<", ["a"]],
  ])("%j", (text, commands) => {
    expect(read(text)).toEqual(commands);
  });

  it("takes linear time over what never ends", () => {
    for (const part of [
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
    ]) {
      const begin = performance.now();
      readShell(part.repeat(32_768 / part.length), VARIABLES);
      expect([part, performance.now() - begin < 500]).toEqual([part, true]);
    }
    const begin = performance.now();
    const names = Array.from({ length: 1_500 }, (_, i) => `v${i}`);
    const many =
      names.map((name) => `x && ${name}=${name}\n`).join("") + names.map((name) => `$${name}\n`).join("");
    readShell(many + many, VARIABLES);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
