/** What commands of scripts and pipelines run in a cluster is read where its words are known, and told where they are not. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells are the subject.
import { describe, expect, it } from "vitest";
import { found } from "./tree.ts";

const IMAGE = "python:3.14-alpine";
const SET = `kubectl -n prod set image deployment/web web=${IMAGE}`;

/** A command, and who runs which image with what. */
const COMMANDS: readonly (readonly [string, object])[] = [
  [`kubectl run web --image=${IMAGE}`, { name: "pod/web, container web" }],
  [
    `kubectl run web --image ${IMAGE} -n prod -- curl http://api`,
    { args: ["curl", "http://api"], key: { namespace: "prod" } },
  ],
  [`kubectl run web --rm -it --command --image=${IMAGE} -- sh -c id`, { command: ["sh", "-c", "id"] }],
  [
    `kubectl run web --image=${IMAGE} --overrides='{"spec":{"hostNetwork":true}}'`,
    { usesClusterDns: "unknown" },
  ],
  [`sudo kubectl create deploy web --image="${IMAGE}"`, { name: "deployment/web, container web" }],
  [
    `kubectl create job once --image=${IMAGE} -- python job.py`,
    { name: "job/once, container once", command: ["python", "job.py"] },
  ],
  [SET, { name: "deployment/web, container web", key: { namespace: "prod" } }],
  [`oc set image dc web web=${IMAGE} --record`, { name: "deploymentconfig/web, container web" }],
  [`kn service update web --image ${IMAGE}`, { name: "service/web, container web" }],
  [`k3s kubectl run web --image=${IMAGE}`, { name: "pod/web, container web" }],
  [
    `helm upgrade --install web ./web --set image.repository=python,image.tag=3.14-alpine`,
    { key: { kind: "helm", name: "web" } },
  ],
  [
    `helm install web ./web --set-string image.repository=python --set-json 'a={"b":1}' --set image.tag=3.14-alpine`,
    { key: { kind: "helm" } },
  ],
  [
    `TAG=3.14-alpine\nkubectl set image deploy/web "web=python:\${TAG}"`,
    { name: "deployment/web, container web", at: { line: 2 } },
  ],
  [
    `for one in web; do\n  kubectl set image deploy/$one $one=${IMAGE}\ndone`,
    { name: "deployment/web, container web", at: { line: 2 } },
  ],
];

/** A pipeline, and the line of the command in it. */
const PIPELINES: readonly (readonly [string, string, number])[] = [
  ["deploy.sh", `#!/bin/sh\nset -e\n${SET}\n`, 3],
  ["Makefile", `deploy:\n\t${SET}\n`, 2],
  ["Jenkinsfile", `node {\n  sh "${SET}"\n}\n`, 2],
  ["Jenkinsfile.prod", `node {\n  sh(script: '''\n    ${SET}\n  ''')\n}\n`, 3],
  ["Jenkinsfile.out", `node {\n  x = sh(returnStdout: true, script: "${SET}").trim()\n}\n`, 2],
  ["Jenkinsfile.label", `node {\n  sh label: 'deploys it', script: "${SET}"\n}\n`, 2],
  [
    ".github/workflows/deploy.yml",
    `on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          set -e\n          ${SET}\n`,
    8,
  ],
  [".gitlab-ci.yml", `deploy:\n  script:\n    - ${SET}\n`, 3],
  [
    ".circleci/config.yml",
    `jobs:\n  d:\n    steps:\n      - run:\n          command: |\n            ${SET}\n`,
    6,
  ],
  ["azure-pipelines.yml", `steps:\n  - script: ${SET}\n`, 2],
  [
    "bitbucket-pipelines.yml",
    `pipelines:\n  default:\n    - step:\n        script:\n          - I=${IMAGE}\n          - kubectl set image deployment/web web=$I\n`,
    6,
  ],
  ["Taskfile.yml", `version: '3'\ntasks:\n  d:\n    cmds:\n      - ${SET}\n`, 5],
  ["justfile", `# deploys\ndeploy tag:\n    @echo {{ tag }}\n    ${SET}\n`, 4],
  ["Earthfile", `VERSION 0.8\ndeploy:\n    FROM scratch\n    RUN --no-cache ${SET}\n`, 4],
  [
    "package.json",
    `{\n  "name": "web",\n  "description": "kubectl run web --image=x",\n  "scripts": {\n    "deploy": "${SET}"\n  }\n}\n`,
    5,
  ],
  [
    "roles/web/tasks/main.yml",
    `- name: kubectl run x --image=y\n  ansible.builtin.shell: |\n    set -e\n    ${SET}\n`,
    4,
  ],
  ["playbook.yml", `- hosts: all\n  tasks:\n    - command:\n        cmd: ${SET}\n`, 4],
];

describe("a command that runs an image", () => {
  it.each(COMMANDS)("is read: %s", async (command, expected) => {
    const { workloads, diagnostics } = await found({ "deploy.sh": `${command}\n` });
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([{ image: IMAGE, usesClusterDns: true, ...expected }]);
  });

  it.each(PIPELINES)("is read on its line: %s", async (file, text, line) => {
    const { workloads, diagnostics } = await found({ [file]: text });
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([
      { image: IMAGE, name: "deployment/web, container web", at: { file, line } },
    ]);
  });

  it("is told of where its image is not known, as far as it is", async () => {
    const { workloads, diagnostics } = await found({
      "deploy.sh": "set -e\nkubectl set image deploy/web web=shop/web:$SHA api=$API\n",
    });
    expect(workloads).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: "image-not-literal", weight: "gap", subject: "shop/web:…", at: { file: "deploy.sh", line: 2 } },
      { code: "image-not-literal", weight: "gap", subject: "…" },
    ]);
  });

  it.each([
    ["under its name", "docker build -t shop/web:$SHA .\nkubectl set image deploy/web web=shop/web:$SHA\n"],
    [
      "under a name that the script alone knows",
      "docker build -t $IMAGE .\nkubectl set image deploy/web web=$IMAGE\n",
    ],
  ])("says nothing of an image that is built here: %s", async (_, script) => {
    const { diagnostics } = await found({ "deploy.sh": script, Dockerfile: "FROM python:3.14-slim\n" });
    expect(diagnostics).toEqual([]);
  });

  it("is said once where the script builds what is beside it", async () => {
    const { diagnostics } = await found({
      "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "charts/web/values.yaml": "image:\n  repository: python\n  tag: 3.14-slim\n",
      "scripts/Dockerfile": "FROM python:3.14-slim\n",
      "scripts/deploy.sh": "docker build -t shop/web .\nhelm upgrade --install web charts/web\n",
    });
    expect(diagnostics).toEqual([]);
  });

  it("is of a kind whose name every object of JavaScript has", async () => {
    const { workloads } = await found({ "deploy.sh": `kubectl create constructor x --image=${IMAGE}\n` });
    expect(workloads).toMatchObject([{ image: IMAGE, key: { kind: "constructor" } }]);
  });

  it("is found behind however many blanks", async () => {
    const file = `node {\n  sh${" ".repeat(200_000)}x\n  sh "${SET}"\n}\n`;
    expect((await found({ Jenkinsfile: file })).workloads).toHaveLength(1);
  });

  it.each(["chart", ""])("is laid over the values of a chart that is here: in %j", async (folder) => {
    const below = folder && `${folder}/`;
    const chart = {
      [`${below}Chart.yaml`]: "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      [`${below}values.yaml`]: "image:\n  repository: python\n  tag: 3.14-slim\n",
    };
    const { workloads, diagnostics } = await found({
      ...chart,
      "deploy.sh": `helm upgrade --install web ./${folder} --set image.tag=3.14-alpine\n`,
    });
    expect(workloads.map(({ image }) => image).sort()).toEqual([IMAGE, "python:3.14-slim"]);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    "helm upgrade --install web bitnami/nginx",
    "helm install web oci://registry.example/web",
    "helm install web nginx --repo https://charts.example",
  ])("says that a chart of elsewhere is not followed: %s", async (command) => {
    const { diagnostics } = await found({ "deploy.sh": `${command}\n` });
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { line: 1 } }]);
  });

  it.each([
    [
      "what runs no image",
      "deploy.sh",
      "kubectl get pods\nkubectl apply -f web.yaml\nkubectl set env deploy/web A=b\nkubectl create namespace x\nhelm repo add x https://charts.example\nhelm template web ./web\nhelm lint ./web\n",
    ],
    ["a comment", "deploy.sh", `# ${SET}\n`],
    ["what tests run", "tests/e2e.sh", `${SET}\nkubectl run x --image=$IMAGE\n`],
    [
      "a task of Tekton's",
      "tasks/deploy.yaml",
      "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: x}\nspec:\n  steps:\n    - name: a\n      script: kubectl set image deploy/web web=$(params.image)\n",
    ],
    ["words", "deploy.sh", `echo "${SET}"\n`],
  ])("leaves %s alone", async (_, file, text) => {
    const { workloads, diagnostics } = await found({ [file]: text });
    expect(workloads).toEqual([]);
    expect(diagnostics).toEqual([]);
  });
});
