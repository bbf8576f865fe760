import { expect, it } from "vitest";
import type { StartProcess } from "../../src/model/image-profile.ts";
import type { SearchList } from "../../src/model/workload.ts";
import { searchDot } from "../../src/rules/search-dot.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };
const AFTER: SearchList = { domains: ["corp.example", "."], afterCluster: true };

function judge(process: StartProcess, searches: SearchList | undefined = AFTER) {
  const who = workload("shop/api:1.0", searches === undefined ? {} : { searches });
  return checked(searchDot, { workload: who, image: image(process), cluster: cluster("NODATA") });
}

it.each([
  ["1.1.16", "affected"],
  ["1.2.0", "affected"],
  ["1.2.3", "affected"],
  ["1.2.4", undefined],
  ["1.2.4_git20230717", undefined],
])("musl %s: %s", (version, outcome) => {
  expect(judge(onMusl(version))?.outcome).toBe(outcome);
});

it("fails what comes to the dot: behind the cluster's domains, Services are found before it", () => {
  expect(judge(onMusl("1.2.2"))?.names).toEqual({ internal: "resolves", external: "fails-slowly" });
  const first = judge(onMusl("1.2.2"), { domains: [".", "svc.cluster.local"], afterCluster: false });
  expect(first?.names).toEqual({ internal: "fails-slowly", external: "fails-slowly" });
});

it("has no say without such a list, and with another resolver", () => {
  expect(judge(glibc)).toBeUndefined();
  expect(judge(onMusl("1.2.2"), { domains: ["example.com."], afterCluster: true })).toBeUndefined();
  expect(
    checked(searchDot, { workload: workload(), image: image(onMusl("1.2.2")), cluster: cluster("NODATA") }),
  ).toBeUndefined();
});

it("does not know where the version may be either, or the image was not read", () => {
  expect(judge(onMusl("", { musl: { below: "1.2.6", because: "its size" } }))?.outcome).toBe("unknown");
  expect(judge(onMusl("", { musl: { below: "1.2.4", because: "its size" } }))?.outcome).toBe("affected");
  expect(judge(onMusl("", { musl: { atLeast: "1.2.4", because: "its size" } }))).toBeUndefined();
  const unread = checked(searchDot, {
    workload: workload("shop/api:1.0", { searches: AFTER }),
    imageProblem: "the registry refused it",
    cluster: cluster("NODATA"),
  });
  expect(unread?.summary).toContain("the registry refused it");
});
