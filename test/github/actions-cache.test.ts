import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CacheService, carryCache } from "../../src/github/actions-cache.ts";
import { temporaryFolder } from "../support/folder.ts";

const temporary = temporaryFolder();

/** A service in memory: keys, and what was asked of it. */
function service(kept: string[] = [], more: Partial<CacheService> = {}) {
  const saved: string[] = [];
  const made: CacheService = {
    isFeatureAvailable: () => true,
    restoreCache: async (_, key, others = []) =>
      kept.find((one) => one === key) ?? kept.find((one) => others.some((other) => one.startsWith(other))),
    saveCache: async (_, key) => saved.push(key),
    ...more,
  };
  return { made, saved };
}

describe("carryCache", () => {
  const said: string[] = [];
  const carried = (folder: string, schema = "1 a@1") => ({
    folder,
    schema,
    info: (text: string) => void said.push(text),
  });

  it("saves once what a run has learnt, and nothing when it has learnt nothing", async () => {
    const folder = join(temporary.path, "facts");
    mkdirSync(folder);
    const first = service();
    const save = await carryCache(first.made, carried(folder));
    temporary.write("facts/aa.json", "{}");
    await save();
    expect(first.saved).toHaveLength(1);
    const second = service(first.saved);
    await (await carryCache(second.made, carried(folder)))();
    expect(second.saved).toEqual([]);
    temporary.write("facts/bb.json", "{}");
    const third = service(first.saved);
    await (await carryCache(third.made, carried(folder)))();
    expect(third.saved).toHaveLength(1);
    expect(third.saved).not.toEqual(first.saved);
    rmSync(folder, { recursive: true });
  });

  it("keeps facts of another form apart, and saves no empty folder", async () => {
    const folder = temporary.write("other/aa.json", "{}").replace("/aa.json", "");
    const one = service();
    await (await carryCache(one.made, carried(folder, "1")))();
    const two = service();
    await (await carryCache(two.made, carried(folder, "2")))();
    expect(one.saved[0]?.slice(0, 28)).not.toBe(two.saved[0]?.slice(0, 28));
    const none = service();
    await (await carryCache(none.made, carried(join(temporary.path, "nowhere"))))();
    expect(none.saved).toEqual([]);
  });

  it("never fails a run", async () => {
    const failing = service([], {
      restoreCache: () => Promise.reject(new Error("503\n::error::x")),
      saveCache: () => Promise.reject(new Error("503")),
    });
    const folder = temporary.write("third/aa.json", "{}").replace("/aa.json", "");
    said.length = 0;
    await (await carryCache(failing.made, carried(folder)))();
    expect(said).toEqual(["The fact cache was not restored: 503", "The fact cache was not saved: 503"]);
    await (await carryCache(service([], { isFeatureAvailable: () => false }).made, carried(folder)))();
  });
});
