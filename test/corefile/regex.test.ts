import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../../src/corefile/regex.ts";
import type { Meter } from "../../src/corefile/steps.ts";

/** Counts what matching is charged. */
class Counter implements Meter {
  readonly spent = { corefilePatterns: 0, corefileSteps: 0, corefileWitnesses: 0 };
  spend(what: keyof Counter["spent"], count: number): void {
    this.spent[what] += count;
  }
}

function find(
  source: string,
  text: string,
  meter: Meter = new Counter(),
): readonly string[] | string | undefined {
  const compiled = compilePattern(source);
  return compiled.kind === "pattern" ? compiled.pattern.find(text, meter) : compiled.kind;
}

describe("patterns", () => {
  it.each<[string, string, readonly string[] | undefined]>([
    ["a", "xay", ["a"]],
    ["^a", "xa", undefined],
    ["\\.test\\.$", "a.test.", [".test."]],
    ["(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]],
    ["^(?P<pod>[^.]+)\\.(.+)$", "web.ns.test.", ["web.ns.test.", "web", "ns.test."]],
    ["(?i)ABC", "xabc", ["abc"]],
    ["(?i:[A-C])d", "bd", ["bd"]],
    ["a{2,3}?", "aaaa", ["aa"]],
    ["a{2,}", "aaaa", ["aaaa"]],
    ["a{,2}", "a{,2}", ["a{,2}"]],
    ["\\bweb\\b", "my-web.test.", ["web"]],
    ["[[:digit:]]+|x", "a12", ["12"]],
    ["[^a-c.]+", "abcdef.", ["def"]],
    ["[a-]+", "b-a-", ["-a-"]],
    ["\\Qa.b\\E", "axb a.b", ["a.b"]],
    ["(a*)*", "aaa", ["aaa", "aaa"]],
    ["x*", "aaa", [""]],
    ["(?:)", "", [""]],
    ["\\x61\\141", "aa", ["aa"]],
    [".", "\n", undefined],
    ["(?s).", "\n", ["\n"]],
  ])("%s in %j", (source, text, expected) => {
    expect(find(source, text)).toEqual(expected);
  });

  it.each([
    "(",
    ")",
    "[a",
    "*a",
    "a**",
    "a{2}{3}",
    "\\",
    "(?<!a)",
    "(?=a)",
    "\\1",
    "[b-a]",
    "a{1001}",
    "\\8",
    "(?P<a>x)(?P<a>y)",
  ])("refuses %s as Go does", (source) => {
    expect(compilePattern(source).kind).toBe("invalid");
  });

  it.each(["\\pL", "[\\pN]", "ä", "((a{100}){100}){100}"])("does not pretend to know %s", (source) => {
    expect(compilePattern(source).kind).toBe("unsupported");
  });

  it("agrees with JavaScript where both have the syntax", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      ".",
      "[ab]",
      "[^a]",
      "(a)",
      "(b|ab)",
      "(?:ab)",
      "\\w",
      "\\.",
      "^",
      "$",
    );
    const repeated = fc
      .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "*?", "{1,2}"))
      .map(([a, r]) => (a === "^" || a === "$" ? a : a + r));
    const source = fc.array(repeated, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (pattern, input) => {
        const ours = find(pattern, input);
        const theirs = new RegExp(pattern).exec(input);
        expect(ours?.[0]).toEqual(theirs?.[0]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["(a+)+$", "(a|a)*c", "(.*)(.*)(.*)(.*)(.*)x"])(
    "takes steps linear in the name for %s, where a backtracking engine hangs",
    (source) => {
      const steps = (length: number) => {
        const counter = new Counter();
        expect(find(source, `${"a".repeat(length)}b`, counter)).toBeUndefined();
        return counter.spent.corefileSteps;
      };
      const [once, twice] = [steps(500), steps(1_000)];
      expect(once).toBeGreaterThan(500);
      expect(twice).toBeLessThan(2.1 * once);
    },
  );

  it("makes the steps when the first name is matched, and charges for them once", () => {
    const compiled = compilePattern("(a|b|c|d){1,300}x");
    const counter = new Counter();
    expect(counter.spent.corefilePatterns).toBe(0);
    for (const text of ["example.test.", "abcx.test."]) {
      if (compiled.kind === "pattern") compiled.pattern.find(text, counter);
    }
    expect(counter.spent.corefilePatterns).toBeGreaterThan(3_000);
    expect(counter.spent.corefilePatterns).toBeLessThan(5_000);
  });

  it.each([
    ["repeats nothing a billion times", "(?:(?:(?:){1000}){1000}){1000}"],
    ["is a word of a million letters", "a".repeat(1_000_000)],
    ["has a class of thousands of parts", `[${"ab".repeat(2_000)}]`],
    ["has a million empty choices", "|".repeat(1_000_000)],
  ])("does not try what %s", (_, source) => {
    expect(compilePattern(source).kind).toBe("unsupported");
  });
});
