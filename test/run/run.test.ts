import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import { counted, type Report } from "../../src/model/report.ts";
import type { RunPorts } from "../../src/run/ports.ts";
import { run } from "../../src/run/run.ts";
import { scan, type Shell } from "../../src/run/scan.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { type Configured, saidBy, settingsOf } from "../../src/settings/states.ts";
import type { Written } from "../../src/settings/settings.ts";
import { baseOf } from "../../src/tree/base.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";

const folder = temporaryFolder();
const home = process.cwd();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/legacy:1.0": IMAGES["shop-legacy"]!,
  });
});
afterAll(async () => {
  process.chdir(home);
  await registry.close();
});

const env = { PATH: process.env.PATH, HOME: folder.path };
const ports = (more: Partial<RunPorts> = {}): RunPorts => ({
  signal: new AbortController().signal,
  now: () => Date.parse("2026-12-01"),
  env,
  ...more,
});

function given(written: Written, config = ""): Configured {
  const said = saidBy({ cache: false, ...written }, {});
  const read = readConfig("muslgate.yaml", config);
  return { settings: settingsOf(said, read), waivers: read.waivers, said, diagnostics: [] };
}

type Files = Readonly<Record<string, string>>;

function write(name: string, files: Files): void {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  process.chdir(path);
}

const deployment = (image = "shop/api:1.0", name = "api") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${registry.host}/${image}
`;
const DENY = ".:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 8.8.8.8\n}\n";
const FINE = ".:53 {\n    template ANY AAAA {\n        rcode NOERROR\n    }\n    forward . 8.8.8.8\n}\n";

const found = ({ judgements, clusters }: Report) =>
  judgements
    .filter(counted)
    .flatMap(({ workload, cluster, verdict }) =>
      workload === undefined ? [] : [`${workload.name}: ${verdict.outcome} on ${clusters[cluster]?.name}`],
    );

describe("a run", () => {
  it("judges the containers of a folder on the cluster its files describe, and mends it", async () => {
    write("plain", { "api.yaml": deployment(), "dns/Corefile": DENY });
    const report = await run(given({}), ports());
    expect(found(report)).toEqual(["deployment/api, container app: affected on dns/Corefile"]);
    expect(report.patches?.map(({ file }) => file)).toEqual(["dns/Corefile"]);
  });

  it("judges images that are named, on the cluster that is named", async () => {
    write("images", { Corefile: DENY });
    const report = await run(
      given({ images: [`${registry.host}/shop/api:1.0`], corefile: ["Corefile"] }),
      ports(),
    );
    expect(found(report)).toEqual([`${registry.host}/shop/api:1.0: affected on Corefile`]);
  });

  const OVERLAYS = (): Files => ({
    "base/api.yaml": deployment(),
    "base/kustomization.yaml": "resources: [api.yaml]\n",
    "overlays/prod/kustomization.yaml": "resources: [../../base]\n",
    "overlays/staging/kustomization.yaml": "resources: [../../base]\n",
    "dns/prod": DENY,
    "dns/staging": FINE,
  });
  const clusters = (prod: string, staging: string) => `clusters:
  - { name: production, corefile: dns/prod, ${prod} }
  - { name: staging, corefile: dns/staging, ${staging} }
`;

  it("has containers meet the clusters that the configuration says run them", async () => {
    write("meetings", OVERLAYS());
    const config = clusters("workloads: [overlays/prod/**]", "overlays: staging");
    const report = await run(given({}, config), ports());
    expect(report.clusters.map(({ name }) => name)).toEqual(["production", "staging"]);
    expect(found(report)).toEqual(["deployment/api, container app (overlays/prod): affected on production"]);
    const swapped = await run(given({}, clusters("overlays: staging", "overlays: prod")), ports());
    expect(found(swapped)).toEqual([
      "deployment/api, container app (overlays/staging): affected on production",
    ]);
  });

  it("goes by the call's cluster where there is one, whatever the configuration lists", async () => {
    write("call", OVERLAYS());
    const config = clusters("overlays: prod", "overlays: staging");
    const report = await run(given({ corefile: ["dns/prod"] }, config), ports());
    expect(report.clusters.map(({ name }) => name)).toEqual(["dns/prod"]);
    expect(found(report)).toHaveLength(2);
  });

  it("compares with an earlier state, its own clusters and its own meetings", async () => {
    const path = join(folder.path, "compared");
    const repository = gitRepository(path);
    const config = clusters("overlays: prod", "overlays: staging");
    const before = { ...OVERLAYS(), "muslgate.yaml": config, "dns/prod": FINE };
    repository.commit(before);
    process.chdir(path);
    repository.commit({ ...before, "dns/prod": DENY });
    const base = await baseOf(".", "HEAD~1", env);
    const report = await run(given({}, config), ports({ base }));
    if ("tree" in base) base.close();
    expect(found(report)).toEqual(["deployment/api, container app (overlays/prod): affected on production"]);
    const same = await baseOf(".", "HEAD", env);
    expect(found(await run(given({}, config), ports({ base: same })))).toEqual([]);
    if ("tree" in same) same.close();
  });

  it("says that nothing was compared where the earlier state is missing, and counts every finding", async () => {
    write("missing", { "api.yaml": deployment(), Corefile: DENY });
    const report = await run(given({}), ports({ base: { missing: "it is gone" } }));
    expect(report.diagnostics[0]).toMatchObject({ code: "not-compared", weight: "gap" });
    expect(found(report)).toHaveLength(1);
  });

  it("waives by the clock it is given", async () => {
    write("waived", { "api.yaml": deployment(), Corefile: DENY });
    const config = "waivers:\n  - { rule: musl-paired-lookup, reason: r, expires: 2026-12-01 }\n";
    expect(found(await run(given({}, config), ports()))).toEqual([]);
    const later = await run(given({}, config), ports({ now: () => Date.parse("2026-12-02") }));
    expect(found(later)).toHaveLength(1);
  });

  it("refuses a waiver of a rule that there is not, and a folder that is none", async () => {
    write("refused", {});
    const config = "waivers:\n  - { rule: nothing, reason: r, expires: 2026-12-01 }\n";
    await expect(run(given({}, config), ports())).rejects.toThrow('no rule "nothing"');
    await expect(run(given({ directory: "nowhere" }), ports())).rejects.toThrow("nowhere does not exist");
  });
});

describe("a scan", () => {
  const shell = (more: Partial<Shell> = {}): Shell => ({
    ...ports(),
    base: async () => undefined,
    progress: () => undefined,
    files: (settings) => settings,
    waysOut: () => [],
    ...more,
  });

  it("writes files first, tries every way out, and fails with what failed first", async () => {
    write("ways", { "api.yaml": deployment(), Corefile: DENY });
    const said: unknown[] = [];
    const failing = scan(
      given({ "json-file": "out/report.json" }),
      shell({
        waysOut: (_, __, code) => [
          () => void said.push(JSON.parse(readFileSync("out/report.json", "utf8")).version),
          () => Promise.reject(new Error("first")),
          () => {
            throw new Error("second");
          },
          () => void said.push(code),
        ],
      }),
    );
    await expect(failing).rejects.toThrow("first");
    expect(said).toEqual([expect.any(String), 1]);
  });

  it("closes what it compared with, and ends with the report's exit code", async () => {
    write("closed", { "api.yaml": deployment("shop/legacy:1.0"), Corefile: DENY });
    let closed = 0;
    const tree = {
      list: async () => ({ paths: [], diagnostics: [] }),
      read: async () => ({ problem: "none" }),
      bytes: async () => ({ problem: "none" }),
    };
    const base = async () => ({ tree, close: () => void closed++ });
    expect(await scan(given({}), shell({ base }))).toBe(0);
    await expect(scan(given({ directory: "nowhere" }), shell({ base }))).rejects.toThrow("nowhere");
    expect(closed).toBe(2);
  });
});
