import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeImages } from "../../../examples/images.mjs";
import { temporaryFolder } from "../../support/folder.ts";
import { muslgate } from "../../support/in-process.ts";

const folder = temporaryFolder();
writeImages(join(folder.path, "images"));
const api = join(folder.path, "images/shop-api.tar");

folder.write(
  "infra/main.tf",
  'module "cluster" {\n  source  = "../modules/gke"\n  gke     = "1.22.6-gke.1000"\n  cache   = var.dns_cache\n}\n\nvariable "dns_cache" {\n  type = bool\n}\n',
);
folder.write("infra/terraform.tfvars", "dns_cache = true\n");
folder.write("vars/off.tfvars", "dns_cache = false\n");
folder.write("infra/.hidden.tf", "not = read = at all\n");
folder.write(
  "modules/gke/main.tf",
  'resource "google_container_cluster" "shop" {\n  name               = "shop"\n  min_master_version = var.gke\n\n  addons_config {\n    dns_cache_config {\n      enabled = var.cache\n    }\n  }\n}\n\nvariable "gke" {}\nvariable "cache" {}\n',
);
folder.write("empty/readme.md", "");
folder.write("elsewhere/main.tf", 'resource "google_storage_bucket" "b" {}\n');
folder.write(
  "state.json",
  JSON.stringify(
    {
      format_version: "1.0",
      values: {
        root_module: {
          resources: [
            {
              address: "google_container_cluster.shop",
              mode: "managed",
              type: "google_container_cluster",
              values: {
                name: "shop",
                master_version: "1.22.6-gke.1000",
                addons_config: [{ dns_cache_config: [{ enabled: true }] }],
              },
            },
          ],
        },
      },
    },
    null,
    2,
  ),
);

/** Runs in the folder; what it prints as JSON is parsed. */
async function image(...args: readonly string[]) {
  const { code, out, err } = await muslgate(["image", api, "--format", "json", ...args], {}, folder.path);
  return { code, err, report: out === "" ? undefined : JSON.parse(out) };
}

describe("muslgate image --cluster with Terraform", () => {
  it("reads a folder and the module it calls: NodeLocal DNSCache is on, the version only a minimum", async () => {
    const { code, report } = await image("--cluster", "infra/");
    expect(code).toBe(0);
    expect(report.clusters).toMatchObject([
      {
        name: "shop",
        nodeLocalDns: "enabled",
        at: { file: "modules/gke/main.tf", line: 7, column: 7 },
      },
    ]);
    expect(
      report.judgements.some(
        ({ verdict }: { verdict: { outcome: string } }) => verdict.outcome === "unknown",
      ),
    ).toBe(true);
    expect(report.diagnostics).toMatchObject([
      { code: "gke-version-not-said", weight: "gap", at: { file: "modules/gke/main.tf", line: 3 } },
    ]);
    expect((await image("--cluster", "infra", "--fail-on-unknown")).code).toBe(3);
  });

  it("finds the image affected once the version is said, and asks for it no more", async () => {
    const { code, report } = await image(
      "--cluster",
      "infra/",
      "--gke-version",
      "1.22.6-gke.1000",
      "--fail-on-unknown",
    );
    expect(code).toBe(1);
    expect(report.diagnostics).toEqual([]);
  });

  it("takes the values of a variables file that is named", async () => {
    const { code, report } = await image(
      "--cluster",
      "infra/",
      "vars/off.tfvars",
      "--gke-version",
      "1.22.6-gke.1000",
    );
    expect(report.clusters).toMatchObject([{ nodeLocalDns: "disabled" }]);
    expect(code).toBe(0);
  });

  it("does not choose where a variables file lies in the folder that says otherwise", async () => {
    folder.write(
      "choice/main.tf",
      'module "c" {\n  source = "../infra"\n  dns_cache = var.on\n}\nvariable "on" {\n  default = true\n}\n',
    );
    folder.write("choice/prod.tfvars", "on = false\n");
    const { report } = await image("--cluster", "choice", "--gke-version", "1.22.6-gke.1000");
    expect(report.clusters).toMatchObject([{ nodeLocalDns: "unknown" }]);
    expect(report.diagnostics).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          code: "node-local-hidden",
          message: expect.stringContaining('choice/prod.tfvars may set the variable "on" to something else'),
        }),
      ]),
    );
  });

  it("leaves unknown what a file alone does not say", async () => {
    const { report } = await image("--cluster", "modules/gke/main.tf", "--gke-version", "1.30.1-gke.100");
    expect(report.clusters).toMatchObject([{ nodeLocalDns: "unknown" }]);
    expect(report.diagnostics).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          code: "node-local-hidden",
          message:
            'addons_config.dns_cache_config.enabled of google_container_cluster.shop is not known: the variable "cache" has no default',
        }),
      ]),
    );
  });

  it("finds the image affected by a state, which has the version that runs", async () => {
    const { code, report } = await image("--cluster", "state.json");
    expect(code).toBe(1);
    expect(report.clusters).toMatchObject([
      { name: "shop", gkeVersion: "1.22.6-gke.1000", nodeLocalDns: "enabled", at: { file: "state.json" } },
    ]);
  });

  it.each([
    ["empty", "there is no Terraform file in the folder empty"],
    ["elsewhere", "elsewhere/main.tf describes no cluster"],
    ["nowhere", "nowhere cannot be read"],
  ])("says what is wrong with %s", async (path, message) => {
    const { code, err } = await image("--cluster", path);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
