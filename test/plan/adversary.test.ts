import { describe, expect, it } from "vitest";
import { plan } from "./planned.ts";

type Case = readonly [string, string, string, Readonly<Record<string, string>>?];
/** musl's node beside glibc's, and its loader: what lays one over the other decides. */
const over = (name: string, kind: string, ...lines: readonly string[]): Case => [
  name,
  kind,
  [
    "FROM node:20-slim",
    "COPY --from=node:20-alpine /usr/local/bin/node /alp/node",
    "COPY --from=node:20-alpine /lib/ld-musl-x86_64.so.1 /lib/",
    ...lines,
    'CMD ["node", "a.js"]',
  ].join("\n"),
];
const GO = {
  "go.mod": "module x/y\n",
  Makefile: "export GOFLAGS = -tags=$(TAGS)\nTAGS = netcgo\n/app:\n\tgo build -o $@ .\n",
};
const withGo = (name: string, kind: string, base: string, ...lines: readonly string[]): Case => [
  name,
  kind,
  `FROM ${base} AS build\nRUN apk add gcc musl-dev\nWORKDIR /src\nCOPY . .\n${lines.join("\n")}\nFROM alpine:3.20\nCOPY --from=build /app /app\nCMD ["/app"]`,
  GO,
];
const RUST = { "Cargo.toml": '[package]\nname = "app"\n' };

/** What would be said clean while musl is used, were one step not seen. */
const HIDDEN: readonly Case[] = [
  over("names in braces", "unknown", 'SHELL ["/bin/bash", "-c"]', "RUN cp /alp/{node,npm} /usr/local/bin/"),
  over("names that a command prints", "unknown", "RUN cp $(ls -d /alp/*) /usr/local/bin/"),
  over(
    "a name made in a loop",
    "unknown",
    "RUN for f in /alp/*; do cp $f /usr/local/bin/$(basename $f); done",
  ),
  over("what find finds", "unknown", "RUN find /alp -type f -exec cp {} /usr/local/bin/ \\;"),
  over(
    "a name that begins as known",
    "unknown",
    "RUN cp /alp/node /usr/local/bin/no$(curl https://x.example)",
  ),
  over("rsync of a folder", "uses-musl", "RUN rsync -a /alp/ /usr/local/bin/"),
  over("rsync with a filter", "unknown", "RUN rsync -a --exclude x /alp/ /usr/local/bin/"),
  over("another loader by patchelf", "unknown", "RUN patchelf --set-interpreter /lib/x /usr/local/bin/node"),
  over(
    "an archive of that name",
    "unknown",
    "RUN tar -xJf node-v20-linux-x64-musl.tar.xz -C /usr/local --strip-components=1",
  ),
  withGo(
    "tags in GOFLAGS",
    "uses-musl",
    "golang:1.22-alpine",
    "ENV GOFLAGS=-tags=netcgo",
    "RUN go build -o /app .",
  ),
  withGo("tags of a Makefile", "uses-musl", "golang:1.22-alpine", "RUN make"),
  withGo(
    "a compiler for musl",
    "uses-musl",
    "golang:1.22",
    "RUN CC=musl-gcc go build -tags netcgo -o /app .",
  ),
  [
    "a toolchain that the project names",
    "is-musl",
    'FROM rust:1.70-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /src/target/release/app /app\nCMD ["/app"]',
    { ...RUST, "rust-toolchain.toml": '[toolchain]\nchannel = "1.85"\n' },
  ],
];

/** What common builders leave, of which nothing else tells. */
const MADE: readonly Case[] = [
  [
    "Java's runtime by jlink",
    "uses-musl",
    'FROM java:17-alpine AS jre\nRUN jlink --add-modules java.base --output /jre\nFROM alpine:3.20\nENV PATH=/opt/jre/bin:$PATH\nCOPY --from=jre /jre /opt/jre\nCMD ["java", "-jar", "/app.jar"]',
  ],
  [
    "Erlang in a release",
    "uses-musl",
    'FROM alpine:3.20 AS build\nWORKDIR /app\nENV MIX_ENV=prod\nCOPY mix.exs .\nRUN mix deps.get && mix release\nFROM alpine:3.20\nWORKDIR /app\nCOPY --from=build /app/_build/prod/rel/shop ./\nCMD ["bin/shop", "start"]',
    { "mix.exs": "def project do\n  [app: :shop]\nend\n" },
  ],
  [
    "a root of its own",
    "uses-glibc",
    'FROM debian:12-slim AS build\nRUN dnf install -y --installroot /mnt/rootfs java-17-openjdk-headless\nFROM scratch\nCOPY --from=build /mnt/rootfs/ /\nCMD ["java", "-jar", "/app.jar"]',
  ],
  [
    "a root of its own by apk",
    "uses-musl",
    'FROM alpine:3.20 AS build\nRUN apk add --root /out --initdb nodejs\nFROM scratch\nCOPY --from=build /out /\nCMD ["/usr/bin/node", "a.js"]',
  ],
  [
    "what Bun installs, then compiles",
    "uses-glibc",
    'FROM debian:12-slim AS build\nCOPY . .\nRUN bun install && bun build --compile --outfile /server index.ts\nFROM debian:12-slim\nCOPY --from=build /server /server\nCMD ["/server"]',
  ],
  [
    "a packed script",
    "uses-glibc",
    'FROM python:3.12-slim AS build\nCOPY . .\nRUN pip install pyinstaller && pyinstaller --onefile app.py\nFROM debian:12-slim\nCOPY --from=build /dist/app /app\nCMD ["/app"]',
    { "app.py": "" },
  ],
  [
    "a program by its archive's name",
    "no-lookups|own-resolver|mixed|uses-musl",
    'FROM alpine:3.20\nRUN wget https://x.example/dockerize-alpine-linux-amd64-v0.7.0.tar.gz && tar -C /usr/local/bin -xzf dockerize-alpine-linux-amd64-v0.7.0.tar.gz\nENTRYPOINT ["dockerize", "-version"]',
  ],
  [
    "a Makefile's targets and variables",
    "own-resolver",
    'FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN make build\nFROM alpine:3.20\nCOPY --from=build /src/bin/server /server\nCMD ["/server"]',
    {
      Makefile:
        "BIN ?= bin\nNAME := server\nV := $(shell git describe)\n.PHONY: all\nall: lint build\nlint:\n\tgolangci-lint run\nbuild: $(BIN)/$(NAME)\n$(BIN)/$(NAME):\n\tmkdir -p $(@D)\n\tCGO_ENABLED=0 go build -ldflags '-X v=$(V)' -o $@ ./cmd/server\n",
    },
  ],
  [
    "make install",
    "uses-musl",
    'FROM alpine:3.20\nRUN apk add build-base\nCOPY . /s\nRUN make -C /s install PREFIX=/usr\nCMD ["tool"]',
    {
      Makefile:
        "PREFIX ?= /usr/local\ninstall: tool\n\tinstall -m 755 tool $(DESTDIR)$(PREFIX)/bin/tool\ntool: a.o\n\tcc $(CFLAGS) -o $@ $^\n",
    },
  ],
  [
    "a Makefile that calls itself ten times over",
    "unknown",
    'FROM alpine:3.20\nCOPY . /s\nRUN make -C /s\nCMD ["/s/tool"]',
    { Makefile: `all:\n${"\t$(MAKE) -C /s all\n".repeat(10)}# ${"x".repeat(60_000)}\n` },
  ],
  [
    "what a pattern makes",
    "unknown",
    'FROM alpine:3.20\nCOPY . /s\nRUN make -C /s bin/tool\nCMD ["/s/bin/tool"]',
    { Makefile: "bin/%:\n\tcc -o $@ $*.c\n" },
  ],
];

describe("Dockerfiles that hide what they do", () => {
  it.each([...HIDDEN, ...MADE].map(([name]) => name))("%s", async (name) => {
    const [, kind = "", dockerfile = "", files] = [...HIDDEN, ...MADE].find(([one]) => one === name) ?? [];
    const said = await plan(dockerfile, files);
    expect(kind.split("|"), said).toContain(said.split(" ", 1)[0]);
  });
});
