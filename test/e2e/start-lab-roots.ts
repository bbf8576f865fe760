/** Builds the lab's programs and root file systems once, and runs chains in them. Must not be used without root, Go and musl-gcc. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { LayerEntry, LayerFacts } from "../../src/model/layer-facts.ts";
import { packNames } from "../../src/model/layer-names.ts";
import { factsOf } from "../support/image-files.ts";
import { CORPUS, findGo, findProgram } from "../support/parts.ts";
import type { Chain } from "./start-lab-chains.ts";

const SOURCES = join(import.meta.dirname, "start-lab");
/** The Alpine whose musl and busybox run. */
const ALPINE = "alpine-minirootfs-3.20.3-x86_64.tar.gz";
/** Programs of the machine that a glibc image gets, those that are there. */
const HOST_PROGRAMS =
  "dash bash env xargs find flock taskset setarch chrt prlimit nice nohup setsid timeout setpriv chroot awk tar gzip script cat ls true false date sleep mkdir chmod chown cp mv ln rm touch dirname basename readlink realpath sort head tail tr sed grep cut id uname hostname mktemp tee wc expr printf test seq which run-parts make split ed perl".split(
    " ",
  );

/** What a run of a chain showed. */
export interface Seen {
  readonly id: string;
  /** Whether a lookup failed. */
  readonly failed: boolean;
  readonly output: string;
}

/** The lab: folders of roots by name. */
export interface Lab {
  readonly roots: Readonly<Record<Chain["root"], string>>;
  readonly runner: string;
}

/** The roots, built where no earlier run has. */
export function buildLab(): Lab {
  const sources = readdirSync(SOURCES).map((name) => readFileSync(join(SOURCES, name), "utf8"));
  const own = readFileSync(join(import.meta.dirname, "start-lab-roots.ts"), "utf8");
  const key = createHash("sha256")
    .update([...sources, own].join("\0"))
    .digest("hex")
    .slice(0, 12);
  const folder = join(tmpdir(), `muslgate-start-lab-${key}`);
  const lab = {
    roots: { A: join(folder, "alpine"), G: join(folder, "glibc") },
    runner: join(folder, "runner"),
  };
  if (existsSync(folder)) return lab;
  const made = `${folder}.${process.pid}`;
  mkdirSync(join(made, "alpine"), { recursive: true });
  compile(made);
  execFileSync("tar", ["-xzf", join(CORPUS, "alpine", ALPINE), "-C", join(made, "alpine")]);
  glibcRoot(join(made, "glibc"));
  for (const root of ["alpine", "glibc"]) furnish(made, join(made, root));
  renameSync(made, folder);
  return lab;
}

function compile(to: string): void {
  const go = (name: string, output: string, cgo: boolean, ...options: string[]) =>
    execFileSync(
      findGo() as string,
      ["build", ...options, "-o", join(to, output), join(SOURCES, `${name}.go`)],
      {
        cwd: to,
        env: {
          ...process.env,
          CGO_ENABLED: cgo ? "1" : "0",
          CC: "musl-gcc",
          GOTOOLCHAIN: "local",
          GO111MODULE: "off",
        },
        stdio: "inherit",
      },
    );
  for (const name of ["runner", "app", "wrap"]) go(name, name === "app" ? "go-app" : name, false);
  go("app", "go-cgo", true);
  go("app", "go-netcgo", true, "-tags", "netcgo");
  go("withc", "go-withc", true);
  const linked = ["-ldflags", "-s -w -linkmode external -extldflags -static"];
  go("withc", "go-withc-static", true, ...linked);
  go("app", "go-cgo-static", true, ...linked);
  const c = (compiler: string, name: string, output: string, ...options: string[]) =>
    execFileSync(compiler, [...options, "-o", join(to, output), join(SOURCES, `${name}.c`)]);
  for (const name of ["app", "quiet", "exec", "system"]) c("musl-gcc", name, `musl-${name}`);
  c("musl-gcc", "preload", "musl-preload", "-shared", "-fPIC");
  c("musl-gcc", "app", "musl-renamed", "-Wl,--dynamic-linker=/opt/rt/linker");
  c("musl-gcc", "suexec", "suexec", "-static");
  c("musl-gcc", "app", "musl-static", "-static");
  c("musl-gcc", "start", "start", "-static");
  c("gcc", "app", "glibc-app");
  c("gcc", "exec", "glibc-exec");
}

/** The lab's own programs in a root. */
function furnish(from: string, root: string): void {
  const put = (name: string, path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join(from, name), join(root, path));
  };
  put("start", "lab/start");
  put("go-app", "go/app");
  put("go-cgo", "go/cgo");
  put("go-netcgo", "go/netcgo");
  for (const name of ["withc", "withc-static", "cgo-static"]) put(`go-${name}`, `go/${name}`);
  put("wrap", "go/wrap");
  put("musl-renamed", "musl/renamed");
  mkdirSync(join(root, "opt/rt"), { recursive: true });
  copyFileSync(realpathSync("/lib/ld-musl-x86_64.so.1"), join(root, "opt/rt/linker"));
  put("musl-app", "musl/app");
  put("musl-quiet", "musl/quiet");
  put("musl-exec", "musl/exec");
  for (const name of ["system"]) put(`musl-${name}`, `musl/${name}`);
  put("musl-preload", "musl/preload.so");
  for (const name of ["su-exec", "gosu"]) put("suexec", `usr/local/bin/${name}`);
  put("musl-static", "musl/static");
  put("glibc-app", "glibc/app");
  put("glibc-exec", "glibc/exec");
  writeFileSync(join(root, "lab/id"), "");
  writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n");
  writeFileSync(join(root, "etc/resolv.conf"), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  mkdirSync(join(root, "tmp"), { recursive: true });
  for (const folder of ["dev", "proc"]) mkdirSync(join(root, folder), { recursive: true });
}

/** Programs of this machine with their libraries, and Debian's musl beside them. */
function glibcRoot(root: string): void {
  for (const folder of ["usr/bin", "usr/lib/x86_64-linux-gnu", "usr/lib64", "etc", "root"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["bin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name));
  const libraries = new Set<string>();
  for (const name of HOST_PROGRAMS) {
    const path = findProgram(name);
    if (path === undefined) continue;
    const real = realpathSync(path);
    copyFileSync(real, join(root, "usr/bin", name));
    if (readFileSync(real).subarray(0, 2).toString() === "#!") continue;
    for (const [, library] of execFileSync("ldd", [real], { encoding: "utf8" }).matchAll(/(\/\S+\.so\S*)/g))
      libraries.add(library as string);
  }
  symlinkSync("dash", join(root, "usr/bin/sh"));
  for (const library of libraries) {
    const at = library.startsWith("/usr/") ? library : `/usr${library}`;
    mkdirSync(dirname(join(root, at)), { recursive: true });
    copyFileSync(realpathSync(library), join(root, at));
  }
  const musl = realpathSync("/lib/ld-musl-x86_64.so.1");
  copyFileSync(musl, join(root, "usr/lib/ld-musl-x86_64.so.1"));
}

/** What muslgate learns of a root, as of a layer. */
export function factsOfRoot(root: string): LayerFacts {
  const names: string[] = [];
  const entries: [number, LayerEntry][] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const status = lstatSync(join(root, path));
      if (status.isDirectory()) {
        names.push(`/${path}`);
        walk(path);
      } else if (status.isSymbolicLink()) {
        entries.push([names.length, { type: "symlink", target: readlinkSync(join(root, path)) }]);
        names.push(path);
      } else if (status.isFile()) {
        const executable = (status.mode & 0o111) !== 0;
        const facts = factsOf({ path, size: status.size, executable }, readFileSync(join(root, path)));
        if (facts.length > 0 || executable)
          entries.push([names.length, { type: "file", size: status.size, executable, facts }]);
        names.push(path);
      }
    }
  };
  walk("");
  return layerOf(names, entries);
}

/** A layer of these paths. */
export function layerOf(
  names: readonly string[],
  entries: readonly (readonly [number, LayerEntry])[],
): LayerFacts {
  const diffId = `sha256:${"0".repeat(64)}` as const;
  const sizes = { bytes: 0, entryCount: 0, keptBytes: 0 };
  return { schema: "lab", diffId, ...sizes, names: packNames(names), entries, whiteouts: [], opaque: [] };
}

/** Runs chains, each in a root of its own, and says which of them had a lookup that failed. */
export async function runChains(lab: Lab, chains: readonly Chain[]): Promise<ReadonlyMap<string, Seen>> {
  const work = join(tmpdir(), `muslgate-start-lab-work-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const script = `mount -t tmpfs none ${work} && ip link set lo up && exec ${lab.runner} ${work}`;
  const child = spawn("unshare", ["-n", "-m", "-p", "-f", "--mount-proc", "sh", "-c", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const seen = new Map<string, Seen>();
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const { ID, Failed, Output } = JSON.parse(line) as { ID: string; Failed: boolean; Output: string };
    seen.set(ID, { id: ID, failed: Failed, output: Output });
  });
  for (const { id, root, files, words, env, cwd } of chains)
    child.stdin.write(
      `${JSON.stringify({
        ID: id,
        Root: lab.roots[root],
        Files: files
          .filter(({ removed }) => removed === undefined)
          .map(({ path, text, mode, link }) => ({
            Path: `/${path}`,
            Text: text,
            Mode: mode ?? 0o755,
            Link: link,
          })),
        Words: words,
        Env: env,
        Cwd: cwd,
      })}\n`,
    );
  child.stdin.end();
  await ended;
  rmSync(work, { recursive: true, force: true });
  return seen;
}
