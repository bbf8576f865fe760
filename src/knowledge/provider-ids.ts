/** What providers and installers of Kubernetes are called in settings. Must hold nothing of what is known of them: every start loads it. */

/** Alphabetical: what `provider` takes. */
export const PROVIDER_IDS = [
  "ack",
  "aks",
  "cce",
  "doks",
  "eks",
  "eks-auto",
  "gardener",
  "gke",
  "k3s",
  "kubeadm",
  "kubespray",
  "oke",
  "openshift",
  "rke2",
  "talos",
  "tke",
] as const;

/** One of them. */
export type ProviderId = (typeof PROVIDER_IDS)[number];
