import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { kubectl } from "../../src/live/kubectl.ts";
import { readCluster } from "../../src/live/read-cluster.ts";
import { type ApiServer, startApiServer } from "../support/api-server.ts";
import { temporaryFolder } from "../support/folder.ts";
import { deploymentPods, SHAPES } from "../support/live-cluster.ts";
import { describeWith } from "../support/parts.ts";

const folder = temporaryFolder();
const image = { image: "shop/api:1.0", imageID: `docker.io/shop/api@sha256:${"0".repeat(64)}` };

describeWith({ programs: ["kubectl"], unix: true }, "the real kubectl", () => {
  let server: ApiServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const open = async (...given: Parameters<typeof startApiServer>) => {
    server = await startApiServer(...given);
    const config = join(folder.path, "config");
    server.configure(config);
    const env = { PATH: process.env.PATH, HOME: folder.path, KUBECONFIG: config };
    return { asked: server.asked, ask: kubectl(env, "lab", () => {}) };
  };
  const objects = [...SHAPES.autopilot, ...deploymentPods("api", 1_200, [image])];

  it("reads a cluster page by page", async () => {
    const { ask, asked } = await open(objects);
    const live = await readCluster(ask, {});
    expect(live.diagnostics).toEqual([]);
    expect(live).toMatchObject({ name: "lab", gkeVersion: "1.33.1-gke.1107000", nodeLocalDns: "enabled" });
    expect([...live.pods]).toMatchObject([["shop/deployment-api.json", { pods: 1_200 }]]);
    expect(asked.filter((one) => one.startsWith("GET /api/v1/pods"))).toHaveLength(3);
    expect(asked.filter((one) => !one.startsWith("GET "))).toEqual([]);
    expect(asked.join()).not.toMatch(/secret/i);
  });

  it("reads Cilium's policies where their CRD is, and says when it may not", async () => {
    const policy = {
      kind: "CiliumNetworkPolicy",
      metadata: { name: "names", namespace: "shop" },
      spec: { endpointSelector: {} },
    };
    const { ask, asked } = await open([...objects, policy]);
    const live = await readCluster(ask, {});
    expect(live.diagnostics).toEqual([]);
    expect((await live.tree.list()).paths).toContain("shop/ciliumnetworkpolicy-names.json");
    expect(asked.filter((one) => one.includes("cilium-config"))).toEqual([
      "GET /api/v1/namespaces/kube-system/configmaps/cilium-config?timeout=1m0s",
    ]);
    await server?.close();
    const refused = await open([...objects, policy], (resource) =>
      resource === "ciliumnetworkpolicies" ? 403 : undefined,
    );
    expect((await readCluster(refused.ask, {})).diagnostics).toMatchObject([
      { code: "cluster-forbidden", subject: "list ciliumnetworkpolicies.cilium.io in all namespaces" },
    ]);
  });

  it("reads one namespace", async () => {
    const { ask } = await open([...objects, ...deploymentPods("web", 2, [image], { namespace: "web" })]);
    expect([...(await readCluster(ask, { namespace: "web" })).pods.keys()]).toEqual([
      "web/deployment-web.json",
    ]);
  });

  it("says which right is missing", async () => {
    const { ask } = await open(objects, (resource) => (resource === "configmaps" ? 403 : undefined));
    expect((await readCluster(ask, {})).diagnostics).toMatchObject([
      {
        code: "cluster-forbidden",
        subject: expect.stringMatching(/^get the configmaps coredns, .* in kube-system$/),
      },
    ]);
  });

  it("fails where a page has expired, and that is told", async () => {
    const { ask } = await open(objects, (resource, page) =>
      resource === "pods" && page > 0 ? 410 : undefined,
    );
    const { diagnostics } = await readCluster(ask, {});
    expect(diagnostics).toMatchObject([
      {
        code: "cluster-unread",
        message: expect.stringMatching(/^kubectl failed to list pods in all namespaces/),
      },
    ]);
  });

  it("says that there is no such context", async () => {
    const env = { PATH: process.env.PATH, HOME: folder.path, KUBECONFIG: join(folder.path, "none") };
    await expect(
      readCluster(
        kubectl(env, "nope", () => {}),
        { context: "nope" },
      ),
    ).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/^the cluster nope cannot be asked: .*context "nope" does not exist/),
    });
  });
});

describe("kubectl", () => {
  it("that is not there is a wrong call", async () => {
    const none = kubectl({ PATH: folder.path }, undefined, () => {});
    await expect(none(["get", "nodes"])).rejects.toMatchObject({
      code: "usage",
      message: "kubectl is not on the PATH",
    });
  });

  it.each([
    ["a NUL", "a\u0000b"],
    ["a megabyte", "c".repeat(2 ** 20)],
  ])("that cannot be given a context with %s is a wrong call", async (_, context) => {
    await expect(
      kubectl({ PATH: process.env.PATH }, context, () => {})(["get", "nodes"]),
    ).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/^kubectl (?:cannot be run|is not on the PATH)/),
    });
  });

  it("is given its words as they are, and what its login says is passed on", async () => {
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "kubectl"),
      `#!/bin/sh\necho 'To sign in, open https://login.example and enter 123' >&2\necho 'Error from server (Forbidden): no' >&2\nprintf '%s\\n' "$@"\nexit 1\n`,
    );
    chmodSync(join(bin, "kubectl"), 0o755);
    const told: string[] = [];
    const ask = kubectl({ PATH: `${bin}:${process.env.PATH}` }, "a b; touch c", (line) => told.push(line));
    expect(await ask(["get", "$(id)"])).toEqual({
      text: "--context=a b; touch c\n--request-timeout=60s\nget\n$(id)\n",
      problem: "Error from server (Forbidden): no",
    });
    expect(told).toEqual(["To sign in, open https://login.example and enter 123"]);
  });
});
