import { expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { aaaaRewritten } from "../../src/rules/aaaa-rewritten.ts";
import { image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };

function judge(process: StartProcess, directive: string) {
  const text = `.:53 {\n    ${directive}\n    forward . 192.0.2.9\n}\n`;
  const cluster = clusterProfile({
    corefiles: [{ file: "Corefile", text }],
    nodeLocalDns: "auto",
    autopilot: false,
  });
  return checked(aaaaRewritten, { workload: workload(), image: image(process), cluster });
}

it.each([
  ["rewrite stop type AAAA A", "1.2.3", "affected"],
  ["rewrite type aaaa a", "1.1.24", "affected"],
  ['template IN AAAA {\nanswer "{{ .Name }} 60 IN A 192.0.2.1"\n}', "1.2.3", "affected"],
  ['template IN AAAA {\nanswer "{{ .Name }} 60 IN AAAA fd00::1"\n}', "1.2.3", undefined],
  ["rewrite stop type AAAA A", "1.2.4", undefined],
  ["rewrite type A AAAA", "1.2.3", undefined],
  ["rewrite name a.example b.example", "1.2.3", undefined],
  ["errors", "1.2.3", undefined],
])("%s, musl %s: %s", (directive, version, outcome) => {
  expect(judge(onMusl(version), directive)?.outcome).toBe(outcome);
});

it("is a note at the rewrite's line, since ordinary lookups work", () => {
  const verdict = judge(onMusl("1.2.3"), "rewrite stop type AAAA A");
  expect([verdict?.level, verdict?.at?.line, verdict?.names?.external]).toEqual(["note", 2, "resolves"]);
});

it("has no say where the resolver is another or the version is not known", () => {
  expect(judge(glibc, "rewrite stop type AAAA A")).toBeUndefined();
  const either = onMusl("", { musl: { atLeast: "1.2.0", because: "a trace" } });
  expect(judge(either, "rewrite stop type AAAA A")).toBeUndefined();
});
