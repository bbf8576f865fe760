/** Puts over pods what admission policies of a repository make of their DNS: Kyverno's, MutatingAdmissionPolicy. Must not run any. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Workload } from "../model/workload.ts";
import type { Source } from "../text/source.ts";
import { itemsAt, readYaml, textAt, textsAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import { valueSource } from "../yaml/scalar.ts";
import { dnsInCel } from "./kinds/cel-dns.ts";
import { operationsIn } from "./kinds/json-patch.ts";
import { unknownDns } from "./kinds/pod-dns.ts";
import { type DnsPatch, dnsOperation, dnsPatchOf, withDnsPatch } from "./kinds/pod-dns-patch.ts";
import { selects } from "./kinds/selectors.ts";
import type { YamlSource } from "./repository.ts";
import { objectsIn } from "./kinds/gitops.ts";

/** Whether a policy is for a pod. */
type Match = (workload: Workload) => boolean | "unknown";

/** A patch of a policy's. */
interface Mutation {
  readonly patch: DnsPatch;
  /** It is put over a pod that says nothing of it alone (Kyverno's `+()` anchor). */
  readonly isDefault: boolean;
  readonly match: Match;
  readonly source: Source;
  readonly node: YamlNode;
}

/** Mutations that are kept, and times that one is held against a pod. */
const MOST_MUTATIONS = 200;
const MOST_STEPS = 1_000_000;

/** Kyverno leaves these alone unless told (kyverno.io, Configuring Kyverno: resourceFilters). */
const NOT_KYVERNO: ReadonlySet<string> = new Set([
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "kyverno",
]);

/** Every such policy of some files. */
export class MutationsInSight {
  readonly #mutations: Mutation[] = [];
  readonly #bindings: YamlNode[] = [];
  readonly #told = new Set<YamlNode>();
  readonly #diagnostics: Diagnostic[] = [];
  #steps = 0;

  /** Takes in the objects of a file. */
  add({ file, documents }: YamlSource): void {
    for (const node of documents.flatMap(objectsIn)) this.#addObject(file, node);
  }

  #addObject(source: Source, node: YamlNode): void {
    const [kind, api] = [textAt(node, "kind")?.text ?? "", textAt(node, "apiVersion")?.text ?? ""];
    if (/^(?:Cluster)?Policy$/.test(kind) && api.startsWith("kyverno.io/"))
      for (const [i, rule] of itemsAt(node, "spec", "rules").entries()) {
        // Of rules of which one is applied, what stands before may be that one (kyverno.io, Policy Settings).
        const maybe = i > 0 && textAt(node, "spec", "applyRules")?.text === "One";
        this.#addKyverno(source, node, rule, maybe);
      }
    else if (kind === "MutatingAdmissionPolicyBinding") this.#bindings.push(node);
    else if (
      /^(?:Namespaced)?Mutating(?:Admission)?Policy$/.test(kind) &&
      /^(?:admissionregistration\.k8s\.io|policies\.kyverno\.io)\//.test(api)
    )
      for (const mutation of itemsAt(node, "spec", "mutations")) this.#addCel(source, node, mutation);
  }

  #addKyverno(source: Source, policy: YamlNode, rule: YamlNode, maybe: boolean): void {
    const mutate = valueAt(rule, "mutate");
    // Objects that are there already, and lists that are gone through, are changed by other means.
    if (mutate === undefined || valueAt(mutate, "targets") !== undefined) return;
    if (textAt(policy, "spec", "admission")?.text === "false") return;
    const own =
      textAt(policy, "kind")?.text === "Policy"
        ? (textAt(policy, "metadata", "namespace")?.text ?? "default")
        : undefined;
    const isConditional =
      maybe || valueAt(policy, "spec", "webhookConfiguration", "matchConditions") !== undefined;
    for (const [patch, isDefault, node, level] of kyvernoPatches(source, mutate)) {
      const ofRule = kyvernoMatch(rule, own, level);
      const match: Match = (workload) => every([ofRule(workload), isConditional ? "unknown" : true]);
      if (patch === "unknown") this.#tell(source, node);
      else this.#keep({ patch, isDefault, match, source, node });
    }
  }

  #addCel(source: Source, policy: YamlNode, mutation: YamlNode): void {
    const node =
      textAt(mutation, "applyConfiguration", "expression") ?? textAt(mutation, "jsonPatch", "expression");
    const patch = node && dnsInCel(valueSource(source, node));
    if (node === undefined || patch === undefined) return;
    if (patch === "unknown") this.#tell(source, node);
    else {
      const ofPolicy = celPolicyMatch(policy);
      const match: Match = (workload) => every([ofPolicy(workload), this.#isBound(policy, workload)]);
      this.#keep({ patch, isDefault: false, match, source, node });
    }
  }

  /** Kubernetes' own does nothing before something binds it (kubernetes.io, Mutating Admission Policy); Kyverno's needs none. */
  #isBound(policy: YamlNode, workload: Workload): boolean | "unknown" {
    if (textAt(policy, "kind")?.text !== "MutatingAdmissionPolicy") return true;
    const name = textAt(policy, "metadata", "name")?.text;
    const own = this.#bindings.filter((one) => textAt(one, "spec", "policyName")?.text === name);
    // One that is not in sight may bind it.
    const each = own.map((one) => boundMatch(valueAt(one, "spec"))(workload));
    return someOf([...each, "unknown"]);
  }

  #keep(mutation: Mutation): void {
    if (this.#mutations.length < MOST_MUTATIONS) this.#mutations.push(mutation);
    else this.#tell(mutation.source, mutation.node);
  }

  #tell(source: Source, node: YamlNode): void {
    if (this.#told.has(node)) return;
    this.#told.add(node);
    const why = "an admission policy changes it in a way that is not worked out";
    this.#diagnostics.push(unknownDns(source, node, why, "whom pods ask, and what they search"));
  }

  /** The workload as these policies make it. */
  mark(workload: Workload): Workload {
    let so = workload;
    for (const { patch, isDefault, match, source, node } of this.#mutations) {
      const isFor = ++this.#steps > MOST_STEPS ? "unknown" : match(workload);
      if (isFor === "unknown") this.#tell(source, node);
      if (isFor !== true || (isDefault && so.pod?.resolver !== undefined)) continue;
      const { workload: next, diagnostics } = withDnsPatch(so, patch);
      so = next;
      if (diagnostics.length > 0) this.#tell(source, node);
    }
    return so;
  }

  /** What could not be told of them, once the workloads are marked. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}

/** Which objects a patch fits: pods, or what makes them by a template. */
type Level = "pod" | "template";

type KyvernoPatch = readonly [patch: DnsPatch | "unknown", isDefault: boolean, node: YamlNode, level: Level];

/** `patchStrategicMerge` and `patchesJson6902`; of a Pod, or of what makes one. */
function kyvernoPatches(source: Source, mutate: YamlNode): readonly KyvernoPatch[] {
  const found: KyvernoPatch[] = [];
  const merge = valueAt(mutate, "patchStrategicMerge");
  const pods = [
    [valueAt(merge, "spec"), "pod"],
    [valueAt(merge, "spec", "template", "spec"), "template"],
  ] as const;
  for (const [pod, level] of pods) {
    if (pod?.kind !== "map") continue;
    const [plain, anchors] = withoutAnchors(withoutDefaulted(pod));
    const patch = plain.kind === "map" ? dnsPatchOf(source, plain) : undefined;
    if (patch !== undefined)
      found.push([
        anchors.has("(") || hasVariables(patch.pod) ? "unknown" : patch,
        anchors.has("+"),
        pod,
        level,
      ]);
  }
  const json = textAt(mutate, "patchesJson6902");
  if (json !== undefined) {
    const inner = valueSource(source, json);
    for (const operation of operationsIn(readYaml(json.text).documents[0]) ?? []) {
      const patch = dnsOperation(inner, operation);
      const level = operation.path.includes("template") ? "template" : "pod";
      if (patch !== undefined) found.push([json.text.includes("{{") ? "unknown" : patch, false, json, level]);
    }
  }
  // A list that is gone through may set it for some.
  const each = valueAt(mutate, "foreach");
  if (each !== undefined && /\bdns(?:Config|Policy)\b/.test(source.text.slice(each.start, each.end)))
    found.push(["unknown", false, each, "pod"]);
  return found;
}

/**
 * Without what is set where nothing is, of what every pod has by then: the API server fills dnsPolicy in before any
 * policy sees the pod (kubernetes, pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec).
 */
function withoutDefaulted(pod: YamlNode): YamlNode {
  if (pod.kind !== "map") return pod;
  return { ...pod, entries: pod.entries.filter(({ key }) => key !== "+(dnsPolicy)") };
}

/** A map without the anchors of its keys: `+(a)` is set where nothing is, `(a)` and the like are conditions. */
function withoutAnchors(node: YamlNode): readonly [YamlNode, ReadonlySet<string>] {
  const anchors = new Set<string>();
  const plain = (one: YamlNode): YamlNode => {
    if (one.kind === "list") return { ...one, items: one.items.map(plain) };
    if (one.kind !== "map") return one;
    const entries = one.entries.map((entry) => {
      const [, mark, key = entry.key] = /^([+<^=X]?)\((.*)\)$/.exec(entry.key) ?? [];
      if (mark !== undefined) anchors.add(mark === "+" ? "+" : "(");
      return { ...entry, key, value: plain(entry.value) };
    });
    return { ...one, entries };
  };
  return [plain(node), anchors];
}

/** `{{ request.object… }}`, which is known when a pod is made. */
function hasVariables(node: YamlNode): boolean {
  if (node.kind === "text") return node.templated;
  const inner = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  return inner.some(hasVariables);
}

/** Whether a rule is for a pod, by kinds, namespaces, names and labels; what else it asks for is not known. */
function kyvernoMatch(rule: YamlNode, own: string | undefined, level: Level): Match {
  const blocks = (key: string, at?: Level): Match => {
    const node = valueAt(rule, key);
    const any = itemsAt(node, "any").map((block) => resourcesMatch(block, at));
    const all = itemsAt(node, "all").map((block) => resourcesMatch(block, at));
    const direct =
      valueAt(node, "resources") === undefined || node === undefined ? [] : [resourcesMatch(node, at)];
    return (workload) => {
      const each = [...all, ...direct].map((one) => one(workload));
      const some = any.map((one) => one(workload));
      if (each.length + some.length === 0) return false;
      return every([...each, ...(some.length > 0 ? [someOf(some)] : [])]);
    };
  };
  const [matches, excludes] = [blocks("match", level), blocks("exclude")];
  const isConditional = ["preconditions", "celPreconditions", "context"].some(
    (key) => valueAt(rule, key) !== undefined,
  );
  return (workload) => {
    const { namespace } = workload.key;
    if (NOT_KYVERNO.has(namespace) || (own !== undefined && namespace !== own)) return false;
    const isOut = excludes(workload);
    return every([matches(workload), isOut === "unknown" ? isOut : !isOut, isConditional ? "unknown" : true]);
  };
}

/** `at` is where the patch fits, which says what of the kinds it can change; without it any of them is meant. */
function resourcesMatch(block: YamlNode, at?: Level): Match {
  const resources = valueAt(block, "resources");
  const kinds = textsAt(resources, "kinds").map((kind) => kind.split("/").at(-1) ?? "");
  const [names, namespaces] = [textsAt(resources, "names"), textsAt(resources, "namespaces")];
  const name = textAt(resources, "name")?.text;
  const selector = valueAt(resources, "selector");
  const operations = textsAt(resources, "operations");
  const known = new Set(["kinds", "names", "name", "namespaces", "selector", "operations"]);
  const others = (resources?.kind === "map" ? resources.entries : []).some(({ key }) => !known.has(key));
  const asksMore = block.kind === "map" && block.entries.some(({ key }) => key !== "resources");
  return ({ key, pod }) =>
    every([
      // What a pod asks is decided when it is made.
      operations.length === 0 || operations.includes("CREATE"),
      // One for pods is for all that makes them (kyverno.io, Auto-Gen Rules).
      kinds.length === 0 ||
        kinds.some((kind) => {
          const isPod = kind === "Pod" || (kind === "*" && at !== "template");
          const isMaker = key.kind !== "pod" && (kind === "*" || kind.toLowerCase() === key.kind);
          return (isPod && at !== "template") || (isMaker && at !== "pod");
        }),
      namespaces.length === 0 ||
        (key.namespace === "" ? "unknown" : namespaces.some((one) => fits(one, key.namespace))),
      // A pod's name begins with that of what makes it.
      [...names, ...(name === undefined ? [] : [name])].every((one) => one === "*") || "unknown",
      selector === undefined || (pod?.labels === undefined ? "unknown" : selects(selector, pod.labels)),
      others || asksMore ? "unknown" : true,
    ]);
}

/** Whether a policy in CEL is for a pod that is made, as whose it is has it (kyverno.io, MutatingPolicy). */
function celPolicyMatch(policy: YamlNode): Match {
  const matches = celMatch(valueAt(policy, "spec"), "matchConstraints");
  if (!textAt(policy, "apiVersion")?.text.startsWith("policies.kyverno.io/")) return matches;
  const isOff = textAt(policy, "spec", "evaluation", "admission", "enabled")?.text === "false";
  const own = textAt(policy, "kind")?.text.startsWith("Namespaced")
    ? (textAt(policy, "metadata", "namespace")?.text ?? "default")
    : undefined;
  return (workload) => {
    const { namespace } = workload.key;
    if (isOff || NOT_KYVERNO.has(namespace) || (own !== undefined && namespace !== own)) return false;
    return matches(workload);
  };
}

/** Whether a binding is for a pod; what its parameters do to the policy is not known. */
function boundMatch(spec: YamlNode | undefined): Match {
  const narrowed = celMatch(spec, "matchResources");
  const asksMore = valueAt(spec, "paramRef") !== undefined;
  return (workload) => every([narrowed(workload), asksMore ? "unknown" : true]);
}

/** Whether a MutatingAdmissionPolicy, or what binds it, is for a pod that is made (kubernetes.io, Mutating Admission Policy). */
function celMatch(spec: YamlNode | undefined, of: "matchConstraints" | "matchResources"): Match {
  const constraints = valueAt(spec, of);
  const rules = itemsAt(constraints, "resourceRules");
  const isAll = of === "matchResources" && rules.length === 0;
  const isPods = rules.some((rule) => {
    const [resources, operations] = [textsAt(rule, "resources"), textsAt(rule, "operations")];
    return (
      resources.some((one) => /^(?:pods|\*|\*\/\*)$/.test(one)) &&
      textsAt(rule, "apiGroups").some((one) => one === "" || one === "*") &&
      operations.some((one) => /^(?:CREATE|\*)$/.test(one))
    );
  });
  const isConditional =
    rules.some((rule) => valueAt(rule, "resourceNames") !== undefined) ||
    itemsAt(spec, "matchConditions").length > 0 ||
    itemsAt(constraints, "excludeResourceRules").length > 0;
  const [ofNamespace, ofObject] = [
    valueAt(constraints, "namespaceSelector"),
    valueAt(constraints, "objectSelector"),
  ];
  return ({ key, pod }) =>
    every([
      isAll || isPods,
      isEmpty(ofNamespace) || namespaceMatch(ofNamespace, key.namespace),
      isEmpty(ofObject) || (pod?.labels === undefined ? "unknown" : selects(ofObject, pod.labels)),
      isConditional ? "unknown" : true,
    ]);
}

/** Of a namespace's labels one is known: that which is its name. */
function namespaceMatch(selector: YamlNode | undefined, namespace: string): boolean | "unknown" {
  const name = "kubernetes.io/metadata.name";
  const labels = valueAt(selector, "matchLabels");
  const keys = [
    ...(labels?.kind === "map" ? labels.entries.map(({ key }) => key) : []),
    ...itemsAt(selector, "matchExpressions").map((one) => textAt(one, "key")?.text),
  ];
  if (namespace === "" || keys.some((key) => key !== name)) return "unknown";
  return selects(selector, { [name]: namespace });
}

function isEmpty(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === "map" && node.entries.length === 0);
}

function every(all: readonly (boolean | "unknown")[]): boolean | "unknown" {
  return all.includes(false) ? false : all.includes("unknown") ? "unknown" : true;
}

function someOf(all: readonly (boolean | "unknown")[]): boolean | "unknown" {
  return all.includes(true) ? true : all.includes("unknown") ? "unknown" : false;
}

/** Kyverno's wildcards: `*` stands for any letters, `?` for one. */
function fits(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const parts = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return pattern.length < 64 && pattern.split("*").length < 5 && new RegExp(`^${parts}$`).test(text);
}
