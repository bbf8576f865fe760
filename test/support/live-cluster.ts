/** Objects of three kinds of cluster as their API servers print them, made from the API's types. Must not be recordings. */

/** Pods of a cluster that is large; CI asks for 3,000. */
export const MANY_PODS = Number(process.env.MUSLGATE_PODS ?? 300);
/** Their images: half of them with seven pods, half with eight. */
export const MANY_IMAGES = (MANY_PODS * 2) / 15;

/** A pod's image: as its spec has it, and as its status does. */
export interface LiveImage {
  readonly image: string;
  readonly imageID: string;
}

export type LiveObject = Readonly<Record<string, unknown>>;

const DENIES = `cluster.local:53 {
    errors
    forward . __PILLAR__CLUSTER__DNS__
}
.:53 {
    errors
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . __PILLAR__UPSTREAM__SERVERS__
}
`;
const KUBEADM = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;
const K3S = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    hosts /etc/coredns/NodeHosts {
      ttl 60
      reload 15s
      fallthrough
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
    import /etc/coredns/custom/*.override
}
import /etc/coredns/custom/*.server
`;

export function node(name: string, architecture = "amd64", labels: LiveObject = {}): LiveObject {
  return {
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/arch": architecture, ...labels } },
    status: { nodeInfo: { architecture, operatingSystem: "linux" } },
  };
}

export function configMap(name: string, data: LiveObject, namespace = "kube-system"): LiveObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, uid: "0" }, data };
}

export function daemonSet(name: string, image: string, desired = 3, config?: string): LiveObject {
  return controller("DaemonSet", name, image, config, { desiredNumberScheduled: desired });
}

function controller(
  kind: string,
  name: string,
  image: string,
  config?: string,
  status?: LiveObject,
): LiveObject {
  const volumes = config === undefined ? [] : [{ name: "config-volume", configMap: { name: config } }];
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "kube-system" },
    spec: { template: { spec: { containers: [{ name, image }], volumes } } },
    status,
  };
}

/** What a pod is made of. */
export interface PodOf {
  readonly name: string;
  readonly namespace?: string;
  readonly node?: string;
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly images: readonly LiveImage[];
  readonly labels?: LiveObject;
  readonly phase?: string;
  readonly spec?: LiveObject;
}

export function pod({
  name,
  namespace = "shop",
  node: nodeName = "node-1",
  owner,
  images,
  labels = {},
  phase = "Running",
  spec = {},
}: PodOf): LiveObject {
  const container = (index: number) => (index === 0 ? "app" : `sidecar-${index}`);
  const token = `kube-api-access-${name.slice(-5).padStart(5, "0")}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels,
      ...(owner && { ownerReferences: [{ apiVersion: "v1", controller: true, uid: "0", ...owner }] }),
    },
    spec: {
      nodeName,
      dnsPolicy: "ClusterFirst",
      containers: images.map(({ image }, index) => ({
        name: container(index),
        image,
        volumeMounts: [{ name: token, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
      })),
      volumes: [{ name: token, projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
      ...spec,
    },
    status: {
      phase,
      containerStatuses: images.map(({ imageID }, index) => ({ name: container(index), imageID })),
    },
  };
}

/** The pods of a Deployment, as its ReplicaSet names them. */
export function deploymentPods(
  name: string,
  count: number,
  images: readonly LiveImage[],
  more: Partial<PodOf> = {},
): readonly LiveObject[] {
  const hash = "6d4b75cb6d";
  return Array.from({ length: count }, (_, index) =>
    pod({
      name: `${name}-${hash}-${index.toString(36).padStart(5, "0")}`,
      owner: { kind: "ReplicaSet", name: `${name}-${hash}` },
      labels: { "pod-template-hash": hash },
      images,
      ...more,
    }),
  );
}

/** What is there besides the pods of those who use it. */
export const SHAPES: Readonly<Record<"kubeadm" | "autopilot" | "k3s", readonly LiveObject[]>> = {
  kubeadm: [
    { major: "1", minor: "33", gitVersion: "v1.33.1" },
    node("node-1"),
    node("node-2", "arm64"),
    daemonSet("kube-proxy", "registry.k8s.io/kube-proxy:v1.33.1"),
    controller("Deployment", "coredns", "registry.k8s.io/coredns/coredns:v1.12.0", "coredns"),
    configMap("coredns", { Corefile: KUBEADM }),
  ],
  autopilot: [
    { major: "1", minor: "33", gitVersion: "v1.33.1-gke.1107000" },
    node("node-1"),
    node("node-2"),
    daemonSet("node-local-dns", "gke.gcr.io/k8s-dns-node-cache:1.24.1-gke.0", 2, "node-local-dns"),
    configMap("node-local-dns", { Corefile: DENIES }),
    configMap("kube-dns", {}),
  ],
  k3s: [
    { major: "1", minor: "32", gitVersion: "v1.32.5+k3s1" },
    node("node-1", "arm64"),
    controller("Deployment", "coredns", "rancher/mirrored-coredns-coredns:1.12.1", "coredns"),
    configMap("coredns", { Corefile: K3S, NodeHosts: "10.0.0.1 node-1\n" }),
  ],
};

/** What kubectl prints of some of them. */
export function listOf(objects: readonly LiveObject[]): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    metadata: { resourceVersion: "" },
    items: objects,
  });
}
