import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type Limits } from "../../../../src/image/limits.ts";
import type { Credential, Found } from "../../../../src/image/source/registry/credentials.ts";
import {
  createRegistrySource,
  type RegistryOptions,
} from "../../../../src/image/source/registry/registry-source.ts";
import { Secret } from "../../../../src/image/source/registry/secret.ts";
import { MuslgateError } from "../../../../src/model/error.ts";
import {
  digestOf,
  type Fault,
  type MadeImage,
  makeImage,
  type Seen,
  sendBytes,
  sendJson,
  startFaultyRegistry,
  startServer,
  type TestServer,
} from "../../../support/faulty-registry.ts";

const PASSWORD = "hunter2-is-secret";
const TOKENS = ["first-token-0123", "second-token-4567"];
const SECRETS = [PASSWORD, ...TOKENS, Buffer.from(`me:${PASSWORD}`).toString("base64"), "signed-secret"];
const LIMITS: Limits = { ...DEFAULT_LIMITS, idleMilliseconds: 250, documentBytes: 256 * 1024 };
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

const PASSWORD_CREDENTIAL: Credential = { kind: "password", username: "me", password: new Secret(PASSWORD) };

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function started(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting;
  servers.push(server);
  return server;
}

interface Result {
  readonly bytes?: Buffer;
  readonly error?: MuslgateError;
  readonly waits: readonly number[];
  readonly diagnostics: readonly string[];
}

/** Opens `HOST/team/app:1` and reads its layer, as a scan would. */
async function pull(
  server: TestServer,
  options: Partial<Omit<RegistryOptions, "credentials">> & {
    credential?: Credential;
    reference?: string;
  } = {},
): Promise<Result> {
  const waits: number[] = [];
  let asked = 0;
  const found: Found = {
    problems: [],
    ...(options.credential ? { credential: options.credential, from: "a test" } : {}),
  };
  const source = createRegistrySource({
    limits: LIMITS,
    env: {},
    ports: {
      now: () => asked++,
      today: () => Date.UTC(2026, 10, 26, 12, 0, 0),
      random: () => 0.5,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    },
    ...options,
    credentials: { find: async () => found },
  });
  const written = options.reference ?? `${server.host}/team/app:1`;
  const signal = AbortSignal.timeout(50_000);
  try {
    const opened = await source.open({
      reference: written,
      written,
      platform: { os: "linux", architecture: "amd64" },
      signal,
    });
    const chunks: Uint8Array[] = [];
    try {
      for (const { blob, digest } of opened.images[0]?.layers ?? []) {
        if (blob.kind !== "stream") throw new Error("not a stream");
        for await (const chunk of await blob.open(signal)) chunks.push(chunk);
        expect(digestOf(Buffer.concat(chunks))).toBe(digest);
      }
    } finally {
      await opened.close();
    }
    const diagnostics = opened.diagnostics.map(({ code, message }) => `${code}: ${message}`);
    return { bytes: Buffer.concat(chunks), diagnostics, waits };
  } catch (error) {
    if (!(error instanceof MuslgateError)) throw error;
    return { error, diagnostics: [], waits };
  }
}

/** Everything an error could show. */
function everything(error: unknown): string {
  const told =
    error instanceof Error ? `${error.message} ${error.stack} ${everything(error.cause)}` : String(error);
  const hint = error instanceof MuslgateError ? error.hint : "";
  return `${told} ${hint} ${inspect(error, { depth: 12, showHidden: true })} ${JSON.stringify(error)}`;
}

function expectNothingLeaked(result: Result): void {
  const shown = result.error ? everything(result.error) : result.diagnostics.join();
  for (const secret of SECRETS) expect(shown).not.toContain(secret);
}

const isManifest = ({ url }: Seen) => url.includes("/manifests/");
const isLayer =
  (image: MadeImage) =>
  ({ url }: Seen) =>
    url.includes(image.layerDigest);

/** Sends the head and the first bytes, then breaks the connection. */
function cut(response: ServerResponse, bytes: Buffer, after: number): true {
  response.writeHead(200, { "content-length": bytes.length });
  response.write(bytes.subarray(0, after), () => setTimeout(() => response.destroy(), 20));
  return true;
}

const image = makeImage();
const layer = isLayer(image);
const index = (manifests: object[]) => Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
const errorBody = (code: string, message: string) => ({ errors: [{ code, message }] });
const end = (response: ServerResponse, status: number, body: string | Buffer, type = "text/plain"): true => {
  response.writeHead(status, { "content-type": type });
  response.end(body);
  return true;
};

describe("what passes by itself ends in the right answer", () => {
  const cases: Record<string, { fault: Fault; waits?: number[] }> = {
    "no fault at all": { fault: () => false, waits: [] },
    "429 with Retry-After in seconds, then success": {
      fault: (_, response, count) => count < 3 && sendJson(response, 429, {}, { "retry-after": "2" }),
    },
    "429 without Retry-After": {
      fault: (seen, response, count) => isManifest(seen) && count === 1 && sendJson(response, 429, {}),
      waits: [375],
    },
    "500, 502 and 503 in a row": {
      fault: (seen, response, count) =>
        layer(seen) && count <= 3 && end(response, [500, 502, 503][count - 1]!, "no"),
      waits: [375, 750, 1500],
    },
    "a connection closed before the answer": {
      fault: (seen, response, count) => {
        if (!layer(seen) || count > 1) return false;
        response.destroy();
        return true;
      },
    },
    "silence instead of an answer, once": { fault: (seen, _, count) => isManifest(seen) && count === 1 },
    "a layer cut in the middle": {
      fault: (seen, response, count) => layer(seen) && count === 1 && cut(response, image.layer, 40_000),
      waits: [375],
    },
    "a layer cut three times": {
      fault: (seen, response) => {
        const from = Number(/bytes=(\d+)-/.exec(seen.headers.range ?? "")?.[1] ?? 0);
        if (!layer(seen) || from >= 75_000) return false;
        const left = image.layer.subarray(from);
        response.writeHead(from > 0 ? 206 : 200, {
          "content-length": left.length,
          ...(from > 0 ? { "content-range": `bytes ${from}-99999/100000` } : {}),
        });
        response.write(left.subarray(0, 25_000), () => setTimeout(() => response.destroy(), 10));
        return true;
      },
    },
    "a cut layer whose rest is sent from the start": {
      fault: (seen, response, count) => {
        if (!layer(seen)) return false;
        if (count === 1) return cut(response, image.layer, 40_000);
        return end(response, 200, image.layer);
      },
    },
    "a chunked layer that ends too early without an error": {
      fault: (seen, response, count) => {
        if (!layer(seen) || count > 1) return false;
        return end(response, 200, image.layer.subarray(0, 10));
      },
    },
    "a layer that falls silent in the middle": {
      fault: (seen, response, count) => {
        if (!layer(seen) || count > 1) return false;
        response.writeHead(200, { "content-length": image.layer.length });
        response.write(image.layer.subarray(0, 50_000));
        return true;
      },
    },
    "a manifest cut in the middle": {
      fault: (seen, response, count) => isManifest(seen) && count === 1 && cut(response, image.manifest, 100),
    },
    "HEAD refused": { fault: ({ method }, response) => method === "HEAD" && end(response, 405, "") },
    "Range refused by a server that has never heard of it": {
      fault: (seen, response) => seen.headers.range !== undefined && end(response, 200, image.layer),
    },
    "a layer labelled as gzip-encoded": {
      fault: (seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(200, { "content-encoding": "gzip", "content-length": image.layer.length });
        response.end(image.layer);
        return true;
      },
    },
    "a manifest sent as application/json": {
      fault: (seen, response) => isManifest(seen) && end(response, 200, image.manifest, "application/json"),
    },
  };
  it.each(Object.entries(cases))("%s", async (_, { fault, waits }) => {
    const server = await started(startFaultyRegistry(fault, image));
    const result = await pull(server);
    expect(result.error).toBeUndefined();
    expect(result.bytes?.equals(image.layer)).toBe(true);
    if (waits) expect(result.waits).toEqual(waits);
  });

  it("waits as long as Retry-After says", async () => {
    const server = await started(
      startFaultyRegistry((seen, response, count) => {
        return isManifest(seen) && count === 1 && sendJson(response, 429, {}, { "retry-after": "7" });
      }),
    );
    expect((await pull(server)).waits).toEqual([7_000]);
  });
  it("waits until the date that Retry-After says, by its own clock", async () => {
    const server = await started(
      startFaultyRegistry((seen, response, count) => {
        const date = "Thu, 26 Nov 2026 12:00:09 GMT";
        return isManifest(seen) && count === 1 && sendJson(response, 429, {}, { "retry-after": date });
      }),
    );
    expect((await pull(server)).waits).toEqual([9_000]);
  });

  it("a cut layer goes on where it stopped, and asks for nothing twice", async () => {
    const server = await started(
      startFaultyRegistry(
        (seen, response, count) => layer(seen) && count === 1 && cut(response, image.layer, 65_536),
      ),
    );
    expect((await pull(server)).bytes?.length).toBe(100_000);
    const ranges = server.seen.filter(layer).map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });
});

describe("what does not pass ends in an error that says what to do", () => {
  const config =
    (bytes: Buffer): Fault =>
    (seen, response) =>
      seen.url.includes(image.configDigest) && end(response, 200, bytes);
  const manifest =
    (bytes: Buffer | string, type?: string): Fault =>
    (seen, response) =>
      isManifest(seen) && end(response, 200, bytes, type ?? "application/vnd.oci.image.manifest.v1+json");
  const cases: Record<string, { fault: Fault; code: string; words: string }> = {
    "429 for ever": {
      fault: (_, response) => sendJson(response, 429, errorBody("TOOMANYREQUESTS", "slow down")),
      code: "registry",
      words: "limits how often",
    },
    "429 with an hour to wait": {
      fault: (_, response) => sendJson(response, 429, {}, { "retry-after": "3600" }),
      code: "registry",
      words: "limits how often",
    },
    "500 for ever": {
      fault: (_, response) => end(response, 500, "oops"),
      code: "registry",
      words: "status 500",
    },
    "no such tag": {
      fault: (seen, response) =>
        isManifest(seen) && sendJson(response, 404, errorBody("MANIFEST_UNKNOWN", "manifest unknown")),
      code: "registry",
      words: "has no manifest 1",
    },
    "no such repository": {
      fault: (_, response) => sendJson(response, 404, errorBody("NAME_UNKNOWN", "repository name not known")),
      code: "registry",
      words: "has no repository team/app",
    },
    "access denied": {
      fault: (_, response) => sendJson(response, 403, errorBody("DENIED", "requested access is denied")),
      code: "registry",
      words: "denies access",
    },
    "a login of an unknown kind": {
      fault: (_, response) => sendJson(response, 401, {}, { "www-authenticate": "Negotiate abc==" }),
      code: "registry",
      words: "negotiate",
    },
    "401 without any challenge": {
      fault: (_, response) => sendJson(response, 401, {}),
      code: "registry",
      words: "login",
    },
    "basic authentication without credentials": {
      fault: (_, response) => sendJson(response, 401, {}, { "www-authenticate": 'Basic realm="x"' }),
      code: "registry",
      words: "wants a login for team/app",
    },
    "a redirect loop": {
      fault: (seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(307, { location: seen.url }).end();
        return true;
      },
      code: "registry",
      words: "more than 5 times",
    },
    "a redirect without address": {
      fault: (seen, response) => layer(seen) && Boolean(response.writeHead(302).end()),
      code: "registry",
      words: "to no address",
    },
    "a redirect to a host without TLS": {
      fault: (seen, response) =>
        layer(seen) &&
        Boolean(response.writeHead(307, { location: "http://192.0.2.1/x?sig=signed-secret" }).end()),
      code: "registry",
      words: "without TLS",
    },
    "a redirect to a file": {
      fault: (seen, response) =>
        layer(seen) && Boolean(response.writeHead(307, { location: "file:///etc/passwd" }).end()),
      code: "registry",
      words: "without TLS",
    },
    "a manifest that drips": {
      fault: (seen, response) => {
        if (!isManifest(seen)) return false;
        response.writeHead(200, { "content-type": "application/vnd.oci.image.manifest.v1+json" });
        let at = 0;
        const timer = setInterval(() => {
          if (response.destroyed || at >= image.manifest.length) clearInterval(timer);
          else response.write(image.manifest.subarray(at, ++at));
        }, 50);
        return true;
      },
      code: "registry",
      words: "less than 512 bytes a second",
    },
    "a layer that drips": {
      fault: (seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(200, { "content-length": image.layer.length });
        const timer = setInterval(() => {
          if (response.destroyed) clearInterval(timer);
          else response.write("0");
        }, 50);
        return true;
      },
      code: "registry",
      words: "512 bytes a second",
    },
    "silence for ever": { fault: () => true, code: "registry", words: "no answer came within" },
    "a layer whose Content-Length is not the descriptor's size": {
      fault: (seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(200, { "content-length": 5 }).end("12345");
        return true;
      },
      code: "input",
      words: "announces 5 bytes where 100000 are due",
    },
    "an endless layer": {
      fault: (seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
        };
        response.on("drain", more);
        more();
        return true;
      },
      code: "input",
      words: "goes on after its 100000 bytes",
    },
    "an endless manifest": {
      fault: (seen, response) => {
        if (!isManifest(seen)) return false;
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write(" ".repeat(65_536))) {}
        };
        response.on("drain", more);
        more();
        return true;
      },
      code: "limit",
      words: "more than the 262144 bytes",
    },
    "the wrong part after a cut": {
      fault: (seen, response, count) => {
        if (!layer(seen)) return false;
        if (count === 1) return cut(response, image.layer, 40_000);
        response
          .writeHead(206, { "content-range": "bytes 0-9/100000", "content-length": 10 })
          .end("0123456789");
        return true;
      },
      code: "input",
      words: "not the part that was asked for",
    },
    "416 after a cut": {
      fault: (seen, response, count) => {
        if (!layer(seen)) return false;
        return count === 1 ? cut(response, image.layer, 40_000) : end(response, 416, "");
      },
      code: "input",
      words: "ends before byte",
    },
    "a layer that was deleted": {
      fault: (seen, response) =>
        layer(seen) && sendJson(response, 404, errorBody("BLOB_UNKNOWN", "blob unknown")),
      code: "registry",
      words: "has no layer",
    },
    "a missing configuration": {
      fault: (seen, response) => seen.url.includes(image.configDigest) && sendJson(response, 404, {}),
      code: "registry",
      words: "has no configuration",
    },
    "a configuration of another digest": {
      fault: config(Buffer.from(image.config.toString().replace("/bin/sh", "/bin/no"))),
      code: "input",
      words: "does not have the digest",
    },
    "a manifest that is not what Docker-Content-Digest says": {
      fault: (seen, response) => {
        if (!isManifest(seen)) return false;
        response.setHeader("docker-content-digest", image.layerDigest);
        return end(response, 200, image.manifest, "application/vnd.oci.image.manifest.v1+json");
      },
      code: "input",
      words: "was announced",
    },
    "a manifest that nests too deep": {
      fault: manifest(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`),
      code: "limit",
      words: "nests deeper",
    },
    "HTML where a manifest is due": {
      fault: manifest("<html>Please log in</html>", "text/html"),
      code: "input",
      words: "text/html",
    },
    "HTML that calls itself a manifest": { fault: manifest("<html>"), code: "input", words: "not JSON" },
    "an unknown media type": {
      fault: manifest('{"mediaType":"application/vnd.example+json"}', "application/vnd.example+json"),
      code: "input",
      words: "application/vnd.example+json",
    },
    "schema 1": {
      fault: manifest(
        '{"schemaVersion":1,"fsLayers":[]}',
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
      ),
      code: "input",
      words: "schema 1",
    },
    "an index without the platform": {
      fault: manifest(
        index([
          {
            mediaType: OCI_INDEX,
            digest: image.manifestDigest,
            size: 1,
            platform: { os: "linux", architecture: "s390x" },
          },
        ]),
        OCI_INDEX,
      ),
      code: "input",
      words: "there is linux/s390x",
    },
    "an index of attestations only": {
      fault: manifest(
        index([
          { digest: image.manifestDigest, size: 1, platform: { os: "unknown", architecture: "unknown" } },
        ]),
        OCI_INDEX,
      ),
      code: "input",
      words: "none at all",
    },
    "an index entry of another size": {
      fault: (seen, response) =>
        seen.url.endsWith("/1") &&
        end(response, 200, index([{ mediaType: "", digest: image.manifestDigest, size: 1 }]), OCI_INDEX),
      code: "input",
      words: "does not have the digest",
    },
    "an answer that is no HTTP": {
      fault: (_, response) => {
        response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n");
        return true;
      },
      code: "registry",
      words: "does not answer in HTTP",
    },
  };
  it.each(Object.entries(cases))("%s", async (_, { fault, code, words }) => {
    const server = await started(startFaultyRegistry(fault, image));
    const result = await pull(server, { maxRetries: 2 });
    expect(result.bytes).toBeUndefined();
    expect(result.error?.message).toContain(words);
    expect(result.error?.message).toContain(`${server.host}/team/app:1: `);
    expect(result.error?.code).toBe(code);
    expect(result.error?.hint).not.toBe("");
    expectNothingLeaked(result);
  });

  it("a wrong layer of the right length is for the reader's digest check to find", async () => {
    const server = await started(
      startFaultyRegistry((seen, response) => layer(seen) && end(response, 200, Buffer.alloc(100_000, "x"))),
    );
    await expect(pull(server)).rejects.toThrow(/sha256/);
  });

  it("a host where nothing listens", async () => {
    const server = await startFaultyRegistry();
    await server.close();
    const result = await pull(server);
    expect(result.error?.message).toContain("nothing listens there");
    expect(result.waits).toEqual([]);
  });

  it("a foreign layer is not fetched from its address", async () => {
    const elsewhere = await started(startServer((_, response) => void response.end("x")));
    const foreign = makeImage();
    const manifest = JSON.parse(foreign.manifest.toString()) as { layers: object[] };
    manifest.layers = [{ ...manifest.layers[0], urls: [`http://${elsewhere.host}/layer`] }];
    const server = await started(startFaultyRegistry(undefined, makeImage({ manifest })));
    const result = await pull(server);
    expect(result.error?.message).toContain("not followed");
    expect(elsewhere.seen).toEqual([]);
  });

  it("an image for Windows", async () => {
    const windows = makeImage({ config: { os: "windows" } });
    const server = await started(startFaultyRegistry(undefined, windows));
    expect((await pull(server)).error?.message).toContain("windows/amd64");
  });

  it("an index that nests for ever", async () => {
    // Each index holds the digest of the next: built from the inside, so a real registry could serve it.
    const documents = new Map<string, Buffer>();
    let inner = image.manifest;
    let type = "application/vnd.oci.image.manifest.v1+json";
    for (let i = 0; i < 70; i++) {
      const outer = index([{ mediaType: type, digest: digestOf(inner), size: inner.length }]);
      documents.set(digestOf(inner), inner);
      inner = outer;
      type = OCI_INDEX;
    }
    const server = await started(
      startFaultyRegistry((seen, response) => {
        const name = seen.url.split("/").at(-1) ?? "";
        return isManifest(seen) && end(response, 200, name === "1" ? inner : documents.get(name)!, OCI_INDEX);
      }),
    );
    expect((await pull(server)).error?.message).toContain("nests deeper");
  });
});

describe("platforms", () => {
  it("an index leads to the platform's manifest, and past an attestation", async () => {
    const list = index([
      {
        digest: digestOf(Buffer.from("x")),
        size: 1,
        platform: { os: "linux", architecture: "amd64" },
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      },
      {
        digest: image.manifestDigest,
        size: image.manifest.length,
        platform: { os: "linux", architecture: "amd64" },
      },
    ]);
    const server = await started(
      startFaultyRegistry(
        (seen, response) => seen.url.endsWith("/manifests/1") && end(response, 200, list, OCI_INDEX),
      ),
    );
    expect((await pull(server)).bytes?.length).toBe(100_000);
  });
  it("a single image of another platform is opened with a notice", async () => {
    const other = makeImage({ config: { architecture: "arm64" } });
    const server = await started(startFaultyRegistry(undefined, other));
    expect((await pull(server)).diagnostics).toEqual([
      "other-platform: the image is for linux/arm64, not for linux/amd64",
    ]);
  });
  it("a digest wins over a tag, and is held against the manifest", async () => {
    const server = await started(startFaultyRegistry());
    const right = await pull(server, { reference: `${server.host}/team/app:none@${image.manifestDigest}` });
    expect(right.bytes?.length).toBe(100_000);
    const swapped = await started(
      startFaultyRegistry(
        (seen, response) => isManifest(seen) && end(response, 200, `${image.manifest.toString()} `),
      ),
    );
    const wrong = await pull(swapped, { reference: `${swapped.host}/team/app@${image.manifestDigest}` });
    expect(wrong.error?.message).toContain("does not have the digest");
  });
});

/** A registry that wants a token of a service at `/token` and accepts the ones in `valid`. */
async function tokenRegistry(
  options: {
    realm?: (host: string) => string;
    valid?: (seen: Seen) => boolean;
    token?: (seen: Seen, response: ServerResponse, count: number) => boolean;
    fault?: Fault;
  } = {},
): Promise<TestServer> {
  let issued = 0;
  return await started(
    startFaultyRegistry(async (seen, response, count) => {
      const host = seen.headers.host ?? "";
      if (seen.url.startsWith("/token")) {
        issued++;
        if (options.token?.(seen, response, issued)) return true;
        return sendJson(response, 200, { token: TOKENS[Math.min(issued, 2) - 1], expires_in: 300 });
      }
      const valid = options.valid ?? (({ headers }: Seen) => headers.authorization === `Bearer ${TOKENS[0]}`);
      if (!valid(seen)) {
        const realm = options.realm?.(host) ?? `http://${host}/token`;
        return sendJson(response, 401, errorBody("UNAUTHORIZED", "authentication required"), {
          "www-authenticate": `Basic realm="a, b", Bearer realm="${realm}",service="reg,istry",scope="repository:team/app:pull"`,
        });
      }
      return (await options.fault?.(seen, response, count)) ?? false;
    }),
  );
}

describe("authorisation", () => {
  it("gets an anonymous token once, for the scope and service the registry names", async () => {
    const server = await tokenRegistry();
    expect((await pull(server)).bytes?.length).toBe(100_000);
    const asked = server.seen.filter(({ url }) => url.startsWith("/token"));
    expect(asked.map(({ url }) => url)).toEqual([
      "/token?service=reg%2Cistry&scope=repository%3Ateam%2Fapp%3Apull",
    ]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });
  it("sends a password to the token service and nowhere else", async () => {
    const server = await tokenRegistry();
    expect((await pull(server, { credential: PASSWORD_CREDENTIAL })).error).toBeUndefined();
    for (const { url, headers } of server.seen) {
      const basic = headers.authorization === `Basic ${SECRETS[3]}`;
      expect(basic).toBe(url.startsWith("/token"));
    }
  });
  it("trades an identity token by POST, in the body", async () => {
    const server = await tokenRegistry();
    const credential: Credential = { kind: "identity-token", token: new Secret(PASSWORD) };
    expect((await pull(server, { credential })).error).toBeUndefined();
    const [asked] = server.seen.filter(({ url }) => url.startsWith("/token"));
    expect(asked?.method).toBe("POST");
    expect(asked?.url).toBe("/token");
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: "refresh_token",
      service: "reg,istry",
      scope: "repository:team/app:pull",
      client_id: "muslgate",
      refresh_token: PASSWORD,
    });
  });
  it("sends a registry token as it is", async () => {
    const server = await tokenRegistry();
    const credential: Credential = { kind: "registry-token", token: new Secret(TOKENS[0]!) };
    expect((await pull(server, { credential })).error).toBeUndefined();
    expect(server.seen.some(({ url }) => url.startsWith("/token"))).toBe(false);
  });
  it("sends basic authentication where that is asked for", async () => {
    const server = await started(
      startFaultyRegistry(
        ({ headers }, response) =>
          headers.authorization !== `Basic ${SECRETS[3]}` &&
          sendJson(response, 401, {}, { "www-authenticate": 'Basic realm="x"' }),
      ),
    );
    expect((await pull(server, { credential: PASSWORD_CREDENTIAL })).bytes?.length).toBe(100_000);
  });
  it("renews a token that ran out in mid-pull, and goes on where the layer was cut", async () => {
    let revoked = false;
    const server = await tokenRegistry({
      valid: ({ headers }) => headers.authorization === `Bearer ${TOKENS[revoked ? 1 : 0]}`,
      fault: (seen, response, count) => {
        if (!layer(seen) || count > 1) return false;
        revoked = true;
        return cut(response, image.layer, 30_000);
      },
    });
    expect((await pull(server)).bytes?.equals(image.layer)).toBe(true);
    expect(server.seen.filter(({ url }) => url.startsWith("/token")).length).toBe(2);
  });
  it("renews a token by its own clock before it runs out", async () => {
    let now = 0;
    const server = await tokenRegistry({ valid: ({ headers }) => Boolean(headers.authorization) });
    const ports = { now: () => (now += 200_000), today: () => 0, random: () => 0, sleep: async () => {} };
    expect((await pull(server, { ports })).error).toBeUndefined();
    expect(server.seen.filter(({ url }) => url.startsWith("/token")).length).toBeGreaterThan(1);
  });

  const failing: Record<
    string,
    { options: Parameters<typeof tokenRegistry>[0]; words: string; secret?: boolean }
  > = {
    "a registry that refuses every token": { options: { valid: () => false }, words: "wants a login" },
    "a token service that is down": {
      options: { token: (_, response) => sendJson(response, 503, {}) },
      words: "failed with status 503",
    },
    "a token service that hangs up": {
      options: {
        token: (_, response) => {
          response.destroy();
          return true;
        },
      },
      words: "broke off",
    },
    "a token service that does not listen": {
      options: { realm: () => "http://127.0.0.1:9/token" },
      words: "nothing listens there",
    },
    "a token service that refuses the password": {
      options: {
        token: (_, response) => sendJson(response, 401, { details: "incorrect username or password" }),
      },
      words: "incorrect username or password",
    },
    "a token service that answers HTML": {
      options: { token: (_, response) => end(response, 200, `<html>${PASSWORD}`) },
      words: "holds no token",
    },
    "a token with a line break": {
      options: { token: (_, response) => sendJson(response, 200, { token: `a\r\nX: ${PASSWORD}` }) },
      words: "holds no token",
    },
    "an endless token": {
      options: {
        token: (_, response) => {
          const more = () => {
            while (!response.destroyed && response.write(" ".repeat(65_536))) {}
          };
          response.on("drain", more);
          more();
          return true;
        },
      },
      words: "bytes allowed",
    },
    "a realm on a foreign host": {
      options: { realm: () => "https://evil.example/token" },
      words: 'asks to send its credentials to another domain: "evil.example"',
    },
    "a realm without TLS on a foreign host": {
      options: { realm: () => "http://192.0.2.1/token" },
      words: "not reached over TLS",
    },
    "a realm that is no address": { options: { realm: () => "/token" }, words: "no address" },
    "a registry that echoes what it was sent": {
      options: {
        valid: ({ headers }) => headers.authorization !== undefined,
        fault: ({ headers }, response) =>
          sendJson(response, 403, errorBody("DENIED", `you sent ${headers.authorization}`)),
      },
      words: "you sent Bearer [secret]",
    },
    "a token service that echoes what it was sent": {
      options: {
        token: ({ headers }, response) =>
          sendJson(response, 403, { message: `you sent ${headers.authorization}` }),
      },
      words: "you sent Basic [secret]",
    },
    "a token service that redirects elsewhere without TLS": {
      options: {
        token: (_, response) => Boolean(response.writeHead(302, { location: "http://192.0.2.1/" }).end()),
      },
      words: "without TLS",
    },
  };
  it.each(Object.entries(failing))("ends clearly at %s", async (_, { options, words }) => {
    const server = await tokenRegistry(options);
    const result = await pull(server, { credential: PASSWORD_CREDENTIAL, maxRetries: 2 });
    expect(result.bytes).toBeUndefined();
    expect(result.error?.message).toContain(words);
    expect(result.error?.code).toMatch(/^(?:registry|limit)$/);
    expect(server.seen.length).toBeLessThan(20);
    expectNothingLeaked(result);
  });
  it("does not redirect a login by POST", async () => {
    const server = await tokenRegistry({
      token: (seen, response) => {
        if (seen.url !== "/token") return false;
        response.writeHead(307, { location: "/token/elsewhere" }).end();
        return true;
      },
    });
    const credential: Credential = { kind: "identity-token", token: new Secret(PASSWORD) };
    const result = await pull(server, { credential });
    expect(result.error?.message).toContain("although it carries a login");
    expectNothingLeaked(result);
  });
});

describe("other origins", () => {
  it("get neither credentials nor tokens by a redirect, and serve resumed parts", async () => {
    let cuts = 0;
    const store = await started(
      startServer((seen, response) => {
        if (cuts++ === 0) cut(response, image.layer, 50_000);
        else sendBytes(seen, response, image.layer, "application/octet-stream");
      }),
    );
    const server = await tokenRegistry({
      fault: (seen, response) =>
        layer(seen) &&
        Boolean(response.writeHead(307, { location: `http://${store.host}/blob?X-Sig=signed-secret` }).end()),
    });
    const result = await pull(server, { credential: PASSWORD_CREDENTIAL });
    expect(result.bytes?.equals(image.layer)).toBe(true);
    expect(store.seen.length).toBe(2);
    for (const { headers } of store.seen) {
      expect(headers.authorization).toBeUndefined();
      for (const secret of SECRETS.slice(0, 4)) expect(JSON.stringify(headers)).not.toContain(secret);
    }
    expect(store.seen[1]?.headers.range).toMatch(/^bytes=\d+-$/);
  });
  it("do not show a signed address when they fail", async () => {
    const store = await started(
      startServer((_, response) => void end(response, 403, "<Error>signature</Error>")),
    );
    const server = await started(
      startFaultyRegistry(
        (seen, response) =>
          layer(seen) &&
          Boolean(
            response.writeHead(307, { location: `http://${store.host}/blob?X-Sig=signed-secret` }).end(),
          ),
      ),
    );
    const result = await pull(server);
    expect(result.error?.message).toContain(`${store.host} denies access`);
    expectNothingLeaked(result);
  });
  it("are not asked for a token with credentials, though a user may trust them", async () => {
    const service = await started(
      startServer((_, response) => void sendJson(response, 200, { access_token: TOKENS[0] })),
    );
    const realm = () => `http://localhost:${service.host.split(":")[1]}/token`;
    const server = await tokenRegistry({ realm });
    const refused = await pull(server, { credential: PASSWORD_CREDENTIAL });
    expect(refused.error?.message).toContain("another domain");
    expect(service.seen).toEqual([]);
    const anonymous = await pull(server);
    expect(anonymous.bytes?.length).toBe(100_000);
    const trusted = await pull(server, {
      credential: PASSWORD_CREDENTIAL,
      trustedTokenHosts: { [server.host]: ["localhost"] },
    });
    expect(trusted.bytes?.length).toBe(100_000);
  });
});

describe("mirrors", () => {
  it("are asked first, and passed over with a notice when they fail", async () => {
    const down = await started(startFaultyRegistry((_, response) => end(response, 404, "")));
    const server = await started(startFaultyRegistry());
    const result = await pull(server, { mirrors: { [server.host]: [down.host] } });
    expect(result.bytes?.length).toBe(100_000);
    expect(result.diagnostics[0]).toContain(`mirror-failed: the mirror "${down.host}" was passed over`);
  });
  it("leave the layers they have lost to the next", async () => {
    const half = await started(
      startFaultyRegistry((seen, response) => layer(seen) && end(response, 404, "")),
    );
    const server = await started(startFaultyRegistry());
    const result = await pull(server, { mirrors: { [server.host]: [half.host] } });
    expect(result.bytes?.length).toBe(100_000);
    expect(server.seen.every(layer)).toBe(true);
  });
});

describe("ends and parts", () => {
  const request = (server: TestServer, signal: AbortSignal) => ({
    reference: `${server.host}/team/app:1`,
    written: `${server.host}/team/app:1`,
    platform: { os: "linux", architecture: "amd64" },
    signal,
  });
  const source = (limits = LIMITS) =>
    createRegistrySource({ limits, env: {}, credentials: { find: async () => ({ problems: [] }) } });

  it("stops at once when asked to, at every stage", async () => {
    const silent = await started(startFaultyRegistry(() => true));
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(new Error("stopped")), 50);
    await expect(source(DEFAULT_LIMITS).open(request(silent, stopping.signal))).rejects.toThrow("stopped");
    const waiting = await started(
      startFaultyRegistry((_, response) => sendJson(response, 503, {}, { "retry-after": "30" })),
    );
    const second = new AbortController();
    setTimeout(() => second.abort(new Error("stopped too")), 50);
    await expect(source(DEFAULT_LIMITS).open(request(waiting, second.signal))).rejects.toThrow("stopped too");
  });
  it("closing ends layers that are being read", async () => {
    const server = await started(
      startFaultyRegistry((seen, response) => {
        if (!layer(seen)) return false;
        response.writeHead(200, { "content-length": image.layer.length });
        response.write("0");
        return true;
      }),
    );
    const opened = await source(DEFAULT_LIMITS).open(request(server, new AbortController().signal));
    const { blob } = opened.images[0]!.layers[0]!;
    if (blob.kind !== "stream") throw new Error("not a stream");
    const bytes = await blob.open(new AbortController().signal);
    setTimeout(() => void opened.close(), 50);
    const readAll = async () => {
      for await (const _ of bytes);
    };
    await expect(readAll()).rejects.toThrow("closed");
  });
  it("reads parts, and says when a registry has none", async () => {
    const server = await started(startFaultyRegistry());
    const whole = await started(
      startFaultyRegistry((seen, response) => layer(seen) && end(response, 200, image.layer)),
    );
    const part = async (from: TestServer) => {
      const opened = await source().open(request(from, AbortSignal.timeout(5_000)));
      const { blob } = opened.images[0]!.layers[0]!;
      if (blob.kind !== "stream" || !blob.readRange) throw new Error("no parts");
      return await blob.readRange(12, 15, AbortSignal.timeout(5_000));
    };
    expect(Buffer.from((await part(server)) ?? []).toString()).toBe("234");
    expect(await part(whole)).toBeUndefined();
  });
  it("waits for a slow reader without giving the server the blame", async () => {
    const big = makeImage({ layerBytes: 8_000_000 });
    const server = await started(startFaultyRegistry(undefined, big));
    const opened = await source().open(request(server, AbortSignal.timeout(50_000)));
    const { blob } = opened.images[0]!.layers[0]!;
    if (blob.kind !== "stream") throw new Error("not a stream");
    let size = 0;
    for await (const chunk of await blob.open(AbortSignal.timeout(50_000))) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.idleMilliseconds));
      size += chunk.length;
    }
    expect(size).toBe(8_000_000);
    expect(server.seen.filter(({ url }) => url.includes(big.layerDigest)).length).toBe(1);
  });
});
