import type { Result } from "sarif";
import { expect, it } from "vitest";
import { corefilePatches } from "../../src/mend/corefile-patches.ts";
import type { Judgement, Report } from "../../src/model/report.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { CLUSTER_RULES, CONTAINER_RULES, RULES } from "../../src/rules/index.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const tool = { version: "0.0.0", homepage: "https://example.com/muslgate" };
const spot = (file: string, line: number) => ({ file, line, column: 1, endLine: line, endColumn: 5 });
const COREFILE =
  "cluster.local:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 10.0.0.2\n}\n.:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 10.0.0.2\n}\n";

/** A container that the Corefile of a file hits, and what the rules say of both. */
function hit(file: string, more: Partial<Report> = {}): Report {
  const denied = (line: number) =>
    ({ kind: "NXDOMAIN", because: "the template answers it", at: spot(file, line) }) as const;
  const faults = [2, 8].map((line) => ({
    kind: "aaaa-denied" as const,
    because: "the template answers it",
    type: "AAAA" as const,
    zones: ["."],
    at: spot(file, line),
  }));
  const on = cluster("NXDOMAIN", "NXDOMAIN", {
    name: "prod",
    faults,
    answers: { internal: denied(2), external: denied(8) },
    sources: [{ file, role: "cluster-dns", at: spot(file, 1) }],
  });
  const key = { root: "", kind: "deployment", namespace: "", name: "api", container: "app" };
  const who = workload("shop/api:1.0", {
    key,
    role: "container",
    name: "deployment/api, container app",
    at: spot("deploy/api.yaml", 12),
  });
  const profile = image(onMusl("1.2.2"));
  const verdicts = CONTAINER_RULES.flatMap(
    (rule) => checked(rule, { workload: who, image: profile, cluster: on }) ?? [],
  );
  const alone = CLUSTER_RULES.flatMap((rule) => rule.checkCluster({ cluster: on, containersNamed: false }));
  const judgements: Judgement[] = [
    ...verdicts.map((verdict) => ({ workload: who, image: 0, cluster: 0, verdict })),
    ...alone.map((verdict) => ({ cluster: 0, verdict })),
  ];
  const report = { images: [profile], clusters: [on], judgements, diagnostics: [] };
  return { ...report, patches: corefilePatches(report, [{ file, text: COREFILE }]), ...more };
}

const resultsOf = (report: Report): Result[] => JSON.parse(renderSarif(report, RULES, tool)).runs[0].results;

it("has no alert for the cluster beside that of a container on the same line", () => {
  expect(resultsOf(hit("dns/Corefile")).map(({ ruleId }) => ruleId)).toEqual(["musl-paired-lookup"]);
});

it("brings the patch as a fix, whose replacements make of the file what the patch does", () => {
  const [result] = resultsOf(hit("dns/Corefile"));
  const [change] = result?.fixes?.[0]?.artifactChanges ?? [];
  expect(change?.artifactLocation.uri).toBe("dns/Corefile");
  const lines = COREFILE.split("\n");
  for (const { deletedRegion, insertedContent } of change?.replacements ?? []) {
    const { startLine = 0, endLine = 0, startColumn, endColumn } = deletedRegion;
    expect([startColumn, endLine]).toEqual([1, startLine]);
    expect(endColumn).toBe((lines[startLine - 1] ?? "").length + 1);
    lines[startLine - 1] = insertedContent?.text ?? "";
  }
  expect(lines.join("\n")).toBe(COREFILE.replaceAll("NXDOMAIN", "NOERROR"));
});

it.each([
  ["/elsewhere/dns/bad", "bad", "; the diff names bad alone: apply it in /elsewhere/dns"],
  ["./dns/../dns/bad", "dns/bad", ""],
])("brings a patch of %s that names a file where it is applied", (file, name, where) => {
  const [patch] = hit(file).patches ?? [];
  expect(patch?.diff).toMatch(new RegExp(`^--- a/${name}\n\\+\\+\\+ b/${name}\n`));
  expect(patch?.because.replace(/.*no such record/, "")).toBe(where);
  expect(patch?.file).toBe(file);
});

it("says of each related line what its part is", () => {
  const [result] = resultsOf(hit("dns/Corefile"));
  const related = result?.relatedLocations?.map(({ physicalLocation, message }) => [
    `${physicalLocation?.artifactLocation?.uri}:${physicalLocation?.region?.startLine}`,
    message?.text,
  ]);
  expect(related).toContainEqual(["deploy/api.yaml:12", "Names the image of deployment/api, container app."]);
  expect(related).toContainEqual([
    "dns/Corefile:2",
    "Decides how prod answers AAAA for the cluster's own names.",
  ]);
});

it.each(["/etc/coredns/Corefile", "../cluster/Corefile", "C:/Corefile"])(
  "puts the alert on the image's line where the Corefile is %s",
  (file) => {
    const results = resultsOf(hit(file));
    const [result] = results.filter(({ ruleId }) => ruleId === "musl-paired-lookup");
    expect(result?.locations?.[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: "deploy/api.yaml" },
      region: { startLine: 12 },
    });
    const uris = results.flatMap(({ locations = [], relatedLocations = [] }) =>
      [...locations, ...relatedLocations].map((one) => one.physicalLocation?.artifactLocation?.uri),
    );
    expect(uris.filter((uri) => /^\/|\.\.|^C/.test(uri ?? ""))).toEqual([]);
  },
);

it("has no alert for what a registry or the network did", () => {
  const report = hit("dns/Corefile");
  const [first] = report.judgements;
  const unread: Judgement = {
    ...(first as Judgement),
    image: undefined,
    verdict: { ...(first as Judgement).verdict, outcome: "unknown", level: "warning" },
  };
  const problem = { message: "m", hint: "h", weight: "gap", subject: "shop/api:1.0" } as const;
  const told = { ...report, judgements: [unread] };
  expect(resultsOf({ ...told, diagnostics: [{ ...problem, code: "image-unreadable" }] })).toEqual([]);
  expect(resultsOf({ ...told, diagnostics: [{ ...problem, code: "defect" }] })).toHaveLength(1);
});

it("tells runs apart by their category", () => {
  const idOf = (category?: string) =>
    JSON.parse(renderSarif(hit("dns/Corefile"), RULES, { ...tool, category })).runs[0].automationDetails.id;
  expect([idOf(), idOf("checks/scan/amd64")]).toEqual(["muslgate/", "muslgate/checks/scan/amd64/"]);
});
