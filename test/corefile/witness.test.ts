import { describe, expect, it } from "vitest";
import { isDomainName, isSubdomain } from "../../src/corefile/names.ts";
import { compilePattern } from "../../src/corefile/regex.ts";

const FREE = { spend: () => undefined };

function witness(pattern: string, zone = ".") {
  const compiled = compilePattern(pattern);
  return compiled.kind === "pattern" ? compiled.pattern.witness(zone, FREE) : compiled.kind;
}

describe("a name that a pattern matches", () => {
  it.each([
    ["^www[.]", "example.com.", "www.example.com."],
    ["^www[.]", ".", "www."],
    ["(.*[.])?amazonaws[.]com[.]$", ".", "amazonaws.com."],
    ["(.*[.])?amazonaws[.]com[.]$", "eu.amazonaws.com.", "eu.amazonaws.com."],
    ["netflix", "example.com.", "netflix.example.com."],
    ["^[^.]+\\.$", ".", "x."],
    ["(?i)^API\\.", "test.", "api.test."],
    ["^(a|b){3}-\\d\\.", "test.", "aaa-0.test."],
    ["\\bnflx\\b", "test.", "nflx.test."],
    ["\\.corp\\.\\z", ".", "x.corp."],
    ["a$", ".", undefined],
    ["^$", ".", undefined],
    ["^API", ".", undefined],
    ["(.*[.])?amazonaws[.]com[.]$", "example.com.", undefined],
    ["x{64}", ".", undefined],
  ])("%s in %s: %s", (pattern, zone, expected) => {
    expect(witness(pattern, zone)).toBe(expected);
  });

  it("is one that the pattern matches, in the zone, for patterns made up at random", () => {
    let seed = 20_261_125;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const parts = [
      "a",
      "b",
      "\\.",
      "[.]",
      "x+",
      ".*",
      "[^.]+",
      "^",
      "$",
      "\\b",
      "\\B",
      "(a|b)",
      "c?",
      "\\d{2}",
      "-",
      "test",
      "|",
    ];
    let found = 0;
    for (let i = 0; i < 500; i++) {
      const pattern = Array.from({ length: 1 + next(7) }, () => parts[next(parts.length)]).join("");
      const zone = [".", "test.", "a.b."][next(3)]!;
      const compiled = compilePattern(pattern);
      if (compiled.kind !== "pattern") continue;
      const name = compiled.pattern.witness(zone, FREE);
      if (name === undefined) continue;
      found++;
      expect([pattern, name, compiled.pattern.find(name, FREE) !== undefined]).toEqual([pattern, name, true]);
      expect([isDomainName(name), isSubdomain(zone, name)]).toEqual([true, true]);
    }
    expect(found).toBeGreaterThan(100);
  });

  it("misses none where a short name does", () => {
    // Every name of up to four letters of this alphabet is tried against what the walk says.
    const letters = ["a", "x", "0", ".", "-"];
    const names: string[] = [];
    const grow = (text: string) => {
      if (text.endsWith(".") && isDomainName(text)) names.push(text);
      if (text.length < 5) for (const letter of letters) grow(text + letter);
    };
    grow("");
    for (const pattern of [
      "^a",
      "a\\.$",
      "\\bx\\b",
      "x\\B",
      "^.\\.$",
      "^[a-w]-x?\\.",
      "0{2}",
      "^(x|0)(\\.|$)a",
      "-\\.",
    ]) {
      const compiled = compilePattern(pattern);
      if (compiled.kind !== "pattern") throw new Error(pattern);
      const matched = names.some((name) => compiled.pattern.find(name, FREE) !== undefined);
      expect([pattern, compiled.pattern.witness(".", FREE) !== undefined || !matched]).toEqual([
        pattern,
        true,
      ]);
    }
  });
});
