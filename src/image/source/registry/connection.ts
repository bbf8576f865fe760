/**
 * One HTTP exchange at a time over node:http, directly or through a proxy: undici's request was not measured to be
 * faster, and is a megabyte to load. Must not follow redirects, decode bodies, retry or know registries.
 */
import type { Agent as HttpAgent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from "node:http";
import type { Agent as HttpsAgent, AgentOptions } from "node:https";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ConnectionOptions as TlsOptions, SecureContext } from "node:tls";
import { MuslgateError, messageOf } from "../../../model/error.ts";
import { readRegularFile } from "../../../tree/regular-file.ts";
import { type ProxyEnvironment, proxyFor } from "./proxy.ts";
import { LONG, straightBody, tapped } from "./straight-body.ts";
import { TransferError, transferError } from "./transfer-error.ts";

// An import reads every export, and one of http's starts a second HTTP client (30 ms of Node 24).
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");
const tls = process.getBuiltinModule("node:tls");

/** What is asked. */
interface Question {
  readonly url: URL;
  readonly method?: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** PUT and POST are sent once to one place, and never on to another. */
export type Method = "GET" | "POST" | "PUT";

/** What came back: the head, and a body to be read once or discarded. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  /** Names in lower case; repeated headers joined, except `set-cookie`. */
  readonly headers: IncomingHttpHeaders;
  /** Each value of a header that may come several times. */
  readonly values: (name: string) => readonly string[];
  /**
   * The bytes as sent, undecoded; a chunk is valid until the next is asked for. Rejects with TransferError when they break off or
   * hardly move.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Drops the body and its connection. */
  readonly discard: () => void;
}

/** How to connect. */
export interface ConnectionOptions {
  readonly env: ProxyEnvironment;
  /** PEM texts of authorities trusted besides the usual ones. */
  readonly caCertificates: readonly string[];
  /** Milliseconds without a byte before giving up. */
  readonly idleMilliseconds: number;
  /** Milliseconds of a clock that does not jump. */
  readonly now?: () => number;
  /** Bytes of a body from which on it is taken straight off its connection; some megabytes unless a test says otherwise. */
  readonly longBytes?: number;
}

/** A transfer slower than this over a whole idle time is as good as silent. Bytes per second. */
const SLOWEST = 512;

/** Bytes that are sent at a time. */
const PART = 256 * 1024;

/** Opens exchanges, keeping connections alive between them. */
export interface Connection {
  /** Rejects with TransferError, or with the signal's reason. */
  ask(question: Question): Promise<Answer>;
}

/** The whole of Mozilla's authorities has some 200 KB. */
const MOST_CA_BYTES = 16 * 2 ** 20;

/** What Node trusts by itself: from 22.15 on it says so, with the system's where it was told to use those. */
function usualAuthorities(env: ProxyEnvironment): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (kind: "default") => readonly string[] };
  const usual = getCACertificates?.("default") ?? tls.rootCertificates;
  if (!env.NODE_EXTRA_CA_CERTS) return usual;
  const read = readRegularFile(env.NODE_EXTRA_CA_CERTS, { most: MOST_CA_BYTES });
  // Node itself has warned of one it cannot read at its start.
  return "bytes" in read ? [...usual, read.bytes.toString("utf8")] : usual;
}

/** The authorities to trust; undefined for Node's own choice. `ca` replaces it, so it has to be said again. */
function trust({ caCertificates, env }: ConnectionOptions): SecureContext | undefined {
  if (caCertificates.length === 0) return undefined;
  try {
    for (const text of caCertificates) {
      const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
      if (!blocks) throw new Error("it holds no certificate");
      // The secure context passes over what it cannot read; this throws.
      const { X509Certificate } = process.getBuiltinModule("node:crypto");
      for (const block of blocks) new X509Certificate(block);
    }
    return tls.createSecureContext({ ca: [...usualAuthorities(env), ...caCertificates] });
  } catch (cause) {
    throw new MuslgateError(
      "usage",
      `the authority's certificate cannot be used: ${messageOf(cause)}`,
      "Give a file of certificates in PEM form, each between BEGIN CERTIFICATE and END CERTIFICATE.",
      cause,
    );
  }
}

/** `Proxy-Authorization` for the user and password in a proxy's address, if any. */
function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "" && proxy.password === "") return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Opens a tunnel through a proxy and TLS inside it (RFC 9110 section 9.3.6). */
function tunnel(
  proxy: URL,
  host: string,
  port: number,
  options: TlsOptions,
  done: (error: Error | null, socket?: Duplex) => void,
): void {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const request = (proxy.protocol === "https:" ? https : http).request({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
    ...(options.secureContext ? { secureContext: options.secureContext } : {}),
  });
  request.once("connect", (answer, socket) => {
    if (answer.statusCode !== 200) {
      socket.destroy();
      const failure = answer.statusCode === 407 || answer.statusCode === 403 ? "unreachable" : "lost";
      done(new TransferError(failure, `the proxy ${proxy.host} answered ${answer.statusCode}`));
      return;
    }
    const secure = tls.connect({ ...options, socket });
    secure.once("error", (error) => done(error));
    secure.once("secureConnect", () => {
      secure.removeAllListeners("error");
      done(null, secure);
    });
  });
  request.once("error", (error) => {
    const { message } = transferError(error);
    done(new TransferError("unreachable", `the proxy ${proxy.host} cannot be used: ${message}`, error));
  });
  request.end();
}

/** An agent whose connections all go through one proxy. */
class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: TlsOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const host = options.host ?? "";
    const servername = options.servername ?? host;
    tunnel(this.#proxy, host, Number(options.port), { ...options, servername }, (error, socket) =>
      callback?.(error, socket as Duplex),
    );
    return undefined;
  }
}

/** An agent whose connections long bodies are taken off. */
class PlainAgent extends http.Agent {
  override createConnection(...[options, callback]: Parameters<HttpAgent["createConnection"]>) {
    return tapped((onread) => super.createConnection({ ...options, onread } as typeof options, callback));
  }
}

/** The same through TLS. */
class SecureAgent extends https.Agent {
  override createConnection(...[options, callback]: Parameters<HttpsAgent["createConnection"]>) {
    return tapped((onread) => super.createConnection({ ...options, onread } as typeof options, callback));
  }
}

async function* readBody(
  message: IncomingMessage,
  { idleMilliseconds, now = () => performance.now(), longBytes = LONG }: ConnectionOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const straight = straightBody(message, longBytes);
  // Only time spent waiting for the server counts: a reader that takes its time is no fault of the server.
  let waiting = true;
  let since = now();
  let waited = 0;
  let moved = 0;
  const silent = () => new TransferError("lost", `nothing came for ${idleMilliseconds / 1000} s`);
  const timer = setTimeout(() => {
    if (waiting) message.destroy(silent());
  }, idleMilliseconds);
  try {
    for await (const chunk of straight ?? (message as AsyncIterable<Buffer>)) {
      waiting = false;
      waited += now() - since;
      moved += chunk.length;
      if (waited >= idleMilliseconds) {
        if (moved < (SLOWEST * waited) / 1000) {
          throw new TransferError("lost", `less than ${SLOWEST} bytes a second came`);
        }
        waited = 0;
        moved = 0;
      }
      yield chunk;
      waiting = true;
      since = now();
      timer.refresh();
    }
    if (!straight && !message.complete)
      throw new TransferError("lost", "the connection was closed too early");
  } catch (error) {
    signal.throwIfAborted();
    throw transferError(error);
  } finally {
    clearTimeout(timer);
    message.destroy();
  }
}

/** Opens connections for one set of options. Throws MuslgateError (`usage`) when a certificate cannot be used. */
export function createConnection(options: ConnectionOptions): Connection {
  const secureContext = trust(options);
  const keep = { keepAlive: true, ...(secureContext ? { secureContext } : {}) };
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new SecureAgent(keep as AgentOptions);
  const tunnels = new Map<string, TunnelAgent>();

  const route = (url: URL): Omit<RequestOptions, "headers"> & { headers: Record<string, string> } => {
    const proxy = proxyFor(url, options.env);
    const direct = {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port || (url.protocol === "https:" ? 443 : 80),
      path: url.pathname + url.search,
      headers: { host: url.host },
    };
    if (url.protocol === "https:") {
      if (!proxy) return { ...direct, agent: secure };
      const agent = tunnels.get(proxy.href) ?? new TunnelAgent(proxy, keep as AgentOptions);
      tunnels.set(proxy.href, agent);
      return { ...direct, agent };
    }
    if (!proxy) return { ...direct, agent: plain };
    return {
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
      path: `${url.origin}${direct.path}`,
      headers: { ...direct.headers, ...proxyAuthorization(proxy) },
      protocol: proxy.protocol,
      agent: proxy.protocol === "https:" ? secure : plain,
    };
  };

  const once = async ({ url, method = "GET", headers, body, signal }: Question): Promise<Answer> => {
    signal.throwIfAborted();
    const way = route(url);
    const overTls = (way.protocol ?? url.protocol) === "https:";
    return await new Promise((resolve, reject) => {
      const request = (overTls ? https : http).request({
        ...way,
        method,
        headers: {
          ...headers,
          ...way.headers,
          ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
        },
        signal,
        maxHeaderSize: 64 * 1024,
      });
      const timer = setTimeout(() => {
        request.destroy(
          new TransferError("lost", `no answer came within ${options.idleMilliseconds / 1000} s`),
        );
      }, options.idleMilliseconds);
      let waiting = true;
      request.once("response", (message) => {
        waiting = false;
        clearTimeout(timer);
        resolve({
          url,
          status: message.statusCode ?? 0,
          headers: message.headers,
          values: (name) => message.headersDistinct[name] ?? [],
          body: readBody(message, options, signal),
          discard: () => message.destroy(),
        });
      });
      // `on`: after the head has come, the same breaking off is told to the body's reader.
      request.on("error", (error) => {
        waiting = false;
        clearTimeout(timer);
        if (signal.aborted) reject(signal.reason as Error);
        else reject(Object.assign(transferError(error), { reused: request.reusedSocket }));
      });
      if (typeof body !== "object" || body.length <= PART) return void request.end(body);
      const parts = function* () {
        for (let at = 0; at < body.length; at += PART) {
          // What still moves is not silent.
          if (waiting) timer.refresh();
          yield body.subarray(at, at + PART);
        }
      };
      // How it ends is told above.
      pipeline(Readable.from(parts()), request).catch(() => {});
    });
  };

  return {
    async ask(question) {
      try {
        return await once(question);
      } catch (error) {
        // A kept connection that the server has just closed says nothing about the server.
        if (
          error instanceof TransferError &&
          (error as { reused?: boolean }).reused &&
          error.failure === "lost"
        ) {
          return await once(question);
        }
        throw error;
      }
    },
  };
}
