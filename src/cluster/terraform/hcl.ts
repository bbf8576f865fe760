/** Reads HCL's syntax into plain data with places. Must not know what Terraform means by it, nor read files. */
import { Language, type Node, Parser } from "web-tree-sitter";
import { type Source, wholeFile } from "../../text/source.ts";
import {
  type HclAttribute,
  type HclBlock,
  type HclBody,
  type HclExpression,
  type HclFile,
  type HclReader,
  MOST_HCL_LENGTH,
} from "../../text/hcl-syntax.ts";
import { unescaped } from "./unescaped.ts";
import type { HclValuesReader } from "../../yaml/hcl-values.ts";
import { hclValues } from "./values.ts";

/** The most syntax nodes of a file. */
export const MOST_HCL_NODES = 300_000;
const MOST_DEPTH = 64;
/** The parser calls back once for some hundred steps; a file of the greatest length needs a tenth of this. */
const MOST_CALLBACKS = 200_000;

/**
 * Starts the parser. `runtime` is web-tree-sitter.wasm, `grammar` is tree-sitter-hcl.wasm of
 * `@tree-sitter-grammars/tree-sitter-hcl`. Rejects where these are something else.
 */
export async function loadHcl(wasm: {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}): Promise<HclReader & HclValuesReader> {
  await Parser.init({ wasmBinary: wasm.runtime });
  const language = await Language.load(wasm.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return {
    read: (file, text, keep) => readFile(parser, wholeFile(file, text), keep),
    values: (text, written) => {
      const read = parsed(parser, text, (root) => hclValues(text, root, written !== undefined));
      return typeof read === "string" ? undefined : read;
    },
  };
}

const NOTHING: HclBody = { attributes: new Map(), blocks: [], broken: true };

function readFile(
  parser: Parser,
  source: Source,
  keep: (type: string, labels: readonly string[]) => boolean,
): HclFile {
  const read = parsed(parser, source.text, (root): HclFile => {
    const body = root.namedChildren.find(({ type }) => type === "body");
    const inside = body === undefined ? undefined : readBody(source, body, 0, keep);
    const error = root.hasError ? firstError(root) : undefined;
    return {
      body: { attributes: new Map(), blocks: [], ...inside, broken: root.hasError },
      problem: error && {
        message: "part of it is not HCL",
        at: source.toPlace(error.startIndex, error.endIndex),
      },
    };
  });
  return typeof read === "string"
    ? { body: NOTHING, problem: { message: read, at: source.toPlace(0, 0) } }
    : read;
}

/** What is made of a text's tree, or a clause on why there is none. */
function parsed<T>(parser: Parser, text: string, use: (root: Node) => T): T | string {
  if (text.length > MOST_HCL_LENGTH) return `it is longer than ${MOST_HCL_LENGTH} characters`;
  let callbacks = 0;
  // A byte order mark is not HCL; a blank keeps every offset.
  const tree = parser.parse(text.replace(/^\uFEFF/, " "), null, {
    progressCallback: () => ++callbacks > MOST_CALLBACKS,
  });
  if (tree === null) {
    parser.reset();
    return "it takes too long to parse";
  }
  try {
    const root = tree.rootNode;
    return root.descendantCount > MOST_HCL_NODES ? `it has more than ${MOST_HCL_NODES} parts` : use(root);
  } finally {
    tree.delete();
  }
}

/** Follows the parts with errors down to the first one. */
function firstError(root: Node): Node {
  let node = root;
  for (;;) {
    const next = node.isError ? undefined : node.children.find((child) => child.hasError || child.isMissing);
    if (next === undefined) return node;
    node = next;
  }
}

function readBody(
  source: Source,
  node: Node,
  depth: number,
  keep?: (type: string, labels: readonly string[]) => boolean,
): HclBody {
  const attributes = new Map<string, HclAttribute>();
  const blocks: HclBlock[] = [];
  for (const child of node.namedChildren) {
    if (child.type === "attribute") {
      const [name, value] = child.namedChildren.filter(isCode);
      if (name === undefined || attributes.has(name.text)) continue;
      attributes.set(name.text, {
        value: value === undefined ? hidden("an unfinished expression") : readExpression(value, 0),
        at: source.toPlace(child.startIndex, child.endIndex),
      });
    }
    if (child.type === "block") {
      const parts = child.namedChildren.filter(isCode);
      const [type, ...labels] = parts.filter(
        ({ type: kind }) => kind === "identifier" || kind === "string_lit",
      );
      const names = labels.map(labelText);
      if (type === undefined || keep?.(type.text, names) === false) continue;
      const inside = parts.find(({ type: kind }) => kind === "body");
      const opening = parts.find(({ type: kind }) => kind === "block_start");
      blocks.push({
        type: type.text,
        labels: names,
        body: blockBody(source, child, inside, depth),
        at: source.toPlace(child.startIndex, (opening ?? type).endIndex),
      });
    }
  }
  return { attributes, blocks, broken: node.hasError };
}

function blockBody(source: Source, block: Node, inside: Node | undefined, depth: number): HclBody {
  if (depth >= MOST_DEPTH) return NOTHING;
  if (inside === undefined) return { attributes: new Map(), blocks: [], broken: block.hasError };
  // An error beside the body, such as a missing brace, may have swallowed parts of it.
  return { ...readBody(source, inside, depth + 1), broken: block.hasError };
}

function labelText(node: Node): string {
  return node.type === "string_lit" ? unescaped(node.text.slice(1, -1)) : node.text;
}

function isCode({ type }: Node): boolean {
  return type !== "comment";
}

function hidden(what: string): HclExpression {
  return { kind: "hidden", what };
}

function readExpression(node: Node, depth: number): HclExpression {
  if (depth >= MOST_DEPTH) return hidden("an expression nested too deeply");
  if (node.hasError) return hidden("an expression that is not HCL");
  const [first, ...rest] = node.namedChildren.filter(isCode);
  if (first === undefined) return hidden("an unfinished expression");
  if (first.type === "variable_expr") return readReference(first, rest);
  if (rest.length > 0) return hidden("a part of a computed value");
  switch (first.type) {
    case "expression":
      return readExpression(first, depth + 1);
    case "literal_value":
      return readLiteral(first);
    case "template_expr":
      return readTemplate(first, depth);
    case "collection_value":
      return readCollection(first, depth);
    case "function_call":
      return hidden(`the function ${first.namedChildren[0]?.text ?? ""}()`);
    case "conditional":
      return hidden("a conditional");
    case "for_expr":
      return hidden("a for expression");
    default:
      return hidden("an operation");
  }
}

function readLiteral(node: Node): HclExpression {
  const literal = node.namedChildren.find(isCode);
  switch (literal?.type) {
    case "string_lit":
      return { kind: "scalar", value: unescaped(literal.text.slice(1, -1)) };
    case "bool_lit":
      return { kind: "scalar", value: literal.text === "true" };
    case "null_lit":
      return { kind: "scalar", value: null };
    case "numeric_lit":
      return { kind: "scalar", value: literal.text };
    default:
      return hidden("an unfinished expression");
  }
}

/** `var.a`, `var.a["b"]`, `var.a[0]`; anything computed in between hides it. */
function readReference(root: Node, steps: readonly Node[]): HclExpression {
  const path = [root.text];
  for (const step of steps) {
    if (step.type === "get_attr") path.push(step.text.slice(1).trim());
    else if (step.type === "index") {
      const key = step.descendantsOfType("expression")[0];
      const value = key === null || key === undefined ? undefined : readExpression(key, MOST_DEPTH - 1);
      if (value?.kind !== "scalar" || typeof value.value !== "string") return hidden("a computed index");
      path.push(value.value);
    } else return hidden("a splat");
  }
  return { kind: "reference", path };
}

function readTemplate(node: Node, depth: number): HclExpression {
  const quoted = node.namedChildren.find(({ type }) => type === "quoted_template");
  if (quoted === undefined) return hidden("a heredoc");
  const parts: HclExpression[] = [];
  // The grammar leaves blanks beside interpolations out of its literals: the text between counts.
  let from = quoted.startIndex + 1;
  const literal = (to: number) => {
    const text = quoted.text.slice(from - quoted.startIndex, to - quoted.startIndex);
    if (text !== "") parts.push({ kind: "scalar", value: unescaped(text) });
  };
  for (const part of quoted.namedChildren) {
    if (part.type === "template_directive") return hidden("a template with directives");
    if (part.type !== "template_interpolation") continue;
    if (/^\$\{~|~\}$/.test(part.text)) return hidden("a template that strips blanks");
    literal(part.startIndex);
    const inside = part.namedChildren.find(({ type }) => type === "expression");
    parts.push(inside === undefined ? hidden("an empty interpolation") : readExpression(inside, depth + 1));
    from = part.endIndex;
  }
  literal(quoted.endIndex - 1);
  return { kind: "template", parts };
}

function readCollection(node: Node, depth: number): HclExpression {
  const [collection] = node.namedChildren.filter(isCode);
  if (collection === undefined) return hidden("an unfinished expression");
  const children = collection.namedChildren;
  if (collection.type === "tuple") {
    const items = children.filter(({ type }) => type === "expression");
    return { kind: "list", items: items.map((item) => readExpression(item, depth + 1)) };
  }
  const entries = new Map<string, HclExpression>();
  for (const child of children.filter(({ type }) => type === "object_elem")) {
    const [key, value] = child.namedChildren.filter(isCode);
    const name = key === undefined ? undefined : keyText(readExpression(key, depth + 1));
    if (name === undefined || value === undefined) return hidden("an object with computed keys");
    entries.set(name, readExpression(value, depth + 1));
  }
  return { kind: "object", entries };
}

/** A bare word is a key, not a reference. */
function keyText(key: HclExpression): string | undefined {
  if (key.kind === "scalar") return key.value === null ? undefined : String(key.value);
  return key.kind === "reference" && key.path.length === 1 ? key.path[0] : undefined;
}
