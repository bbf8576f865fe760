import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGES } from "../../examples/images.mjs";
import { OPTIONS } from "../../src/settings/options.ts";
import type { TestServer } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { PULL, REPOSITORY, startGitHubApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { muslgate, runAction } from "../support/in-process.ts";

const folder = temporaryFolder();
let registry: TestServer;
beforeAll(async () => {
  registry = await startImageRegistry({ "shop/api:1.0": { ...IMAGES["shop-api"]!, config: CONFIG } });
});
afterAll(() => registry.close());

/** What somebody puts where a person, a terminal, a page or the runner will read it. */
const EVIL =
  "\u001b[2J\u202eevil ::error::pwned `@team` <script>x</script> [a](http://evil.example) #1 ![b](x)|";
const LINE = `\n::error::pwned\n::add-mask::x\n::set-output name=a::b\n${EVIL}`;
const CONFIG = {
  Entrypoint: ["node", LINE],
  Labels: { "org.opencontainers.image.base.name": LINE },
  Env: ["PATH=/usr/local/bin", `EVIL=${LINE}`],
};

/** File names may hold anything but a slash and a NUL. */
const FILES = (host: string): Record<string, string> => ({
  [`deploy${LINE.replaceAll("/", "∕")}.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${JSON.stringify(LINE)}
spec:
  template:
    spec:
      dnsConfig:
        searches: [${JSON.stringify(LINE)}]
      containers:
        - name: ${JSON.stringify(EVIL)}
          image: ${host}/shop/api:1.0
          args: [${JSON.stringify(LINE)}]
        - name: other
          image: ${JSON.stringify(`${host}/shop/api:1.0${LINE}`)}
        - name: third
          image: "{{ ${JSON.stringify(EVIL).slice(1, -1)} }}"
`,
  [`cluster/core${LINE.replaceAll("/", "∕")}/Corefile`]: `# ${EVIL}
.:53 {
    template ANY AAAA {
        rcode NXDOMAIN
    }
    # ::error::pwned
    forward . /etc/resolv.conf # ${EVIL}
}
`,
  [`evil${EVIL.replaceAll("/", "∕")}.tf`]: `resource "google_container_cluster" "x" {\n  name = "\${evil}"\n  min_master_version = ${JSON.stringify(EVIL)}\n`,
  Dockerfile: `FROM ${host}/shop/api:1.0 AS x${EVIL.replace(/\s/g, "")}\nFROM $\{${"evil"}}\n`,
  "docker-compose.yml": `services:\n  ${JSON.stringify(EVIL)}:\n    image: ${JSON.stringify(LINE)}\n`,
});

function repository(): string {
  const path = join(folder.path, crypto.randomUUID());
  for (const [file, text] of Object.entries(FILES(registry.host))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

/** Nothing a terminal obeys but its colours and line breaks. */
const OBEYED =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\u001b(?!\[\d*m)/;

/** Markdown outside of code and HTML comments: what acts must not be there. */
function acting(markdown: string): RegExpExecArray | null {
  const outside = markdown.replace(/^```[\s\S]*?^```$/gm, "").replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  return /<script|\]\(http:\/\/evil|(?<!\\)!\[|@team|https?:\/\/evil|^::/m.exec(outside);
}

describe("a repository that means harm", () => {
  it("is inert in every format of the command line", async () => {
    const path = repository();
    for (const format of OPTIONS.format.choices) {
      for (const color of ["never", "always"]) {
        const { out, err } = await muslgate(["repo", "--format", format, "--color", color], {}, path);
        expect(out, format).not.toMatch(OBEYED);
        expect(err, format).not.toMatch(OBEYED);
        expect(out, format).not.toMatch(/^::/m);
        if (format === "markdown") expect(acting(out)).toBeNull();
        if (format === "json") expect(JSON.parse(out).summary.affected).toBeGreaterThan(0);
        if (format === "table") expect(out).toContain("affected");
      }
    }
  });

  it("is inert in the Action's log, summary, outputs and comment", async () => {
    const api = await startGitHubApi();
    const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
    const ran = await runAction(
      { "github-token": "t", base: "none" },
      {
        cwd: repository(),
        event: {
          name: "pull_request",
          payload: {
            pull_request: {
              number: PULL,
              base: { sha: "1".repeat(40), repo: { full_name: full } },
              head: { sha: "2".repeat(40), ref: LINE, repo: { full_name: full } },
              title: LINE,
            },
          },
        },
        env: { GITHUB_API_URL: api.url, GITHUB_REPOSITORY: full, GITHUB_RUN_ID: "1" },
      },
    );
    await api.close();
    expect(ran.out).not.toMatch(/[\u202a-\u202e]|\u001b(?!\[\d*m)/);
    // Every command is one of ours, and none is between the token that stops them and the one that lets them go on.
    const [, stopped = ""] = /^::stop-commands::(\S+)$/m.exec(ran.out) ?? [];
    expect(stopped).not.toBe("");
    const [before = "", , after = ""] = ran.out.split(`${stopped}`);
    for (const part of [before, after]) {
      for (const [command] of part.matchAll(/^::.*$/gm)) {
        expect(command).toMatch(/^::(?:stop-commands::|add-mask::t|(?:error|warning|notice)(?: |::)|$)/);
        expect(command).not.toMatch(/^::error::pwned/);
      }
    }
    expect(ran.summary).not.toMatch(OBEYED);
    expect(acting(ran.summary)).toBeNull();
    expect(Object.keys(ran.outputs).sort()).toEqual([
      "affected",
      "json-file",
      "outcome",
      "sarif-file",
      "unknown",
    ]);
    const [comment] = api.comments;
    expect(comment?.body).not.toMatch(OBEYED);
    expect(acting(comment?.body ?? "")).toBeNull();
  });
});
