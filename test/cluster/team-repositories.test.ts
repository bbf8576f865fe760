/** Repositories as teams write them, each with a clean twin: what is denied is found on its line, and nothing else is told. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import { dnsFound } from "../support/dns-found.ts";

type Files = Readonly<Record<string, string>>;

const DENY = "template ANY AAAA {\n        rcode NXDOMAIN\n    }";
const COREFILE = `.:53 {\n    errors\n    ${DENY}\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n`;
const indent = (text: string, by: number) => text.replace(/^(?=.)/gm, " ".repeat(by));
const CONFIG_MAP = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n${indent(COREFILE, 4)}`;
const CHART = "apiVersion: v2\nname: dns\nversion: 1.0.0\n";
const inChart = (corefile: string, values: string): Files => ({
  "charts/dns/Chart.yaml": CHART,
  "charts/dns/templates/cm.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |-\n${corefile}\n`,
  "charts/dns/values.yaml": values,
});

/** What it is, the files, and where the denial stands. */
const DENYING: readonly (readonly [string, Files, string])[] = [
  [
    "OpenTofu's file",
    {
      "dns.tofu": `resource "kubernetes_config_map" "coredns" {\n  metadata {\n    name = "coredns"\n  }\n  data = {\n    Corefile = <<-END\n${indent(COREFILE, 6)}    END\n  }\n}\n`,
    },
    "dns.tofu:9",
  ],
  [
    "Helmfile's values that it fills in",
    {
      "values/coredns.yaml.gotmpl": `replicaCount: {{ .Values.replicas }}\nservers:\n  - zones: [{zone: .}]\n    plugins:\n      - name: template\n        parameters: ANY AAAA\n        configBlock: rcode NXDOMAIN\n      - {name: forward, parameters: ". 10.0.0.2"}\n`,
    },
    "values/coredns.yaml.gotmpl:5",
  ],
  [
    "a chart's template that puts the values' Corefile in on a line of its own",
    inChart("    {{- tpl .Values.corefile . | nindent 4 }}", `corefile: |\n${indent(COREFILE, 2)}`),
    "charts/dns/values.yaml:4",
  ],
  [
    "the same below a condition",
    inChart(
      "    {{- with .Values.corefile }}\n    {{- . | nindent 4 }}\n    {{- end }}",
      `corefile: |\n${indent(COREFILE, 2)}`,
    ),
    "charts/dns/values.yaml:4",
  ],
  [
    "a chart's template that takes the Corefile from a file",
    {
      ...inChart('{{ .Files.Get "files/Corefile.conf" | indent 4 }}', "replicas: 2\n"),
      "charts/dns/files/Corefile.conf": COREFILE,
    },
    "charts/dns/files/Corefile.conf:3",
  ],
  [
    "a Tekton task's script that hands a ConfigMap to kubectl",
    {
      "tekton/dns.yaml": `kind: Task\nspec:\n  steps:\n    - script: |\n        #!/bin/sh\n        set -e\n        kubectl apply -f - <<-'END'\n${indent(CONFIG_MAP, 8)}        END\n        echo done: ok\n`,
    },
    "tekton/dns.yaml:15",
  ],
  [
    "a step of a workflow that writes values and the part of a Corefile",
    {
      ".github/workflows/dns.yml": `on: push\njobs:\n  dns:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat > a.yaml <<END\n          replicas: 2\n          END\n          cat > dns.yaml <<END\n          kind: ConfigMap\n          metadata: {name: coredns-custom}\n          data:\n            v6.override: |\n${indent(DENY, 14)}\n          END\n          kubectl apply -f dns.yaml\n`,
    },
    ".github/workflows/dns.yml:15",
  ],
];

describe("what teams deny", () => {
  it.each(DENYING)("%s", async (_, files, at) => {
    const denied = await dnsFound(files);
    expect([denied.answers.map((one) => [one.kind, one.at]), denied.gaps]).toEqual([[["NXDOMAIN", at]], []]);
    const twin = Object.entries(files).map(([file, text]) => [file, text.replaceAll("NXDOMAIN", "NOERROR")]);
    const clean = await dnsFound(Object.fromEntries(twin));
    expect([clean.answers.map(({ kind }) => kind), clean.gaps]).toEqual([["NODATA"], []]);
  });
});

describe("a patch of a Corefile that forwards by /etc/resolv.conf", () => {
  const json = `- op: replace\n  path: /data/Corefile\n  value: ${JSON.stringify(COREFILE)}\n`;
  it.each([
    [
      "in a component",
      {
        "no-ipv6/kustomization.yaml": "kind: Component\npatches: [{path: corefile.yaml}]\n",
        "no-ipv6/corefile.yaml": CONFIG_MAP,
      },
    ],
    [
      "in Argo CD's Application",
      {
        "dns.yaml": `kind: Application\napiVersion: argoproj.io/v1alpha1\nspec:\n  source:\n    kustomize:\n      patches:\n        - target: {kind: ConfigMap, name: coredns}\n          patch: |-\n${indent(CONFIG_MAP, 12)}`,
      },
    ],
    [
      "in Flux's Kustomization",
      {
        "dns.yaml": `kind: Kustomization\napiVersion: kustomize.toolkit.fluxcd.io/v1\nspec:\n  patches:\n    - target: {kind: ConfigMap, name: coredns}\n      patch: |\n${indent(json, 8)}`,
      },
    ],
  ])("changes no pods: %s", async (_, files) => {
    const { answers, messages } = await dnsFound(files);
    expect([answers.map(({ kind }) => kind), messages]).toEqual([["NXDOMAIN"], ""]);
  });

  it("does where it mounts the file", async () => {
    const pod =
      "kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, volumeMounts: [{name: r, mountPath: /etc/resolv.conf}]}]}}}\n";
    const files = {
      "dns.yaml": `kind: Kustomization\napiVersion: kustomize.toolkit.fluxcd.io/v1\nspec:\n  patches:\n    - patch: |\n${indent(pod, 8)}`,
    };
    expect((await dnsFound(files)).messages).toContain("it changes pods");
  });
});

describe("what is not in sight", () => {
  it("of a cache on the nodes listens where the server blocks beside it do", async () => {
    const kops = (rcode: string) =>
      `kind: Cluster\nspec:\n  kubeDNS:\n    nodeLocalDNS:\n      additionalConfig: |\n        corp.example:53 {\n            bind 169.254.20.10\n            template ANY AAAA {\n                rcode ${rcode}\n            }\n            forward . 10.0.0.5\n        }\n`;
    for (const rcode of ["NXDOMAIN", "NOERROR"]) {
      const { answers, gaps } = await dnsFound({ "kops.yaml": kops(rcode) });
      expect([answers.map(({ kind }) => kind), gaps]).toEqual([["passed-on"], []]);
    }
  });

  it("leaves a gap where a chart's template has it from values", async () => {
    const chart = inChart("    {{- .Values.corefile | nindent 4 }}", 'corefile: ""\n');
    const clean = { "dns/coredns.yaml": CONFIG_MAP.replace("NXDOMAIN", "NOERROR") };
    expect((await dnsFound({ ...clean, ...chart })).gaps).toEqual([
      "corefile-elsewhere charts/dns/templates/cm.yaml:7",
    ]);
    const values = { "envs/prod.yaml": `corefile: |\n${indent(COREFILE, 2)}` };
    const { answers, gaps } = await dnsFound({ ...clean, ...chart, ...values });
    expect([answers.map(({ kind }) => kind), gaps]).toEqual([["NODATA", "NXDOMAIN"], []]);
  });
});

describe("what looks like a denial and is none", () => {
  const value = JSON.stringify(COREFILE);
  it.each([
    [
      "what a Kyverno policy holds Corefiles against",
      "policy.yaml",
      'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  rules:\n    - validate:\n        message: no template ANY AAAA with NXDOMAIN\n        pattern: {data: {Corefile: "!*template ANY AAAA*"}}\n',
    ],
    [
      "a policy in Rego inside a template of Gatekeeper's",
      "policy.yaml",
      'kind: ConstraintTemplate\nspec:\n  targets:\n    - rego: |\n        deny { contains(input.Corefile, "template ANY AAAA {"); x := "NXDOMAIN" }\n',
    ],
    [
      "a schema's default",
      "charts/dns/values.schema.json",
      `{"properties": {"corefile": {"type": "string", "default": ${value}}}}\n`,
    ],
    [
      "a schema's description",
      "crd.yaml",
      `kind: CustomResourceDefinition\nspec:\n  properties:\n    corefile:\n      description: |\n${indent(COREFILE, 8)}`,
    ],
    [
      "an example of an interface",
      "openapi.yaml",
      `paths:\n  /dns:\n    text/plain:\n      example: ${value}\n`,
    ],
    [
      "an alert",
      "alerts.yaml",
      `kind: PrometheusRule\nspec:\n  rules:\n    - expr: sum(rate(coredns_dns_responses_total{rcode="NXDOMAIN", type="AAAA", plugin="template"}[5m])) > 9\n      annotations: {summary: 'template ANY AAAA answers are high, see {{ $labels.instance }}'}\n`,
    ],
    [
      "a document in a ConfigMap",
      "runbooks.yaml",
      `kind: ConfigMap\nmetadata: {name: runbooks}\ndata:\n  dns.md: |\n    Never do this:\n${indent(COREFILE, 4)}`,
    ],
    [
      "what helm-unittest expects",
      "charts/dns/tests/cm_test.yaml",
      `tests:\n  - asserts: [{equal: {path: data.Corefile, value: ${value}}}]\n`,
    ],
    ["what kuttl expects", "tests/e2e/deny/00-assert.yaml", CONFIG_MAP],
    ["a rule of Semgrep's", ".semgrep/dns.yml", `rules:\n  - pattern: |\n${indent(DENY, 6)}\n`],
    ["an editor's snippet", ".vscode/dns.code-snippets", `{"deny": {"body": ${value}}}\n`],
    [
      "a step that looks for it",
      ".github/workflows/lint.yml",
      "jobs:\n  lint:\n    steps:\n      - run: if grep -rn 'template ANY AAAA' dns; then echo 'AAAA must not be NXDOMAIN'; exit 1; fi\n",
    ],
    [
      "a page's template",
      "page.go",
      'var page = template.Must(template.New("x").Parse(`{{ .AAAA }}`))\n\nfunc code() int { return NXDOMAIN }\n',
    ],
  ])("%s", async (_, file, text) => {
    const { answers, gaps } = await dnsFound({ [file]: text });
    expect([answers, gaps]).toEqual([[], []]);
  });

  it.each([
    ["a map of that name", "example.yaml", `example:\n  coredns:\n    corefile: |\n${indent(COREFILE, 6)}`],
    [
      "what Kyverno makes",
      "policy.yaml",
      `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  rules:\n    - generate: {kind: ConfigMap, name: coredns, data: {data: {Corefile: ${value}}}}\n`,
    ],
  ])("but for %s", async (_, file, text) => {
    expect((await dnsFound({ [file]: text })).answers.map(({ kind }) => kind)).toEqual(["NXDOMAIN"]);
  });

  it.each([
    [
      "whose block a program adds on the next line",
      `x = "template ANY AAAA " +\n    "{\\n rcode NXDOMAIN\\n}"\n`,
    ],
    ["with zones before its block", "x = 'template IN AAAA cluster.local ${zone} {\\n rcode NXDOMAIN\\n}'\n"],
    ["with a zone put between", `x = "template IN AAAA " + zone + " {\\n rcode NXDOMAIN\\n}"\n`],
    ["with a zone on the next line", `x = "template IN AAAA " +\n    zone + " {\\n rcode NXDOMAIN\\n}"\n`],
    ["of Ruby", 'x = "template IN AAAA #{zone} {\\n rcode NXDOMAIN\\n}"\n'],
    ["with a word to replace", "x = '''template IN AAAA @ZONE@ {\n rcode NXDOMAIN\n}'''\n"],
    ["with a network", "x = '''template IN AAAA 10.0.0.0/8 {\n rcode NXDOMAIN\n}'''\n"],
  ])("a stanza in a program %s is a gap", async (_, text) => {
    expect((await dnsFound({ "dns.py": text })).gaps).toEqual(["corefile-unread dns.py:1"]);
  });
});
