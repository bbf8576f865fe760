/** What small programs print and change in files, where scripts build on it. Must say not known rather than guess. */
import type { Changes } from "./changes.ts";
import { fits } from "./shell/pattern.ts";
import { absolute } from "./shell/state.ts";
import { ANY, HOLE, isKnown } from "./shell/text.ts";
import { textOf } from "./text-of.ts";
import { startsUnknown } from "./awk.ts";
import { sedStarts } from "./sed.ts";
import { filtered, substituted } from "./filters.ts";

/** Options of adduser, useradd, usermod and chsh that take the next word (busybox, shadow and Debian's manuals). */
const USER_OPTION =
  /^-\w*[bcdefgGhkKlpRsuZ]$|^--(?:base-dir|comment|gecos|home|home-dir|expiredate|inactive|gid|groups|ingroup|skel|key|login|password|root|shell|uid|selinux-user)$/;

/** What such a program is given. */
export interface ToolCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly stdin: string | undefined;
  readonly sure: boolean;
  readonly files: Changes;
}

/** Folders below a folder that `find` looks into, and files that it lists, at most. */
const MOST_FOUND = 512;

/** What it prints; nothing where that is not known. */
export function printed(name: string, call: ToolCall): string | undefined {
  const { args, cwd, stdin, files } = call;
  const operands = args.filter((arg) => !arg.startsWith("-") || arg === "-");
  const [first] = operands;
  if (args.some((arg) => arg.includes(ANY))) return undefined;
  switch (name) {
    case "dirname":
      return first === undefined || !isKnown(first.replace(/[^/]*$/, ""))
        ? undefined
        : `${folderOf(first)}\n`;
    case "basename": {
      if (first === undefined || !isKnown(first)) return undefined;
      const base = first.replace(/\/+$/, "").replace(/^.*\//, "");
      const suffix = operands[1] ?? "";
      return `${suffix !== "" && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base}\n`;
    }
    case "readlink":
    case "realpath": {
      if (first === undefined || (name === "readlink" && !args.some((arg) => /^-[a-z]*[fem]/.test(arg))))
        return undefined;
      const path = absolute(cwd, first);
      if (!isKnown(path)) return undefined;
      const looked = files.lookup(path);
      if (looked.kind === "file" || looked.kind === "plain") return `${looked.path}\n`;
      return looked.kind === "folder" ? `${plainPath(path)}\n` : undefined;
    }
    case "cat": {
      if (operands.length === 0) return stdin;
      const texts = operands.map((one) => (one === "-" ? stdin : textOf(files.lookup(absolute(cwd, one)))));
      return texts.some((text) => text === undefined) ? undefined : texts.join("");
    }
    case "sort":
    case "tee":
      if (stdin === undefined || (name === "sort" && operands.length > 0)) return undefined;
      return name === "tee"
        ? stdin
        : `${stdin.replace(/\n$/, "").split("\n").toSorted().join("\n")}\n`.replace(/^\n$/, "");
    case "ls": {
      if (args.some((arg) => /^-[a-zA-Z]*[lisFpZ]/.test(arg)) || operands.length > 1) return undefined;
      const names = files.names(absolute(cwd, first ?? "."));
      const shown = names?.filter((one) => !one.startsWith("."));
      return (
        shown &&
        [...shown]
          .sort()
          .map((one) => `${one}\n`)
          .join("")
      );
    }
    case "find":
      return found(call);
    case "tr":
    case "cut":
    case "head":
    case "sed":
      return stdin !== undefined && isKnown(stdin) && args.every((arg) => isKnown(arg))
        ? filtered(name, args, stdin)
        : undefined;
    case "uname":
      return args.length === 0 || (args.length === 1 && first === undefined && args[0] === "-s")
        ? "Linux\n"
        : undefined;
    case "true":
      return "";
    default:
      return undefined;
  }
}

function folderOf(path: string): string {
  const cut = path.replace(/\/+$/, "");
  if (!cut.includes("/")) return path.startsWith("/") ? "/" : ".";
  return cut.replace(/\/+[^/]*$/, "") || "/";
}

function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** `find FOLDER… [-name P] [-type f] [-maxdepth N] [-print]`; nothing where it has other tests. */
function found({ args, cwd, files }: ToolCall): string | undefined {
  const folders: string[] = [];
  let at = 0;
  for (; at < args.length && !/^[-(!]/.test(args[at] as string); at++) folders.push(args[at] as string);
  const names: string[] = [];
  let type: string | undefined;
  let depth = 8;
  // With other tests it lists no more than without them: nothing, where that is nothing.
  let isExact = true;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "-name") names.push(args[++at] ?? "");
    else if (arg === "-type") type = args[++at];
    else if (arg === "-maxdepth") depth = Number(args[++at]);
    else if (arg === "-mindepth") at++;
    else if (!["-print", "-follow", "-L", "-H", "-xdev"].includes(arg)) isExact = false;
  }
  if (!Number.isInteger(depth) || (type !== undefined && type !== "f" && type !== "d") || names.length > 1)
    return undefined;
  const lines: string[] = [];
  let count = 0;
  const walk = (path: string, left: number): boolean => {
    const folder = absolute(cwd, path);
    if (!isKnown(folder) || ++count > MOST_FOUND) return false;
    const inside = files.names(folder);
    if (inside === undefined) return false;
    for (const name of [...inside].sort()) {
      const one = `${path.replace(/\/$/, "")}/${name}`;
      const { kind } = files.lookup(absolute(cwd, one));
      if (kind === "unknown") return false;
      const isFolder = kind === "folder";
      const fit = names.every((pattern) => fits(pattern, name) === true);
      if (names.some((pattern) => fits(pattern, name) === undefined)) return false;
      if (fit && (type === undefined || (type === "d") === isFolder)) lines.push(one);
      if (lines.length > MOST_FOUND || (isFolder && left > 1 && !walk(one, left - 1))) return false;
    }
    return true;
  };
  if (!folders.every((folder) => walk(folder, depth))) return undefined;
  if (!isExact && lines.length > 0) return undefined;
  return lines.map((line) => `${line}\n`).join("");
}

/** Applies what it changes in files; what is not followed makes its paths unknown. */
export function change(name: string, { args, cwd, stdin, sure, files }: ToolCall): void {
  const options = args.filter((arg) => /^-./.test(arg));
  const operands = args.filter((arg) => !/^-./.test(arg)).map((path) => absolute(cwd, path));
  const target = operands.at(-1);
  const has = (letter: string) =>
    options.some((option) => /^-[a-zA-Z]+$/.test(option) && option.includes(letter));
  switch (name) {
    case "cp":
    case "mv":
    case "ln":
    case "install": {
      if (name === "install" && has("d")) return;
      const into = options.find((option) => /^--target-directory=|^-t./.test(option));
      if (into !== undefined || has("t") || target === undefined) {
        for (const one of operands) files.disturb(one);
        return;
      }
      const sources = name === "install" ? operands.slice(-2, -1) : operands.slice(0, -1);
      for (const source of sources) {
        if (name === "ln" && has("s")) {
          const written = args.filter((arg) => !/^-./.test(arg))[0] ?? "";
          files.copy(absolute(folderOf(target), written), target, sure);
        } else files.copy(source, target, sure);
        if (name === "mv") files.disturb(source);
      }
      return;
    }
    case "find":
      if (args.includes("-delete")) for (const one of operands) files.replace(one);
      return;
    case "sort": {
      const at = args.findIndex((arg) => /^(?:-o|--output)$/.test(arg));
      const to =
        at === -1 ? args.map((arg) => /^(?:-o|--output=)(.+)$/.exec(arg)?.[1]).find(Boolean) : args[at + 1];
      if (to !== undefined) files.disturb(absolute(cwd, to));
      return;
    }
    case "awk":
    case "gawk":
    case "mawk":
      for (const [, to = ""] of args.join("\n").matchAll(/>\s*"([^"]+)"/g)) files.disturb(absolute(cwd, to));
      return;
    case "ed":
    case "vi":
    case "vim":
    case "rm":
    case "unlink":
    case "truncate":
    case "dos2unix":
      for (const one of operands) files.disturb(one);
      return;
    case "tee":
      for (const one of operands) files.write(one, sure ? (stdin ?? HOLE) : undefined, has("a"));
      return;
    case "sed":
    case "perl": {
      const [expression = "", file] = args.filter((arg) => !arg.startsWith("-"));
      const before =
        name === "sed" && /^-i?$/.test(options.join("")) && file !== undefined && operands.length === 2
          ? textOf(files.lookup(absolute(cwd, file)))
          : undefined;
      const after = before !== undefined && isKnown(before) ? substituted(expression, before) : undefined;
      if (sure && has("i") && file !== undefined && after !== undefined) {
        files.write(absolute(cwd, file), after, false);
        return;
      }
      if (has("i") || options.some((option) => option.startsWith("--in-place") || option.startsWith("-i")))
        for (const one of operands.slice(options.some((option) => /^-[a-z]*[ef]$/.test(option)) ? 0 : 1))
          files.disturb(one);
      for (const [, to = ""] of args.join("\n").matchAll(/(?:^|[\s;}/$\d])w\s*(\/[^\s;}]+)/g))
        files.disturb(to);
      return;
    }
    case "adduser":
    case "useradd":
    case "usermod":
    case "chsh": {
      const at = args.findIndex((arg) => /^(?:-s|--shell)$/.test(arg));
      const shell =
        at === -1 ? args.map((arg) => /^(?:-s|--shell=)(.+)$/.exec(arg)?.[1]).find(Boolean) : args[at + 1];
      // Where it may not come to this, the shell that could start something else counts.
      if (shell === undefined || (!sure && /\/(?:\w*sh|nologin|false)$/.test(shell))) return;
      const user = args.find((arg, i) => /^\w[\w.-]*$/.test(arg) && !USER_OPTION.test(args[i - 1] ?? ""));
      if (user !== undefined) files.write("/etc/passwd", `${user}:x:::::${shell}\n`, true);
      return;
    }
    case "chmod": {
      const [mode = "", ...paths] = args.filter((arg) => !/^-[Rcfv]|^--/.test(arg));
      const adds = /^[ugoa]*[+=][rwXst]*x|^[0-7]*[1357][0-7]*$/.test(mode);
      const takes = /^[ugoa]*-[rwXst]*x/.test(mode) || (/^[0-7]+$/.test(mode) && !adds);
      if (adds || takes) for (const one of paths) files.makeExecutable(absolute(cwd, one), adds);
      return;
    }
    case "mount":
    case "pivot_root":
    case "switch_root":
      if (target !== undefined) files.replace(target);
      return;
    case "busybox":
    case "apk":
    case "apt-get":
    case "apt":
    case "dpkg":
    case "rpm":
    case "dnf":
    case "yum":
    case "microdnf":
    case "npm":
    case "pip":
    case "pip3":
    case "gem":
    case "go":
    case "cargo":
      if (args.some((arg) => /^(?:add|install|i|ci|--install|-i|-U|get|update|upgrade)$/.test(arg)))
        files.fill("/");
      return;
    case "unzip":
    case "cpio":
    case "ar":
    case "tar":
    case "git": {
      if (
        name === "tar" &&
        !args.some(
          (arg, i) =>
            /^(?:--extract|--get|-[a-zA-Z]*x[a-zA-Z]*)$/.test(arg) ||
            (i === 0 && /^[a-zA-Z]*x[a-zA-Z]*$/.test(arg)),
        )
      )
        return;
      const at = args.findIndex((arg) => /^(?:-[a-zA-Z]*[Cd]|--directory)$/.test(arg));
      const joined = args.map((arg) => /^(?:--directory=|-[Cd])(.+)$/.exec(arg)?.[1]).find(Boolean);
      files.replace(absolute(cwd, at === -1 ? (joined ?? ".") : (args[at + 1] ?? ".")));
      return;
    }
    case "gunzip":
    case "gzip":
    case "bunzip2":
    case "unxz":
    case "xz":
    case "unlzma":
    case "zstd":
    case "base64":
    case "patch":
      files.fill(cwd);
      for (const one of operands) files.disturb(one.replace(/\.\w+$/, ""));
      return;
    case "wget":
    case "curl":
    case "dd":
    case "rsync":
      if (name === "rsync" && target !== undefined) files.replace(target);
      for (const [at, arg] of args.entries()) {
        if (/^(?:-[a-zA-Z]*[OoCdP]|--output|--directory|--output-document)$/.test(arg))
          files.disturb(absolute(cwd, args[at + 1] ?? ""));
        const out = /^(?:of=|--output=|--output-document=|--directory=|-[OoCdP])(\/.*)$/.exec(arg)?.[1];
        if (out !== undefined) files.disturb(out);
      }
      return;
    default:
      return;
  }
}

/** Texts that a tool hands to a shell, and whether there are others that are not known. */
interface Embedded {
  /** `isCommand`: it is a command, whatever it begins with; others may be any text. */
  readonly texts: readonly { readonly text: string; readonly isCommand: boolean }[];
  readonly isOpen: boolean;
}

/** What the words of a tool start in its own small language: awk's `system`, sed's `e`, and options that name a filter. */
export function embedded(name: string, args: readonly string[], stdin?: string): Embedded {
  const texts: { text: string; isCommand: boolean }[] = [];
  let isOpen = false;
  const starts = (text: string | undefined) => text !== undefined && texts.push({ text, isCommand: true });
  for (const [index, arg] of args.entries()) {
    if (/^(?:[gmn]|original-)?awk$/.test(name)) {
      isOpen ||= /^(?:-[fEi]|--(?:file|exec|include)|-W$|@)/.test(arg) || startsUnknown(arg);
      if (/system\s*\(|\|/.test(arg))
        for (const [, text = ""] of arg.matchAll(/"((?:[^"\\]|\\.)*)"/g))
          texts.push({ text: text.replace(/\\(.)/g, "$1"), isCommand: false });
    }
    if (name === "tar") {
      starts(/^--(?:to-command|use-compress-program|checkpoint-action=exec)=(.*)$/s.exec(arg)?.[1]);
      if (/^(?:-I|--to-command|--use-compress-program)$/.test(arg)) starts(args[index + 1]);
    }
    if (name === "sort") starts(/^--compress-program=(.*)$/s.exec(arg)?.[1]);
    if (name === "split") starts(/^--filter=(.*)$/s.exec(arg)?.[1]);
    if (
      /^(?:nc|ncat|netcat)$/.test(name) &&
      texts.length === 0 &&
      /^(?:-[a-z]*e|--exec|--sh-exec|-c)$/.test(arg)
    )
      starts(args.slice(index + 1).join(" "));
  }
  if (name === "sed") {
    const program = sedProgram(args);
    isOpen ||= program === undefined || sedStarts(program);
  }
  if (/^(?:ed|ex|vim?|dc)$/.test(name)) isOpen ||= [...args, stdin ?? ""].some((one) => one.includes("!"));
  return { texts, isOpen };
}

/** The program among sed's words; nothing where some of it stands in a file. */
function sedProgram(args: readonly string[]): string | undefined {
  const found: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const [, letter, joined] = /^-[nrEsuz]*([ef])(.*)$/s.exec(arg) ?? [];
    const [, long, value] = /^--(expression|file)(?:=(.*))?$/s.exec(arg) ?? [];
    if (letter === "f" || long === "file") return undefined;
    if (letter === "e" || long === "expression") found.push((joined || value) ?? args[++at] ?? "");
    else if (!arg.startsWith("-")) operands.push(arg);
  }
  // What a variable brings is most often a text to put in.
  return (found.length > 0 ? found.join("\n") : (operands[0] ?? "")).replace(/[\uE000-\uE003]+/g, "");
}
