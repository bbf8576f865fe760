/** Asks a cluster for what is needed, and says what it may not see. Must never ask for Secrets, nor for more than docs/rbac.yaml grants. */
import {
  CILIUM,
  DNS_CONFIG_MAPS,
  DNS_NAMESPACE,
  DNS_SERVICES,
  OPENSHIFT_DNS,
} from "../knowledge/dns-objects.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { fieldAt, textIn } from "./fields.ts";
import type { Answered, Kubectl } from "./kubectl.ts";
import { objectsIn } from "./lists.ts";
import { ownerOf } from "./owners.ts";
import { dnsConfigMaps, isCiliumPolicy, type LiveState, liveState } from "./state.ts";

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
  const get = async (right: string, args: readonly string[]): Promise<boolean> => {
    const answer = await ask(["get", ...args]);
    const problem = isNoKind(answer.problem) ? undefined : answer.problem;
    if (problem !== undefined) diagnostics.push(unread(right, problem));
    // What was printed before it failed is there all the same.
    objects.push(...objectsOf(right, answer));
    return problem === undefined;
  };
  const version = await ask(["get", "--raw=/version"]);
  if (version.problem !== undefined && !isForbidden(version.problem)) throw unreached(version.problem);
  if (version.problem !== undefined) diagnostics.push(unread("get /version", version.problem));
  objects.push(...objectsOf("the version", version));
  const scope = namespace === undefined ? ["--all-namespaces"] : [`--namespace=${namespace}`];
  const where = namespace === undefined ? "in all namespaces" : `in ${namespace}`;
  const pages = ["--output=json", "--chunk-size=500"];
  await get("list nodes", ["nodes", ...pages]);
  await get(`list pods ${where}`, ["pods", ...scope, ...pages]);
  await get(`list jobs.batch ${where}`, ["jobs.batch", ...scope, ...pages]);
  await get(`list networkpolicies.networking.k8s.io ${where}`, [
    "networkpolicies.networking.k8s.io",
    ...scope,
    ...pages,
  ]);
  for (const kind of CILIUM.policies) {
    const all = kind.includes("clusterwide");
    await get(`list ${kind}${all ? "" : ` ${where}`}`, [kind, ...(all ? [] : scope), ...pages]);
  }
  const dns = `--namespace=${DNS_NAMESPACE}`;
  const hasDaemonSets = await get(`list daemonsets.apps in ${DNS_NAMESPACE}`, [
    "daemonsets.apps",
    dns,
    ...pages,
  ]);
  await get(`list deployments.apps in ${DNS_NAMESPACE}`, ["deployments.apps", dns, ...pages]);
  const named = ["--ignore-not-found", "--output=json"];
  const names = [...new Set([...DNS_CONFIG_MAPS, ...dnsConfigMaps(objects)])];
  const hasConfigMaps = await get(`get the configmaps ${names.join(", ")} in ${DNS_NAMESPACE}`, [
    "configmaps",
    ...names,
    dns,
    ...named,
  ]);
  await get(`get the services ${DNS_SERVICES.join(", ")} in ${DNS_NAMESPACE}`, [
    "services",
    ...DNS_SERVICES,
    dns,
    ...named,
  ]);
  if (objects.some(isCiliumPolicy)) {
    const { configMap } = CILIUM;
    await get(`get the configmap ${configMap} in ${DNS_NAMESPACE}`, ["configmaps", configMap, dns, ...named]);
  }
  if (objects.some(isOpenShiftNode)) {
    const { namespace: its, configMap, service } = OPENSHIFT_DNS;
    await get(`get the service ${service} in ${its}`, ["services", service, `--namespace=${its}`, ...named]);
    await get(`get the configmap ${configMap} in ${its}`, [
      "configmaps",
      configMap,
      `--namespace=${its}`,
      ...named,
    ]);
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
  const objects = objectsIn(from, text);
  const kinds = new Set(objects.map((one) => textIn(one, "kind")));
  if (!kinds.has("Pod")) {
    throw new MuslgateError(
      "input",
      `${from} holds no pod`,
      "Give what kubectl get pods -A -o json prints, and that of nodes, jobs and the DNS's objects after it.",
    );
  }
  const diagnostics = kinds.has("Node") ? [] : [NO_NODES];
  return liveState(objects, { hasDaemonSets: hasDaemonSets(objects), hasConfigMaps: false, diagnostics });
}

/** Whether the DaemonSets of the DNS's namespace look whole: there are pods of some, and no pod is of one that is not there. */
function hasDaemonSets(objects: readonly unknown[]): boolean {
  const inNamespace = (kind: string) =>
    objects.filter(
      (one) => textIn(one, "kind") === kind && textIn(one, "metadata", "namespace") === DNS_NAMESPACE,
    );
  const sets = new Set(inNamespace("DaemonSet").map((one) => textIn(one, "metadata", "name")));
  const owners = inNamespace("Pod").map((one) => ownerOf(one, new Map()));
  const named = owners.filter(({ kind }) => kind === "DaemonSet");
  return named.length > 0 && named.every(({ name }) => sets.has(name));
}

function objectsOf(what: string, { text, problem }: Answered): readonly unknown[] {
  if (text.trim() === "") return [];
  try {
    return objectsIn(`what kubectl printed to ${what}`, text);
  } catch (error) {
    // It was cut short, which was told.
    if (problem !== undefined) return [];
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

function unread(right: string, problem: string): Diagnostic {
  return isForbidden(problem)
    ? {
        code: "cluster-forbidden",
        message: `The cluster does not let kubectl ${right}: what that would show is not known`,
        hint: `Grant the right to ${right}; docs/rbac.yaml has all that are needed.`,
        weight: "gap",
        subject: right,
      }
    : {
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

function unreached(problem: string): MuslgateError {
  return new MuslgateError(
    "input",
    `the cluster cannot be asked: ${problem}`,
    "Try kubectl get nodes with the same context; muslgate asks through it.",
  );
}
