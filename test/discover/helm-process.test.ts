import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { helmRenderer } from "../../src/discover/helm-process.ts";
import { memoryTree } from "./tree.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const tree = memoryTree({
  "deploy/shop/Chart.yaml": "name: shop\n",
  "deploy/shop/values.yaml": "image: a\n",
  "deploy/shop/values.schema.json": '{"$ref":"http://203.0.113.1/schema"}',
  "deploy/shop/values-prod.yaml": "image: b\n",
  "deploy/other/Chart.yaml": "name: other\n",
});

/** A program in Helm's place: what it does with a chart is Helm's own affair, how it is called is ours. */
function standIn(script: string): NodeJS.ProcessEnv {
  const file = folder.write(`${crypto.randomUUID()}/helm`, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `relative:${dirname(file)}`, SECRET: "x", HOME: "/root" };
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("muslgate-helm-"));

describe("Helm", () => {
  it("is called on the chart's own files, with its values files, and with nothing of whoever runs this", async () => {
    const before = leftovers();
    const seen = folder.write("seen", "");
    const env = standIn(
      `{ env; echo "$@"; cd "$3" && find . -type f | sort; cat "$6"; } > ${seen}; echo 'kind: List'`,
    );
    const helm = helmRenderer(tree, env);
    expect(await helm?.render("deploy/shop", ["deploy/shop/values-prod.yaml"])).toBe("kind: List\n");
    const text = readFileSync(seen, "utf8");
    expect(text).toMatch(
      /^template muslgate \S+\/deploy\/shop --skip-tests --values \S+\/values-prod\.yaml$/m,
    );
    expect(text).toContain("./Chart.yaml\n./values-prod.yaml\n./values.yaml\nimage: b\n");
    expect(text).not.toMatch(/SECRET|HOME=\/root|schema/);
    helm?.close();
    expect(leftovers()).toEqual(before);
  });

  it("says what Helm said where it fails", async () => {
    const helm = helmRenderer(
      tree,
      standIn("echo 'Error: found in Chart.yaml, but missing in charts/: redis' >&2; exit 1"),
    );
    expect(await helm?.render("deploy/shop", [])).toEqual({
      problem: "found in Chart.yaml, but missing in charts/: redis",
    });
    helm?.close();
  });

  it("does not take more than fits", async () => {
    const helm = helmRenderer(tree, standIn("exec head -c 20000000 /dev/zero"));
    expect(await helm?.render("deploy/shop", [])).toEqual({ problem: "the result is too large" });
    helm?.close();
  });

  it("is left out where there is none, and looked for in no folder of the repository", () => {
    expect(helmRenderer(tree, { PATH: `.:relative:${folder.path}/nowhere` })).toBeUndefined();
    expect(existsSync(`${folder.path}/nowhere`)).toBe(false);
  });
});
