import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../../src/corefile/regex.ts";

function find(source: string, text: string): readonly string[] | string | undefined {
  const compiled = compilePattern(source);
  return compiled.kind === "pattern" ? compiled.pattern.find(text) : compiled.kind;
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

  it("takes linear time where a backtracking engine hangs", () => {
    const started = performance.now();
    expect(find("(a+)+$", `${"a".repeat(250)}b`)).toBeUndefined();
    expect(find("(a|a)*c", "a".repeat(250))).toBeUndefined();
    expect(find("(.*)(.*)(.*)(.*)(.*)x", "a".repeat(250))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
