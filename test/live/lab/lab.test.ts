import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { alpine, type ExampleImage, IMAGES, ociLayout } from "../../../examples/images.mjs";
import { kubectl } from "../../../src/live/kubectl.ts";
import { readCluster } from "../../../src/live/read-cluster.ts";
import type { Report } from "../../../src/model/report.ts";
import type { TestServer } from "../../support/faulty-registry.ts";
import { FLEET_BASE, writeOverlay } from "../../support/fleet-overlay.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { startImageRegistry } from "../../support/image-registry.ts";
import { muslgate } from "../../support/in-process.ts";
import { type KubeLab, ran, startKubeLab } from "../../support/kube-lab.ts";
import type { LiveImage } from "../../support/live-cluster.ts";
import { CROWD, makeCiliumKinds, makeCluster, makeDeployment, makeNode } from "./objects.ts";
import { type Right, rightsIn } from "./rights.ts";

const RIGHTS = rightsIn("docs/rbac.yaml");
const WHO = "system:serviceaccount:muslgate:muslgate";

it("takes each right of docs/rbac.yaml away by itself", () => {
  const all = (role: unknown) => JSON.stringify(role);
  expect(RIGHTS.length).toBeGreaterThan(10);
  for (const { role, without } of RIGHTS) expect(all(without)).not.toBe(all(role));
  expect(new Set(RIGHTS.map(({ without }) => all(without))).size).toBe(RIGHTS.length);
});

// test/live/lab/build.sh builds it. No part of a machine, and no test that is left out.
const server = process.env.MUSLGATE_APISERVER;
const describeHere = server === undefined ? () => {} : describe;
describeHere("a real API server", { timeout: 600_000 }, () => {
  const folder = temporaryFolder();
  let registry: TestServer;
  let lab: KubeLab;
  /** Of the ServiceAccount that docs/rbac.yaml makes. */
  let account: NodeJS.ProcessEnv;
  let musl: LiveImage;

  beforeAll(async () => {
    const images: Record<string, ExampleImage> = {
      "shop/api:1.0": IMAGES["shop-api"] as ExampleImage,
      "shop/reports:1.0": IMAGES["shop-reports"] as ExampleImage,
    };
    const api = images["shop/api:1.0"] as ExampleImage;
    // A musl that asks by TCP as well.
    const newer = [alpine("3.20.3", "1.2.5", "1.2.5-r0"), ...api.layers.slice(1)];
    images["shop/agent:1.0"] = { ...api, layers: newer };
    registry = await startImageRegistry(images);
    const image = (reference: string) => {
      const index = ociLayout(reference, images[reference] as ExampleImage).find(
        ({ name }) => name === "index.json",
      )?.body;
      const name = `${registry.host}/${reference}`;
      return {
        image: name,
        imageID: `${name.replace(/:1\.0$/, "")}@${JSON.parse(String(index)).manifests[0].digest}`,
      };
    };
    lab = await startKubeLab(resolve(server as string), folder.path);
    musl = image("shop/api:1.0");
    await makeCluster(lab, { musl, newer: image("shop/agent:1.0"), glibc: image("shop/reports:1.0") });
    expect(await lab.kubectl(["apply", "-f", "docs/rbac.yaml"])).toMatchObject({ code: 0, err: "" });
    const token = await lab.kubectl(["create", "token", "muslgate", "--namespace=muslgate"]);
    account = lab.as("muslgate", token.out.trim());
  }, 300_000);
  afterAll(async () => {
    await lab?.close();
    await registry?.close();
  });

  const found = (report: Report) =>
    report.judgements
      .flatMap(({ workload, verdict }) =>
        verdict.outcome === "not-affected"
          ? []
          : [`${workload?.name ?? report.clusters[0]?.name}: ${verdict.outcome} ${verdict.ruleId}`],
      )
      .sort();
  const FOUND = [
    "cronjob/nightly, container app (back, 1 pod): affected musl-paired-lookup",
    "daemonset/agent, container app (back, 1 pod): affected musl-paired-lookup",
    "daemonset/agent, container app (back, 1 pod): affected tcp-53-blocked",
    "deployment/api, container app (shop, 3 pods): affected musl-paired-lookup",
    "lab: affected aaaa-denied",
    "pod/debug, container app (back, 1 pod): affected musl-paired-lookup",
  ];
  const report = async (env: NodeJS.ProcessEnv, ...args: readonly string[]) => {
    const { code, out, err } = await muslgate([...args, "--format", "json", "--no-cache"], env);
    expect({ code, err }).toMatchObject({ code: 1 });
    return JSON.parse(out) as Report;
  };

  it("is read with the rights of docs/rbac.yaml as with all rights", async () => {
    lab.audited();
    const own = await report(account, "cluster");
    const asked = lab.audited().filter(({ user }) => user === WHO);
    expect(found(own)).toEqual(FOUND);
    expect(own.diagnostics).toEqual([]);
    // Where an object is not there kubectl asks whether its namespace is, and goes by the one answer as by the other.
    const refused = asked.filter(({ allowed }) => !allowed);
    expect(new Set(refused.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`))).toEqual(
      new Set(["get namespaces kube-system"]),
    );
    expect(new Set(asked.map(({ verb }) => verb))).toEqual(new Set(["get", "list"]));
    expect(asked.filter(({ resource }) => resource === "secrets")).toEqual([]);
    const pages = asked.filter(({ resource }) => resource === "pods").map(({ uri }) => uri);
    expect(pages).toEqual([
      expect.stringMatching(/^\/api\/v1\/pods\?limit=500/),
      expect.stringMatching(/^\/api\/v1\/pods\?continue=.+&limit=500/),
    ]);
    const names = own.judgements.map(({ workload }) => workload?.name);
    expect(names).toContain(`deployment/crowd, container app (shop, ${CROWD} pods)`);
    const all = await report(lab.env, "cluster");
    expect(all.judgements).toEqual(own.judgements);
  });

  it("has the line that a finding names, as kubectl prints it", async () => {
    const { judgements } = await report(account, "cluster", "--namespace=shop");
    const at = judgements.flatMap(({ verdict }) => (verdict.outcome === "affected" ? [verdict.at] : []));
    const lines = await lab.kubectl([
      "get",
      "configmap",
      "coredns",
      "--namespace=kube-system",
      "--output=yaml",
    ]);
    expect(at).not.toEqual([]);
    for (const place of at) {
      expect(place?.file).toBe("kube-system/configmap-coredns.yaml");
      expect(lines.out.split("\n")[(place?.line ?? 0) - 1]).toMatch(/template ANY AAAA|rcode NXDOMAIN/);
    }
  });

  it("is read by a plugin of the real kubectl", async () => {
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    symlinkSync(resolve("dist/cli.js"), join(bin, "kubectl-muslgate"));
    const PATH = [bin, process.env.PATH].join(delimiter);
    const args = ["muslgate", "cluster", "--format", "json", "--no-cache", "--quiet"];
    const { code, out } = await lab.kubectl(args, "", { ...account, PATH });
    expect(code).toBe(1);
    expect(found(JSON.parse(out))).toEqual(FOUND);
  });

  it("shows that account no Secret", async () => {
    for (const args of [
      ["get", "secrets", "-A"],
      ["get", "secret", "db", "-n", "shop"],
    ])
      expect(await lab.kubectl(args, "", account)).toMatchObject({
        code: 1,
        err: expect.stringContaining("(Forbidden)"),
      });
    for (const namespace of ["kube-system", "muslgate", "shop"]) {
      const { out } = await lab.kubectl(["auth", "can-i", "--list", "-n", namespace], "", account);
      expect(out).toContain("pods");
      expect(out).not.toMatch(/secret|\*\.\*/);
    }
  });

  /** Until the API server goes by a role as it was last written. */
  const untilAllowed = async ({ verb, resource, name, namespace }: Right, allowed: boolean) => {
    const [kinds, ...group] = resource.split(".");
    const resourceAttributes = { verb, resource: kinds, group: group.join("."), name, namespace };
    for (let tries = 0; tries < 100; tries++) {
      const { status } = (await lab.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        spec: { user: WHO, resourceAttributes },
      })) as { readonly status: { readonly allowed: boolean } };
      if (status.allowed === allowed) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${verb} ${resource} stays as it was`);
  };
  /** As the gap has it that names the right. */
  const inWords = ({ verb, resource, name, namespace }: Right) => {
    if (name !== undefined) return `get the ${resource.slice(0, -1)} ${name} in ${namespace}`;
    if (resource === "nodes" || resource.includes("clusterwide")) return `${verb} ${resource}`;
    return `${verb} ${resource} in ${namespace ?? "all namespaces"}`;
  };
  const gaps = async () =>
    (
      await readCluster(
        kubectl(account, "lab", () => {}),
        {},
      )
    ).diagnostics;
  const apply = async (role: unknown) =>
    expect(await lab.kubectl(["apply", "--filename=-"], JSON.stringify(role))).toMatchObject({ code: 0 });

  describe("with a right less", () => {
    beforeAll(async () => {
      await makeCiliumKinds(lab);
      expect(await gaps()).toEqual([]);
    });

    it.each(RIGHTS.map((right) => [inWords(right), right] as const))("names it: %s", async (words, right) => {
      await apply(right.without);
      await untilAllowed(right, false);
      expect(await gaps()).toMatchObject([{ code: "cluster-forbidden", weight: "gap", subject: words }]);
      if (right.name === "coredns" && right.resource === "configmaps") {
        const { out } = await muslgate(["cluster", "-n", "shop", "--format", "json", "--no-cache"], account);
        const outcomes = (JSON.parse(out) as Report).judgements.map(({ verdict }) => verdict.outcome);
        expect(outcomes).toContain("unknown");
        expect(outcomes).not.toContain("affected");
      }
      await apply(right.role);
      await untilAllowed(right, true);
    });
  });

  describe("with OpenShift's nodes and DNS", () => {
    const rights = rightsIn("docs/rbac-openshift.yaml");
    beforeAll(async () => {
      await lab.create("/api/v1/namespaces", { metadata: { name: "openshift-dns" } });
      await makeNode(lab, "node-3", "amd64", { "node.openshift.io/os_id": "rhel" });
      expect((await gaps()).map(({ subject }) => subject)).toEqual(rights.map(inWords).toReversed());
      expect(await lab.kubectl(["apply", "-f", "docs/rbac-openshift.yaml"])).toMatchObject({
        code: 0,
        err: "",
      });
      for (const right of rights) await untilAllowed(right, true);
    });
    afterAll(() => lab.kubectl(["delete", "node", "node-3"]));

    it("is read with those of docs/rbac-openshift.yaml too", async () => {
      expect(await gaps()).toEqual([]);
    });
  });

  describe("takes the manifests of docs/", () => {
    beforeAll(async () => {
      // Whatever the strictest of Kubernetes' own standards for pods would refuse is said.
      for (const namespace of ["muslgate", "default"])
        await lab.kubectl(["label", "namespace", namespace, "pod-security.kubernetes.io/warn=restricted"]);
    });
    const dryRun = (...args: readonly string[]) =>
      lab.kubectl(["apply", "--dry-run=server", "--output=json", ...args]);

    it.each(["docs/probe-job.yaml", "docs/live/cronjob.yaml", "docs/rbac.yaml"])("%s", async (file) => {
      expect(await dryRun("-f", file)).toMatchObject({ code: 0, err: "" });
    });

    it("docs/fleet/kubernetes, and the overlay that it tells of", async () => {
      expect(await dryRun("-k", FLEET_BASE)).toMatchObject({ code: 0, err: "" });
      const { code, out, err } = await dryRun("-k", writeOverlay(folder.path));
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const [job] = JSON.parse(out).items.filter(({ kind }: { kind: string }) => kind === "Job");
      expect(job.spec).toMatchObject({ completionMode: "Indexed", completions: 32, parallelism: 8 });
    });

    it("and would not take a Job that no API server runs, nor let an unsafe pod go by", async () => {
      const job = parse(readFileSync("docs/fleet/kubernetes/job.yaml", "utf8"));
      const { template } = job.spec;
      const inPlace = { ...template, spec: { ...template.spec, restartPolicy: "OnFailure" } };
      const wrong = JSON.stringify({ ...job, spec: { ...job.spec, template: inPlace } });
      const refused = await lab.kubectl(["apply", "--dry-run=server", "-n", "muslgate", "-f", "-"], wrong);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("podFailurePolicy") });
      const open = { ...template, spec: { ...template.spec, securityContext: {} } };
      const unsafe = JSON.stringify({ ...job, spec: { ...job.spec, template: open } });
      const told = await lab.kubectl(["apply", "--dry-run=server", "-n", "muslgate", "-f", "-"], unsafe);
      expect(told).toMatchObject({ code: 0, err: expect.stringContaining("PodSecurity") });
    });
  });

  it("lets the script of the CronJob write its report, night after night", async () => {
    const file = "docs/live/cronjob.yaml";
    expect(await lab.kubectl(["apply", "-f", file])).toMatchObject({ code: 0, err: "" });
    const [cron] = parseAllDocuments(readFileSync(file, "utf8")).map((one) => one.toJS());
    const [{ args }] = cron.spec.jobTemplate.spec.template.spec.containers;
    const script = String(args[0])
      .replace("/opt/muslgate/cli.js", resolve("dist/cli.js"))
      .replaceAll("/tmp/", `${folder.path}/`);
    for (const told of ["created", "configured"]) {
      const { code, out, err } = await ran("sh", ["-c", script], "", account);
      expect({ code, err }).toEqual({ code: 1, err: "" });
      expect(out).toContain(`configmap/muslgate-report ${told}`);
      await lab.kubectl([
        "patch",
        "configmap",
        "muslgate-report",
        "-n",
        "muslgate",
        "-p",
        '{"data":{"muslgate.prom":""}}',
      ]);
    }
  });

  describe("of which Lists were saved as docs/live.md says", () => {
    const lists = () => join(folder.path, "cluster.json");
    beforeAll(async () => {
      const [block = ""] =
        /^\{ kubectl get[^}]*\} > cluster\.json$/m.exec(readFileSync("docs/live.md", "utf8")) ?? [];
      const { code, err } = await ran("sh", ["-c", `cd ${folder.path} && ${block}`], "", lab.env);
      // This kubectl may be older than the API server.
      expect({ code, err: err.replace(/^WARNING: version difference .*\n/, "") }).toEqual({
        code: 0,
        err: "",
      });
    });

    it("they come to the same", async () => {
      const args = ["cluster", "-", "--format", "json", "--no-cache"];
      const { code, out } = await muslgate(args, {}, ".", readFileSync(lists(), "utf8"));
      expect(code).toBe(1);
      expect(found(JSON.parse(out))).toEqual(FOUND.map((one) => one.replace(/^lab:/, "the cluster:")).sort());
    });

    it("only what is new since then is told", async () => {
      await makeDeployment(lab, "late", 2, musl);
      const { code, out } = await muslgate(["diff", lists(), "lab", "--no-cache"], lab.env);
      expect(code).toBe(1);
      expect(out).toContain("deployment/late, container app (shop, 2 pods)");
      expect(out).toContain("1 newly affected");
    });
  });
});
