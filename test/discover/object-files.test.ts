import { describe, expect, it } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { HelmPort } from "../../src/discover/kinds/helm-render.ts";
import { memoryTree } from "./tree.ts";

const deployment = (name: string, env = "{name: PEER, value: 'http://api:80'}") =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec: {replicas: 2, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: x, image: "${name}:1", env: [${env}]}]}}}\n`;
const FROM_MAP = "{name: PEER, valueFrom: {configMapKeyRef: {name: settings, key: peer}}}";
const service = (name: string, more = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {clusterIP: None, selector: {app: ${name}}${more}}\n`;
const FILES = {
  "a.yaml": deployment("asks", FROM_MAP),
  "b.yaml": deployment("api"),
  "c.yaml": service("api"),
  "z.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {peer: 'http://api:80'}\n",
};

/** What is found, and how often each file was read. */
async function read(files: Readonly<Record<string, string>>, kept?: number, helm?: HelmPort) {
  const tree = memoryTree(files);
  const times = new Map<string, number>();
  const counted = {
    ...tree,
    read(path: string) {
      times.set(path, (times.get(path) ?? 0) + 1);
      return tree.read(path);
    },
  };
  const discovery = await discover(counted, { kept, helm });
  return { discovery, times: Object.fromEntries(times) };
}

describe("files of objects", () => {
  it("are read once, and past what is kept again only where a container asks for a ConfigMap", async () => {
    const [kept, dropped] = [await read(FILES), await read(FILES, 0)];
    expect(kept.times).toEqual({ "a.yaml": 1, "b.yaml": 1, "c.yaml": 1, "z.yaml": 1 });
    expect(dropped.times).toEqual({ ...kept.times, "a.yaml": 2 });
    expect(dropped.discovery).toEqual(kept.discovery);
    expect(kept.discovery.workloads.map(({ pod }) => pod?.services?.[0]?.service)).toEqual([
      "api.shop.svc",
      "api.shop.svc",
    ]);
  });

  it("count once against what is read in a run, however often they are read", async () => {
    const files = { ...FILES, "zz.yaml": deployment("last") };
    const { length } = Object.values(files).join("");
    const told = async (yamlCharacters: number) =>
      (await discover(memoryTree(files), { kept: 0, limits: { yamlCharacters } })).diagnostics;
    expect(await told(length)).toEqual([]);
    expect(await told(length - 1)).toMatchObject([{ code: "past-limit", at: { file: "zz.yaml" } }]);
  });

  it("say the same whether what they hang on stands before them or behind", async () => {
    const mesh =
      "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {meshConfig: {defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: 'true'}}}}\n";
    for (const kept of [undefined, 0]) {
      const before = await read({ ...FILES, "0.yaml": mesh }, kept);
      const behind = await read({ ...FILES, "zz.yaml": mesh }, kept);
      expect(before.discovery.workloads).toEqual(behind.discovery.workloads);
      expect(before.discovery.workloads).not.toEqual((await read(FILES, kept)).discovery.workloads);
    }
  });

  it("keep what stands in scripts and what policies put into pods", async () => {
    const sidecar = `{name: side, image: "side:1", env: [${FROM_MAP}]}`;
    const files = {
      ...FILES,
      "apply.sh": `kubectl apply -f - <<EOF\n${deployment("handed", FROM_MAP)}EOF\n`,
      "policy.yaml": `apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: p, namespace: shop}\nspec: {rules: [{mutate: {patchStrategicMerge: {spec: {containers: [${sidecar}]}}}}]}\n`,
    };
    const [kept, dropped] = [await read(files), await read(files, 0)];
    expect(dropped.discovery).toEqual(kept.discovery);
    expect(dropped.times["policy.yaml"]).toBe(2);
    const asking = kept.discovery.workloads.filter(({ image }) => /^(?:handed|side):/.test(image));
    expect(asking.map(({ image, pod }) => [image, pod?.services?.[0]?.service])).toEqual([
      ["handed:1", "api.shop.svc"],
      ["side:1", "api.shop.svc"],
    ]);
  });

  it("count after what charts make of the same name", async () => {
    const chart = { "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n" };
    const helm: HelmPort = () =>
      Promise.resolve(`${service("api", ", ipFamilies: [IPv6]")}---\n${service("api")}`);
    const [plain, charted] = [await read(FILES), await read({ ...FILES, ...chart }, undefined, helm)];
    const used = ({ discovery }: typeof plain) => discovery.workloads.map(({ pod }) => pod?.services?.[0]);
    expect(used(plain)).toMatchObject([{ at: { file: "c.yaml" } }, { at: { file: "c.yaml" } }]);
    expect(used(plain)[0]?.addresses).toEqual({ a: 2, aaaa: 0 });
    expect(used(charted)).toMatchObject([
      { at: { file: "chart/Chart.yaml" } },
      { at: { file: "chart/Chart.yaml" } },
    ]);
    expect(used(charted)[0]?.addresses).toEqual({ a: 0, aaaa: 2 });
  });
});
