import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/image/limits.ts";
import {
  createRegistrySource,
  type RegistryOptions,
} from "../../../../src/image/source/registry/registry-source.ts";
import { MuslgateError } from "../../../../src/model/error.ts";
import { type MadeCertificates, makeCertificates } from "../../../support/certificates.ts";
import {
  type Fault,
  makeImage,
  startFaultyRegistry,
  startServer,
  type TestServer,
} from "../../../support/faulty-registry.ts";
import { describeWith } from "../../../support/parts.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const image = makeImage();

describeWith({ programs: ["openssl"] }, "TLS and proxies", () => {
  let folder = "";
  let made: MadeCertificates;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "muslgate-tls-"));
    made = makeCertificates(folder, ["registry.test"]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  async function secure(fault?: Fault): Promise<TestServer> {
    const server = await startFaultyRegistry(fault, image, MANIFEST, made);
    closers.push(() => server.close());
    return server;
  }
  /** A proxy that leads every name to this machine, and what it was asked for. */
  async function proxy(target: string): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers["proxy-authorization"]}`);
      const { pathname } = new URL(incoming.url ?? "");
      const headers = { ...incoming.headers, host: target };
      request(`http://${target}${pathname}`, { headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }).end();
    });
    server.on("connect", (incoming, socket) => {
      asked.push(`CONNECT ${incoming.url} ${incoming.headers["proxy-authorization"]}`);
      if (incoming.url?.startsWith("refused"))
        return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      const through = connect(Number(target.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        through.pipe(socket).pipe(through);
      });
      through.on("error", () => socket.destroy());
      socket.on("error", () => through.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }
  /** How many bytes the layer has, or what went wrong. */
  async function pull(reference: string, options: Partial<RegistryOptions> = {}): Promise<number | string> {
    const source = createRegistrySource({
      limits: DEFAULT_LIMITS,
      env: {},
      maxRetries: 0,
      credentials: { find: async () => ({ problems: [] }) },
      caCertificates: [made.ca],
      ...options,
    });
    const signal = AbortSignal.timeout(8_000);
    try {
      const platform = { os: "linux", architecture: "amd64" };
      const opened = await source.open({ reference, written: reference, platform, signal });
      const { blob } = opened.images[0]!.layers[0]!;
      if (blob.kind !== "stream") throw new Error("not a stream");
      let size = 0;
      for await (const chunk of await blob.open(signal)) size += chunk.length;
      return size;
    } catch (error) {
      if (!(error instanceof MuslgateError)) throw error;
      return error.message;
    }
  }

  it("a private authority is trusted when it is given", async () => {
    const server = await secure();
    expect(await pull(`${server.host}/team/app:1`)).toBe(100_000);
  });
  it("so is NODE_EXTRA_CA_CERTS beside it, and what is no certificate is refused", async () => {
    const server = await secure();
    const other = mkdtempSync(join(folder, "other-"));
    const { ca } = makeCertificates(other);
    expect(await pull(`${server.host}/team/app:1`, { caCertificates: [ca] })).toContain(
      "certificate is not trusted",
    );
    const env = { NODE_EXTRA_CA_CERTS: join(folder, "ca.crt") };
    expect(await pull(`${server.host}/team/app:1`, { caCertificates: [ca], env })).toBe(100_000);
    for (const text of ["", "no certificate", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"]) {
      await expect(pull("x", { caCertificates: [text] })).rejects.toMatchObject({ code: "usage" });
    }
  });
  it("a certificate that is not trusted is not gone around, not even on this machine", async () => {
    const server = await secure();
    expect(await pull(`${server.host}/team/app:1`, { caCertificates: [] })).toContain(
      "certificate is not trusted",
    );
    expect(server.seen).toEqual([]);
  });
  it("a redirect from TLS to plain http is refused, even to this machine", async () => {
    const plain = await startServer((_, response) => void response.end(image.layer));
    closers.push(() => plain.close());
    const server = await secure(
      (seen, response) =>
        seen.url.includes(image.layerDigest) &&
        Boolean(response.writeHead(307, { location: `http://${plain.host}/` }).end()),
    );
    expect(await pull(`${server.host}/team/app:1`)).toContain("to an address without TLS");
    expect(plain.seen).toEqual([]);
  });
  it("HTTPS_PROXY is tunnelled through, with its password, and the name is checked inside", async () => {
    const server = await secure();
    const { address, asked } = await proxy(server.host);
    const env = { HTTPS_PROXY: `http://me:p%40ss@${address}` };
    expect(await pull("registry.test/team/app:1", { env })).toBe(100_000);
    const login = Buffer.from("me:p@ss").toString("base64");
    expect(new Set(asked)).toEqual(new Set([`CONNECT registry.test:443 Basic ${login}`]));
    expect(server.seen.every(({ headers }) => headers["proxy-authorization"] === undefined)).toBe(true);
    expect(await pull("other.test/team/app:1", { env })).toContain("certificate is not trusted");
  });
  it("a proxy that refuses is named, without its password", async () => {
    const { address } = await proxy("127.0.0.1:1");
    const told = await pull("refused.test/team/app:1", {
      env: { HTTPS_PROXY: `http://me:s3cret@${address}` },
    });
    expect(told).toContain(`the proxy ${address} answered 407`);
    expect(told).not.toContain("s3cret");
  });
  it("a proxy that is down is named", async () => {
    const told = await pull("registry.test/team/app:1", { env: { HTTPS_PROXY: "http://127.0.0.1:1" } });
    expect(told).toContain("the proxy 127.0.0.1:1 cannot be used: nothing listens there");
  });
  it("HTTP_PROXY serves hosts that may be plain", async () => {
    const server = await startFaultyRegistry();
    closers.push(() => server.close());
    const { address, asked } = await proxy(server.host);
    const env = { HTTP_PROXY: `http://${address}` };
    expect(await pull("plain.test/team/app:1", { env, insecureHosts: ["plain.test"] })).toBe(100_000);
    expect(asked[0]).toBe("GET http://plain.test/v2/team/app/manifests/1 undefined");
  });
  it("a host that may not be plain is only asked in TLS", async () => {
    const { address, asked } = await proxy("127.0.0.1:1");
    const env = { HTTP_PROXY: `http://${address}`, HTTPS_PROXY: `http://${address}` };
    expect(typeof (await pull("plain.test/team/app:1", { env }))).toBe("string");
    expect(asked.every((line) => line.startsWith("CONNECT"))).toBe(true);
  });
});
