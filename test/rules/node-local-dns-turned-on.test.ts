import { expect, it } from "vitest";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import { nodeLocalDnsTurnedOn } from "../../src/rules/node-local-dns-turned-on.ts";
import { cluster } from "../support/profiles.ts";

const at = { file: "main.tf", line: 7, column: 9, endLine: 7, endColumn: 13 };
const off = cluster("NODATA", "NODATA", { nodeLocalDns: "disabled" });
const on = (answer: "NXDOMAIN" | "NODATA" | "unknown", more: Partial<ClusterProfile> = {}) =>
  cluster(answer, answer, { nodeLocalDns: "enabled", at, ...more });

it("is an error where the cache denies AAAA, on the line of the setting", () => {
  const [found, ...more] = nodeLocalDnsTurnedOn.checkCluster({
    cluster: on("NXDOMAIN"),
    before: off,
    containersNamed: true,
  });
  expect(more).toEqual([]);
  expect(found).toMatchObject({ outcome: "affected", level: "error", at });
});

it("is one too where nothing was set before, which is how it is usually turned on", () => {
  const unset = cluster("unknown", "unknown", { nodeLocalDns: "unknown" });
  const [found] = nodeLocalDnsTurnedOn.checkCluster({
    cluster: on("NXDOMAIN"),
    before: unset,
    containersNamed: true,
  });
  expect(found?.outcome).toBe("affected");
});

it("is not known where nothing says how the cache answers", () => {
  const [found] = nodeLocalDnsTurnedOn.checkCluster({
    cluster: on("unknown"),
    before: off,
    containersNamed: true,
  });
  expect(found).toMatchObject({ outcome: "unknown", level: "warning", at });
});

it.each([
  ["answers properly", on("NODATA"), off],
  ["was on before", on("NXDOMAIN"), on("NXDOMAIN")],
  ["is said to be off", off, off],
  [
    "denies what was denied before",
    on("NXDOMAIN"),
    cluster("NXDOMAIN", "NXDOMAIN", { nodeLocalDns: "unknown" }),
  ],
  ["is not compared with anything", on("NXDOMAIN"), undefined],
])("has nothing to say of a cache that %s", (_, now, before) => {
  expect(
    nodeLocalDnsTurnedOn.checkCluster({
      cluster: now,
      containersNamed: false,
      ...(before === undefined ? {} : { before }),
    }),
  ).toEqual([]);
});

it("is told where it denies more names than were denied before", () => {
  const before = cluster("NODATA", "NXDOMAIN", { nodeLocalDns: "disabled" });
  expect(
    nodeLocalDnsTurnedOn.checkCluster({ cluster: on("NXDOMAIN"), before, containersNamed: true }),
  ).toMatchObject([{ outcome: "affected" }]);
});

it.each([
  ["GKE's is mended by an upgrade", { basis: "gke-version" as const }, "NXDOMAIN" as const, "upgrade-gke"],
  ["one that GKE manages too", { managed: true }, "NXDOMAIN" as const, "upgrade-gke"],
  ["one's own by a line of it", {}, "NXDOMAIN" as const, "answer-nodata"],
  ["one's own that is not known is left off", {}, "unknown" as const, "node-local-dns-off"],
])("%s", (_, more, answer, remedy) => {
  const [found] = nodeLocalDnsTurnedOn.checkCluster({
    cluster: on(answer, more),
    before: off,
    containersNamed: true,
  });
  expect(found?.remedies.filter(({ preferred }) => preferred).map(({ id }) => id)).toEqual([remedy]);
  expect(found?.remedies.map(({ id }) => id)).toContain("node-local-dns-off");
});
