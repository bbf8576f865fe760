import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeImages } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { runNode } from "./program.ts";

const folder = temporaryFolder();
writeImages(join(folder.path, "images"));
const image = (name: string) => join(folder.path, `images/${name}.tar`);

/** Runs the bundled Action as the runner does: inputs in the environment, files for what it hands back. */
async function runAction(inputs: Record<string, string>, name: string) {
  const file = (kind: string) => folder.write(`${name}/${kind}`, "");
  const files = { GITHUB_OUTPUT: file("output"), GITHUB_STEP_SUMMARY: file("summary") };
  const environment = Object.fromEntries(
    Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]),
  );
  const ran = await runNode(["dist/action.js"], {
    ...environment,
    ...files,
    RUNNER_TEMP: join(folder.path, name),
    GITHUB_WORKSPACE: process.cwd(),
  });
  const outputs = Object.fromEntries(
    [...readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
      (match) => [match[1], match[3]],
    ),
  );
  return { ...ran, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
}

describe("the Action", () => {
  it("annotates the line, writes its reports and outputs, then fails", async () => {
    const ran = await runAction(
      {
        images: `${image("shop-api")}\n${image("shop-reports")}\n`,
        corefile: "examples/cluster/node-local-dns.yaml",
      },
      "affected",
    );
    expect(ran.code).toBe(1);
    expect(ran.outputs).toMatchObject({ outcome: "affected", affected: "1", unknown: "0" });
    expect(
      JSON.parse(readFileSync(ran.outputs["sarif-file"] as string, "utf8")).runs[0].results,
    ).toHaveLength(1);
    expect(JSON.parse(readFileSync(ran.outputs["json-file"] as string, "utf8")).summary.affected).toBe(1);
    expect(ran.summary).toContain("### ❌ muslgate: 1 affected · 1 not affected");
    expect(ran.out).toMatch(
      /^::error title=Names will not resolve,file=examples\/cluster\/node-local-dns\.yaml,line=\d+,endLine=\d+::/m,
    );
    expect(ran.out).toMatch(/^::error::1 of 2 containers will not resolve/m);
  });

  it("passes, with an empty SARIF, when nothing is affected", async () => {
    const ran = await runAction(
      { images: image("shop-reports"), corefile: "examples/cluster/node-local-dns.yaml" },
      "clean",
    );
    expect(ran.code).toBe(0);
    expect(ran.outputs.outcome).toBe("not-affected");
    expect(JSON.parse(readFileSync(ran.outputs["sarif-file"] as string, "utf8")).runs[0].results).toEqual([]);
    expect(ran.out).not.toMatch(/^::(error|warning)/m);
  });

  it.each([
    [
      "a wrong switch",
      { images: "x", autopilot: "yes" },
      /^::error::autopilot is "yes"\. Write true or false/m,
    ],
    [
      "only unreadable images",
      { images: "nope.tar", "gke-version": "1.22.6-gke.1000" },
      /^::error::For 1 of 1 containers it is not known/m,
    ],
  ])("says what is wrong: %s", async (name, inputs, message) => {
    const ran = await runAction(inputs as Record<string, string>, name);
    expect(ran.out).toMatch(message);
    expect(ran.code).toBe(1);
  });

  it("lets no text of an image be a workflow command", async () => {
    const hostile = "x\n::error::pwned";
    const ran = await runAction(
      { images: image("shop-api"), "gke-version": "1.22.6-gke.1000", "cluster-domain": hostile },
      "hostile",
    );
    expect(ran.out).not.toMatch(/^::error::pwned/m);
    expect(existsSync(join(folder.path, "hostile/muslgate.sarif"))).toBe(true);
  });
});
