/** Models what packs and unpacks archives. Must say of no file that an archive may have replaced what it is. */
import { isKnown } from "../../image/entrypoint/shell/text.ts";
import { layerPath } from "../files.ts";
import { type Archive, at, baseName, type Call, type Model, operandsOf } from "./call.ts";
import { ARCHIVE_ENDING, namesProgram, unpackedBy } from "./fetched.ts";

/** By name. */
export const ARCHIVE_COMMANDS: Readonly<Record<string, Model>> = {
  tar,
  bsdtar: tar,
  unzip(call) {
    unpack(call, archiveIn(call), folderIn(call));
    return true;
  },
  "7z": sevenZip,
  "7za": sevenZip,
  "7zr": sevenZip,
  ar: arOf,
  cpio,
  pax(call) {
    const { operands } = operandsOf(call.args, ["-s", "-f", "-o", "-p", "-x"]);
    const flags = call.args.filter((arg) => /^-[a-z]*[rw]/.test(arg)).join("");
    if (flags.includes("r")) call.to.replace(at(call, flags.includes("w") ? (operands.at(-1) ?? ".") : "."));
    return true;
  },
  "dpkg-deb": debian,
};

/** `dpkg -x ARCHIVE FOLDER`, and `-i` into the root. */
export function debian(call: Call): boolean {
  const { operands } = operandsOf(call.args, ["--root", "--instdir"]);
  const extracts = call.args.some((arg) =>
    /^(?:-[xXR]|--(?:vextract|extract|raw-extract|fsys-tarfile))$/.test(arg),
  );
  if (extracts) unpack(call, operands[0], at(call, operands[1] ?? "."));
  return true;
}

/** Options of tar that take the next word, and change nothing of what is unpacked. */
const TAR_VALUED = ["-C", "--directory", "-f", "--file", "-b", "--owner", "--group", "--mode", "-I"];
/** Options with which what comes out is not what went in. */
const TAR_CHANGES =
  /^--(?:strip|transform|xform|exclude|wildcards|one-top|keep|skip|files-from|newer)|^-[a-zA-Z]*[TXks]/;

/** Packs and unpacks: `tar c … | tar x`, and one after the other by a file. */
function tar(call: Call): boolean {
  const [first = "", ...rest] = call.args;
  // Its first word may be options without a dash, whose values follow (tar(1)).
  const spread = /^[a-zA-Z]+$/.test(first) ? oldOptions(first, rest) : call.args;
  const args = spread.flatMap((arg) => bundle(arg));
  const has = (...names: readonly string[]) => args.some((arg) => names.includes(arg));
  const changes = args.some((arg) => TAR_CHANGES.test(arg));
  const { operands, options } = operandsOf(args, TAR_VALUED);
  const file = options.get("-f") ?? options.get("--file");
  const isPipe = file === undefined || file === "-";
  const key = isPipe ? "-" : at(call, file);
  if (has("-c", "--create")) {
    const members = changes ? undefined : membersOf(call, args);
    call.archives.set(key, { members });
    if (!isPipe && isKnown(key)) call.to.write(key, "");
  } else if (has("-x", "--extract", "--get")) {
    const folder = at(call, options.get("-C") ?? options.get("--directory") ?? ".");
    const packed = call.archives.get(key)?.members;
    if (packed === undefined || changes) unpack(call, isPipe ? undefined : file, folder);
    else {
      const to = operands.length > 0 ? call.to.doubted() : call.to;
      for (const [from, name] of packed) to.copy(from, name === "" ? folder : `${folder}/${name}`);
    }
  }
  return true;
}

/** `cf FILE`, `xzfC FILE FOLDER`: each that takes a value takes the next word. */
function oldOptions(letters: string, rest: readonly string[]): readonly string[] {
  const left = [...rest];
  const options = Array.from(letters).flatMap((letter) =>
    TAR_VALUED.includes(`-${letter}`) ? [`-${letter}`, left.shift() ?? ""] : [`-${letter}`],
  );
  return [...options, ...left];
}

/** `-xzf` as `-x -z -f`, `-C/x` as `-C /x`. */
function bundle(arg: string): readonly string[] {
  if (!/^-[a-zA-Z]{2}|^-[Cf]./.test(arg)) return [arg];
  const end = Array.from(arg).findIndex((letter, index) => index > 0 && TAR_VALUED.includes(`-${letter}`));
  const letters = end < 0 ? arg.slice(1) : arg.slice(1, end + 1);
  const flags = Array.from(letters, (letter) => `-${letter}`);
  return end < 0 || end + 1 === arg.length ? flags : [...flags, arg.slice(end + 1)];
}

/** What is packed, and under which names; `-C` holds for what follows it. Nothing where that is not known. */
function membersOf(call: Call, args: readonly string[]): Archive["members"] {
  const members: (readonly [string, string])[] = [];
  let folder = ".";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const value = TAR_VALUED.includes(arg) ? args[++i] : undefined;
    if (value !== undefined) {
      if (arg === "-C" || arg === "--directory")
        folder = value.startsWith("/") ? value : `${folder}/${value}`;
      continue;
    }
    if (arg.startsWith("--directory=")) folder = arg.slice(12);
    if (arg.startsWith("-")) continue;
    const from = at(call, arg.startsWith("/") ? arg : `${folder}/${arg}`);
    if (!isKnown(arg) || !isKnown(from) || /(?:^|\/)\.\.(?:\/|$)/.test(arg)) return undefined;
    const looked = call.to.files.lookup(from);
    if (looked.kind === "missing" || looked.kind === "unknown") return undefined;
    members.push([from, layerPath(arg)]);
  }
  return members.length === 0 ? undefined : members;
}

/** `cpio -p` takes what it is told from where it is, `-i` out of an archive. */
function cpio(call: Call): boolean {
  const { operands, options } = operandsOf(call.args, ["-D", "-F", "-I", "-H", "-E"]);
  const packs = call.args.some((arg) => /^-[a-zA-Z]*o|^--create$/.test(arg));
  const passes = call.args.some((arg) => /^-[a-zA-Z]*p|^--pass-through$/.test(arg));
  if (passes) call.to.replace(at(call, operands.at(-1) ?? "."));
  else if (!packs) call.to.replace(at(call, options.get("-D") ?? "."));
  return true;
}

function sevenZip(call: Call): boolean {
  const [action, archive] = operandsOf(call.args).operands;
  const into = call.args.find((arg) => /^-o./.test(arg))?.slice(2);
  if (action === "x" || action === "e") unpack(call, archive, at(call, into ?? "."));
  return true;
}

/** `ar x`: a Debian package has archives in it alone, which are unpacked by others. */
function arOf(call: Call): boolean {
  const [action = "", archive, ...members] = call.args;
  if (!/^-?[a-zA-Z]*x/.test(action)) {
    if (archive !== undefined) call.to.unknown(at(call, archive));
    return true;
  }
  if (members.length > 0) for (const name of members) call.to.unknown(at(call, baseName(name)));
  else if (archive?.endsWith(".deb") === true) call.to.mayFill(call.cwd);
  else unpack(call, archive, call.cwd);
  return true;
}

function archiveIn({ args }: Call): string | undefined {
  return args.find((arg) => ARCHIVE_ENDING.test(arg)) ?? args.find((arg) => !arg.startsWith("-"));
}

function folderIn(call: Call): string {
  const place = call.args.findIndex((arg) => /^-[a-zA-Z]*d$/.test(arg));
  const joined = call.args.find((arg) => /^-d./.test(arg))?.slice(2);
  return at(call, place === -1 ? (joined ?? ".") : (call.args[place + 1] ?? "."));
}

/** An archive that is not known; without a path what comes by a pipe. */
function unpack(call: Call, archive: string | undefined, folder: string): void {
  const key = archive === undefined ? "-" : at(call, archive);
  const from = call.archives.get(key);
  call.archives.delete("-");
  const name = from?.name ?? (archive === undefined ? undefined : baseName(archive));
  const isFetched = from?.name !== undefined && !/rootfs/i.test(from.name);
  if (isFetched || (name !== undefined && namesProgram(name))) call.to.mayFill(folder);
  else call.to.replace(folder);
  if (isKnown(folder) && name !== undefined) unpackedBy(call, folder, name);
}
