/** GitHub's cache service and the blob store behind it, on loopback, reached as through a proxy. Must keep what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands for the runner's service. */
export interface CacheServer {
  /** What the runner tells an Action of it, with the token of the job. */
  readonly env: Readonly<Record<string, string>>;
  /** Archives by the name of their blob. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Keys whose archive is complete, in the order in which they were. */
  readonly saved: readonly string[];
  /** What was asked, as "GET name" for blobs and by name for calls. */
  readonly asked: string[];
  close(): void;
}

/** Clients take their way with blobs for hosts of this name alone. */
const BLOBS = "http://muslgate.blob.core.windows.net/";

/** Starts one. Every request comes as to a proxy, with its whole address. */
export async function cacheServer(): Promise<CacheServer> {
  const blobs = new Map<string, Buffer>();
  const blocks = new Map<string, Buffer>();
  const saved: string[] = [];
  const asked: string[] = [];
  const calls: Record<string, (call: Call) => object> = {
    CreateCacheEntry: ({ key }) => ({
      ok: true,
      signed_upload_url: `${BLOBS}facts/${key}?sig=up`,
      message: "",
    }),
    FinalizeCacheEntryUpload: ({ key }) => {
      saved.push(key);
      return { ok: true, entry_id: String(saved.length), message: "" };
    },
    GetCacheEntryDownloadURL: ({ key, restore_keys: others = [] }) => {
      const found =
        saved.find((one) => one === key) ??
        saved.find((one) => others.some((other) => one.startsWith(other)));
      return found === undefined
        ? { ok: false, signed_download_url: "", matched_key: "" }
        : { ok: true, signed_download_url: `${BLOBS}facts/${found}?sig=down`, matched_key: found };
    },
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", BLOBS);
    const body = await bodyOf(request);
    const call = calls[url.pathname.split("/").at(-1) ?? ""];
    if (url.pathname.startsWith("/twirp/") && call !== undefined) {
      asked.push(url.pathname.split("/").at(-1) ?? "");
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(call(JSON.parse(body.toString()) as Call)));
      return;
    }
    asked.push(`${request.method} ${url.pathname}`);
    blob(request, response, url, body, blobs, blocks);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    // Tokens of the runner are not looked into.
    env: {
      ACTIONS_RESULTS_URL: `${here}/`,
      ACTIONS_RUNTIME_TOKEN: "none",
      ACTIONS_CACHE_SERVICE_V2: "true",
      GITHUB_SERVER_URL: "https://github.com",
      http_proxy: here,
      HTTP_PROXY: here,
      no_proxy: "127.0.0.1",
    },
    blobs,
    saved,
    asked,
    close: () => server.close(),
  };
}

interface Call {
  readonly key: string;
  readonly restore_keys?: readonly string[];
}

/** A blob is put whole, or as blocks and then their list, and read by ranges. */
function blob(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams }: URL,
  body: Buffer,
  blobs: Map<string, Buffer>,
  blocks: Map<string, Buffer>,
): void {
  response.setHeader("x-ms-version", "2026-02-06");
  if (request.method === "PUT") {
    if (searchParams.get("comp") === "block") blocks.set(searchParams.get("blockid") ?? "", body);
    else if (searchParams.get("comp") === "blocklist")
      blobs.set(
        pathname,
        Buffer.concat(
          [...body.toString().matchAll(/<Latest>([^<]+)</g)].map(([, id = ""]) => blocks.get(id) as Buffer),
        ),
      );
    else blobs.set(pathname, body);
    response.writeHead(201, { etag: '"1"' }).end();
    return;
  }
  const whole = blobs.get(pathname);
  if (whole === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [, from = "0", to = String(whole.length - 1)] =
    /^bytes=(\d+)-(\d+)/.exec(String(request.headers["x-ms-range"] ?? request.headers.range ?? "")) ?? [];
  const part = request.method === "HEAD" ? whole : whole.subarray(Number(from), Number(to) + 1);
  response.writeHead(request.method === "HEAD" ? 200 : 206, {
    etag: '"1"',
    "content-length": part.length,
    "content-range": `bytes ${from}-${to}/${whole.length}`,
    "x-ms-blob-type": "BlockBlob",
  });
  response.end(request.method === "HEAD" ? undefined : part);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
