import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Seen } from "../support/faulty-registry.ts";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "./program.ts";

/** CI asks for 200. */
const KILLS = Number(process.env.MUSLGATE_KILLS ?? 12);
const SHARDS = 3;

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, 40, seen);
  const plans = [1, SHARDS].map((count) =>
    muslgate(["fleet", "plan", fleet.file, "--shards", String(count), "--out", at(`${count}.plan`)]),
  );
  for (const ran of await Promise.all(plans)) expect(ran).toMatchObject({ code: 0, err: "" });
});
afterAll(() => fleet.registry.close());

const read = (index: number) => ({
  args: ["fleet", "read", at(`${SHARDS}.plan`), "--store", at("store")],
  env: { JOB_COMPLETION_INDEX: String(index) },
});

/** How many layers the registry is asked for until the pods that run are killed. */
let untilKill = Number.POSITIVE_INFINITY;
const running = new Set<ChildProcess>();
function seen({ url }: Seen): void {
  if (!url.includes("/blobs/") || --untilKill > 0) return;
  untilKill = Number.POSITIVE_INFINITY;
  // One before it has an answer, the others somewhere on their way.
  for (const [index, child] of [...running].entries()) setTimeout(() => child.kill("SIGKILL"), index * 7);
}

/** Runs a pod of the Job; true when it was killed. */
function wasKilled(index: number): Promise<boolean> {
  const { args, env } = read(index);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(process.cwd(), "dist/cli.js"), ...args], {
      stdio: "ignore",
      env: { ...process.env, ...env },
    });
    running.add(child);
    child.on("close", (_, signal) => {
      running.delete(child);
      resolve(signal === "SIGKILL");
    });
  });
}

const entries = (store: string) =>
  !existsSync(at(store))
    ? []
    : readdirSync(at(store), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
const merged = (plan: string, store: string) =>
  muslgate(["fleet", "merge", at(plan), "--store", at(store), "--format", "json"]);

describe(`shards as processes, killed ${KILLS} times`, () => {
  it(
    "lose and double nothing: the same bytes as one process that nobody killed",
    async () => {
      const alone = await muslgate(["fleet", "read", at("1.plan"), "--store", at("alone")]);
      expect(alone).toMatchObject({ code: 0, err: "" });
      const expected = await merged("1.plan", "alone");
      expect(expected.code).toBe(1);
      const many = entries("alone").length;
      let hits = 0;
      let halfRead = 0;
      for (let i = 0; i < KILLS; i += SHARDS) {
        // A store that is whole gives a kill nothing to break: the next round fills one anew.
        if (entries("store").length === many) rmSync(at("store"), { recursive: true });
        // Side by side, as an Indexed Job runs them.
        untilKill = 1 + ((i * 7) % (many - entries("store").length));
        const all = Array.from({ length: SHARDS }, (_, index) => wasKilled(index));
        hits += (await Promise.all(all)).filter(Boolean).length;
        const there = entries("store").length;
        if (there > 0 && there < many) halfRead++;
      }
      expect(hits).toBeGreaterThan(KILLS / 4);
      expect(halfRead).toBeGreaterThan(0);
      for (let index = 0; index < SHARDS; index++) {
        const { args, env } = read(index);
        expect(await muslgate(args, env)).toMatchObject({ code: 0, err: "" });
      }
      expect(readdirSync(at("store")).filter((name) => name.startsWith("part-"))).toEqual([]);
      expect(entries("store").toSorted()).toEqual(entries("alone").toSorted());
      expect(await merged(`${SHARDS}.plan`, "store")).toEqual(expected);
    },
    KILLS * 2_000 + 60_000,
  );
});
