/** A bucket on loopback that believes no signature it has not worked out itself. Must answer as S3's API reference says. */
import { createHash, createHmac } from "node:crypto";
import { startServer, type Seen, type TestServer } from "./faulty-registry.ts";

/** Who may sign. */
export interface S3Keys {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

/** A server, and what is in it by path. */
export interface S3Server extends TestServer {
  readonly objects: Map<string, string>;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Starts it; `fault` may give a status to answer with instead. `header` is the one that keeps an object that is there. */
export async function startS3(
  keys: S3Keys,
  fault: (seen: Seen, count: number) => number | undefined = () => undefined,
): Promise<S3Server> {
  const objects = new Map<string, string>();
  let count = 0;
  const server = await startServer((seen, response) => {
    const end = (status: number, code = "") =>
      void response.writeHead(status).end(code === "" ? "" : `<Error><Code>${code}</Code></Error>`);
    const status = fault(seen, count++);
    if (status !== undefined) return end(status, "Told");
    if (problemOf(seen, keys) !== undefined) return end(403, problemOf(seen, keys));
    const there = objects.get(seen.url);
    if (seen.method === "GET") {
      if (there === undefined) return end(404, "NoSuchKey");
      return void response.writeHead(200).end(there);
    }
    if (seen.method !== "PUT") return end(405, "MethodNotAllowed");
    if (seen.headers["if-none-match"] !== "*") return end(400, "NotConditional");
    if (there !== undefined) return end(412, "PreconditionFailed");
    objects.set(seen.url, seen.body);
    return end(200);
  });
  return { ...server, objects };
}

/** Signature version 4 (Amazon S3 API reference, "Authenticating Requests: Using the Authorization Header"). */
function problemOf({ method, url, headers, body }: Seen, { id, secret, token }: S3Keys): string | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (match === null) return "AccessDenied";
  const [, who, day = "", region = "", signed = "", signature] = match;
  if (who !== id) return "InvalidAccessKeyId";
  if (headers["x-amz-security-token"] !== token) return "InvalidToken";
  const names = signed.split(";");
  const needed = [
    "host",
    "x-amz-content-sha256",
    "x-amz-date",
    ...(method === "PUT" ? ["if-none-match"] : []),
  ];
  if (needed.some((one) => !names.includes(one))) return "SignatureIncomplete";
  const content = String(headers["x-amz-content-sha256"]);
  if (method === "PUT" ? content !== sha256(body) : content !== "UNSIGNED-PAYLOAD" && content !== sha256(""))
    return "XAmzContentSHA256Mismatch";
  const time = String(headers["x-amz-date"]);
  if (!/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(day)) return "RequestTimeTooSkewed";
  const canonical = [
    method,
    url,
    "",
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    content,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}
