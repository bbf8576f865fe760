/** The real parts some tests need, and what is missing of them. Must not install anything. */
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { describe, it } from "vitest";

/** Folder of real root file systems, ConfigMaps and gcloud answers. */
export const CORPUS = resolve(process.env.MUSLGATE_CORPUS ?? "../shared/corpus");

/** Where Go is. */
export function findGo(): string | undefined {
  return findProgram("go");
}

/** The path of a program on the PATH, or nothing. No other place is looked at, so that a PATH can leave a part out. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** What a suite needs of the machine. */
export interface Parts {
  readonly programs?: readonly string[];
  readonly files?: readonly string[];
  readonly corpus?: boolean;
  readonly root?: boolean;
  readonly go?: boolean;
  /** Programs fetched from the npm registry, some 200 MB: only where MUSLGATE_PACKAGES is set. */
  readonly packages?: boolean;
  readonly unix?: boolean;
}

declare module "vitest" {
  interface TaskMeta {
    /** Why a suite is not run here. */
    missing?: readonly string[];
  }
}

/**
 * `describe`; where a part is missing, one skipped test with what was missing, which test/support/not-run.ts lists
 * at the end. The body does not run then: it may read what is missing. With MUSLGATE_REQUIRE_ALL set, as CI does,
 * a missing part fails the file instead.
 */
export function describeWith(parts: Parts, title: string, tests: () => void): void {
  const missing = missingOf(parts);
  if (missing.length === 0) describe(title, tests);
  else if (process.env.MUSLGATE_REQUIRE_ALL) throw new Error(`${title}: missing ${missing.join(", ")}`);
  else it(title, { skip: true, meta: { missing } }, () => {});
}

function missingOf(parts: Parts): string[] {
  return [
    ...(parts.programs ?? []).filter((program) => findProgram(program) === undefined),
    ...(parts.files ?? []).filter((file) => !existsSync(file)),
    ...(parts.corpus && !existsSync(CORPUS) ? ["the corpus (MUSLGATE_CORPUS)"] : []),
    ...(parts.go && findGo() === undefined ? ["go"] : []),
    ...(parts.root && process.getuid?.() !== 0 ? ["root"] : []),
    ...(parts.packages && !process.env.MUSLGATE_PACKAGES ? ["npm's programs (MUSLGATE_PACKAGES=1)"] : []),
    ...(parts.unix && process.platform === "win32" ? ["a Unix"] : []),
  ];
}
