/** Objects of a small cluster as its controllers would have made them, for an API server that has no controllers. Must hold no verdict. */
import type { KubeLab } from "../../support/kube-lab.ts";
import { type LiveImage, type LiveObject, SHAPES } from "../../support/live-cluster.ts";

/** Images that pods run. */
export interface LabImages {
  readonly musl: LiveImage;
  /** With a musl that goes on by TCP. */
  readonly newer: LiveImage;
  readonly glibc: LiveImage;
}

/** More pods than one page holds. */
export const CROWD = 600;

const HASH = "6d4b75cb6d";
const NAMESPACES = "/api/v1/namespaces";

interface Made {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}

/** Makes the cluster: kubeadm's DNS, which denies AAAA, and workloads of five kinds in two namespaces. */
export async function makeCluster(lab: KubeLab, { musl, newer, glibc }: LabImages): Promise<void> {
  for (const name of ["shop", "back"]) await lab.create(NAMESPACES, { metadata: { name } });
  for (const namespace of ["shop", "back", "kube-system"])
    await lab.create(`${NAMESPACES}/${namespace}/serviceaccounts`, { metadata: { name: "default" } });
  await makeNode(lab, "node-1", "amd64");
  await makeNode(lab, "node-2", "arm64");
  await makeDns(lab);
  await lab.create(`${NAMESPACES}/shop/secrets`, {
    metadata: { name: "db" },
    stringData: { PASSWORD: "never-to-be-read" },
  });
  await makeDeployment(lab, "api", 3, musl, { envFrom: [{ secretRef: { name: "db" } }] });
  await makeDeployment(lab, "crowd", CROWD, glibc);
  await makeCronJob(lab, musl);
  const agent = await make(lab, "/apis/apps/v1", "back", "daemonsets", {
    metadata: { name: "agent" },
    spec: ofController("agent", newer),
  });
  await makePod(lab, "back", "agent-x2x4x", newer, { owner: agent });
  await makePod(lab, "back", "debug", musl);
  await lab.create("/apis/networking.k8s.io/v1/namespaces/back/networkpolicies", {
    metadata: { name: "dns-by-udp" },
    spec: {
      podSelector: { matchLabels: { app: "agent" } },
      policyTypes: ["Egress"],
      egress: [{ ports: [{ protocol: "UDP", port: 53 }] }],
    },
  });
}

/** A node, which no kubelet runs on. */
export function makeNode(lab: KubeLab, name: string, architecture: string, labels: LiveObject = {}) {
  return lab.create("/api/v1/nodes", {
    metadata: { name, labels: { "kubernetes.io/arch": architecture, ...labels } },
    status: { nodeInfo: { architecture, operatingSystem: "linux" } },
  });
}

/** A Deployment with what comes of it: a ReplicaSet and its pods. */
export async function makeDeployment(
  lab: KubeLab,
  name: string,
  count: number,
  image: LiveImage,
  container: LiveObject = {},
): Promise<void> {
  const spec = ofController(name, image, container);
  const deployment = await make(lab, "/apis/apps/v1", "shop", "deployments", {
    metadata: { name },
    spec: { ...spec, replicas: count },
  });
  const set = await make(lab, "/apis/apps/v1", "shop", "replicasets", {
    metadata: { name: `${name}-${HASH}`, ownerReferences: [referenceTo(deployment)] },
    spec: { ...spec, replicas: count },
  });
  const numbers = Array.from({ length: count }, (_, index) => index);
  const labels = { app: name, "pod-template-hash": HASH };
  while (numbers.length > 0)
    await Promise.all(
      numbers.splice(0, 20).map((one) =>
        makePod(lab, "shop", `${name}-${HASH}-${one.toString(36).padStart(5, "0")}`, image, {
          owner: set,
          labels,
          container,
        }),
      ),
    );
}

async function makeCronJob(lab: KubeLab, image: LiveImage): Promise<void> {
  const { template } = ofController("nightly", image);
  const once = { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } };
  const cron = await make(lab, "/apis/batch/v1", "back", "cronjobs", {
    metadata: { name: "nightly" },
    spec: { schedule: "0 3 * * *", jobTemplate: { spec: once } },
  });
  const job = await make(lab, "/apis/batch/v1", "back", "jobs", {
    metadata: { name: "nightly-29400180", ownerReferences: [referenceTo(cron)] },
    spec: once,
  });
  await makePod(lab, "back", "nightly-29400180-7xk2p", image, { owner: job, phase: "Succeeded" });
}

async function makeDns(lab: KubeLab): Promise<void> {
  const coredns = SHAPES.kubeadm.find(({ kind }) => kind === "ConfigMap") as LiveObject;
  const { data } = coredns as { data: LiveObject };
  await lab.create(`${NAMESPACES}/kube-system/configmaps`, { metadata: { name: "coredns" }, data });
  await lab.create(`${NAMESPACES}/kube-system/configmaps`, {
    metadata: { name: "cilium-config" },
    data: { "tofqdns-dns-reject-response-code": "refused" },
  });
  await lab.create(`${NAMESPACES}/kube-system/services`, {
    metadata: { name: "kube-dns" },
    spec: {
      clusterIP: "10.96.0.10",
      selector: { "k8s-app": "kube-dns" },
      ports: [{ name: "dns", port: 53, protocol: "UDP" }],
    },
  });
  const image = "registry.k8s.io/coredns/coredns:v1.12.0";
  const spec = ofController("coredns", { image, imageID: "" });
  const volumes = [{ name: "config-volume", configMap: { name: "coredns" } }];
  const template = { ...spec.template, spec: { ...spec.template.spec, volumes } };
  await make(lab, "/apis/apps/v1", "kube-system", "deployments", {
    metadata: { name: "coredns" },
    spec: { ...spec, template },
  });
}

interface MadePod {
  readonly owner?: Made;
  readonly labels?: LiveObject;
  readonly container?: LiveObject;
  readonly phase?: string;
}

function makePod(
  lab: KubeLab,
  namespace: string,
  name: string,
  { image, imageID }: LiveImage,
  { owner, labels = { app: owner?.metadata.name ?? name }, container = {}, phase = "Running" }: MadePod = {},
): Promise<LiveObject> {
  const ownerReferences = owner === undefined ? [] : [referenceTo(owner)];
  return lab.create(`${NAMESPACES}/${namespace}/pods`, {
    metadata: { name, labels, ownerReferences },
    spec: {
      nodeName: "node-1",
      restartPolicy: phase === "Running" ? "Always" : "Never",
      containers: [{ name: "app", image, ...container }],
    },
    status: {
      phase,
      containerStatuses: [{ name: "app", image, imageID, ready: phase === "Running", restartCount: 0 }],
    },
  });
}

function ofController(name: string, { image }: LiveImage, container: LiveObject = {}) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image, ...container }] } };
  return { selector: { matchLabels: labels }, template };
}

function referenceTo({ kind, metadata: { name, uid } }: Made): LiveObject {
  const apiVersion = kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1";
  return { apiVersion, kind, name, uid, controller: true };
}

async function make(
  lab: KubeLab,
  group: string,
  namespace: string,
  kinds: string,
  object: LiveObject,
): Promise<Made> {
  return (await lab.create(`${group}/namespaces/${namespace}/${kinds}`, object)) as unknown as Made;
}

/** Cilium's own kinds, as far as an API server has to know of them. */
export async function makeCiliumKinds(lab: KubeLab): Promise<void> {
  for (const [kind, scope] of [
    ["CiliumNetworkPolicy", "Namespaced"],
    ["CiliumClusterwideNetworkPolicy", "Cluster"],
  ] as const) {
    const names = { kind, plural: `${kind.toLowerCase().slice(0, -1)}ies`, singular: kind.toLowerCase() };
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await lab.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      metadata: { name: `${names.plural}.cilium.io` },
      spec: {
        group: "cilium.io",
        names,
        scope,
        versions: [{ name: "v2", served: true, storage: true, schema }],
      },
    });
    await lab.kubectl([
      "wait",
      "--for=condition=established",
      `crd/${names.plural}.cilium.io`,
      "--timeout=60s",
    ]);
  }
  const policy = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "names" } };
  const text = JSON.stringify({ ...policy, spec: { endpointSelector: { matchLabels: { app: "nobody" } } } });
  await lab.kubectl(["apply", "--namespace=back", "--filename=-"], text);
}
