import { describe, expect, it } from "vitest";
import { discover } from "../../../src/discover/discover.ts";
import { memoryTree } from "../tree.ts";

/** Services with `dns`, so that they are told: `web compose.override.yaml: compose.yaml:3 serve`: the file that has it, the line of its image, its words. */
async function told(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { workloads } = await discover(memoryTree(files));
  return workloads.flatMap(({ role, key, file, at, args = [] }) =>
    role === "service" ? [`${key.name} ${file}: ${at?.file}:${at?.line} ${args.join(" ")}`.trim()] : [],
  );
}

describe("what compose reads as one", () => {
  it("lays an override over the file beside it, each value at its own place", async () => {
    const files = {
      "compose.yaml":
        "services:\n  web:\n    image: web:1\n    command: [serve]\n    dns: [10.0.0.10]\n  other:\n    image: redis\n    dns: [10.0.0.10]\n",
      "compose.override.yaml": "services:\n  web:\n    command: [watch]\n",
    };
    expect((await told(files)).toSorted()).toEqual([
      "other compose.yaml: compose.yaml:7",
      "web compose.override.yaml: compose.yaml:3 watch",
      "web compose.yaml: compose.yaml:3 serve",
    ]);
  });

  it("ends in what all containers together may be given, where each extends a large one", async () => {
    const service = (index: number) => `  s${index}: {extends: base}\n`;
    const many = (count: number) =>
      `services:\n  base:\n    image: web:1\n    dns: [10.0.0.10]\n    environment: {A: ${"x".repeat(20_000)}}\n${Array.from({ length: count }, (_, index) => service(index)).join("")}`;
    const { diagnostics } = await discover(memoryTree({ "compose.yaml": many(4_000) }));
    expect(diagnostics.map(({ message }) => message).join()).toContain("startCharacters");
  });

  it("takes a service with nothing of its own from the one that it extends", async () => {
    const files = {
      "compose.yaml":
        "services:\n  base:\n    image: web:1\n    dns: [10.0.0.10]\n  worker:\n    extends: {service: base}\n    command: [work]\n",
    };
    expect(await told(files)).toEqual([
      "base compose.yaml: compose.yaml:3",
      "worker compose.yaml: compose.yaml:3 work",
    ]);
  });

  it("leaves a service as it is written where the other is not there, outside, or itself", async () => {
    const files = (extended: string) => ({
      "deep/compose.yaml": `services:\n  web:\n    image: web:1\n    dns: [10.0.0.10]\n    extends: ${extended}\n`,
      "common.yaml": "services:\n  base:\n    command: [other]\n",
    });
    for (const extended of [
      "nobody",
      "web",
      "{file: ../common.yaml, service: base}",
      "{file: none.yaml, service: a}",
    ])
      expect(await told(files(extended))).toEqual(["web deep/compose.yaml: deep/compose.yaml:3"]);
  });
});
