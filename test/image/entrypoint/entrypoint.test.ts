// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { Override } from "../../../src/image/entrypoint/argv.ts";
import type { StartProcess } from "../../../src/model/image-profile.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import {
  alpine,
  config,
  DEBIAN,
  file,
  fileSystem,
  elfFact,
  GO,
  link,
  ON_GLIBC,
  ON_MUSL,
  script,
  STATIC_MUSL,
  type TestLayer,
} from "../../support/file-system.ts";

interface Start {
  readonly base?: readonly TestLayer[];
  readonly files?: Readonly<Record<string, LayerEntry>>;
  readonly words: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly workingDir?: string;
  readonly override?: Override;
}

function start({ base = [alpine()], files = {}, words, cmd = [], env, workingDir, override = {} }: Start) {
  const image = config({
    entrypoint: words,
    cmd,
    ...(env === undefined ? {} : { env }),
    ...(workingDir === undefined ? {} : { workingDir }),
  });
  return startProcessWith(whenNeeded, fileSystem(...base, { entries: files }), image, override);
}
const chain = (process: StartProcess) => process.chain.map(({ text }) => text).join(" → ");

const NODE = { "usr/local/bin/node": ON_MUSL };
const SH = "#!/bin/sh → /bin/busybox";
const LOADER = "/lib/ld-musl-x86_64.so.1 1.2.2";

describe("a program that is started directly", () => {
  it("uses the musl its loader is", () => {
    const process = start({ words: ["node", "app.js"], files: NODE });
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" }, runtime: "node" });
    expect(chain(process)).toBe(`/usr/local/bin/node → ${LOADER}`);
    expect(process.chain[0]?.layer?.index).toBe(1);
    expect(process.chain[1]?.layer?.index).toBe(0);
  });

  it("is Go, static musl or glibc on the same Alpine", () => {
    expect(start({ words: ["/app"], files: { app: GO } })).toMatchObject({ kind: "own-resolver" });
    expect(start({ words: ["/app"], files: { app: STATIC_MUSL } })).toMatchObject({
      kind: "is-musl",
      musl: { atLeast: "1.2.4" },
    });
    const glibc = start({ words: ["/app"], files: { app: ON_GLIBC } });
    expect(glibc.kind).toBe("unknown");
    expect(glibc.reason).toContain("/lib64/ld-linux-x86-64.so.2 is not in the image");
    expect(start({ base: [DEBIAN], words: ["/app"], files: { app: ON_GLIBC } })).toMatchObject({
      kind: "uses-glibc",
      reason: "It resolves names with glibc 2.36, which takes the A half",
    });
  });

  it("is looked up in PATH in order, and in the working directory for an empty or relative part", () => {
    const files = {
      "usr/local/bin/app": GO,
      "usr/bin/app": ON_MUSL,
      "srv/app": STATIC_MUSL,
      "srv/x/app": GO,
    };
    const kind = (path: string) =>
      start({ words: ["app"], files, env: [`PATH=${path}`], workingDir: "/srv" }).kind;
    expect(kind("/usr/local/bin:/usr/bin")).toBe("own-resolver");
    expect(kind("/usr/bin:/usr/local/bin")).toBe("uses-musl");
    expect(kind("/nowhere:/usr/bin")).toBe("uses-musl");
    expect(kind(":/usr/bin")).toBe("is-musl");
    expect(kind("x:/usr/bin")).toBe("own-resolver");
    expect(kind("./x:/usr/bin")).toBe("own-resolver");
    // Without PATH the runtimes' own holds.
    expect(start({ words: ["app"], files, env: [] }).kind).toBe("own-resolver");
  });

  it("passes over what cannot be executed", () => {
    const files = { "usr/local/bin/app": file([elfFact()], false), "usr/bin/app": ON_MUSL };
    expect(start({ words: ["app"], files }).kind).toBe("uses-musl");
  });

  it("is found relative to the working directory", () => {
    const files = { "srv/bin/app": GO };
    expect(start({ words: ["./bin/app"], files, workingDir: "/srv" }).kind).toBe("own-resolver");
    expect(start({ words: ["bin/app"], files, workingDir: "/srv/" }).kind).toBe("own-resolver");
    expect(start({ words: ["../srv/bin/app"], files, workingDir: "/srv" }).kind).toBe("own-resolver");
    expect(start({ words: ["./bin/app"], files }).reason).toBe("The program ./bin/app is not in the image");
  });

  it("is followed through links of several layers", () => {
    const base = [alpine(), { entries: { "opt/v1/app": GO, current: link("/opt/v1") } }];
    const process = start({ base, words: ["app"], files: { "usr/bin/app": link("../../current/app") } });
    expect(chain(process)).toBe("/usr/bin/app → /opt/v1/app → go1.22.1, own resolver");
  });

  it("is unknown, with the reason, where nothing tells", () => {
    expect(start({ words: [] }).reason).toBe("The image names nothing to start, and no command was given");
    expect(start({ words: ["gone"] }).reason).toBe("The program gone is not in the image");
    expect(start({ words: ["/bin"] }).reason).toBe("The program /bin is a folder");
    expect(start({ words: ["/data"], files: { data: file([]) } }).reason).toBe(
      "/data is neither a program nor a script that can be read",
    );
    const loop = start({ words: ["/a"], files: { a: link("b"), b: link("a") } });
    expect(loop.reason).toBe("The program /a is not in the image");
  });

  it("is unknown where a layer that could not be read may have it", () => {
    const hidden = start({ base: [alpine(), undefined], words: ["node"], files: NODE });
    expect(hidden.kind).toBe("unknown");
    expect(hidden.reason).toContain("layer 2 of 3 could not be read");
    // The program lies above that layer, but its loader below.
    const loader = start({ base: [alpine(), undefined], words: ["/usr/local/bin/node"], files: NODE });
    expect(loader.reason).toBe(
      "Its loader /lib/ld-musl-x86_64.so.1 is not known: layer 2 of 3 could not be read",
    );
  });
});

describe("the words that start", () => {
  const files = { "usr/bin/go": GO, "usr/bin/c": ON_MUSL };
  it.each<[string, readonly string[], readonly string[], Override, string]>([
    ["Entrypoint", ["go"], ["x"], {}, "own-resolver"],
    ["Cmd alone", [], ["c"], {}, "uses-musl"],
    ["command instead of both", ["go"], ["go"], { command: ["c"] }, "uses-musl"],
    ["an empty command changes nothing", ["go"], [], { command: [] }, "own-resolver"],
    ["args instead of Cmd", [], ["c"], { args: ["go"] }, "own-resolver"],
    ["args behind the image's Entrypoint", ["env"], ["c"], { args: ["go"] }, "own-resolver"],
    ["command drops the image's Cmd", ["go"], ["c"], { command: ["env"], args: ["go"] }, "own-resolver"],
    ["an empty list of args changes nothing", ["env"], ["c"], { args: [] }, "uses-musl"],
  ])("%s", (_, words, cmd, override, kind) => {
    expect(start({ words, cmd, override, files }).kind).toBe(kind);
  });
});

describe("wrappers", () => {
  const files: Record<string, LayerEntry> = {
    "sbin/tini": STATIC_MUSL,
    "usr/bin/dumb-init": ON_MUSL,
    "sbin/su-exec": ON_MUSL,
    "usr/local/bin/gosu": GO,
    "usr/bin/setpriv": ON_MUSL,
    "usr/bin/timeout": link("/bin/busybox"),
    app: GO,
    c: ON_MUSL,
  };
  it.each([
    ["/sbin/tini", "--", "/app"],
    ["/sbin/tini", "-g", "-p", "SIGTERM", "--", "/app"],
    ["/sbin/tini", "-vve", "143", "/app"],
    ["dumb-init", "--", "/app"],
    ["dumb-init", "-r", "15:2", "/app", "-x"],
    ["dumb-init", "--rewrite=15:2", "--", "/app"],
    ["/sbin/su-exec", "app:app", "/app"],
    ["gosu", "app", "/app"],
    ["/sbin/tini", "--", "gosu", "app", "/app"],
    ["setpriv", "--reuid=app", "--clear-groups", "/app"],
    ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "/app"],
    ["timeout", "-s", "KILL", "10", "/app"],
    ["/usr/bin/env", "/app"],
    ["/usr/bin/env", "-i", "-u", "HOME", "A=b", "C=d e", "/app"],
    ["/usr/bin/env", "-S", "A=b /app -x"],
    ["/usr/bin/env", "-S/app -x"],
    ["/usr/bin/env", "--split-string=/app -x", "y"],
    ["/usr/bin/env", "-iS", "/app"],
    ["/bin/busybox", "sh", "-c", "exec /app"],
  ])("%s %s %s", (...words) => {
    expect(start({ words: words.filter((word) => word !== undefined), files }).kind).toBe("own-resolver");
  });

  it("without a command are what is judged", () => {
    expect(start({ words: ["/sbin/tini"], files }).kind).toBe("is-musl");
    expect(start({ words: ["/usr/bin/env", ...Array(100_000).fill("-S")], files }).kind).toBe("no-lookups");
  });

  it("stand in the chain", () => {
    expect(chain(start({ words: ["/sbin/tini", "--", "/c"], files }))).toBe(`/sbin/tini → /c → ${LOADER}`);
  });
});

describe("shells and scripts", () => {
  const files = { ...NODE, app: GO, "usr/bin/go": GO, c: ON_MUSL };
  const run = (text: string, more: Partial<Start> = {}) =>
    start({ words: ["/start.sh"], ...more, files: { ...files, "start.sh": script(text), ...more.files } });

  it("an interactive shell is what it is", () => {
    expect(chain(start({ words: ["/bin/sh"] }))).toBe(`/bin/sh → /bin/busybox → ${LOADER}`);
    expect(start({ words: ["/bin/sh", "-l"] }).kind).toBe("uses-musl");
  });

  it.each([
    ["exec /app"],
    ["/app"],
    ["exec /app --flag $UNKNOWN"],
    ["cd / && exec /app"],
    ["FOO=bar exec /app"],
    ["exec env FOO=bar /app"],
    ["exec -a name /app"],
    ['exec "/app"'],
    ["exec '/app'"],
    ["exec /a\\pp"],
    ["exec \\\n  /app"],
    ["mkdir -p /x; chown -R app /x; exec /app > /dev/null 2>&1"],
    ["sleep 1 && /app | tee /log"],
    ["# exec /c\nexec /app"],
    ["cat <<END > /etc/x\nexec /c\nEND\nexec /app"],
    ["cat <<-'END'\n\texec /c\n\tEND\nexec /app"],
    ["if [ -z \"$X\" ]; then\n  echo 'exec /c'\nfi\nexec /app"],
    ["P=/app\nexec $P"],
    ["exec ${P:-/app}"],
    ["exec $NAMED"],
    ["exec ${NAMED}"],
    ["exec 3>&1\nexec /app"],
    ["trap 'kill 1' TERM\n/app &\nwait"],
    ["main() {\n  exec /app\n}\nmain"],
    ["case $1 in\n  go) exec /app ;;\n  *) exec /app -x ;;\nesac"],
  ])("sh -c %j runs the program", (text) => {
    const env = ["PATH=/usr/local/bin:/usr/bin:/bin", "NAMED=/app"];
    expect(start({ words: ["/bin/sh", "-c", text], files, env })).toMatchObject({ kind: "own-resolver" });
    expect(run(`#!/bin/sh\nset -e\n${text}\n`, { env })).toMatchObject({ kind: "own-resolver" });
  });

  it("takes the shell's options for what they are", () => {
    const base = [DEBIAN];
    const kind = (...words: string[]) =>
      start({ base, words, files: { app: GO, "s.sh": script("/app") } }).kind;
    expect(kind("/bin/bash", "-c", "/app")).toBe("own-resolver");
    expect(kind("/bin/bash", "-lc", "/app")).toBe("own-resolver");
    expect(kind("/bin/bash", "-o", "pipefail", "-c", "/app")).toBe("own-resolver");
    expect(kind("/bin/bash", "-eo", "pipefail", "-c", "/app")).toBe("own-resolver");
    expect(kind("/bin/bash", "--login", "-e", "/s.sh")).toBe("own-resolver");
    expect(kind("/bin/bash", "s.sh")).toBe("own-resolver");
    expect(kind("/bin/bash")).toBe("uses-glibc");
  });

  it("gives sh -c its arguments", () => {
    expect(start({ words: ["sh", "-c", 'exec "$@"', "sh", "/app"], files }).kind).toBe("own-resolver");
    expect(start({ words: ["sh", "-c", 'exec "$0"', "/app"], files }).kind).toBe("own-resolver");
    expect(start({ words: ["sh", "-c", "exec $1 $2", "sh", "/app"], files }).kind).toBe("own-resolver");
  });

  it('follows exec "$@" to Cmd', () => {
    const process = run('#!/bin/sh\nset -e\nexec "$@"\n', { cmd: ["node", "app.js"] });
    expect(process.runtime).toBe("node");
    expect(chain(process)).toBe(`/start.sh → ${SH} → /usr/local/bin/node → ${LOADER}`);
    expect(run('exec "${@}"', { cmd: ["/app"] }).kind).toBe("own-resolver");
    expect(run('exec gosu x "$@"', { cmd: ["/app"], files: { "usr/bin/gosu": GO } }).kind).toBe(
      "own-resolver",
    );
    expect(run('exec ${1+"$@"}', { cmd: ["/app"] }).kind).toBe("own-resolver");
    expect(run('exec "$@"').reason).toBe(
      "The script /start.sh:1 starts what it is given, and it is given nothing",
    );
  });

  it("knows what set -- puts before the arguments", () => {
    const text =
      'if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then\n  set -- node "$@"\nfi\nexec "$@"\n';
    expect(run(text, { cmd: ["app.js"] }).runtime).toBe("node");
    expect(run(text, { cmd: ["--inspect", "app.js"] }).runtime).toBe("node");
    expect(run(text, { cmd: ["/app"] }).kind).toBe("own-resolver");
  });

  it("comes out of a script that starts itself as another user", () => {
    const text =
      'if [ "$1" = redis-server -a "$(id -u)" = 0 ]; then\n  exec su-exec redis "$0" "$@"\nfi\nexec "$@"\n';
    const more = {
      files: { "sbin/su-exec": ON_MUSL, "usr/bin/redis-server": ON_MUSL },
      cmd: ["redis-server"],
    };
    const process = run(text, { ...more, env: ["PATH=/sbin:/usr/bin:/bin"] });
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
    expect(chain(process)).toBe(`/start.sh → ${SH} → /usr/bin/redis-server → ${LOADER}`);
  });

  it("comes out of bash's name for it, too", () => {
    const text =
      'if [ "$1" = postgres -a "$(id -u)" = 0 ]; then exec gosu postgres "$BASH_SOURCE" "$@"; fi\nexec "$@"\n';
    const more = { files: { "usr/bin/gosu": GO, "usr/bin/postgres": ON_MUSL }, cmd: ["postgres"] };
    expect(run(text, more)).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
  });

  it("follows every value a branch may give", () => {
    const text = "if [ -e /data/x ]; then JAVA=$JAVA_HOME/bin/java; else JAVA=java; fi\nexec $JAVA -jar x";
    const java = { files: { "usr/bin/java": ON_MUSL } };
    expect(run(text, java)).toMatchObject({ kind: "mixed", musl: { atLeast: "1.2.2" }, runtime: "java" });
    const home = { ...java, env: ["PATH=/usr/bin:/bin", "JAVA_HOME=/usr"] };
    expect(run(text, home)).toMatchObject({ kind: "uses-musl", runtime: "java" });
    expect(run("P=/c\nif [ -e /data/x ]; then P=/app; fi\nexec $P")).toMatchObject({ kind: "mixed" });
  });

  it("is mixed where one script starts both", () => {
    const both = run("if [ -e /data/x ]; then exec /app; else exec /c; fi");
    expect(both).toMatchObject({ kind: "mixed", musl: { exact: "1.2.2" } });
    expect(both.reason).toContain("starts several programs");
    expect(run("/app &\n/c &\nwait").kind).toBe("mixed");
    const same = run("if [ -e /data/x ]; then exec /c -a; else exec /c -b; fi");
    expect(same.kind).toBe("uses-musl");
  });

  it("is mixed without musl where glibc and Go start, and unknown where one of them is", () => {
    const base = [DEBIAN];
    const more = { base, files: { app: GO, g: ON_GLIBC } };
    const mixed = run("/app & /g & wait", more);
    expect(mixed.kind).toBe("mixed");
    expect(mixed.musl).toBeUndefined();
    expect(run("/app & exec $X", more).kind).toBe("unknown");
  });

  it("does not let an old musl stand for one that is not known", () => {
    const old = { base: [alpine("1.1.24")], files: { app: GO, c: ON_MUSL, s: STATIC_MUSL } };
    expect(run("if [ -e /data/x ]; then exec /c; else exec $X; fi", old)).toMatchObject({
      kind: "mixed",
      musl: { atLeast: "1.1.24" },
    });
    expect(run("if [ -e /data/x ]; then exec /c; else exec /s; fi", old)).toMatchObject({
      kind: "mixed",
      musl: { atLeast: "1.2.4" },
    });
  });

  it("counts tools that ask for names before the program starts", () => {
    expect(run("until nc -z db 5432; do sleep 1; done\nexec /app")).toMatchObject({
      kind: "mixed",
      musl: { exact: "1.2.2" },
    });
    expect(run("wget -q example.com").kind).toBe("uses-musl");
    expect(run("curl -f http://x\nexec /app").kind).toBe("own-resolver");
  });

  it("is unknown where what starts is only known at run time", () => {
    expect(run("exec $JAVA_HOME/bin/java -jar x.jar").reason).toBe(
      "What the script /start.sh:1 starts depends on a value that is only known when it runs",
    );
    expect(run("exec $(which node)").kind).toBe("unknown");
    expect(run("exec `which node`").kind).toBe("unknown");
    expect(run("P=$(x)\nexec $P").kind).toBe("unknown");
    const env = ["PATH=/usr/bin:/bin", "JAVA_HOME=/opt/jdk"];
    expect(
      run("exec $JAVA_HOME/bin/java -jar x.jar", { env, files: { "opt/jdk/bin/java": ON_MUSL } }),
    ).toMatchObject({ kind: "uses-musl", runtime: "java" });
  });

  it("reads the scripts that it reads in its place", () => {
    const lib = (text: string) => ({ files: { "lib.sh": script(text) } });
    expect(run("mkdir -p /x\n. /lib.sh", lib("exec /app")).kind).toBe("own-resolver");
    expect(run(". /lib.sh\nexec /app", lib("f() { /c; }")).kind).toBe("own-resolver");
    expect(run("source ./lib.sh\nstart", lib("/c")).kind).toBe("uses-musl");
    expect(run(". /gone\nexec /app").kind).toBe("own-resolver");
    expect(run("/bin/sleep 1\n. /gone").reason).toBe(
      "The script /start.sh reads /gone, which could not be read",
    );
    expect(run(". /start.sh").kind).toBe("unknown");
    expect(run('eval "$X"\n/bin/sleep 1').kind).toBe("unknown");
  });

  it("is unknown where the script is cut, or leads nowhere", () => {
    const cut = file([{ kind: "script", interpreter: "/bin/sh", text: "exec /app", truncated: true }]);
    expect(start({ words: ["/s"], files: { s: cut } }).reason).toBe(
      "The script /s is too long to be followed",
    );
    expect(start({ words: ["sh", "/gone.sh"] }).reason).toBe(
      "The script /gone.sh could not be read: it is not in the image",
    );
    expect(run("exec /start.sh").reason).toBe("The entry point leads in a circle");
    expect(start({ words: ["/a"], files: { a: script("/b"), b: script("/a") } }).kind).toBe("unknown");
    expect(run("exec /start.sh x$X$@").kind).toBe("unknown");
  });

  it("stays small where scripts start scripts that start scripts", () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `s${i}`,
        script(Array.from({ length: 12 }, (_, n) => `/s${i + 1} ${n}`).join("\n")),
      ]),
    );
    expect(start({ words: ["/s0"], files: many }).reason).toMatch(/more than \d+ programs/);
  });

  it("follows the interpreter of other languages", () => {
    const python = { "usr/bin/python3": link("python3.11"), "usr/bin/python3.11": ON_MUSL };
    const app = file([
      { kind: "script", interpreter: "/usr/bin/env", argument: "python3", truncated: false },
    ]);
    const process = start({ words: ["/srv/app"], files: { ...python, "srv/app": app } });
    expect(process.runtime).toBe("python");
    expect(chain(process)).toBe(
      `/srv/app → #!/usr/bin/env python3 → /bin/busybox → /usr/bin/python3 → /usr/bin/python3.11 → ${LOADER}`,
    );
    const split = file([
      { kind: "script", interpreter: "/usr/bin/env", argument: "-S node --x", truncated: false },
    ]);
    expect(start({ words: ["/a"], files: { ...NODE, a: split } }).runtime).toBe("node");
  });
});

describe("supervisors", () => {
  it.each<[string, readonly string[], Readonly<Record<string, LayerEntry>>]>([
    ["supervisord", ["supervisord", "-n"], { "usr/bin/supervisord": script("", "/usr/bin/python3") }],
    ["runit", ["runsvdir", "/etc/service"], { "usr/bin/runsvdir": ON_MUSL }],
    ["init", ["/sbin/init"], { "sbin/init": link("/bin/busybox") }],
    [
      "systemd",
      ["/sbin/init"],
      { "sbin/init": link("/lib/systemd/systemd"), "lib/systemd/systemd": ON_GLIBC },
    ],
  ])("%s is named, and what it starts not guessed", (name, words, files) => {
    const process = start({ words, files });
    expect(process.kind).toBe("unknown");
    expect(process.reason).toContain(name);
    expect(process.reason).toContain("is in its own configuration, which is not read");
  });
});
