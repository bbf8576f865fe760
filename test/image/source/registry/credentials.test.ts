import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askHelper } from "../../../../src/image/source/registry/credential-helper.ts";
import {
  type CredentialOptions,
  createCredentials,
} from "../../../../src/image/source/registry/credentials.ts";
import { redact, Secret } from "../../../../src/image/source/registry/secret.ts";
import { describeWith } from "../../../support/parts.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "muslgate-credentials-"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function file(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), typeof content === "string" ? content : JSON.stringify(content));
}
/** A helper as a shell script, in a folder on the PATH. */
async function helper(name: string, script: string): Promise<void> {
  await file(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(join(home, "bin", `docker-credential-${name}`), 0o755);
}
const env = () => ({ PATH: `${join(home, "bin")}:${process.env.PATH}`, HOME: home });
const auth = (user: string, password = `of-${user}`) => ({
  auth: Buffer.from(`${user}:${password}`).toString("base64"),
});
const ANSWER = (user: string) =>
  `read host; printf '{"ServerURL":"%s","Username":"${user}","Secret":"for-%s"}' "$host" "$host"`;

/** What is found, in one line. */
async function find(registry: string, repository = "team/app", options: Partial<CredentialOptions> = {}) {
  const found = await createCredentials({ env: env(), home, ...options }).find(registry, repository);
  const { credential } = found;
  const text =
    credential === undefined
      ? "nothing"
      : credential.kind === "password"
        ? `${credential.username}:${credential.password.reveal()}`
        : `${credential.kind} ${credential.token.reveal()}`;
  return found.problems.length > 0 ? `${text}; ${found.problems.join("; ").replaceAll(home, "~")}` : text;
}

describe("files", () => {
  it("need not exist", async () => {
    expect(await find("ghcr.io")).toBe("nothing");
  });
  it("hold Docker Hub under its old address, and hosts with and without scheme", async () => {
    await file(".docker/config.json", {
      auths: {
        "https://index.docker.io/v1/": auth("hub"),
        "ghcr.io": auth("gh"),
        "https://quay.io/v2/": auth("quay"),
        "reg.io:5000": auth("port"),
      },
    });
    expect(await find("docker.io")).toBe("hub:of-hub");
    expect(await find("ghcr.io")).toBe("gh:of-gh");
    expect(await find("quay.io")).toBe("quay:of-quay");
    expect(await find("reg.io:5000")).toBe("port:of-port");
    expect(await find("reg.io")).toBe("nothing");
    expect(await find("evil-ghcr.io")).toBe("nothing");
    expect(await find("__proto__")).toBe("nothing");
  });
  it("prefer the most specific path, and the key written exactly", async () => {
    await file(".docker/config.json", {
      auths: {
        "https://quay.io": auth("scheme"),
        "quay.io": auth("host"),
        "quay.io/team": auth("team"),
        "quay.io/team/app": auth("app"),
        "quay.io/tea": auth("prefix"),
      },
    });
    expect(await find("quay.io", "team/app")).toBe("app:of-app");
    expect(await find("quay.io", "team/other")).toBe("team:of-team");
    expect(await find("quay.io", "teamwork/app")).toBe("host:of-host");
  });
  it("hold identity tokens, registry tokens, and passwords with colons", async () => {
    await file(".docker/config.json", {
      auths: {
        "a.io": { ...auth("00000000-0000-0000-0000-000000000000", ""), identitytoken: "refresh" },
        "b.io": { registrytoken: "bearer" },
        "c.io": auth("u", "p:q:r"),
        "d.io": { username: "u", password: "p" },
        "e.io": auth("<token>", "t"),
      },
    });
    expect(await find("a.io")).toBe("identity-token refresh");
    expect(await find("b.io")).toBe("registry-token bearer");
    expect(await find("c.io")).toBe("u:p:q:r");
    expect(await find("d.io")).toBe("u:p");
    expect(await find("e.io")).toBe("identity-token t");
  });
  it("are asked in order: the one named, Docker's, the containers tools'", async () => {
    await file("run/containers/auth.json", {
      auths: { "a.io": auth("run"), "b.io": auth("run"), "c.io": auth("run") },
    });
    await file("docker/config.json", { auths: { "a.io": auth("docker"), "b.io": auth("docker") } });
    await file("named.json", { auths: { "a.io": auth("named") } });
    const where = {
      env: {
        ...env(),
        DOCKER_CONFIG: join(home, "docker"),
        XDG_RUNTIME_DIR: join(home, "run"),
        REGISTRY_AUTH_FILE: join(home, "named.json"),
      },
    };
    expect(await find("a.io", "x", where)).toBe("named:of-named");
    expect(await find("b.io", "x", where)).toBe("docker:of-docker");
    expect(await find("c.io", "x", where)).toBe("run:of-run");
  });
  it("that cannot be read are said, without a word of their content", async () => {
    await file(".docker/config.json", "s3cret-but-not-json");
    await mkdir(join(home, ".config/containers/auth.json"), { recursive: true });
    expect(await find("a.io")).toBe(
      "nothing; ~/.docker/config.json is not a JSON document; ~/.config/containers/auth.json could not be read: it is a folder",
    );
  });
  it.each([
    ["numbers", { auths: { "a.io": 1 } }],
    ["lists", { auths: [], credHelpers: [], credsStore: {} }],
    ["no colon", { auths: { "a.io": { auth: Buffer.from("abc").toString("base64") } } }],
    ["empty entries", { auths: { "a.io": {} } }],
  ])("with %s where entries are due yield nothing", async (_, content) => {
    await file(".docker/config.json", content);
    expect(await find("a.io")).toBe("nothing");
  });
  it("come after what was given for this registry on the command line", async () => {
    await file(".docker/config.json", { auths: { "a.io": auth("file"), "b.io": auth("file") } });
    const explicit = { registry: "a.io", username: "me", password: "given" };
    expect(await find("a.io", "x", { explicit })).toBe("me:given");
    expect(await find("b.io", "x", { explicit })).toBe("file:of-file");
    const hub = { registry: "index.docker.io", username: "me", password: "given" };
    expect(await find("docker.io", "x", { explicit: hub })).toBe("me:given");
  });
});

describeWith({ unix: true }, "helpers", () => {
  it("are asked for their host with its address on standard input", async () => {
    await helper("one", ANSWER("u1"));
    await helper("store", ANSWER("u2"));
    await file(".docker/config.json", {
      credsStore: "store",
      credHelpers: { "a.io": "one" },
      auths: { "a.io": auth("file"), "b.io": {} },
    });
    expect(await find("a.io")).toBe("u1:for-a.io");
    expect(await find("b.io")).toBe("u2:for-b.io");
    expect(await find("docker.io")).toBe("u2:for-https://index.docker.io/v1/");
  });
  it("with an identity token, or with nothing", async () => {
    await helper("token", ANSWER("<token>"));
    await helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    await file(".docker/config.json", {
      credHelpers: { "a.io": "token", "b.io": "empty", "c.io": "empty" },
      auths: { "c.io": auth("file") },
    });
    expect(await find("a.io")).toBe("identity-token for-a.io");
    expect(await find("b.io")).toBe("nothing");
    expect(await find("c.io")).toBe("file:of-file");
  });
  it("are asked once for all images of a registry", async () => {
    await helper(
      "count",
      `echo x >> ${home}/count; read host; echo '{"Username":"u","Secret":"'$(wc -l < ${home}/count)'"}'`,
    );
    await file(".docker/config.json", { credsStore: "count" });
    const credentials = createCredentials({ env: env(), home });
    const found = await Promise.all(["x", "y", "x"].map((name) => credentials.find("a.io", name)));
    expect(
      found.map(({ credential }) => credential?.kind === "password" && credential.password.reveal()),
    ).toEqual(["1", "1", "1"]);
  });
  it.each([
    ["missing", undefined, "is not installed"],
    ["failing", "echo s3cret; echo s3cret >&2; exit 3", "ended with code 3"],
    ["garbled", "echo s3cret", "printed something that is not credentials"],
    ["half", `echo '{"Secret":"s3cret"}'`, "printed something that is not credentials"],
    ["endless", "while :; do echo s3cret; done", "printed too much"],
    ["deaf", `exec <&-; echo '{"Username":"u"}'`, "printed something that is not credentials"],
  ])("%s: the problem is said without what was printed", async (name, script, words) => {
    if (script !== undefined) await helper(name, script);
    await file(".docker/config.json", { credHelpers: { "a.io": name } });
    const found = await find("a.io");
    expect(found).toBe(`nothing; docker-credential-${name} ${words}`);
  });
  it("that hang are ended", async () => {
    await helper("slow", "exec sleep 60");
    const answer = await askHelper("slow", "a.io", env(), 200);
    expect(answer).toEqual({ kind: "problem", why: "docker-credential-slow did not answer within 0.2 s" });
  });
  it.each(["../evil", "a/b", "A", "", "a b", "-x", "a;b", "a".repeat(65)])(
    "are never called %j",
    async (name) => {
      await file("evil", "");
      expect((await askHelper(name, "a.io", env())).kind).toBe("problem");
    },
  );
});

describe("Secret", () => {
  it("shows itself nowhere", () => {
    const secret = new Secret("hunter2");
    const shown = [
      ["", ""].join(secret as unknown as string),
      String(secret),
      JSON.stringify({ secret }),
      inspect({ a: [secret] }, { depth: 9, showHidden: true }),
    ];
    for (const text of shown) expect(text).not.toContain("hunter2");
    expect(Object.keys(secret)).toEqual([]);
    expect(secret.reveal()).toBe("hunter2");
  });
  it("is blanked in text that came from outside", () => {
    expect(redact("a hunter2 b hunter2", [new Secret("hunter2"), new Secret("")])).toBe(
      "a [secret] b [secret]",
    );
  });
});
