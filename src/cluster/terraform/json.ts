/** Reads Terraform's JSON syntax (`.tf.json`, `.tfvars.json`) into HCL's blocks with places. Must not work values out. */
import { type Source, wholeFile } from "../../text/source.ts";
import type { Place } from "../../model/place.ts";
import { namedYamlBudget } from "../../yaml/budget.ts";
import { isNull, isString, readYaml, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import {
  type HclAttribute,
  type HclBlock,
  type HclBody,
  type HclExpression,
  type HclFile,
  MOST_HCL_LENGTH,
} from "../../text/hcl-syntax.ts";

const MOST_DEPTH = 64;

/** How many labels a block has, by its type; the others hold no cluster and no value of one. */
const LABELS: Readonly<Record<string, number>> = { resource: 2, module: 1, variable: 1, locals: 0 };

/**
 * Reads a file; total. With `keep` (which top-level blocks matter) it is a configuration, without it the
 * values of variables. Terraform, "JSON Configuration Syntax".
 */
export function readTerraformJson(
  file: string,
  text: string,
  keep?: (type: string, labels: readonly string[]) => boolean,
): HclFile {
  const source = wholeFile(file, text);
  const unread = (message: string, offset: number): HclFile => ({
    body: { attributes: new Map(), blocks: [], broken: true },
    problem: { message, at: source.toPlace(offset, offset + 1) },
  });
  if (text.length > MOST_HCL_LENGTH) return unread(`it is longer than ${MOST_HCL_LENGTH} characters`, 0);
  const { documents, problems } = readYaml(text, namedYamlBudget());
  const stopped = problems.find(({ document }) => document === undefined);
  if (stopped !== undefined) return unread(stopped.message, stopped.start);
  const [root] = documents;
  const error = problems.find(({ document }) => document === 0);
  if (root?.kind !== "map" || error !== undefined) return unread("it is not JSON", error?.start ?? 0);
  if (keep === undefined) return { body: readBody(source, root, false, 0) };
  const blocks: HclBlock[] = [];
  for (const pair of root.entries) {
    const { key: type } = pair;
    const labels = LABELS[type];
    if (labels === undefined || !Object.hasOwn(LABELS, type)) continue;
    addBlocks({ source, type, keep, blocks }, pair, pair.value, labels, []);
  }
  return { body: { attributes: new Map(), blocks, broken: false } };
}

interface Adding {
  readonly source: Source;
  readonly type: string;
  readonly keep: (type: string, labels: readonly string[]) => boolean;
  readonly blocks: HclBlock[];
}

/** Goes down one level of objects for each label; an object may be written as a list of objects. */
function addBlocks(
  to: Adding,
  key: YamlEntry,
  value: YamlNode,
  left: number,
  labels: readonly string[],
): void {
  for (const map of mapsIn(value)) {
    if (left > 0) {
      for (const pair of map.entries) addBlocks(to, pair, pair.value, left - 1, [...labels, pair.key]);
    } else if (to.keep(to.type, labels)) {
      const body = readBody(to.source, map, to.type === "resource", 0);
      to.blocks.push({ type: to.type, labels, body, at: keyPlace(to.source, key) });
    }
  }
}

/** With `nested`, objects are blocks: so the line of each setting is known. */
function readBody(source: Source, map: YamlMap, nested: boolean, depth: number): HclBody {
  const attributes = new Map<string, HclAttribute>();
  const blocks: HclBlock[] = [];
  for (const pair of map.entries) {
    const { key: name, value } = pair;
    if (nested && depth < MOST_DEPTH && isBlocks(value)) {
      const at = keyPlace(source, pair);
      for (const inside of mapsIn(value)) {
        // `"dynamic": {"name": {...}}`: what is in it does not matter, only that it is there.
        if (name === "dynamic") {
          for (const label of inside.entries) {
            const body: HclBody = { attributes: new Map(), blocks: [], broken: false };
            blocks.push({ type: name, labels: [label.key], body, at: keyPlace(source, label) });
          }
        } else {
          blocks.push({ type: name, labels: [], body: readBody(source, inside, true, depth + 1), at });
        }
      }
    } else if (!attributes.has(name)) {
      const at = value.kind === "text" ? pairPlace(source, pair, value.end) : keyPlace(source, pair);
      attributes.set(name, { value: toExpression(value, 0), at });
    }
  }
  return { attributes, blocks, broken: false };
}

function isBlocks(value: YamlNode): boolean {
  if (value.kind !== "list") return value.kind === "map";
  return value.items.length > 0 && value.items.every(({ kind }) => kind === "map");
}

function mapsIn(value: YamlNode): readonly YamlMap[] {
  if (value.kind === "map") return [value];
  return value.kind === "list" ? value.items.filter((item) => item.kind === "map") : [];
}

function keyPlace(source: Source, pair: YamlEntry): Place {
  return pairPlace(source, pair, 0);
}

/** From the key to `end`, or of the key alone where that is before its end. */
function pairPlace(source: Source, { start, end: least }: YamlEntry, end: number): Place {
  return source.toPlace(start, Math.max(least, end));
}

function toExpression(node: YamlNode, depth: number): HclExpression {
  if (depth >= MOST_DEPTH) return { kind: "hidden", what: "an expression nested too deeply" };
  if (node.kind === "map") {
    const entries = new Map(
      node.entries.map(({ key, value }): [string, HclExpression] => [key, toExpression(value, depth + 1)]),
    );
    return { kind: "object", entries };
  }
  if (node.kind === "list")
    return { kind: "list", items: node.items.map((item) => toExpression(item, depth + 1)) };
  if (isString(node)) return toTemplate(node.text);
  if (isNull(node)) return { kind: "scalar", value: null };
  if (/^(?:true|false)$/i.test(node.text)) return { kind: "scalar", value: /^true$/i.test(node.text) };
  // A number as written: 1.30 is not 1.3.
  return { kind: "scalar", value: node.text };
}

/** Text with `${var.a}` in it; any other expression would have to be parsed as HCL. */
function toTemplate(text: string): HclExpression {
  if (!/[$%]\{/.test(text)) return { kind: "scalar", value: text };
  if (/%\{|\$\$\{/.test(text)) return { kind: "hidden", what: "a template with directives" };
  const parts = text.split(/(\$\{[^{}]*\})/).filter((part) => part !== "");
  return { kind: "template", parts: parts.map(toPart) };
}

function toPart(part: string): HclExpression {
  if (!part.includes("${")) return { kind: "scalar", value: part };
  const reference = /^\$\{\s*([\w-]+(?:\.[\w-]+)+)\s*\}$/.exec(part)?.[1];
  if (reference === undefined) return { kind: "hidden", what: `the expression ${part.slice(0, 80)}` };
  return { kind: "reference", path: reference.split(".") };
}
