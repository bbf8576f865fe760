/** A fleet of two clusters and a repository on a loopback registry. Must hold no verdict. */
import { join } from "node:path";
import { type ExampleImage, IMAGES, ociLayout } from "../../examples/images.mjs";
import type { Seen, TestServer } from "./faulty-registry.ts";
import { startImageRegistry } from "./image-registry.ts";
import { deploymentPods, listOf, type LiveImage, SHAPES } from "./live-cluster.ts";

/** The fleet's files in a folder, and what they name. */
export interface TestFleet {
  readonly registry: TestServer;
  readonly file: string;
  readonly images: number;
}

/** Starts it: so many images besides the example's three, on their base. `before` sees each request to the registry first. */
export async function testFleet(
  write: (path: string, text: string) => void,
  folder: string,
  many = 0,
  before?: (seen: Seen) => void,
): Promise<TestFleet> {
  const images: Record<string, ExampleImage> = {};
  for (const [name, image] of Object.entries(IMAGES)) images[`shop/${name.slice(5)}:1.0`] = image;
  const api = IMAGES["shop-api"]!;
  for (let i = 0; i < many; i++) {
    const own = [{ name: `app/data-${i}`, body: Buffer.alloc(40_000 + 7_000 * i, `own ${i} `) }];
    images[`many/app-${i}:1.0`] = { ...api, layers: [...api.layers, own] };
  }
  const registry = await startImageRegistry(images, before);
  const digestOf = (reference: string): string => {
    const layout = ociLayout(reference, images[reference]!);
    return JSON.parse(String(layout.find(({ name }) => name === "index.json")?.body)).manifests[0].digest;
  };
  const live = (reference: string): LiveImage => ({
    image: `${registry.host}/${reference}`,
    imageID: `${registry.host}/${reference.split(":")[0]}@${digestOf(reference)}`,
  });
  const others = Array.from({ length: many }, (_, i) =>
    deploymentPods(`app-${i}`, 1 + (i % 3), [live(`many/app-${i}:1.0`)]),
  ).flat();
  const of = (shape: keyof typeof SHAPES, pods: number) =>
    listOf([
      ...SHAPES[shape],
      ...deploymentPods("api", pods, [live("shop/api:1.0")]),
      ...deploymentPods("reports", 1, [live("shop/reports:1.0")]),
      ...others,
    ]);
  write("kubeadm.json", of("kubeadm", 3));
  write("autopilot.json", of("autopilot", 5));
  write(
    "staging/api.yaml",
    [
      "apiVersion: apps/v1",
      "kind: Deployment",
      "metadata: { name: api, namespace: shop }",
      "spec:",
      "  template:",
      "    spec:",
      "      containers:",
      `        - { name: app, image: "${registry.host}/shop/api:1.0" }`,
      "",
    ].join("\n"),
  );
  write(
    "fleet.yaml",
    [
      "clusters:",
      "  - { name: one, lists: kubeadm.json }",
      "  - { name: two, lists: autopilot.json }",
      "  - name: staging",
      "    repository: staging",
      "    gke-version: 1.22.6-gke.1000",
      "    node-local-dns: enabled",
      "targets:",
      "  - gke-version=1.33.1-gke.1107000,node-local-dns=enabled",
      "",
    ].join("\n"),
  );
  return { registry, file: join(folder, "fleet.yaml"), images: 2 + many };
}
