/** A bucket of S3, or of what speaks like it, as a store. Must take no entry's place, nor follow where it is sent. */
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { setTimeout as delay } from "node:timers/promises";
import { MuslgateError, messageOf } from "../model/error.ts";
import { type S3Credentials, type Fetch, s3Credentials } from "./s3-credentials.ts";
import { MOST_ENTRY, type Store } from "./store.ts";

/** The outside. */
export interface S3Ports {
  readonly env: NodeJS.ProcessEnv;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Those of a process. */
export function s3Ports(env: NodeJS.ProcessEnv): S3Ports {
  return { env, fetch: (url, init) => fetch(url, init), now: () => Date.now(), sleep: (time) => delay(time) };
}

/** Tries after a first one that failed in a passing way, and the wait before the first of them in milliseconds. */
const RETRIES = 4;
const WAIT = 200;
/** Credentials that end within this time are asked for anew. */
const SOON = 5 * 60_000;
/** Milliseconds for one request. */
const TIMEOUT = 120_000;

/** Opens `s3://BUCKET/PREFIX`. Throws MuslgateError (`usage`) for another word. */
export function s3Store(written: string, ports: S3Ports): Store {
  const { env } = ports;
  const [, bucket, prefix = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./=-]*))?$/.exec(written) ?? [];
  const parts = prefix.split("/").filter((part) => part !== "");
  if (bucket === undefined || parts.some((part) => part === "." || part === ".."))
    throw new MuslgateError("usage", `the store is "${written}"`, "Write a bucket as s3://BUCKET/PREFIX.");
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || "us-east-1";
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  if (endpoint && !URL.canParse(endpoint))
    throw new MuslgateError("usage", `AWS_ENDPOINT_URL_S3 is "${endpoint}"`, "Write it as https://HOST.");
  // A bucket with a dot in its name is no name of a certificate.
  const byPath = endpoint || bucket.includes(".");
  const root = byPath
    ? `${(endpoint || `https://s3.${region}.amazonaws.com`).replace(/\/+$/, "")}/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com`;
  const addressOf = (key: string) => [root, ...parts, key.slice(0, 2), `${key}.json`].join("/");
  // Google's answer to If-None-Match is 400; its own header says the same (Cloud Storage, XML API headers).
  const isGoogle = new URL(root).hostname.endsWith("storage.googleapis.com");
  const [onlyNew, value] = isGoogle ? ["x-goog-if-generation-match", "0"] : ["if-none-match", "*"];

  let credentials: Promise<S3Credentials> | undefined;
  let until = Number.POSITIVE_INFINITY;
  const signer = async (): Promise<AwsClient> => {
    if (credentials === undefined || until - ports.now() < SOON) {
      credentials = s3Credentials(env, region, ports.fetch);
      credentials.catch(() => {
        credentials = undefined;
      });
      until = (await credentials).expires ?? Number.POSITIVE_INFINITY;
    }
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials;
    return new AwsClient({ accessKeyId, secretAccessKey, sessionToken, service: "s3", region, retries: 0 });
  };

  /** Why it was given up: each of many entries would wait as long. */
  let gone: MuslgateError | undefined;
  /** One request, tried again where that may help; its status is one of these. */
  const ask = async (key: string, init: RequestInit, statuses: readonly number[]): Promise<Response> => {
    if (gone !== undefined) throw gone;
    for (let tries = 0; ; tries++) {
      let why: string;
      try {
        const signed = await (await signer()).sign(addressOf(key), init);
        const response = await ports.fetch(signed.url, {
          method: signed.method,
          headers: signed.headers,
          body: init.body,
          redirect: "manual",
          signal: AbortSignal.timeout(TIMEOUT),
        });
        if (statuses.includes(response.status)) return response;
        why = `${init.method} of ${key} is answered with status ${response.status}`;
        const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(await upTo(response, 64 * 1024))?.[1];
        if (code !== undefined) why += ` (${code})`;
        // 409: another one was just putting the same (Amazon S3, "Conditional writes").
        if (![408, 409, 429, 500, 502, 503, 504].includes(response.status)) throw refused(written, why);
      } catch (error) {
        if (error instanceof MuslgateError) throw error;
        why = messageOf(error);
      }
      if (tries >= RETRIES) {
        gone = failing(written, why);
        throw gone;
      }
      await ports.sleep(WAIT * 2 ** tries);
    }
  };

  const get = async (key: string): Promise<string | undefined> => {
    const response = await ask(key, { method: "GET" }, [200, 404]);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return await upTo(response, MOST_ENTRY);
  };
  return {
    name: written,
    get,
    async add(key, entry) {
      // Signed with its content: nothing on the way can change what is kept.
      const hash = createHash("sha256").update(entry).digest("hex");
      const headers = { "content-type": "application/json", "x-amz-content-sha256": hash, [onlyNew]: value };
      const response = await ask(key, { method: "PUT", headers, body: entry }, [200, 412]);
      await response.body?.cancel();
      if (response.status === 200) return undefined;
      const there = await get(key);
      if (there === undefined) throw failing(written, `${key} is there and is not`);
      return there;
    },
  };
}

/** Its text. Throws where it has more bytes than that. */
async function upTo(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > most)
      throw new MuslgateError("limit", `an entry of the store has more than ${most} bytes`, "Take it away.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function refused(store: string, why: string): MuslgateError {
  return new MuslgateError(
    "registry",
    `the store ${store} refuses: ${why}`,
    "Check the bucket, the region, and that this role may get its objects, and put them where it is to write.",
  );
}

function failing(store: string, why: string): MuslgateError {
  return new MuslgateError(
    "registry",
    `the store ${store} cannot be reached: ${why}`,
    "Run it again; what is there is kept.",
  );
}
