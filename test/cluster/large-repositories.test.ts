/**
 * Repositories of the shapes that people keep their clusters in: whichever of their files denies AAAA is found, read on its
 * lines or told as unread, and no cluster is called fine beside it. Their clean twins are clean.
 */
import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { discover } from "../../src/discover/discover.ts";
import { memoryTree } from "../discover/tree.ts";
import { LARGE_REPOSITORIES } from "../support/large-repositories.ts";

type Files = Readonly<Record<string, string>>;

async function judged(files: Files) {
  const { clusterFiles, unread, workloads } = await discover(memoryTree(files), {});
  const { profiles, diagnostics } = await foundClusters(clusterFiles, readSettings({}), unread);
  const answers = profiles.flatMap(({ answers: { external }, parts = [], listeners = [] }) => [
    external,
    ...parts.map(({ aaaa }) => aaaa),
    ...listeners.map((one) => one.answers.external),
  ]);
  return { answers, diagnostics, workloads };
}

const deny = (text: string) => text.replaceAll("NOERROR", "NXDOMAIN");

describe.each(LARGE_REPOSITORIES)("%s", (_, { others, carriers }) => {
  const clean = { ...others, ...carriers };
  /** What has nothing to do with DNS is looked at as a whole once. */
  const few = { ...Object.fromEntries(Object.entries(others).slice(-8)), ...carriers };

  it("is clean as it is", async () => {
    const { answers, diagnostics, workloads } = await judged(clean);
    expect(workloads.length).toBeGreaterThan(50);
    expect(Object.keys(clean).length).toBeGreaterThan(100);
    const kinds = new Set(answers.map(({ kind }) => kind));
    expect([...kinds].filter((kind) => kind !== "NODATA" && kind !== "passed-on")).toEqual([]);
    expect(diagnostics.filter(({ message }) => message.includes("denies or rewrites"))).toEqual([]);
  });

  it.each(Object.keys(carriers))("finds %s", async (file) => {
    const { answers, diagnostics } = await judged({ ...few, [file]: deny(carriers[file]!) });
    const read = answers.filter(({ kind, at }) => kind === "NXDOMAIN" && at?.file === file);
    const told = diagnostics.filter(
      ({ code, at, weight }) => code === "corefile-unread" && at?.file === file && weight === "gap",
    );
    const fine = answers.filter(({ kind }) => kind === "NODATA" || kind === "passed-on");
    if (read.length === 0) {
      expect(told.length).toBeGreaterThan(0);
      expect(fine).toEqual([]);
    }
  });
});
