import { expect, it } from "vitest";
import { scan } from "../../src/judge/judge.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";

it("reads the image of a container that asks other servers for its search list alone", async () => {
  const searches = { domains: ["."], afterCluster: false };
  const workloads = [
    workload("a", { usesClusterDns: false }),
    workload("b", { usesClusterDns: false, searches }),
  ];
  const asked: string[] = [];
  const report = await scan(
    { workloads, clusters: [cluster("NXDOMAIN")], containersNamed: true },
    async (all) => {
      asked.push(...all.map(({ name }) => name));
      return all.map(({ image: name }) => ({ profiles: [image(onMusl("1.2.2"), name)], diagnostics: [] }));
    },
  );
  expect(asked).toEqual(["b"]);
  const outcomes = report.judgements.map(({ workload: who, verdict }) => [
    who?.name,
    verdict.ruleId,
    verdict.outcome,
  ]);
  expect(outcomes).toEqual([
    ["a", "musl-paired-lookup", "not-affected"],
    ["b", "musl-paired-lookup", "not-affected"],
    ["b", "search-dot", "affected"],
  ]);
});
