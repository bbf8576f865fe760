/** What policies put into pods is read, and what they change of images is told; what they only hold pods against is nobody's. */
import { describe, expect, it } from "vitest";
import { found } from "./tree.ts";

const kyverno = (rule: string) =>
  `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: inject\nspec:\n  rules:\n    - name: one\n${rule}`;
const karmada = (overrider: string) =>
  `apiVersion: policy.karmada.io/v1alpha1\nkind: OverridePolicy\nmetadata:\n  name: far\nspec:\n  overrideRules:\n    - overriders:\n${overrider}`;
const CONTAINERS =
  "containers:\n              - name: agent\n                image: alpine:3.20\n                command: [wget, http://api]\n";

describe("a policy", () => {
  it.each([
    [
      "Kyverno's sidecar",
      kyverno(`      mutate:\n        patchStrategicMerge:\n          spec:\n            ${CONTAINERS}`),
      "clusterpolicy/inject, container agent",
    ],
    [
      "one under an anchor",
      kyverno(
        `      mutate:\n        patchStrategicMerge:\n          spec:\n            +(${CONTAINERS.replace("containers:", "containers):")}`,
      ),
      "clusterpolicy/inject, container agent",
    ],
    [
      "for each",
      kyverno(
        `      mutate:\n        foreach:\n        - list: request.object.spec.containers\n          patchStrategicMerge:\n            spec:\n              ${CONTAINERS.replace(/^ {14}/gm, "                ")}`,
      ),
      "clusterpolicy/inject, container agent",
    ],
    [
      "what it generates",
      kyverno(
        `      generate:\n        apiVersion: apps/v1\n        kind: Deployment\n        name: agent\n        data:\n          spec:\n            template:\n              spec:\n                ${CONTAINERS.replace(/^ {14}/gm, "                  ")}`,
      ),
      "deployment/agent, container agent",
    ],
    [
      "Karmada's containers",
      karmada(
        `        plaintext:\n          - path: /spec/template/spec/containers/-\n            operator: add\n            value: {name: agent, image: alpine:3.20, command: [wget, http://api]}\n`,
      ),
      "overridepolicy/far, container agent",
    ],
  ])("has what it puts into a cluster read: %s", async (_, policy, name) => {
    const { workloads, diagnostics } = await found({ "policy.yaml": policy });
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([
      { image: "alpine:3.20", name, command: ["wget", "http://api"], at: { file: "policy.yaml" } },
    ]);
  });

  it("has the image of Karmada's patch read", async () => {
    const policy = karmada(
      "        plaintext:\n          - path: /spec/template/spec/containers/0/image\n            operator: replace\n            value: alpine:3.20\n",
    );
    const { workloads, diagnostics } = await found({ "policy.yaml": policy });
    expect(diagnostics).toEqual([]);
    expect(workloads).toMatchObject([{ image: "alpine:3.20", at: { line: 11 } }]);
  });

  it.each([
    [
      "Karmada's parts of images",
      karmada(
        "        imageOverrider:\n          - component: Tag\n            operator: replace\n            value: 3.14-alpine\n",
      ),
      9,
    ],
    [
      "Karmada's commands",
      karmada(
        "        commandOverrider:\n          - containerName: web\n            operator: add\n            value: [sh]\n",
      ),
      9,
    ],
    [
      "a patch of a container's command",
      karmada(
        "        plaintext:\n          - path: /spec/template/spec/containers/0/command\n            operator: replace\n            value: [sh]\n",
      ),
      9,
    ],
    [
      "Kyverno's JSON patch of containers",
      kyverno(
        "      mutate:\n        patchesJson6902: |-\n          - op: add\n            path: /spec/containers/-\n            value: {name: a, image: b}\n",
      ),
      9,
    ],
    [
      "one for each of them",
      kyverno(
        '      mutate:\n        foreach:\n          - list: request.object.spec.containers\n            patchesJson6902: |-\n              - op: replace\n                path: /spec/containers/{{elementIndex}}/image\n                value: "mirror.example/{{element.image}}"\n',
      ),
      11,
    ],
    [
      "Gatekeeper's images",
      "apiVersion: mutations.gatekeeper.sh/v1alpha1\nkind: AssignImage\nmetadata:\n  name: i\nspec:\n  location: 'spec.containers[name:*].image'\n  parameters:\n    assignTag: ':3.20'\n",
      6,
    ],
    [
      "images in CEL",
      'apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\nmetadata:\n  name: i\nspec:\n  mutations:\n    - applyConfiguration:\n        expression: \'Object{spec: Object.spec{containers: [Object.spec.containers{name: "a", image: "b"}]}}\'\n',
      8,
    ],
  ])("is told of where it changes what pods run: %s", async (_, policy, line) => {
    const { workloads, diagnostics } = await found({ "policy.yaml": policy });
    expect(workloads).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "not-followed", weight: "gap", at: { line } }]);
  });

  it.each([
    [
      "holds pods against",
      kyverno(`      validate:\n        pattern:\n          spec:\n            ${CONTAINERS}`),
    ],
    [
      "asks whether it is an image",
      kyverno(
        '      mutate:\n        patchStrategicMerge:\n          spec:\n            containers:\n              - (image): "nginx:1.25"\n                imagePullPolicy: Always\n              - (image): "*:latest"\n                imagePullPolicy: Always\n',
      ),
    ],
    [
      "labels by a JSON patch",
      kyverno(
        "      mutate:\n        patchesJson6902: |-\n          - op: add\n            path: /metadata/labels/a\n            value: b\n",
      ),
    ],
    [
      "labels",
      kyverno(
        "      mutate:\n        patchStrategicMerge:\n          metadata:\n            labels:\n              a: b\n",
      ),
    ],
    [
      "scales",
      karmada(
        "        plaintext:\n          - path: /spec/replicas\n            operator: replace\n            value: 2\n          - path: /spec/template/spec/containers/0/resources\n            operator: replace\n            value: {}\n",
      ),
    ],
  ])("is nobody's where it only %s", async (_, policy) => {
    const { workloads, diagnostics } = await found({ "policy.yaml": policy });
    expect(workloads).toEqual([]);
    expect(diagnostics).toEqual([]);
  });
});
