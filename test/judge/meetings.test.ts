import { describe, expect, it } from "vitest";
import { scan } from "../../src/judge/judge.ts";
import { type MeetingEntry, pair } from "../../src/judge/meetings.ts";
import { Budget } from "../../src/model/budget.ts";
import type { Workload } from "../../src/model/workload.ts";
import { cluster, workload } from "../support/profiles.ts";

const entry = (name: string, more: Partial<MeetingEntry> = {}): MeetingEntry => ({
  name,
  workloads: [],
  namespaces: [],
  overlays: [],
  ...more,
});
const on = (entryName: string, name = entryName) => cluster("NODATA", "NODATA", { name, entry: entryName });
const line = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A container of a manifest, seen through an overlay. */
const pod = (name: string, root: string, file: string, namespace = ""): Workload =>
  workload(name, {
    key: { root, kind: "deployment", namespace, name, container: "app" },
    role: "container",
    file,
    at: { file, ...line },
  });

const PROD = pod("prod", "apps/api/overlays/prod", "apps/api/base/api.yaml");
const STAGING = pod("staging", "apps/api/overlays/staging", "apps/api/base/api.yaml");
const PLAIN = pod("plain", "", "tools/job.yaml", "batch");
const CLUSTERS = [on("production"), on("staging")];

const met = (all: readonly Workload[], entries: readonly MeetingEntry[], clusters = CLUSTERS) =>
  pair(all, clusters, entries).meetings.map((one) => `${one.workload.name} on ${one.cluster.name}`);

describe("who meets which cluster", () => {
  it("is everybody every cluster without entries", () => {
    expect(met([PROD, PLAIN], [])).toEqual([
      "prod on production",
      "prod on staging",
      "plain on production",
      "plain on staging",
    ]);
  });

  it.each([
    ["a glob over the overlay's files", { workloads: ["apps/**/overlays/prod/**"] }],
    ["a glob over the overlay's folder", { workloads: ["apps/*/overlays/prod"] }],
    ["the overlay's name", { overlays: ["prod"] }],
    ["the overlay's path", { overlays: ["apps/api/overlays/prod"] }],
  ])("goes by %s, though the image stands in the base both overlays share", (_, more) => {
    const entries = [entry("production", more), entry("staging", { overlays: ["staging"] })];
    expect(met([PROD, STAGING], entries)).toEqual(["prod on production", "staging on staging"]);
  });

  it("goes by namespace, where one is written", () => {
    const entries = [
      entry("production", { namespaces: ["bat*"] }),
      entry("staging", { overlays: ["staging"] }),
    ];
    expect(met([PLAIN, STAGING], entries)).toEqual(["plain on production", "staging on staging"]);
  });

  it("has a container that several entries name meet each of their clusters", () => {
    const entries = [
      entry("production", { workloads: ["tools"] }),
      entry("staging", { namespaces: ["batch"] }),
    ];
    expect(met([PLAIN], entries)).toEqual(["plain on production", "plain on staging"]);
  });

  it("has everybody meet the cluster of an entry that names nobody", () => {
    const entries = [entry("production"), entry("staging", { overlays: ["staging"] })];
    expect(met([STAGING], entries)).toEqual(["staging on production", "staging on staging"]);
  });

  it("lets a container that no entry names meet every cluster, and says so", () => {
    const entries = [
      entry("production", { overlays: ["prod"] }),
      entry("staging", { overlays: ["staging"] }),
    ];
    const { meetings, diagnostics } = pair([PROD, STAGING, PLAIN], CLUSTERS, entries);
    expect(meetings.filter((one) => one.workload === PLAIN)).toHaveLength(2);
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "meets-every-cluster: No entry of clusters names plain: every cluster is taken to run them",
    ]);
  });

  it("tells an entry that names no container that is there", () => {
    const { diagnostics } = pair([PROD], CLUSTERS, [
      entry("production", { overlays: ["prod"] }),
      entry("staging", { workloads: ["stagging/**"] }),
    ]);
    expect(diagnostics.map(({ code, subject }) => [code, subject])).toEqual([
      ["cluster-entry-unused", "staging"],
    ]);
  });

  it("has all meet all once globs cost more than their bound, with a gap that names it", () => {
    const entries = [
      entry("production", { overlays: ["prod"] }),
      entry("staging", { overlays: ["staging"] }),
    ];
    const { meetings, diagnostics } = pair([PROD, STAGING], CLUSTERS, entries, new Budget("globSteps", 5));
    expect(meetings).toHaveLength(4);
    expect(diagnostics.map(({ code, weight, message }) => [code, weight, message])).toEqual([
      ["past-limit", "gap", expect.stringContaining("globSteps=5")],
    ]);
  });

  it("decides what is judged", async () => {
    const clusters = [on("production"), on("staging")];
    const { meetings } = pair([PROD, PLAIN], clusters, [
      entry("production", { overlays: ["prod"] }),
      entry("staging", { namespaces: ["batch"] }),
    ]);
    const report = await scan(
      { workloads: [PROD, PLAIN], clusters, meetings, containersNamed: false },
      async (all) => all.map(() => ({ profiles: [], diagnostics: [] })),
    );
    const judged = report.judgements.flatMap(({ workload: who, cluster: at }) =>
      who === undefined ? [] : [`${who.name} on ${clusters[at]?.name}`],
    );
    expect(new Set(judged)).toEqual(new Set(["prod on production", "plain on staging"]));
  });
});
