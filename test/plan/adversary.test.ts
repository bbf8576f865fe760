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
  over("a pipe of tar", "uses-musl", "RUN tar -C /alp -cf - node | tar -C /usr/local/bin -xf -"),
  over(
    "a pipe of tar between folders",
    "uses-musl",
    "RUN (cd /alp && tar c .) | (cd /usr/local/bin && tar x)",
  ),
  over("tar's old options", "uses-musl", "RUN tar cfC /t.tar /alp node && tar xfC /t.tar /usr/local/bin"),
  over(
    "a pipe of tar that leaves something out",
    "unknown",
    "RUN tar c -C / alp/node | tar x -C /usr/local/bin --strip-components=1",
  ),
  over(
    "one member of an archive",
    "unknown",
    "RUN tar cf /t -C /alp . && tar xf /t -C /usr/local/bin ./node",
  ),
  over(
    "an archive of an earlier line",
    "unknown",
    "RUN tar czf /t.tgz -C /alp node\nRUN tar xzf /t.tgz -C /usr/local/bin",
  ),
  over("an archive by a pipe that nobody knows", "unknown", "RUN cat /x | tar x -C /usr/local/bin"),
  over(
    "another archive by a pipe than the one before",
    "unknown",
    "RUN tar c /alp/node >/a; cat /b | tar x -C /usr/local/bin",
  ),
  over("a pipe of cpio", "unknown", "RUN cd /alp && find . | cpio -pdm /usr/local/bin"),
  over("cpio out of an archive", "unknown", "RUN cd /usr/local/bin && cpio -i < /x.cpio"),
  over("pax", "unknown", "RUN cd /alp && pax -rw node /usr/local/bin"),
  over(
    "a fetched archive of its name, by a pipe",
    "unknown",
    "RUN curl -fsSL https://x.example/node-v20-linux-x64-musl.tar.xz | tar xJ -C /usr/local --strip-components=1",
  ),
  over(
    "a fetched archive of its name, by a file of another",
    "unknown",
    "RUN wget -O /n.txz https://x.example/node-v20-musl.txz && tar xJf /n.txz -C /usr/local",
  ),
  over(
    "a root by a pipe",
    "unknown",
    "RUN curl https://x.example/alpine-minirootfs-3.20.tar.gz | tar xz -C /",
  ),
  over(
    "a fetched archive of another name",
    "uses-glibc",
    "RUN curl -fsSL https://x.example/tool-v2.tar.gz | tar xz -C /usr/local/bin",
  ),
  over(
    "an archive of the repository of another name",
    "uses-glibc",
    "COPY s6-overlay-amd64.tar.gz /tmp/",
    "RUN tar xzf /tmp/s6-overlay-amd64.tar.gz -C /",
  ),
  over("an archive of the repository", "unknown", "ADD rootfs.tar.gz /"),
  over("an archive of the repository in its folder", "unknown", "ADD bundle.tgz /usr/local"),
  over(
    "an unpacked archive from elsewhere",
    "unknown",
    "ADD --unpack=true https://x.example/node-v20.tar.gz /usr/local",
  ),
  over("a repository from elsewhere", "unknown", "ADD https://x.example/tools.git /usr/local/bin"),
  over("a package's file", "unknown", "RUN dpkg -x /pkg.deb /"),
  over("an archive of ar", "unknown", "RUN cd /usr/local/bin && ar x /lib.a"),
  over("an archive of zip", "unknown", "RUN unzip -o /x.zip -d /usr/local/bin"),
  over("an archive of 7z", "unknown", "RUN 7z x /x.7z -o/usr/local/bin"),
  over("options in one word", "uses-musl", "RUN cp -at /usr/local/bin /alp/node"),
  over("options in one word, moved", "uses-musl", "RUN mv -ft /usr/local/bin /alp/node"),
  over("options in one word, fetched", "unknown", "RUN wget -qP /usr/local/bin https://x.example/node"),
  over("install by a long option", "uses-musl", "RUN install --target-directory=/usr/local/bin /alp/node"),
  over("install -D", "uses-musl", "RUN install -Dm755 /alp/node /usr/local/bin/node"),
  over(
    "a name that the server gives",
    "unknown",
    "RUN cd /usr/local/bin && curl -LJO https://x.example/latest",
  ),
  over("a list for rsync", "unknown", "RUN rsync -a --files-from=l /alp /usr/local/bin/"),
  over(
    "a link to musl's loader",
    "uses-musl",
    "RUN ln -sf /lib/ld-musl-x86_64.so.1 /lib64/ld-linux-x86-64.so.2",
  ),
  over(
    "an alternative",
    "uses-musl",
    "RUN ln -sf /etc/alternatives/node /usr/local/bin/node && update-alternatives --set node /alp/node",
  ),
  over("globs in the middle", "uses-musl", "COPY --from=node:20-alpine /usr/*/b*/node /usr/local/bin/"),
  over(
    "a mount",
    "uses-musl",
    "RUN --mount=type=bind,from=node:20-alpine,source=/usr/local/bin,target=/m cp /m/node /usr/local/bin/",
  ),
  over("a program rewritten elsewhere", "uses-musl", "RUN strip -o /usr/local/bin/node /alp/node"),
  over("a command that nobody knows", "unknown", "RUN fetch-it s3://x/node /usr/local/bin/node"),
  over(
    "a command that nobody knows, into a folder",
    "unknown",
    "RUN fetch-it -d /usr/local/bin -o node https://x.example/node",
  ),
  over(
    "a text of another language",
    "unknown",
    "RUN python3 -c \"import shutil; shutil.copy('/alp/node', '/usr/local/bin/node')\"",
  ),
  over(
    "another language's shell",
    "unknown",
    'SHELL ["python3", "-c"]',
    "RUN import shutil; shutil.copy('/alp/node', '/usr/local/bin/node')",
  ),
  over(
    "a script by a pipe",
    "uses-musl",
    "COPY <<X /x.sh",
    "cp /alp/node /usr/local/bin/",
    "X",
    "RUN cat /x.sh | sh -s",
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

/** s6-overlay, and what it starts from the repository's own folders. */
const OVERLAY =
  "ADD https://x.example/s6-overlay-noarch.tar.xz /tmp\nRUN tar -C / -Jxpf /tmp/s6-overlay-noarch.tar.xz\nCOPY root/ /\n";
const SERVICE = {
  "root/etc/s6-overlay/s6-rc.d/app/run": "#!/command/with-contenv sh\nexec node /app.js\n",
  "root/etc/s6-overlay/s6-rc.d/app/type": "longrun\n",
};
const SWIFT = (sdk: string) =>
  `FROM debian:12-slim AS build\nWORKDIR /src\nCOPY . .\nRUN swift build -c release ${sdk} && cp "$(swift build -c release ${sdk} --show-bin-path)/App" /app\nFROM debian:12-slim\nCOPY --from=build /app /app\nCMD ["/app"]`;
const CARGO = (target: string) =>
  `FROM rust:1.85-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release --target ${target}\nFROM debian:12-slim\nCOPY --from=build /src/target/*/release/app /app\nCMD ["/app"]`;

/** What common builders leave, of which nothing else tells. */
const MADE: readonly Case[] = [
  ["s6-overlay on Alpine", "uses-musl", `FROM node:20-alpine\n${OVERLAY}ENTRYPOINT ["/init"]`, SERVICE],
  ["s6-overlay on Debian", "uses-glibc", `FROM node:20-slim\n${OVERLAY}ENTRYPOINT ["/init"]`, SERVICE],
  [
    "s6-overlay's command",
    "uses-musl",
    'FROM node:20-alpine\nRUN curl -L https://x.example/s6-overlay-amd64.tar.gz | tar xz -C /\nENTRYPOINT ["/init"]\nCMD ["node", "a.js"]',
  ],
  [
    "s6-overlay of the distribution",
    "uses-musl",
    'FROM node:20-alpine\nRUN apk add s6-overlay\nCOPY root/ /\nENTRYPOINT ["/init"]',
    SERVICE,
  ],
  [
    "s6-overlay for a machine that is not said",
    "uses-musl",
    `FROM node:20-alpine\nARG M\n${OVERLAY.replaceAll("noarch", "$M")}ENTRYPOINT ["/init"]`,
    SERVICE,
  ],
  ["s6-overlay with nothing to start", "unknown", `FROM node:20-alpine\n${OVERLAY}ENTRYPOINT ["/init"]`],
  ["where Swift says that its programs are", "uses-glibc", SWIFT("")],
  ["where Swift says that musl's are", "is-musl", SWIFT("--swift-sdk x86_64-swift-linux-musl")],
  ["a target's folder by a glob", "is-musl", CARGO("x86_64-unknown-linux-musl"), RUST],
  ["a target that a command names", "is-musl", CARGO("$(uname -m)-unknown-linux-musl"), RUST],
  ["another target's folder by a glob", "uses-glibc", CARGO("x86_64-unknown-linux-gnu"), RUST],
  [
    "a program that is only looked at",
    "uses-glibc",
    'FROM python:3.12-slim\nRUN ldd /usr/local/bin/python3 && check-it /usr/local/bin/python3\nCMD ["python3"]',
  ],
  [
    "an environment with a named interpreter",
    "uses-glibc",
    'FROM python:3.12-slim\nRUN uv venv --python /usr/local/bin/python3 /venv\nCMD ["python3"]',
  ],
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
