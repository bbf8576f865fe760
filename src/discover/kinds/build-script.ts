/** Walks a pipeline's shell text to the commands that build images, with what is known of their words. Must run nothing. */
import type { Assignment, Command, ParsedScript, SyntaxNode, Word, WordPart } from "unbash";
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import { joinPath } from "../../tree/paths.ts";
import { inWorkspace } from "./workspace.ts";

/** A command as the script comes to it: its words, each part that is not known a private character. */
export interface ScriptCommand {
  readonly words: readonly string[];
  /** The folder it runs in, relative to the repository's root; absent where that is not known. */
  readonly folder?: string;
  /** Its position in the text. */
  readonly start: number;
}

/** What a script starts with. */
export interface ScriptStart {
  readonly folder?: string;
  readonly env: ReadonlyMap<string, string>;
  /** The folder of the script itself, relative to the repository's root, where it is a file. */
  readonly own?: string;
}

/** `$(dirname "$0")`, as scripts ask for their own folder, and what follows it in `$(cd … && pwd)`. */
const OWN = /^(?:\$\(|`)\s*dirname\s+(?:--\s+)?"?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?)"?\s*(?:\)|`)$/;
const OWN_BY_CD =
  /^\$\(\s*cd\s+(?:--\s+)?"?\$\(\s*dirname\s+(?:--\s+)?"?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?)"?\s*\)([\w./-]*)"?[^()]*(?:&&|;)\s*pwd[ \w-]*\)$/;

/** unbash's parser, and what all scripts together may cost. */
export interface ShellParser {
  /** Counts steps; whether that many were left. */
  readonly spend: (steps: number) => boolean;
  readonly parse: (text: string) => ParsedScript;
  readonly forEachChild: (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void;
}

/** Longer words are not known, and loops of more turns are walked once, with a value that is not. */
const MOST_TEXT = 65_536;
const MOST_TURNS = 64;

/** Commands in their order, loops over written words turned; both ways of a condition, and what either sets is not known after. */
export function commandsIn(text: string, start: ScriptStart, shell: ShellParser): readonly ScriptCommand[] {
  if (!shell.spend(text.length >> 4)) return [];
  const walk = new Walk(start, shell);
  walk.node(shell.parse(text));
  return walk.commands;
}

class Walk {
  readonly commands: ScriptCommand[] = [];
  readonly #shell: ShellParser;
  #env: Map<string, string>;
  #folder: string | undefined;
  readonly #own: string | undefined;

  constructor({ env, folder, own }: ScriptStart, shell: ShellParser) {
    this.#env = new Map(env);
    this.#folder = folder;
    this.#own = own;
    this.#shell = shell;
  }

  node(node: SyntaxNode): void {
    if (!this.#shell.spend(1)) return;
    switch (node.type) {
      case "Command":
        this.#command(node);
        return;
      case "For":
        this.#turns(node);
        return;
      case "If":
      case "While":
      case "Case":
      case "Function":
        this.#maybe(() => this.#children(node));
        return;
      case "Subshell": {
        const [env, folder] = [new Map(this.#env), this.#folder];
        this.#children(node);
        [this.#env, this.#folder] = [env, folder];
        return;
      }
      default:
        this.#children(node);
    }
  }

  #children(node: SyntaxNode): void {
    this.#shell.forEachChild(node, (child) => this.node(child));
  }

  /** Does what may be done or not: what differs after it is not known. */
  #maybe(work: () => void): void {
    const [env, folder] = [new Map(this.#env), this.#folder];
    work();
    for (const [name, value] of this.#env) if (env.get(name) !== value) this.#env.set(name, HOLE);
    if (this.#folder !== folder) this.#folder = undefined;
  }

  #turns({ name, wordlist, body }: SyntaxNode & { readonly type: "For" }): void {
    const values = (wordlist ?? []).flatMap((word) => {
      const text = this.#text(word);
      return text.split(/\s+/).filter((one) => one !== "");
    });
    const isWhole = wordlist !== undefined && values.length <= MOST_TURNS && values.every(isWritten);
    for (const value of isWhole ? values : [HOLE]) {
      this.#env.set(name.value, value);
      this.node(body);
    }
  }

  #command({ name, prefix, args, pos }: Command): void {
    const assignments = [...prefix, ...args].filter((one): one is Assignment => one.type === "Assignment");
    const command = name && this.#text(name);
    if (command === undefined || /^(?:export|declare|local|readonly|typeset)$/.test(command))
      for (const one of assignments) this.#assign(one);
    if (command === undefined) return;
    const words = [command];
    for (const one of args) if (one.type === "Word") words.push(this.#text(one));
    if (command === "cd" || command === "pushd") this.#enter(words[1]);
    else if (command === "read") for (const one of words.slice(1)) this.#env.set(one, HOLE);
    else this.commands.push({ words, folder: this.#folder, start: pos });
  }

  #assign({ name, value, append, index }: Assignment): void {
    const isText = value.type === "Word" && append !== true && index === undefined;
    this.#env.set(name, isText ? this.#text(value as Word) : HOLE);
  }

  #enter(folder: string | undefined): void {
    const own = folder !== undefined && isKnown(folder) ? inWorkspace(folder) : undefined;
    if (own !== undefined) {
      this.#folder = own.path;
      return;
    }
    const isPath = folder !== undefined && isKnown(folder) && this.#folder !== undefined;
    this.#folder = isPath ? joinPath(this.#folder as string, folder)?.path : undefined;
  }

  #text(word: Word): string {
    const text = word.parts === undefined ? word.value : word.parts.map((part) => this.#part(part)).join("");
    return text.length > MOST_TEXT ? HOLE : text;
  }

  #part(part: WordPart): string {
    switch (part.type) {
      case "Literal":
      case "SingleQuoted":
      case "AnsiCQuoted":
        return part.value;
      case "DoubleQuoted":
        return part.parts.map((one) => this.#part(one)).join("");
      case "SimpleExpansion":
        return this.#env.get(part.text.slice(1)) ?? HOLE;
      case "ParameterExpansion": {
        const value =
          part.prefix === undefined && part.index === undefined ? this.#env.get(part.parameter) : HOLE;
        const { operation } = part;
        if (operation === undefined) return value ?? HOLE;
        // What nothing here sets is most likely not set: its default is what a build without settings takes.
        if (operation.type !== "Default" || !/^:?[-=]$/.test(operation.operator)) return HOLE;
        return value === undefined || value === "" ? this.#text(operation.operand) : value;
      }
      case "CommandExpansion": {
        const more = OWN.test(part.text) ? "" : OWN_BY_CD.exec(part.text)?.[1];
        return this.#own === undefined || more === undefined ? HOLE : `/workspace/${this.#own}${more}`;
      }
      default:
        return HOLE;
    }
  }
}

/** A word that is known and names no other files. */
function isWritten(word: string): boolean {
  return isKnown(word) && !/[*?[]/.test(word);
}
