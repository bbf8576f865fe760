/** Reads what a user asks about the next upgrade. Must apply no target, nor read the file that one names. */
import type { MuslgateError } from "../model/error.ts";
import { didYouMean } from "../text/closest.ts";
import { parseGke } from "../version/gke.ts";

/** A cluster, or the images on it, as they would be; what is absent stays as it is. */
export interface Target {
  /** As the user wrote it, with blanks taken out. */
  readonly to: string;
  readonly gkeVersion?: string;
  /** The file of a Corefile that takes the place of the one there is. */
  readonly corefile?: string;
  readonly nodeLocalDns?: "enabled" | "disabled";
  /** An Alpine release, such as `3.24`. */
  readonly alpine?: string;
}

/** Each target judges every container on every cluster once more. */
const MOST_TARGETS = 20;

type Wrong = (value: string, hint: string) => MuslgateError;

const KEYS = ["gke-version", "corefile", "node-local-dns", "alpine"] as const;
const FORMS = "gke-version=1.35.8-gke.1225000, corefile=FILE, node-local-dns=enabled, alpine=3.24";

/** The targets, each once. Throws what `wrong` makes of one that is none. */
export function readTargets(lines: readonly string[], wrong: Wrong): readonly Target[] {
  const targets = new Map(lines.map((line) => readTarget(line, wrong)).map((one) => [one.to, one]));
  if (targets.size > MOST_TARGETS)
    throw wrong(`${targets.size} targets`, `Ask about ${MOST_TARGETS} at most in one run.`);
  return [...targets.values()];
}

/** Its parts stand behind commas; a file's name may hold one that no key follows. */
function readTarget(line: string, wrong: Wrong): Target {
  const parts = line.split(/\s*,\s*(?=[\w-]+=)/).map((part) => partOf(part, line, wrong));
  const keys = parts.map(([key]) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined)
    throw wrong(line, `It says ${twice} twice: ask about each in a target of its own.`);
  const said = Object.fromEntries(parts);
  return {
    to: parts.map(([key, value]) => `${key}=${value}`).join(","),
    gkeVersion: said["gke-version"],
    corefile: said.corefile,
    nodeLocalDns: said["node-local-dns"] as Target["nodeLocalDns"],
    alpine: said.alpine,
  };
}

function partOf(part: string, line: string, wrong: Wrong): readonly [(typeof KEYS)[number], string] {
  const [word = "", ...rest] = part.split("=");
  const key = KEYS.find((one) => one === word.trim());
  if (key === undefined) throw wrong(line, `${didYouMean(word.trim(), KEYS)}Write it as one of: ${FORMS}.`);
  const text = rest.join("=").trim();
  const hint = hintFor(key, text);
  if (hint !== undefined) throw wrong(line, hint);
  return [key, text];
}

/** What is wrong with a value; nothing where it can be. */
function hintFor(key: (typeof KEYS)[number], value: string): string | undefined {
  switch (key) {
    case "gke-version":
      return ["exact", "alias"].includes(parseGke(value).kind)
        ? undefined
        : "Write a GKE version as gcloud prints currentMasterVersion, such as gke-version=1.35.8-gke.1225000.";
    case "node-local-dns":
      return ["enabled", "disabled"].includes(value)
        ? undefined
        : `${didYouMean(value, ["enabled", "disabled"])}Write node-local-dns=enabled or node-local-dns=disabled.`;
    case "alpine":
      return /^\d{1,2}\.\d{1,2}(?:\.\d{1,3})?$/.test(value)
        ? undefined
        : "Write an Alpine release by its number, such as alpine=3.24.";
    case "corefile":
      return value === "" ? "Name the file, such as corefile=new.yaml." : undefined;
  }
}
