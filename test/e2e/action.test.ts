import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeImages } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { ACTION_NODE, runAction } from "./action-runner.ts";

const folder = temporaryFolder();
writeImages(join(folder.path, "images"));
const cut = readFileSync(join(folder.path, "images/shop-api.tar")).subarray(0, 512);
const image = (name: string) => join(folder.path, `images/${name}.tar`);

describe(`the Action on Node ${execFileSync(ACTION_NODE, ["--version"], { encoding: "utf8" }).trim()}`, () => {
  it("annotates the line, writes its reports and outputs, then fails", async () => {
    const ran = await runAction({
      images: `${image("shop-api")}\n${image("shop-reports")}\n`,
      corefile: "examples/cluster/node-local-dns.yaml",
    });
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
    const ran = await runAction({
      images: image("shop-reports"),
      corefile: "examples/cluster/node-local-dns.yaml",
    });
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
      { images: folder.write("cut.tar", cut), "gke-version": "1.22.6-gke.1000" },
      /^::error::Not one image could be read/m,
    ],
    ["an image that is not there", { images: "nope.tar" }, /^::error::nope\.tar is neither a file/m],
    [
      "half a login",
      { images: "x", "registry-username": "me" },
      /^::error::a login for a registry was given without `registry`\. Give `registry`, `registry-username` /m,
    ],
  ])("says what is wrong: %s", async (_, inputs, message) => {
    const ran = await runAction(inputs as Record<string, string>);
    expect(ran.out).toMatch(message);
    expect(ran.code).toBe(1);
  });
});
