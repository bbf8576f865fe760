import { expect, it } from "vitest";
import { mixedNameservers } from "../../src/rules/mixed-nameservers.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const pod = (policy: string, servers: string) => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front}
spec:
  dnsPolicy: ${policy}
  dnsConfig: {nameservers: [${servers}]}
  containers: [{name: app, image: "shop/front:1.0"}]
`,
});

it.each([
  ["ClusterFirst", "8.8.8.8", "8.8.8.8"],
  ["ClusterFirst", "169.254.20.10, 1.1.1.1", "1.1.1.1"],
  ["None", "169.254.20.10, 8.8.8.8", "8.8.8.8"],
  ["None", "8.8.8.8, 34.118.224.10", "8.8.8.8"],
  ["Default", "169.254.20.10", "its node's server"],
  // It may be the cluster's Service.
  ["ClusterFirst", "10.96.0.10", undefined],
  ["ClusterFirst", "169.254.20.10", undefined],
  ["None", "8.8.8.8, 1.1.1.1", undefined],
  ["None", "169.254.20.10", undefined],
  ["None", "169.254.20.10, 34.118.224.10, 10.0.0.10, 8.8.8.8", undefined],
  ["Default", "8.8.8.8", undefined],
])("%s with %s: %s", async (policy, servers, other) => {
  const [verdict] = await judged(mixedNameservers, pod(policy, servers));
  expect(verdict?.except).toEqual(other && [`Services whenever ${other} is faster`]);
  if (verdict !== undefined) expect(verdict).toMatchObject({ level: "warning", at: { line: 6 } });
});

it("is the same for every musl, and nothing for glibc", async () => {
  const files = pod("ClusterFirst", "8.8.8.8");
  for (const version of ["1.1.16", "1.2.2", "1.2.4"])
    expect((await judged(mixedNameservers, files, onMusl(version)))[0]?.outcome).toBe("affected");
  expect(await judged(mixedNameservers, files, GLIBC)).toEqual([]);
  expect((await judged(mixedNameservers, files, "unread"))[0]?.outcome).toBe("unknown");
});

it("is mended by leaving one kind of server", async () => {
  const [before] = await judged(mixedNameservers, pod("None", "169.254.20.10, 8.8.8.8"));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["one-kind-of-server"]);
  expect(await judged(mixedNameservers, pod("None", "169.254.20.10"))).toEqual([]);
});

it("reads a resolv.conf that is mounted", async () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: front}
spec:
  containers:
    - name: app
      image: shop/front:1.0
      volumeMounts: [{name: dns, mountPath: /etc/resolv.conf, subPath: resolv.conf}]
  volumes: [{name: dns, configMap: {name: dns}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: dns}
data: {resolv.conf: "nameserver 169.254.20.10\\nnameserver 8.8.8.8\\n"}
`;
  const [verdict] = await judged(mixedNameservers, { "pod.yaml": text });
  expect(verdict?.at?.line).toBe(8);
});
