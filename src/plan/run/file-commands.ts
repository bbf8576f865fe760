/** Models the small commands of a RUN that move, make and unpack files. Must leave what is not known unknown. */
import { absolute } from "../../image/entrypoint/shell/state.ts";
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import { at, baseName, type Call, type Model, operandsOf, unbundled } from "./call.ts";
import { fetched } from "./fetched.ts";

/** By name. */
export const FILE_COMMANDS: Readonly<Record<string, Model>> = {
  cp: (call) => moved(call, ["-t", "--target-directory", "-S"], false),
  mv: (call) => moved(call, ["-t", "--target-directory", "-S"], true),
  install,
  cat,
  ln,
  rm: removed,
  unlink: removed,
  rmdir: () => true,
  mkdir(call) {
    for (const path of operandsOf(call.args, ["-m"]).operands) call.to.folder(at(call, path));
    return true;
  },
  touch(call) {
    for (const path of operandsOf(call.args, ["-d", "-t", "-r"]).operands) {
      const file = at(call, path);
      if (isKnown(file) && call.to.files.lookup(file).kind === "missing") call.to.write(file, "");
    }
    return true;
  },
  chmod,
  tee(call) {
    const { operands, options } = operandsOf(call.args);
    for (const path of operands) {
      const file = at(call, path);
      const before = options.has("-a") ? (isKnown(file) ? (call.to.files.text(file) ?? HOLE) : HOLE) : "";
      call.to.write(file, call.stdin === undefined ? undefined : before + call.stdin);
    }
    return true;
  },
  sed(call) {
    if (!call.args.some((arg) => /^-[a-zA-Z]*i|^--in-place/.test(arg))) return true;
    const { operands, options } = operandsOf(call.args, ["-e", "-f", "--expression", "--file"]);
    const scripts = options.has("-e") || options.has("-f") || options.has("--expression") ? 0 : 1;
    for (const path of operands.slice(scripts)) changed(call, path);
    return true;
  },
  patch(call) {
    call.to.mayFill(call.cwd);
    return true;
  },
  dos2unix(call) {
    for (const path of operandsOf(call.args).operands) {
      const file = at(call, path);
      const text = isKnown(file) ? call.to.files.text(file) : undefined;
      call.to.write(file, text?.replaceAll("\r\n", "\n"));
    }
    return true;
  },
  upx(call) {
    for (const path of operandsOf(call.args, ["-o"]).operands) changed(call, path);
    return true;
  },
  strip: rewritten,
  objcopy: rewritten,
  dd: outputs,
  curl: outputs,
  wget: outputs,
  git(call) {
    const { operands } = operandsOf(call.args, ["-b", "--branch", "--depth", "-c", "-C", "-o"]);
    if (operands[0] !== "clone") return true;
    const name = baseName(operands[1] ?? "").replace(/\.git$/, "");
    call.to.mayFill(at(call, operands[2] ?? (name === "" ? HOLE : name)));
    return true;
  },
  gunzip: inPlace,
  gzip: inPlace,
  unxz: inPlace,
  xz: inPlace,
  bunzip2: inPlace,
  zstd: inPlace,
  rsync,
  patchelf(call) {
    const { operands } = operandsOf(call.args, [
      "--set-interpreter",
      "--set-rpath",
      "--set-soname",
      "--output",
    ]);
    for (const path of operands) changed(call, path);
    return true;
  },
  "update-alternatives": alternatives,
  alternatives,
};

/** Letters that `cat` prints at most. */
const MOST_PRINTED = 64 * 1024;

/** What is known of the texts, with the rest marked. */
function cat({ args, cwd, stdin, to, print }: Call): boolean {
  const texts = args.map((arg) =>
    arg === "-" ? stdin : isKnown(arg) ? to.files.text(absolute(cwd, arg)) : undefined,
  );
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (length <= MOST_PRINTED)
    print(args.length === 0 ? (stdin ?? HOLE) : texts.map((text) => text ?? HOLE).join(""));
  return true;
}

/** The target is what is made, and no folder that it goes into (coreutils manual, Target directory). */
const TARGET_ALONE = /^(?:-[a-zA-Z]*T[a-zA-Z]*|--no-target-directory)$/;

/** `--install LINK NAME PATH`, `--set NAME PATH` (update-alternatives(1)). */
function alternatives(call: Call): boolean {
  const install = call.args.indexOf("--install");
  const [link, , target] = install < 0 ? [] : call.args.slice(install + 1);
  if (link !== undefined && target !== undefined) call.to.link(at(call, link), at(call, target));
  const set = call.args.indexOf("--set");
  const [name, path] = set < 0 ? [] : call.args.slice(set + 1);
  if (name !== undefined && path !== undefined) call.to.link(`/etc/alternatives/${name}`, at(call, path));
  return true;
}

/** `cp` and `mv`. */
function moved(call: Call, valued: readonly string[], leaves: boolean): boolean {
  const { operands, options } = operandsOf(unbundled(call.args, valued), valued);
  const named = options.get("-t") ?? options.get("--target-directory");
  const written = named ?? operands.at(-1);
  const sources = named === undefined ? operands.slice(0, -1) : operands;
  if (written === undefined) return true;
  const target = at(call, written);
  const isFolder =
    !call.args.some((arg) => TARGET_ALONE.test(arg)) &&
    (named !== undefined ||
      sources.length > 1 ||
      written.endsWith("/") ||
      (isKnown(target) && call.to.files.lookup(target).kind === "folder"));
  for (const source of sources) {
    const from = at(call, source);
    // `cp -r from/. to` lays what is in it into the folder.
    const contents = /(?:^|\/)\.$/.test(source);
    call.to.copy(from, isFolder && !contents ? `${target}/${baseName(source)}` : target);
    if (leaves) call.to.remove(from);
  }
  return true;
}

/** A folder with a slash behind it is what is in it (rsync(1)); a filter may leave anything out. */
function rsync(call: Call): boolean {
  const { operands } = operandsOf(call.args, ["-e", "--rsh", "--exclude", "--include", "--filter", "-f"]);
  const target = at(call, operands.at(-1) ?? "");
  const filters = call.args.some((arg) => /^(?:--(?:ex|in)clude|--filter|--files-from|-f)/.test(arg));
  const to = filters ? call.to.doubted() : call.to;
  // A list names what is below the source, which itself stays behind.
  const listed = call.args.some((arg) => arg.startsWith("--files-from"));
  for (const source of operands.slice(0, -1)) {
    const isFolder = isKnown(source) && call.to.files.lookup(at(call, source)).kind === "folder";
    if (!isKnown(source) || source.includes(":")) to.unknown(`${target}/${HOLE}`);
    else if (isFolder && (listed || /(?:\/|^\.|\/\.)$/.test(source))) to.copy(at(call, source), target);
    else to.copy(at(call, source), `${target}/${baseName(source)}`);
  }
  return true;
}

function install(call: Call): boolean {
  const valued = ["-m", "-o", "-g", "-t", "-S", "--mode", "--owner", "--group", "--target-directory"];
  const { operands, options } = operandsOf(unbundled(call.args, valued), valued);
  if (call.args.some((arg) => /^-[a-zA-Z]*d/.test(arg) || arg === "--directory")) {
    for (const path of operands) call.to.folder(at(call, path));
    return true;
  }
  const mode = options.get("-m") ?? options.get("--mode") ?? "0755";
  const words = operands.at(-1) === undefined ? [] : operands;
  const into = options.get("-t") ?? options.get("--target-directory");
  const target = at(call, into ?? words.at(-1) ?? "");
  const sources = into === undefined ? words.slice(0, -1) : words;
  const isFolder = into !== undefined || (isKnown(target) && call.to.files.lookup(target).kind === "folder");
  for (const source of sources) {
    const to = isFolder ? `${target}/${baseName(source)}` : target;
    call.to.copy(at(call, source), to);
    call.to.makeExecutable(
      to,
      /[1357]/.test(mode.replace(/^0?[0-7]?(?=[0-7]{3}$)/, "")) || mode.includes("x"),
    );
  }
  return true;
}

function ln(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, ["-S", "-t", "--target-directory"]);
  const isSymbolic = call.args.some((arg) => /^-[a-zA-Z]*s|^--symbolic/.test(arg));
  const [first] = operands;
  if (first === undefined) return true;
  const named = options.get("-t") ?? options.get("--target-directory");
  const sources = named !== undefined || operands.length === 1 ? operands : operands.slice(0, -1);
  const target = at(call, named ?? (operands.length === 1 ? "." : (operands.at(-1) as string)));
  const looked = isKnown(target) ? call.to.files.lookup(target) : undefined;
  // With `-n` a link to a folder is replaced; else the new one goes into it.
  const replaces = call.args.some(
    (arg) => /^-[a-zA-Z]*n|^--no-dereference$/.test(arg) || TARGET_ALONE.test(arg),
  );
  const isFolder = looked?.kind === "folder" && !(replaces && call.to.files.isLink(target));
  for (const source of sources) {
    const to = isFolder ? `${target}/${baseName(source)}` : target;
    if (isSymbolic) call.to.link(to, source);
    else call.to.copy(at(call, source), to);
  }
  return true;
}

function removed(call: Call): boolean {
  for (const path of operandsOf(call.args).operands) call.to.remove(at(call, path));
  return true;
}

function chmod(call: Call): boolean {
  const words = call.args.filter((arg) => !/^-[Rcfv]+$|^--/.test(arg));
  const [mode = "", ...paths] = words;
  const adds = /^[ugoa]*[+=][rwXst]*x|^[0-7]*[1357][0-7]*$/.test(mode);
  const takes = /^[ugoa]*-[rwXst]*x/.test(mode) || (/^[0-7]+$/.test(mode) && !adds);
  const deep = call.args.some((arg) => /^-[a-zA-Z]*R/.test(arg));
  for (const path of adds || takes ? paths : []) {
    const file = at(call, path);
    if (!isKnown(file)) continue;
    call.to.makeExecutable(file, adds);
    if (deep)
      for (const name of call.to.files.names(file) ?? []) call.to.makeExecutable(`${file}/${name}`, adds);
  }
  return true;
}

/** `strip -o TO FROM`, `objcopy FROM TO`: a program stays what it is; in place there is nothing to do. */
function rewritten(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, ["-o", "-O", "-I", "-F", "-R", "-K", "-N", "-j", "-B"]);
  const [from, last] = operands;
  const to = options.get("-o") ?? (call.name === "objcopy" ? last : undefined);
  if (from !== undefined && to !== undefined) call.to.copy(at(call, from), at(call, to));
  return true;
}

/** A file that is rewritten in a way that is not followed: a program stays one of its kind. */
function changed(call: Call, path: string): void {
  const file = at(call, path);
  if (!isKnown(file)) call.to.mayFill("/");
  else if (call.to.files.lookup(file).kind !== "missing") call.to.unknown(file);
}

/** What a download or `dd` writes. */
function outputs(call: Call): boolean {
  const { name, args } = call;
  const isCurl = name === "curl";
  const valued = isCurl
    ? [
        "-o",
        "--output",
        "-H",
        "--header",
        "-d",
        "--data",
        "-u",
        "-X",
        "-A",
        "--retry",
        "-m",
        "--proto",
        "--output-dir",
      ]
    : ["-O", "-o", "--output-document", "-P", "--directory-prefix", "-T", "-t", "--header", "-U"];
  const { operands, options } = operandsOf(isCurl ? args : unbundled(args, valued), valued);
  const of = args.find((arg) => arg.startsWith("of="));
  if (name === "dd") {
    if (of !== undefined) changed({ ...call }, of.slice(3));
    return true;
  }
  const folder =
    (isCurl ? options.get("--output-dir") : (options.get("-P") ?? options.get("--directory-prefix"))) ?? ".";
  const written = isCurl
    ? (options.get("-o") ?? options.get("--output"))
    : (options.get("-O") ?? options.get("--output-document") ?? flagged(args, "O"));
  const url = operands.find((one) => one.includes("/")) ?? operands[0] ?? "";
  // With `-J`, and `--content-disposition`, the server names it.
  const isNamedThere = args.some((arg) =>
    isCurl ? /^-[a-zA-Z]*J/.test(arg) || arg === "--remote-header-name" : arg === "--content-disposition",
  );
  const remoteName = isNamedThere ? `./${HOLE}` : baseName(url);
  const remote = isCurl
    ? args.some((arg) => /^-[a-zA-Z]*O/.test(arg) || arg === "--remote-name")
      ? remoteName
      : undefined
    : remoteName;
  const target = written ?? flagged(args, "o") ?? remote;
  const from = { name: baseName(url.replace(/[?#].*$/, "")) };
  if (target === undefined || target === "-") call.archives.set("-", from);
  if (target === undefined || target === "-" || target === "/dev/null") return true;
  const path = at(call, written === undefined && folder !== "." ? `${folder}/${target}` : target);
  call.archives.set(path, from);
  fetched(call, path);
  return true;
}

/** The value of an option that stands last in a bundle: `-qO- `, `-sSLo file`. */
function flagged(args: readonly string[], letter: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    const match = new RegExp(`^-[a-zA-Z]*${letter}(.*)$`).exec(arg);
    if (match === null || arg.startsWith("--")) continue;
    return match[1] === "" ? args[index + 1] : match[1];
  }
  return undefined;
}

function inPlace(call: Call): boolean {
  for (const path of operandsOf(call.args).operands) {
    changed(call, path);
    call.to.unknown(at(call, path.replace(/\.(?:gz|xz|bz2|zst|lzma)$/, "")));
  }
  return true;
}
