import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { describeWith, findGo } from "../support/parts.ts";

const folder = temporaryFolder();

/** The API's types that are compiled. */
const API = "0.34.1";

/** Manifests that users apply, but for those that are kustomize's or Argo's own. */
const MANIFESTS = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml") && !/kustomization|argo|fleet\.yaml/.test(name))
  .map((name) => join("docs", name))
  .toSorted();

/** Builds the program once, where no earlier run has. */
function strictDecoder(): string {
  const folder = join(
    process.env.MUSLGATE_RECORDING ?? join(tmpdir(), "muslgate-recording"),
    `manifests-${API}`,
  );
  const program = join(folder, "manifests");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  copyFileSync("test/e2e/manifests/main.go", join(folder, "main.go"));
  const needs = ["api", "apimachinery"].map((name) => `require k8s.io/${name} v${API}\n`).join("");
  writeFileSync(join(folder, "go.mod"), `module manifests\n\ngo 1.24.0\n\n${needs}`);
  const go = (...args: readonly string[]) =>
    execFileSync(findGo() ?? "go", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  go("mod", "tidy");
  go("build", "-o", `${program}.new`, ".");
  renameSync(`${program}.new`, program);
  return program;
}

describeWith({ go: true }, "manifests of docs/, by the Kubernetes API's own types", () => {
  let decoder = "";
  beforeAll(() => {
    decoder = strictDecoder();
  }, 600_000);
  const read = (...files: readonly string[]) =>
    execFileSync(decoder, files, { encoding: "utf8" }).trim().split("\n");

  it.each(MANIFESTS)("%s has no field that there is not", (file) => {
    for (const line of read(file)) expect(line).toMatch(/^docs\/\S+: [A-Z]\w+$/);
  });

  it("are told where they do", () => {
    const file = folder.write(
      "job.yaml",
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\nspec: {shedule: '0 3 * * *'}\n",
    );
    expect(read(file)).toEqual([expect.stringContaining('unknown field "spec.shedule"')]);
  });
});

describe("manifests of docs/", () => {
  it("are there", () => {
    expect(MANIFESTS).toContain("docs/live/cronjob.yaml");
    expect(MANIFESTS).toContain("docs/rbac.yaml");
  });
});
