/** Corefiles in Terraform: what is literal is read on its line, what is computed is told. */
import { describe, expect, it } from "vitest";
import { dnsFound } from "../../support/dns-found.ts";

async function judged(files: Readonly<Record<string, string>>) {
  const { answers, gaps } = await dnsFound(files);
  return { answers: answers.map(({ kind, line }) => ({ kind, line })), gaps };
}

const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));

const COREFILE = `.:53 {
    errors
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . /etc/resolv.conf
}
`;
const PART = "template ANY AAAA {\n    rcode NXDOMAIN\n}\n";
const SERVERS = `servers = [{
  zones = [{ zone = "." }]
  port  = 53
  plugins = [
    { name = "errors" },
    { name = "template", parameters = "ANY AAAA", configBlock = "rcode NXDOMAIN" },
    { name = "forward", parameters = ". /etc/resolv.conf" },
  ]
}]
`;
const YAML_SERVERS = `servers:
  - zones: [{zone: .}]
    port: 53
    plugins:
      - name: template
        parameters: ANY AAAA
        configBlock: rcode NXDOMAIN
      - {name: forward, parameters: . /etc/resolv.conf}
`;
const heredoc = (text: string, mark = "<<-EOT") => `${mark}\n${indent(text, 6)}    EOT\n`;
const STANZA = "template ANY AAAA {";
const SET = (name: string, value: string) => `  set {\n    name  = "${name}"\n    value = "${value}"\n  }\n`;

/** What it is, the file, its text, and how the line of the finding reads. */
const CARRIERS: readonly (readonly [string, string, string, string])[] = [
  [
    "a ConfigMap",
    "dns.tf",
    `resource "kubernetes_config_map" "dns" {\n  metadata {\n    name      = "coredns"\n    namespace = "kube-system"\n  }\n  data = {\n    Corefile = ${heredoc(COREFILE)}  }\n}\n`,
    STANZA,
  ],
  [
    "a ConfigMap's data alone, its key in quotes, a heredoc that keeps its blanks",
    "dns.tf",
    `resource "kubernetes_config_map_v1_data" "dns" {\n  metadata {\n    name = "node-local-dns"\n  }\n  force = true\n  data = {\n    "Corefile" = <<EOF\n${COREFILE}EOF\n  }\n}\n`,
    STANZA,
  ],
  [
    "a string with escapes",
    "dns.tf",
    `resource "kubernetes_config_map" "dns" {\n  data = {\n    Corefile = ${JSON.stringify(COREFILE)}\n  }\n}\n`,
    `Corefile = ${JSON.stringify(COREFILE)}`,
  ],
  [
    "coredns-custom",
    "aks.tf",
    `resource "kubernetes_config_map_v1_data" "custom" {\n  metadata {\n    name = "coredns-custom"\n  }\n  data = {\n    "deny.override" = ${heredoc(PART)}  }\n}\n`,
    STANZA,
  ],
  [
    "an EKS add-on",
    "eks.tf",
    `resource "aws_eks_addon" "coredns" {\n  addon_name = "coredns"\n  configuration_values = jsonencode({\n    replicaCount = 3\n    corefile = ${heredoc(COREFILE)}  })\n}\n`,
    STANZA,
  ],
  [
    "an add-on of the module for EKS",
    "eks.tf",
    `module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n  cluster_addons = {\n    coredns = {\n      configuration_values = jsonencode({ corefile = ${JSON.stringify(COREFILE)} })\n    }\n  }\n}\n`,
    `configuration_values = jsonencode({ corefile = ${JSON.stringify(COREFILE)} })`,
  ],
  [
    "a chart's values as YAML",
    "dns.tf",
    `resource "helm_release" "coredns" {\n  chart = "coredns"\n  values = [\n    ${heredoc(YAML_SERVERS)}  ]\n}\n`,
    "- name: template",
  ],
  [
    "a chart's values encoded",
    "dns.tf",
    `resource "helm_release" "coredns" {\n  chart = "coredns"\n  values = [yamlencode({\n${indent(SERVERS, 4)}  })]\n}\n`,
    `{ name = "template", parameters = "ANY AAAA", configBlock = "rcode NXDOMAIN" },`,
  ],
  [
    "a chart's values that are merged",
    "dns.tf",
    `resource "helm_release" "coredns" {\n  values = [yamlencode(merge(var.common, {\n${indent(SERVERS, 4)}  }))]\n}\n`,
    `{ name = "template", parameters = "ANY AAAA", configBlock = "rcode NXDOMAIN" },`,
  ],
  [
    "a chart's settings as blocks",
    "dns.tf",
    `resource "helm_release" "coredns" {\n${SET("servers[0].plugins[0].name", "template")}${SET("servers[0].plugins[0].parameters", "ANY AAAA")}${SET("servers[0].plugins[0].configBlock", "rcode NXDOMAIN")}${SET("servers[0].plugins[1].name", "forward")}${SET("servers[0].plugins[1].parameters", ". /etc/resolv.conf")}}\n`,
    `value = "template"`,
  ],
  [
    "a chart's settings as a list",
    "dns.tf",
    `resource "helm_release" "coredns" {
  set = [
    { name = "servers[0].plugins[0].name", value = "template" },
    { name = "servers[0].plugins[0].parameters", value = "ANY AAAA" },
    { name = "servers[0].plugins[0].configBlock", value = "rcode NXDOMAIN" },
    { name = "servers[0].plugins[1].name", value = "forward" },
    { name = "servers[0].plugins[1].parameters", value = ". /etc/resolv.conf" },
  ]
}
`,
    `{ name = "servers[0].plugins[0].name", value = "template" },`,
  ],
  [
    "a manifest in a string",
    "dns.tf",
    `resource "kubectl_manifest" "dns" {\n  yaml_body = ${heredoc(`kind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |\n${indent(COREFILE, 4)}`)}}\n`,
    STANZA,
  ],
  [
    "a manifest as an object",
    "dns.tf",
    `resource "kubernetes_manifest" "dns" {\n  manifest = {\n    kind     = "ConfigMap"\n    metadata = { name = "coredns" }\n    data = {\n      Corefile = ${heredoc(COREFILE)}    }\n  }\n}\n`,
    STANZA,
  ],
  [
    "a local that others call",
    "dns.tf",
    `locals {\n  corefile = ${heredoc(COREFILE)}}\nresource "kubernetes_config_map" "dns" {\n  data = {\n    Corefile = local.corefile\n  }\n}\n`,
    STANZA,
  ],
  [
    "a variable's default",
    "variables.tf",
    `variable "corefile" {\n  type    = string\n  default = ${heredoc(COREFILE)}}\n`,
    STANZA,
  ],
  ["a variables file", "prod.tfvars", `corefile = ${heredoc(COREFILE)}`, STANZA],
  ["Terragrunt's inputs", "dns/terragrunt.hcl", `inputs = {\n  corefile = ${heredoc(COREFILE)}}\n`, STANZA],
  [
    "either way of a condition",
    "dns.tf",
    `resource "kubernetes_config_map" "dns" {\n  data = var.own ? {\n    Corefile = ${heredoc(COREFILE)}  } : {}\n}\n`,
    STANZA,
  ],
  [
    "Terraform's JSON",
    "dns.tf.json",
    JSON.stringify(
      {
        resource: {
          kubernetes_config_map: { dns: { metadata: { name: "coredns" }, data: { Corefile: COREFILE } } },
        },
      },
      undefined,
      1,
    ),
    `"Corefile": ${JSON.stringify(COREFILE)}`,
  ],
  [
    "values that are put into the text elsewhere",
    "dns.tf",
    `resource "kubernetes_config_map" "dns" {\n  data = {\n    Corefile = ${heredoc(COREFILE.replace("/etc/resolv.conf", `\${join(" ", var.upstreams["prod"])}`))}  }\n}\n`,
    STANZA,
  ],
];

describe("a Corefile in Terraform", () => {
  it.each(CARRIERS)("%s", async (_, file, text, line) => {
    const denied = await judged({ [file]: text });
    expect(denied).toEqual({ answers: [{ kind: "NXDOMAIN", line }], gaps: [] });
    const fine = await judged({ [file]: text.replaceAll("NXDOMAIN", "NOERROR") });
    expect([fine.answers.map(({ kind }) => kind), fine.gaps]).toEqual([["NODATA"], []]);
  });

  const BLOCK = (value: string) =>
    `resource "kubernetes_config_map" "dns" {\n  data = {\n    Corefile = ${value}\n  }\n}\n`;
  const CLEAN = COREFILE.replace(/ {4}template[^}]*}\n/, "");

  it("that is a file's is that file", async () => {
    const tf = BLOCK(`file("\${path.module}/files/Corefile")`);
    expect(await judged({ "d/dns.tf": tf, "d/files/Corefile": COREFILE })).toEqual({
      answers: [{ kind: "NXDOMAIN", line: STANZA }],
      gaps: [],
    });
    expect((await judged({ "d/dns.tf": tf })).gaps).toEqual(["corefile-not-judged d/dns.tf:3"]);
  });

  it.each([
    ["a variable that nobody sets here", "var.corefile"],
    ["a function", `templatefile("x.tftpl", {})`],
    ["a text that is changed", `replace(local.a, "x", "y")`],
  ])("that is %s is a gap on its line", async (_, value) => {
    expect((await judged({ "dns.tf": BLOCK(value) })).gaps).toEqual(["corefile-not-judged dns.tf:3"]);
  });

  it("whose lines directives choose is a gap, and denies where it may", async () => {
    const chosen = (text: string) => BLOCK(heredoc(`%{ if var.x }\n${text}%{ endif }\n`).trimEnd());
    const beside = { "d/Corefile": CLEAN };
    const denied = await judged({ ...beside, "dns.tf": chosen(COREFILE) });
    expect(denied.gaps).toContain("corefile-unread dns.tf:7");
    expect(denied.answers.map(({ kind }) => kind)).toEqual(["unknown"]);
    const fine = await judged({ ...beside, "dns.tf": chosen(CLEAN) });
    expect(fine.answers.map(({ kind }) => kind)).toEqual(["passed-on"]);
  });

  it("leaves a zone open that a variable names, and judges the rest", async () => {
    const text = `\${var.zone}:53 {\n    forward . 192.0.2.1\n}\n${COREFILE}`;
    expect((await judged({ "dns.tf": BLOCK(heredoc(text).trimEnd()) })).answers).toEqual([
      { kind: "NXDOMAIN", line: STANZA },
    ]);
  });

  it("is found past a byte order mark, CRLF and a comment", async () => {
    const text = `\uFEFF# dns\n${BLOCK(heredoc(COREFILE).trimEnd())}`.replaceAll("\n", "\r\n");
    expect((await judged({ "dns.tf": text })).answers).toEqual([{ kind: "NXDOMAIN", line: STANZA }]);
  });
});
