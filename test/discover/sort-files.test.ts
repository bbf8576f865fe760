import { isCorefileName, isDockerfileName } from "../../src/tree/file-names.ts";
import { describe, expect, it } from "vitest";
import { isValuesName } from "../../src/discover/kinds/chart.ts";
import { isWorkflowName } from "../../src/discover/kinds/workflow.ts";

describe("what a file is by its name", () => {
  it.each([
    ["Dockerfile", true],
    ["a/b/dockerfile", true],
    ["Dockerfile.prod", true],
    ["Containerfile-x", true],
    ["api.dockerfile", true],
    ["api.Dockerfile", true],
    ["Dockerfile.dockerignore", false],
    ["dockerfile.test.ts", false],
    ["Dockerfile.md", false],
    ["MyDockerfile", false],
  ])("%s as a Dockerfile: %s", (path, expected) => expect(isDockerfileName(path)).toBe(expected));

  it.each([
    ["Corefile", true],
    ["x/Corefile.prod", true],
    ["node.corefile", true],
    ["corefile-input.ts", false],
  ])("%s as a Corefile: %s", (path, expected) => expect(isCorefileName(path)).toBe(expected));

  it.each([
    ["values.yaml", true],
    ["values-prod.yml", true],
    ["prod-values.yaml", true],
    ["prod.values.yaml", true],
    ["env/values/prod.yaml", true],
    ["myvalues.yaml", false],
    ["values.schema.json", false],
  ])("%s as values: %s", (path, expected) => expect(isValuesName(path)).toBe(expected));

  it.each([
    [".github/workflows/ci.yml", true],
    ["sub/.github/workflows/ci.yaml", true],
    [".github/dependabot.yml", false],
  ])("%s as a workflow: %s", (path, expected) => expect(isWorkflowName(path)).toBe(expected));
});
