import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entryKey } from "../../src/fleet/facts-entry.ts";
import { merge } from "../../src/fleet/merge.ts";
import { SCHEMA } from "../../src/fleet/outside.ts";
import { loadPlan, type NamedPlan } from "../../src/fleet/plan-file.ts";
import { folderStore, type Store } from "../../src/fleet/store.ts";
import { MuslgateError } from "../../src/model/error.ts";
import type { Report } from "../../src/model/report.ts";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { muslgate } from "../support/in-process.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const read = (name: string) => readFileSync(at(name), "utf8");
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, 2);
});
afterAll(() => fleet.registry.close());

const gapsOf = (report: Report) =>
  report.diagnostics.filter(({ weight }) => weight === "gap").map(({ message }) => message);

/** A kubectl that reaches one cluster, and no other. */
function environment(): NodeJS.ProcessEnv {
  folder.write(
    "bin/kubectl",
    [
      "#!/bin/sh",
      'case "$1" in --context=up) ;; *)',
      "  echo 'Unable to connect to the server: dial tcp: lookup api.down.example: no such host' >&2; exit 1 ;;",
      "esac",
      `case "$*" in`,
      `  *" get pods "*) cat '${at("kubeadm.json")}' ;;`,
      `  *" get --raw=/version") echo '{}' ;;`,
      `  *) echo '{"kind":"List","items":[]}' ;;`,
      "esac",
      "",
    ].join("\n"),
  );
  chmodSync(at("bin/kubectl"), 0o755);
  return { PATH: `${at("bin")}:${process.env.PATH}` };
}

const plan = (file: string, out: string) =>
  muslgate(["fleet", "plan", at(file), "--out", at(out)], environment());
const merged = (name: string, ...more: readonly string[]) =>
  muslgate(["fleet", "merge", at(name), "--store", at("facts"), "--format", "json", ...more]);

describe.skipIf(process.platform === "win32")("a fleet with clusters that cannot be read", () => {
  const DENIES = ", gke-version: 1.22.6-gke.1000, node-local-dns: enabled";
  const entry = (name: string, source: string) => `  - { name: ${name}, ${source}${DENIES} }\n`;

  it("plans the others, says which ones are lost, and holds none of what they run to be fine", async () => {
    folder.write("lists.json", read("kubeadm.json"));
    folder.write(
      "lost/fleet.yaml",
      `clusters:\n${entry("up", "context: up")}${entry("down", "context: up")}${entry("lists", "lists: ../lists.json")}`,
    );
    expect(await plan("lost/fleet.yaml", "whole.plan")).toMatchObject({ code: 0, err: "" });
    await muslgate(["fleet", "read", at("whole.plan"), "--store", at("facts")]);
    const whole = await merged("whole.plan");
    expect(gapsOf(JSON.parse(whole.out))).not.toContainEqual(expect.stringMatching(/Nothing was read/));
    folder.write("yesterday.json", whole.out);
    folder.write(
      "lost/fleet.yaml",
      read("lost/fleet.yaml").replace("down, context: up", "down, context: no"),
    );
    for (const cut of ["", '{"kind":"List","items":[]}', read("kubeadm.json").slice(0, 5_000)]) {
      folder.write("lists.json", cut);
      const ran = await plan("lost/fleet.yaml", "lost.plan");
      expect(ran.code).toBe(0);
      expect(ran.err).toMatch(/^muslgate: down: the cluster no cannot be asked: .*no such host/m);
      expect(ran.err).toMatch(/^muslgate: lists: \.\.\/lists\.json (?:holds no pod|is no JSON)/m);
      const { code, out } = await merged("lost.plan", "--baseline", at("yesterday.json"));
      const report: Report = JSON.parse(out);
      expect(report.clusters.map(({ name }) => name)).toEqual(["up", "down", "lists"]);
      const told = gapsOf(report).filter((one) => one.includes("Nothing was read"));
      expect(told).toEqual([
        expect.stringMatching(
          /^down: Nothing was read, so what runs there is not known: the cluster no cannot/,
        ),
        expect.stringMatching(/^lists: Nothing was read, /),
      ]);
      const hit = (of: Report, name: string) =>
        of.judgements.filter(
          ({ cluster, workload, verdict }) =>
            workload !== undefined && of.clusters[cluster]?.name === name && verdict.outcome === "affected",
        ).length;
      const before: Report = JSON.parse(whole.out);
      expect(hit(report, "up")).toBe(hit(before, "up"));
      expect([hit(before, "down"), hit(report, "down")]).toEqual([3, 0]);
      // What ran there yesterday is not seen, which is no mend.
      expect(report.fixed).toEqual([]);
      const said = await muslgate(["fleet", "merge", at("lost.plan"), "--store", at("facts")]);
      expect(said.out).toMatch(/ · 2 clusters whose pods were not all seen/);
      expect(code).toBe(0);
      expect((await merged("lost.plan", "--fail-on", "never", "--fail-on-unknown")).code).toBe(3);
    }
  });

  it("stops where not one can be read, or where the call itself is wrong", async () => {
    for (const [clusters, message] of [
      [`${entry("a", "context: no")}${entry("b", "context: none")}`, /the cluster no cannot be asked/],
      [`${entry("a", "context: up")}${entry("b", "lists: nowhere.json")}`, /nowhere\.json cannot be read/],
      [`${entry("a", "context: up")}${entry("b", "repository: nowhere")}`, /nowhere of b does not exist/],
    ] as const) {
      folder.write("stop/fleet.yaml", `clusters:\n${clusters}`);
      const ran = await plan("stop/fleet.yaml", "stop.plan");
      expect(ran).toMatchObject({ code: 2, out: "" });
      expect(ran.err).toMatch(message);
    }
  });

  it("names the cluster in what it could not see, so that two alike are two", async () => {
    folder.write(
      "refused/kubectl",
      [
        "#!/bin/sh",
        `case "$*" in`,
        `  *" get pods "*) cat '${at("kubeadm.json")}' ;;`,
        `  *" get --raw=/version") echo '{}' ;;`,
        `  *" get nodes "*) echo 'Error from server (Forbidden): nodes is forbidden' >&2; exit 1 ;;`,
        `  *) echo '{"kind":"List","items":[]}' ;;`,
        "esac",
        "",
      ].join("\n"),
    );
    chmodSync(at("refused/kubectl"), 0o755);
    folder.write("refused/fleet.yaml", "clusters: [{ context: one }, { context: two }]\n");
    const env = { PATH: `${at("refused")}:${process.env.PATH}` };
    await muslgate(["fleet", "plan", at("refused/fleet.yaml"), "--out", at("refused.plan")], env);
    const report: Report = JSON.parse((await merged("refused.plan")).out);
    expect(gapsOf(report).filter((one) => one.includes("does not let kubectl list nodes"))).toEqual([
      expect.stringMatching(/^one: /),
      expect.stringMatching(/^two: /),
    ]);
  });
});

describe("a merge from stores of which some cannot be read", () => {
  let planned: NamedPlan;
  let whole: Report;
  const ports = { signal: new AbortController().signal, now: () => 0, limits: {} };
  const of = (...stores: readonly Store[]) => merge(planned.plan, stores, ports);
  const refusing = (error: Error): Store => ({
    name: "refusing",
    get: () => Promise.reject(error),
    add: () => Promise.reject(error),
  });
  const outcomes = (report: Report) => report.judgements.map(({ verdict }) => verdict.outcome);
  beforeAll(async () => {
    await muslgate(["fleet", "plan", fleet.file, "--shards", "2", "--out", at("two.plan")]);
    for (const shard of ["1/2", "2/2"])
      await muslgate(["fleet", "read", at("two.plan"), "--shard", shard, "--store", at("all")]);
    planned = await loadPlan(at("two.plan"), SCHEMA);
    whole = await of(folderStore(at("all")));
  });

  it("believes the others, and makes unknown what only it could have said", async () => {
    const down = refusing(new MuslgateError("registry", "the store cannot be reached", "Run it again."));
    expect(outcomes(await of(down, folderStore(at("all"))))).toEqual(outcomes(whole));
    const none = await of(down);
    expect(gapsOf(none)).toContain(
      `A store could not be read for ${planned.plan.layers.length} layers, so that whatever they could have changed is unknown: the store cannot be reached`,
    );
    // On a cluster that answers as it should no image matters.
    const hit = (of: Report) =>
      of.judgements.flatMap(({ workload, cluster, verdict }) =>
        workload !== undefined && of.clusters[cluster]?.name === "one" ? verdict.outcome : [],
      );
    expect(hit(whole)).toContain("affected");
    expect(new Set(hit(none))).toEqual(new Set(["unknown"]));
    expect(none.images.filter(({ complete }) => complete)).toEqual([]);
  });

  it.skipIf(process.platform === "win32")(
    "goes on where one entry cannot be read, and one store is none",
    async () => {
      const [base] = planned.plan.layers.toSorted((a, b) => b.size - a.size);
      const key = entryKey(SCHEMA, base!.digest);
      cpSync(at("all"), at("linked"), { recursive: true });
      const entry = join(at("linked"), key.slice(0, 2), `${key}.json`);
      rmSync(entry);
      mkdirSync(at("elsewhere"));
      symlinkSync(at("elsewhere"), entry);
      folder.write("no-folder", "a file");
      const ran = await muslgate([
        "fleet",
        "merge",
        at("two.plan"),
        "--store",
        at("linked"),
        at("no-folder"),
        "oci://127.0.0.1:1/no/registry",
        "--format",
        "json",
      ]);
      const report: Report = JSON.parse(ran.out);
      expect(gapsOf(report).filter((one) => one.startsWith("A store could not be read"))).toEqual(
        expect.arrayContaining([expect.stringContaining(`the entry ${key} of the store`)]),
      );
      const index = planned.plan.layers.indexOf(base!);
      const touched = planned.plan.references
        .filter(({ images }) => images.some(({ layers }) => layers.includes(index)))
        .flatMap(({ images }) => images.map(({ digest }) => digest));
      expect(touched.length).toBeGreaterThan(0);
      expect(touched.length).toBeLessThan(whole.images.length);
      for (const [i, image] of report.images.entries())
        expect([image.digest, image.complete]).toEqual([
          image.digest,
          touched.includes(image.digest) ? false : whole.images[i]?.complete,
        ]);
    },
  );

  it("stops for a lie and for a defect all the same", async () => {
    const defect = new Error("not ours");
    await expect(of(folderStore(at("all")), refusing(defect))).rejects.toBe(defect);
    const usage = new MuslgateError("usage", "no login", "Give one.");
    await expect(of(refusing(usage))).rejects.toBe(usage);
  });
});
