/** The text of a file of an image, as far as layers' facts keep it. Must not read anything. */
import type { Looked } from "../file-view.ts";

/** The text of a file, where it was kept. */
export function textOf(looked: Looked): string | undefined {
  if (looked.kind !== "file") return undefined;
  for (const fact of looked.facts) {
    if (fact.kind === "script" && fact.text !== undefined && !fact.truncated) return fact.text;
    if (fact.kind === "text" && !fact.truncated) return fact.text;
  }
  return undefined;
}
