/** A registry on loopback that keeps what is pushed. Must take nothing without a token for its scope, nor a blob under another digest. */
import { digestOf, type Seen, sendBytes, sendJson, startServer, type TestServer } from "./faulty-registry.ts";

/** It, and what it has; tests may change that. */
export interface UploadRegistry extends TestServer {
  readonly blobs: Map<string, Buffer>;
  /** Manifests by `NAME:TAG`. */
  readonly tags: Map<string, Buffer>;
}

/** The only login. */
export const LOGIN = { username: "robot", password: "pass word" };

/** Starts it. `before` sees each request first; `uploads` says where blobs are to be put, if not here. */
export async function startUploadRegistry(
  before: (seen: Seen) => void = () => {},
  uploads: () => string = () => "",
): Promise<UploadRegistry> {
  const blobs = new Map<string, Buffer>();
  const tags = new Map<string, Buffer>();
  const basic = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64")}`;
  const server: TestServer = await startServer((seen, response) => {
    before(seen);
    const { pathname, searchParams } = new URL(seen.url, "http://registry");
    if (pathname === "/token") {
      if (seen.headers.authorization !== basic) return void sendJson(response, 401, {});
      return void sendJson(response, 200, {
        token: Buffer.from(searchParams.get("scope") ?? "").toString("hex"),
      });
    }
    if (pathname === "/v2/") return void sendJson(response, 200, {});
    const [, name, kind, what = ""] =
      /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(pathname) ?? [];
    if (name === undefined) return void sendJson(response, 404, {});
    const scope = `repository:${name}:${seen.method === "GET" ? "pull" : "pull,push"}`;
    const token = Buffer.from((seen.headers.authorization ?? "").slice("Bearer ".length), "hex").toString();
    if (!token.startsWith(scope)) {
      const challenge = `Bearer realm="http://${server.host}/token",service="here",scope="${scope}"`;
      return void sendJson(response, 401, {}, { "www-authenticate": challenge });
    }
    if (seen.method === "POST")
      return void sendJson(
        response,
        202,
        {},
        { location: `${uploads()}/v2/${name}/blobs/uploads/1?_state=a%20b` },
      );
    const body = Buffer.from(seen.body);
    if (seen.method === "PUT" && kind === "blobs/uploads") return takeBlob(blobs, seen, sendTo(response));
    if (seen.method === "PUT") {
      tags.set(`${name}:${what}`, body);
      return void sendJson(response, 201, {});
    }
    const bytes = kind === "manifests" ? tags.get(`${name}:${what}`) : blobs.get(what);
    if (bytes === undefined) return void sendJson(response, 404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
    const type =
      kind === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
    sendBytes(seen, response, bytes, type);
  });
  return { ...server, blobs, tags };
}

const sendTo = (response: Parameters<typeof sendJson>[0]) => (status: number) =>
  void sendJson(response, status, {});

/** Keeps the blob of a PUT that ends an upload. */
export function takeBlob(
  blobs: Map<string, Buffer>,
  { url, body }: Seen,
  answer: (status: number) => void,
): void {
  const { searchParams } = new URL(url, "http://registry");
  const bytes = Buffer.from(body);
  const isRight = searchParams.get("digest") === digestOf(bytes) && searchParams.get("_state") === "a b";
  if (isRight) blobs.set(digestOf(bytes), bytes);
  answer(isRight ? 201 : 400);
}
