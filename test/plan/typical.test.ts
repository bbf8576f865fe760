import { describe, expect, it } from "vitest";
import { plan } from "./planned.ts";
const [A, S] = ["python:3.12-alpine", "python:3.12-slim"];
/** By name: the Dockerfile, and the files beside it. */
const TYPICAL: readonly (readonly [string, string, Readonly<Record<string, string>>?])[] = [
  [
    "init node",
    `ARG V=20\nFROM node:\${V}-alpine\nENV NODE_ENV production\nWORKDIR /usr/src/app\nRUN --mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=package-lock.json,target=package-lock.json --mount=type=cache,target=/root/.npm npm ci --omit=dev\nUSER node\nCOPY . .\nEXPOSE 3000\nCMD npm start`,
    {
      "package.json": '{"scripts":{"start":"node src/index.js"}}',
      "package-lock.json": "{}",
      "src/index.js": "",
    },
  ],
  [
    "next standalone",
    `FROM node:20-alpine AS base\nFROM base AS deps\nRUN apk add --no-cache libc6-compat\nWORKDIR /app\nCOPY package.json yarn.lock* package-lock.json* ./\nRUN if [ -f yarn.lock ]; then yarn --frozen-lockfile; elif [ -f package-lock.json ]; then npm ci; else echo "Lockfile not found." && exit 1; fi\nFROM base AS builder\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY . .\nRUN npm run build\nFROM base AS runner\nWORKDIR /app\nENV NODE_ENV=production\nRUN addgroup --system --gid 1001 nodejs && adduser --system --uid 1001 nextjs\nCOPY --from=builder /app/public ./public\nRUN mkdir .next && chown nextjs:nodejs .next\nCOPY --from=builder --chown=nextjs:nodejs /app/.next/standalone ./\nCOPY --from=builder --chown=nextjs:nodejs /app/.next/static ./.next/static\nUSER nextjs\nCMD ["node", "server.js"]`,
    { "package.json": "{}", "package-lock.json": "{}" },
  ],
  [
    "prefix",
    `FROM ${S} AS builder\nCOPY requirements.txt .\nRUN pip install --prefix=/install -r requirements.txt\nFROM ${A}\nCOPY --from=builder /install /usr/local\nCOPY . /app\nCMD ["gunicorn", "-b", ":80", "app:app"]`,
    { "requirements.txt": "flask\ngunicorn\n" },
  ],
  [
    "venv",
    `FROM ${A} AS builder\nRUN python -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nFROM ${A}\nCOPY --from=builder /opt/venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nCMD ["celery", "-A", "app", "worker"]`,
    { "requirements.txt": "celery[redis]==5\n" },
  ],
  [
    "uv",
    `FROM ${A}\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /uvx /bin/\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen\nCOPY . .\nENV PATH="/app/.venv/bin:$PATH"\nCMD ["fastapi", "run", "main.py"]`,
    { "pyproject.toml": '[project]\ndependencies = [\n  "fastapi[standard]>=0.1",\n]\n', "uv.lock": "" },
  ],
  [
    "spring",
    `FROM java:17-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN ./mvnw package\nFROM java:17-alpine\nRUN addgroup -S app && adduser -S app -G app\nCOPY --from=build /app/target/*.jar /app.jar\nENTRYPOINT ["sh","-c","java $JAVA_OPTS -jar /app.jar"]`,
    { mvnw: "#!/bin/sh\nexec java -jar wrapper.jar\n" },
  ],
  [
    "go arch",
    `FROM --platform=$BUILDPLATFORM golang:1.22-alpine AS build\nARG TARGETOS TARGETARCH\nWORKDIR /src\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=bind,target=. CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /bin/server ./cmd\nFROM alpine\nRUN apk --no-cache add ca-certificates tzdata\nCOPY --from=build /bin/server /bin/\nENTRYPOINT ["/bin/server"]`,
    { "go.mod": "module x\n" },
  ],
  [
    "go make",
    `FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN make build\nFROM alpine\nCOPY --from=build /src/bin/server /server\nCMD ["/server"]`,
    { Makefile: "build:\n\tCGO_ENABLED=0 go build -o bin/server\n" },
  ],
  [
    "rust chef",
    `FROM rust:1.85-alpine AS chef\nRUN apk add --no-cache musl-dev && cargo install cargo-chef\nWORKDIR /app\nFROM chef AS planner\nCOPY . .\nRUN cargo chef prepare --recipe-path recipe.json\nFROM chef AS builder\nCOPY --from=planner /app/recipe.json recipe.json\nRUN cargo chef cook --release --recipe-path recipe.json\nCOPY . .\nRUN cargo build --release --bin app\nFROM alpine\nCOPY --from=builder /app/target/release/app /usr/local/bin/app\nENTRYPOINT ["app"]`,
    { "Cargo.toml": "" },
  ],
  [
    "nodesource",
    `FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl && curl -fsSL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs\nCMD ["node","x.js"]`,
  ],
  [
    "supervisor",
    `FROM alpine:3.20\nRUN apk add --no-cache nginx supervisor php83-fpm\nCOPY supervisord.conf /etc/supervisord.conf\nCMD ["/usr/bin/supervisord","-c","/etc/supervisord.conf"]`,
    {
      "supervisord.conf":
        "[program:fpm]\ncommand=php-fpm83 -F\n[program:nginx]\ncommand=nginx -g 'daemon off;'\n",
    },
  ],
  [
    "tini url",
    `FROM ${S}\nARG TARGETARCH\nADD https://github.com/krallin/tini/releases/download/v0.19.0/tini-\${TARGETARCH} /tini\nRUN chmod +x /tini\nENTRYPOINT ["/tini","--"]\nCMD ["python","app.py"]`,
  ],
  [
    "jq heredoc",
    `FROM alpine:3.20\nRUN <<EOF\nset -e\napk add --no-cache nodejs\nEOF\nCOPY <<'EOF' /run.sh\n#!/bin/sh\nexec node /x.js\nEOF\nCMD ["sh", "/run.sh"]`,
  ],
  [
    "poetry",
    `FROM ${A}\nRUN pip install poetry\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN poetry config virtualenvs.create false && poetry install --no-root\nCOPY . .\nCMD ["poetry","run","uvicorn","app:app"]`,
    { "pyproject.toml": "", "poetry.lock": "" },
  ],
  [
    "manage",
    `FROM ${A}\nRUN apk add --no-cache --virtual .build-deps gcc musl-dev && pip install -r req.txt && apk del .build-deps\nCOPY entrypoint.sh /\nRUN chmod +x /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn","x.wsgi"]`,
    { "entrypoint.sh": '#!/bin/sh\nset -e\npython manage.py migrate\nexec "$@"\n' },
  ],
  ["ignored binary", `FROM alpine:3.20\nCOPY target/app /app\nCMD ["/app"]`],
  [
    "dumb init",
    `FROM node:20-alpine\nRUN apk add dumb-init\nENTRYPOINT ["dumb-init","--"]\nCMD ["node","a.js"]`,
  ],
  [
    "yarn dlx",
    `FROM node:20-alpine\nWORKDIR /app\nCOPY . .\nRUN corepack enable && pnpm i --frozen-lockfile && pnpm build\nCMD ["pnpm","start:prod"]`,
    { "package.json": '{"scripts":{"start:prod":"node dist/main"}}' },
  ],
  [
    "npx",
    `FROM node:20-alpine\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["npx","serve","-s","build"]`,
    { "package.json": "{}" },
  ],
];

/** What is not plain musl. */
const OTHERS: Readonly<Record<string, string>> = {
  "go arch": "own-resolver",
  "go make": "own-resolver",
  // What git ignores is not there.
  "ignored binary": "unknown",
  "rust chef": "is-musl",
  nodesource: "uses-glibc",
  "tini url": "uses-glibc",
};

describe("Dockerfiles as people write them", () => {
  it.each(TYPICAL.map(([name]) => name))("are planned: %s", async (name) => {
    const [, dockerfile = "", files = {}] = TYPICAL.find(([one]) => one === name) ?? [];
    expect((await plan(dockerfile, files)).split(" ", 1)).toEqual([OTHERS[name] ?? "uses-musl"]);
  });
});
