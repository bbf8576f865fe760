import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { discover } from "../../../src/discover/discover.ts";
import type { RepositoryLimits } from "../../../src/model/repository-limits.ts";
import { memoryTree } from "../tree.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A chart as `helm package` makes it. */
async function packed(files: Files): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, body] of Object.entries(files)) archive.entry({ name }, Buffer.from(body));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: ";
const db = {
  "db/Chart.yaml": "name: db\nversion: 1.2.3\nappVersion: 9.1\n",
  "db/values.yaml": "image:\n  repository: bitnami/db\n  tag: 16.1\n",
  "db/templates/pod.yaml": `${POD}"{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n`,
};
const web = {
  "web/Chart.yaml": 'name: web\ndependencies:\n- {name: db, version: 1.2.3, repository: "https://x"}\n',
  "web/values.yaml": "image: shop/web:1\n",
};

async function found(files: Files, limits: Partial<RepositoryLimits> = {}) {
  const { workloads, diagnostics, clusterFiles } = await discover(memoryTree(files), { limits });
  return {
    images: workloads.map(({ image }) => image),
    workloads,
    clusterFiles,
    diagnostics,
    told: diagnostics.map(({ code, weight, message }) => [code, weight, message]),
  };
}

describe("charts packed as .tgz", () => {
  it("are read where a chart brings them along, and pinned to the archive", async () => {
    const { workloads, diagnostics } = await found({ ...web, "web/charts/db-1.2.3.tgz": await packed(db) });
    expect(diagnostics).toEqual([]);
    expect(workloads.map(({ image }) => image)).toEqual(["shop/web:1", "bitnami/db:16.1"]);
    expect(workloads[1]).toMatchObject({
      name: "pod/p, container c (in web/charts/db-1.2.3.tgz: db/values.yaml:3)",
      at: { file: "web/charts/db-1.2.3.tgz", line: 1, column: 1 },
    });
    const places = workloads.flatMap(({ at, related = [] }) => [at, ...related]);
    expect(places.map((place) => place?.file)).not.toContain("web/charts/db-1.2.3.tgz/db/values.yaml");
  });

  it("are read where they lie alone, with the charts packed in them", async () => {
    const archive = await packed({ ...web, "web/charts/db-1.2.3.tgz": await packed(db) });
    const { images, diagnostics } = await found({ "out/web-1.0.0.tgz": archive });
    expect(images).toEqual(["shop/web:1", "bitnami/db:16.1"]);
    expect(diagnostics).toEqual([]);
  });

  it("are told from other archives, which say nothing", async () => {
    const other = await packed({ "package/package.json": "{}", "package/a.yaml": `${POD}a:1\n` });
    const junk = Buffer.from("this is no gzip");
    expect(await found({ "a-1.0.0.tgz": other, "b-1.0.0.tgz": junk, "c.tar.gz": other })).toMatchObject({
      images: [],
      diagnostics: [],
    });
  });

  it("are gaps where they cannot be read", async () => {
    const whole = await packed({ ...db, "db/big.yaml": Buffer.alloc(300_000, 0x61) });
    const cut = whole.subarray(0, whole.length - 200);
    const { told } = await found({
      "web/charts/cut-1.tgz": cut,
      "web/charts/junk-1.tgz": Buffer.from("this is no gzip"),
    });
    expect(told.map(([code, weight]) => [code, weight])).toEqual([
      ["file-unreadable", "gap"],
      ["file-unreadable", "gap"],
    ]);
    expect(told[0]?.[2]).toMatch(/^web\/charts\/cut-1\.tgz could not be read: /);
    expect(told[1]?.[2]).toBe("web/charts/junk-1.tgz could not be read: incorrect header check");
  });

  it("say where a diagnostic stands in them", async () => {
    const archive = await packed({ ...db, "db/templates/b.yaml": `${POD}"{{ include "x" . }}"\n` });
    const { told, diagnostics } = await found({ "charts/db-1.tgz": archive });
    expect(told[0]?.[2]).toContain("(in charts/db-1.tgz: db/templates/b.yaml:7)");
    expect(diagnostics[0]?.at?.file).toBe("charts/db-1.tgz");
  });

  it("do not describe a cluster, and say so", async () => {
    const servers =
      "servers:\n- zones: [{zone: .}]\n  plugins:\n  - name: forward\n    parameters: . /etc/resolv.conf\n";
    const archive = await packed({ "coredns/Chart.yaml": "name: coredns\n", "coredns/values.yaml": servers });
    const { clusterFiles, told } = await found({ "charts/coredns-1.tgz": archive });
    expect(clusterFiles).toEqual([]);
    expect(told).toContainEqual([
      "corefile-not-judged",
      "gap",
      expect.stringContaining("charts/coredns-1.tgz"),
    ]);
  });

  it("cannot lead out of their archive", async () => {
    const archive = await packed({
      ...db,
      "../a.yaml": `${POD}evil:1\n`,
      "db/../../b.yaml": `${POD}evil:2\n`,
      "/c.yaml": `${POD}evil:3\n`,
    });
    expect((await found({ "charts/db-1.tgz": archive })).images).toEqual(["bitnami/db:16.1"]);
  });

  it.each<[string, Partial<RepositoryLimits>, Files]>([
    ["chartBytes", { chartBytes: 1_000_000 }, { "db/big.yaml": Buffer.alloc(1_500_000, 0x61) }],
    ["chartEntries", { chartEntries: 5 }, { "db/a.yaml": "", "db/b.yaml": "", "db/c.yaml": "" }],
  ])("end in %s for all of them together", async (name, limits, more) => {
    const archive = await packed({ ...db, ...more });
    const { told } = await found({ "charts/a-1.tgz": archive, "charts/b-1.tgz": archive }, limits);
    expect(told.filter(([code]) => code === "past-limit")).toHaveLength(2);
    expect(told[0]?.[2]).toContain(`(limit ${name}=`);
  });

  it("are not opened where they are excluded", async () => {
    const files = { "charts/db-1.tgz": await packed(db) };
    for (const exclude of ["*.tgz", "charts/db-1.tgz/db"]) {
      const { workloads } = await discover(memoryTree(files), { exclude: [exclude] });
      expect(workloads).toEqual([]);
    }
  });
});
