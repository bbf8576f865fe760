/** Tells of languages that make Kubernetes objects and are not read here. Must not read them. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Source } from "../../text/source.ts";
import { notFollowed } from "../gaps.ts";
import { isAside } from "../net.ts";

/** A language, and words by which a file of it makes pods. */
interface OtherLanguage {
  readonly name: string;
  readonly files: RegExp;
  /** What its programs that have to do with Kubernetes import; one of the words is in all of them. */
  readonly speaks?: RegExp;
  readonly words?: readonly string[];
  readonly makesPods: RegExp;
}

/** What programs call a pod's containers, by the libraries that make objects of Kubernetes. */
const PODS =
  /\b(?:containers["']?\s*[:=]|Containers:|ContainerArgs\s*[({.]|ContainerArray\s*\{|addContainer\(|new (?:kplus\.|k8s\.)?(?:Container|V1Container)\b|V1Container\()/;

const LANGUAGES: readonly OtherLanguage[] = [
  {
    name: "a template",
    files: /\.ya?ml\.(?:j2|jinja2?|(?:tf)?tpl|c?tmpl|erb|template|in|mustache|hbs)$/i,
    makesPods: /^[ \t-]*containers[ \t]*:/m,
  },
  {
    // pulumi.com/registry, Kubernetes; cdk8s.io; developer.hashicorp.com, CDK for Terraform.
    name: "a program that makes Kubernetes objects",
    files: /\.(?:[cm]?[jt]s|py|go|java|kt|cs|fs)$/,
    words: ["ulumi", "cdk8s", "cdktf", "imports"],
    speaks:
      /@pulumi\/kubernetes|pulumi_kubernetes|pulumi-kubernetes|com\.pulumi\.kubernetes|Pulumi\.Kubernetes|["']cdk8s(?:-plus-\d+)?["']|\b(?:from|import)\s+(?:org\.)?cdk8s\w*\b|\bfrom\s+imports\s+import\s+k8s\b|from ["'][./\w-]{0,80}\bimports\/k8s["']|cdk8s-team\/cdk8s|@cdktf\/provider-kubernetes|cdktf_cdktf_provider_kubernetes/,
    makesPods: PODS,
  },
  {
    // airflow.apache.org, KubernetesPodOperator; docs.dagster.io, dagster-k8s; docs.prefect.io, prefect-kubernetes.
    name: "a program that starts pods",
    files: /\.py$/,
    words: ["airflow", "dagster", "prefect", "kubernetes"],
    speaks: /\b(?:airflow\.|dagster_k8s|prefect_kubernetes|kubernetes\.client|from kubernetes import)/,
    makesPods:
      /\b(?:KubernetesPodOperator|GKEStartPodOperator|EksPodOperator|k8s_job_op|V1Container|V1PodSpec|KubernetesJob)\(/,
  },
  {
    name: "KCL, Dhall, Nickel or Pkl",
    files: /\.(?:k|dhall|ncl|pkl)$/,
    makesPods: /\bcontainers["']?\s*[:={]/,
  },
  {
    // tanka.dev: `_images` of a configuration, k.libsonnet's container.new().
    name: "Jsonnet",
    files: /\.(?:jsonnet|libsonnet)$/,
    makesPods: /\bcontainers\+?:|\bcontainer\.new\(|\b_?images\+?:{1,3}\s*\{/,
  },
  {
    // plugins.jenkins.io, Kubernetes: pods in Groovy's words; those in YAML are read.
    name: "a containerTemplate of Jenkins",
    files: /(?:^|\/)Jenkinsfile[^/]*$|\.(?:groovy|jenkins(?:file)?)$/,
    makesPods: /\bcontainerTemplate\s*\(/,
  },
  { name: "Acorn", files: /(?:^|\/)Acornfile$/, makesPods: /\bcontainers\s*:/ },
  {
    name: "werf's own instructions",
    files: /(?:^|\/)werf[\w.-]*\.ya?ml$/,
    makesPods: /^from(?:Image)?[ \t]*:/m,
  },
  {
    name: "Nix",
    files: /\.nix$/,
    speaks: /\bkubenix\b|\bkubernetes\.(?:resources|helm|objects)\b/,
    makesPods: /\bcontainers\b|\bimage\s*=/,
  },
  {
    name: "a Tiltfile",
    files: /(?:^|\/)Tiltfile[\w.-]*$|\.(?:tiltfile|star)$/i,
    makesPods: /\bset\s*=\s*\[[^\][]{0,1000}\b[iI]mage|\bcontainers["']?\s*:\s*\[/,
  },
  { name: "CUE", files: /\.cue$/, makesPods: /\bcontainers\??:/ },
];

/** The languages that a path may be of; where one is met that nobody deploys, none. */
function languagesOf(path: string): readonly OtherLanguage[] {
  return isAside(path) || /(?:^|\/)(?:node_modules|vendor|site-packages|\.venv)\//.test(path)
    ? LANGUAGES.filter(({ files, speaks }) => speaks === undefined && files.test(path))
    : LANGUAGES.filter(({ files }) => files.test(path));
}

/** What is told of a file of another language that makes Kubernetes objects: it is not read, and not passed over in silence. */
export function unreadKind(file: Source): readonly Diagnostic[] {
  for (const { name, speaks, words, makesPods } of languagesOf(file.file)) {
    // Most programs have none of the words, and looking for them is cheap.
    if (words?.some((one) => file.text.includes(one)) === false) continue;
    const match = speaks?.test(file.text) === false ? null : makesPods.exec(file.text);
    if (match === null) continue;
    const at = file.toPlace(match.index, match.index + match[0].length);
    return [notFollowed(file.file, `images in ${name} are not read`, at)];
  }
  return [];
}

/** Whether nothing but objects is written in a file's language: what cannot be read of it is told. */
export function isAllObjects(path: string): boolean {
  return languagesOf(path).some(({ speaks }) => speaks === undefined);
}
