// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL writes its templates the same way.
import fc from "../../support/property.ts";
import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../../src/cluster/profile.ts";
import { readTerraform } from "../../../src/cluster/terraform/modules.ts";
import { testHclReader } from "../../support/hcl.ts";

const reader = await testHclReader();
const read = (files: Readonly<Record<string, string>>) =>
  readTerraform(
    reader,
    Object.entries(files).map(([file, text]) => ({ file, text })),
  );
const inputs = (files: Readonly<Record<string, string>>) => read(files).clusters.map(({ input }) => input);
const codes = (files: Readonly<Record<string, string>>) =>
  read(files).diagnostics.map(({ code, at }) => [code, at?.file, at?.line]);
/** A Standard cluster whose cache is set to `cache`, next to other blocks. */
const resource = (cache: string, rest = "") =>
  `resource "google_container_cluster" "shop" {\n  min_master_version = "1.30.1-gke.100"\n  addons_config {\n    dns_cache_config {\n      enabled = ${cache}\n    }\n  }\n${rest}}\n`;
const cacheOf = (files: Readonly<Record<string, string>>) =>
  inputs(files).map(({ nodeLocalDns }) => nodeLocalDns);

const SHOP = `# The shop's cluster.
resource "google_container_cluster" "shop" {
  name     = "shop"
  location = "europe-west4"

  min_master_version = "1.22.6-gke.1000"
  release_channel {
    channel = "STABLE"
  }
  addons_config {
    dns_cache_config {
      enabled = true
    }
  }
  dns_config {
    cluster_dns        = "CLOUD_DNS"
    cluster_dns_domain = "shop.test"
  }
  ip_allocation_policy {
    stack_type = "IPV4_IPV6"
  }
}
`;

describe("clusters in Terraform's files", () => {
  it("reads every setting with its line; the version is only a minimum", () => {
    const { clusters, diagnostics } = read({ "infra/main.tf": SHOP });
    expect(clusters).toEqual([
      {
        input: {
          dnsProvider: "CLOUD_DNS",
          dualStack: true,
          name: "shop in europe-west4",
          nodeLocalDns: "enabled",
          autopilot: false,
          channel: true,
          gkeVersionAtLeast: "1.22.6-gke.1000",
          clusterDomain: "shop.test",
          at: clusters[0]?.nodeLocalAt,
        },
        nodeLocalAt: { file: "infra/main.tf", line: 12, column: 7, endLine: 12, endColumn: 21 },
        versionAt: { file: "infra/main.tf", line: 6, column: 3, endLine: 6, endColumn: 41 },
      },
    ]);
    expect(diagnostics.map(({ code, weight, at }) => [code, weight, at?.line])).toEqual([
      ["gke-version-not-said", "gap", 6],
    ]);
    expect(clusterProfile(clusters[0]!.input).answers.internal.kind).toBe("unknown");
  });

  it.each([
    ["true", "enabled"],
    ["false", "disabled"],
    ['"true"', "enabled"],
    ['"false"', "disabled"],
    ["(true)", "enabled"],
    ["null", "auto"],
    ['"${true}"', "enabled"],
  ])("takes enabled = %s for %s", (written, expected) => {
    expect(cacheOf({ "main.tf": resource(written) })).toEqual([expected]);
    expect(codes({ "main.tf": resource(written) })).toEqual([["gke-version-not-said", "main.tf", 2]]);
  });

  it.each([
    ["var.cache", 'the variable "cache" is not declared in the files given'],
    ["tobool(1)", "it is set by the function tobool()"],
    ["1 == 1 ? true : false", "it is set by a conditional"],
    ["!true", "it is set by an operation"],
    ["data.x.y.z", "it is set by data.x.y.z"],
    ["each.value", "it is set by each.value"],
    ['"maybe"', '"maybe" is neither true nor false'],
    ["[true]", "it is set to a list"],
    ["local.a", "local.a leads back to itself"],
  ])("does not know what enabled = %s means, and says so", (written, because) => {
    const { clusters, diagnostics } = read({
      "main.tf": `${resource(written)}locals {\n  a = "\${local.b}"\n  b = local.a\n}\n`,
    });
    expect(clusters[0]?.input.nodeLocalDns).toBe("unknown");
    expect(diagnostics[0]).toMatchObject({
      code: "node-local-hidden",
      weight: "gap",
      message: `addons_config.dns_cache_config.enabled of google_container_cluster.shop is not known: ${because}`,
      at: { line: 5, column: 7 },
    });
    expect(clusterProfile(clusters[0]!.input).nodeLocalDns).toBe("unknown");
  });

  it("knows no setting from a dynamic block", () => {
    const files = {
      "main.tf":
        'resource "google_container_cluster" "shop" {\n  dynamic "addons_config" {\n    for_each = [1]\n    content {}\n  }\n}\n',
    };
    expect(cacheOf(files)).toEqual(["unknown"]);
    expect(codes(files)[0]).toEqual(["node-local-hidden", "main.tf", 2]);
  });

  it("takes what is not there for GKE's default, and what is broken for unknown", () => {
    const head = 'resource "google_container_cluster" "shop" {\n';
    const files = { "main.tf": `${head}  addons_config {\n  }\n}\n` };
    expect(inputs(files)).toMatchObject([
      { nodeLocalDns: "auto", autopilot: false, name: "google_container_cluster.shop" },
    ]);
    expect(read(files).clusters[0]?.nodeLocalAt.line).toBe(2);
    const broken = {
      "main.tf": `${head}  name = "a"\n  addons_config {\n    x = 1 2\n  }\n  b = 1\n}\nvariable "x" {\n  default = 1\n}\n`,
    };
    expect(inputs(broken)).toMatchObject([{ nodeLocalDns: "unknown", autopilot: "unknown" }]);
    expect(codes(broken)[0]).toEqual(["hcl-unreadable", "main.tf", 4]);
    expect(codes({ "main.tf": `${head}  x = = 1\n}\n` })[0]).toEqual(["hcl-unreadable", "main.tf", 2]);
    expect(codes({ "main.tf": `${head}}\n`, "variables.tf": "x = =" })[0]?.[1]).toBe("variables.tf");
  });

  it("knows Autopilot, and does not ask for its cache", () => {
    const files = { "main.tf": resource("var.x", "  enable_autopilot = true\n") };
    expect(inputs(files)).toMatchObject([{ autopilot: true }]);
    expect(codes(files)).toEqual([["gke-version-not-said", "main.tf", 2]]);
    expect(inputs({ "main.tf": resource("true", "  enable_autopilot = var.x\n") })).toMatchObject([
      { autopilot: "unknown", nodeLocalDns: "enabled" },
    ]);
  });

  it.each([
    ["count = 0", 0, false],
    ["count = 1", 1, false],
    ["count = var.n", 0, false],
    ["count = var.create ? 1 : 0", 1, true],
    ["for_each = {}", 0, false],
    ["for_each = toset([])", 1, true],
  ])("with %s reads %i clusters", (line, count, told) => {
    const files = {
      "main.tf": `${resource("true", `  ${line}\n`)}variable "n" {\n  default = 0\n}\n`,
    };
    expect(read(files).clusters).toHaveLength(count);
    expect(codes(files).some(([code]) => code === "terraform-count-hidden")).toBe(told);
  });
});

describe("Terraform's variables", () => {
  const main = resource("var.cache");
  const declared = (rest: string) => `variable "cache" {\n  type = bool\n${rest}}\n`;

  it("finds defaults and locals in other files of the folder, and only of that folder", () => {
    expect(cacheOf({ "a/main.tf": main, "a/variables.tf": declared("  default = true\n") })).toEqual([
      "enabled",
    ]);
    expect(cacheOf({ "a/main.tf": main, "b/variables.tf": declared("  default = true\n") })).toEqual([
      "unknown",
    ]);
    expect(
      cacheOf({
        "main.tf": resource("local.dns.cache"),
        "locals.tf": "locals {\n  dns = { cache = var.cache }\n}\n",
        "variables.tf": declared("  default = false\n"),
      }),
    ).toEqual(["disabled"]);
  });

  it("takes values from tfvars in Terraform's order", () => {
    const files = { "main.tf": main, "variables.tf": declared("  default = false\n") };
    expect(cacheOf({ ...files, "terraform.tfvars": "cache = true\n" })).toEqual(["enabled"]);
    expect(
      cacheOf({ ...files, "b.auto.tfvars": "cache = true\n", "a.auto.tfvars": "cache = false\n" }),
    ).toEqual(["enabled"]);
    expect(
      cacheOf({ ...files, "a.auto.tfvars": "cache = true\n", "terraform.tfvars": "cache = false" }),
    ).toEqual(["enabled"]);
    expect(
      cacheOf({ ...files, "a.auto.tfvars.json": '{"cache": true}', "terraform.tfvars": "cache = false" }),
    ).toEqual(["enabled"]);
    expect(cacheOf({ "main.tf": main, "env/prod/x.tfvars": 'cache = "true"\n' })).toEqual(["enabled"]);
  });

  it("does not choose between variables files that disagree", () => {
    const files = { "main.tf": main, "prod.tfvars": "cache = true\n" };
    expect(cacheOf({ ...files, "test.tfvars": "cache = true\n" })).toEqual(["enabled"]);
    expect(cacheOf({ ...files, "test.tfvars": "cache = false\n" })).toEqual(["unknown"]);
    expect(cacheOf({ ...files, "test.tfvars": "other = 1\n" })).toEqual(["unknown"]);
    expect(read({ ...files, "test.tfvars": "" }).diagnostics[0]?.message).toContain(
      'prod.tfvars and test.tfvars set the variable "cache" to different values',
    );
  });

  it("does not know whether a variables file is given that disagrees with what holds without it", () => {
    const files = { "main.tf": main, "variables.tf": declared("  default = false\n") };
    expect(cacheOf({ ...files, "prod.tfvars": "cache = false\n" })).toEqual(["disabled"]);
    expect(cacheOf({ ...files, "prod.tfvars": "other = true\n" })).toEqual(["disabled"]);
    expect(cacheOf({ ...files, "prod.tfvars": "cache = true\n" })).toEqual(["unknown"]);
    expect(cacheOf({ ...files, "prod.tfvars": "cache = true", "terraform.tfvars": "cache = true" })).toEqual([
      "enabled",
    ]);
    expect(read({ ...files, "prod.tfvars": "cache = true" }).diagnostics[0]?.message).toContain(
      'prod.tfvars may set the variable "cache" to something else',
    );
  });

  it.each(["prod.tfvars", "env/prod.tfvars", "../vars/prod.tfvars", "/vars/prod.tfvars"])(
    "takes the values of %s when the user named it",
    (file) => {
      const { clusters } = readTerraform(reader, [
        { file: "infra/main.tf", text: main },
        { file: "infra/variables.tf", text: declared("  default = false\n") },
        { file: "infra/test.tfvars", text: "cache = false\n" },
        { file, text: "cache = true\n", named: true },
      ]);
      expect(clusters[0]?.input.nodeLocalDns).toBe("enabled");
    },
  );

  it("says which variable has no default", () => {
    expect(read({ "main.tf": main, "variables.tf": declared("") }).diagnostics[0]?.message).toContain(
      'the variable "cache" has no default',
    );
  });

  it("reads a module that other files call with the caller's arguments", () => {
    const files = {
      "modules/gke/main.tf": main,
      "modules/gke/variables.tf": declared("  default = false\n"),
    };
    expect(cacheOf(files)).toEqual(["disabled"]);
    const called = {
      ...files,
      "prod/main.tf":
        'module "a" {\n  source = "../modules/gke"\n  cache = var.on\n}\nmodule "b" {\n  source = "../modules/gke/"\n}\nvariable "on" {\n  default = true\n}\n',
    };
    expect(inputs(called)).toMatchObject([
      { name: "module.a.google_container_cluster.shop", nodeLocalDns: "enabled" },
      { name: "module.b.google_container_cluster.shop", nodeLocalDns: "disabled" },
    ]);
    const unsaid = {
      ...called,
      "prod/main.tf": 'module "a" {\n  source = "../modules/gke"\n  cache = var.on\n}\n',
    };
    expect(cacheOf(unsaid)).toEqual(["unknown"]);
  });

  it("reads the folders that modules call, once each, where somebody hands out their files", () => {
    const folders: Readonly<Record<string, string>> = {
      "modules/gke": `module "inner" {\n  source = "../inner"\n  cache = var.cache\n}\nvariable "cache" {}\n`,
      "modules/inner": `${main}variable "cache" {}\n`,
    };
    const asked: string[] = [];
    const { clusters, diagnostics } = readTerraform(
      reader,
      [
        {
          file: "prod/main.tf",
          text: 'module "a" {\n  source = "../modules/gke"\n  cache = true\n}\nmodule "b" {\n  source = "./none"\n}\n',
        },
      ],
      (path) => {
        asked.push(path);
        const text = folders[path];
        return text === undefined ? [] : [{ file: `${path}/main.tf`, text }];
      },
    );
    expect(asked).toEqual(["modules/gke", "prod/none", "modules/inner"]);
    expect(
      clusters.map(({ input, nodeLocalAt }) => [input.name, input.nodeLocalDns, nodeLocalAt.file]),
    ).toEqual([["module.a.module.inner.google_container_cluster.shop", "enabled", "modules/inner/main.tf"]]);
    expect(diagnostics.map(({ code, at }) => [code, at?.file, at?.line])).toContainEqual([
      "terraform-module-missing",
      "prod/main.tf",
      5,
    ]);
  });

  it("merges override files over the others", () => {
    const files = { "a_override.tf": 'resource "google_container_cluster" "shop" {\n  name = "b"\n}\n' };
    expect(inputs({ ...files, "main.tf": resource("true", '  name = "a"\n') })).toMatchObject([
      { name: "b", nodeLocalDns: "enabled" },
    ]);
    const off = { "main.tf": resource("true"), "override.tf": resource("false") };
    expect(read(off).clusters.map(({ nodeLocalAt }) => nodeLocalAt.file)).toEqual(["override.tf"]);
    expect(cacheOf(off)).toEqual(["disabled"]);
    expect(
      cacheOf({
        "main.tf": `${main}${declared("  default = true\n")}`,
        "x_override.tf": 'variable "cache" {\n  default = false\n}\n',
      }),
    ).toEqual(["disabled"]);
  });

  it("says when it is not known whether a module that makes a cluster is called", () => {
    const call = (name: string) => `module "a" {\n  source = "./${name}"\n  count = var.n\n}\n`;
    const files = { "gke/main.tf": resource("true"), "vpc/main.tf": "locals {\n  a = 1\n}\n" };
    expect(codes({ ...files, "main.tf": call("gke") })).toContainEqual([
      "terraform-count-hidden",
      "main.tf",
      3,
    ]);
    const other = codes({ ...files, "main.tf": call("vpc") });
    expect(other.map(([code]) => code)).not.toContain("terraform-count-hidden");
  });

  it("honours nullable = false", () => {
    const module = 'module "a" {\n  source = "./gke"\n  cache = null\n}\n';
    const files = (rest: string) => ({
      "main.tf": module,
      "gke/main.tf": `${main}${declared(`  default = true\n${rest}`)}`,
    });
    expect(cacheOf(files(""))).toEqual(["auto"]);
    expect(cacheOf(files("  nullable = false\n"))).toEqual(["enabled"]);
  });

  it("ends where modules call each other", () => {
    const files = {
      "a/main.tf": `${resource("true")}module "b" {\n  source = "../b"\n}\nmodule "c" {\n  source = "../b"\n}\n`,
      "b/main.tf": 'module "a" {\n  source = "../a"\n}\nmodule "d" {\n  source = "../a"\n}\n',
    };
    const { clusters, diagnostics } = read(files);
    expect(clusters.length).toBeGreaterThan(0);
    expect(diagnostics.filter(({ code }) => code === "terraform-too-many-modules")).toHaveLength(1);
  });
});

describe("Google's module for GKE", () => {
  const module = (source: string, rest: string) => `module "gke" {\n  source = "${source}"\n${rest}}\n`;
  const OFFICIAL = "terraform-google-modules/kubernetes-engine/google";

  it.each([
    OFFICIAL,
    `${OFFICIAL}//modules/private-cluster`,
    `${OFFICIAL}//modules/beta-private-cluster-update-variant`,
    "git::https://github.com/terraform-google-modules/terraform-google-kubernetes-engine.git?ref=v36.0.0",
    "github.com/terraform-google-modules/terraform-google-kubernetes-engine//modules/beta-public-cluster",
  ])("reads the variables of %s", (source) => {
    const { clusters, diagnostics } = read({
      "main.tf": module(
        source,
        '  name = "shop"\n  region = "europe-west4"\n  dns_cache = true\n  kubernetes_version = "1.30"\n  release_channel = "RAPID"\n  cluster_dns_provider = "CLOUD_DNS"\n  cluster_dns_domain = "shop.test"\n  stack_type = "IPV4_IPV6"\n',
      ),
    });
    expect(clusters).toMatchObject([
      {
        input: {
          dnsProvider: "CLOUD_DNS",
          dualStack: true,
          name: "shop in europe-west4",
          nodeLocalDns: "enabled",
          autopilot: false,
          gkeVersionAtLeast: "1.30",
          clusterDomain: "shop.test",
        },
        nodeLocalAt: { file: "main.tf", line: 5, column: 3 },
        versionAt: { line: 6 },
      },
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["gke-version-not-said"]);
  });

  it("knows what the module does unless it is told otherwise", () => {
    expect(inputs({ "main.tf": module(OFFICIAL, "") })).toMatchObject([
      { name: "module.gke", nodeLocalDns: "disabled", autopilot: false },
    ]);
    expect(
      inputs({ "main.tf": module(`${OFFICIAL}//modules/beta-autopilot-public-cluster`, "") }),
    ).toMatchObject([{ nodeLocalDns: "auto", autopilot: true }]);
    expect(inputs({ "main.tf": module(`${OFFICIAL}//modules/safer-cluster`, "") })).toMatchObject([
      { nodeLocalDns: "auto" },
    ]);
    expect(inputs({ "main.tf": module(OFFICIAL, "  dns_cache = var.x\n") })).toMatchObject([
      { nodeLocalDns: "unknown" },
    ]);
  });

  it.each([
    [OFFICIAL, '  version = "22.1.0"\n', "auto"],
    [OFFICIAL, '  version = "~> 9.4"\n', "auto"],
    [OFFICIAL, '  version = "~> 36.0"\n', "disabled"],
    [`${OFFICIAL}//modules/beta-private-cluster`, '  version = "22.1.0"\n', "disabled"],
    ["github.com/terraform-google-modules/terraform-google-kubernetes-engine?ref=v22.1.0", "", "auto"],
  ])("knows that %s at %j has no dns_cache of its own, or has: %s", (source, rest, expected) => {
    expect(cacheOf({ "main.tf": module(source, rest) })).toEqual([expected]);
  });

  it("reads gke-standard-cluster, which takes the resource's blocks as objects", () => {
    const source = `${OFFICIAL}//modules/gke-standard-cluster`;
    const files = (config: string) => ({ "main.tf": module(source, `  addons_config = ${config}\n`) });
    expect(cacheOf(files("{ dns_cache_config = { enabled = true } }"))).toEqual(["enabled"]);
    expect(cacheOf(files("{ dns_cache_config = [{ enabled = true }] }"))).toEqual(["enabled"]);
    expect(cacheOf(files("{ http_load_balancing = { disabled = false } }"))).toEqual(["auto"]);
    expect(cacheOf(files("null"))).toEqual(["auto"]);
    expect(cacheOf(files("var.addons"))).toEqual(["unknown"]);
  });

  it("leaves modules alone that make no cluster", () => {
    for (const source of [`${OFFICIAL}//modules/auth`, "terraform-aws-modules/eks/aws", `x/${OFFICIAL}`]) {
      expect(inputs({ "main.tf": module(source, "") })).toEqual([]);
    }
  });
});

describe("Terraform's JSON syntax", () => {
  const json = (cluster: object, rest: object = {}) =>
    JSON.stringify({ resource: { google_container_cluster: { shop: cluster } }, ...rest }, null, 2);
  const cache = (enabled: unknown) => ({ addons_config: { dns_cache_config: { enabled } } });

  it("reads every setting with its line", () => {
    const text = json({
      name: "shop",
      min_master_version: "1.22.6-gke.1000",
      addons_config: [{ dns_cache_config: [{ enabled: true }] }],
      dns_config: { cluster_dns: "CLOUD_DNS", cluster_dns_domain: "shop.test" },
      ip_allocation_policy: { stack_type: "IPV4_IPV6" },
    });
    const lineOf = (word: string) => text.split("\n").findIndex((line) => line.includes(word)) + 1;
    expect(read({ "main.tf.json": text }).clusters).toMatchObject([
      {
        input: {
          dnsProvider: "CLOUD_DNS",
          dualStack: true,
          name: "shop",
          nodeLocalDns: "enabled",
          gkeVersionAtLeast: "1.22.6-gke.1000",
          clusterDomain: "shop.test",
        },
        nodeLocalAt: { file: "main.tf.json", line: lineOf('"enabled"') },
        versionAt: { line: lineOf("min_master") },
      },
    ]);
  });

  it.each([
    ["true", true, "enabled"],
    ["text", "false", "disabled"],
    ["null", null, "auto"],
    ["a reference", "${var.cache}", "enabled"],
    ["a chain", "${local.cache}", "enabled"],
    ["a call", "${tobool(1)}", "unknown"],
    ["a directive", "%{ if true }true%{ endif }", "unknown"],
    ["an undeclared variable", "${var.other}", "unknown"],
  ])("reads %s", (_, enabled, expected) => {
    const text = json(cache(enabled), {
      variable: { cache: { default: true } },
      locals: { cache: "${var.cache}" },
    });
    expect(cacheOf({ "main.tf.json": text })).toEqual([expected]);
  });

  it("reads modules, variables files, counts and dynamic blocks, together with HCL", () => {
    const text = JSON.stringify({
      module: {
        gke: { source: "terraform-google-modules/kubernetes-engine/google", dns_cache: "${var.cache}" },
      },
    });
    expect(
      cacheOf({ "a.tf.json": text, "b.tf": 'variable "cache" {}', "terraform.tfvars": "cache = true" }),
    ).toEqual(["enabled"]);
    expect(
      cacheOf({
        "a.tf.json": text,
        "b.tf": 'variable "cache" {}',
        "terraform.tfvars.json": '{"cache":false}',
      }),
    ).toEqual(["disabled"]);
    expect(cacheOf({ "a.tf.json": json({ count: 0 }) })).toEqual([]);
    expect(cacheOf({ "a.tf.json": json({ dynamic: { addons_config: { for_each: [1] } } }) })).toEqual([
      "unknown",
    ]);
    expect(cacheOf({ "a.tf.json": json({}) })).toEqual(["auto"]);
  });

  it("says where it is not JSON", () => {
    const text = json(cache(true)).slice(0, -4);
    expect(read({ "main.tf.json": text })).toMatchObject({
      clusters: [],
      diagnostics: [{ code: "hcl-unreadable", weight: "gap", at: { file: "main.tf.json" } }],
    });
  });

  it("never throws", () => {
    const whole = json(cache("${var.x}"), { module: { a: [{ source: "./a" }] }, variable: { x: {} } });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc
            .tuple(fc.nat(whole.length), fc.string())
            .map(([at, text]) => whole.slice(0, at) + text + whole.slice(at + 1)),
        ),
        fc.constantFrom("main.tf.json", "terraform.tfvars.json", "override.tf.json"),
        (text, file) => {
          for (const { input } of read({ [file]: text }).clusters) clusterProfile(input);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what is not Terraform", () => {
  it("finds nothing where there is nothing", () => {
    expect(read({})).toEqual({ clusters: [], diagnostics: [] });
    expect(read({ "a.tf": "{{ not hcl", "b.tf": 'data "google_container_cluster" "x" {}' })).toEqual({
      clusters: [],
      diagnostics: [],
    });
  });

  it("never throws, whatever stands in the files", () => {
    const line = fc.constantFrom(
      'resource "google_container_cluster" "a" {',
      'module "m" {',
      'source = "./m"',
      'source = "../"',
      `source = "terraform-google-modules/kubernetes-engine/google"`,
      "addons_config {",
      "dns_cache_config {",
      "enabled = var.x",
      "addons_config = { dns_cache_config = var.x }",
      'variable "x" {',
      "default = local.y",
      "locals {",
      'y = "${var.x}${local.y}"',
      "y = [local.y, { a = var.x.a[0] }]",
      "count = var.x",
      'dynamic "addons_config" {',
      "}",
      "<<EOT",
      "EOT",
    );
    const text = fc.oneof(
      fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n")),
      fc.string({ unit: "binary" }),
    );
    const name = fc.constantFrom("a.tf", "m/a.tf", "x.tfvars", "m/terraform.tfvars", "../b.tf", "/c.tf");
    fc.assert(
      fc.property(fc.array(fc.record({ file: name, text }), { maxLength: 4 }), (files) => {
        for (const { input } of readTerraform(reader, files).clusters) clusterProfile(input);
      }),
      { numRuns: 300 },
    );
  });
});
