import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type S3Ports, s3Store } from "../../src/fleet/s3-store.ts";
import { s3Credentials } from "../../src/fleet/s3-credentials.ts";
import { MuslgateError } from "../../src/model/error.ts";
import { sendJson, startServer } from "../support/faulty-registry.ts";
import { type TestFleet, testFleet } from "../support/fleet.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/free-ports.ts";
import { muslgate } from "../support/in-process.ts";
import { startS3 } from "../support/s3-server.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const KEYS = { id: "AKIA", secret: "se/cret+" };
const KEY = "ab".repeat(32);

/** Ports with these variables; sleeps take no time and are counted. */
function ports(env: NodeJS.ProcessEnv, fetching?: S3Ports["fetch"]): S3Ports & { readonly slept: number[] } {
  const slept: number[] = [];
  const sleep = async (time: number) => void slept.push(time);
  return { env, fetch: fetching ?? ((url, init) => fetch(url, init)), now: () => 0, sleep, slept };
}

const signing = (host: string, keys: typeof KEYS & { token?: string } = KEYS): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: keys.id,
  AWS_SECRET_ACCESS_KEY: keys.secret,
  AWS_SESSION_TOKEN: keys.token,
  AWS_REGION: "eu-central-1",
  AWS_ENDPOINT_URL_S3: `http://${host}`,
});

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    if (error instanceof MuslgateError && error.code !== "internal")
      return `${error.code}: ${error.message} | ${error.hint}`;
    throw error;
  }
}

describe("a bucket as a store", () => {
  it.each([[KEYS], [{ ...KEYS, token: "session/token==" }]])(
    "takes an entry once, signed with %j",
    async (keys) => {
      const server = await startS3(keys);
      const store = s3Store("s3://facts/team/fleet", ports(signing(server.host, keys)));
      expect(await store.get(KEY)).toBeUndefined();
      const answers = await Promise.all(["one\u00e9", "two"].map((one) => store.add(KEY, one)));
      expect(answers.filter((one) => one === undefined)).toHaveLength(1);
      const there = await store.get(KEY);
      expect(answers).toContain(there);
      expect([...server.objects.keys()]).toEqual([`/facts/team/fleet/ab/${KEY}.json`]);
      await server.close();
    },
  );

  it("is refused with another secret, and says so without it", async () => {
    const server = await startS3(KEYS);
    const said = await refusal(
      s3Store("s3://facts", ports(signing(server.host, { id: "AKIA", secret: "wrong" }))).get(KEY),
    );
    expect(said).toMatch(
      /^registry: the store s3:\/\/facts refuses: GET of abab.* status 403 \(SignatureDoesNotMatch\)/,
    );
    expect(said).not.toContain("wrong");
    expect(server.seen).toHaveLength(1);
    await server.close();
  });

  it("is asked again where that may help, and not for ever", async () => {
    const statuses = [503, 500, 409, undefined];
    const server = await startS3(KEYS, (_, count) => (count < 4 ? statuses[count] : undefined));
    const own = ports(signing(server.host));
    expect(await s3Store("s3://facts", own).add(KEY, "one")).toBeUndefined();
    expect(own.slept).toEqual([200, 400, 800]);
    await server.close();
    const down = await startS3(KEYS, () => 503);
    const other = ports(signing(down.host));
    const given = s3Store("s3://facts", other);
    expect(await refusal(given.get(KEY))).toMatch(/^registry: .* cannot be reached: GET .* 503/);
    // Each of many entries would wait as long.
    expect(await refusal(given.get("cd".repeat(32)))).toMatch(/cannot be reached: GET of abab/);
    expect(down.seen).toHaveLength(5);
    await down.close();
    expect(await refusal(s3Store("s3://facts", ports(signing("127.0.0.1:9"))).get(KEY))).toMatch(
      /cannot be reached/,
    );
  });

  it("follows nobody elsewhere with its credentials", async () => {
    const server = await startServer(
      (_, response) => void response.writeHead(307, { location: "http://127.0.0.1:9/" }).end(),
    );
    expect(await refusal(s3Store("s3://facts", ports(signing(server.host))).get(KEY))).toContain(
      "status 307",
    );
    await server.close();
  });

  it("of Google's has a header of its own for what is there already", async () => {
    const seen: (RequestInit & { url: string })[] = [];
    const answering: S3Ports["fetch"] = async (url, init) => {
      seen.push({ url, ...init });
      return new Response(null, { status: 200 });
    };
    const env = { ...signing("x"), AWS_ENDPOINT_URL_S3: "https://storage.googleapis.com" };
    await s3Store("s3://facts", ports(env, answering)).add(KEY, "one");
    await s3Store("s3://facts", ports({ ...env, AWS_ENDPOINT_URL_S3: "" }, answering)).add(KEY, "one");
    const [google, amazon] = seen.map(({ url, headers }) => ({ url, headers: new Headers(headers) }));
    expect(google?.url).toBe(`https://storage.googleapis.com/facts/ab/${KEY}.json`);
    expect(google?.headers.get("x-goog-if-generation-match")).toBe("0");
    expect(google?.headers.has("if-none-match")).toBe(false);
    expect(amazon?.url).toBe(`https://facts.s3.eu-central-1.amazonaws.com/ab/${KEY}.json`);
  });

  it.each(["s3://", "s3://A", "s3://facts/..", "s3://facts/a b", "s3://facts/?x", "gs://facts", "oci://x"])(
    "%s is none",
    async (store) => {
      const { code, err } = await muslgate(["fleet", "merge", at("none.plan"), "--store", store]);
      expect(code).toBe(2);
      // The plan is looked at first.
      expect(err).toMatch(/the store is|the plan/);
      if (store.startsWith("s3:")) expect(() => s3Store(store, ports({}))).toThrow(`the store is "${store}"`);
    },
  );
});

describe("who signs", () => {
  const answer =
    (body: string, status = 200) =>
    async () =>
      new Response(body, { status });
  it("is a web identity", async () => {
    folder.write("token", "jwt\n");
    const asked: [string, string][] = [];
    const found = await s3Credentials(
      { AWS_ROLE_ARN: "arn:aws:iam::1:role/r", AWS_WEB_IDENTITY_TOKEN_FILE: at("token") },
      "eu-west-1",
      async (url, init) => {
        asked.push([url, new URLSearchParams(init?.body as URLSearchParams).toString()]);
        return new Response(
          "<R><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></R>",
        );
      },
    );
    expect(found).toEqual({
      accessKeyId: "A",
      secretAccessKey: "S",
      sessionToken: "T",
      expires: 1_767_225_600_000,
    });
    expect(asked[0]?.[0]).toBe("https://sts.eu-west-1.amazonaws.com/");
    expect(asked[0]?.[1]).toContain("WebIdentityToken=jwt&".slice(0, -1));
  });

  it("is the container, asked anew before its keys end", async () => {
    folder.write("token", "secret\n");
    let given = 0;
    const agent = await startServer((seen, response) => {
      expect(seen.headers.authorization).toBe("secret");
      given++;
      sendJson(response, 200, {
        AccessKeyId: "AKIA",
        SecretAccessKey: "se/cret+",
        Token: "t",
        Expiration: "1970-01-01T00:10:00Z",
      });
    });
    const server = await startS3({ ...KEYS, token: "t" });
    let time = 0;
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${agent.host}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: at("token"),
      AWS_ENDPOINT_URL_S3: `http://${server.host}`,
    };
    const store = s3Store("s3://facts", { ...ports(env), now: () => time });
    await store.get(KEY);
    await store.get(KEY);
    expect(given).toBe(1);
    time = 6 * 60_000;
    await store.get(KEY);
    expect(given).toBe(2);
    await Promise.all([agent.close(), server.close()]);
  });

  it.each([
    [{}, answer(""), /usage: nobody says who signs/],
    [
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/" },
      answer(""),
      /is "http:\/\/example.com\/"/,
    ],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1.example.com/" }, answer(""), /usage: /],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" }, answer("no"), /the answer is not JSON/],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" }, answer("{}"), /the answer has no key/],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" }, answer("", 403), /status 403/],
    [
      { AWS_ROLE_ARN: "a", AWS_WEB_IDENTITY_TOKEN_FILE: "/none" },
      answer(""),
      /AWS_WEB_IDENTITY_TOKEN_FILE \/none cannot be read/,
    ],
  ])("with %j is told", async (env, fetching, message) => {
    expect(await refusal(s3Credentials(env, "r", fetching))).toMatch(message);
  });
});

describe("a fleet in a bucket", () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await testFleet((path, text) => void folder.write(path, text), folder.path, 4);
    expect(
      await muslgate(["fleet", "plan", fleet.file, "--shards", "3", "--out", at("s3.plan")]),
    ).toMatchObject({ code: 0 });
    const ran = await muslgate(["fleet", "plan", fleet.file, "--out", at("one.plan")]);
    expect(ran.code).toBe(0);
    expect(await muslgate(["fleet", "read", at("one.plan"), "--store", at("facts")])).toMatchObject({
      code: 0,
    });
  });
  afterAll(() => fleet.registry.close());

  /** Two runs of each shard, one after the other, then the merge. */
  async function through(env: NodeJS.ProcessEnv): Promise<void> {
    for (const index of ["0", "1", "2", "1"]) {
      const ran = await muslgate(["fleet", "read", at("s3.plan"), "--store", "s3://facts/x"], {
        ...env,
        JOB_COMPLETION_INDEX: index,
      });
      expect(ran).toMatchObject({ code: 0, err: "" });
    }
    const ran = await muslgate(
      ["fleet", "merge", at("s3.plan"), "--store", "s3://facts/x", "--format", "json"],
      env,
    );
    expect(ran).toEqual(
      await muslgate(["fleet", "merge", at("one.plan"), "--store", at("facts"), "--format", "json"]),
    );
  }

  it("comes to the same bytes as one in a folder", async () => {
    const server = await startS3(KEYS);
    await through(signing(server.host));
    await server.close();
  });

  // `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`, and its path in MUSLGATE_VERSITYGW.
  const withVersitygw = existsSync(process.env.MUSLGATE_VERSITYGW ?? "") ? it : () => {};
  withVersitygw("does so with versitygw", { timeout: 60_000 }, async () => {
    mkdirSync(at("bucket/facts"), { recursive: true });
    const [port = 0] = await freePorts(1);
    const child = spawn(
      process.env.MUSLGATE_VERSITYGW as string,
      ["--port", `127.0.0.1:${port}`, "--region", "eu-central-1", "posix", at("bucket")],
      {
        env: { ...process.env, ROOT_ACCESS_KEY: KEYS.id, ROOT_SECRET_KEY: KEYS.secret },
        stdio: "ignore",
      },
    );
    try {
      const env = signing(`127.0.0.1:${port}`);
      const store = s3Store("s3://facts/y", {
        ...ports(env),
        sleep: (time) => new Promise((done) => setTimeout(done, time * 2)),
      });
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => store.add(KEY, `${i}`)));
      expect(answers.filter((one) => one === undefined)).toHaveLength(1);
      await through(env);
    } finally {
      const closed = once(child, "close");
      child.kill();
      await closed;
    }
  });
});
