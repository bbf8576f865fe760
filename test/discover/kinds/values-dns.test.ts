import { describe, expect, it } from "vitest";
import { found } from "../tree.ts";

async function asked(files: Record<string, string>) {
  const { workloads, diagnostics } = await found(files);
  return {
    dns: workloads.map(({ usesClusterDns, dnsBecause }) => dnsBecause ?? usesClusterDns),
    codes: [...new Set(diagnostics.map(({ code }) => code))].filter((code) => code !== "not-followed"),
  };
}
const NONE = "dnsPolicy: None\ndnsConfig: {nameservers: [192.0.2.53]}\n";
const INSIDE = NONE.replace(/^/gm, "  ").trimEnd();

describe("whose DNS pods of values ask", () => {
  it.each<[string, string, unknown, string[]]>([
    ["nothing said", "image: a:1\n", true, []],
    ["beside the image", `image: a:1\n${NONE}`, "asks 192.0.2.53", []],
    [
      "beside the image's map",
      `web:\n  image: {repository: a, tag: "1"}\n${INSIDE}\n`,
      "asks 192.0.2.53",
      [],
    ],
    [
      "defaultPodOptions",
      `defaultPodOptions:\n${INSIDE}\ncontrollers: {main: {containers: {app: {image: {repository: a, tag: "1"}}}}}\n`,
      "asks 192.0.2.53",
      [],
    ],
    [
      "a controller's own pod",
      `defaultPodOptions:\n${INSIDE}\ncontrollers: {main: {pod: {dnsPolicy: ClusterFirst}, containers: {app: {image: {repository: a, tag: "1"}}}}}\n`,
      true,
      [],
    ],
    ["podSpec", `podSpec:\n${INSIDE}\nimage: a:1\n`, "asks 192.0.2.53", []],
    [
      "cert-manager's names",
      "image: a:1\npodDnsPolicy: None\npodDnsConfig: {nameservers: [192.0.2.53]}\n",
      "asks 192.0.2.53",
      [],
    ],
    ["the host's network", "image: a:1\nhostNetwork: true\n", false, []],
    ["the whole chart's, for a part of it", `redis: {image: "a:1"}\n${NONE}`, "unknown", ["pod-dns-unknown"]],
    ["the whole chart's that change nothing", 'redis: {image: "a:1"}\ndnsPolicy: ClusterFirst\n', true, []],
    ["another part's", `web:\n${INSIDE}\nredis: {image: "a:1"}\n`, true, []],
  ])("%s", async (_, values, expected, codes) => {
    expect(await asked({ "values.yaml": values })).toEqual({ dns: [expected], codes });
  });

  it("is the chart's own where a file over its values says nothing else", async () => {
    const { workloads } = await found({
      "Chart.yaml": "name: c\n",
      "values.yaml": "image: {repository: a, tag: '1'}\nhostNetwork: true\n",
      "values-prod.yaml": "image: {tag: '2'}\ndnsPolicy: ClusterFirstWithHostNet\n",
      "values-dev.yaml": "image: {tag: '3'}\n",
    });
    expect(workloads.map(({ image, usesClusterDns }) => `${image} ${usesClusterDns}`).sort()).toEqual([
      "a:1 false",
      "a:2 true",
      "a:3 false",
    ]);
  });
});

describe("patches of GitOps objects", () => {
  const release = (patch: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  values: {image: {repository: shop/web, tag: "1"}}
  postRenderers:
  - kustomize:
      patches:
      - target: {kind: Deployment}
        patch: |
${patch.replace(/^/gm, "          ")}
`;

  it.each([
    ["- {op: add, path: /spec/template/spec/dnsPolicy, value: Default}", "unknown", ["not-followed"]],
    [
      "spec:\n  template:\n    spec:\n      dnsConfig: {options: [{name: ndots, value: '1'}]}",
      true,
      ["not-followed"],
    ],
    ["- {op: add, path: /metadata/labels/a, value: b}", true, []],
  ])("%s", async (patch, expected, codes) => {
    const { workloads, diagnostics } = await found({ "r.yaml": release(patch) });
    expect(workloads.map(({ usesClusterDns }) => usesClusterDns)).toEqual([expected]);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });
});
