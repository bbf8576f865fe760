/** The real parts some tests need, and what to say when one is missing. Must not install anything. */
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { describe } from "vitest";

/** Folder of real root file systems, ConfigMaps and gcloud answers. */
export const CORPUS = resolve(process.env.MUSLGATE_CORPUS ?? "../shared/corpus");

/** Where Go is: on the PATH or in its standard place. */
export function findGo(): string | undefined {
  return findProgram("go") ?? (existsSync("/usr/local/go/bin/go") ? "/usr/local/go/bin/go" : undefined);
}

/** The path of a program, or nothing. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * `describe`, or a skip whose title says what was missing. With MUSLGATE_REQUIRE_ALL set, as CI does, a
 * missing part fails the file instead.
 */
export function describeWith(
  parts: {
    readonly programs?: readonly string[];
    readonly corpus?: boolean;
    readonly root?: boolean;
    readonly go?: boolean;
  },
  title: string,
  tests: () => void,
): void {
  const missing = [
    ...(parts.programs ?? []).filter((program) => findProgram(program) === undefined),
    ...(parts.corpus && !existsSync(CORPUS) ? ["the corpus (set MUSLGATE_CORPUS)"] : []),
    ...(parts.go && findGo() === undefined ? ["go"] : []),
    ...(parts.root && process.getuid?.() !== 0 ? ["root"] : []),
  ];
  if (missing.length === 0) describe(title, tests);
  else if (process.env.MUSLGATE_REQUIRE_ALL) throw new Error(`${title}: missing ${missing.join(", ")}`);
  else describe.skip(`${title} (skipped: missing ${missing.join(", ")})`, tests);
}
