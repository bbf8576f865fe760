// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles and compose files are the subject.
import { describe, expect, it } from "vitest";
import { expand } from "../../../src/discover/kinds/docker-expand.ts";
import { readDockerLines } from "../../../src/discover/kinds/dockerfile-lines.ts";
import { readDockerfile } from "../../../src/discover/kinds/dockerfile.ts";
import { wholeFile } from "../../../src/text/source.ts";
import { covered, found } from "../tree.ts";

const read = (text: string, targets: Parameters<typeof readDockerfile>[1] = []) =>
  readDockerfile(wholeFile("Dockerfile", text), targets);

describe("Dockerfiles", () => {
  it("judges what the final stage starts from, and keeps the rest as build-time only", async () => {
    const files = {
      Dockerfile: `# syntax=docker/dockerfile:1
ARG NODE=16
ARG BASE=node:\${NODE}-alpine
FROM --platform=$BUILDPLATFORM golang:1.22 AS build
RUN --mount=type=bind,from=tools/lint:1,target=/x true
FROM \${BASE:-x} AS app
COPY --chown=1:1 --from=build /a /a
COPY --from=nginx:1.25 /etc/nginx /b
ENTRYPOINT ["node", "a.js"]
CMD ["--port", "80"]
`,
    };
    const { workloads, buildImages, diagnostics } = await found(files);
    expect(diagnostics).toEqual([]);
    expect(workloads).toEqual([
      {
        image: "node:16-alpine",
        key: { root: "", kind: "dockerfile", namespace: "", name: "", container: "app" },
        role: "base image",
        file: "Dockerfile",
        name: "image of Dockerfile, stage app",
        command: ["node", "a.js"],
        args: ["--port", "80"],
        copies: ["/a", "/b"],
        build: { dockerfile: { path: "Dockerfile" }, target: undefined, args: {} },
        usesClusterDns: true,
        at: { file: "Dockerfile", line: 6, column: 6, endLine: 6, endColumn: 16 },
        related: [{ file: "Dockerfile", line: 3, column: 5, endLine: 3, endColumn: 29 }],
      },
    ]);
    expect(buildImages.map(({ image, name, at }) => [image, name, covered(files, at)])).toEqual([
      ["golang:1.22", "Dockerfile, stage build, at build time only", "golang:1.22"],
      ["tools/lint:1", "Dockerfile, stage build, files only", "tools/lint:1"],
      ["nginx:1.25", "Dockerfile, stage app, files only", "nginx:1.25"],
    ]);
  });

  it("follows a final stage to the image at the bottom of its chain", () => {
    const { workloads, buildImages } = read(
      'FROM alpine:3.13 AS base\nENTRYPOINT ["/e"]\nCMD ["x"]\nFROM base AS Mid\nFROM mid\nCMD run it\n',
    );
    expect(workloads).toMatchObject([
      {
        image: "alpine:3.13",
        name: "image of Dockerfile, stage 2",
        command: ["/e"],
        args: ["/bin/sh", "-c", "run it"],
        at: { line: 1, column: 6 },
        related: [{ line: 5, column: 6 }],
      },
    ]);
    expect(buildImages).toEqual([]);
  });

  it.each([
    ['FROM a:1\nCMD ["c"]\nENTRYPOINT ["e"]', { command: ["e"], args: ["c"] }],
    ['FROM a:1 AS x\nCMD ["c"]\nFROM x\nENTRYPOINT ["e"]', { command: ["e"], args: undefined }],
    ['FROM a:1\nENTRYPOINT []\nCMD ["c"]', { command: ["c"], args: undefined }],
    [
      'FROM a:1\nSHELL ["/bin/bash", "-c"]\nENTRYPOINT a b',
      { command: ["/bin/bash", "-c", "a b"], args: undefined },
    ],
    ["FROM a:1", { command: undefined, args: undefined }],
  ])("reads what starts: %s", (text, expected) => {
    const [workload] = read(text).workloads;
    expect({ command: workload?.command, args: workload?.args }).toEqual(expected);
  });

  it("builds the targets that are asked for, with their arguments", () => {
    const text = "ARG V=1\nFROM a:$V AS dev\nFROM b:$V AS prod\n";
    const targets = [{ target: "dev", args: { V: "2" } }, { target: "nope" }];
    const { workloads, buildImages, diagnostics } = read(text, targets);
    expect(workloads.map(({ image }) => image)).toEqual(["a:2"]);
    expect(buildImages.map(({ image }) => image)).toEqual(["b:2"]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Dockerfile could not be read: it has no stage nope",
    ]);
  });

  it.each([
    "FROM repo/app:${TAG}",
    "ARG TAG\nFROM repo/app:$TAG",
    "ARG T=1\nFROM a:${T%x}",
    "FROM {{ image }}",
    "FROM a:1\nRUN <<EOF\nno end",
  ])("is not silent: %s", (text) => {
    expect(read(text).diagnostics).toMatchObject([{ weight: "gap" }]);
  });

  it("is not misled by here-documents, comments, continuations and the escape directive", () => {
    const { workloads } = read(
      "# escape=`\n# FROM no:1\nfrom `\n# comment\n\n  real:1 `\n  as x\r\nRUN <<A <<-'B'\nFROM no:2\nA\nFROM no:3\n\tB\nRUN [\"<<C\"]\nRUN a `\n  FROM no:4\n",
    );
    expect(workloads).toMatchObject([{ image: "real:1", at: { line: 6, column: 3, endColumn: 9 } }]);
  });

  it("lists instructions with their flags", () => {
    const { instructions, escapeChar } = readDockerLines("FROM --platform=linux/amd64 a\\\n:1 AS b\n");
    expect(escapeChar).toBe("\\");
    expect(instructions).toMatchObject([
      {
        keyword: "FROM",
        flags: [{ name: "platform", value: { text: "linux/amd64", start: 16, end: 27 } }],
        words: [{ text: "a:1", start: 28, end: 33 }, { text: "AS" }, { text: "b" }],
      },
    ]);
  });
});

describe("variables", () => {
  const values = new Map([
    ["A", "1"],
    ["E", ""],
  ]);
  it.each([
    ["x$A.y", "x1.y"],
    ["${A}", "1"],
    ["${N:-${A}-z}", "1-z"],
    ["${E:-d}", "d"],
    ["${E-d}", ""],
    ["${A:+p}${N:+q}", "p"],
    ['"q$A"', "q1"],
  ])("%s is %s", (text, expected) => {
    expect(expand(text, values)).toMatchObject({ text: expected });
  });

  it.each(["$N", "${N", "${A#1}", "$", "${N:-$M}", "${A:-".repeat(50)])("%s has no value", (text) => {
    expect(expand(text, values)).toHaveProperty("missing");
  });
});

describe("compose", () => {
  it("reads images, commands and how Dockerfiles are built", async () => {
    const files = {
      "compose.yaml": `services:
  db: {image: "postgres:\${PG:-13}-alpine", command: postgres -c "a b"}
  api:
    image: shop/api
    build: {context: ./api, dockerfile: ../docker/api.build, target: run, args: [V=3.13]}
  web: {build: web}
  bad: {image: "x:\${TAG}"}
`,
      "docker/api.build": "ARG V\nFROM alpine:$V AS run\nFROM other:1\n",
      "web/Dockerfile": "FROM nginx:1\n",
    };
    const { workloads, diagnostics } = await found(files);
    expect(
      workloads.map(({ image, args, usesClusterDns, at }) => [image, args, usesClusterDns, at?.file]),
    ).toEqual([
      ["postgres:13-alpine", ["postgres", "-c", "a b"], false, "compose.yaml"],
      ["nginx:1", undefined, true, "web/Dockerfile"],
      ["alpine:3.13", undefined, true, "docker/api.build"],
    ]);
    expect(covered(files, workloads[0]?.at)).toBe("postgres:${PG:-13}-alpine");
    expect(diagnostics).toMatchObject([{ code: "image-not-literal", at: { line: 7 } }]);
  });

  it("takes values from the .env beside it", async () => {
    const files = {
      "a/compose.yaml": "services: {db: {image: 'x:${TAG:-1}'}, web: {image: 'y:${WEB}'}}\n",
      "a/.env": "# c\nTAG=2 # why\nexport WEB='3'\n",
    };
    expect((await found(files)).workloads.map(({ image }) => image)).toEqual(["x:2", "y:3"]);
  });
});

describe("what a Dockerfile starts with", () => {
  const surroundings = async (text: string) =>
    (await found({ Dockerfile: text })).workloads.map((one) => one.surroundings);

  it.each<[string, object | undefined]>([
    ["ENV PATH=/opt/bin:$PATH", { env: { PATH: "/opt/bin:${PATH}" }, envExpands: true }],
    ["ENV A=1 B=\"two words\" C='$A'", { env: { A: "1", B: "two words", C: "$$A" }, envExpands: true }],
    ["ENV A=1\nENV A=2 B=$A", { env: { A: "2", B: "1" }, envExpands: true }],
    ["ENV A some words", { env: { A: "some words" }, envExpands: true }],
    ["ARG V=3\nENV A=/v${V}/\\$HOME", { env: { A: "/v3/$$HOME" }, envExpands: true }],
    ["ARG V\nENV A=$V", { env: { A: undefined }, envExpands: true }],
    ["ENV A=${B:-c}", { env: { A: undefined }, envExpands: true }],
    ["WORKDIR /srv\nWORKDIR app", { workingDir: "/srv/app" }],
    ["WORKDIR app", { workingDir: "app" }],
    ["ENV H=/home\nWORKDIR $H/x", { env: { H: "/home" }, envExpands: true, workingDir: "/home/x" }],
    [
      "HEALTHCHECK --interval=5s CMD wget -q http://db/",
      { besides: [{ words: ["/bin/sh", "-c", "wget -q http://db/"] }] },
    ],
    ['HEALTHCHECK CMD ["wget", "http://db/"]', { besides: [{ words: ["wget", "http://db/"] }] }],
    ["HEALTHCHECK CMD wget http://db/\nHEALTHCHECK NONE", undefined],
  ])("%j", async (lines, expected) => {
    const [one] = await surroundings(`FROM alpine:3.20\n${lines}\n`);
    if (expected === undefined) expect(one).toBeUndefined();
    else expect(one).toMatchObject(expected);
  });

  it("goes through the stages it is made of, and arguments end with theirs", async () => {
    const text = "FROM a:1 AS base\nARG V=1\nENV A=$V\nWORKDIR /base\nFROM base\nENV B=$A$V\nWORKDIR own\n";
    expect(await surroundings(text)).toEqual([
      { env: { A: "1", B: "1${V}" }, envExpands: true, workingDir: "/base/own" },
    ]);
  });

  it("ends at a length where values are made of each other", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `ENV V${i + 1}=$V${i}$V${i}`).join("\n");
    const [one] = await surroundings(`FROM a:1\nENV V0=xx\n${lines}\n`);
    expect(one?.env?.V5).toHaveLength(64);
    expect(one?.env).toHaveProperty("V60", undefined);
  });

  it.each([
    ["FROM --platform=linux/arm64 a:1", ["arm64"]],
    ["FROM --platform=$BUILDPLATFORM a:1", undefined],
  ])("%s", async (line, expected) => {
    const { workloads } = await found({ Dockerfile: `${line}\n` });
    expect(workloads[0]?.platforms?.map(({ architecture }) => architecture)).toEqual(expected);
  });
});
