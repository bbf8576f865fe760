import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readClusterSettings } from "../../src/cluster/gcloud.ts";
import { CORPUS, describeWith } from "../support/parts.ts";

const folder = join(CORPUS, "gke");

describeWith({ corpus: true }, "what gcloud printed", () => {
  const read = (name: string) => readClusterSettings(name, readFileSync(join(folder, name), "utf8"));

  it("reads every cluster of both dumps", () => {
    const rows = ["clusters-list-1.json", "clusters-list-2.json"].flatMap((name) =>
      read(name).clusters.map(({ input }) => [
        input.name,
        input.gkeVersion,
        input.nodeLocalDns,
        input.autopilot,
      ]),
    );
    expect(rows).toEqual([
      ["autopilot-gke1 in europe-west4", "1.24.10-gke.2300", "enabled", true],
      ["autopilot-gke2 in europe-west4", "1.24.10-gke.2300", "enabled", true],
      ["gke2 in europe-west4", "1.24.10-gke.2300", "disabled", false],
      ["gke3 in europe-west4", "1.25.7-gke.1000", "disabled", false],
      ["gke1 in europe-west4-a", "1.25.7-gke.1000", "enabled", false],
      ["gke4 in europe-west4-a", "1.24.10-gke.2300", "disabled", false],
      ["gke6 in europe-west4-a", "1.25.7-gke.1000", "disabled", false],
      ["gcp-cluster in europe-west10-a", "1.27.8-gke.1067004", "disabled", false],
      ["gcp-cluster in europe-west10", "1.27.8-gke.1067004", "disabled", false],
    ]);
  });

  it("points at the setting", () => {
    const lines = readFileSync(join(folder, "clusters-list-1.json"), "utf8").split("\n");
    const [first] = read("clusters-list-1.json").clusters;
    const { line, column } = first!.nodeLocalAt;
    expect([lines[line - 2]?.trim(), lines[line - 1]?.slice(column - 1)]).toEqual([
      '"dnsCacheConfig": {',
      "true",
    ]);
    expect(lines[first!.versionAt!.line - 1]).toContain("currentMasterVersion");
  });
});

describe("settings of clusters", () => {
  const DESCRIBED = `addonsConfig:
  dnsCacheConfig:
    enabled: true
autopilot: {}
currentMasterVersion: 1.22.6-gke.1000
currentNodeVersion: 1.21.6-gke.1500
ipAllocationPolicy:
  stackType: IPV4_IPV6
name: shop
networkConfig:
  dnsConfig:
    clusterDns: CLOUD_DNS
    clusterDnsDomain: shop.test
releaseChannel:
  channel: STABLE
`;

  it("reads the YAML of gcloud describe; the control plane's version counts, not the nodes'", () => {
    const [cluster] = readClusterSettings("c.yaml", DESCRIBED).clusters;
    expect(cluster).toMatchObject({
      input: {
        dnsProvider: "CLOUD_DNS",
        dualStack: true,
        gkeVersion: "1.22.6-gke.1000",
        nodeLocalDns: "enabled",
        autopilot: false,
        clusterDomain: "shop.test",
      },
      nodeLocalAt: { file: "c.yaml", line: 3, column: 14 },
      versionAt: { line: 5 },
    });
    const profile = clusterProfile(cluster!.input);
    expect([profile.name, profile.answers.internal.kind, profile.domain]).toEqual([
      "shop",
      "NXDOMAIN",
      "shop.test",
    ]);
  });

  it("takes an absent or empty setting as off", () => {
    for (const cache of ["  dnsCacheConfig: {}", "  httpLoadBalancing: {}"]) {
      const text = `addonsConfig:\n${cache}\ncurrentMasterVersion: 1.22.6-gke.1000\n`;
      expect(readClusterSettings("c", text).clusters[0]?.input.nodeLocalDns).toBe("disabled");
    }
  });

  const connector = (spec: string) =>
    `apiVersion: container.cnrm.cloud.google.com/v1beta1\nkind: ContainerCluster\nmetadata:\n  name: shop\nspec:\n${spec}`;

  it("reads Config Connector, where the version is only a minimum", () => {
    const { clusters, diagnostics } = readClusterSettings(
      "k.yaml",
      connector('  minMasterVersion: "1.22"\n  addonsConfig:\n    dnsCacheConfig:\n      enabled: true\n'),
    );
    expect(clusters[0]?.input).toMatchObject({
      name: "shop",
      nodeLocalDns: "enabled",
      gkeVersionAtLeast: "1.22",
    });
    expect(diagnostics.map(({ code, at }) => [code, at?.line])).toEqual([["gke-version-not-said", 6]]);
    expect(clusterProfile(clusters[0]!.input).answers.internal.kind).toBe("unknown");
    const newer = readClusterSettings("k.yaml", connector("  minMasterVersion: 1.30.1-gke.100\n"))
      .clusters[0];
    expect(clusterProfile(newer!.input).answers.internal.kind).toBe("NODATA");
    expect(clusterProfile(newer!.input).nodeLocalDns).toBe("unknown");
  });

  it("finds nothing where there is nothing", () => {
    expect(readClusterSettings("x", "kind: ConfigMap\n")).toEqual({ clusters: [], diagnostics: [] });
    expect(readClusterSettings("x", "{{ not yaml")).toEqual({ clusters: [], diagnostics: [] });
  });
});
