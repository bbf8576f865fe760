/** Packages with C code are told by the names that cgo gives their functions, and those that are not read leave a mark. */
import { expect, it } from "vitest";
import { Traces } from "../../../src/image/detect/traces.ts";

const UNREAD = "whose name could not be read";
const packagesOf = (names: readonly string[], before = "\0".repeat(300)) => {
  const traces = new Traces();
  traces.search(Buffer.from(`${before}${names.map((name) => `\0${name}`).join("")}\0`, "latin1"));
  return [...traces.found.withC];
};
const many = (count: number, kind: string) => Array.from({ length: count }, (_, i) => `p${i}.${kind}_f`);

it.each([
  ["one", ["example.com/a%2eb._Cfunc_f"], ["example.com/a.b"]],
  ["one with a plus", ["example.com/c++/a._Cfunc_f"], ["example.com/c++/a"]],
  ["letters that no path has", ["example.com/a,b._Cfunc_f"], [UNREAD]],
  ["a path that is too long", [`${"a/".repeat(200)}._C2func_f`], [UNREAD]],
  ["a text that has no path before it", ["the name ._Cfunc_f"], []],
])("%s", (_, names, packages) => expect(packagesOf(names)).toEqual(packages));

it("what a block begins with was seen in the one before", () => {
  expect(packagesOf([`${"a/".repeat(20)}._Cfunc_f`], "")).toEqual([]);
});

it("they are few, whichever of its two names cgo uses, and the rest leaves a mark", () => {
  expect(packagesOf([...many(63, "_Cfunc"), ...many(63, "_C2func")])).not.toContain(UNREAD);
  const packages = packagesOf([...many(64, "_Cfunc"), "q._Cfunc_f", "r._C2func_f", "s._C2func_f"]);
  expect(packages).toHaveLength(65);
  expect(packages).toContain(UNREAD);
});

it("one that was seen is none too many", () => {
  expect(packagesOf([...many(64, "_Cfunc"), "p0._Cfunc_g", "p1._C2func_g"])).not.toContain(UNREAD);
});
