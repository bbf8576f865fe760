import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { type ExampleImage, IMAGES, ociLayout } from "../../examples/images.mjs";
import type { Answered, Kubectl } from "../../src/live/kubectl.ts";
import { clusterOfLists, readCluster } from "../../src/live/read-cluster.ts";
import { type LiveState, liveState } from "../../src/live/state.ts";
import { exitCode } from "../../src/judge/exit-code.ts";
import { counted, type Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/report/json.ts";
import { nothingWords } from "../../src/report/words.ts";
import type { Written } from "../../src/settings/settings.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import {
  configMap,
  daemonSet,
  deploymentPods,
  type LiveImage,
  type LiveObject,
  listOf,
  node,
  pod,
  MANY_IMAGES,
  MANY_PODS,
  SHAPES,
} from "../support/live-cluster.ts";
import { runLive } from "../support/live-run.ts";

const folder = temporaryFolder();
const COUNT = MANY_IMAGES;
let registry: TestServer;
const digests = new Map<string, string>();
beforeAll(async () => {
  const images: Record<string, ExampleImage> = {};
  const add = (reference: string, image: ExampleImage) => {
    images[reference] = image;
    const index = ociLayout(reference, image).find(({ name }) => name === "index.json")?.body;
    digests.set(reference, JSON.parse(String(index)).manifests[0].digest);
  };
  for (const [name, image] of Object.entries(IMAGES)) add(`shop/${name.slice(5)}:1.0`, image);
  const api = IMAGES["shop-api"]!;
  for (let i = 0; i < COUNT; i++)
    add(`many/app-${i}:1.0`, { ...api, config: { ...api.config, Labels: { number: String(i) } } });
  registry = await startImageRegistry(images);
});
afterAll(() => registry.close());

/** An image that runs, by the reference that the pod was written with. */
function image(reference: string, written = reference): LiveImage {
  const [name] = reference.split(":") as [string];
  return {
    image: `${registry.host}/${written}`,
    imageID: `${registry.host}/${name}@${digests.get(reference)}`,
  };
}

const judged = (live: LiveState, written: Written = {}): Promise<Report> =>
  runLive(folder.path, live, written);

const ofLists = (...objects: readonly LiveObject[]) => clusterOfLists(listOf(objects));
const found = ({ judgements }: Report) =>
  judgements
    .filter(counted)
    .flatMap(({ workload, verdict }) =>
      workload === undefined ? [] : [`${workload.name}: ${verdict.outcome} ${verdict.ruleId}`],
    );
const told = ({ diagnostics }: Report) => diagnostics.map(({ code, message }) => `${code}: ${message}`);

/** Who answers as kubectl would, from objects, where nothing is to fail. */
function standIn(
  objects: readonly LiveObject[],
  fails: (args: readonly string[]) => Answered | undefined = () => undefined,
): { readonly ask: Kubectl; readonly asked: string[][] } {
  const kinds: Readonly<Record<string, string>> = {
    nodes: "Node",
    pods: "Pod",
    "jobs.batch": "Job",
    "daemonsets.apps": "DaemonSet",
    "deployments.apps": "Deployment",
    configmaps: "ConfigMap",
    services: "Service",
    "networkpolicies.networking.k8s.io": "NetworkPolicy",
    "ciliumnetworkpolicies.cilium.io": "CiliumNetworkPolicy",
    "ciliumclusterwidenetworkpolicies.cilium.io": "CiliumClusterwideNetworkPolicy",
  };
  const asked: string[][] = [];
  const ask: Kubectl = async (args) => {
    asked.push([...args]);
    const failed = fails(args);
    if (failed !== undefined) return failed;
    const [verb, what = ""] = args;
    if (verb === "config") return { text: "", problem: "error: current-context is not set" };
    const own = objects.filter((one) =>
      what === "--raw=/version" ? "gitVersion" in one : one.kind === kinds[what],
    );
    return { text: what === "--raw=/version" ? JSON.stringify(own[0]) : listOf(own) };
  };
  return { ask, asked };
}

describe("a live cluster", () => {
  it("of kubeadm: findings name the workload, its namespace and its pods", async () => {
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        ...deploymentPods("api", 3, [image("shop/api:1.0")]),
        ...deploymentPods("reports", 2, [image("shop/reports:1.0")], { namespace: "back" }),
        pod({
          name: "kube-apiserver-node-1",
          namespace: "kube-system",
          owner: { kind: "Node", name: "node-1" },
          images: [image("shop/reports:1.0")],
        }),
      ),
    );
    expect(found(report)).toEqual([
      "deployment/api, container app (shop, 3 pods): affected musl-paired-lookup",
    ]);
    expect(report.judgements.flatMap(({ workload }) => workload?.name ?? [])).toContain(
      "pod/kube-apiserver, container app (kube-system, 1 pod)",
    );
    expect(report.patches).toEqual([]);
  });

  it("of GKE Autopilot: sidecars that were injected are judged, and NodeLocal DNSCache is what pods ask", async () => {
    const report = await judged(
      ofLists(
        ...SHAPES.autopilot,
        ...deploymentPods("api", 2, [image("shop/reports:1.0"), image("shop/api:1.0")]),
      ),
    );
    expect(found(report)).toEqual([
      "deployment/api, container sidecar-1 (shop, 2 pods): affected musl-paired-lookup",
    ]);
    expect(report.clusters).toMatchObject([{ gkeVersion: "1.33.1-gke.1107000", nodeLocalDns: "enabled" }]);
  });

  it("of k3s: nothing denies AAAA, and images are read for the nodes' architecture", async () => {
    const objects = [...SHAPES.k3s, ...deploymentPods("api", 2, [image("shop/api:1.0")])];
    const live = await readCluster(standIn(objects).ask, {});
    const { tree } = live;
    expect((await tree.list()).paths).toEqual([
      "shop/deployment-api.json",
      "kube-system/configmap-coredns.yaml",
      "kube-system/configmap-coredns-custom.yaml",
    ]);
    expect(await tree.read("shop/deployment-api.json")).toMatchObject({
      text: expect.stringMatching(/"arm64"/),
    });
    const report = await judged(live);
    expect(report.clusters).toMatchObject([{ answers: { external: { kind: "passed-on" } } }]);
    // Whether what its Corefile imports is there is not known from Lists.
    expect((await judged(ofLists(...objects))).clusters).toMatchObject([
      { answers: { external: { kind: "unknown" } } },
    ]);
  });

  it("is not what its DNS pods say of themselves: their arguments and volumes are no Corefile", async () => {
    const dns = (name: string, args: readonly string[]) =>
      deploymentPods(name, 2, [image("shop/reports:1.0")], {
        namespace: "kube-system",
        spec: {
          dnsPolicy: "Default",
          containers: [
            {
              name: "app",
              image: "registry.k8s.io/coredns/coredns:v1.12.0",
              args,
              volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
            },
          ],
          volumes: [
            {
              name: "config-volume",
              configMap: { name, items: [{ key: "Corefile", path: "Corefile" }], defaultMode: 420 },
            },
          ],
        },
      });
    const report = await judged(
      ofLists(
        ...SHAPES.autopilot,
        ...dns("coredns", ["-conf", "/etc/coredns/Corefile"]),
        ...dns("node-local-dns", [
          "-localip",
          "169.254.20.10",
          "-conf",
          "/etc/Corefile",
          "-upstreamsvc",
          "kube-dns",
        ]),
        ...deploymentPods("api", 3, [image("shop/api:1.0")]),
      ),
    );
    expect(report.clusters.map(({ name }) => name)).toEqual(["the cluster"]);
    expect(found(report)).toEqual([
      "deployment/api, container app (shop, 3 pods): affected musl-paired-lookup",
    ]);
    expect(told(report)).toEqual([]);
  });

  it("has pods of one workload that differ apart, and says which is how many", async () => {
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        ...deploymentPods("api", 3, [image("shop/api:1.0")]),
        ...deploymentPods("api", 1, [image("shop/legacy:1.0")]),
      ),
    );
    expect(found(report)).toEqual([
      "deployment/api, container app (shop, spec 1, 3 of 4 pods): affected musl-paired-lookup",
    ]);
  });

  it("takes what runs rather than what the tag names now", async () => {
    const live = ofLists(
      ...SHAPES.kubeadm,
      ...deploymentPods("api", 1, [image("shop/api:1.0", "shop/api:2.0")]),
    );
    const report = await judged(live);
    expect(report.judgements.find(({ workload }) => workload !== undefined)?.workload?.image).toBe(
      `${registry.host}/shop/api:2.0@${digests.get("shop/api:1.0")}`,
    );
    expect(found(report)).toHaveLength(1);
  });

  it("says how many pods each of its containers stands for", async () => {
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        ...deploymentPods("api", 3, [image("shop/api:1.0")]),
        ...deploymentPods("api", 1, [image("shop/legacy:1.0")]),
      ),
    );
    const { judgements } = JSON.parse(renderJson(report)) as Report;
    expect(judgements.flatMap(({ workload }) => workload?.pods ?? [])).toEqual([3, 1]);
  });

  it("holds pods to the NetworkPolicies that select them, by labels that nothing else is kept of", async () => {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "dns", namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "api" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: "UDP", port: 53 }] }],
      },
    };
    const labelled = (labels: LiveObject) => ({ labels: { "pod-template-hash": "6d4b75cb6d", ...labels } });
    const live = ofLists(
      ...SHAPES.autopilot,
      policy,
      ...deploymentPods("api", 2, [image("shop/reports:1.0")], labelled({ app: "api", each: "1" })),
      ...deploymentPods("api", 1, [image("shop/reports:1.0")], labelled({ app: "api", each: "2" })),
      ...deploymentPods("web", 1, [image("shop/reports:1.0")], labelled({ app: "web" })),
    );
    expect(found(await judged(live))).toEqual([
      "deployment/api, container app (shop, 3 pods): affected dns-egress-blocked",
    ]);
  });

  it.each([
    ["labels that no policy asks for", { labels: { app: "api" } }],
    ["no labels", {}],
  ])("holds pods with %s to a policy that selects all", async (_, more) => {
    const policy = {
      kind: "NetworkPolicy",
      metadata: { name: "deny", namespace: "shop" },
      spec: {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: "UDP", port: 53 }] }],
      },
    };
    const pods = (spec: LiveObject) => [
      pod({ name: "api", images: [image("shop/reports:1.0")], spec, ...more }),
      pod({ name: "elsewhere", namespace: "back", images: [image("shop/reports:1.0")], ...more }),
    ];
    const rules = async (spec: LiveObject) =>
      found(await judged(ofLists(...SHAPES.autopilot, policy, ...pods(spec))));
    expect(await rules({})).toEqual(["pod/api, container app (shop, 1 pod): affected dns-egress-blocked"]);
    expect(await rules({ hostNetwork: true })).toEqual([]);
  });

  it("holds pods to Cilium's DNS policies, and reads how Cilium answers what they refuse", async () => {
    const spec = {
      endpointSelector: { matchLabels: { "k8s:app": "api" } },
      egress: [
        {
          toEndpoints: [{ matchLabels: { "k8s:k8s-app": "kube-dns" } }],
          toPorts: [
            {
              ports: [{ port: "53", protocol: "ANY" }],
              rules: { dns: [{ matchName: "api.example.com" }] },
            },
          ],
        },
      ],
    };
    const labelled = (app: string) => ({ labels: { "pod-template-hash": "6d4b75cb6d", app } });
    const rules = async (policy: LiveObject, ...more: readonly LiveObject[]) =>
      found(
        await judged(
          await readCluster(
            standIn([
              ...SHAPES.k3s,
              policy,
              ...more,
              ...deploymentPods("api", 2, [image("shop/api:1.0")], labelled("api")),
              ...deploymentPods("web", 1, [image("shop/api:1.0")], labelled("web")),
            ]).ask,
            {},
          ),
        ),
      );
    const hit = ["deployment/api, container app (shop, 2 pods): affected dns-policy-refuses"];
    const own = { kind: "CiliumNetworkPolicy", metadata: { name: "names", namespace: "shop" } };
    expect(await rules({ ...own, spec })).toEqual(hit);
    expect(await rules({ ...own, specs: [spec] })).toEqual(hit);
    expect(
      await rules({ kind: "CiliumClusterwideNetworkPolicy", metadata: { name: "names" }, spec }),
    ).toEqual(hit);
    const settings = (value: string) =>
      configMap("cilium-config", {
        "tofqdns-dns-reject-response-code": value,
        "kube-proxy-replacement": "true",
      });
    expect(await rules({ ...own, spec }, settings("refused"))).toEqual(hit);
    expect(await rules({ ...own, spec }, settings("nameError"))).toEqual([]);
  });

  it("is judged by the CoreDNS that runs, where its pods' images say one", async () => {
    // Before 1.9.3 what no pattern matches gets no answer; since, SERVFAIL.
    const Corefile = `.:53 {
    template ANY AAAA example.org {
        match none
        rcode NXDOMAIN
    }
    forward . /etc/resolv.conf
}
`;
    const said = async (...images: readonly string[]) => {
      const dns = images.map((one, index) =>
        pod({ name: `coredns-${index}`, namespace: "kube-system", images: [{ image: one, imageID: "" }] }),
      );
      const live = ofLists(
        node("node-1"),
        configMap("coredns", { Corefile }),
        ...dns,
        ...deploymentPods("api", 1, [image("shop/api:1.0")]),
      );
      const [cluster] = (await judged(live)).clusters;
      const release = cluster?.evidence.find(({ text }) => text.startsWith("It is CoreDNS"));
      return [cluster?.parts?.[0]?.aaaa.kind, release && `${release.text}: ${release.source}`];
    };
    const own = "registry.k8s.io/coredns/coredns";
    expect(await said(`${own}:v1.8.3`)).toEqual([
      "no-reply",
      `It is CoreDNS 1.8.3 by its tag: ${own}:v1.8.3`,
    ]);
    expect(await said(`${own}:v1.12.0`, `${own}:v1.12.0`)).toEqual([
      "SERVFAIL",
      `It is CoreDNS 1.12.0 by its tag: ${own}:v1.12.0`,
    ]);
    // In a rollout, of somebody's own, of a build or a release that nobody read: all releases count.
    for (const images of [
      [`${own}:v1.12.0`, `${own}:v1.12.1`],
      ["example.com/my-coredns:v1.12.0"],
      ["example.com/shop/coredns:1.12.0"],
      [`${own}:v1.12.0-rc.1`],
      [`${own}:v9.0.0`],
      [`${own}@sha256:${"0".repeat(64)}`],
    ])
      expect(await said(...images)).toEqual(["no-reply", undefined]);
  });

  it("knows by the address of its Service that a pod asks its DNS", async () => {
    const asks = (address: string) => ({
      spec: {
        dnsPolicy: "None",
        dnsConfig: { nameservers: [address] },
        containers: [{ name: "app", image: image("shop/api:1.0").image }],
      },
    });
    const service = {
      kind: "Service",
      metadata: { name: "kube-dns", namespace: "kube-system" },
      spec: { clusterIP: "10.43.0.10", clusterIPs: ["10.43.0.10", "fd43::a"] },
    };
    const report = async (...more: readonly LiveObject[]) =>
      found(
        await judged(
          ofLists(
            ...SHAPES.kubeadm,
            ...more,
            ...deploymentPods("own", 1, [image("shop/api:1.0")], asks("10.43.0.10")),
            ...deploymentPods("six", 1, [image("shop/api:1.0")], asks("fd43::a")),
            ...deploymentPods("other", 1, [image("shop/api:1.0")], asks("10.43.0.11")),
          ),
        ),
      ).map((line) => line.replace(/, container.*: /, ": "));
    expect(await report(service)).toEqual([
      "deployment/own: affected musl-paired-lookup",
      "deployment/six: affected musl-paired-lookup",
      "deployment/other: unknown musl-paired-lookup",
    ]);
    expect(await report()).toEqual(
      ["own", "six", "other"].map((one) => `deployment/${one}: unknown musl-paired-lookup`),
    );
  });

  it("finds the CronJob of a Job, and leaves out pods that ended for good", async () => {
    const job = {
      kind: "Job",
      metadata: {
        name: "mail-29012345",
        namespace: "shop",
        ownerReferences: [{ kind: "CronJob", name: "mail", controller: true }],
      },
    };
    const [ended] = deploymentPods("old", 1, [image("shop/api:1.0")], { phase: "Failed" });
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        job,
        ended!,
        pod({
          name: "mail-29012345-abcde",
          owner: { kind: "Job", name: "mail-29012345" },
          images: [image("shop/api:1.0")],
          phase: "Succeeded",
        }),
      ),
    );
    expect(found(report)).toEqual(["cronjob/mail, container app (shop, 1 pod): affected musl-paired-lookup"]);
  });

  it("is asked about its next upgrade, and names who breaks", async () => {
    const objects = [
      ...SHAPES.autopilot,
      ...deploymentPods("api", 2, [image("shop/api:1.0")]),
      ...deploymentPods("legacy", 1, [image("shop/legacy:1.0")]),
    ];
    const report = await judged(ofLists(...objects), {
      to: ["alpine=3.24", "corefile=examples/cluster/node-local-dns.yaml"],
    });
    expect(report.targets).toMatchObject([
      { breaks: ["deployment/legacy, container app (shop, 1 pod)"], heals: [] },
      // Its Services fail there as well, which they do not now.
      { breaks: ["deployment/api, container app (shop, 2 pods)", report.clusters[0]?.target?.of], heals: [] },
    ]);
    // What its ConfigMap becomes hangs on whose it is, which its labels do not say here.
    const next = await judged(ofLists(...objects), { to: ["gke-version=1.35.8-gke.1225000"] });
    expect(next.targets).toMatchObject([
      { heals: [], unknown: expect.arrayContaining(["deployment/api, container app (shop, 2 pods)"]) },
    ]);
  });

  it.each([
    { shape: "kubeadm", hit: COUNT, injected: false },
    // The same sidecar in each pod, which is one image more.
    { shape: "autopilot", hit: COUNT, injected: true },
    { shape: "k3s", hit: 0, injected: false },
  ] as const)(
    "of many pods ($shape) has each image read once, and nothing again that the cache has",
    async ({ shape, hit, injected }) => {
      const sidecar = injected ? [image("shop/reports:1.0")] : [];
      const distinct = COUNT + sidecar.length;
      const pods = Array.from({ length: COUNT }, (_, i) =>
        deploymentPods(`app-${i}`, i < COUNT / 2 ? 7 : 8, [image(`many/app-${i}:1.0`), ...sidecar]),
      ).flat();
      expect(pods).toHaveLength(MANY_PODS);
      const live = await readCluster(standIn([...SHAPES[shape], ...pods]).ask, {});
      const cache = { cache: true, "cache-dir": join(folder.path, `cache-${shape}`) };
      const before = registry.seen.length;
      const first = await judged(live, cache);
      expect(found(first)).toHaveLength(hit);
      const asked = registry.seen.slice(before).map(({ url }) => url);
      const manifests = asked.filter((url) => url.includes("/manifests/"));
      expect(manifests).toHaveLength(distinct);
      expect(new Set(manifests).size).toBe(distinct);
      const again = registry.seen.length;
      expect(found(await judged(live, cache))).toEqual(found(first));
      // Settings are small and name what is in the cache; no layer is asked for.
      const blobs = registry.seen.slice(again).filter(({ url }) => url.includes("/blobs/"));
      expect(blobs).toHaveLength(distinct);
    },
  );

  it("names the right that is missing, and goes on without what it shows", async () => {
    const objects = [...SHAPES.kubeadm, ...deploymentPods("api", 3, [image("shop/api:1.0")])];
    const { ask } = standIn(objects, ([, what]) =>
      what === "nodes" || what === "configmaps"
        ? {
            text: "",
            problem: `Error from server (Forbidden): ${what} is forbidden: User "ci" cannot list resource "${what}"`,
          }
        : undefined,
    );
    const report = await judged(await readCluster(ask, { context: "prod" }));
    expect(told(report)).toEqual(
      expect.arrayContaining([
        "cluster-forbidden: The cluster does not let kubectl list nodes: what that would show is not known",
        expect.stringMatching(/^cluster-forbidden: .* get the configmaps coredns, coredns-custom, /),
        "no-cluster: Nothing that was read of the cluster says how its DNS answers",
      ]),
    );
    expect(found(report)).toEqual([
      "deployment/api, container app (shop, 3 pods): unknown musl-paired-lookup",
    ]);
    expect(report.clusters.map(({ name }) => name)).toEqual(["prod"]);
  });

  it("names the one object that it may not read, and what failed beside it", async () => {
    const refused = (name: string) =>
      `Error from server (Forbidden): configmaps "${name}" is forbidden: User "ci" cannot get resource "configmaps"`;
    const dns = {
      ...SHAPES.kubeadm.find(({ kind }) => kind === "Deployment"),
      metadata: { name: "dns", namespace: "kube-system" },
      spec: {
        template: {
          spec: {
            containers: [{ name: "coredns", image: "coredns/coredns:1.12.0" }],
            volumes: [{ name: "config", configMap: { name: "own" } }],
          },
        },
      },
    };
    const gaps = async (...lines: string[]) => {
      const { ask } = standIn([...SHAPES.kubeadm, dns], ([, what]) =>
        what === "configmaps" ? { text: "", problem: lines.join("\n") } : undefined,
      );
      return (await readCluster(ask, {})).diagnostics.map(({ message, hint }) => `${message} / ${hint}`);
    };
    const told = (right: string, where: string) =>
      `The cluster does not let kubectl ${right}: what that would show is not known / Grant the right to ${right}; ${where}.`;
    const all = "docs/rbac.yaml has all that are needed";
    expect(await gaps(refused("coredns-custom"))).toEqual([
      told("get the configmap coredns-custom in kube-system", all),
    ]);
    expect(await gaps(refused("coredns"), refused("kube-dns"))).toEqual([
      told("get the configmaps coredns, kube-dns in kube-system", all),
    ]);
    expect(await gaps(refused("own"))).toEqual([
      told(
        "get the configmap own in kube-system",
        "in docs/rbac.yaml, add own to the names that the Role muslgate-dns has",
      ),
    ]);
    expect(await gaps(refused("kube-dns"), "Error from server (Timeout): it took too long")).toEqual([
      told("get the configmap kube-dns in kube-system", all),
      expect.stringMatching(
        /^kubectl failed to get the configmaps coredns, .*: Error from server \(Timeout\): it took too long \/ Run it again/,
      ),
    ]);
  });

  it("of GKE whose ConfigMaps may not be seen is not known by its version", async () => {
    const objects = [...SHAPES.autopilot, ...deploymentPods("api", 3, [image("shop/api:1.0")])];
    const { ask } = standIn(objects, ([, what]) =>
      what === "configmaps" ? { text: "", problem: "Error from server (Forbidden): no" } : undefined,
    );
    expect(found(await judged(await readCluster(ask, {})))).toEqual([
      "deployment/api, container app (shop, 3 pods): unknown musl-paired-lookup",
    ]);
    const lists = objects.filter(({ kind }) => kind !== "ConfigMap");
    expect(found(await judged(ofLists(...lists)))).toHaveLength(1);
    // Who knows the version, and that nobody wrote another Corefile, may say so.
    const said = await judged(await readCluster(ask, {}), { "gke-version": "1.33.1-gke.1107000" });
    expect(found(said)).toEqual([]);
  });

  it("without pods is in sight where something is known of it, if only its control plane's version", async () => {
    const ends = async (objects: readonly LiveObject[], written: Written = {}) => {
      const report = await judged(await readCluster(standIn(objects).ask, {}), written);
      return [exitCode(report, "error", false), nothingWords(report)];
    };
    const gke = SHAPES.autopilot.filter(({ kind }) => kind !== "ConfigMap");
    expect(await ends(gke)).toEqual([0, "Nothing was judged: nothing here names an image"]);
    expect(await ends(gke, { to: ["gke-version=1.35.8-gke.1225000"] })).toEqual([0, expect.any(String)]);
    expect(await ends([{ gitVersion: "v1.33.1" }, node("node-1")])).toEqual([
      3,
      expect.stringMatching(/ or describes a cluster$/),
    ]);
    expect((await judged(await readCluster(standIn(gke).ask, {}))).clusters).toMatchObject([
      { basis: "gke-version", sources: [], live: true },
    ]);
  });

  it("counts the exit status: an empty List of a call that failed is no empty cluster", async () => {
    const { ask } = standIn(SHAPES.kubeadm, ([, what]) =>
      what === "pods"
        ? {
            text: listOf([]),
            problem: "Error from server (Expired): The provided continue parameter is too old",
          }
        : undefined,
    );
    expect(told(await judged(await readCluster(ask, {})))).toEqual([
      "cluster-unread: kubectl failed to list pods in all namespaces, or did so in part: Error from server (Expired): The provided continue parameter is too old",
      "no-workload: No pod was found, and not all pods were seen",
    ]);
  });

  it("cannot answer for a cluster that it cannot reach", async () => {
    const { ask } = standIn([], () => ({ text: "", problem: 'error: context "nope" does not exist' }));
    await expect(readCluster(ask, { context: "nope" })).rejects.toMatchObject({
      code: "input",
      message: 'the cluster nope cannot be asked: error: context "nope" does not exist',
      hint: "Try kubectl get nodes --context nope; muslgate asks through it.",
    });
  });

  it("asks for what docs/rbac.yaml and rbac-openshift.yaml grant and nothing else, and never for Secrets", async () => {
    const cilium = { kind: "CiliumNetworkPolicy", metadata: { name: "a", namespace: "shop" } };
    const openShift = [
      ...SHAPES.kubeadm,
      cilium,
      node("node-3", "amd64", { "node.openshift.io/os_id": "rhel" }),
    ];
    const { ask, asked } = standIn(openShift);
    await readCluster(ask, {});
    const granted = new Set<string>();
    const files = ["docs/rbac.yaml", "docs/rbac-openshift.yaml"].map((file) => readFileSync(file, "utf8"));
    for (const document of files.flatMap((text) => parseAllDocuments(text))) {
      const { kind, metadata, rules } = document.toJS();
      if (kind !== "ClusterRole" && kind !== "Role") continue;
      for (const { apiGroups, resources, verbs, resourceNames } of rules)
        for (const resource of resources)
          granted.add(
            [
              metadata.namespace ?? "*",
              [resource, ...apiGroups].filter(Boolean).join("."),
              ...verbs,
              ...(resourceNames ?? []),
            ].join(" "),
          );
    }
    const used = asked.flatMap(([verb, what, ...rest]) => {
      if (verb === "config") return [];
      expect(verb).toBe("get");
      if (what === "--raw=/version") return [];
      const namespace = rest.find((one) => one.startsWith("--namespace="))?.slice(12) ?? "*";
      const names = rest.filter((one) => !one.startsWith("-"));
      return [[namespace, what, names.length > 0 ? "get" : "list", ...names].join(" ")];
    });
    expect(new Set(used)).toEqual(granted);
    expect(JSON.stringify(asked)).not.toMatch(/secret/i);
  });
});

describe("NodeLocal DNSCache of a live cluster", () => {
  const gke = SHAPES.autopilot.filter(
    ({ kind, metadata }) =>
      (metadata as LiveObject | undefined)?.name !== "node-local-dns" || kind === "Node",
  );
  const one = () => deploymentPods("api", 1, [image("shop/api:1.0")]);
  const cache = (desired: number) =>
    daemonSet("node-local-dns", "gke.gcr.io/k8s-dns-node-cache:1.24.1", desired);

  it("is asked for its ConfigMaps by names that an object may have, and by no flag that a pod's volume holds", async () => {
    const server = (config: string) =>
      daemonSet(`dns-${config}`, "registry.k8s.io/coredns/coredns:v1.12.0", 1, config);
    const names = ["own.dns", "--kubeconfig=/tmp/evil", "-f", "secrets/all", "A", `${"n".repeat(300)}`];
    const { ask, asked } = standIn([...gke, ...names.map(server)]);
    await readCluster(ask, {});
    const [words = []] = asked.filter(([, what]) => what === "configmaps");
    expect(words).toContain("own.dns");
    expect(names.filter((name) => words.includes(name))).toEqual(["own.dns"]);
  });

  it("is off where all DaemonSets were seen and it is none of them", async () => {
    const { nodeLocalDns } = await readCluster(standIn(gke).ask, {});
    expect(nodeLocalDns).toBe("disabled");
  });

  it.each([
    ["none was seen", [] as LiveObject[]],
    ["only another one was", [daemonSet("fluentbit", "fluentbit:1")]],
  ])("is not known from Lists where %s", (_, sets) => {
    expect(ofLists(...gke, ...sets, ...one()).nodeLocalDns).toBeUndefined();
  });

  it("is told where it runs on a part of the nodes", () => {
    expect(ofLists(...gke, cache(1), ...one())).toMatchObject({
      nodeLocalDns: "enabled",
      diagnostics: [{ code: "node-local-partly" }],
    });
  });

  it("may have a DaemonSet for each pool, and no node of Windows needs one", () => {
    const pool = (name: string, desired: number) =>
      daemonSet(name, "gke.gcr.io/k8s-dns-node-cache:1.24.1", desired);
    const windows = {
      ...node("win-1"),
      status: { nodeInfo: { architecture: "amd64", operatingSystem: "windows" } },
    };
    const more = [node("node-3"), windows];
    const codes = (...sets: readonly LiveObject[]) =>
      ofLists(...gke, ...more, ...sets, ...one()).diagnostics.map(({ code }) => code);
    expect(codes(pool("cache-a", 2), pool("cache-b", 1))).toEqual([]);
    expect(codes(pool("cache-a", 3))).toEqual([]);
    expect(codes(pool("cache-a", 1), pool("cache-b", 1))).toEqual(["node-local-partly"]);
  });

  it("is off where its DaemonSet runs nowhere", async () => {
    expect(await readCluster(standIn([...gke, cache(0)]).ask, {})).toMatchObject({
      nodeLocalDns: "disabled",
    });
  });
});

describe("a workload of any name", () => {
  it.each(["main.tf", "x.tfvars", "x.schema", "docker-compose", "values", "package.json", "a_b", "a.b"])(
    "%s is judged",
    async (name) => {
      const api = image("shop/api:1.0");
      const pods = [
        ...deploymentPods(name, 1, [api], { namespace: "templates" }),
        ...deploymentPods("other", 1, [api]),
      ];
      expect(found(await judged(ofLists(...SHAPES.kubeadm, ...pods)))).toEqual([
        `deployment/${name}, container app (templates, 1 pod): affected musl-paired-lookup`,
        "deployment/other, container app (shop, 1 pod): affected musl-paired-lookup",
      ]);
    },
  );
});

describe("what serves a cluster's DNS", () => {
  const FINE = { Corefile: ".:53 {\n    forward . /etc/resolv.conf\n}\n" };
  const LABELS = { "k8s-app": "kube-dns" };
  const service = (selector: LiveObject | undefined): LiveObject => ({
    kind: "Service",
    metadata: { name: "kube-dns", namespace: "kube-system" },
    spec: { clusterIP: "10.96.0.10", selector },
  });
  const server = (
    image: string,
    volumes: readonly LiveObject[],
    labels: LiveObject = LABELS,
  ): LiveObject => ({
    kind: "Deployment",
    metadata: { name: "dns", namespace: "kube-system" },
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: "dns", image }], volumes } } },
  });
  const mounts = (name: string) => [{ name: "config", configMap: { name } }];
  const stale = configMap("coredns", FINE);
  const found = async (...objects: readonly LiveObject[]) => {
    const live = ofLists(node("node-1"), ...objects, ...deploymentPods("api", 1, [image("shop/api:1.0")]));
    const { paths } = await live.tree.list();
    return {
      maps: paths.filter((one) => one.includes("configmap-")),
      told: live.diagnostics.map(({ message }) => message),
    };
  };
  const COREDNS = "registry.k8s.io/coredns/coredns:v1.12.0";

  it("is read where a projected volume holds its ConfigMap, and where a pod of its own does", async () => {
    const projected = [
      { name: "config", projected: { sources: [{ configMap: { name: "own" } }] } },
      {
        name: "kube-api-access-abcde",
        projected: {
          sources: [{ serviceAccountToken: { path: "token" } }, { configMap: { name: "kube-root-ca.crt" } }],
        },
      },
    ];
    const maps = [stale, configMap("own", FINE), configMap("kube-root-ca.crt", {})];
    const both = ["kube-system/configmap-coredns.yaml", "kube-system/configmap-own.yaml"];
    expect((await found(...maps, server(COREDNS, projected))).maps).toEqual(both);
    const own = pod({
      name: "dns-node-1",
      namespace: "kube-system",
      images: [{ image: COREDNS, imageID: "" }],
      spec: { volumes: projected },
    });
    expect((await found(...maps, own)).maps).toEqual(both);
  });

  it.each<[string, LiveObject]>([
    ["another server", server("acme/unbound:1", mounts("unbound"))],
    ["a CoreDNS with a Corefile of its image", server(COREDNS, [])],
    ["a CoreDNS with a Secret", server(COREDNS, [{ name: "config", secret: { secretName: "corefile" } }])],
  ])("is not the ConfigMap that lies about where it is %s", async (_, behind) => {
    const { maps, told } = await found(stale, service(LABELS), behind);
    expect(maps).toEqual([]);
    expect(told).toEqual([
      "The Service kube-dns leads to deployment/dns, which mounts no ConfigMap with a Corefile: how it answers is not known",
    ]);
  });

  it.each<[string, readonly LiveObject[]]>([
    ["an image of any name mounts it", [service(LABELS), server("acme/dns:1", mounts("coredns"))]],
    ["one of several does", [service(LABELS), server(COREDNS, mounts("coredns")), server("acme/dns:1", [])]],
    [
      "nothing that was seen is behind the Service",
      [service(LABELS), server("acme/dns:1", [], { app: "dns" })],
    ],
    ["the Service selects nothing", [service(undefined), server("acme/dns:1", [])]],
    ["the Service was not seen", [server("acme/dns:1", [])]],
  ])("is the ConfigMap that is there where %s", async (_, objects) => {
    expect(await found(stale, ...objects)).toEqual({
      maps: ["kube-system/configmap-coredns.yaml"],
      told: [],
    });
  });

  it("takes steps in proportion to a line of its Corefile, whatever blanks are in that", () => {
    const blanks = configMap("coredns", { Corefile: `import${" ".repeat(500_000)}x\n` });
    expect(liveState([blanks], { hasDaemonSets: true, hasConfigMaps: true, diagnostics: [] })).toBeDefined();
  });
});

describe("Lists", () => {
  it("whose last page is not there are a gap, whatever pages there are", async () => {
    const page = (continues: string | undefined, ...items: readonly LiveObject[]) =>
      pageOf(undefined, continues, ...items);
    const pageOf = (
      resourceVersion: string | undefined,
      continues: string | undefined,
      ...items: readonly LiveObject[]
    ) => {
      const metadata = { resourceVersion, continue: continues, remainingItemCount: 7 };
      return JSON.stringify({ kind: "PodList", metadata, items });
    };
    const [one, two] = ["api", "web"].map((name) => deploymentPods(name, 1, [image("shop/api:1.0")]));
    const gaps = (...pages: readonly string[]) =>
      clusterOfLists(listOf([...SHAPES.kubeadm]) + pages.join("\n"), "pods.json").diagnostics;
    expect(gaps(page("next", ...one!), page("", ...two!))).toEqual([]);
    expect(gaps(page("next", ...one!), page(undefined, ...two!))).toEqual([]);
    expect(gaps(pageOf("7", "next", ...one!), pageOf("7", "", ...two!))).toEqual([]);
    for (const cut of [
      [page("next", ...one!)],
      [page("next", ...one!), page("more", ...two!)],
      // Another namespace's List, whole, ends none that goes on.
      [pageOf("7", "next", ...one!), pageOf("9", "", ...two!)],
    ])
      expect(gaps(...cut)).toMatchObject([
        {
          code: "cluster-unread",
          weight: "gap",
          message: "pods.json has the first pages of a PodList and not its last",
        },
      ]);
    const { ask } = standIn([...SHAPES.kubeadm]);
    const paged: typeof ask = async (args) =>
      args.includes("pods") ? { text: page("next", ...one!) } : await ask(args);
    expect((await readCluster(paged, {})).diagnostics).toMatchObject([
      { code: "cluster-unread", subject: "list pods in all namespaces" },
    ]);
  });

  it("may hold more objects than a call takes arguments", async () => {
    const { ask } = standIn([...SHAPES.kubeadm, ...deploymentPods("api", 2, [image("shop/api:1.0")])]);
    const many = `{"kind":"List","items":[${Array(200_000).fill('{"kind":"Job"}').join()}]}`;
    const crowded: typeof ask = async (args) =>
      args.includes("jobs.batch") ? { text: many } : await ask(args);
    expect([...(await readCluster(crowded, {})).pods.values()]).toMatchObject([{ pods: 2 }]);
  });

  it("may hold an object twice, which counts once", async () => {
    const pods = deploymentPods("api", 3, [image("shop/api:1.0")]).map((one, index) => ({
      ...one,
      metadata: { ...(one.metadata as LiveObject), uid: String(index) },
    }));
    const live = clusterOfLists(listOf([...SHAPES.kubeadm, ...pods]) + listOf([...SHAPES.kubeadm, ...pods]));
    expect([...live.pods.values()]).toMatchObject([{ pods: 3, ofPods: 3 }]);
    await expect(live.tree.list()).resolves.toMatchObject({
      paths: ["shop/deployment-api.json", "kube-system/configmap-coredns.yaml"],
    });
  });

  it("may stand after each other, in each other, or be the API's own", () => {
    const [one] = deploymentPods("api", 1, [image("shop/api:1.0")]);
    const { kind: _, ...bare } = one!;
    const text = `${listOf([...SHAPES.k3s])}\n{"kind":"PodList","items":[${JSON.stringify(bare)}]}`;
    expect([...clusterOfLists(text).pods.values()]).toMatchObject([
      { pods: 1, owner: { kind: "Deployment" } },
    ]);
  });

  it.each([
    ["", /holds no pod/],
    ["[1, null, {}]", /holds no pod/],
    ["kind: List\n", /is no JSON/],
    ['{"kind":"List","items":[', /is no JSON/],
    [`${"[".repeat(100_000)}`, /more than 200 deep/],
    [
      `{"kind":"Pod","spec":{"containers":[{"env":${"[".repeat(20_000)}${"]".repeat(20_000)}}]}}`,
      /more than 200 deep/,
    ],
    ["{}".repeat(2_000), /more than 1000 Lists/],
  ])("that are none are refused: %.30s", (text, message) => {
    expect(() => clusterOfLists(text)).toThrow(message);
  });

  it("hold strings of any length, with brackets and quotes in them", () => {
    const long = `${'\\"}{['.repeat(4_000_000)}`;
    const text = `{"kind":"Pod","metadata":{"name":"a","annotations":{"a":"${long}"}}}{"kind":"Pod","metadata":{"name":"b"}}`;
    expect(clusterOfLists(text).pods.size).toBe(2);
  });

  it.each<[string, LiveObject]>([
    ["owners that own each other", { owners: true }],
    ["status that is none", { status: null }],
    ["containers that are none", { spec: { containers: [null, 7, "x", { name: 1 }] } }],
    ["a name of a megabyte", { metadata: { name: "n".repeat(2 ** 20), namespace: "shop" } }],
    ["control characters", { metadata: { name: "a\u001b[2J\nb", namespace: "sh\u0000op" } }],
    [
      "labels and volumes of another type",
      { metadata: { name: "x", labels: "a" }, spec: { volumes: [1, null], containers: [] } },
    ],
  ])("with %s end in a report that hides no other pod", async (_, odd) => {
    const replica = (name: string, of: string) => ({
      kind: "ReplicaSet",
      metadata: {
        name,
        namespace: "shop",
        ownerReferences: [{ kind: "ReplicaSet", name: of, controller: true }],
      },
    });
    const strange = odd.owners
      ? [
          replica("a", "b"),
          replica("b", "a"),
          pod({ name: "p", owner: { kind: "ReplicaSet", name: "a" }, images: [image("shop/api:1.0")] }),
        ]
      : [{ ...pod({ name: "odd", images: [image("shop/api:1.0")] }), ...odd }];
    const report = await judged(
      ofLists(...SHAPES.kubeadm, ...strange, ...deploymentPods("api", 1, [image("shop/api:1.0")])),
    );
    expect(found(report)).toContain(
      "deployment/api, container app (shop, 1 pod): affected musl-paired-lookup",
    );
    if (odd.owners || odd.status === null) expect(found(report)).toHaveLength(2);
  });

  it.each([
    ["docker-pullable://", "NAME@DIGEST", 1],
    ["containerd and cri-o", "NAME@DIGEST", 1],
    ["docker's own id, never pulled", "docker://DIGEST", 1],
    ["a bare digest", "DIGEST", 1],
    ["none, of a pod that waits", "", 1],
  ])("name images as runtimes do: %s", async (prefix, form, count) => {
    const { image: reference, imageID } = image("shop/api:1.0");
    const [name = "", digest = ""] = imageID.split("@");
    const id = `${prefix.endsWith("//") ? prefix : ""}${form.replace("NAME", name).replace("DIGEST", digest)}`;
    const report = await judged(
      ofLists(...SHAPES.kubeadm, ...deploymentPods("api", 1, [{ image: reference, imageID: id }])),
    );
    expect(found(report)).toHaveLength(count);
  });

  it.each(["initContainers", "ephemeralContainers"])("have their %s judged", async (list) => {
    const { image: reference } = image("shop/api:1.0");
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        ...deploymentPods("api", 1, [image("shop/reports:1.0")], {
          spec: { [list]: [{ name: "other", image: reference }] },
        }),
      ),
    );
    expect(found(report)).toEqual([
      expect.stringMatching(/^deployment\/api, .*other \(shop, 1 pod\): affected musl-paired-lookup$/),
    ]);
  });

  it.each([
    [
      "Rollout",
      { kind: "ReplicaSet", name: "api-5f4" },
      { "rollouts-pod-template-hash": "5f4" },
      "rollout/api",
    ],
    ["DeploymentConfig", { kind: "ReplicationController", name: "api-3" }, {}, "deploymentconfig/api"],
    ["custom resource", { kind: "Kafka", name: "logs" }, {}, "kafka/logs"],
    ["kind of hostile name", { kind: "../x\n", name: "../y" }, {}, undefined],
    ["Job", { kind: "Job", name: "mail-1" }, {}, "job/mail-1"],
  ])("have pods of a %s", async (_, owner, labels, name) => {
    const annotations = { "openshift.io/deployment-config.name": "api" };
    const withConfig = (one: LiveObject) => ({
      ...one,
      metadata: { ...(one.metadata as LiveObject), annotations },
    });
    const report = await judged(
      ofLists(
        ...SHAPES.kubeadm,
        withConfig(pod({ name: "p", owner, labels, images: [image("shop/api:1.0")] })),
      ),
    );
    const all = found(report);
    expect(all).toHaveLength(1);
    if (name !== undefined)
      expect(all).toEqual([`${name}, container app (shop, 1 pod): affected musl-paired-lookup`]);
  });

  it("of nodes of another system judge no musl there, and of two architectures each", async () => {
    const windows = {
      ...node("win"),
      status: { nodeInfo: { architecture: "amd64", operatingSystem: "windows" } },
    };
    const live = ofLists(
      ...SHAPES.kubeadm,
      windows,
      pod({ name: "w", node: "win", images: [image("shop/api:1.0")] }),
      ...deploymentPods("api", 1, [image("shop/api:1.0")], { node: "node-1" }),
      ...deploymentPods("api", 1, [image("shop/api:1.0")], { node: "node-2" }),
    );
    expect((await live.tree.read("shop/deployment-api.json")) as { text: string }).toMatchObject({
      text: expect.stringMatching(/"amd64",\s*"arm64"/),
    });
    const report = await judged(live);
    const hit = "deployment/api, container app (shop, 2 pods) (linux/amd64): affected musl-paired-lookup";
    // What there is of the image for the other nodes is held against them as well.
    expect(found(report)).toEqual([hit, hit]);
    expect(told(report)).toEqual(["other-platform: the image is for linux/amd64, not for linux/arm64"]);
  });

  it("that are hostile make no path of their own and no object of a prototype", async () => {
    const { tree } = ofLists(
      pod({ name: "../../etc/x", namespace: "..", images: [{ image: "a", imageID: "\u0000" }] }),
      pod({ name: "__proto__", namespace: "__proto__", images: [] }),
      { kind: "Pod", metadata: null, spec: 7, status: [] },
      configMap("coredns", { Corefile: ". {\n}\n" }),
    );
    for (const path of (await tree.list()).paths) expect(path).toMatch(/^[\w.-]+\/[\w.~-]+$/);
  });
});
