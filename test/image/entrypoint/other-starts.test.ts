// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are supervisors'.
import { describe, expect, it } from "vitest";
import { sedStarts } from "../../../src/image/entrypoint/sed.ts";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import {
  alpine,
  config,
  debianWithMusl,
  elfFact,
  file,
  fileSystem,
  GO,
  link,
  muslLoader,
  ON_GLIBC,
  ON_MUSL,
  script,
  text,
} from "../../support/file-system.ts";

const MUSL = "/lib/ld-musl-x86_64.so.1";
const other = (mentions: readonly string[], interpreter?: string): LayerEntry =>
  file([{ kind: "script", interpreter, mentions, truncated: false }], interpreter !== undefined);
const passwd = (shell: string) => text(`root:x:0:0:root:/root:${shell}\n`);
const GLIBC_IMAGE = debianWithMusl(
  "cat python3 perl node fish sed ed dc setpriv s6-svscan s6-supervise s6-fghack emptyenv importas runsv supervise svscan runit supervisord",
);
const start = (
  words: readonly string[],
  files: Readonly<Record<string, LayerEntry>> = {},
  env: readonly string[] = [],
  image: readonly { readonly entries?: Readonly<Record<string, LayerEntry>> }[] = GLIBC_IMAGE,
) =>
  startProcessWith(
    whenNeeded,
    fileSystem(...image, { entries: files }),
    config({ entrypoint: words, env: ["PATH=/usr/local/bin:/usr/bin:/bin", ...env] }),
    {},
  );
const entry = (body: string, files = {}, env: readonly string[] = []) =>
  start(["/entry.sh"], { "entry.sh": script(`${body}\nexec /go/app`), ...files }, env);

describe("a loader under another name", () => {
  const named = (interpreter: string) => file([elfFact({ interpreter, needed: ["libc.so"] })]);
  it.each([
    ["musl's by its resolver's table", file([elfFact({ traces: ["musl-getaddrinfo"] })]), "uses-musl"],
    ["musl's by its own name", file([elfFact({ soname: "libc.musl-x86_64.so.1" })]), "uses-musl"],
    ["glibc's by its own name", file([elfFact({ soname: "ld-linux-x86-64.so.2" })]), "uses-glibc"],
    ["nobody's that is known", file([elfFact()]), "unknown"],
  ])("is %s, whatever glibc stands beside it", (_, loader, kind) => {
    const app = named("/opt/rt/linker");
    expect(start(["/opt/app"], { "opt/app": app, "opt/rt/linker": loader }).kind).toBe(kind);
  });
});

describe("C code in a Go program", () => {
  const program = (calls: readonly string[], needed: readonly string[] = [], interpreter = MUSL) =>
    file([
      elfFact({
        interpreter,
        needed: ["libc.musl-x86_64.so.1", ...needed],
        calls,
        go: { version: "go1.26.8", cgo: true },
      }),
    ]);
  it.each([
    ["Go's own alone", program(["getaddrinfo"]), "own-resolver"],
    ["code that opens connections", program(["getaddrinfo", "connect"]), "unknown"],
    ["code that opens some and asks nothing", program(["connect"]), "own-resolver"],
    ["a library for a server's clients", program(["getaddrinfo"], ["librdkafka.so.1"]), "mixed"],
    ["a library of one's own that does both", program([], ["libnet.so"]), "unknown"],
    ["a library that only connects", program([], ["libunix.so"]), "own-resolver"],
  ])("%s", (_, app, kind) => {
    const library = (calls: readonly string[]) => file([elfFact({ type: "shared-object", calls })], false);
    const files = {
      "opt/app": app,
      "usr/lib/libnet.so": library(["getaddrinfo", "connect"]),
      "usr/lib/libunix.so": library(["connect"]),
    };
    expect(start(["/opt/app"], files, [], [alpine("1.2.5")]).kind).toBe(kind);
  });

  it("is looked for in libraries of libraries", () => {
    const shared = (needed: readonly string[]) =>
      file([elfFact({ type: "shared-object", needed: [...needed], calls: [] })], false);
    const app = program([], ["libmine.so"]);
    const files = { "opt/app": app, "usr/lib/libmine.so": shared(["libpq.so.5"]) };
    expect(start(["/opt/app"], files, [], [alpine("1.2.5")]).kind).toBe("mixed");
    const clean = { "opt/app": app, "usr/lib/libmine.so": shared([]) };
    expect(start(["/opt/app"], clean, [], [alpine("1.2.5")]).kind).toBe("own-resolver");
  });

  it.each<[string, object, readonly string[], boolean, string]>([
    ["Go's own alone", { withC: ["net", "os/user"] }, ["musl-getaddrinfo"], true, "own-resolver"],
    ["musl's getaddrinfo without Go's own", {}, ["musl-getaddrinfo"], true, "unknown"],
    ["C code of its own", { withC: ["example.com/own/c", "net"] }, ["musl-getaddrinfo"], true, "unknown"],
    ["C code of its own without a resolver", { withC: ["example.com/own/c"] }, [], true, "own-resolver"],
    [
      "a database's C",
      { withC: ["github.com/mattn/go-sqlite3", "net"] },
      ["musl-getaddrinfo"],
      true,
      "own-resolver",
    ],
    [
      "C that loads what it finds",
      { withC: ["github.com/davidbyttow/govips/v2/vips", "net"] },
      ["musl-getaddrinfo"],
      true,
      "unknown",
    ],
    ["a name that begins so", { withC: ["net", "netlib"] }, ["musl-getaddrinfo"], true, "unknown"],
    ["a client's module", { clients: ["github.com/pebbe/zmq4"] }, [], true, "mixed"],
    ["a client's module on glibc", { clients: ["github.com/pebbe/zmq4"] }, [], false, "own-resolver"],
    ["a client's module without its C", { clients: ["x"], cgo: false }, [], true, "own-resolver"],
    ["musl's getaddrinfo beside netgo", { tags: ["netgo"] }, ["musl-getaddrinfo"], true, "unknown"],
    ["netgo alone", { tags: ["netgo"] }, [], true, "own-resolver"],
  ])("linked statically: %s", (_, more, traces, musl, kind) => {
    const linked = { musl, muslNoData: true, glibc: !musl };
    const app = file([elfFact({ linked, traces, go: { version: "go1.26.8", cgo: true, ...more } })]);
    expect(start(["/opt/app"], { "opt/app": app }, [], [{}]).kind).toBe(kind);
  });

  it("makes no difference on glibc", () => {
    const app = program(["getaddrinfo", "connect"], [], "/lib64/ld-linux-x86-64.so.2");
    expect(start(["/opt/app"], { "opt/app": app }).kind).toBe("own-resolver");
  });
});

it("libraries of one's own may begin as the C library's names do", () => {
  const library = file([elfFact({ type: "shared-object", calls: ["getaddrinfo"] })], false);
  for (const name of ["libpthread_helper.so", "ld-helper.so", "libmine.so"]) {
    const app = file([elfFact({ interpreter: MUSL, needed: [name], calls: [] })]);
    const process = entry("/opt/tool", { "opt/tool": app, [`usr/lib/${name}`]: library });
    expect([name, process.kind]).toEqual([name, "mixed"]);
  }
});

describe("texts in other languages", () => {
  it.each([
    [["python3", "/srv/main.py"], { "srv/main.py": other(["/musl/app"]) }],
    [["/srv/main"], { "srv/main": other(["/musl/app"], "/usr/bin/python3") }],
    [["python3", "-m", "srv.main"], { "srv/main.py": other(["/musl/app"]) }],
    [["node", "/srv"], { "srv/index.js": other(["/musl/app"]) }],
    [["perl", "-e", 'exec "app"'], { "usr/bin/app": ON_MUSL }],
    [["fish", "-c", "cd /; and /musl/app"], {}],
    [["sh", "-c", "echo 'system(\"/musl/app\")' | perl"], {}],
  ])("%j names what it starts", (words, files) => {
    expect(start(words, files as Record<string, LayerEntry>)).toMatchObject({
      kind: "mixed",
      musl: { exact: "1.2.3" },
    });
  });

  it("names that have nothing to do with musl make no difference", () => {
    const files = { "srv/main.py": other(["/glibc/app", "sh", "/nowhere", "id"]) };
    expect(start(["python3", "/srv/main.py"], files).kind).toBe("uses-glibc");
  });

  it("a shell's text of which not all words are kept is not known", () => {
    const long = (interpreter: string) =>
      file([{ kind: "script", interpreter, mentions: ["id"], truncated: true }]);
    expect(start(["/run.x"], { "run.x": long("/usr/bin/fish") }).kind).toBe("unknown");
    expect(start(["/run.x"], { "run.x": long("/usr/bin/perl") }).kind).toBe("uses-glibc");
  });

  it("a shell of another kind that goes elsewhere first is followed where its text names the folder", () => {
    expect(start(["fish", "-c", "cd /musl; and ./app"]).kind).toBe("mixed");
    expect(start(["fish", "-c", "cd (pwd); and ./app"]).kind).toBe("unknown");
  });
});

describe("sed", () => {
  it("ends for brackets that nobody closes", () => {
    expect(sedStarts(`s/${"[".repeat(500_000)}/x/`)).toBe(false);
  });

  it.each([
    "1e /musl/app",
    "s|.*|/musl/app|e",
    "s,a,b,;s,.*,x,ge",
    "$e",
    "/[e/]/{p;e\n}",
    "a\\\ntext\ne",
    "t;s/x/y/e",
    "s/[a\\\n[/]/x/e\n#/",
    "s/a",
    "?",
  ])("%j may start something", (program) => expect(sedStarts(program)).toBe(true));

  it.each([
    "s/a/e/g",
    "s/[/e]/e/;/e/d",
    "1i\\\ne",
    "$a\\export X=e",
    "y/abc/efe/",
    "/a/,/b/{s/c/d/;p}",
    "0,/x/s//y/2p",
    ":a;N;$!ba;s/\\n/e/g",
    "s/x/y/w /tmp/e",
    "r /etc/e",
    "# e\np",
    "\\,e,Id",
  ])("%j starts nothing", (program) => expect(sedStarts(program)).toBe(false));

  it.each(["sed -f /x /etc/hosts", "sed -ne 1e -e p x", "echo '!x' | ed -s", "dc -e '!x'"])(
    "what %s starts is not known",
    (line) => expect(entry(line).kind).toBe("unknown"),
  );
  it.each(["sed -i -e '1i\\' -e e x", 'sed "s#e#$HOME#" x', "echo q | ed -s x"])(
    "%s starts nothing",
    (line) => expect(entry(line).kind).toBe("own-resolver"),
  );
});

describe("helpers that tools start", () => {
  const asks = file([elfFact({ interpreter: MUSL, needed: ["libc.so"], calls: ["getaddrinfo"] })]);
  const mounts = file([elfFact({ interpreter: MUSL, needed: ["libc.so"], calls: ["execv"] })]);
  const on = (line: string, tool: string, more: Readonly<Record<string, LayerEntry>> = {}) => {
    const files = { "go/app": GO, [tool]: mounts, ...more, "entry.sh": script(`${line}\nexec /go/app`) };
    return start(["/entry.sh"], files, [], [alpine("1.2.5")]).kind;
  };
  it.each([
    ["mount -t nfs fs:/x /mnt", "sbin/mount.nfs"],
    ["mount fs:/x /mnt", "sbin/mount.nfs"],
    ["mount --types=cifs -o ro //fs/x /mnt", "sbin/mount.cifs"],
    ["mount -t $TYPE fs:/x /mnt", "sbin/mount.nfs"],
    ['mount "$(/go/app)" /mnt', "sbin/mount.nfs"],
    ["mount -a", "sbin/mount.nfs"],
    ["mount /mnt", "sbin/mount.nfs"],
    ["mount -t fuse.mine x /mnt", "sbin/mount.fuse"],
    ["fsck -t mine /dev/x", "usr/bin/fsck.mine"],
  ])("%s starts %s", (line, helper) => {
    const tool = `bin/${line.split(" ", 1)[0]}`;
    expect(on(line, tool, { [helper]: asks })).toBe("mixed");
    expect(on(line, tool)).toBe("own-resolver");
  });

  it("but not where it is told an address, or mounts nothing of another machine", () => {
    const helper = { "sbin/mount.nfs": asks, "sbin/mount.cifs": asks };
    for (const line of ["mount 10.0.0.1:/x /mnt", "mount -t cifs //10.0.0.1/x /mnt", "mount -t tmpfs x /mnt"])
      expect([line, on(line, "bin/mount", helper)]).toEqual([line, "own-resolver"]);
  });

  it("busybox's mount asks for the server itself", () => {
    const busybox = { "bin/mount": link("/bin/busybox") };
    for (const line of ["mount -t nfs fs:/x /mnt", "mount fs:/x /mnt", "mount -o ro -t cifs //fs/x /mnt"])
      expect([line, on(line, "x", busybox)]).toEqual([line, "mixed"]);
    for (const line of ["mount -t proc proc /proc", "mount 10.0.0.1:/x /mnt", "mount -o bind /a /b"])
      expect([line, on(line, "x", busybox)]).toEqual([line, "own-resolver"]);
  });

  it("less's LESSOPEN", () => {
    expect(on("LESSOPEN='|wget -qO- http://db/%s' less x", "usr/bin/less")).toBe("mixed");
    expect(on("LESSOPEN='|cat %s' less x", "usr/bin/less")).toBe("own-resolver");
  });
});

it("a name that a text puts together of its parts is followed", () => {
  for (const text of ['system("/mu"."sl/app")', "exec join('', 'x'), '/mu' . 'sl/app'"])
    expect(start(["perl", "-e", text]).musl).toMatchObject({ exact: "1.2.3" });
  expect(start(["perl", "-e", 'system("/g"."o/app")']).kind).toBe("uses-glibc");
});

describe("execline", () => {
  const tools = Object.fromEntries(
    "execlineb cd elglob export foreground ifte trap".split(" ").map((name) => [`usr/bin/${name}`, ON_GLIBC]),
  );
  const files = { ...tools, "opt/m/app": ON_MUSL, "opt/g/app": GO, "opt/g/only": GO };
  const run = (text: string, args: readonly string[] = []) =>
    start(["/run", ...args], {
      ...files,
      run: script(`#!/usr/bin/execlineb\n${text}`, "/usr/bin/execlineb"),
    });
  it.each([
    "cd /opt/m ./app",
    "foreground { cd /opt/m ./app } /go/app",
    "export PATH /opt/m app",
    "define x /opt/m/app foreground { $x } /go/app",
    "importas -D /opt/m/app x X ${x}",
    "ifte { /opt/m/app } { /go/app } true",
    "trap { default { /opt/m/app } } /go/app",
    "case $1 { a { /go/app } b { foreground { /opt/m/app } /go/app } } /go/app",
    "pipeline -d { /go/app } redirfd -w 1 /dev/null fdmove -c 2 1 /opt/m/app",
    "emptyenv -p s6-setuidgid go/app /opt/m/app",
    "forx -o 1 x { /go/app b } /opt/m/app $x",
    'foreground { /go/app " starting" } /opt/m/app',
    'importas -D " " X Y /opt/m/app',
    's6-notifyoncheck -d -n 300 -w 1000 -c "nc -z localhost 80" /opt/m/app',
  ])("%s", (text) => expect(run(text).musl).toMatchObject({ exact: "1.2.3" }));

  it.each([
    "cd /opt/g ./app",
    "cd /opt/m export PATH /opt/g only",
    "define x /opt/g/app $x",
    "forx x { /opt/m/app b } /go/app $x",
    "wait { } foreground { exit 0 } if { eltest -e /opt/m/app } /go/app",
    "multisubstitute { define x /opt/m/app } /go/app",
  ])("%s is clean", (text) => expect(run(text).kind).toBe("own-resolver"));

  it.each(["elglob x /opt/*/app $x /bin/true", "backtick x { /go/app } $x", "s6-envdir /env only"])(
    "%s is not known",
    (text) => expect(run(text).kind).toBe("unknown"),
  );

  it("the words of the script, and words that the kernel hands over", () => {
    expect(run("$@", ["/opt/m/app"]).musl).toBeDefined();
    expect(run("$1", ["/opt/m/app"]).musl).toBeDefined();
    expect(start(["cd", "/opt/m", "./app"], files).musl).toBeDefined();
    expect(start(["execlineb", "-c", "cd /opt/m ./app"], files).musl).toBeDefined();
    expect(
      start(["foreground", " foreground", "  /go/app", " ", " /opt/m/app", "", "/go/app"], files).musl,
    ).toBeDefined();
    expect(
      start(["foreground", " foreground", "  /go/app", " ", " /go/app", "", "/go/app"], files).kind,
    ).toBe("own-resolver");
    expect(start(["/opt/export", "a", "b", "c"], { ...files, "opt/export": ON_MUSL }).kind).toBe("uses-musl");
  });

  it("blocks in blocks end in an answer", () => {
    for (const text of ["foreground { ".repeat(2_000), "{ ".repeat(5_000)])
      expect(run(text).kind).toBe("unknown");
  });
});

describe("tools that take SHELL's program for a shell", () => {
  const tools = Object.fromEntries(
    ["chroot", "unshare", "script", "flock"].map((name) => [`usr/bin/${name}`, ON_GLIBC]),
  );
  it.each(["chroot /", "unshare -n", "script /tmp/x", "script -qc true /tmp/x", "flock /tmp/x -c true"])(
    "%s",
    (line) => {
      expect(entry(`SHELL=/musl/app ${line}`, tools).musl).toMatchObject({ exact: "1.2.3" });
      const shell = entry(`SHELL=/bin/bash ${line}`, tools);
      expect(shell.musl).toBeUndefined();
      expect(shell.kind).toMatch(/^(?:own-resolver|mixed)$/);
    },
  );

  it("chroot's is in the new root", () => {
    const files = { ...tools, "jail/opt/app": ON_MUSL, "jail/lib/ld-musl-x86_64.so.1": muslLoader("1.2.2") };
    expect(entry("SHELL=/opt/app chroot /jail", files).musl).toMatchObject({ exact: "1.2.2" });
  });

  it("script's own word is a file", () => {
    const alone = entry("script -q /dev/null", tools);
    expect([alone.musl, alone.kind]).toEqual([undefined, "mixed"]);
    expect(entry("script /tmp/x -- /musl/app", tools).musl).toBeDefined();
    expect(entry("script -q -- /musl/app", tools).musl).toBeDefined();
  });
});

describe("a loader that lists libraries", () => {
  const ldd = { "usr/bin/ldd": link("/lib/ld-musl-x86_64.so.1") };
  it.each([
    "ldd /musl/app",
    "/lib/ld-musl-x86_64.so.1 --list /musl/app",
    "/lib/ld-musl-x86_64.so.1 --argv0 x --list /musl/app",
  ])("starts nothing: %s", (line) => expect(entry(line, ldd).kind).toBe("own-resolver"));
  it.each(["/lib/ld-musl-x86_64.so.1 /musl/app --list", "/lib/ld-musl-x86_64.so.1 --argv0 ldd -- /musl/app"])(
    "starts it: %s",
    (line) => expect(entry(line, ldd).musl).toBeDefined(),
  );
});

describe("supervisors", () => {
  const run = { "sv/a/run": script("exec /musl/app") };
  const logged = { "sv/a/run": script("exec /glibc/app"), "sv/a/log/run": script("exec /musl/app") };
  it.each([
    [["runsv", "/sv/a"], run],
    [["s6-supervise", "/sv/a"], run],
    [["supervise", "/sv/a"], run],
    [["svscan", "/sv"], run],
    [["s6-svscan", "-t", "0", "/sv"], run],
    [["s6-svscan", "/sv"], logged],
    [["runsv", "/sv/a"], logged],
    [["runit"], { "etc/runit/2": script("exec /musl/app") }],
    [["s6-fghack", "/musl/app"], {}],
    [["emptyenv", "-p", "/musl/app"], {}],
    [["importas", "-D", "x", "V", "V", "/musl/app"], {}],
    [
      ["supervisord", "-nc", "/x.conf"],
      {
        "etc/supervisord.conf": text("[program:a]\ncommand=/go/app\n"),
        "x.conf": text("[program:a]\ncommand=/musl/app\n"),
      },
    ],
    [["supervisord", "-c", "/x.conf"], { "x.conf": text("[program:app]\ncommand=/musl/%(program_name)s\n") }],
    [["supervisord", "-c", "/x.conf"], { "x.conf": text("[program:a]\ncommand=%(here)s/musl/app\n") }],
    [
      ["supervisord", "-c", "/x.conf"],
      { "x.conf": text('[program:a]\ncommand=/usr/bin/env app\nenvironment=A="b,c",\n  PATH="/musl"\n') },
    ],
    [
      ["supervisord", "-c", "/x.conf"],
      { "x.conf": text('[supervisord]\nenvironment=PATH="/musl"\n[program:a]\ncommand=/usr/bin/env app\n') },
    ],
  ])("%j start what their folders and settings say", (words, files) => {
    expect(start(words, files as Record<string, LayerEntry>).musl).toMatchObject({ exact: "1.2.3" });
  });

  it("supervisord puts in what its own environment has", () => {
    const conf = text('[program:a]\ncommand=/usr/bin/env app\nenvironment=PATH="/venv:%(ENV_PATH)s"\n');
    const files = { "x.conf": conf, "usr/local/bin/app": GO };
    expect(start(["supervisord", "-c", "/x.conf"], files).kind).not.toBe("unknown");
    const more = { ...files, "venv/app": ON_MUSL };
    expect(start(["supervisord", "-c", "/x.conf"], more).musl).toMatchObject({ exact: "1.2.3" });
    const odd = text("[program:a]\ncommand=/musl/%(constructor)s\n");
    expect(start(["supervisord", "-c", "/x.conf"], { "x.conf": odd }).kind).toBe("unknown");
    const long = text(`[program:a]\ncommand=/go/app\nenvironment=${"a".repeat(500_000)}\n`);
    expect(start(["supervisord", "-c", "/x.conf"], { "x.conf": long }).kind).not.toBe("unknown");
  });

  it("setpriv may set PATH anew", () => {
    const files = { "opt/app": GO, "usr/bin/app": ON_MUSL };
    expect(entry("setpriv --reset-env app", files, ["PATH=/opt:/usr/bin"]).kind).toBe("mixed");
    expect(entry("setpriv --nnp app", files, ["PATH=/opt:/usr/bin"]).kind).toBe("own-resolver");
  });
});

describe("supercronic", () => {
  const jobs = (crontab: string) =>
    start(["supercronic", "/app/crontab"], {
      "usr/local/bin/supercronic": GO,
      "app/crontab": text(crontab),
    });
  it.each([
    "*/5 * * * * /musl/app",
    "*/2 * * * * * * /musl/app",
    "15 0 0 1 1 ? * /musl/app",
    "0 0 8 * * MON-FRI * /musl/app",
    "@daily /musl/app",
    "# x\nPATH=/musl:/usr/bin:/bin\n0 3 * JAN 1-5 app",
  ])("%j starts its jobs", (crontab) => expect(jobs(crontab).musl).toMatchObject({ exact: "1.2.3" }));

  it("is what its jobs are, and not known without them", () => {
    expect(jobs("*/5 * * * * /go/app --now\n").kind).toBe("own-resolver");
    expect(jobs("no crontab\n").kind).toBe("unknown");
    const alone = { "usr/local/bin/supercronic": GO };
    expect(start(["supercronic", "/app/jobs"], alone).kind).toBe("unknown");
  });
});

describe("tools that look up what their options and variables name", () => {
  const tools = Object.fromEntries(
    ["java", "curl", "pg_isready"].map((name) => [`usr/bin/${name}`, link("/musl/app")]),
  );
  it.each([
    "java -Djava.net.preferIPv4Stack=true -Djava.net.preferIPv4Stack=false M",
    "JAVA_TOOL_OPTIONS=-Djava.net.preferIPv4Stack=true java -Djava.net.preferIPv4Stack=false M",
    "java -jar x.jar -Djava.net.preferIPv4Stack=true",
    "curl -K /etc/urls",
    "pg_isready -d postgres://db/x",
    "pg_isready -d 'host=db dbname=x'",
    'pg_isready -d "$(cat /run/url)"',
    "PGHOST=db pg_isready",
  ])("%s does", (line) => expect(entry(line, tools).kind).toBe("mixed"));

  it.each([
    "java -cp /x -Djava.net.preferIPv4Stack=true M",
    "_JAVA_OPTIONS=-Djava.net.preferIPv4Stack=TRUE java M",
    "curl --unix-socket /run/docker.sock http://docker/v1",
    "pg_isready -d mydb -U me",
    "pg_isready -h /var/run/postgresql",
    "pg_isready -d 'host=/run dbname=x'",
    "PGHOST=db pg_isready -h 127.0.0.1",
  ])("%s does not", (line) => expect(entry(line, tools).kind).toBe("own-resolver"));
});

describe("what settings of the system name", () => {
  const busybox = (
    files: Readonly<Record<string, LayerEntry>>,
    words: readonly string[],
    env: readonly string[] = [],
  ) =>
    start(
      words,
      {
        "go/app": GO,
        "musl/app": ON_MUSL,
        ...Object.fromEntries(
          ["usr/sbin/crond", "bin/su", "sbin/init", "bin/true", "sbin/udhcpc"].map((path) => [
            path,
            link("/bin/busybox"),
          ]),
        ),
        ...files,
      },
      env,
      [alpine("1.2.5")],
    );
  it.each([
    [["crond", "-f", "-c", "/app/cron"], { "app/cron/root": text("@reboot /musl/app\n") }],
    [["crond", "-f", "-c/app/cron"], { "app/cron/root": text("@reboot /musl/app\n") }],
    [["/sbin/init"], { "etc/inittab": text("::once:app\n"), "sbin/app": ON_MUSL }],
    [["udhcpc", "-s", "/musl/app"], {}],
    [["su", "root", "-c", "true"], { "etc/passwd": passwd("/opt/shell"), "opt/shell": script("/musl/app") }],
    [
      ["sh", "-c", "su root </dev/null"],
      { "etc/passwd": passwd("/opt/shell"), "opt/shell": script("/musl/app") },
    ],
  ])("%j", (words, files) => {
    const env = ["PATH=/go:/usr/sbin:/bin:/sbin"];
    expect(busybox(files as Record<string, LayerEntry>, words, env).musl).toMatchObject({ exact: "1.2.5" });
  });

  it("a user's shell that a script gives or takes", () => {
    const changed = (line: string, shell = "/bin/sh") =>
      busybox(
        {
          "etc/passwd": passwd(shell),
          "opt/shell": script("/musl/app"),
          ...Object.fromEntries(
            ["usermod", "adduser", "chsh"].map((name) => [`bin/${name}`, link("/bin/busybox")]),
          ),
          "entry.sh": script(`${line}\nexec /go/app`),
        },
        ["/entry.sh"],
      ).kind;
    for (const line of [
      "usermod -s /opt/shell root; su root -c true",
      "adduser -D -u 1 -s /opt/shell app; su app -c true",
      "adduser -D -G root -s /opt/shell app; su app -c true",
      '[ "$A" = b ] && chsh --shell=/opt/shell root\nsu root -c true',
    ])
      expect([line, changed(line)]).toEqual([line, "mixed"]);
    for (const line of [
      "adduser -D -s /bin/sh app; su app -c true",
      "usermod -s /opt/shell app; su root -c true",
    ])
      expect([line, changed(line)]).toEqual([line, "own-resolver"]);
    expect(changed("usermod -s /bin/sh root; su root -c true", "/opt/shell")).toBe("own-resolver");
  });

  it("a user's shell that is one changes nothing", () => {
    const files = { "etc/passwd": passwd("/bin/sh") };
    expect(busybox(files, ["su", "root", "-c", "/go/app"]).kind).toBe("own-resolver");
  });
});

describe("npm and its like", () => {
  const app = (scripts: object, more = {}): Readonly<Record<string, LayerEntry>> => ({
    "usr/bin/npm": ON_GLIBC,
    "usr/bin/npx": ON_GLIBC,
    "app/package.json": text(JSON.stringify({ scripts })),
    ...more,
  });
  const tool = { "app/node_modules/.bin/tool": script("/musl/app") };
  it.each([
    [["npm", "-C", "/app", "start"], app({ start: "/musl/app" })],
    [["npm", "--prefix=/app", "t"], app({ test: "/musl/app" })],
    [["npm", "--prefix", "/app/sub", "start"], app({ start: "/musl/app" })],
    [["npm", "-C", "/app", "restart"], app({ start: "/musl/app" })],
    [["npm", "-C", "/app", "start"], app({}, { "app/server.js": other(["/musl/app"]) })],
    [["npm", "-C", "/app", "exec", "tool"], app({}, tool)],
    [["sh", "-c", "cd /app && npx --yes tool --flag"], app({}, tool)],
  ])("%j", (words, files) => expect(start(words, files).musl).toMatchObject({ exact: "1.2.3" }));

  it("what npm is told to run scripts with", () => {
    const run = (more: Readonly<Record<string, LayerEntry>>, env: readonly string[] = []) =>
      start(["npm", "-C", "/app", "start"], app({ start: "/go/app" }, more), env);
    expect(run({ "app/.npmrc": text("script-shell = /musl/app") }).musl).toMatchObject({ exact: "1.2.3" });
    expect(run({ "root/.npmrc": text("script-shell=/musl/app") }).musl).toMatchObject({ exact: "1.2.3" });
    expect(run({}, ["npm_config_script_shell=/musl/app"]).musl).toMatchObject({ exact: "1.2.3" });
    expect(run({ "app/.npmrc": text("script-shell=${SHELL_OF_MINE}") }).kind).toBe("unknown");
    for (const clean of [run({}), run({ "app/.npmrc": text("script-shell=bash") })])
      expect([clean.musl, clean.kind]).toEqual([undefined, "mixed"]);
  });

  it("what starts in workspaces is not known", () => {
    expect(start(["npm", "-C", "/app", "-w", "b", "start"], app({ start: "true" })).kind).toBe("unknown");
    expect(start(["npm", "-C", "/app", "start"], app({ start: "/glibc/app" })).kind).toBe("uses-glibc");
  });
});
