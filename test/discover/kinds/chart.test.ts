import { describe, expect, it } from "vitest";
import { renderHelm } from "../../../src/discover/kinds/helm-expression.ts";
import { maskTemplates, readYaml } from "../../../src/yaml/nodes.ts";
import { covered, found } from "../tree.ts";

const chart = "name: web\nversion: 1.0.0\nappVersion: '3.13'\n";
const template = (image: string) =>
  `{{- if .Values.on }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.name" . }}
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  template:
    spec:
      dnsPolicy: Default
      containers:
        - name: web
          image: ${image}
          command: ["node", "x.js"]
{{- end }}
`;

async function shown(files: Readonly<Record<string, string>>) {
  const { workloads, diagnostics } = await found(files);
  return {
    workloads: workloads.map(({ image, at, related }) => [
      image,
      `${at?.file} ${covered(files, at)}`,
      ...(related ?? []).map((place) => `${place.file} ${covered(files, place)}`),
    ]),
    diagnostics: diagnostics.map(({ code, at }) => `${code} ${at?.file}:${at?.line}`),
  };
}

describe("Helm charts", () => {
  it("works an image out of the values it is made of, with the pod's command and DNS", async () => {
    const image = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';
    const files = {
      "c/Chart.yaml": chart,
      "c/values.yaml": "image:\n  repository: shop/web\n  tag: '1.1'\n",
      "c/templates/d.yaml": template(image),
    };
    expect(await shown(files)).toEqual({
      workloads: [
        [
          "shop/web:1.1",
          "c/values.yaml 1.1",
          "c/values.yaml shop/web",
          `c/templates/d.yaml ${image.slice(1, -1)}`,
        ],
      ],
      diagnostics: [],
    });
    expect((await found(files)).workloads[0]).toMatchObject({
      command: ["node", "x.js"],
      usesClusterDns: false,
    });
  });

  it("takes appVersion for an empty tag, by template and by convention", async () => {
    const values = "image:\n  repository: shop/web\n  tag: ''\n";
    const files = { "Chart.yaml": chart, "values.yaml": values };
    expect(await shown(files)).toEqual({
      workloads: [["shop/web:3.13", "values.yaml shop/web", "Chart.yaml 3.13"]],
      diagnostics: [],
    });
    const image = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';
    const { workloads } = await found({ ...files, "templates/d.yaml": template(image) });
    expect(workloads).toMatchObject([{ image: "shop/web:3.13", usesClusterDns: false }]);
  });

  it("finds images by the usual conventions", async () => {
    const files = {
      "Chart.yaml": chart,
      "values.yaml": `global: {imageRegistry: ""}
image: {registry: quay.io, repository: a/b, tag: 1.10, digest: ""}
sidecar:
  image: "c:1"
  imageTag: ignored
metrics: {image: {repository: d, digest: sha256:0f}}
job: {image: e, tag: '2'}
extra:
  - {name: x, image: f:1}
initImage: g:2
backup: {image: {name: h, tag: '3'}}
logo: {image: https://example.com/a.png}
git: {repository: "https://example.com/x.git", tag: v1}
`,
    };
    const { workloads, diagnostics } = await shown(files);
    expect(workloads.map(([image]) => image)).toEqual([
      "quay.io/a/b:1.10",
      "c:1",
      "d@sha256:0f",
      "e:2",
      "f:1",
      "g:2",
      "h:3",
    ]);
    expect(diagnostics).toEqual([]);
  });

  it("reads other values files over the chart's own", async () => {
    const files = {
      "Chart.yaml": chart,
      "values.yaml": "web:\n  image: {repository: shop/web, tag: '1'}\n",
      "values-prod.yaml": "web:\n  image:\n    tag: '2'\n",
    };
    expect((await shown(files)).workloads).toEqual([
      ["shop/web:1", "values.yaml 1", "values.yaml shop/web"],
      ["shop/web:2", "values-prod.yaml 2", "values.yaml shop/web"],
    ]);
  });

  it("joins what a helper hides with the values it is given", async () => {
    const files = {
      "Chart.yaml": chart,
      "values.yaml": "image: {repository: shop/web, tag: '1'}\n",
      "templates/d.yaml": template(
        '{{ include "common.image" (dict "root" .Values.image "global" .Values.global) }}',
      ),
    };
    expect((await found(files)).workloads).toMatchObject([
      { image: "shop/web:1", command: ["node", "x.js"] },
    ]);
  });

  it("takes the pod's DNS settings from the values", async () => {
    const files = (values: string) => ({
      "Chart.yaml": chart,
      "values.yaml": values,
      "templates/d.yaml": template("a:1").replace(
        "dnsPolicy: Default",
        "dnsPolicy: {{ .Values.dns }}\n      hostNetwork: {{ .Values.host }}",
      ),
    });
    const dns = async (values: string) => {
      const { workloads, diagnostics } = await found(files(values));
      expect(diagnostics).toEqual([]);
      return workloads.map(({ usesClusterDns }) => usesClusterDns);
    };
    expect(await dns("image: ''\nhost: true\n")).toEqual([false]);
    expect(await dns("image: ''\nhost: true\ndns: ClusterFirstWithHostNet\n")).toEqual([true]);
    expect(await dns("image: ''\n")).toEqual([true]);
  });

  it("is not silent about what it cannot work out", async () => {
    const files = {
      "Chart.yaml": `${chart}dependencies:\n- {name: redis, repository: "oci://x"}\n- {name: local, repository: "file://../l"}\n`,
      "values.yaml": "other: {image: {tag: x}}\nimage: {repository: '{{ x }}', tag: y}\n",
      "templates/d.yaml": template('{{ include "web.image" . }}'),
    };
    expect(await shown(files)).toEqual({
      workloads: [],
      diagnostics: [
        "image-not-literal values.yaml:1",
        "image-not-literal values.yaml:2",
        "image-not-literal templates/d.yaml:14",
        "not-followed Chart.yaml:5",
      ],
    });
  });

  it("reads on past templates in block scalars", async () => {
    const files = {
      "Chart.yaml": chart,
      "templates/d.yaml": template(
        "a:1\n          args:\n            - |\n                  {{- if .Values.x }}\n              text {} +\n{{- end }}\n              more",
      ),
    };
    expect(await shown(files)).toEqual({ workloads: [["a:1", "templates/d.yaml a:1"]], diagnostics: [] });
  });

  it("reads literal images in templates, whichever branch they are in", async () => {
    const files = {
      "Chart.yaml": chart,
      "templates/d.yaml": template(
        "a:1\n          {{- if .Values.x }}\n          image: b:1\n          {{- end }}",
      ),
    };
    expect((await shown(files)).workloads).toEqual([
      ["a:1", "templates/d.yaml a:1"],
      ["b:1", "templates/d.yaml b:1"],
    ]);
  });
});

describe("template expressions", () => {
  const [values] = readYaml("a: {b: x, empty: '', t: '{{ y }}'}\n").documents;
  const scope = { values, chart: new Map([["AppVersion", "9"]]) };

  it.each([
    ["{{ .Values.a.b }}", "x"],
    ["{{- $.Values.a.b -}}:{{ .Chart.AppVersion }}", "x:9"],
    ['{{ .Values.a.empty | default "d" | quote }}', "d"],
    ["{{ default .Chart.AppVersion .Values.a.none }}", "9"],
    ['{{ printf "%s/%s:%s" "r" .Values.a.b (.Values.a.empty | default .Chart.AppVersion) }}', "r/x:9"],
    ['{{ required "m" .Values.a.b }}', "x"],
    ["{{ coalesce .Values.a.empty .Values.a.b }}", "x"],
  ])("%s is %s", (text, expected) => {
    expect(renderHelm(text, scope)?.text).toBe(expected);
  });

  it.each([
    '{{ include "x" . }}',
    "{{ .image }}",
    "{{ .Values.a.t }}",
    "{{ (( }}",
    '{{ printf "%s" }}',
    "{{ x",
    '{{ required "m" .Values.no }}',
  ])("%s is not known", (text) => {
    expect(renderHelm(text, scope)).toBeUndefined();
  });

  it("masks without moving anything", () => {
    expect(maskTemplates("a: {{ x }}\n  {{- if\n y }}\r\nb: '{{{x}}}' # {{")).toBe(
      `a: ${"_".repeat(7)}\n${" ".repeat(8)}\n${" ".repeat(5)}\r\nb: '${"_".repeat(7)}' # {{`,
    );
  });
});
