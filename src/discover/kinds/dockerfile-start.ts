/** What ENV, WORKDIR and HEALTHCHECK of a Dockerfile's stages make of a start. Must not know the image they start from. */
import type { Platform } from "../../model/oci.ts";
import type { Surroundings } from "../../model/surroundings.ts";
import { type DockerInstruction, jsonWords } from "./dockerfile-lines.ts";

/** The most characters of all values together: values made of each other would double with every line. */
const MOST_LENGTH = 16_384;

/** Variables while stages are read; `undefined` where a value is not known. */
type Values = Map<string, string | undefined>;

/**
 * Reads the stages' instructions, the first stage first. A variable of the image's own stays `${NAME}` (`envExpands`);
 * `given` are build arguments, which go before the defaults of ARG.
 */
export function dockerSurroundings(
  stages: readonly (readonly DockerInstruction[])[],
  given: ReadonlyMap<string, string | undefined>,
): Surroundings | undefined {
  const env: Values = new Map();
  let workingDir: string | undefined;
  let check: readonly string[] = [];
  let length = 0;
  for (const body of stages) {
    // An argument ends with its stage.
    const args: Values = new Map();
    const written = (text: string) => substituted(text, (name) => (env.has(name) ? env : args));
    const set = (values: Values, name: string, value: string | undefined) => {
      length += value?.length ?? 0;
      values.set(name, length > MOST_LENGTH ? undefined : value);
    };
    for (const { keyword, words, rest } of body) {
      if (keyword === "ARG") {
        for (const { text } of words) {
          const [name, value] = pairOf(text);
          const standard = value === undefined ? undefined : written(value);
          set(args, name, given.has(name) ? given.get(name) : standard);
        }
      } else if (keyword === "ENV") {
        const [first] = words;
        const isPairs = first?.text.includes("=") === true;
        const pairs = isPairs
          ? words.map(({ text }) => pairOf(text))
          : [[first?.text ?? "", rest.slice(first?.text.length ?? 0).trim()] as const];
        // All of one line see the values before it (docs.docker.com, Environment replacement).
        const values = pairs.map(([name, value]) => [name, written(value ?? "")] as const);
        for (const [name, value] of values) set(env, name, value);
      } else if (keyword === "WORKDIR") {
        const folder = plain(written(rest)) ?? rest;
        workingDir = folder.startsWith("/") || workingDir === undefined ? folder : `${workingDir}/${folder}`;
        if (workingDir.length > MOST_LENGTH) workingDir = rest;
      } else if (keyword === "HEALTHCHECK") check = checkOf(rest);
    }
  }
  if (env.size === 0 && workingDir === undefined && check.length === 0) return undefined;
  return {
    ...(env.size > 0 && { env: Object.fromEntries(env), envExpands: true }),
    ...(workingDir !== undefined && { workingDir }),
    ...(check.length > 0 && {
      besides: [{ what: "HEALTHCHECK (which Docker runs, and Kubernetes does not)", words: check }],
    }),
  };
}

function pairOf(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** The text with what is known put in, quotes taken off, a dollar of its own as `$$`; nothing where a value is not known. */
function substituted(text: string, scope: (name: string) => Values): string | undefined {
  let known = true;
  let length = 0;
  const literal = (part: string) => part.replaceAll("$", "$$$$");
  const out = text.replace(
    /\\([\s\S])|'([^']*)'|"|\$(?:(\w+)|\{(\w+)\}|\{[^}]*\}?)|\$/g,
    (all, escaped?: string, quoted?: string, bare?: string, braced?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (quoted !== undefined) return literal(quoted);
      if (all === '"') return "";
      if (all === "$") return "$$";
      const name = bare ?? braced;
      if (name === undefined) {
        known = false;
        return "";
      }
      const values = scope(name);
      if (!values.has(name)) return `\${${name}}`;
      const value = values.get(name);
      known &&= value !== undefined;
      length += value?.length ?? 0;
      return length > MOST_LENGTH ? "" : (value ?? "");
    },
  );
  return known && length <= MOST_LENGTH ? out : undefined;
}

/** A value without anything of the image's own. */
function plain(value: string | undefined): string | undefined {
  if (value === undefined || /(?<!\$)(?:\$\$)*\$\{/.test(value)) return undefined;
  return value.replaceAll("$$", "$");
}

/** The command of a HEALTHCHECK: a list, or a text for a shell; none of NONE. */
function checkOf(rest: string): readonly string[] {
  const command = /^CMD\s+([\s\S]+)$/i.exec(rest.trim())?.[1];
  if (command === undefined) return [];
  return jsonWords(command) ?? ["/bin/sh", "-c", command];
}

/** `linux/arm64/v8` as written after `--platform=`; nothing for a variable. */
export function platformOf(text: string | undefined): Platform | undefined {
  const [os, architecture, variant] = /^(\w+)\/(\w+)(?:\/(\w+))?$/.exec(text ?? "")?.slice(1) ?? [];
  return os === undefined || architecture === undefined ? undefined : { os, architecture, variant };
}
