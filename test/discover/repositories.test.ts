// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { found } from "./tree.ts";

/** Each workload as `image | name | whether it asks the cluster's DNS | file:line`, each diagnostic as `code file:line`. */
async function told(files: Readonly<Record<string, string>>) {
  const { workloads, diagnostics, buildImages } = await found(files);
  return {
    workloads: workloads.map(
      ({ image, name, usesClusterDns, at }) =>
        `${image} | ${name} | ${usesClusterDns} | ${at?.file}:${at?.line}`,
    ),
    diagnostics: diagnostics.map(({ code, at }) => `${code} ${at?.file}:${at?.line}`).sort(),
    buildImages: buildImages.map(({ image }) => image),
  };
}

const deployment = (name: string, spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n${spec.replace(/^/gm, "      ")}\n`;

describe("whole repositories", () => {
  it("plain manifests and a Dockerfile", async () => {
    expect(
      await told({
        "README.md": "image: x:1\n",
        "k8s/api.yaml": deployment("api", "containers:\n- name: api\n  image: shop/api:1.0"),
        Dockerfile:
          'FROM node:18-alpine3.17 AS build\nRUN npm ci\nFROM alpine:3.17\nRUN apk add --no-cache nodejs\nCOPY --from=build /a /a\nCMD ["node", "/a"]\n',
        "debian.Dockerfile": "FROM debian:12\n",
      }),
    ).toEqual({
      workloads: [
        "shop/api:1.0 | deployment/api, container api | true | k8s/api.yaml:10",
        "alpine:3.17 | image of Dockerfile, stage 1 | true | Dockerfile:3",
        "debian:12 | image of debian.Dockerfile | true | debian.Dockerfile:1",
      ],
      diagnostics: [],
      buildImages: ["node:18-alpine3.17"],
    });
  });

  it("a kustomize base and overlays, with patches that are applied and some that are not", async () => {
    const files = {
      "base/kustomization.yaml":
        "resources: [app.yaml]\nimages:\n- name: app\n  newName: shop/app\n  newTag: '1.0'\n",
      "base/app.yaml": deployment(
        "app",
        "containers:\n- {name: app, image: app}\n- {name: side, image: 'envoy:1'}",
      ),
      "dev/kustomization.yaml":
        "resources: [../base]\npatches:\n- path: side.yaml\n- path: start.yaml\n- patch: |-\n    - {op: replace, path: /spec/replicas, value: 2}\n    - {op: add, path: /spec/template/spec/containers/0/args/-, value: -v}\n    - {op: add, path: /spec/template/spec/containers/0/resources, value: {}}\n",
      "dev/side.yaml": deployment("app", "containers:\n- {name: side, image: 'envoy:2'}"),
      "dev/start.yaml": deployment("app", "containers:\n- {name: app, command: [sh]}"),
      "prod/kustomization.yaml":
        'resources: [../base]\nimages: [{name: shop/app, newTag: "2.0"}]\npatchesStrategicMerge: [dns.yaml]\npatches:\n- patch: \'[{"op": "replace", "path": "/spec/template/spec/containers/1/image", "value": "envoy:3"}]\'\n',
      "prod/dns.yaml": deployment("app", "dnsPolicy: Default"),
    };
    expect(await told(files)).toEqual({
      workloads: [
        "shop/app:1.0 | deployment/app, container app | true | base/kustomization.yaml:5",
        "envoy:2 | deployment/app, container side | true | dev/side.yaml:9",
        "shop/app:2.0 | deployment/app, container app | false | prod/kustomization.yaml:2",
        "envoy:1 | deployment/app, container side | false | base/app.yaml:10",
      ],
      diagnostics: ["not-followed prod/kustomization.yaml:5"],
      buildImages: [],
    });
  });

  it("a Helm chart with values for two stages", async () => {
    const files = {
      "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: '1.16.0'\n",
      "chart/values.yaml":
        "image:\n  repository: nginx\n  tag: ''\nsidecar:\n  enabled: true\n  image: envoyproxy/envoy:v1.2\nbackgroundImage: cover\n",
      "chart/values-dev.yaml": "image: {tag: 1.25-alpine}\n",
      "chart/values-prod.yaml": "replicas: 3\nimage:\n  tag: '1.25'\n",
      "chart/values.schema.json": '{"properties": {"image": {"type": "object"}, "containers": {}}}',
      "chart/templates/_helpers.tpl": '{{- define "web.fullname" -}}image{{- end -}}\n',
      "chart/templates/hpa.yaml":
        "{{- if .Values.hpa }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n{{ toYaml .Values.x | indent 2 }}\n  a: {{ .b }\n{{- end }}\n",
      "chart/templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.fullname" . }}
spec:
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
        {{- if .Values.sidecar.enabled }}
        - name: envoy
          image: {{ .Values.sidecar.image | quote }}
        {{- end }}
      {{- with .Values.dnsConfig }}
      dnsConfig:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`,
    };
    const where = "deployment in chart/templates/deployment.yaml";
    expect(await told(files)).toEqual({
      workloads: [
        `nginx:1.16.0 | ${where}, container web | true | chart/values.yaml:2`,
        `envoyproxy/envoy:v1.2 | ${where}, container envoy | true | chart/values.yaml:6`,
        "nginx:1.25-alpine | chart web, values image | true | chart/values-dev.yaml:1",
        "nginx:1.25 | chart web, values image | true | chart/values-prod.yaml:3",
      ],
      diagnostics: [],
      buildImages: [],
    });
  });

  it("Helm values outside of charts, and a Helmfile", async () => {
    expect(
      await told({
        "env/values.yaml":
          "images:\n  proxy: envoy:1\n  web: docker.io/library/nginx:1.25-alpine\n  logo: /logo.png\n  hero: https://x/y:z\njob: {image: busybox}\n",
        "helmfile.yaml": "releases:\n- name: a\n  chart: x/nginx\n  values:\n  - image: {tag: 1-alpine}\n",
        "kind.yaml":
          "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{image: 'kindest/node:v1.27'}]\n",
      }),
    ).toEqual({
      workloads: [
        "envoy:1 | env/values.yaml, values images.proxy | true | env/values.yaml:2",
        "docker.io/library/nginx:1.25-alpine | env/values.yaml, values images.web | true | env/values.yaml:3",
        "busybox | env/values.yaml, values job.image | true | env/values.yaml:6",
      ],
      diagnostics: ["image-not-literal helmfile.yaml:5", "not-followed helmfile.yaml:3"],
      buildImages: [],
    });
  });

  it("Helmfile's files as the templates that Helmfile 1 wants", async () => {
    expect(
      await told({
        "helmfile.yaml.gotmpl":
          "releases:\n- name: web\n  chart: acme/web\n  values:\n  {{- if .Values.big }}\n  - replicas: 3\n  {{- end }}\n  - image: {repository: shop/web, tag: 1-alpine}\n  - values/web.yaml.gotmpl\n",
        "values/web.yaml.gotmpl": "replicas: {{ .Values.replicas }}\nsidecar: {image: 'envoy:1-alpine'}\n",
      }),
    ).toEqual({
      workloads: [
        "shop/web:1-alpine | helmfile.yaml.gotmpl, values releases.0.values.1.image | true | helmfile.yaml.gotmpl:8",
        "envoy:1-alpine | values/web.yaml.gotmpl, values sidecar.image | true | values/web.yaml.gotmpl:2",
      ],
      diagnostics: ["not-followed helmfile.yaml.gotmpl:3"],
      buildImages: [],
    });
  });

  describe("manifests that stand as texts in YAML", () => {
    const pod = (image: string, by: number) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`.replace(
        /^(?=.)/gm,
        " ".repeat(by),
      );
    it.each([
      [
        "a ClusterResourceSet's ConfigMap",
        "crs.yaml",
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: crs}\ndata:\n  web.yaml: |\n",
        4,
        14,
      ],
      [
        "Talos's inlineManifests",
        "cp.yaml",
        "cluster:\n  inlineManifests:\n    - name: web\n      contents: |\n",
        8,
        13,
      ],
      [
        "cloud-init's write_files",
        "user-data.yaml",
        "#cloud-config\nwrite_files:\n  - path: /var/lib/rancher/k3s/server/manifests/web.yaml\n    content: |\n",
        6,
        13,
      ],
      [
        "a step's script",
        ".github/workflows/up.yml",
        "on: push\njobs:\n  up:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          kubectl apply -f - <<END\n",
        10,
        16,
      ],
    ])("%s", async (_, file, head, by, line) => {
      const tail = file.includes("workflows") ? "          END\n" : "";
      expect(await told({ [file]: `${head}${pod("shop/web:1-alpine", by)}${tail}` })).toEqual({
        workloads: [`shop/web:1-alpine | deployment/web, container web | true | ${file}:${line}`],
        diagnostics: [],
        buildImages: [],
      });
      const templated = await told({ [file]: `${head}${pod('"{{ .image }}"', by)}${tail}` });
      expect([templated.workloads, templated.diagnostics.map((one) => one.split(" ")[0])]).toEqual([
        [],
        ["not-followed"],
      ]);
    });

    it.each([
      ["an escaped word", "cat > m.yaml <<\\END\n", "END"],
      [
        "a word with a hyphen, behind another",
        'cat <<A\n          x\n          A\n          cat > m.yaml <<"E-O-F"\n',
        "E-O-F",
      ],
    ])("a here-document with %s", async (_, opening, word) => {
      const head = `on: push\njobs:\n  up:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ${opening}`;
      for (const by of [10, 14]) {
        const text = `${head}${pod("shop/web:1-alpine", by)}          ${word}\n`;
        expect((await told({ ".github/workflows/up.yml": text })).workloads).toHaveLength(1);
      }
    });

    it.each([
      [
        "a patch, which is put over what it is for",
        `kind: X\nspec:\n  patches:\n    - patch: |\n${pod("a:1", 8)}`,
      ],
      ["a description", `kind: X\nspec:\n  description: |\n${pod("a:1", 4)}`],
      ["words about containers", "kind: ConfigMap\napiVersion: v1\ndata:\n  a: |\n    containers: none\n"],
    ])("but not %s", async (_, text) => {
      expect((await told({ "a.yaml": text })).workloads).toEqual([]);
    });
  });

  it("tests by what is in them: a folder's name alone hides nothing", async () => {
    const job =
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: load}\nspec: {template: {spec: {containers: [{name: a, image: 'a:1'}]}}}\n";
    const { workloads } = await told({
      "deploy/tests/load_test.yaml": job,
      "charts/x/tests/job_test.yaml": `suite: x\ntests: []\n---\n${job}`,
    });
    expect(workloads).toEqual(["a:1 | job/load, container a | true | deploy/tests/load_test.yaml:4"]);
  });

  it("a compose file that only builds, and one that does not", async () => {
    expect(
      await told({
        "docker-compose.yml": "services:\n  api:\n    build:\n      context: api\n      target: run\n",
        "api/Dockerfile": "ARG V=3.13\nFROM alpine:$V AS run\nFROM run AS test\nRUN x\n",
        "dev/compose.yaml":
          "services:\n  db: {image: 'postgres:13-alpine'}\n  web: {build: ../web, image: shop/web}\n",
        "web/Dockerfile": "FROM nginx:1.25-alpine\n",
        "dev/common.yml": "x-base: &base\n  image: node:18-alpine\n",
      }),
    ).toEqual({
      workloads: [
        "postgres:13-alpine | service db in dev/compose.yaml | false | dev/compose.yaml:2",
        "alpine:3.13 | image of api/Dockerfile, stage test | true | api/Dockerfile:2",
        "alpine:3.13 | image of api/Dockerfile, stage run | true | api/Dockerfile:2",
        "nginx:1.25-alpine | image of web/Dockerfile | true | web/Dockerfile:1",
      ],
      diagnostics: [],
      buildImages: [],
    });
  });

  it("an Argo CD Application with values of its own, and one of this repository", async () => {
    expect(
      await told({
        "apps/grafana.yaml":
          "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: grafana}\nspec:\n  source:\n    repoURL: https://charts.example.com\n    chart: grafana\n    helm:\n      values: |\n        image:\n          repository: grafana/grafana\n          tag: 7.4-alpine\n",
        "apps/own.yaml":
          "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: own}\nspec: {source: {path: k8s, repoURL: x}}\n",
        "k8s/pod.yaml":
          "apiVersion: v1\nkind: Pod\nmetadata: {name: d}\nspec: {containers: [{name: d, image: 'd:1'}]}\n",
      }),
    ).toEqual({
      workloads: [
        "grafana/grafana:7.4-alpine | application/grafana, values image | true | apps/grafana.yaml:12",
        "d:1 | pod/d, container d | true | k8s/pod.yaml:4",
      ],
      diagnostics: ["not-followed apps/grafana.yaml:7"],
      buildImages: [],
    });
  });

  it("a Flux HelmRelease and what Flux substitutes", async () => {
    expect(
      await told({
        "radarr/release.yaml":
          "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: radarr}\nspec:\n  chart: {spec: {chart: app-template}}\n  values:\n    controllers:\n      radarr:\n        containers:\n          app:\n            image:\n              repository: example.com/radarr\n              tag: 5.1-alpine\n",
        "radarr/ks.yaml":
          "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: ./radarr, postBuild: {substitute: {TAG: '1'}}}\n",
        "radarr/image.yaml":
          "apiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImageRepository\nmetadata: {name: a}\nspec: {image: example.com/radarr}\n",
        "x/pod.yaml":
          "apiVersion: v1\nkind: Pod\nmetadata: {name: d}\nspec: {containers: [{name: d, image: 'd:${TAG}'}]}\n",
      }),
    ).toEqual({
      workloads: [
        "example.com/radarr:5.1-alpine | helmrelease/radarr, values controllers.radarr.containers.app.image | true | radarr/release.yaml:13",
      ],
      diagnostics: ["image-not-literal x/pod.yaml:4", "not-followed radarr/release.yaml:5"],
      buildImages: [],
    });
  });

  it("GitHub workflows, on hosted runners and on others", async () => {
    expect(
      await told({
        ".github/workflows/ci.yml":
          "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: node:18-alpine\n    services:\n      db: {image: 'postgres:13'}\n    steps:\n    - run: echo ${{ github.sha }}\n  own:\n    runs-on: [self-hosted]\n    container: {image: '${{ matrix.image }}'}\n",
        ".github/workflows/step.yml":
          "jobs:\n  a:\n    runs-on: arc\n    steps:\n    - uses: docker://alpine:3.13\n",
      }),
    ).toEqual({
      workloads: [
        "node:18-alpine | job test in .github/workflows/ci.yml, container | false | .github/workflows/ci.yml:5",
        "postgres:13 | job test in .github/workflows/ci.yml, service db | false | .github/workflows/ci.yml:7",
        "alpine:3.13 | job a in .github/workflows/step.yml, step | unknown | .github/workflows/step.yml:5",
      ],
      diagnostics: ["image-not-literal .github/workflows/ci.yml:12"],
      buildImages: [],
    });
  });

  it("a CronJob, a StatefulSet and custom resources", async () => {
    expect(
      await told({
        "all.yaml": `apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec: {jobTemplate: {spec: {template: {spec: {hostNetwork: true, containers: [{name: c, image: 'c:1'}]}}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec: {template: {spec: {initContainers: [{name: i, image: 'i:1'}], containers: [{name: s, image: 's:1'}]}}}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: k}
spec: {template: {spec: {containers: [{image: 'k:1'}]}}}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p}
spec: {image: 'prometheus:v2', containers: [{name: prometheus, args: [x]}]}
`,
      }),
    ).toEqual({
      workloads: [
        "c:1 | cronjob/c, container c | false | all.yaml:4",
        "s:1 | statefulset/s, container s | true | all.yaml:9",
        "i:1 | statefulset/s, init container i | true | all.yaml:9",
        "k:1 | service/k, container 1 | true | all.yaml:14",
        "prometheus:v2 | prometheus/p, image | unknown | all.yaml:19",
      ],
      diagnostics: [],
      buildImages: [],
    });
  });

  it("yields nothing at all for files that have nothing to do with containers", async () => {
    expect(
      await told({
        "package.json": '{"name": "x", "kind": "image", "services": {"a": {"image": "x:1"}}}',
        "tsconfig.base.json": '{ /* "kind": "image" */ "compilerOptions": {}, }',
        ".vscode/settings.json": '{ // image\n "services": {"image": "x"},\n}',
        ".eslintrc.json": '// "kind": "image"\n{}',
        "app.json": '{"image": "heroku/x", "stack": "container", "services": {"a": {"image": "b"}}}',
        "data/products.json":
          '{"kind": "shop", "containers": [{"image": "x.png"}, {"image": "https://x/y.png"}]}',
        "openapi.yaml":
          'openapi: 3.0.0\ncomponents:\n  schemas:\n    Pod:\n      properties:\n        image: {type: string}\n        containers: {type: array, items: {type: object}}\n      example: {containers: [{name: a, image: "https://cdn/x.png"}]}\n',
        "crd.yaml":
          "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec:\n  properties:\n    container: {image: {type: string}}\n    spec: {properties: {image: {type: string, default: 'busybox:1'}}}\n",
        "policy.yaml":
          "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {rules: [{validate: {pattern: {spec: {containers: [{image: '!*:latest'}]}}}}]}\n",
        ".github/ISSUE_TEMPLATE/bug.yml":
          'name: Bug\nbody:\n- type: textarea\n  attributes: {label: image, value: "{{ container }}"}\n',
        ".github/dependabot.yml":
          "version: 2\nupdates: [{package-ecosystem: docker, ignore: [{dependency-name: image}]}]\n",
        "mkdocs.yml":
          "theme: {logo: image.png}\nmarkdown_extensions:\n- pymdownx.emoji:\n    emoji_index: !!python/name:material.extensions.emoji.twemoji\n- container\n",
        "playbook.yml":
          '- hosts: all\n  tasks:\n  - community.docker.docker_container:\n      image: "{{ image }}:{{ tag }}"\n  - debug: msg={{ x }}\n',
        "group_vars/all.yml":
          'image: "{{ registry }}/app"\ncontainers:\n- {name: a, image: "{{ registry }}/a:1"}\n',
        "locales/de.yml":
          "de:\n  image: 'Bild'\n  containers:\n  - image: Ein Bild\n  tag: Wort\n  repository: Ort\n",
        "i18n/fr.json": '{"kind": "Genre", "containers": [{"image": "une image"}]}',
        "_data/team.yml": "- {name: A, image: a.jpg}\n",
        "values/theme.yaml":
          "logo: {repository: https://example.com/x, tag: main}\nheroImage: /hero.webp\nbackgroundImage: cover\nshowImage: yes\nimagePullPolicy: Always\ndefaultImage: none\n",
        "fixtures/broken.yaml": "image: [\n a: }",
        "conf.yaml": "a: 'an image without end\n",
        "tabs.yaml": "# container\n\tfoo: bar\n",
        "main.tf": 'resource "google_storage_bucket" "image" {}\n',
      }),
    ).toEqual({ workloads: [], diagnostics: [], buildImages: [] });
  });

  it("is not silent where everything is a template", async () => {
    const files = {
      "k8s/jinja.yaml": deployment(
        "'{{ name }}'",
        "containers:\n- name: x\n  image: '{{ image }}:{{ tag }}'",
      ),
      "k8s/envsubst.yaml": deployment("b", "containers:\n- {name: b, image: '${IMAGE}'}"),
      "k8s/loop.yaml": deployment("d", "containers:\n{% for c in cs %}\n- image: {{ c }}\n{% endfor %}"),
      "k8s/file.yaml.j2": deployment("e", "containers:\n- image: {{ c }}"),
      "compose.yaml": "services: {a: {image: '${A}'}}\n",
      Dockerfile: "ARG BASE\nFROM ${BASE}\n",
      "lib/Chart.yaml": "name: lib\n",
      "lib/values.yaml": "image: {repository: '', tag: ''}\n",
      "lib/templates/all.yaml": '{{- include "common.all" . -}}\n',
      "main.tf": '\nresource "kubernetes_deployment_v1" "x" {}\n',
      "pods.jsonnet": "{ containers: [{ image: 'x' }] }\n",
    };
    expect(await told(files)).toEqual({
      workloads: [],
      diagnostics: [
        "file-unreadable k8s/loop.yaml:9",
        "image-not-literal Dockerfile:2",
        "image-not-literal compose.yaml:1",
        "image-not-literal k8s/envsubst.yaml:9",
        "image-not-literal k8s/jinja.yaml:10",
        "not-followed k8s/file.yaml.j2:8",
        "not-followed lib/templates/all.yaml:1",
        "not-followed main.tf:2",
        "not-followed pods.jsonnet:1",
      ],
      buildImages: [],
    });
  });
});
