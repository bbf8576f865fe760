import { describe, expect, it } from "vitest";
import type { StartProcess } from "../../src/model/image-profile.ts";
import { ndotsTooLow } from "../../src/rules/ndots-too-low.ts";
import { found } from "../discover/tree.ts";
import { cluster, image, onMusl } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const glibc: StartProcess = { kind: "uses-glibc", reason: "It is linked to glibc.", chain: [] };
const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
`;
const pod = (ndots: string, value: string, more = "") => `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web}
spec:
${more}  dnsConfig:
    options:
      - {name: ndots, value: "${ndots}"}
  containers:
    - name: app
      image: shop/front:1.0
      env: [{name: API, value: "${value}"}]
`;

async function judge(files: Record<string, string>, process: StartProcess = onMusl("1.2.5")) {
  const { workloads } = await found(files);
  return workloads
    .map((workload) => checked(ndotsTooLow, { workload, image: image(process), cluster: cluster("NODATA") }))
    .filter((verdict) => verdict !== undefined);
}

describe("a name the container is given", () => {
  it.each([
    ["0", "http://api.shop/", "error"],
    ["1", "http://api.shop:8080/v1", "error"],
    ["1", "api.shop:8080", "error"],
    ["1", "postgres://user:pw@api.shop/db", "error"],
    ["1", "jdbc:postgresql://api.shop:5432/db", "error"],
    ["1", "user:pw@tcp(api.shop:3306)/db", "error"],
    ["2", "http://api.shop.svc", "error"],
    ["2", "http://elsewhere.other.svc", "error"],
    ["2", "http://api.shop", "note"],
    ["2", "http://api.shop.svc.cluster.local", "note"],
    ["1", "http://api.shop.svc.cluster.local.", "note"],
    ["1", "http://api.shop.", "note"],
    ["1", "http://api.github.com", "note"],
    ["1", "me@api.shop", "note"],
    ["3", "http://api.shop.svc", undefined],
    ["5", "http://api.shop.svc", undefined],
  ])("ndots:%s and %s: %s", async (ndots, value, level) => {
    const [verdict] = await judge({ "a.yaml": pod(ndots, value) + SERVICE });
    expect(verdict?.level).toBe(level);
    if (level === "error") expect(verdict).toMatchObject({ outcome: "affected", at: { line: 7 } });
  });

  it("is a Service by those that are in sight, in their namespaces", async () => {
    const files = { "a.yaml": pod("1", "http://api.shop") };
    const [verdict] = await judge(files);
    expect(verdict?.level).toBe("note");
    expect(verdict?.summary).toMatch(
      /: Services are not found .* given none of a Service that is in sight\.$/,
    );
    const other = "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: store}\n";
    expect((await judge({ ...files, "b.yaml": other }))[0]?.level).toBe("note");
    // Of one whose namespace a kustomization sets: any that is in sight, and no word that is none.
    const open = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n";
    expect((await judge({ ...files, "b.yaml": open }))[0]?.level).toBe("note");
    const set = { ...files, "b.yaml": open, "kustomization.yaml": "namespace: shop\nresources: [b.yaml]\n" };
    expect((await judge(set))[0]?.level).toBe("error");
  });

  it("is one of a StatefulSet's pods too", async () => {
    const [verdict] = await judge({ "a.yaml": pod("2", "kafka://api-0.api.shop:9092") + SERVICE });
    expect(verdict?.summary).toContain("api-0.api.shop");
  });

  it.each(["NO_PROXY", "DNS_NAMES"])("is none where %s lists it", async (name) => {
    const text = pod("1", "api.shop,.svc").replace("name: API", `name: ${name}`);
    expect((await judge({ "a.yaml": text + SERVICE }))[0]?.level).toBe("note");
  });

  it("is read from a ConfigMap's file, but for its comments", async () => {
    const mounted = `      volumeMounts: [{name: conf, mountPath: /etc/app}]
  volumes: [{name: conf, configMap: {name: conf}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, namespace: web}
data:
  app.ini: |
`;
    const text = pod("1", "") + mounted;
    expect((await judge({ "a.yaml": `${text}    url = http://api.shop/\n${SERVICE}` }))[0]?.level).toBe(
      "error",
    );
    expect((await judge({ "a.yaml": `${text}    # http://api.shop/\n${SERVICE}` }))[0]?.level).toBe("note");
  });
});

it.each([
  ["raise-ndots", pod("5", "http://api.shop")],
  ["write-names-in-full", pod("1", "http://api.shop.svc.cluster.local")],
])("%s mends it", async (id, text) => {
  const [before] = await judge({ "a.yaml": pod("1", "http://api.shop") + SERVICE });
  expect(before?.remedies.map((remedy) => remedy.id)).toContain(id);
  const after = await judge({ "a.yaml": text + SERVICE });
  expect(after.filter(({ level }) => level !== "note")).toEqual([]);
});

it("has no say with glibc, with the node's servers, and where another resolv.conf is mounted", async () => {
  const text = pod("1", "http://api.shop") + SERVICE;
  expect(await judge({ "a.yaml": text }, glibc)).toEqual([]);
  expect(await judge({ "a.yaml": pod("1", "http://api.shop", "  dnsPolicy: Default\n") + SERVICE })).toEqual(
    [],
  );
  expect(await judge({ "a.yaml": text.replace('"1"', '"{{ .x }}"') })).toEqual([]);
});

it("is 1 where the pod has servers of its own and sets none", async () => {
  const dns = "  dnsPolicy: None\n";
  const config = "{nameservers: [169.254.20.10], searches: [svc.cluster.local, cluster.local]}";
  const text = pod("1", "http://api.shop", dns).replace(/dnsConfig:\n.*\n.*\n/, `dnsConfig: ${config}\n`);
  const [verdict] = await judge({ "a.yaml": text + SERVICE });
  expect(verdict?.summary).toContain("no ndots, which makes it 1");
  const mended = text.replace("]}", "], options: [{name: ndots, value: '5'}]}");
  expect(await judge({ "a.yaml": mended + SERVICE })).toEqual([]);
});

it.each(["1.1.16", "1.2.2", "1.2.4"])("holds for musl %s", async (version) => {
  const files = { "a.yaml": pod("1", "http://api.shop") + SERVICE };
  expect((await judge(files, onMusl(version)))[0]?.outcome).toBe("affected");
});

it("is not known where the image is not, and silent of what is only a setting then", async () => {
  const [workload] = (await found({ "a.yaml": pod("1", "http://api.shop") + SERVICE })).workloads;
  const context = { imageProblem: "the registry refused it", cluster: cluster("NODATA") };
  expect(checked(ndotsTooLow, { workload: workload!, ...context })?.outcome).toBe("unknown");
  const [other] = (await found({ "a.yaml": pod("1", "") })).workloads;
  expect(checked(ndotsTooLow, { workload: other!, ...context })).toBeUndefined();
});
