import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { findEdits } from "../../src/mend/corefile-edits.ts";
import { applyEdits } from "../../src/text/edit.ts";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../../src/rules/index.ts";
import { image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };
const FORWARD = " forward . 192.0.2.9\n}\n";
const deny = (head: string, body = "") => ` template ${head} {\n${body}  rcode NXDOMAIN\n }\n`;

/** What is found of a Corefile: rule, level and line, for the cluster and for containers on three resolvers. */
function found(text: string, names: readonly string[] = []) {
  const cluster = clusterProfile({
    name: "c",
    nodeLocalDns: "auto",
    autopilot: false,
    corefiles: [{ file: "Corefile", text }],
  });
  const told = (process: StartProcess) =>
    CONTAINER_RULES.flatMap((rule) => {
      const verdict = checked(rule, {
        workload: workload(),
        image: image(process),
        cluster,
        usedNames: names,
      });
      return verdict === undefined || verdict.outcome === "not-affected"
        ? []
        : [`${verdict.ruleId} ${verdict.level} ${verdict.at?.line}`];
    });
  return {
    cluster: CLUSTER_RULES.flatMap((rule) =>
      rule
        .checkCluster({ cluster, containersNamed: false })
        .map(({ ruleId, level, at }) => `${ruleId} ${level} ${at?.line}`),
    ),
    strict: told(onMusl("1.2.5")),
    tolerant: told(onMusl("1.1.24")),
    glibc: told(glibc),
  };
}

const ALIKE = (rule: string) => ({ strict: [rule], tolerant: [rule], glibc: [rule] });

describe("names by part, and both halves of them", () => {
  it.each([
    ["a zone denied in the root", `.:53 {\n${deny("IN AAAA netflix.com")}${FORWARD}`],
    ["a pattern", `.:53 {\n${deny("IN AAAA", "  match ^www[.]\n  fallthrough\n")}${FORWARD}`],
    [
      "a pattern that only the bare domain shows",
      `.:53 {\n${deny("IN AAAA", '  match "(.*[.])?amazonaws[.]com[.]$"\n  fallthrough\n')}${FORWARD}`,
    ],
    [
      "what a rewrite leads to",
      `.:53 {\n${deny("IN AAAA new.test")} rewrite name suffix .old.test .new.test\n${FORWARD}`,
    ],
    ["a server block of its own", `corp.test:53 {\n${deny("IN AAAA")}${FORWARD}.:53 {\n${FORWARD}`],
  ])("is one warning on the cluster's line and a note for musl 1.2.1 and newer: %s", (_, text) => {
    expect(found(text)).toEqual({
      cluster: ["aaaa-denied warning 2"],
      strict: ["musl-paired-lookup note 2"],
      tolerant: [],
      glibc: [],
    });
    expect(found(text, ["www.netflix.com"]).strict).toEqual(["musl-paired-lookup error 2"]);
  });

  it.each([
    ["hosts without fallthrough", `.:53 {\n hosts {\n  192.0.2.1 a.test\n }\n${FORWARD}`],
    ["template ANY ANY", `.:53 {\n${deny("ANY ANY")}${FORWARD}`],
  ])("is an error for every libc: %s", (_, text) => {
    const rule = "address-denied error 2";
    expect(found(text)).toEqual({ cluster: [rule], ...ALIKE(rule) });
  });

  it("warns of a zone that answers with failures, and leaves alone what is blocked", () => {
    const clean = { strict: [], tolerant: [], glibc: [] };
    const failing = found(`.:53 {\n${FORWARD}corp.test:53 {\n template IN TXT {\n }\n}\n`);
    expect(failing).toMatchObject({ cluster: ["address-denied warning 4"], ...clean });
    const blocked = found(`.:53 {\n${deny("ANY ANY ads.test")}${FORWARD}`);
    expect(blocked).toEqual({ cluster: [], ...clean });
  });

  it("finds A denied where AAAA is not to be the same fault, mirrored", () => {
    expect(found(`.:53 {\n${deny("IN A")}${FORWARD}`)).toEqual({
      cluster: [],
      strict: ["musl-paired-lookup error 2"],
      tolerant: [],
      glibc: [],
    });
  });

  it("stands on the line that denies, not on one that passes on", () => {
    const text = `cluster.local:53 {\n errors\n${deny("IN AAAA")} kubernetes cluster.local\n}\n.:53 {\n${FORWARD}`;
    expect(found(text).strict).toEqual(["musl-paired-lookup error 3"]);
  });

  it.each([
    ["a zone", `.:53 {\n${deny("IN AAAA netflix.com")}${FORWARD}`],
    ["a pattern", `.:53 {\n${deny("IN AAAA", "  match ^www[.]\n  fallthrough\n")}${FORWARD}`],
    ["a pattern without fallthrough", `.:53 {\n${deny("IN AAAA", "  match ^www[.]\n")}${FORWARD}`],
    ["every type by a pattern", `.:53 {\n template ANY ANY {\n  match ^www[.]\n }\n${FORWARD}`],
    ["a server block of its own", `corp.test:53 {\n${deny("IN AAAA")}${FORWARD}.:53 {\n${FORWARD}`],
    [
      "what a rewrite leads to",
      `.:53 {\n${deny("IN AAAA new.test")} rewrite name suffix .old.test .new.test\n${FORWARD}`,
    ],
    ["hosts", `.:53 {\n hosts {\n  192.0.2.1 a.test\n }\n${FORWARD}`],
    ["every type", `.:53 {\n${deny("ANY ANY")}${FORWARD}`],
    ["A alone", `.:53 {\n${deny("IN A")}${FORWARD}`],
    ["all", `.:53 {\n${deny("ANY AAAA")}${FORWARD}`],
  ])("is mended by --fix, so that nothing is left: %s", (_, text) => {
    expect(found(text).strict).not.toEqual([]);
    const edits = findEdits("Corefile", text, readCorefileInput("Corefile", text));
    expect(found(applyEdits(text, edits))).toEqual({ cluster: [], strict: [], tolerant: [], glibc: [] });
  });

  it("says nothing of a Corefile that is as it should be", () => {
    const text = `.:53 {\n kubernetes cluster.local\n template IN AAAA {\n  rcode NOERROR\n }\n${FORWARD}`;
    expect(found(text)).toEqual({ cluster: [], strict: [], tolerant: [], glibc: [] });
  });
});
