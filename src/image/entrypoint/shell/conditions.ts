/** Decides conditions of `test` and `[[`. Must say undefined rather than guess. */
import type { TestExpression, Word } from "unbash";
import { type Outside, patternOf, textOf } from "./expand.ts";
import { fits } from "./pattern.ts";
import { absolute, type State } from "./state.ts";
import { isEmpty, isKnown } from "./text.ts";

/** What a path is; `other` where it may be made, removed or mounted later. */
export type PathKind = "program" | "file" | "folder" | "other";

/** What conditions ask of paths. */
interface Paths {
  kindOf(path: string): PathKind;
  isLink(path: string): false | undefined;
}

type Truth = boolean | undefined;

const not = (one: Truth): Truth => (one === undefined ? undefined : !one);
const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === undefined || b === undefined ? undefined : true;
const either = (a: Truth, b: Truth): Truth => not(both(not(a), not(b)));

/** What `test` says of these words, without `[` and `]`. */
export function testWords(words: readonly string[], cwd: string, paths: Paths): Truth {
  if (words.length > 200) return undefined;
  let at = 0;
  const or = (): Truth => {
    let truth = and();
    while (words[at] === "-o") {
      at++;
      truth = either(truth, and());
    }
    return truth;
  };
  const and = (): Truth => {
    let truth = primary();
    while (words[at] === "-a") {
      at++;
      truth = both(truth, primary());
    }
    return truth;
  };
  const primary = (): Truth => {
    const word = words[at];
    if (word === undefined) return false;
    const next = words[at + 1];
    const operator = next !== undefined && BINARY.has(next) && at + 2 < words.length ? next : undefined;
    if (operator !== undefined) {
      at += 3;
      return compare(operator, word, words[at - 1] as string, false);
    }
    if (word === "!" && at + 1 < words.length) {
      at++;
      return not(primary());
    }
    if (word === "(" && at + 1 < words.length) {
      at++;
      const truth = or();
      if (words[at] === ")") at++;
      return truth;
    }
    if (/^-[a-zA-Z]$/.test(word) && next !== undefined && word !== "-a" && word !== "-o") {
      at += 2;
      return unary(word, next, cwd, paths);
    }
    at++;
    return not(isEmpty(word));
  };
  const truth = or();
  return at === words.length ? truth : undefined;
}

const BINARY = new Set("= == != -eq -ne -lt -le -gt -ge -nt -ot -ef =~ < > \\< \\>".split(" "));

function unary(operator: string, operand: string, cwd: string, paths: Paths): Truth {
  if (operator === "-n") return not(isEmpty(operand));
  if (operator === "-z") return isEmpty(operand);
  if (operand === "") return false;
  const path = absolute(cwd, operand);
  if (!isKnown(path)) return undefined;
  if (/^-[hL]$/.test(operator)) return paths.isLink(path);
  const kind = paths.kindOf(path);
  if (kind === "other") return undefined;
  if (operator === "-e") return true;
  if (operator === "-f") return kind !== "folder";
  if (operator === "-d") return kind === "folder";
  if (operator === "-x") return kind !== "file";
  if (operator === "-r") return true;
  return undefined;
}

function compare(operator: string, left: string, right: string, isPattern: boolean): Truth {
  if (operator === "=" || operator === "==" || operator === "!=") {
    const pattern = isPattern ? right : right.replace(/[*?[\]\\]/g, "\\$&");
    const same = !isKnown(left) && !isKnown(right) ? undefined : fits(pattern, left);
    return operator === "!=" ? not(same) : same;
  }
  if (!/^-?\d{1,12}$/.test(left) || !/^-?\d{1,12}$/.test(right)) return undefined;
  const [a, b] = [Number(left), Number(right)];
  const results: Readonly<Record<string, boolean>> = {
    "-eq": a === b,
    "-ne": a !== b,
    "-lt": a < b,
    "-le": a <= b,
    "-gt": a > b,
    "-ge": a >= b,
  };
  return results[operator];
}

/** What `[[` says. */
export function testExpression(
  expression: TestExpression,
  state: State,
  outside: Outside,
  paths: Paths,
): Truth {
  const of = (word: Word) => textOf(word, state, outside);
  switch (expression.type) {
    case "TestGroup":
      return testExpression(expression.expression, state, outside, paths);
    case "TestNot": {
      const truth = testExpression(expression.operand, state, outside, paths);
      return expression.negations.length % 2 === 0 ? truth : not(truth);
    }
    case "TestLogical": {
      const truths = expression.operands.map((one) => testExpression(one, state, outside, paths));
      return truths.reduce(expression.operator === "&&" ? both : either);
    }
    case "TestUnary":
      return unary(expression.operator, of(expression.operand), state.cwd, paths);
    case "TestBinary": {
      const left = of(expression.left);
      const isPattern = ["=", "==", "!="].includes(expression.operator);
      const right = isPattern ? patternOf(expression.right, state, outside) : of(expression.right);
      return state.options.has("nocasematch")
        ? compare(expression.operator, left.toLowerCase(), right.toLowerCase(), true)
        : compare(expression.operator, left, right, true);
    }
  }
}
