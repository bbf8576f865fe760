/** Reads HCL as the nodes that YAML is read into, so that whoever finds Corefiles in manifests finds them here. Must not guess what has to be run. */
import type { Node } from "web-tree-sitter";
import type { ComputedCorefile, HclValues, OffPart } from "../../yaml/hcl-values.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlText } from "../../yaml/nodes.ts";
import { unescaped } from "./unescaped.ts";

const MOST_DEPTH = 64;

/** Functions whose value reads as their one argument does. */
const TRANSPARENT =
  /^(?:yamlencode|jsonencode|yamldecode|jsondecode|base64encode|base64gzip|trimspace|chomp|tomap|tolist|toset|sensitive|nonsensitive)$/;
/** Functions whose value is one of their arguments, or all of them. */
const GATHERS = /^(?:concat|try|coalesce|flatten|distinct|compact)$/;

/** Blocks that Terraform makes as often as they say. */
const MADE = /^(?:resource|data|module)$/;

/** Blocks of which each is one of a list. */
const LISTED = /^set(?:_sensitive|_list)?$/;

/** Keys of a Corefile or of a part of one, in a ConfigMap or an add-on's settings. */
const COREFILE_KEY = /^(?:[Cc]orefile|[\w.-]+\.(?:override|server))$/;

/** What a file's literals say. What is computed is not there, or with `written` stands for itself, and told where it is a Corefile. */
export function hclValues(text: string, root: Node, written = false): HclValues {
  const body = root.namedChildren.find(({ type }) => type === "body");
  const values = new Values(text, written);
  const documents = body === undefined ? [] : [values.body(body, 0)];
  return { documents, problems: [], computed: values.computed, off: values.off };
}

class Values {
  readonly computed: ComputedCorefile[] = [];
  readonly off: OffPart[] = [];
  readonly #text: string;
  readonly #written: boolean;

  constructor(text: string, written: boolean) {
    this.#text = text;
    this.#written = written;
  }

  body(node: Node, depth: number): YamlMap {
    const entries: YamlEntry[] = [];
    const blocks = new Map<string, YamlNode[]>();
    for (const child of node.namedChildren) {
      const parts = child.namedChildren.filter(isCode);
      if (child.type === "attribute") {
        const [name, value] = parts;
        if (name !== undefined && value !== undefined)
          entries.push(...this.#entry(name.text, name, value, depth));
      }
      if (child.type === "block" && depth < MOST_DEPTH) {
        const [type, ...labels] = parts.filter((one) => /^(?:identifier|string_lit)$/.test(one.type));
        const inside = parts.find((one) => one.type === "body");
        if (type === undefined || inside === undefined) continue;
        if (MADE.test(type.text) && this.#isOff(inside)) {
          this.off.push({ start: child.startIndex, end: child.endIndex });
          continue;
        }
        const read = labels.reduceRight<YamlMap>(
          (value, label) => mapOf(child, [entry(label.text.replaceAll('"', ""), value, label)]),
          this.body(inside, depth + 1),
        );
        const alike = blocks.get(type.text) ?? [];
        blocks.set(type.text, alike);
        alike.push(read);
      }
    }
    for (const [type, all] of blocks) {
      const [only] = all;
      if (only === undefined) continue;
      const value: YamlNode =
        all.length === 1 && !LISTED.test(type)
          ? only
          : { kind: "list", items: all, start: only.start, end: all.at(-1)?.end ?? only.end };
      entries.push({ key: type, value, start: only.start, end: only.end, merged: false });
    }
    return mapOf(node, entries);
  }

  /** A key with its value, where that is known. */
  #entry(name: string, key: Node, value: Node, depth: number): readonly YamlEntry[] {
    const read = this.#expression(value, depth + 1);
    if (read === undefined && COREFILE_KEY.test(name))
      this.computed.push({ start: key.startIndex, end: key.endIndex, value: value.text });
    const known = read ?? this.#asWritten(value);
    return known === undefined ? [] : [entry(name, known, key)];
  }

  /** What has to be run, where that is asked for. */
  #asWritten({ text, startIndex: start, endIndex: end }: Node): YamlText | undefined {
    return this.#written ? { ...textNode(text, "plain", start, end), templated: true } : undefined;
  }

  /** Whether a block is never made: `count = 0`, or a `for_each` over nothing, whoever asks. */
  #isOff(inside: Node): boolean {
    return inside.namedChildren.some((child) => {
      const [name, value] = child.namedChildren.filter(isCode);
      if (child.type !== "attribute" || value === undefined || !/^(?:count|for_each)$/.test(name?.text ?? ""))
        return false;
      const read = this.#expression(value, 1);
      if (read?.kind === "text") return name?.text === "count" && read.text === "0";
      // Of a list, what is computed is left out; of an object, too.
      return (
        read !== undefined && /^(?:toset\()?[[{(]?\s*[\]})]?\)?$/.test(this.#text.slice(read.start, read.end))
      );
    });
  }

  /** Nothing for what has to be run. */
  #expression(node: Node, depth: number): YamlNode | undefined {
    if (depth > MOST_DEPTH || node.hasError) return undefined;
    const [first, ...rest] = node.namedChildren.filter(isCode);
    if (first === undefined || rest.length > 0) return undefined;
    switch (first.type) {
      case "expression":
        return this.#expression(first, depth + 1);
      case "literal_value":
        return this.#literal(first);
      case "template_expr":
        return this.#template(first);
      case "collection_value":
        return this.#collection(first, depth);
      case "function_call":
        return this.#call(first, depth);
      case "conditional":
        return this.#conditional(first, depth);
      default:
        return undefined;
    }
  }

  /** The one that written conditions choose; else each may be it that they leave. */
  #conditional(node: Node, depth: number): YamlNode | undefined {
    const left: Node[] = [];
    let isChosen = true;
    for (const { condition, value } of branchesOf(node)) {
      if (condition === "false") continue;
      left.push(value);
      if (condition === "true") break;
      isChosen = false;
    }
    const [only] = left;
    return isChosen && only !== undefined ? this.#expression(only, depth + 1) : this.#list(node, left, depth);
  }

  #literal(node: Node): YamlNode | undefined {
    const literal = node.namedChildren.find(isCode);
    if (literal === undefined) return undefined;
    const { startIndex: start, endIndex: end } = literal;
    return literal.type === "string_lit"
      ? this.#quoted(start + 1, end - 1)
      : textNode(this.#text.slice(start, end), "plain", start, end);
  }

  #quoted(start: number, end: number): YamlText {
    return textNode(unescaped(this.#text.slice(start, end)), "quoted", start, end);
  }

  #template(node: Node): YamlNode | undefined {
    const [template] = node.namedChildren;
    if (template === undefined) return undefined;
    const masked = this.#masked(template);
    if (masked === undefined) return undefined;
    const { startIndex: start, endIndex: end } = template;
    if (template.type === "quoted_template")
      return textNode(unescaped(masked.slice(1, -1)), "quoted", start + 1, end - 1);
    return textNode(heredoc(masked), "block", start, end);
  }

  /** The text with each interpolation as one word of the same length; nothing where directives choose lines. */
  #masked(template: Node): string | undefined {
    const { startIndex: start } = template;
    let text = this.#text.slice(start, template.endIndex);
    for (const part of template.namedChildren) {
      if (part.type === "template_directive" || part.type === "template_for" || part.type === "template_if")
        return undefined;
      if (part.type !== "template_interpolation") continue;
      const [from, to] = [part.startIndex - start, part.endIndex - start];
      const inside = text.slice(from + 2, to - 1);
      // Its lines count as lines of the file, and a mark that strips blanks joins others.
      if (/[\r\n]|^~|~$/.test(inside)) return undefined;
      text = `${text.slice(0, from)}\${${inside.replace(/[^\w.]/g, "_")}}${text.slice(to)}`;
    }
    return /%\{[~\s]*(?:if|for|else|endif|endfor)\b/.test(text) ? undefined : text;
  }

  #collection(node: Node, depth: number): YamlNode | undefined {
    const [collection] = node.namedChildren.filter(isCode);
    if (collection === undefined) return undefined;
    if (collection.type === "tuple") return this.#list(collection, collection.namedChildren, depth);
    const entries = collection.namedChildren.flatMap((child): readonly YamlEntry[] => {
      if (child.type !== "object_elem") return [];
      const [key, value] = child.namedChildren.filter(isCode);
      const name = /^"?([^"${}()]*)"?$/.exec(key?.text ?? "")?.[1];
      return key === undefined || name === undefined || value === undefined
        ? []
        : this.#entry(name, key, value, depth);
    });
    return mapOf(collection, entries);
  }

  #call(node: Node, depth: number): YamlNode | undefined {
    const [name, args] = node.namedChildren.filter(isCode);
    const all = args?.namedChildren ?? [];
    const [only] = all;
    const called = name?.text ?? "";
    if (TRANSPARENT.test(called)) return only === undefined ? undefined : this.#expression(only, depth + 1);
    if (called === "merge") {
      const maps = this.#list(node, all, depth).items.flatMap((one) =>
        one.kind === "map" ? one.entries : [],
      );
      return mapOf(node, maps);
    }
    return GATHERS.test(called) ? this.#list(node, all, depth) : undefined;
  }

  #list(node: Node, items: readonly Node[], depth: number) {
    return {
      kind: "list" as const,
      items: items.flatMap((item) =>
        item.type === "expression" ? (this.#expression(item, depth + 1) ?? this.#asWritten(item) ?? []) : [],
      ),
      start: node.startIndex,
      end: node.endIndex,
    };
  }
}

/**
 * What a conditional may be, in order, the last whatever else holds. `a ? x : b ? y : z` is for HCL `a ? x : (b ? y : z)`,
 * and for the grammar `(a ? x : b) ? y : z`; what stands in brackets is an expression within one.
 */
function branchesOf(node: Node): readonly { readonly condition: string; readonly value: Node }[] {
  const branches: { condition: string; value: Node }[] = [];
  let [condition, value, last] = node.namedChildren.filter(isCode);
  if (last !== undefined) branches.push({ condition: "true", value: last });
  while (condition !== undefined && value !== undefined) {
    const inner = condition.namedChildren.find(isCode);
    if (inner?.type !== "conditional") {
      branches.push({ condition: condition.text, value });
      break;
    }
    const [before, its, own] = inner.namedChildren.filter(isCode);
    branches.push({ condition: own?.text ?? "", value });
    [condition, value] = [before, its];
  }
  return branches.toReversed();
}

/** HCL native syntax specification, "Template Expressions": `<<-` takes the least indentation away. */
function heredoc(written: string): string {
  const lines = written.split(/\r?\n/).slice(1, -1);
  const widths = lines.flatMap((line) => (line.trim() === "" ? [] : [line.length - line.trimStart().length]));
  const width = written.startsWith("<<-") ? widths.reduce((least, one) => Math.min(least, one), Infinity) : 0;
  const cut = (line: string) => line.slice(Math.min(width, line.length - line.trimStart().length));
  return lines.map((line) => `${cut(line)}\n`.replace(/([$%])\1\{/g, "$1{")).join("");
}

function textNode(text: string, style: YamlText["style"], start: number, end: number): YamlText {
  return { kind: "text", text, style, templated: false, start, end };
}

function mapOf({ startIndex: start, endIndex: end }: Node, entries: readonly YamlEntry[]): YamlMap {
  return { kind: "map", entries, start, end };
}

function entry(key: string, value: YamlNode, at: Node): YamlEntry {
  return { key, value, start: at.startIndex, end: at.endIndex, merged: false };
}

function isCode({ type }: Node): boolean {
  return type !== "comment";
}
