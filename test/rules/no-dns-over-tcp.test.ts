import { expect, it } from "vitest";
import { noDnsOverTcp } from "../../src/rules/no-dns-over-tcp.ts";
import { headless } from "../support/headless.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

it.each([
  ["1.1.16", "affected"],
  ["1.2.3", "affected"],
  ["1.2.4", undefined],
  ["1.2.5", undefined],
])("musl %s and 40 pods: %s", async (version, outcome) => {
  const [verdict] = await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl(version));
  expect(verdict?.outcome).toBe(outcome);
  if (outcome !== undefined) {
    expect(verdict?.except).toEqual(["11 of 40 addresses of db.shop"]);
    expect(verdict).toMatchObject({ level: "warning", at: { file: "front.yaml", line: 7 } });
  }
});

it.each([
  [{ replicas: 29 }, false],
  [{ replicas: 30 }, true],
  [{ replicas: 20, dual: true }, true],
  [{ replicas: 16, dual: true }, false],
  [{ replicas: 40, clusterIP: "10.0.0.5" }, false],
  [{ replicas: 40, labels: "{app: other}" }, false],
  [{ replicas: 40, host: "elsewhere.shop:5432" }, false],
  [{ replicas: 40, host: "db-0.db.shop:5432" }, false],
  [{ replicas: 40, host: "db.shop.svc:5432" }, true],
  [{ replicas: 40, host: "db.shop.svc.cluster.local:5432" }, true],
  [{ replicas: 40, host: "db.shop.svc.cluster.local." }, true],
  [{ replicas: 40, host: "db-0.db.shop.svc.cluster.local" }, false],
  [{ replicas: 40, host: "other.shop.svc.cluster.local" }, false],
  [{ replicas: 40, host: "db.shop.svc.example" }, false],
])("%j: %s", async (files, hit) => {
  expect(await judged(noDnsOverTcp, headless(files), onMusl("1.2.2"))).toHaveLength(hit ? 1 : 0);
});

it.each([
  ["DB_HOST", "db", true],
  ["discovery.seed_hosts", "db-0, db", true],
  ["ENGINE", "db", false],
  ["NO_PROXY_HOST", "db", false],
])("%s: %s may be a Service of the pod's own namespace", async (name, value, hit) => {
  const files = headless({ replicas: 40 });
  const own = files["front.yaml"].replace("namespace: web", "namespace: shop");
  const front = own.replace('name: DB, value: "db.shop:5432"', `name: ${name}, value: "${value}"`);
  expect(await judged(noDnsOverTcp, { ...files, "front.yaml": front }, onMusl("1.2.2"))).toHaveLength(
    hit ? 1 : 0,
  );
});

it("has no say with glibc, and is not known where the image is not", async () => {
  expect(await judged(noDnsOverTcp, headless({ replicas: 40 }), GLIBC)).toEqual([]);
  const [verdict] = await judged(noDnsOverTcp, headless({ replicas: 40 }), "unread");
  expect(verdict?.outcome).toBe("unknown");
});

it("is mended by newer-alpine", async () => {
  const [before] = await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl("1.2.2"));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["newer-alpine"]);
  expect(await judged(noDnsOverTcp, headless({ replicas: 40 }), onMusl("1.2.4"))).toEqual([]);
});

/** An autoscaler of the StatefulSet. */
function scaler(
  kind: "HorizontalPodAutoscaler" | "ScaledObject",
  least: number | undefined,
  most: number,
): string {
  const [from, to] =
    kind === "ScaledObject" ? ["minReplicaCount", "maxReplicaCount"] : ["minReplicas", "maxReplicas"];
  const min = least === undefined ? "" : `${from}: ${least}, `;
  return `kind: ${kind}
apiVersion: ${kind === "ScaledObject" ? "keda.sh/v1alpha1" : "autoscaling/v2"}
metadata: {name: db, namespace: shop}
spec: {${min}${to}: ${most}, scaleTargetRef: {kind: StatefulSet, name: db}}
`;
}

it.each([
  ["HorizontalPodAutoscaler", 3, 40, "note"],
  ["HorizontalPodAutoscaler", 3, 20, undefined],
  ["HorizontalPodAutoscaler", 40, 60, "warning"],
  ["HorizontalPodAutoscaler", undefined, 40, "note"],
  ["ScaledObject", 0, 40, "note"],
  ["ScaledObject", 35, 40, "warning"],
  ["ScaledObject", undefined, 10, undefined],
] as const)("%s from %s to %s: %s", async (kind, least, most, level) => {
  const files = headless({ replicas: 2, more: { "scaler.yaml": scaler(kind, least, most) } });
  const [verdict] = await judged(noDnsOverTcp, files, onMusl("1.2.2"));
  expect(verdict?.level).toBe(level);
  if (level === "note") expect(verdict?.summary).toContain("may be scaled to 40 addresses");
  // What may come is no matter of an image that is not known.
  if (level === "note") expect(await judged(noDnsOverTcp, files, "unread")).toEqual([]);
});

it.each([
  [
    "a patch beside it",
    { "prod.yaml": "kind: StatefulSet\napiVersion: apps/v1\nmetadata: {name: db}\nspec: {replicas: 40}\n" },
  ],
  [
    "a kustomization's replicas",
    { "kustomization.yaml": "resources: [db.yaml, front.yaml]\nreplicas:\n  - {name: db, count: 40}\n" },
  ],
])("counts the pods that %s makes", async (_, more) => {
  expect(await judged(noDnsOverTcp, headless({ replicas: 2, more }), onMusl("1.2.2"))).toHaveLength(1);
  expect(await judged(noDnsOverTcp, headless({ replicas: 2 }), onMusl("1.2.2"))).toEqual([]);
});

it("counts the pods that Helm makes of a chart once, however often it is rendered", async () => {
  const { "db.yaml": db, "front.yaml": front } = headless({ replicas: 20 });
  const charts = {
    "front.yaml": front,
    "chart/Chart.yaml": "name: db\n",
    "chart/values.yaml": "replicas: 20\n",
    "chart/values-prod.yaml": "replicas: 40\n",
  };
  const rendering = (counts: readonly number[]) => async (_: string, values: readonly string[]) =>
    db.replace("replicas: 20", `replicas: ${counts[values.length] ?? 0}`);
  const said = async (counts: readonly number[]) =>
    judged(noDnsOverTcp, charts, onMusl("1.2.2"), { helm: rendering(counts) });
  expect(await said([20, 20])).toEqual([]);
  const [verdict] = await said([20, 40]);
  expect(verdict?.related).toMatchObject([{ file: "chart/Chart.yaml", line: 1 }]);
});
