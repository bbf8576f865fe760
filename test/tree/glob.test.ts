import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { type Glob, globMatches, nameGlob, pathGlob } from "../../src/tree/glob.ts";
import { pathFilter } from "../../src/tree/path-filter.ts";
import { Budget } from "../../src/model/budget.ts";

/** The steps that one match takes. */
function stepsOf(glob: Glob, name: string): number {
  const budget = new Budget("globSteps", Number.POSITIVE_INFINITY);
  globMatches(glob, name, budget);
  return budget.spent;
}

describe("globs of paths", () => {
  it.each([
    ["*.yaml", "a/b/c.yaml", true],
    ["deploy", "deploy/x/y.yaml", true],
    ["deploy/", "deploy/y.yaml", true],
    ["./deploy/*.yaml", "deploy/y.yaml", true],
    ["deploy/*.yaml", "deploy/x/y.yaml", false],
    ["deploy/**/*.yaml", "deploy/y.yaml", true],
    ["**", "a", true],
    ["charts/*/values.yaml", "charts/a/values.yaml", true],
    ["a/**/b/**/c", "a/b/x/b/c", true],
    ["*a*/c", "ba/b/c", false],
    ["[!a]?c", "b\u{1f600}c", true],
  ])("%s and %s: %s", (glob, path, expected) => {
    expect(pathFilter([glob])(path)).toBe(expected);
    expect(pathFilter([], [glob])(path)).toBe(!expected);
  });
});

describe("globs of names", () => {
  it.each([
    ["shop/api", "shop/api", true],
    ["shop/*", "shop/api", true],
    ["shop/*", "shop/a/b", false],
    ["shop/**", "shop/a/b", true],
    ["**/api", "api", true],
    ["**/api", "a/b/api", true],
    ["**/api", "a/b/xapi", false],
    ["a**d", "a/b/c/d", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["a.c", "abc", false],
    ["[::1]:5000/*", "[::1]:5000/app", true],
    ["", "", true],
    ["*", "", true],
  ])("%s on %s: %s", (pattern, name, fits) => {
    expect(globMatches(nameGlob(pattern), name)).toBe(fits);
  });

  it("say the same as regular expressions", () => {
    const pattern = fc
      .array(fc.constantFrom("a", "b", "/", "*", "**", "?", "**/"), { maxLength: 7 })
      .map((all) => all.join(""));
    const name = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(pattern, name, (glob, text) => {
        const source = glob.replace(/\*\*\/|\*\*|\*|\?/g, (word) =>
          word === "**/" ? "(?:.*/)?" : word === "**" ? ".*" : word === "*" ? "[^/]*" : "[^/]",
        );
        expect(globMatches(nameGlob(glob), text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("the steps of a match", () => {
  it.each<[string, (n: number) => Glob, (n: number) => string]>([
    ["stars", () => nameGlob(`${"*a".repeat(100)}c`), (n) => `${"a".repeat(n)}bc`],
    ["double stars", () => nameGlob(`${"**a".repeat(100)}c`), (n) => `${"a".repeat(n)}bc`],
    ["folders", () => pathGlob(`${"**/a/".repeat(100)}c`), (n) => `${"a/".repeat(n)}b/c`],
    ["long texts", () => nameGlob(`*${"a".repeat(100)}*c`), (n) => `${"a".repeat(n)}bc`],
    ["question marks", () => nameGlob(`*${"?".repeat(100)}*d/c`), (n) => `${"a".repeat(n)}b/c`],
  ])("grow with the name alone: %s", (_, glob, name) => {
    const [once, twice] = [stepsOf(glob(0), name(1000)), stepsOf(glob(0), name(2000))];
    expect(twice).toBeLessThan(once * 2.2);
  });

  it("grow with the glob alone", () => {
    const name = `${"a".repeat(2000)}bc`;
    const once = stepsOf(nameGlob(`${"*a".repeat(100)}c`), name);
    expect(stepsOf(nameGlob(`${"*a".repeat(200)}c`), name)).toBeLessThan(once * 2.2);
  });

  it("end in their budget, and everything is looked at then", () => {
    const budget = new Budget("globSteps", 1_000);
    const filter = pathFilter(["*a*a*a"], ["*b*b*b"], budget);
    expect(filter("b".repeat(1_000))).toBe(true);
    expect(budget.isOver).toBe(true);
  });
});

describe("the globs of a user", () => {
  it("are told where they match nothing, but not for files that another one takes first or leaves out", () => {
    const filter = pathFilter(["deploy", "deploy/*.yaml", "typo/**"], ["deploy/test", "tets/**"]);
    for (const path of ["a.yaml", "deploy/a.yaml", "deploy/test/b.yaml"]) filter(path);
    expect(filter.unmatched()).toEqual(["typo/**", "tets/**"]);
    const hidden = pathFilter(["deploy/test"], ["deploy"]);
    expect(hidden("deploy/test/a.yaml")).toBe(false);
    expect(hidden.unmatched()).toEqual([]);
  });
});
