// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { found, pinned } from "../tree.ts";

const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n${spec}`;

describe("Kubernetes objects", () => {
  it("pins the example's images to their lines", async () => {
    const files = { "deploy/api.yaml": readFileSync("examples/deploy/api.yaml", "utf8") };
    expect(await pinned(files)).toEqual([
      "shop/api:1.0 @ deploy/api.yaml:13:18 shop/api:1.0",
      "shop/reports:1.0 @ deploy/api.yaml:17:18 shop/reports:1.0",
    ]);
    const { workloads } = await found(files);
    expect(workloads[0]).toEqual({
      image: "shop/api:1.0",
      key: { root: "", kind: "deployment", namespace: "", name: "api", container: "api" },
      role: "container",
      file: "deploy/api.yaml",
      name: "deployment/api, container api",
      surroundings: { env: { DATABASE_HOST: "database.shop.svc.cluster.local" } },
      usesClusterDns: true,
      names: ["database.shop.svc.cluster.local."],
      pod: { hosts: ["database.shop.svc.cluster.local"], labels: { app: "api" } },
      at: { file: "deploy/api.yaml", line: 13, column: 18, endLine: 13, endColumn: 30 },
    });
  });

  it("leaves quotes out of the place, in every style of scalar", async () => {
    const files = {
      "a.yaml": `kind: Pod\r\nspec:\r\n  containers:\r\n  - {name: a, image: "a:1"}\r\n  - image: 'b:1' # c\r\n  - image:\r\n      c:1\r\n`,
    };
    expect(await pinned(files)).toEqual([
      "a:1 @ a.yaml:4:23 a:1",
      "b:1 @ a.yaml:5:13 b:1",
      "c:1 @ a.yaml:7:7 c:1",
    ]);
  });

  it("reads init, ephemeral and sidecar containers with their commands", async () => {
    const { workloads } = await found({
      "p.yaml": pod(
        `  initContainers: [{name: i, image: i:1, restartPolicy: Always, command: [sh, -c], args: ["x y"]}]
  containers: [{name: c, image: c:1, command: [], args: [a, 1]}]
  ephemeralContainers: [{name: e, image: e:1}]\n`,
      ),
    });
    expect(workloads.map(({ name, command, args }) => ({ name, command, args }))).toEqual([
      { name: "pod/p, container c", command: undefined, args: ["a", "1"] },
      { name: "pod/p, init container i", command: ["sh", "-c"], args: ["x y"] },
      { name: "pod/p, ephemeral container e", command: undefined, args: undefined },
    ]);
  });

  it("walks custom resources, lists, JSON and several documents, a broken one among them", async () => {
    const files = {
      "cron.yaml":
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a:1}]}}}}}\n---\nimage: [\n---\napiVersion: x/v1\nkind: Rollout\nmetadata: {name: r}\nspec:\n  deep:\n    template: {spec: {containers: [{name: z, image: b:1}]}}\n",
      "list.json": `{"kind":"List","apiVersion":"v1","items":[{"kind":"Pod","metadata":{"name":"j"},"spec":{"containers":[{"name":"k","image":"c:1"}]}}]}`,
      "wf.yaml":
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n  - container: {image: d:1}\n  - script: {image: e:1}\n",
      "task.yaml":
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{name: s, image: f:1}]}\n",
    };
    const { workloads, diagnostics } = await found(files);
    expect(workloads.map(({ image, name }) => `${image} ${name}`)).toEqual([
      "a:1 cronjob/c, container 1",
      "b:1 rollout/r, container z",
      "c:1 pod/j, container k",
      "f:1 task/t, step s",
      "d:1 workflow/w, container 1",
      "e:1 workflow/w, script 1",
    ]);
    expect(diagnostics.map(({ code, at }) => `${code} ${at?.file}:${at?.line}`)).toEqual([
      "file-unreadable cron.yaml:7",
    ]);
  });

  it("tells of a policy that is no YAML: what pods may ask is not known", async () => {
    const broken = (kind: string) => `apiVersion: x/v1\nkind: ${kind}\nmetadata: {name: d\nspec: ]\n`;
    for (const kind of ["NetworkPolicy", "CiliumClusterwideNetworkPolicy"])
      expect((await found({ "a/policy.yaml": broken(kind) })).diagnostics).toMatchObject([
        { code: "file-unreadable", weight: "gap", at: { file: "a/policy.yaml" } },
      ]);
    const told = async (files: Readonly<Record<string, string>>) =>
      (await found(files)).diagnostics.flatMap(({ code, at }) =>
        code === "file-unreadable" && at !== undefined ? [at.file] : [],
      );
    const policy = broken("NetworkPolicy");
    // A template of a chart is none until it is filled in; what lies beside them is applied as it stands.
    const chart = { "Chart.yaml": "name: x\nversion: 1.0.0\n", "policies/np.yaml": policy };
    expect(await told({ ...chart, "templates/np.yaml": policy })).toEqual(["policies/np.yaml"]);
    expect(await told({ "apply.sh": `kubectl apply -f - <<EOF\n${policy}EOF\n` })).toEqual(["apply.sh"]);
    for (const text of [
      "{apiVersion: x/v1, kind: NetworkPolicy, metadata: {name: d ]\n",
      `{"apiVersion": "x/v1","kind": "NetworkPolicy", "metadata": ]\n`,
      "apiVersion: v1\nitems:\n- kind: NetworkPolicy\n  metadata: {name: d\n  spec: ]\n",
      "apiVersion: x/v1\nkind : NetworkPolicy\nmetadata: {name: d\nspec: ]\n",
    ])
      expect(await told({ "np.yaml": text })).toEqual(["np.yaml"]);
    expect(await told({ "a.yaml": "x: {for-kind: NetworkPolicy, y: ]\n" })).toEqual([]);
    expect((await found({ "a/role.yaml": broken("Role") })).diagnostics).toEqual([]);
  });

  it("follows anchors, aliases and merge keys", async () => {
    const files = {
      "a.yaml": `kind: A\nmetadata: {name: a}\nx: &base\n  image: base:1\n  name: shared\nspec:\n  containers:\n  - <<: *base\n    name: own\n  - *base\n`,
    };
    expect(await pinned(files)).toEqual(["base:1 @ a.yaml:4:10 base:1", "base:1 @ a.yaml:4:10 base:1"]);
    expect((await found(files)).workloads.map(({ name }) => name)).toEqual([
      "a/a, container own",
      "a/a, container shared",
    ]);
  });

  it("is not silent about what is not written out", async () => {
    const { workloads, diagnostics } = await found({
      "a.yaml": pod(
        `  containers:\n  - image: "{{ .Values.image }}"\n  - image: repo/app:\${TAG}\n  - image: {repository: x}\n  - image:\n  - image: <registry>/app\n`,
      ),
    });
    expect(workloads).toEqual([]);
    expect(diagnostics.map(({ code, weight, at }) => `${code} ${weight} ${at?.line}`).sort()).toEqual(
      [6, 7, 8, 9, 10].map((line) => `image-not-literal gap ${line}`).sort(),
    );
  });
});

describe("whether a pod asks the cluster's DNS", () => {
  it.each([
    ["", true],
    ["dnsPolicy: ClusterFirst", true],
    ["dnsPolicy: Default", false],
    ["hostNetwork: true", false],
    ["hostNetwork: false", true],
    ["hostNetwork: true\n  dnsPolicy: ClusterFirst", false],
    ["hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet", true],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [8.8.8.8, '2001:4860:4860::8888']}", false],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [8.8.8.8, 169.254.20.10]}", true],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [169.254.169.254]}", false],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [127.0.0.1]}", "unknown"],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: ['fd00::10']}", "unknown"],
    ["dnsConfig: {nameservers: [8.8.8.8]}", true],
    ["dnsPolicy: Default\n  dnsConfig: {nameservers: [8.8.8.8]}", false],
    ["dnsPolicy: Default\n  dnsConfig: {nameservers: [10.96.0.10]}", "unknown"],
    ["hostNetwork: true\n  dnsConfig: {nameservers: [169.254.20.10]}", true],
    ["dnsPolicy: ClusterFirstWithHostNet", true],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [10.0.0.10]}", "unknown"],
    ["dnsPolicy: None", "unknown"],
    ["dnsPolicy: ${POLICY}", "unknown"],
    ["hostNetwork: {{ .Values.host }}", "unknown"],
  ])("%s: %s", async (spec, expected) => {
    const { workloads, diagnostics } = await found({
      "a.yaml": pod(`  ${spec}\n  containers: [{image: a:1}]\n`),
    });
    expect(workloads.map(({ usesClusterDns }) => usesClusterDns)).toEqual([expected]);
    expect(diagnostics.map(({ code }) => code)).toEqual(expected === "unknown" ? ["pod-dns-unknown"] : []);
  });
});

describe("what a pod searches", () => {
  const AFTER = "dnsConfig:\n    searches: [corp.example, ., corp.example]";
  it.each([
    [AFTER, ["corp.example", "."], true],
    [`hostNetwork: true\n  ${AFTER}`, ["corp.example", "."], false],
    [`hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet\n  ${AFTER}`, ["corp.example", "."], true],
    [`dnsPolicy: Default\n  ${AFTER}`, ["corp.example", "."], false],
    ["dnsPolicy: None\n  dnsConfig: {nameservers: [8.8.8.8], searches: [.]}", ["."], false],
  ])("%s", async (spec, domains, afterCluster) => {
    const { workloads, diagnostics } = await found({
      "a.yaml": pod(`  ${spec}\n  containers: [{image: a:1}]\n`),
    });
    expect(workloads.map(({ searches }) => searches)).toMatchObject([{ domains, afterCluster }]);
    expect(diagnostics).toEqual([]);
  });

  it("stands where the domains are written, and nowhere without any", async () => {
    const files = {
      "a.yaml": pod(
        "  dnsConfig:\n    searches:\n    - corp.example\n    - .\n  containers: [{image: a:1}]\n",
      ),
      "b.yaml": pod("  dnsConfig: {searches: []}\n  containers: [{image: b:1}]\n"),
    };
    const { workloads } = await found(files);
    expect(workloads.map(({ searches }) => searches?.at)).toEqual([
      { file: "a.yaml", line: 7, column: 7, endLine: 8, endColumn: 8 },
      undefined,
    ]);
  });

  it("is not silent about a domain that is not written out", async () => {
    const { workloads, diagnostics } = await found({
      "a.yaml": pod("  dnsConfig: {searches: [a.example, '${B}']}\n  containers: [{image: a:1}]\n"),
    });
    expect(workloads[0]?.searches?.domains).toEqual(["a.example"]);
    expect(diagnostics.map(({ code, at }) => `${code} ${at?.line} ${at?.column}`)).toEqual([
      "pod-dns-unknown 5 38",
    ]);
  });
});
