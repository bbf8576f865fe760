import { expect, it } from "vitest";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { searchTooLong } from "../../src/rules/search-too-long.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };
const unknown: StartProcess = { kind: "unknown", reason: "The entry point is missing.", chain: [] };

/** Judges a list whose line, with `search ` before it, is so long. */
function judge(length: number, process: StartProcess, afterCluster = false) {
  const domains = ["x".repeat(length - "search ".length)];
  const who = workload("shop/api:1.0", { searches: { domains, afterCluster } });
  return checked(searchTooLong, { workload: who, image: image(process), cluster: cluster("NODATA") });
}

it.each([
  [254, "1.2.5", undefined],
  [255, "1.2.5", "affected"],
  [255, "1.1.24", "affected"],
  [255, "1.1.12", undefined],
])("a line of %i characters, musl %s: %s", (length, version, outcome) => {
  expect(judge(length, onMusl(version))?.outcome).toBe(outcome);
});

it("counts the cluster's own domains where they come first, with the shortest namespace", () => {
  const own = "n.svc.cluster.local svc.cluster.local cluster.local ".length;
  expect(judge(254 - own, onMusl("1.2.5"), true)).toBeUndefined();
  expect(judge(255 - own, onMusl("1.2.5"), true)?.outcome).toBe("affected");
});

it("fails short names only, and says the length", () => {
  const verdict = judge(300, onMusl("1.2.5"));
  expect(verdict?.names).toEqual({ internal: "fails", external: "resolves" });
  expect(verdict?.summary).toContain("at least 300 characters");
});

it("has no say with another resolver, without a list, and does not know for an unknown one", () => {
  expect(judge(300, glibc)).toBeUndefined();
  expect(judge(300, unknown)?.outcome).toBe("unknown");
  expect(
    checked(searchTooLong, {
      workload: workload(),
      image: image(onMusl("1.2.5")),
      cluster: cluster("NODATA"),
    }),
  ).toBeUndefined();
});
