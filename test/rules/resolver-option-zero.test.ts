import { expect, it } from "vitest";
import { resolverOptionZero } from "../../src/rules/resolver-option-zero.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const pod = (name: string, value: string, policy = "ClusterFirst") => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front}
spec:
  dnsPolicy: ${policy}
  dnsConfig:
    options:
      - {name: ndots, value: "2"}
      - {name: ${name}, value: "${value}"}
  containers: [{name: app, image: "shop/front:1.0"}]
`,
});

it.each([
  ["timeout", "0", "at once"],
  ["timeout", "00", "at once"],
  ["attempts", "0", "division by zero"],
  ["timeout", "1", undefined],
  ["attempts", "10", undefined],
  ["ndots", "0", undefined],
  ["timeout", "", undefined],
  ["timeout", "0s", undefined],
])("%s:%s", async (name, value, words) => {
  const [verdict] = await judged(resolverOptionZero, pod(name, value));
  if (words === undefined) expect(verdict).toBeUndefined();
  else {
    expect(verdict?.summary).toContain(words);
    expect(verdict).toMatchObject({ names: { internal: "fails", external: "fails" }, at: { line: 9 } });
  }
});

it("holds whoever is asked, and for every musl that reads options", async () => {
  for (const policy of ["Default", "None"])
    expect(await judged(resolverOptionZero, pod("timeout", "0", policy))).toHaveLength(1);
  for (const version of ["1.1.16", "1.2.2", "1.2.4"])
    expect(await judged(resolverOptionZero, pod("timeout", "0"), onMusl(version))).toHaveLength(1);
  expect(await judged(resolverOptionZero, pod("timeout", "0"), onMusl("1.1.12"))).toEqual([]);
  expect(await judged(resolverOptionZero, pod("timeout", "0"), GLIBC)).toEqual([]);
  expect((await judged(resolverOptionZero, pod("timeout", "0"), "unread"))[0]?.outcome).toBe("unknown");
});

it("is mended by another number", async () => {
  const [before] = await judged(resolverOptionZero, pod("attempts", "0"));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["take-option-out"]);
  expect(await judged(resolverOptionZero, pod("attempts", "1"))).toEqual([]);
});
