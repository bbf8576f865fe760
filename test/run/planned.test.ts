import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elf } from "../../examples/elf.mjs";
import { alpine, type ExampleImage, IMAGES, type Member } from "../../examples/images.mjs";
import { exitCode } from "../../src/judge/exit-code.ts";
import { renderJson } from "../../src/report/json.ts";
import { run } from "../../src/run/run.ts";
import { configured, saidBy } from "../../src/settings/states.ts";
import { baseOf } from "../../src/tree/base.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { startImageRegistry } from "../support/image-registry.ts";

const folder = temporaryFolder();
let registry: TestServer;
const Env = ["PATH=/usr/local/bin:/usr/bin:/bin", "RUST_VERSION=1.85.0"];
/** A base with programs of its C library and npm, as the official images of languages have them. */
function withPrograms({ layers, config }: ExampleImage, libc: "musl" | "glibc"): ExampleImage {
  const body = elf(
    libc === "musl"
      ? { interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.musl-x86_64.so.1"] }
      : { interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] },
  );
  const program = (name: string): Member => ({ name: `usr/local/bin/${name}`, mode: 0o755, body });
  const npm = { name: "usr/local/bin/npm", mode: 0o755, body: "#!/usr/bin/env node\n" };
  const env = { name: "usr/bin/env", mode: 0o755, body };
  return { layers: [...layers, [program("node"), program("java"), npm, env]], config };
}

beforeAll(async () => {
  const slim = IMAGES["shop-reports"]!;
  const musl = { layers: [alpine("3.22.0", "1.2.5", "1.2.5-r10")], config: { Cmd: ["/bin/sh"], Env } };
  registry = await startImageRegistry({
    "base:slim": { ...slim, config: { ...slim.config, Env } },
    "base:alpine": musl,
    "static:nonroot": {
      layers: [[{ name: "etc/os-release", body: 'ID=debian\nVERSION_ID="12"\n' }]],
      config: { Env },
    },
    "language:slim": withPrograms({ ...slim, config: { ...slim.config, Env } }, "glibc"),
    "language:alpine": withPrograms(musl, "musl"),
  });
});
afterAll(() => registry.close());

const DENY = `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
data:
  Corefile: |
    .:53 {
        template ANY AAAA {
            rcode NXDOMAIN
        }
        forward . /etc/resolv.conf
    }
`;

/** What a pull request from one state to the next comes to: findings with the text of their line, and the exit code. */
async function pullRequest(
  name: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
) {
  const directory = join(folder.path, name);
  const repository = gitRepository(directory);
  for (const files of [before, after]) repository.commit({ "coredns.yaml": DENY, ...files });
  const given = configured(saidBy({ directory, cache: "false" }, {}));
  const base = await baseOf(directory, "HEAD~1", process.env);
  try {
    const report = await run(given, {
      signal: new AbortController().signal,
      now: () => Date.parse("2026-12-01"),
      env: process.env,
      base,
    });
    const findings = report.judgements
      .filter(({ verdict }) => verdict.ruleId === "musl-paired-lookup")
      .map(({ verdict: { outcome, confidence, at }, status }) => {
        const line = after[at?.file ?? ""]
          ?.split("\n")
          [(at?.line ?? 0) - 1]?.replace(registry.host, "REGISTRY");
        return [outcome, status ?? "", confidence, line ?? ""].join("; ");
      });
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    const schema = JSON.parse(readFileSync("docs/report.schema.json", "utf8"));
    const validate = new Ajv2020({ strict: true }).compile(schema);
    // What images and their layers have; clusters are another test's.
    expect(
      validate({ ...JSON.parse(renderJson(report)), clusters: [] }),
      JSON.stringify(validate.errors),
    ).toBe(true);
    return { findings, code: exitCode(report, "error", false) };
  } finally {
    if ("tree" in base) base.close();
  }
}

describe("a pull request that changes what a Dockerfile makes", () => {
  const from = (tag: string) => `FROM ${registry.host}/base:${tag}`;

  it("stands on the ARG line that chooses the base", async () => {
    const text = (tag: string) => ({
      Dockerfile: `ARG TAG=${tag}\nFROM ${registry.host}/base:\${TAG}\nRUN pip install gunicorn\nCMD ["gunicorn", "app:app"]\n`,
    });
    expect(await pullRequest("arg", text("slim"), text("alpine"))).toEqual({
      findings: ["affected; new; likely; ARG TAG=alpine"],
      code: 1,
    });
  });

  it("stands on the FROM line of the stage whose program is copied", async () => {
    const text = (tag: string) => ({
      "Cargo.toml": "",
      Dockerfile: `${from(tag)} AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /src/target/release/app /app\nENTRYPOINT ["/app"]\n`,
    });
    expect(await pullRequest("stage", text("slim"), text("alpine"))).toEqual({
      findings: ["affected; new; likely; FROM REGISTRY/base:alpine AS build"],
      code: 1,
    });
  });

  it("stands on the COPY line that brings a program of another stage", async () => {
    const tools = (...more: string[]) => ({
      Dockerfile: [
        `${from("alpine")} AS tools`,
        "RUN gcc -static -o /tool /main.c",
        from("slim"),
        ...more,
        "",
      ].join("\n"),
    });
    const copied = tools("COPY --from=tools /tool /usr/local/bin/tool", 'CMD ["tool"]');
    expect(await pullRequest("copy", tools('CMD ["sleep", "9"]'), copied)).toMatchObject({
      findings: ["affected; new; likely; COPY --from=tools /tool /usr/local/bin/tool"],
      code: 1,
    });
  });

  const language = (tag: string) => `FROM ${registry.host}/language:${tag}`;
  it.each<readonly [string, (tag: string) => string, string, string, Readonly<Record<string, string>>]>([
    [
      "a program by apk against apt",
      (tag) =>
        `${from(tag)}\nRUN ${tag === "slim" ? "apt-get install -y" : "apk add"} nodejs\nCMD ["node", "a.js"]\n`,
      "likely",
      "base",
      {},
    ],
    [
      "npm start with npm in the base",
      (tag) => `${language(tag)}\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n`,
      "likely",
      "language",
      { "package.json": '{"scripts": {"start": "node server.js"}}' },
    ],
    [
      "a start script that execs java",
      (tag) => `${language(tag)}\nCOPY start.sh /start.sh\nENTRYPOINT ["sh", "/start.sh"]\n`,
      "likely",
      "language",
      { "start.sh": "#!/bin/sh\nset -e\nexec java $JAVA_OPTS -jar /app.jar\n" },
    ],
  ])("fails on the FROM line with %s", async (name, text, confidence, base, files) => {
    const state = (tag: string) => ({ ...files, Dockerfile: text(tag) });
    expect(await pullRequest(name.replaceAll(" ", "-"), state("slim"), state("alpine"))).toEqual({
      findings: [`affected; new; ${confidence}; FROM REGISTRY/${base}:alpine`],
      code: 1,
    });
  });

  it("passes Go without cgo that moves to a base with nothing in it, such as distroless/static", async () => {
    const text = (last: string) => ({
      "go.mod": "module example.org/app\n",
      Dockerfile: `${from("alpine")} AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\n${last}\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    });
    for (const before of ["slim", "alpine"])
      expect(
        await pullRequest(
          `go-static-${before}`,
          text(from(before)),
          text(`FROM ${registry.host}/static:nonroot`),
        ),
      ).toMatchObject({ findings: [expect.stringMatching(/^not-affected; /)], code: 0 });
  });

  it("passes Go without cgo, whatever the base was before", async () => {
    const text = (tag: string) => ({
      "go.mod": "module example.org/app\n",
      Dockerfile: `${from("alpine")} AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\n${from(tag)}\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    });
    expect(await pullRequest("go", text("slim"), text("alpine"))).toMatchObject({
      findings: [expect.stringMatching(/^not-affected; /)],
      code: 0,
    });
  });
});
