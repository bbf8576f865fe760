/** What the objects of a cluster's DNS are called. Must hold no logic. */

/** The namespace of the cluster's DNS (kubernetes/kubernetes cluster/addons/dns). */
export const DNS_NAMESPACE = "kube-system";

/** What k3s's and AKS's Corefiles import, where it is there (docs.k3s.io, CoreDNS custom configuration; learn.microsoft.com, Customize CoreDNS). */
export const CUSTOM_PARTS = "coredns-custom";

/**
 * ConfigMaps there: CoreDNS and what is added to it (kubeadm, AKS, k3s: coredns and coredns-custom), node-cache's
 * (node-local-dns), the settings it takes over (kube-dns), and RKE2's chart.
 */
export const DNS_CONFIG_MAPS: readonly string[] = [
  "coredns",
  CUSTOM_PARTS,
  "kube-dns",
  "node-local-dns",
  "rke2-coredns-rke2-coredns",
];

/**
 * The Services there at whose address pods ask: kube-dns wherever kubeadm, GKE, EKS, AKS and k3s set it up, CoreDNS's chart
 * under its own name, and RKE2's chart.
 */
export const DNS_SERVICES: readonly string[] = ["kube-dns", "coredns", "rke2-coredns-rke2-coredns"];

/** OpenShift's, with the label by which its nodes are known (docs.openshift.com, DNS Operator; node labels). */
export const OPENSHIFT_DNS = {
  namespace: "openshift-dns",
  configMap: "dns-default",
  service: "dns-default",
  nodeLabel: "node.openshift.io/os_id",
} as const;

/** Cilium's DNS policies, and the ConfigMap of kube-system that says how what they refuse is answered (docs.cilium.io, DNS Policy; Cilium Operator: cilium-config). */
export const CILIUM = {
  policies: ["ciliumnetworkpolicies.cilium.io", "ciliumclusterwidenetworkpolicies.cilium.io"],
  configMap: "cilium-config",
  rejectKey: "tofqdns-dns-reject-response-code",
} as const;

/** The last part of the images' names that serve DNS: CoreDNS, kube-dns, and node-cache on the nodes (kubernetes/dns). */
export const DNS_IMAGES = /^(?:.*[-_])?(?:coredns|k8s-dns-[a-z-]+)$/;
export const CORE_DNS_IMAGES = /^(?:.*[-_])?coredns$/;
export const NODE_CACHE_IMAGES = /^(?:.*[-_])?k8s-dns-node-cache(?:-[a-z0-9]+)?$/;
