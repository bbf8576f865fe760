/** Patches in a kustomization reach what they are for; what cannot be applied is told. */
import { describe, expect, it } from "vitest";
import { covered, found } from "../tree.ts";

const base = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      initContainers:
      - {name: init, image: "init:1"}
      containers:
      - name: app
        image: api:1
        command: [/run.sh]
        env: [{name: A, value: a}, {name: B, value: b}]
        volumeMounts: [{name: scripts, mountPath: /scripts}]
      - {name: side, image: "side:1"}
      volumes:
      - {name: scripts, configMap: {name: old}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: old}
data: {run.sh: old}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: new}
data: {run.sh: new}
`;

const indented = (text: string) => text.replace(/^/gm, "    ");
const merge = (container: string, more = "") =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: app, ${container}}\n${more}`;
const operation = (path: string, value: string, op = "replace") =>
  `- {op: ${op}, path: /spec/template/spec/containers/0/${path}, value: ${value}}`;

/** The ways in which a patch stands in a kustomization. */
const MERGES: readonly (readonly [string, (patch: string) => string])[] = [
  ["patchesStrategicMerge", (patch) => `patchesStrategicMerge:\n- |-\n${indented(patch)}\n`],
  ["patches", (patch) => `patches:\n- patch: |-\n${indented(patch)}\n`],
  [
    "patches with a target",
    (patch) =>
      `patches:\n- target: {kind: Deployment}\n  patch: |-\n${indented(patch.replace("name: api", "name: any"))}\n`,
  ],
];
const OPERATIONS: readonly (readonly [string, (patch: string) => Record<string, string>])[] = [
  [
    "patches",
    (patch) => ({
      "kustomization.yaml": `resources: [api.yaml]\npatches:\n- target: {kind: Deployment, name: api}\n  patch: |-\n${indented(patch)}\n`,
    }),
  ],
  [
    "patchesJson6902",
    (patch) => ({
      "kustomization.yaml": `resources: [api.yaml]\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: api}\n  patch: |-\n${indented(patch)}\n`,
    }),
  ],
  [
    "a file of patches",
    (patch) => ({
      "kustomization.yaml": "resources: [api.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n",
      "p.yaml": patch,
    }),
  ],
  [
    "a file of patchesJson6902",
    (patch) => ({
      "kustomization.yaml":
        "resources: [api.yaml]\npatchesJson6902: [{path: p.yaml, target: {kind: Deployment, name: api}}]\n",
      "p.yaml": patch,
    }),
  ],
];

const app = async (files: Record<string, string>) => {
  const { workloads, diagnostics } = await found({ "api.yaml": base, ...files });
  const one = workloads.find(({ key }) => key.container === "app");
  const { env = {}, mounts = [] } = one?.surroundings ?? {};
  return {
    image: one?.image,
    at: covered({ "api.yaml": base, ...files }, one?.at),
    command: one?.command?.join(" "),
    args: one?.args?.join(" "),
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    mounted: mounts.map(({ path, files: inside }) => `${path} ${inside?.["run.sh"]}`),
    gaps: diagnostics.map(({ message }) => message),
    names: one?.names,
    containers: workloads.length,
  };
};

const UNPATCHED = {
  image: "api:1",
  command: "/run.sh",
  env: ["A=a", "B=b"],
  mounted: ["/scripts old"],
  gaps: [],
  containers: 3,
};

describe.each(MERGES)("a strategic merge in %s", (_, kustomization) => {
  const patched = (patch: string) =>
    app({ "kustomization.yaml": `resources: [api.yaml]\n${kustomization(patch)}` });

  it.each([
    ["env: [{name: B, value: c}, {name: C, value: d}]", "", { env: ["A=a", "B=c", "C=d"] }],
    ["command: [/other]", "", { command: "/other" }],
    ["args: [-x]", "", { args: "-x" }],
    ["image: 'api:2'", "", { image: "api:2", at: "api:2" }],
    [
      "volumeMounts: [{name: scripts, mountPath: /more}]",
      "",
      { mounted: ["/scripts old", "/more undefined"] },
    ],
    [
      "imagePullPolicy: Always",
      "      volumes:\n      - {name: scripts, configMap: {name: new}}",
      { mounted: ["/scripts new"] },
    ],
    [
      "imagePullPolicy: Always",
      "      volumes:\n      - {name: scripts, secret: {secretName: s}}",
      { mounted: ["/scripts undefined"] },
    ],
    ["resources: {limits: {cpu: 1}}", "", {}],
  ])("{%s} %s", async (container, more, expected) => {
    expect(await patched(merge(container, more))).toMatchObject({ ...UNPATCHED, ...expected });
  });
});

describe.each(OPERATIONS)("operations of a JSON patch in %s", (_, files) => {
  it.each([
    [
      operation("env/-", "{name: C, value: c.example.com}", "add"),
      { env: ["A=a", "B=b", "C=c.example.com"], names: ["c.example.com."] },
    ],
    [operation("env/1/value", "c"), { env: ["A=a", "B=c"] }],
    [operation("env", "[{name: C, value: c}]"), { env: ["C=c"] }],
    ["- {op: remove, path: /spec/template/spec/containers/0/env/0}", { env: ["B=b"] }],
    ["- {op: remove, path: /spec/template/spec/containers/0/command}", { command: undefined }],
    [operation("command", "[/other]"), { command: "/other" }],
    [operation("args", "[-x]", "add"), { args: "-x" }],
    [operation("image", "'api:2'"), { image: "api:2", at: "api:2" }],
    [operation("volumeMounts/0/mountPath", "/elsewhere"), { mounted: ["/elsewhere old"] }],
    [
      `${operation("env/-", "{name: C, value: c}", "add")}\n${operation("env/2/value", "d")}`,
      { env: ["A=a", "B=b", "C=d"] },
    ],
    ["- {op: replace, path: /spec/replicas, value: 3}", {}],
    [operation("resources", "{limits: {cpu: 1}}", "add"), {}],
    ["- {op: replace, path: /spec/template/spec/containers/1/image, value: 'side:2'}", {}],
  ])("%s", async (patch, expected) => {
    expect(await app(files(patch))).toMatchObject({ ...UNPATCHED, ...expected });
  });

  it.each([
    operation("env/7/value", "c"),
    operation("env/0/value", "/env/1", "copy"),
    "- {op: replace, path: /spec/template/spec/containers/5/command, value: [x]}",
    "- {op: add, path: /spec/template/spec/containers/-, value: {name: x, image: 'x:1'}}",
    "- {op: replace, path: /spec/template/spec, value: {}}",
    "- {op: replace, path: /spec/template/spec/volumes/0/configMap/name, value: new}",
    "- {op: add, path: /spec/template/spec/hostNetwork, value: true}",
  ])("tells of what it does not apply: %s", async (patch) => {
    expect((await app(files(patch))).gaps).toHaveLength(1);
  });
});

it("tells of a target that chooses by labels where its patch matters, and only there", async () => {
  const of = (patch: string) =>
    app({
      "kustomization.yaml": `resources: [api.yaml]\npatches:\n- target: {labelSelector: a=b}\n  patch: |-\n${indented(patch)}\n`,
    });
  expect((await of(operation("env/0/value", "c"))).gaps).toHaveLength(1);
  expect((await of(merge("env: [{name: A, value: c}]"))).gaps).toHaveLength(1);
  expect((await of(operation("resources", "{}"))).gaps).toEqual([]);
  expect((await of(merge("resources: {}"))).gaps).toEqual([]);
});

it("keeps what an earlier patch made of volumes when a later one is read", async () => {
  const volumes = merge("resources: {}", "      volumes:\n      - {name: scripts, configMap: {name: new}}");
  const files = {
    "kustomization.yaml": `resources: [api.yaml]\npatches:\n- patch: |-\n${indented(volumes)}\n- target: {kind: Deployment}\n  patch: |-\n${indented(operation("env/0/value", "c"))}\n`,
  };
  expect(await app(files)).toMatchObject({ ...UNPATCHED, env: ["A=c", "B=b"], mounted: ["/scripts new"] });
});

it("ends where many operations meet many containers", async () => {
  const many = Array.from({ length: 300 }, (_, i) => operation("env/-", `{name: V${i}, value: v}`, "add"));
  const objects = Array.from({ length: 500 }, (_, i) =>
    base.split("---")[0]?.replace("name: api", `name: a${i}`),
  );
  const { diagnostics } = await found({
    "api.yaml": objects.join("---\n"),
    "kustomization.yaml": `resources: [api.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n${indented(many.join("\n"))}\n`,
  });
  expect(diagnostics.map(({ code }) => code)).toContain("past-limit");
});
