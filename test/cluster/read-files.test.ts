import { describe, expect, it } from "vitest";
import { leftOpen, readClusterFiles } from "../../src/cluster/read-files.ts";
import { testHclReader } from "../support/hcl.ts";

const MAIN =
  'resource "google_container_cluster" "shop" {\n  addons_config {\n    dns_cache_config {\n      enabled = var.on\n    }\n  }\n}\n';
const GCLOUD = "name: bank\ncurrentMasterVersion: 1.30.1-gke.100\n";
const STATE = JSON.stringify({
  format_version: "1.0",
  values: {
    root_module: {
      resources: [
        {
          address: "google_container_cluster.mail",
          mode: "managed",
          type: "google_container_cluster",
          values: { name: "mail", master_version: "1.22.6-gke.1000" },
        },
      ],
    },
  },
});

/** What was read, and how often the HCL parser was started for it. */
async function read(files: Readonly<Record<string, string>>) {
  let starts = 0;
  const all = Object.entries(files).map(([file, text]) => ({ file, text }));
  const found = await readClusterFiles(all, {
    hcl: () => {
      starts++;
      return testHclReader();
    },
  });
  return { ...found, starts, names: found.clusters.map(({ input }) => input.name) };
}

describe("files that describe clusters", () => {
  it("tells by the name or the text what each is", async () => {
    const found = await read({
      "list.yaml": GCLOUD,
      "infra/main.tf": MAIN,
      "infra/terraform.tfvars": "on = true\n",
      "state.json": STATE,
    });
    expect(found.names).toEqual(["bank", "mail", "google_container_cluster.shop"]);
    expect(found.clusters.map(({ input }) => input.nodeLocalDns)).toEqual([
      "disabled",
      "disabled",
      "enabled",
    ]);
    expect(found.clusters.map(({ nodeLocalAt }) => nodeLocalAt.file)).toEqual([
      "list.yaml",
      "state.json",
      "infra/main.tf",
    ]);
    expect(found).toMatchObject({ clusterless: [], starts: 1 });
  });

  it("does not start the parser for what has no word of GKE", async () => {
    expect(
      await read({ "list.yaml": GCLOUD, "main.tf": 'resource "a" "b" {}\n', "x.tfvars": "a = 1" }),
    ).toMatchObject({
      starts: 0,
      names: ["bank"],
      clusterless: ["main.tf", "x.tfvars"],
    });
  });

  it("names the files that describe no cluster", async () => {
    expect(await read({ "a.yaml": "a: 1", "b.json": "{", "c.tf": "{{ kubernetes-engine" })).toMatchObject({
      names: [],
      clusterless: ["a.yaml", "b.json", "c.tf"],
      diagnostics: [{ code: "hcl-unreadable", weight: "gap" }],
    });
  });

  it("does not parse YAML without end", async () => {
    expect(await read({ "a.yaml": `# ${"x".repeat(8 * 1024 * 1024)}` })).toMatchObject({
      clusterless: ["a.yaml"],
      diagnostics: [{ code: "cluster-file-too-long", weight: "gap", subject: "a.yaml" }],
    });
  });
});

describe("what was said beside the files", () => {
  it("settles what they hide, and nothing else", async () => {
    const { diagnostics } = await read({
      "main.tf": MAIN.replace(
        "  addons",
        "  enable_autopilot = var.a\n  dns_config {\n    cluster_dns = var.c\n  }\n  addons",
      ),
    });
    const codes = (said: Parameters<typeof leftOpen>[1]) =>
      leftOpen(diagnostics, said).map(({ code }) => code);
    expect(codes({})).toEqual([
      "autopilot-hidden",
      "node-local-hidden",
      "gke-version-not-said",
      "terraform-value-hidden",
    ]);
    expect(codes({ gkeVersion: "1.30.1-gke.100", nodeLocalDns: "enabled" })).toEqual([
      "autopilot-hidden",
      "terraform-value-hidden",
    ]);
    expect(codes({ corefiles: [{ file: "a", text: "" }], autopilot: true })).toEqual([
      "node-local-hidden",
      "terraform-value-hidden",
    ]);
  });
});
