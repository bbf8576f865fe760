import { expect, it } from "vitest";
import type { Judgement, Report } from "../../src/model/report.ts";
import { imageAt } from "../../src/report/image-at.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

const layer = { index: 0, diffId: `sha256:${"ab".repeat(32)}` } as const;
const alpine = {
  ...image(onMusl("1.1.24")),
  distribution: { id: "alpine", name: "Alpine Linux", version: "3.12.0", path: "/etc/os-release", layer },
  musl: { loader: { value: "1.1.24", path: "/lib/ld-musl-x86_64.so.1", layer } },
};
const at = (...targets: readonly string[]): Report => ({
  ...report([alpine], cluster("NXDOMAIN")),
  clusters: targets.map((to) => ({ ...cluster("NXDOMAIN"), target: { of: "prod", to } })),
});
const on = (of: Report, index: number): Judgement => ({ ...of.judgements[0]!, cluster: index });

it("is moved once for all rows and clusters of a report that ask for the same release", () => {
  const all = at("alpine=3.24", "corefile=new.yaml,alpine=3.24", "node-local-dns=enabled");
  const moved = imageAt(all, on(all, 0));
  expect(moved?.process.musl?.exact).toBe("1.2.6");
  expect([0, 1].map((index) => imageAt(all, on(all, index)) === moved)).toEqual([true, true]);
  expect(imageAt(all, on(all, 2))).toBe(all.images[0]);
  expect(imageAt(all, { ...on(all, 0), image: undefined })).toBeUndefined();
});

it("reads a target as the flag does, and says of one that is none what it is", () => {
  const all = at("corefile=a,b alpine=1.txt");
  expect(imageAt(all, on(all, 0))).toBe(all.images[0]);
  const odd = at("alpine=newest");
  expect(() => imageAt(odd, on(odd, 0))).toThrow('the report\'s target is "alpine=newest"');
});
