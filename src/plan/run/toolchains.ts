/** Models compilers: what kind of program comes out, and where. Must not read source code. */
import { isKnown } from "../../image/entrypoint/shell/text.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import { at, baseName, type Call, type Model, operandsOf } from "./call.ts";
import { type Linked, programFacts } from "./programs.ts";

/** By name. */
export const TOOLCHAIN_COMMANDS: Readonly<Record<string, Model>> = {
  go,
  cargo,
  gcc: compiler({}),
  cc: compiler({}),
  "g++": compiler({}),
  "c++": compiler({}),
  clang: compiler({}),
  "clang++": compiler({}),
  "musl-gcc": compiler({ libc: "musl" }),
  "x86_64-linux-musl-gcc": compiler({ libc: "musl" }),
  "aarch64-linux-musl-gcc": compiler({ libc: "musl" }),
  zig,
  rustc: (call) => {
    const { operands, options } = operandsOf(call.args, [
      "-o",
      "--target",
      "-C",
      "--edition",
      "--crate-name",
    ]);
    const output = options.get("-o") ?? baseName(operands[0] ?? "").replace(/\.rs$/, "");
    if (output !== "")
      call.to.program(at(call, output), programFacts(call.libc(), rustLinked(call, options.get("--target"))));
    return true;
  },
  "native-image": nativeImage,
  dotnet,
  deno(call) {
    // Deno publishes programs for glibc alone, and what it compiles is a copy of itself.
    if (call.args[0] !== "compile") return true;
    const { options } = operandsOf(call.args, ["-o", "--output", "--target"]);
    const output = options.get("-o") ?? options.get("--output");
    if (output === undefined) call.to.mayFill(call.cwd);
    else call.to.program(at(call, output), programFacts(call.libc(), { libc: "glibc" }));
    return true;
  },
  bun(call) {
    if (call.args[0] !== "build" || !call.args.includes("--compile")) return undefined;
    const { options } = operandsOf(call.args, ["--outfile", "--target"]);
    const target = options.get("--target") ?? "";
    const libc = target.includes("musl") ? "musl" : target.startsWith("bun-linux") ? "glibc" : undefined;
    const output = options.get("--outfile");
    if (output === undefined) call.to.mayFill(call.cwd);
    else call.to.program(at(call, output), programFacts(call.libc(), { libc }));
    return true;
  },
  pkg(call) {
    const { options } = operandsOf(call.args, [
      "-o",
      "--output",
      "-t",
      "--targets",
      "--target",
      "--out-path",
    ]);
    const target = options.get("-t") ?? options.get("--targets") ?? options.get("--target") ?? "";
    const output = options.get("-o") ?? options.get("--output");
    const linked: Linked = /alpine/.test(target)
      ? { libc: "musl" }
      : /linuxstatic/.test(target)
        ? { libc: "musl", static: true }
        : { libc: target.includes("linux") ? "glibc" : undefined };
    if (output === undefined) call.to.mayFill(call.cwd);
    else call.to.program(at(call, output), programFacts(call.libc(), linked));
    return true;
  },
};

function compiler(how: Linked): Model {
  return (call) => {
    const { operands, options } = operandsOf(call.args, [
      "-o",
      "-I",
      "-L",
      "-D",
      "-l",
      "-x",
      "-include",
      "-isystem",
      "-MF",
      "-MT",
    ]);
    if (options.has("-c") || options.has("-E") || options.has("-S") || options.has("--version")) return true;
    if (operands.length === 0 && !options.has("-o")) return true;
    const output = options.get("-o") ?? "a.out";
    if (/\.so(?:\.|$)/.test(output) || options.has("-shared")) return true;
    const isStatic = options.has("-static") || options.has("-static-pie") || options.has("--static");
    call.to.program(at(call, output), programFacts(call.libc(), { ...how, static: isStatic }));
    return true;
  };
}

function zig(call: Call): boolean {
  const { options } = operandsOf(call.args, ["-o", "-target", "--target"]);
  const target =
    options.get("-target") ??
    options.get("--target") ??
    [...options].find(([name]) => name.startsWith("-Dtarget"))?.[1] ??
    "";
  if (/^(?:cc|c\+\+)$/.test(call.args[0] ?? "")) {
    const libc = target.includes("musl") ? "musl" : target.includes("gnu") ? "glibc" : undefined;
    return compiler({ libc, static: libc === "musl" })({ ...call, args: call.args.slice(1) }) ?? true;
  }
  call.to.mayFill(call.cwd);
  return true;
}

/** `go build` and `go install` (cmd/go). */
function go(call: Call): boolean {
  const [verb = ""] = call.args;
  if (verb !== "build" && verb !== "install") {
    if (verb === "run" || verb === "generate") return true;
    return true;
  }
  const { operands, options } = operandsOf(call.args.slice(1), [
    "-o",
    "-ldflags",
    "-tags",
    "-gcflags",
    "-mod",
    "-buildmode",
    "-p",
    "-C",
  ]);
  const os = call.env.get("GOOS") ?? "linux";
  const { options: always } = operandsOf((call.env.get("GOFLAGS") ?? "").split(/\s+/), ["-tags", "-ldflags"]);
  const facts = goFacts(call, new Map([...always, ...options]));
  const folder = options.has("-C") ? at(call, options.get("-C") ?? ".") : call.cwd;
  const main = operands.filter((one) => !one.endsWith(".go"));
  const names =
    main.length === 0 ? [moduleName(call, folder, ".")] : main.map((one) => moduleName(call, folder, one));
  // Of packages that are all named nothing else comes out.
  const as = names.includes(undefined) && facts !== undefined ? { executable: true, facts } : undefined;
  if (isKnown(os) && os !== "linux") {
    call.to.mayFill(folder);
    return true;
  }
  if (verb === "install") {
    const bin =
      call.env.get("GOBIN") ?? `${call.env.get("GOPATH") ?? `${call.env.get("HOME") ?? "/root"}/go`}/bin`;
    for (const name of names) if (name !== undefined) call.to.program(`${bin}/${name}`, facts);
    call.to.mayFill(bin, as);
    return true;
  }
  const output = options.get("-o");
  if (output !== undefined) {
    const path = at({ cwd: folder }, output);
    if (output.endsWith("/") || (isKnown(path) && call.to.files.lookup(path).kind === "folder")) {
      call.to.mayFill(path, as);
      for (const name of names) if (name !== undefined) call.to.program(`${path}/${name}`, facts);
    } else call.to.program(path, facts);
    return true;
  }
  for (const name of names) {
    if (name === undefined) call.to.mayFill(folder);
    else call.to.program(`${folder}/${name}`, facts);
  }
  return true;
}

/** What `go build` calls a program: the last part of its package's path, without a major version. */
function moduleName(call: Call, folder: string, written: string): string | undefined {
  const path = written.replace(/@.*$/, "").replace(/\/+$/, "");
  if (!isKnown(path) || path.includes("...")) return undefined;
  const last = (text: string) => baseName(text.replace(/\/v\d+$/, ""));
  if (path !== "." && path !== "./") return last(path);
  const module = /^module\s+(\S+)/m.exec(
    isKnown(folder) ? (call.to.files.text(`${folder}/go.mod`) ?? "") : "",
  )?.[1];
  return module === undefined ? undefined : last(module);
}

function goFacts(call: Call, options: ReadonlyMap<string, string>) {
  const own = call.libc();
  const set = call.env.get("CGO_ENABLED");
  const arch = call.env.get("GOARCH");
  const hasCompiler = ["gcc", "cc"].some((name) =>
    ["/usr/local/bin", "/usr/bin", "/bin"].some(
      (folder) => call.to.files.lookup(`${folder}/${name}`).kind === "file",
    ),
  );
  // Without a C compiler, and where it builds for another machine, cgo is off (cmd/go, from Go 1.20 on).
  const isCross = arch !== undefined && arch !== "" && arch !== own.architecture;
  const cgo: boolean | "unknown" =
    set === "0"
      ? false
      : set === "1"
        ? true
        : set !== undefined && set !== ""
          ? "unknown"
          : hasCompiler && !isCross;
  const version = call.env.get("GOLANG_VERSION");
  const tags = (options.get("-tags") ?? "").split(/[ ,]/).filter(Boolean);
  const goFact: ElfFact["go"] = {
    version: version === undefined || !isKnown(version) ? "unknown" : `go${version}`,
    cgo,
    ...(tags.length > 0 && { tags }),
  };
  const isStatic = /-static/.test(options.get("-ldflags") ?? "");
  const compilerName = call.env.get("CC") ?? "";
  // A compiler of one's own links what it links: another C library, or nobody knows which.
  const libc = compilerName.includes("musl") ? "musl" : undefined;
  if (cgo !== false && !isKnown(compilerName)) return undefined;
  return programFacts(own, { go: goFact, static: isStatic, libc });
}

/** `cargo build` and `cargo install` (doc.rust-lang.org/cargo). */
function cargo(call: Call): boolean {
  const words = call.args.filter((arg) => !arg.startsWith("+"));
  const verb = words.find((arg) => !arg.startsWith("-")) ?? "";
  const { operands, options } = operandsOf(words.slice(words.indexOf(verb) + 1), [
    "--target",
    "--target-dir",
    "--root",
    "--bin",
    "-p",
    "--package",
    "--features",
    "--profile",
    "--manifest-path",
    "--path",
    "--git",
    "-j",
    "--example",
    "--recipe-path",
    "--version",
    "--artifact-dir",
  ]);
  const target = options.get("--target") ?? call.env.get("CARGO_BUILD_TARGET");
  const facts = programFacts(call.libc(), rustLinked(call, target));
  const as = facts && { executable: true, facts };
  if (verb === "install") {
    const bin = `${options.get("--root") ?? call.env.get("CARGO_INSTALL_ROOT") ?? call.env.get("CARGO_HOME") ?? "/root/.cargo"}/bin`;
    for (const name of operands) call.to.program(`${at(call, bin)}/${name.replace(/@.*$/, "")}`, facts);
    call.to.mayFill(at(call, bin), as);
    return true;
  }
  if (!/^(?:build|b|zigbuild|auditable|rustc|chef)$/.test(verb)) return true;
  const folder = at(call, options.get("--target-dir") ?? call.env.get("CARGO_TARGET_DIR") ?? "target");
  const profile = options.get("--profile");
  for (const one of profile === undefined ? ["release", "debug"] : [profile]) {
    // Of a target whose name is not known, somewhere below.
    const place = target === undefined ? `${folder}/${one}` : `${folder}/${target}/${one}`;
    call.to.mayFill(isKnown(place) ? place : folder, as);
  }
  if (target !== undefined) return true;
  // A target in .cargo/config.toml puts them into a folder of its name.
  for (const one of ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"])
    call.to.mayFill(`${folder}/${one}/release`, rustAs(call, one));
  return true;
}

function rustAs(call: Call, target: string) {
  const facts = programFacts(call.libc(), rustLinked(call, target));
  return facts && { executable: true, facts };
}

/** A toolchain whose version is not said is taken to be a current one. */
const CURRENT_RUST = "1.93.0";

/**
 * The toolchain that rustup takes (rust-lang.github.io/rustup, Overrides): `+1.85`, RUSTUP_TOOLCHAIN, the file beside the
 * project, else the image's own. A channel without a number is a current one.
 */
function rustVersion(call: Call): string {
  const text = (name: string) => call.to.files.text(at(call, name));
  const file = text("rust-toolchain.toml") ?? text("rust-toolchain") ?? "";
  const named =
    call.args.find((arg) => arg.startsWith("+"))?.slice(1) ??
    call.env.get("RUSTUP_TOOLCHAIN") ??
    /^\s*channel\s*=\s*["']([^"']+)/m.exec(file)?.[1] ??
    /^\s*([\w.-]+)\s*$/.exec(file)?.[1];
  const version = named ?? call.env.get("RUST_VERSION") ?? "";
  const number = /^\d+\.\d+(?:\.\d+)?/.exec(version)?.[0];
  if (number === undefined) return CURRENT_RUST;
  return number.split(".").length === 2 ? `${number}.0` : number;
}

/** Rust links musl statically by default; Alpine's own packages of it do not (rust-lang/rust, crt-static; aports, main/rust). */
function rustLinked(call: Call, target: string | undefined): Linked {
  const { kind } = call.libc();
  const isMusl = target === undefined ? kind === "musl" : target.includes("musl");
  if (!isMusl)
    return { libc: target === undefined ? undefined : target.includes("gnu") ? "glibc" : undefined };
  const flags = call.env.get("RUSTFLAGS") ?? "";
  const isDistribution = call.isFound && call.program.startsWith("/usr/bin/");
  if (kind === "musl" && (flags.includes("-crt-static") || isDistribution)) return {};
  return { libc: "musl", static: true, rustc: rustVersion(call) };
}

function nativeImage(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, ["-o", "-jar", "-cp", "-classpath"]);
  const output =
    options.get("-o") ?? operands.at(-1) ?? baseName(options.get("-jar") ?? "").replace(/\.jar$/, "");
  const isMusl = options.get("--libc") === "musl";
  const isStatic = call.args.includes("--static");
  if (output === "" || !isKnown(output)) call.to.mayFill(call.cwd);
  else
    call.to.program(
      at(call, output),
      programFacts(call.libc(), { libc: isMusl ? "musl" : undefined, static: isStatic }),
    );
  return true;
}

/** `dotnet publish` for a runtime makes a program; without one, what `dotnet` starts. */
function dotnet(call: Call): boolean {
  const [verb = ""] = call.args;
  if (verb !== "publish" && verb !== "build") return true;
  const { options } = operandsOf(call.args.slice(1), [
    "-o",
    "--output",
    "-c",
    "--configuration",
    "-r",
    "--runtime",
    "-f",
    "--framework",
    "-a",
    "--arch",
    "--os",
  ]);
  const runtime = options.get("-r") ?? options.get("--runtime") ?? "";
  const output = options.get("-o") ?? options.get("--output");
  const libc = runtime === "" ? undefined : runtime.includes("musl") ? "musl" : "glibc";
  const facts = programFacts(call.libc(), { libc });
  const folder = output === undefined ? call.cwd : at(call, output);
  call.to.mayFill(folder, output === undefined ? undefined : facts && { executable: true, facts });
  return true;
}
