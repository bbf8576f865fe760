import { describe, expect, it } from "vitest";
import { jibImage, koImage } from "../../src/discover/kinds/other-builders.ts";
import { plan, planned } from "./planned.ts";

const both = async (dockerfile: (base: string) => string, bases: readonly [string, string], files = {}) =>
  Promise.all(bases.map((base) => plan(dockerfile(base), files)));

describe("a Dockerfile's base that turns from glibc to musl", () => {
  it("hits a program by pip", async () => {
    const text = (base: string) =>
      `FROM ${base}\nRUN pip install --no-cache-dir gunicorn\nCMD ["gunicorn", "app:app"]`;
    expect(await both(text, ["python:3.12-slim", "python:3.12-alpine"])).toEqual([
      "uses-glibc @ FROM python:3.12-slim",
      "uses-musl @ FROM python:3.12-alpine",
    ]);
  });

  it("hits a program by pip from a file of requirements", async () => {
    const text = (base: string) =>
      `FROM ${base}\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD uvicorn app:app`;
    expect(
      await both(text, ["python:3.12-slim", "python:3.12-alpine"], {
        "requirements.txt": "uvicorn[standard]==0.30\n",
      }),
    ).toEqual(["uses-glibc @ FROM python:3.12-slim", "uses-musl @ FROM python:3.12-alpine"]);
  });

  it("hits a program that apk brings in apt's place", async () => {
    expect(
      await plan(
        `FROM debian:12-slim\nRUN apt-get update && apt-get install -y nodejs && rm -rf /var/lib/apt/lists/*\nCMD ["node", "a.js"]`,
      ),
    ).toBe("uses-glibc @ FROM debian:12-slim");
    expect(await plan(`FROM alpine:3.20\nRUN apk add --no-cache nodejs\nCMD ["node", "a.js"]`)).toBe(
      "uses-musl @ FROM alpine:3.20",
    );
  });

  it("hits npm start", async () => {
    const files = {
      "package.json": JSON.stringify({ scripts: { start: "node server.js" } }),
      "server.js": "",
    };
    const text = (base: string) =>
      `FROM ${base}\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD ["npm", "start"]`;
    expect(await both(text, ["node:20-slim", "node:20-alpine"], files)).toEqual([
      "uses-glibc @ FROM node:20-slim",
      "uses-musl @ FROM node:20-alpine",
    ]);
  });

  it("hits npm start of what a dependency brings", async () => {
    const files = { "package.json": JSON.stringify({ scripts: { start: "next start" } }) };
    const text = (base: string) =>
      `FROM ${base}\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD ["npm", "start"]`;
    expect(await both(text, ["node:20-slim", "node:20-alpine"], files)).toEqual([
      "uses-glibc @ FROM node:20-slim",
      "uses-musl @ FROM node:20-alpine",
    ]);
  });

  it("hits a script of the context that becomes java", async () => {
    const files = {
      "docker/start.sh": "#!/bin/sh\nset -e\nexec java $JAVA_OPTS -jar /app/app.jar\n",
      "app.jar": "",
    };
    const text = (base: string) =>
      `FROM ${base}\nCOPY app.jar /app/\nCOPY --chmod=755 docker/start.sh /start.sh\nENTRYPOINT ["/start.sh"]`;
    expect(await both(text, ["java:17-slim", "java:17-alpine"], files)).toEqual([
      "uses-glibc @ FROM java:17-slim",
      "uses-musl @ FROM java:17-alpine",
    ]);
  });

  it("hits a Rust program built on Alpine and copied into scratch", async () => {
    const text = (base: string) =>
      `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /src/target/release/app /app\nENTRYPOINT ["/app"]`;
    expect(await both(text, ["rust:1.85", "rust:1.85-alpine"], { "Cargo.toml": "" })).toEqual([
      "unknown (Its loader /lib64/ld-linux-x86-64.so.2 is not in the image)",
      "is-musl @ COPY --from=build /src/target/release/app /app",
    ]);
  });

  it("hits a program copied from a stage with musl", async () => {
    const text = `FROM alpine:3.20 AS tools\nRUN apk add --no-cache build-base\nCOPY main.c /\nRUN gcc -static -O2 -o /tool /main.c\nFROM debian:12-slim\nCOPY --from=tools /tool /usr/local/bin/tool\nCMD ["tool"]`;
    expect(await plan(text, { "main.c": "" })).toBe("is-musl @ COPY --from=tools /tool /usr/local/bin/tool");
  });

  it.each(["alpine:3.20", "gcr.io/distroless/static", "scratch", "debian:12-slim"])(
    "leaves Go without cgo on %s alone",
    async (base) => {
      const text = `FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN CGO_ENABLED=0 GOOS=linux go build -ldflags="-s -w" -o /out/server ./cmd/server\nFROM ${base}\nCOPY --from=build /out/server /server\nENTRYPOINT ["/server"]`;
      expect(await plan(text, { "go.mod": "module example.org/server\n" })).toBe(
        "own-resolver @ COPY --from=build /out/server /server",
      );
    },
  );

  it("knows a Go program also on a base that cannot be read", async () => {
    const text = `FROM golang:9 AS build\nENV CGO_ENABLED=0\nWORKDIR /src\nCOPY . .\nRUN go build -o app .\nFROM nobody/has:this\nCOPY --from=build /src/app /app\nENTRYPOINT ["/app"]`;
    expect(await plan(text, { "go.mod": "module example.org/server\n" })).toBe(
      "own-resolver @ COPY --from=build /src/app /app",
    );
  });
});

describe("an image that is built without a Dockerfile", () => {
  const at = { file: "pom.xml", line: 7, column: 1, endLine: 7, endColumn: 4 };

  it("starts Java of Jib's base, which decides where it is named", async () => {
    const { process, planned: said } = await planned({}, { dockerfile: jibImage("java:17-alpine", at) });
    expect([process.kind, said?.at, said?.confidence]).toEqual(["uses-musl", at, "likely"]);
    const other = await planned({}, { dockerfile: jibImage("java:17-slim", at) });
    expect(other.process.kind).toBe("uses-glibc");
  });

  it("is Go without cgo by ko, whatever the base", async () => {
    for (const base of [undefined, "alpine:3.20", "nobody/has:it"]) {
      const { process } = await planned({}, { dockerfile: koImage(base, at) });
      expect([base, process.kind]).toEqual([base, "own-resolver"]);
    }
  });
});
