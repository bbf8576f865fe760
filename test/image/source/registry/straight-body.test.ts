import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createServer as createSecureServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { createConnection } from "../../../../src/image/source/registry/connection.ts";
import { TransferError } from "../../../../src/image/source/registry/transfer-error.ts";
import { makeCertificates } from "../../../support/certificates.ts";
import { describeWith } from "../../../support/parts.ts";
import fc from "../../../support/property.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Bytes of which no two places look alike. */
const CONTENT = Buffer.from(
  Uint32Array.from({ length: 750_000 }, (_, i) => (i * 2_654_435_761) >>> 0).buffer,
);

/** What a server does once it was asked. */
type Act = (socket: Socket) => Promise<void> | void;

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A server of raw bytes that answers each request of a connection with the next act, and how many connections it had. */
async function serving(...acts: Act[]): Promise<{ host: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.setNoDelay(true);
    socket.on("data", () => void acts.shift()?.(socket));
  });
  return { host: await listening(server), connections: () => connections };
}

/** What was got, by the way that is asked for; a failure as its kind. */
async function got(host: string, longBytes: number, between: () => Promise<unknown> = async () => {}) {
  const connection = createConnection({ env: {}, caCertificates: [], idleMilliseconds: 2_000, longBytes });
  const chunks: Buffer[] = [];
  try {
    const url = new URL(`http://${host}/x`);
    const answer = await connection.ask({ url, headers: {}, signal: new AbortController().signal });
    for await (const chunk of answer.body) {
      // Looked at late, while more comes: a chunk holds until the next is asked for.
      await between();
      chunks.push(Buffer.from(chunk));
    }
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    return { bytes: Buffer.concat(chunks), failure: error.failure };
  }
}

const ALWAYS = 1;
const NEVER = Infinity;

describe("a body taken straight off its connection", () => {
  it("has the bytes that node:http would have brought, however they come and wherever they break off", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 900_000 }),
        sizes,
        fc.constantFrom("all", "closed", "reset", "too much"),
        fc.boolean(),
        async (length, parts, ending, slow) => {
          const bytes = CONTENT.subarray(0, length);
          const sent = ending === "closed" || ending === "reset" ? length - 1 : length;
          const act: Act = async (socket) => {
            socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
            let at = 0;
            for (let i = 0; at < sent; i++) {
              const to = Math.min(sent, at + (parts[i] ?? 90_000));
              await new Promise((resolve) => socket.write(bytes.subarray(at, to), resolve));
              await setImmediate();
              at = to;
            }
            if (ending === "too much") socket.end("HTTP/1.1 400 No\r\n\r\n");
            if (ending === "closed") socket.end();
            if (ending === "reset") socket.resetAndDestroy();
          };
          const { host } = await serving(act, act);
          const between = async () => {
            if (slow) for (let i = 0; i < 3; i++) await setImmediate();
          };
          const straight = await got(host, ALWAYS, between);
          const usual = await got(host, NEVER, between);
          expect(straight.failure).toBe(usual.failure);
          expect(straight.bytes.equals(bytes.subarray(0, straight.bytes.length))).toBe(true);
          if (ending === "all" || ending === "too much") expect(straight.bytes.length).toBe(length);
          else expect(straight.failure).toBe("lost");
        },
      ),
      { numRuns: 40 },
    );
  });
  it("is one buffer long: what is not asked for stays with the sender", async () => {
    const length = 64 * 2 ** 20;
    const piece = CONTENT.subarray(0, 2 ** 20);
    let sent = 0;
    const { host } = await serving(async (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
      for (; sent < length; sent += piece.length)
        if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
    });
    const connection = createConnection({ env: {}, caCertificates: [], idleMilliseconds: 2_000 });
    const url = new URL(`http://${host}/x`);
    const signal = new AbortController().signal;
    const { body } = await connection.ask({ url, headers: {}, signal });
    const buffers = new Set<ArrayBufferLike>();
    let size = 0;
    let ahead = 0;
    for await (const chunk of body) {
      if (chunk.length > 0) buffers.add(chunk.buffer);
      size += chunk.length;
      for (let i = 0; i < 2; i++) await setImmediate();
      ahead = Math.max(ahead, sent - size);
    }
    expect(size).toBe(length);
    // Those that came with the head, and the one; the system's own buffers hold some megabytes.
    expect(buffers.size).toBeLessThan(20);
    expect(ahead).toBeLessThan(length / 2);
  });
  it("ends its connection, which others keep; a body without a length is read as usual", async () => {
    const answer =
      (head: string, body: string): Act =>
      (socket) =>
        void socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`);
    const ask = async (longBytes: number, act: Act) => {
      const { host, connections } = await serving(act, act, act);
      const connection = createConnection({
        env: {},
        caCertificates: [],
        idleMilliseconds: 2_000,
        longBytes,
      });
      const texts: string[] = [];
      for (let i = 0; i < 3; i++) {
        const url = new URL(`http://${host}/x`);
        const { body } = await connection.ask({ url, headers: {}, signal: new AbortController().signal });
        let text = "";
        for await (const chunk of body) text += Buffer.from(chunk).toString();
        texts.push(text);
        await setImmediate();
      }
      return { texts, connections: connections() };
    };
    const texts = ["abc", "abc", "abc"];
    expect(await ask(3, answer("content-length: 3", "abc"))).toEqual({ texts, connections: 3 });
    expect(await ask(4, answer("content-length: 3", "abc"))).toEqual({ texts, connections: 1 });
    const chunked = answer("transfer-encoding: chunked", "3\r\nabc\r\n0\r\n\r\n");
    expect(await ask(ALWAYS, chunked)).toEqual({ texts, connections: 1 });
  });
  it("that falls silent is given up, and one that is aborted says why", async () => {
    const begun: Act = (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");
    const { host } = await serving(begun, begun);
    const ask = async (idleMilliseconds: number, signal: AbortSignal) => {
      const connection = createConnection({ env: {}, caCertificates: [], idleMilliseconds, longBytes: 1 });
      const { body } = await connection.ask({ url: new URL(`http://${host}/x`), headers: {}, signal });
      for await (const _ of body);
    };
    await expect(ask(50, new AbortController().signal)).rejects.toThrow("nothing came for 0.05 s");
    const aborting = new AbortController();
    setTimeout(() => aborting.abort(new Error("stopped by a test")), 50);
    await expect(ask(20_000, aborting.signal)).rejects.toThrow("stopped by a test");
  });
});

describeWith({ programs: ["openssl"] }, "a body taken straight off TLS", () => {
  it("has its bytes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "muslgate-straight-"));
    try {
      const made = makeCertificates(folder);
      const server = createSecureServer(made, (socket) => {
        socket.once("data", () => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${CONTENT.length}\r\n\r\n`);
          socket.write(CONTENT);
        });
      });
      const host = await listening(server);
      const caCertificates = [made.ca];
      const buffers = new Set<ArrayBufferLike>();
      const connection = createConnection({ env: {}, caCertificates, idleMilliseconds: 2_000, longBytes: 1 });
      const url = new URL(`https://${host}/x`);
      const { body } = await connection.ask({ url, headers: {}, signal: new AbortController().signal });
      const chunks: Buffer[] = [];
      for await (const chunk of body) {
        buffers.add(chunk.buffer);
        // Several records of one read come while this one is held.
        for (let i = 0; i < 3; i++) await setImmediate();
        chunks.push(Buffer.from(chunk));
      }
      expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true);
      expect(buffers.size).toBeLessThan(chunks.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
