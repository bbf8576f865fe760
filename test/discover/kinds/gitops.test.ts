import { describe, expect, it } from "vitest";
import { covered, found } from "../tree.ts";

async function shown(files: Readonly<Record<string, string>>) {
  const { workloads, diagnostics } = await found(files);
  return [
    ...workloads.map(({ image, name, at }) => `${image} | ${name} | ${at?.line} ${covered(files, at)}`),
    ...diagnostics.map(({ code, at }) => `${code} ${at?.line} ${covered(files, at)}`),
  ];
}

describe("Argo CD", () => {
  it("reads values, parameters and images of an Application", async () => {
    const files = {
      "app.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  sources:
  - chart: web
    helm:
      values: |

        image:
          repository: shop/web
          tag: "1.1"
      parameters:
      - {name: job.image.repository, value: shop/job}
      - {name: job.image.tag, value: "2"}
      valuesObject: {sidecar: {image: "shop/side:3"}}
  - path: deploy
    kustomize: {images: ["a=shop/a:4", "shop/b:5", "c=d"]}
`,
      "deploy/x.txt": "",
    };
    expect(await shown(files)).toEqual([
      "shop/web:1.1 | application/shop, values image | 12 1.1",
      "shop/side:3 | application/shop, values sidecar.image | 16 shop/side:3",
      "shop/job:2 | application/shop, values job.image | 15 2",
      "shop/a:4 | application/shop, kustomize images | 18 a=shop/a:4",
      "shop/b:5 | application/shop, kustomize images | 18 shop/b:5",
      "image-not-literal 18 c=d",
      "not-followed 6 web",
    ]);
  });
});

describe("Flux", () => {
  it("reads a HelmRelease's values and says what is elsewhere", async () => {
    const files = {
      "r.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: web}}
  values:
    image: {repository: shop/web, tag: "1"}
    other: {image: {repository: shop/other}}
  valuesFrom: [{kind: ConfigMap, name: more}]
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: o}
spec: {url: "oci://example.com/x"}
`,
    };
    expect(await shown(files)).toEqual([
      "shop/web:1 | helmrelease/web, values image | 7 1",
      "not-followed 9 more",
      "image-not-literal 8 shop/other",
      "not-followed 5 web",
      "not-followed 14 oci://example.com/x",
    ]);
  });

  it("tells a chart and the OCIRepository that has it once", async () => {
    const source = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: web}\nspec: {url: "oci://example.com/web"}\n`;
    const release = (name: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chartRef: {kind: OCIRepository, name: ${name}}\n`;
    expect(await shown({ "s.yaml": source, "r.yaml": release("web") })).toEqual(["not-followed 5 web"]);
    expect(await shown({ "s.yaml": source, "r.yaml": release("api") })).toEqual([
      "not-followed 5 api",
      "not-followed 4 oci://example.com/web",
    ]);
  });

  it("puts a Kustomization's images over the folder it names", async () => {
    const files = {
      "flux.yaml": `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: k}
spec:
  path: ./apps
  images: [{name: a, newTag: "9"}]
`,
      "apps/kustomization.yaml": "resources: [a.yaml]\n",
      "apps/a.yaml": "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: a:1}]}\n",
    };
    expect(await shown(files)).toEqual(["a:9 | pod/a, container 1 | 6 9"]);
    expect(await shown({ "flux.yaml": files["flux.yaml"] })).toEqual([
      "a:9 | kustomization/k, images | 6 9",
      "not-followed 5 ./apps",
    ]);
  });
});

describe("GitHub workflows", () => {
  it("reads containers, services and docker steps", async () => {
    const path = ".github/workflows/ci.yml";
    const files = {
      [path]: `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    container: node:16-alpine
    services:
      db: {image: "postgres:13"}
    steps:
      - uses: docker://alpine:3.13
      - uses: docker/build-push-action@v6
        with: {context: ., file: docker/app, target: dev}
  b:
    runs-on: [self-hosted]
    container: {image: "\${{ matrix.image }}"}
  c:
    runs-on: own
    container: {image: x:1}
`,
      "docker/app": "FROM a:1 AS dev\nFROM b:1\n",
    };
    const { workloads } = await found(files);
    expect(workloads.map(({ image, usesClusterDns }) => [image, usesClusterDns])).toEqual([
      ["node:16-alpine", false],
      ["postgres:13", false],
      ["alpine:3.13", false],
      ["x:1", "unknown"],
      ["a:1", true],
    ]);
    expect((await shown(files)).filter((line) => line.startsWith("image-not-literal"))).toEqual([
      `image-not-literal 14 \${{ matrix.image }}`,
    ]);
  });
});

describe("files that say how a cluster's DNS answers", () => {
  it("tells them by name and by content", async () => {
    const files = {
      "dns/Corefile": ".:53 {\n}\n",
      "dns/cm.yaml": "kind: ConfigMap\nmetadata: {name: x}\ndata:\n  Corefile: |\n    . {\n    }\n",
      "dns/custom.json": `{"kind":"List","items":[{"kind":"ConfigMap","data":{"my.server":"x {\\n}"}}]}`,
      "dns/values.yaml": "servers:\n- zones: [{zone: .}]\n  plugins: [{name: forward}]\n",
      "gke/cluster.json": `[{"name": "c", "currentMasterVersion": "1.22.6-gke.300"}]`,
      "gke/cc.yaml": "kind: ContainerCluster\napiVersion: container.cnrm.cloud.google.com/v1beta1\n",
      "gke/main.tf": 'resource "google_container_cluster" "c" {}\n',
      "gke/other.tf": "",
      "other.yaml": "kind: ConfigMap\ndata: {image: x}\n",
    };
    const { clusterFiles } = await found(files);
    expect(clusterFiles.map(({ file, kind }) => `${file} ${kind}`)).toEqual([
      "dns/Corefile corefile",
      "dns/cm.yaml config-map",
      "dns/custom.json config-map",
      "dns/values.yaml config-map",
      "gke/cc.yaml config-connector",
      "gke/cluster.json gcloud",
      "gke/main.tf terraform",
      "gke/other.tf terraform",
    ]);
    expect(clusterFiles[0]?.text).toBe(".:53 {\n}\n");
  });
});
