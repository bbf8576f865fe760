import { describe, expect, it } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import { found, memoryTree } from "./tree.ts";

type Files = Readonly<Record<string, string>>;

/** `root | kind | namespace | name | container` of every workload, and what it is called. */
async function keys(files: Files): Promise<readonly string[]> {
  const { workloads } = await found(files);
  return workloads.map(
    ({ key: { root, kind, namespace, name, container }, name: shown }) =>
      `${[root, kind, namespace, name, container].join("|")} = ${shown}`,
  );
}

const pod = (image: string, metadata = "name: api") =>
  `apiVersion: v1\nkind: Pod\nmetadata: {${metadata}}\nspec: {containers: [{name: app, image: "${image}"}]}\n`;

describe("keys of workloads", () => {
  it("are an object's kind, namespace and name, and the container's", async () => {
    const nameless = `kind: Pod\napiVersion: v1\nspec: {initContainers: [{image: b:1}]}\n`;
    expect(await keys({ "a.yaml": pod("a:1", "name: api, namespace: shop"), "b.yaml": nameless })).toEqual([
      "|pod|shop|api|app = pod/api, container app",
      "|pod|||1 = pod in b.yaml, init container 1",
    ]);
  });

  it("have the kustomization as root, each overlay its own, and its namespace", async () => {
    const files = {
      "base/api.yaml": pod("a:1", "name: api, namespace: old"),
      "base/kustomization.yaml": "resources: [api.yaml]\nnamespace: inner\n",
      "dev/kustomization.yaml": "resources: [../base]\n",
      "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
    };
    expect(await keys(files)).toEqual([
      "dev|pod|inner|api|app = pod/api, container app",
      "prod|pod|prod|api|app = pod/api, container app",
    ]);
    expect(await keys({ "a.yaml": pod("a:1"), "kustomization.yaml": "resources: [a.yaml]\n" })).toEqual([
      ".|pod||api|app = pod/api, container app",
    ]);
  });

  it("have the chart as root, or the values file over it", async () => {
    const files = {
      "c/Chart.yaml": "name: web\nversion: 1.0.0\n",
      "c/values.yaml": "image: {repository: nginx, tag: '1'}\n",
      "c/values-prod.yaml": "image: {tag: '2'}\n",
      "c/templates/p.yaml": pod("{{ .Values.image.repository }}:{{ .Values.image.tag }}"),
      "values/other.yaml": "image: pg:14\n",
    };
    expect(await keys(files)).toEqual([
      "c|pod||api|app = pod/api, container app",
      "c/values-prod.yaml|chart||web|image = chart web, values image",
      "||||image = values/other.yaml, values image",
    ]);
    const helm = async (_: string, [over]: readonly string[]) =>
      pod(over === undefined ? "nginx:1" : "nginx:2");
    const { workloads } = await discover(memoryTree(files), { helm });
    expect(workloads.map(({ key }) => key.root).slice(0, 2)).toEqual(["c", "c/values-prod.yaml"]);
  });

  it("have the HelmRelease or Application as root, and where it deploys to as namespace", async () => {
    const release = (spec: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux}\nspec: {${spec}values: {image: "a:1"}}\n`;
    const application =
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec: {destination: {namespace: shop}, source: {kustomize: {images: ["a=b:1"]}}}\n';
    expect(
      await keys({
        "a.yaml": release("targetNamespace: shop, "),
        "b.yaml": release(""),
        "c.yaml": application,
      }),
    ).toEqual([
      "helmrelease/web|helmrelease|shop|web|image = helmrelease/web, values image",
      "helmrelease/web|helmrelease|flux|web|image = helmrelease/web, values image",
      "application/web|application|shop|web|kustomize images = application/web, kustomize images",
    ]);
  });

  it("do not have the file in them", async () => {
    const files = (folder: string): Files => ({
      [`${folder}compose.yaml`]: "services: {web: {image: a:1}}\n",
      [`${folder}Dockerfile`]: "FROM a:1 AS build\nFROM b:1\nCOPY --from=build /a /a\n",
      [`${folder}api.yaml`]: pod("a:1"),
    });
    const keysOf = async (folder: string) => (await found(files(folder))).workloads.map(({ key }) => key);
    expect(await keysOf("moved/")).toEqual(await keysOf(""));
    expect((await keys(files("x/"))).map((text) => text.split(" = ")[1])).toEqual([
      "pod/api, container app",
      "service web in x/compose.yaml",
      "image of x/Dockerfile, stage 1",
    ]);
  });

  it("tell containers, services and steps of a workflow's job apart", async () => {
    const workflow =
      "jobs:\n  test:\n    runs-on: own\n    container: a:1\n    services: {redis: {image: b:1}}\n    steps:\n    - run: x\n    - uses: docker://c:1\n";
    expect(await keys({ ".github/workflows/w.yml": workflow })).toEqual([
      "|workflow-job||test| = job test in .github/workflows/w.yml, container",
      "|workflow-job||test|redis = job test in .github/workflows/w.yml, service redis",
      "|workflow-job||test|step 2 = job test in .github/workflows/w.yml, step",
    ]);
  });
});
