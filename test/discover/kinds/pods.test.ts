// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { found } from "../tree.ts";

const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n${spec}`;
const one = async (files: Record<string, string>) => (await found(files)).workloads[0];
const container = (text: string) =>
  pod(`  containers:\n  - name: c\n    image: c:1\n${text.replace(/^/gm, "    ")}\n`);

describe("variables of a container", () => {
  it("go over each other in kubelet's order, and are put into its words", async () => {
    const workload = await one({
      "p.yaml": container(
        [
          "envFrom: [{configMapRef: {name: settings}, prefix: S_}]",
          "env:",
          "- {name: A, value: a}",
          "- {name: B, value: '$(A)-$(S_APP)-$(LATER)-$$(A)'}",
          "- {name: S_OVER, value: own}",
          "- {name: LATER, value: later}",
          "- {name: EMPTY}",
          "command: ['$(S_APP)', '$(NOT_THERE)']",
          "args: ['--b=$(LATER)']",
        ].join("\n"),
      ),
      "settings.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {APP: /musl/app, OVER: theirs}\n",
    });
    expect(workload).toMatchObject({
      command: ["/musl/app", "$(NOT_THERE)"],
      args: ["--b=later"],
      surroundings: {
        env: {
          S_APP: "/musl/app",
          S_OVER: "own",
          A: "a",
          B: "a-/musl/app-$(LATER)-$(A)",
          LATER: "later",
          EMPTY: "",
        },
      },
    });
    expect(workload?.surroundings?.envOpen).toBeUndefined();
  });

  it.each([
    ["env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]", { env: { A: undefined } }],
    ["env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]", { env: { A: undefined } }],
    ["env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: K}}}]", { env: { A: "known" } }],
    ["env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: L}}}]", { env: { A: undefined } }],
    ["env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: L, optional: true}}}]", undefined],
    ["env: [{name: A, valueFrom: {configMapKeyRef: {name: elsewhere, key: K}}}]", { env: { A: undefined } }],
    ["env: [{name: A, value: '{{ .Values.a }}'}]", { env: { A: undefined } }],
    ["env: [{name: A, value: '${A}'}]", { env: { A: undefined } }],
    ["envFrom: [{secretRef: {name: s}}]", { envOpen: true }],
    ["envFrom: [{configMapRef: {name: elsewhere}}]", { envOpen: true }],
  ])("%s", async (text, surroundings) => {
    const map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {K: known}\n";
    expect((await one({ "p.yaml": `${container(text)}${map}` }))?.surroundings).toEqual(surroundings);
  });

  it("are not known where ConfigMaps of one name differ by folder, and neither is nearer", async () => {
    const map = (value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {K: ${value}}\n`;
    const from = container("envFrom: [{configMapRef: {name: m}}]");
    const all = { "a/m.yaml": map("a"), "b/m.yaml": map("b") };
    expect((await one({ ...all, "c/p.yaml": from }))?.surroundings).toEqual({ envOpen: true });
    expect((await one({ ...all, "b/p.yaml": from }))?.surroundings).toEqual({ env: { K: "b" } });
  });

  it("come from what kustomize generates", async () => {
    const workload = await one({
      "kustomization.yaml":
        "resources: [p.yaml]\nconfigMapGenerator:\n- name: m\n  literals: [A=1]\n  files: [run.sh, other=x.conf]\n  envs: [e.env]\n",
      "e.env": "B=2\n",
      "run.sh": "exec /musl/app\n",
      "x.conf": "x",
      "p.yaml": container("envFrom: [{configMapRef: {name: m}}]"),
    });
    expect(workload?.surroundings?.env).toEqual({ A: "1", B: "2", "run.sh": "exec /musl/app\n", other: "x" });
  });

  it("that double with every line end at a length, and count as not known", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `- {name: V${i + 1}, value: '$(V${i})$(V${i})'}`);
    const workload = await one({
      "p.yaml": container(["env:", "- {name: V0, value: xx}", ...lines].join("\n")),
    });
    expect(workload?.surroundings?.env?.V10).toHaveLength(2048);
    expect(workload?.surroundings?.env).toHaveProperty("V40", undefined);
  });
});

describe("volumes over a container's paths", () => {
  it("are known where they are ConfigMaps in sight", async () => {
    const workload = await one({
      "p.yaml": pod(
        `  volumes:
  - {name: scripts, configMap: {name: m, defaultMode: 0755}}
  - {name: one, configMap: {name: m, items: [{key: run.sh, path: bin/start}]}}
  - {name: data, emptyDir: {}}
  - {name: away, configMap: {name: elsewhere}}
  containers:
  - name: c
    image: c:1
    volumeMounts:
    - {name: scripts, mountPath: /scripts/}
    - {name: scripts, mountPath: /entry.sh, subPath: run.sh}
    - {name: one, mountPath: /one}
    - {name: data, mountPath: /data}
    - {name: away, mountPath: /away}
    - {name: no-such, mountPath: /no-such}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {run.sh: "exec app"}
binaryData: {bin: AAAA}
`,
      ),
    });
    expect(workload?.surroundings?.mounts).toEqual([
      { path: "/scripts", files: { "run.sh": "exec app", bin: undefined }, executable: true },
      { path: "/entry.sh", files: { "": "exec app" }, executable: true },
      { path: "/one", files: { "bin/start": "exec app" }, executable: false },
      { path: "/data", executable: false },
      { path: "/away", executable: false },
      { path: "/no-such", executable: false },
    ]);
  });
});

describe("what else starts in a container", () => {
  it("is every exec of probes and hooks", async () => {
    const workload = await one({
      "p.yaml": container(
        [
          "env: [{name: HOST, value: db}]",
          "livenessProbe: {exec: {command: [wget, 'http://$(HOST)/']}}",
          "readinessProbe: {httpGet: {port: 80}}",
          "startupProbe: {exec: {command: [cat, /ready]}}",
          "lifecycle: {postStart: {exec: {command: [/hook]}}, preStop: {sleep: {seconds: 5}}}",
          "workingDir: /srv",
        ].join("\n"),
      ),
    });
    expect(workload?.surroundings).toMatchObject({
      workingDir: "/srv",
      besides: [
        { what: "startup probe", words: ["cat", "/ready"] },
        { what: "liveness probe", words: ["wget", "http://db/"] },
        { what: "postStart hook", words: ["/hook"] },
      ],
    });
  });
});

describe("where a pod may run", () => {
  it.each([
    ["nodeSelector: {kubernetes.io/arch: arm64}", ["arm64"], undefined],
    ["nodeSelector: {beta.kubernetes.io/arch: arm64}", ["arm64"], undefined],
    ["nodeSelector: {disk: ssd}", undefined, undefined],
    ["nodeSelector: {kubernetes.io/os: linux}", undefined, undefined],
    ["nodeSelector: {kubernetes.io/os: windows}", undefined, "windows"],
    ["os: {name: windows}", undefined, "windows"],
    [
      "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64, amd64]}]}]}}}",
      ["arm64", "amd64"],
      undefined,
    ],
    [
      "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}, {matchExpressions: [{key: disk, operator: Exists}]}]}}}",
      undefined,
      undefined,
    ],
    [
      "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/arch, operator: NotIn, values: [arm64]}]}]}}}",
      undefined,
      undefined,
    ],
  ])("%s", async (spec, architectures, os) => {
    const workload = await one({ "p.yaml": pod(`  ${spec}\n  containers: [{image: c:1}]\n`) });
    expect(workload?.platforms?.map(({ architecture }) => architecture)).toEqual(architectures);
    expect(workload?.os).toBe(os);
  });
});

describe("a patch of kustomize's that names no image", () => {
  it("changes how the container starts", async () => {
    const workload = await one({
      "base.yaml": container("env: [{name: A, value: base}, {name: B, value: base}]\nargs: [base]"),
      "patch.yaml": pod(
        "  containers:\n  - name: c\n    env: [{name: A, value: patched}]\n    command: [patched]\n    livenessProbe: {exec: {command: [wget, 'http://db/']}}\n  - name: other\n    args: [x]\n",
      ),
      "kustomization.yaml": "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n",
    });
    expect(workload).toMatchObject({
      command: ["patched"],
      args: ["base"],
      surroundings: {
        env: { A: "patched", B: "base" },
        besides: [{ what: "liveness probe", words: ["wget", "http://db/"] }],
      },
    });
  });

  it("is told where the container it is for has another name", async () => {
    const { diagnostics } = await found({
      "base.yaml": container("args: [base]"),
      "patch.yaml": pod("  containers: [{name: c, command: [patched]}]\n").replace("name: p", "name: any"),
      "kustomization.yaml": "resources: [base.yaml]\npatches: [{path: patch.yaml, target: {kind: Pod}}]\n",
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["not-followed"]);
  });
});
