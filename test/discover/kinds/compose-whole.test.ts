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

  const BASE = "services:\n  web:\n    image: web:1\n    command: [serve]\n    dns: [10.0.0.10]\n";
  const PROD = "services:\n  web:\n    command: [prod]\n";
  const ALONE = ["web base.yaml: base.yaml:3 serve"];
  const TOGETHER = [...ALONE, "web prod.yaml: base.yaml:3 prod"];
  it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ["COMPOSE_FILE", { ".env": "COMPOSE_FILE=base.yaml:prod.yaml\n" }, TOGETHER],
    [
      "COMPOSE_FILE with a separator of its own",
      { ".env": "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=base.yaml,prod.yaml\n" },
      TOGETHER,
    ],
    ["COMPOSE_FILE with one file", { ".env": "COMPOSE_FILE=base.yaml\n" }, ALONE],
    [
      "a Makefile",
      { Makefile: "up:\n\tdocker compose -f base.yaml \\\n\t  --file=prod.yaml up -d\n" },
      TOGETHER,
    ],
    ["a script in a folder", { "bin/up.sh": "docker-compose -f base.yaml -f 'prod.yaml' up\n" }, TOGETHER],
    [
      "a workflow",
      {
        ".github/workflows/a.yml":
          "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: docker compose -f base.yaml -f prod.yaml up\n",
      },
      TOGETHER,
    ],
    [
      "an include",
      { "compose.yaml": "include:\n- path: [base.yaml, prod.yaml]\nservices: {a: {image: a}}\n" },
      [...TOGETHER],
    ],
    ["a script that is a comment", { "up.sh": "# docker compose -f base.yaml -f prod.yaml up\n" }, ALONE],
    ["two commands", { "up.sh": "docker compose -f base.yaml up; docker compose -f prod.yaml up\n" }, ALONE],
    ["a file that is not there", { "up.sh": "docker compose -f base.yaml -f none.yaml up\n" }, ALONE],
    ["nobody", {}, ALONE],
  ])("lays files over each other as %s says", async (_, more, expected) => {
    const said = await told({ "base.yaml": BASE, "prod.yaml": PROD, ...more });
    expect(said.filter((one) => one.startsWith("web")).toSorted()).toEqual([...expected].toSorted());
  });

  it("lays the third file over the first two", async () => {
    const files = {
      ".env": "COMPOSE_FILE=base.yaml:prod.yaml:last.yaml\n",
      "base.yaml": BASE,
      "prod.yaml": PROD,
      "last.yaml": "services:\n  web: {image: 'web:2'}\n",
    };
    expect((await told(files)).toSorted()).toEqual([
      "web base.yaml: base.yaml:3 serve",
      "web last.yaml: last.yaml:2 prod",
      "web prod.yaml: base.yaml:3 prod",
    ]);
  });

  it("lays files over each other that a .env above them names", async () => {
    const files = {
      ".env": "COMPOSE_FILE=deploy/base.yaml:deploy/prod.yaml\n",
      "deploy/base.yaml": BASE,
      "deploy/prod.yaml": PROD,
    };
    expect((await told(files)).toSorted()).toEqual([
      "web deploy/base.yaml: deploy/base.yaml:3 serve",
      "web deploy/prod.yaml: deploy/base.yaml:3 prod",
    ]);
  });

  it("lays files of two folders over each other, their paths from the folder of the first", async () => {
    const files = {
      "a/base.yaml": BASE,
      "b/prod.yaml": `${PROD}    extends: {file: common.yaml, service: web}\n    env_file: own.env\n    dns_opt: ["timeout:0"]\n`,
      "b/common.yaml": "services:\n  web: {image: 'other:1'}\n",
      "a/own.env": "DB_HOST=db.a\n",
      "b/own.env": "DB_HOST=db.b\n",
      "up.sh": "docker compose -f a/base.yaml -f b/prod.yaml up\n",
    };
    const { workloads } = await discover(memoryTree(files));
    const said = await told(files);
    expect(said.toSorted()).toEqual([
      "web a/base.yaml: a/base.yaml:3 serve",
      "web b/common.yaml: b/common.yaml:2",
      "web b/prod.yaml: a/base.yaml:3 prod",
    ]);
    const hosts = workloads.map(({ file, surroundings }) => [file, surroundings?.env?.["DB_HOST"]]);
    expect(hosts).toContainEqual(["b/prod.yaml", "db.a"]);
  });
});
