import { expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { corefileRefused } from "../../src/rules/corefile-refused.ts";

function profile(text: string, file = "Corefile") {
  return clusterProfile({ nodeLocalDns: "auto", autopilot: false, corefiles: [{ file, text }] });
}

it.each([
  ["a class in lower case", ".:53 {\n    template in AAAA {\n        rcode NXDOMAIN\n    }\n}\n", 2],
  ["an rcode in lower case", ".:53 {\n    template IN AAAA {\n        rcode nxdomain\n    }\n}\n", 3],
  ["a bare port", ":53 {\n    forward . 10.0.0.1\n}\n", 1],
  ["a zone that stands twice", ".:53 {\n    log\n}\n.:53 {\n    log\n}\n", 4],
  ["a brace without end", ".:53 {\n    log\n", 2],
  ["a plugin that node-cache lacks", ".:53 {\n    bind 169.254.20.10\n    autopath @kubernetes\n}\n", 3],
])("finds %s", (_, text, line) => {
  const cluster = profile(text);
  const [found, ...more] = corefileRefused.checkCluster({ cluster, containersNamed: true });
  expect(more).toEqual([]);
  expect(found).toMatchObject({ outcome: "affected", level: "error", at: { file: "Corefile", line } });
  // The finding says it; a diagnostic would say it again.
  expect(cluster.diagnostics.map(({ message }) => message)).not.toContainEqual(
    expect.stringContaining("does not start"),
  );
});

it.each([
  ["a Corefile that starts", ".:53 {\n    forward . 10.0.0.1\n}\n"],
  ["one that cannot be read to its end", ".:53 {\n    import custom/*.override\n}\n"],
  ["a template that has yet to be rendered", ".:53 {\n    forward . {{ .Values.upstream }}\n}\n"],
])("has nothing to say of %s", (_, text) => {
  expect(corefileRefused.checkCluster({ cluster: profile(text), containersNamed: false })).toEqual([]);
});
