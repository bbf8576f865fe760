import { describe, expect, it } from "vitest";
import {
  retryAfter,
  TryLater,
  waitBefore,
  withRetries,
} from "../../../../src/image/source/registry/retry.ts";

describe("retryAfter", () => {
  it.each([
    ["2", 2_000],
    [" 0 ", 0],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 50_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("of %j is %s ms", (header, expected) => {
    expect(retryAfter(header, 10_000)).toBe(expected);
  });
});

describe("waitBefore", () => {
  it("doubles up to a bound, half of it by chance", () => {
    expect([0, 1, 2, 9].map((attempt) => waitBefore(attempt, undefined, 0))).toEqual([
      250, 500, 1_000, 10_000,
    ]);
    expect(waitBefore(1, undefined, 0.999)).toBeCloseTo(999.5);
  });
  it("is what the server asks for, unless that is too long", () => {
    expect(waitBefore(3, 1_500, 0.5)).toBe(1_500);
    expect(waitBefore(0, 60_001, 0.5)).toBeUndefined();
  });
});

describe("withRetries", () => {
  const policy = (waits: number[]) => ({
    retries: 2,
    ports: {
      now: () => 0,
      today: () => 0,
      random: () => 0,
      sleep: async (ms: number) => void waits.push(ms),
    },
  });
  const signal = new AbortController().signal;
  it("ends with the last cause when the tries are used up", async () => {
    const waits: number[] = [];
    let tries = 0;
    const action = async () => {
      throw new TryLater(new Error(`try ${++tries}`));
    };
    await expect(withRetries(policy(waits), signal, action)).rejects.toThrow("try 3");
    expect(waits).toEqual([250, 500]);
  });
  it("does not try again what will not pass", async () => {
    const waits: number[] = [];
    const action = async () => {
      throw new Error("final");
    };
    await expect(withRetries(policy(waits), signal, action)).rejects.toThrow("final");
    expect(waits).toEqual([]);
  });
});
