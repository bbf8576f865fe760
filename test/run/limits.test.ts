import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REPOSITORY_LIMITS } from "../../src/model/repository-limits.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { PLAN_LIMITS } from "../../src/plan/limits.ts";
import { limitsWith } from "../../src/run/limits.ts";

/** The rows of docs/limits.md that `limit` changes: names with the default as it is written. */
const rows = new Map(
  [...readFileSync("docs/limits.md", "utf8").matchAll(/^\| `(?!corefile|plan)(\w+)` \| ([^|]*) \|/gm)].map(
    (match) => [match[1] as string, match[2] as string],
  ),
);

function numberOf(text: string): number {
  const [amount = "", unit = ""] = text.split(" ");
  const factor = { "": 1, MiB: 2 ** 20, GiB: 2 ** 30 }[unit] ?? Number.NaN;
  return Number(amount.replaceAll(",", "")) * factor;
}

describe("limits", () => {
  it("stand in docs/limits.md, each with its default", () => {
    const all = { ...DEFAULT_LIMITS, ...REPOSITORY_LIMITS };
    expect(Object.fromEntries([...rows].map(([name, text]) => [name, numberOf(text)]))).toEqual(all);
  });

  it("of planned images stand there, too", () => {
    const all = readFileSync("docs/limits.md", "utf8").matchAll(/^\| `(plan\w+)` \| ([^|]*) \|/gm);
    const told = [...all].map(([, name = "", text = ""]) => [name, numberOf(text)]);
    expect(Object.fromEntries(told)).toEqual(PLAN_LIMITS);
  });

  it("go to the table that has them", () => {
    const { image, repository } = limitsWith({ layers: 3, workloads: 4 });
    expect(image).toEqual({ ...DEFAULT_LIMITS, layers: 3 });
    expect(repository).toEqual({ ...REPOSITORY_LIMITS, workloads: 4 });
  });

  it("are refused by any other name, with the names there are", () => {
    expect(() => limitsWith({ nothing: 1 })).toThrow('there is no limit called "nothing"');
    try {
      limitsWith({ toString: 1 });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "usage", hint: expect.stringContaining("layerBytes") });
      expect(error).toMatchObject({ hint: expect.stringContaining("yamlNodes") });
    }
  });
});
