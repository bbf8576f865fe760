import fc from "../../support/property.ts";
import { describe, expect, it } from "vitest";
import { jsonPlaces } from "../../../src/yaml/json-places.ts";
import { clusterProfile } from "../../../src/cluster/profile.ts";
import { readTerraformPlan } from "../../../src/cluster/terraform/plan.ts";

const ADDRESS = "module.gke.google_container_cluster.primary";

/** A plan of one cluster in the module `gke`. */
function plan(values: object, unknown: object = {}): string {
  const resource = { address: ADDRESS, mode: "managed", type: "google_container_cluster", values };
  return JSON.stringify(
    {
      format_version: "1.2",
      planned_values: {
        root_module: { resources: [], child_modules: [{ address: "module.gke", resources: [resource] }] },
      },
      resource_changes: [{ address: ADDRESS, change: { actions: ["create"], after_unknown: unknown } }],
    },
    undefined,
    2,
  );
}

/** A state of one cluster. */
function state(values: object): string {
  const resource = { address: ADDRESS, mode: "managed", type: "google_container_cluster", values };
  return JSON.stringify({ format_version: "1.0", values: { root_module: { resources: [resource] } } });
}

const addons = (enabled: unknown) => [{ dns_cache_config: [{ enabled }] }];

describe("what terraform show -json prints", () => {
  it("reads a plan; every value has its own place", () => {
    const text = plan({
      name: "shop",
      location: "europe-west4",
      addons_config: addons(true),
      min_master_version: "1.22.6-gke.1000",
      dns_config: [{ cluster_dns: "CLOUD_DNS", cluster_dns_domain: "shop.test" }],
      ip_allocation_policy: [{ stack_type: "IPV4_IPV6" }],
      release_channel: [{ channel: "STABLE" }],
    });
    const { clusters, diagnostics } = readTerraformPlan("plan.json", text);
    expect(clusters).toMatchObject([
      {
        input: {
          dnsProvider: "CLOUD_DNS",
          dualStack: true,
          name: "shop in europe-west4",
          nodeLocalDns: "enabled",
          autopilot: false,
          gkeVersionAtLeast: "1.22.6-gke.1000",
          clusterDomain: "shop.test",
        },
      },
    ]);
    expect(diagnostics.map(({ code, subject }) => [code, subject])).toEqual([
      ["gke-version-not-said", ADDRESS],
    ]);
    const lines = text.split("\n");
    const { nodeLocalAt, versionAt } = clusters[0]!;
    const written = [nodeLocalAt, versionAt!].map(({ line, column, endColumn }) =>
      lines[line - 1]?.slice(column - 1, endColumn - 1),
    );
    expect(written).toEqual(["true", '"1.22.6-gke.1000"']);
  });

  it("reads a state, where the version is exact and an addon that is not there is off", () => {
    const { clusters, diagnostics } = readTerraformPlan(
      "state.json",
      state({ name: "shop", master_version: "1.22.6-gke.1000", addons_config: [{ dns_cache_config: [] }] }),
    );
    expect(diagnostics).toEqual([]);
    expect(clusters[0]?.input).toMatchObject({ gkeVersion: "1.22.6-gke.1000", nodeLocalDns: "disabled" });
    const on = state({ master_version: "1.22.6-gke.1000", addons_config: addons(true) });
    const [cluster] = readTerraformPlan("state.json", on).clusters;
    expect(clusterProfile(cluster!.input).answers.internal.kind).toBe("NXDOMAIN");
  });

  it("takes a plan that asks for another version for an upgrade", () => {
    const text = plan({ master_version: "1.22.6-gke.1000", min_master_version: "1.30.1-gke.100" });
    const [cluster] = readTerraformPlan("plan.json", text).clusters;
    expect(cluster?.input.gkeVersion).toBeUndefined();
    expect(cluster?.input.gkeVersionAtLeast).toBe("1.30.1-gke.100");
  });

  it.each<[string, object, object, string, boolean]>([
    ["nothing", {}, {}, "auto", false],
    ["a block GKE fills in", {}, { addons_config: true, master_version: true }, "auto", false],
    [
      "a block inside that GKE fills in",
      { addons_config: [{}] },
      { addons_config: [{ dns_cache_config: true }] },
      "auto",
      false,
    ],
    [
      "a value known after apply",
      { addons_config: [{ dns_cache_config: [{}] }] },
      { addons_config: addons(true) },
      "unknown",
      true,
    ],
    [
      "a block of a cluster there is",
      { master_version: "1.30.1-gke.100" },
      { addons_config: true },
      "unknown",
      true,
    ],
    ["text", { addons_config: addons("false") }, {}, "disabled", false],
  ])("of %s knows what can be known", (_, values, unknown, expected, told) => {
    const { clusters, diagnostics } = readTerraformPlan("plan.json", plan(values, unknown));
    expect(clusters[0]?.input.nodeLocalDns).toBe(expected);
    expect(diagnostics.some(({ code }) => code === "node-local-hidden")).toBe(told);
  });

  it("knows Autopilot", () => {
    const [cluster] = readTerraformPlan("plan.json", plan({ enable_autopilot: true })).clusters;
    expect(cluster?.input.autopilot).toBe(true);
    expect(clusterProfile(cluster!.input).nodeLocalDns).toBe("enabled");
  });

  it("finds nothing elsewhere, and says when a plan is cut off", () => {
    for (const text of [
      "",
      "{}",
      '{"format_version":1}',
      '{"format_version":1,"values":{"root_module":[]}}',
      "[",
    ]) {
      expect(readTerraformPlan("x", text)).toEqual({ clusters: [], diagnostics: [] });
    }
    const cut = plan({}).slice(0, -3);
    expect(readTerraformPlan("x", cut).diagnostics.map(({ code, weight }) => [code, weight])).toEqual([
      ["terraform-plan-unreadable", "gap"],
    ]);
  });

  it("stands modules and brackets without end", () => {
    const deep = (open: string, close: string, inner: string, times: number) =>
      open.repeat(times) + inner + close.repeat(times);
    const modules = `{"format_version":"1","values":{"root_module":${deep('{"child_modules":[', "]}", "{}", 5000)}}}`;
    expect(readTerraformPlan("x", modules).diagnostics.map(({ code }) => code)).toEqual([
      "terraform-plan-unreadable",
    ]);
    const lists = `{"format_version":${deep("[", "]", "", 5000)}}`;
    expect(readTerraformPlan("x", lists).clusters).toEqual([]);
  });

  it("never throws on any values", () => {
    const json = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("addons_config", "dns_config", "master_version", "name"), json),
        json,
        fc.string(),
        (values, unknown, any) => {
          for (const text of [
            plan(values, { addons_config: unknown }),
            state(values),
            `{"format_version"${any}`,
          ]) {
            readTerraformPlan("x", text);
          }
        },
      ),
    );
  });
});

describe("places in JSON", () => {
  it("finds every value of any document", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const paths: (string | number)[][] = [];
        const values: unknown[] = [];
        const walk = (at: unknown, path: (string | number)[]) => {
          paths.push(path);
          values.push(at);
          if (typeof at !== "object" || at === null) return;
          for (const [key, inner] of Object.entries(at)) walk(inner, [...path, key]);
        };
        walk(JSON.parse(text), []);
        const found = jsonPlaces(text, paths).map(
          (span) => JSON.parse(text.slice(span!.start, span!.end)) as unknown,
        );
        expect(found).toEqual(values);
      }),
    );
  });

  it("stands strings of many megabytes", () => {
    const text = JSON.stringify({ a: "\n".repeat(10_000_000), b: 1 });
    expect(jsonPlaces(text, [["b"]])).toEqual([{ start: text.length - 2, end: text.length - 1 }]);
  });

  it("takes the last of two equal keys, as JSON.parse does", () => {
    expect(jsonPlaces('{"a":1,"a":2}', [["a"], ["b"]])).toEqual([{ start: 11, end: 12 }, undefined]);
  });
});
