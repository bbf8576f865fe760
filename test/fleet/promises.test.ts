import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleImage, IMAGES } from "../../examples/images.mjs";
import type { Report } from "../../src/model/report.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "../support/in-process.ts";
import { deploymentPods, listOf, SHAPES } from "../support/live-cluster.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const api = IMAGES["shop-api"] as ExampleImage;
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": api,
    "shop/same:2.0": api,
    "shop/other:1.0": { ...api, layers: [...api.layers, [{ name: "own", body: "own" }]] },
  });
});
afterAll(() => registry.close());

const deployment = (name: string, image: string) =>
  [
    "apiVersion: apps/v1",
    "kind: Deployment",
    `metadata: { name: ${name} }`,
    "spec:",
    "  template:",
    "    spec:",
    "      containers:",
    `        - { name: app, image: "${image}" }`,
    "",
  ].join("\n");
const FINE = ", gke-version: 1.33.1-gke.1107000";
const DENYING = `.:53 {
    template IN AAAA . {
        rcode NXDOMAIN
    }
    forward . 8.8.8.8
}
`;
const DENIES = ", gke-version: 1.22.6-gke.1000, node-local-dns: enabled";

/** Plans, reads and merges a file; what each said. */
async function fleet(name: string, text: string, shards = 1) {
  folder.write(`${name}/fleet.yaml`, text);
  const own = (file: string) => at(`${name}/${file}`);
  const plan = await muslgate([
    "fleet",
    "plan",
    own("fleet.yaml"),
    "--shards",
    `${shards}`,
    "--out",
    own("plan"),
    "--format",
    "json",
  ]);
  const reads = [];
  for (let i = 1; i <= shards; i++)
    reads.push(
      await muslgate(["fleet", "read", own("plan"), "--shard", `${i}/${shards}`, "--store", own("facts")]),
    );
  const merge = await muslgate(["fleet", "merge", own("plan"), "--store", own("facts"), "--format", "json"]);
  return { plan, reads, merge };
}

describe("what a fleet promises", () => {
  it("does not take Lists without pods for a cluster that is fine", async () => {
    folder.write("none/now.json", listOf([...SHAPES.kubeadm]));
    const { plan } = await fleet("none", "clusters: [{ name: now, lists: now.json }]\n");
    expect({ code: plan.code, out: plan.out }).toEqual({ code: 2, out: "" });
    expect(plan.err).toContain("now.json holds no pod");
  });

  it("plans, reads and merges no image at all, in more shards than there are layers", async () => {
    folder.write("empty/Corefile", ".:53 {\n    forward . 8.8.8.8\n}\n");
    const { plan, reads, merge } = await fleet(
      "empty",
      `clusters: [{ name: now, repository: ., include: overlays/**${DENIES} }]\ntargets: [alpine=3.20]\n`,
      3,
    );
    expect(plan.err).toBe("");
    expect(JSON.parse(plan.out)).toMatchObject({ layers: 0, references: 0 });
    expect([plan.code, ...reads.map(({ code }) => code)]).toEqual([0, 0, 0, 0]);
    const report: Report = JSON.parse(merge.out);
    expect(report.images).toEqual([]);
    expect(report.clusters.map(({ name }) => name)).toEqual(["now", "now at alpine=3.20"]);
    // Each is about one cluster of several.
    expect(report.diagnostics.map(({ message }) => message)).toEqual([
      "now: The glob overlays/** matches no file",
      "now: No file here says which image runs",
      "alpine=3.20 is nothing for any image that was read on now: none of them is built on Alpine",
    ]);
  });

  it("reads a digest under two names once, and judges both", async () => {
    folder.write("twice/a.yaml", deployment("a", `${registry.host}/shop/api:1.0`));
    folder.write("twice/b.yaml", deployment("b", `${registry.host}/shop/same:2.0`));
    const { plan, reads, merge } = await fleet(
      "twice",
      `clusters: [{ name: own, repository: .${DENIES} }]\n`,
    );
    expect(JSON.parse(plan.out)).toMatchObject({ references: 2, layers: api.layers.length });
    expect(reads[0]?.out).toContain(`${api.layers.length} layers read`);
    const report: Report = JSON.parse(merge.out);
    const hit = report.judgements.filter(
      ({ verdict, workload }) => verdict.ruleId === "musl-paired-lookup" && workload !== undefined,
    );
    expect(hit.map(({ workload, verdict }) => [workload?.key.name, verdict.outcome])).toEqual([
      ["a", "affected"],
      ["b", "affected"],
    ]);
  });

  it("asks for the platform of the nodes, whatever the file takes where nothing is said", async () => {
    const image = { image: `${registry.host}/shop/api:1.0`, imageID: "" };
    folder.write("arm/now.json", listOf([...SHAPES.kubeadm, ...deploymentPods("api", 1, [image])]));
    const { plan } = await fleet(
      "arm",
      "platform: linux/s390x\nclusters: [{ name: now, lists: now.json }]\n",
    );
    // The nodes say more than what is taken where nothing is said.
    expect(JSON.parse(plan.out)).toMatchObject({ references: 1, unopened: [] });
  });

  it("has the clusters and targets in the order of the file, and the same plan whatever order they are in", async () => {
    folder.write("order/b/b.yaml", deployment("b", `${registry.host}/shop/other:1.0`));
    folder.write("order/a/a.yaml", deployment("a", `${registry.host}/shop/api:1.0`));
    const entry = (name: string) => `  - { name: ${name}, repository: ${name}${DENIES} }\n`;
    const columns = async (text: string) =>
      (JSON.parse((await fleet("order", text)).merge.out) as Report).clusters.map(({ name }) => name);
    const targets = "targets: [alpine=3.20, alpine=3.12]\n";
    const of = (name: string) => [name, `${name} at alpine=3.20`, `${name} at alpine=3.12`];
    expect(await columns(`clusters:\n${entry("b")}${entry("a")}${targets}`)).toEqual([
      ...of("b"),
      ...of("a"),
    ]);
    expect(await columns(`clusters:\n${entry("a")}${entry("b")}${targets}`)).toEqual([
      ...of("a"),
      ...of("b"),
    ]);
  });

  it("calls a cluster of which nothing is known by its name, at a target too", async () => {
    folder.write("unsaid/b/b.yaml", deployment("b", `${registry.host}/shop/api:1.0`));
    const { merge } = await fleet(
      "unsaid",
      `clusters:\n  - { name: one, repository: ${JSON.stringify(at("unsaid/b"))} }\n  - { name: two, repository: b }\ntargets: [alpine=3.20]\n`,
    );
    const report: Report = JSON.parse(merge.out);
    const names = ["one", "one at alpine=3.20", "two", "two at alpine=3.20"];
    expect(report.clusters.map(({ name }) => name)).toEqual(names);
    // One path stands alone, and both are the same folder.
    const judged = report.judgements.filter(({ workload }) => workload?.key.name === "b");
    expect(new Set(judged.map(({ cluster }) => names[cluster]))).toEqual(new Set(names));
  });

  it("has a repository's configuration from its own folder, and from none below it", async () => {
    for (const team of ["a", "b"]) {
      folder.write(`teams/${team}/api.yaml`, deployment(team, `${registry.host}/shop/api:1.0`));
      folder.write(
        `teams/${team}/muslgate.yaml`,
        "waivers:\n  - { rule: musl-paired-lookup, reason: ours, expires: 2100-01-01 }\n",
      );
    }
    const waived = async (repository: string) => {
      const file = `clusters: [{ name: own, repository: ${repository}${DENIES} }]\n`;
      const { merge } = await fleet("beside/teams", file);
      return (JSON.parse(merge.out) as Report).judgements.flatMap(({ workload, verdict, waived: by }) =>
        workload !== undefined && verdict.ruleId === "musl-paired-lookup"
          ? [[workload.key.name, by?.reason]]
          : [],
      );
    };
    expect(await waived("../../teams")).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    expect(await waived("../../teams/a")).toEqual([["a", "ours"]]);
    folder.write("teams/a/.muslgate.yaml", "");
    const two = await fleet("beside/teams", "clusters: [{ name: own, repository: ../../teams/a }]\n");
    expect(two.plan.err).toMatch(/there are two configurations/);
  });

  it("takes globs from the repository's own folder, wherever that is, as muslgate repo does", async () => {
    for (const [path, name] of [
      ["overlays/prod", "a"],
      ["overlays/dev", "b"],
      ["old", "c"],
      ["lab", "d"],
    ] as const)
      folder.write(`shop [1]/${path}/${name}.yaml`, deployment(name, `${registry.host}/shop/api:1.0`));
    folder.write(
      "shop [1]/muslgate.yaml",
      "exclude: [lab]\nwaivers:\n  - { rule: musl-paired-lookup, path: overlays/dev/*, reason: a, expires: 2100-01-01 }\n",
    );
    const seen = async (more: string) => {
      const { merge } = await fleet(
        "beside/it",
        `clusters: [{ name: own, repository: "../../shop [1]"${more}${DENIES} }]\n`,
      );
      const report: Report = JSON.parse(merge.out);
      expect(report.diagnostics.map(({ code }) => code)).not.toContain("glob-unmatched");
      return report.judgements.flatMap(({ workload, waived, verdict }) =>
        workload !== undefined && verdict.ruleId === "musl-paired-lookup"
          ? `${workload.at?.file}${waived === undefined ? "" : ", waived"}`
          : [],
      );
    };
    const [dev, prod, old] = ["overlays/dev/b.yaml, waived", "overlays/prod/a.yaml", "old/c.yaml"].map(
      (path) => `shop [1]/${path}`,
    );
    expect((await seen("")).toSorted()).toEqual([old, dev, prod]);
    expect((await seen(', include: ["overlays/**"]')).toSorted()).toEqual([dev, prod]);
    expect((await seen(", include: [a.yaml, old/c.yaml], exclude: old")).toSorted()).toEqual([prod]);
  });

  it("counts a waiver at a target too", async () => {
    folder.write("waived/api.yaml", deployment("api", `${registry.host}/shop/api:1.0`));
    folder.write(
      "waived/muslgate.yaml",
      "waivers:\n  - { rule: musl-paired-lookup, reason: until then, expires: 2100-01-01 }\n",
    );
    folder.write("waived/denies.txt", DENYING);
    const { merge } = await fleet(
      "waived",
      `clusters: [{ name: own, repository: ., include: api.yaml${FINE} }]\ntargets: [corefile=denies.txt]\n`,
    );
    const report: Report = JSON.parse(merge.out);
    const hit = report.judgements.filter(
      ({ verdict, workload }) =>
        verdict.ruleId === "musl-paired-lookup" && workload !== undefined && verdict.outcome === "affected",
    );
    expect(hit.map(({ cluster, waived }) => [report.clusters[cluster]?.name, waived?.reason])).toEqual([
      ["own at corefile=denies.txt", "until then"],
    ]);
    expect(report.targets?.[0]?.breaks.filter((one) => one.startsWith("deployment"))).toEqual([]);
  });

  it("counts who breaks at a target apart from who is affected now", async () => {
    folder.write("breaks/hit/a.yaml", deployment("a", `${registry.host}/shop/api:1.0`));
    folder.write("breaks/fine/b.yaml", deployment("b", `${registry.host}/shop/other:1.0`));
    folder.write("breaks/denies.txt", DENYING);
    await fleet(
      "breaks",
      `clusters:\n  - { name: hit, repository: hit${DENIES} }\n  - { name: fine, repository: fine${FINE} }\ntargets: [corefile=denies.txt]\n`,
    );
    const { out } = await muslgate([
      "fleet",
      "merge",
      at("breaks/plan"),
      "--store",
      at("breaks/facts"),
      "--format",
      "html",
    ]);
    expect(/<h1.*<\/h1>\s*<p>.*<\/p>/.exec(out)?.[0].replaceAll(/<[^>]*>/g, "")).toMatch(
      /1 of 2 containers breaks at corefile=denies\.txt\s+Compared with now: 1 affected at a target and not now, 1 now already, 0 healed at one\./,
    );
  });

  it.each([
    ["options that no parser takes", { options: { to: ["alpine=x"] } }],
    ["a target whose file is not in it", { options: { to: ["corefile=/etc/passwd"] } }],
    ["a tree that is not there", { tree: 7 }],
    ["an option that is not for clusters", { options: { baseline: "/etc/passwd" } }],
  ])("a plan with %s stops the merge, and opens nothing", async (_, change) => {
    folder.write("evil/api.yaml", deployment("api", `${registry.host}/shop/api:1.0`));
    await fleet("evil", `clusters: [{ name: own, repository: ., include: api.yaml${DENIES} }]\n`);
    const lines = readFileSync(at("evil/plan"), "utf8").split("\n");
    const changed = lines.map((line) => {
      if (!line.startsWith('{"member"')) return line;
      const { member } = JSON.parse(line);
      return JSON.stringify({ member: { ...member, ...change } });
    });
    writeFileSync(at("evil/changed"), changed.join("\n"));
    const ran = await muslgate(["fleet", "merge", at("evil/changed"), "--store", at("evil/facts")]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: "" });
    expect(ran.err).toMatch(/plan|to is "alpine=x"/);
    expect(ran.err).not.toMatch(/internal|defect|root:/);
  });
});
