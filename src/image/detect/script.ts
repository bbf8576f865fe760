/** Reads what interpreter a script names, and the text of shell scripts. Must not run or judge it. */
import type { ScriptFact } from "../../model/layer-facts.ts";
import type { Collector, Detector } from "./detector.ts";
import { mentionsIn, MOST_WORDS, programsIn } from "./mentions.ts";

/** Languages whose scripts are not followed: what their interpreter is, is all that is known of them. */
const LANGUAGES =
  /^(?:python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua|luajit|tclsh|wish|expect|Rscript|java|jshell|groovy|scala|kotlin|awk|gawk|mawk|sed|make|gmake|guile|racket|sbcl|clisp|erl|escript|elixir|iex|ocaml|swift|osascript|pwsh|fish|csh|tcsh|nft|gnuplot|octave|julia|dotnet|crystal|raku|haskell|runghc|stack|bpftrace|stap|rc|es|elvish|nu|xonsh|m4|emacs|vim|env)[\d.-]*$/;
/** Texts that shells read in place of a command, by their path. */
const SOURCED =
  /\.(?:sh|bash|ash|dash|ksh|zsh|envsh|env|inc|rc|profile|functions|lib)$|(?:^|\/)(?:etc\/(?:profile|default|conf\.d|sysconfig)(?:\/[^/]+)?|\.?(?:profile|bashrc|bash_profile|bash_login|ashrc|kshrc|env|mkshrc|z(?:shenv|profile|shrc|login)))$/;
/** A name without a dot, outside of what packages bring along for reading. */
const BARE = /(?:^|\/)[^./A-Z][^./]*$/;
const NEVER_BARE =
  /(?:^|\/)(?:share|include|src|var|nginx|apache2|httpd|ssl|proc|sys|dev|boot|modules|firmware|apk|opkg|dpkg|xbps|sysimage|python[\d.]*|node_modules|site-packages|dist-packages)\/|(?:^|[/-])release$/;
/** Outside of what packages bring along. */
const OF_ONES_OWN =
  "^(?!(?:usr\\/(?:local\\/)?)?(?:share|include|lib\\w*)\\/)(?!(?:.*\\/)?(?:vendor|gems|python[\\d.]*|node_modules|site-packages|dist-packages|tests?|public|static|assets)\\/).*";
const ONES_OWN = new RegExp(OF_ONES_OWN, "s");
/** Whether texts there are kept by their ending: a path without its first slash, of a folder with its last. */
export function isOfOnesOwn(path: string): boolean {
  return ONES_OWN.test(path);
}
/** Texts that interpreters of other languages are given. */
const PROGRAM = new RegExp(
  `${OF_ONES_OWN}(?:\\.(?:py|pm|pl|rb|js|mjs|cjs|ts|php|lua|tcl|exp|fish|csh|tcsh|cshrc|tcshrc|m4|rake)|\\bRakefile)$`,
);
/** Settings, in which programs may be named. */
const SETTINGS = new RegExp(
  `${OF_ONES_OWN}\\.(?:ya?ml|toml|ini|conf|cfg|cnf|hcl|properties)$|^etc\\/.*\\.json$|${OF_ONES_OWN}(?:\\bconfig\\.json|\\.screenrc)$`,
);
/** In place of a language. */
const SETTING = "settings";
const MOST_BARE = 16 * 1024;
const MOST_TEXT = 32 * 1024;
/** The kernel reads no longer first line (Linux, BINPRM_BUF_SIZE, from 5.1 on). */
const MOST_LINE = 256;

/** Scripts by their first line, and shell scripts by their name. */
export const script: Detector = {
  id: "script",
  version: 7,
  maxBytes: MOST_TEXT,
  names: new RegExp([SOURCED, BARE, PROGRAM, SETTINGS].map(({ source }) => source).join("|")),
  start({ path, size, executable }) {
    const byName =
      SOURCED.test(path) || (size > 0 && size <= MOST_BARE && BARE.test(path) && !NEVER_BARE.test(path));
    const language =
      !byName && PROGRAM.test(path)
        ? path.slice(path.lastIndexOf(".") + 1)
        : !byName && SETTINGS.test(path)
          ? SETTING
          : undefined;
    return (executable && size > 2) || byName || language !== undefined
      ? collector(byName, size, language)
      : undefined;
  },
};

/** `anyText`: a text without `#!` counts, as shells run and read those too. `language`: what its name says it is written in. */
function collector(anyText: boolean, size: number, language: string | undefined): Collector {
  const parts: Uint8Array[] = [];
  let length = 0;
  let refused = false;
  let isMarked: boolean | undefined;
  return {
    push(bytes) {
      const part = bytes.subarray(0, MOST_TEXT - length);
      // Nothing but a script is worth keeping, and a program says so in its first bytes: it is neither copied nor decoded.
      if (length === 0 && part.length >= 2) isMarked = part[0] === 0x23 && part[1] === 0x21;
      refused ||= isMarked === false && ((!anyText && language === undefined) || part.includes(0));
      if (refused) return false;
      parts.push(Uint8Array.from(part));
      length += part.length;
      return length < MOST_TEXT;
    },
    end(): ScriptFact | undefined {
      if (refused) return undefined;
      const text = Buffer.concat(parts).toString("utf8");
      if (!text.startsWith("#!") && ((!anyText && language === undefined) || text.includes("\0")))
        return undefined;
      const words = firstLine(text);
      const isShell = words.interpreter === undefined ? anyText : mayBeShell(words);
      if (isShell) return { kind: "script", ...words, text, truncated: size > length };
      const named = languageOf(words) ?? language ?? "";
      const mentions = named === SETTING ? programsIn(text) : mentionsIn(text, named);
      if (words.interpreter === undefined && mentions.length === 0) return undefined;
      const truncated = mentions.length === MOST_WORDS || (mentions.length > 0 && size > length);
      return { kind: "script", ...words, ...(mentions.length > 0 ? { mentions } : {}), truncated };
    },
  };
}

/** Interpreter and at most one argument, which keeps its blanks (execve(2), "Interpreter scripts"). */
function firstLine(text: string): { readonly interpreter?: string; readonly argument?: string } {
  if (!text.startsWith("#!")) return {};
  const line = (text.slice(2, MOST_LINE).split("\n", 1)[0] ?? "").replace(/^[ \t]+|[ \t]+$/g, "");
  // A carriage return belongs to the name for the kernel, which then finds no such interpreter.
  const match = /^([^ \t]+)(?:[ \t]+(.*))?$/.exec(line);
  if (match === null) return {};
  return { interpreter: match[1] as string, ...(match[2] ? { argument: match[2] } : {}) };
}

/** The name of the interpreter that reads it; nothing where there is no first line. */
function languageOf(words: {
  readonly interpreter?: string;
  readonly argument?: string;
}): string | undefined {
  const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const name = words.interpreter && base(words.interpreter);
  if (name !== "env") return name;
  return base(words.argument?.split(/\s+/).find((word) => !/^-|=/.test(word)) ?? "");
}

/** Whether a shell may read it in the end: the interpreter may be a wrapper that starts one (`#!/usr/bin/dumb-init /bin/sh`). */
function mayBeShell({
  interpreter = "",
  argument = "",
}: {
  readonly interpreter?: string;
  readonly argument?: string;
}): boolean {
  const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  if (base(interpreter) !== "env") return !LANGUAGES.test(base(interpreter));
  const words = argument.split(/\s+/).filter((word) => !word.startsWith("-") && !word.includes("="));
  return !LANGUAGES.test(base(words[0] ?? ""));
}
