/** A registry on loopback that misbehaves on purpose. Must answer right wherever a test does not say otherwise. */
import type { Digest } from "../../src/model/digest.ts";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Takes a request over; resolves or returns false to have it answered right. `count` counts this URL's requests. */
export type Fault = (
  seen: Seen,
  response: ServerResponse,
  count: number,
) => boolean | undefined | Promise<boolean | undefined>;

/** PEM texts of a server. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A server of a test. */
export interface TestServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

/** The blobs and manifests of one made-up image. */
export interface MadeImage {
  readonly manifest: Buffer;
  readonly manifestDigest: Digest;
  readonly config: Buffer;
  readonly configDigest: Digest;
  readonly layer: Buffer;
  readonly layerDigest: Digest;
}

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** An image of one layer that is no real tar: sources do not look inside. */
export function makeImage(
  change: { config?: object; manifest?: object; layerBytes?: number } = {},
): MadeImage {
  const layer = Buffer.alloc(change.layerBytes ?? 100_000, "0123456789");
  const config = Buffer.from(
    JSON.stringify({
      os: "linux",
      architecture: "amd64",
      config: { Cmd: ["/bin/sh"] },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
      ...change.config,
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: digestOf(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          digest: digestOf(layer),
          size: layer.length,
        },
      ],
      ...change.manifest,
    }),
  );
  return {
    manifest,
    manifestDigest: digestOf(manifest),
    config,
    configDigest: digestOf(config),
    layer,
    layerDigest: digestOf(layer),
  };
}

/** Starts a server that hands every request to one function. */
export async function startServer(
  answer: (seen: Seen, response: ServerResponse) => void | Promise<void>,
  tls?: KeyAndCertificate,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      void answer(one, response);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with bytes, in part where a `Range` asks for it. */
export function sendBytes(seen: Seen, response: ServerResponse, bytes: Buffer, type: string): void {
  const match = /^bytes=(\d+)-(\d*)$/.exec(seen.headers.range ?? "");
  const from = Number(match?.[1] ?? 0);
  const to = match?.[2] ? Math.min(Number(match[2]) + 1, bytes.length) : bytes.length;
  response.writeHead(match ? 206 : 200, {
    "content-type": type,
    "content-length": to - from,
    ...(match ? { "content-range": `bytes ${from}-${to - 1}/${bytes.length}` } : {}),
  });
  response.end(bytes.subarray(from, to));
}

/** Starts a registry that has one image under the tag `1`, and lets a fault go first. */
export async function startFaultyRegistry(
  fault: Fault = () => false,
  image: MadeImage = makeImage(),
  manifestType = "application/vnd.oci.image.manifest.v1+json",
  tls?: KeyAndCertificate,
): Promise<TestServer> {
  const counts = new Map<string, number>();
  return await startServer(async (seen, response) => {
    const count = (counts.get(seen.url) ?? 0) + 1;
    counts.set(seen.url, count);
    if (await fault(seen, response, count)) return;
    const path = seen.url.split("?")[0] ?? "";
    if (/\/manifests\/(?:1|latest)$/.test(path) || path.endsWith(`/manifests/${image.manifestDigest}`)) {
      return sendBytes(seen, response, image.manifest, manifestType);
    }
    if (path.endsWith(`/blobs/${image.configDigest}`)) {
      return sendBytes(seen, response, image.config, "application/octet-stream");
    }
    if (path.endsWith(`/blobs/${image.layerDigest}`)) {
      return sendBytes(seen, response, image.layer, "application/octet-stream");
    }
    sendJson(response, 404, { errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });
  }, tls);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
  return true;
}
