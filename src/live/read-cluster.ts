/** Asks a cluster for what is needed, and says what it may not see. Must never ask for Secrets, nor for more than docs/rbac.yaml and rbac-openshift.yaml grant. */
import {
  CILIUM,
  DNS_CONFIG_MAPS,
  DNS_NAMESPACE,
  DNS_SERVICES,
  OPENSHIFT_DNS,
} from "../knowledge/dns-objects.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { ALL_PODS } from "../model/hidden-pods.ts";
import { dnsConfigMaps, isThere } from "./dns.ts";
import { fieldAt, textIn } from "./fields.ts";
import type { Answered, Kubectl } from "./kubectl.ts";
import { type Listed, listsIn } from "./lists.ts";
import { ownerOf } from "./owners.ts";
import { isCiliumPolicy, type LiveState, liveState } from "./state.ts";

/** What the user asks for. */
export interface Asked {
  readonly context?: string;
  /** The one namespace whose pods are looked at; all where there is none. */
  readonly namespace?: string;
}

/** Reads a cluster. Rejects with MuslgateError: `usage` without kubectl, `input` where the cluster cannot be reached. */
export async function readCluster(ask: Kubectl, { context, namespace }: Asked): Promise<LiveState> {
  const diagnostics: Diagnostic[] = [];
  const objects: unknown[] = [];
  const take = (right: Right, answer: Answered): boolean => {
    const problem = isNoKind(answer.problem) ? undefined : answer.problem;
    if (problem !== undefined) diagnostics.push(...unread(right, problem));
    // What was printed before it failed is there all the same.
    const listed = listedBy(right, answer);
    for (const one of listed.objects) objects.push(one);
    for (const kind of listed.cutShort) diagnostics.push(failedTo(right.to, `its ${kind} goes on`));
    return problem === undefined && listed.cutShort.length === 0;
  };
  const get = async (right: Right, args: readonly string[]): Promise<boolean> =>
    take(right, await ask(["get", ...args]));
  const list = (kind: string, where: string, scope: readonly string[]): Promise<boolean> =>
    get({ to: `list ${kind}${where}` }, [kind, ...scope, "--output=json", "--chunk-size=500"]);
  const getNamed = (kind: string, names: readonly string[], from: string): Promise<boolean> =>
    get({ to: toGet(kind, names, from), named: { kind, names, from } }, [
      kind,
      ...names,
      `--namespace=${from}`,
      "--ignore-not-found",
      "--output=json",
    ]);
  const version = await ask(["get", "--raw=/version"]);
  if (version.problem !== undefined && !isForbidden(version.problem))
    throw unreached(version.problem, context);
  take({ to: "get /version" }, version);
  const scope = namespace === undefined ? ["--all-namespaces"] : [`--namespace=${namespace}`];
  const where = namespace === undefined ? " in all namespaces" : ` in ${namespace}`;
  await list("nodes", "", []);
  for (const kind of ["pods", "jobs.batch", "networkpolicies.networking.k8s.io"])
    await list(kind, where, scope);
  for (const kind of CILIUM.policies) {
    const all = kind.includes("clusterwide");
    await list(kind, all ? "" : where, all ? [] : scope);
  }
  const ofDns = [` in ${DNS_NAMESPACE}`, [`--namespace=${DNS_NAMESPACE}`]] as const;
  const hasDaemonSets = await list("daemonsets.apps", ...ofDns);
  await list("deployments.apps", ...ofDns);
  const names = [...new Set([...DNS_CONFIG_MAPS, ...dnsConfigMaps(objects)])];
  const hasConfigMaps = await getNamed("configmaps", names, DNS_NAMESPACE);
  await getNamed("services", DNS_SERVICES, DNS_NAMESPACE);
  if (objects.some(isCiliumPolicy)) await getNamed("configmaps", [CILIUM.configMap], DNS_NAMESPACE);
  if (objects.some(isOpenShiftNode)) {
    const { namespace: its, configMap, service } = OPENSHIFT_DNS;
    await getNamed("services", [service], its);
    await getNamed("configmaps", [configMap], its);
  }
  const name = context ?? (await currentContext(ask));
  return liveState(objects, { name, hasDaemonSets, hasConfigMaps, diagnostics });
}

/** What reports call the cluster; inside of one there is no context. */
async function currentContext(ask: Kubectl): Promise<string | undefined> {
  const { text, problem } = await ask(["config", "current-context"]);
  return problem === undefined ? text.trim() || undefined : undefined;
}

/** The same from what kubectl printed elsewhere. Throws MuslgateError (`input`) where there is no pod in it. */
export function clusterOfLists(text: string, from = "standard input"): LiveState {
  const { objects, cutShort } = listsIn(from, text);
  const kinds = new Set(objects.map((one) => textIn(one, "kind")));
  if (!kinds.has("Pod")) {
    throw new MuslgateError(
      "input",
      `${from} holds no pod`,
      "Give what kubectl get pods -A -o json prints, and that of nodes, jobs and the DNS's objects after it.",
    );
  }
  const diagnostics = [
    ...(kinds.has("Node") ? [] : [NO_NODES]),
    ...cutShort.map((kind) => goesOn(from, kind)),
  ];
  return liveState(objects, { hasDaemonSets: hasDaemonSets(objects), hasConfigMaps: false, diagnostics });
}

/** Whether the DaemonSets of the DNS's namespace look whole: there are pods of some, and no pod is of one that is not there. */
function hasDaemonSets(objects: readonly unknown[]): boolean {
  const inNamespace = (kind: string) => objects.filter((one) => isThere(one, kind));
  const sets = new Set(inNamespace("DaemonSet").map((one) => textIn(one, "metadata", "name")));
  const owners = inNamespace("Pod").map((one) => ownerOf(one, new Map()));
  const named = owners.filter(({ kind }) => kind === "DaemonSet");
  return named.length > 0 && named.every(({ name }) => sets.has(name));
}

/** A cluster of which nothing was read. */
export function unreadCluster({ message, hint }: MuslgateError): LiveState {
  const gap: Diagnostic = {
    code: "cluster-unread",
    message: `Nothing was read, so what runs there is not known: ${message}`,
    hint,
    weight: "gap",
    subject: ALL_PODS,
  };
  return liveState([], { hasDaemonSets: false, hasConfigMaps: false, diagnostics: [gap] });
}

function listedBy({ to }: Right, { text, problem }: Answered): Listed {
  const nothing = { objects: [], cutShort: [] };
  if (text.trim() === "") return nothing;
  try {
    return listsIn(`what kubectl printed to ${to}`, text);
  } catch (error) {
    // It was cut short, which was told.
    if (problem !== undefined) return nothing;
    throw error;
  }
}

function isOpenShiftNode(one: unknown): boolean {
  return (
    textIn(one, "kind") === "Node" &&
    fieldAt(one, "metadata", "labels", OPENSHIFT_DNS.nodeLabel) !== undefined
  );
}

const NO_KIND = "error: the server doesn't have a resource type \"cilium";

/** A kind that nobody has defined there has no objects. */
function isNoKind(problem: string | undefined): boolean {
  return problem?.startsWith(NO_KIND) === true;
}

function isForbidden(problem: string): boolean {
  return /\(Forbidden\)|\bforbidden\b/i.test(problem);
}

/** What is asked for, in words. */
interface Right {
  readonly to: string;
  /** Objects that are asked for by name, each of them a right of its own. */
  readonly named?: { readonly kind: string; readonly names: readonly string[]; readonly from: string };
}

function toGet(kind: string, names: readonly string[], namespace: string): string {
  return `get the ${names.length === 1 ? kind.slice(0, -1) : kind} ${names.join(", ")} in ${namespace}`;
}

/** What is refused and what failed, as a gap each. */
function unread(right: Right, problem: string): readonly Diagnostic[] {
  const lines = problem.split("\n");
  const [refused, failed] = [lines.filter(isForbidden), lines.filter((line) => !isForbidden(line))];
  return [
    ...(refused.length === 0 ? [] : [forbidden(right, refused)]),
    ...(failed.length === 0 ? [] : [failedTo(right.to, failed.join("; "))]),
  ];
}

function forbidden({ to, named }: Right, lines: readonly string[]): Diagnostic {
  // The API server's words for one object (apimachinery pkg/api/errors, NewForbidden).
  const names = named?.names.filter((name) => lines.some((line) => line.includes(` "${name}" is forbidden`)));
  const right = named && names?.length ? toGet(named.kind, names, named.from) : to;
  const others = named?.kind === "configmaps" && named.from === DNS_NAMESPACE ? names : [];
  const file = named?.from === OPENSHIFT_DNS.namespace ? "docs/rbac-openshift.yaml" : "docs/rbac.yaml";
  const other = others?.find((one) => !DNS_CONFIG_MAPS.includes(one) && one !== CILIUM.configMap);
  return {
    code: "cluster-forbidden",
    message: `The cluster does not let kubectl ${right}: what that would show is not known`,
    hint:
      other === undefined
        ? `Grant the right to ${right}; ${file} has all that are needed.`
        : `Grant the right to ${right}; in docs/rbac.yaml, add ${other} to the names that the Role muslgate-dns has.`,
    weight: "gap",
    subject: right,
  };
}

function failedTo(right: string, problem: string): Diagnostic {
  return {
    code: "cluster-unread",
    message: `kubectl failed to ${right}, or did so in part: ${problem}`,
    hint: "Run it again; what is missing here may be hit.",
    weight: "gap",
    subject: right,
  };
}

const NO_NODES: Diagnostic = {
  code: "cluster-unread",
  message: "No node is among the Lists: images are read for the platform that is taken where nothing is said",
  hint: "Give what kubectl get nodes -o json prints too, or the `platform`.",
  weight: "gap",
};

function goesOn(from: string, kind: string): Diagnostic {
  return {
    code: "cluster-unread",
    message: `${from} has the first pages of a ${kind} and not its last`,
    hint: "Give all its pages, or what kubectl get … -o json prints.",
    weight: "gap",
    subject: kind === "PodList" ? ALL_PODS : kind,
  };
}

function unreached(problem: string, context: string | undefined): MuslgateError {
  const which = context === undefined ? "the cluster" : `the cluster ${context}`;
  const flag = context === undefined ? "" : ` --context ${context}`;
  return new MuslgateError(
    "input",
    `${which} cannot be asked: ${problem.replaceAll("\n", "; ")}`,
    `Try kubectl get nodes${flag}; muslgate asks through it.`,
  );
}
