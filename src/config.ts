/** Reads muslgate.yaml: any option by its name, and waivers. Must say where in the file something is wrong. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node } from "yaml";
import { MuslgateError } from "./model/error.ts";
import type { Place } from "./model/place.ts";
import { OPTIONS, type OptionName } from "./options.ts";
import { pathFrom } from "./run-root.ts";
import type { Written } from "./settings.ts";
import { parseYaml } from "./yaml/documents.ts";

/** A finding that somebody has decided to live with, for a while. */
export interface Waiver {
  readonly rule: string;
  /** Pattern over the image's name, without tag or digest; any when absent. */
  readonly image?: string;
  /** Pattern over the file the finding is in; any when absent. */
  readonly path?: string;
  readonly reason: string;
  /** ISO date; the waiver holds up to and with this day. */
  readonly expires: string;
  readonly at: Place;
}

/** What a configuration file sets. */
export interface Config {
  readonly options: Written;
  readonly waivers: readonly Waiver[];
}

/** The names looked for when none is given, in the folder of the run. */
export const CONFIG_NAMES = ["muslgate.yaml", "muslgate.yml", ".muslgate.yaml"];

function lineCounter(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  return lines;
}

/** Reads a configuration. Throws MuslgateError (`usage`) with file, line and what is allowed. */
export function readConfig(file: string, text: string): Config {
  const lines = lineCounter(text);
  const { documents, stopped } = parseYaml(text, { uniqueKeys: true });
  const [document] = documents;
  const at = (node: Node | null | undefined): Place => {
    const start = lines.linePos(node?.range?.[0] ?? 0);
    const end = lines.linePos(node?.range?.[1] ?? 0);
    return { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
  };
  const wrong = (node: Node | null | undefined, what: string, hint: string) => {
    const { line, column } = at(node);
    return new MuslgateError("usage", `${file}:${line}:${column}: ${what}`, hint);
  };
  const [error] = document?.errors ?? [];
  if (error !== undefined || stopped !== undefined) {
    const { line, col } = lines.linePos(error?.pos[0] ?? stopped?.start ?? 0);
    const what = error?.message ?? stopped?.message ?? "";
    throw new MuslgateError("usage", `${file}:${line}:${col}: ${what}`, "Write it as YAML.");
  }
  if (document === undefined || document.contents === null) return { options: {}, waivers: [] };
  if (!isMap(document.contents))
    throw wrong(document.contents as Node, "it is no map", "Write option: value lines.");
  const options: Partial<Record<OptionName, Written[OptionName]>> = {};
  let waivers: readonly Waiver[] = [];
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const node = value as Node | null;
    if (name === "waivers") {
      if (!isSeq(node))
        throw wrong(
          node,
          "waivers is no list",
          "Write each waiver as an item with rule, reason and expires.",
        );
      waivers = node.items.map((item) => readWaiver(item as Node, at, wrong));
    } else if (Object.hasOwn(OPTIONS, name)) {
      const option = readValue(name, node, wrong);
      options[name as OptionName] = option;
      // A pull request may bring this file: it must not reach elsewhere, nor hold a secret.
      const paths = PATHS.includes(name) ? pathsIn(option) : [];
      if (!paths.every(staysInside)) {
        throw wrong(
          node,
          `${name} leads out of this folder`,
          "In a file it must be a relative path below it, and no link may lead out.",
        );
      }
      const why = NOT_IN_A_FILE[name];
      if (why !== undefined) throw wrong(node, `${name} does not belong into a file`, why);
    } else
      throw wrong(
        key as Node,
        `there is no option "${name}"`,
        Object.hasOwn(OPTIONS, name.replaceAll("_", "-"))
          ? `Did you mean ${name.replaceAll("_", "-")}?`
          : `There are: ${[...Object.keys(OPTIONS).filter((one) => NOT_IN_A_FILE[one] === undefined), "waivers"].join(", ")}.`,
      );
  }
  return { options, waivers };
}

/** What a file that a pull request may bring must not set, and where it belongs. */
export const NOT_IN_A_FILE: Readonly<Record<string, string>> = {
  "registry-password": "It is a secret: use the Action's input.",
  "registry-password-stdin": "Say it where the password is given.",
  "github-token": "It is a secret: use the Action's input.",
  base: "Say it in the call: what is compared must not decide with what.",
  report: "Say it in the call: with it nothing is scanned.",
  config: "Say it in the call.",
  "cache-dir": "Say it in the call: what is kept there is believed.",
};

/** Options that name what is read or written. */
const PATHS: readonly string[] = [
  "sarif-file",
  "json-file",
  "corefile",
  "cluster",
  "baseline",
  "report",
  "registry-ca",
  "directory",
  "images",
];

/** The paths as they will be taken: lists may stand in one text, a line each, with blanks around. */
function pathsIn(option: Written[OptionName]): readonly string[] {
  return [option]
    .flat()
    .flatMap((one) => String(one).split(/\r?\n/))
    .map((line) => withoutScheme(line.trim()))
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** An image may be a file; what comes before its path only says of which kind. */
function withoutScheme(value: string): string {
  return value.replace(/^[a-z-]+:(?=[./\\])(?:\/\/)?/, "");
}

/** Whether a path, and what links make of as much of it as there is, lies below this folder. */
function staysInside(path: string): boolean {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path) || path.split(/[/\\]/).includes("..")) return false;
  const here = realpathSync(".");
  for (let part = resolve(path); part !== resolve("."); part = dirname(part)) {
    const real = lstatSync(part, { throwIfNoEntry: false }) === undefined ? undefined : realOf(part);
    if (real === undefined) continue;
    return real !== "" && pathFrom(here, real) !== undefined;
  }
  return true;
}

/** Where a path leads; empty where a link leads nowhere. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return "";
  }
}

type Wrong = (node: Node | null | undefined, what: string, hint: string) => MuslgateError;

/** A value as a flag would have it; that it fits the option is checked where all settings are. */
function readValue(name: string, node: Node | null, wrong: Wrong): Written[OptionName] {
  if (isSeq(node)) {
    return node.items.map((item) => {
      if (isScalar(item) && (typeof item.value === "string" || typeof item.value === "number"))
        return String(item.value);
      throw wrong(item as Node, `an item of ${name} is no text`, "Write it in quotes.");
    });
  }
  if (!isScalar(node) || node.value === null)
    throw wrong(node, `${name} has no value`, "Write a text, true or false, or a list.");
  return typeof node.value === "boolean" ? node.value : scalarText(node.value);
}

/** A plain value as it would be written; anything else is no text. */
function scalarText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? `${value}`
    : "";
}

const FIELDS = ["rule", "image", "path", "reason", "expires"] as const;

function readWaiver(item: Node, at: (node: Node) => Place, wrong: Wrong): Waiver {
  if (!isMap(item)) throw wrong(item, "a waiver is no map", "Give it rule, reason and expires.");
  const fields = new Map<string, string>();
  for (const { key, value } of item.items) {
    const name = isScalar(key) ? String(key.value) : "";
    if (!(FIELDS as readonly string[]).includes(name)) {
      throw wrong(key as Node, `a waiver has no "${name}"`, `It has: ${FIELDS.join(", ")}.`);
    }
    const text =
      isScalar(value) && value.value !== null ? (value.source ?? scalarText(value.value)).trim() : "";
    if (text === "") throw wrong(value as Node, `${name} of a waiver is empty`, "Write a text.");
    fields.set(name, text);
  }
  const [rule, reason, expires] = ["rule", "reason", "expires"].map((name) => fields.get(name));
  if (rule === undefined || reason === undefined || expires === undefined) {
    const missing = ["rule", "reason", "expires"].filter((name) => !fields.has(name)).join(" and ");
    throw wrong(item, `a waiver is without ${missing}`, "A waiver says what it is for, why, and until when.");
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires))) {
    throw wrong(item, `expires is "${expires}"`, "Write a day as 2027-01-31.");
  }
  return { rule, image: fields.get("image"), path: fields.get("path"), reason, expires, at: at(item) };
}
