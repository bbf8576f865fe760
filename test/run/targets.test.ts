import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { Report } from "../../src/model/report.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "../support/in-process.ts";

const folder = temporaryFolder();
const file = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
const answering = (rcode: string, name = "coredns", more = "") => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: kube-system${more}}
data:
  Corefile: |
    .:53 {
        errors
        template ANY AAAA {
            rcode ${rcode}
        }
        forward . /etc/resolv.conf
    }
`;
const ADDON = ", annotations: {by: kube-addon-manager}";
let registry: TestServer;
const asked: string[] = [];
let api = "";
let legacy = "";
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/legacy:1.0": IMAGES["shop-legacy"]!,
    "shop/reports:1.0": IMAGES["shop-reports"]!,
  });
  [api, legacy] = [`${registry.host}/shop/api:1.0`, `${registry.host}/shop/legacy:1.0`];
  asked.push(api, legacy, `${registry.host}/shop/reports:1.0`);
  file("deny.yaml", answering("NXDOMAIN"));
  file("fine.yaml", answering("NOERROR"));
  file("cache.yaml", answering("NXDOMAIN", "node-local-dns"));
  file("cache-fine.yaml", answering("NOERROR", "node-local-dns"));
  file("cache-of-gke.yaml", answering("NXDOMAIN", "node-local-dns", ADDON));
});
afterAll(() => registry.close());

async function scan(...args: string[]) {
  const ran = await muslgate(["image", ...asked, "--format", "json", ...args], {}, folder.path);
  const report = JSON.parse(ran.out || "null") as Report | null;
  return { ...ran, report, at: report?.targets };
}

const to = (...targets: readonly string[]) => targets.flatMap((one) => ["--to", one]);
const nothing = { breaks: [], heals: [], unknown: [] };
const healsApi = () => [`${api}: musl-paired-lookup`];

describe("a target", () => {
  it("is compared with now: what breaks is new, what was broken is not", async () => {
    const breaks = await scan("--corefile", "fine.yaml", "--to", "corefile=deny.yaml");
    expect(breaks.at).toEqual([{ ...nothing, to: "corefile=deny.yaml", breaks: [api] }]);
    expect(breaks.code).toBe(1);
    const same = await scan("--corefile", "deny.yaml", "--to", "corefile=deny.yaml");
    expect(same.at).toEqual([{ ...nothing, to: "corefile=deny.yaml" }]);
    expect(same.code).toBe(0);
    const heals = await scan("--corefile", "deny.yaml", "--to", "corefile=fine.yaml");
    expect(heals.at).toEqual([{ ...nothing, to: "corefile=fine.yaml", heals: healsApi() }]);
    expect(heals.code).toBe(0);
  });

  it("that mends what is waived now does not make the waiver one that covers nothing", async () => {
    const rules = (...all: string[]) =>
      file(
        "waivers.yaml",
        `waivers:\n${all.map((rule) => `  - {rule: ${rule}, reason: a, expires: 2999-01-01}\n`).join("")}`,
      );
    rules("musl-paired-lookup", "nginx-resolver");
    const { report, code } = await scan(
      "--corefile",
      "deny.yaml",
      "--to",
      "corefile=fine.yaml",
      "--config",
      "waivers.yaml",
    );
    const unused = report?.diagnostics.filter((one) => one.code === "waiver-unused");
    expect(unused?.map(({ message }) => message)).toEqual(["the waiver of nginx-resolver covers nothing"]);
    expect(code).toBe(0);
  });

  it("of an Alpine release changes the musl of what is built on Alpine, and nothing else", async () => {
    const { at, report } = await scan(
      "--corefile",
      "deny.yaml",
      ...to("alpine=3.12", "alpine=3.24", "alpine=3.22.1"),
    );
    expect(at).toEqual([
      { ...nothing, to: "alpine=3.12", heals: healsApi() },
      { ...nothing, to: "alpine=3.24", breaks: [legacy] },
      // It breaks there too, and did at the target before.
      { ...nothing, to: "alpine=3.22.1" },
    ]);
    // What was read is told of the images.
    expect(report?.images.map(({ process }) => process.musl?.exact)).toEqual(["1.2.2", "1.1.24", undefined]);
  });

  it("of an Alpine release is told as what would be, and nothing supposed is measured", async () => {
    const args = ["--corefile", "fine.yaml", ...to("corefile=deny.yaml,alpine=3.24")];
    const { report } = await scan(...args);
    const found = report?.judgements.find(
      ({ workload, verdict }) => workload?.name === legacy && verdict.outcome === "affected",
    );
    expect(found?.verdict.summary).toContain(`${legacy} would resolve with musl 1.2.6, and on `);
    const supposed = found?.verdict.evidence.find(({ text }) => text.startsWith("as if on Alpine 3.24"));
    expect(supposed).toMatchObject({ text: "as if on Alpine 3.24: musl 1.2.6", confidence: "likely" });
    const { out } = await muslgate(["image", legacy, "--format", "markdown", ...args], {}, folder.path);
    expect(out).toMatch(
      /musl 1\.1\.24 \(node\), Alpine Linux 3\.12\.12; musl 1\.2\.6 \(node\) at corefile=deny\.yaml,alpine=3\.24 \|/,
    );
    expect(out).toMatch(/- measured: .*ld-musl/);
    expect(out).toContain("- likely: as if on Alpine 3.24: musl 1.2.6 (the target)");
    expect(out).toContain("One lookup, step by step");
  });

  it("of a GKE version goes by what is known of it, also where that is nothing", async () => {
    const now = ["--gke-version", "1.21.6-gke.1500", "--node-local-dns", "enabled"];
    const { at, code } = await scan(
      ...now,
      ...to("gke-version=1.22.6-gke.1000", "gke-version=1.22.7-gke.1500", "gke-version=1.23.0-gke.100"),
    );
    expect(at?.map(({ breaks, heals, unknown }) => [breaks, heals, unknown])).toEqual([
      [[api], [], []],
      [[], [], []],
      [[], [], [api, legacy]],
    ]);
    expect(code).toBe(1);
    const open = await scan(...now, "--to", "gke-version=1.23.0-gke.100", "--fail-on-unknown");
    expect(open.code).toBe(3);
  });

  it("may have several parts, which hold together", async () => {
    const now = ["--gke-version", "1.21.6-gke.1500", "--node-local-dns", "disabled"];
    const { at } = await scan(
      ...now,
      ...to("gke-version=1.22.6-gke.1000", "gke-version=1.22.6-gke.1000, node-local-dns=enabled"),
    );
    expect(at).toEqual([
      { ...nothing, to: "gke-version=1.22.6-gke.1000" },
      {
        ...nothing,
        to: "gke-version=1.22.6-gke.1000,node-local-dns=enabled",
        breaks: [api, "GKE 1.21.6-gke.1500"],
      },
    ]);
  });

  it("of a GKE version writes the Corefile anew that GKE made, and does not know what becomes of another", async () => {
    const next = to("gke-version=1.35.8-gke.1225000");
    const made = await scan("--corefile", "cache-of-gke.yaml", ...next);
    expect(made.at).toMatchObject([{ breaks: [], heals: healsApi(), unknown: [] }]);
    const own = await scan("--corefile", "cache.yaml", ...next);
    expect(own.at).toMatchObject([{ breaks: [], heals: [], unknown: [api, legacy] }]);
    // Where both answer alike it makes no difference.
    const fine = await scan("--corefile", "cache-fine.yaml", ...next);
    expect(fine.at).toMatchObject([nothing]);
  });

  it("of a Corefile takes the place of the one that answers there, and leaves the cache before it", async () => {
    const cache = ["--corefile", "cache.yaml", "fine.yaml"];
    expect((await scan(...cache, "--to", "corefile=deny.yaml")).at).toMatchObject([nothing]);
    expect((await scan(...cache, "--to", "corefile=cache-fine.yaml")).at).toMatchObject([
      { breaks: [], heals: healsApi() },
    ]);
    expect(
      (await scan(...cache, "--to", "node-local-dns=disabled", "--to", "node-local-dns=enabled")).at,
    ).toMatchObject([{ heals: healsApi() }, nothing]);
  });

  it("is a column each, called by what is asked", async () => {
    const ran = await muslgate(
      ["image", api, "--corefile", "fine.yaml", "--to", "corefile=deny.yaml", "--to", "alpine=3.12"],
      {},
      folder.path,
    );
    expect(ran.out).toMatch(/corefile=deny\.yaml +alpine=3\.12\n/);
    expect(ran.out).toMatch(/all fail +all resolve/);
    expect(ran.out).toContain(`- corefile=deny.yaml: breaks 1 (${api})`);
    expect(ran.out).toContain("- alpine=3.12: breaks nothing that did not before");
  });

  it.each(["markdown", "html", "sarif", "junit", "gitlab", "prometheus"])("is told as %s", async (format) => {
    const ran = await muslgate(
      ["image", api, "--corefile", "fine.yaml", "--to", "corefile=deny.yaml", "--format", format],
      {},
      folder.path,
    );
    expect(ran.out).toContain("corefile=deny.yaml");
    expect(ran.code).toBe(1);
  });

  it.each<[readonly string[], string]>([
    [["--to", "gke-versoin=1.35"], '"gke-versoin=1.35"\n  Did you mean gke-version?'],
    [["--to", "alpine"], '"alpine"\n  Write an Alpine release'],
    [["--to", "alpine=edge"], '"alpine=edge"\n  Write an Alpine release'],
    [["--to", "alpine=3.1"], '"alpine=3.1", and which musl that has is not known'],
    [["--to", "node-local-dns=enable"], '"node-local-dns=enable"\n  Did you mean enabled?'],
    [["--to", "gke-version=latest"], '"gke-version=latest"\n  Write a GKE version'],
    [["--to", "alpine=3.12,alpine=3.13"], "It says alpine twice"],
    [["--to", "corefile=nowhere.yaml"], "nowhere.yaml"],
    [
      ["--to", "gke-version=1.35.8-gke.1"],
      '--to is "gke-version=1.35.8-gke.1", and fine.yaml is no cluster of GKE',
    ],
    [["--to", "alpine=3.24", "--baseline", "old.json"], "compares with what was"],
  ])("that is none is one line: %j", async (args, words) => {
    const ran = await muslgate(["image", api, "--corefile", "fine.yaml", ...args], {}, folder.path);
    expect(ran.err).toContain(words);
    expect(ran).toMatchObject({ code: 2, out: "" });
  });
});

describe("a target of a repository", () => {
  const deployment = (name: string, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  template:
    spec: {containers: [{name: app, image: "${image}"}]}
`;

  it("is judged on every cluster there is, its findings at the line that makes them", async () => {
    const repo = temporaryFolder();
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(repo.path, name)), { recursive: true });
      writeFileSync(join(repo.path, name), text);
    };
    write("api.yaml", deployment("api", api));
    write("legacy.yaml", deployment("legacy", legacy));
    write("k3s/a.yaml", answering("NOERROR"));
    write(
      "gke/prod.json",
      JSON.stringify({
        name: "prod",
        currentMasterVersion: "1.21.6-gke.1500",
        selfLink: "https://container.googleapis.com/v1/x",
      }),
    );
    const ran = await muslgate(
      ["repo", "--format", "json", "--to", "gke-version=1.22.6-gke.1000,node-local-dns=enabled"],
      {},
      repo.path,
    );
    const report = JSON.parse(ran.out) as Report;
    expect(report.clusters.map(({ target }) => target?.of)).toEqual(["k3s/a.yaml", "prod"]);
    expect(report.targets).toMatchObject([
      { breaks: ["deployment/api, container app on prod", "prod"], heals: [], unknown: [] },
    ]);
    expect(report.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toContain(
      "target-not-for: gke-version=1.22.6-gke.1000,node-local-dns=enabled is nothing for k3s/a.yaml, which GKE does not run: it is judged as it is now",
    );
    const fault = report.judgements.find(
      ({ verdict }) => verdict.ruleId === "musl-paired-lookup" && verdict.outcome === "affected",
    );
    // Where the cluster's version stands, which is what changes.
    expect(fault?.verdict.at?.file).toBe("gke/prod.json");
    // Names have commas, and a cluster is no container.
    const table = await muslgate(
      ["repo", "--to", "gke-version=1.22.6-gke.1000,node-local-dns=enabled", "--to", "alpine=3.24"],
      {},
      repo.path,
    );
    expect(table.out.replaceAll(/\s+/g, " ")).toContain(
      "breaks 1 (deployment/api, container app on prod) and the DNS of prod",
    );
    const deny = join(folder.path, "deny.yaml");
    const asked = ["repo", "--corefile", deny, "--to", `corefile=${join(folder.path, "fine.yaml")}`];
    const healed = await muslgate([...asked, "--format", "json"], {}, repo.path);
    expect((JSON.parse(healed.out) as Report).targets?.[0]?.heals).toEqual([
      `${deny}: aaaa-denied`,
      "deployment/api, container app: musl-paired-lookup",
    ]);
    const told = await muslgate([...asked, "--format", "markdown"], {}, repo.path);
    expect(told.out).toMatch(
      /heals 1 \(deployment\/api, container app: musl-paired-lookup\) and the DNS of .*deny\.yaml: aaaa-denied/,
    );
    const again = await muslgate(["repo", "--base", "HEAD", "--to", "alpine=3.24"], {}, repo.path);
    expect(again.code).toBe(2);
  });
});
