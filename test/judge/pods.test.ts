/** Which clusters a container meets, and which images are read for it. */
import { describe, expect, it } from "vitest";
import type { ImagePorts } from "../../src/image/ports.ts";
import { ImageReads } from "../../src/image/reads.ts";
import type { Source } from "../../src/image/source/source.ts";
import { exitCode } from "../../src/judge/exit-code.ts";
import { scan } from "../../src/judge/judge.ts";
import { MuslgateError } from "../../src/model/error.ts";
import { type Platform, platformText } from "../../src/model/oci.ts";
import type { Workload } from "../../src/model/workload.ts";
import { alpine, config, layerFacts } from "../support/file-system.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";

const place = { file: "Corefile", line: 2, column: 5, endLine: 2, endColumn: 9 };
const compose = {
  ...cluster("NXDOMAIN", "NXDOMAIN"),
  name: "compose",
  sources: [{ file: "Corefile", role: "cluster-dns" as const, at: place }],
};
const other = { ...cluster("NXDOMAIN", "NXDOMAIN"), name: "other" };

async function judged(one: Workload, clusters = [compose, other]) {
  const asked: Workload[] = [];
  const report = await scan({ workloads: [one], clusters, containersNamed: false }, async (all) => {
    asked.push(...all);
    return all.map(() => ({ profiles: [image(onMusl("1.2.5"))], diagnostics: [] }));
  });
  const paired = report.judgements.filter(({ verdict }) => verdict.ruleId === "musl-paired-lookup");
  return { asked, report, verdicts: paired.map(({ verdict }) => verdict) };
}

describe("a container", () => {
  it("that asks the one server meets the cluster of its Corefile alone", async () => {
    const app = workload("app:1", {
      usesClusterDns: false,
      dnsBecause: "asks the CoreDNS of service dns in compose.yaml",
      dnsCorefile: "Corefile",
    });
    const { verdicts, asked } = await judged(app);
    expect(asked).toHaveLength(1);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["affected", "not-affected"]);
    expect(verdicts[1]?.summary).toContain(
      "it does not ask the cluster's DNS: it asks the CoreDNS of service dns in compose.yaml",
    );
  });

  it("on Windows is none of musl's matter, and its image is not read", async () => {
    const { verdicts, asked, report } = await judged(workload("app:1", { os: "windows" }), [other]);
    expect(asked).toEqual([]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["not-affected"]);
    expect(verdicts[0]?.summary).toContain("it runs on Windows");
    expect(exitCode(report, "warning", true)).toBe(0);
  });
});

describe("the platform that is read", () => {
  const DIFF_ID = `sha256:${"0".repeat(64)}` as const;
  const facts = layerFacts(DIFF_ID, alpine("1.2.5"));
  const LAYER = { diffId: DIFF_ID, mediaType: "", blob: { kind: "read", facts: () => facts } } as const;
  const amd64 = { os: "linux", architecture: "amd64" };
  const arm64 = { os: "linux", architecture: "arm64" };

  async function opened(platforms: readonly Platform[] | undefined, has = ["linux/amd64", "linux/arm64"]) {
    const seen: string[] = [];
    const source: Source = {
      scheme: "test",
      guess: async () => true,
      async open({ reference, platform }) {
        const text = platform === "all" ? "all" : platformText(platform);
        seen.push(text);
        if (!has.includes(text)) throw new MuslgateError("input", `no ${text}`, "");
        const made = { ...config({ cmd: ["/bin/sh"] }), platform: platform as Platform };
        return {
          images: [{ reference, config: made, layers: [LAYER] }],
          diagnostics: [],
          close: async () => {},
        };
      },
    };
    const reader: ImagePorts["reader"] = {
      read: async () => ({ facts, verified: "stored-digest" }),
    };
    const ports = { sources: [source], registries: [source], reader, signal: new AbortController().signal };
    const [read] = await new ImageReads(ports, amd64).read([workload("app:1", { platforms })]);
    return { seen, profiles: read?.profiles.length, codes: read?.diagnostics.map(({ code }) => code) };
  }

  it.each([
    [undefined, ["linux/amd64"]],
    [[arm64], ["linux/arm64"]],
    [
      [amd64, arm64],
      ["linux/amd64", "linux/arm64"],
    ],
  ])("of %j", async (platforms, seen) => {
    expect(await opened(platforms)).toEqual({ seen, profiles: seen.length, codes: [] });
  });

  it("is told where the image is not there for all of several, or for the only one", async () => {
    expect(await opened([amd64, arm64], ["linux/amd64"])).toMatchObject({
      profiles: 1,
      codes: ["image-unreadable"],
    });
    expect(await opened([arm64], ["linux/amd64"])).toMatchObject({
      profiles: 0,
      codes: ["image-unreadable"],
    });
  });

  it("is read once, however many ways the image is started in", async () => {
    let layers = 0;
    const source: Source = {
      scheme: "test",
      guess: async () => true,
      open: async ({ reference }) => ({
        images: [{ reference, config: config({ cmd: ["sh"] }), layers: [LAYER] }],
        diagnostics: [],
        close: async () => {},
      }),
    };
    const reader: ImagePorts["reader"] = {
      read: async () => {
        layers++;
        return { facts, verified: "stored-digest" };
      },
    };
    const ports = { sources: [source], registries: [], reader, signal: new AbortController().signal };
    const starts = [{ env: { PATH: "/nowhere" } }, { env: { PATH: undefined } }, {}, { workingDir: "/" }];
    const read = await new ImageReads(ports, amd64).read(
      starts.map((surroundings) => workload("app:1", { surroundings })),
    );
    expect(layers).toBe(1);
    expect(read.map(({ profiles }) => profiles[0]?.process.kind)).toEqual([
      "unknown",
      "unknown",
      "uses-musl",
      "uses-musl",
    ]);
    expect(read[0]?.profiles[0]?.process.reason).not.toBe(read[1]?.profiles[0]?.process.reason);
  });
});
