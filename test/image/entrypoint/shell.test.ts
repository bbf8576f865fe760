import { describe, expect, it } from "vitest";
import { type Command, readShell } from "../../../src/image/entrypoint/shell.ts";

/** Commands in short: `exec a b`, `(a)` when it may not happen, `$@` and `$1` for arguments, `?x` for what is not known. */
function read(text: string, variables: Record<string, string> = {}): string[] {
  return readShell(text, new Map(Object.entries(variables))).map((command: Command) => {
    const words = command.words.map((word) => {
      if (typeof word === "string") return word;
      if ("allArguments" in word) return "$@";
      return "argument" in word ? `$${word.argument}` : `?${word.unknown}`;
    });
    const name = command.kind === "run" ? (command.exec ? ["exec"] : []) : [command.kind];
    const text_ = [...name, ...words, ...(command.kind === "shift" ? [String(command.count)] : [])].join(" ");
    return command.conditional ? `(${text_})` : text_;
  });
}

describe("what a script starts", () => {
  it("simple commands, without builtins, assignments, comments and redirections", () => {
    expect(read('set -e\n# app\nA=1 app -x "two words" >/dev/null 2>&1 < in &\nwait\n')).toEqual([
      "app -x two words",
    ]);
    expect(read("a; b | c")).toEqual(["a", "b", "c"]);
    expect(read("app \\\n  --flag\n")).toEqual(["app --flag"]);
    expect(read("app > log 2> errors --flag")).toEqual(["app --flag"]);
  });

  it("stops behind an exec that is sure to happen", () => {
    expect(read("exec app\nexec other\n")).toEqual(["exec app"]);
    expect(read("[ -n x ] && exec app\nexec other\n")).toEqual(["(exec app)", "exec other"]);
    expect(read("if x; then exec app; fi\nexec other")).toEqual(["(x)", "(exec app)", "exec other"]);
    expect(read("exec 3>&1\nexec -a name app")).toEqual(["exec app"]);
  });

  it("leaves the patterns of case out", () => {
    const text = `case "$1" in
  server|nginx) exec a ;;
  (job) b
    c ;;
  *) exec "$@" ;;
esac
d`;
    expect(read(text)).toEqual(["(exec a)", "(b)", "(c)", "(exec $@)", "d"]);
    expect(read("case $x in a) b;; esac; c")).toEqual(["(b)", "c"]);
  });

  it("takes functions and loops as what may happen", () => {
    expect(read('main() {\n exec "$@"\n}\nmain "$@"')).toEqual(["main", "(exec $@)", "main $@"]);
    expect(read("function run {\n a\n}\nb")).toEqual(["(a)", "b"]);
    expect(read("for x in 1 2; do a; done; b")).toEqual(["(a)", "b"]);
    expect(read("while true; do a; done\nb")).toEqual(["(a)", "b"]);
  });

  it("skips here-documents", () => {
    expect(read("cat <<EOF >x\nexec bad\nEOF\na")).toEqual(["cat", "a"]);
    expect(read("cat <<-'X'\n\texec bad\n\tX\na")).toEqual(["cat", "a"]);
    expect(read("cat <<EOF\nnever ends")).toEqual(["cat"]);
  });
});

describe("words", () => {
  it("variables that are known, with defaults, and quotes", () => {
    expect(read(`exec $APP \${PORT:-80} '$X' "$APP"/x`, { APP: "/app" })).toEqual(["exec /app 80 $X /app/x"]);
    expect(read('APP=/bin/app\nexec "$APP"')).toEqual(["exec /bin/app"]);
    expect(read("export APP=/bin/app\nexec $APP")).toEqual(["exec /bin/app"]);
    expect(read("APP=x other\nexec $APP", { APP: "y" })).toEqual(["other", "exec y"]);
  });

  it("not what is only known when it runs, or only sometimes set", () => {
    expect(read("exec $(which app)")).toEqual(["exec ?$(which app)"]);
    expect(read("exec `app`")).toEqual(["exec ?`app`"]);
    expect(read("APP=$(x)\nexec $APP", { APP: "old" })).toEqual(["exec ?$APP"]);
    expect(read("if x; then APP=a; else APP=b; fi\nexec $APP")).toEqual(["(x)", "exec ?$APP"]);
    expect(read(`exec \${APP##*/}`, { APP: "x/y" })).toEqual([`exec ?\${APP##*/}`]);
  });

  it("arguments of the script, and what changes them", () => {
    expect(read('set -- node "$@"\nexec "$@"')).toEqual(["set node $@", "exec $@"]);
    expect(read(`[ "$1" = x ] && shift\nshift 2\nexec "$0" $1 \${2} "\${@}"`)).toEqual([
      "(shift 1)",
      "shift 2",
      "exec $0 $1 $2 $@",
    ]);
    expect(read(`exec "$BASH_SOURCE" "\${BASH_SOURCE[0]}"`)).toEqual(["exec $0 $0"]);
    expect(read("cd /app && exec ./run")).toEqual(["cd /app", "(exec ./run)"]);
  });
});
