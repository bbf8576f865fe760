/** Dockerfiles that are built for real and compared with their plans. Must hold data only. */
import { builtShop, SERVICES } from "../../support/built-shop.ts";

/** One Dockerfile. */
export interface BuildCase {
  readonly name: string;
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** Folders of the machine that the build has at the same path: real toolchains. */
  readonly mounts?: readonly string[];
  /** What the repository's own table says that it comes to. */
  readonly said?: "hit" | "fine";
  /** One of those that every run compares. */
  readonly always?: true;
}

const START = "#!/bin/sh\nset -e\nexec java $JAVA_OPTS -jar /app/app.jar\n";
const each = (
  bases: readonly string[],
  name: string,
  dockerfile: string,
  files?: BuildCase["files"],
  always?: string,
): readonly BuildCase[] =>
  bases.map((base) => ({
    name: `${name} on ${base}`,
    dockerfile: `FROM localhost/${base}\n${dockerfile}`,
    files,
    ...(always === base && { always: true as const }),
  }));

const PYTHON = ["python:3.12-slim", "python:3.12-alpine"];
const NODE = ["node:20-slim", "node:20-alpine"];
const JAVA = ["java:17-slim", "java:17-alpine"];
const APK = ["alpine:3.12", "alpine:3.13", "alpine:3.20"];
const PLAIN = ["debian:12", "alpine:3.12", "alpine:3.20"];
const CARGO = { "Cargo.toml": '[package]\nname = "app"\n', "src/main.rs": "" };

const GO_FILES = {
  "go.mod": "module example.com/shop/server\n\ngo 1.21\n",
  "main.go":
    'package main\n\nimport (\n\t"fmt"\n\t"net"\n)\n\nfunc main() {\n\tfmt.Println(net.LookupHost("db"))\n}\n',
};
/** Go's own compiler; what uses cgo, and make, have the machine's `/usr` instead of the stage's. */
const go = (
  name: string,
  build: string,
  to: string,
  how: { readonly from?: string; readonly always?: true; readonly make?: string } = {},
): BuildCase => ({
  name: `${name} into ${to}`,
  dockerfile: `FROM localhost/golang:1.26-${how.from ?? "slim"} AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\nFROM ${to === "scratch" ? to : `localhost/${to}`}\nCOPY --from=build /out/server /server\nENTRYPOINT ["/server"]`,
  files: how.make === undefined ? GO_FILES : { ...GO_FILES, Makefile: how.make },
  mounts: how.from === "alpine" || how.always ? ["/usr/local/go"] : ["/usr"],
  always: how.always,
});
const GO: readonly BuildCase[] = [
  go("Go without cgo", "CGO_ENABLED=0 go build -o /out/server .", "scratch", { always: true }),
  go("Go without cgo, built on Alpine,", "CGO_ENABLED=0 go build -o /out/server", "alpine:3.20", {
    from: "alpine",
  }),
  go("Go on Alpine without a compiler", "go build -o /out/server", "alpine:3.20", { from: "alpine" }),
  go("Go with cgo", "go build -o /out/server .", "debian:12"),
  go("Go with cgo and netcgo", "go build -tags netcgo -o /out/server .", "debian:12"),
  go("Go with cgo for musl", "CC=musl-gcc go build -o /out/server .", "alpine:3.20"),
  go("Go with netcgo for musl", "CC=musl-gcc go build -tags netcgo -o /out/server .", "alpine:3.20"),
  go("Go with netcgo for musl", "CC=musl-gcc go build -tags netcgo -o /out/server .", "alpine:3.12"),
  go(
    "Go with netcgo in GOFLAGS for musl",
    "export GOFLAGS=-tags=netcgo CC=musl-gcc; go build -o /out/server",
    "alpine:3.13",
  ),
  go(
    "Go with netcgo and musl linked statically",
    "CC=musl-gcc go build -tags netcgo -ldflags '-linkmode external -extldflags \"-static\"' -o /out/server .",
    "scratch",
  ),
  go("Go with netgo", "go build -tags netgo -o /out/server .", "debian:12"),
  go("go install", "GOBIN=/out CGO_ENABLED=0 go install .", "alpine:3.20", { from: "alpine" }),
  go("Go by make", "make build OUT=/out", "alpine:3.20", {
    make: "NAME := server\nFLAGS = -ldflags '-X main.version=$(shell echo 1)'\nbuild: $(OUT)/$(NAME)\n$(OUT)/$(NAME):\n\tmkdir -p $(@D)\n\tCGO_ENABLED=0 go build $(FLAGS) -o $@ .\n",
  }),
  go("Go by make with netcgo for musl", "make CC=musl-gcc", "alpine:3.20", {
    make: "export CC\nall:\n\tgo build -tags netcgo -o /out/server .\n",
  }),
];
/** Here-documents: only newer builders read them. */
const HEREDOCS: readonly BuildCase[] = [
  ...each(
    APK.slice(1),
    "a script in a here-document",
    'COPY --chmod=755 <<EOF /run.sh\n#!/bin/sh\nexec wget http://db/\nEOF\nCMD ["/run.sh"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a RUN in a here-document",
    'RUN <<EOF\nset -e\ngcc -o /usr/bin/tool\nEOF\nCMD ["tool"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a here-document for a shell",
    'RUN sh -e <<EOF\ngcc -o /usr/bin/tool\nEOF\nCMD ["tool"]',
  ),
  ...each(
    ["alpine:3.20"],
    "a here-document with a variable",
    'ENV TOOL=wget\nCOPY <<EOF /a.sh\nexec $TOOL http://db/\nEOF\nCMD ["sh", "/a.sh"]',
  ),
  ...each(
    ["alpine:3.20"],
    "a quoted here-document",
    'ENV TOOL=wget\nCOPY <<\'EOF\' /a.sh\nexec $TOOL http://db/\nEOF\nCMD ["sh", "/a.sh"]',
  ),
  ...each(
    ["alpine:3.20"],
    "two here-documents",
    'COPY <<one <<two /opt/\nexec cat /etc/hosts\none\nexec wget http://db/\ntwo\nCMD ["sh", "/opt/two"]',
  ),
];

/** Ways to lay a program over another one, which looks up nothing. */
const OVER: readonly (readonly [name: string, line: string])[] = [
  ["a pipe of tar", "(cd /n && tar c tool) | (cd /usr/bin && tar x)"],
  ["tar by a file", "tar czf /t.tgz -C /n . && tar xzf /t.tgz -C /usr/bin"],
  ["a pipe of cpio", "cd /n && find . | cpio -o -H newc | (cd /usr/bin && cpio -iu)"],
  ["install -D", "install -D -m 755 /n/tool /usr/bin/tool"],
  ["a link", "ln -sf ../../n/tool /usr/bin/tool"],
  ["a bundle of options", "cp -ft /usr/bin /n/tool"],
];

/** As the demo's skaffold.yaml has them built. */
const BY_SKAFFOLD: Readonly<Record<string, Partial<BuildCase>>> = {
  frontend: { args: { VARIANT: "alpine" } },
  recommendation: { target: "run" },
};
/** The demo's eleven services, as `builtShop` has them. */
const DEMO: readonly BuildCase[] = Object.entries(SERVICES).map(([name, [said, dockerfile]]) => {
  const written = dockerfile("localhost");
  const own = Object.entries(builtShop("localhost")).flatMap(([path, text]) =>
    path.startsWith(`src/${name}/`) ? [[path.slice(`src/${name}/`.length), text] as const] : [],
  );
  const isGo = written.includes("golang");
  return {
    name: `the demo's ${name}`,
    dockerfile: written,
    files: { ...(isGo ? GO_FILES : {}), ...Object.fromEntries(own) },
    mounts: isGo ? ["/usr/local/go"] : [],
    said,
    ...BY_SKAFFOLD[name],
  };
});

/** All of them. */
export const CASES: readonly BuildCase[] = [
  ...GO,
  ...HEREDOCS,
  ...DEMO,
  ...each(PLAIN, "nothing but settings", 'ENV A=b\nWORKDIR /srv\nCMD ["sh", "-c", "exec cat"]'),
  ...each(
    PYTHON,
    "pip install",
    'RUN pip install gunicorn\nCMD ["gunicorn", "app:app"]',
    {},
    "python:3.12-alpine",
  ),
  ...each(
    PYTHON,
    "requirements",
    "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD uvicorn app:app",
    { "requirements.txt": "uvicorn==0.30\n", "app.py": "" },
  ),
  ...each(
    PYTHON,
    "python itself",
    'COPY app.py /\nCMD ["python", "/app.py"]',
    { "app.py": "import os\n" },
    "python:3.12-slim",
  ),
  ...each(
    NODE,
    "npm start",
    'WORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nCMD ["npm", "start"]',
    { "package.json": '{"scripts":{"start":"node server.js"}}', "server.js": "" },
    "node:20-alpine",
  ),
  ...each(NODE, "npm start of a dependency", 'WORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["npm", "start"]', {
    "package.json": '{"scripts":{"start":"next start"}}',
  }),
  ...each(NODE, "a global tool", 'RUN npm install -g pm2\nCMD ["pm2", "--version"]'),
  ...each(
    NODE,
    "an entry point that hands on",
    'COPY entry.sh /entry.sh\nRUN chmod +x /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["node", "a.js"]',
    { "entry.sh": '#!/bin/sh\nexec "$@"\n' },
  ),
  ...each(
    JAVA,
    "a start script",
    'COPY app.jar /app/\nCOPY start.sh /start.sh\nRUN chmod 755 /start.sh\nENTRYPOINT ["/start.sh"]',
    { "start.sh": START, "app.jar": "" },
    "java:17-alpine",
  ),
  ...each(JAVA, "a start script by a shell", 'COPY start.sh /opt/\nENTRYPOINT ["sh", "/opt/start.sh"]', {
    "start.sh": START,
  }),
  ...each(APK, "apk add nodejs", 'RUN apk add --no-cache nodejs\nCMD ["node", "a.js"]', {}, "alpine:3.20"),
  ...each(
    APK,
    "apk add redis",
    'RUN apk add --no-cache redis && mkdir -p /data\nCMD ["redis-server"]',
    {},
    "alpine:3.12",
  ),
  ...each(["alpine:3.20"], "php-fpm by apk", 'RUN apk add --no-cache php83-fpm\nCMD ["php-fpm83", "-F"]'),
  ...each(
    ["alpine:3.20"],
    "java by apk",
    'RUN apk add --no-cache openjdk17-jre\nCMD ["java", "-jar", "a.jar"]',
  ),
  ...each(
    ["alpine:3.20"],
    "psql in a script",
    'RUN apk add --no-cache bash postgresql16-client\nCOPY run.sh /\nCMD ["bash", "/run.sh"]',
    { "run.sh": "psql -h db\n" },
  ),
  ...each(
    ["alpine:3.20"],
    "tini before node",
    'RUN apk add --no-cache tini nodejs\nENTRYPOINT ["/sbin/tini", "--"]\nCMD ["node", "a.js"]',
  ),
  ...each(
    ["alpine:3.20"],
    "a package that is not listed",
    'RUN apk add --no-cache socat\nCMD ["socat", "TCP:db:1", "-"]',
  ),
  ...each(
    ["debian:12"],
    "apt-get install nodejs",
    'RUN apt-get update && apt-get install -y --no-install-recommends nodejs && rm -rf /var/lib/apt/lists/*\nCMD ["node", "a.js"]',
    {},
    "debian:12",
  ),
  ...each(
    ["debian:12"],
    "apt-get install redis",
    'RUN apt-get install -y redis-server\nCMD ["redis-server"]',
  ),
  ...each(["debian:12"], "java by apt", "RUN apt-get install -y default-jre-headless\nCMD java -jar a.jar"),
  ...each(
    ["debian:12"],
    "tini by apt",
    'RUN apt-get install -y tini nodejs\nENTRYPOINT ["tini", "--", "node"]',
  ),
  ...each(
    ["debian:12", "alpine:3.20"],
    "a compiler",
    'COPY main.c /src/\nRUN cd /src && gcc -O2 -o /usr/local/bin/tool main.c\nCMD ["tool"]',
    { "main.c": "" },
  ),
  ...each(
    ["alpine:3.20"],
    "a static program",
    'COPY main.c /src/\nRUN gcc -static -o /usr/local/bin/tool /src/main.c\nCMD ["/usr/local/bin/tool"]',
    { "main.c": "" },
  ),
  ...["debian:12", "alpine:3.20"].flatMap((to) =>
    ["debian:12", "alpine:3.20"].flatMap((from) => [
      {
        name: `a program from a stage on ${from} into ${to}`,
        dockerfile: `FROM localhost/${from} AS build\nWORKDIR /src\nCOPY main.c .\nRUN gcc -o tool main.c && mkdir /out && mv tool /out/\nFROM localhost/${to}\nCOPY --from=build /out/tool /usr/local/bin/\nCMD ["tool"]`,
        files: { "main.c": "" },
      },
    ]),
  ),
  {
    name: "a static program from an Alpine stage into Debian",
    dockerfile:
      'FROM localhost/alpine:3.20 AS tools\nCOPY main.c /\nRUN gcc -static -o /tool /main.c\nFROM localhost/debian:12\nCOPY --from=tools /tool /usr/local/bin/tool\nCMD ["tool"]',
    files: { "main.c": "" },
    always: true,
  },
  {
    name: "Rust on Alpine into scratch",
    dockerfile:
      'FROM localhost/rust:1.85-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /src/target/release/app /app\nENTRYPOINT ["/app"]',
    files: CARGO,
    always: true,
  },
  {
    name: "Rust for musl into scratch",
    dockerfile:
      'FROM localhost/rust:1.85-slim AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release --target x86_64-unknown-linux-musl\nFROM scratch\nCOPY --from=build /src/target/x86_64-unknown-linux-musl/release/app /app\nENTRYPOINT ["/app"]',
    files: CARGO,
  },
  {
    name: "Rust on Debian into Debian",
    dockerfile:
      'FROM localhost/rust:1.85-slim AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release && cp target/release/app /usr/bin/app\nFROM localhost/debian:12\nCOPY --from=build /usr/bin/app /usr/bin/app\nCMD ["app"]',
    files: CARGO,
  },
  {
    name: "a folder of a stage",
    dockerfile:
      'FROM localhost/alpine:3.20 AS build\nRUN mkdir -p /out/bin && gcc -o /out/bin/a && ln -s a /out/bin/b\nFROM localhost/alpine:3.13\nCOPY --from=build /out /opt\nENV PATH=/opt/bin:$PATH\nCMD ["b"]',
  },
  {
    name: "a stage on a stage",
    dockerfile:
      'FROM localhost/node:20-alpine AS base\nENTRYPOINT ["node"]\nCMD ["a.js"]\nFROM base AS test\nRUN echo test\nFROM base\nWORKDIR /x',
  },
  {
    name: "a target",
    dockerfile:
      'FROM localhost/alpine:3.20 AS dev\nRUN apk add nodejs\nCMD ["node"]\nFROM localhost/debian:12\nRUN apt-get install -y nodejs\nCMD ["node"]',
    target: "dev",
  },
  {
    name: "an argument chooses the base",
    dockerfile: 'ARG BASE=debian:12\nFROM localhost/$BASE\nCMD ["sh", "-c", "exec cat /etc/hosts"]',
    args: { BASE: "alpine:3.20" },
  },
  {
    name: "an argument with a default",
    dockerfile:
      "ARG TAG=3.13\nFROM localhost/alpine:$TAG\nARG NAME=redis\nRUN apk add $NAME\nENV RUNS=$NAME-server\nCMD $RUNS",
    always: true,
  },
  ...each(
    ["alpine:3.20", "debian:12"],
    "links",
    'RUN gcc -o /opt/real && ln -s /opt/real /usr/local/bin/one && ln -s one /usr/local/bin/two\nCMD ["two"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "moved and copied",
    'RUN gcc -o /a && cp /a /b && mv /b /usr/local/bin/c && rm /a\nCMD ["c"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "installed",
    "RUN gcc -o /a && install -m 755 /a /usr/bin/d && rm -f /a\nCMD d",
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a written script",
    "RUN printf '#!/bin/sh\\nexec tool\\n' > /run.sh && chmod +x /run.sh && gcc -o /usr/bin/tool\nCMD [\"/run.sh\"]",
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a condition",
    'ARG FULL=1\nRUN if [ "$FULL" = 1 ]; then gcc -o /usr/bin/tool; fi\nCMD ["tool"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a loop",
    'RUN for name in x y z; do gcc -o /usr/bin/tool-$name; done\nCMD ["tool-y"]',
  ),
  ...each(
    ["alpine:3.20", "debian:12"],
    "a script of the context runs",
    'COPY setup.sh /tmp/\nRUN sh /tmp/setup.sh && rm /tmp/setup.sh\nCMD ["tool"]',
    { "setup.sh": "set -e\ngcc -o /usr/bin/tool\n" },
  ),
  ...OVER.flatMap(([name, line]) =>
    each(
      ["alpine:3.20"],
      `${name} over another`,
      `RUN mkdir /n && gcc -o /n/tool && printf '#!/bin/sh\\nexit 0\\n' > /usr/bin/tool && chmod +x /usr/bin/tool\nRUN ${line}\nCMD ["tool"]`,
    ),
  ),
  ...each(["alpine:3.20"], "removed", 'RUN apk add nodejs && rm /usr/bin/node\nCMD ["node"]'),
  ...each(["alpine:3.20"], "the other shell", 'RUN apk add bash\nSHELL ["/bin/bash", "-c"]\nCMD exec cat'),
  ...each(["alpine:3.20"], "a busybox tool that asks", 'CMD ["wget", "-O-", "http://db/"]'),
  ...each(["alpine:3.20"], ".dockerignore", 'COPY . /app/\nCMD ["sh", "/app/run.sh"]', {
    ".dockerignore": "*.md\n",
    "run.sh": "exec wget http://db/\n",
    "a.md": "",
  }),
  ...each(["alpine:3.20"], "a glob", 'COPY bin/*.sh /usr/local/bin/\nCMD ["sh", "/usr/local/bin/two.sh"]', {
    "bin/one.sh": "",
    "bin/two.sh": "exec wget http://db/\n",
  }),
];
