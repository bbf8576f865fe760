import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { IMAGES, writeImages } from "../../examples/images.mjs";
import { cacheServer } from "../support/cache-service.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitRepository } from "../support/git-repository.ts";
import { PULL, REPOSITORY, startGitHubApi } from "../support/github-api.ts";
import { startImageRegistry } from "../support/image-registry.ts";
import { describeWith } from "../support/parts.ts";
import { runAction } from "./action-runner.ts";

// The bundle has of GitHub's clients only what the Action reaches (scripts/left-out.mjs): all that it reaches is asked for here.
const folder = temporaryFolder();
writeImages(join(folder.path, "images"));
const service = await cacheServer();
afterAll(() => service.close());

// The client packs with the runner's own tar.
describeWith({ programs: ["tar"] }, "facts between two runs of the Action", () => {
  const facts = join(folder.path, "facts");
  const run = () =>
    runAction(
      {
        images: join(folder.path, "images/shop-api.tar"),
        corefile: join(process.cwd(), "examples/cluster/node-local-dns.yaml"),
        "cache-dir": facts,
      },
      { env: { ...service.env, GITHUB_WORKSPACE: folder.path } },
    );

  it("go up as a blob, and come down again", async () => {
    mkdirSync(facts);
    const entry = `${"a".repeat(64)}.json`;
    // More than one range of a download, and nothing that zstd makes small.
    const text = JSON.stringify(randomBytes(5_000_000).toString("base64"));
    folder.write(join("facts", entry), text);
    const first = await run();
    expect(first.out).not.toMatch(/Failed to|was not (?:restored|saved)/);
    expect(first.outputs.outcome).toBe("affected");
    expect(service.saved).toHaveLength(1);
    expect([...service.blobs.keys()]).toEqual([`/facts/${service.saved[0]}`]);
    rmSync(facts, { recursive: true });
    service.asked.length = 0;
    const second = await run();
    expect(second.out).not.toMatch(/Failed to|was not (?:restored|saved)/);
    expect(second.outputs.outcome).toBe("affected");
    expect(readdirSync(facts)).toContain(entry);
    expect(readFileSync(join(facts, entry), "utf8")).toBe(text);
    // The store's own client reads it: it asks how long a blob is, then for its parts.
    expect(service.asked.slice(0, 3)).toEqual([
      "GetCacheEntryDownloadURL",
      `HEAD /facts/${service.saved[0]}`,
      `GET /facts/${service.saved[0]}`,
    ]);
    expect(service.saved).toHaveLength(1);
  });
});

/** Lets through to one port whatever it is asked to connect to, and notes for whom. */
async function proxyTo(port: number) {
  const hosts: string[] = [];
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on("connect", (request, socket) => {
    hosts.push(request.url ?? "");
    const way = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      way.pipe(socket).pipe(way);
    });
    way.on("error", () => socket.destroy());
    socket.on("error", () => way.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hosts,
    close: () => proxy.close(),
  };
}

describe("GitHub's API behind a proxy", () => {
  it("gets the comment of a pull request", async () => {
    const registry = await startImageRegistry({ "shop/api:1.0": IMAGES["shop-api"]! });
    const api = await startGitHubApi();
    const proxy = await proxyTo(Number(new URL(api.url).port));
    const repository = gitRepository(join(folder.path, "checkout"));
    const corefile = readFileSync("examples/cluster/node-local-dns.yaml", "utf8");
    const base = repository.commit({ "cluster/node-local-dns.yaml": corefile });
    const head = repository.commit({
      "cluster/node-local-dns.yaml": corefile,
      "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ${registry.host}/shop/api:1.0\n`,
    });
    const full = `${REPOSITORY.owner}/${REPOSITORY.name}`;
    const repo = { full_name: full };
    const ran = await runAction(
      { "github-token": "ghs_token" },
      {
        cwd: repository.path,
        event: {
          name: "pull_request",
          payload: {
            pull_request: {
              number: PULL,
              base: { sha: base, repo },
              head: { sha: head, repo },
              user: { login: "someone" },
            },
          },
        },
        env: {
          GITHUB_API_URL: "http://api.github.example",
          GITHUB_REPOSITORY: full,
          http_proxy: proxy.url,
          no_proxy: "127.0.0.1",
        },
      },
    );
    expect(ran.code).toBe(1);
    expect(new Set(proxy.hosts)).toEqual(new Set(["api.github.example:80"]));
    expect(api.comments).toHaveLength(1);
    proxy.close();
    await Promise.all([api.close(), registry.close()]);
  });
});
