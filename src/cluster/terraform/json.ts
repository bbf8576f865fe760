/** Reads Terraform's JSON syntax (`.tf.json`, `.tfvars.json`) into HCL's blocks with places. Must not work values out. */
import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { type Source, wholeFile } from "../../text/source.ts";
import type { Place } from "../../model/place.ts";
import { parseYaml } from "../../yaml/documents.ts";
import {
  type HclAttribute,
  type HclBlock,
  type HclBody,
  type HclExpression,
  type HclFile,
  MAX_HCL_LENGTH,
} from "./hcl-syntax.ts";

const MAX_DEPTH = 64;

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
  if (text.length > MAX_HCL_LENGTH) return unread(`it is longer than ${MAX_HCL_LENGTH} characters`, 0);
  const { documents, stopped } = parseYaml(text);
  if (stopped !== undefined) return unread(stopped.message, stopped.start);
  const [document] = documents;
  const [error] = document?.errors ?? [];
  if (document === undefined || error !== undefined || !isMap(document.contents)) {
    return unread("it is not JSON", error?.pos[0] ?? 0);
  }
  const root: YAMLMap = document.contents;
  if (keep === undefined) return { body: readBody(source, root, false, 0) };
  const blocks: HclBlock[] = [];
  for (const pair of root.items) {
    const type = keyText(pair);
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
function addBlocks(to: Adding, key: Pair, value: unknown, left: number, labels: readonly string[]): void {
  for (const map of mapsIn(value)) {
    if (left > 0) {
      for (const pair of map.items) addBlocks(to, pair, pair.value, left - 1, [...labels, keyText(pair)]);
    } else if (to.keep(to.type, labels)) {
      const body = readBody(to.source, map, to.type === "resource", 0);
      to.blocks.push({ type: to.type, labels, body, at: keyPlace(to.source, key) });
    }
  }
}

/** With `nested`, objects are blocks: so the line of each setting is known. */
function readBody(source: Source, map: YAMLMap, nested: boolean, depth: number): HclBody {
  const attributes = new Map<string, HclAttribute>();
  const blocks: HclBlock[] = [];
  for (const pair of map.items) {
    const name = keyText(pair);
    const { value } = pair;
    if (nested && depth < MAX_DEPTH && isBlocks(value)) {
      const at = keyPlace(source, pair);
      for (const inside of mapsIn(value)) {
        // `"dynamic": {"name": {...}}`: what is in it does not matter, only that it is there.
        if (name === "dynamic") {
          for (const label of inside.items) {
            const body: HclBody = { attributes: new Map(), blocks: [], broken: false };
            blocks.push({ type: name, labels: [keyText(label)], body, at: keyPlace(source, label) });
          }
        } else {
          blocks.push({ type: name, labels: [], body: readBody(source, inside, true, depth + 1), at });
        }
      }
    } else if (!attributes.has(name)) {
      const at =
        isScalar(value) && value.range ? pairPlace(source, pair, value.range[1]) : keyPlace(source, pair);
      attributes.set(name, { value: toExpression(value, 0), at });
    }
  }
  return { attributes, blocks, broken: false };
}

function isBlocks(value: unknown): boolean {
  return isMap(value) || (isSeq(value) && value.items.length > 0 && value.items.every(isMap));
}

function mapsIn(value: unknown): readonly YAMLMap[] {
  if (isMap(value)) return [value];
  return isSeq(value) ? value.items.filter((item) => isMap(item)) : [];
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function keyPlace(source: Source, pair: Pair): Place {
  return pairPlace(source, pair, 0);
}

/** From the key to `end`, or of the key alone where that is before its end. */
function pairPlace(source: Source, { key }: Pair, end: number): Place {
  const [from, to] = isScalar(key) && key.range ? key.range : [0, 0];
  return source.toPlace(from, Math.max(to, end));
}

function toExpression(node: unknown, depth: number): HclExpression {
  if (depth >= MAX_DEPTH) return { kind: "hidden", what: "an expression nested too deeply" };
  if (isMap(node)) {
    const entries = new Map(
      node.items.map((pair): [string, HclExpression] => [keyText(pair), toExpression(pair.value, depth + 1)]),
    );
    return { kind: "object", entries };
  }
  if (isSeq(node)) return { kind: "list", items: node.items.map((item) => toExpression(item, depth + 1)) };
  if (!isScalar(node)) return { kind: "hidden", what: "something that is not JSON" };
  const { value } = node;
  if (typeof value === "string") return toTemplate(value);
  if (value === null || typeof value === "boolean") return { kind: "scalar", value };
  // A number as written: 1.30 is not 1.3.
  return { kind: "scalar", value: node.source ?? "" };
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
