import { describe, expect, it } from "vitest";
import { discover } from "../../../src/discover/discover.ts";
import type { HelmPort } from "../../../src/discover/kinds/helm-render.ts";
import { memoryTree } from "../tree.ts";

const CHART = {
  "c/Chart.yaml": "name: web\nappVersion: '1.16'\ndependencies: [{name: db, repository: '@x'}]\n",
  "c/values.yaml":
    "image:\n  repository: nginx\n  tag: '1'\nextra: {enabled: false, image: 'extra:1'}\ncron: 'cron:2'\n",
  "c/values-prod.yaml": "image: {tag: '2'}\n",
  "c/templates/d.yaml":
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: x, image: "{{ include "web.image" . }}"}]}}}\n',
  "c/charts/db/Chart.yaml": "name: db\n",
  "c/charts/db/values.yaml": "image: {repository: pg, tag: '14'}\n",
};

const pod = (name: string, image: string) =>
  `---\n# Source: web/templates/d.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  dnsConfig: {searches: [a.example]}\n  containers:\n  - name: x\n    image: "${image}"\n`;

async function told(helm: HelmPort | undefined, files: Readonly<Record<string, string>> = CHART) {
  const { workloads, diagnostics } = await discover(memoryTree(files), helm === undefined ? {} : { helm });
  return {
    workloads: workloads.map(({ image, name, at }) => `${image} | ${name} | ${at?.file}:${at?.line}`),
    diagnostics: diagnostics.map(({ code, at }) => `${code} ${at?.file}:${at?.line}`),
  };
}

describe("a chart that is rendered", () => {
  it("says what is deployed, at the lines of its values", async () => {
    const asked: unknown[] = [];
    const helm: HelmPort = async (folder, values) => {
      asked.push([folder, values]);
      return [
        pod("web", `nginx:${values.length === 0 ? "1" : "2"}`),
        pod("db", "pg:14"),
        pod("cron", "cron:2"),
        pod("other", "made/up:9"),
      ].join("");
    };
    expect(await told(helm)).toEqual({
      workloads: [
        "nginx:1 | pod/web, container x | c/values.yaml:3",
        "pg:14 | pod/db, container x | c/charts/db/values.yaml:1",
        "cron:2 | pod/cron, container x | c/values.yaml:5",
        "made/up:9 | pod/other, container x | c/Chart.yaml:1",
        "nginx:2 | pod/web, container x | c/values-prod.yaml:1",
      ],
      diagnostics: [],
    });
    expect(asked).toEqual([
      ["c", []],
      ["c", ["c/values-prod.yaml"]],
    ]);
    const { workloads } = await discover(memoryTree(CHART), { helm });
    expect(workloads[0]?.searches).toEqual({ domains: ["a.example"], afterCluster: true });
  });

  it("is read as it stands where Helm has a problem, and says so", async () => {
    const without = await told(undefined);
    const { workloads, diagnostics } = await told(async () => ({ problem: "no such program" }));
    expect(workloads).toEqual(without.workloads);
    expect(diagnostics).toEqual([
      "not-followed c/Chart.yaml:1",
      ...without.diagnostics,
      "not-followed c/values-prod.yaml:1",
    ]);
  });

  it("is not silent about manifests that are none", async () => {
    expect((await told(async () => "kind: Pod\nspec: [\n")).diagnostics).toEqual([
      "not-followed c/Chart.yaml:1",
    ]);
    const large: HelmPort = async () => "x".repeat(9 * 1024 * 1024);
    expect((await told(large)).diagnostics[0]).toBe("not-followed c/Chart.yaml:1");
  });

  it("is left to its users where it is a library", async () => {
    const files = {
      "l/Chart.yaml": "name: l\ntype: library\n",
      "l/values.yaml": "image: {repository: a, tag: b}\n",
    };
    const helm: HelmPort = () => Promise.reject(new Error("must not be asked"));
    expect(await told(helm, files)).toEqual(await told(undefined, files));
  });
});
