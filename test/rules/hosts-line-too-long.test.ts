import { expect, it } from "vitest";
import { hostsLineTooLong } from "../../src/rules/hosts-line-too-long.ts";
import { GLIBC, judged } from "../support/judged.ts";
import { onMusl } from "../support/profiles.ts";

const entry = (names: readonly string[], ip = "192.0.2.10") =>
  `    - ip: ${ip}\n      hostnames: [${names.join(", ")}]\n`;
const pod = (entries: string, mounts = "") => ({
  "pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front}
spec:
  hostAliases:
${entries}  containers:
    - name: app
      image: shop/front:1.0
${mounts}`,
});
/** Names of 19 letters: a line of 28 has 571 bytes. */
const NAMES = Array.from({ length: 28 }, (_, i) => `host-${String(i).padStart(2, "0")}.example.com`);

it("names what stands behind byte 511", async () => {
  expect(`192.0.2.10\t${NAMES.join("\t")}\n`.length).toBeGreaterThan(511);
  const [verdict] = await judged(hostsLineTooLong, pod(entry(NAMES)));
  expect(verdict).toMatchObject({ level: "error", outcome: "affected", at: { line: 6 } });
  expect(verdict?.summary).toContain("does not find host-");
  expect(verdict?.except).toContain("host-27.example.com");
  expect(verdict?.except).not.toContain("host-00.example.com");
});

it("has no say of a line that fits to the byte", async () => {
  const line = (pad: number) => [...NAMES.slice(0, 20), "x".repeat(pad)];
  const size = (pad: number) => `192.0.2.10\t${line(pad).join("\t")}\n`.length;
  const fitting = 1 + 511 - size(1);
  expect(await judged(hostsLineTooLong, pod(entry(line(fitting))))).toEqual([]);
  const [verdict] = await judged(hostsLineTooLong, pod(entry(line(fitting + 1))));
  expect(verdict?.except).toEqual(["x".repeat(fitting + 1)]);
});

it("has none where the name stands in a line that fits, nor where /etc/hosts is another file", async () => {
  const again = entry(NAMES) + entry(NAMES.slice(-5), "192.0.2.11");
  expect(await judged(hostsLineTooLong, pod(again))).toEqual([]);
  const mounts = "      volumeMounts: [{name: x, mountPath: /etc/hosts, subPath: hosts}]\n";
  expect(await judged(hostsLineTooLong, pod(entry(NAMES), mounts))).toEqual([]);
});

it("holds for every musl, and not for glibc", async () => {
  for (const version of ["1.1.16", "1.2.2", "1.2.4"])
    expect(await judged(hostsLineTooLong, pod(entry(NAMES)), onMusl(version))).toHaveLength(1);
  expect(await judged(hostsLineTooLong, pod(entry(NAMES)), GLIBC)).toEqual([]);
  expect((await judged(hostsLineTooLong, pod(entry(NAMES)), "unread"))[0]?.outcome).toBe("unknown");
});

it("is mended by two entries of the same address", async () => {
  const [before] = await judged(hostsLineTooLong, pod(entry(NAMES)));
  expect(before?.remedies.map(({ id }) => id)).toEqual(["split-host-aliases"]);
  expect(await judged(hostsLineTooLong, pod(entry(NAMES.slice(0, 12)) + entry(NAMES.slice(12))))).toEqual([]);
});

it("looks through a list without end in bounds", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `h${i}.example.com`);
  expect(await judged(hostsLineTooLong, pod(entry(many)))).toHaveLength(1);
});
