import { describe, expect, it } from "vitest";
import { counterparts } from "../../src/compare/counterparts.ts";
import type { ClusterSource } from "../../src/model/cluster-profile.ts";
import { cluster } from "../support/profiles.ts";

const at = (file: string) => ({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });
const made = (name: string, ...of: readonly (readonly [file: string, role?: ClusterSource["role"]])[]) =>
  cluster("NODATA", "NODATA", {
    name,
    sources: of.map(([file, role = "cluster-dns"]) => ({ file, role, at: at(file) })),
  });

describe("clusters in an earlier state", () => {
  it("are the same where a file of theirs came, and gave them another name", () => {
    const before = [made("prod/z.yaml", ["prod/z.yaml"]), made("dev/z.yaml", ["dev/z.yaml"])];
    const now = [
      made("dev/a.yaml", ["dev/a.yaml", "node-local-dns"], ["dev/z.yaml"]),
      made("prod/a.yaml", ["prod/a.yaml", "node-local-dns"], ["prod/z.yaml"]),
    ];
    expect(counterparts(now, before)).toEqual([1, 0]);
    expect(counterparts(before, now)).toEqual([1, 0]);
  });

  it("are the same where settings stay and a Corefile is added", () => {
    const before = [made("main", ["a/gke.json", "settings"]), made("other", ["b/gke.json", "settings"])];
    const now = [
      made("a/coredns.yaml", ["a/coredns.yaml"], ["a/gke.json", "settings"]),
      made("b/coredns.yaml", ["b/coredns.yaml"], ["b/gke.json", "settings"]),
    ];
    expect(counterparts(now, before)).toEqual([0, 1]);
  });

  it("are told apart by name where one file describes several, and none is guessed", () => {
    const list = (...names: string[]) => names.map((name) => made(name, ["gke.json", "settings"]));
    expect(counterparts(list("b", "a"), list("a", "b"))).toEqual([1, 0]);
    expect(counterparts(list("a", "c", "d"), list("a", "b", "e"))).toEqual([0, undefined, undefined]);
  });

  it("are not the same for a file that has come to be another's", () => {
    const before = [made("x", ["dns.yaml", "cluster-dns"]), made("y", ["other.yaml"])];
    const now = [made("v", ["dns.yaml", "node-local-dns"]), made("w", ["new.yaml"])];
    expect(counterparts(now, before)).toEqual([undefined, undefined]);
  });

  it("are known again in another folder, several in their order", () => {
    const two = (folder: string) =>
      ["a", "b"].map((one) => made(`${folder}/${one}/dns.yaml`, [`${folder}/${one}/dns.yaml`]));
    expect(counterparts(two("new"), two("old"))).toEqual([0, 1]);
    expect(
      counterparts(
        [made("p", ["new/p.tf", "settings"]), made("q", ["q.tf"])],
        [made("old q", ["old/q.tf"]), made("old p", ["old/p.tf", "settings"])],
      ),
    ).toEqual([1, 0]);
  });

  it("go by names where an earlier report does not say what they were made of", () => {
    const before = [made("prod/dns.yaml"), made("dev/dns.yaml")];
    const now = [made("dev/dns.yaml", ["dev/dns.yaml"]), made("prod/dns.yaml", ["prod/dns.yaml"])];
    expect(counterparts(now, before)).toEqual([1, 0]);
  });
});
