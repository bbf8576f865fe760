import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/model/report.ts";
import { mixedNameservers } from "../../src/rules/mixed-nameservers.ts";
import { hostsLineTooLong } from "../../src/rules/hosts-line-too-long.ts";
import { ndotsTooLow } from "../../src/rules/ndots-too-low.ts";
import { resolverOptionIgnored } from "../../src/rules/resolver-option-ignored.ts";
import { resolverOptionZero } from "../../src/rules/resolver-option-zero.ts";
import type { Rule } from "../../src/rules/rule.ts";
import { searchStops } from "../../src/rules/search-stops.ts";
import { found } from "../discover/tree.ts";
import { corednsMap, GLIBC, judged } from "../support/judged.ts";

const aliases = (count: number) =>
  `hostAliases: [{ip: 192.0.2.1, hostnames: [${Array.from({ length: count }, (_, i) => `name-${i}.example`).join(", ")}]}]`;

/** Settings of a pod that make each rule speak, and a twin that does not. */
const SETTINGS: readonly (readonly [Rule, string, string])[] = [
  [
    ndotsTooLow,
    "dnsConfig: {options: [{name: ndots, value: '1'}]}",
    "dnsConfig: {options: [{name: ndots, value: '5'}]}",
  ],
  [mixedNameservers, "dnsConfig: {nameservers: [8.8.8.8]}", "dnsConfig: {nameservers: [169.254.20.10]}"],
  [
    resolverOptionZero,
    "dnsConfig: {options: [{name: attempts, value: '0'}]}",
    "dnsConfig: {options: [{name: attempts, value: '1'}]}",
  ],
  [
    resolverOptionIgnored,
    "dnsConfig: {options: [{name: use-vc}]}",
    "dnsConfig: {options: [{name: timeout, value: '1'}]}",
  ],
  [hostsLineTooLong, aliases(40), aliases(4)],
  [searchStops, "dnsConfig: {searches: [corp.example]}", "dnsConfig: {searches: [other.example]}"],
];

const keyOf = (settings: string) => settings.slice(0, settings.indexOf(":"));
const settingOf = (settings: string) => settings.slice(settings.indexOf(":") + 2);

const CONTAINERS =
  "containers: [{name: app, image: shop/front:1.0, env: [{name: API, value: 'http://api.shop'}]}]";
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\n";
const COREFILE = corednsMap(
  ".:53 {\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\ncorp.example:53 {\n    template ANY ANY {\n        rcode NOERROR\n    }\n}\n",
);

const META = "metadata: {name: front, namespace: web}";
function workload(kind: string, spec: string): string {
  const inner =
    kind === "CronJob" ? `jobTemplate: {spec: {template: {spec: {${spec}}}}}` : `template: {spec: {${spec}}}`;
  return `apiVersion: apps/v1\nkind: ${kind}\n${META}\nspec:\n  ${inner}\n`;
}
const KUSTOMIZED = { "base.yaml": workload("Deployment", CONTAINERS) };
const indented = (text: string, by: number) => text.replace(/^/gm, " ".repeat(by));

function kyverno(mutate: string, resources = "{kinds: [Pod]}", more = ""): string {
  return `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: dns}
spec:
  rules:
    - name: dns
      match: {any: [{resources: ${resources}}]}${more}
      mutate:
        ${mutate}
`;
}

/** The settings in CEL, each list of theirs on a line of its own. */
function cel(settings: string): string {
  const [, list = "", inner = ""] = /\{(\w+): \[(.*)\]\}/.exec(settings) ?? [];
  const items = inner.startsWith("{")
    ? inner.replace(/\{name: ([\w-]+)(?:, value: '(\d)')?\}/g, (_, name: string, value?: string) => {
        const more = value === undefined ? "" : `, value: "${value}"`;
        return `Object.spec.dnsConfig.options{name: "${name}"${more}}`;
      })
    : `"${inner}"`;
  return `Object{spec: Object.spec{dnsConfig: Object.spec.dnsConfig{${list}: [${items}]}}}`;
}

const BINDING = `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: dns}
spec: {policyName: dns}
`;

function admission(settings: string, more = "", binding = BINDING): string {
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: dns}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
${more}  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: >
          ${cel(settings)}
${binding}`;
}

/** The same policy, as Kyverno's own: it needs no binding. */
function ofKyverno(kind: string): string {
  return admission(LOW, "", "")
    .replace("admissionregistration.k8s.io/v1", "policies.kyverno.io/v1alpha1")
    .replace("MutatingAdmissionPolicy", kind);
}

/** Files in which settings come to a container, by who carries them; the settings stand in the first file that is told. */
const CARRIERS: Readonly<Record<string, (settings: string) => Readonly<Record<string, string>>>> = {
  Deployment: (settings) => ({ "a.yaml": workload("Deployment", `${settings}, ${CONTAINERS}`) }),
  StatefulSet: (settings) => ({ "a.yaml": workload("StatefulSet", `${settings}, ${CONTAINERS}`) }),
  DaemonSet: (settings) => ({ "a.yaml": workload("DaemonSet", `${settings}, ${CONTAINERS}`) }),
  CronJob: (settings) => ({ "a.yaml": workload("CronJob", `${settings}, ${CONTAINERS}`) }),
  "a list": (settings) => ({
    "a.yaml": `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    ${META}\n    spec: {${settings}, ${CONTAINERS}}\n`,
  }),
  "a strategic patch": (settings) => ({
    "a.yaml": `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: front}\nspec: {template: {spec: {${settings}}}}\n`,
    ...KUSTOMIZED,
    "kustomization.yaml": "resources: [base.yaml]\npatches:\n  - path: a.yaml\n",
  }),
  "an inline patch": (settings) => ({
    "kustomization.yaml": `resources: [base.yaml]\npatches:\n  - target: {kind: Deployment}\n    patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: any}\n      spec: {template: {spec: {${settings}}}}\n`,
    ...KUSTOMIZED,
  }),
  "a JSON patch": (settings) => ({
    "kustomization.yaml": `resources: [base.yaml]\npatches:\n  - target: {kind: Deployment, name: front}\n    patch: |\n      - op: add\n        path: /spec/template/spec/${keyOf(settings)}\n        value: ${settingOf(settings)}\n`,
    ...KUSTOMIZED,
  }),
  "a Kyverno policy": (settings) => ({
    "a.yaml": kyverno(`patchStrategicMerge: {spec: {${settings}}}`),
    ...KUSTOMIZED,
  }),
  "a Kyverno policy for deployments": (settings) => ({
    "a.yaml": kyverno(
      `patchStrategicMerge: {spec: {template: {spec: {${settings}}}}}`,
      "{kinds: [Deployment]}",
    ),
    ...KUSTOMIZED,
  }),
  "a JSON patch of a Kyverno policy": (settings) => ({
    "a.yaml": kyverno(
      `patchesJson6902: |\n          - op: add\n            path: /spec/${keyOf(settings)}\n            value: ${settingOf(settings)}`,
    ),
    ...KUSTOMIZED,
  }),
  "a MutatingAdmissionPolicy": (settings) => ({ "a.yaml": admission(settings), ...KUSTOMIZED }),
  "values that a chart's template takes": (settings) => ({
    "chart/values.yaml": `image: shop/front:1.0\n${settings}\n`,
    "chart/Chart.yaml": "name: front\n",
    "chart/templates/front.yaml": `apiVersion: v1
kind: Pod
${META}
spec:
  ${keyOf(settings)}: {{- toYaml .Values.${keyOf(settings)} | nindent 4 }}
  containers: [{name: app, image: "{{ .Values.image }}", env: [{name: API, value: "http://api.shop"}]}]
`,
  }),
  "values of a chart": (settings) => ({
    "values.yaml": `web:\n  image: {repository: shop/front, tag: '1.0'}\n  ${settings}\n`,
  }),
};

const files = (carried: Readonly<Record<string, string>>) => ({
  "svc.yaml": SERVICE,
  "coredns.yaml": COREFILE,
  ...carried,
});

/** On what lines a rule speaks, each once. */
function places(verdicts: readonly Verdict[]): readonly string[] {
  return [...new Set(verdicts.map(({ at }) => `${at?.file}:${at?.line}`))];
}

describe.each(SETTINGS)("$id", (rule, settings, twin) => {
  // What CEL says of hostAliases is not read, and nobody has set them so.
  const carriers = Object.entries(CARRIERS).filter(
    ([name]) => rule !== hostsLineTooLong || name !== "a MutatingAdmissionPolicy",
  );
  it.each(carriers)("in %s", async (_, carrier) => {
    const carried = carrier(settings);
    const [file = "", text = ""] = Object.entries(carried)[0] ?? [];
    const [, word = ""] = /\{(\w+)/.exec(settings) ?? [];
    const line = text.split("\n").findIndex((one) => one.includes(`{${word}`)) + 1;
    const verdicts = await judged(rule, files(carried));
    expect(places(verdicts)).toEqual([`${file}:${line}`]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["affected"]);
    expect(await judged(rule, files(carrier(twin)))).toEqual([]);
    expect(await judged(rule, files(carried), GLIBC)).toEqual([]);
  });

  it("in a chart that Helm renders", async () => {
    const helm = async () => CARRIERS.Deployment!(settings)["a.yaml"]!;
    const chart = { "chart/Chart.yaml": "name: front\n", "chart/values.yaml": "image: shop/front:1.0\n" };
    const verdicts = await judged(rule, files(chart), undefined, { helm });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["affected"]);
  });
});

it("lets a later patch take back what an earlier one set", async () => {
  const [low, high] = SETTINGS[0]!.slice(1) as [string, string];
  const patch = (settings: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: front}\nspec: {template: {spec: {${settings}}}}\n`;
  const overlay = (settings: string) => ({
    ...KUSTOMIZED,
    "low.yaml": patch(low),
    "kustomization.yaml": "resources: [base.yaml]\npatches: [{path: low.yaml}]\n",
    "prod/high.yaml": patch(settings),
    "prod/kustomization.yaml": "resources: [..]\npatches: [{path: high.yaml}]\n",
  });
  expect(await judged(ndotsTooLow, files(overlay(high)))).toEqual([]);
  // What a patch does not say stays.
  const [verdict] = await judged(ndotsTooLow, files(overlay("dnsConfig: {searches: [a.example]}")));
  expect(verdict?.at?.file).toBe("low.yaml");
});

it("adds an option to those that are there", async () => {
  const carried = {
    "base.yaml": workload("Deployment", `dnsConfig: {options: [{name: timeout, value: '2'}]}, ${CONTAINERS}`),
    "kustomization.yaml": `resources: [base.yaml]\npatches:\n  - target: {kind: Deployment, name: front}\n    patch: |\n${indented("- op: add\n  path: /spec/template/spec/dnsConfig/options/-\n  value: {name: ndots, value: '1'}", 6)}\n`,
  };
  expect(places(await judged(ndotsTooLow, files(carried)))).toEqual(["kustomization.yaml:7"]);
});

it("reads `dns_opt` of a compose service", async () => {
  const compose = (option: string) => ({
    "compose.yaml": `services:\n  front:\n    image: shop/front:1.0\n    dns_opt:\n      - ${option}\n`,
  });
  expect(places(await judged(resolverOptionZero, compose("timeout:0")))).toEqual(["compose.yaml:5"]);
  expect(await judged(resolverOptionZero, compose("timeout:1"))).toEqual([]);
});

const [LOW] = SETTINGS[0]!.slice(1) as [string];
const MERGE = `patchStrategicMerge: {spec: {${LOW}}}`;

describe("an admission policy", () => {
  it.each([
    ["of another namespace", kyverno(MERGE, "{kinds: [Pod], namespaces: [other]}"), "nothing"],
    ["of this one", kyverno(MERGE, '{kinds: [Pod], namespaces: ["we*"]}'), "affected"],
    ["for other objects", kyverno(MERGE, "{kinds: [Service]}"), "nothing"],
    [
      "that leaves this namespace out",
      kyverno(MERGE, undefined, "\n      exclude: {any: [{resources: {namespaces: [web]}}]}"),
      "nothing",
    ],
    ["with conditions", kyverno(MERGE, undefined, "\n      preconditions: {all: []}"), "gap"],
    [
      "by a namespace's labels",
      kyverno(MERGE, "{kinds: [Pod], namespaceSelector: {matchLabels: {a: b}}}"),
      "gap",
    ],
    ["by anchors", kyverno(`patchStrategicMerge: {spec: {(dnsPolicy): ClusterFirst, ${LOW}}}`), "gap"],
    [
      "for what says nothing itself",
      kyverno(`patchStrategicMerge: {spec: {+(dnsConfig): ${LOW.replace("dnsConfig: ", "")}}}`),
      "affected",
    ],
    [
      "by variables",
      kyverno("patchStrategicMerge: {spec: {dnsConfig: {options: [{name: ndots, value: '{{ n }}'}]}}}"),
      "gap",
    ],
    [
      "in CEL, of another namespace",
      admission(LOW, "    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x}}\n"),
      "nothing",
    ],
    [
      "in CEL, of this one",
      admission(LOW, "    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}\n"),
      "affected",
    ],
    [
      "in CEL, with conditions",
      admission(LOW, "  matchConditions: [{name: a, expression: 'true'}]\n"),
      "gap",
    ],
    [
      "in CEL, with a choice",
      admission(LOW).replace("Object{spec", "object.spec.hostNetwork ? Object{} : Object{spec"),
      "gap",
    ],
    ["in CEL, bound by nothing in sight", admission(LOW, "", ""), "gap"],
    [
      "in CEL, bound by another name",
      admission(LOW, "", BINDING.replace("policyName: dns", "policyName: x")),
      "gap",
    ],
    [
      "in CEL, bound for some namespaces",
      admission(
        LOW,
        "",
        BINDING.replace(
          "policyName: dns",
          "policyName: dns, matchResources: {namespaceSelector: {matchLabels: {a: b}}}",
        ),
      ),
      "gap",
    ],
    [
      "in CEL, bound with parameters",
      admission(LOW, "", BINDING.replace("policyName: dns", "policyName: dns, paramRef: {name: a}")),
      "gap",
    ],
    ["that patches a pod and is for deployments", kyverno(MERGE, "{kinds: [Deployment]}"), "nothing"],
    [
      "that patches a template and is for pods",
      kyverno(`patchStrategicMerge: {spec: {template: {spec: {${LOW}}}}}`),
      "nothing",
    ],
    ["for all kinds", kyverno(MERGE, "{kinds: ['*']}"), "affected"],
    [
      "whose webhook has conditions",
      kyverno(MERGE).replace(
        "spec:\n",
        "spec:\n  webhookConfiguration: {matchConditions: [{name: a, expression: 'true'}]}\n",
      ),
      "gap",
    ],
    [
      "in CEL, for pods of other groups",
      admission(LOW).replace('apiGroups: [""]', "apiGroups: [apps]"),
      "nothing",
    ],
    ["in CEL, for pods of some names", admission(LOW).replace("[pods]", "[pods], resourceNames: [a]"), "gap"],
    ["in CEL, of Kyverno", ofKyverno("MutatingPolicy"), "affected"],
    [
      "in CEL, of Kyverno, switched off at admission",
      ofKyverno("MutatingPolicy").replace("spec:\n", "spec:\n  evaluation: {admission: {enabled: false}}\n"),
      "nothing",
    ],
    ["in CEL, of Kyverno, of another namespace", ofKyverno("NamespacedMutatingPolicy"), "nothing"],
    [
      "in CEL, of Kyverno, of this namespace",
      ofKyverno("NamespacedMutatingPolicy").replace("{name: dns}", "{name: dns, namespace: web}"),
      "affected",
    ],
    ["for what is changed alone", kyverno(MERGE, "{kinds: [Pod], operations: [UPDATE]}"), "nothing"],
    [
      "for what is made or changed",
      kyverno(MERGE, "{kinds: [Pod], operations: [UPDATE, CREATE]}"),
      "affected",
    ],
    [
      "that is not for admission",
      kyverno(MERGE).replace("spec:\n", "spec:\n  admission: false\n"),
      "nothing",
    ],
    [
      "whose first rule may be the one that is applied",
      kyverno(MERGE).replace(
        "  rules:\n",
        "  applyRules: One\n  rules:\n    - {name: a, match: {any: [{resources: {kinds: [Pod]}}]}, mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}}\n",
      ),
      "gap",
    ],
    ["in CEL, for Services", admission(LOW).replace("[pods]", "[services]"), "nothing"],
  ])("%s", async (_, policy, expected) => {
    const carried = files({ "a.yaml": policy, ...KUSTOMIZED });
    const verdicts = await judged(ndotsTooLow, carried);
    const { diagnostics } = await found(carried);
    const gaps = diagnostics.filter(({ code }) => code === "pod-dns-unknown");
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(expected === "affected" ? ["affected"] : []);
    expect(gaps.map(({ weight }) => weight)).toEqual(expected === "gap" ? ["gap"] : []);
  });

  it("sets no dnsPolicy where nothing is set: the API server has set one by then", async () => {
    const policy = kyverno(
      "patchStrategicMerge: {spec: {+(dnsPolicy): None, dnsConfig: {nameservers: [192.0.2.1]}}}",
    );
    const { workloads } = await found(files({ "a.yaml": policy, ...KUSTOMIZED }));
    expect(workloads.map(({ usesClusterDns }) => usesClusterDns)).not.toContain(false);
    const set = policy.replace("+(dnsPolicy)", "dnsPolicy");
    const { workloads: others } = await found(files({ "a.yaml": set, ...KUSTOMIZED }));
    expect(others.map(({ usesClusterDns }) => usesClusterDns)).toEqual([false]);
  });

  it("lets a pod of kube-system alone, where it is Kyverno's", async () => {
    const system = workload("Deployment", CONTAINERS).replace("namespace: web", "namespace: kube-system");
    expect(await judged(ndotsTooLow, files({ "a.yaml": kyverno(MERGE), "base.yaml": system }))).toEqual([]);
  });
});
