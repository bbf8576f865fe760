import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { demoImages, demoRepository, HIT } from "../support/demo-repository.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "./program.ts";

const folder = temporaryFolder();
const registry = await startImageRegistry(demoImages());
afterAll(() => registry.close());

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs on the demo with its images at a host; Helm, where there is one, is not asked. */
async function scanned(name: string, host: string): Promise<{ out: string; report: Report }> {
  for (const [file, text] of Object.entries(demoRepository(host))) folder.write(`${name}/${file}`, text);
  const json = `${folder.path}/${name}.json`;
  const env = { COLUMNS: "120", PATH: "/usr/bin:/bin" };
  const args = ["repo", ".", "--no-cache", "--json-file", json];
  const { out } = await muslgate(args, env, `${folder.path}/${name}`);
  return { out, report: JSON.parse(readFileSync(json, "utf8")) };
}

it("names each cause once where no registry answers, on a screen", async () => {
  const { out } = await scanned("absent", `127.0.0.1:${await closedPort()}`);
  const lines = out.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  const causes = [
    "nothing listens there: 13 images in 45 containers",
    "which says that names there do not exist",
    "https://example.invalid/mesh/install.yaml was not followed",
    "as the least version",
    "Helm is not on the PATH",
    "Used at build time only",
  ];
  for (const cause of causes) {
    expect(out.replace(/\s+/g, " ").split(cause), cause).toHaveLength(2);
  }
  expect(lines.at(-1)).toBe("2 faults of clusters · 45 unknown");
});

it("finds every service that is hit, and nothing else", async () => {
  const { report } = await scanned("there", registry.host);
  const hit = report.judgements.flatMap(({ workload, verdict }) =>
    workload !== undefined && verdict.outcome === "affected" ? [workload.image] : [],
  );
  const images = HIT.map((name) => `${registry.host}/shop/${name}:v0.4.0`);
  expect([...new Set(hit)].toSorted()).toEqual(images.toSorted());
  // By the manifests, through the overlay and by the chart.
  expect(hit).toHaveLength(3 * images.length);
  expect(report.patches?.map(({ file }) => file)).toEqual(["infra/node-local-dns.yaml"]);
});
