/** Works out the few template expressions images are written with. Must not guess: anything else has no value. */
import { textAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** What expressions may refer to. */
export interface HelmScope {
  readonly values: YamlNode | undefined;
  /** Fields of Chart.yaml by their names in templates, such as `AppVersion`. */
  readonly chart: ReadonlyMap<string, string>;
}

/** A text worked out, and the values it was made of, in order. */
export interface Rendered {
  readonly text: string;
  readonly used: readonly YamlText[];
}

type Value = { readonly text: string; readonly used: readonly YamlText[] };

const NOTHING: Value = { text: "", used: [] };

/**
 * Renders text with `{{ }}`: values, chart fields, strings and `default`, `coalesce`, `required`, `printf`, `quote`,
 * `toString`, `trim` (helm.sh, Template Function List). Undefined when anything else takes part.
 */
export function renderHelm(text: string, scope: HelmScope): Rendered | undefined {
  const out: string[] = [];
  const used: YamlText[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    const close = text.indexOf("}}", open);
    if (close < 0) return undefined;
    out.push(text.slice(at, open));
    const value = evaluate(text.slice(open + 2, close).replace(/^-\s|\s-$/g, " "), scope);
    if (value === undefined) return undefined;
    out.push(value.text);
    used.push(...value.used);
    at = close + 2;
  }
  out.push(text.slice(at));
  return { text: out.join("").trim(), used };
}

/** Whether a template holds nothing itself and takes all of it from another one, as those of library charts do. */
export function isOnlyIncludes(text: string): boolean {
  return /\{\{-?\s*(?:include|template)\b/.test(text) && /^\s*(?:\{\{[^}]*\}\}\s*)+$/.test(text);
}

/** Paths of `.Values` a text with expressions speaks of, such as `image.tag`. */
export function valuesPathsIn(text: string): readonly string[] {
  return [...text.matchAll(/\.Values\.([A-Za-z_][\w.]*\w|[A-Za-z_])/g)].map((match) => match[1] as string);
}

function evaluate(text: string, scope: HelmScope): Value | undefined {
  if (text.length > 500) return undefined;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[|()]|[^\s|()"`]+/g) ?? [];
  const reader = { tokens, at: 0, depth: 0 };
  const value = pipeline(reader, scope);
  return reader.at === tokens.length ? value : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

function pipeline(reader: Reader, scope: HelmScope): Value | undefined {
  let value = command(reader, scope, []);
  while (value !== undefined && reader.tokens[reader.at] === "|") {
    reader.at++;
    value = command(reader, scope, [value]);
  }
  return value;
}

/** One function with its arguments, the piped value last; or a lone value. */
function command(reader: Reader, scope: HelmScope, piped: readonly Value[]): Value | undefined {
  const head = reader.tokens[reader.at];
  if (head === undefined) return undefined;
  const isFunction = /^[a-z]\w*$/i.test(head);
  if (isFunction) reader.at++;
  const values: Value[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token === "|" || token === ")") break;
    const value = term(reader, scope);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const all = [...values, ...piped];
  if (!isFunction) return all.length === 1 ? all[0] : undefined;
  return call(head, all);
}

function term(reader: Reader, scope: HelmScope): Value | undefined {
  const token = reader.tokens[reader.at++] ?? "";
  if (token === "(") {
    if (++reader.depth > 20) return undefined;
    const value = pipeline(reader, scope);
    return reader.tokens[reader.at++] === ")" ? value : undefined;
  }
  if (/^["`]/.test(token)) return { text: token.slice(1, -1).replace(/\\(.)/g, "$1"), used: [] };
  const path = /^\$?\.(Values|Chart)\.([\w.]+)$/.exec(token);
  if (path === null) return /^\d+$/.test(token) ? { text: token, used: [] } : undefined;
  if (path[1] === "Chart") return { text: scope.chart.get(path[2] as string) ?? "", used: [] };
  const value = textAt(scope.values, ...(path[2] as string).split("."));
  if (value?.templated) return undefined;
  return value === undefined ? NOTHING : { text: value.text, used: [value] };
}

function call(name: string, values: readonly Value[]): Value | undefined {
  const last = values.at(-1);
  switch (name) {
    case "default":
      return values.length === 2 ? (last?.text === "" ? values[0] : last) : undefined;
    case "coalesce":
      return values.find(({ text }) => text !== "");
    case "required":
      return last?.text === "" ? undefined : last;
    case "quote":
    case "squote":
    case "toString":
    case "trim":
      return last;
    case "printf": {
      const [format, ...rest] = values;
      let at = 0;
      const text = format?.text.replace(/%[sdv]/g, () => rest[at++]?.text ?? "");
      return text === undefined || at !== rest.length || text.includes("%")
        ? undefined
        : { text, used: rest.flatMap(({ used }) => used) };
    }
    default:
      return undefined;
  }
}
