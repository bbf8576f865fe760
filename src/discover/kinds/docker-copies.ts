/** Tells where COPY and ADD of a Dockerfile put files. Must not read what is copied. */
import { type DockerInstruction, jsonWords } from "./dockerfile-lines.ts";

/** The most places that are told apart; past them files may be anywhere. */
const MOST = 100;
const ANYWHERE = "/";

/**
 * Absolute paths, at or below which copied files may lie, of instructions in the order they are built; `/` alone where that
 * cannot be told. Where PATH is changed, what is copied may be found by any name.
 */
export function copiedTo(instructions: readonly DockerInstruction[]): readonly string[] {
  const places = new Set<string>();
  let folder: string | undefined;
  let isPathOwn = false;
  for (const { keyword, words, rest } of instructions) {
    if (keyword === "WORKDIR") folder = within(folder, rest.trim());
    else if (keyword === "ENV") isPathOwn ||= /(?:^|\s)PATH[\s=]/.test(rest);
    else if (keyword === "COPY" || keyword === "ADD") {
      const target = (jsonWords(rest) ?? words.map(({ text }) => text)).at(-1);
      places.add(within(folder, target ?? "") ?? ANYWHERE);
    }
  }
  if (places.size === 0) return [];
  return places.has(ANYWHERE) || isPathOwn || places.size > MOST ? [ANYWHERE] : [...places];
}

/** A path from a folder, without `.`, `..` and a slash at its end; nothing where variables or the base decide. */
function within(folder: string | undefined, path: string): string | undefined {
  if (path.includes("$")) return undefined;
  const start = path.startsWith("/") ? "" : folder;
  if (start === undefined) return undefined;
  const parts: string[] = [];
  for (const part of `${start}/${path}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
