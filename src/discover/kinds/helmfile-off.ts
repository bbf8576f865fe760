/** Blanks the releases that a file of Helmfile itself says are not installed. Must not work out what other files or templates say. */
import { readYaml, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { blank } from "../prose.ts";

/** The text with blanks for them, so that nobody reads them (helmfile.readthedocs.io: `installed`, `condition`). */
export function withoutOff(text: string): string {
  if (!/^[ \t-]*(?:installed|condition)[ \t]*:/m.test(text)) return text;
  const { documents, problems } = readYaml(text);
  if (problems.length > 0) return text;
  const values = documents.flatMap(valuesIn);
  const off = documents
    .flatMap((document) => listed(valueAt(document, "releases")))
    .filter((release) => isOff(release, values));
  return off.reduce((left, { start, end }) => {
    // What follows it belongs to the next one.
    const last = start + left.slice(start, end).trimEnd().length;
    return left.slice(0, start) + blank(left.slice(start, last)) + left.slice(last);
  }, text);
}

function isOff(release: YamlNode, values: readonly (YamlNode | undefined)[]): boolean {
  if (textAt(release, "installed")?.text === "false") return true;
  const path = textAt(release, "condition")?.text.split(".");
  if (path === undefined || values.length === 0) return false;
  const said = values.map((one) => (one === undefined ? "" : (textAt(one, ...path)?.text ?? undefined)));
  const known = said.filter((one) => one !== undefined);
  return known.length > 0 && known.every((one) => one === "false");
}

/** Values of every environment, each file among them as nothing that is known. */
function valuesIn(document: YamlNode): readonly (YamlNode | undefined)[] {
  const environments = valueAt(document, "environments");
  const all = environments?.kind === "map" ? environments.entries.map(({ value }) => value) : [];
  return [document, ...all]
    .flatMap((one) => listed(valueAt(one, "values")))
    .map((one) => (one.kind === "map" ? one : undefined));
}

function listed(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}
