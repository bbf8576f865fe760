// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { startProcess, startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { Override } from "../../../src/image/entrypoint/argv.ts";
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
import { walk } from "../../support/shell-host.ts";

const CGO = file([
  elfFact({
    interpreter: "/lib/ld-musl-x86_64.so.1",
    calls: ["getaddrinfo"],
    go: { version: "go1.26.8", cgo: true },
  }),
]);
const go = (more: object) =>
  file([
    elfFact({
      interpreter: "/lib/ld-musl-x86_64.so.1",
      calls: ["getaddrinfo"],
      go: { version: "go1.26.8", cgo: true, ...more },
    }),
  ]);
const calling = (calls: readonly string[], needed: readonly string[] = []) =>
  file([
    elfFact({
      interpreter: "/lib/ld-musl-x86_64.so.1",
      needed: ["libc.musl-x86_64.so.1", ...needed],
      calls,
    }),
  ]);
const library = (calls: readonly string[]) => file([elfFact({ type: "shared-object", calls })], false);

/** Alpine with Go programs, and glibc with musl's loader beside it: as in the lab. */
const IMAGES = {
  A: [
    alpine(),
    {
      entries: {
        "go/app": GO,
        "go/wrap": GO,
        "go/cgo": CGO,
        "go/netcgo": go({ tags: ["netcgo"] }),
        "go/netgo": go({ tags: ["netgo"] }),
        "go/debug": go({ godebug: "netdns=cgo" }),
        "musl/app": ON_MUSL,
        "bin/ping": link("/bin/busybox"),
      } as Record<string, LayerEntry>,
    },
  ],
  G: debianWithMusl(
    "xargs flock taskset unshare nsenter find run-parts chroot setarch chrt prlimit timeout nice su sudo runuser script start-stop-daemon cp ln cat chmod",
  ),
};

interface Given {
  readonly files?: Readonly<Record<string, LayerEntry>>;
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly args?: readonly string[];
}

function start(
  image: keyof typeof IMAGES,
  words: readonly string[],
  { files = {}, env = [], cwd = "" }: Given,
) {
  return startProcessWith(
    whenNeeded,
    fileSystem(...IMAGES[image], { entries: files }),
    config({ entrypoint: words, env: ["PATH=/usr/local/bin:/usr/bin:/bin", ...env], workingDir: cwd }),
    {},
  );
}
const entry = (image: keyof typeof IMAGES, body: string, given: Given = {}) =>
  start(image, ["/entry.sh", ...(given.args ?? [])], {
    ...given,
    files: { "entry.sh": script(body), ...given.files },
  });

describe("a script's other programs count", () => {
  it.each([
    ["IP=$(wget -qO- http://db.example.com/ip)\nexec /go/app", "`wget` in /entry.sh:1"],
    ["/musl/app &\nexec /go/app", "`app` in /entry.sh:1"],
    ["/musl/app && exec /go/app", "`app` in /entry.sh:1"],
    ["sh /wait.sh\nexec /go/app", "`wget` in /wait.sh:1"],
    ["sh <<EOF\nwget http://db/\nEOF\nexec /go/app", "`wget` in what the shell reads"],
    ["trap 'wget -q http://db/' EXIT\n/go/app", "`wget` in /entry.sh"],
    ["ping -c1 db\nexec /go/app", "`ping` in /entry.sh:1"],
  ])("%j", (body, culprit) => {
    const process = entry("A", body, {
      files: { "wait.sh": script("until wget -q http://db/; do sleep 1; done") },
    });
    expect(process).toMatchObject({ kind: "mixed", musl: { exact: "1.2.2" } });
    expect(process.culprit).toContain(culprit);
    expect(process.reason).toContain(culprit);
  });

  it("but not those that look nothing up, and not those that do not start", () => {
    for (const body of [
      "wget http://127.0.0.1:1/",
      "nc -z 127.0.0.1 80",
      "nc -lp 80",
      "wget --help",
      "wget -qO- http://[::1]/",
      "wget http://localhost/",
      "f() { wget http://db/; }",
      "if false; then wget http://db/; fi",
      'if [ "$1" = debug ]; then exec sh; fi',
      "true || wget http://db/",
      "exit 0; wget http://db/",
      "sleep 1",
    ])
      expect([body, entry("A", `${body}\n[ -n "$1" ] || :\nexec /go/app`, { args: ["serve"] }).musl]).toEqual(
        [body, undefined],
      );
    expect(
      start("A", ["/usr/bin/java", "-Djava.net.preferIPv4Stack=true", "-jar", "x"], {
        files: { "usr/bin/java": ON_MUSL },
      }).musl,
    ).toBeUndefined();
  });

  it("and what stands behind a program's operand is not its own", () => {
    for (const words of [
      ["node", "server.js", "--help"],
      ["python3", "app.py", "-V"],
      ["java", "-jar", "x.jar", "--version"],
    ]) {
      const files = { [`usr/bin/${words[0]}`]: ON_MUSL };
      expect([words, start("A", words, { files }).kind]).toEqual([words, "uses-musl"]);
    }
    expect(start("A", ["node", "--version"], { files: { "usr/bin/node": ON_MUSL } }).kind).toBe("no-lookups");
  });

  it("and what a pod adds is taken for what it is", () => {
    const files = fileSystem(...IMAGES.A, {
      entries: { "entry.sh": script("wget http://db/\nexec /go/app") },
    });
    const image = config({ entrypoint: ["/entry.sh"] });
    const on = (more: Override) => startProcessWith(whenNeeded, files, image, more);
    expect(on({}).kind).toBe("mixed");
    expect(on({ hosts: ["db"] }).kind).toBe("own-resolver");
    expect(on({ command: ["/go/cgo"], env: { GODEBUG: "netdns=cgo" } }).kind).toBe("uses-musl");
    expect(on({ command: ["/go/cgo"], env: { GODEBUG: undefined } }).kind).toBe("unknown");
    expect(on({ command: ["./app"], workingDir: "/musl" }).kind).toBe("uses-musl");
    const probe = { what: "liveness probe", words: ["wget", "-qO-", "http://db/"] };
    const probed = on({ command: ["/go/app"], besides: [probe] });
    expect(probed).toMatchObject({
      kind: "mixed",
      reason: expect.stringContaining("Its liveness probe runs wget"),
    });
    const calm = { what: "liveness probe", words: ["wget", "-qO-", "http://127.0.0.1:8080/"] };
    expect(on({ command: ["/go/app"], besides: [calm] }).kind).toBe("own-resolver");
    const mounts = [{ path: "/entry.sh", files: { "": "exec /go/app" }, executable: true }];
    expect(on({ mounts }).kind).toBe("own-resolver");
    expect(on({ mounts: [{ path: "/go", executable: true }], command: ["/go/app"] }).kind).toBe("unknown");
  });

  it("and ELF decides before names do", () => {
    const quiet = { "usr/bin/helper": calling([]) };
    expect(entry("A", "helper x\nexec /go/app", { files: quiet }).kind).toBe("own-resolver");
    expect(
      entry("A", "helper x\nexec /go/app", { files: { "usr/bin/helper": calling(["dlopen"]) } }).kind,
    ).toBe("mixed");
    const through = (calls: readonly string[]) => ({
      "usr/bin/helper": calling([], ["libx.so.1"]),
      "usr/lib/libx.so.1": library(calls),
    });
    expect(entry("A", "helper x\nexec /go/app", { files: through([]) }).kind).toBe("own-resolver");
    expect(entry("A", "helper x\nexec /go/app", { files: through(["res_query"]) }).kind).toBe("mixed");
    // A library that is not there may look names up.
    expect(
      entry("A", "helper x\nexec /go/app", { files: { "usr/bin/helper": calling([], ["libx.so.1"]) } }).kind,
    ).toBe("mixed");
    const curl = {
      "usr/bin/curl": file([
        elfFact({
          interpreter: "/lib/ld-musl-x86_64.so.1",
          needed: ["libcurl.so.4"],
          calls: ["getaddrinfo"],
        }),
      ]),
    };
    const libcurl = (needed: readonly string[]) => ({
      ...curl,
      "usr/lib/libcurl.so.4": file(
        [elfFact({ type: "shared-object", needed, calls: ["getaddrinfo"] })],
        false,
      ),
    });
    expect(entry("A", "curl http://db/\nexec /go/app", { files: libcurl([]) }).kind).toBe("mixed");
    expect(entry("A", "curl http://db/\nexec /go/app", { files: libcurl(["libcares.so.2"]) }).kind).toBe(
      "own-resolver",
    );
    // One of its own that has the name of a tool.
    expect(start("A", ["/opt/date"], { files: { "opt/date": calling(["getaddrinfo"]) } }).kind).toBe(
      "uses-musl",
    );
    expect(
      entry("A", "LD_PRELOAD=/x.so helper x\nexec /go/app", {
        files: { ...quiet, "x.so": library(["getaddrinfo"]) },
      }).kind,
    ).toBe("mixed");
  });
});

describe("programs that start programs", () => {
  it.each<[keyof typeof IMAGES, readonly string[]]>([
    ["A", ["/go/wrap", "--", "/musl/app"]],
    ["A", ["/go/wrap", "run", "/musl/app --flag"]],
    ["A", ["/go/wrap", "--exec=/musl/app"]],
    ["G", ["xargs", "-a", "/dev/null", "/musl/app"]],
    ["G", ["flock", "/tmp/l", "/musl/app"]],
    ["G", ["flock", "/tmp/l", "-c", "/musl/app"]],
    ["G", ["taskset", "-c", "0", "/musl/app"]],
    ["G", ["setarch", "x86_64", "-R", "/musl/app"]],
    ["G", ["chrt", "-f", "10", "/musl/app"]],
    ["G", ["unshare", "-n", "/musl/app"]],
    ["G", ["nsenter", "-t", "1", "-n", "/musl/app"]],
    ["G", ["find", "/etc", "-exec", "/musl/app", "{}", ";"]],
    ["G", ["run-parts", "--exit-on-error", "/parts"]],
    ["G", ["prlimit", "--nofile=10", "/musl/app"]],
    ["G", ["timeout", "-s", "KILL", "5", "nice", "-n", "5", "/musl/app"]],
    ["G", ["su", "app", "-s", "/bin/sh", "-c", "exec /musl/app"]],
    ["G", ["su", "-c", "/musl/app", "app"]],
    ["G", ["sudo", "-E", "-u", "app", "A=b", "/musl/app"]],
    ["G", ["runuser", "-u", "app", "--", "/musl/app"]],
    ["G", ["runuser", "app", "-c", "/musl/app"]],
    ["G", ["script", "-qc", "/musl/app", "/dev/null"]],
    ["G", ["start-stop-daemon", "--start", "--exec", "/musl/app", "--", "-x"]],
    ["G", ["chroot", "/", "/musl/app"]],
    ["G", ["/lib/ld-musl-x86_64.so.1", "/musl/app"]],
    ["G", ["env", "-i", "PATH=/musl", "app"]],
    ["G", ["env", "-C", "/musl", "./app"]],
    ["G", ["env", "-S", "A='b c' /musl/app"]],
  ])("%s %j", (image, words) => {
    const files = { "parts/ten": script("exec /musl/app"), "usr/bin/env": ON_GLIBC };
    const process = start(image, words, { files });
    expect([process.kind, process.musl === undefined]).toEqual([process.kind, false]);
  });

  it("in another root, with that root's own files", () => {
    const jail = {
      "jail/glibc/app": ON_MUSL,
      "jail/lib/ld-musl-x86_64.so.1": muslLoader("1.2.4"),
    };
    expect(start("G", ["chroot", "/jail", "/glibc/app"], { files: jail })).toMatchObject({
      kind: "uses-musl",
      musl: { exact: "1.2.4" },
    });
  });

  it.each([
    ["dockerize", ["-wait", "tcp://db:5432", "-timeout", "60s", "/musl/app"]],
    ["doppler", ["run", "--", "/musl/app"]],
    ["doppler", ["run", "--command", "/musl/app && true"]],
    ["envconsul", ["-prefix", "app", "-once", "/musl/app"]],
    ["chamber", ["exec", "service", "--", "/musl/app"]],
    ["infisical", ["run", "--env=prod", "--", "/musl/app"]],
    ["op", ["run", "--env-file=.env", "--", "/musl/app"]],
    ["aws-vault", ["exec", "profile", "--", "/musl/app"]],
  ])("%s %j", (name, args) => {
    const process = start("A", [name, ...args], { files: { [`usr/bin/${name}`]: GO } });
    expect(process.musl).toBeDefined();
  });

  it("cron's jobs, Procfiles' managers and process-compose", () => {
    const crond = {
      "usr/sbin/crond": link("/bin/busybox"),
      "etc/crontabs/root": text("# m h\n*/5 * * * * wget -q http://db/\n"),
    };
    expect(start("A", ["/usr/sbin/crond", "-f"], { files: crond }).musl).toBeDefined();
    const calm = { ...crond, "etc/crontabs/root": text("@daily /go/app\n") };
    expect(start("A", ["/usr/sbin/crond", "-f"], { files: calm }).musl).toBeUndefined();
    expect(start("A", ["process-compose", "up"], { files: { "usr/bin/process-compose": GO } }).kind).toBe(
      "unknown",
    );
  });
});

describe("what settings of managers name", () => {
  const run = (words: readonly string[], files: Readonly<Record<string, LayerEntry>>) =>
    start("A", words, { files, cwd: "/app" });

  it("Procfiles", () => {
    const files = {
      "usr/bin/forego": GO,
      "app/Procfile": text("web: /go/app serve\njob: PATH=/musl:$PATH app\n"),
    };
    expect(run(["forego", "start"], files).musl).toBeDefined();
    expect(run(["forego", "start", "-f", "/app/Procfile"], files).musl).toBeDefined();
    const calm = { ...files, "app/Procfile": text("web: /go/app serve\n") };
    expect(run(["forego", "start"], calm).kind).toBe("own-resolver");
    const set = {
      ...files,
      "app/Procfile": text("web: /go/cgo\n"),
      "app/.env": text("GODEBUG=netdns=cgo\n"),
    };
    expect(run(["forego", "start"], set).kind).toBe("uses-musl");
    expect(run(["forego", "start"], { "usr/bin/forego": GO }).kind).toBe("unknown");
  });

  it("busybox's inittab and OpenRC's services", () => {
    const files = {
      "sbin/init": link("/bin/busybox"),
      "sbin/openrc": ON_MUSL,
      "etc/inittab": text(
        "# all\n::sysinit:/sbin/openrc sysinit\n::wait:/sbin/openrc default\n::ctrlaltdel:/sbin/reboot\n",
      ),
      "etc/runlevels/default/app": link("/etc/init.d/app"),
    };
    const service = (body: string) => ({
      ...files,
      "etc/init.d/app": script(`#!/sbin/openrc-run\n${body}`, "/sbin/openrc-run"),
    });
    expect(run(["/sbin/init"], service('command="/musl/app"\ndepend() { need net; }')).musl).toBeDefined();
    expect(run(["/sbin/init"], service("start() { ebegin x; /musl/app; eend $?; }")).musl).toBeDefined();
    expect(run(["/sbin/init"], service('command="/go/app"\ncommand_args="serve"')).kind).toBe("own-resolver");
    expect(run(["/sbin/openrc", "sysinit"], service('command="/musl/app"')).musl).toBeUndefined();
  });

  it("systemd's services that are enabled", () => {
    const files = (unit: string) => ({
      "lib/systemd/systemd": ON_GLIBC,
      "sbin/init": link("/lib/systemd/systemd"),
      "etc/systemd/system/multi-user.target.wants/app.service": link("/lib/systemd/system/app.service"),
      "lib/systemd/system/app.service": text(unit),
      "lib/systemd/system/other.service": text("[Service]\nExecStart=/musl/app\n"),
    });
    const of = (unit: string) => start("G", ["/sbin/init"], { files: files(unit) });
    expect(of("[Service]\nExecStart=-/musl/app serve\n").musl).toBeDefined();
    expect(of("[Service]\nExecStart=/glibc/app\nExecStartPost=/bin/sh -c /musl/app\n").musl).toBeDefined();
    expect(of("[Service]\nExecStart=/glibc/app \\\n  serve\n").kind).toBe("uses-glibc");
    expect(of("[Unit]\nWants=other.service\n[Service]\nExecStart=/glibc/app\n").musl).toBeDefined();
    expect(of("[Service]\nEnvironment=APP=/musl/app\nExecStart=/bin/sh -c ${APP}\n").musl).toBeDefined();
    expect(of("[Service]\nRootDirectory=/jail\nExecStart=/glibc/app\n").kind).toBe("unknown");
  });

  it("pm2's script, but not its file of settings", () => {
    const files = { "usr/bin/pm2-runtime": GO, "usr/bin/node": ON_MUSL };
    expect(run(["pm2-runtime", "start", "server.js"], files).musl).toBeDefined();
    expect(run(["pm2-runtime", "ecosystem.config.js"], files)).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("pm2"),
    });
  });
});

describe("Go with cgo", () => {
  it.each<[string, string, readonly string[], string]>([
    ["by default", "cgo", [], "own-resolver"],
    ["GODEBUG in the environment", "cgo", ["GODEBUG=netdns=cgo"], "uses-musl"],
    ["the last of several", "cgo", ["GODEBUG=netdns=cgo,http2client=0,netdns=go+1"], "own-resolver"],
    ["RES_OPTIONS", "cgo", ["RES_OPTIONS=ndots:2"], "uses-musl"],
    ["LOCALDOMAIN, though empty", "cgo", ["LOCALDOMAIN="], "uses-musl"],
    ["the tag netcgo", "netcgo", [], "uses-musl"],
    ["the tag netcgo against GODEBUG", "netcgo", ["GODEBUG=netdns=go"], "own-resolver"],
    ["the tag netgo", "netgo", ["GODEBUG=netdns=cgo"], "own-resolver"],
    ["//go:debug", "debug", [], "uses-musl"],
    ["//go:debug against GODEBUG", "debug", ["GODEBUG=netdns=go"], "own-resolver"],
  ])("%s", (_, program, env, kind) => {
    const process = start("A", [`/go/${program}`], { env });
    expect(process.kind).toBe(kind);
    if (kind === "uses-musl") expect(process.reason).toContain("Go with cgo, and");
  });

  it.each([
    ["hosts: files dns", "own-resolver"],
    ["hosts: files resolve [!UNAVAIL=return] dns", "uses-musl"],
    ["hosts: files mdns4_minimal [NOTFOUND=return] dns", "own-resolver"],
    ["hosts: files myhostname dns", "own-resolver"],
    ["# hosts: resolve", "own-resolver"],
  ])("nsswitch.conf: %s", (line, kind) => {
    expect(start("A", ["/go/cgo"], { files: { "etc/nsswitch.conf": text(`${line}\n`) } }).kind).toBe(kind);
  });

  it("in a script", () => {
    expect(entry("A", "export GODEBUG=netdns=cgo\nexec /go/cgo").kind).toBe("uses-musl");
    expect(entry("A", "GODEBUG=netdns=cgo exec /go/cgo").kind).toBe("uses-musl");
    expect(entry("A", "GODEBUG=netdns=cgo\nexec /go/cgo").kind).toBe("own-resolver");
    expect(entry("A", "export GODEBUG=$(cat x)\nexec /go/cgo").kind).not.toBe("uses-musl");
  });
});

describe("what a script changes", () => {
  it.each([
    ["PATH=/musl:$PATH\nexec app"],
    ["cd /opt/m\nexec bin/app"],
    ['run() { exec "$@"; }\nrun /musl/app'],
    ['set -- /musl/app "$@"\nexec "$@"'],
    ["APP=/glibc/app\n. /conf.sh\nexec $APP"],
    ["command exec /musl/app\n/glibc/app"],
    ["\\exec /musl/app"],
    ['"exec" /musl/app'],
    ["alias go='exec /musl/app'\ngo"],
    ["eval exec /musl/app"],
    ["echo /musl/app | sh"],
    ["sh < /conf"],
    [". /dev/stdin <<'E'\n/musl/app\nE"],
    ["sh /dev/stdin <<'E'\n/musl/app\nE"],
    ["cp /musl/app /tmp/x\nexec /tmp/x"],
    ["ln -sf /musl/app /glibc/app\nexec /glibc/app"],
    ["cat > /tmp/x.sh <<'E'\n/musl/app\nE\nchmod +x /tmp/x.sh\n/tmp/x.sh"],
  ])("%j is affected", (body) => {
    const files = {
      "opt/m/bin/app": ON_MUSL,
      "bin/app": ON_GLIBC,
      "conf.sh": script("APP=/musl/app"),
      conf: script("/musl/app"),
    };
    expect(entry("G", body, { files }).musl).toBeDefined();
  });

  it.each([
    [". /data.bin\nexec /glibc/app"],
    ['eval "$(cat /x)"\nexec /glibc/app'],
    ["tar -xf /x.tar -C /opt\nexec /opt/app"],
    ["sed -i s/a/b/ /run.sh\nexec /run.sh"],
    ["curl -o /usr/bin/app http://x\nexec /usr/bin/app"],
    ["export -f f\nhash -p /musl/app ls\nls"],
    ["/proc/self/root/musl/app\nexec /glibc/app"],
    ["/bin/../proc/self/root/musl/app || true\nexec /glibc/app"],
    ["$SHELL -c /musl/app\nexec /glibc/app"],
    ["exec > /tmp/x.sh\necho /musl/app\nsh /tmp/x.sh\nexec /glibc/app"],
    [". /dev/fd/3\nexec /glibc/app"],
  ])("%j is not known", (body) => {
    const files = {
      "data.bin": file([], false),
      "run.sh": script("exec /glibc/app"),
      "usr/bin/tar": ON_GLIBC,
      "usr/bin/sed": ON_GLIBC,
      "usr/bin/curl": ON_GLIBC,
      "usr/bin/cat": ON_GLIBC,
    };
    const image = body.includes("hash") ? script(body, "/bin/bash") : script(body);
    const process = start("G", ["/entry.sh"], { files: { ...files, "entry.sh": image } });
    expect([body, process.kind]).toEqual([body, "unknown"]);
  });
});

describe("what it costs", () => {
  it("a script that doubles a text 12,000 times is not known, and ends", () => {
    const body = `B=${"x".repeat(60_000)}\n${"C=$B$B\nB=$C\n".repeat(6_000)}exec $C`;
    expect(entry("A", body)).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("only known when it runs"),
    });
  });

  it("scripts that take too many steps say so", () => {
    const process = entry("A", `${"x && a=1 || a=2\n".repeat(200)}${"sleep 1\n".repeat(50_000)}exec /go/app`);
    expect(process).toMatchObject({ kind: "unknown", reason: expect.stringMatching(/more than \d+ steps/) });
  });

  it("so does comparing large states with each other", () => {
    const large = Array.from({ length: 300 }, (_, i) => `v${i}=${"x".repeat(90)}$0\n`).join("");
    const forks = "[ -e /data/x ] && a=$(x)1 || b=2\n".repeat(120);
    const { steps } = walk(large + forks + forks, { budget: 20_000 });
    expect(steps).toBeLessThan(22_000);
    expect(steps).toBeGreaterThan(2_000);
  });

  it("nesting ends in an answer", () => {
    for (const part of ["coproc ", "{ ", "(", "if true; then ", "$("]) {
      const process = entry("A", `${part.repeat(20_000)}\nexec /go/app`);
      expect([part, process.kind]).toEqual([part, "unknown"]);
    }
  });

  it("the parser is loaded only where a script is on the way", async () => {
    const files = fileSystem(...IMAGES.A, { entries: { "entry.sh": script("exec /go/app") } });
    const words = (entrypoint: readonly string[]) => config({ entrypoint });
    expect(startProcessWith(undefined, files, words(["/go/app"]), {}).kind).toBe("own-resolver");
    expect(() => startProcessWith(undefined, files, words(["/entry.sh"]), {})).toThrow();
    expect((await startProcess(files, words(["/entry.sh"]), {})).kind).toBe("own-resolver");
  });
});
