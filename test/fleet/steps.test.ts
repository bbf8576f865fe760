import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlan, type NamedPlan } from "../../src/fleet/plan-file.ts";
import { merge } from "../../src/fleet/merge.ts";
import { SCHEMA } from "../../src/fleet/outside.ts";
import { entryKey } from "../../src/fleet/facts-entry.ts";
import type { Store } from "../../src/fleet/store.ts";
import { clusterOfLists } from "../../src/live/read-cluster.ts";
import type { Judgement, Report } from "../../src/model/report.ts";
import { keyText } from "../../src/model/workload-key.ts";
import { renderJson } from "../../src/report/json.ts";
import { madeToday } from "../../src/run/made.ts";
import { run } from "../../src/run/run.ts";
import { saidBy, settingsOf } from "../../src/settings/states.ts";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { configMap, deploymentPods, listOf, node, pod, SHAPES } from "../support/live-cluster.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate, SOURCE_DATE_EPOCH } from "../support/in-process.ts";
import fc from "../support/property.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const SHARDS = 4;
const NEWER = "gke-version=1.33.1-gke.1107000,node-local-dns=enabled";
const MANY = 6;
let fleet: TestFleet;
let whole: string;
let plan: NamedPlan;
const entries = new Map<string, string>();
let asked: readonly string[];

const planned = (name: string, shards: number) =>
  muslgate(["fleet", "plan", fleet.file, "--shards", String(shards), "--out", at(name), "--format", "json"]);
const merged = (name: string, stores: readonly string[]) =>
  muslgate(["fleet", "merge", at(name), "--store", ...stores, "--format", "json"]);
const blobs = () => fleet.registry.seen.flatMap(({ url }) => /\/blobs\/(sha256:\w+)/.exec(url)?.[1] ?? []);

beforeAll(async () => {
  fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, MANY);
  expect(await planned("fleet.plan", SHARDS)).toMatchObject({ code: 0, err: "" });
  plan = await loadPlan(at("fleet.plan"), SCHEMA);
  const before = blobs().length;
  for (let i = 1; i <= SHARDS; i++) {
    const store = at(`store-${i}`);
    const ran = await muslgate([
      "fleet",
      "read",
      at("fleet.plan"),
      "--shard",
      `${i}/${SHARDS}`,
      "--store",
      store,
    ]);
    expect(ran).toMatchObject({ code: 0, err: "" });
    cpSync(store, at("store"), { recursive: true });
    for (const name of readdirSync(store, { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".json")) entries.set(name.slice(3, -5), readFileSync(join(store, name), "utf8"));
  }
  asked = blobs().slice(before);
  ({ out: whole } = await merged("fleet.plan", [at("store")]));
});
afterAll(() => fleet.registry.close());

const told = (text: string) =>
  (JSON.parse(text) as Report).diagnostics.map(({ code, subject }) =>
    subject === undefined ? code : `${code} ${subject}`,
  );
const held = ({ workload, verdict }: Judgement) =>
  `${workload === undefined ? "" : keyText(workload.key)} ${verdict.ruleId} ${verdict.outcome} ${JSON.stringify(verdict.names)}`;

/** A store of some entries in memory. */
const storeOf = (some: Iterable<readonly [string, string]>): Store => {
  const map = new Map(some);
  return { name: "memory", get: async (key) => map.get(key), add: async () => "none is added" };
};
const mergeOf = async (stores: readonly Store[]) =>
  renderJson(
    madeToday(
      await merge(plan.plan, stores, { signal: new AbortController().signal, now: () => 0, limits: {} }),
      { now: () => 0, env: { SOURCE_DATE_EPOCH } },
    ),
  );

describe("muslgate fleet", () => {
  it("judges every workload on every cluster, as it is and as it may become", () => {
    const report: Report = JSON.parse(whole);
    expect(told(whole)).toEqual(["target-not-for"]);
    expect(report.clusters.map(({ name }) => name)).toEqual([
      "one",
      `one at ${NEWER}`,
      "two",
      `two at ${NEWER}`,
      "staging",
      `staging at ${NEWER}`,
    ]);
    // The staging repository names one of them by its tag.
    expect(report.images).toHaveLength(fleet.images + 1);
    const affected = report.clusters.map(
      (_, cluster) =>
        report.judgements.filter(
          (one) => one.cluster === cluster && one.verdict.outcome === "affected" && one.workload,
        ).length,
    );
    // The shop's API and its like are on musl, the reports are not; newer GKE answers as it should, and one is none of it.
    expect(affected).toEqual([1 + MANY, 1 + MANY, 1 + MANY, 0, 1, 0]);
    expect(report.targets?.map(({ to, breaks }) => [to, breaks])).toEqual([[NEWER, []]]);
    expect(report.targets?.[0]?.heals).toContain(
      "deployment/api, container app on staging: musl-paired-lookup",
    );
  });

  it("comes to what muslgate cluster comes to, and the repository's own files are named", async () => {
    const said = saidBy({ cache: false }, {});
    const live = clusterOfLists(readFileSync(at("kubeadm.json"), "utf8"));
    const alone = await run(
      { settings: settingsOf(said), waivers: [], said, diagnostics: [] },
      { signal: new AbortController().signal, now: () => 0, env: {}, live },
    );
    const report: Report = JSON.parse(whole);
    const ofFirst = report.judgements.filter(({ cluster }) => cluster === 0);
    expect(ofFirst.map(held)).toEqual(alone.judgements.map(held));
    expect(alone.judgements.length).toBeGreaterThan(MANY);
    const [own] = report.judgements.filter(
      ({ cluster, workload }) => cluster === 4 && workload !== undefined,
    );
    expect(own?.workload?.at).toMatchObject({ file: "staging/api.yaml", line: 8 });
    expect(ofFirst.map(({ workload }) => workload?.name)).toContain("deployment/api, container app (shop)");
  });

  it("asks registries for each layer once, and for none that the store has", async () => {
    const digests = plan.plan.layers.map(({ digest }) => digest);
    expect(asked.toSorted()).toEqual(digests.toSorted());
    const before = blobs().length;
    const again = await muslgate(["fleet", "read", at("fleet.plan"), "--store", at("store")], {
      JOB_COMPLETION_INDEX: "1",
    });
    const own = plan.plan.layers.filter(({ shard }) => shard === 2).length;
    expect(again.out).toContain(`shard 2/4 of ${plan.run}: 0 layers read, ${own} were known\n`);
    expect(blobs().slice(before)).toEqual([]);
  });

  it("plans the same each time, and the shards make no difference to the report", async () => {
    const numbers = JSON.parse((await planned("again.plan", SHARDS)).out);
    expect(numbers).toMatchObject({
      run: plan.run,
      shards: SHARDS,
      matrix: ["1/4", "2/4", "3/4", "4/4"],
      unopened: [],
    });
    expect(readFileSync(at("again.plan"))).toEqual(readFileSync(at("fleet.plan")));
    expect(JSON.parse((await planned("one.plan", 1)).out).run).not.toBe(plan.run);
    const ran = await muslgate(["fleet", "read", at("one.plan"), "--store", at("one")]);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(await merged("one.plan", [at("one")])).toEqual({ code: 1, out: whole, err: "" });
  });

  it("merges to the same bytes, however facts are spread over stores, doubled and ordered", async () => {
    const all = [...entries];
    const spread = fc.array(fc.subarray(all), { maxLength: 4 }).chain((some) => {
      const rest = all.filter(([key]) => !some.some((one) => one.some(([other]) => other === key)));
      return fc.shuffledSubarray([...some, rest], { minLength: some.length + 1 });
    });
    await fc.assert(
      fc.asyncProperty(spread, async (stores) => {
        expect(await mergeOf(stores.map(storeOf))).toBe(whole);
      }),
      { numRuns: 10 },
    );
  });

  it("makes the images of a shard that is missing unknown, says so, and no other's", async () => {
    const before: Report = JSON.parse(whole);
    for (let gone = 1; gone <= SHARDS; gone++) {
      const stores = [1, 2, 3, 4].filter((one) => one !== gone).map((one) => at(`store-${one}`));
      const { code, out } = await merged("fleet.plan", stores);
      expect(told(out)).toEqual([`fleet-shard-missing shard ${gone}/4`, "target-not-for"]);
      const now: Report = JSON.parse(out);
      for (const [index, judgement] of now.judgements.entries()) {
        const was = before.judgements[index] as Judgement;
        const image = judgement.image === undefined ? undefined : now.images[judgement.image];
        const planned = plan.plan.references
          .flatMap(({ images }) => images)
          .find(({ digest }) => digest === image?.digest);
        const touched = planned?.layers.some((one) => plan.plan.layers[one]?.shard === gone);
        if (touched !== true) expect(judgement.verdict).toEqual(was.verdict);
        else {
          expect(image?.complete).toBe(false);
          expect(image?.diagnostics.some(({ message }) => message.includes("no store has its facts"))).toBe(
            true,
          );
          if (was.verdict.outcome === "affected") expect(judgement.verdict.outcome).not.toBe("not-affected");
        }
      }
      expect(code).not.toBe(2);
    }
    const none = await merged("fleet.plan", [at("nowhere")]);
    expect(none.code).toBe(3);
    expect(told(none.out)).toHaveLength(SHARDS + 1);
    // Each shard is told once, whatever images have layers of it.
    const { out } = await muslgate(["fleet", "merge", at("fleet.plan"), "--store", at("nowhere")]);
    expect(out.match(/--shard\s+1\/4/g)).toHaveLength(1);
    expect(out.match(/no store has its facts/g)).toHaveLength(1);
  });

  it("stops where stores have two different facts of a layer", async () => {
    const [first] = plan.plan.layers;
    const key = entryKey(SCHEMA, first!.digest);
    const other = JSON.parse(entries.get(key)!);
    other.facts.entryCount++;
    const lie = `${JSON.stringify(other)}\n`;
    await expect(mergeOf([storeOf(entries), storeOf([[key, lie]])])).rejects.toThrow(
      `there are two different entries ${key} of the layer ${first!.digest} (memory, memory)`,
    );
    cpSync(at("store"), at("lied"), { recursive: true });
    writeFileSync(join(at("lied"), key.slice(0, 2), `${key}.json`), lie);
    const ran = await merged("fleet.plan", [at("store"), at("lied")]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: "" });
    expect(ran.err).toMatch(/there are two different entries[\s\S]*who may write there/);
  });

  it("writes the same JSON into a file, in parts", async () => {
    const file = at("report.json");
    const call = ["fleet", "merge", at("fleet.plan"), "--store", at("store"), "--json-file", file];
    expect(await muslgate([...call, "--format", "prometheus"])).toMatchObject({ code: 1, err: "" });
    expect(readFileSync(file, "utf8")).toBe(whole);
  });

  it("says what a plan could not open, and that it is unknown", async () => {
    const lost = readFileSync(at("staging/api.yaml"), "utf8").replace("shop/api:1.0", "shop/lost:1.0");
    folder.write("lost/staging/api.yaml", lost);
    folder.write(
      "lost/fleet.yaml",
      "clusters:\n  - { name: lost, repository: staging, gke-version: 1.22.6-gke.1000, node-local-dns: enabled }\n",
    );
    const { code, out, err } = await muslgate([
      "fleet",
      "plan",
      at("lost/fleet.yaml"),
      "--out",
      at("lost.plan"),
    ]);
    expect({ code, out: out.replace(/sha256:\w+/, "R") }).toMatchObject({ code: 3 });
    expect(err).toContain("shop/lost:1.0");
    const report = await merged("lost.plan", [at("store")]);
    expect(report.code).toBe(3);
    expect(told(report.out)).toContain(`image-unreadable ${fleet.registry.host}/shop/lost:1.0`);
  });

  it("comes to what --to comes to, target by target", async () => {
    const image = { image: `${fleet.registry.host}/shop/api:1.0`, imageID: "" };
    const fine = configMap("node-local-dns", { Corefile: ".:53 {\n    forward . 8.8.8.8\n}\n" });
    const others = SHAPES.autopilot.filter(({ kind }) => kind !== "ConfigMap");
    const lists = listOf([...others, fine, ...deploymentPods("api", 1, [image])]);
    const old = "gke-version=1.22.6-gke.1000,node-local-dns=enabled";
    const denies =
      ".:53 {\n    template IN AAAA . {\n        rcode NXDOMAIN\n    }\n    forward . 8.8.8.8\n}\n";
    const targets = [old, `corefile=${at("to/new.txt")}`, "alpine=3.11"];
    folder.write("to/now.json", lists);
    folder.write("to/new.txt", denies);
    const file = (corefile: string) =>
      `clusters: [{ name: now, lists: now.json }]\ntargets:\n${[old, `corefile=${corefile}`, "alpine=3.11"].map((one) => `  - ${one}\n`).join("")}`;
    folder.write("to/fleet.yaml", file("new.txt"));
    expect(await muslgate(["fleet", "plan", at("to/fleet.yaml"), "--out", at("to.plan")])).toMatchObject({
      code: 0,
    });
    const report: Report = JSON.parse((await merged("to.plan", [at("store")])).out);
    const said = saidBy({ cache: false, to: targets }, {});
    const alone = await run(
      { settings: settingsOf(said), waivers: [], said, diagnostics: [] },
      {
        signal: new AbortController().signal,
        now: () => 0,
        env: {},
        live: clusterOfLists(lists),
      },
    );
    const outcomes = ({ clusters, judgements }: Report) =>
      clusters.map(({ target }, index) => [
        target?.to.replace(at("to/"), ""),
        judgements.filter((one) => one.cluster === index).map((one) => `${one.status} ${held(one)}`),
      ]);
    expect(outcomes(report).slice(1)).toEqual(outcomes(alone));
    expect(outcomes(alone).map(([to]) => to)).toEqual([old, "corefile=new.txt", "alpine=3.11"]);
    const breaks = (targets: Report["targets"]) => targets?.map(({ breaks }) => breaks.length);
    expect(breaks(report.targets)).toEqual(breaks(alone.targets));
    expect(breaks(report.targets)).toEqual([0, 2, 0]);
  });

  it("judges a cluster by the CoreDNS that runs there, as `cluster` does", async () => {
    // Before 1.9.3 what no pattern matches gets no answer; since, SERVFAIL.
    const Corefile =
      ".:53 {\n    template ANY AAAA example.org {\n        match none\n        rcode NXDOMAIN\n    }\n    forward . 8.8.8.8\n}\n";
    for (const release of ["1.8.3", "1.12.0"]) {
      const dns = pod({
        name: "coredns-1",
        namespace: "kube-system",
        images: [{ image: `registry.k8s.io/coredns/coredns:v${release}`, imageID: "" }],
      });
      const lists = listOf([node("node-1"), configMap("coredns", { Corefile }), dns]);
      folder.write("dns/now.json", lists);
      folder.write("dns/fleet.yaml", "clusters: [{ name: now, lists: now.json }]\n");
      await muslgate(["fleet", "plan", at("dns/fleet.yaml"), "--out", at("dns.plan")]);
      const { clusters }: Report = JSON.parse((await merged("dns.plan", [at("store")])).out);
      expect(clusters[0]?.parts?.[0]?.aaaa.kind).toBe(release === "1.8.3" ? "no-reply" : "SERVFAIL");
      expect(clusters[0]?.evidence.map(({ text }) => text)).toContain(`It is CoreDNS ${release} by its tag`);
    }
  });

  it("counts a repository's waivers, and will have its clusters said in the fleet's file", async () => {
    const waiver = "waivers:\n  - { rule: musl-paired-lookup, reason: until then, expires: 2100-01-01 }\n";
    const file = (more: string) => `clusters:\n  - { name: own, repository: .${more} }\n`;
    folder.write("own/api.yaml", readFileSync(at("staging/api.yaml"), "utf8"));
    folder.write("own/muslgate.yaml", waiver);
    folder.write("own/fleet.yaml", file(", gke-version: 1.22.6-gke.1000, node-local-dns: enabled"));
    expect(await muslgate(["fleet", "plan", at("own/fleet.yaml"), "--out", at("own.plan")])).toMatchObject({
      code: 0,
    });
    const { out } = await merged("own.plan", [at("store")]);
    const hit = (JSON.parse(out) as Report).judgements.filter(
      ({ verdict }) => verdict.outcome === "affected",
    );
    expect(hit.map(({ waived }) => waived?.reason)).toContain("until then");
    folder.write("own/muslgate.yaml", `${waiver}gke-version: 1.22.6-gke.1000\n`);
    folder.write("own/fleet.yaml", file(""));
    const ran = await muslgate(["fleet", "plan", at("own/fleet.yaml"), "--out", at("own.plan")]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(
      /muslgate.yaml sets gke-version, which a fleet does not read there\n {2}Say it of the cluster "own"/,
    );
  });

  it("leaves no part behind, and takes those of killed runs away", async () => {
    writeFileSync(join(at("store"), "part-3-left"), "half");
    writeFileSync(join(at("store"), "part-4-left"), "half");
    await muslgate(["fleet", "read", at("fleet.plan"), "--shard", "3/4", "--store", at("store")]);
    expect(readdirSync(at("store")).filter((name) => name.startsWith("part-"))).toEqual(["part-4-left"]);
    rmSync(join(at("store"), "part-4-left"));
  });

  it.each([
    [["--shard", "5/4"], /--shard is "5\/4"\n {2}Write it as 1\/4/],
    [["--shard", "1/8"], /--shard is "1\/8", and the plan has 4/],
    [[], /nothing says which of 4 shards to read/],
  ])("refuses to read with %j", async (flags, message) => {
    const ran = await muslgate(["fleet", "read", at("fleet.plan"), "--store", at("refused"), ...flags]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: "" });
    expect(ran.err).toMatch(message);
  });

  it("has nothing to do for a pod beyond the last shard, and refuses an index that is none", async () => {
    const call = ["fleet", "read", at("fleet.plan"), "--store", at("refused")];
    const beyond = await muslgate(call, { JOB_COMPLETION_INDEX: "4" });
    expect(beyond).toEqual({ code: 0, out: "nothing to do: the plan has 4 shards\n", err: "" });
    expect(await muslgate(call, { JOB_COMPLETION_INDEX: "two" })).toMatchObject({ code: 2 });
  });

  it.each(["markdown", "html", "sarif", "prometheus", "table"])("reports as %s", async (format) => {
    const { code, out } = await muslgate([
      "fleet",
      "merge",
      at("fleet.plan"),
      "--store",
      at("store"),
      "--format",
      format,
    ]);
    expect(code).toBe(1);
    for (const name of ["one", "two", "staging"]) expect(out).toContain(name);
  });
});
