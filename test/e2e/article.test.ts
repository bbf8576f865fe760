import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import { tar } from "../../examples/tar.mjs";
import { clusterProfile } from "../../src/cluster/profile.ts";
import type { Outcome } from "../../src/model/report.ts";
import { pairedLookup } from "../../src/rules/musl-paired-lookup.ts";
import { temporaryFolder } from "../support/folder.ts";
import { CORPUS, describeWith } from "../support/parts.ts";
import { workload } from "../support/profiles.ts";
import { profileOf } from "../support/sources.ts";
import { checked } from "../support/checked.ts";

/** The article's clusters; the ones of the same Corefile also from their ConfigMap. */
const CLUSTERS = {
  "GKE 1.21.6-gke.1500 with NodeLocal DNSCache": {
    gkeVersion: "1.21.6-gke.1500",
    nodeLocalDns: "enabled",
    autopilot: false,
    breaks: false,
  },
  "GKE 1.22.6-gke.1000 with NodeLocal DNSCache": {
    gkeVersion: "1.22.6-gke.1000",
    nodeLocalDns: "enabled",
    autopilot: false,
    breaks: true,
  },
  "GKE 1.22.6-gke.1000 without": {
    gkeVersion: "1.22.6-gke.1000",
    nodeLocalDns: "disabled",
    autopilot: false,
    breaks: false,
  },
  "Autopilot 1.22.6-gke.1000": {
    gkeVersion: "1.22.6-gke.1000",
    nodeLocalDns: "auto",
    autopilot: true,
    breaks: true,
  },
  "GKE 1.22.7-gke.1500 with NodeLocal DNSCache": {
    gkeVersion: "1.22.7-gke.1500",
    nodeLocalDns: "enabled",
    autopilot: false,
    breaks: false,
  },
} as const;
const CONFIGMAPS = ["gke-1.21.6-gke.1500", "gke-1.22.6-gke.1000"];

describeWith({ corpus: true }, "the article's table", () => {
  const folder = temporaryFolder();
  const alpine = (release: string) => join(CORPUS, `alpine/alpine-minirootfs-${release}-x86_64.tar.gz`);
  const glibc = folder.write(
    "glibc.tar",
    tar([
      ...IMAGES["shop-reports"]!.layers.flat(),
      { name: "bin/sh", mode: 0o755, body: IMAGES["shop-reports"]!.layers[1]!.at(-1)!.body as Buffer },
    ]),
  );
  const images: [string, string, boolean][] = [
    ["Alpine 3.6", alpine("3.6.5"), false],
    ["Alpine 3.12", alpine("3.12.12"), false],
    ["Alpine 3.13", alpine("3.13.12"), true],
    ["Alpine 3.18", alpine("3.18.9"), true],
    ["Alpine 3.19", alpine("3.19.4"), true],
    ["a glibc image", glibc, false],
  ];

  it.each(images)("%s, from version numbers", async (_, reference, modern) => {
    const image = await profileOf(reference);
    for (const [name, { breaks, ...settings }] of Object.entries(CLUSTERS)) {
      const cluster = clusterProfile(settings);
      const verdict = checked(pairedLookup, { workload: workload(), image, cluster });
      const expected: Outcome = breaks && modern ? "affected" : "not-affected";
      expect([name, verdict.outcome]).toEqual([name, expected]);
      const effect = expected === "affected" ? "fails" : "resolves";
      expect(verdict.names).toEqual({ internal: effect, external: effect });
    }
  });

  it.each(images)(
    "%s, from the two ConfigMaps, as YAML and as kubectl describes them",
    async (_, reference, modern) => {
      const image = await profileOf(reference);
      for (const name of CONFIGMAPS) {
        for (const form of ["configmap.yaml", "describe.txt"]) {
          const file = join(CORPUS, "corefile", `${name}.${form}`);
          const corefiles = [{ file, text: readFileSync(file, "utf8") }];
          const breaks = name.includes("1.22.6");
          for (const [nodeLocalDns, autopilot, applies] of [
            ["enabled", false, true],
            ["auto", true, true],
            ["disabled", false, false],
          ] as const) {
            const cluster = clusterProfile({ nodeLocalDns, autopilot, corefiles });
            const { outcome } = checked(pairedLookup, { workload: workload(), image, cluster });
            const expected: Outcome = breaks && applies && modern ? "affected" : "not-affected";
            expect([name, form, nodeLocalDns, outcome]).toEqual([name, form, nodeLocalDns, expected]);
          }
        }
      }
    },
  );
});
