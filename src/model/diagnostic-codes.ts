/** Every kind of thing that could not be known, with what it means. Must hold each code that is reported, and no other. */

/** Codes with a sentence each; docs/diagnostics.md is made from it. */
export const DIAGNOSTIC_CODES = {
  "archive-as-rootfs": "What was taken for a root file system looks like an archive of an image.",
  "autopilot-hidden": "Whether a cluster is Autopilot hangs on a value of Terraform that is not known.",
  "base-ahead": "The base descends from what is checked out, so that nothing committed can be new.",
  "base-configuration-unread": "The base's configuration could not be read, so that the defaults count.",
  "base-unreadable": "The earlier state could not be read from GitHub, or not whole.",
  "build-time-only":
    "Images that only a build uses. They are named so that nobody looks for them among the results.",
  "cluster-domain-hidden": "A cluster's own domain hangs on a value of Terraform that is not known.",
  "cluster-entry-unused": "An entry of the configuration's clusters names no container that is there.",
  "cluster-file-too-long": "A file that describes a cluster is longer than is read.",
  "cluster-file-unreadable":
    "A file that should describe a cluster could not be read, or holds only parts of a Corefile.",
  "cluster-forbidden": "A right is missing to read a part of a live cluster; the message names it.",
  "cluster-unread": "A part of a live cluster was not read, or not to its end.",
  "clusters-put-aside":
    "The call says which cluster the run is about, so that the configuration's clusters do not count.",
  "configuration-changed":
    "The change edits muslgate's own configuration; the base was judged with what it said before.",
  "configuration-unreadable":
    "The configuration that a pull request brings cannot be read; the base's counts.",
  "corefile-assumed":
    "Parts of a Corefile were judged in their provider's, or in what all known ones have in common: the Corefile itself is not in sight.",
  "corefile-elsewhere": "A ConfigMap takes its Corefile from a file that was not read.",
  "corefile-encrypted": "A Corefile is encrypted.",
  "corefile-not-asked": "A Corefile is there, but the pods do not ask the server that uses it.",
  "corefile-not-judged":
    "A Corefile was found and not judged: another one is taken for the one that pods ask, or the file's language is not read.",
  "corefile-patched": "A Corefile is set by a patch of kustomize wherever it is deployed, and judged there.",
  "corefile-refused": "CoreDNS does not start with this Corefile.",
  "corefile-refused-by-some": "Some releases of CoreDNS do not start with this Corefile.",
  "corefile-syntax": "CoreDNS cannot parse this Corefile and does not start with it.",
  "corefile-too-large": "A Corefile grows past what is read, by snippets, zones or patterns.",
  "corefile-unread":
    "A text speaks of AAAA as a Corefile does, or is one, and nothing here reads files of its kind. Where it may deny AAAA, clusters that files describe are not held to be fine.",
  "corefile-unrendered": "A Corefile is a template that nobody has filled in.",
  defect: "A defect of muslgate cost one answer; the others stand.",
  "file-unreadable": "A file of the repository could not be read, or not to its end.",
  "fleet-shard-missing":
    "No store has the facts of layers of a fleet: their shard was not read, or not to its end.",
  "fleet-store-unread": "A store may have the facts of layers of a fleet, and could not be read.",
  "folder-unreadable": "A folder of the repository could not be listed.",
  "gke-version-ambiguous": "The GKE version stands for several builds that answer AAAA differently.",
  "gke-version-not-said": "The files give a least version of GKE, or none: GKE may run a newer one.",
  "gke-version-unknown": "The GKE version does not say which build runs.",
  "glob-unmatched": "A glob of include or exclude matches no file.",
  "hcl-unreadable": "A Terraform file could not be parsed to its end.",
  "image-not-literal": "An image is written with variables or templates that could not be worked out.",
  "image-unreadable": "An image could not be opened.",
  "import-unread": "A Corefile imports something that is not at hand.",
  "kube-dns-unreadable": "A key of the ConfigMap kube-dns is not the JSON it should be.",
  "layer-unreadable": "A layer of an image could not be read: whatever it could have changed is unknown.",
  "link-not-followed":
    "A file that is named is reached by a link, or lies behind one, which is not followed in a checkout.",
  "meets-every-cluster":
    "Containers that no entry of the configuration's clusters names are judged on each of them.",
  "mirror-failed": "A registry's mirror did not answer, and the registry itself was asked.",
  "musl-versions-disagree":
    "The loader and the package database name different releases of musl; the loader's counts.",
  "no-cluster": "Nothing says how the cluster's DNS answers.",
  "no-cluster-before": "The base says nothing of a cluster, so that every finding counts as new.",
  "no-helm": "Helm is not installed: charts are read as far as their values and templates are written out.",
  "no-workload": "Nothing says which image runs.",
  "node-cache-plugin": "A Corefile of NodeLocal DNSCache names a plugin that node-cache is built without.",
  "node-local-contradiction": "NodeLocal DNSCache is said to be off on a cluster that always runs it.",
  "node-local-corefile-missing": "Pods ask NodeLocal DNSCache first, and its Corefile was not given.",
  "node-local-hidden": "Whether NodeLocal DNSCache is on hangs on a value of Terraform that is not known.",
  "node-local-partly": "NodeLocal DNSCache runs on some nodes of a live cluster and not on others.",
  "node-local-taken-off": "Nothing turns NodeLocal DNSCache on, so that it is taken to be off.",
  "node-local-unknown": "Whether NodeLocal DNSCache is on is not known.",
  "not-compared": "There was nothing to compare with, so that every finding counts.",
  "not-followed": "Something that a file points to, or a way of writing it, was not followed.",
  "not-gke": "A version is not one of GKE's.",
  "other-platform": "The image is for another platform than the one asked for.",
  "other-port": "Every server block listens on another port; pods are taken to reach it through a Service.",
  "part-not-imported": "A part of a Corefile stands where the provider's own Corefile reads nothing.",
  "part-port-unknown":
    "Parts of a Corefile name several ports, and which one pods ask is not known: what they say apart is unknown.",
  "partly-compared": "The base could not be read whole: what is called new may have been there.",
  "past-limit": "A bound was reached, and what lies past it was not read.",
  "platform-missing": "An index lists a platform whose parts are not there.",
  "plugin-unknown": "A plugin of a server block is not modelled, so that its answers are not known.",
  "pod-dns-unknown": "Whose DNS a pod asks cannot be told from its manifest.",
  "setting-put-off":
    "A pull request changes a setting that could weaken the check; it takes effect once merged.",
  "shell-assumed": "A root file system says nothing of what starts: a shell is taken to start.",
  "target-not-for":
    "A target that was asked about is nothing for a cluster, or for any image that was read: these are judged as they are.",
  "terraform-count-hidden": "Whether a resource of Terraform exists hangs on a value that is not known.",
  "terraform-module-missing": "A module of Terraform is not at hand.",
  "terraform-plan-unreadable": "Terraform's plan or state could not be read to its end.",
  "terraform-too-many-modules": "Terraform's modules or clusters are more, or deeper, than are followed.",
  "terraform-value-hidden": "A setting of a cluster hangs on a value of Terraform that is not known.",
  "too-many-files": "A folder has more files than are looked at.",
  "waiver-expired": "A waiver has ended, and its finding counts again.",
  "waiver-expires-soon": "A waiver ends soon.",
  "waiver-unused": "A waiver covers nothing.",
  "yaml-unreadable": "A text is not quite YAML.",
  "zone-placeholder": "A zone of a Corefile is a placeholder that is yet to be filled in.",
  "zone-upper-case": "A zone is written with capitals, in which older CoreDNS never answers.",
} as const;

/** The stable name of a kind. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
