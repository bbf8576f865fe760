import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleImage, IMAGES, ociLayout } from "../../examples/images.mjs";
import type { Report } from "../../src/model/report.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "../support/in-process.ts";
import { deploymentPods, listOf, MANY_IMAGES, MANY_PODS, SHAPES } from "../support/live-cluster.ts";

const folder = temporaryFolder();

describe("muslgate cluster", () => {
  it.each([
    [["prod"], /"prod" is no source of a cluster's Lists\n.*a context is --context/],
    [["-", "--context", "prod"], /a context or namespace was given beside Lists/],
    [["-", "-n", "shop"], /a context or namespace was given beside Lists/],
    [[], /kubectl is not on the PATH\n.*muslgate cluster - reads it/],
  ])("%j is a wrong call", async (args, message) => {
    const { code, out, err } = await muslgate(["cluster", ...args], { PATH: folder.path });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});

describe(`muslgate cluster - of ${MANY_PODS} pods and ${MANY_IMAGES} images`, () => {
  const COUNT = MANY_IMAGES;
  let registry: TestServer;
  const digests: string[] = [];
  beforeAll(async () => {
    const images: Record<string, ExampleImage> = {};
    const api = IMAGES["shop-api"] as ExampleImage;
    for (let i = 0; i < COUNT; i++) {
      const image = { ...api, config: { ...api.config, Labels: { number: String(i) } } };
      images[`many/app-${i}:1.0`] = image;
      const index = ociLayout("app", image).find(({ name }) => name === "index.json")?.body;
      digests.push(JSON.parse(String(index)).manifests[0].digest);
    }
    registry = await startImageRegistry(images);
  });
  afterAll(() => registry.close());

  it("reads each image once, asks for nothing that the cache has, and names owners", async () => {
    const pods = digests.flatMap((digest, i) => {
      const name = `${registry.host}/many/app-${i}`;
      return deploymentPods(`app-${i}`, i < COUNT / 2 ? 7 : 8, [
        { image: `${name}:1.0`, imageID: `${name}@${digest}` },
      ]);
    });
    expect(pods).toHaveLength(MANY_PODS);
    const lists = listOf([...SHAPES.kubeadm, ...pods]);
    const args = ["cluster", "-", "--format", "json", "--cache-dir", join(folder.path, "cache")];
    const run = async () => {
      const before = registry.seen.length;
      const { code, out } = await muslgate(args, { PATH: folder.path }, ".", lists);
      expect(code).toBe(1);
      const asked = registry.seen.slice(before).map(({ url }) => url);
      const blobs = asked.filter((url) => url.includes("/blobs/")).map((url) => url.split("/").at(-1));
      return { report: JSON.parse(out) as Report, asked, blobs };
    };
    const first = await run();
    const manifests = first.asked.filter((url) => url.includes("/manifests/"));
    expect(manifests).toHaveLength(COUNT);
    expect(new Set(manifests).size).toBe(COUNT);
    expect(new Set(first.blobs).size).toBe(first.blobs.length);
    const names = first.report.judgements.flatMap(({ workload, verdict }) =>
      verdict.outcome === "affected" && workload !== undefined ? [`${workload.name}: ${workload.pods}`] : [],
    );
    expect(names).toHaveLength(COUNT);
    expect(names).toContain("deployment/app-7, container app (shop, 7 pods): 7");
    expect(names).toContain(`deployment/app-${COUNT - 1}, container app (shop, 8 pods): 8`);
    // Settings are no part of the cache; layers are, and nobody is asked for one again.
    const again = await run();
    expect(again.blobs).toHaveLength(COUNT);
    expect(first.blobs.length).toBeGreaterThan(COUNT);
    expect(again.report.judgements).toEqual(first.report.judgements);
  });
});
