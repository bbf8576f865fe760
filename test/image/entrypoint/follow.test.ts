import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { Overlay } from "../../../src/image/overlay.ts";
import type { ImageConfig } from "../../../src/model/oci.ts";
import { makeElf } from "../../support/elf.ts";
import { type FileBody, imageFiles } from "../../support/image-files.ts";

const LOADER = "/lib/ld-musl-x86_64.so.1";
const musl = (version: string) =>
  makeElf({
    type: 3,
    soname: "libc.musl-x86_64.so.1",
    constants: `musl libc (x86_64)\nVersion %s\n\0\0${version}\0`,
  });
const dynamic = makeElf({ type: 3, pie: true, interpreter: LOADER, needed: ["libc.musl-x86_64.so.1"] });
const GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2";
const forGlibc = makeElf({ type: 3, pie: true, interpreter: GLIBC_LOADER, needed: ["libc.so.6"] });
const glibc: Record<string, FileBody> = {
  lib64: { link: "usr/lib64" },
  "usr/lib64/ld-linux-x86-64.so.2": makeElf({
    type: 3,
    soname: "ld-linux-x86-64.so.2",
    constants: "ld.so (GNU libc) stable release version 2.36.\n\0",
  }),
  "usr/lib/x86_64-linux-gnu/libc.so.6": makeElf({
    type: 3,
    soname: "libc.so.6",
    constants: "GNU C Library (GNU libc) stable release version 2.36.\n\0",
  }),
};
const goBody = makeElf({ constants: "\0runtime.mallocgc\0" });
const staticMusl = makeElf({
  constants: "Name does not resolve\0Try again\0Non-recoverable error\0Name has no usable address\0",
});

/** Alpine as far as it matters here: one program with links for its applets. */
const ALPINE: Record<string, FileBody> = {
  "lib/ld-musl-x86_64.so.1": musl("1.2.2"),
  "lib/libc.musl-x86_64.so.1": { link: "ld-musl-x86_64.so.1" },
  "bin/busybox": dynamic,
  "bin/sh": { link: "/bin/busybox" },
  "bin/sleep": { link: "/bin/busybox" },
  "usr/bin/env": { link: "/bin/busybox" },
  "usr/bin/python3": { link: "python3.9" },
  "usr/bin/python3.9": dynamic,
  "usr/local/bin/node": dynamic,
};

interface Start {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly workingDir?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

function start(files: Overlay | Record<string, FileBody>, words: Start) {
  const { entrypoint = [], cmd = [], env = [], workingDir = "", command, args } = words;
  const config: ImageConfig = {
    platform: { os: "linux", architecture: "amd64" },
    entrypoint,
    cmd,
    env,
    workingDir,
    history: [],
    diffIds: [],
  } as ImageConfig;
  const view = "lookup" in files ? (files as Overlay) : imageFiles(ALPINE, files as Record<string, FileBody>);
  return startProcessWith(whenNeeded, view, config, {
    ...(command !== undefined && { command }),
    ...(args !== undefined && { args }),
  });
}
const chain = (process: ReturnType<typeof start>) => process.chain.map(({ text }) => text).join(" → ");

describe("four images on the same Alpine", () => {
  it("a dynamic program uses musl", () => {
    const process = start({}, { cmd: ["node", "server.js"] });
    expect(process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" }, runtime: "node" });
    expect(chain(process)).toBe("/usr/local/bin/node → /lib/ld-musl-x86_64.so.1 1.2.2");
  });

  it("a Go program does not", () => {
    const process = start({ "app/server": goBody }, { entrypoint: ["/app/server"] });
    expect(process).toMatchObject({ kind: "own-resolver" });
    expect(process.musl).toBeUndefined();
  });

  it("a shell that only waits looks up no names", () => {
    const process = start(
      { "entry.sh": "#!/bin/sh\nwhile true; do sleep 1; done\n" },
      { cmd: ["/entry.sh"] },
    );
    expect(process).toMatchObject({ kind: "no-lookups" });
    expect(process.musl).toBeUndefined();
    expect(chain(process)).toBe("/entry.sh → #!/bin/sh → /bin/busybox → /bin/sleep → /bin/busybox");
  });

  it("a static program is musl, of another version", () => {
    const process = start({ "app/rust": staticMusl }, { entrypoint: ["/app/rust"] });
    expect(process).toMatchObject({ kind: "is-musl", musl: { atLeast: "1.2.4" } });
    expect(chain(process)).toBe("/app/rust → static musl 1.2.4 or newer");
  });
});

describe("which words start", () => {
  const kinds = (words: Start) => start({ "app/go": goBody, "app/static": staticMusl }, words).kind;

  it("Entrypoint and Cmd, and what Kubernetes puts in their place", () => {
    const entrypoint = ["/app/go"];
    expect(kinds({ entrypoint, cmd: ["serve"] })).toBe("own-resolver");
    expect(kinds({ entrypoint, command: ["node"] })).toBe("uses-musl");
    expect(kinds({ cmd: ["/app/go"], args: ["node", "x.js"] })).toBe("uses-musl");
    expect(kinds({ entrypoint, cmd: ["node"], args: ["x"] })).toBe("own-resolver");
    // A program that is named in a program's words may be started by it.
    expect(kinds({ entrypoint, args: ["node"] })).toBe("mixed");
    expect(kinds({ entrypoint, command: ["/app/static"], args: ["node"] })).toBe("is-musl");
    expect(kinds({ entrypoint, command: [], args: [] })).toBe("own-resolver");
  });

  it("PATH in its order, and the working folder", () => {
    const files = { "a/run": goBody, "b/run": staticMusl, "srv/run": dynamic };
    expect(start(files, { cmd: ["run"], env: ["PATH=/a:/b"] }).kind).toBe("own-resolver");
    expect(start(files, { cmd: ["run"], env: ["PATH=/none:/b:/a"] }).kind).toBe("is-musl");
    expect(start(files, { cmd: ["./run"], workingDir: "/srv" }).kind).toBe("uses-musl");
    expect(start(files, { cmd: ["../b/run"], workingDir: "/srv" }).kind).toBe("is-musl");
  });

  it("nothing, what is not there, a folder, a text", () => {
    expect(start({}, {})).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("nothing to start"),
    });
    expect(start({}, { cmd: ["gone"] })).toMatchObject({
      kind: "unknown",
      reason: "The program gone is not in the image",
    });
    expect(start({}, { cmd: ["/usr/bin"] }).kind).toBe("unknown");
    expect(start({ "app/x": { plain: "text" } }, { cmd: ["/app/x"] }).kind).toBe("unknown");
  });

  it("unknown once a layer could not be read", () => {
    const view = imageFiles(ALPINE, undefined);
    expect(start(view, { cmd: ["node"] })).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("layer 2 of 2 could not be read"),
    });
  });
});

describe("through wrappers", () => {
  const wrappers: Record<string, FileBody> = {
    "sbin/tini": dynamic,
    "usr/bin/dumb-init": staticMusl,
    "sbin/su-exec": dynamic,
    "usr/local/bin/gosu": goBody,
    "app/go": goBody,
  };
  it.each([
    [["/sbin/tini", "--", "/app/go"]],
    [["tini", "-s", "-g", "--", "/app/go", "--flag"]],
    [["/usr/bin/dumb-init", "/app/go"]],
    [["dumb-init", "--rewrite", "15:2", "--", "/app/go"]],
    [["su-exec", "nobody:nobody", "/app/go"]],
    [["tini", "--", "gosu", "nobody", "/app/go"]],
    [["/usr/bin/env", "A=1", "/app/go"]],
    [["env", "-u", "HOME", "-i", "/app/go"]],
    [["/bin/sh", "-c", "exec /app/go --flag"]],
    [["/bin/sh", "-ec", "/app/go"]],
    [["sh", "-c", "export A=1; umask 022\nexec /app/go"]],
    [["sh", "-c", 'exec "$0" "$@"', "/app/go", "serve"]],
    [["tini", "--", "sh", "-c", 'APP=/app/go; exec "$APP"']],
  ])("%j", (cmd) => {
    expect(start(wrappers, { cmd })).toMatchObject({ kind: "own-resolver" });
  });

  it("a wrapper alone, and one that leads nowhere", () => {
    expect(start(wrappers, { cmd: ["tini", "--", "/none"] })).toMatchObject({ kind: "unknown" });
    expect(start(wrappers, { cmd: ["sh"] })).toMatchObject({ kind: "uses-musl" });
  });
});

describe("through scripts", () => {
  const entry = (text: string, more: Record<string, FileBody> = {}, cmd: readonly string[] = ["/app/go"]) =>
    start(
      {
        "docker-entrypoint.sh": text,
        "app/go": goBody,
        "app/static": staticMusl,
        "sbin/su-exec": dynamic,
        ...more,
      },
      { entrypoint: ["/docker-entrypoint.sh"], cmd },
    );

  it('the one that hands over with exec "$@"', () => {
    expect(entry('#!/bin/sh\nset -e\nchown -R app /data\nexec "$@"\n').kind).toBe("own-resolver");
    expect(entry('#!/bin/sh\nexec "$@"\n', {}, ["node", "x"]).kind).toBe("uses-musl");
    expect(entry("#!/bin/sh\nexec $@\n").kind).toBe("own-resolver");
    expect(entry('#!/bin/sh\nexec su-exec app "$@"\n').kind).toBe("own-resolver");
  });

  it("node's, which puts its program in front of options", () => {
    const text = `#!/bin/sh
set -e
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
`;
    expect(entry(text, {}, ["node", "x.js"])).toMatchObject({ kind: "uses-musl", runtime: "node" });
    expect(entry(text, {}, ["--inspect", "x.js"])).toMatchObject({ kind: "uses-musl", runtime: "node" });
    expect(entry(text, {}, [])).toMatchObject({ kind: "uses-musl" });
    expect(entry(text, {}, ["x.js"])).toMatchObject({ kind: "uses-musl", runtime: "node" });
  });

  it("redis', which starts itself again as another user", () => {
    const text = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \\! -user redis -exec chown redis '{}' +
	exec su-exec redis "$0" "$@"
fi
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi
exec "$@" $dummy_arg
`;
    const redis = { "usr/local/bin/redis-server": dynamic };
    expect(entry(text, redis, ["redis-server"])).toMatchObject({
      kind: "uses-musl",
      musl: { exact: "1.2.2" },
    });
    expect(entry(text, redis, ["--appendonly", "yes"])).toMatchObject({ kind: "uses-musl" });
  });

  it("several programs are mixed when they differ, and one answer when they do not", () => {
    expect(entry("#!/bin/sh\n/app/go &\n/app/static\n")).toMatchObject({
      kind: "mixed",
      musl: { atLeast: "1.2.4" },
    });
    expect(entry("#!/bin/sh\n/app/go migrate && exec /app/go serve\n").kind).toBe("own-resolver");
  });

  it("what cannot be told is unknown", () => {
    expect(entry("#!/bin/sh\nexec $PROGRAM\n").kind).toBe("unknown");
    expect(entry("#!/bin/sh\nexec $(which app)\n").kind).toBe("unknown");
    expect(entry(`#!/bin/sh\n${"# long\n".repeat(6_000)}exec /app/go\n`).kind).toBe("unknown");
    expect(entry("#!/opt/none\n").kind).toBe("unknown");
    expect(entry("#!/bin/sh\r\nexec /app/go\r\n").kind).toBe("unknown");
  });

  it("through env, and of another language", () => {
    expect(entry("#!/usr/bin/env python3\nprint(1)\n")).toMatchObject({
      kind: "uses-musl",
      runtime: "python",
    });
    expect(entry("#!/usr/bin/env -S node --enable-source-maps\n")).toMatchObject({ runtime: "node" });
    expect(entry("#! /bin/sh -e\nexec /app/go\n").kind).toBe("own-resolver");
  });

  it("a script whose interpreter is a script, but not forever", () => {
    expect(entry("#!/loop\n", { loop: "#!/docker-entrypoint.sh\n" })).toMatchObject({ kind: "unknown" });
    expect(entry('#!/bin/sh\nexec /docker-entrypoint.sh "$@" again\n')).toMatchObject({ kind: "unknown" });
  });
});

describe("whose libc it is", () => {
  it("glibc with musl installed beside it: by the program", () => {
    const files = imageFiles({
      ...glibc,
      "usr/bin/app": forGlibc,
      "usr/bin/small": makeElf({ type: 3, pie: true, interpreter: LOADER, needed: ["libc.so"] }),
      "lib/ld-musl-x86_64.so.1": { link: "x86_64-linux-musl/libc.so" },
      "lib/x86_64-linux-musl/libc.so": musl("1.2.3"),
    });
    expect(start(files, { cmd: ["/usr/bin/app"] })).toMatchObject({ kind: "uses-glibc" });
    expect(chain(start(files, { cmd: ["/usr/bin/app"] }))).toBe(
      "/usr/bin/app → /lib64/ld-linux-x86-64.so.2 → /usr/lib64/ld-linux-x86-64.so.2 glibc 2.36",
    );
    const small = start(files, { cmd: ["/usr/bin/small"] });
    expect(small).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.3" } });
    expect(chain(small)).toBe(
      "/usr/bin/small → /lib/ld-musl-x86_64.so.1 → /lib/x86_64-linux-musl/libc.so 1.2.3",
    );
  });

  it("glibc's programs on Alpine: gcompat and libc6-compat lead to musl, sgerrand's glibc does not", () => {
    const app = { "app/x": forGlibc };
    const stub = makeElf({
      type: 3,
      pie: true,
      constants: "/lib/ld-musl-x86_64.so.1\0/lib/libgcompat.so.0\0",
    });
    const gcompat = start({ ...app, "lib64/ld-linux-x86-64.so.2": stub }, { cmd: ["/app/x"] });
    expect(gcompat).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
    expect(chain(gcompat)).toContain("gcompat → /lib/ld-musl-x86_64.so.1 1.2.2");

    const library = makeElf({ type: 3, soname: "libgcompat.so.0", needed: ["libc.musl-x86_64.so.1"] });
    const linked = {
      ...app,
      "lib/libgcompat.so.0": library,
      "lib64/ld-linux-x86-64.so.2": { link: "/lib/libgcompat.so.0" },
    };
    expect(start(linked, { cmd: ["/app/x"] })).toMatchObject({ kind: "uses-musl" });

    const compat = { ...app, "lib64/ld-linux-x86-64.so.2": { link: "/lib/libc.musl-x86_64.so.1" } };
    expect(start(compat, { cmd: ["/app/x"] })).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });

    const sgerrand = {
      ...app,
      "lib64/ld-linux-x86-64.so.2": { link: "/usr/glibc-compat/lib/ld-linux-x86-64.so.2" },
      "usr/glibc-compat/lib/ld-linux-x86-64.so.2": glibc["usr/lib64/ld-linux-x86-64.so.2"] as FileBody,
    };
    expect(start(sgerrand, { cmd: ["/app/x"] })).toMatchObject({ kind: "uses-glibc" });
  });

  it("a loader that is missing, or is not what its name says", () => {
    expect(start({ "app/x": forGlibc }, { cmd: ["/app/x"] })).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("is not in the image"),
    });
    const odd = makeElf({ type: 3, soname: "ld-linux-x86-64.so.2", constants: "something" });
    expect(start({ "app/x": forGlibc, "lib64/ld-linux-x86-64.so.2": odd }, { cmd: ["/app/x"] }).kind).toBe(
      "unknown",
    );
  });

  it("scratch with a static program, and with one that says nothing", () => {
    expect(start(imageFiles({ app: staticMusl }), { entrypoint: ["/app"] }).kind).toBe("is-musl");
    expect(start(imageFiles({ app: makeElf({}) }), { entrypoint: ["/app"] })).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("nothing in it tells which C library"),
    });
    const packed = makeElf({ constants: "$Info: This file is packed with the UPX executable packer $" });
    expect(start(imageFiles({ app: packed }), { entrypoint: ["/app"] }).reason).toContain("packed with UPX");
  });

  it("Go with cgo says so", () => {
    const cgo = makeElf({
      constants:
        "\0runtime.mallocgc\0runtime/cgo.x\0Name does not resolve\0Try again\0Non-recoverable error\0Unknown error, and more text\0",
    });
    expect(start({ "app/go": cgo }, { cmd: ["/app/go"] })).toMatchObject({
      kind: "own-resolver",
      reason: expect.stringContaining("with cgo"),
    });
  });
});

describe("scripts that change where they are and what they were given", () => {
  const files = { "srv/run": goBody, "app/go": goBody, run: staticMusl };
  const sh = (text: string, ...args: string[]) =>
    start(files, { cmd: ["sh", "-c", text, "sh", ...args] }).kind;

  it.each([
    ["cd /srv && exec ./run", "own-resolver"],
    ["cd /srv; ./run", "own-resolver"],
    ['shift; exec "$@"', "own-resolver"],
    ['set -- $(cat x); exec "$@"', "unknown"],
    ['cd "$(sleep 0)"; exec ./run', "unknown"],
  ])("%s", (text, kind) => {
    expect(sh(text, "serve", "/app/go")).toBe(kind);
  });

  it("does not follow programs without end", () => {
    const fork =
      "#!/bin/sh\n" +
      Array.from({ length: 12 }, (_, i) => `/x.sh ${i} "$@" || exec /x.sh ${i} "$@"\n`).join("");
    const process = start({ "x.sh": fork }, { cmd: ["/x.sh"] });
    expect(process).toMatchObject({ kind: "unknown", reason: expect.stringMatching(/more than \d+ /) });
  });

  it("does not guess what a supervisor starts", () => {
    const s6 = { "bin/s6-svscan": staticMusl };
    expect(start(s6, { cmd: ["s6-svscan", "/services"] })).toMatchObject({ kind: "unknown" });
    const one = { ...s6, "services/web/run": "#!/bin/sh\nexec /app/go\n", "app/go": goBody };
    expect(start(one, { cmd: ["s6-svscan", "/services"] })).toMatchObject({ kind: "own-resolver" });
  });
});
