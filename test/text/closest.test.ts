import { describe, expect, it } from "vitest";
import { didYouMean } from "../../src/text/closest.ts";

describe("didYouMean", () => {
  it.each([
    ["waring", ["error", "warning", "note"], "Did you mean warning? "],
    ["fail_on", ["fail-on", "base"], "Did you mean fail-on? "],
    ["Layerbytes", ["layerEntries", "layerBytes"], "Did you mean layerBytes? "],
    ["musl-pared-lookup", ["search-dot", "musl-paired-lookup"], "Did you mean musl-paired-lookup? "],
    ["ndots", ["search-dot", "ndots-too-low"], "Did you mean ndots-too-low? "],
    ["dns", ["dns-policy-refuses", "no-dns-over-tcp"], ""],
    ["ndo", ["search-too-long", "ndots-too-low"], ""],
    ["high", ["error", "warning", "note", "never"], ""],
    ["", ["error"], ""],
    ["x".repeat(100_000), ["x".repeat(60)], ""],
    ["anything", [], ""],
  ])("%.20s of %j: %s", (word, known, said) => {
    expect(didYouMean(word, known)).toBe(said);
  });
});
