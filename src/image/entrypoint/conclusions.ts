/** What the file of a program that starts says of its resolver, added to the walk. Must not follow anything. */
import { runtimeOf } from "../../knowledge/runtimes.ts";
import type { StartProcess } from "../../model/image-profile.ts";
import type { ElfFact } from "../../model/layer-facts.ts";
import { classify, type File } from "./classify.ts";
import { type Following, NOTHING, type Situation } from "./following.ts";
import { baseName } from "./identity.ts";
import type { Ran } from "./shell/host.ts";

/** What a program's own file says of its resolver. */
export function conclude(walk: Following, file: File, elf: ElfFact, name: string, how: Situation): Ran {
  walk.add({ ...classify(walk.files, file, elf, how), runtime: runtimeNamed(name, file) }, name, how);
  return NOTHING;
}

/** The runtime that a program is by the name it is called by, or by its file's. */
export function runtimeNamed(name: string, file: File): string | undefined {
  return runtimeOf(name)?.name ?? runtimeOf(baseName(file.path))?.name;
}

/** A program that looks up no names. */
export function nothing(walk: Following, named: string, file: File, how: Situation): void {
  walk.add(
    { kind: "no-lookups", reason: `${baseName(named)} looks up no names`, chain: [] },
    baseName(file.path),
    how,
  );
}

/** curl with c-ares, as Alpine builds it from 3.18 on: one answer is enough for it (c-ares, ares_getaddrinfo.c). */
export const C_ARES: StartProcess = {
  kind: "own-resolver",
  reason: "curl resolves names with c-ares, which takes the A half",
  chain: [{ text: "c-ares" }],
};
