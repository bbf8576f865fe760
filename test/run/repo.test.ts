import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import type { Report } from "../../src/model/report.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate } from "../support/in-process.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({
    "shop/api:1.0": IMAGES["shop-api"]!,
    "shop/api:0.9": IMAGES["shop-legacy"]!,
    "shop/reports:1.0": IMAGES["shop-reports"]!,
    "node:16-alpine3.13": IMAGES["shop-api"]!,
    "node:16-slim": IMAGES["shop-reports"]!,
    "ruby:3-alpine": IMAGES["shop-api"]!,
    "ruby:3": IMAGES["shop-legacy"]!,
  });
});
afterAll(() => registry.close());

const deployment = (name: string, image: string, more = "") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
${more}      containers:
        - name: app
          image: ${registry.host}/${image}
`;
const corefile = (...stanza: string[]) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
data:
  Corefile: |
    .:53 {
${stanza.map((line) => `        ${line}\n`).join("")}        forward . /etc/resolv.conf
    }
`;
const DENY = corefile("template ANY AAAA {", "    rcode NXDOMAIN", "}");
const FINE = corefile("errors");

async function scan(path: string, ...args: string[]) {
  const ran = await muslgate(["repo", ...args, "--format", "json"], {}, path);
  const report = JSON.parse(ran.out || "null") as (Report & { summary: object }) | null;
  const findings = (report?.judgements ?? [])
    .filter(({ verdict }) => verdict.outcome !== "not-affected")
    .map(({ workload, verdict, status }) => ({
      who: workload?.name ?? "cluster",
      rule: verdict.ruleId,
      outcome: verdict.outcome,
      at: `${verdict.at?.file}:${verdict.at?.line}`,
      status,
    }));
  return { ...ran, report, findings };
}

describe("muslgate repo", () => {
  it("advises to take a waiver out only where no option narrowed the run", async () => {
    const path = join(folder.path, "narrowed");
    mkdirSync(path);
    writeFileSync(join(path, "dns.yaml"), DENY);
    writeFileSync(join(path, "api.yaml"), deployment("api", "shop/api:1.0"));
    writeFileSync(
      join(path, "muslgate.yaml"),
      "exclude: [old/**]\nwaivers:\n  - {rule: musl-paired-lookup, path: api.yaml, reason: later, expires: 2999-01-01}\n  - {rule: nginx-resolver, reason: later, expires: 2999-01-01}\n",
    );
    const hints = async (...args: string[]) =>
      (await scan(path, ...args)).report?.diagnostics.flatMap(({ code, hint }) =>
        code === "waiver-unused" ? [hint] : [],
      );
    const kept = expect.stringContaining("only where no other run needs it");
    expect(await hints()).toEqual(["Take it out."]);
    expect(await hints("--exclude", "api.yaml")).toEqual([kept, kept]);
  });

  it("judges a pod that names its server by the Corefile that binds that address", async () => {
    const path = join(folder.path, "bound");
    mkdirSync(path);
    const asks = (server: string) => `      dnsPolicy: None\n      dnsConfig: {nameservers: [${server}]}\n`;
    const captured = `    metadata: {annotations: {proxy.istio.io/config: '{"proxyMetadata":{"ISTIO_META_DNS_CAPTURE":"true"}}'}}\n`;
    const write = (corefile: string) => {
      writeFileSync(join(path, "dns.yaml"), corefile);
      writeFileSync(join(path, "bound.yaml"), deployment("bound", "shop/api:1.0", asks("10.9.0.10")));
    };
    write(corefile("bind 10.9.0.10 10.9.0.11", "errors"));
    expect(await scan(path)).toMatchObject({ code: 0, findings: [] });
    writeFileSync(join(path, "other.yaml"), deployment("other", "shop/api:1.0", asks("10.9.0.12")));
    writeFileSync(
      join(path, "mesh.yaml"),
      deployment("mesh", "shop/api:1.0", asks("10.9.0.10")).replace("    spec:\n", `${captured}    spec:\n`),
    );
    write(corefile("bind 10.9.0.10 10.9.0.11", "template ANY AAAA {", "    rcode NXDOMAIN", "}"));
    const { findings, report } = await scan(path);
    const paired = findings.filter(({ rule }) => rule === "musl-paired-lookup");
    expect(paired.map(({ who, outcome }) => [who, outcome])).toEqual([
      ["deployment/bound, container app", "affected"],
      ["deployment/mesh, container app", "unknown"],
      ["deployment/other, container app", "unknown"],
    ]);
    const open = report?.diagnostics.filter(({ code }) => code === "pod-dns-unknown");
    expect(open?.map(({ at }) => at?.file)).toEqual(["mesh.yaml", "other.yaml"]);
  });

  it("finds who is hit by which line", async () => {
    const path = join(folder.path, "plain");
    gitRepository(path).commit({
      "deploy/api.yaml": deployment("api", "shop/api:1.0"),
      "deploy/agent.yaml": deployment("agent", "shop/api:1.0", "      hostNetwork: true\n"),
      "deploy/reports.yaml": deployment("reports", "shop/reports:1.0"),
      "deploy/gone.yaml": deployment("gone", "shop/gone:1"),
      Dockerfile: `FROM ${"golang:1.22"} AS build\nFROM ${registry.host}/shop/api:1.0\n`,
      "cluster/coredns.yaml": DENY,
    });
    const { code, report, findings } = await scan(path);
    expect(code).toBe(1);
    const hit = { rule: "musl-paired-lookup", outcome: "affected", at: "cluster/coredns.yaml:8" };
    expect(findings).toEqual(
      expect.arrayContaining([
        { who: "deployment/api, container app", ...hit },
        { who: expect.stringContaining("Dockerfile"), ...hit },
        {
          who: "deployment/gone, container app",
          rule: "musl-paired-lookup",
          outcome: "unknown",
          at: "deploy/gone.yaml:10",
        },
        { who: "cluster", rule: "aaaa-denied", outcome: "affected", at: "cluster/coredns.yaml:8" },
      ]),
    );
    expect(findings).toHaveLength(4);
    expect(report?.patches?.map(({ file }) => file)).toEqual(["cluster/coredns.yaml"]);
    const applied = spawnSync("git", ["apply", "-"], { cwd: path, input: report?.patches?.[0]?.diff });
    expect(String(applied.stderr)).toBe("");
    const mended = await scan(path);
    // An image that is not read does not matter then.
    expect(mended.findings).toEqual([]);
    expect(mended.report?.patches).toEqual([]);
    // Its line says it of the containers already.
    expect(report?.summary).toEqual({
      affected: 2,
      notes: 0,
      unknown: 1,
      "not-affected": 2,
      existing: 0,
      "existing-unknown": 0,
      waived: 0,
      clusters: 0,
      "clusters-unknown": 0,
    });
    expect(report?.diagnostics.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["build-time-only", "image-unreadable"]),
    );
  });

  it("asks each image for its manifest once, and never a file of whoever runs it", async () => {
    const path = join(folder.path, "once");
    const file = folder.write("secret.tar", "x");
    gitRepository(path).commit({
      "a.yaml": deployment("a", "shop/api:1.0"),
      "b.yaml": deployment("b", "shop/api:1.0"),
      "c.yaml": deployment("c", "x").replace(`${registry.host}/x`, file),
      "d.yaml": deployment("d", "x").replace(`${registry.host}/x`, `docker-archive:${file}`),
    });
    const before = registry.seen.length;
    const { out } = await scan(path);
    const asked = registry.seen.slice(before).filter(({ url }) => url.includes("/manifests/1.0"));
    expect(asked).toHaveLength(1);
    expect(out).not.toMatch(/not a tar|in the middle/);
  });

  it("offers the pod's dnsConfig where the Corefile is the provider's, and not twice", async () => {
    const path = join(folder.path, "bypass");
    const two =
      deployment("a", "shop/api:1.0") +
      `        - name: side\n          image: ${registry.host}/shop/api:1.0\n`;
    gitRepository(path).commit({
      "a.yaml": `${two}---\n${deployment("b", "shop/api:1.0")}`,
      "set.yaml": deployment("c", "shop/api:1.0", "      dnsConfig:\n        searches: [corp.example]\n"),
    });
    const { report } = await scan(path, "--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled");
    expect(report?.patches?.map(({ file }) => file)).toEqual(["a.yaml"]);
    const applied = spawnSync("git", ["apply", "-"], { cwd: path, input: report?.patches?.[0]?.diff });
    expect(String(applied.stderr)).toBe("");
    const pods = parseAllDocuments(readFileSync(join(path, "a.yaml"), "utf8")).map(
      (document) => document.toJS().spec.template.spec,
    );
    expect(pods.map(({ dnsPolicy, containers }) => [dnsPolicy, containers.length])).toEqual([
      ["None", 2],
      ["None", 1],
    ]);
    expect(pods[0].dnsConfig.nameservers).toEqual(["ADDRESS_OF_ANOTHER_SERVER"]);
    const corefile = await scan(path, "--corefile", folder.write("own.yaml", DENY));
    expect(corefile.report?.patches?.map(({ file }) => file)).toEqual([join(folder.path, "own.yaml")]);
  });

  it("offers a sibling of the image that was read and does without musl, and no other", async () => {
    const path = join(folder.path, "siblings");
    const text = `FROM ${"golang:1"} AS build\nFROM ${registry.host}/node:16-alpine3.13 AS app\nCMD ["node"]\n`;
    gitRepository(path).commit({
      Dockerfile: text,
      "node.yaml": deployment("node", "node:16-alpine3.13"),
      "ruby.yaml": deployment("ruby", "ruby:3-alpine"),
    });
    const { report } = await scan(path, "--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled");
    const patches = report?.patches ?? [];
    expect(patches.map(({ file }) => file).sort()).toEqual(["Dockerfile", "node.yaml", "ruby.yaml"]);
    expect(patches[0]?.because).toMatch(/node:16-slim was read.*glibc/);
    for (const { diff } of patches) {
      const applied = spawnSync("git", ["apply", "-"], { cwd: path, input: diff });
      expect(String(applied.stderr)).toBe("");
    }
    expect(readFileSync(join(path, "Dockerfile"), "utf8")).toBe(text.replace("16-alpine3.13", "16-slim"));
  });

  it("says what is missing where nothing says how the cluster answers", async () => {
    const path = join(folder.path, "without");
    gitRepository(path).commit({ "api.yaml": deployment("api", "shop/api:1.0") });
    const { code, report, findings } = await scan(path);
    expect(code).toBe(0);
    expect(findings.map(({ outcome }) => outcome)).toEqual(["unknown"]);
    expect(report?.diagnostics.map((one) => one.code)).toContain("no-cluster");
    const named = await scan(path, "--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled");
    expect(named.code).toBe(1);
    expect(named.findings.map(({ at }) => at)).toEqual(["api.yaml:10"]);
  });

  it("names files from where it starts, whichever folder is searched", async () => {
    const path = join(folder.path, "below");
    gitRepository(path).commit({
      "deploy/api.yaml": deployment("api", "shop/api:1.0"),
      "c/coredns.yaml": DENY,
    });
    const { findings } = await scan(path, "deploy", "--corefile", "c/coredns.yaml");
    expect(findings.map(({ at }) => at)).toEqual(["c/coredns.yaml:8", "c/coredns.yaml:8"]);
    const api = await scan(path, "deploy", "--gke-version", "1.22.6-gke.1000", "--node-local-dns", "enabled");
    expect(api.findings.map(({ at }) => at)).toEqual(["deploy/api.yaml:10"]);
  });
});

describe("muslgate repo --base", () => {
  const states = () => {
    const repository = gitRepository(join(folder.path, crypto.randomUUID()));
    return {
      repository,
      startFrom: (files: Record<string, string>) => {
        repository.commit(files);
        repository.git("checkout", "-q", "-b", "change");
      },
    };
  };

  it("puts a new finding on the line of the image that changed", async () => {
    const { repository, startFrom } = states();
    startFrom({ "api.yaml": deployment("api", "shop/api:0.9"), "coredns.yaml": DENY });
    repository.commit({ "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": DENY });
    const { code, findings } = await scan(repository.path, "--base", "main");
    expect(code).toBe(1);
    expect(findings).toContainEqual(
      expect.objectContaining({ who: "deployment/api, container app", at: "api.yaml:10", status: "new" }),
    );
    expect(findings).toContainEqual(expect.objectContaining({ rule: "aaaa-denied", status: "existing" }));
  });

  it("puts it on the manifest's line where the overlay's is as it was", async () => {
    const kustomization = `resources: [api.yaml]\nimages:\n  - name: ${registry.host}/shop/api\n    newTag: "1.0"\n`;
    const overlay = (more: string) => ({
      "k/kustomization.yaml": kustomization,
      "k/api.yaml": more,
      "coredns.yaml": DENY,
    });
    const { repository, startFrom } = states();
    startFrom(overlay(deployment("api", "shop/reports:1.0")));
    repository.commit(overlay(deployment("api", "shop/api:0.1")));
    const { findings } = await scan(repository.path, "--base", "main");
    expect(findings).toContainEqual(expect.objectContaining({ at: "k/api.yaml:10", status: "new" }));
  });

  it("puts it on the line of the Corefile where that changed", async () => {
    const { repository, startFrom } = states();
    startFrom({ "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": FINE });
    repository.commit({ "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": DENY });
    const { code, findings } = await scan(repository.path, "--base", "main");
    expect(code).toBe(1);
    expect(findings.map(({ at, status }) => [at, status])).toEqual([
      ["coredns.yaml:8", "new"],
      ["coredns.yaml:8", "new"],
    ]);
  });

  it("passes where nothing is new, and tells what is fixed", async () => {
    const { repository, startFrom } = states();
    const web = deployment("web", "shop/api:1.0");
    startFrom({ "api.yaml": deployment("api", "shop/api:1.0"), "web.yaml": web, "coredns.yaml": DENY });
    repository.commit({
      "api.yaml": `# moved\n${deployment("api", "shop/api:0.9")}`,
      "web.yaml": `# moved\n${web}`,
      "coredns.yaml": DENY,
    });
    const { code, report, findings } = await scan(repository.path, "--base", "main");
    expect(code).toBe(0);
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(["existing"]));
    expect(report?.fixed).toEqual([expect.stringContaining("deployment/api")]);
  });

  it("compares with where the branch left, not with what came after", async () => {
    const { repository, startFrom } = states();
    const files = { "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": DENY };
    startFrom(files);
    repository.commit({ ...files, README: "x" });
    repository.git("checkout", "-q", "main");
    repository.commit({ ...files, "coredns.yaml": FINE });
    repository.git("checkout", "-q", "change");
    expect((await scan(repository.path, "--base", "main")).code).toBe(0);
  });

  it("compares what options name as it was, wherever it stands, and however the folder is written", async () => {
    const api = deployment("api", "shop/api:1.0");
    const { repository, startFrom } = states();
    startFrom({ "deploy/api.yaml": api, "dns/c.yaml": FINE });
    repository.commit({ "deploy/api.yaml": api, "dns/c.yaml": DENY });
    for (const args of [
      ["deploy", "--corefile", "dns/c.yaml"],
      [join(repository.path, "deploy"), "--corefile", join(repository.path, "dns/c.yaml")],
    ]) {
      const { code, findings } = await scan(repository.path, ...args, "--base", "main");
      expect([code, ...new Set(findings.map(({ status }) => status))]).toEqual([1, "new"]);
    }
  });

  it("compares a repository below the run's folder with its own history", async () => {
    const above = join(folder.path, crypto.randomUUID());
    const repository = gitRepository(join(above, "app"));
    const files = { "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": DENY };
    repository.commit(files);
    repository.git("checkout", "-q", "-b", "change");
    repository.commit({ ...files, README: "x" });
    const { code, findings } = await scan(above, "app", "--base", "main");
    expect([code, ...new Set(findings.map(({ status }) => status))]).toEqual([0, "existing"]);
    expect(findings.map(({ at }) => at)).toContain("app/coredns.yaml:8");
  });

  it("says so where a change brings the settings, or what options name was not compared", async () => {
    const { repository, startFrom } = states();
    const files = { "sub/api.yaml": deployment("api", "shop/api:1.0"), "c.yaml": DENY };
    startFrom(files);
    repository.commit({ ...files, "muslgate.yaml": "fail-on: never\n" });
    const added = await scan(repository.path, "--base", "main");
    expect(added.report?.diagnostics.map(({ code }) => code)).toContain("configuration-changed");
    const outside = await scan(join(repository.path, "sub"), "--base", "main", "--corefile", "../c.yaml");
    expect(outside.report?.diagnostics.map(({ code }) => code)).toContain("partly-compared");
  });

  it("reads a cluster's settings and its Corefile from one file, and no module from outside", async () => {
    const path = join(folder.path, "mixed");
    const cluster = `apiVersion: container.cnrm.cloud.google.com/v1beta1\nkind: ContainerCluster\nmetadata:\n  name: a\nspec:\n  minMasterVersion: "1.30"\n---\n`;
    gitRepository(path).commit({ "api.yaml": deployment("api", "shop/api:1.0"), "all.yaml": cluster + DENY });
    expect((await scan(path)).findings).toContainEqual(
      expect.objectContaining({ rule: "musl-paired-lookup", outcome: "affected", at: "all.yaml:15" }),
    );
    folder.write(
      "elsewhere/main.tf",
      'resource "google_container_cluster" "secret" {\n  name = "secret"\n}\n',
    );
    gitRepository(join(path, "b")).commit({
      "muslgate.yaml": "cluster: tf\n",
      "api.yaml": deployment("api", "shop/api:1.0"),
      "tf/main.tf": 'module "x" {\n  source = "../../../elsewhere"\n}\n',
    });
    const ran = await scan(join(path, "b"));
    expect(ran.out + ran.err).not.toContain("secret");
  });

  it("judges the base with the settings it had, and says that they change", async () => {
    const { repository, startFrom } = states();
    const files = { "api.yaml": deployment("api", "shop/api:1.0") };
    const config = (version: string) => `gke-version: ${version}\nnode-local-dns: enabled\n`;
    startFrom({ ...files, "muslgate.yaml": config("1.21.6-gke.1500") });
    repository.commit({ ...files, "muslgate.yaml": config("1.22.6-gke.1000") });
    const { code, report, findings } = await scan(repository.path, "--base", "main");
    expect([code, findings.map(({ status }) => status)]).toEqual([1, ["new"]]);
    expect(report?.diagnostics.map((one) => one.code)).toContain("configuration-changed");
  });

  it("takes what is new for new, and what git does not keep as it is", async () => {
    const { repository, startFrom } = states();
    const files = {
      "api.yaml": deployment("api", "shop/api:1.0"),
      "infra/provider.tf": 'provider "google" {}\n',
    };
    startFrom(files);
    const gke = `resource "google_container_cluster" "a" {\n  name = "a"\n  min_master_version = "1.30.1-gke.100"\n}\n`;
    repository.commit({ ...files, "dns/new.yaml": DENY, "infra/gke.tf": gke });
    const added = await scan(repository.path, "--base", "main", "--corefile", "dns/new.yaml");
    expect([added.code, ...new Set(added.findings.map(({ status }) => status))]).toEqual([1, "new"]);
    expect((await scan(repository.path, "--base", "main", "--cluster", "infra")).code).toBe(0);
    writeFileSync(join(repository.path, "made-by-ci.yaml"), DENY);
    const made = await scan(repository.path, "--base", "main", "--corefile", "made-by-ci.yaml");
    expect([made.code, ...new Set(made.findings.map(({ status }) => status))]).toEqual([0, "existing"]);
  });

  it("looks at files that git keeps although they are ignored", async () => {
    const { repository, startFrom } = states();
    const files = { ".gitignore": "deploy/\n", "coredns.yaml": DENY };
    startFrom(files);
    repository.git("checkout", "-q", "main");
    mkdirSync(join(repository.path, "deploy"));
    writeFileSync(join(repository.path, "deploy/api.yaml"), deployment("api", "shop/api:1.0"));
    repository.git("add", "-f", "deploy/api.yaml");
    repository.git("commit", "-q", "-m", "kept");
    const { report, findings } = await scan(repository.path, "--base", "HEAD");
    expect(findings.map(({ at }) => at)).toContain("coredns.yaml:8");
    expect(report?.judgements.map(({ workload }) => workload?.name)).toContain(
      "deployment/api, container app",
    );
    expect(report?.fixed).toEqual([]);
  });

  it("lets no file that a change brings send a password elsewhere", async () => {
    const path = join(folder.path, "login");
    gitRepository(path).commit({ "muslgate.yaml": `registry: ${registry.host}\n` });
    const ran = await muslgate(["repo", "--registry-username", "bob", "--registry-password-stdin"], {}, path);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`muslgate.yaml:1:11: registry is "${registry.host}", which cannot be set`);
  });

  it("refuses a base that is not there, and a folder that is none", async () => {
    const { repository, startFrom } = states();
    startFrom({ "api.yaml": deployment("api", "shop/api:1.0"), "coredns.yaml": DENY });
    for (const [args, message] of [
      [["--base", "no-such-branch"], /base no-such-branch: this clone does not have no-such-branch/],
      [["nowhere"], /^muslgate: nowhere does not exist/],
      [["api.yaml"], /^muslgate: api\.yaml is not a folder/],
    ] as const) {
      const ran = await muslgate(["repo", ...args], {}, repository.path);
      expect(ran.code).toBe(2);
      expect(ran.err).toMatch(message);
    }
  });

  it("does not pass where nothing was found to judge; where nothing was before either, only if unknown fails", async () => {
    const path = join(folder.path, "empty");
    gitRepository(path).commit({ README: "x" });
    expect((await scan(path)).code).toBe(3);
    expect((await scan(path, "--base", "HEAD")).code).toBe(0);
    expect((await scan(path, "--base", "HEAD", "--fail-on-unknown")).code).toBe(3);
  });

  it("sees Terraform turn NodeLocal DNSCache on, on the line that does", async () => {
    const terraform = (enabled: string) => `resource "google_container_cluster" "shop" {
  name               = "shop"
  min_master_version = var.release
  addons_config {
    dns_cache_config {
      enabled = ${enabled}
    }
  }
}
`;
    const { repository, startFrom } = states();
    const files = {
      "api.yaml": deployment("api", "shop/api:1.0"),
      "gke/variables.tf": 'variable "release" {\n  default = "1.22.6-gke.1000"\n}\n',
    };
    startFrom({ ...files, "gke/main.tf": terraform("false") });
    repository.commit({ ...files, "gke/main.tf": terraform("true") });
    const { findings } = await scan(repository.path, "--base", "main");
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "node-local-dns-turned-on", at: "gke/main.tf:6", status: "new" }),
    );
    // Only the least version is known, and a newer one may answer properly.
    expect(findings.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown"]);
    const known = await scan(
      repository.path,
      "--base",
      "main",
      "--cluster",
      "gke",
      "--gke-version",
      "1.22.6-gke.1000",
    );
    expect(known.code).toBe(1);
    expect(known.findings).toContainEqual({
      who: "cluster",
      rule: "node-local-dns-turned-on",
      outcome: "affected",
      at: "gke/main.tf:6",
      status: "new",
    });
    expect(known.findings).toContainEqual(
      expect.objectContaining({ who: "deployment/api, container app", at: "gke/main.tf:6", status: "new" }),
    );
  });

  it("sees a Corefile that an option names as it was", async () => {
    const { repository, startFrom } = states();
    startFrom({ "api.yaml": deployment("api", "shop/api:1.0"), "c/Corefile.txt": DENY });
    repository.commit({ "api.yaml": deployment("api", "shop/api:1.0"), "c/Corefile.txt": DENY, README: "x" });
    const args = ["--base", "main", "--corefile", "c/Corefile.txt"];
    expect((await scan(repository.path, ...args)).code).toBe(0);
  });
});
