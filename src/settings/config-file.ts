/** Reads muslgate.yaml: any option by its name, clusters and waivers. Must say where in the file something is wrong. */
import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { MuslgateError } from "../model/error.ts";
import { type Place, placeText } from "../model/place.ts";
import { OPTIONS, type Option, type OptionName } from "./options.ts";
import { type ClusterEntry, readClusterEntries } from "./cluster-entries.ts";
import { variableOf } from "./environment.ts";
import { diskProblem, pathProblem } from "./inside.ts";
import { listOf, type Written } from "./settings.ts";
import { didYouMean } from "../text/closest.ts";
import { type OneDocument, oneDocument } from "./one-document.ts";

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
  readonly clusters: readonly ClusterEntry[];
  /** Where each of them is set. */
  readonly places: Readonly<Partial<Record<SetInFile, Place>>>;
}

/** What a file can set. */
export type SetInFile = OptionName | "waivers" | "clusters";

/** What no file sets. */
export const NO_CONFIG: Config = { options: {}, waivers: [], clusters: [], places: {} };

/** The names looked for when none is given, in the folder of the run. */
export const CONFIG_NAMES = ["muslgate.yaml", "muslgate.yml", ".muslgate.yaml"];

/** Reads a configuration. Throws MuslgateError (`usage`) with file, line and what is allowed. */
export function readConfig(file: string, text: string): Config {
  const { contents, at, wrong } = oneDocument(file, text);
  if (contents === null) return NO_CONFIG;
  if (!isMap(contents)) throw wrong(contents, "it is no map", "Write option: value lines.");
  const options: Partial<Record<OptionName, Written[OptionName]>> = {};
  const places: Partial<Record<SetInFile, Place>> = {};
  let waivers: readonly Waiver[] = [];
  let clusters: readonly ClusterEntry[] = [];
  const option = (name: OptionName, node: Node | null) => {
    if (isAlias(node)) throw wrong(node, `${name} is a YAML alias`, "Write its value out.");
    const value = readValue(name, node, wrong);
    refuseOutside(name, value, (what, hint) => wrong(node, what, hint));
    return value;
  };
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const node = value as Node | null;
    if (isAlias(node)) throw wrong(node, `${name} is a YAML alias`, "Write its value out.");
    if (name === "waivers") {
      if (!isSeq(node))
        throw wrong(
          node,
          "waivers is no list",
          "Write each waiver as an item with rule, reason and expires.",
        );
      places[name] = at(key as Node);
      waivers = node.items.map((item) => readWaiver(item as Node, at, wrong));
    } else if (name === "clusters") {
      places[name] = at(key as Node);
      clusters = readClusterEntries(node, { at, wrong, option });
    } else if (isOption(name)) {
      places[name] = at(key as Node);
      options[name] = option(name, node);
    } else
      throw wrong(
        key as Node,
        `there is no option "${name}"`,
        `${didYouMean(name, IN_FILE)}There are: ${IN_FILE.join(", ")}.`,
      );
  }
  return { options, waivers, clusters, places };
}

/** What a file may set. */
const IN_FILE = [
  ...Object.keys(OPTIONS).filter((one) => OPTIONS[one as OptionName].inFile === true),
  "clusters",
  "waivers",
];

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** A pull request may bring this file: it must not reach elsewhere, say where is written, nor hold a secret. */
function refuseOutside(
  name: OptionName,
  value: Written[OptionName],
  wrong: (what: string, hint: string) => MuslgateError,
): void {
  const option: Option = OPTIONS[name];
  const is = option.secret ? name : `${name} is ${quoted(value)}`;
  if (option.inFile !== true) {
    const ways = [
      ...(option.command === "none" ? [] : [`the flag --${name}`]),
      ...(option.action ? [`the Action's input ${name}`] : []),
      `the variable ${variableOf(name)}`,
    ];
    throw wrong(
      `${is}${option.secret ? "" : ", which"} cannot be set in this file`,
      `${option.inFile} Use ${ways.slice(0, -1).join(", ")} or ${ways.at(-1)}.`,
    );
  }
  for (const path of option.path ? pathsOf(value) : []) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw wrong(`${name} is "${path}", which ${problem}`, RELATIVE);
  }
}

const RELATIVE = "In this file it must be a relative path below this folder, and no link on the way.";

/** Throws MuslgateError (`usage`) where a path that a configuration sets is reached by a link, or blocks. */
export function refuseLinks({ clusters, ...own }: Config): void {
  for (const { options, places } of [own, ...clusters]) refuseLinked(options, places);
}

function refuseLinked(options: Written, places: Config["places"]): void {
  for (const [name, value] of Object.entries(options) as [OptionName, Written[OptionName]][]) {
    for (const path of OPTIONS[name].path ? pathsOf(value) : []) {
      const problem = diskProblem(path);
      if (problem === undefined) continue;
      const place = places[name];
      const where = place === undefined ? "" : `${placeText(place)}: `;
      throw new MuslgateError("usage", `${where}${name} is "${path}", which ${problem}`, RELATIVE);
    }
  }
}

/** The paths as they may be taken: lists may stand in one text, a line each; an image may be a file, after its kind. */
function pathsOf(value: Written[OptionName]): readonly string[] {
  return listOf(value).flatMap((line) => [...new Set([line, line.replace(/^[a-z-]+:(?:\/\/)?/, "")])]);
}

/** A value for a message, not longer than a line. */
export function quoted(value: Written[OptionName]): string {
  const text = [value].flat().join(", ");
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
}

type Wrong = OneDocument["wrong"];

/** A value as a flag would have it; that it fits the option is checked where all settings are. */
function readValue(name: OptionName, node: Node | null, wrong: Wrong): Written[OptionName] {
  const { kind } = OPTIONS[name];
  if (isSeq(node)) {
    if (kind !== "list") throw wrong(node, `${name} is a list`, "Write one value.");
    return node.items.map((item) => {
      if (isScalar(item) && (typeof item.value === "string" || typeof item.value === "number"))
        return scalarText(item);
      throw wrong(item as Node, `an item of ${name} is no text`, "Write it in quotes.");
    });
  }
  if (!isScalar(node) || node.value === null)
    throw wrong(node, `${name} has no value`, "Write a text, true or false, or a list.");
  return kind === "switch" && typeof node.value === "boolean" ? node.value : scalarText(node);
}

/** A plain value as it was written: 1.30 is no number here. */
export function scalarText({ value, source }: { readonly value: unknown; readonly source?: string }): string {
  return typeof value === "string" ? value : (source ?? "");
}

const FIELDS = ["rule", "image", "path", "reason", "expires"] as const;

function readWaiver(item: Node, at: (node: Node) => Place, wrong: Wrong): Waiver {
  if (!isMap(item)) throw wrong(item, "a waiver is no map", "Give it rule, reason and expires.");
  const fields = new Map<string, string>();
  for (const { key, value } of item.items) {
    const name = isScalar(key) ? String(key.value) : "";
    if (!(FIELDS as readonly string[]).includes(name)) {
      throw wrong(
        key as Node,
        `a waiver has no "${name}"`,
        `${didYouMean(name, FIELDS)}It has: ${FIELDS.join(", ")}.`,
      );
    }
    const text = isScalar(value) && value.value !== null ? (value.source ?? scalarText(value)).trim() : "";
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
