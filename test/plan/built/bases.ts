/**
 * Bases for real builds: Alpine's own root file systems, and a Debian made of this machine's programs; on both, stand-ins
 * that put a program where the real installer or compiler would. Must not reach for the network.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CORPUS } from "../../support/parts.ts";

/** Looks a name up; given a script, as an interpreter is, it has a shell run it. */
const C = `#include <netdb.h>
#include <unistd.h>
int main(int n, char **v) {
  struct addrinfo *a;
  if (n > 2 && access(v[1], R_OK) == 0) { v[0] = "sh"; execv("/bin/sh", v); }
  return n > 1 ? getaddrinfo(v[1], 0, 0, &a) : 0;
}
`;

/** Programs as real compilers leave them, by what they are. */
function programs(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  writeFileSync(at("main.c"), C);
  const cc = (compiler: string, out: string, ...more: string[]) =>
    execFileSync(compiler, ["-O1", ...more, "-o", at(out), at("main.c")], { stdio: "pipe" });
  cc("musl-gcc", "musl", "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1");
  cc("gcc", "glibc");
  cc("musl-gcc", "static", "-static");
  const comment = (out: string, text: string) => {
    writeFileSync(at("comment"), `${text}\0`);
    execFileSync("objcopy", [
      "-R",
      ".comment",
      "--add-section",
      `.comment=${at("comment")}`,
      at("static"),
      at(out),
    ]);
  };
  comment("static-alpine", "GCC: (Alpine 13.2.1_git20240309) 13.2.1 20240309");
  comment("static-rust", "rustc version 1.85.0 (4d91de4e4 2025-02-17)\0GCC: (GNU) 9.4.0");
}

/** What stands where, by the names of packages: the real paths of Alpine 3.20 and Debian 12. */
const APK: Readonly<Record<string, string>> = {
  nodejs: "/usr/bin/node",
  npm: "/usr/bin/npm",
  nginx: "/usr/sbin/nginx",
  redis: "/usr/bin/redis-server",
  python3: "/usr/bin/python3",
  "openjdk17-jre": "/usr/bin/java",
  php83: "/usr/bin/php",
  "php83-fpm": "/usr/sbin/php-fpm83",
  ruby: "/usr/bin/ruby",
  bash: "/bin/bash",
  tini: "/sbin/tini",
  "su-exec": "/sbin/su-exec",
  haproxy: "/usr/sbin/haproxy",
  "postgresql16-client": "/usr/bin/psql",
  curl: "/usr/bin/curl",
  socat: "/usr/bin/socat",
};
const APT: Readonly<Record<string, string>> = {
  nodejs: "/usr/bin/node",
  nginx: "/usr/sbin/nginx",
  "redis-server": "/usr/bin/redis-server",
  python3: "/usr/bin/python3",
  "default-jre-headless": "/usr/bin/java",
  haproxy: "/usr/sbin/haproxy",
  "postgresql-client": "/usr/bin/psql",
  curl: "/usr/bin/curl",
  tini: "/usr/bin/tini",
  socat: "/usr/bin/socat",
};

const installer = (table: Readonly<Record<string, string>>, program: string) => `#!/bin/sh
verb=$1; shift
case $verb in add|install) ;; *) exit 0;; esac
for name; do
  case $name in
${Object.entries(table)
  .map(([name, path]) => `    ${name}) to=${path};;`)
  .join("\n")}
    -*) continue;;
    *) continue;;
  esac
  mkdir -p "\${to%/*}"; cp ${program} "$to"
done
`;

/** `pip install NAME`, `-r FILE`: scripts beside the interpreter. */
const PIP = `#!/usr/local/bin/python3
[ "$1" = install ] || exit 0
shift
names=
while [ $# -gt 0 ]; do case $1 in -r) names="$names $(cat "$2")"; shift;; -*) ;; *) names="$names $1";; esac; shift; done
for name in $names; do
  name=\${name%%[=<>[]*}
  printf '#!/usr/local/bin/python3\\n' > "/usr/local/bin/$name"; chmod +x "/usr/local/bin/$name"
done
`;
const NPM = `#!/usr/bin/env node
case "$*" in
  *-g*) for name; do case $name in install|-g|i) ;; *) printf '#!/usr/bin/env node\\n' > "/usr/local/bin/$name"; chmod +x "/usr/local/bin/$name";; esac; done;;
  ci*|install*) mkdir -p node_modules/.bin; printf '#!/usr/bin/env node\\n' > node_modules/.bin/next; chmod +x node_modules/.bin/next;;
esac
`;
/** A compiler by its words `-o OUT`, with `-static` another program. */
const gcc = (dynamic: string, fixed: string) => `#!/bin/sh
from=${dynamic}
while [ $# -gt 0 ]; do case $1 in -o) to=$2; shift;; -static) from=${fixed};; esac; shift; done
cp $from "\${to:-a.out}"
`;
const cargo = (program: string) => `#!/bin/sh
[ "$1" = build ] || exit 0
target=
while [ $# -gt 0 ]; do case $1 in --target) target=$2/; shift;; esac; shift; done
from=${program}
case $target in *musl*) from=/standins/static-rust;; esac
name=$(sed -n 's/^name = "\\(.*\\)"/\\1/p' Cargo.toml)
mkdir -p "target/\${target}release"; cp $from "target/\${target}release/$name"
`;

/** The commands of the machine's own Debian that builds use. */
const TOOLS =
  "dash bash cat cp mv ln rm mkdir chmod chown touch tee sed grep env ls id sleep true printf install".split(
    " ",
  );

/** A folder for each base, and its settings. */
export function makeBases(folder: string): readonly {
  readonly name: string;
  readonly path: string;
  readonly env: readonly string[];
  readonly cmd?: string;
}[] {
  const made = join(folder, "programs");
  programs(made);
  const write = (root: string, path: string, text: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  const put = (root: string, path: string, program: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(join(made, program), join(root, path));
    chmodSync(join(root, path), 0o755);
  };
  const common = (root: string, dynamic: string) => {
    for (const name of readdirSync(made))
      if (!name.includes(".") && name !== "comment") put(root, `standins/${name}`, name);
    write(root, "/usr/bin/gcc", gcc(`/standins/${dynamic}`, "/standins/static-alpine"));
  };
  const alpine = (version: string) => {
    const root = join(folder, `alpine-${version}`);
    const archive = readdirSync(join(CORPUS, "alpine")).find(
      (name) => name.includes(`-${version}-`) && name.includes("x86_64"),
    );
    mkdirSync(root, { recursive: true });
    execFileSync("tar", ["-xzf", join(CORPUS, "alpine", archive as string), "-C", root]);
    common(root, "musl");
    write(root, "/sbin/apk", installer(APK, "/standins/musl"));
    return root;
  };
  const debian = () => {
    const root = join(folder, "debian");
    mkdirSync(root, { recursive: true });
    for (const one of ["bin", "lib", "lib64", "sbin"]) {
      mkdirSync(join(root, "usr", one), { recursive: true });
      symlinkSync(`usr/${one}`, join(root, one));
    }
    for (const tool of TOOLS) {
      const path = [`/usr/bin/${tool}`, `/bin/${tool}`].find((one) => existsSync(one));
      if (path === undefined) continue;
      copyFileSync(path, join(root, "usr/bin", tool));
      for (const [, library = ""] of execFileSync("ldd", [path], { encoding: "utf8" }).matchAll(
        /(\/\S+) \(0x/g,
      )) {
        mkdirSync(join(root, dirname(library)), { recursive: true });
        if (!existsSync(join(root, library))) copyFileSync(library, join(root, library));
      }
    }
    symlinkSync("dash", join(root, "usr/bin/sh"));
    write(root, "/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    for (const one of ["usr/local/bin", "opt", "tmp", "srv", "root", "var"])
      mkdirSync(join(root, one), { recursive: true });
    common(root, "glibc");
    write(root, "/usr/bin/apt-get", installer(APT, "/standins/glibc"));
    return root;
  };
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const language = (name: string, from: string, more: (root: string) => void) => {
    const root = join(folder, name.replace(/[:/]/g, "-"));
    execFileSync("cp", ["-a", from, root]);
    more(root);
    return root;
  };
  const bases: { name: string; path: string; env: string[]; cmd?: string }[] = [
    { name: "alpine:3.12", path: alpine("3.12.12"), env: [path], cmd: "/bin/sh" },
    { name: "alpine:3.13", path: alpine("3.13.12"), env: [path], cmd: "/bin/sh" },
    { name: "alpine:3.20", path: alpine("3.20.3"), env: [path], cmd: "/bin/sh" },
    { name: "debian:12", path: debian(), env: [path], cmd: "bash" },
  ];
  const root = (name: string) => bases.find((one) => one.name === name)?.path as string;
  for (const [suffix, from, program] of [
    ["slim", "debian:12", "glibc"],
    ["alpine", "alpine:3.20", "musl"],
  ] as const) {
    const add = (name: string, more: (to: string) => void, env: string[] = [], cmd?: string) => {
      const full = `${name}-${suffix}`;
      bases.push({ name: full, path: language(full, root(from), more), env: [path, ...env], cmd });
    };
    add(
      "python:3.12",
      (to) => {
        put(to, "/usr/local/bin/python3", program);
        symlinkSync("python3", join(to, "usr/local/bin/python"));
        write(to, "/usr/local/bin/pip", PIP);
      },
      [],
      "python3",
    );
    add(
      "node:20",
      (to) => {
        put(to, "/usr/local/bin/node", program);
        write(to, "/usr/local/bin/npm", NPM);
      },
      ["NODE_VERSION=20.11.0"],
      "node",
    );
    add(
      "rust:1.85",
      (to) =>
        write(
          to,
          "/usr/local/cargo/bin/cargo",
          cargo(program === "musl" ? "/standins/static-rust" : "/standins/glibc"),
        ),
      ["RUST_VERSION=1.85.0", "PATH=/usr/local/cargo/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    );
    add(
      "golang:1.26",
      (to) => {
        mkdirSync(join(to, "usr/local/go"), { recursive: true });
        if (suffix === "alpine") rmSync(join(to, "usr/bin/gcc"));
      },
      [
        "PATH=/usr/local/go/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "GOLANG_VERSION=1.26.0 GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-buildvcs=false GOCACHE=/go-cache",
      ],
    );
    add("java:17", (to) => put(to, "/opt/java/bin/java", program), [
      "PATH=/opt/java/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]);
  }
  return bases;
}
