import { afterEach, describe, expect, it, vi } from "vitest";
import { Lexer } from "yaml";
import { foundClusters } from "../../src/cluster/found.ts";
import { notTakenOf } from "../../src/cluster/unread.ts";
import { discover } from "../../src/discover/discover.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { memoryTree } from "../discover/tree.ts";

const COREFILE =
  ".:53 {\n      template ANY AAAA {\n        rcode NXDOMAIN\n      }\n      forward . 10.0.0.1\n    }\n";

const FILES: Readonly<Record<string, string>> = {
  "app/coredns.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |\n    ${COREFILE}`,
  "app/web.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    rewrite : forward .\nspec:\n  containers:\n    - name: web\n      image: nginx:1\n",
  "app/kustomization.yaml":
    "configMapGenerator:\n  - name: node-local-dns\n    literals:\n      - Corefile=.:53 { forward . 10.0.0.1 }\n",
  "dns/values.yaml":
    "image:\n  repository: coredns/coredns\n  tag: 1.12.0\nservers:\n  - zones:\n      - zone: .\n    port: 53\n    plugins:\n      - name: forward\n        parameters: . 10.0.0.1\n",
  "gke/cluster.yaml": "name: prod\ncurrentMasterVersion: 1.33.4-gke.1\n",
  "gke/krm.json":
    '{"apiVersion":"container.cnrm.cloud.google.com/v1beta1","kind":"ContainerCluster","metadata":{"name":"x"},"spec":{}}',
};

describe("a run", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("parses each YAML file once, whoever reads it", async () => {
    const readers = [vi.spyOn(Lexer.prototype, "lex"), vi.spyOn(JSON, "parse")];
    const { clusterFiles, unread } = await discover(memoryTree(FILES));
    const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
    notTakenOf(unread, clusterFiles);
    expect(new Set(clusterFiles.map(({ file }) => file))).toEqual(new Set(Object.keys(FILES)));
    expect(profiles).toHaveLength(4);
    const parsed = readers.flatMap(({ mock }) => mock.calls.map(([text]) => text));
    for (const [file, text] of Object.entries(FILES))
      expect([file, parsed.filter((one) => one === text).length]).toEqual([file, 1]);
  });
});
