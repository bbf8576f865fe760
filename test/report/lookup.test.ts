import { describe, expect, it } from "vitest";
import { compareLibcs, type LookupReport } from "../../src/lookup/comparison.ts";
import type { Answers } from "../../src/lookup/question.ts";
import { renderLookup, renderLookupJson } from "../../src/report/lookup.ts";

const answers: Answers = (server, name, type) => {
  if (name !== "api.shop.svc.cluster.local" || server === "8.8.8.8")
    return { rcode: "NXDOMAIN", addresses: [] };
  return { rcode: "NOERROR", addresses: type === "A" ? ["10.0.0.7"] : [] };
};

function reportOf(name: string, resolvConf: string): LookupReport {
  const question = { name, family: "any", resolvConf, hosts: "", answers } as const;
  const existing = ["api.shop.svc.cluster.local"];
  return { name, family: "any", resolvConf, existing, told: compareLibcs(question) };
}

const SEARCH = "search shop.svc.cluster.local svc.cluster.local\n";

describe("a lookup in words", () => {
  it.each([
    ["ndots", reportOf("api.shop", `${SEARCH}nameserver 10.96.0.10\noptions ndots:1\n`)],
    ["race", reportOf("api.shop", `${SEARCH}nameserver 10.96.0.10\nnameserver 8.8.8.8\noptions ndots:5\n`)],
  ])("%s", async (name, report) => {
    await expect(renderLookup(report, false)).toMatchFileSnapshot(`./golden/lookup-${name}.txt`);
  });
  it("prints nothing that a terminal obeys", () => {
    const hostile = reportOf("a\u001b[2J.b", "nameserver 10.96.0.10\nsearch \u001b]0;x\u0007.example\n");
    expect(renderLookup(hostile, false)).not.toMatch(/[\u001b\u0007]/);
  });
  it("as JSON has every step", () => {
    const report = reportOf("api.shop", `${SEARCH}nameserver 10.96.0.10\noptions ndots:5\n`);
    const { told } = JSON.parse(renderLookupJson(report)) as LookupReport;
    expect(told.map(({ ways }) => ways[0]!.steps.map(({ name }) => name))).toEqual([
      ["api.shop.shop.svc.cluster.local", "api.shop.svc.cluster.local"],
      ["api.shop.shop.svc.cluster.local", "api.shop.svc.cluster.local"],
    ]);
  });
});
