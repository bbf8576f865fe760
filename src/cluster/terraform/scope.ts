/** Works out what Terraform's variables and locals stand for without running Terraform. Must not guess. */
import type { HclBlock, HclExpression } from "../../text/hcl-syntax.ts";

/** What an expression stands for, as far as that is known. */
export type TerraformValue =
  | { readonly kind: "scalar"; readonly value: string | boolean | null }
  | { readonly kind: "list"; readonly items: readonly HclExpression[]; readonly scope: TerraformScope }
  | {
      readonly kind: "object";
      readonly entries: ReadonlyMap<string, HclExpression>;
      readonly scope: TerraformScope;
    }
  /** `because` completes "... is not known: ". */
  | { readonly kind: "hidden"; readonly because: string };

/** The blocks of one folder that give names their meaning. */
export interface TerraformNames {
  readonly variables: ReadonlyMap<string, HclBlock>;
  readonly locals: ReadonlyMap<string, HclExpression>;
}

/** What stands in the way of following a chain of names that never ends or grows without end. */
const MOST_DEPTH = 50;
const MOST_TEXT = 4096;

/** One use of a folder's files: the values its variables have there. */
export class TerraformScope {
  readonly #names: TerraformNames;
  readonly #given: (name: string) => TerraformValue | undefined;
  readonly #known = new Map<string, TerraformValue>();

  /** `given` says what a variable is set to from outside: a variables file or the calling module. */
  constructor(names: TerraformNames, given: (name: string) => TerraformValue | undefined) {
    this.#names = names;
    this.#given = given;
  }

  /** What the expression stands for here. */
  value(expression: HclExpression, depth = 0): TerraformValue {
    switch (expression.kind) {
      case "scalar":
        return expression;
      case "list":
      case "object":
        return { ...expression, scope: this };
      case "template":
        return this.#template(expression.parts, depth);
      case "reference":
        return this.#reference(expression.path, depth);
      case "hidden":
        return { kind: "hidden", because: `it is set by ${expression.what}` };
    }
  }

  #reference(path: readonly string[], depth: number): TerraformValue {
    const [root, name, ...rest] = path;
    if ((root !== "var" && root !== "local") || name === undefined) {
      return { kind: "hidden", because: `it is set by ${path.join(".")}` };
    }
    if (depth >= MOST_DEPTH)
      return { kind: "hidden", because: `${root}.${name} leads through too many names` };
    const key = `${root}.${name}`;
    let value = this.#known.get(key);
    if (value === undefined) {
      this.#known.set(key, { kind: "hidden", because: `${key} leads back to itself` });
      value = root === "var" ? this.#variable(name, depth + 1) : this.#local(name, depth + 1);
      this.#known.set(key, value);
    }
    return memberOf(value, rest, key, depth + 1);
  }

  #variable(name: string, depth: number): TerraformValue {
    const block = this.#names.variables.get(name);
    const given = this.#given(name);
    const nullable = block?.body.attributes.get("nullable")?.value;
    const refusesNull = nullable?.kind === "scalar" && nullable.value === false;
    const isNull = given?.kind === "scalar" && given.value === null;
    if (given !== undefined && !(isNull && refusesNull)) return given;
    const preset = block?.body.attributes.get("default")?.value;
    if (preset !== undefined) return this.value(preset, depth);
    const because =
      block === undefined
        ? `the variable "${name}" is not declared in the files given`
        : `the variable "${name}" has no default`;
    return { kind: "hidden", because };
  }

  #local(name: string, depth: number): TerraformValue {
    const expression = this.#names.locals.get(name);
    if (expression !== undefined) return this.value(expression, depth);
    return { kind: "hidden", because: `local.${name} is not declared in the files given` };
  }

  /** `"${var.a}"` alone keeps its type; anything more is text. */
  #template(parts: readonly HclExpression[], depth: number): TerraformValue {
    const values = parts.map((part) => this.value(part, depth + 1));
    const [only] = values;
    if (only !== undefined && values.length === 1) return only;
    let text = "";
    for (const value of values) {
      if (value.kind === "hidden") return value;
      if (value.kind !== "scalar" || value.value === null) {
        return { kind: "hidden", because: "a part of its text is not text" };
      }
      text += String(value.value);
      if (text.length > MOST_TEXT) return { kind: "hidden", because: "its text is too long" };
    }
    return { kind: "scalar", value: text };
  }
}

/** The member at a path of a value; `name` is how the value is called. */
export function memberOf(
  value: TerraformValue,
  path: readonly string[],
  name: string,
  depth = 0,
): TerraformValue {
  let found = value;
  for (const step of path) {
    if (found.kind === "hidden") return found;
    const next: HclExpression | undefined =
      found.kind === "object"
        ? found.entries.get(step)
        : found.kind === "list"
          ? found.items[Number(step)]
          : undefined;
    if (next === undefined || found.kind === "scalar") {
      return { kind: "hidden", because: `${name} does not say its ${step}` };
    }
    found = found.scope.value(next, depth + 1);
  }
  return found;
}
