/** The demo's eleven services as a repository that builds them: Dockerfiles, Skaffold, manifests with the names that builds give. Must not be used by src. */
import { elf } from "../../examples/elf.mjs";
import { alpine, type ExampleImage, IMAGES, type Member } from "../../examples/images.mjs";

const MUSL = { interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.musl-x86_64.so.1"] };
const GLIBC = { interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] };
const PATH = "PATH=/usr/local/go/bin:/usr/local/cargo/bin:/usr/local/bin:/usr/bin:/bin:/sbin";

function base(
  libc: "musl" | "glibc",
  programs: readonly string[],
  env: readonly string[] = [],
): ExampleImage {
  const system = libc === "musl" ? alpine("3.20.3", "1.2.5", "1.2.5-r0") : IMAGES["shop-reports"]?.layers[0];
  const body = elf(libc === "musl" ? MUSL : GLIBC);
  const files = programs.map((name): Member => ({ name: name.slice(1), mode: 0o755, body }));
  return { layers: [[...(system ?? []), ...files]], config: { Env: [PATH, ...env] } };
}

/** Where an interpreter's own package manager lies, as in the official images. */
const pip: Member = { name: "usr/local/bin/pip", mode: 0o755, body: "#!/usr/local/bin/python3\n" };
const withPip = ({ layers: [first = [], ...more], config }: ExampleImage): ExampleImage => ({
  layers: [[...first, pip], ...more],
  config,
});

/** The bases that its Dockerfiles name, by `name:tag`. */
export const BASES: Readonly<Record<string, ExampleImage>> = {
  "library/alpine:3.20": base("musl", ["/sbin/apk"]),
  "library/java:21-alpine": base("musl", ["/usr/local/bin/java"]),
  "library/node:20-alpine": base("musl", ["/usr/local/bin/node"]),
  "library/node:20-slim": base("glibc", ["/usr/local/bin/node"]),
  "library/python:3.12-alpine": withPip(base("musl", ["/usr/local/bin/python3"])),
  "library/python:3.12-slim": withPip(base("glibc", ["/usr/local/bin/python3"])),
  "library/golang:1.22-alpine": base("musl", ["/usr/local/go/bin/go"], ["GOLANG_VERSION=1.22.1"]),
  "library/rust:1.85-alpine": base("musl", ["/usr/local/cargo/bin/cargo"], ["RUST_VERSION=1.85.0"]),
  "library/rust:1.85": base("glibc", ["/usr/local/cargo/bin/cargo"], ["RUST_VERSION=1.85.0"]),
  "library/debian:12-slim": base("glibc", ["/usr/bin/apt-get"]),
};

/** Each service: whether what its Dockerfile makes resolves with musl, and the Dockerfile. */
export const SERVICES: Readonly<Record<string, readonly ["hit" | "fine", (registry: string) => string]>> = {
  ad: ["hit", (r) => `FROM ${r}/java:21-alpine\nCOPY . /app\nENTRYPOINT ["/bin/sh", "/app/start.sh"]\n`],
  cart: [
    "hit",
    (r) =>
      `FROM ${r}/rust:1.85-alpine AS build\nCOPY . /src\nRUN cd /src && cargo build --release\nFROM ${r}/alpine:3.20\nCOPY --from=build /src/target/release/cart /cart\nENTRYPOINT ["/cart"]\n`,
  ],
  catalogue: [
    "fine",
    (r) =>
      `FROM ${r}/golang:1.22-alpine AS build\nCOPY . /src\nRUN cd /src && CGO_ENABLED=0 go build -o /server .\nFROM scratch\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n`,
  ],
  checkout: [
    "fine",
    (r) =>
      `FROM ${r}/golang:1.22-alpine AS build\nCOPY . /src\nRUN cd /src && CGO_ENABLED=0 go build -o /server .\nFROM ${r}/alpine:3.20\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n`,
  ],
  currency: ["hit", (r) => `FROM ${r}/node:20-alpine\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n`],
  email: [
    "fine",
    (r) =>
      `FROM ${r}/python:3.12-slim\nWORKDIR /app\nRUN pip install gunicorn\nCOPY . .\nCMD ["gunicorn", "app"]\n`,
  ],
  frontend: [
    "hit",
    (r) => `ARG VARIANT=slim\nFROM ${r}/node:20-\${VARIANT}\nCOPY . /app\nCMD ["node", "/app/server.js"]\n`,
  ],
  load: [
    "hit",
    (r) => `FROM ${r}/python:3.12-alpine\nRUN pip install locust\nCOPY . /app\nENTRYPOINT ["locust"]\n`,
  ],
  payment: ["fine", (r) => `FROM ${r}/node:20-slim\nCOPY . /app\nCMD ["node", "/app/server.js"]\n`],
  recommendation: [
    "fine",
    (r) =>
      `FROM ${r}/node:20-alpine AS test\nCMD ["node"]\nFROM ${r}/python:3.12-slim AS run\nCOPY . /app\nCMD ["python3", "/app/app.py"]\nFROM test AS check\n`,
  ],
  shipping: [
    "fine",
    (r) =>
      `FROM ${r}/rust:1.85 AS build\nCOPY . /src\nRUN cd /src && cargo build --release\nFROM ${r}/debian:12-slim\nCOPY --from=build /src/target/release/shipping /shipping\nENTRYPOINT ["/shipping"]\n`,
  ],
};

/** What Skaffold says of a service beside its folder. */
const MORE: Readonly<Record<string, string>> = {
  frontend: "    docker:\n      buildArgs: {VARIANT: alpine}\n",
  recommendation: "    docker: {target: run}\n",
};

/** Its files, with bases at `registry`. */
export function builtShop(registry: string): Readonly<Record<string, string>> {
  const names = Object.keys(SERVICES);
  const artifacts = names.map((name) => `  - image: ${name}\n    context: src/${name}\n${MORE[name] ?? ""}`);
  const files: Record<string, string> = {
    "skaffold.yaml": `apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n${artifacts.join("")}`,
    Corefile: ".:53 {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n    forward . 8.8.8.8\n}\n",
    "src/ad/start.sh": "#!/bin/sh\nexec java -jar /app/ad.jar\n",
    "src/cart/Cargo.toml": '[package]\nname = "cart"\n',
    "src/shipping/Cargo.toml": '[package]\nname = "shipping"\n',
  };
  for (const [name, [, dockerfile]] of Object.entries(SERVICES)) {
    files[`src/${name}/Dockerfile`] = dockerfile(`${registry}/library`);
    files[`manifests/${name}.yaml`] =
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: server\n        image: ${name}\n`;
  }
  return files;
}
