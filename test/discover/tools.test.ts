/** What tools for developing and deploying run is read in the words of each; what is in a language that nobody reads is told. */
import { describe, expect, it } from "vitest";
import { found } from "./tree.ts";

const IMAGE = "python:3.14-alpine";
const VALUES = "image:\n  repository: python\n  tag: 3.14-alpine\n";
const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));

describe("a container in a tool's own words", () => {
  it.each([
    [
      "Garden",
      "garden.yml",
      `kind: Deploy\ntype: container\nname: web\nspec:\n  image: ${IMAGE}\n  command: [python]\n`,
      "deploy/web, container web",
      5,
    ],
    [
      "DevSpace's devImage",
      "devspace.yaml",
      `version: v2beta1\ndev:\n  web:\n    imageSelector: shop/web\n    devImage: ${IMAGE}\n`,
      "devspace/web, container web",
      5,
    ],
    [
      "Okteto",
      "okteto.yml",
      `dev:\n  web:\n    command: bash\n    image: ${IMAGE}\n`,
      "okteto/web, container web",
      4,
    ],
    [
      "Score",
      "score.yaml",
      `apiVersion: score.dev/v1b1\nmetadata: {name: web}\ncontainers:\n  web:\n    image: ${IMAGE}\n  built:\n    image: .\n`,
      "score/web, container web",
      5,
    ],
    [
      "Drone on Kubernetes",
      ".drone.yml",
      `kind: pipeline\ntype: kubernetes\nname: x\nsteps:\n  - name: web\n    image: ${IMAGE}\n`,
      "pipeline/web, container web",
      6,
    ],
    [
      "Jenkins' configuration",
      "values.yaml",
      `controller:\n  JCasC:\n    configScripts:\n      pods: |\n        jenkins:\n          clouds:\n            - kubernetes:\n                templates:\n                  - name: py\n                    containers:\n                      - name: web\n                        image: ${IMAGE}\n`,
      "values.yaml, container web",
      12,
    ],
  ])("is read: %s", async (_, file, text, name, line) => {
    const { workloads, diagnostics } = await found({ [file]: text });
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([{ image: IMAGE, name, at: { file, line } }]);
  });
});

describe("a release of Helm in a tool's own words", () => {
  it.each([
    [
      "Fleet",
      "fleet.yaml",
      `helm:\n  chart: web\n  repo: https://charts.example\n  values:\n${indent(VALUES, 4)}`,
      2,
    ],
    [
      "Fleet's clusters",
      "fleet.yaml",
      `targetCustomizations:\n  - name: prod\n    helm:\n      chart: web\n      repo: https://charts.example\n      values:\n${indent(VALUES, 8)}`,
      4,
    ],
    [
      "Skaffold",
      "skaffold.yaml",
      "apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases:\n      - name: web\n        remoteChart: example/web\n        setValues:\n          image.repository: python\n          image.tag: 3.14-alpine\n",
      7,
    ],
    [
      "Ansible",
      "playbook.yml",
      `- hosts: all\n  tasks:\n    - kubernetes.core.helm:\n        name: web\n        chart_ref: example/web\n        release_values:\n${indent(VALUES, 10)}`,
      5,
    ],
    [
      "Garden",
      "web.garden.yml",
      `kind: Deploy\ntype: helm\nname: web\nspec:\n  chart:\n    name: web\n    repo: https://charts.example\n  values:\n${indent(VALUES, 4)}`,
      6,
    ],
  ])(
    "has the images of its values read, and says that its chart is not here: %s",
    async (_, file, text, line) => {
      const { workloads, diagnostics } = await found({ [file]: text });
      expect(workloads).toMatchObject([{ image: IMAGE, key: { kind: "helm_release" } }]);
      expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { file, line } }]);
    },
  );

  it.each([
    ["Fleet", "fleet.yaml", "helm:\n  chart: web\n  repo: https://charts.example\n  values: {size: 1}\n"],
    [
      "Garden",
      "web.garden.yml",
      "kind: Deploy\ntype: helm\nname: web\nspec:\n  chart: {name: web, repo: x}\n",
    ],
    [
      "Ansible",
      "playbook.yml",
      "- hosts: all\n  tasks:\n    - kubernetes.core.helm: {chart_ref: example/web}\n",
    ],
  ])("is told of where it has no word of an image: %s", async (_, file, text) => {
    const { diagnostics } = await found({ [file]: text });
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { file } }]);
  });

  it.each([
    [
      "skaffold.yaml",
      "apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases:\n      - name: web\n        chartPath: charts/web\n        setValues: {replicas: a}\n",
    ],
    ["web.garden.yml", "kind: Deploy\ntype: helm\nname: web\nspec:\n  chart: charts/web\n"],
  ])("of a chart in a folder without a dot before it is no gap: %s", async (file, text) => {
    const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    const { diagnostics } = await found({ [`a/${file}`]: text, "a/charts/web/Chart.yaml": chart });
    expect(diagnostics).toEqual([]);
    const away = await found({ [`a/${file}`]: text, "charts/web/Chart.yaml": chart });
    expect(away.diagnostics).toMatchObject([{ code: "not-followed" }]);
  });

  it("whose chart only has the name of a folder is told of", async () => {
    const text =
      "kind: Deploy\ntype: helm\nname: web\nspec:\n  chart: {name: web, repo: https://x.example}\n";
    const { diagnostics } = await found({
      "web.garden.yml": text,
      "web/README.md": "A folder.\n",
      // One that is fetched from elsewhere is none of a folder's.
      "a/web.garden.yml": text,
      "a/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "b/web.garden.yml": "kind: Deploy\ntype: helm\nname: web\nspec: {chart: {name: web}}\n",
      "b/web/README.md": "A folder.\n",
    });
    expect(diagnostics.map(({ code, at }) => [code, at?.file])).toEqual([
      ["not-followed", "a/web.garden.yml"],
      ["not-followed", "b/web.garden.yml"],
      ["not-followed", "web.garden.yml"],
    ]);
  });

  it("of a chart that is here is no gap", async () => {
    const { diagnostics } = await found({
      "web/fleet.yaml": `helm:\n  chart: ./chart\n  values:\n    replicas: 1\n`,
      "web/chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    });
    expect(diagnostics).toEqual([]);
  });
});

describe("a file of a language that is not read", () => {
  it.each([
    [
      "Pulumi in TypeScript",
      "index.ts",
      `import * as k8s from "@pulumi/kubernetes";\nnew k8s.core.v1.Pod("web", {\n  spec: { containers: [{ name: "web", image: "${IMAGE}" }] },\n});\n`,
      3,
    ],
    [
      "Pulumi in Python",
      "__main__.py",
      `from pulumi_kubernetes.core.v1 import Pod, ContainerArgs\nPod("web", spec={"containers": [ContainerArgs(image="${IMAGE}")]})\n`,
      2,
    ],
    [
      "Pulumi in Go",
      "main.go",
      `import corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"\nvar c = corev1.ContainerArgs{Image: pulumi.String("${IMAGE}")}\n`,
      2,
    ],
    [
      "CDK8s",
      "main.ts",
      `import * as kplus from "cdk8s-plus-28";\nnew kplus.Deployment(this, "web", { containers: [{ image: "${IMAGE}" }] });\n`,
      2,
    ],
    [
      "CDK8s in Python",
      "main.py",
      `from cdk8s import App, Chart\nfrom imports import k8s\nk8s.PodSpec(containers=[k8s.Container(name="web", image="${IMAGE}")])\n`,
      3,
    ],
    [
      "Airflow",
      "dags/d.py",
      `from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\nKubernetesPodOperator(task_id="x", image="${IMAGE}")\n`,
      2,
    ],
    [
      "Tanka",
      "environments/a/main.jsonnet",
      `local k = import 'k.libsonnet';\n{ web: k.core.v1.container.new('web', '${IMAGE}') }\n`,
      2,
    ],
    ["Tanka's images", "lib/images.libsonnet", `{\n  _images+:: { web: '${IMAGE}' },\n}\n`, 2],
    [
      "Jenkins' own words",
      "Jenkinsfile",
      `podTemplate(containers: [\n  containerTemplate(name: 'py', image: '${IMAGE}')\n]) { }\n`,
      2,
    ],
    ["Acorn", "Acornfile", `containers: {\n  web: { image: "${IMAGE}" }\n}\n`, 1],
    ["werf", "werf.yaml", `project: web\nconfigVersion: 1\n---\nimage: web\nfrom: ${IMAGE}\n`, 5],
    ["kubenix", "web.nix", `{ kubernetes.resources.pods.web.spec.containers.web.image = "${IMAGE}"; }\n`, 1],
    ["Tilt's values", "Tiltfile", `k8s_yaml(helm('./chart', set=['image.tag=3.14-alpine']))\n`, 1],
    ["KCL", "web.k", `web = {\n  containers = [{image = "${IMAGE}"}]\n}\n`, 2],
  ])("is told on its line: %s", async (_, file, text, line) => {
    const { workloads, diagnostics } = await found({ [file]: text });
    expect(workloads).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { file, line } }]);
  });

  it.each([
    ["of containers that are no pod's", "list.ts", "export const view = { containers: [{ width: 3 }] };\n"],
    [
      "a test",
      "test/index.test.ts",
      'import * as k8s from "@pulumi/kubernetes";\nconst pod = { containers: [] };\n',
    ],
    [
      "another's library",
      "vendor/x/main.go",
      'import "github.com/pulumi/pulumi-kubernetes/x"\nvar c = corev1.ContainerArgs{}\n',
    ],
    [
      "objects without pods",
      "index.ts",
      'import * as k8s from "@pulumi/kubernetes";\nnew k8s.core.v1.Namespace("web");\n',
    ],
    ["a Tiltfile that sets no image", "Tiltfile", "k8s_yaml(helm('./chart', set=['replicas=1']))\n"],
  ])("is nothing to tell of: %s", async (_, file, text) => {
    expect((await found({ [file]: text })).diagnostics).toEqual([]);
  });
});
