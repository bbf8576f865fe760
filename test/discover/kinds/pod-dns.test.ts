import { describe, expect, it } from "vitest";
import { isClusters, readResolvConf, resolvConfEdit } from "../../../src/discover/kinds/servers.ts";
import { found } from "../tree.ts";

describe("whose a server is, by its address", () => {
  it.each([
    ["169.254.20.10", true],
    ["34.118.224.10", true],
    ["34.118.239.254", true],
    ["34.118.240.10", false],
    ["34.118.223.10", false],
    ["8.8.8.8", false],
    ["169.254.169.254", false],
    ["10.96.0.10", "unknown"],
    ["100.64.0.10", "unknown"],
    ["fd00::a", "unknown"],
    ["2001:4860:4860::8888", false],
    ["2001:4860:4860:0:0:0:0:8888", false],
    ["2606:4700:4700::1111", false],
    ["2600:1900:4000:1::a", "unknown"],
  ])("%s: %s", (address, expected) => {
    expect(isClusters(address)).toBe(expected);
  });
});

describe("a resolv.conf", () => {
  it("names three servers at most, and the last search list counts", () => {
    const text =
      "search a\nnameserver 1.1.1.1\nnameserver 2.2.2.2 # x\noptions ndots:1\nnameserver 3.3.3.3\nnameserver 4.4.4.4\ndomain b c\n";
    expect(readResolvConf(text)).toEqual({
      servers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"],
      searches: ["b", "c"],
    });
  });

  it.each([
    [["/bin/sh", "-c", "/bin/echo 'options single-request-reopen' >> /etc/resolv.conf"], "none"],
    [["sh", "-c", "cat /etc/resolv.conf; grep nameserver /etc/resolv.conf"], "none"],
    [["app", "--resolv=/etc/resolv.conf"], "none"],
    [["app"], "none"],
    [
      ["sh", "-c", 'echo "nameserver 192.0.2.53" > /etc/resolv.conf && exec app'],
      { text: "nameserver 192.0.2.53\n", replaces: true },
    ],
    [
      ["sh", "-c", "printf 'nameserver 1.1.1.1\\nnameserver 8.8.8.8\\n' >/etc/resolv.conf"],
      { text: "nameserver 1.1.1.1\nnameserver 8.8.8.8\n\n", replaces: true },
    ],
    [
      ["sh", "-c", "echo nameserver 1.1.1.1 >> /etc/resolv.conf"],
      { text: "nameserver 1.1.1.1\n", replaces: false },
    ],
    [["sh", "-c", 'echo "nameserver $DNS" > /etc/resolv.conf'], "unknown"],
    [["sh", "-c", "sed -i s/10.0.0.10/1.1.1.1/ /etc/resolv.conf"], "unknown"],
    [["sed", "-n", "p", "/etc/resolv.conf"], "none"],
    [["sh", "-c", "cp /conf/resolv.conf /etc/resolv.conf"], "unknown"],
    [["sh", "-c", "echo nameserver 1.1.1.1 | tee /etc/resolv.conf"], "unknown"],
    [["sh", "-c", "cat > /etc/resolv.conf <<E\nnameserver 1.1.1.1\nE"], "unknown"],
  ])("as %j writes it", (words, expected) => {
    expect(resolvConfEdit(words)).toEqual(expected);
  });
});

describe("whose DNS a pod asks", () => {
  const dns = async (files: Record<string, string>) => {
    const { workloads, diagnostics } = await found(files);
    return workloads.map(({ usesClusterDns, dnsBecause }) => [
      usesClusterDns,
      dnsBecause ?? diagnostics.find(({ code }) => code === "pod-dns-unknown")?.message,
    ]);
  };
  const pod = (spec: string, more = "") =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - image: a:1\n${spec}\n${more}`;

  it("is that of a mounted resolv.conf; options that a hook adds change nothing", async () => {
    const web = `apiVersion: v1
kind: ConfigMap
metadata: {name: resolv}
data:
  resolv.conf: |
    nameserver 192.0.2.53
    options ndots:1
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mounted}
spec:
  template:
    spec:
      containers:
        - {name: web, image: "web:1", volumeMounts: [{name: resolv, mountPath: /etc/resolv.conf, subPath: resolv.conf}]}
      volumes: [{name: resolv, configMap: {name: resolv}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: poststart}
spec:
  template:
    spec:
      containers:
        - name: web
          image: web:1
          lifecycle: {postStart: {exec: {command: [/bin/sh, -c, "echo 'options use-vc' >> /etc/resolv.conf"]}}}
`;
    expect(await dns({ "web.yaml": web })).toEqual([
      [false, "asks 192.0.2.53, by the /etc/resolv.conf that is mounted"],
      [true, undefined],
    ]);
  });

  it.each<[string, string, boolean | "unknown"]>([
    [
      "a resolv.conf of a volume that is not in sight",
      "    volumeMounts: [{name: v, mountPath: /etc/resolv.conf, subPath: resolv.conf}]\n  volumes: [{name: v, secret: {}}]",
      "unknown",
    ],
    [
      "a hook that writes one",
      "    lifecycle: {postStart: {exec: {command: [sh, -c, echo nameserver 8.8.8.8 > /etc/resolv.conf]}}}",
      false,
    ],
    [
      "a hook that adds a server",
      "    lifecycle: {postStart: {exec: {command: [sh, -c, echo nameserver 8.8.8.8 >> /etc/resolv.conf]}}}",
      true,
    ],
    [
      "a hook that edits it",
      "    lifecycle: {postStart: {exec: {command: [sed, -i, s/a/b/, /etc/resolv.conf]}}}",
      "unknown",
    ],
    ["a command that edits it", "    command: [sh, -c, sed -i s/a/b/ /etc/resolv.conf; exec app]", "unknown"],
    [
      "an init container that writes it for all",
      "  initContainers:\n  - {image: i:1, command: [sh, -c, echo nameserver 8.8.8.8 > /etc/resolv.conf]}",
      false,
    ],
    ["GKE's own range of Services", "  dnsPolicy: None\n  dnsConfig: {nameservers: [34.118.224.10]}", true],
    [
      "a public IPv6 address that may be a Service's",
      "  dnsPolicy: None\n  dnsConfig: {nameservers: ['2600:1900::a']}",
      "unknown",
    ],
  ])("%s", async (_, spec, expected) => {
    const answers = await dns({ "p.yaml": pod(spec) });
    expect([...new Set(answers.map(([uses]) => uses))]).toEqual([expected]);
  });

  it("is said where Argo and Tekton say it for a pod", async () => {
    const argo = (settings: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  ${settings}\n  templates:\n  - {name: t, container: {image: a:1}}\n`;
    expect(await dns({ "a.yaml": argo("dnsPolicy: Default") })).toEqual([[false, undefined]]);
    expect(
      await dns({ "a.yaml": argo("dnsPolicy: None\n  dnsConfig: {nameservers: [192.0.2.53]}") }),
    ).toEqual([[false, "asks 192.0.2.53"]]);
    expect((await dns({ "a.yaml": argo('podSpecPatch: \'{"dnsPolicy": "Default"}\'') }))[0]?.[0]).toBe(
      "unknown",
    );
    const tekton = (spec: string) =>
      `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: t}\nspec:\n  ${spec}\n  taskSpec: {steps: [{image: a:1}]}\n`;
    expect(await dns({ "t.yaml": tekton("podTemplate: {dnsPolicy: Default}") })).toEqual([
      [false, undefined],
    ]);
    expect(await dns({ "t.yaml": tekton("taskRunTemplate: {podTemplate: {hostNetwork: true}}") })).toEqual([
      [false, undefined],
    ]);
    expect(await dns({ "t.yaml": tekton("params: []") })).toEqual([[true, undefined]]);
  });

  it("is not known where Istio's DNS proxy answers", async () => {
    const istio = (annotations: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    metadata: {${annotations}}\n    spec: {containers: [{image: a:1}]}\n`;
    const capture = (on: boolean) =>
      `annotations: {proxy.istio.io/config: '{"proxyMetadata":{"ISTIO_META_DNS_CAPTURE":"${on}"}}'}`;
    const mesh =
      "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {meshConfig: {defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: 'true'}}}}\n";
    expect((await dns({ "d.yaml": istio(capture(true)) }))[0]?.[0]).toBe("unknown");
    expect((await dns({ "d.yaml": istio(capture(false)) }))[0]?.[0]).toBe(true);
    expect((await dns({ "d.yaml": istio(capture(false)), "m.yaml": mesh }))[0]?.[0]).toBe(true);
    expect((await dns({ "d.yaml": istio(""), "m.yaml": mesh }))[0]?.[0]).toBe("unknown");
    const without = "labels: {sidecar.istio.io/inject: 'false'}";
    expect((await dns({ "d.yaml": istio(without), "m.yaml": mesh }))[0]?.[0]).toBe(true);
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n    defaultConfig:\n      proxyMetadata:\n        ISTIO_META_DNS_CAPTURE: "true"\n';
    expect((await dns({ "d.yaml": istio(""), "m.yaml": map }))[0]?.[0]).toBe("unknown");
  });
});
