import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleImage, IMAGES } from "../../examples/images.mjs";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { PULL, REPOSITORY, startGitHubApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { runAction } from "./action-runner.ts";
import { muslgate } from "./program.ts";

/** CI asks for 2,000, of which GitHub's limits are felt. */
const MANIFESTS = Number(process.env.MUSLGATE_MANIFESTS ?? 200);
const IMAGE_COUNT = MANIFESTS / 4;
/** The first image of every three has the musl that fails. */
const AFFECTED = 4 * Math.ceil(IMAGE_COUNT / 3);
/** A quiet machine needs a fiftieth of it. */
const PATIENCE = 600_000;

const folder = temporaryFolder();
const cache = join(folder.path, "cache");
let registry: TestServer;
beforeAll(async () => {
  const bases = ["shop-api", "shop-legacy", "shop-reports"].map((name) => IMAGES[name] as ExampleImage);
  const images = Array.from({ length: IMAGE_COUNT }, (_, i): [string, ExampleImage][] => {
    const base = bases[i % bases.length] as ExampleImage;
    const own = { ...base, layers: [...base.layers, [{ name: `app/${i}.txt`, body: `${i}` }]] };
    return ["1.0", "2.0"].map((tag) => [`shop/app${i}:${tag}`, own]);
  });
  registry = await startImageRegistry(Object.fromEntries(images.flat()));
});
afterAll(() => registry.close());

/** A repository of many teams, each manifest with one of the images at this tag. */
function repository(tag: string): string {
  const path = join(folder.path, tag);
  for (let i = 0; i < MANIFESTS; i++) {
    const own = join(path, `team${i % 40}/app${i}`);
    mkdirSync(own, { recursive: true });
    const image = `${registry.host}/shop/app${i % IMAGE_COUNT}:${tag}`;
    writeFileSync(
      join(own, "deploy.yaml"),
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app${i}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: ${image}\n`,
    );
  }
  return path;
}

const gke = ["--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled"];
const identities = (sarif: string) =>
  JSON.parse(sarif).runs[0].results.map(
    ({ ruleId, locations }: { ruleId: string; locations: readonly object[] }) => [ruleId, locations[0]],
  );

describe(`a repository of ${MANIFESTS} manifests and ${IMAGE_COUNT} images`, () => {
  it(
    "has the same identities at other tags, and nothing new",
    async () => {
      const first = repository("1.0");
      const json = join(folder.path, "first.json");
      const args = ["repo", ...gke, "--cache-dir", cache, "--format", "sarif"];
      const before = await muslgate([...args, "--json-file", json], {}, first);
      expect(before.code).toBe(1);
      const after = await muslgate([...args, "--baseline", json], {}, repository("2.0"));
      expect(after.code).toBe(0);
      expect(identities(after.out)).toEqual(identities(before.out));
      expect(identities(before.out).length).toBe(AFFECTED);
    },
    PATIENCE,
  );

  it(
    "stays inside every limit of GitHub's, with a warm cache",
    async () => {
      const api = await startGitHubApi();
      const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
      const ran = await runAction(
        {
          "github-token": "t",
          "gke-version": "1.22.6-gke.1000",
          "node-local-dns": "enabled",
          "cache-dir": cache,
          base: "none",
        },
        {
          cwd: join(folder.path, "1.0"),
          event: {
            name: "pull_request",
            payload: { pull_request: { number: PULL, base: { sha: "1".repeat(40) }, head: {} } },
          },
          env: { GITHUB_API_URL: api.url, GITHUB_REPOSITORY: full },
        },
      );
      await api.close();
      expect(ran.code).toBe(1);
      // Ten of a level and step; the rest is counted.
      expect(ran.out.match(/^::error title/gm)).toHaveLength(10);
      expect(ran.out).toContain(`${AFFECTED - 10} more annotations did not fit`);
      const sarif = readFileSync(ran.outputs["sarif-file"] ?? "");
      expect(JSON.parse(sarif.toString()).runs[0].results.length).toBeLessThanOrEqual(5_000);
      expect(gzipSync(sarif).length).toBeLessThan(10_000_000);
      expect(Buffer.byteLength(ran.summary)).toBeLessThan(2 ** 20);
      expect(api.comments[0]?.body.length).toBeLessThan(65_536);
      expect(api.comments[0]?.body).toContain(`${AFFECTED} containers unable to resolve`);
      expect(api.seen.length).toBeLessThan(10);
      expect(JSON.stringify(ran.outputs).length).toBeLessThan(1_000);
    },
    PATIENCE,
  );
});
