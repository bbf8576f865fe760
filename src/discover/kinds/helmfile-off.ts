/** Blanks the releases that a file of Helmfile itself says are not installed. Must not work out what other files or templates say. */
import { itemsAt, readYaml, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { blanked } from "../prose.ts";

/** The text with blanks for them, so that nobody reads them (helmfile.readthedocs.io: `installed`, `condition`). */
export function withoutOff(text: string, budget: YamlBudget): string {
  if (!/^[ \t-]*(?:installed|condition)[ \t]*:/m.test(text)) return text;
  const { documents, problems } = readYaml(text, budget);
  if (problems.length > 0) return text;
  const values = documents.flatMap(valuesIn);
  const off = documents
    .flatMap((document) => itemsAt(document, "releases"))
    .filter((release) => isOff(release, values));
  return blanked(
    text,
    // What follows it belongs to the next one.
    off.map(({ start, end }) => ({ start, end: start + text.slice(start, end).trimEnd().length })),
  );
}

function isOff(release: YamlNode, values: readonly (YamlNode | undefined)[]): boolean {
  if (textAt(release, "installed")?.text === "false") return true;
  const path = textAt(release, "condition")?.text.split(".");
  if (path === undefined || values.length === 0) return false;
  const said = values.map((one) => (one === undefined ? "" : textAt(one, ...path)?.text));
  const known = said.filter((one) => one !== undefined);
  return known.length > 0 && known.every((one) => one === "false");
}

/** Values of every environment, each file among them as nothing that is known. */
function valuesIn(document: YamlNode): readonly (YamlNode | undefined)[] {
  const environments = valueAt(document, "environments");
  const all = environments?.kind === "map" ? environments.entries.map(({ value }) => value) : [];
  const isElsewhere = valueAt(document, "bases") !== undefined;
  return [
    ...(isElsewhere ? [undefined] : []),
    ...[document, ...all].flatMap((one) => [
      ...itemsAt(one, "values").map((value) => (value.kind === "map" ? value : undefined)),
      ...itemsAt(one, "secrets").map(() => undefined),
    ]),
  ];
}
