/** Models makers of programs that are no common compilers: releases, runtimes, packers of scripts. Must not read source code. */
import { isKnown } from "../../image/entrypoint/shell/text.ts";
import { at, baseName, type Call, type Model, operandsOf } from "./call.ts";
import { type Linked, programFacts } from "./programs.ts";

/** By name. What they make is linked as the stage's own programs are. */
export const OTHER_TOOLCHAIN_COMMANDS: Readonly<Record<string, Model>> = {
  // A copy of the runtime that it belongs to (docs.oracle.com, The jlink Command).
  jlink(call) {
    const output = operandsOf(call.args, ["--output", "--add-modules", "--module-path", "-p"]).options.get(
      "--output",
    );
    if (output === undefined) return true;
    call.to.folder(at(call, output));
    fill(call, at(call, output));
    call.to.program(`${at(call, output)}/bin/java`, programFacts(call.libc()));
    return true;
  },
  // A release has Erlang's runtime in it unless it is told to leave it out (hexdocs.pm, mix release, :include_erts).
  mix(call) {
    if (call.args[0] !== "release") return undefined;
    const { operands, options } = operandsOf(call.args.slice(1), ["--path"]);
    const path = options.get("--path");
    fill(call, at(call, path ?? "_build"));
    const project = call.to.files.text(at(call, "mix.exs")) ?? "";
    const name = operands[0] ?? /\bapp:\s*:(\w+)/.exec(project)?.[1];
    const folder = path ?? `_build/${call.env.get("MIX_ENV") ?? "dev"}/rel/${name}`;
    if (name !== undefined) call.to.program(`${at(call, folder)}/bin/${name}`, programFacts(call.libc()));
    return true;
  },
  rebar3(call) {
    if (!call.args.some((arg) => arg === "release" || arg === "tar")) return undefined;
    fill(call, at(call, "_build"));
    return true;
  },
  // swift.org, Static Linux SDK: musl, linked statically; else the stage's glibc.
  swift(call) {
    if (call.args[0] !== "build") return call.args[0] === "package" ? true : undefined;
    const { options } = operandsOf(call.args, [
      "-c",
      "--swift-sdk",
      "--build-path",
      "--scratch-path",
      "--product",
    ]);
    const sdk = options.get("--swift-sdk") ?? "";
    const folder = options.get("--build-path") ?? options.get("--scratch-path") ?? ".build";
    if (options.has("--show-bin-path")) call.print(`${at(call, folder)}/${options.get("-c") ?? "debug"}\n`);
    fill(call, at(call, folder), sdk.includes("musl") ? { libc: "musl", static: true } : {});
    return true;
  },
  // The bootloader is the stage's, and so is the Python inside (pyinstaller.org, Platform-specific Notes).
  pyinstaller(call) {
    const path = operandsOf(call.args, ["--distpath", "--name", "-n"]).options.get("--distpath");
    fill(call, at(call, path ?? "dist"));
    return true;
  },
  crystal(call) {
    if (call.args[0] !== "build") return true;
    const { operands, options } = operandsOf(call.args.slice(1), ["-o", "--link-flags", "-D", "--target"]);
    const output = options.get("-o") ?? baseName(operands[0] ?? "").replace(/\.cr$/, "");
    if (output !== "")
      call.to.program(at(call, output), programFacts(call.libc(), { static: options.has("--static") }));
    return true;
  },
  shards(call) {
    fill(call, at(call, "bin"), { static: call.args.includes("--static") });
    return true;
  },
  nim: toOutput(["c", "cpp", "compile"], ["-o", "--out"]),
  ghc: toOutput([], ["-o"]),
  // They put programs where options say, which default to the home folder's (cabal.readthedocs.io, docs.haskellstack.org).
  cabal: haskell,
  stack: haskell,
  "xx-go": (call) => alias(call, "go"),
  "xx-cargo": (call) => alias(call, "cargo"),
  "xx-clang": (call) => alias(call, "clang"),
};

/** Every file of a folder that nothing else tells of is a program so linked. */
function fill(call: Call, folder: string, linked: Linked = {}): void {
  const facts = programFacts(call.libc(), linked);
  call.to.mayFill(folder, facts && { executable: true, facts });
}

/** A compiler that names its output by an option; without one it is somewhere in the folder. */
function toOutput(verbs: readonly string[], outputs: readonly string[]): Model {
  return (call) => {
    const { operands, options } = operandsOf(call.args, ["-optl", ...outputs]);
    if (verbs.length > 0 && !verbs.includes(operands[0] ?? "")) return undefined;
    const isStatic = call.args.some((arg) => /static/.test(arg));
    const joined = call.args.map((arg) => /^(?:-o|--out)[:=](.+)$/.exec(arg)?.[1]).find(Boolean);
    const output = outputs.map((name) => options.get(name)).find(Boolean) ?? joined;
    if (output === undefined) fill(call, call.cwd, { static: isStatic });
    else call.to.program(at(call, output), programFacts(call.libc(), { static: isStatic }));
    return true;
  };
}

function haskell(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, ["--local-bin-path", "--installdir", "--ghc-options"]);
  const isStatic = call.args.some((arg) => /static/.test(arg));
  if (!/^(?:build|install|v2-build|v2-install)$/.test(operands[0] ?? "")) return true;
  const folder = options.get("--local-bin-path") ?? options.get("--installdir") ?? "~/.local/bin";
  const bin = folder.replace(/^~/, call.env.get("HOME") ?? "/root");
  fill(call, isKnown(bin) ? at(call, bin) : "/", { static: isStatic });
  fill(call, at(call, call.name === "stack" ? ".stack-work" : "dist-newstyle"), { static: isStatic });
  return true;
}

/** A wrapper that sets what its compiler builds for (github.com/tonistiigi/xx). */
function alias(call: Call, name: string): boolean {
  call.run([name, ...call.args]);
  return true;
}
