import { expect, it } from "vitest";
import { resolverOptionIgnored } from "../../src/rules/resolver-option-ignored.ts";
import { planned } from "../plan/planned.ts";
import { corednsMap, GLIBC, judged } from "../support/judged.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const pod = (dns: string, container = "") => `apiVersion: v1
kind: Pod
metadata: {name: front}
spec:
${dns}  containers:
    - name: app
      image: shop/front:1.0
${container}`;
const option = (name: string) => pod(`  dnsConfig: {options: [{name: ${name}}]}\n`);

it.each([
  ["use-vc", true],
  ["single-request", true],
  ["single-request-reopen", true],
  ["rotate", true],
  ["edns0", true],
  ["no-aaaa", true],
  ["trust-ad", true],
  ["inet6", true],
  ["debug", false],
  ["ndots, value: '2'", false],
  ["timeout, value: '2'", false],
])("%s: %s", async (name, ignored) => {
  const verdicts = await judged(resolverOptionIgnored, { "pod.yaml": option(name) });
  expect(verdicts.map(({ level, at }) => [level, at?.line])).toEqual(ignored ? [["note", 5]] : []);
  expect(await judged(resolverOptionIgnored, { "pod.yaml": option(name) }, GLIBC)).toEqual([]);
});

it.each([
  ["RES_OPTIONS", "      env: [{name: RES_OPTIONS, value: 'ndots:1'}]\n"],
  ["LOCALDOMAIN", "      env: [{name: LOCALDOMAIN, value: corp.example}]\n"],
  ["/etc/gai.conf", "      volumeMounts: [{name: x, mountPath: /etc/gai.conf, subPath: gai.conf}]\n"],
])("%s is one too", async (what, container) => {
  const [verdict] = await judged(resolverOptionIgnored, { "pod.yaml": pod("", container) });
  expect(verdict?.summary).toContain(`does not read ${what}`);
});

it("says that no-aaaa does not keep musl from asking a cluster that denies AAAA", async () => {
  const dns = corednsMap(".:53 {\n  template ANY AAAA {\n    rcode NXDOMAIN\n  }\n  forward . 192.0.2.1\n}");
  const [verdict] = await judged(resolverOptionIgnored, { "pod.yaml": option("no-aaaa"), "dns.yaml": dns });
  expect(verdict?.level).toBe("note");
  expect(verdict?.summary).toContain("asks");
});

it("is mended by taking it out, and says nothing of an image that is not known", async () => {
  expect(await judged(resolverOptionIgnored, { "pod.yaml": pod("") })).toEqual([]);
  expect(await judged(resolverOptionIgnored, { "pod.yaml": option("use-vc") }, "unread")).toEqual([]);
});

it("is a note on files of the image, too", () => {
  const on = { ...image(onMusl("1.2.5")), glibcFiles: ["/etc/gai.conf"] };
  const context = { workload: workload(), cluster: cluster("NODATA") };
  expect(checked(resolverOptionIgnored, { ...context, image: on })?.summary).toContain("/etc/gai.conf");
  expect(checked(resolverOptionIgnored, { ...context, image: image(onMusl("1.2.5")) })).toBeUndefined();
  expect(checked(resolverOptionIgnored, { ...context, image: { ...on, process: GLIBC } })).toBeUndefined();
});

it("is a note on a file that a Dockerfile copies", async () => {
  const files = { "gai.conf": "precedence ::ffff:0:0/96 100\n" };
  const copied = await planned({ ...files, Dockerfile: "FROM alpine:3.20\nCOPY gai.conf /etc/\n" });
  expect(copied.glibcFiles).toEqual(["/etc/gai.conf"]);
  expect(
    (await planned({ ...files, Dockerfile: "FROM alpine:3.20\nCOPY gai.conf /srv/\n" })).glibcFiles,
  ).toBeUndefined();
});
