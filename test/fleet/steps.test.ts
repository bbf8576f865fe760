import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, 6);
});
afterAll(() => fleet.registry.close());

/** Plans, reads every shard into a store of its own, and returns the stores. */
async function readIn(shards: number, name: string): Promise<readonly string[]> {
  const plan = at(`${name}.plan`);
  const planned = await muslgate(["fleet", "plan", fleet.file, "--shards", String(shards), "--out", plan]);
  expect(planned).toMatchObject({ code: 0, err: "" });
  const stores: string[] = [];
  for (let i = 1; i <= shards; i++) {
    stores.push(at(`${name}-${i}`));
    const ran = await muslgate(["fleet", "read", plan, "--shard", `${i}/${shards}`, "--store", stores.at(-1)!]);
    expect(ran).toMatchObject({ code: 0, err: "" });
  }
  return stores;
}

const merged = (plan: string, stores: readonly string[]) =>
  muslgate(["fleet", "merge", at(plan), "--store", ...stores, "--format", "json"]);

describe("muslgate fleet", () => {
  it("plans, reads and merges: every workload on every cluster and target", async () => {
    const stores = await readIn(1, "single");
    const { code, out, err } = await merged("single.plan", stores);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const report = JSON.parse(out);
    expect(report.diagnostics.map(({ code }: { code: string }) => code)).toEqual(["no-helm"]);
    expect(report.clusters.map(({ name }: { name: string }) => name)).toEqual([
      "one",
      "one to newer",
      "two",
      "two to newer",
      "staging",
      "staging to newer",
    ]);
  });
});
