// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { covered, found, pinned } from "../tree.ts";

const deployment = (image: string, name = "api") =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: ${image}\n`;

describe("kustomizations", () => {
  it("pins an overridden image to the line that overrides it, once for every overlay", async () => {
    const files = {
      "base/api.yaml": deployment("api:dev"),
      "base/kustomization.yaml": "resources: [api.yaml]\n",
      "dev/kustomization.yaml": "resources:\n- ../base\n",
      "prod/kustomization.yaml":
        "resources:\n- ../base\nimages:\n- name: api\n  newName: registry.example/api\n  newTag: '1.2'\n",
    };
    const { workloads, diagnostics } = await found(files);
    expect(diagnostics).toEqual([]);
    expect(
      workloads.map(({ image, at, related }) => [image, covered(files, at), related?.map((one) => one.file)]),
    ).toEqual([
      ["api:dev", "api:dev", undefined],
      ["registry.example/api:1.2", "1.2", ["base/api.yaml"]],
    ]);
    expect(workloads[1]).toMatchObject({
      name: "deployment/api, container app",
      at: { file: "prod/kustomization.yaml", line: 6, column: 12, endColumn: 15 },
    });
  });

  it.each([
    ["- name: a\n  digest: sha256:0f", "a@sha256:0f"],
    ["- name: a\n  newTag: '2'\n  digest: sha256:0f", "a:2@sha256:0f"],
    ["- name: a\n  newName: b", "b:1"],
    ["- name: a\n  tagSuffix: -x", "a:1-x"],
    ["- name: a\n  newName: b\n- name: b\n  newTag: '3'", "b:3"],
    ["- name: other\n  newTag: '3'", "a:1"],
    ["- name: a", "a:1"],
  ])("%s gives %s", async (images, expected) => {
    const { workloads } = await found({
      "kustomization.yaml": `resources: [a.yaml]\nimages:\n${images}\n`,
      "a.yaml": deployment("a:1"),
    });
    expect(workloads.map(({ image }) => image)).toEqual([expected]);
  });

  it("says of each path that is not followed why, as it is written and on its line", async () => {
    const files = {
      "apps/kustomization.yaml":
        "resources:\n- ../bass\n- ../base\n- ../left/out.yaml\n- ../left\n- ../bass\npatches:\n- path: none.yaml\n",
      "base/api.yaml": deployment("api:1"),
      "left/out.yaml": deployment("api:2"),
    };
    const { diagnostics } = await found(files, { exclude: ["left"] });
    expect(diagnostics.map(({ message, at }) => `${at?.line}:${at?.column} ${message}`)).toEqual([
      "2:3 ../bass was not followed: no such file or folder",
      "3:3 ../base was not followed: no kustomization in it was read",
      "4:3 ../left/out.yaml was not followed: it is not among the files that are scanned",
      "5:3 ../left was not followed: it is not among the files that are scanned",
      "8:9 none.yaml was not followed: no such file or folder",
    ]);
  });

  it("applies strategic merge patches' images and components", async () => {
    const files = {
      "a.yaml": deployment("a:1"),
      "patch.yaml": deployment("a:2"),
      "c/kustomization.yaml": "kind: Component\nimages: [{name: a, newName: z}]\n",
      "kustomization.yaml": "resources: [a.yaml]\ncomponents: [c]\npatches: [{path: patch.yaml}]\n",
    };
    expect(await pinned(files)).toEqual(["a:2 @ patch.yaml:9:16 a:2"]);
    const { "patch.yaml": _, ...without } = files;
    const { workloads } = await found({
      ...without,
      "kustomization.yaml": "resources: [a.yaml]\ncomponents: [c]\n",
    });
    expect(workloads).toMatchObject([{ image: "z:1", at: { file: "c/kustomization.yaml" } }]);
  });

  it("is not silent about what it does not follow", async () => {
    const { diagnostics } = await found({
      "kustomization.yaml": `resources: ["https://example.com/x.yaml", "github.com/a/b?ref=v1", ../../out, missing.yaml]
helmCharts: [{name: x}]
images: [{name: a, newTag: "\${TAG}"}]
patches:
- path: p.json
- patch: |-
    - op: replace
      path: /spec/template/spec/containers/0/image
`,
      "p.json": `[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "x"}]`,
    });
    expect(diagnostics.every(({ weight }) => weight === "gap")).toBe(true);
    expect(diagnostics.map(({ message }) => message.split(" was not")[0])).toEqual([
      "x",
      "https://example.com/x.yaml",
      "github.com/a/b?ref=v1",
      "../../out",
      "missing.yaml",
      "an inline patch",
      "p.json",
    ]);
  });

  it("ends where kustomizations take in each other, and where bases double at every level", async () => {
    const circle = await found({
      "a/kustomization.yaml": "resources: [../b, x.yaml]\n",
      "b/kustomization.yaml": "resources: [../a]\n",
      "a/x.yaml": deployment("x:1"),
    });
    expect(circle.workloads.map(({ image }) => image)).toEqual(["x:1"]);
    const doubling: Record<string, string> = {
      "l0/kustomization.yaml": "resources: [x.yaml]\n",
      "l0/x.yaml": deployment("x:1"),
    };
    for (let i = 1; i < 30; i++)
      doubling[`l${i}/kustomization.yaml`] = `resources: [../l${i - 1}, ../l${i - 1}]\n`;
    expect((await found(doubling)).diagnostics).toMatchObject([{ code: "past-limit" }]);
  });

  it("hands on the Corefile a generator takes in", async () => {
    const { clusterFiles } = await found({
      "kustomization.yaml":
        "configMapGenerator:\n- name: coredns\n  files: [Corefile=dns.conf, x.server=x.conf, other.conf]\n",
      "dns.conf": ".:53 {\n}\n",
      "x.conf": "x {\n}\n",
      "other.conf": "",
    });
    expect(clusterFiles.map(({ file, kind }) => `${file} ${kind}`)).toEqual([
      "kustomization.yaml config-map",
      "dns.conf corefile",
      "x.conf corefile",
    ]);
  });
});
