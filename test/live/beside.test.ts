import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES, ociLayout } from "../../examples/images.mjs";
import { clusterOfLists } from "../../src/live/read-cluster.ts";
import type { Report } from "../../src/model/report.ts";
import { renderTable } from "../../src/report/table.ts";
import { startApiServer } from "../support/api-server.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "../support/in-process.ts";
import { runLive } from "../support/live-run.ts";
import { describeWith } from "../support/parts.ts";
import { deploymentPods, type LiveImage, type LiveObject, listOf, SHAPES } from "../support/live-cluster.ts";

const folder = temporaryFolder();
let registry: TestServer;
const digests = new Map<string, string>();
beforeAll(async () => {
  const images = Object.fromEntries(
    Object.entries(IMAGES).map(([name, image]) => [`shop/${name.slice(5)}:1.0`, image]),
  );
  for (const [reference, image] of Object.entries(images)) {
    const index = ociLayout(reference, image).find(({ name }) => name === "index.json")?.body;
    digests.set(reference, JSON.parse(String(index)).manifests[0].digest);
  }
  registry = await startImageRegistry(images);
});
afterAll(() => registry.close());

function image(name: string, tag = "1.0"): LiveImage {
  return {
    image: `${registry.host}/shop/${name}:${tag}`,
    imageID: `${registry.host}/shop/${name}@${digests.get(`shop/${name}:1.0`)}`,
  };
}

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return name;
}

const pods = (name: string, ...images: readonly LiveImage[]) => deploymentPods(name, 2, images);
const fine: readonly LiveObject[] = SHAPES.kubeadm.map((one) =>
  one.kind === "ConfigMap"
    ? { ...one, data: { Corefile: ".:53 {\n  forward . /etc/resolv.conf\n}\n" } }
    : one,
);

async function json(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const ran = await muslgate([...args, "--format", "json"], env, folder.path);
  return { ...ran, report: JSON.parse(ran.out || "null") as Report | null };
}

describe("two clusters", () => {
  beforeAll(() => {
    write("a.json", listOf([...fine, ...pods("api", image("api")), ...pods("old", image("legacy"))]));
    write(
      "b.json",
      listOf([
        ...SHAPES.kubeadm,
        ...pods("api", image("api", "2.0"), image("reports")),
        ...pods("web", image("reports")),
      ]),
    );
  });

  it("are compared: what is hit on the second alone, and who runs on one of them", async () => {
    const { code, report } = await json(["diff", "a.json", "b.json"]);
    expect(code).toBe(1);
    const hit = report?.judgements
      .filter(({ status }) => status === "new")
      .map(({ workload }) => workload?.name);
    expect(hit).toContain("deployment/api, container app (shop, 2 pods)");
    expect(report?.beside).toEqual({
      other: "a.json",
      here: [
        "deployment/api, container sidecar-1 (shop, 2 pods)",
        "deployment/web, container app (shop, 2 pods)",
      ],
      there: ["deployment/old, container app (shop, 2 pods)"],
      // Its tag is another one, its bytes are the same.
      otherwise: [],
    });
    const back = await json(["diff", "b.json", "a.json"]);
    expect(back.code).toBe(0);
    expect(back.report?.fixed).toContain("deployment/api, container app (shop, 2 pods): musl-paired-lookup");
    const { out } = await muslgate(["diff", "b.json", "a.json"], {}, folder.path);
    expect(out).toMatch(/^So on b\.json alone\n- b\.json: /m);
    expect(out).toContain("Only on b.json\n");
  });

  it("have waivers in common: one that covers something on the first alone is not told to be of no use", async () => {
    const waivers = folder.write(
      "waivers.yaml",
      "waivers:\n  - {rule: musl-paired-lookup, reason: later, expires: 2999-01-01}\n  - {rule: nginx-resolver, reason: later, expires: 2999-01-01}\n",
    );
    const { report } = await json(["diff", "b.json", "a.json", "--config", waivers]);
    const unused = report?.diagnostics.filter(({ code }) => code === "waiver-unused");
    expect(unused?.map(({ message }) => message)).toEqual(["the waiver of nginx-resolver covers nothing"]);
  });

  it("that are the same differ in nothing, and have each image read once", async () => {
    const before = registry.seen.length;
    const { code, report } = await json(["diff", "b.json", "b.json", "--no-cache"]);
    const manifests = registry.seen
      .slice(before)
      .flatMap(({ url }) => (url.includes("/manifests/") ? [url] : []));
    expect(manifests).not.toEqual([]);
    expect(manifests).toEqual([...new Set(manifests)]);
    expect(code).toBe(0);
    expect(report?.beside).toEqual({ other: "b.json", here: [], there: [], otherwise: [] });
    expect(report?.fixed).toEqual([]);
  });

  it.each<[readonly string[], RegExp]>([
    [["diff", "a.json"], /missing required argument/],
    [["diff", "a.json", "none.json"], /there is no file none\.json/],
    [["diff", "a.json", "b.json", "-n", "shop"], /a namespace was given beside the Lists of a.json/],
    [["diff", "a.json", "b.json", "--to", "alpine=3.24"], /another cluster is compared/],
    [["cluster", "-", "--against", "deploy"], /--against is "deploy"\n.*--against repo/],
  ])("%j is a wrong call", async (args, message) => {
    const { code, out, err } = await muslgate(args, {}, folder.path);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});

describeWith({ programs: ["kubectl"], unix: true }, "the real kubectl", () => {
  it("says where pods of the other one may be hidden, which are then neither there nor not", async () => {
    const server = await startApiServer([...SHAPES.kubeadm, ...pods("api", image("api"))], (resource) =>
      resource === "pods" ? 403 : undefined,
    );
    try {
      const KUBECONFIG = join(folder.path, "config");
      server.configure(KUBECONFIG);
      const { report } = await json(["diff", "lab", "a.json"], { KUBECONFIG });
      expect(report?.diagnostics.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^On lab: The cluster does not let kubectl list pods in all namespaces/),
      );
      const other = await json(["diff", "a.json", "lab"], { KUBECONFIG });
      expect(other.report?.fixed).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it("is asked for a context that is compared with a file", async () => {
    const server = await startApiServer([...SHAPES.kubeadm, ...pods("api", image("api"))]);
    try {
      const KUBECONFIG = join(folder.path, "config");
      server.configure(KUBECONFIG);
      const { report } = await json(["diff", "a.json", "lab"], { KUBECONFIG });
      expect(report?.beside).toMatchObject({ other: "a.json", here: [] });
      expect(report?.clusters.map(({ name }) => name)).toEqual(["lab"]);
    } finally {
      await server.close();
    }
  });
});

describe("a cluster beside the files of a repository", () => {
  const deployment = (name: string, namespace: string, ...images: readonly string[]) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${namespace === "" ? "" : `, namespace: ${namespace}`}}
spec:
  template:
    spec:
      containers:
${images.map((one, i) => `        - {name: ${i === 0 ? "app" : `sidecar-${i}`}, image: "${one}"}\n`).join("")}`;

  async function held(against: string, ...objects: readonly LiveObject[]): Promise<Report> {
    const live = clusterOfLists(listOf([...SHAPES.kubeadm, ...objects]));
    return runLive(folder.path, live, {}, join(folder.path, against));
  }

  it("says what runs that no file says, what a file says that does not run, and where the image is another", async () => {
    write("deploy/api.yaml", deployment("api", "shop", image("api").image));
    write("deploy/anywhere.yaml", deployment("anywhere", "", image("reports", "3.0").image));
    write("deploy/elsewhere.yaml", deployment("elsewhere", "back", image("reports").image));
    write("deploy/gone.yaml", deployment("gone", "shop", image("reports").image));
    write("deploy/compose.yaml", "services: {db: {image: 'shop/db:1'}}\n");
    const report = await held(
      "deploy",
      ...pods("api", image("api"), image("reports")),
      ...pods("anywhere", image("reports")),
      ...pods("elsewhere", image("reports")),
    );
    const where = join(folder.path, "deploy");
    const [file = ""] = report.beside?.otherwise ?? [];
    expect(report.beside).toEqual({
      other: where,
      here: [
        "deployment/api, container sidecar-1 (shop, 2 pods)",
        "deployment/elsewhere, container app (shop, 2 pods)",
      ],
      there: [
        expect.stringMatching(/^deployment\/elsewhere, container app, .*elsewhere\.yaml:8:/),
        expect.stringMatching(/^deployment\/gone, container app, .*gone\.yaml:8:/),
      ],
      otherwise: [expect.stringContaining("anywhere.yaml:8:")],
    });
    expect(file).toContain(`says ${image("reports", "3.0").image}`);
    expect(renderTable(report, { colour: false, width: 120 })).toContain(
      `Runs, and no file of ${where} says so\n`,
    );
    // What is hit is judged as ever: files are no earlier state.
    expect(report.fixed).toBeUndefined();
  });

  it("tells what of the files could not be read", async () => {
    write("broken/kustomization.yaml", "resources: [https://example.com/base?ref=main, other.yaml]\n");
    write("broken/other.yaml", deployment("api", "shop", image("api").image));
    const report = await held("broken", ...pods("api", image("api")));
    expect(report.diagnostics.map(({ message }) => message).join("\n")).toMatch(/^In .*broken: /m);
  });

  it("is refused where the folder is none", async () => {
    await expect(held("nowhere", ...pods("api", image("api")))).rejects.toMatchObject({ code: "usage" });
  });
});
