import { describe, expect, it } from "vitest";
import { mayHoldCorefile } from "../../../src/discover/kinds/cluster-files.ts";
import fc from "../../support/property.ts";

describe("whether a text may hold a Corefile", () => {
  /** The same as one pattern, which looks at up to 72 letters from each. */
  const PLAIN = /[A-Za-z0-9+/]{72}|(?:[A-Za-z0-9+/]{64}\s+){2}/;

  it("finds base64 where a pattern over every letter does", () => {
    const run = fc.integer({ min: 55, max: 75 }).map((length) => "a".repeat(length));
    const between = fc.constantFrom("\n", "\n  ", "\r\n", " ", "-", "=", " - ");
    const text = fc
      .array(fc.oneof({ weight: 1, arbitrary: run }, { weight: 3, arbitrary: between }), { maxLength: 12 })
      .map((parts) => parts.join(""));
    fc.assert(fc.property(text, (one) => mayHoldCorefile(one) === PLAIN.test(one)));
  });

  it.each([
    ["x".repeat(71), false],
    ["x".repeat(72), true],
    [`${"-".repeat(63)}${"x".repeat(72)}`, true],
    [`${"x".repeat(64)}\n${"x".repeat(64)}\n`, true],
    [`${"x".repeat(71)}\n  ${"x".repeat(64)}\n`, true],
    [`${"x".repeat(64)}\n${"x".repeat(65)}\n`, false],
    [`${"x".repeat(64)}\n${"x".repeat(64)}`, false],
  ])("%j: %s", (text, expected) => expect(mayHoldCorefile(text)).toBe(expected));
});
