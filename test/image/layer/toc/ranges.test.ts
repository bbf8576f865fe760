import { describe, expect, it } from "vitest";
import { fetchRanges, planRanges } from "../../../../src/image/layer/toc/ranges.ts";
import type { TablePart } from "../../../../src/image/layer/toc/table.ts";

const KB = 1024;
const MB = 1024 * KB;
const part = (from: number, to: number): TablePart => ({
  from,
  to,
  size: 1,
  digest: `sha256:${"0".repeat(64)}`,
});
const plan = (...parts: [number, number][]) => planRanges(parts.map(([from, to]) => part(from, to)));

describe("planRanges", () => {
  it("puts neighbours together, also over a small gap", () => {
    expect(plan([0, 10], [10, 20], [20 + 64 * KB, 200 * KB])).toEqual([{ from: 0, to: 200 * KB }]);
  });

  it("leaves a large gap out, and splits at four megabytes", () => {
    expect(plan([0, 10], [11 + 64 * KB, 100 * KB])).toHaveLength(2);
    expect(plan([0, 3 * MB], [3 * MB, 5 * MB])).toHaveLength(2);
  });

  it("refuses what overlaps or goes back, one that is too large, and too many", () => {
    expect(plan([0, 10], [9, 20])).toBeUndefined();
    expect(plan([100, 110], [0, 10])).toBeUndefined();
    expect(plan([0, 64 * MB + 1])).toBeUndefined();
    const apart = Array.from({ length: 1001 }, (_, i): [number, number] => [i * MB, i * MB + 1]);
    expect(plan(...apart)).toBeUndefined();
    expect(plan(...apart.slice(1))).toHaveLength(1000);
  });
});

describe("fetchRanges", () => {
  const ranges = Array.from({ length: 20 }, (_, i) => ({ from: i * 3 * MB, to: i * 3 * MB + 2 * MB }));
  const { signal } = new AbortController();

  it("gives them in order, with four requests and eight megabytes at most on their way", async () => {
    let running = 0;
    let most = 0;
    const readRange = async (from: number, to: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, from % 7));
      running--;
      return new Uint8Array(to - from);
    };
    const got: number[] = [];
    for await (const { from } of fetchRanges({ size: 60 * MB, readRange }, ranges, signal)) got.push(from);
    expect(got).toEqual(ranges.map(({ from }) => from));
    expect(most).toBe(4);
    most = 0;
    const large = ranges.map(({ from }) => ({ from, to: from + 3 * MB }));
    for await (const { bytes } of fetchRanges({ size: 60 * MB, readRange }, large, signal)) {
      expect(bytes).toHaveLength(3 * MB);
    }
    expect(most).toBe(2);
  });

  it("stops what is on its way when nobody reads on", async () => {
    const aborted: number[] = [];
    const readRange = (from: number, to: number, stop: AbortSignal) =>
      from === 0
        ? Promise.resolve(new Uint8Array(to - from))
        : new Promise<Uint8Array>((_, reject) => {
            stop.addEventListener("abort", () => {
              aborted.push(from);
              reject(new Error("stopped"));
            });
          });
    for await (const { from } of fetchRanges({ size: 60 * MB, readRange }, ranges, signal)) {
      expect(from).toBe(0);
      break;
    }
    expect(aborted).toHaveLength(3);
  });
});
