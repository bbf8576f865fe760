/** What Terraform's files run is read as manifests are: on its lines, and what Terraform has yet to work out is told. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's interpolations are the subject.
import { describe, expect, it } from "vitest";
import { dnsFound } from "../support/dns-found.ts";
import { testHclReader } from "../support/hcl.ts";
import { found } from "./tree.ts";

const inTerraform = (text: string, more: Readonly<Record<string, string>> = {}) =>
  found({ "main.tf": text, ...more }, { hcl: testHclReader });

const deployment = (pod: string, before = "") => `resource "kubernetes_deployment_v1" "web" {
${before}  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    template {
      metadata {
        labels = { app = "web" }
      }
      spec {
${pod}
      }
    }
  }
}
`;
const CONTAINER = `        container {
          name    = "web"
          image   = "python:3.14-alpine"
          command = ["gunicorn"]
          args    = ["app:app"]
          env {
            name  = "DB_HOST"
            value = "db"
          }
        }`;

describe("a resource that has pods", () => {
  it("is read with what it gives its containers", async () => {
    const init = `        init_container {\n          name  = "init"\n          image = "busybox:1.37"\n        }\n`;
    const { workloads, diagnostics } = await inTerraform(
      deployment(
        `        dns_policy = "None"\n        dns_config {\n          nameservers = ["192.0.2.53"]\n        }\n${init}${CONTAINER}`,
      ),
    );
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([
      {
        image: "python:3.14-alpine",
        name: "deployment/web, container web",
        command: ["gunicorn"],
        args: ["app:app"],
        asks: ["192.0.2.53"],
        surroundings: { env: { DB_HOST: "db" } },
        at: { file: "main.tf", line: 22 },
      },
      { image: "busybox:1.37", name: "deployment/web, init container init" },
    ]);
  });

  it("is told of where its image is what Terraform works out", async () => {
    for (const written of ["var.image", '"python:${var.tag}"', 'format("%s:1", var.name)']) {
      const { workloads, diagnostics } = await inTerraform(
        deployment(CONTAINER.replace('"python:3.14-alpine"', written)),
      );
      expect(workloads).toEqual([]);
      expect(diagnostics).toMatchObject([{ code: "image-not-literal", weight: "gap", at: { line: 14 } }]);
    }
  });

  it("does not know a command, nor variables, that Terraform works out", async () => {
    const { workloads } = await inTerraform(
      deployment(
        CONTAINER.replace('["gunicorn"]', "var.command").replace(
          /env \{[^}]*\}/,
          'dynamic "env" {\n            for_each = var.env\n            content {\n              name = env.key\n            }\n          }',
        ),
      ),
    );
    expect(workloads).toHaveLength(1);
    expect(workloads[0]?.command).not.toEqual(["gunicorn"]);
    expect(workloads[0]?.command).toBeDefined();
    expect(workloads[0]?.surroundings?.env ?? []).toEqual([]);
    expect(workloads[0]?.surroundings).toMatchObject({ envOpen: true });
  });

  it("is told of where its containers are a dynamic block", async () => {
    const { diagnostics } = await inTerraform(
      deployment(
        '        dynamic "container" {\n          for_each = var.all\n          content {\n            image = container.value\n          }\n        }',
      ),
    );
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { line: 13 } }]);
  });

  it.each([
    "count = 0",
    "count = false ? 1 : 0",
    "for_each = {}",
    "for_each = toset([])",
    "for_each = false ? { a = 1 } : {}",
  ])("is none where the file itself says so: %s", async (off) => {
    const { workloads, diagnostics } = await inTerraform(deployment(CONTAINER, `  ${off}\n`));
    expect(workloads).toEqual([]);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    "count = 1",
    "count = var.n",
    "for_each = var.all",
    "for_each = true ? { a = 1 } : {}",
    "count = var.on ? 1 : 0",
  ])("is one in every other case: %s", async (on) => {
    const { workloads } = await inTerraform(deployment(CONTAINER, `  ${on}\n`));
    expect(workloads).toHaveLength(1);
  });
});

describe("manifests that Terraform applies", () => {
  const POD =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: python:3.14-alpine}\n";
  it.each([
    [
      "a text of kubectl_manifest",
      `resource "kubectl_manifest" "web" {\n  yaml_body = <<YAML\n${POD}YAML\n}\n`,
      8,
    ],
    [
      "one that is decoded",
      `resource "kubernetes_manifest" "web" {\n  manifest = yamldecode(<<-YAML\n${POD.replace(/^/gm, "    ").trimEnd()}\n  YAML\n  )\n}\n`,
      8,
    ],
    [
      "an object",
      `resource "kubernetes_manifest" "web" {\n  manifest = {\n    apiVersion = "v1"\n    kind = "Pod"\n    metadata = { name = "web" }\n    spec = { containers = [{ name = "web", image = "python:3.14-alpine" }] }\n  }\n}\n`,
      6,
    ],
  ])("are read: %s", async (_, text, line) => {
    const { workloads, diagnostics } = await inTerraform(text);
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([
      { image: "python:3.14-alpine", name: "pod/web, container web", at: { line } },
    ]);
    const off = await inTerraform(text.replace("{\n", "{\n  count = 0\n"));
    expect(off.workloads).toEqual([]);
  });

  it("are told of where they are worked out, but for files that are read by themselves", async () => {
    const one = (body: string) => `resource "kubectl_manifest" "web" {\n  yaml_body = ${body}\n}\n`;
    expect((await inTerraform(one("var.manifest"))).diagnostics).toMatchObject([
      { code: "not-followed", at: { line: 2 } },
    ]);
    expect(
      (await inTerraform(one('file("${path.module}/web.yaml")'), { "web.yaml": POD })).diagnostics,
    ).toEqual([]);
  });
});

describe("manifests of more than one form", () => {
  const POD = `{\n    apiVersion = "v1"\n    kind = "Pod"\n    metadata = { name = "web" }\n    spec = { containers = [{ name = "web", image = "python:3.14-alpine" }] }\n  }`;
  it.each([
    ["an object that is encoded", "kubectl_manifest", `yaml_body = yamlencode(${POD})`],
    ["one of two", "kubernetes_manifest", `manifest = var.on ? ${POD} : {}`],
    ["one of three", "kubernetes_manifest", `manifest = var.on ? ${POD} : var.off ? {} : {}`],
  ])("are read: %s", async (_, type, body) => {
    const { workloads, diagnostics } = await inTerraform(`resource "${type}" "web" {\n  ${body}\n}\n`);
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([{ image: "python:3.14-alpine", at: { line: 6 } }]);
  });

  it.each([
    ["of the net", "", "yamldecode(data.http.argocd.response_body)"],
    ["of the net, in quotes", "", '"${data.http.argocd.response_body}"'],
    ["of a branch that is worked out", "", `var.on ? ${POD} : var.manifest`],
    ["each of what is worked out", "  for_each = var.all\n", "each.value"],
    ["each of a text of the net", "  for_each = data.kubectl_file_documents.net.manifests\n", "each.value"],
  ])("are told of: %s", async (_, before, body) => {
    const { diagnostics } = await inTerraform(
      `data "kubectl_file_documents" "net" {\n  content = data.http.argocd.response_body\n}\nresource "kubernetes_manifest" "web" {\n${before}  manifest = ${body}\n}\n`,
    );
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap" }]);
  });

  it.each([
    ['  for_each = fileset(path.module, "*.yaml")\n', "yamldecode(file(each.value))"],
    ['  for_each = { for f in fileset(path.module, "*.yaml") : f => f }\n', "each.value"],
    ["  for_each = data.kubectl_path_documents.all.manifests\n", "each.value"],
    ["  for_each = data.kubectl_file_documents.here.manifests\n", "each.value"],
    ["", "data.local_file.web.content"],
    ["", '"${file("web.yaml")}"'],
    ["  for_each = data.kubectl_file_documents.quoted.manifests\n", '"${each.value}"'],
  ])("are nobody's where they are files of the repository: %s", async (before, body) => {
    const { diagnostics } = await inTerraform(
      `data "kubectl_file_documents" "here" {\n  content = file("web.yaml")\n}\ndata "kubectl_file_documents" "quoted" {\n  content = "\${file("web.yaml")}"\n}\nresource "kubectl_manifest" "web" {\n${before}  yaml_body = ${body}\n}\n`,
    );
    expect(diagnostics).toEqual([]);
  });

  it("are read in a folder that is called like one of tests", async () => {
    const text = `resource "kubectl_manifest" "web" {\n  yaml_body = <<YAML\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: python:3.14-alpine}\nYAML\n}\n`;
    const { workloads } = await found({ "environments/test/main.tf": text }, { hcl: testHclReader });
    expect(workloads).toMatchObject([{ image: "python:3.14-alpine", at: { line: 8 } }]);
  });
});

it("names that every object of JavaScript has are names like others", async () => {
  const text = `resource "constructor" "toString" {\n  Corefile = constructor ? 1 : 2\n}\n`;
  const { workloads, diagnostics } = await inTerraform(
    `${text}${deployment(`        constructor {\n          a = 1\n        }\n${CONTAINER}`)}`,
  );
  expect(diagnostics).toEqual([]);
  expect(workloads).toHaveLength(1);
  expect((await dnsFound({ "dns.tf": text })).answers).toEqual([]);
});

describe("a helm_release", () => {
  const release = (more: string) =>
    `resource "helm_release" "web" {\n  name       = "web"\n  repository = "https://charts.example"\n  chart      = "web"\n${more}}\n`;
  it.each([
    [
      "set",
      '  set {\n    name  = "image.repository"\n    value = "python"\n  }\n  set {\n    name  = "image.tag"\n    value = "3.14-alpine"\n  }\n',
    ],
    [
      "a list of them",
      '  set = [\n    { name = "image.repository", value = "python" },\n    { name = "image.tag", value = "3.14-alpine" },\n  ]\n',
    ],
    ["values as a text", "  values = [<<EOT\nimage:\n  repository: python\n  tag: 3.14-alpine\nEOT\n  ]\n"],
    [
      "values that are encoded",
      '  values = [yamlencode({ image = { repository = "python", tag = "3.14-alpine" } })]\n',
    ],
  ])("has the images of its values read, and says that its chart is not here: %s", async (_, more) => {
    const { workloads, diagnostics } = await inTerraform(release(more));
    expect(workloads).toMatchObject([
      { image: "python:3.14-alpine", key: { kind: "helm_release", name: "web" } },
    ]);
    expect(diagnostics).toMatchObject([{ code: "not-followed", at: { line: 4 } }]);
  });

  it("has an image of its values once", async () => {
    const { workloads } = await inTerraform(
      release('  values = [yamlencode({ image = "python:3.14-alpine" })]\n'),
    );
    expect(workloads.map(({ image }) => image)).toEqual(["python:3.14-alpine"]);
  });

  it.each(["${path.module}/charts/web", "charts/web"])(
    "of a chart that is here is no gap: %s",
    async (path) => {
      const chart = { "modules/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n" };
      const text = release("")
        .replace('"web"\n}', `"${path}"\n}`)
        .replace(/.*repository.*\n/, "");
      const { diagnostics } = await found({ "modules/main.tf": text, ...chart }, { hcl: testHclReader });
      expect(diagnostics).toEqual([]);
    },
  );
});

it("without a reader of HCL, and in a file that is none, says that images are not read", async () => {
  expect((await found({ "main.tf": deployment(CONTAINER) })).diagnostics).toMatchObject([
    { code: "not-followed", weight: "gap", at: { line: 1 } },
  ]);
});

it.each([
  ["count = 0", 0],
  ["count = 1", 1],
  ["for_each = false ? { a = 1 } : {}", 0],
  ["for_each = var.all", 1],
])("a Corefile is nobody's in a resource that is never made: %s", async (written, clusters) => {
  const text = `resource "kubernetes_config_map" "dns" {\n  ${written}\n  metadata {\n    name = "coredns"\n  }\n  data = {\n    Corefile = <<EOT\n.:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 192.0.2.1\n}\nEOT\n  }\n}\n`;
  const { answers, gaps } = await dnsFound({ "dns.tf": text });
  expect(answers.map(({ kind }) => kind)).toEqual(clusters === 0 ? [] : ["NXDOMAIN"]);
  expect(gaps).toEqual([]);
});
