import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IMAGES, ociLayout } from "../../examples/images.mjs";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "./program.ts";

/** CI asks for 200. */
const KILLS = Number(process.env.MUSLGATE_KILLS ?? 12);

const folder = temporaryFolder();
const base = IMAGES["shop-api"]!;
/** Twelve layers, so that the cache is written to all along a scan. */
const layers = Array.from({ length: 12 }, (_, i) => [
  { name: `data-${i}`, body: Buffer.alloc(3 * 2 ** 20, `layer ${i} `) },
]);
for (const { name, body } of ociLayout("shop/api:1.0", { ...base, layers: [...base.layers, ...layers] })) {
  folder.write(`layout/${name}`, body as Buffer);
}
const cache = join(folder.path, "cache");
const call = [
  "image",
  join(folder.path, "layout"),
  "--gke-version",
  "1.22.6-gke.1000",
  "--node-local-dns",
  "enabled",
  "--cache-dir",
  cache,
];

function entries(): string[] {
  try {
    return readdirSync(cache);
  } catch {
    return [];
  }
}

/** Kills a scan after a while; true when it was still running. */
function killed(milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(process.cwd(), "dist/cli.js"), ...call], { stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    child.on("close", (_, signal) => {
      clearTimeout(timer);
      resolve(signal === "SIGKILL");
    });
  });
}

describe(`a scan killed ${KILLS} times`, () => {
  it(
    "never leaves a corrupt entry, and the next one cleans up and is right",
    async () => {
      let hits = 0;
      for (let i = 0; i < KILLS; i++) {
        if (await killed(60 + ((i * 37) % 260))) hits++;
        for (const name of entries().filter((one) => one.endsWith(".facts"))) {
          const bytes = readFileSync(join(cache, name));
          expect(createHash("sha256").update(bytes.subarray(65)).digest("hex")).toBe(
            bytes.toString("latin1", 0, 64),
          );
        }
      }
      expect(hits).toBeGreaterThan(0);
      const ran = await muslgate([...call, "--format", "json"]);
      expect(JSON.parse(ran.out).summary.affected).toBe(1);
      expect(entries().filter((name) => name.endsWith(".part"))).toEqual([]);
      expect(entries().filter((name) => name.endsWith(".facts"))).toHaveLength(
        base.layers.length + layers.length,
      );
    },
    KILLS * 2_000 + 60_000,
  );
});
