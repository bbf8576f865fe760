import { expect, it } from "vitest";
import { categoryOf, matrixOf } from "../../src/github/category.ts";

const env = { GITHUB_WORKFLOW: "checks", GITHUB_JOB: "names" };

it.each([
  ["no matrix", "null", ".", "checks/names"],
  ["a matrix", '{"node": 20, "arch": "amd64"}', "./", "checks/names/amd64, 20"],
  ["a matrix in another order", '{"arch": "amd64", "node": 20}', ".", "checks/names/amd64, 20"],
  ["a matrix of objects", '{"on": {"os": "linux"}}', ".", 'checks/names/{"os":"linux"}'],
  ["a folder", "null", "./services/api/", "checks/names/services/api"],
  ["a matrix and a folder", '{"a": "x"}', "web", "checks/names/x/web"],
])("is made of %s where nobody wrote one", (_, matrix, directory, expected) => {
  expect(categoryOf({ directory }, matrixOf(matrix) ?? "none", env)).toBe(expected);
});

it("is what somebody wrote", () => {
  expect(categoryOf({ category: "prod cluster", directory: "web" }, "x", env)).toBe("prod cluster");
  expect(["prod cluster", "20", "[1]", ""].map(matrixOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
