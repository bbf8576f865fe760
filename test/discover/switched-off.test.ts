/** What a file itself switches off is nobody's: neither its images nor its Corefile count, and nothing is told of it. */
import { describe, expect, it } from "vitest";
import { dnsFound } from "../support/dns-found.ts";
import { found } from "./tree.ts";

const release = (name: string, more: string) =>
  `  - name: ${name}\n    chart: example/${name}\n${more}    values:\n      - image:\n          repository: ${name}\n          tag: "1"\n`;
const dns = (more: string) =>
  `releases:\n  - name: coredns\n    chart: coredns/coredns\n${more}    values:\n      - servers:\n          - zones: [{zone: .}]\n            plugins:\n              - name: template\n                parameters: ANY AAAA\n                configBlock: rcode NXDOMAIN\n              - {name: forward, parameters: ". 192.0.2.1"}\n`;
const environment = (on: string) =>
  `environments:\n  default:\n    values:\n      - web: {enabled: ${on}}\n---\n`;

describe("a release of Helmfile", () => {
  it.each([
    ["installed: false", "", "    installed: false\n"],
    ["a condition that is false", environment("false"), "    condition: web.enabled\n"],
  ])("is left out, and those beside it are not: %s", async (_, before, off) => {
    const text = `${before}releases:\n${release("web", off)}${release("api", "")}`;
    const { workloads, diagnostics } = await found({ "helmfile.yaml": text });
    const line = text.split("\n").lastIndexOf('          tag: "1"') + 1;
    expect(workloads).toMatchObject([{ image: "api:1", at: { line } }]);
    expect(diagnostics.map(({ subject }) => subject)).toEqual(["example/api"]);
  });

  it.each([
    ["installed: true", "", "    installed: true\n"],
    ["what a template says", "", "    installed: {{ .Values.on }}\n"],
    ["a condition that is true", environment("true"), "    condition: web.enabled\n"],
    [
      "one that another file decides",
      "environments:\n  default:\n    values:\n      - env.yaml\n      - web: {enabled: false}\n---\n",
      "    condition: web.enabled\n",
    ],
    [
      "one that a secret may decide",
      "environments:\n  default:\n    values:\n      - web: {enabled: false}\n    secrets: [s.yaml]\n---\n",
      "    condition: web.enabled\n",
    ],
    [
      "one that a base may decide",
      "bases: [b.yaml]\n---\nenvironments:\n  default:\n    values:\n      - web: {enabled: false}\n---\n",
      "    condition: web.enabled\n",
    ],
    ["one that nothing says", "", "    condition: web.enabled\n"],
  ])("counts in every other case: %s", async (_, before, on) => {
    const { workloads } = await found({ "helmfile.yaml": `${before}releases:\n${release("web", on)}` });
    expect(workloads.map(({ image }) => image)).toEqual(["web:1"]);
  });

  it("that is not installed sets no cluster's DNS up", async () => {
    expect((await dnsFound({ "helmfile.yaml": dns("") })).answers).toMatchObject([{ kind: "NXDOMAIN" }]);
    const off = await dnsFound({ "helmfile.yaml": dns("    installed: false\n") });
    expect(off.answers).toEqual([]);
    expect(off.gaps).toEqual([]);
  });
});
