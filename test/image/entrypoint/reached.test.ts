// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shells' and supervisors'.
import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import { maySupervise } from "../../../src/image/entrypoint/supervision.ts";
import { wrappedCommand } from "../../../src/image/entrypoint/wrappers.ts";
import { SUPERVISOR_NAMES } from "../../../src/image/entrypoint/supervisors.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import { factsOf } from "../../support/image-files.ts";
import {
  alpine,
  config,
  debianWithMusl,
  elfFact,
  file,
  fileSystem,
  GO,
  link,
  ON_MUSL,
} from "../../support/file-system.ts";

const TOOLS =
  "env bash zsh mksh fish sleep tar python3 perl ruby rake node lua tcsh npm s6-log run-s npm-run-all deno yarn foreman overmind hivemind honcho cron supervisord runsvdir s6-svscan s6-notifyoncheck execlineb";
const IMAGES = {
  A: [alpine(), { entries: { "go/app": GO, "musl/app": ON_MUSL } as Record<string, LayerEntry> }],
  G: debianWithMusl(TOOLS),
};

/** A file as the detectors see it; a script can be executed, and `->` makes a link. */
function seen(path: string, body: string): LayerEntry {
  if (body.startsWith("->")) return link(body.slice(2));
  const executable = body.startsWith("#!");
  const bytes = Buffer.from(body);
  return file(factsOf({ path, size: bytes.length, executable }, bytes), executable);
}

type Answer = "clean" | "affected" | "unknown";
interface More {
  readonly on?: keyof typeof IMAGES;
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** What has no text. */
  readonly more?: Readonly<Record<string, LayerEntry>>;
}

/** A program that gcompat's loader takes to musl. */
const GCOMPAT = {
  "lib/ld-own.so": file([elfFact({ traces: ["gcompat"] })]),
  "opt/own/tool": file([
    elfFact({ interpreter: "/lib/ld-own.so", needed: ["libc.so.6"], calls: ["getaddrinfo"] }),
  ]),
};

/** Programs that musl has a part in, and which look up nothing or cannot start. */
const NEVER_FOLLOWED = {
  "opt/quiet": file([elfFact({ linked: { musl: true, muslNoData: true, glibc: false, noResolver: true } })]),
  "opt/lost": file([elfFact({ interpreter: "/lib/ld-musl-riscv64.so.1" })]),
};

/** What the start of an image with these files comes to. */
function started(words: readonly string[], { on = "G", env, cwd = "/", files = {}, more }: More): Answer {
  const entries = Object.fromEntries(Object.entries(files).map(([path, body]) => [path, seen(path, body)]));
  const { kind, musl } = startProcessWith(
    whenNeeded,
    fileSystem(...IMAGES[on], { entries: { ...entries, ...more } }),
    config({ entrypoint: words, workingDir: cwd, env: env ?? ["PATH=/usr/local/bin:/usr/bin:/bin"] }),
    {},
  );
  return kind === "unknown" ? "unknown" : musl === undefined ? "clean" : "affected";
}

type Row = readonly [what: string, answer: Answer, words: readonly string[], more?: More];
const rows = (all: readonly Row[]) =>
  it.each(all.map(([what, answer, words, more = {}]) => [what, answer, words, more] as const));
const says = (_: string, answer: Answer, words: readonly string[], more: More) =>
  expect(started(words, more)).toBe(answer);
const sh = (text: string) => ["sh", "-c", text];

describe("where a program is looked for", () => {
  const two = { "usr/bin/app": "->/musl/app", "usr/local/bin/app": "->/go/app" };
  rows([
    ["the runtime's PATH, where the image has none", "clean", ["app"], { env: [], files: two }],
    ["nowhere, by a shell whose PATH was unset", "clean", sh("unset PATH; app; /go/app"), { files: two }],
    ["nowhere, by bash", "clean", ["bash", "-c", "unset PATH; app; /go/app"], { files: two }],
    [
      "a shell's own PATH, where it is started without one",
      "clean",
      ["env", "-i", ...sh("app")],
      { files: two },
    ],
    [
      "the C library's, where there is none",
      "affected",
      ["env", "-u", "PATH", "app"],
      { files: { "usr/bin/app": "->/musl/app", "go/app": "->/go/app" }, env: ["PATH=/go:/usr/bin"] },
    ],
    [
      "busybox's shell's own PATH",
      "affected",
      ["env", "-i", ...sh("app")],
      { on: "A", files: { "usr/bin/app": "->/musl/app", "usr/local/bin/app": "->/go/app" } },
    ],
    [
      "a shell's own PATH that is not known",
      "unknown",
      ["env", "-i", "mksh", "-c", "app; /go/app"],
      { files: { "bin/app": "->/go/app" } },
    ],
    [
      "by mksh whose PATH was unset",
      "affected",
      ["mksh", "-c", "unset PATH; app; /go/app"],
      { files: { "usr/bin/app": "->/musl/app" } },
    ],
    ["which is not the same in each", "unknown", ["env", "-u", "PATH", "app"], { files: two }],
    [
      "words split by a shell's own IFS",
      "clean",
      sh("A=/go/appx/musl/app; set -- $A; $2; /go/app"),
      { env: ["PATH=/usr/bin:/bin", "IFS=x"] },
    ],
  ])("%s: %s", says);
});

const TEXT = "/musl/app";
const js = `require("child_process").spawnSync("${TEXT}")`;
const tails = (count: number) =>
  `import subprocess\n${Array.from({ length: count }, (_, i) => `subprocess.run([f"{HERE}/t${i}"])`).join("\n")}`;
const many = (count: number, folder: string, ending = "js", text = "1") =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/a${i}.${ending}`, text]));
/** A text that names a program, of which nothing comes. */
const calls = 'require("child_process").spawnSync("/glibc/app")';

describe("texts that an interpreter reads besides its own", () => {
  const py = `import os\nos.system("${TEXT}")\n`;
  rows([
    [
      "NODE_OPTIONS",
      "affected",
      ["node", "/m.js"],
      { env: ["NODE_OPTIONS=--require /p.js"], files: { "p.js": js } },
    ],
    ["a joined option", "affected", ["node", "--import=/p.mjs", "/m.js"], { files: { "p.mjs": js } }],
    [
      "RUBYOPT",
      "affected",
      ["ruby", "/m.rb"],
      { env: ["RUBYOPT=-r/x.rb"], files: { "x.rb": `system("${TEXT}")` } },
    ],
    [
      "PERL5OPT",
      "affected",
      ["perl", "/m.pl"],
      { env: ["PERL5OPT=-I/opt/m -MX"], files: { "opt/m/X.pm": `system("${TEXT}"); 1;` } },
    ],
    ["LUA_INIT", "affected", ["lua", "/m.lua"], { env: [`LUA_INIT=os.execute("${TEXT}")`] }],
    [
      "LUA_INIT of blanks",
      "affected",
      ["lua", "/m.lua"],
      { env: [`LUA_INIT=local run = os.execute; run "${TEXT}"`] },
    ],
    [
      "a version's LUA_INIT",
      "affected",
      ["lua", "/m.lua"],
      { env: ["LUA_INIT_5_4=@/opt/a/i.lua"], files: { "opt/a/i.lua": `os.execute("${TEXT}")` } },
    ],
    [
      "words behind many of a variable",
      "affected",
      ["ruby", "-r/opt/a/x.rb", "/m.rb"],
      { env: [`RUBYOPT=${"-w ".repeat(64)}`], files: { "opt/a/x.rb": `system("${TEXT}")` } },
    ],
    [
      "what it reads, beside a variable's words",
      "affected",
      ["sh", "-c", "node < /m.txt"],
      { env: ["PATH=/usr/bin:/bin", "NODE_OPTIONS=-r ./x"], files: { "m.txt": `#!/bin/sh\n${js}` } },
    ],
    ["a module", "affected", ["node", "/srv/m.js"], { files: { "srv/m.js": "1", "srv/lib/x.js": js } }],
    [
      "a module of the working directory",
      "affected",
      ["python3", "-m", "gunicorn", "app:app"],
      { cwd: "/srv", files: { "srv/app/app.py": py } },
    ],
    [
      "a folder of modules",
      "affected",
      ["python3", "/m.py"],
      { env: ["PYTHONPATH=/opt/m"], files: { "opt/m/sitecustomize.py": py } },
    ],
    ["a package's main", "affected", ["node", "/srv"], { files: { "srv/lib/m.js": js } }],
    [
      "modules that packages bring",
      "clean",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", "srv/node_modules/x.js": js } },
    ],
    [
      "a module with another ending",
      "affected",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", "srv/x.mjs": js } },
    ],
    [
      "modules beside the folder",
      "affected",
      ["node", "/srv/a/bin/m.js"],
      { files: { "srv/a/bin/m.js": "1", "srv/a/lib/x.js": js } },
    ],
    [
      "modules beside a link's",
      "affected",
      ["node", "/usr/bin/m"],
      { files: { "usr/bin/m": "->/srv/a/m.js", "srv/a/m.js": "1", "srv/a/x.js": js } },
    ],
    [
      "another program's modules",
      "clean",
      ["node", "/opt/a/m.js"],
      { files: { "opt/a/m.js": "1", "opt/b/x.js": js } },
    ],
    ["what csh reads first", "affected", ["tcsh", "-c", "true"], { files: { "root/.tcshrc": `${TEXT}\n` } }],
    ["another language's", "clean", ["node", "/srv/m.js"], { files: { "srv/m.js": "1", "srv/x.py": py } }],
    [
      "what fish reads first",
      "affected",
      ["fish", "-c", "true"],
      { files: { "etc/fish/conf.d/x.fish": `${TEXT}\n` } },
    ],
    [
      "a Rakefile",
      "affected",
      ["ruby", "/usr/bin/rake"],
      { files: { Rakefile: `task(:default) { sh "${TEXT}" }` } },
    ],
  ])("%s: %s", says);
});

describe("what a text names", () => {
  const py = (body: string) => ({ "m.py": `import subprocess, pathlib, os\n${body}\n` });
  rows([
    ["a call of the kernel", "affected", ["perl", "-e", `$p="${TEXT}"; syscall(59,$p,0,0)`]],
    ["a pipe", "affected", ["perl", "-e", `open(F, "${TEXT} |")`]],
    ["ruby's %x", "affected", ["ruby", "-e", `%x(${TEXT})`]],
    [
      "a folder and a program in it",
      "affected",
      ["python3", "/m.py"],
      { files: py('subprocess.run(["./app"], cwd="/musl")') },
    ],
    [
      "a PATH and a program in it",
      "affected",
      ["python3", "/m.py"],
      { files: py('os.environ["PATH"]="/musl"\nsubprocess.run(["app"])') },
    ],
    [
      "a program in another folder",
      "clean",
      ["python3", "/m.py"],
      { files: py('subprocess.run(["./app"], cwd="/go")') },
    ],
    [
      "parts of a path",
      "affected",
      ["python3", "/m.py"],
      { files: py('subprocess.run([pathlib.Path("/musl") / "app"])') },
    ],
    [
      "a folder that is a value",
      "affected",
      ["python3", "/m.py"],
      { files: py('d = "musl"\nsubprocess.run([f"/{d}/app"])') },
    ],
    [
      "a folder that is put in",
      "affected",
      ["python3", "/m.py"],
      { files: py('subprocess.run(["/%s/app" % "musl"])') },
    ],
    [
      "a folder in a template",
      "affected",
      ["node", "-e", "require('child_process').execFileSync(`${d}/app`)"],
    ],
    ["another program there", "clean", ["python3", "/m.py"], { files: py('subprocess.run([f"/{d}/tool"])') }],
    [
      "a file that names a program",
      "affected",
      ["python3", "/m.py"],
      { files: { ...py('subprocess.run([open("/srv/cmd").read()])'), "srv/cmd": TEXT } },
    ],
    [
      "a folder of hooks",
      "affected",
      ["python3", "/m.py"],
      {
        files: {
          ...py('for f in os.listdir("/hooks"): subprocess.run(["/hooks/" + f])'),
          "hooks/a": `#!/bin/sh\n${TEXT}\n`,
        },
      },
    ],
    [
      "a program in the text's own folder",
      "affected",
      ["python3", "/srv/m.py"],
      {
        files: {
          "srv/m.py": 'import os\nos.execv(os.path.join(os.path.dirname(__file__), "bin", "tool"), [])',
          "srv/bin/tool": "->/musl/app",
        },
      },
    ],
    [
      "the same in Node",
      "affected",
      ["node", "/srv/m.js"],
      {
        files: {
          "srv/m.js": 'require("child_process").execFileSync(path.join(__dirname, "bin", "tool"))',
          "srv/bin/tool": "->/musl/app",
        },
      },
    ],
    [
      "a word that is put together",
      "affected",
      ["python3", "-c", `getattr(__import__("o" + "s"), "sys" + "tem")("${TEXT}")`],
    ],
    [
      "a script beside, whose folder is a value",
      "affected",
      ["python3", "/srv/m.py"],
      {
        files: {
          "srv/m.py": 'import subprocess\nsubprocess.run([f"{HERE}/hook.sh"])',
          "srv/hook.sh": `#!/bin/sh\n${TEXT}\n`,
        },
      },
    ],
    [
      "more programs below values than are kept",
      "unknown",
      ["python3", "/m.py"],
      { files: { "m.py": tails(17) } },
    ],
    ["as many as are kept", "clean", ["python3", "/m.py"], { files: { "m.py": tails(16) } }],
    [
      "as many as are kept, one of them twice",
      "clean",
      ["python3", "/m.py"],
      { files: { "m.py": `${tails(16)}\nsubprocess.run([f"{HERE}/t0"])` } },
    ],
    [
      "more of them than are kept, of which none has a resolver",
      "clean",
      ["python3", "/m.py"],
      { files: { "m.py": tails(17), "musl/app": "->/go/app" }, more: NEVER_FOLLOWED },
    ],
    [
      "a program below a value, in a text that a text names",
      "affected",
      ["python3", "/m.py"],
      {
        files: { "m.py": 'import os\nos.system("/data/hook")' },
        more: { "data/hook": file([{ kind: "script", mentions: ["*/app"], truncated: false }], false) },
      },
    ],
    [
      "more of them than are kept, in a text that a text names",
      "unknown",
      ["python3", "/m.py"],
      {
        files: { "m.py": 'import os\nos.system("/data/hook")' },
        more: { "data/hook": file([{ kind: "script", mentions: ["*/"], truncated: false }], false) },
      },
    ],
    [
      "more files than are read",
      "unknown",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", "srv/x.js": calls, ...many(1024, "srv", "js", calls) } },
    ],
    [
      "as many files as are read",
      "clean",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", ...many(1024, "srv", "js", calls) } },
    ],
    [
      "as many, where its folder is reached twice",
      "clean",
      ["node", "/usr/src/app/m.js"],
      { cwd: "/usr/src", files: { "usr/src/app/m.js": "1", ...many(1023, "usr/src/app", "js", calls) } },
    ],
    [
      "many files that name nothing",
      "clean",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", ...many(2_000, "srv") } },
    ],
    [
      "many folders of tests",
      "clean",
      ["node", "/srv/m.js"],
      {
        files: Object.fromEntries(
          Array.from({ length: 1_100 }, (_, i) => [`srv/tests/a${i}/x.js`, calls]).concat([
            ["srv/m.js", "1"],
          ]),
        ),
      },
    ],
    [
      "more names than are walked through",
      "unknown",
      sh(Array.from({ length: 100 }, (_, i) => `node /srv/m.js ${i}`).join("\n")),
      { files: { "srv/m.js": "1", ...many(2_000, "srv", "png") } },
    ],
    [
      "a module beside many files of packages",
      "affected",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", ...many(257, "srv/node_modules"), "srv/z/x.js": js } },
    ],
    [
      "files that are no texts",
      "clean",
      ["node", "/srv/m.js"],
      { files: { "srv/m.js": "1", ...many(300, "srv", "png"), "srv/x.js": "1" } },
    ],
    [
      "a program below a value, by gcompat's loader",
      "affected",
      ["node", "-e", 'require("child_process").spawnSync(`${DIR}/tool`)'],
      { more: GCOMPAT },
    ],
    ["a value, in fish", "unknown", ["fish", "-c", "set a /musl; $a/app"]],
    ["an argument that is a value", "clean", ["fish", "-c", "set a /musl; echo $a"]],
  ])("%s: %s", says);
});

describe("settings of a program", () => {
  const settings = { "etc/own.yml": `run: ${TEXT}\nlog: /var/log/app\n` };
  rows([
    ["named by its words", "affected", ["/go/app", "-config", "/etc/own.yml"], { files: settings }],
    ["in one word", "affected", ["/go/app", "--config=/etc/own.yml"], { files: settings }],
    ["of its name", "affected", ["/opt/own"], { files: { ...settings, "opt/own": "->/go/app" } }],
    ["that nobody names", "clean", ["/go/app"], { files: settings }],
    [
      "that name another C library's",
      "clean",
      ["/go/app", "/etc/x.yml"],
      { files: { "etc/x.yml": "run: /glibc/app\n" } },
    ],
    ["in a variable", "affected", ["/go/app"], { env: [`RUN=${TEXT} -v`] }],
    ["a variable that names a shell", "clean", ["/go/app"], { on: "A", env: ["SHELL=/bin/sh"] }],
    ["a variable that names a folder", "clean", ["/go/app"], { env: ["DATA=/musl"] }],
  ])("%s: %s", says);
});

describe("files that a shell reads first", () => {
  const files = { "z/.zshenv": TEXT, "root/.mkshrc": TEXT };
  rows([
    ["zsh's, for all", "affected", ["zsh", "-c", "true"], { files: { "etc/zsh/zshenv": TEXT } }],
    ["zsh's, of a folder", "affected", ["zsh", "-c", "true"], { env: ["ZDOTDIR=/z"], files }],
    ["zsh's, of another folder", "clean", ["zsh", "-c", "true"], { files }],
    ["zsh's, of a login shell alone", "clean", ["zsh", "-c", "true"], { files: { "root/.zprofile": TEXT } }],
    ["mksh's, where it is interactive", "affected", ["mksh", "-ic", "true"], { files }],
    ["mksh's, where it is not", "clean", ["mksh", "-c", "true"], { files }],
  ])("%s: %s", says);
});

describe("what supervisors start", () => {
  const program = (lines: string) => ({ "etc/supervisord.conf": `[program:a]\ncommand=/go/app\n${lines}\n` });
  const sv = (path: string) => ({ "sv/a/run": "#!/bin/sh\nsleep 9\n", [path]: `#!/bin/sh\n${TEXT}\n` });
  const crontab = (lines: string) => ({ "etc/cron.d/x": `${lines}\n`, "usr/bin/app": "->/go/app" });
  const busybox = (lines: string) => ({
    "usr/sbin/crond": "->/bin/busybox",
    "etc/crontabs/root": `${lines}\n`,
    "usr/bin/app": "->/go/app",
  });
  rows([
    [
      "options that are indented",
      "affected",
      ["supervisord"],
      { files: program(`[program:b]\n  command=${TEXT}`) },
    ],
    ["options in capitals", "affected", ["supervisord"], { files: program(`[program:b]\nCommand=${TEXT}`) }],
    [
      "sections that are indented",
      "affected",
      ["supervisord"],
      { files: program(` [program:b]\n command=${TEXT}`) },
    ],
    [
      "a value on further lines",
      "affected",
      ["supervisord"],
      { files: program(`[program:b]\ncommand=\n  ${TEXT}`) },
    ],
    [
      "what it includes from here",
      "affected",
      ["supervisord"],
      {
        files: {
          ...program("[include]\nfiles=%(here)s/s.d/*.conf"),
          "etc/s.d/x.conf": `[program:b]\ncommand=${TEXT}\n`,
        },
      },
    ],
    ["a table's PATH", "affected", ["cron", "-f"], { files: crontab("PATH=/musl:/bin\n* * * * * root app") }],
    ["a table's SHELL", "affected", ["cron", "-f"], { files: crontab(`SHELL=${TEXT}\n* * * * * root true`) }],
    [
      "busybox's SHELL",
      "affected",
      ["/usr/sbin/crond", "-f"],
      { on: "A", files: busybox(`SHELL=${TEXT}\n@reboot true`) },
    ],
    [
      "busybox's PATH, which it does not take",
      "clean",
      ["/usr/sbin/crond", "-f"],
      { on: "A", files: busybox("PATH=/musl:/bin\n@reboot app") },
    ],
    [
      "busybox's PATH, in a folder of one's own",
      "affected",
      ["/usr/sbin/crond", "-f", "-c", "/cron"],
      {
        on: "A",
        env: ["PATH=/musl:/bin"],
        files: { ...busybox(""), "cron/root": "PATH=/go:/bin\n@reboot app\n" },
      },
    ],
    [
      "what it includes from a folder that is not known",
      "unknown",
      ["supervisord"],
      { files: program("[include]\nfiles=%(ENV_D)s/*.conf") },
    ],
    [
      "overmind's variable",
      "affected",
      ["overmind", "start"],
      {
        env: ["PATH=/usr/bin:/bin", "OVERMIND_PROCFILE=p/Procfile"],
        files: { Procfile: "web: /go/app\n", "p/Procfile": `web: ${TEXT}\n` },
      },
    ],
    [
      "overmind's variable in its files",
      "unknown",
      ["overmind", "start"],
      { files: { Procfile: "web: /go/app\n", ".env": "OVERMIND_PROCFILE=x\n" } },
    ],
    [
      "overmind's variable in files that another names",
      "unknown",
      ["overmind", "start"],
      { env: ["PATH=/usr/bin:/bin", "OVERMIND_ENV=/x.env"], files: { Procfile: "web: /go/app\n" } },
    ],
    [
      "overmind's word before its variables",
      "clean",
      ["overmind", "start", "-f", "Procfile"],
      { files: { Procfile: "web: /go/app\n", ".env": "OVERMIND_PROCFILE=x\n" } },
    ],
    [
      "hivemind's variable",
      "affected",
      ["hivemind"],
      {
        env: ["PATH=/usr/bin:/bin", "HIVEMIND_PROCFILE=p/Procfile"],
        files: { Procfile: "web: /go/app\n", "p/Procfile": `web: ${TEXT}\n` },
      },
    ],
    [
      "honcho's variable in its files",
      "unknown",
      ["honcho", "start"],
      { files: { Procfile: "web: /go/app\n", ".env": "PROCFILE=x\n" } },
    ],
    [
      "honcho's variable, which it does not read",
      "clean",
      ["honcho", "start"],
      { env: ["PATH=/usr/bin:/bin", "PROCFILE=x"], files: { Procfile: "web: /go/app\n" } },
    ],
    [
      "overmind's own settings",
      "unknown",
      ["overmind", "start"],
      { files: { Procfile: "web: /go/app\n", ".overmind.env": "OVERMIND_PROCFILE=x\n" } },
    ],
    [
      "busybox's applets by their words",
      "affected",
      ["busybox", "run-parts", "/rp"],
      { on: "A", files: { "rp/a": `#!/bin/sh\n${TEXT}\n` } },
    ],
    ["s6-log's processor", "affected", ["s6-log", "n2", `!${TEXT}`, "/lg"]],
    ["runit's check", "affected", ["runsvdir", "/sv"], { files: sv("sv/a/check") }],
    ["runit's controls", "affected", ["runsvdir", "/sv"], { files: sv("sv/a/control/t") }],
    ["s6's signals", "affected", ["s6-svscan", "/sv"], { files: sv("sv/.s6-svscan/SIGTERM") }],
    [
      "s6's check",
      "affected",
      ["s6-svscan", "/sv"],
      {
        files: {
          "sv/a/run": "#!/usr/bin/execlineb -P\ns6-notifyoncheck -d sleep 9\n",
          "sv/a/data/check": `#!/bin/sh\n${TEXT}\n`,
        },
      },
    ],
    [
      "s6's check as a text",
      "affected",
      ["s6-notifyoncheck", "-n", "2", "-c", `foreground { ${TEXT} } true`, "sleep", "9"],
    ],
    ["s6's check that is quiet", "clean", ["s6-notifyoncheck", "-c", "sleep 0", "sleep", "9"]],
    [
      "s6's own check, where the program has a -c",
      "affected",
      ["s6-notifyoncheck", "-d", "sh", "-c", "sleep 9"],
      { files: { "sv/data/check": `#!/bin/sh\n${TEXT}\n` }, cwd: "/sv" },
    ],
    [
      "execline's values",
      "affected",
      ["execlineb", "-Pc", "multisubstitute { define A /musl define B app } ${A}/${B}"],
    ],
    [
      "a command of foreman's",
      "affected",
      ["foreman", "run", TEXT],
      { files: { Procfile: "web: /go/app\n" } },
    ],
    [
      "foreman's folder",
      "affected",
      ["foreman", "start", "-d", "/srv"],
      { files: { Procfile: "web: /go/app\n", "srv/Procfile": `web: ${TEXT}\n` } },
    ],
    [
      "foreman's variables",
      "affected",
      ["foreman", "start", "-e", "/x.env"],
      { files: { Procfile: "web: app\n", "x.env": "PATH=/musl:/bin\n" } },
    ],
    [
      "foreman's own settings",
      "unknown",
      ["foreman", "start"],
      { files: { Procfile: "web: /go/app\n", ".foreman": "port: 1\n" } },
    ],
    [
      "hivemind",
      "affected",
      ["hivemind", "/p/Procfile"],
      { files: { Procfile: "web: /go/app\n", "p/Procfile": `web: ${TEXT}\n` } },
    ],
    [
      "tar's variable",
      "affected",
      ["tar", "-cf", "/x", "/etc"],
      { env: [`TAR_OPTIONS=--use-compress-program=${TEXT}`] },
    ],
  ])("%s: %s", says);
});

it("every supervisor is asked for its settings", () => {
  const called = (name: string) => maySupervise(`/usr/bin/${name}`, `/usr/bin/${name}`, ["--run"]);
  expect(SUPERVISOR_NAMES.filter((name) => !called(name))).toEqual([]);
  expect(maySupervise("/usr/bin/node", "/usr/bin/node", ["server.js"])).toBe(false);
});

describe("scripts of a project", () => {
  const calm = { "srv/package.json": `{"scripts":{"build:a":"true","serve:x:a":"${TEXT}"}}` };
  const files = {
    "srv/package.json": `{"scripts":{"start":"${TEXT}","build:a":"true","serve:a":"${TEXT}"}}`,
    "srv/deno.json": `{"tasks":{"start":"${TEXT}","quiet":"true"}}`,
  };
  rows([
    ["node --run", "affected", ["node", "--run", "start"], { cwd: "/srv", files }],
    ["deno task", "affected", ["deno", "task", "start"], { cwd: "/srv", files }],
    ["another task", "clean", ["deno", "task", "quiet"], { cwd: "/srv", files }],
    ["by a pattern", "affected", ["run-s", "serve:*"], { cwd: "/srv", files }],
    ["deno task of a folder above", "unknown", ["deno", "task", "quiet"], { cwd: "/srv/a", files }],
    ["deno task behind options", "unknown", ["deno", "-q", "task", "start"], { cwd: "/srv", files }],
    ["deno task with options", "unknown", ["deno", "task", "--cwd=/x", "quiet"], { cwd: "/srv", files }],
    ["deno task without a name", "unknown", ["deno", "task"], { cwd: "/srv", files }],
    ["a script named task", "clean", ["deno", "run", "task"], { cwd: "/srv", files }],
    ["by another pattern", "clean", ["run-s", "build:*"], { cwd: "/srv", files }],
    ["by two stars", "affected", ["run-s", "**:a"], { cwd: "/srv", files }],
    ["by a star that stays between colons", "clean", ["run-s", "*:a", "-c"], { cwd: "/srv", files: calm }],
    ["by a pattern that fits none", "unknown", ["run-s", "build:*", "none"], { cwd: "/srv", files }],
    [
      "by as many at once",
      "clean",
      ["npm-run-all", "--max-parallel", "2", "build:a"],
      { cwd: "/srv", files },
    ],
    ["behind what are arguments", "clean", ["run-s", "build:a", "--", "start"], { cwd: "/srv", files }],
    [
      "by a pattern of many stars",
      "unknown",
      ["run-s", `${"a*".repeat(16)}b`],
      { cwd: "/srv", files: { "srv/package.json": `{"scripts":{"${"a".repeat(400)}":"true"}}` } },
    ],
    [
      "by more patterns than are compared",
      "unknown",
      ["run-s", ...Array.from({ length: 2_000 }, () => "build:a")],
      {
        cwd: "/srv",
        files: { "srv/package.json": `{"scripts":{"build:a":"true","${"a".repeat(400)}":""}}` },
      },
    ],
    [
      "a program of the modules",
      "affected",
      ["yarn", "tool"],
      { cwd: "/srv", files: { ...files, "srv/node_modules/.bin/tool": "->/musl/app" } },
    ],
    ["a workspace", "unknown", ["yarn", "workspace", "a", "start"], { cwd: "/srv", files }],
  ])("%s: %s", says);
});

it("a text of execline's in a Dockerfile's RUN is taken for a command, not for a file", () => {
  expect(wrappedCommand("execlineb", ["-Pc", "cp /a /b"])).toEqual([{ command: ["cp", "/a", "/b"] }]);
});
