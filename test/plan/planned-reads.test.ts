// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles are the subject.
import { describe, expect, it } from "vitest";
import type { BuiltWorkload } from "../../src/model/workload.ts";
import { PlannedReads } from "../../src/plan/planned-reads.ts";
import { workload } from "../support/profiles.ts";
import { planPorts } from "./planned.ts";

const ARM = { os: "linux", architecture: "arm64" };
const DOCKERFILE =
  "ARG TARGETARCH\nFROM node:20-alpine AS on-amd64\nFROM node:20-slim AS on-arm64\nFROM on-${TARGETARCH}\n";

const read = async (
  more: Partial<BuiltWorkload>,
  others: readonly (typeof ARM)[],
  dockerfile: string = DOCKERFILE,
) => {
  const reads = new PlannedReads({ ...planPorts({ Dockerfile: dockerfile }), others });
  const build = { dockerfile: { path: "Dockerfile" } };
  const { profiles, problem } = await reads.read({ ...workload(), image: "web", build, ...more });
  return problem?.message ?? profiles.map(({ process }) => process.kind);
};

describe("an image that is built for several platforms", () => {
  it("is planned for each where all are asked for", async () => {
    expect(await read({}, [ARM])).toEqual(["uses-musl", "uses-glibc"]);
    expect(await read({}, [])).toEqual(["uses-musl"]);
  });

  it("is planned for those of the nodes that it runs on", async () => {
    const amd = { os: "linux", architecture: "amd64" };
    expect(await read({ platforms: [ARM] }, [])).toEqual(["uses-glibc"]);
    expect(await read({ platforms: [amd, ARM] }, [])).toEqual(["uses-musl", "uses-glibc"]);
  });

  it("is planned for the one that its build names", async () => {
    const build = { dockerfile: { path: "Dockerfile" }, platform: ARM };
    expect(await read({ build, platforms: undefined }, [ARM])).toEqual(["uses-glibc"]);
  });

  it("is no gap where a base is there for the usual one alone, but where somebody named the other", async () => {
    const text = DOCKERFILE.replace("node:20-slim", "nobody/has:it");
    expect(await read({}, [ARM], text)).toEqual(["uses-musl"]);
    const amd = { os: "linux", architecture: "amd64" };
    expect(await read({ platforms: [amd, ARM] }, [], text)).toContain("nobody/has:it");
  });
});
