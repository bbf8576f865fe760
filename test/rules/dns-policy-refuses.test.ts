import { expect, it } from "vitest";
import { dnsPolicyRefuses } from "../../src/rules/dns-policy-refuses.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const POD = (dns = "") => `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web, labels: {app: front}}
spec:
${dns}  containers: [{name: app, image: "shop/front:1.0"}]
`;
const policy = (dns: string, more = "", selector = "{matchLabels: {app: front}}") => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: front, namespace: web}
spec:
  endpointSelector: ${selector}
  egress:
    - toEndpoints: [{matchLabels: {"k8s:k8s-app": kube-dns, "k8s:io.kubernetes.pod.namespace": kube-system}}]
      toPorts:
        - ports: [{port: "53", protocol: ANY}]
          rules: {dns: [${dns}]}
    - toFQDNs: [{matchName: api.example.com}]
${more}`;
const files = (dns: string, more = "", selector?: string) => ({
  "pod.yaml": POD(),
  "policy.yaml": policy(dns, more, selector),
});
const NAME = "{matchName: api.example.com}";

it.each([
  [NAME, true],
  ["{matchPattern: '*.example.com'}", true],
  ["{matchPattern: '**.example.com'}", true],
  // The first expansion alone has to be refused.
  [`${NAME}, {matchPattern: '*.svc.cluster.local'}`, true],
  [`${NAME}, {matchPattern: '**.cluster.local'}`, false],
  [`${NAME}, {matchPattern: '**.web.svc.cluster.local'}`, true],
  [`${NAME}, {matchPattern: '*'}`, false],
  [
    `${NAME}, {matchPattern: 'api.example.com.*.*.cluster.local'}, {matchPattern: 'api.example.com.*.cluster.local'}, {matchPattern: 'api.example.com.cluster.local'}`,
    false,
  ],
  ["{matchPattern: '*.cluster.local'}", false],
  ["{matchName: api.a.b.c.d.example.com}", false],
])("%s: %s", async (dns, hit) => {
  const verdicts = await judged(dnsPolicyRefuses, files(dns));
  expect(verdicts.map(({ names }) => names?.external)).toEqual(hit ? ["fails-slowly"] : []);
  if (hit) expect(verdicts[0]).toMatchObject({ level: "error", at: { file: "policy.yaml", line: 3 } });
});

it("has no say where it does not select the pod, nor where another rule lets port 53 through whole", async () => {
  expect(await judged(dnsPolicyRefuses, files(NAME, "", "{matchLabels: {app: back}}"))).toEqual([]);
  expect(await judged(dnsPolicyRefuses, files(NAME, "", "{matchLabels: {'k8s:app': front}}"))).toHaveLength(
    1,
  );
  expect(await judged(dnsPolicyRefuses, files(NAME, "    - toEntities: [cluster]\n"))).toEqual([]);
  const plain = '    - toEndpoints: [{}]\n      toPorts: [{ports: [{port: "53"}]}]\n';
  expect(await judged(dnsPolicyRefuses, files(NAME, plain))).toEqual([]);
});

it("holds for every musl, and not for glibc", async () => {
  for (const version of ["1.1.16", "1.2.2", "1.2.4"])
    expect(await judged(dnsPolicyRefuses, files(NAME), onMusl(version))).toHaveLength(1);
  expect(await judged(dnsPolicyRefuses, files(NAME), GLIBC)).toEqual([]);
  expect((await judged(dnsPolicyRefuses, files(NAME), "unread"))[0]?.outcome).toBe("unknown");
});

it.each([
  [
    "answer-nxdomain",
    {
      "cilium.yaml":
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: cilium-config}\ndata:\n  tofqdns-dns-reject-response-code: nameError\n",
    },
  ],
  [
    "answer-nxdomain",
    {
      "cilium/values.yaml": "image: {repository: x, tag: y}\ndnsProxy:\n  dnsRejectResponseCode: nameError\n",
    },
  ],
  ["lower-ndots", { "pod.yaml": POD("  dnsConfig: {options: [{name: ndots, value: '1'}]}\n") }],
])("%s mends it", async (id, more) => {
  const [before] = await judged(dnsPolicyRefuses, files(NAME));
  expect(before?.remedies.map((remedy) => remedy.id)).toContain(id);
  expect(await judged(dnsPolicyRefuses, { ...files(NAME), ...more })).toEqual([]);
});
