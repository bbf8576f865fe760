/** Expands words as a shell does (POSIX.1-2017, section 2.6; bash's arrays). Must not run anything itself, and keep what is not known as such. */
import type { ArithmeticExpression, ParameterExpansionPart, ParsedScript, Word, WordPart } from "unbash";
import { fits, without } from "./pattern.ts";
import { absolute, areCounted, type State } from "./state.ts";
import { ANY, bounded, HOLE, isEmpty, isKnown, OPEN } from "./text.ts";

/** What expansion needs of the world. */
export interface Outside {
  /** What a command substitution prints; its text is known where its source is one. */
  substitute(script: ParsedScript | undefined, state: State): string;
  /** Runs the substitutions in a node that is not expanded here. */
  nested(node: unknown, state: State): void;
  /** The names in a folder, nothing where they are not known. */
  names(folder: string): readonly string[] | undefined;
  /** The file whose commands run, if it is one. */
  readonly sourcePath: string | undefined;
}

/** More words than this are not followed. */
const MOST_WORDS = 512;

/** One character run of a word. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** An unquoted expansion, which is split. */
  readonly splits?: boolean;
  /** A new word begins before it (`"$@"`). */
  readonly breaks?: boolean;
  /** It may expand to nothing at all (`"$@"` without arguments). */
  readonly vanishes?: boolean;
}

/** The words that one word becomes. */
export function fieldsOf(word: Word, state: State, outside: Outside): readonly string[] {
  const pieces = piecesOf(word, state, outside);
  const fields: { value: string; pattern: string }[] = [];
  let current: { value: string; pattern: string } | undefined;
  const end = () => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  const add = (text: string, quoted: boolean) => {
    current ??= { value: "", pattern: "" };
    current.value += text;
    current.pattern += quoted ? text.replace(/[*?[\]\\]/g, "\\$&") : text;
  };
  const separators = state.get("IFS") ?? " \t\n";
  for (const piece of pieces) {
    if (fields.length > MOST_WORDS) return [ANY];
    if (piece.breaks) end();
    if (piece.vanishes) {
      continue;
    }
    if (!piece.splits) add(piece.text, piece.quoted);
    else if (!isKnown(separators)) add(ANY, false);
    else {
      let wasBlank = false;
      for (const part of split(piece.text, separators)) {
        if (part === BLANK || part === MARK) {
          // A mark ends a field, though it be empty; blanks around it belong to it.
          if (part === MARK && current === undefined && !wasBlank) add("", false);
          wasBlank = part === BLANK && (current !== undefined || wasBlank);
          end();
        } else {
          wasBlank = false;
          // What is not known may be several words.
          add(part === HOLE ? ANY : part, false);
        }
        if (fields.length > MOST_WORDS) return [ANY];
      }
    }
  }
  end();
  return fields.flatMap(({ value, pattern }) =>
    !state.options.has("noglob") && isKnown(pattern) && hasWildcard(pattern)
      ? globbed(value, pattern, state, outside)
      : [value],
  );
}

/** Whether a pattern may stand for several names; `[` alone is the name of a command. */
function hasWildcard(pattern: string): boolean {
  return /[*?]|\[.+\]/.test(pattern.replace(/\\./g, ""));
}

/** A word as one text, without splitting: assignments, redirections, `case`. */
export function textOf(word: Word | undefined, state: State, outside: Outside): string {
  if (word === undefined) return "";
  return bounded(
    piecesOf(word, state, outside)
      .map(({ text, breaks, vanishes }, i) => (vanishes ? "" : breaks && i > 0 ? ` ${text}` : text))
      .join(""),
  );
}

/** A word as a pattern: what was quoted stands for itself. */
export function patternOf(word: Word, state: State, outside: Outside): string {
  return piecesOf(word, state, outside)
    .map(({ text, quoted }) => (quoted ? text.replace(/[*?[\]\\]/g, "\\$&") : text))
    .join("");
}

/** The text of a here-document's body. */
export function bodyOf(
  body: { readonly text: string; readonly parts?: readonly WordPart[] | undefined },
  state: State,
  outside: Outside,
): string {
  if (body.parts === undefined) return body.text;
  const pieces = body.parts.flatMap((part) => partPieces(part, true, state, outside));
  return bounded(pieces.map(({ text }) => text).join(""));
}

/** Blanks between two fields, and any other separator. */
const BLANK = Symbol("blank");
const MARK = Symbol("mark");

/** A text as runs of what is none of the separators, and the separators (POSIX.1-2017, section 2.6.5). */
function split(text: string, separators: string): readonly (string | typeof BLANK | typeof MARK)[] {
  const parts: (string | typeof BLANK | typeof MARK)[] = [];
  let run = "";
  for (const char of text) {
    if (!separators.includes(char)) {
      run += char;
      continue;
    }
    if (run !== "") parts.push(run);
    run = "";
    parts.push(/\s/.test(char) ? BLANK : MARK);
    if (parts.length > 4 * MOST_WORDS) return [HOLE];
  }
  if (run !== "") parts.push(run);
  return parts;
}

function piecesOf(word: Word, state: State, outside: Outside): readonly Piece[] {
  const tilde = /^~(?=\/|$)/.test(word.text)
    ? [{ text: state.get("HOME") ?? HOLE, quoted: true }]
    : undefined;
  if (word.parts === undefined) {
    const quoted = word.text !== word.value;
    if (tilde !== undefined) return [...tilde, { text: word.value.slice(1), quoted }];
    return [{ text: word.value, quoted }];
  }
  const pieces: Piece[] = [];
  let length = 0;
  for (const [index, part] of word.parts.entries()) {
    for (const piece of partPieces(part, false, state, outside)) {
      const isTilde = index === 0 && tilde !== undefined;
      const kept = isTilde ? { ...piece, text: piece.text.slice(1) } : piece;
      length += kept.text.length;
      if (length > 4 * 16_384) return [{ text: HOLE, quoted: true }];
      if (isTilde) pieces.push(...tilde);
      pieces.push(kept);
    }
  }
  return pieces;
}

function partPieces(part: WordPart, inQuotes: boolean, state: State, outside: Outside): readonly Piece[] {
  const one = (text: string): readonly Piece[] => [{ text, quoted: inQuotes, splits: !inQuotes }];
  switch (part.type) {
    case "Literal":
      return [{ text: part.value, quoted: inQuotes || part.text !== part.value }];
    case "Glob":
      return [{ text: part.text, quoted: inQuotes }];
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [{ text: part.value, quoted: true }];
    case "DoubleQuoted":
    case "LocaleString": {
      const inside = part.parts.flatMap((inner) => partPieces(inner, true, state, outside));
      return part.parts.length === 0 ? [{ text: "", quoted: true }] : inside;
    }
    case "SimpleExpansion":
      return parameter(part.text.slice(1), inQuotes, state, outside);
    case "ParameterExpansion":
      return expansion(part, inQuotes, state, outside);
    case "CommandExpansion":
      return one(outside.substitute(part.script, state));
    case "ArithmeticExpansion": {
      const value = part.expression === undefined ? undefined : arithmetic(part.expression, state, outside);
      return one(value === undefined ? HOLE : String(value));
    }
    case "ProcessSubstitution":
      outside.substitute(part.script, state);
      return [{ text: HOLE, quoted: true }];
    case "ExtendedGlob":
    case "BraceExpansion":
      outside.nested(part, state);
      return [{ text: ANY, quoted: true }];
  }
}

/** `joins`: what stands between the items of `"$*"`, nothing for `"$@"`. */
function listPieces(
  items: readonly string[],
  joins: string | undefined,
  inQuotes: boolean,
): readonly Piece[] {
  if (inQuotes && joins !== undefined)
    return [{ text: items.join(joins).replaceAll(ANY, HOLE), quoted: true }];
  if (items.length === 0) return [{ text: "", quoted: inQuotes, vanishes: true }];
  return items.map((text, i) => ({ text, quoted: inQuotes, splits: !inQuotes, breaks: i > 0 }));
}

/** The first separator, which joins `"$*"`. */
function joinOf(state: State): string {
  const separators = state.get("IFS") ?? " ";
  return isKnown(separators) ? separators.slice(0, 1) : HOLE;
}

function parameter(name: string, inQuotes: boolean, state: State, outside: Outside): readonly Piece[] {
  if (name === "@" || name === "*")
    return listPieces(state.args, name === "*" ? joinOf(state) : undefined, inQuotes);
  const value = parameterOf(name, state, outside);
  return [{ text: value ?? "", quoted: inQuotes, splits: !inQuotes }];
}

/** The value of a parameter; `undefined` where it is known to be unset. */
function parameterOf(name: string, state: State, outside: Outside): string | undefined {
  if (name === "0") return state.zero;
  if (/^\d+$/.test(name)) {
    const index = Number(name) - 1;
    if (!areCounted(state.args.slice(0, index + 1))) return HOLE;
    return state.args[index];
  }
  if (name === "#") return areCounted(state.args) ? String(state.args.length) : HOLE;
  if (name === "?") return state.last === true ? "0" : HOLE;
  if (name === "$" || name === "!" || name === "-") return HOLE;
  if (name === "BASH_SOURCE") return outside.sourcePath ?? state.zero;
  return state.get(name);
}

function expansion(
  part: ParameterExpansionPart,
  inQuotes: boolean,
  state: State,
  outside: Outside,
): readonly Piece[] {
  const { parameter: name, operation, prefix, index } = part;
  const one = (text: string): readonly Piece[] => [{ text, quoted: inQuotes, splits: !inQuotes }];
  const isAll = name === "@" || name === "*" || index?.value === "@" || index?.value === "*";
  const items = (): readonly string[] =>
    name === "@" || name === "*"
      ? state.args
      : name === "BASH_SOURCE"
        ? [outside.sourcePath ?? state.zero]
        : state.list(name);
  if (prefix === "#") {
    if (isAll) return one(areCounted(items()) ? String(items().length) : HOLE);
    const text = parameterOf(name, state, outside);
    return one(text === undefined ? "0" : isKnown(text) ? String(text.length) : HOLE);
  }
  if (prefix === "!" && operation?.type === "Names") {
    const names = [...state.variables].filter(
      ([one, { value }]) => one.startsWith(name) && value !== undefined,
    );
    return listPieces([...names.map(([one]) => one), `${name}${HOLE}`], undefined, inQuotes);
  }
  if (prefix === "!") {
    const target = state.get(name);
    if (isAll || target === undefined || !isKnown(target) || !/^\w+$/.test(target)) return one(HOLE);
    return operation === undefined
      ? parameter(target, inQuotes, state, outside)
      : expansion({ ...part, parameter: target, prefix: undefined }, inQuotes, state, outside);
  }
  if (isAll) {
    const joins = name === "*" || index?.value === "*" ? joinOf(state) : undefined;
    if (operation === undefined) return listPieces(items(), joins, inQuotes);
    if (operation.type !== "Default")
      return operation.type === "Slice" ? slice(operation, items(), inQuotes, state, outside) : one(ANY);
    const alternative = operation.operator.endsWith("+");
    const counted = areCounted(items());
    if (!counted) return listPieces([ANY], undefined, inQuotes);
    if (alternative)
      return items().length === 0 ? [] : operandPieces(operation.operand, inQuotes, state, outside);
    return items().length > 0
      ? listPieces(items(), joins, inQuotes)
      : operandPieces(operation.operand, inQuotes, state, outside);
  }
  let value = parameterOf(name, state, outside);
  if (index !== undefined) {
    outside.nested(index, state);
    const variable = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(index.value)?.[1];
    const at = Number(variable === undefined ? index.value : (state.get(variable) ?? "").replace(/^$/, "0"));
    const list = state.list(name);
    if (!Number.isInteger(at) || !areCounted(list.slice(0, at + 1))) return one(HOLE);
    value = name === "BASH_SOURCE" ? value : list.at(at);
  }
  if (operation === undefined) return one(value ?? "");
  switch (operation.type) {
    case "Default": {
      const colon = operation.operator.startsWith(":");
      const operand = () => operandPieces(operation.operand, inQuotes, state, outside);
      // What nothing sets is taken for unset here: whoever sets it chooses.
      const lacks = value === undefined || value === OPEN ? true : colon ? isEmpty(value) : false;
      if (operation.operator.endsWith("+")) {
        if (lacks === undefined) return one(HOLE);
        return lacks ? [] : operand();
      }
      if (lacks === undefined) return one(HOLE);
      if (operation.operator.endsWith("=") && lacks) {
        const text = textOf(operation.operand, state, outside);
        state.set(name, text);
        return one(text);
      }
      if (operation.operator.endsWith("?")) return one(lacks ? (value ?? "") : (value ?? ""));
      return lacks ? operand() : one(value ?? "");
    }
    case "Remove": {
      const pattern = patternOf(operation.operand, state, outside);
      return one(value === OPEN ? OPEN : (without(value ?? "", pattern, operation.operator) ?? HOLE));
    }
    case "Replace": {
      const [from, to] = [
        textOf(operation.pattern, state, outside),
        textOf(operation.replacement, state, outside),
      ];
      const text = value ?? "";
      if (!isKnown(text) || !isKnown(from) || /[*?[\\]/.test(from) || from === "" || !isKnown(to))
        return one(text === OPEN ? OPEN : HOLE);
      if (operation.operator === "/") return one(bounded(text.replace(from, () => to)));
      if (operation.operator === "//") return one(bounded(text.split(from).join(to)));
      return one(HOLE);
    }
    case "CaseModification": {
      const text = value ?? "";
      if (!isKnown(text)) return one(text === OPEN ? OPEN : HOLE);
      if (operation.operator === ",,") return one(text.toLowerCase());
      return one(operation.operator === "^^" ? text.toUpperCase() : HOLE);
    }
    case "Slice": {
      const from = Number(textOf(operation.offset, state, outside).trim());
      const length =
        operation.length === undefined ? undefined : Number(textOf(operation.length, state, outside).trim());
      const text = value ?? "";
      if (text === OPEN) return one(OPEN);
      if (!isKnown(text) || !Number.isInteger(from) || (length !== undefined && !Number.isInteger(length)))
        return one(HOLE);
      if (from < 0 && length !== undefined && length >= 0) return one(text.slice(from).slice(0, length));
      return one(text.slice(from, length === undefined ? undefined : length < 0 ? length : from + length));
    }
    default:
      return one(HOLE);
  }
}

function operandPieces(operand: Word, inQuotes: boolean, state: State, outside: Outside): readonly Piece[] {
  const pieces = piecesOf(operand, state, outside);
  return pieces.map((piece) =>
    inQuotes ? { ...piece, quoted: true, splits: false } : piece.quoted ? piece : { ...piece, splits: true },
  );
}

function slice(
  { offset, length }: { readonly offset: Word; readonly length: Word | undefined },
  items: readonly string[],
  inQuotes: boolean,
  state: State,
  outside: Outside,
): readonly Piece[] {
  const from = Number(textOf(offset, state, outside).trim());
  const count = length === undefined ? undefined : Number(textOf(length, state, outside).trim());
  if (Number.isInteger(from) && from < 0 && areCounted(items) && count === undefined)
    return listPieces(-from > items.length ? [] : items.slice(from), undefined, inQuotes);
  if (!Number.isInteger(from) || from < 1 || (count !== undefined && !(count >= 0)) || !areCounted(items))
    return listPieces([ANY], undefined, inQuotes);
  // `${@:1}` is the first argument; `${list[@]:1}` the second element is not told apart, so not known.
  const start = items === state.args ? from - 1 : from;
  return listPieces(items.slice(start, count === undefined ? undefined : start + count), undefined, inQuotes);
}

/** Works an arithmetic expression out, and what it sets; nothing where that is not known. */
export function arithmetic(
  expression: ArithmeticExpression,
  state: State,
  outside: Outside,
): number | undefined {
  outside.nested(expression, state);
  const value = calculate(expression, state);
  disturb(expression, state);
  return value;
}

/** Variables that an arithmetic expression sets are no longer known. */
function disturb(expression: ArithmeticExpression, state: State): void {
  switch (expression.type) {
    case "ArithmeticBinary":
      if (/^[^=!<>]*=$/.test(expression.operator) && expression.left.type === "ArithmeticWord")
        state.set(expression.left.value, HOLE);
      disturb(expression.left, state);
      disturb(expression.right, state);
      break;
    case "ArithmeticUnary":
      if (/^(\+\+|--)$/.test(expression.operator) && expression.operand.type === "ArithmeticWord")
        state.set(expression.operand.value, HOLE);
      disturb(expression.operand, state);
      break;
    case "ArithmeticTernary":
      for (const one of [expression.test, expression.consequent, expression.alternate]) disturb(one, state);
      break;
    case "ArithmeticGroup":
      disturb(expression.expression, state);
      break;
    default:
      break;
  }
}

/** The value of an arithmetic expression, where it is an integer of known ones. */
function calculate(expression: ArithmeticExpression, state: State): number | undefined {
  switch (expression.type) {
    case "ArithmeticGroup":
      return calculate(expression.expression, state);
    case "ArithmeticWord": {
      const name = expression.value.replace(/^\$\{?(\w+|#)\}?$/, "$1");
      // A zero in front makes it octal.
      if (/^(?:0|[1-9]\d{0,8})$/.test(expression.value)) return Number(expression.value);
      if (name === "#") return areCounted(state.args) ? state.args.length : undefined;
      const text = /^[A-Za-z_]\w*$/.test(name) ? state.get(name) : undefined;
      return text !== undefined && /^(?:0|-?[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined;
    }
    case "ArithmeticBinary": {
      const left = calculate(expression.left, state);
      const right = calculate(expression.right, state);
      if (left === undefined || right === undefined) return undefined;
      const results: Readonly<Record<string, number>> = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "<": Number(left < right),
        ">": Number(left > right),
        "<=": Number(left <= right),
        ">=": Number(left >= right),
        "==": Number(left === right),
        "!=": Number(left !== right),
      };
      const result = results[expression.operator];
      return result !== undefined && Math.abs(result) < 1e9 ? result : undefined;
    }
    default:
      return undefined;
  }
}

/** The files that a pattern names; itself where it names none. */
function globbed(value: string, pattern: string, state: State, outside: Outside): readonly string[] {
  const isAbsolute = pattern.startsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "");
  let found: string[] = [isAbsolute ? "" : "."];
  for (const part of parts) {
    const literal = part.replace(/\\(.)/g, "$1");
    if (!hasWildcard(part)) {
      found = found.map((folder) => `${folder}/${literal}`);
      continue;
    }
    if (part.includes("**") && state.options.has("globstar")) return [ANY];
    const next: string[] = [];
    for (const folder of found) {
      const path = absolute(state.cwd, folder === "" ? "/" : folder);
      const names = isKnown(path) ? outside.names(path) : undefined;
      if (names === undefined) return [ANY];
      for (const name of names) {
        if (name.startsWith(".") !== part.startsWith(".") && !state.options.has("dotglob")) continue;
        const fit = state.options.has("nocaseglob")
          ? fits(part.toLowerCase(), name.toLowerCase())
          : fits(part, name);
        if (fit === undefined) return [ANY];
        if (fit) next.push(`${folder}/${name}`);
      }
      if (next.length > MOST_WORDS) return [ANY];
    }
    found = next;
  }
  if (found.length === 0) return state.options.has("nullglob") ? [] : [value];
  return found
    .map((path) => (isAbsolute ? path : path.slice(2)))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
